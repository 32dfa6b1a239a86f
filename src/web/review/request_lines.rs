//! What was asked about an answer, among the events of its history: each step with its day, who took it, and the request.

use super::request_view::who;
use crate::domain::access::Relation;
use crate::domain::japan_time::{UnixMillis, datetime_label};
use crate::domain::review_request::{Asker, RequestEvent, ReviewRequest, without_words};
use crate::store::request_histories::RequestHistory;
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::municipality::history::EventLine;
use crate::web::state::AppState;
use crate::workflow::requests::may_see;

/// The events, newest first, with the steps of the requests this person may know of.
pub async fn with_requests(
    state: &AppState,
    record: &ResponseRecord,
    relation: Relation,
    events: Vec<EventLine>,
) -> WebResult<Vec<EventLine>> {
    let store = &state.desk.store;
    let requests = store.requests(record.id).await?;
    if requests.is_empty() {
        return Ok(events);
    }
    let histories = store.request_histories(record.id).await?;
    let mut lines = Vec::new();
    for request in requests.iter().filter(|it| may_see(relation, record, it)) {
        lines.extend(asked(record, relation, request));
        let steps = histories.get(&request.id).map_or(&[][..], Vec::as_slice);
        lines.extend(steps.iter().map(|step| line_of(record, request, step)));
    }
    // What happened with an event of the answer stands above it.
    lines.sort_by_key(|line| line.moment);
    lines.reverse();
    lines.extend(events);
    lines.sort_by_key(|line| std::cmp::Reverse(line.moment));
    Ok(lines)
}

/// That it was asked. What went over two hops began for the body when it was handed on.
fn asked(
    record: &ResponseRecord,
    relation: Relation,
    request: &ReviewRequest,
) -> Option<EventLine> {
    if relation == Relation::Own && request.passed_on.is_some() {
        return None;
    }
    let what = match request.asker {
        Asker::Body => "訂正への申し出",
        Asker::Ministry => "国からの確認の依頼",
        Asker::Prefecture => "確認の依頼",
    };
    Some(line(
        record,
        request,
        (request.asked_at, what),
        who(&request.asked_by_body, &request.asked_by),
        vec![request.words.clone()],
    ))
}

fn line_of(record: &ResponseRecord, request: &ReviewRequest, step: &RequestHistory) -> EventLine {
    let what = match step.event {
        RequestEvent::PassOn => "国からの依頼を市区町村へ伝達",
        RequestEvent::Reply if request.asker == Asker::Body => "申し出への回答",
        RequestEvent::Reply => "依頼への回答",
        RequestEvent::TakeBack => "依頼への回答の取下げ",
        RequestEvent::Settle => "依頼を確認済み",
        RequestEvent::Withdraw => "依頼の取消し",
    };
    let asked = (step.event == RequestEvent::PassOn).then(|| request.words.clone());
    line(
        record,
        request,
        (step.at, what),
        who(&step.actor_body, &step.actor_name),
        asked.into_iter().chain(said(step)).collect(),
    )
}

/// What was said with a step: of a reply at least that there were no words.
pub(super) fn said(step: &RequestHistory) -> Vec<String> {
    match (step.event, step.words.as_str()) {
        (RequestEvent::Reply, "") => vec![without_words(step.kind)],
        (_, "") => Vec::new(),
        (_, words) => {
            let kind = step.kind.map(|kind| kind.label().to_owned());
            kind.into_iter().chain([words.to_owned()]).collect()
        }
    }
}

fn line(
    record: &ResponseRecord,
    request: &ReviewRequest,
    (at, what): (UnixMillis, &str),
    who: String,
    reasons: Vec<String>,
) -> EventLine {
    let place = match &request.place {
        Some(place) => record.edition.definition.place_label(place),
        None => "回答の全体".to_owned(),
    };
    let (key, number) = (&record.edition.key, request.number);
    EventLine {
        moment: at,
        at: datetime_label(at),
        label: format!("{what}（第{number}号　{place}）"),
        who,
        reasons,
        file: None,
        link: Some((
            "依頼を見る".to_owned(),
            format!(
                "/editions/{key}/answers/{}/requests/{number}",
                record.code()
            ),
        )),
    }
}
