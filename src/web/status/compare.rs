//! GET `/status/compare`: who entered, left or changed schemes between two days or two years.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;

use super::{DAY_PROBLEM, State, messages, must_be_ministry, problem, read_year, usual_year};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::{date_label, datetime_label, parse_date};
use crate::domain::participation::first_year;
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::status_report::{BodyChange, Change, Changes};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::participation::{ChangesWish, snapshot};
use crate::workflow::status_tables;

#[derive(Template)]
#[template(path = "status/compare.html")]
struct ComparePage {
    page: Page,
    problems: Vec<Problem>,
    fields: Vec<TextField>,
    /// Nothing was compared if something could not be read.
    result: Option<Comparison>,
}

struct Comparison {
    before: String,
    after: String,
    made_at: String,
    csv_href: String,
    groups: Vec<Group>,
}

/// Bodies that changed in one way.
struct Group {
    id: &'static str,
    sign: &'static str,
    label: &'static str,
    count: String,
    lines: Vec<ChangeLine>,
}

struct ChangeLine {
    code: String,
    name: String,
    prefecture: &'static str,
    class: &'static str,
    added: String,
    dropped: String,
}

/// The two sides as they were typed.
struct Typed {
    from_year: String,
    from: String,
    to_year: String,
    to: String,
}

impl Typed {
    /// What was left out is the end of the year before, and today.
    fn of(query: &FormData, year: FiscalYear, today: Date) -> Self {
        let or = |name: &str, usual: String| match query.text(name) {
            typed if typed.trim().is_empty() => usual,
            typed => typed.to_owned(),
        };
        let before = year.previous().max(first_year());
        Self {
            from_year: or("from_year", before.short()),
            from: or(
                "from",
                year.first_day().yesterday().unwrap_or(today).to_string(),
            ),
            to_year: or("to_year", year.short()),
            to: or("to", today.to_string()),
        }
    }

    fn read(&self, today: Date) -> Result<ChangesWish, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut side = |(year_id, year): (&str, &str), (day_id, day): (&str, &str)| {
            let year = read_year(year, today);
            if let Err(message) = &year {
                problems.push(problem(year_id, message.clone()));
            }
            let day = parse_date(day);
            if day.is_none() {
                problems.push(problem(day_id, DAY_PROBLEM.to_owned()));
            }
            year.ok().zip(day)
        };
        let before = side(("from_year", &self.from_year), ("from", &self.from));
        let after = side(("to_year", &self.to_year), ("to", &self.to));
        match (before, after) {
            (Some(before), Some(after)) => Ok(ChangesWish { before, after }),
            _ => Err(problems),
        }
    }

    fn fields(&self, problems: &[Problem]) -> Vec<TextField> {
        let field = |id: &str, label: &str, value: &str, width| TextField {
            id: id.to_owned(),
            name: id.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            errors: messages(problems, id),
            width,
            ..TextField::default()
        };
        vec![
            field("from_year", "前の年度", &self.from_year, "s"),
            field("from", "前の時点の日", &self.from, "m"),
            field("to_year", "後の年度", &self.to_year, "s"),
            field("to", "後の時点の日", &self.to, "m"),
        ]
    }
}

fn names(catalogue: &Catalogue, mask: u64) -> String {
    let names = (0..64).filter(|at| mask >> at & 1 == 1).map(|at| {
        let scheme = catalogue.get(at);
        scheme.map_or("制度一覧に無い制度", |scheme| scheme.table_name())
    });
    names.collect::<Vec<_>>().join("、")
}

fn group(changes: &Changes<'_>, catalogue: &Catalogue, change: Change) -> Group {
    let line = |one: &BodyChange<'_>| ChangeLine {
        code: one.body.code.to_string(),
        name: one.body.label().into_owned(),
        prefecture: one.body.code.prefecture().name(),
        class: one.body.kind.map_or("一覧に無い団体", |kind| kind.label()),
        added: names(catalogue, one.added),
        dropped: names(catalogue, one.dropped),
    };
    let of = changes.0.iter().filter(|one| one.change == change);
    Group {
        id: change.as_str(),
        sign: match change {
            Change::Entered => "＋",
            Change::Left => "－",
            Change::Changed => "±",
        },
        label: change.label(),
        count: with_commas(changes.count(change) as u64),
        lines: of.map(line).collect(),
    }
}

fn side_label((year, day): (FiscalYear, Date)) -> String {
    format!("{year}までの参加（{}時点）", date_label(day))
}

fn query_of(wish: &ChangesWish) -> String {
    format!(
        "from_year={}&from={}&to_year={}&to={}",
        wish.before.0.short(),
        wish.before.1,
        wish.after.0.short(),
        wish.after.1
    )
}

/// GET `/status/compare`.
pub async fn compare(request: HttpRequest, state: State, session: Session) -> WebResult {
    must_be_ministry(&session)?;
    let query = FormData::parse(request.query_string())?;
    let now = state.desk.now();
    let snapshot = snapshot(&state.desk, &session.actor, None, None).await?;
    let typed = Typed::of(
        &query,
        usual_year(&snapshot, now.japan_date())?,
        now.japan_date(),
    );
    let wish = match typed.read(now.japan_date()) {
        Ok(wish) => wish,
        Err(problems) => return show(&state, &session, &typed, problems, None),
    };
    let changes = status_tables::compare(&snapshot, &wish)?;
    let catalogue = &snapshot.catalogue;
    let kinds = [Change::Entered, Change::Left, Change::Changed];
    let result = Comparison {
        before: side_label(wish.before),
        after: side_label(wish.after),
        made_at: datetime_label(now),
        csv_href: format!("/status/compare.csv?{}", query_of(&wish)),
        groups: kinds.map(|kind| group(&changes, catalogue, kind)).into(),
    };
    show(&state, &session, &typed, Vec::new(), Some(result))
}

fn show(
    state: &State,
    session: &Session,
    typed: &Typed,
    problems: Vec<Problem>,
    result: Option<Comparison>,
) -> WebResult {
    let way = [("状況表", "/status")];
    let mut page = page::signed_in(state, session, "2つの時点の比較", &way).in_section("/status");
    page.has_errors = !problems.is_empty();
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &ComparePage {
            page,
            fields: typed.fields(&problems),
            problems,
            result,
        },
    )
}

/// GET `/status/compare.csv`: the same as a file.
pub async fn take_out_changes(
    request: HttpRequest,
    state: State,
    session: Session,
) -> WebResult<HttpResponse> {
    must_be_ministry(&session)?;
    let query = FormData::parse(request.query_string())?;
    let today = state.desk.now().japan_date();
    let snapshot = snapshot(&state.desk, &session.actor, None, None).await?;
    let typed = Typed::of(&query, usual_year(&snapshot, today)?, today);
    match typed.read(today) {
        Ok(wish) => {
            let file = status_tables::take_out_changes(&state.desk, &session.actor, &wish).await?;
            Ok(attachment(file.bytes, &file.name))
        }
        Err(problems) => show(&state, &session, &typed, problems, None),
    }
}
