//! `/editions/{key}/settings`: the dates of an edition that was opened, its end, and what it asks.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use jiff::civil::Date;

use super::{State, state_tag};
use crate::domain::access::CountryScope;
use crate::domain::implementers::{self, BodyNames};
use crate::domain::japan_time::{date_label, parse_date};
use crate::domain::progress::Progress;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::survey_edition::{EditionDates, EditionState, SchemeRow, SurveyEdition};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::{FormQuery, edition_key};
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::editions;

/// Name of a date in the form, its label and what it means.
pub const DATES: [(&str, &str, &str); 3] = [
    (
        "deadline_on",
        "提出期限",
        "自治体の画面に表示する締切です。この日の23時59分までが期限内です。",
    ),
    (
        "last_new_answer_on",
        "新しい回答の最終受付日",
        "提出期限のあとも、この日までは初めての提出を受け付け、「遅延」と表示します。",
    ),
    (
        "last_change_on",
        "修正の最終受付日",
        "一度提出した団体は、差戻しへの対応などの再提出をこの日までできます。",
    ),
];

#[derive(Template)]
#[template(path = "ministry/settings.html")]
struct SettingsPage {
    page: Page,
    problems: Vec<Problem>,
    tag: StatusTag,
    key: String,
    is_trial: bool,
    is_open: bool,
    dates: Vec<TextField>,
    /// The dates as they are stored: label and day.
    stored: Vec<(&'static str, String)>,
    /// The typed deadline lies in the past: it must be confirmed.
    asks_past: bool,
    close_error: String,
    /// Bodies that still owe an answer.
    owing: u64,
    definition: DefinitionView,
}

/// What an edition asks, to read.
struct DefinitionView {
    title: String,
    form_word: &'static str,
    form1_title: String,
    form2_title: String,
    /// How the subsidy is worked out; empty where none is.
    rule: String,
    office: String,
    intents: Vec<String>,
    rows: Vec<RowView>,
}

struct RowView {
    number: usize,
    category: String,
    law: String,
    name: String,
    notes: String,
    implementers: String,
}

/// What the page shows besides what is stored.
#[derive(Default)]
struct Attempt {
    /// The three dates as typed; `None` shows the stored ones.
    typed: Option<[String; 3]>,
    problems: Vec<Problem>,
    asks_past: bool,
    close_error: &'static str,
    notice: Option<String>,
}

fn typed_dates(form: &FormData) -> [String; 3] {
    DATES.map(|(name, _, _)| form.text(name).trim().to_owned())
}

/// The three dates, or a problem at each that does not read.
fn read_dates(typed: &[String; 3]) -> Result<EditionDates, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut days: Vec<Date> = Vec::new();
    for ((name, label, _), text) in DATES.iter().zip(typed) {
        match parse_date(text) {
            Some(day) => days.push(day),
            None => problems.push(Problem {
                field_id: (*name).to_owned(),
                message: if text.is_empty() {
                    format!("{label}を入力してください。")
                } else {
                    format!(
                        "{label}は、2027-02-26、令和9年2月26日、R9.2.26 のように入力してください。"
                    )
                },
            }),
        }
    }
    match (days.as_slice(), problems.is_empty()) {
        (&[deadline_on, last_new_answer_on, last_change_on], true) => Ok(EditionDates {
            deadline_on,
            last_new_answer_on,
            last_change_on,
        }),
        _ => Err(problems),
    }
}

async fn load(state: &State, key: &str) -> WebResult<SurveyEdition> {
    let key = edition_key(key)?;
    let edition = state.desk.store.edition(&key).await?;
    edition.ok_or(WebError::NotFound)
}

/// GET `/editions/{key}/settings`.
pub async fn settings(
    state: State,
    session: Session,
    request: HttpRequest,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let scope = CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let edition = load(&state, &key).await?;
    if edition.state == EditionState::Preparing {
        return Ok(see_other(&format!("/editions/{}/making", edition.key)));
    }
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let attempt = Attempt {
        typed: kept.as_ref().map(typed_dates),
        notice: query
            .notice
            .clone()
            .filter(|notice| notice != "kept" || kept.is_some()),
        ..Attempt::default()
    };
    render(&state, &session, scope, &edition, StatusCode::OK, attempt).await
}

/// POST `/editions/{key}/settings`: `do` is `dates` or `close`.
pub async fn change(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let scope = CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let edition = load(&state, &key).await?;
    let done = match form.text("do") {
        "dates" => change_dates(&state, &session, &edition, &form).await,
        "close" => finish(&state, &session, &edition, &form).await,
        _ => return Err(WebError::BadRequest),
    };
    match done {
        Ok(notice) => Ok(see_other(&format!(
            "/editions/{}/settings?notice={notice}",
            edition.key
        ))),
        Err(Refusal::Mend(attempt)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(&state, &session, scope, &edition, status, *attempt).await
        }
        Err(Refusal::Error(error)) => Err(error),
    }
}

/// Why nothing was changed.
enum Refusal {
    /// The page comes back with what to mend.
    Mend(Box<Attempt>),
    Error(WebError),
}

impl Refusal {
    fn mend(attempt: Attempt) -> Self {
        Self::Mend(Box::new(attempt))
    }

    /// What the verb said, beside the first date where it is about dates.
    fn of(error: WorkflowError, typed: [String; 3]) -> Self {
        match error {
            WorkflowError::Invalid(problems) => Self::mend(Attempt {
                typed: Some(typed),
                problems: problems
                    .into_iter()
                    .map(|problem| at_deadline(&problem.message))
                    .collect(),
                ..Attempt::default()
            }),
            other => Self::Error(other.into()),
        }
    }
}

fn at_deadline(message: &str) -> Problem {
    Problem {
        field_id: DATES[0].0.to_owned(),
        message: message.to_owned(),
    }
}

async fn change_dates(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    form: &FormData,
) -> Result<&'static str, Refusal> {
    let typed = typed_dates(form);
    let attempt = |problems, asks_past| {
        Refusal::mend(Attempt {
            typed: Some(typed.clone()),
            problems,
            asks_past,
            ..Attempt::default()
        })
    };
    let dates = read_dates(&typed).map_err(|problems| attempt(problems, false))?;
    // A mistyped year would make every body of the country late.
    let is_past = edition.state == EditionState::Open
        && dates.deadline_on != edition.dates.deadline_on
        && dates.deadline_on < state.desk.now().japan_date();
    if is_past && !form.has("past_ok") {
        let problem = Problem {
            field_id: "past_ok".to_owned(),
            message: format!(
                "提出期限が過ぎた日（{}）になっています。日付を直すか、このままでよければ「過ぎた日のまま変更する」に印を付けてください。",
                date_label(dates.deadline_on)
            ),
        };
        return Err(attempt(vec![problem], true));
    }
    editions::set_dates(&state.desk, &session.actor, &edition.key, dates)
        .await
        .map_err(|error| Refusal::of(error, typed))?;
    Ok("dates-set")
}

async fn finish(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    form: &FormData,
) -> Result<&'static str, Refusal> {
    if !form.has("confirm_close") {
        let close_error = "終了してよければ、ここに印を付けてください。";
        return Err(Refusal::mend(Attempt {
            problems: vec![Problem {
                field_id: "confirm_close".to_owned(),
                message: close_error.to_owned(),
            }],
            close_error,
            ..Attempt::default()
        }));
    }
    editions::close_edition(&state.desk, &session.actor, &edition.key)
        .await
        .map_err(|error| Refusal::Error(error.into()))?;
    Ok("closed")
}

async fn render(
    state: &State,
    session: &Session,
    scope: CountryScope,
    edition: &SurveyEdition,
    status: StatusCode,
    attempt: Attempt,
) -> WebResult {
    let is_open = edition.state == EditionState::Open;
    let owing = if is_open {
        let groups = state.desk.store.progress(edition, scope).await?;
        let today = state.desk.now().japan_date();
        Progress::tally(&groups, today).all().owing()
    } else {
        0
    };
    let days = [
        edition.dates.deadline_on,
        edition.dates.last_new_answer_on,
        edition.dates.last_change_on,
    ];
    let typed = attempt.typed.unwrap_or(days.map(|day| day.to_string()));
    let title = format!("調査回の設定（{}）", edition.definition.short_title);
    let mut page = page::signed_in(state, session, &title, &[("調査回", "/editions")])
        .in_section("/editions")
        .with_notice(attempt.notice.as_deref());
    page.has_errors = !attempt.problems.is_empty();
    html_with(
        status,
        &SettingsPage {
            page,
            tag: state_tag(edition.state),
            key: edition.key.to_string(),
            is_trial: edition.is_trial(),
            is_open,
            dates: date_fields(typed, &attempt.problems),
            stored: DATES
                .iter()
                .zip(days)
                .map(|((_, label, _), day)| (*label, date_label(day)))
                .collect(),
            asks_past: attempt.asks_past,
            close_error: attempt.close_error.to_owned(),
            owing,
            definition: definition(state, edition).await?,
            problems: attempt.problems,
        },
    )
}

fn date_fields(typed: [String; 3], problems: &[Problem]) -> Vec<TextField> {
    DATES
        .iter()
        .zip(typed)
        .map(|((name, label, hint), value)| TextField {
            id: (*name).to_owned(),
            name: (*name).to_owned(),
            label: (*label).to_owned(),
            hint: (*hint).to_owned(),
            required: true,
            errors: problems
                .iter()
                .filter(|problem| problem.field_id == *name)
                .map(|problem| problem.message.clone())
                .collect(),
            understood: parse_date(&value).map(date_label).unwrap_or_default(),
            width: "m",
            value,
            ..TextField::default()
        })
        .collect()
}

async fn definition(state: &State, edition: &SurveyEdition) -> WebResult<DefinitionView> {
    let definition = &edition.definition;
    let names = state.desk.store.body_names().await?;
    let mut rows = Vec::with_capacity(definition.rows.len());
    for (index, row) in definition.rows.iter().enumerate() {
        rows.push(RowView {
            number: index + 1,
            category: row.category.clone(),
            law: row.law.clone(),
            name: row.name.clone(),
            notes: notes(row),
            implementers: usual_implementers(row, &names),
        });
    }
    Ok(DefinitionView {
        title: definition.title.clone(),
        form1_title: definition.form1_title.clone(),
        form2_title: definition.form2_title.clone(),
        form_word: definition.words().form,
        rule: definition
            .required_amounts
            .as_ref()
            .map(RequiredAmounts::note)
            .unwrap_or_default(),
        office: definition.office.clone(),
        intents: definition
            .intents
            .iter()
            .map(|wording| definition.intent_label(wording.intent))
            .collect(),
        rows,
    })
}

fn notes(row: &SchemeRow) -> String {
    let notes = [
        (row.second_round_only, "2次交付のみ"),
        (row.needs_text, "内容の記入が必要"),
    ];
    let notes: Vec<&str> = notes
        .into_iter()
        .filter(|(applies, _)| *applies)
        .map(|(_, note)| note)
        .collect();
    notes.join("、")
}

/// Who usually runs the scheme; a single body by its name.
fn usual_implementers(row: &SchemeRow, names: &BodyNames) -> String {
    if row.implementers.is_empty() {
        return "定めなし".to_owned();
    }
    implementers::labels(&row.implementers, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(texts: [&str; 3]) -> [String; 3] {
        texts.map(str::to_owned)
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let dates = read_dates(&typed(["R9.2.26", "令和９年３月１２日", "2027/3/31"]));
        let dates = dates.unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(dates.deadline_on.to_string(), "2027-02-26");
        assert_eq!(dates.last_new_answer_on.to_string(), "2027-03-12");
        assert_eq!(dates.last_change_on.to_string(), "2027-03-31");
    }

    #[test]
    fn every_date_that_does_not_read_is_named_at_once() {
        let Err(problems) = read_dates(&typed(["2月末", "", "2027-02-30"])) else {
            panic!("none of them is a day");
        };
        let fields: Vec<_> = problems.iter().map(|p| p.field_id.as_str()).collect();
        assert_eq!(fields, DATES.map(|(name, _, _)| name));
        assert!(problems[1].message.ends_with("入力してください。"));
        let fields = date_fields(typed(["2月末", "", "2027-02-26"]), &problems);
        assert_eq!(fields[0].value, "2月末", "the typed text stays");
        assert_eq!(fields[2].understood, "令和9年2月26日（金）");
    }
}
