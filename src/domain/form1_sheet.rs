//! What a filled-in 様式1 says, cell by cell, before anybody asks whose it is and whether it is right.
//!
//! ```text
//! workbook ─ form1_reader ─> Form1Sheet | NotForm1 ─ intake::assess ─> FileReading
//! ```
//! Every answer keeps the cell it came from and the text that stood there, so that whatever is said about
//! it later can point at the cell.

use serde::{Deserialize, Serialize};

use super::cell_ref::CellRef;
use super::intake::Severity;
use super::place::Place;
use super::response::Form1Input;

/// A cell and what stood in it; an empty text where an answer belongs but none stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundText {
    pub at: CellRef,
    /// As a person sees it in the sheet: numbers without trailing zeros, dates as 2025/3/1.
    pub text: String,
}

/// Something to mend or to look at, found while reading cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// None if it concerns the whole sheet.
    pub at: Option<CellRef>,
    pub found: String,
    pub message: String,
    pub place: Option<Place>,
}

/// A value that is not stored as it stood (a mark other than ○, several cells joined to one text …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rereading {
    pub at: CellRef,
    pub found: String,
    pub read_as: String,
    pub place: Option<Place>,
}

/// The code and the name at the top of a form, as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetHead {
    /// The sheet's name.
    pub sheet: String,
    pub code: Option<FoundText>,
    pub name: Option<FoundText>,
    /// Where a form asks for the prefecture in a cell of its own.
    pub prefecture: Option<FoundText>,
}

/// One sheet that is 様式1 of the edition asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form1Sheet {
    /// The sheet's name; the head may stand on another.
    pub sheet: String,
    pub head: SheetHead,
    /// The answers as typed, ready for [`super::response::read`].
    pub input: Form1Input,
    /// Where each answer stands or would stand; a later entry for a place replaces an earlier one.
    pub cells: Vec<(Place, FoundText)>,
    pub rereadings: Vec<Rereading>,
    pub findings: Vec<Finding>,
}

/// What a workbook is that holds no 様式1 to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotForm1Kind {
    /// 様式2, a prefecture's list.
    Form2,
    /// 様式1 of another edition.
    OtherEdition,
    /// 様式1 with nothing filled in.
    Template,
    /// Two or more sheets are filled in, each differently.
    SeveralForms,
    /// Nothing of the form was found.
    Unknown,
}

/// Why a workbook is not taken as 様式1 of this edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotForm1 {
    pub kind: NotForm1Kind,
    /// What it is and what to do.
    pub message: String,
    /// Code and name, where they could be read all the same.
    pub head: SheetHead,
    /// The cell that shows what it is.
    pub at: Option<FoundText>,
}
