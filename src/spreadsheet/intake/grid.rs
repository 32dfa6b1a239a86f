//! A workbook as cells, and why one was not read. What a reader process sends back.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A workbook's sheets in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    pub sheets: Vec<Sheet>,
    /// Names for single cells; names for areas stand with their first cell.
    pub names: Vec<DefinedName>,
}

/// One sheet: only cells with something in them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    /// By row, then column.
    pub cells: Vec<Cell>,
    /// A bound was reached (`bounds`): what may stand beyond it was not read. A sheet with formatted but
    /// empty cells down to the last row is cut, too.
    pub cut: bool,
}

/// One cell with something in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub at: CellRef,
    pub value: CellValue,
    /// The value was worked out by a formula when the file was saved last.
    pub formula: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CellValue {
    /// As it stands, spaces and line breaks included. Empty only where a formula has no result.
    Text(String),
    Number(f64),
    Bool(bool),
    /// A number shown as a date or a time: Excel's serial number (ODS: the same).
    Date(f64),
    /// `#REF!`, `#N/A` and the like.
    Error(String),
}

/// A cell's place, counted from 0. Shown as `D12`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct CellRef {
    pub row: u32,
    pub column: u32,
}

/// A name for a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinedName {
    pub name: String,
    pub sheet: String,
    pub at: CellRef,
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut column = self.column + 1;
        while column > 0 {
            let digit = u8::try_from((column - 1) % 26).unwrap_or(0);
            letters.push(char::from(b'A' + digit));
            column = (column - 1) / 26;
        }
        let letters: String = letters.into_iter().rev().collect();
        write!(f, "{letters}{}", self.row + 1)
    }
}

/// Why a file was not read: a kind for lists, and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// For the person who sent it: what happened, what to do.
    pub message: String,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// No workbook at all.
    NotAWorkbook,
    /// A kind of workbook that is not taken: with macros, or `.xlsb`.
    KindNotTaken,
    /// A password is set.
    Encrypted,
    /// Links, embedded objects, a DTD, names that lead elsewhere.
    Dangerous,
    /// Larger than any form could be.
    TooLarge,
    /// Does not read.
    Damaged,
    /// Reading took too long or too much memory.
    GaveUp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_as_a_spreadsheet_names_it() {
        for (row, column, name) in [
            (0, 0, "A1"),
            (11, 3, "D12"),
            (0, 25, "Z1"),
            (0, 26, "AA1"),
            (1_048_575, 16_383, "XFD1048576"),
        ] {
            assert_eq!(CellRef { row, column }.to_string(), name);
        }
    }
}
