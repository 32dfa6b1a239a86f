//! A workbook as cells, and why one was not read. What a reader process sends back.

use serde::{Deserialize, Serialize};

pub use crate::domain::cell_ref::CellRef;

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
    /// Hidden rows with something in them.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns with something in them.
    pub hidden_columns: Vec<u32>,
    /// Merged areas more than one row high: first and last cell. What stands in the first counts for all.
    pub merged: Vec<(CellRef, CellRef)>,
    /// Shapes and text boxes that lie over the cells.
    pub shapes: Vec<Shape>,
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
    pub look: Look,
}

/// What of a cell's dress changes what it says to a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Some of its text is struck through.
    pub struck: bool,
    /// Some of its text is raised or lowered, as the signs of notes are.
    pub raised: bool,
    /// Its format shows a number in another unit: 12 as 12千人, or as 1200%.
    pub scaled: bool,
}

impl Look {
    /// Both in one cell.
    pub fn and(self, other: Self) -> Self {
        Self {
            struck: self.struck || other.struck,
            raised: self.raised || other.raised,
            scaled: self.scaled || other.scaled,
        }
    }
}

/// A shape that lies over the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The cell below its middle.
    pub at: CellRef,
    /// A circle or an ellipse.
    pub round: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CellValue {
    /// As it stands, spaces and line breaks included. Empty only where a formula has no result.
    Text(String),
    Number(f64),
    /// A number whose format stands too far back to be read: it may be shown as a date.
    Unclear(f64),
    Bool(bool),
    /// A number shown as a date or a time: Excel's serial number (ODS: the same).
    Date(f64),
    /// `#REF!`, `#N/A` and the like.
    Error(String),
}

/// A name for a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinedName {
    pub name: String,
    pub sheet: String,
    pub at: CellRef,
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
