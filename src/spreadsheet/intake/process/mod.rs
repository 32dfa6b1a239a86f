//! Reading in processes of their own: whatever a file does there is one rejected file.
//!
//! ```text
//! caller ─ bytes ─> queue (bounded) ─> a thread for each child ─ pipe ─> child: shut in, read_workbook
//!        <─ Grid | Refusal ── bounds looked at again ────────── pipe ──┘
//! ```
//! The parent watches the clock and replaces a child that is late, gone or talks nonsense. A child has its
//! three pipes and nothing else: no file, no network, no environment, little memory and processor time.

mod child;
mod limits;
mod pool;
mod queue;
mod reader;
mod wire;

pub use child::serve;
pub use pool::{Busy, PoolSettings, ReaderPool};

/// The hidden subcommand that a child is started with.
pub const SUBCOMMAND: &str = "read-workbooks";
