//! The portal over HTTP, as a black box, on SQLite and (through `tests/run`) once more on PostgreSQL.

#[path = "../support/database.rs"]
mod database;
