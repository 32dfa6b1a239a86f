//! 意向の変更: a body files a notice, its prefecture forwards it, the ministry decides.
//!
//! ```text
//! file ─> notice (immutable) ─ forward | send back | take back ─> event
//!                            └ accept ─> revision + event 意向変更 + the answer's row, in the same transaction
//! ```
//! Every step holds the answer's row first, so of two who decide at once the second is told.

pub mod report;

use super::{Desk, WorkflowError, must_be_version_of, next_status, relation_to, write_down};
use crate::domain::access::{ChangeAction, Relation, permits_change};
use crate::domain::account::Actor;
use crate::domain::intent_change::{
    ChangeEvent, ChangeRefused, ChangeState, Notice, NoticeField, read_remark, read_words,
    takes_changes,
};
use crate::domain::response::{self, Draft, Form1, Form1Input, IntentInput, SchemesInput, Warning};
use crate::domain::response_status::ResponseEvent;
use crate::domain::revision::receipt_number;
use crate::domain::survey_edition::EditionKey;
use crate::store::events::NewEvent;
use crate::store::intent_changes::{ChangeRecord, ChangeStep};
use crate::store::response_changes::ChangedFacts;
use crate::store::responses::ResponseRecord;
use crate::store::revisions::NewRevision;
use crate::store::{StoreError, Transaction};

/// A notice as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeInput {
    pub intent: IntentInput,
    pub schemes: SchemesInput,
    pub reason: String,
    pub changed_on: String,
}

/// What the page of a notice was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeBase {
    /// The revision it changes.
    pub revision: i32,
    /// The notices filed before.
    pub filed: i32,
}

/// A notice as understood.
#[derive(Clone, Debug)]
pub struct NoticeReading {
    /// Of the whole form; its contact is the answer's.
    pub reading: response::Reading,
    /// Of reason and day.
    pub words: Vec<(NoticeField, String)>,
    /// It says what the answer says already.
    pub is_unchanged: bool,
}

impl NoticeReading {
    /// It can be filed once its warnings are confirmed.
    pub fn is_complete(&self) -> bool {
        self.reading.form.is_some() && self.words.is_empty() && !self.is_unchanged
    }
}

/// Why a notice was not filed or not moved on. In every case the stored data is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Before the deadline, or without a received answer.
    #[error("no notice is taken now")]
    NotNow,
    /// Another notice of the answer waits.
    #[error("another notice waits")]
    Waiting(i64),
    /// Something must be mended first.
    #[error("the notice has problems")]
    Invalid(Box<NoticeReading>),
    /// Something looks odd and was not confirmed.
    #[error("warnings are unconfirmed")]
    Unconfirmed(Vec<Warning>),
    /// The answer is no longer the one the notice was written against.
    #[error("the answer was replaced")]
    AnswerMoved,
    /// The words that go with a step.
    #[error("{0}")]
    Words(String),
    #[error(transparent)]
    Refused(#[from] ChangeRefused),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Reads a notice against the form it changes: by the rules of Form 1, and reason and day by their own.
pub fn read_notice(
    desk: &Desk,
    record: &ResponseRecord,
    base: &Form1,
    input: &NoticeInput,
) -> NoticeReading {
    let whole = Form1Input {
        intent: input.intent.clone(),
        schemes: input.schemes.clone(),
        ..base.to_input()
    };
    let reading = response::read(&record.edition.definition, &record.class, &whole);
    let today = desk.now().japan_date();
    NoticeReading {
        words: read_words(&input.reason, &input.changed_on, today)
            .err()
            .unwrap_or_default(),
        is_unchanged: reading
            .form
            .as_ref()
            .is_some_and(|form| form.plain() == base.plain()),
        reading,
    }
}

/// Files a notice of the actor's own body and gives its id. The same page sent twice gives the same notice.
pub async fn file_change(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    base: NoticeBase,
    input: &NoticeInput,
    warnings_confirmed: bool,
) -> Result<i64, ChangeError> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let record = transaction.response(key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !permits_change(relation, record.route, ChangeAction::File) {
        return Err(WorkflowError::NotFound.into());
    }
    let filed = transaction.changes_of_answer(record.id).await?;
    let last = filed.last();
    if last.map_or(0, |last| last.number) != base.filed {
        if let Some(last) = last.filter(|last| last.number == base.filed + 1)
            && is_same(desk, &transaction, actor, &record, last.id, input).await?
        {
            return Ok(last.id);
        }
        return Err(WorkflowError::Stale.into());
    }
    if let Some(waiting) = last.filter(|last| last.state.is_open()) {
        return Err(ChangeError::Waiting(waiting.id));
    }
    if !takes_changes(&record.edition, record.status, now) {
        return Err(ChangeError::NotNow);
    }
    if record.revision_number != base.revision {
        return Err(ChangeError::AnswerMoved);
    }
    let revision = transaction
        .revision(record.id, record.revision_number)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let read = read_notice(desk, &record, &revision.form, input);
    let words = read_words(&input.reason, &input.changed_on, now.japan_date());
    let (form, (reason, changed_on)) = match (&read.reading.form, words) {
        (Some(form), Ok(words)) if !read.is_unchanged => (form.clone(), words),
        _ => return Err(ChangeError::Invalid(Box::new(read))),
    };
    if !read.reading.warnings.is_empty() && !warnings_confirmed {
        return Err(ChangeError::Unconfirmed(read.reading.warnings));
    }
    let notice = Notice {
        base_revision: record.revision_number,
        form,
        confirmed_warnings: read.reading.warnings,
        reason,
        changed_on,
        filed_at: now,
        filed_by: actor.account_id,
        filed_by_name: actor.display_name.clone(),
    };
    let state = ChangeState::filed(record.route);
    let number = base.filed + 1;
    let id = transaction
        .insert_intent_change(&record, number, state, &notice)
        .await?;
    let step = ChangeStep {
        event: ChangeEvent::File,
        state_after: state,
        at: now,
        remark: "",
        result_revision: None,
    };
    note(&transaction, actor, id, &record, &step).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Whether a stored notice is what this page says: it was sent twice.
async fn is_same(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    id: i64,
    input: &NoticeInput,
) -> Result<bool, StoreError> {
    let Some(stored) = transaction.intent_change(id).await? else {
        return Ok(false);
    };
    let read = read_notice(desk, record, &stored.base, input);
    let words = read_words(&input.reason, &input.changed_on, desk.now().japan_date());
    let notice = &stored.notice;
    Ok(notice.filed_by == actor.account_id
        && read.reading.form.as_ref() == Some(&notice.form)
        && words == Ok((notice.reason.clone(), notice.changed_on)))
}

/// What can be done with a filed notice, and the words that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    pub event: ChangeEvent,
    /// Version of the notice on the page.
    pub version: i32,
    pub remark: &'a str,
}

/// Whom the table must allow an event.
fn action_of(event: ChangeEvent) -> ChangeAction {
    match event {
        ChangeEvent::File => ChangeAction::File,
        ChangeEvent::TakeBack => ChangeAction::TakeBack,
        ChangeEvent::Forward | ChangeEvent::SendBack => ChangeAction::Pass,
        ChangeEvent::Accept | ChangeEvent::Decline => ChangeAction::Decide,
    }
}

/// Moves a notice on. Accepting writes a new revision of the answer in the same transaction.
pub async fn decide_change(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    decision: Decision<'_>,
) -> Result<(), ChangeError> {
    let now = desk.now();
    let event = decision.event;
    let transaction = desk.store.begin().await?;
    let found = transaction.intent_change(id).await?;
    let found = found.ok_or(WorkflowError::NotFound)?;
    let record = transaction
        .response(&found.edition.key, found.class.code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    // Read again: whoever held the answer's row before may have moved the notice.
    let change = transaction.intent_change(id).await?;
    let change = change.ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !permits_change(relation, record.route, ChangeAction::View) {
        return Err(WorkflowError::NotFound.into());
    }
    if !permits_change(relation, record.route, action_of(event)) {
        return Err(WorkflowError::Forbidden.into());
    }
    must_be_version_of(change.version, decision.version)?;
    let state_after = change.state.after(event)?;
    let missing = "理由を入力してください。";
    let remark = read_remark(decision.remark, event.needs_words(), missing);
    let remark = remark.map_err(ChangeError::Words)?;
    let result_revision = match event {
        ChangeEvent::Accept => {
            Some(put_in_force(desk, &transaction, actor, &change, &record).await?)
        }
        _ => None,
    };
    let step = ChangeStep {
        event,
        state_after,
        at: now,
        remark: &remark,
        result_revision,
    };
    transaction
        .move_intent_change(id, change.version, &step)
        .await?;
    note(&transaction, actor, id, &record, &step).await?;
    transaction.commit().await?;
    Ok(())
}

/// The revision that an accepted notice makes, with its event and the answer's row. Gives its number.
async fn put_in_force(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    change: &ChangeRecord,
    record: &ResponseRecord,
) -> Result<i32, ChangeError> {
    let notice = &change.notice;
    if record.revision_number != notice.base_revision || !record.status.is_received() {
        return Err(ChangeError::AnswerMoved);
    }
    let now = desk.now();
    let event = ResponseEvent::ChangeIntent;
    let status_after = next_status(record, event)?;
    let number = record.revision_number + 1;
    let receipt = receipt_number(&record.edition, record.code(), number);
    let form = &notice.form;
    let revision = NewRevision {
        response_id: record.id,
        number,
        receipt: &receipt,
        submission_key: &format!("change-{}", change.id),
        form,
        confirmed_warnings: &notice.confirmed_warnings,
        // Late is who answered late; a change of intent comes after the deadline by its nature.
        is_late: record.is_late,
        submitted_at: now,
        submitted_by: notice.filed_by,
        submitted_by_name: &notice.filed_by_name,
        by_proxy: false,
        intake_file: None,
    };
    let draft = record.draft_or_prefill();
    let sections = record.edition.definition.sections(&record.class);
    let draft = Draft {
        from_file: None,
        ..draft.rewritten(form.to_input(), sections, now, &notice.filed_by_name)
    };
    let facts = ChangedFacts {
        number,
        draft: &draft,
        intents: &form.intents,
        targets_mask: form.target_mask(&record.edition.definition),
        recipients: form.totals().recipients,
        warnings: notice.confirmed_warnings.len(),
    };
    transaction.change_intent(record, &facts, now).await?;
    let new = NewEvent {
        event,
        status_after,
        revision_number: Some(number),
        at: now,
        reasons: &[],
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    writes.changed_revision(&revision, change.id)?;
    write_down(&mut writes, actor, record, &new)?;
    transaction.apply(writes).await?;
    Ok(number)
}

/// The event and the audit row of a step.
async fn note(
    transaction: &Transaction,
    actor: &Actor,
    id: i64,
    record: &ResponseRecord,
    step: &ChangeStep<'_>,
) -> Result<(), StoreError> {
    transaction.insert_change_event(id, actor, step).await?;
    let subject = format!("intent_change/{id}");
    let detail = format!("{}/{}", record.edition.key, record.code());
    let action = step.event.as_str();
    transaction
        .audit(actor, step.at, action, &subject, &detail)
        .await
}

/// A notice as one person may see it.
#[derive(Clone, Debug)]
pub struct SeenChange {
    pub change: ChangeRecord,
    pub relation: Relation,
}

impl SeenChange {
    /// Whether this person may cause an event now.
    pub fn may(&self, event: ChangeEvent) -> bool {
        let action = action_of(event);
        permits_change(self.relation, self.change.route, action)
            && self.change.state.after(event).is_ok()
    }
}

/// Opens a notice. If it is not the actor's own, the audit log says who looked.
pub async fn view_change(desk: &Desk, actor: &Actor, id: i64) -> Result<SeenChange, WorkflowError> {
    let change = desk.store.intent_change(id).await?;
    let change = change.ok_or(WorkflowError::NotFound)?;
    let class = &change.class;
    let relation = crate::domain::access::relation(actor, class.code, class.kind, change.route);
    if !permits_change(relation, change.route, ChangeAction::View) {
        return Err(WorkflowError::NotFound);
    }
    if relation != Relation::Own {
        let transaction = desk.store.begin().await?;
        let subject = format!("intent_change/{id}");
        let detail = format!("{}/{}", change.edition.key, class.code);
        transaction
            .audit(actor, desk.now(), "view_change", &subject, &detail)
            .await?;
        transaction.commit().await?;
    }
    Ok(SeenChange { change, relation })
}
