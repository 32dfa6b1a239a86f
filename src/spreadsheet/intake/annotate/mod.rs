//! The workbook somebody sent, with what is to be mended written beside the rows.
//!
//! ```text
//! .xlsx ─ a reader process: parts ─> the sheets with problems: scan ─> a column right of what stands there ─> .xlsx
//! anything else: our own form with what was read, its problems beside it the same way
//! ```
//! Only the sheets concerned and the list of formats are written anew; every other part is copied as it
//! lies. The column of an earlier round is replaced. The file passed the guard before it came here; all
//! the same nothing is inflated beyond a bound, and what is not plain is an error, never a guess.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::SpreadsheetError;
use super::super::package::Package;
use super::super::zip_writer::Deflater;
use super::grid::{Cell, CellRef, CellValue, Grid};
use crate::domain::intake::FileProblem;

mod book;
mod own_form;
mod scan;
mod sheet;
mod styles;

pub use own_form::annotate_form1;

/// The head of the column: words nobody else writes, since a column with this head is ours to replace,
/// and is passed over when the workbook is read again ([`forget_notes`]).
pub const HEADING: &str = "確認してください（直したあと、この列は残したまま送れます）";

/// Most bytes of one part, and of all parts together that are looked at.
const PART_BYTES: u64 = 20 * 1024 * 1024;
/// Most characters of what stood in a cell that a message repeats.
const FOUND_CHARS: usize = 40;

/// Why a workbook is not written into. Our own form serves then.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// No `.xlsx`, or not as plain as one we write into.
    #[error("the workbook is not one we write into: {0}")]
    Odd(&'static str),
    /// A part is larger than any form's could be.
    #[error("a part of the workbook is too large")]
    TooLarge,
    #[error(transparent)]
    Write(#[from] SpreadsheetError),
}

/// What is to be written into one sheet.
#[derive(Debug, Default)]
struct Notes {
    /// About the sheet or the file: from the top down, where there is room.
    top: Vec<String>,
    /// Beside a row, counted from 1.
    rows: BTreeMap<u32, Vec<String>>,
}

/// What is written of a problem, on its way to a reader process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    sheet: String,
    cell: String,
    found: String,
    message: String,
}

/// The notes that say these problems.
pub(super) fn notes_of(problems: &[FileProblem]) -> Vec<Note> {
    let note = |problem: &FileProblem| Note {
        sheet: problem.sheet.clone(),
        cell: problem.cell.clone(),
        found: problem.found.clone(),
        message: problem.message.clone(),
    };
    problems.iter().map(note).collect()
}

/// Writes every problem beside its row, and those of the whole file at the top of the first sheet
/// concerned. The sheets are named as [`FileProblem`] names them. For workbooks of our own: what strangers
/// sent goes through [`ReaderPool::annotate`](super::process::ReaderPool::annotate).
///
/// # Errors
/// Where `original` is no plain `.xlsx`; see [`annotate_form1`] for what to do then.
pub fn annotate(original: &[u8], problems: &[FileProblem]) -> Result<Vec<u8>, AnnotateError> {
    write_notes(original, &notes_of(problems))
}

pub(super) fn write_notes(original: &[u8], problems: &[Note]) -> Result<Vec<u8>, AnnotateError> {
    let mut package = Package::read(original).map_err(|_| AnnotateError::Odd("no package"))?;
    let sheets = book::sheets(&package)?;
    let mut notes: BTreeMap<usize, Notes> = BTreeMap::new();
    let mut general = Vec::new();
    for problem in problems {
        let sheet = sheets.iter().position(|sheet| sheet.name == problem.sheet);
        match (sheet, row_of(&problem.cell)) {
            (Some(sheet), Some(row)) => {
                let rows = &mut notes.entry(sheet).or_default().rows;
                rows.entry(row).or_default().push(words(problem, false));
            }
            (Some(sheet), None) => {
                let top = &mut notes.entry(sheet).or_default().top;
                top.push(words(problem, false));
            }
            (None, _) => general.push(words(problem, true)),
        }
    }
    if !general.is_empty() {
        // Where somebody looks first: the sheet with problems, else the first that is shown.
        let shown = || sheets.iter().position(|sheet| !sheet.hidden).unwrap_or(0);
        let sheet = notes.keys().next().copied().unwrap_or_else(shown);
        let top = &mut notes.entry(sheet).or_default().top;
        general.append(top);
        *top = general;
    }
    let style = match package.bounded_text(book::STYLES, PART_BYTES) {
        Ok(xml) => styles::with_red(&xml),
        Err(_) => None,
    };
    let heading = book::heading_strings(&package);
    let mut deflater = Deflater::quick();
    let mut put = |package: &mut Package, name: &str, xml: &str| {
        deflater.push(xml.as_bytes());
        package.replace(name, deflater.finish()?)
    };
    for (index, notes) in notes {
        let part = &sheets[index].part;
        let xml = package
            .bounded_text(part, PART_BYTES)
            .map_err(|error| match error {
                SpreadsheetError::TooLarge => AnnotateError::TooLarge,
                _ => AnnotateError::Odd("a sheet does not read"),
            })?;
        let format = style.as_ref().map(|(_, style)| *style);
        let xml = sheet::annotated(&xml, &heading, &notes, format)?;
        put(&mut package, part, &xml)?;
    }
    if let Some((xml, _)) = &style {
        put(&mut package, book::STYLES, xml)?;
    }
    Ok(package.write()?)
}

/// Takes our column out of a workbook that was read: a note beside an empty field is no answer.
pub fn forget_notes(grid: &mut Grid) {
    for sheet in &mut grid.sheets {
        let is_head =
            |cell: &&Cell| matches!(&cell.value, CellValue::Text(text) if text == HEADING);
        let heads = sheet.cells.iter().filter(is_head);
        let columns: BTreeSet<u32> = heads.map(|cell| cell.at.column).collect();
        sheet
            .cells
            .retain(|cell| !columns.contains(&cell.at.column));
    }
}

/// The row of `D12`, counted from 1; `None` if it is no cell.
fn row_of(cell: &str) -> Option<u32> {
    parse_cell(cell).map(|at| at.row + 1)
}

/// Reads `D12`.
fn parse_cell(cell: &str) -> Option<CellRef> {
    let digits = cell.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = cell.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || number.len() > 7 {
        return None;
    }
    let mut column = 0_u32;
    for letter in letters.bytes() {
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let row = number.parse::<u32>().ok()?.checked_sub(1)?;
    (column <= 16_384 && row < 1_048_576).then_some(CellRef {
        row,
        column: column - 1,
    })
}

/// What is written: the cell, what stood there, what to do.
fn words(problem: &Note, with_sheet: bool) -> String {
    let mut words = String::new();
    if with_sheet && !problem.sheet.is_empty() {
        words.push_str(&format!("シート「{}」", problem.sheet));
    }
    words.push_str(&problem.cell);
    let found: Vec<char> = problem.found.chars().collect();
    if !found.is_empty() {
        let shown: String = found.iter().take(FOUND_CHARS).collect();
        let more = if found.len() > FOUND_CHARS { "…" } else { "" };
        words.push_str(&format!("「{shown}{more}」"));
    }
    if !words.is_empty() {
        words.push('：');
    }
    words.push_str(&problem.message);
    // One line a cell: it runs over into the free columns on its right.
    words.replace(['\r', '\n', '\t'], " ")
}

#[cfg(test)]
mod tests;
