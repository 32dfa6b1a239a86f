//! What changed between two status reports, as a workbook: a body a row. Its CSV is in `status_csv`.

use super::SpreadsheetError;
use super::list_sheet::{ListLook, list_book};

const TITLE: &str = "先行実施への参加　2つの時点の比較";
const COLUMNS: [&str; 9] = [
    "変更",
    "コード",
    "都道府県",
    "名称",
    "区分",
    "加わった制度",
    "なくなった制度",
    "加わった制度のID",
    "なくなった制度のID",
];
const WIDTHS: [f64; 9] = [16.0, 9.0, 10.0, 16.0, 10.0, 40.0, 40.0, 28.0, 28.0];

/// A body that entered, left or changed its schemes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeRow {
    pub code: String,
    pub prefecture: &'static str,
    pub name: String,
    pub class: &'static str,
    /// 新たに参加, 参加しなくなった, 制度の変更.
    pub change: &'static str,
    /// Names of schemes, separated by 、.
    pub added: String,
    pub dropped: String,
    /// Their ids, separated by spaces.
    pub added_ids: String,
    pub dropped_ids: String,
}

impl ChangeRow {
    fn texts(&self) -> [&str; 9] {
        [
            self.change,
            &self.code,
            self.prefecture,
            &self.name,
            self.class,
            &self.added,
            &self.dropped,
            &self.added_ids,
            &self.dropped_ids,
        ]
    }
}

/// Writes the workbook. `notes`: what is compared, a line each.
///
/// Errors only where Excel's own limits are passed.
pub fn write_changes_book(
    notes: &[String],
    rows: &[ChangeRow],
) -> Result<Vec<u8>, SpreadsheetError> {
    let list = ListLook {
        sheet: "変更の一覧",
        title: TITLE,
        columns: COLUMNS,
        widths: WIDTHS,
        centred: &[0, 1, 4],
    };
    Ok(list_book(&list, notes, rows.iter().map(ChangeRow::texts))?)
}
