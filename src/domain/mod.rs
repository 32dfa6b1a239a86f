//! What the survey is, in the words of the ministry's documents; names no framework.
//!
//! Typed text comes in as an *input* (everything as the person wrote it), is read once into a *form*
//! (typed values) together with problems and warnings, and is stored as an immutable revision.

pub mod access;
pub mod account;
pub mod application_intent;
pub mod cell_ref;
pub mod coordination_contact;
pub mod email_address;
pub mod estimate;
pub mod extra_question;
pub mod fiscal_year;
pub mod form1_sheet;
pub mod identify;
pub mod intake;
pub mod intake_batch;
pub mod japan_time;
pub mod local_government_code;
pub mod mark;
pub mod national_counts;
pub mod organization;
pub mod participation;
pub mod password;
pub mod phone_number;
pub mod place;
pub mod plan;
pub mod progress;
pub mod recipient_count;
pub mod response;
pub mod response_diff;
pub mod response_status;
pub mod return_request;
pub mod revision;
pub mod scheme;
pub mod scheme_catalogue;
pub mod search_key;
pub mod settling;
pub mod status_report;
pub mod summary_sheet;
pub mod survey_edition;
pub mod target_counts;
pub mod text;
