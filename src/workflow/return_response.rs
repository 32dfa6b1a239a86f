//! 差戻し: the reviewer asks the body to look again, with a reason at each place.

use jiff::civil::Date;

use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_version, next_status, review_mail,
    write_down,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::MailKind;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Draft, Problem};
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::{REASON_MAX, ReturnItem, ReturnRequest};
use crate::domain::review_request::{Addressee, Asker};
use crate::domain::revision::Revision;
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::domain::text;
use crate::store::Transaction;
use crate::store::events::NewEvent;
use crate::store::requests::NewRequest;
use crate::store::response_changes::StatusChange;
use crate::store::responses::ResponseRecord;

/// Returns an answer. At least one reason is needed; the body's draft becomes the text of the
/// revision, so that it mends what it sent and types nothing twice.
pub async fn return_response(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    items: &[ReturnItem],
) -> WorkflowResult<()> {
    return_until(desk, actor, key, code, version, items, None).await
}

/// The same, with the day by which an answer is wished. Each reason becomes a request of its own.
pub async fn return_until(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    items: &[ReturnItem],
    due_on: Option<Date>,
) -> WorkflowResult<()> {
    let items: Vec<_> = items
        .iter()
        .map(|item| ReturnItem {
            place: item.place.clone(),
            reason: text::clean_text(&item.reason),
        })
        .filter(|item| !item.reason.is_empty())
        .collect();
    check_reasons(&items)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let event = ResponseEvent::Return;
    let record = load_for(&transaction, actor, key, code, Action::Return, event).await?;
    must_be_version(&record, version)?;
    hand_back(desk, &transaction, actor, &record, &items, now).await?;
    let requests: Vec<_> = items
        .iter()
        .map(|item| NewRequest {
            asker: Asker::reviewer(record.route),
            addressee: Addressee::Body,
            place: Some(&item.place),
            words: &item.reason,
            due_on,
        })
        .collect();
    transaction
        .insert_requests(actor, &record, now, &requests)
        .await?;
    let to = review_mail::body(&record);
    let facts = review_mail::facts(actor, &record, to);
    let places = items.iter().map(|item| Some(&item.place));
    let facts = review_mail::asked(facts, &record, places, due_on);
    review_mail::tell(&transaction, now, MailKind::Returned, to, &record, facts).await?;
    transaction.commit().await?;
    Ok(())
}

/// The answer goes back to its body: status, the reasons as the form shows them, the draft to mend, event and audit
/// row. The requests behind the reasons are the caller's.
pub(super) async fn hand_back(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    items: &[ReturnItem],
    now: UnixMillis,
) -> WorkflowResult<()> {
    // In a closed edition only what the body can still answer is returned.
    if record.edition.state != EditionState::Open && !record.takes_answers(now) {
        return Err(WorkflowError::Closed);
    }
    let event = ResponseEvent::Return;
    let status = next_status(record, event)?;
    let number = record.revision_number;
    let revision = transaction
        .revision(record.id, number)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let draft = draft_to_mend(record, &revision);
    let request = ReturnRequest {
        items: items.to_vec(),
        at: now,
        by: actor.display_name.clone(),
        body: actor.body_name().to_owned(),
    };
    let change = StatusChange::Returned {
        request: &request,
        draft: &draft,
    };
    transaction.set_status(record, status, &change, now).await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(number),
        at: now,
        reasons: &request.items,
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, record, &new)?;
    Ok(transaction.apply(writes).await?)
}

/// The text of a revision as the draft in which it is mended.
pub(super) fn draft_to_mend(record: &ResponseRecord, revision: &Revision) -> Draft {
    record.draft_or_prefill().rewritten(
        revision.form.to_input(),
        record.edition.definition.sections(&record.class),
        revision.submitted_at,
        &revision.submitted_by,
    )
}

/// There is a reason, and each can be shown everywhere.
fn check_reasons(items: &[ReturnItem]) -> WorkflowResult<()> {
    let mut problems = Vec::new();
    if items.iter().all(|item| item.reason.is_empty()) {
        problems.push(Problem::new(
            Place::Section(Section::Contact),
            "差戻しの理由を、直してほしい項目のところに1つ以上入力してください。",
        ));
    }
    for item in items {
        crate::domain::coordination_contact::check_text(
            &item.reason,
            REASON_MAX,
            item.place.clone(),
            &mut problems,
        );
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(WorkflowError::Invalid(problems))
    }
}
