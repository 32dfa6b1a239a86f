//! The ministry's list and counts as CSV, for programs and for a double click in Excel.
//!
//! UTF-8 with a byte order mark and CRLF, the columns of the sheet 「data」. A text that a spreadsheet
//! could take for a formula gets an apostrophe in front of it: that alters the text, which is said
//! where the file is offered; the workbook has it unaltered. Numbers are never touched.

use super::national_rows::{Cells, NationalRow, data_row, national_columns};
use super::status_csv::{defused, writer};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::national_counts::{Breakdown, NationalCounts};
use crate::domain::organization::OrganizationKind;
use crate::domain::survey_edition::EditionDefinition;

/// The keys of the columns of counts.
pub(super) const COUNT_COLUMNS: [&str; 6] = ["figure", "item", "label", "by", "group", "value"];

/// Rows of a CSV file being written.
pub(super) struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    pub(super) fn new() -> Self {
        Self(writer())
    }

    pub(super) fn field(&mut self, text: &str) {
        self.0.write_field(text).expect("memory takes everything");
    }

    pub(super) fn end(&mut self) {
        self.0
            .write_record(None::<&[u8]>)
            .expect("memory takes everything");
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_inner().expect("memory takes everything")
    }
}

impl Cells for Rows {
    fn words(&mut self, words: &str) {
        self.field(&defused(words));
    }

    fn figure(&mut self, figure: Option<u64>) {
        match figure {
            Some(figure) => self.field(&figure.to_string()),
            None => self.field(""),
        }
    }
}

/// Writes the list under [`national_columns`], one body a row.
pub fn write_national_csv<'a>(
    edition: &EditionDefinition,
    rows: impl IntoIterator<Item = NationalRow<'a>>,
) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in national_columns(edition) {
        csv.field(&key);
    }
    csv.end();
    for row in rows {
        data_row(&mut csv, edition, &row);
        csv.end();
    }
    csv.finish()
}

/// Writes the counts, one figure a row: what is counted (`figure`, `item`, `label`), over which bodies
/// (`by` = `kind` or `prefecture`, `group`), and how many.
///
/// `figure` is `answered`, `with_target`, `intent`, `targets`, `recipients` (persons; `cost` in yen where the edition asks for amounts) or `unknown`
/// (bodies with ○ whose recipients are unknown). Sums over `kind` and over `prefecture` agree.
pub fn write_counts_csv(edition: &EditionDefinition, counts: &NationalCounts) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in COUNT_COLUMNS {
        csv.field(key);
    }
    csv.end();
    let mut block = |figure: &str, item: &str, label: &str, of: &Breakdown| {
        let kinds = OrganizationKind::ALL
            .into_iter()
            .map(|kind| ("kind", kind.as_str().to_owned(), of.kind(kind)));
        let prefectures = PrefectureCode::all().map(|prefecture| {
            (
                "prefecture",
                prefecture.to_string(),
                of.prefecture(prefecture),
            )
        });
        for (by, group, value) in kinds.chain(prefectures) {
            for text in [figure, item, label, by, &group] {
                csv.words(text);
            }
            csv.figure(Some(value));
            csv.end();
        }
    };
    block("answered", "", "提出あり", &counts.answered);
    block("with_target", "", "○が1つ以上ある団体", &counts.with_target);
    for (intent, bodies) in counts.intents.iter().filter(|_| edition.asks_intent()) {
        let item = format!("intent_{}", intent.number());
        block("intent", &item, &edition.intent_label(*intent), bodies);
    }
    for (row, scheme) in edition.rows.iter().zip(&counts.schemes) {
        let item = row.scheme.to_string();
        block("targets", &item, &row.name, &scheme.targets);
        let number = edition.words().counted_key;
        block(number, &item, &row.name, &scheme.recipients);
        block("unknown", &item, &row.name, &scheme.unknown);
    }
    csv.finish()
}
