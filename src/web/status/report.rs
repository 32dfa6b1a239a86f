//! GET `/status/{year}`: all tables of a year and day on one page, and the same as files.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::charts::Chart;
use super::names::{self, AbsentLine, Meaning, PlaceLine, StatusLine};
use super::tables::{self, GrowthLine, Piece, RuleLine, SchemeTable, ShareLine, YearTable};
use super::{
    Asked, Choice, Links, Number, State, Switch, must_be_ministry, path_of, query_of, wrong,
};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::participation::first_year;
use crate::domain::status_report::{Cell, Part, Snapshot, StatusReport};
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, Tile};
use crate::workflow::participation::{ReportFormat, snapshot, standing_problem};
use crate::workflow::status_tables::{self, Wanted};

#[derive(Template)]
#[template(path = "status/report.html")]
struct ReportPage {
    page: Page,
    switch: Switch,
    years: Vec<Choice>,
    /// 令和7年度.
    year: String,
    /// R7.
    short: String,
    /// Which snapshot, a line each.
    notes: Vec<String>,
    path: String,
    query: String,
    compare_href: String,
    is_sound: bool,
    rules: Vec<RuleLine>,
    cumulative: YearTable,
    cumulative_chart: Chart,
    by_year: YearTable,
    new: YearTable,
    continuing: YearTable,
    by_year_chart: Chart,
    sentence: Vec<Piece>,
    schemes: Vec<SchemeTable>,
    tiles: Vec<Tile>,
    map_lines: Vec<ShareLine>,
    meanings: Vec<Meaning>,
    prefectures_total: Number,
    prefectures: Vec<StatusLine>,
    municipalities_total: Number,
    municipalities: Vec<PlaceLine>,
    absent_total: Number,
    absent_prefectures: Number,
    absent_municipalities: Number,
    absent: Vec<AbsentLine>,
    classes: Vec<ShareLine>,
    classes_total: ShareLine,
    growth: Vec<GrowthLine>,
}

/// GET `/status/{year}`.
pub async fn report(
    request: HttpRequest,
    state: State,
    session: Session,
    year: web::Path<String>,
) -> WebResult {
    must_be_ministry(&session)?;
    let query = FormData::parse(request.query_string())?;
    let asked = Asked::of(&year, &query);
    let now = state.desk.now();
    let wanted = match asked.read(now.japan_date()) {
        Ok(wanted) => wanted,
        Err(problems) => return wrong(&state, &session, &asked, problems),
    };
    let snapshot = snapshot(
        &state.desk,
        &session.actor,
        Some(wanted.as_of),
        wanted.known_at(),
    )
    .await?;
    let report = wanted.report(&snapshot)?;
    let page = page::signed_in(
        &state,
        &session,
        &format!("状況表（{}）", wanted.fiscal_year),
        &[],
    )
    .in_section("/status");
    let current = FiscalYear::of(now.japan_date());
    let years = years(&snapshot, &wanted, current)?;
    html(&view(
        page,
        &asked,
        &wanted,
        &snapshot,
        &report,
        years,
        wanted.notes(now),
    ))
}

/// Links to the years with tables: all up to the current one, and those with plans beyond.
fn years(snapshot: &Snapshot, wanted: &Wanted, current: FiscalYear) -> WebResult<Vec<Choice>> {
    let entries = snapshot.years_with_entries().map_err(standing_problem)?;
    let newest = entries
        .into_iter()
        .chain([current, wanted.fiscal_year])
        .max();
    let last = newest.unwrap_or(current);
    let mut choices = Vec::new();
    let mut year = first_year();
    while year <= last {
        let of_year = Wanted {
            fiscal_year: year,
            ..*wanted
        };
        choices.push(Choice {
            label: format!("{}年度", year.short()),
            href: format!("{}?{}", path_of(&of_year), query_of(&of_year)),
            is_current: year == wanted.fiscal_year,
        });
        year = year.next();
    }
    Ok(choices)
}

fn view(
    page: Page,
    asked: &Asked,
    wanted: &Wanted,
    snapshot: &Snapshot,
    report: &StatusReport<'_>,
    years: Vec<Choice>,
    notes: Vec<String>,
) -> ReportPage {
    let links = &Links::new(wanted, snapshot);
    let year = wanted.fiscal_year;
    let own = report.year().cumulative;
    let (tiles, map_lines) = tables::prefectures(report, links);
    let (classes, classes_total) = tables::classes(report, links);
    let absent_prefectures = report.members(Cell::Absent(Part::Prefectures)).count() as u64;
    let absent = report.absent.len() as u64;
    ReportPage {
        page,
        switch: Asked {
            year: year.short(),
            ..asked.clone()
        }
        .switch(&[]),
        years,
        year: year.label(),
        short: year.short(),
        notes,
        path: links.path.clone(),
        query: links.query.clone(),
        compare_href: format!(
            "/status/compare?from_year={}&from={}&to_year={}&to={}",
            year.previous().max(first_year()).short(),
            year.previous().last_day(),
            year.short(),
            wanted.as_of
        ),
        is_sound: report.is_sound(),
        rules: tables::rules(report),
        cumulative: tables::by_year(
            report,
            links,
            ("cumulative", "先行実施に参加・参加予定の自治体（累計）"),
            |year| year.cumulative,
            Cell::Cumulative,
        ),
        cumulative_chart: tables::cumulative_chart(report),
        by_year: tables::by_year(
            report,
            links,
            (
                "by-year",
                "システム改修等を実施・実施予定の自治体（年度別）",
            ),
            |year| year.by_year,
            Cell::ByYear,
        ),
        new: tables::by_year(
            report,
            links,
            ("new", "年度別のうち、新規に参加"),
            |year| year.new,
            Cell::New,
        ),
        continuing: tables::by_year(
            report,
            links,
            (
                "continuing",
                "年度別のうち、継続（前年度までに参加していて、この年度も実施）",
            ),
            |year| year.continuing,
            Cell::Continuing,
        ),
        by_year_chart: tables::by_year_chart(report),
        sentence: tables::sentence(report, links),
        schemes: [Part::Prefectures, Part::Municipalities]
            .map(|part| tables::by_scheme(report, links, part))
            .into(),
        tiles,
        map_lines,
        meanings: names::meanings(report, links),
        prefectures_total: links.number(own.prefecture, Cell::Cumulative(year, Part::Prefectures)),
        prefectures: names::prefectures(report, links),
        municipalities_total: links.number(
            own.municipality,
            Cell::Cumulative(year, Part::Municipalities),
        ),
        municipalities: names::municipalities(report, links),
        absent_total: links.number(absent, Cell::Absent(Part::All)),
        absent_prefectures: links.number(absent_prefectures, Cell::Absent(Part::Prefectures)),
        absent_municipalities: links.number(
            absent - absent_prefectures,
            Cell::Absent(Part::Municipalities),
        ),
        absent: names::absent(report, links),
        classes,
        classes_total,
        growth: tables::growth(report, links),
    }
}

/// GET `/status/{year}/report.xlsx`, `.csv` and `.json`: exactly the tables of the page.
pub async fn take_out_report(
    request: HttpRequest,
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
) -> WebResult {
    must_be_ministry(&session)?;
    let format = match path.1.as_str() {
        "xlsx" => ReportFormat::Xlsx,
        "csv" => ReportFormat::Csv,
        "json" => ReportFormat::Json,
        _ => return Err(WebError::NotFound),
    };
    let query = FormData::parse(request.query_string())?;
    let asked = Asked::of(&path.0, &query);
    let wanted = match asked.read(state.desk.now().japan_date()) {
        Ok(wanted) => wanted,
        Err(problems) => return wrong(&state, &session, &asked, problems),
    };
    let file = status_tables::take_out_report(&state.desk, &session.actor, &wanted, format).await?;
    Ok(attachment(file.bytes, &file.name))
}
