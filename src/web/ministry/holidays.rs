//! `/holidays`: the holidays that working days are counted with, year by year.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::State;
use crate::domain::access::CountryScope;
use crate::domain::japan_time::{date_label, datetime_label, parse_date};
use crate::domain::working_days::{read_name, read_table};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::{WorkflowError, holidays};

#[derive(Template)]
#[template(path = "ministry/holidays.html")]
struct HolidaysPage {
    page: Page,
    problems: Vec<Problem>,
    /// This year or the next is not known.
    missing: Vec<i16>,
    years: Vec<YearView>,
    table: TextField,
    day: TextField,
    name: TextField,
}

struct YearView {
    year: i16,
    source: String,
    days: Vec<DayView>,
}

struct DayView {
    value: String,
    label: String,
    name: String,
}

/// What was typed, and what has to be mended.
#[derive(Default)]
struct Attempt {
    table: String,
    day: String,
    name: String,
    problems: Vec<Problem>,
}

impl Attempt {
    fn read(form: &FormData) -> Self {
        Self {
            table: form.text("table").to_owned(),
            day: form.text("day").to_owned(),
            name: form.text("name").to_owned(),
            problems: Vec::new(),
        }
    }

    fn problem(&mut self, field: &str, message: String) {
        self.problems.push(Problem {
            field_id: field.to_owned(),
            message,
        });
    }

    fn field(&self, name: &str, label: &str, hint: &str, value: &str) -> TextField {
        let errors = self.problems.iter();
        TextField {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            value: value.to_owned(),
            required: true,
            errors: errors
                .filter(|problem| problem.field_id == name)
                .map(|problem| problem.message.clone())
                .collect(),
            ..TextField::default()
        }
    }
}

/// GET `/holidays`.
pub async fn list(
    state: State,
    session: Session,
    request: HttpRequest,
    query: web::Query<FormQuery>,
) -> WebResult {
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let attempt = kept.as_ref().map(Attempt::read).unwrap_or_default();
    render(&state, &session, attempt, query.notice.as_deref()).await
}

/// POST `/holidays`: `do` is `paste` (whole years), `add` or `remove` (a day), or `remove-year`.
pub async fn change(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    session.must_be_ministry()?;
    let (desk, actor) = (&state.desk, &session.actor);
    let mut attempt = Attempt::read(&form);
    let done = match form.text("do") {
        "paste" => match read_table(&attempt.table) {
            Ok(years) => Some(holidays::put_years(desk, actor, &years).await),
            Err(messages) => {
                for message in messages {
                    attempt.problem("table", message);
                }
                None
            }
        },
        "add" => {
            let (day, name) = (parse_date(&attempt.day), read_name(&attempt.name));
            match (day, name) {
                (Some(day), Ok(name)) => Some(holidays::put_day(desk, actor, day, &name).await),
                (day, name) => {
                    if day.is_none() {
                        let message =
                            "日付は、2028-01-10、令和10年1月10日 のように入力してください。";
                        attempt.problem("day", message.to_owned());
                    }
                    if let Err(message) = name {
                        attempt.problem("name", message);
                    }
                    None
                }
            }
        }
        "remove" => {
            let day = parse_date(form.text("at")).ok_or(WebError::BadRequest)?;
            Some(holidays::remove_day(desk, actor, day).await)
        }
        "remove-year" => {
            let year = form.value("year")?;
            Some(holidays::remove_year(desk, actor, year).await)
        }
        _ => return Err(WebError::BadRequest),
    };
    match done {
        Some(Ok(())) => return Ok(see_other("/holidays?notice=holidays-changed")),
        Some(Err(WorkflowError::Stale)) if form.text("do") == "add" => attempt.problem(
            "day",
            "この年の祝日は、まだ登録されていません。先に1年分をまとめて登録してください。"
                .to_owned(),
        ),
        Some(Err(error)) => return Err(error.into()),
        None => {}
    }
    render(&state, &session, attempt, None).await
}

async fn render(
    state: &State,
    session: &Session,
    attempt: Attempt,
    notice: Option<&str>,
) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let store = &state.desk.store;
    let calendar = store.working_calendar().await?;
    let sources = store.holiday_years().await?;
    let this_year = state.desk.now().japan_date().year();
    let mut page = page::signed_in(state, session, "祝日", &[("調査回", "/editions")])
        .in_section("/editions")
        .with_notice(notice);
    page.has_errors = !attempt.problems.is_empty();
    let years = calendar.years().rev().map(|(year, days)| {
        let known = sources.iter().find(|known| known.year == year);
        YearView {
            year,
            source: known.map_or_else(String::new, |known| match known.by.as_str() {
                "" => known.source.clone(),
                by => format!(
                    "{}（{by}）{}",
                    datetime_label(known.recorded_at),
                    known.source
                ),
            }),
            days: days
                .iter()
                .map(|(day, name)| DayView {
                    value: day.to_string(),
                    label: date_label(*day),
                    name: name.clone(),
                })
                .collect(),
        }
    });
    let status = if attempt.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &HolidaysPage {
            page,
            missing: [this_year, this_year + 1]
                .into_iter()
                .filter(|year| !calendar.knows(*year))
                .collect(),
            years: years.collect(),
            table: attempt.field(
                "table",
                "1年分の祝日",
                "1行に1日ずつ、「2028/1/1,元日」のように入力してください。内閣府の一覧（CSV）やExcelの表を、そのまま貼り付けられます。振替休日なども含めてください。その年の登録は、すべて置きかわります。",
                &attempt.table,
            ),
            day: TextField {
                width: "m",
                understood: parse_date(&attempt.day).map(date_label).unwrap_or_default(),
                ..attempt.field("day", "日付", "例：2028-01-10、令和10年1月10日", &attempt.day)
            },
            name: TextField {
                width: "m",
                ..attempt.field("name", "名前", "例：成人の日、休日", &attempt.name)
            },
            problems: attempt.problems,
        },
    )
}
