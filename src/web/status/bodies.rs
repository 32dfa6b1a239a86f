//! GET `/status/{year}/bodies?figure=…`: the bodies behind a figure, and the same list as a file.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::{Asked, State, must_be_ministry, path_of, query_of, wrong};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::status_report::{Cell, Figure, Part};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::status_tables::{
    self, BehindBody, ListFormat, SourceLine, Wanted, bodies_behind,
};

#[derive(Template)]
#[template(path = "status/bodies.html")]
struct BodiesPage {
    page: Page,
    heading: String,
    count: String,
    notes: Vec<String>,
    /// R7.
    short: String,
    lines: Vec<BodyLine>,
    report_href: String,
    csv_href: String,
    xlsx_href: String,
}

struct BodyLine {
    code: String,
    name: String,
    prefecture: &'static str,
    class: &'static str,
    /// ◎新規.
    status: String,
    schemes: String,
    first_year: String,
    since: String,
    sources: Vec<SourceLine>,
}

/// The figure of an address: without one, everybody of the year.
fn figure_of(query: &FormData, wanted: &Wanted) -> String {
    match query.text("figure") {
        "" => {
            let all = Cell::Cumulative(wanted.fiscal_year, Part::All);
            Figure::from(all).key(&Catalogue::default())
        }
        key => key.to_owned(),
    }
}

fn line(body: BehindBody) -> BodyLine {
    let BehindBody { row, sources } = body;
    let sign = match row.status {
        "新規" => "◎",
        "継続" => "○",
        "前年度まで" => "・",
        _ => "×",
    };
    BodyLine {
        code: row.code,
        name: row.name,
        prefecture: row.prefecture,
        class: row.class,
        status: format!("{sign}{}", row.status),
        schemes: row.schemes,
        first_year: row.first_year,
        since: row.since,
        sources,
    }
}

/// GET `/status/{year}/bodies`.
pub async fn bodies(
    request: HttpRequest,
    state: State,
    session: Session,
    year: web::Path<String>,
) -> WebResult {
    must_be_ministry(&session)?;
    let query = FormData::parse(request.query_string())?;
    let asked = Asked::of(&year, &query);
    let wanted = match asked.read(state.desk.now().japan_date()) {
        Ok(wanted) => wanted,
        Err(problems) => return wrong(&state, &session, &asked, problems),
    };
    let figure = figure_of(&query, &wanted);
    let behind = bodies_behind(&state.desk, &session.actor, &wanted, &figure).await?;
    let (path, same) = (path_of(&wanted), query_of(&wanted));
    let report_href = format!("{path}?{same}");
    let file = |ending: &str| format!("{path}/bodies.{ending}?figure={figure}&{same}");
    let title = format!("状況表（{}）", wanted.fiscal_year);
    html(&BodiesPage {
        page: page::signed_in(
            &state,
            &session,
            "数のもとになった団体",
            &[(title.as_str(), report_href.as_str())],
        )
        .in_section("/status"),
        heading: behind.heading,
        count: with_commas(behind.bodies.len() as u64),
        notes: wanted.notes(behind.made_at),
        short: wanted.fiscal_year.short(),
        csv_href: file("csv"),
        xlsx_href: file("xlsx"),
        report_href,
        lines: behind.bodies.into_iter().map(line).collect(),
    })
}

/// GET `/status/{year}/bodies.csv` and `.xlsx`.
pub async fn take_out_bodies(
    request: HttpRequest,
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
) -> WebResult {
    must_be_ministry(&session)?;
    let format = match path.1.as_str() {
        "xlsx" => ListFormat::Workbook,
        "csv" => ListFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let query = FormData::parse(request.query_string())?;
    let asked = Asked::of(&path.0, &query);
    let wanted = match asked.read(state.desk.now().japan_date()) {
        Ok(wanted) => wanted,
        Err(problems) => return wrong(&state, &session, &asked, problems),
    };
    let figure = figure_of(&query, &wanted);
    let (desk, actor) = (&state.desk, &session.actor);
    let file = status_tables::take_out_bodies(desk, actor, &wanted, &figure, format).await?;
    Ok(attachment(file.bytes, &file.name))
}
