//! 確認の依頼: answering one in words, settling it, taking it back.

use super::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject, review_mail};
use crate::domain::access::{self, Action, Relation, permits_request};
use crate::domain::account::Actor;
use crate::domain::coordination_contact::check_text;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailKind, Party, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::review_request::{
    Asker, BodyReply, RequestEvent, RequestState, ReviewRequest, UNDECIDED, WORDS_MAX,
};
use crate::domain::survey_edition::EditionKey;
use crate::domain::text;
use crate::store::requests::RequestStep;
use crate::store::response_changes::StatusChange;
use crate::store::responses::ResponseRecord;

/// Whether somebody who stands so to the answer may know of a request.
pub fn may_see(relation: Relation, record: &ResponseRecord, request: &ReviewRequest) -> bool {
    match relation {
        Relation::Stranger => false,
        Relation::Own => request.is_for_body(record.route),
        _ => true,
    }
}

/// Whether somebody may cause an event of a request by a press or with words. A body's own answers come with its
/// submission, and what is handed on goes with a return.
pub fn may_move(
    relation: Relation,
    record: &ResponseRecord,
    request: &ReviewRequest,
    event: RequestEvent,
) -> bool {
    let by_itself = match event {
        RequestEvent::Reply => request.state == RequestState::WithReviewer,
        RequestEvent::Settle | RequestEvent::Withdraw => true,
        RequestEvent::PassOn | RequestEvent::TakeBack => false,
    };
    by_itself
        && record.is_decidable()
        && request.state.after(event).is_ok()
        && permits_request(relation, record.route, request.asker, request.state, event)
}

/// Moves one request on by a press or with words. The same page sent twice does nothing the second time.
pub async fn move_request(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    number: i32,
    event: RequestEvent,
    words: &str,
) -> WorkflowResult<()> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let record = transaction
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !access::permits(relation, record.status, Action::ViewState) {
        return Err(WorkflowError::NotFound);
    }
    let requests = transaction.requests(record.id).await?;
    let request = requests
        .iter()
        .find(|request| request.number == number && may_see(relation, &record, request))
        .ok_or(WorkflowError::Stale)?;
    let (route, asker) = (record.route, request.asker);
    if !permits_request(relation, route, asker, request.state, event) {
        return Err(WorkflowError::Forbidden);
    }
    let is_done = match event {
        RequestEvent::Settle => request.state == RequestState::Settled,
        RequestEvent::Withdraw => request.state == RequestState::Withdrawn,
        _ => false,
    };
    if is_done {
        return Ok(());
    }
    if !record.is_decidable() {
        return Err(WorkflowError::Closed);
    }
    if !may_move(relation, &record, request, event) {
        return Err(WorkflowError::Stale);
    }
    let state_after = request
        .state
        .after(event)
        .map_err(|_| WorkflowError::Stale)?;
    let words = match event {
        RequestEvent::Reply => read_words(words)?,
        _ => String::new(),
    };
    // Pages that show the answer as it was are old now.
    transaction
        .set_status(&record, record.status, &StatusChange::Plain, now)
        .await?;
    let step = RequestStep {
        words: &words,
        ..RequestStep::plain(event, state_after, now)
    };
    transaction.move_request(actor, request, &step).await?;
    let subject = response_subject(key, code);
    let detail = format!("request {number}");
    let action = format!("request_{}", event.as_str());
    transaction
        .audit(actor, now, &action, &subject, &detail)
        .await?;
    if event == RequestEvent::Reply && asker == Asker::Ministry {
        let facts = review_mail::facts(actor, &record, Party::Ministry)
            .with(Placeholder::State, "都道府県が回答しました");
        let kind = MailKind::PassedOn;
        review_mail::tell(&transaction, now, kind, Party::Ministry, &record, facts).await?;
    }
    if event == RequestEvent::Reply && asker == Asker::Body {
        let to = review_mail::body(&record);
        let page = format!("/editions/{key}/answers/{code}/requests/{number}");
        let facts = review_mail::facts(actor, &record, to).with(Placeholder::Link, page);
        let kind = MailKind::ObjectionAnswered;
        review_mail::tell(&transaction, now, kind, to, &record, facts).await?;
    }
    Ok(transaction.commit().await?)
}

/// A reply in words, which must say something.
fn read_words(typed: &str) -> WorkflowResult<String> {
    let place = Place::Section(Section::Contact);
    let words = text::clean_text(typed);
    let mut problems = Vec::new();
    if words.is_empty() {
        problems.push(Problem::new(
            place.clone(),
            "回答の内容を入力してください。",
        ));
    }
    check_text(&words, WORDS_MAX, place, &mut problems);
    if problems.is_empty() {
        Ok(words)
    } else {
        Err(WorkflowError::Invalid(problems))
    }
}

/// The replies of a submission, cleaned, each with its request. Whatever lies with the body is answered by the
/// submission, so to each it says something; where nothing was sent, what was said before a withdrawal stands.
pub(super) fn read_replies<'a>(
    requests: &'a [ReviewRequest],
    typed: &[BodyReply],
) -> WorkflowResult<Vec<(&'a ReviewRequest, BodyReply)>> {
    let mut problems = Vec::new();
    let mut replies = Vec::new();
    let waiting = requests
        .iter()
        .filter(|request| request.state == RequestState::WithBody);
    for request in waiting {
        let typed = typed.iter().find(|reply| reply.number == request.number);
        let said = typed.cloned().unwrap_or_else(|| request.kept_reply());
        let reply = BodyReply {
            words: text::clean_text(&said.words),
            ..said
        };
        let place = request.place.clone();
        let place = place.unwrap_or(Place::Section(Section::Contact));
        if !reply.is_decided() {
            problems.push(Problem::new(place.clone(), UNDECIDED));
        }
        check_text(&reply.words, WORDS_MAX, place, &mut problems);
        replies.push((request, reply));
    }
    if problems.is_empty() {
        Ok(replies)
    } else {
        Err(WorkflowError::Invalid(problems))
    }
}
