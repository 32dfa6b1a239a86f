//! The portal over HTTP, as a black box, on SQLite and (through `tests/run`) once more on PostgreSQL.

#[path = "../support/database.rs"]
mod database;
#[path = "../support/smtp.rs"]
mod smtp;

mod app;
mod client;

mod asked_for_amounts;
mod authorization;
mod bodies;
mod changes;
mod checks;
mod concurrency;
mod corrections;
mod deadlines;
mod deciding_requests;
mod departments;
mod discarding;
mod downloads;
mod editing;
mod edition_making;
mod edition_opening;
mod extensions;
mod gathering;
mod handover;
mod handover_told;
mod hostile_input;
mod inquiries;
mod intake;
mod logs;
mod mail;
mod mail_servers;
mod menu;
mod municipality;
mod national_counts;
mod overdue;
mod participation;
mod plan;
mod prefecture_deadlines;
mod protection;
mod proxy;
mod questions;
mod reference_data;
mod reminders;
mod reopening;
mod requests;
mod required_amounts;
mod scheme_names;
mod schemes;
mod sign_in;
mod sign_off;
mod status_tables;
mod told;
mod uploads;
mod withdrawals;
