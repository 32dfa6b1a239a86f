//! 取下げ: the body takes its submission back, as long as nobody has begun to review it.

use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_liaison, must_be_open, must_be_version,
    next_status, write_down,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::response_status::ResponseEvent;
use crate::domain::review_request::{RequestEvent, RequestState};
use crate::domain::survey_edition::EditionKey;
use crate::store::events::NewEvent;
use crate::store::requests::RequestStep;
use crate::store::response_changes::StatusChange;

/// Withdraws the actor's own submission. The revision stays in the history; its text is the draft.
pub async fn withdraw(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
) -> WorkflowResult<()> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    must_be_liaison(actor)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let event = ResponseEvent::Withdraw;
    let record = load_for(&transaction, actor, key, code, Action::Withdraw, event).await?;
    must_be_open(&record, now)?;
    must_be_version(&record, version)?;
    let status = next_status(&record, event)?;
    // A first answer taken back was never given: its next submission is judged by its own moment.
    let forget_first = record.open_return.is_none() && record.reopened.is_none();
    let change = StatusChange::Withdrawn { forget_first };
    transaction
        .set_status(&record, status, &change, now)
        .await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(record.revision_number),
        at: now,
        reasons: &[],
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, &record, &new)?;
    transaction.apply(writes).await?;
    // What this submission answered lies with the body again.
    let number = record.revision_number;
    for request in transaction.requests(record.id).await? {
        let answered = request.reply.as_ref().and_then(|reply| reply.revision);
        if answered == Some(number) && request.state == RequestState::Answered {
            let plain = RequestStep::plain(RequestEvent::TakeBack, RequestState::WithBody, now);
            let step = RequestStep {
                revision: Some(number),
                ..plain
            };
            transaction.move_request(actor, &request, &step).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}
