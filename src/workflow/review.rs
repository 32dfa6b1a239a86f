//! 確認開始・受付: what a reviewer does that asks nothing of the body.

use super::ask::{Asked, Asking, ask};
use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_version, next_status, review_mail,
    write_down,
};
use crate::domain::access::{Action, CountryScope, PrefectureScope, Relation};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailKind, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::proxy_entry::ProxyState;
use crate::domain::response_status::ResponseEvent;
use crate::domain::review_request::{
    Addressee, Asker, Hindrance, RequestEvent, RequestState, ReviewRequest,
};
use crate::domain::revision::{receipt_number, receipt_path};
use crate::domain::survey_edition::EditionKey;
use crate::store::Transaction;
use crate::store::boards::BoardRow;
use crate::store::events::NewEvent;
use crate::store::proxy_entries::state_of;
use crate::store::requests::RequestStep;
use crate::store::response_changes::StatusChange;
use crate::store::responses::ResponseRecord;

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
    let record = load_for(&transaction, actor, key, code, action, event).await?;
    step(desk, &transaction, actor, &record, Some(version), event).await?;
    Ok(transaction.commit().await?)
}

/// 受付: takes an answer. [`WorkflowError::Unsettled`] while something that was asked is open or not settled, or the
/// body says that an entry made for it is wrong.
pub async fn accept_response(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
) -> WorkflowResult<()> {
    accept(desk, actor, (key, code), version, Settling::Refuse).await
}

/// The same, and what the reviewer asked and has an answer to is settled with it, an objection to an entry passed over:
/// somebody ticked that.
pub async fn accept_settling(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
) -> WorkflowResult<()> {
    accept(desk, actor, (key, code), version, Settling::Settle).await
}

/// What an acceptance does with what was answered and is not settled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settling {
    Refuse,
    Settle,
}

async fn accept(
    desk: &Desk,
    actor: &Actor,
    (key, code): (&EditionKey, LocalGovernmentCode),
    version: i32,
    settling: Settling,
) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    let version = Some(version);
    accept_one(desk, &transaction, actor, key, code, version, settling).await?;
    Ok(transaction.commit().await?)
}

async fn accept_one(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: Option<i32>,
    settling: Settling,
) -> WorkflowResult<()> {
    let event = ResponseEvent::Accept;
    let record = load_for(transaction, actor, key, code, Action::Accept, event).await?;
    let requests = transaction.requests(record.id).await?;
    let of = |hindrance| {
        let hinders =
            move |request: &&ReviewRequest| request.hindrance(record.route) == Some(hindrance);
        requests.iter().filter(hinders).collect::<Vec<_>>()
    };
    let (open, unsettled) = (of(Hindrance::Open), of(Hindrance::Unsettled));
    // What the body says is wrong with an entry made for it is not passed over in silence.
    let replies = transaction.proxy_replies(record.id).await?;
    let disputed = state_of(&replies, record.revision_number) == ProxyState::Disputed;
    let unseen = disputed || !unsettled.is_empty();
    let hinders = !open.is_empty() || (settling == Settling::Refuse && unseen);
    if hinders {
        // Whoever acts on a page that is old is told so first.
        if let Some(version) = version {
            must_be_version(&record, version)?;
        }
        return Err(WorkflowError::Unsettled);
    }
    step(desk, transaction, actor, &record, version, event).await?;
    let (event, settled) = (RequestEvent::Settle, RequestState::Settled);
    let step = RequestStep::plain(event, settled, desk.now());
    for request in unsettled {
        transaction.move_request(actor, request, &step).await?;
    }
    tell(desk, transaction, actor, &record, &requests).await
}

/// The body is told that its answer was accepted; the ministry, where it asked and has an answer now.
async fn tell(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    requests: &[ReviewRequest],
) -> WorkflowResult<()> {
    let now = desk.now();
    let receipt = receipt_number(&record.edition, record.code(), record.revision_number);
    let to = review_mail::body(record);
    let facts = review_mail::facts(actor, record, to)
        .with(Placeholder::Link, receipt_path(&receipt))
        .with(Placeholder::Receipt, receipt);
    review_mail::tell(transaction, now, MailKind::Accepted, to, record, facts).await?;
    // What a prefecture answered in words was told when it did.
    let by_submission = |request: &ReviewRequest| {
        let reply = request.reply.as_ref();
        request.state == RequestState::Answered && reply.is_some_and(|it| it.revision.is_some())
    };
    let asked = |request: &&ReviewRequest| request.asker == Asker::Ministry;
    let is_through = record.route == Route::ThroughPrefecture;
    if is_through && requests.iter().filter(asked).any(by_submission) {
        let facts = review_mail::facts(actor, record, Party::Ministry).with(
            Placeholder::State,
            "市区町村が回答し、都道府県が受け付けました",
        );
        let kind = MailKind::PassedOn;
        review_mail::tell(transaction, now, kind, Party::Ministry, record, facts).await?;
    }
    Ok(())
}

/// What became of each answer of a bulk acceptance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkOutcome {
    pub accepted: Vec<LocalGovernmentCode>,
    /// Left as they were: warned about, asked about, or no longer waiting.
    pub skipped: Vec<LocalGovernmentCode>,
}

/// 一括受付: takes many answers at once, those that wait and about which nothing is warned or asked; the others
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
        let done = if quiet {
            let refuse = Settling::Refuse;
            accept_one(desk, &transaction, actor, key, *code, None, refuse).await
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

/// 国から都道府県への差戻し: the ministry gives one accepted answer back to its prefecture, with words about the
/// whole of it. The other municipalities stay accepted.
pub async fn send_back(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    reason: &str,
) -> WorkflowResult<()> {
    let asking = Asking {
        version,
        addressee: Addressee::Reviewer,
        asked: vec![Asked {
            place: None,
            words: reason.to_owned(),
        }],
        due_on: None,
    };
    ask(desk, actor, key, code, asking).await
}

/// Moves the answer on. `version`: of the page, where there is one.
async fn step(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    version: Option<i32>,
    event: ResponseEvent,
) -> WorkflowResult<()> {
    let now = desk.now();
    debug_assert_ne!(super::relation_to(actor, record), Relation::Own);
    if !record.is_decidable() {
        return Err(WorkflowError::Closed);
    }
    if let Some(version) = version {
        must_be_version(record, version)?;
    }
    let status = next_status(record, event)?;
    let change = match event {
        ResponseEvent::Accept => StatusChange::Accepted,
        _ => StatusChange::Plain,
    };
    transaction.set_status(record, status, &change, now).await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(record.revision_number),
        at: now,
        reasons: &[],
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, record, &new)?;
    Ok(transaction.apply(writes).await?)
}
