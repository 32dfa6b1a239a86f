//! 状況表: the ministry's status tables as pages, the bodies behind every figure, and what changed.
//!
//! ```text
//! address (year, as_of, known_on) ─ Asked::read ─> Wanted ─ one snapshot ─> StatusReport ─> views ─> page
//! ```
//! What cannot be read is shown again with the reason (422); a redirect never carries a guess.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use jiff::civil::Date;

use super::error::{WebError, WebResult};
use super::form::FormData;
use super::page::{self, html_with, see_other};
use super::session::Session;
use super::state::AppState;
use super::view::{Page, Problem, TextField};
use crate::domain::access::CountryScope;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::parse_date;
use crate::domain::participation::{first_year, last_year};
use crate::domain::status_report::{Figure, Snapshot};
use crate::workflow::participation::{snapshot, standing_problem};
use crate::workflow::status_tables::Wanted;

mod bodies;
mod charts;
mod compare;
mod names;
mod report;
mod tables;

pub use bodies::{bodies, take_out_bodies};
pub use compare::{compare, take_out_changes};
pub use report::{report, take_out_report};

/// Shared state of handlers.
type State = web::Data<AppState>;

const DAY_PROBLEM: &str = "日付は「2025-10-31」「R7.10.31」のように入力してください。";

/// Year and days as they were typed.
#[derive(Clone, Debug, Default)]
struct Asked {
    year: String,
    as_of: String,
    known_on: String,
}

/// The form that chooses year and days (`templates/status/switch.html`).
struct Switch {
    year: TextField,
    as_of: TextField,
    known_on: TextField,
}

/// A link that may be where one is.
struct Choice {
    label: String,
    href: String,
    is_current: bool,
}

/// A figure and the list of bodies behind it.
struct Number {
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "status/wrong.html")]
struct WrongPage {
    page: Page,
    problems: Vec<Problem>,
    switch: Switch,
}

impl Asked {
    fn of(year: &str, query: &FormData) -> Self {
        Self {
            year: year.to_owned(),
            as_of: query.text("as_of").to_owned(),
            known_on: query.text("known_on").to_owned(),
        }
    }

    /// The report that is meant; what was left out is today and everything that is known.
    fn read(&self, today: Date) -> Result<Wanted, Vec<Problem>> {
        let mut problems = Vec::new();
        let year = read_year(&self.year, today);
        if let Err(message) = &year {
            problems.push(problem("year", message.clone()));
        }
        let mut day = |id: &str, typed: &str| -> Option<Date> {
            if typed.trim().is_empty() {
                return None;
            }
            let day = parse_date(typed);
            if day.is_none() {
                problems.push(problem(id, DAY_PROBLEM.to_owned()));
            }
            day
        };
        let as_of = day("as_of", &self.as_of);
        let known_on = day("known_on", &self.known_on);
        match year {
            Ok(fiscal_year) if problems.is_empty() => Ok(Wanted {
                fiscal_year,
                as_of: as_of.unwrap_or(today),
                known_on,
            }),
            _ => Err(problems),
        }
    }

    fn switch(&self, problems: &[Problem]) -> Switch {
        let field = |id: &str, label: &str, value: &str, width| TextField {
            id: id.to_owned(),
            name: id.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            errors: messages(problems, id),
            width,
            ..TextField::default()
        };
        Switch {
            year: field("year", "年度", &self.year, "s"),
            as_of: field("as_of", "時点の日", &self.as_of, "m"),
            known_on: field("known_on", "登録の日", &self.known_on, "m"),
        }
    }
}

/// The messages at a control.
fn messages(problems: &[Problem], id: &str) -> Vec<String> {
    let here = problems.iter().filter(|problem| problem.field_id == id);
    here.map(|problem| problem.message.clone()).collect()
}

fn problem(id: &str, message: String) -> Problem {
    Problem {
        field_id: id.to_owned(),
        message,
    }
}

/// A fiscal year that has tables.
fn read_year(typed: &str, today: Date) -> Result<FiscalYear, String> {
    let year: FiscalYear = typed.parse().map_err(|problem| format!("{problem}"))?;
    let (first, last) = (first_year(), last_year(today));
    if (first..=last).contains(&year) {
        Ok(year)
    } else {
        Err(format!(
            "{year}の状況表はありません。{first}から{last}までの年度を入力してください。"
        ))
    }
}

/// The query that leads to the same snapshot again.
fn query_of(wanted: &Wanted) -> String {
    let known_on = wanted.known_on.map(|day| format!("&known_on={day}"));
    format!("as_of={}{}", wanted.as_of, known_on.unwrap_or_default())
}

fn path_of(wanted: &Wanted) -> String {
    format!("/status/{}", wanted.fiscal_year.short())
}

/// Makes links to lists of bodies for one report.
struct Links<'s> {
    path: String,
    query: String,
    snapshot: &'s Snapshot,
}

impl<'s> Links<'s> {
    fn new(wanted: &Wanted, snapshot: &'s Snapshot) -> Self {
        Self {
            path: path_of(wanted),
            query: query_of(wanted),
            snapshot,
        }
    }

    fn href(&self, figure: impl Into<Figure>) -> String {
        let key = figure.into().key(&self.snapshot.catalogue);
        format!("{}/bodies?figure={key}&{}", self.path, self.query)
    }

    fn number(&self, count: impl Into<u64>, figure: impl Into<Figure>) -> Number {
        Number {
            text: crate::domain::text::with_commas(count.into()),
            href: self.href(figure),
        }
    }
}

/// Part of a whole in percent with one decimal, cut off: 35.0%. Only all is 100%.
fn share(part: u64, whole: u64) -> String {
    match (part * 1000).checked_div(whole) {
        Some(thousandths) => format!("{}.{}%", thousandths / 10, thousandths % 10),
        None => "－".to_owned(),
    }
}

/// The newest year up to the current one in which somebody takes part, else the current one.
fn usual_year(snapshot: &Snapshot, today: Date) -> WebResult<FiscalYear> {
    let years = snapshot.years_with_entries().map_err(standing_problem)?;
    let current = FiscalYear::of(today).max(first_year());
    let newest = years.into_iter().rev().find(|year| *year <= current);
    Ok(newest.unwrap_or(current))
}

/// Only the ministry knows of these pages.
fn must_be_ministry(session: &Session) -> WebResult<()> {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    Ok(())
}

/// What was typed, with the reasons why there are no tables of it.
fn wrong(state: &State, session: &Session, asked: &Asked, problems: Vec<Problem>) -> WebResult {
    let mut page = page::signed_in(state, session, "状況表", &[]).in_section("/status");
    page.has_errors = true;
    html_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &WrongPage {
            page,
            switch: asked.switch(&problems),
            problems,
        },
    )
}

/// GET `/status`: the form's address, and the way to the newest tables.
pub async fn choose(request: HttpRequest, state: State, session: Session) -> WebResult {
    must_be_ministry(&session)?;
    let query = FormData::parse(request.query_string())?;
    let mut asked = Asked::of(query.text("year"), &query);
    let today = state.desk.now().japan_date();
    if asked.year.trim().is_empty() {
        let snapshot = snapshot(&state.desk, &session.actor, None, None).await?;
        asked.year = usual_year(&snapshot, today)?.short();
    }
    match asked.read(today) {
        Ok(wanted) => {
            // A day that was left out stays left out: the address then always means today.
            let as_of = (!asked.as_of.trim().is_empty()).then(|| format!("as_of={}", wanted.as_of));
            let known_on = wanted.known_on.map(|day| format!("known_on={day}"));
            let query: Vec<String> = as_of.into_iter().chain(known_on).collect();
            let mark = if query.is_empty() { "" } else { "?" };
            Ok(see_other(&format!(
                "{}{mark}{}",
                path_of(&wanted),
                query.join("&")
            )))
        }
        Err(problems) => wrong(&state, &session, &asked, problems),
    }
}
