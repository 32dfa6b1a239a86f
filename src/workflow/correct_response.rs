//! 訂正: the reviewer mends an obvious slip in the body's place, with a reason.
//!
//! It makes a revision of its own, marked as what it is; what the body sent stays in the history, the body sees old
//! and new, and may object. Whatever is more than a slip is returned.

use super::{
    Desk, WorkflowError, load_for, must_be_version, next_status, relation_to, review_mail,
    write_down,
};
use crate::domain::access::{self, Action};
use crate::domain::account::Actor;
use crate::domain::coordination_contact::ContactInput;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailKind, Placeholder};
use crate::domain::response::{self, Form1, Form1Input, IntentInput, Reading, SchemesInput};
use crate::domain::response_diff::changes;
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::review_request::words_problems;
use crate::domain::revision::{Correction, HistoryEntry, receipt_number};
use crate::domain::survey_edition::EditionKey;
use crate::domain::text::clean_text;
use crate::store::StoreError;
use crate::store::events::NewEvent;
use crate::store::response_changes::SubmittedFacts;
use crate::store::responses::ResponseRecord;
use crate::store::revisions::NewRevision;

/// The form as it should have been, as typed. Answers to an edition's own questions are the body's alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionInput {
    pub contact: ContactInput,
    pub intent: IntentInput,
    pub schemes: SchemesInput,
    pub reason: String,
}

/// A correction as understood.
#[derive(Clone, Debug)]
pub struct CorrectionReading {
    /// Of the whole form.
    pub reading: Reading,
    pub reason_problems: Vec<String>,
    /// It says what the answer says already.
    pub is_unchanged: bool,
}

impl CorrectionReading {
    fn is_complete(&self) -> bool {
        self.reading.form.is_some() && self.reason_problems.is_empty() && !self.is_unchanged
    }
}

/// Why nothing was corrected. In every case the stored data is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// Something must be mended first.
    #[error("the correction has problems")]
    Invalid(Box<CorrectionReading>),
    /// A notice of a change of intent waits, written against the answer as it is.
    #[error("a notice of a change of intent waits")]
    NoticeWaits(i64),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for CorrectionError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Reads a correction against the form it mends, by the rules of Form 1.
pub fn read_correction(
    record: &ResponseRecord,
    base: &Form1,
    input: &CorrectionInput,
) -> CorrectionReading {
    let whole = Form1Input {
        contact: input.contact.clone(),
        intent: input.intent.clone(),
        schemes: input.schemes.clone(),
        ..base.to_input()
    };
    let reading = response::read(&record.edition.definition, &record.class, &whole);
    let mut reason_problems = words_problems(&input.reason);
    if clean_text(&input.reason).is_empty() {
        reason_problems.push("訂正する理由を入力してください。".to_owned());
    }
    CorrectionReading {
        // What nobody could see on the page of differences is no correction.
        is_unchanged: reading
            .form
            .as_ref()
            .is_some_and(|form| changes(&record.edition.definition, base, form).is_empty()),
        reading,
        reason_problems,
    }
}

/// The newest correction found the answer before its review had begun.
fn began_review(history: &[HistoryEntry]) -> bool {
    let is_correction = |entry: &HistoryEntry| entry.event == ResponseEvent::Correct;
    let at = history.iter().rposition(is_correction);
    let before = at.and_then(|at| history.get(at.checked_sub(1)?));
    before.is_some_and(|entry| entry.status_after == ResponseStatus::Submitted)
}

/// Corrects an answer; `true`: the review of it began with that. The same page sent twice makes one revision.
pub async fn correct_response(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    input: &CorrectionInput,
) -> Result<bool, CorrectionError> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let event = ResponseEvent::Correct;
    let record = load_for(&transaction, actor, key, code, Action::Correct, event).await?;
    let submission_key = format!("correction-{}-{version}", record.id);
    if record.version != version {
        let made = desk.store.receipt_of_submission(&submission_key).await?;
        return match made {
            Some(_) => Ok(began_review(&desk.store.history(record.id).await?)),
            None => Err(WorkflowError::Stale.into()),
        };
    }
    if !record.is_decidable() {
        return Err(WorkflowError::Closed.into());
    }
    must_be_version(&record, version)?;
    let notices = transaction.changes_of_answer(record.id).await?;
    if let Some(notice) = notices.iter().find(|head| head.state.is_open()) {
        return Err(CorrectionError::NoticeWaits(notice.id));
    }
    let status = next_status(&record, event)?;
    let base = transaction
        .revision(record.id, record.revision_number)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let read = read_correction(&record, &base.form, input);
    if !read.is_complete() {
        return Err(CorrectionError::Invalid(Box::new(read)));
    }
    let Some(form) = &read.reading.form else {
        return Err(CorrectionError::Invalid(Box::new(read)));
    };
    let asker = access::asker(relation_to(actor, &record), record.route);
    let correction = Correction {
        by: asker.ok_or(WorkflowError::Forbidden)?,
        reason: clean_text(&input.reason),
    };
    let number = record.revision_number + 1;
    let receipt = receipt_number(&record.edition, code, number);
    let revision = NewRevision {
        response_id: record.id,
        number,
        receipt: &receipt,
        submission_key: &submission_key,
        form,
        confirmed_warnings: &read.reading.warnings,
        // Late is who answered late.
        lateness: record.lateness(),
        submitted_at: now,
        submitted_by: actor.account_id,
        submitted_by_name: &actor.display_name,
        by_proxy: false,
        intake_file: None,
    };
    let read_as = (read.reading.totals.recipients, read.reading.warnings.len());
    let facts = SubmittedFacts {
        lateness: record.lateness(),
        first_submitted_at: record.first_submitted_at.unwrap_or(now),
        submitted_at: record.submitted_at.unwrap_or(now),
        ..SubmittedFacts::of(&record.edition.definition, form, read_as, number, now)
    };
    let update = desk.store.submitted(&record, &facts, status)?;
    transaction.apply_guarded(update).await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(number),
        at: now,
        reasons: &[],
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    writes.corrected_revision(&revision, &correction)?;
    write_down(&mut writes, actor, &record, &new)?;
    transaction.apply(writes).await?;
    let changed = changes(&record.edition.definition, &base.form, form);
    let to = review_mail::body(&record);
    let facts = review_mail::facts(actor, &record, to).with(
        Placeholder::Link,
        format!("/editions/{key}/form1/objection"),
    );
    let places = changed.iter().map(|change| Some(&change.place));
    let facts = review_mail::asked(facts, &record, places, None);
    review_mail::tell(&transaction, now, MailKind::Corrected, to, &record, facts).await?;
    transaction.commit().await?;
    Ok(record.status != status)
}
