//! The status tables as CSV, for programs and for a double click in Excel.
//!
//! UTF-8 with a byte order mark and CRLF. A text that a spreadsheet could take for a formula gets an
//! apostrophe in front of it; numbers are never touched.

use std::borrow::Cow;

use super::status_bodies::{BODY_COLUMNS, BodyRow};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::status_report::{CSV_COLUMNS, Changes, StatusReport};

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
/// The keys of the columns of what changed.
pub(super) const CHANGE_COLUMNS: [&str; 6] = [
    "code",
    "name",
    "prefecture_code",
    "change",
    "added",
    "dropped",
];
pub(super) const IN_MEMORY: &str = "memory takes everything";

pub(super) fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec())
}

/// A text no spreadsheet takes for a formula, also after it folded the width of its first sign.
pub(super) fn defused(text: &str) -> Cow<'_, str> {
    let dangerous = [
        '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '−',
    ];
    if text.starts_with(dangerous) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// Writes every figure, name and invariant of a report, one a row, under [`CSV_COLUMNS`].
pub fn write_status_csv(report: &StatusReport<'_>) -> Vec<u8> {
    let mut csv = writer();
    csv.write_record(CSV_COLUMNS).expect(IN_MEMORY);
    let written = report.rows(|row| {
        for text in row.texts() {
            csv.write_field(defused(text).as_bytes())?;
        }
        let value = row.value.map(|value| value.to_string());
        csv.write_field(value.unwrap_or_default())?;
        csv.write_record(None::<&[u8]>)
    });
    written.expect(IN_MEMORY);
    csv.into_inner().expect(IN_MEMORY)
}

/// Writes what changed, a body a row; schemes by id, separated by spaces.
pub fn write_changes_csv(changes: &Changes<'_>, catalogue: &Catalogue) -> Vec<u8> {
    let mut csv = writer();
    csv.write_record(CHANGE_COLUMNS).expect(IN_MEMORY);
    for change in &changes.0 {
        let code = change.body.code.as_str();
        let (added, dropped) = (
            catalogue.ids(change.added).join(" "),
            catalogue.ids(change.dropped).join(" "),
        );
        let name = change.body.label();
        let name = defused(&name);
        let kind = change.change.as_str();
        csv.write_record([code, &name, &code[..2], kind, &added, &dropped])
            .expect(IN_MEMORY);
    }
    csv.into_inner().expect(IN_MEMORY)
}

/// Writes the bodies behind a figure under [`BODY_COLUMNS`].
pub fn write_bodies_csv(rows: &[BodyRow]) -> Vec<u8> {
    let mut csv = writer();
    csv.write_record(BODY_COLUMNS).expect(IN_MEMORY);
    for row in rows {
        let texts = row.texts().map(defused);
        csv.write_record(texts.iter().map(|text| text.as_bytes()))
            .expect(IN_MEMORY);
    }
    csv.into_inner().expect(IN_MEMORY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_gets_an_apostrophe() {
        for text in [
            "=1+1", "+81", "-5", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "−1",
        ] {
            assert_eq!(defused(text), format!("'{text}"), "{text:?}");
        }
        for text in [
            "",
            "北海道",
            "010006",
            "0138-00-0000",
            "※令和7年度",
            "a=b",
            " =1",
            "'=1",
            "ー",
            "1,200",
        ] {
            assert_eq!(defused(text), text, "{text:?}");
        }
    }
}
