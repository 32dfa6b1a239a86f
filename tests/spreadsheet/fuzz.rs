//! Bytes nobody meant: cut off, turned, mixed up, or made at random. Nothing panics, nothing is beyond the
//! bounds, nothing takes long. A fixed number of cases, so that it ends.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use torimatome::spreadsheet::intake::read_workbook;

use crate::making::{
    Part, compound, ods, package, record, xls, xls_number, xls_stream, xlsx, xlsx_parts,
};
use crate::readers::{assert_bounded, normal};

/// A form in every format we read, made without another program.
fn samples() -> Vec<Vec<u8>> {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c><c r=\"B1\" s=\"2\"><v>45716</v></c></row><row><c t=\"inlineStr\"><is><t>&amp;x</t></is></c><c><f>A1</f><v>1</v></c></row>";
    let table = "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"string\"><text:p>x<text:s/></text:p></table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"2025-02-28\"/></table:table-row></table:table>";
    let texts = record(0x00FC, &[1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, b'o', b'k']);
    let shared = record(0x00FD, &[0; 10]);
    vec![
        normal(),
        xlsx(rows),
        ods(table),
        xls(&texts, &[shared, xls_number(1, 1, 2.0)].concat()),
    ]
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    for file in samples() {
        read_workbook(&file).expect("a workbook");
        let step = (file.len() / 120).max(1);
        for end in (0..file.len() - 1).step_by(step) {
            match read_workbook(&file[..end]) {
                Err(refusal) => assert!(!refusal.message.is_empty()),
                // The end of an .xls may be padding.
                Ok(grid) => {
                    assert!(file.starts_with(&[0xD0]), "{end} of {}", file.len());
                    assert_bounded(&grid);
                }
            }
        }
    }
}

#[test]
fn a_bit_turned_anywhere_does_no_harm_and_no_number_changes_unseen() {
    for (index, file) in samples().into_iter().enumerate() {
        let whole = read_workbook(&file).expect("a workbook");
        for at in (0..file.len()).step_by((file.len() / 400).max(1)) {
            let mut turned = file.clone();
            turned[at] ^= 1 << (at % 8);
            if let Ok(grid) = read_workbook(&turned) {
                assert_bounded(&grid);
                // Packages carry checksums of what is read; a compound file has none.
                if index < 3 {
                    for (sheet, before) in grid.sheets.iter().zip(&whole.sheets) {
                        assert_eq!(sheet.cells, before.cells, "file {index}, byte {at}");
                    }
                }
            }
        }
    }
}

/// Changes to a file's bytes: where, and what to.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..12)
}

fn changed(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (place, value, how) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = place.index(bytes.len());
        match how {
            0 => bytes[at] = *value,
            1 => bytes.insert(at, *value),
            2 => drop(bytes.remove(at)),
            _ => {
                let end = (at + usize::from(*value)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                bytes.splice(at..at, copied);
            }
        }
    }
    bytes
}

/// Nothing panics, nothing is beyond the bounds, nothing takes long.
fn withstand(bytes: &[u8]) {
    let start = Instant::now();
    if let Ok(grid) = read_workbook(bytes) {
        assert_bounded(&grid);
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, max_shrink_time: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_withstood(
        start in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"PK\x05\x06", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]]),
        rest in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        withstand(&[start, &rest].concat());
    }

    #[test]
    fn changed_files_are_withstood(which in 0usize..3, changes in changes()) {
        let file = samples_once()[which + 1].clone();
        withstand(&changed(file, &changes));
    }

    #[test]
    fn changed_parts_are_withstood(part in 0usize..7, changes in changes()) {
        let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c><c r=\"B1\" s=\"2\"><v>45716</v></c></row><row><c t=\"inlineStr\"><is><r><t>&amp;x</t></r><rPh><t>y</t></rPh></is></c><c><f t=\"array\" ref=\"A1:B2\">A1</f><v>1</v></c></row>";
        let mut parts = xlsx_parts(rows);
        let text = read_part(&parts[part]);
        parts[part] = Part::new(&parts[part].name.clone(), changed(text, &changes));
        withstand(&package(&parts));
    }

    #[test]
    fn changed_tables_are_withstood(changes in changes()) {
        let table = "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"string\"><text:p>x<text:s text:c=\"2\"/></text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated=\"2\" office:value-type=\"date\" office:date-value=\"2025-02-28\"/></table:table-row></table:table><table:named-expressions><table:named-range table:name=\"n\" table:cell-range-address=\"$a.$B$2\"/></table:named-expressions>";
        let text = changed(table.as_bytes().to_vec(), &changes);
        withstand(&ods(&String::from_utf8_lossy(&text)));
    }

    #[test]
    fn changed_records_are_withstood(changes in changes()) {
        let texts = record(0x00FC, &[2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, b'o', b'k', 1, 0, 9, 1, 0, 0x42, 0x30, 0, 0, 0, 0]);
        let stream = xls_stream(&texts, &[record(0x00FD, &[0; 10]), xls_number(1, 1, 2.0), record(0x00BD, &[0; 18])].concat());
        withstand(&compound(&[("Workbook", &changed(stream, &changes))]));
    }
}

fn samples_once() -> &'static [Vec<u8>] {
    static SAMPLES: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(samples)
}

/// The text of a part again.
fn read_part(part: &Part) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = flate2::write::DeflateDecoder::new(&mut out);
    std::io::Write::write_all(&mut decoder, &part.packed).expect("unpacks");
    decoder.finish().expect("unpacks");
    out
}
