//! The bodies behind a figure of the status tables, as a list to take away.
//!
//! ```text
//! BodyRow … ─ write_bodies_book ─> a sheet for people and filters;  ─ write_bodies_csv ─> the same columns as CSV
//! ```

use rust_xlsxwriter::{FormatAlign, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A4, boxed, centred, fitting, head, put, text};

/// The heads of the columns, the same in both files.
pub const BODY_COLUMNS: [&str; 10] = [
    "コード",
    "都道府県",
    "名称",
    "区分",
    "参加の区分",
    "制度",
    "制度ID",
    "最初の年度",
    "いつから",
    "もとになった記録",
];
const WIDTHS: [f64; 10] = [9.0, 10.0, 16.0, 10.0, 12.0, 40.0, 30.0, 10.0, 12.0, 56.0];
/// Columns that are centred.
const CENTRED: [usize; 5] = [0, 3, 4, 7, 8];

/// A body of the list. What is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodyRow {
    pub code: String,
    pub prefecture: &'static str,
    pub name: String,
    pub class: &'static str,
    /// 新規, 継続, 前年度まで, 未参加, 取下げ.
    pub status: &'static str,
    /// Names of schemes, separated by 、.
    pub schemes: String,
    /// Their ids, separated by spaces.
    pub scheme_ids: String,
    /// R6.
    pub first_year: String,
    /// 2025-04-01.
    pub since: String,
    /// The batches of its entries, separated by ／.
    pub sources: String,
}

impl BodyRow {
    /// The texts under [`BODY_COLUMNS`].
    pub fn texts(&self) -> [&str; 10] {
        [
            &self.code,
            self.prefecture,
            &self.name,
            self.class,
            self.status,
            &self.schemes,
            &self.scheme_ids,
            &self.first_year,
            &self.since,
            &self.sources,
        ]
    }
}

/// Writes the workbook. `heading`: what the figure counts; `notes`: which snapshot, a line each.
///
/// Errors only where Excel's own limits are passed.
pub fn write_bodies_book(
    heading: &str,
    notes: &[String],
    rows: &[BodyRow],
) -> Result<Vec<u8>, SpreadsheetError> {
    Ok(book(heading, notes, rows)?)
}

fn book(heading: &str, notes: &[String], rows: &[BodyRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = look::new_workbook(heading)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("団体の一覧")?;
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let title = format!("{heading}【{}団体】", rows.len());
    let large = look::bold().set_font_size(12);
    put(sheet, (0, 0), (0, 0), &title, &large)?;
    let mut at = 1;
    for note in notes {
        put(sheet, (at, 0), (at, 0), note, &look::plain())?;
        at += 1;
    }
    let first = at;
    for (column, words) in (0..).zip(BODY_COLUMNS) {
        sheet.write_string_with_format(first, column, words, &head())?;
    }
    let words = text(boxed()).set_align(FormatAlign::Left);
    let middle = centred(text(boxed()));
    for row in rows {
        at += 1;
        let texts = row.texts();
        let height = texts
            .iter()
            .zip(WIDTHS)
            .map(|(text, width)| look::height(text, width, 1))
            .fold(0.0, f64::max);
        sheet.set_row_height(at, height)?;
        for (column, text) in texts.iter().enumerate() {
            let format = if CENTRED.contains(&column) {
                &middle
            } else {
                &words
            };
            sheet.write_string_with_format(at, column as u16, fitting(text), format)?;
        }
    }
    let last = BODY_COLUMNS.len() as u16 - 1;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&C&P / &N")
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(first, first)?
        .set_print_area(0, 0, at, last)?;
    sheet.set_freeze_panes(first + 1, 0)?;
    if at > first {
        sheet.autofilter(first, 0, at, last)?;
    }
    workbook.save_to_buffer()
}
