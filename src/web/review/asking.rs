//! 国からの依頼: the page on which the ministry asks about an accepted answer, place by place, of the municipality
//! through its prefecture, or of the prefecture.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::reason_sheet::{self, Part, Reasons, read};
use super::{Path, State, answer_path, frame, may, open, parse, wished_day};
use crate::domain::access::{Action, Relation};
use crate::domain::response::Problem;
use crate::domain::review_request::Addressee;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{self, Page, StatusTag, TextField};
use crate::workflow::ask::{Asked, Asking, ask};
use crate::workflow::view_answer::Seen;
use crate::workflow::{Desk, WorkflowError};

#[derive(Template)]
#[template(path = "review/ask.html")]
struct AskPage {
    page: Page,
    problems: Vec<view::Problem>,
    body_name: String,
    prefecture: &'static str,
    tag: StatusTag,
    path: String,
    version: i32,
    overtaken: bool,
    can_ask: bool,
    words_label: &'static str,
    to_body: bool,
    to_prefecture: bool,
    addressee_error: String,
    parts: Vec<Part>,
    due_on: TextField,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Typed {
    reasons: Reasons,
    addressee: Option<Addressee>,
    due_on: String,
    problems: Vec<Problem>,
    addressee_error: String,
    due_error: Option<String>,
}

impl Typed {
    fn read(form: &FormData, seen: &Seen) -> Self {
        Self {
            reasons: read(form, &seen.record.edition.definition),
            addressee: Addressee::from_stored(form.text("addressee")),
            due_on: form.text("due_on").to_owned(),
            ..Self::default()
        }
    }
}

/// GET `/editions/{key}/answers/{code}/ask`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open(&state, &session.actor, &path).await?;
    if !may(&seen, Action::SendBack) {
        return Ok(see_other(&answer_path(&seen)));
    }
    let address = format!("{}/ask", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = kept
        .map(|kept| Typed::read(&kept, &seen))
        .unwrap_or_default();
    let page = frame(&state, &session, &seen, TITLE).with_notice(query.notice.as_deref());
    render(&state.desk, page, &seen, &typed, StatusCode::OK).await
}

const TITLE: &str = "確認の依頼";

/// POST `/editions/{key}/answers/{code}/ask`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    let actor = &post.session.actor;
    let seen = open(&state, actor, &path).await?;
    if seen.relation != Relation::Overseer {
        return Err(WebError::Forbidden);
    }
    let mut typed = Typed::read(&post.form, &seen);
    let today = state.desk.now().japan_date();
    // The prefecture can answer in words at any time.
    let to_body = typed.addressee == Some(Addressee::Body);
    let last = to_body.then(|| seen.record.last_day_for_changes());
    let due_on = wished_day::read(&typed.due_on, today, last);
    typed.due_error = due_on.as_ref().err().cloned();
    if typed.addressee.is_none() {
        typed.addressee_error = "だれに依頼するかを選んでください。".to_owned();
    }
    let done = match (typed.addressee, due_on) {
        (Some(addressee), Ok(due_on)) => {
            let asking = Asking {
                version,
                addressee,
                asked: typed
                    .reasons
                    .iter()
                    .map(|(place, words)| Asked {
                        place: Some(place.clone()),
                        words: words.clone(),
                    })
                    .collect(),
                due_on,
            };
            ask(&state.desk, actor, &key, code, asking).await
        }
        _ => Err(WorkflowError::Invalid(Vec::new())),
    };
    let status = match done {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=asked"
            )));
        }
        Err(WorkflowError::Invalid(problems)) => {
            typed.problems = problems;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(WorkflowError::Stale | WorkflowError::Refused(_)) => StatusCode::CONFLICT,
        Err(error) => return Err(error.into()),
    };
    let seen = open(&state, actor, &path).await?;
    let mut page = frame(&state, &post.session, &seen, TITLE);
    page.has_errors = true;
    render(&state.desk, page, &seen, &typed, status).await
}

async fn render(
    desk: &Desk,
    page: Page,
    seen: &Seen,
    typed: &Typed,
    status: StatusCode,
) -> WebResult {
    let record = &seen.record;
    let problem = |field_id: &str, message: &String| view::Problem {
        field_id: field_id.to_owned(),
        message: message.clone(),
    };
    let mut problems = Vec::new();
    if !typed.addressee_error.is_empty() {
        problems.push(problem("addressee-body", &typed.addressee_error));
    }
    problems.extend(reason_sheet::summary(&typed.problems));
    let due = typed.due_error.as_ref();
    problems.extend(due.map(|message| problem("due_on", message)));
    html_with(
        status,
        &AskPage {
            page,
            problems,
            body_name: record.name.clone(),
            prefecture: record.code().prefecture().name(),
            tag: status_tag(record.status),
            path: answer_path(seen),
            version: record.version,
            overtaken: status == StatusCode::CONFLICT,
            can_ask: may(seen, Action::SendBack),
            words_label: "確かめてほしいこと",
            to_body: typed.addressee == Some(Addressee::Body),
            to_prefecture: typed.addressee == Some(Addressee::Reviewer),
            addressee_error: typed.addressee_error.clone(),
            parts: reason_sheet::parts(desk, seen, &typed.reasons, &typed.problems).await?,
            due_on: wished_day::field(&typed.due_on, due),
        },
    )
}
