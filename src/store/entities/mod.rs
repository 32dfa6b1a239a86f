//! One sea-orm model a table, no logic.

pub mod account;
pub mod audit_log;
pub mod intake_batch;
pub mod intake_file;
pub mod intake_reading;
pub mod intent_change;
pub mod intent_change_event;
pub mod invitation;
pub mod kept_input;
pub mod organization;
pub mod organization_change;
pub mod organization_version;
pub mod original_file;
pub mod participation_batch;
pub mod participation_entry;
pub mod prefecture_deadline;
pub mod proxy_entry;
pub mod proxy_reply;
pub mod response;
pub mod response_event;
pub mod revision;
pub mod scheme;
pub mod session;
pub mod summary_sheet;
pub mod survey_edition;
