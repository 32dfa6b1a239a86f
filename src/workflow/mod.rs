//! The verbs: each changes state in one transaction (answer + event + audit row) or not at all.
//!
//! A browser, a dropped file and a command line are three doors to the same verbs. A verb loads the
//! record, asks [`crate::domain::access`] and the state machine, judges the dates by the clock of the
//! [`Desk`], writes, and commits.

use std::sync::Arc;

use crate::domain::access::{self, Action, Relation};
use crate::domain::account::Actor;
use crate::domain::japan_time::{Clock, UnixMillis};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::Section;
use crate::domain::response::{Draft, Problem, Warning};
use crate::domain::response_status::{Refused, ResponseEvent, ResponseStatus};
use crate::domain::sign_off::SignOffState;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::store::events::NewEvent;
use crate::store::responses::ResponseRecord;
use crate::store::writes::Writes;
use crate::store::{Store, StoreError, Transaction};

pub mod accounts;
pub mod add_respondents;
pub mod amount_tables;
pub mod ask;
pub mod bodies;
pub mod correct_response;
mod deadline_mail;
pub mod deliver_mail;
pub mod digests;
pub mod duties;
pub mod edition_discarding;
pub mod edition_making;
pub mod edition_opening;
pub mod editions;
pub mod export;
pub mod extend_deadline;
pub mod follow_up;
pub mod holidays;
pub mod inquiries;
pub mod intake;
pub mod intent_change;
pub mod keep_checks;
pub mod mail;
pub mod mail_desk;
pub mod object;
mod part_mail;
pub mod participation;
pub mod pass_on;
pub mod passwords;
pub mod plan_tables;
pub mod prefecture_deadline;
pub mod proxy_entry;
pub mod published_answers;
pub mod question_tables;
pub mod reminders;
pub mod reopen;
pub mod reopening_end;
pub mod requests;
pub mod return_response;
pub mod review;
mod review_mail;
pub mod save_draft;
pub mod save_rows;
pub mod saved_mail;
pub mod schemes;
pub mod send_summary_sheet;
pub mod sessions;
pub mod sign_off;
pub mod status_changes;
pub mod status_tables;
pub mod submit_response;
pub mod table_file;
pub mod take_out;
pub mod take_out_all;
pub mod trial;
pub mod view_answer;
pub mod withdraw;

/// What every verb works with.
#[derive(Clone)]
pub struct Desk {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub passwords: passwords::PasswordPool,
    /// Reader processes for files that were sent.
    pub intake: intake::IntakeRoom,
}

impl Desk {
    /// The moment by which deadlines are judged.
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }
}

/// Why a verb did nothing. In every case the stored data is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// There is no such record, or this person may not know of it.
    #[error("no such record")]
    NotFound,
    /// The person may know of it but not do this.
    #[error("not allowed")]
    Forbidden,
    /// The answer is in a state that does not allow this.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The edition is not open, or the date for this has passed.
    #[error("the edition does not take this any more")]
    Closed,
    /// Somebody else saved this section first.
    #[error("somebody else saved the section first")]
    Conflict(Box<Conflict>),
    /// Somebody else changed the record first.
    #[error("the record was changed by somebody else")]
    Stale,
    /// Sections nobody has saved yet.
    #[error("sections are unfinished")]
    Unfinished(Vec<Section>),
    /// Something must be mended first.
    #[error("the input has problems")]
    Invalid(Vec<Problem>),
    /// Something looks odd and was not confirmed.
    #[error("warnings are unconfirmed")]
    Unconfirmed(Vec<Warning>),
    /// 決裁: the draft is not to be submitted by this person, or not yet.
    #[error("the sign-off stands at {0:?}")]
    NeedsSignOff(SignOffState),
    /// Something that was asked about the answer is open, or answered and not settled.
    #[error("requests are open or unsettled")]
    Unsettled,
    /// Too many are doing the same.
    #[error("too many at once")]
    Busy,
    /// A workbook could not be written.
    #[error("workbook: {0}")]
    Workbook(String),
    #[error(transparent)]
    Store(StoreError),
}

/// The stored draft that a save would have overwritten.
#[derive(Clone, Debug)]
pub struct Conflict {
    pub stored: Draft,
    pub section: Section,
}

impl From<StoreError> for WorkflowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            other => Self::Store(other),
        }
    }
}

/// Result of a verb.
pub type WorkflowResult<T> = Result<T, WorkflowError>;

/// The subject of audit rows about an answer.
pub fn response_subject(key: &EditionKey, code: LocalGovernmentCode) -> String {
    format!("response/{key}/{code}")
}

/// How somebody stands to an answer.
pub fn relation_to(actor: &Actor, record: &ResponseRecord) -> Relation {
    access::relation(actor, record.code(), record.class.kind, record.route)
}

/// An edition that nobody else changes before the transaction ends.
async fn locked_edition(
    transaction: &Transaction,
    key: &EditionKey,
) -> WorkflowResult<SurveyEdition> {
    let edition = transaction.lock_edition(key).await?;
    edition.ok_or(WorkflowError::NotFound)
}

/// Loads an answer for an action. Strangers are told there is none.
async fn load_for(
    transaction: &Transaction,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    action: Action,
    event: ResponseEvent,
) -> WorkflowResult<ResponseRecord> {
    let record = transaction
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    must_be_permitted(actor, &record, action, event)?;
    Ok(record)
}

/// The person may do this to the answer as it stands.
fn must_be_permitted(
    actor: &Actor,
    record: &ResponseRecord,
    action: Action,
    event: ResponseEvent,
) -> WorkflowResult<()> {
    let relation = relation_to(actor, record);
    if !access::permits(relation, record.status, Action::ViewState) {
        return Err(WorkflowError::NotFound);
    }
    if !access::permits(relation, record.status, action) {
        // The state machine knows best why; where it would allow the event, the person may not.
        record.status.after(event)?;
        return Err(WorkflowError::Forbidden);
    }
    Ok(())
}

/// The edition takes this event on this answer now, or the body was asked again.
fn must_be_open(record: &ResponseRecord, now: UnixMillis) -> WorkflowResult<()> {
    if record.takes_answers(now) {
        Ok(())
    } else {
        Err(WorkflowError::Closed)
    }
}

/// What concerns the whole form is the liaison desk's: somebody of a department fills in its rows.
fn must_be_liaison(actor: &Actor) -> WorkflowResult<()> {
    if actor.department.is_empty() {
        Ok(())
    } else {
        Err(WorkflowError::Forbidden)
    }
}

/// The version a page was made from must still hold.
fn must_be_version(record: &ResponseRecord, version: i32) -> WorkflowResult<()> {
    must_be_version_of(record.version, version)
}

/// The same for any versioned record.
fn must_be_version_of(stored: i32, version: i32) -> WorkflowResult<()> {
    if stored == version {
        Ok(())
    } else {
        Err(WorkflowError::Stale)
    }
}

/// The event and the audit row that go with a new status.
fn write_down(
    writes: &mut Writes,
    actor: &Actor,
    record: &ResponseRecord,
    new: &NewEvent<'_>,
) -> WorkflowResult<()> {
    writes.event(record, actor, new)?;
    let subject = response_subject(&record.edition.key, record.code());
    let detail = match new.revision_number {
        Some(number) => format!("revision {number}"),
        None => String::new(),
    };
    writes.audit(actor, new.at, new.event.as_str(), &subject, &detail);
    Ok(())
}

/// What the next status is, as an error of the workflow where there is none.
fn next_status(record: &ResponseRecord, event: ResponseEvent) -> WorkflowResult<ResponseStatus> {
    Ok(record.status.after(event)?)
}
