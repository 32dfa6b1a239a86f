//! Files as they come from the field, and what must be read from each.
//!
//! ```text
//! a good form ─ bent (layout, values, identity) ─> Book ─ as cells, and as a real .xlsx ─> FileReading = expected
//! ```
//! The outcomes are listed in `docs/intake-corpus.md`; a test holds the list to what is read.

pub mod book;
mod case;
mod damage;
mod identities;
mod layouts;
mod mangled;
mod outcomes;
pub mod round_trip;
mod strangers;
mod values;
mod words;
mod written_over;
