//! 市区町村へ伝達: the prefecture hands on what the ministry asks, and may add words of its own.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::request_view::{RequestView, view};
use super::{Path, State, answer_path, frame, may, open_as_reviewer, parse, wished_day};
use crate::domain::access::Action;
use crate::domain::review_request::{passing_on_problem, words_problems};
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::page::{html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::pass_on::{Additions, pass_on, to_pass_on};
use crate::workflow::view_answer::Seen;

#[derive(Template)]
#[template(path = "review/pass_on.html")]
struct PassOnPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    path: String,
    version: i32,
    requests: Vec<Addition>,
    due_on: TextField,
}

/// A request and the field for the prefecture's own words.
struct Addition {
    request: RequestView,
    field: TextField,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Typed {
    additions: Additions,
    due_on: String,
    due_error: Option<String>,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        let additions = form
            .with_prefix("addition.")
            .filter_map(|(number, words)| Some((number.parse().ok()?, words.to_owned())));
        Self {
            additions: additions.collect(),
            due_on: form.text("due_on").to_owned(),
            ..Self::default()
        }
    }
}

/// GET `/editions/{key}/answers/{code}/pass-on`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open_as_reviewer(&state, &session.actor, &path).await?;
    let address = format!("{}/pass-on", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = kept.map(|kept| Typed::read(&kept)).unwrap_or_default();
    let notice = query.notice.as_deref();
    render(&state, &session, &seen, &typed, notice).await
}

/// POST `/editions/{key}/answers/{code}/pass-on`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    let actor = &post.session.actor;
    let mut typed = Typed::read(&post.form);
    let today = state.desk.now().japan_date();
    let record = state.desk.store.response(&key, code).await?;
    let last = record.as_ref().map(|record| record.last_day_for_changes());
    let requests = match &record {
        Some(record) => state.desk.store.requests(record.id).await?,
        None => Vec::new(),
    };
    let read = wished_day::read(&typed.due_on, today, last).and_then(|due_on| {
        let late = due_on.and_then(|day| passing_on_problem(to_pass_on(&requests), day, today));
        late.map_or(Ok(due_on), Err)
    });
    let done = match read {
        Ok(due_on) => {
            let additions = &typed.additions;
            pass_on(&state.desk, actor, &key, code, version, additions, due_on).await
        }
        Err(error) => {
            typed.due_error = Some(error);
            Err(WorkflowError::Invalid(Vec::new()))
        }
    };
    match done {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=passed-on"
            )));
        }
        // The page finds again what is wrong with the words.
        Err(WorkflowError::Invalid(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let seen = open_as_reviewer(&state, actor, &path).await?;
    render(&state, &post.session, &seen, &typed, None).await
}

async fn render(
    state: &AppState,
    session: &Session,
    seen: &Seen,
    typed: &Typed,
    notice: Option<&str>,
) -> WebResult {
    let record = &seen.record;
    let requests = state.desk.store.requests(record.id).await?;
    let today = state.desk.now().japan_date();
    let additions: Vec<_> = to_pass_on(&requests)
        .map(|request| {
            let value = typed.additions.get(&request.number).cloned();
            let value = value.unwrap_or_default();
            let id = format!("addition-{}", request.number);
            Addition {
                request: view(record, seen.relation, request, today),
                field: TextField {
                    name: format!("addition.{}", request.number),
                    label: "都道府県から書きそえること".to_owned(),
                    errors: words_problems(&value),
                    id,
                    value,
                    ..TextField::default()
                },
            }
        })
        .collect();
    if additions.is_empty() || !may(seen, Action::Return) {
        return Ok(see_other(&answer_path(seen)));
    }
    let of_fields = additions.iter().flat_map(|addition| {
        let id = &addition.field.id;
        addition.field.errors.iter().map(move |message| Problem {
            field_id: id.clone(),
            message: message.clone(),
        })
    });
    let due = typed.due_error.iter().map(|message| Problem {
        field_id: "due_on".to_owned(),
        message: message.clone(),
    });
    let problems: Vec<_> = of_fields.chain(due).collect();
    let mut page = frame(state, session, seen, "市区町村へ伝える").with_notice(notice);
    page.has_errors = !problems.is_empty();
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &PassOnPage {
            page,
            problems,
            body_name: record.name.clone(),
            path: answer_path(seen),
            version: record.version,
            requests: additions,
            due_on: wished_day::field(&typed.due_on, typed.due_error.as_ref()),
        },
    )
}
