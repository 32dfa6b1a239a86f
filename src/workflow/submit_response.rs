//! 提出: turns a draft into an immutable revision with a receipt.

use super::mail::{Announcement, announce};
use super::requests::read_replies;
use super::sign_off::{SIGNED, sign_off_facts};
use super::{
    Desk, WorkflowError, WorkflowResult, must_be_liaison, must_be_open, must_be_permitted,
    next_status, response_subject, write_down,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::japan_time;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::response::{self, Draft, Warning};
use crate::domain::response_status::ResponseEvent;
use crate::domain::review_request::{BodyReply, RequestEvent, RequestState};
use crate::domain::revision::{receipt_number, receipt_path};
use crate::domain::sign_off::{self, SignOffEvent};
use crate::domain::survey_edition::EditionKey;
use crate::store::StoreError;
use crate::store::commits::Change;
use crate::store::events::NewEvent;
use crate::store::requests::RequestStep;
use crate::store::response_changes::SubmittedFacts;
use crate::store::responses::ResponseRecord;
use crate::store::revisions::NewRevision;

/// Submits the actor's own draft as it was on the check page (`version`), and gives the receipt
/// number. The same page sent twice — double click, reload, back and again — gives the same receipt
/// and one revision. Warnings must have been confirmed.
pub async fn submit_response(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    warnings_confirmed: bool,
) -> WorkflowResult<String> {
    submit_with_replies(desk, actor, key, version, warnings_confirmed, &[]).await
}

/// The same, with what the body says to what it was asked. The submission answers everything that lies with the body;
/// [`WorkflowError::Invalid`] while it says nothing to one of them.
pub async fn submit_with_replies(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    warnings_confirmed: bool,
    replies: &[BodyReply],
) -> WorkflowResult<String> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    // Everything is read and worked out before the write lock is taken; the version guards the rest.
    let record = desk
        .store
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let submission_key = record.submission_key_at(version);
    if record.version != version {
        let receipt = desk.store.receipt_of_submission(&submission_key).await?;
        return receipt.ok_or(WorkflowError::Stale);
    }
    let event = ResponseEvent::Submit;
    must_be_liaison(actor)?;
    must_be_permitted(actor, &record, Action::Submit, event)?;
    must_be_open(&record, now)?;
    let status = next_status(&record, event)?;
    let draft = record.draft_or_prefill();
    let sections = record.edition.definition.sections(&record.class);
    let unfinished: Vec<_> = sections
        .iter()
        .copied()
        .filter(|section| draft.version(*section) == 0)
        .collect();
    if !unfinished.is_empty() {
        return Err(WorkflowError::Unfinished(unfinished));
    }
    let reading = response::read(&record.edition.definition, &record.class, &draft.input);
    let Some(form) = reading.form else {
        return Err(WorkflowError::Invalid(reading.problems));
    };
    // Nothing lies with a body to which nothing was returned.
    let requests = match &record.open_return {
        Some(_) => desk.store.requests(record.id).await?,
        None => Vec::new(),
    };
    let replies = read_replies(&requests, replies)?;
    if !warnings_confirmed {
        let doubts = doubts(&record, &draft, &reading.warnings);
        if !doubts.is_empty() {
            return Err(WorkflowError::Unconfirmed(doubts));
        }
    }
    let signs = record.duties.sign_off;
    if signs {
        let stands = sign_off::state_of(&draft, record.revision_number);
        let may = sign_off::may_sign(&draft, actor.account_id);
        if stands.after(SignOffEvent::Submit).is_none() || !may {
            return Err(WorkflowError::NeedsSignOff(stands));
        }
    }

    let number = record.revision_number + 1;
    let receipt = receipt_number(&record.edition, code, number);
    let (first_submitted_at, lateness) = record.judged(now);
    let revision = NewRevision {
        response_id: record.id,
        number,
        receipt: &receipt,
        submission_key: &submission_key,
        form: &form,
        confirmed_warnings: &reading.warnings,
        lateness,
        submitted_at: now,
        submitted_by: actor.account_id,
        submitted_by_name: &actor.display_name,
        by_proxy: false,
        intake_file: draft.from_file,
    };
    let read_as = (reading.totals.recipients, reading.warnings.len());
    let facts = SubmittedFacts {
        lateness,
        first_submitted_at,
        ..SubmittedFacts::of(&record.edition.definition, &form, read_as, number, now)
    };
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(number),
        at: now,
        reasons: &[],
        intake_file: None,
    };
    let update = desk.store.submitted(&record, &facts, status)?;
    let mut writes = desk.store.writes();
    writes.revision(&revision)?;
    write_down(&mut writes, actor, &record, &new)?;
    for (request, reply) in &replies {
        let plain = RequestStep::plain(RequestEvent::Reply, RequestState::Answered, now);
        let step = RequestStep {
            words: &reply.words,
            kind: reply.kind,
            revision: Some(number),
            ..plain
        };
        writes.request_step(actor, request, &step);
    }
    let facts = MailFacts::default()
        .with(Placeholder::Receipt, receipt.as_str())
        .with(Placeholder::By, actor.display_name.as_str())
        .with(Placeholder::Day, japan_time::datetime_label(now))
        .with(Placeholder::Link, receipt_path(&receipt));
    let to = Party::Body(code);
    let arrived = Announcement::of_answer(MailKind::Submitted, to, &record, receipt.clone(), facts);
    announce(desk, &mut writes, now, &arrived).await?;

    if signs {
        let subject = response_subject(key, code);
        writes.audit(actor, now, SIGNED, &subject, &receipt);
        let facts = sign_off_facts(actor, "決裁され、提出されました")
            .with(Placeholder::Link, receipt_path(&receipt));
        let kind = MailKind::SignOffDone;
        let signed = Announcement::of_answer(kind, to, &record, receipt.clone(), facts);
        announce(desk, &mut writes, now, &signed).await?;
    }

    let change = Change {
        edition_id: record.edition.id,
        reopened: record.reopened.is_some(),
        update,
        writes,
    };
    match desk.store.commit(change).await {
        Err(StoreError::Stale) => {
            if let Some(receipt) = desk.store.receipt_of_submission(&submission_key).await? {
                return Ok(receipt);
            }
            let now_stored = desk.store.response(key, code).await?;
            must_be_open(&now_stored.ok_or(WorkflowError::NotFound)?, now)?;
            Err(WorkflowError::Stale)
        }
        other => Ok(other.map(|()| receipt)?),
    }
}

/// What whoever submits confirms: what looks odd, and departments that have not said they are done.
fn doubts(record: &ResponseRecord, draft: &Draft, warnings: &[Warning]) -> Vec<Warning> {
    let definition = &record.edition.definition;
    let missing = record.duties.doubts(definition, &draft.departments);
    warnings.iter().cloned().chain(missing).collect()
}
