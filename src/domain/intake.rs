//! What reading a file that somebody sent gave: the report that page, workbook and JSON show alike.
//!
//! ```text
//! Form1Sheet (cells) + file name + subject ─ identify, read ─> FileReading ─> taken | asked about | not taken
//! ```
//! The text of a cell is never lost: `found` is what stood there, `read_as` what is stored.

mod assess;
mod report;

pub use assess::assess;
pub use report::{
    ChangeReport, ContactReport, FileReport, ProblemReport, ResponseReport, SchemeReport,
};

use serde::{Deserialize, Serialize};

use super::local_government_code::LocalGovernmentCode;
use super::place::Place;
use super::response::{Form1, Form1Input};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file is not taken before this is mended.
    Error,
    /// Looks odd; taken, and shown to whoever reviews.
    Warning,
}

/// Something to mend or to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProblem {
    pub severity: Severity,
    /// Empty if it concerns the whole file.
    pub sheet: String,
    /// `D12`; empty if it concerns the whole sheet or file.
    pub cell: String,
    /// What stood there.
    pub found: String,
    /// What to do.
    pub message: String,
    /// The field of the form, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A value that is stored in another form than it stood in its cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub sheet: String,
    pub cell: String,
    pub found: String,
    pub read_as: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 取込み: every value is stored as it stood.
    Accepted,
    /// 読替えて取込み: see the changes.
    Normalised,
    /// 取込みなし: see the problems.
    Rejected,
}

/// A form as it was read from one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileReading {
    /// The body, where exactly one fits and nothing contradicts.
    pub code: Option<LocalGovernmentCode>,
    /// What goes into the draft; `None` if there is no Form 1 in the file.
    pub input: Option<Form1Input>,
    /// What would be stored; `None` while something must be mended.
    pub form: Option<Form1>,
    pub changes: Vec<Change>,
    /// Errors first, then in the order of the form.
    pub problems: Vec<FileProblem>,
}

impl FileReading {
    /// The reading of a file that did not open: one problem, a sentence that says what to do.
    pub fn refused(message: impl Into<String>) -> Self {
        Self {
            code: None,
            input: None,
            form: None,
            changes: Vec::new(),
            problems: vec![FileProblem {
                severity: Severity::Error,
                sheet: String::new(),
                cell: String::new(),
                found: String::new(),
                message: message.into(),
                place: None,
            }],
        }
    }

    /// What becomes of the file as far as its content goes.
    pub fn outcome(&self) -> Outcome {
        let broken = self
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        if broken || self.form.is_none() || self.code.is_none() {
            Outcome::Rejected
        } else if self.changes.is_empty() {
            Outcome::Accepted
        } else {
            Outcome::Normalised
        }
    }
}
