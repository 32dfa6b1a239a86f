//! 様式2 一般市区町村総括票 (Form 2): a prefecture's list of its general municipalities, ○ where Form 1 is in.
//!
//! Built live from the answers' states; sending it freezes the rows as they are in that moment.

use serde::{Deserialize, Serialize};

use super::local_government_code::LocalGovernmentCode;
use super::response_status::ResponseStatus;

/// Rows the printed form has; more are added where needed (notice, 様式2).
pub const PRINTED_ROWS: usize = 40;

/// One numbered row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRow {
    pub code: LocalGovernmentCode,
    pub name: String,
    pub status: ResponseStatus,
    /// Number of the revision that lies with the prefecture; `None` if nothing is in.
    pub revision: Option<i32>,
}

impl SummaryRow {
    /// Form 1 is in: the form prints ○.
    pub fn is_submitted(&self) -> bool {
        self.status.is_received()
    }
}

/// Form 2 of one prefecture, rows in code order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummarySheet {
    pub prefecture: LocalGovernmentCode,
    pub prefecture_name: String,
    pub rows: Vec<SummaryRow>,
}

/// How a row differs from an earlier sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryChange {
    pub code: LocalGovernmentCode,
    pub name: String,
    pub before: String,
    pub after: String,
}

impl SummarySheet {
    /// Builds the sheet; rows may come in any order.
    pub fn new(
        prefecture: LocalGovernmentCode,
        prefecture_name: String,
        mut rows: Vec<SummaryRow>,
    ) -> Self {
        rows.sort_by_key(|row| row.code);
        Self {
            prefecture,
            prefecture_name,
            rows,
        }
    }

    /// Rows with ○.
    pub fn submitted(&self) -> usize {
        self.rows.iter().filter(|row| row.is_submitted()).count()
    }

    /// Rows without ○: what a sent sheet says was missing.
    pub fn missing(&self) -> impl Iterator<Item = &SummaryRow> {
        self.rows.iter().filter(|row| !row.is_submitted())
    }

    /// What is different from a sheet sent earlier.
    pub fn changes_since(&self, earlier: &Self) -> Vec<SummaryChange> {
        let describe = |row: Option<&SummaryRow>| match row {
            None => "記載なし".to_owned(),
            Some(SummaryRow {
                status: ResponseStatus::SentBack,
                revision: Some(number),
                ..
            }) => format!("○（第{number}版、国からの依頼を確認中）"),
            Some(SummaryRow {
                status,
                revision: Some(number),
                ..
            }) if status.is_received() => {
                format!("○（第{number}版）")
            }
            Some(row) => format!("提出なし（{}）", row.status.label()),
        };
        let changed = self.rows.iter().filter_map(|row| {
            let old = earlier.rows.iter().find(|old| old.code == row.code);
            let (before, after) = (describe(old), describe(Some(row)));
            (before != after).then(|| SummaryChange {
                code: row.code,
                name: row.name.clone(),
                before,
                after,
            })
        });
        changed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, status: ResponseStatus, revision: Option<i32>) -> SummaryRow {
        let code = code.parse().expect("a code with a valid check digit");
        SummaryRow {
            code,
            name: "市".to_owned(),
            status,
            revision,
        }
    }

    #[test]
    fn rows_stand_in_code_order_and_missing_ones_are_named() {
        let sheet = SummarySheet::new(
            "010006".parse().expect("valid"),
            "北海道".to_owned(),
            vec![
                row("012050", ResponseStatus::Draft, None),
                row("012033", ResponseStatus::Accepted, Some(1)),
            ],
        );
        assert_eq!(sheet.rows[0].code.as_str(), "012033");
        assert_eq!(sheet.submitted(), 1);
        assert_eq!(
            sheet
                .missing()
                .map(|row| row.code.as_str())
                .collect::<Vec<_>>(),
            ["012050"]
        );
        let mut later = sheet.clone();
        later.rows[1].status = ResponseStatus::Submitted;
        later.rows[1].revision = Some(1);
        let changes = later.changes_since(&sheet);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].after, "○（第1版）");
        // What goes back after the sheet was sent is told, though the answer still counts.
        let mut asked = sheet.clone();
        asked.rows[0].status = ResponseStatus::SentBack;
        let changes = asked.changes_since(&sheet);
        assert_eq!(changes[0].before, "○（第1版）");
        assert!(changes[0].after.contains("国からの依頼"));
    }
}
