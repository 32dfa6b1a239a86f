//! Reading workbooks people send: the most dangerous thing we do (`docs/adr/008-reading-workbooks.md`).
//!
//! ```text
//! bytes ─ a reader process: guard, then stream ─> Grid (cells as they stand) | Refusal (a sentence)
//! Grid ─ form1_reader ─> Form1Sheet (what the sheet says, cell by cell)
//! ```
//! Nothing here knows a body, a prefecture or a stored answer; that comes later, in the domain.

pub mod form1_reader;
pub mod grid;
pub mod unpack;

pub use form1_reader::{Form1Vocabulary, read_form1};
pub use grid::{Cell, CellRef, CellValue, DefinedName, Grid, Refusal, RefusalKind, Sheet};
