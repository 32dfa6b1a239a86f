//! 確認開始・受付・国からの差戻し: what a reviewer does that asks nothing of the body.

use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_version, next_status, write_down,
};
use crate::domain::access::{Action, CountryScope, PrefectureScope, Relation};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::{Place, Section};
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::ReturnItem;
use crate::domain::survey_edition::EditionKey;
use crate::domain::text;
use crate::store::Transaction;
use crate::store::boards::BoardRow;
use crate::store::events::NewEvent;
use crate::store::response_changes::StatusChange;

/// Begins to review an answer: the body can no longer withdraw it.
pub async fn start_review(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    let (action, event) = (Action::StartReview, ResponseEvent::StartReview);
    step(
        desk,
        &transaction,
        actor,
        key,
        code,
        Some(version),
        (action, event),
        &[],
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// 受付: takes an answer.
pub async fn accept_response(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    let (action, event) = (Action::Accept, ResponseEvent::Accept);
    step(
        desk,
        &transaction,
        actor,
        key,
        code,
        Some(version),
        (action, event),
        &[],
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// What became of each answer of a bulk acceptance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkOutcome {
    pub accepted: Vec<LocalGovernmentCode>,
    /// Left as they were: warned about, or no longer waiting.
    pub skipped: Vec<LocalGovernmentCode>,
}

/// 一括受付: takes many answers at once, those that wait and that nothing is warned about; the others
/// are left for a look and named. All in one transaction.
pub async fn accept_many(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    scope: PrefectureScope,
    codes: &[LocalGovernmentCode],
) -> WorkflowResult<BulkOutcome> {
    let transaction = desk.store.begin().await?;
    let edition = transaction
        .edition(key)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let board = transaction.board(edition.id, scope).await?;
    accept_quiet(desk, transaction, actor, key, &board, codes).await
}

/// 一括受付 by the ministry, of the bodies that answer to it.
pub async fn accept_many_direct(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    scope: CountryScope,
    codes: &[LocalGovernmentCode],
) -> WorkflowResult<BulkOutcome> {
    let transaction = desk.store.begin().await?;
    let edition = transaction
        .edition(key)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let board = transaction.direct_board(edition.id, scope).await?;
    accept_quiet(desk, transaction, actor, key, &board, codes).await
}

async fn accept_quiet(
    desk: &Desk,
    transaction: Transaction,
    actor: &Actor,
    key: &EditionKey,
    board: &[BoardRow],
    codes: &[LocalGovernmentCode],
) -> WorkflowResult<BulkOutcome> {
    let mut outcome = BulkOutcome::default();
    for code in codes {
        let quiet = board
            .iter()
            .find(|row| row.code == *code)
            .is_some_and(|row| row.warnings == 0);
        let what = (Action::Accept, ResponseEvent::Accept);
        let done = if quiet {
            step(desk, &transaction, actor, key, *code, None, what, &[]).await
        } else {
            Err(WorkflowError::Forbidden)
        };
        match done {
            Ok(()) => outcome.accepted.push(*code),
            Err(WorkflowError::Store(error)) => return Err(WorkflowError::Store(error)),
            Err(_) => outcome.skipped.push(*code),
        }
    }
    transaction.commit().await?;
    Ok(outcome)
}

/// 国から都道府県への差戻し: the ministry gives one accepted answer back to its prefecture, with words.
/// The other municipalities stay accepted.
pub async fn send_back(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    reason: &str,
) -> WorkflowResult<()> {
    let reason = text::clean_text(reason);
    let items = [ReturnItem {
        place: Place::Section(Section::Schemes),
        reason,
    }];
    super::return_response::check_reasons(&items)?;
    let transaction = desk.store.begin().await?;
    let (action, event) = (Action::SendBack, ResponseEvent::SendBack);
    step(
        desk,
        &transaction,
        actor,
        key,
        code,
        Some(version),
        (action, event),
        &items,
    )
    .await?;
    Ok(transaction.commit().await?)
}

#[expect(
    clippy::too_many_arguments,
    reason = "one private step behind four verbs"
)]
async fn step(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: Option<i32>,
    (action, event): (Action, ResponseEvent),
    reasons: &[ReturnItem],
) -> WorkflowResult<()> {
    let now = desk.now();
    let record = load_for(transaction, actor, key, code, action, event).await?;
    debug_assert_ne!(super::relation_to(actor, &record), Relation::Own);
    if !record.is_decidable() {
        return Err(WorkflowError::Closed);
    }
    if let Some(version) = version {
        must_be_version(&record, version)?;
    }
    let status = next_status(&record, event)?;
    let change = match event {
        ResponseEvent::Accept => StatusChange::Accepted,
        _ => StatusChange::Plain,
    };
    transaction
        .set_status(&record, status, &change, now)
        .await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(record.revision_number),
        at: now,
        reasons,
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, &record, &new)?;
    Ok(transaction.apply(writes).await?)
}
