//! Files made to hurt, each through a reader process: a refusal or a grid within its bounds, little memory,
//! and the next file is read as if nothing had been.

use std::sync::Arc;

use torimatome::spreadsheet::intake::packed::Packed;
use torimatome::spreadsheet::intake::{RefusalKind, bounds};

use crate::making::{
    Part, compound, compound_with, ods, ods_with, package, record, sheet, xls, xls_number,
    xls_stream, xlsx, xlsx_parts, xlsx_with,
};
use crate::readers::{assert_bounded, normal, only_child, pool, status};

/// What one file may cost beyond what a reader has anyway.
const MEMORY_KIB: u64 = 16 * 1024;

/// What is expected of a hostile file.
enum Expect {
    Refused(RefusalKind),
    /// So many cells in all sheets, and whether something was left out.
    Read(usize, bool),
}
use Expect::{Read, Refused};

/// Reads each file in a child of its own, and a form after it.
fn face(files: Vec<(&str, Vec<u8>, Expect)>) {
    let normal: Arc<[u8]> = normal().into();
    let waiting = tokio::runtime::Builder::new_current_thread().build();
    let waiting = waiting.expect("a runtime");
    for (what, file, expect) in files {
        assert!(file.len() < 6_000_000, "{what}: {} bytes", file.len());
        let pool = pool();
        let before = pool.read_blocking(normal.clone()).expect("a form");
        let child = only_child(&pool);
        let idle = status(child, "VmHWM:");
        let answer = pool.read_blocking(file.clone());
        // As the doors hand it on.
        let packed = pool.read_packed(Arc::new(Packed::new(file)));
        assert_eq!(waiting.block_on(packed), answer, "{what}, packed");
        assert_eq!(pool.children(), [child], "{what} broke its reader");
        let most = status(child, "VmHWM:");
        assert!(most <= idle + MEMORY_KIB, "{what} took {} KiB", most - idle);
        match (answer, expect) {
            (Err(refusal), Refused(kind)) => {
                assert_eq!(refusal.kind, kind, "{what}: {}", refusal.message);
                assert!(refusal.message.ends_with("お試しください。"), "{what}");
            }
            (Ok(grid), Read(cells, cut)) => {
                assert_bounded(&grid);
                let found: usize = grid.sheets.iter().map(|sheet| sheet.cells.len()).sum();
                assert_eq!(found, cells, "{what}");
                assert_eq!(grid.sheets.iter().any(|sheet| sheet.cut), cut, "{what}");
            }
            (answer, _) => panic!("{what}: {answer:?}"),
        }
        assert_eq!(
            pool.read_blocking(normal.clone()),
            Ok(before),
            "after {what}"
        );
    }
}

/// Text that does not pack well.
fn noise(bytes: usize) -> String {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut out = String::with_capacity(bytes);
    while out.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.push_str(&format!("{state:016x}"));
    }
    out.truncate(bytes);
    out
}

fn replaced(name: &str, data: impl AsRef<[u8]>) -> Vec<u8> {
    xlsx_with("<row><c><v>1</v></c></row>", &[Part::new(name, data)])
}

const SHEET1: &str = "xl/worksheets/sheet1.xml";
const STRINGS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";

#[test]
fn sheets_that_reach_far_are_cut() {
    let corner = |cell: &str| {
        format!("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"{cell}\"><v>2</v></c></row>")
    };
    let wide = "<c><v>1</v></c>".repeat(1_000);
    let rows = |count: usize, row: &str| sheet(&row.repeat(count));
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/>";
    let xls_far = [
        record(0x0200, &[0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]),
        xls_number(0, 0, 1.0),
        xls_number(65_535, 255, 2.0),
    ];
    let many_xls: Vec<u8> = (0..60_000u16)
        .flat_map(|n| xls_number(n / 60, n % 60, 1.0))
        .collect();
    face(vec![
        ("A1 and XFD1048576", xlsx(&corner("XFD1048576")), Read(1, true)),
        ("A1 and CV1048576", xlsx(&corner("CV1048576")), Read(1, true)),
        (
            "a place beyond Excel",
            xlsx(&corner("XFE1")),
            Refused(RefusalKind::Damaged),
        ),
        (
            "rows of a thousand cells",
            replaced(SHEET1, rows(60, &format!("<row>{wide}</row>"))),
            Read(bounds::SHEET_CELLS, true),
        ),
        (
            "a million formatted rows",
            replaced(SHEET1, rows(1_000_000, "<row s=\"1\"/>")),
            Read(0, true),
        ),
        (
            "a million formatted cells in a row",
            replaced(SHEET1, sheet(&format!("<row>{}</row>", "<c s=\"1\"/>".repeat(1_000_000)))),
            Read(0, true),
        ),
        (
            "as many numbers as rows and columns allow",
            replaced(SHEET1, rows(2_000, &format!("<row>{}</row>", "<c><v>1</v></c>".repeat(256)))),
            Read(bounds::SHEET_CELLS, true),
        ),
        (
            "an ODS that repeats a cell everywhere",
            ods(&format!(
                "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row></table:table>"
            )),
            Read(bounds::SHEET_CELLS, true),
        ),
        (
            "an ODS that repeats a row everywhere",
            ods(&"<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>".repeat(3)),
            Read(3 * 2_000, true),
        ),
        (
            "an ODS that counts further than numbers go",
            ods("<table:table><table:table-row table:number-rows-repeated=\"99999999999\"/></table:table>"),
            Refused(RefusalKind::Damaged),
        ),
        ("an XLS with a far corner", xls(&[], &xls_far.concat()), Read(1, true)),
        ("an XLS full of numbers", xls(&[], &many_xls), Read(bounds::SHEET_CELLS, true)),
    ]);
}

#[test]
fn what_swells_is_ended() {
    let swollen = |name: &str, begin: &str, end: &str| {
        xlsx_with("<row/>", &[Part::swollen(name, begin, b' ', 1_024, end)])
    };
    let main = "xmlns=\"urn:m\"";
    let one = "<row><c t=\"s\"><v>0</v></c></row>";
    let with_strings =
        |strings: &str| xlsx_with(one, &[Part::new(STRINGS, format!("<sst>{strings}</sst>"))]);
    let too_large = || Refused(RefusalKind::TooLarge);
    let long = noise(32_767);
    let far_reference = "<row><c t=\"s\"><v>77</v></c></row>";
    let many = "<row>".to_owned() + &"<c t=\"s\"><v>0</v></c>".repeat(250) + "</row>";
    let mut claims = xlsx_parts("");
    claims[4].size = u32::MAX - 1;
    let mut longer = xlsx_parts(one);
    longer[4].size = 3;
    let mut wrong_sum = xlsx_parts(one);
    wrong_sum[4].crc ^= 1;
    let mut beyond = xlsx_parts(one);
    beyond[4].packed_size += 1_000_000;
    face(vec![
        (
            "a gigabyte in a sheet",
            swollen(
                SHEET1,
                &format!("<worksheet {main}><sheetData>"),
                "</sheetData></worksheet>",
            ),
            too_large(),
        ),
        (
            "a gigabyte behind the cells",
            swollen(SHEET1, "<worksheet><sheetData/>", "</worksheet>"),
            too_large(),
        ),
        (
            "a gigabyte in the shared strings",
            swollen(STRINGS, "<sst><si><t>", "</t></si></sst>"),
            too_large(),
        ),
        (
            "a gigabyte in the styles",
            swollen(STYLES, "<styleSheet><fonts>", "</fonts></styleSheet>"),
            too_large(),
        ),
        (
            "a gigabyte in the list of types",
            swollen("[Content_Types].xml", "<Types>", "</Types>"),
            too_large(),
        ),
        (
            "a gigabyte in a part nobody reads",
            swollen("xl/theme/theme1.xml", "<a>", "</a>"),
            Read(0, false),
        ),
        (
            "a gigabyte before the first element of a part nobody reads",
            swollen("xl/theme/theme1.xml", "", "<a/>"),
            Refused(RefusalKind::Dangerous),
        ),
        (
            "a gigabyte in an ODS",
            ods_with("", &[Part::swollen("meta.xml", "<a>", b' ', 1_024, "</a>")]),
            Refused(RefusalKind::Damaged),
        ),
        (
            "a million shared strings",
            with_strings(
                &(0..1_000_000)
                    .map(|n| format!("<si><t>{n:x}</t></si>"))
                    .collect::<String>(),
            ),
            Read(1, false),
        ),
        (
            "a shared string beyond those that are kept",
            xlsx_with(
                "<row><c t=\"s\"><v>60000</v></c></row>",
                &[Part::new(
                    STRINGS,
                    format!(
                        "<sst>{}</sst>",
                        (0..61_000)
                            .map(|n| format!("<si><t>{n}</t></si>"))
                            .collect::<String>()
                    ),
                )],
            ),
            too_large(),
        ),
        (
            "a shared string that is none",
            xlsx(far_reference),
            Refused(RefusalKind::Damaged),
        ),
        (
            "one long text in every cell",
            xlsx_with(
                &many.repeat(80),
                &[Part::new(
                    STRINGS,
                    format!("<sst><si><t>{long}</t></si></sst>"),
                )],
            ),
            Read(bounds::TEXT_BYTES / 32_767, true),
        ),
        (
            "shared strings of four megabytes",
            with_strings(&format!("<si><t>{}</t></si>", noise(200_000)).repeat(20)),
            Read(1, true),
        ),
        (
            "a million formats",
            replaced(
                STYLES,
                format!(
                    "<s><cellXfs>{}</cellXfs></s>",
                    (0..1_000_000)
                        .map(|n| format!("<xf numFmtId=\"{n}\"/>"))
                        .collect::<String>()
                ),
            ),
            Read(1, false),
        ),
        (
            "a hundred thousand formats for numbers",
            replaced(
                STYLES,
                format!(
                    "<s><numFmts>{}</numFmts></s>",
                    (0..100_000)
                        .map(|n| format!("<numFmt numFmtId=\"{n}\" formatCode=\"yy{n}\"/>"))
                        .collect::<String>()
                ),
            ),
            Read(1, false),
        ),
        (
            "an entry that claims four gigabytes",
            package(&claims),
            too_large(),
        ),
        (
            "an entry that claims less than it has",
            package(&longer),
            Read(1, false),
        ),
        (
            "a wrong checksum",
            package(&wrong_sum),
            Refused(RefusalKind::Damaged),
        ),
        (
            "an entry longer than the file",
            package(&beyond),
            Refused(RefusalKind::Damaged),
        ),
        ("six megabytes but one", vec![b'P'; 5_999_999], too_large()),
    ]);
}

#[test]
fn packages_that_are_not_what_they_seem_are_refused() {
    let dangerous = || Refused(RefusalKind::Dangerous);
    let damaged = || Refused(RefusalKind::Damaged);
    let named = |name: &str| replaced(name, "<a/>");
    let twice = |second: &str| {
        let mut parts = xlsx_parts("");
        parts.push(Part::new(second, "<a/>"));
        package(&parts)
    };
    let mut two_names = xlsx_parts("");
    two_names[4].local_name = Some("xl/worksheets/sheet2.xml".to_owned());
    let mut link = xlsx_parts("");
    link[4].mode = 0o120_777;
    let mut secret = xlsx_parts("");
    secret[4].flags = 1;
    let mut method = xlsx_parts("");
    method[4].method = 12;
    let crowd: Vec<_> = (0..30_000)
        .map(|n| Part::new(&format!("{n}"), ""))
        .collect();
    let mut few = xlsx_parts("");
    few.extend((0..300).map(|n| Part::new(&format!("xl/media/{n}.png"), "")));
    let mut nested = xlsx("");
    for _ in 0..12 {
        nested = package(&[Part::stored("inner.zip", nested)]);
    }
    let laughs = {
        let entity = |n: u8| {
            let inner = format!("&{};", char::from(b'a' + n)).repeat(10);
            format!("<!ENTITY {} \"{inner}\">", char::from(b'b' + n))
        };
        let entities: String = (0..9).map(entity).collect();
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE s [<!ENTITY a \"lol\">{entities}]><sst><si><t>&j;</t></si></sst>"
        )
    };
    let dtd = "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"http://localhost/a.dtd\"><a/>";
    let wide: Vec<u8> = dtd.encode_utf16().flat_map(u16::to_le_bytes).collect();
    face(vec![
        ("a name from the root", named("/xl/a.xml"), dangerous()),
        (
            "a name that leads out",
            named("xl/../../a.xml"),
            dangerous(),
        ),
        ("a name with a drive", named("C:\\a.xml"), dangerous()),
        ("a name twice", twice(SHEET1), dangerous()),
        (
            "a name twice but for its capitals",
            twice("XL/Worksheets/Sheet1.xml"),
            dangerous(),
        ),
        ("two names for one entry", package(&two_names), damaged()),
        ("a link in the file system", package(&link), dangerous()),
        (
            "an entry with a password",
            package(&secret),
            Refused(RefusalKind::Encrypted),
        ),
        (
            "an entry packed in another way",
            package(&method),
            damaged(),
        ),
        (
            "thirty thousand entries",
            package(&crowd),
            Refused(RefusalKind::TooLarge),
        ),
        (
            "three hundred pictures",
            package(&few),
            Refused(RefusalKind::TooLarge),
        ),
        (
            "packages inside each other",
            nested,
            Refused(RefusalKind::NotAWorkbook),
        ),
        ("a billion laughs", replaced(STRINGS, &laughs), dangerous()),
        (
            "a billion laughs in a sheet",
            replaced(SHEET1, &laughs),
            dangerous(),
        ),
        ("a DTD in the styles", replaced(STYLES, dtd), dangerous()),
        (
            "a DTD in a part nobody reads",
            replaced("docProps/app.xml", dtd),
            dangerous(),
        ),
        (
            "a DTD after a long comment",
            replaced("docProps/app.xml", format!("<!--{}-->{dtd}", noise(10_000))),
            dangerous(),
        ),
        (
            "a DTD in a part without an ending",
            replaced("xl/odd", dtd),
            dangerous(),
        ),
        (
            "a DTD in UTF-16",
            replaced("docProps/app.xml", wide),
            dangerous(),
        ),
        (
            "a DTD in an ODS",
            ods_with("<table:table/>", &[Part::new("meta.xml", dtd)]),
            dangerous(),
        ),
        (
            "an entity nobody declared",
            xlsx("<row><c t=\"str\"><v>&lol;</v></c></row>"),
            damaged(),
        ),
    ]);
}

#[test]
fn xml_at_its_worst_is_bounded() {
    let damaged = || Refused(RefusalKind::Damaged);
    let too_large = || Refused(RefusalKind::TooLarge);
    let attributes: String = (0..200_000).map(|n| format!(" a{n}=\"\"")).collect();
    let of = |inside: String| replaced(SHEET1, sheet(&inside));
    face(vec![
        (
            "elements inside each other",
            of("<row>".repeat(200_000)),
            damaged(),
        ),
        (
            "elements of the longest names inside each other",
            of(format!(
                "<{}>",
                noise(60_000).replace(|c: char| c.is_ascii_digit(), "a")
            )
            .repeat(100)),
            damaged(),
        ),
        (
            "a huge attribute",
            of(format!("<row a=\"{}\"/>", noise(4_000_000))),
            too_large(),
        ),
        (
            "a tag of many attributes",
            of(format!("<row{attributes}/>")),
            too_large(),
        ),
        (
            "a tag of as many attributes as fit",
            of(format!(
                "<row{}/><row><c><v>1</v></c></row>",
                &attributes[..attributes[..60_000].rfind(' ').expect("a space")]
            )),
            Read(1, false),
        ),
        (
            "a huge comment",
            of(format!("<!--{}-->", noise(4_000_000))),
            too_large(),
        ),
        (
            "a comment without end",
            of(format!("<!--{}", "-".repeat(100_000))),
            damaged(),
        ),
        (
            "a huge text",
            of(format!(
                "<row><c t=\"str\"><v>{}</v></c></row>",
                noise(4_000_000)
            )),
            too_large(),
        ),
        (
            "a huge text in pieces",
            of(format!(
                "<row><c t=\"str\"><v>{}</v></c></row>",
                "<![CDATA[x]]>&#x3042;".repeat(200_000)
            )),
            too_large(),
        ),
        (
            "a text of as many characters as fit",
            of(format!(
                "<row><c t=\"str\"><v>{}</v></c></row>",
                noise(40_000)
            )),
            Read(1, true),
        ),
        (
            "a huge formula",
            of(format!(
                "<row><c><f>{}</f><v>1</v></c></row>",
                noise(4_000_000)
            )),
            too_large(),
        ),
        ("text outside of cells", of(noise(200_000)), Read(0, false)),
        (
            "a million instructions",
            of("<?a?>".repeat(1_000_000)),
            Read(0, true),
        ),
        (
            "no bytes of UTF-8",
            replaced(SHEET1, b"<worksheet>\xFF\xFE</worksheet>"),
            damaged(),
        ),
        (
            "an end that never began",
            of("</row></row>".to_owned()),
            damaged(),
        ),
        (
            "array formulas everywhere",
            of(
                "<row><c><f t=\"array\" ref=\"A1:XFD1048576\">1</f><v>1</v></c></row>"
                    .repeat(1_000),
            ),
            Read(1_000, false),
        ),
        (
            "sheets without number",
            replaced(
                "xl/workbook.xml",
                format!(
                    "<workbook><sheets>{}</sheets></workbook>",
                    "<sheet name=\"a\" r:id=\"rId1\"/>".repeat(51)
                ),
            ),
            too_large(),
        ),
        (
            "the same sheet fifty times",
            replaced(
                "xl/workbook.xml",
                format!(
                    "<workbook><sheets>{}</sheets></workbook>",
                    "<sheet name=\"a\" r:id=\"rId1\"/>".repeat(50)
                ),
            ),
            Read(50, false),
        ),
        (
            "names without number",
            replaced(
                "xl/workbook.xml",
                format!(
                    "<workbook><sheets><sheet name=\"a\" r:id=\"rId1\"/></sheets>{}</workbook>",
                    (0..50_000)
                        .map(|n| format!("<definedName name=\"n{n}\">a!$A$1</definedName>"))
                        .collect::<String>()
                ),
            ),
            Read(1, false),
        ),
        (
            "an ODS of paragraphs",
            ods(&format!(
                "<table:table><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>",
                "<text:p/>".repeat(500_000)
            )),
            too_large(),
        ),
        (
            "an ODS of spaces",
            ods(&format!(
                "<table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row></table:table>",
                "<text:s text:c=\"4294967295\"/>".repeat(500)
            )),
            too_large(),
        ),
        (
            "an ODS of tables in tables",
            ods(&"<table:table>".repeat(100_000)),
            damaged(),
        ),
    ]);
}

#[test]
fn compound_files_that_lead_in_circles_end() {
    let damaged = || Refused(RefusalKind::Damaged);
    let stream = xls_stream(&[], &xls_number(0, 0, 1.0));
    let circle =
        |from: usize, to: u32| compound_with(&[("Workbook", &stream)], |fat| fat[from] = to);
    let table = |count: u32, texts: &[u8]| {
        let mut data = [count.to_le_bytes(), count.to_le_bytes()].concat();
        data.extend(texts);
        record(0x00FC, &data)
    };
    let empty_texts: Vec<u8> = std::iter::once(table(2_000_000, &[0, 0, 0].repeat(2_700)))
        .chain((0..400).map(|_| record(0x003C, &[0, 0, 0].repeat(2_740))))
        .flatten()
        .collect();
    let mut header = compound(&[("Workbook", &stream)]);
    header[30] = 200;
    let mut lists = compound(&[("Workbook", &stream)]);
    lists[68..72].copy_from_slice(&1u32.to_le_bytes());
    let diagrams = record(0x0809, &[0; 16]).repeat(100_000);
    face(vec![
        ("a directory in a circle", circle(0, 0), damaged()),
        ("a stream in a circle", circle(3, 2), Read(1, false)),
        (
            "a stream that leads out of the file",
            circle(3, 9_999_999),
            damaged(),
        ),
        ("sectors of an odd size", header, damaged()),
        ("a list of tables that is a stream", lists, damaged()),
        (
            "a million empty texts",
            xls(&empty_texts, &xls_number(0, 0, 1.0)),
            Read(1, false),
        ),
        (
            "a text that promises a lot",
            xls(&table(u32::MAX, &[0xFF, 0xFF, 1]), &[]),
            Read(0, false),
        ),
        ("diagrams in diagrams", xls(&[], &diagrams), damaged()),
        (
            "a sheet beyond the stream",
            compound(&[(
                "Workbook",
                &xls_stream(
                    &record(0x0085, &[0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 1, 0, b'a']),
                    &[],
                ),
            )]),
            damaged(),
        ),
        (
            "nothing behind its first bytes",
            compound(&[])[..8].to_vec(),
            damaged(),
        ),
    ]);
}

/// The longest files that are taken: packed and unpacked they lie in a reader's memory side by side for a moment,
/// one after the other in the same reader.
#[test]
fn the_longest_files_fit_packed_and_as_they_came() {
    let long = |packs: usize, bytes: usize| {
        let mut text = noise(bytes - packs).into_bytes();
        text.extend(vec![b'x'; packs]);
        let stored = Part::stored("xl/media/image1.png", text);
        xlsx_with("<row><c><v>1</v></c></row>", &[stored])
    };
    let room = 5 << 20;
    let waiting = tokio::runtime::Builder::new_current_thread().build();
    let waiting = waiting.expect("a runtime");
    let pool = pool();
    pool.read_blocking(normal()).expect("a form");
    let child = only_child(&pool);
    let idle = status(child, "VmHWM:");
    for (packs, bytes) in [
        (room / 2, room / 2),
        (room / 10 * 3, room - 20_000),
        (0, room - 20_000),
        (room / 2, room - 20_000),
    ] {
        let file = long(packs, bytes);
        assert!(file.len() <= room, "{}", file.len());
        let packed = pool.read_packed(Arc::new(Packed::new(file)));
        let grid = waiting.block_on(packed).expect("a grid");
        assert_eq!(grid.sheets[0].cells.len(), 1);
        assert_eq!(pool.children(), [child]);
    }
    let most = status(child, "VmHWM:");
    assert!(most <= idle + MEMORY_KIB, "took {} KiB", most - idle);
}
