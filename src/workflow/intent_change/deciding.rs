//! What becomes of a filed notice: forwarded, sent back, taken back, declined, or accepted and so a new revision.

use super::{ChangeError, note};
use crate::domain::access::{ChangeAction, permits_change};
use crate::domain::account::Actor;
use crate::domain::intent_change::{ChangeEvent, read_remark};
use crate::domain::response::Draft;
use crate::domain::response_status::ResponseEvent;
use crate::domain::revision::receipt_number;
use crate::store::Transaction;
use crate::store::events::NewEvent;
use crate::store::intent_changes::{ChangeRecord, ChangeStep};
use crate::store::response_changes::ChangedFacts;
use crate::store::responses::ResponseRecord;
use crate::store::revisions::NewRevision;
use crate::workflow::{
    Desk, WorkflowError, must_be_version_of, next_status, relation_to, write_down,
};

/// What can be done with a filed notice, and the words that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    pub event: ChangeEvent,
    /// Version of the notice on the page.
    pub version: i32,
    pub remark: &'a str,
}

/// Whom the table must allow an event.
pub(super) fn action_of(event: ChangeEvent) -> ChangeAction {
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
    let transaction = desk.store.begin().await?;
    decide_within(desk, &transaction, actor, id, decision).await?;
    transaction.commit().await?;
    Ok(())
}

/// The same among other changes.
pub(crate) async fn decide_within(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    id: i64,
    decision: Decision<'_>,
) -> Result<(), ChangeError> {
    let now = desk.now();
    let event = decision.event;
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
            Some(put_in_force(desk, transaction, actor, &change, &record).await?)
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
    note(transaction, actor, (id, Some(change.state)), &record, &step).await?;
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
        lateness: record.lateness(),
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
