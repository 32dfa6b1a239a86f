//! One request: what was asked, what happened to it, and what can be done with it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::request_lines::said;
use super::request_view::{RequestView, view, who};
use super::{State, answer_path, frame, may};
use crate::domain::access::{Action, Relation};
use crate::domain::japan_time;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::review_request::{Asker, RequestEvent, RequestState, ReviewRequest};
use crate::domain::revision::Revision;
use crate::domain::survey_edition::EditionKey;
use crate::store::request_histories::RequestHistory;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::municipality::history::{EventLine, diff_rows};
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{DiffRow, Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::requests::{may_see, move_request};
use crate::workflow::view_answer::{Seen, view_answer};

#[derive(Template)]
#[template(path = "review/request.html")]
struct RequestPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    back: String,
    /// Where the body answers it with its next submission; empty where it cannot.
    reply_href: String,
    request: RequestView,
    /// What an objection is about: the correction's values, old and new; and what changed after it.
    corrected: Vec<DiffRow>,
    since: Vec<DiffRow>,
    /// What whoever reviews can do about an objection beside words: label and address.
    ways: Vec<(&'static str, String)>,
    events: Vec<EventLine>,
    reply: TextField,
}

/// Edition key, code of the body and number of the request.
type Path = web::Path<(String, String, i32)>;

fn parse(path: &Path) -> WebResult<(EditionKey, LocalGovernmentCode)> {
    let code = path.1.parse().map_err(|_| WebError::NotFound)?;
    Ok((edition_key(&path.0)?, code))
}

/// Where somebody goes back to: the body to its own form.
fn back(seen: &Seen) -> String {
    match seen.relation {
        Relation::Own => format!("/editions/{}/form1", seen.record.edition.key),
        _ => answer_path(seen),
    }
}

async fn find(state: &AppState, seen: &Seen, number: i32) -> WebResult<Option<ReviewRequest>> {
    let requests = state.desk.store.requests(seen.record.id).await?;
    Ok(requests
        .into_iter()
        .find(|request| request.number == number && may_see(seen.relation, &seen.record, request)))
}

/// GET `/editions/{key}/answers/{code}/requests/{number}`.
pub async fn request(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let (key, code) = parse(&path)?;
    let seen = view_answer(&state.desk, &session.actor, &key, code).await?;
    let Some(request) = find(&state, &seen, path.2).await? else {
        return Ok(see_other(&back(&seen)));
    };
    let address = view(
        &seen.record,
        seen.relation,
        &request,
        state.desk.now().japan_date(),
    )
    .href;
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = kept.map_or_else(String::new, |kept| kept.text("words").to_owned());
    let show = Showing {
        seen: &seen,
        request: &request,
        typed,
        errors: Vec::new(),
    };
    render(&state, &session, show, query.notice.as_deref()).await
}

/// POST `/editions/{key}/answers/{code}/requests/{number}`: `do` is reply, settle or withdraw.
pub async fn decide(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let Post { session, form } = post;
    let (event, notice) = match form.text("do") {
        "reply" => (RequestEvent::Reply, "request-replied"),
        "settle" => (RequestEvent::Settle, "request-settled"),
        "withdraw" => (RequestEvent::Withdraw, "request-withdrawn"),
        _ => return Err(WebError::BadRequest),
    };
    let words = form.text("words");
    let actor = &session.actor;
    let done = move_request(&state.desk, actor, &key, code, path.2, event, words).await;
    let errors: Vec<_> = match done {
        Ok(()) => {
            let seen = view_answer(&state.desk, actor, &key, code).await?;
            return Ok(see_other(&format!("{}?notice={notice}", back(&seen))));
        }
        Err(WorkflowError::Invalid(problems)) => problems.into_iter().map(|p| p.message).collect(),
        Err(error) => return Err(error.into()),
    };
    let seen = view_answer(&state.desk, actor, &key, code).await?;
    let request = find(&state, &seen, path.2).await?;
    let request = request.ok_or(WebError::Conflict)?;
    let show = Showing {
        seen: &seen,
        request: &request,
        typed: words.to_owned(),
        errors,
    };
    render(&state, &session, show, None).await
}

/// A request with what was typed about it.
struct Showing<'a> {
    seen: &'a Seen,
    request: &'a ReviewRequest,
    typed: String,
    errors: Vec<String>,
}

async fn render(
    state: &AppState,
    session: &Session,
    show: Showing<'_>,
    notice: Option<&str>,
) -> WebResult {
    let Showing { seen, request, .. } = show;
    let record = &seen.record;
    let title = format!("確認の依頼（第{}号）", request.number);
    let mut page = match seen.relation {
        Relation::Own => {
            let definition = &record.edition.definition;
            let way = format!("{}（{}）", definition.words().form, definition.short_title);
            page::signed_in(state, session, &title, &[(&way, &back(seen))]).in_section("/home")
        }
        _ => frame(state, session, seen, &title),
    }
    .with_notice(notice);
    page.has_errors = !show.errors.is_empty();
    let history = state.desk.store.request_history(request.id).await?;
    let status = if show.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let today = state.desk.now().japan_date();
    let (corrected, since) = corrected(state, seen, request).await?;
    html_with(
        status,
        &RequestPage {
            corrected,
            since,
            ways: ways(seen, request),
            page,
            problems: show
                .errors
                .iter()
                .map(|message| Problem {
                    field_id: "words".to_owned(),
                    message: message.clone(),
                })
                .collect(),
            body_name: record.name.clone(),
            reply_href: if seen.relation == Relation::Own
                && request.state == RequestState::WithBody
                && session.actor.department.is_empty()
                && record.takes_answers(state.desk.now())
            {
                format!("{}/check", back(seen))
            } else {
                String::new()
            },
            back: back(seen),
            request: view(record, seen.relation, request, today),
            events: events(request, &history),
            reply: TextField {
                id: "words".to_owned(),
                name: "words".to_owned(),
                label: "回答".to_owned(),
                hint: "確かめた結果を入力してください。依頼した側の画面に表示されます。".to_owned(),
                value: show.typed,
                required: true,
                errors: show.errors,
                ..TextField::default()
            },
        },
    )
}

/// What the correction changed against which the body objects, and what was changed since; nothing of other requests,
/// nor of an answer that was taken back.
async fn corrected(
    state: &AppState,
    seen: &Seen,
    request: &ReviewRequest,
) -> WebResult<(Vec<DiffRow>, Vec<DiffRow>)> {
    if request.asker != Asker::Body || !seen.may_read {
        return Ok(Default::default());
    }
    let record = &seen.record;
    let definition = &record.edition.definition;
    let revisions = state.desk.store.revisions(record.id).await?;
    let find = |number: i32| revisions.iter().find(|it| it.number == number);
    let at = find(request.revision);
    let rows = |old: Option<&Revision>, new: Option<&Revision>| match (old, new) {
        (Some(old), Some(new)) => diff_rows(definition, old, new),
        _ => Vec::new(),
    };
    Ok((
        rows(find(request.revision - 1), at),
        rows(at, revisions.last()),
    ))
}

/// The verbs that answer an objection by a deed, where they are allowed.
fn ways(seen: &Seen, request: &ReviewRequest) -> Vec<(&'static str, String)> {
    let mut ways = Vec::new();
    if request.asker != Asker::Body || request.state.is_closed() {
        return ways;
    }
    let path = answer_path(seen);
    if may(seen, Action::Correct) {
        let number = request.revision;
        if number == seen.record.revision_number {
            let undo = format!("{path}/correct?undo={number}");
            ways.push(("訂正を取り消す（前の内容に戻す）", undo));
        }
        ways.push(("もう一度訂正する", format!("{path}/correct")));
    }
    if may(seen, Action::Return) {
        ways.push(("差し戻して団体に直してもらう", format!("{path}/return")));
    }
    ways
}

/// What happened, newest first; the asking itself is the oldest.
fn events(request: &ReviewRequest, history: &[RequestHistory]) -> Vec<EventLine> {
    let line = |at, label: String, who, reasons| EventLine {
        moment: at,
        at: japan_time::datetime_label(at),
        label,
        who,
        reasons,
        file: None,
        link: None,
    };
    let mut lines: Vec<_> = history
        .iter()
        .rev()
        .map(|entry| {
            let label = match entry.revision {
                Some(number) => format!("{}（第{number}版）", entry.event.label()),
                None => entry.event.label().to_owned(),
            };
            line(
                entry.at,
                label,
                who(&entry.actor_body, &entry.actor_name),
                said(entry),
            )
        })
        .collect();
    lines.push(line(
        request.asked_at,
        format!("依頼（第{}版）", request.revision),
        who(&request.asked_by_body, &request.asked_by),
        vec![request.words.clone()],
    ));
    lines
}
