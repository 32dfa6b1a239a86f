//! `/editions/{key}/settings/reminders`: on which working days the bodies of an edition that owe are written to.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::State;
use crate::domain::access::CountryScope;
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::reminder::{Due, FURTHEST, MOST_STEPS, Need, REMINDERS_FROM_HOUR, ReminderPlan};
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::reminders::plans::StoredPlan;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::{FormQuery, edition_key};
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::reminders::planning::set_plan;

#[derive(Template)]
#[template(path = "ministry/reminder_plan.html")]
struct PlanPage {
    page: Page,
    problems: Vec<Problem>,
    key: String,
    is_closed: bool,
    is_trial: bool,
    version: i32,
    /// Somebody else changed it first: what stands now.
    overtaken: Option<(String, String)>,
    /// Who changed it last and when; empty for the usual plan.
    changed: String,
    before: TextField,
    after: TextField,
    deadline: String,
    hour: i8,
    days: Vec<DayLine>,
    /// Years without holidays between the first and the last day.
    unknown_years: Vec<i16>,
}

/// One day of the plan, for a body with the edition's own deadline.
struct DayLine {
    label: String,
    day: String,
    certain: bool,
}

/// The plan as it was typed, and what became of it.
struct Attempt {
    before: String,
    after: String,
    problems: Vec<Problem>,
    overtaken: bool,
}

impl Attempt {
    fn read(form: &FormData) -> Self {
        Self {
            before: form.text("before").to_owned(),
            after: form.text("after").to_owned(),
            problems: Vec::new(),
            overtaken: false,
        }
    }

    fn of(plan: &ReminderPlan) -> Self {
        Self {
            before: plan.before_text(),
            after: plan.after_text(),
            problems: Vec::new(),
            overtaken: false,
        }
    }

    fn field(&self, name: &str, label: &str, value: &str) -> TextField {
        let errors = self.problems.iter();
        TextField {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: format!(
                "営業日の数を、コンマで区切って入力してください。1から{FURTHEST}まで、{MOST_STEPS}回までです。空欄なら、お知らせしません。"
            ),
            value: value.to_owned(),
            errors: errors
                .filter(|problem| problem.field_id == name)
                .map(|problem| problem.message.clone())
                .collect(),
            width: "m",
            ..TextField::default()
        }
    }
}

async fn load(state: &State, session: &Session, key: &str) -> WebResult<SurveyEdition> {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let key = edition_key(key)?;
    let edition = state.desk.store.edition(&key).await?;
    edition.ok_or(WebError::NotFound)
}

/// GET `/editions/{key}/settings/reminders`.
pub async fn form(
    state: State,
    session: Session,
    request: HttpRequest,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let edition = load(&state, &session, &key).await?;
    let stored = state.desk.store.reminder_plan(edition.id).await?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let attempt = match &kept {
        Some(form) => Attempt::read(form),
        None => Attempt::of(&stored.plan),
    };
    let notice = query.notice.as_deref();
    render(&state, &session, &edition, &stored, attempt, notice).await
}

/// POST `/editions/{key}/settings/reminders`.
pub async fn save(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    let version = form.value("version")?;
    let mut attempt = Attempt::read(&form);
    match ReminderPlan::read(&attempt.before, &attempt.after) {
        Err(problems) => {
            attempt.problems = problems
                .into_iter()
                .map(|problem| Problem {
                    field_id: problem.field.to_owned(),
                    message: problem.message,
                })
                .collect();
        }
        Ok(plan) => {
            let actor = &session.actor;
            match set_plan(&state.desk, actor, &edition.key, version, &plan).await {
                Ok(()) => {
                    return Ok(see_other(&format!(
                        "/editions/{}/settings/reminders?notice=reminder-plan-set",
                        edition.key
                    )));
                }
                Err(WorkflowError::Stale) => attempt.overtaken = true,
                Err(error) => return Err(error.into()),
            }
        }
    }
    let stored = state.desk.store.reminder_plan(edition.id).await?;
    render(&state, &session, &edition, &stored, attempt, None).await
}

async fn render(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    stored: &StoredPlan,
    attempt: Attempt,
    notice: Option<&str>,
) -> WebResult {
    let calendar = state.desk.store.working_calendar().await?;
    let due = Due {
        need: Need::Begin,
        on: edition.dates.deadline_on,
        returned_on: None,
    };
    let days = stored.plan.days(&due, &calendar);
    let first = days.first().map_or(due.on, |(_, counted)| counted.day);
    let unknown_years = calendar.unknown_years(first.min(due.on), edition.dates.last_change_on);
    let settings = format!("/editions/{}/settings", edition.key);
    let way = [("調査回", "/editions"), ("調査回の設定", settings.as_str())];
    let title = format!("督促の予定（{}）", edition.definition.short_title);
    let mut page = page::signed_in(state, session, &title, &way)
        .in_section("/editions")
        .with_notice(notice);
    page.has_errors = attempt.overtaken || !attempt.problems.is_empty();
    let status = match (attempt.overtaken, attempt.problems.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (_, false) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    html_with(
        status,
        &PlanPage {
            page,
            key: edition.key.to_string(),
            is_closed: edition.state == EditionState::Closed,
            is_trial: edition.is_trial(),
            version: stored.version,
            overtaken: attempt
                .overtaken
                .then(|| (stored.plan.before_text(), stored.plan.after_text())),
            changed: match stored.version {
                0 => String::new(),
                _ => format!("{} {}", datetime_label(stored.set_at), stored.set_by),
            },
            before: attempt.field(
                "before",
                "締切の何営業日前にお知らせするか",
                &attempt.before,
            ),
            after: attempt.field("after", "締切の何営業日後にお知らせするか", &attempt.after),
            deadline: date_label(due.on),
            hour: REMINDERS_FROM_HOUR,
            days: days
                .into_iter()
                .map(|(step, counted)| DayLine {
                    label: step.label(),
                    day: date_label(counted.day),
                    certain: counted.certain,
                })
                .collect(),
            unknown_years,
            problems: attempt.problems,
        },
    )
}
