//! 再受付: the page on which the ministry asks one body again by itself, with a reason and until a day.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::{Path, State, answer_path, frame, open, parse};
use crate::domain::japan_time::{date_label, parse_date};
use crate::domain::place::{Place, Section};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::EditionState;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::reopen::reopen;
use crate::workflow::view_answer::Seen;

#[derive(Template)]
#[template(path = "review/reopen.html")]
struct ReopenPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    tag: StatusTag,
    path: String,
    version: i32,
    /// Somebody else acted first; what was typed is still here.
    overtaken: bool,
    /// Its answer was sent: it becomes one to be mended.
    is_received: bool,
    /// It is to be mended already.
    is_returned: bool,
    is_closed: bool,
    /// A notice of a change of intent that somebody still has to act on; empty if there is none.
    waiting_href: String,
    /// Until when and why it may answer already; empty if it may not.
    reopened: Option<(String, String)>,
    until: TextField,
    reason: TextField,
}

#[derive(Default)]
struct Typed {
    until: String,
    reason: String,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        Self {
            until: form.text("until").to_owned(),
            reason: form.text("reason").to_owned(),
        }
    }
}

/// GET `/editions/{key}/answers/{code}/reopen`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let seen = open(&state, &session.actor, &path).await?;
    if seen.record.edition.is_trial_over(state.desk.now()) {
        return Err(WebError::Closed);
    }
    let address = format!("{}/reopen", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = kept.as_ref().map(Typed::read).unwrap_or_default();
    let notice = query.notice.as_deref();
    render(&state, &session, &seen, typed, Vec::new(), false, notice).await
}

/// POST `/editions/{key}/answers/{code}/reopen`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    session.must_be_ministry()?;
    let (key, code) = parse(&path)?;
    let version = form.value("version")?;
    let typed = Typed::read(&form);
    let mut problems = Vec::new();
    let until = parse_date(&typed.until);
    if until.is_none() {
        problems.push(Problem {
            field_id: "until".to_owned(),
            message: if typed.until.trim().is_empty() {
                "再受付の期限を入力してください。".to_owned()
            } else {
                "再受付の期限は、2027-02-26、令和9年2月26日、R9.2.26 のように入力してください。"
                    .to_owned()
            },
        });
    }
    // Without a day the verb still says what is wrong with the reason.
    let day = until.unwrap_or(state.desk.now().japan_date());
    let checked_only = until.is_none();
    let actor = &session.actor;
    let done = if checked_only && !typed.reason.trim().is_empty() {
        Err(WorkflowError::Invalid(Vec::new()))
    } else {
        reopen(&state.desk, actor, &key, code, version, day, &typed.reason).await
    };
    match done {
        Ok(()) => Ok(see_other(&format!(
            "/editions/{key}/answers/{code}?notice=reopened"
        ))),
        Err(WorkflowError::Invalid(found)) => {
            problems.extend(found.into_iter().map(|problem| {
                Problem {
                    field_id: match problem.place {
                        Place::Section(Section::Intent) => "until",
                        _ => "reason",
                    }
                    .to_owned(),
                    message: problem.message,
                }
            }));
            let seen = open(&state, actor, &path).await?;
            render(&state, &session, &seen, typed, problems, false, None).await
        }
        Err(WorkflowError::Stale) => {
            let seen = open(&state, actor, &path).await?;
            render(&state, &session, &seen, typed, Vec::new(), true, None).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn render(
    state: &AppState,
    session: &Session,
    seen: &Seen,
    typed: Typed,
    problems: Vec<Problem>,
    overtaken: bool,
    notice: Option<&str>,
) -> WebResult {
    let record = &seen.record;
    let notices = state.desk.store.changes_of_answer(record.id).await?;
    let waiting = notices.iter().find(|head| head.state.is_open());
    let errors = |field: &str| -> Vec<String> {
        let at = problems.iter().filter(|problem| problem.field_id == field);
        at.map(|problem| problem.message.clone()).collect()
    };
    let mut page = frame(state, session, seen, "この団体だけの再受付").with_notice(notice);
    page.has_errors = overtaken || !problems.is_empty();
    let status = match (overtaken, problems.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (_, false) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    html_with(
        status,
        &ReopenPage {
            page,
            body_name: record.name.clone(),
            tag: status_tag(record.status),
            path: answer_path(seen),
            version: record.version,
            overtaken,
            is_received: record.status.is_received(),
            is_returned: record.status == ResponseStatus::Returned,
            waiting_href: waiting
                .map(|head| format!("/changes/{}", head.id))
                .unwrap_or_default(),
            is_closed: record.edition.state == EditionState::Closed,
            reopened: record
                .reopened
                .as_ref()
                .map(|reopening| (date_label(reopening.until), reopening.reason.clone())),
            until: TextField {
                id: "until".to_owned(),
                name: "until".to_owned(),
                label: "再受付の期限".to_owned(),
                hint: "この日の23時59分まで、この団体だけが入力・提出できます。例：2027-04-15、令和9年4月15日".to_owned(),
                errors: errors("until"),
                understood: parse_date(&typed.until).map(date_label).unwrap_or_default(),
                value: typed.until,
                required: true,
                width: "m",
                ..TextField::default()
            },
            reason: TextField {
                id: "reason".to_owned(),
                name: "reason".to_owned(),
                label: "再受付の理由".to_owned(),
                hint: "この理由は、団体と都道府県の画面、履歴に表示されます。".to_owned(),
                errors: errors("reason"),
                value: typed.reason,
                required: true,
                ..TextField::default()
            },
            problems,
        },
    )
}
