//! 市区町村へ伝達: the prefecture hands on what the ministry asks of a municipality. The ministry's words stay as they
//! are; the prefecture may add its own beside them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::return_response::hand_back;
use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_version, relation_to, review_mail,
};
use crate::domain::access::{Action, permits_request};
use crate::domain::account::Actor;
use crate::domain::coordination_contact::check_text;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailKind, Party, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::ReturnItem;
use crate::domain::review_request::{
    Addressee, RequestEvent, RequestState, ReviewRequest, WORDS_MAX, passing_on_problem,
};
use crate::domain::survey_edition::EditionKey;
use crate::domain::text;
use crate::store::requests::RequestStep;

/// What the prefecture adds, by the number of the request; nothing is fine.
pub type Additions = BTreeMap<i32, String>;

/// The requests a prefecture has to hand on.
pub fn to_pass_on(requests: &[ReviewRequest]) -> impl Iterator<Item = &ReviewRequest> {
    requests.iter().filter(|request| {
        request.state == RequestState::WithReviewer && request.addressee == Addressee::Body
    })
}

/// Hands all of them on at once: the answer is returned, and the municipality's clock begins.
pub async fn pass_on(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    additions: &Additions,
    due_on: Option<Date>,
) -> WorkflowResult<()> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let response_event = ResponseEvent::Return;
    let record = load_for(
        &transaction,
        actor,
        key,
        code,
        Action::Return,
        response_event,
    )
    .await?;
    must_be_version(&record, version)?;
    let relation = relation_to(actor, &record);
    let requests = transaction.requests(record.id).await?;
    let requests: Vec<_> = to_pass_on(&requests).collect();
    if requests.is_empty() {
        return Err(WorkflowError::Stale);
    }
    let event = RequestEvent::PassOn;
    let late =
        due_on.and_then(|day| passing_on_problem(requests.iter().copied(), day, now.japan_date()));
    let at = Place::Section(Section::Contact);
    let mut problems: Vec<_> = late
        .into_iter()
        .map(|message| Problem::new(at.clone(), message))
        .collect();
    let mut items = Vec::new();
    let mut steps = Vec::new();
    for request in requests {
        if !permits_request(relation, record.route, request.asker, request.state, event) {
            return Err(WorkflowError::Forbidden);
        }
        let typed = additions.get(&request.number).map_or("", String::as_str);
        let words = text::clean_text(typed);
        let place = request.place.clone();
        let place = place.unwrap_or(Place::Section(Section::Schemes));
        check_text(&words, WORDS_MAX, place.clone(), &mut problems);
        // What the form shows at the place: whose words they are stands with them.
        items.push(ReturnItem {
            place: place.clone(),
            reason: format!("（国から）{}", request.words),
        });
        if !words.is_empty() {
            items.push(ReturnItem {
                place,
                reason: format!("（{}から）{words}", actor.body_name()),
            });
        }
        steps.push((request, words));
    }
    if !problems.is_empty() {
        return Err(WorkflowError::Invalid(problems));
    }
    hand_back(desk, &transaction, actor, &record, &items, now).await?;
    for (request, words) in &steps {
        let state_after = request
            .state
            .after(event)
            .map_err(|_| WorkflowError::Stale)?;
        let step = RequestStep {
            words,
            due_on,
            ..RequestStep::plain(event, state_after, now)
        };
        transaction.move_request(actor, request, &step).await?;
    }
    let to = review_mail::body(&record);
    let facts = review_mail::facts(actor, &record, to);
    let places = steps.iter().map(|(request, _)| request.place.as_ref());
    // Where the prefecture names no day, the ministry's is the one that is wished.
    let days = steps.iter().filter_map(|(request, _)| request.due_on);
    // A day that has passed binds nobody.
    let asked_for = days.filter(|day| *day >= now.japan_date()).min();
    let facts = review_mail::asked(facts, &record, places, due_on.or(asked_for));
    review_mail::tell(&transaction, now, MailKind::Returned, to, &record, facts).await?;
    let facts = review_mail::facts(actor, &record, Party::Ministry)
        .with(Placeholder::State, "都道府県が市区町村へ伝えました");
    let kind = MailKind::PassedOn;
    review_mail::tell(&transaction, now, kind, Party::Ministry, &record, facts).await?;
    Ok(transaction.commit().await?)
}
