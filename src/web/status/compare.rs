//! GET `/status/compare`: who entered, left or changed schemes between two days or two years, each side as it was
//! known on a day of its own.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::civil::Date;

use super::{
    DAY_PROBLEM, Number, State, messages, must_be_ministry, path_of, problem, read_year, usual_year,
};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::{datetime_label, parse_date};
use crate::domain::participation::first_year;
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::status_report::{BodyChange, Cell, Change, Changes, Figure, Part};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::participation::snapshot;
use crate::workflow::status_changes::{self, BothSides, ChangesWish, scheme_names, side_label};
use crate::workflow::status_tables::{ListFormat, Wanted};

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
    /// How many take part on each side, before and after.
    participants: [Number; 2],
    made_at: String,
    csv_href: String,
    xlsx_href: String,
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

/// One side as it was typed.
struct TypedSide {
    year: String,
    day: String,
    /// The day up to which records count; empty for all of them.
    known: String,
}

/// The two sides as they were typed.
struct Typed {
    from: TypedSide,
    to: TypedSide,
}

/// The controls of a side: year, day, day up to which records count. Their names are those of the address.
const FROM: [&str; 3] = ["from_year", "from", "from_known"];
const TO: [&str; 3] = ["to_year", "to", "to_known"];

impl TypedSide {
    fn read(&self, ids: [&str; 3], today: Date, problems: &mut Vec<Problem>) -> Option<Wanted> {
        let [year_id, day_id, known_id] = ids;
        let year = read_year(&self.year, today);
        if let Err(message) = &year {
            problems.push(problem(year_id, message.clone()));
        }
        let mut read = |id: &str, typed: &str| {
            let day = parse_date(typed);
            if day.is_none() {
                problems.push(problem(id, DAY_PROBLEM.to_owned()));
            }
            day
        };
        let as_of = read(day_id, &self.day);
        let known_on = match self.known.trim() {
            "" => Some(None),
            typed => read(known_id, typed).map(Some),
        };
        Some(Wanted {
            fiscal_year: year.ok()?,
            as_of: as_of?,
            known_on: known_on?,
        })
    }
}

impl Typed {
    /// What was left out is the end of the year before, today, and everything that is known.
    fn of(query: &FormData, year: FiscalYear, today: Date) -> Self {
        let side = |ids: [&str; 3], usual_year: FiscalYear, usual_day: Date| {
            let or = |name: &str, usual: String| match query.text(name) {
                typed if typed.trim().is_empty() => usual,
                typed => typed.to_owned(),
            };
            TypedSide {
                year: or(ids[0], usual_year.short()),
                day: or(ids[1], usual_day.to_string()),
                known: query.text(ids[2]).to_owned(),
            }
        };
        let before = year.previous().max(first_year());
        let last_before = year.first_day().yesterday().unwrap_or(today);
        Self {
            from: side(FROM, before, last_before),
            to: side(TO, year, today),
        }
    }

    fn read(&self, today: Date) -> Result<ChangesWish, Vec<Problem>> {
        let mut problems = Vec::new();
        let before = self.from.read(FROM, today, &mut problems);
        let after = self.to.read(TO, today, &mut problems);
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
        let side = |ids: [&str; 3], labels: [&str; 3], side: &TypedSide| {
            [
                field(ids[0], labels[0], &side.year, "s"),
                field(ids[1], labels[1], &side.day, "m"),
                field(ids[2], labels[2], &side.known, "m"),
            ]
        };
        let from = ["前の年度", "前の時点の日", "前の登録の日"];
        let to = ["後の年度", "後の時点の日", "後の登録の日"];
        let before = side(FROM, from, &self.from);
        before.into_iter().chain(side(TO, to, &self.to)).collect()
    }
}

fn group(changes: &Changes<'_>, catalogue: &Catalogue, change: Change) -> Group {
    let line = |one: &BodyChange<'_>| ChangeLine {
        code: one.body.code.to_string(),
        name: one.body.label().into_owned(),
        prefecture: one.body.code.prefecture().name(),
        class: one.body.kind.map_or("一覧に無い団体", |kind| kind.label()),
        added: scheme_names(catalogue, one.added),
        dropped: scheme_names(catalogue, one.dropped),
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

fn query_of(wish: &ChangesWish) -> String {
    let side = |[year, day, known]: [&str; 3], side: &Wanted| {
        let known = side.known_on.map(|on| format!("&{known}={on}"));
        format!(
            "{year}={}&{day}={}{}",
            side.fiscal_year.short(),
            side.as_of,
            known.unwrap_or_default()
        )
    };
    format!("{}&{}", side(FROM, &wish.before), side(TO, &wish.after))
}

/// Those who take part on a side, as the status page of that side lists them.
fn participants(side: &Wanted, count: u64) -> Number {
    let all = Cell::Cumulative(side.fiscal_year, Part::All);
    let key = Figure::from(all).key(&Catalogue::default());
    Number {
        text: with_commas(count),
        href: format!(
            "{}/bodies?figure={key}&{}",
            path_of(side),
            super::query_of(side)
        ),
    }
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
    let sides = BothSides::read(&state.desk, &session.actor, &wish, snapshot).await?;
    let compared = sides.compared(&wish)?;
    let [before, after] = compared.participants;
    let file = |ending: &str| format!("/status/compare.{ending}?{}", query_of(&wish));
    let kinds =
        status_changes::CHANGES.map(|kind| group(&compared.changes, sides.catalogue(), kind));
    let result = Comparison {
        before: side_label(&wish.before),
        after: side_label(&wish.after),
        participants: [
            participants(&wish.before, before),
            participants(&wish.after, after),
        ],
        made_at: datetime_label(now),
        csv_href: file("csv"),
        xlsx_href: file("xlsx"),
        groups: kinds.into(),
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

/// GET `/status/compare.csv` and `.xlsx`: the same as a file.
pub async fn take_out_changes(
    request: HttpRequest,
    state: State,
    session: Session,
    ending: web::Path<String>,
) -> WebResult<HttpResponse> {
    must_be_ministry(&session)?;
    let format = match ending.as_str() {
        "xlsx" => ListFormat::Workbook,
        "csv" => ListFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let query = FormData::parse(request.query_string())?;
    let today = state.desk.now().japan_date();
    let snapshot = snapshot(&state.desk, &session.actor, None, None).await?;
    let typed = Typed::of(&query, usual_year(&snapshot, today)?, today);
    match typed.read(today) {
        Ok(wish) => {
            let (desk, actor) = (&state.desk, &session.actor);
            let file = status_changes::take_out_changes(desk, actor, &wish, format).await?;
            Ok(attachment(file.bytes, &file.name))
        }
        Err(problems) => show(&state, &session, &typed, problems, None),
    }
}
