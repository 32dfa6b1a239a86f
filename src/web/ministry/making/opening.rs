//! `/editions/{key}/making/opening`: the check list, then opening now or on a day.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{State, frame, is_preparing, load, making_path, topic_path};
use crate::domain::edition_checks::{Finding, Severity};
use crate::domain::japan_time::{date_label, parse_date};
use crate::domain::survey_edition::SurveyEdition;
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::FormQuery;
use crate::web::page::{html_with, see_other};
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::edition_opening::{
    OpeningError, cancel_opening, findings, open_checked, schedule_opening,
};
use crate::workflow::follow_up::bodies_asked;

#[derive(Template)]
#[template(path = "ministry/making/opening.html")]
struct OpeningPage {
    page: Page,
    problems: Vec<Problem>,
    errors: Vec<Line>,
    warnings: Vec<Line>,
    deadline: String,
    /// How many bodies are asked: 1,788団体.
    asked: String,
    /// The day of a planned opening, and who planned it; empty if there is none.
    planned: String,
    planned_by: String,
    refused: Vec<String>,
    opens_on: TextField,
    confirm_error: String,
    back: String,
}

/// A finding.
struct Line {
    id: String,
    topic: &'static str,
    href: String,
    message: String,
    ticked: bool,
    missing: bool,
}

/// What was typed and how it fared.
#[derive(Default)]
struct Attempt {
    ticked: BTreeSet<String>,
    opens_on: String,
    problems: Vec<Problem>,
    confirm_error: &'static str,
    /// Warnings that must still be ticked are marked.
    asks: bool,
}

/// GET `/editions/{key}/making/opening`.
pub async fn opening(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let edition = load(&state, &session, &key).await?;
    if !is_preparing(&edition) {
        return Ok(see_other(&format!("/editions/{}/settings", edition.key)));
    }
    let notice = query.notice.as_deref();
    render(&state, &session, &edition, Attempt::default(), notice).await
}

/// POST `/editions/{key}/making/opening`: `do` is `now`, `plan` or `cancel`.
pub async fn decide(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    if !is_preparing(&edition) {
        return Err(WebError::Conflict);
    }
    match form.text("do") {
        "now" => start(&state, &session, &edition, &form).await,
        "plan" => plan(&state, &session, &edition, &form).await,
        "cancel" => {
            cancel_opening(&state.desk, &session.actor, &edition.key).await?;
            let path = making_path(&edition, "opening");
            Ok(see_other(&format!("{path}?notice=opening-cancelled")))
        }
        _ => Ok(see_other(&making_path(&edition, "opening"))),
    }
}

fn attempt(form: &FormData) -> Attempt {
    Attempt {
        ticked: form.all("seen").map(str::to_owned).collect(),
        opens_on: form.text("opens_on").trim().to_owned(),
        ..Attempt::default()
    }
}

async fn start(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    form: &FormData,
) -> WebResult {
    let mut attempt = attempt(form);
    if !form.has("confirm_open") {
        attempt.confirm_error = "開始してよければ、ここに印を付けてください。";
        attempt
            .problems
            .push(problem("confirm_open", attempt.confirm_error));
        attempt.asks = true;
        return render(state, session, edition, attempt, None).await;
    }
    let done = open_checked(&state.desk, &session.actor, &edition.key, &attempt.ticked).await;
    match done {
        Ok(()) => Ok(see_other(&format!(
            "/editions/{}/settings?notice=opened",
            edition.key
        ))),
        Err(error) => refused(state, session, edition, attempt, error).await,
    }
}

async fn plan(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    form: &FormData,
) -> WebResult {
    let mut attempt = attempt(form);
    let Some(on) = parse_date(&attempt.opens_on) else {
        let message =
            "開始する日を、2028-01-14、令和10年1月14日、R10.1.14 のように入力してください。";
        attempt.problems.push(problem("opens_on", message));
        return render(state, session, edition, attempt, None).await;
    };
    let (actor, key) = (&session.actor, &edition.key);
    match schedule_opening(&state.desk, actor, key, on, &attempt.ticked).await {
        Ok(()) => Ok(see_other(&format!(
            "{}?notice=opening-planned",
            making_path(edition, "")
        ))),
        Err(OpeningError::Workflow(WorkflowError::Invalid(found))) => {
            let found = found
                .iter()
                .map(|found| problem("opens_on", &found.message));
            attempt.problems.extend(found);
            render(state, session, edition, attempt, None).await
        }
        Err(error) => refused(state, session, edition, attempt, error).await,
    }
}

async fn refused(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    mut attempt: Attempt,
    error: OpeningError,
) -> WebResult {
    let left = match error {
        OpeningError::Findings(left) => left,
        OpeningError::Workflow(error) => return Err(error.into()),
    };
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    attempt
        .problems
        .extend(left.iter().filter(is_error).map(|finding| Problem {
            field_id: "errors".to_owned(),
            message: finding.message.clone(),
        }));
    let unticked = left.iter().filter(|finding| !is_error(finding));
    attempt.problems.extend(unticked.map(|finding| Problem {
        field_id: format!("seen-{}", finding.id),
        message: format!("確かめて、印を付けてください：{}", finding.message),
    }));
    attempt.asks = true;
    render(state, session, edition, attempt, None).await
}

fn problem(field: &str, message: &str) -> Problem {
    Problem {
        field_id: field.to_owned(),
        message: message.to_owned(),
    }
}

async fn render(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    attempt: Attempt,
    notice: Option<&str>,
) -> WebResult {
    let plan = state.desk.store.edition_plan(edition.id).await?;
    let typed_on = parse_date(&attempt.opens_on);
    let on = typed_on.or(plan.opening.as_ref().map(|opening| opening.on));
    let as_of = plan.respondents_as_of.or(on);
    let as_of = as_of.unwrap_or(state.desk.now().japan_date());
    let bodies = bodies_asked(&state.desk, &session.actor, edition, as_of).await?;
    let found = findings(&state.desk, &session.actor, &edition.key, on).await?;
    let line = |finding: &Finding| Line {
        ticked: attempt.ticked.contains(&finding.id),
        missing: attempt.asks && !attempt.ticked.contains(&finding.id),
        id: finding.id.clone(),
        topic: finding.topic.label(),
        href: topic_path(edition, finding.topic),
        message: finding.message.clone(),
    };
    let of = |severity| -> Vec<Line> {
        let found = found.iter().filter(|finding| finding.severity == severity);
        found.map(line).collect()
    };
    let opens_on = TextField {
        id: "opens_on".to_owned(),
        name: "opens_on".to_owned(),
        label: "開始する日".to_owned(),
        hint: "この日の0時（日本時間）に、自動で開始します。その時にもう一度点検し、直すところがあれば開始せず、準備の画面に理由を表示します。例：2028-01-14、令和10年1月14日".to_owned(),
        width: "m",
        errors: attempt
            .problems
            .iter()
            .filter(|problem| problem.field_id == "opens_on")
            .map(|problem| problem.message.clone())
            .collect(),
        understood: typed_on.map(date_label).unwrap_or_default(),
        value: attempt.opens_on.clone(),
        ..TextField::default()
    };
    let mut page = frame(state, session, edition, "点検と開始").with_notice(notice);
    page.has_errors = !attempt.problems.is_empty();
    let status = if page.has_errors {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    html_with(
        status,
        &OpeningPage {
            page,
            asked: format!("{}団体", with_commas(bodies.len() as u64)),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            deadline: date_label(edition.dates.deadline_on),
            planned: plan
                .opening
                .as_ref()
                .map(|opening| date_label(opening.on))
                .unwrap_or_default(),
            planned_by: plan
                .opening
                .map(|opening| opening.set_by_name)
                .unwrap_or_default(),
            refused: plan.refused,
            opens_on,
            confirm_error: attempt.confirm_error.to_owned(),
            back: making_path(edition, ""),
            problems: attempt.problems,
        },
    )
}
