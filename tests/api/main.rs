//! The portal over HTTP, as a black box, on SQLite and (through `tests/run`) once more on PostgreSQL.

#[path = "../support/database.rs"]
mod database;

mod app;
mod client;

mod authorization;
mod concurrency;
mod deadlines;
mod downloads;
mod editing;
mod gathering;
mod hostile_input;
mod intake;
mod logs;
mod municipality;
mod plan;
mod protection;
mod reference_data;
mod sign_in;
mod status_tables;
mod uploads;
