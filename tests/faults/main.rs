//! What goes wrong on a real machine: the program is killed, stopped, started twice, started on the
//! wrong database, copied while it runs. The real program runs as a process of its own.
//!
//! On SQLite and (through `tests/run`) on PostgreSQL; backup and start-up are SQLite's alone.

#[path = "../support/database.rs"]
mod database;

#[path = "../support/smtp.rs"]
mod smtp;

#[allow(dead_code)] // the black-box tests use the rest
#[path = "../api/app.rs"]
mod app;
#[allow(dead_code)]
#[path = "../api/client.rs"]
mod client;

mod backup;
mod importing;
mod load;
mod mailing;
mod server;
mod starting;
mod stopping;
