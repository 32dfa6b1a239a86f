//! A table of bodies against what is known: the code table of the Ministry of Internal Affairs
//! (全国地方公共団体コード), or a list with our own columns.
//!
//! ```text
//! sheets ─ sheet::find ─> rows ─ row::read ─> what each row says ─ compare ─> Plan: differences, changes
//!                                                                └─ or every row that cannot be taken
//! ```
//! What a table does not say stays as it is. Nobody vanishes because a table leaves a body out: that is said by
//! a row, or asked for.

mod compare;
mod difference;
mod left_out;
mod row;
pub mod sheet;

use std::fmt;

use jiff::civil::Date;

use super::body_history::{BodyChange, BodyHistory};
use super::organization::Organization;
pub use difference::{Difference, DifferenceKind, differences, step};
pub use row::{LAST_DAY, NAME_MAX, read_day, read_kana, read_name};

/// Where something stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TablePlace {
    /// Which file and sheet, where there are several; else empty.
    pub sheet: String,
    /// The row as Excel counts.
    pub line: u32,
}

impl fmt::Display for TablePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sheet.is_empty() {
            write!(f, "{}行目", self.line)
        } else {
            write!(f, "「{}」の{}行目", self.sheet, self.line)
        }
    }
}

/// Why a table cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProblem {
    /// None if it is about the table as a whole.
    pub place: Option<TablePlace>,
    /// For the person who sent it.
    pub message: String,
}

impl fmt::Display for TableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}：{}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// How a table is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableWish {
    /// From when it holds, where a row does not say.
    pub effective_on: Date,
    /// Bodies the table leaves out are abolished on that day.
    pub abolish_missing: bool,
    /// Spellings of the Ministry of Internal Affairs are taken over too (龍ヶ崎市 for 龍ケ崎市).
    pub take_spellings: bool,
}

/// What taking a table would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// In code order, each body's by day.
    pub differences: Vec<Difference>,
    /// Rows about bodies, and those of them that say what is known.
    pub rows: usize,
    pub same: usize,
    /// Rows about wards of designated cities and about the six northern villages, which are not asked.
    pub wards: usize,
    pub northern_villages: usize,
    /// Bodies that the list leaves out; nothing is done about them.
    pub left_out: Vec<Organization>,
}

impl Plan {
    /// What is to be recorded.
    pub fn changes(&self) -> Vec<BodyChange> {
        let applied = self.differences.iter().filter(|one| one.is_applied());
        applied.map(Difference::change).collect()
    }
}

/// Compares tables with what is known. Either every row can be taken, or all problems are told.
pub fn plan(
    history: &BodyHistory,
    sheets: &[sheet::BodySheet],
    wish: TableWish,
) -> Result<Plan, Vec<TableProblem>> {
    compare::plan(history, sheets, wish)
}

#[cfg(test)]
mod tests;
