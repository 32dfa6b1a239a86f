//! A request as pages show it: to whoever reviews, oversees or reads along, and to the body.

use jiff::civil::Date;

use crate::domain::access::Relation;
use crate::domain::japan_time::{self, date_label};
use crate::domain::organization::Route;
use crate::domain::review_request::{
    Addressee, Asker, Reply, ReplyKind, RequestEvent, RequestState, ReviewRequest, TakenBack,
    without_words,
};
use crate::store::responses::ResponseRecord;
use crate::web::view::StatusTag;
use crate::workflow::requests::{may_move, may_see};

/// One request, ready to print.
pub struct RequestView {
    pub number: i32,
    pub href: String,
    /// What it is about: a place of the form, or the whole answer.
    pub place: String,
    /// The field in the body's form; empty where there is none.
    pub field_href: String,
    pub asked_by: String,
    pub asked_at: String,
    pub addressee: &'static str,
    pub words: String,
    /// Whose words stand beside them, and the words.
    pub addition: Option<(String, String)>,
    pub tag: StatusTag,
    /// 「依頼から3日」; empty once nobody owes an answer.
    pub clock: String,
    /// The day by which an answer is wished; empty if none was named.
    pub wished: String,
    pub is_overdue: bool,
    pub reply: Option<ReplyView>,
    /// What the body answered with a submission it withdrew, kept for the next.
    pub kept_reply: String,
    pub can_reply: bool,
    pub can_settle: bool,
    pub can_withdraw: bool,
    pub is_over: bool,
}

/// What was answered.
pub struct ReplyView {
    pub who: String,
    pub at: String,
    /// 「直しました」 before words; empty if the body said neither, or nothing else.
    pub kind: &'static str,
    pub words: String,
    /// 「第2版」; empty for words only.
    pub revision: String,
}

/// The chip of where a request stands.
pub fn request_tag(state: RequestState, route: Route) -> StatusTag {
    StatusTag {
        label: state.label(route).to_owned(),
        css: match state {
            RequestState::WithReviewer | RequestState::WithBody => "warning",
            RequestState::Answered => "todo",
            RequestState::Settled => "done",
            RequestState::Withdrawn => "withdrawn",
        },
    }
}

/// The same to the body: whether it is to act.
fn own_tag(request: &ReviewRequest, route: Route) -> StatusTag {
    let tag = request_tag(request.state, route);
    let label = match (request.state, request.asker) {
        (RequestState::WithBody, _) => "回答をお願いします",
        // What it asked itself is answered to it.
        (RequestState::Answered, Asker::Prefecture | Asker::Ministry) => {
            "回答済み（提出先が確認します）"
        }
        _ => return tag,
    };
    StatusTag {
        label: label.to_owned(),
        ..tag
    }
}

/// The requests this person may know of, oldest first; whatever is over stands behind.
pub fn views(
    record: &ResponseRecord,
    relation: Relation,
    requests: &[ReviewRequest],
    today: Date,
) -> Vec<RequestView> {
    let visible = requests
        .iter()
        .filter(|request| may_see(relation, record, request));
    let mut views: Vec<_> = visible
        .map(|request| view(record, relation, request, today))
        .collect();
    views.sort_by_key(|view| view.is_over);
    views
}

/// One request.
pub fn view(
    record: &ResponseRecord,
    relation: Relation,
    request: &ReviewRequest,
    today: Date,
) -> RequestView {
    let key = &record.edition.key;
    let definition = &record.edition.definition;
    let may = |event| may_move(relation, record, request, event);
    let is_open = request.state.is_open();
    RequestView {
        number: request.number,
        href: format!(
            "/editions/{key}/answers/{}/requests/{}",
            record.code(),
            request.number
        ),
        place: match &request.place {
            Some(place) => definition.place_label(place),
            None => "回答の全体".to_owned(),
        },
        field_href: request.place.as_ref().map_or_else(String::new, |place| {
            let section = place.section().key();
            format!("/editions/{key}/form1/{section}#{}", place.html_id())
        }),
        asked_by: who(&request.asked_by_body, &request.asked_by),
        asked_at: japan_time::datetime_label(request.asked_at),
        addressee: addressee(record.route, request),
        words: request.words.clone(),
        addition: request
            .passed_on
            .as_ref()
            .filter(|passed| !passed.addition.is_empty())
            .map(|passed| (passed.body.clone(), passed.addition.clone())),
        tag: match relation {
            Relation::Own => own_tag(request, record.route),
            _ => request_tag(request.state, record.route),
        },
        clock: if is_open {
            format!("依頼から{}日", request.days(today))
        } else {
            String::new()
        },
        wished: if is_open {
            wished(request)
        } else {
            String::new()
        },
        // The body is measured by the day it was told first.
        is_overdue: request.is_overdue(today)
            || (relation != Relation::Own && request.is_overdue_to_asker(today)),
        reply: request.reply.as_ref().map(reply),
        kept_reply: request
            .taken_back
            .as_ref()
            .filter(|_| is_open)
            .map(kept_reply)
            .unwrap_or_default(),
        can_reply: may(RequestEvent::Reply),
        can_settle: may(RequestEvent::Settle),
        can_withdraw: may(RequestEvent::Withdraw),
        is_over: request.state.is_closed(),
    }
}

/// The days by which an answer is wished, each with whose it is once there are two hops.
fn wished(request: &ReviewRequest) -> String {
    let Some(passed) = &request.passed_on else {
        return request.due_on.map(date_label).unwrap_or_default();
    };
    let days = [
        passed.due_on.map(|day| (day, passed.body.as_str())),
        request.due_on.map(|day| (day, "国")),
    ];
    let days = days.into_iter().flatten();
    let texts = days.map(|(day, whose)| format!("{}（{whose}）", date_label(day)));
    texts.collect::<Vec<_>>().join("、")
}

/// What was answered before the submission was withdrawn.
fn kept_reply(kept: &TakenBack) -> String {
    let kind = kept.kind.map(ReplyKind::label).unwrap_or_default();
    let parts = [kind, &kept.words];
    let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("。")
}

/// 「北海道　医療助成担当」.
pub fn who(body: &str, function: &str) -> String {
    format!("{body}　{function}").trim().to_owned()
}

fn addressee(route: Route, request: &ReviewRequest) -> &'static str {
    match (request.addressee, request.asker, route) {
        (Addressee::Body, Asker::Ministry, Route::ThroughPrefecture) => {
            "市区町村（都道府県を通して）"
        }
        (Addressee::Body, _, _) => "団体",
        (Addressee::Reviewer, _, Route::ThroughPrefecture) => "都道府県",
        (Addressee::Reviewer, _, Route::ToMinistry) => "国",
    }
}

fn reply(reply: &Reply) -> ReplyView {
    let (kind, words) = match reply.words.as_str() {
        "" => ("", without_words(reply.kind)),
        words => (reply.kind.map_or("", ReplyKind::label), words.to_owned()),
    };
    ReplyView {
        who: who(&reply.body, &reply.by),
        at: japan_time::datetime_label(reply.at),
        kind,
        words,
        revision: reply
            .revision
            .map(|number| format!("第{number}版"))
            .unwrap_or_default(),
    }
}
