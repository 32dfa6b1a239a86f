//! 確認票: the page on which a reviewer ticks what it looked at, and the list as everybody who may read the answer sees
//! it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::request_view::who;
use super::{Path, State, answer_path, frame, may, open_as_reviewer, parse};
use crate::domain::access::Action;
use crate::domain::japan_time;
use crate::domain::review_checklist::{CheckList, MachineCheck, items};
use crate::domain::review_request::words_problems;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::keep_checks::{ChecksInput, check_by_machine, keep_checks};
use crate::workflow::view_answer::Seen;

#[derive(Template)]
#[template(path = "review/checklist.html")]
struct ChecklistPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    path: String,
    revision: i32,
    last: i32,
    items: Vec<Item>,
    machine: Vec<MachineCheck>,
    note: TextField,
}

/// Something to look at.
pub(super) struct Item {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) checked: bool,
}

/// A check list as it was kept.
pub(super) struct ChecksView {
    pub(super) revision: i32,
    /// The answer was replaced since.
    pub(super) is_old: bool,
    pub(super) who: String,
    pub(super) at: String,
    pub(super) items: Vec<Item>,
    pub(super) done: usize,
    pub(super) machine: Vec<MachineCheck>,
    pub(super) note: String,
}

impl ChecksView {
    pub(super) fn new(record: &ResponseRecord, checks: CheckList) -> Self {
        Self {
            revision: checks.revision,
            is_old: checks.revision != record.revision_number,
            who: who(&checks.body, &checks.by),
            at: japan_time::datetime_label(checks.at),
            items: ticked(record, &checks.looked_at),
            done: checks.looked_at.len(),
            machine: checks.machine,
            note: checks.note,
        }
    }
}

fn ticked(record: &ResponseRecord, looked_at: &[String]) -> Vec<Item> {
    items(&record.edition.definition, &record.class)
        .into_iter()
        .map(|item| Item {
            key: item.key,
            label: item.label,
            checked: looked_at.iter().any(|key| key == item.key),
        })
        .collect()
}

fn input(form: &FormData) -> WebResult<ChecksInput> {
    Ok(ChecksInput {
        revision: form.value("revision")?,
        last: form.value("last")?,
        looked_at: form.all("looked_at").map(ToOwned::to_owned).collect(),
        note: form.text("note").to_owned(),
    })
}

/// GET `/editions/{key}/answers/{code}/checklist`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open_as_reviewer(&state, &session.actor, &path).await?;
    if !may(&seen, Action::KeepChecks) {
        return Ok(see_other(&answer_path(&seen)));
    }
    let address = format!("{}/checklist", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let last = state.desk.store.newest_checks(seen.record.id).await?;
    let typed = match kept {
        Some(kept) => input(&kept)?,
        // What was looked at in an earlier revision has to be looked at again.
        None => ChecksInput {
            revision: seen.record.revision_number,
            last: last.as_ref().map_or(0, |last| last.number),
            looked_at: last
                .as_ref()
                .filter(|last| last.revision == seen.record.revision_number)
                .map(|last| last.looked_at.clone())
                .unwrap_or_default(),
            note: last.map(|last| last.note).unwrap_or_default(),
        },
    };
    let notice = query.notice.as_deref();
    render(&state, &session, &seen, &typed, (StatusCode::OK, notice)).await
}

/// POST `/editions/{key}/answers/{code}/checklist`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let typed = input(&post.form)?;
    let actor = &post.session.actor;
    match keep_checks(&state.desk, actor, &key, code, &typed).await {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=checks-kept"
            )));
        }
        Err(WorkflowError::Invalid(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let seen = open_as_reviewer(&state, actor, &path).await?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(&state, &post.session, &seen, &typed, (status, None)).await
}

async fn render(
    state: &AppState,
    session: &Session,
    seen: &Seen,
    typed: &ChecksInput,
    (status, notice): (StatusCode, Option<&str>),
) -> WebResult {
    let record = &seen.record;
    let newest = state
        .desk
        .store
        .revision(record.id, record.revision_number)
        .await?
        .ok_or(WebError::NotFound)?;
    let errors = words_problems(&typed.note);
    let mut page = frame(state, session, seen, "確認票").with_notice(notice);
    page.has_errors = !errors.is_empty();
    html_with(
        status,
        &ChecklistPage {
            page,
            problems: errors
                .iter()
                .map(|message| Problem {
                    field_id: "note".to_owned(),
                    message: message.clone(),
                })
                .collect(),
            body_name: record.name.clone(),
            path: answer_path(seen),
            revision: typed.revision,
            last: typed.last,
            items: ticked(record, &typed.looked_at),
            machine: check_by_machine(&state.desk, record, &newest).await?,
            note: TextField {
                id: "note".to_owned(),
                name: "note".to_owned(),
                label: "メモ".to_owned(),
                hint: "国の画面にも表示されます。個人の名前は書かないでください。".to_owned(),
                value: typed.note.clone(),
                errors,
                ..TextField::default()
            },
        },
    )
}
