//! The bodies behind a figure of the status tables, as a list to take away.
//!
//! ```text
//! BodyRow … ─ write_bodies_book ─> a sheet for people and filters;  ─ write_bodies_csv ─> the same columns as CSV
//! ```

use super::SpreadsheetError;
use super::list_sheet::{ListLook, list_book};

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
    let title = format!("{heading}【{}団体】", rows.len());
    let list = ListLook {
        sheet: "団体の一覧",
        title: &title,
        columns: BODY_COLUMNS,
        widths: WIDTHS,
        centred: &CENTRED,
    };
    Ok(list_book(&list, notes, rows.iter().map(BodyRow::texts))?)
}
