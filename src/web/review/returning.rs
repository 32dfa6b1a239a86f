//! 差戻し: the page on which a reviewer writes a reason at each place the body should look at again.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::reason_sheet::{self, Part, Reasons, read};
use super::{Path, State, answer_path, frame, may, open_as_reviewer, parse, wished_day};
use crate::domain::access::Action;
use crate::domain::response::Problem;
use crate::domain::return_request::ReturnItem;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{self, Page, StatusTag, TextField};
use crate::workflow::return_response::return_until;
use crate::workflow::view_answer::Seen;
use crate::workflow::{Desk, WorkflowError};

#[derive(Template)]
#[template(path = "review/return.html")]
struct ReturnPage {
    page: Page,
    problems: Vec<view::Problem>,
    body_name: String,
    tag: StatusTag,
    path: String,
    version: i32,
    /// Somebody else acted first; the reasons are still here.
    overtaken: bool,
    can_return: bool,
    /// What stands over the fields of the rows.
    words_label: &'static str,
    parts: Vec<Part>,
    due_on: TextField,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Typed {
    reasons: Reasons,
    problems: Vec<Problem>,
    due_on: String,
    due_error: Option<String>,
}

/// GET `/editions/{key}/answers/{code}/return`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open_as_reviewer(&state, &session.actor, &path).await?;
    if !may(&seen, Action::Return) {
        return Ok(see_other(&answer_path(&seen)));
    }
    let address = format!("{}/return", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = kept
        .map(|kept| Typed {
            reasons: read(&kept, &seen.record.edition.definition),
            due_on: kept.text("due_on").to_owned(),
            ..Typed::default()
        })
        .unwrap_or_default();
    let page = frame(&state, &session, &seen, "差戻し").with_notice(query.notice.as_deref());
    render(&state.desk, page, &seen, &typed, StatusCode::OK).await
}

/// POST `/editions/{key}/answers/{code}/return`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    let actor = &post.session.actor;
    let edition = state
        .desk
        .store
        .edition(&key)
        .await?
        .ok_or(WebError::NotFound)?;
    let mut typed = Typed {
        reasons: read(&post.form, &edition.definition),
        due_on: post.form.text("due_on").to_owned(),
        ..Typed::default()
    };
    let items: Vec<_> = typed
        .reasons
        .iter()
        .map(|(place, reason)| ReturnItem {
            place: place.clone(),
            reason: reason.clone(),
        })
        .collect();
    let today = state.desk.now().japan_date();
    let record = state.desk.store.response(&key, code).await?;
    let last = record.map(|record| record.last_day_for_changes());
    let done = match wished_day::read(&typed.due_on, today, last) {
        Ok(due_on) => return_until(&state.desk, actor, &key, code, version, &items, due_on).await,
        Err(error) => {
            typed.due_error = Some(error);
            Err(WorkflowError::Invalid(Vec::new()))
        }
    };
    let status = match done {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=returned"
            )));
        }
        Err(WorkflowError::Invalid(problems)) => {
            typed.problems = problems;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(WorkflowError::Stale | WorkflowError::Refused(_)) => StatusCode::CONFLICT,
        Err(error) => return Err(error.into()),
    };
    let seen = open_as_reviewer(&state, actor, &path).await?;
    let mut page = frame(&state, &post.session, &seen, "差戻し");
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
    let mut problems = reason_sheet::summary(&typed.problems);
    problems.extend(typed.due_error.as_ref().map(|message| view::Problem {
        field_id: "due_on".to_owned(),
        message: message.clone(),
    }));
    html_with(
        status,
        &ReturnPage {
            page,
            problems,
            body_name: record.name.clone(),
            tag: status_tag(record.status),
            path: answer_path(seen),
            version: record.version,
            overtaken: status == StatusCode::CONFLICT,
            can_return: may(seen, Action::Return),
            words_label: "差戻しの理由",
            parts: reason_sheet::parts(desk, seen, &typed.reasons, &typed.problems).await?,
            due_on: wished_day::field(&typed.due_on, typed.due_error.as_ref()),
        },
    )
}
