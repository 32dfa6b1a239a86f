//! 意向の変更: a body files a notice, its prefecture forwards it, the ministry decides.
//!
//! ```text
//! file ─> notice (immutable) ─ forward | send back | take back ─> event
//!                            └ accept ─> revision + event 意向変更 + the answer's row, in the same transaction
//! ```
//! Every step holds the answer's row first, so of two who decide at once the second is told.

mod deciding;
pub mod report;
mod telling;

use super::{Desk, WorkflowError, must_be_liaison, relation_to};
use crate::domain::access::{ChangeAction, Relation, permits_change};
use crate::domain::account::Actor;
use crate::domain::extra_answer::ExtraInput;
use crate::domain::intent_change::{
    ChangeEvent, ChangeRefused, ChangeState, Notice, NoticeField, read_words, takes_changes,
};
use crate::domain::response::{self, Form1, Form1Input, IntentInput, SchemesInput, Warning};
use crate::domain::survey_edition::EditionKey;
use crate::store::intent_changes::{ChangeRecord, ChangeStep};
use crate::store::responses::ResponseRecord;
use crate::store::{StoreError, Transaction};

use deciding::action_of;
pub(crate) use deciding::decide_within;
pub use deciding::{Decision, decide_change};

/// A notice as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeInput {
    pub intent: IntentInput,
    pub schemes: SchemesInput,
    /// Answers to the questions of the edition that this body is asked.
    pub extra: ExtraInput,
    pub reason: String,
    pub changed_on: String,
}

impl NoticeInput {
    /// The answer as it stands, to be changed.
    pub fn of(base: &Form1) -> Self {
        let whole = base.to_input();
        Self {
            intent: whole.intent,
            schemes: whole.schemes,
            extra: whole.extra,
            ..Self::default()
        }
    }

    /// The whole form as it would be; its contact is the answer's.
    pub fn whole(&self, base: &Form1) -> Form1Input {
        Form1Input {
            contact: base.to_input().contact,
            intent: self.intent.clone(),
            schemes: self.schemes.clone(),
            extra: self.extra.clone(),
        }
    }
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
    let whole = input.whole(base);
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
    let transaction = desk.store.begin().await?;
    let confirmed = warnings_confirmed;
    let id = file_within(desk, &transaction, actor, key, base, input, confirmed).await?;
    transaction.commit().await?;
    Ok(id)
}

/// The same among other changes.
pub(crate) async fn file_within(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    key: &EditionKey,
    base: NoticeBase,
    input: &NoticeInput,
    warnings_confirmed: bool,
) -> Result<i64, ChangeError> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let record = transaction.response(key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !permits_change(relation, record.route, ChangeAction::File) {
        return Err(WorkflowError::NotFound.into());
    }
    // The whole body speaks: not one department of it.
    must_be_liaison(actor)?;
    let filed = transaction.changes_of_answer(record.id).await?;
    let last = filed.last();
    if last.map_or(0, |last| last.number) != base.filed {
        if let Some(last) = last.filter(|last| last.number == base.filed + 1)
            && is_same(desk, transaction, actor, &record, last.id, input).await?
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
    note(transaction, actor, (id, None), &record, &step).await?;
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

/// The event, the audit row and the mails of a step; with where the notice stood before it.
async fn note(
    transaction: &Transaction,
    actor: &Actor,
    (id, was): (i64, Option<ChangeState>),
    record: &ResponseRecord,
    step: &ChangeStep<'_>,
) -> Result<(), WorkflowError> {
    transaction.insert_change_event(id, actor, step).await?;
    let subject = format!("intent_change/{id}");
    let detail = format!("{}/{}", record.edition.key, record.code());
    let action = step.event.as_str();
    transaction
        .audit(actor, step.at, action, &subject, &detail)
        .await?;
    telling::tell(transaction, actor, record, (id, was), step).await
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
