//! Submitting an entry: a revision 代理入力, by the rules of files that come in ([`crate::domain::settling`]).

use super::permitted;
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::response::{self, Form1};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::review_request::{BodyReply, RequestEvent, RequestState};
use crate::domain::revision::{Revision, receipt_number};
use crate::domain::settling::{Judgement, Newest, Reason, Standing, judge};
use crate::domain::survey_edition::EditionKey;
use crate::store::StoreError;
use crate::store::commits::Change;
use crate::store::events::NewEvent;
use crate::store::proxy_entries::ProxyEntry;
use crate::store::requests::RequestStep;
use crate::store::response_changes::SubmittedFacts;
use crate::store::responses::ResponseRecord;
use crate::store::revisions::NewRevision;
use crate::workflow::mail::{Announcement, announce, by};
use crate::workflow::requests::read_replies;
use crate::workflow::{
    Desk, WorkflowError, WorkflowResult, must_be_open, next_status, relation_to, write_down,
};

/// What the check page showed and its form says.
#[derive(Clone, Copy, Debug)]
pub struct ProxySubmission {
    /// Of the body's answer.
    pub version: i32,
    /// Of the entry.
    pub entry_version: i32,
    pub warnings_confirmed: bool,
    /// What the body saved or submitted may be overwritten.
    pub replace: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitOutcome {
    Submitted {
        receipt: String,
    },
    /// The same answer is there already; nothing changed.
    Unchanged,
    /// Somebody has to say that it may overwrite what is there; nothing changed.
    Asks(Reason),
}

/// Submits the entry of the actor's office, with what the body said to what it was asked. The same page sent twice
/// gives the same receipt.
pub async fn submit_entry(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    sent: ProxySubmission,
    replies: &[BodyReply],
) -> WorkflowResult<SubmitOutcome> {
    let now = desk.now();
    let record = permitted(&desk.store, actor, key, code).await?;
    // The body may submit at the same version: its receipt is not this one.
    let submission_key = format!("{}-proxy", record.submission_key_at(sent.version));
    if record.version != sent.version {
        return again(desk, &submission_key).await;
    }
    must_be_open(&record, now)?;
    let entry = desk.store.open_proxy_entry(record.id, actor).await?;
    let entry = entry.ok_or(WorkflowError::Stale)?;
    if entry.version != sent.entry_version {
        return Err(WorkflowError::Stale);
    }
    let sections = record.edition.definition.sections(&record.class);
    let unfinished = sections
        .iter()
        .copied()
        .filter(|section| entry.draft.version(*section) == 0)
        .collect::<Vec<_>>();
    if !unfinished.is_empty() {
        return Err(WorkflowError::Unfinished(unfinished));
    }
    let definition = &record.edition.definition;
    let reading = response::read(definition, &record.class, &entry.draft.input);
    let Some(form) = reading.form else {
        return Err(WorkflowError::Invalid(reading.problems));
    };
    // As a submission of the body does, it answers whatever lies with it.
    let requests = match &record.open_return {
        Some(_) => desk.store.requests(record.id).await?,
        None => Vec::new(),
    };
    let replies = read_replies(&requests, replies)?;
    if !reading.warnings.is_empty() && !sent.warnings_confirmed {
        return Err(WorkflowError::Unconfirmed(reading.warnings));
    }
    match judged(desk, actor, &record, &form, sent.replace, now).await? {
        Judgement::Take => {}
        Judgement::Unchanged => return Ok(SubmitOutcome::Unchanged),
        Judgement::Ask(reason) => return Ok(SubmitOutcome::Asks(reason)),
        Judgement::Refuse(Reason::Closed) => return Err(WorkflowError::Closed),
        Judgement::Refuse(_) => return Err(WorkflowError::Forbidden),
    }

    let event = ResponseEvent::EnterByProxy;
    let status = next_status(&record, event)?;
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
        by_proxy: true,
        intake_file: None,
    };
    let read_as = (reading.totals.recipients, reading.warnings.len());
    let facts = SubmittedFacts {
        lateness,
        first_submitted_at,
        ..SubmittedFacts::of(definition, &form, read_as, number, now)
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
    writes.proxy_draft(&record, &mended(&record, &entry, actor, now))?;
    writes.revision(&revision)?;
    writes.proxy_taken(&entry, number, record.draft.as_ref())?;
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
        .with(Placeholder::By, by(actor))
        .with(Placeholder::Receipt, receipt.clone())
        .with(Placeholder::State, entry.origin.label())
        .with(Placeholder::Link, format!("/editions/{key}/form1/proxy"));
    let to = Party::Body(code);
    let told = Announcement::of_answer(MailKind::ProxyEntered, to, &record, receipt.clone(), facts);
    announce(desk, &mut writes, now, &told).await?;
    let change = Change {
        edition_id: record.edition.id,
        reopened: record.reopened.is_some(),
        update,
        writes,
    };
    match desk.store.commit(change).await {
        Err(StoreError::Stale) => again(desk, &submission_key).await,
        other => Ok(other.map(|()| SubmitOutcome::Submitted { receipt })?),
    }
}

/// The receipt of the same page sent before; [`WorkflowError::Stale`] if the answer changed otherwise.
async fn again(desk: &Desk, submission_key: &str) -> WorkflowResult<SubmitOutcome> {
    let receipt = desk.store.receipt_of_submission(submission_key).await?;
    let receipt = receipt.ok_or(WorkflowError::Stale)?;
    Ok(SubmitOutcome::Submitted { receipt })
}

/// What stands in the way of an entry that says anything new: what the body typed or submitted itself. `None` if it
/// would be taken without a question.
pub async fn standing_reason(
    desk: &Desk,
    actor: &Actor,
    record: &ResponseRecord,
    form: &Form1,
) -> WorkflowResult<Option<Reason>> {
    let judgement = judged(desk, actor, record, form, false, desk.now()).await?;
    Ok(match judgement {
        Judgement::Ask(reason) => Some(reason),
        _ => None,
    })
}

async fn judged(
    desk: &Desk,
    actor: &Actor,
    record: &ResponseRecord,
    form: &Form1,
    replace: bool,
    now: UnixMillis,
) -> WorkflowResult<Judgement> {
    let is_live = !matches!(
        record.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    let newest: Option<Revision> = if is_live {
        let newest = desk.store.revision(record.id, record.revision_number);
        newest.await?
    } else {
        None
    };
    let draft_form = record.draft.as_ref().and_then(|draft| {
        let definition = &record.edition.definition;
        response::read(definition, &record.class, &draft.input).form
    });
    let standing = Standing {
        relation: relation_to(actor, record),
        status: record.status,
        takes_answers: record.takes_answers(now),
        draft: record.draft.as_ref(),
        draft_form: draft_form.as_ref(),
        newest: newest.as_ref().map(|newest| Newest {
            number: newest.number,
            form: &newest.form,
            by_proxy: newest.by_proxy,
        }),
        withdrawn: !is_live && record.revision_number > 0,
        taken_before: None,
    };
    Ok(match judge(&standing, form, replace) {
        // Each request is decided on the entry's own check page.
        Judgement::Ask(Reason::AnswersRequests) => Judgement::Take,
        judgement => judgement,
    })
}

/// The entry's text as the draft in which the body would mend it: saved after whatever it saved itself.
fn mended(
    record: &ResponseRecord,
    entry: &ProxyEntry,
    actor: &Actor,
    now: UnixMillis,
) -> crate::domain::response::Draft {
    record.draft_or_prefill().rewritten(
        entry.draft.input.clone(),
        record.edition.definition.sections(&record.class),
        now,
        &actor.display_name,
    )
}
