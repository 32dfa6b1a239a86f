//! Torimatome (とりまとめ): the portal of the intent survey.
//!
//! ```text
//! domain  ←  store · spreadsheet · mail  ←  workflow  ←  web · cli  ←  app  ←  main
//! ```
//! See `docs/ARCHITECTURE.md`; `tests/architecture.rs` keeps the walls.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod mail;
pub mod spreadsheet;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod workflow;

/// Pages make many small texts on many threads; jemalloc gives about a tenth more of them than the
/// system's allocator for a few megabytes (`docs/adr/007-one-statement-for-the-form.md`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
