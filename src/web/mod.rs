//! The door for browsers: requests are parsed into domain types, one verb or query is called, and a
//! view with display-ready values is rendered. No database type is named here.

pub mod accounts;
pub mod amounts;
pub mod answer_view;
pub mod bodies;
pub mod changes;
pub mod deadline_history;
pub mod download;
pub mod error;
pub mod form;
pub mod forms_zip;
pub mod guard;
pub mod help;
pub mod home;
mod home_corrections;
pub mod home_lines;
pub mod inquiries;
pub mod intake;
pub mod ministry;
pub mod municipality;
pub mod page;
pub mod prefecture;
pub mod public;
pub mod published;
pub mod reminders;
pub mod review;
pub mod routes;
pub mod session;
pub mod source_view;
pub mod state;
pub mod static_files;
pub mod status;
pub mod upload;
pub mod view;
pub mod view_select;
