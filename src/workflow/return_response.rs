//! 差戻し: the reviewer asks the body to look again, with a reason at each place.

use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_version, next_status, write_down,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Draft, Problem};
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::{REASON_MAX, ReturnItem, ReturnRequest};
use crate::domain::revision::Revision;
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::domain::text;
use crate::store::events::NewEvent;
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
    // In a closed edition only what the body can still answer is returned.
    if record.edition.state != EditionState::Open && !record.takes_answers(now) {
        return Err(WorkflowError::Closed);
    }
    must_be_version(&record, version)?;
    let status = next_status(&record, event)?;
    let number = record.revision_number;
    let revision = transaction
        .revision(record.id, number)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let draft = draft_to_mend(&record, &revision);
    let request = ReturnRequest {
        items,
        at: now,
        by: actor.display_name.clone(),
        body: actor.body_name().to_owned(),
    };
    let change = StatusChange::Returned {
        request: &request,
        draft: &draft,
    };
    transaction
        .set_status(&record, status, &change, now)
        .await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(number),
        at: now,
        reasons: &request.items,
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, &record, &new)?;
    transaction.apply(writes).await?;
    transaction.commit().await?;
    Ok(())
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
pub(super) fn check_reasons(items: &[ReturnItem]) -> WorkflowResult<()> {
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
