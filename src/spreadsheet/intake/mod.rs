//! Reading workbooks people send: the most dangerous thing we do (`docs/adr/008-reading-workbooks.md`).
//!
//! ```text
//! bytes ─ a reader process: guard, then stream ─> Grid (cells as they stand) | Refusal (a sentence)
//! Grid ─ form1_reader ─> Form1Sheet (what the sheet says, cell by cell)
//! ```
//! Nothing here knows a body, a prefecture or a stored answer; that comes later, in the domain.

pub mod annotate;
pub mod bounds;
mod bytes;
mod collect;
mod container;
pub mod form1_reader;
pub mod grid;
mod inflate;
mod memo;
mod ods;
mod package;
pub mod packed;
pub mod process;
mod prolog;
mod text;
pub mod unpack;
mod why;
mod xls;
mod xlsx;
mod xml;

pub use form1_reader::{EarlierNames, Form1Vocabulary, read_form1};
pub use grid::{
    Cell, CellRef, CellValue, DefinedName, Grid, Look, Refusal, RefusalKind, Shape, Sheet,
};

/// Reads one workbook (`.xlsx`, `.ods`, `.xls`) by its content, in this process. Time and memory are
/// bounded (`bounds`) and no input makes it panic; what strangers send goes through a reader process all the
/// same.
///
/// # Errors
/// What the file is instead, or why it is not read, as a sentence for who sent it.
pub fn read_workbook(bytes: &[u8]) -> Result<Grid, Refusal> {
    Ok(container::read(bytes)?)
}
