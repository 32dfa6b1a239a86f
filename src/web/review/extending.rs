//! 期限の延長: the page on which whoever gathers an answer gives its body more time.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::{Path, State, answer_path, frame, open, parse};
use crate::domain::access::keeps_deadline;
use crate::domain::deadline_extension::{Field, is_extendable};
use crate::domain::japan_time::{date_label, deadline_label, parse_date};
use crate::domain::survey_edition::EditionState;
use crate::web::deadline_history::DeadlineHistory;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::extend_deadline::{ExtensionError, TypedExtension, extend_deadline};
use crate::workflow::view_answer::Seen;

#[derive(Template)]
#[template(path = "review/extend.html")]
struct ExtendPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    /// A trial writes to nobody.
    is_trial: bool,
    tag: StatusTag,
    path: String,
    deadline: String,
    last_new_answer: String,
    /// More time can be given now.
    is_extendable: bool,
    /// Id of the newest extension; 0 if there is none.
    version: i64,
    /// Somebody else extended it first; what was typed is still here.
    overtaken: bool,
    until: TextField,
    reason: TextField,
    deadlines: DeadlineHistory,
}

/// The form as it was typed, and what became of it.
#[derive(Default)]
struct Attempt {
    until: String,
    reason: String,
    problems: Vec<Problem>,
    overtaken: bool,
}

impl Attempt {
    fn read(form: &FormData) -> Self {
        Self {
            until: form.text("until").to_owned(),
            reason: form.text("reason").to_owned(),
            ..Self::default()
        }
    }

    fn errors(&self, field: Field) -> Vec<String> {
        let at = self.problems.iter();
        at.filter(|problem| problem.field_id == field.name())
            .map(|problem| problem.message.clone())
            .collect()
    }
}

/// Opens the answer for whoever gathers it; for everybody else there is no such page.
async fn kept_answer(state: &AppState, session: &Session, path: &Path) -> WebResult<Seen> {
    let seen = open(state, &session.actor, path).await?;
    if keeps_deadline(seen.relation) && !seen.record.edition.is_trial_over(state.desk.now()) {
        Ok(seen)
    } else {
        Err(WebError::NotFound)
    }
}

/// GET `/editions/{key}/answers/{code}/extend`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = kept_answer(&state, &session, &path).await?;
    let address = format!("{}/extend", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let attempt = kept.as_ref().map(Attempt::read).unwrap_or_default();
    let notice = query.notice.as_deref();
    render(&state, &session, &seen, attempt, notice).await
}

/// POST `/editions/{key}/answers/{code}/extend`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    let (key, code) = parse(&path)?;
    let mut attempt = Attempt::read(&form);
    let typed = TypedExtension {
        until: parse_date(&attempt.until),
        reason: &attempt.reason,
        seen: form.value("version")?,
    };
    let unread = typed.until.is_none();
    match extend_deadline(&state.desk, &session.actor, &key, code, typed).await {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=extended"
            )));
        }
        Err(ExtensionError::Problems(found)) => {
            if unread {
                attempt.problems.push(Problem {
                    field_id: Field::Day.name().to_owned(),
                    message: "延長後の期限は、2027-03-05、令和9年3月5日、R9.3.5 のように入力してください。"
                        .to_owned(),
                });
            }
            attempt
                .problems
                .extend(found.into_iter().map(|found| Problem {
                    field_id: found.field.name().to_owned(),
                    message: found.message,
                }));
        }
        Err(ExtensionError::Workflow(WorkflowError::Stale)) => attempt.overtaken = true,
        Err(ExtensionError::Workflow(error)) => return Err(error.into()),
    }
    let seen = kept_answer(&state, &session, &path).await?;
    render(&state, &session, &seen, attempt, None).await
}

async fn render(
    state: &AppState,
    session: &Session,
    seen: &Seen,
    attempt: Attempt,
    notice: Option<&str>,
) -> WebResult {
    let record = &seen.record;
    let newest = state.desk.store.extensions_of(record.id).await?.pop();
    let mut page = frame(state, session, seen, "期限の延長").with_notice(notice);
    page.has_errors = attempt.overtaken || !attempt.problems.is_empty();
    let status = match (attempt.overtaken, attempt.problems.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (_, false) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let last_new_answer = date_label(record.edition.dates.last_new_answer_on);
    html_with(
        status,
        &ExtendPage {
            page,
            body_name: record.name.clone(),
            is_trial: record.edition.is_trial(),
            tag: status_tag(record.status),
            path: answer_path(seen),
            deadline: deadline_label(record.deadline_on),
            is_extendable: record.edition.state == EditionState::Open
                && is_extendable(record.status),
            version: newest.map_or(0, |newest| newest.id),
            overtaken: attempt.overtaken,
            until: TextField {
                id: Field::Day.name().to_owned(),
                name: Field::Day.name().to_owned(),
                label: "延長後の期限".to_owned(),
                hint: format!(
                    "この日の23時59分までが期限内になります。{last_new_answer}より後にはできません。例：2027-03-05、令和9年3月5日"
                ),
                errors: attempt.errors(Field::Day),
                understood: parse_date(&attempt.until)
                    .map(date_label)
                    .unwrap_or_default(),
                value: attempt.until.clone(),
                required: true,
                width: "m",
                ..TextField::default()
            },
            reason: TextField {
                id: Field::Reason.name().to_owned(),
                name: Field::Reason.name().to_owned(),
                label: "延長の理由".to_owned(),
                hint: "この理由は、団体の画面とお知らせのメール、履歴に表示されます。".to_owned(),
                errors: attempt.errors(Field::Reason),
                value: attempt.reason.clone(),
                required: true,
                ..TextField::default()
            },
            last_new_answer,
            problems: attempt.problems,
            deadlines: DeadlineHistory::of(state, record, false).await?,
        },
    )
}
