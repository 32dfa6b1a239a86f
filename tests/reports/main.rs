//! Participation and the status tables, through the program as an operator starts it: lists go in as files,
//! tables come out as files and are read by other programs than their writers.
//!
//! On SQLite and (through `tests/run`) once more on PostgreSQL.

#[path = "../support/database.rs"]
mod database;

#[allow(dead_code)] // the workbook tests use the rest
#[path = "../spreadsheet/support.rs"]
mod support;

mod bad_lists;
mod lists;
mod organizations;
mod program;
mod published;
