//! GET `/editions/{key}/plan/bodies?figure=…`: the bodies behind a figure of the plans, and the same list as a file.

use actix_web::web;
use askama::Template;

use super::as_of::day_of_file;
use super::behind::{BehindList, Body, Files, SHOWN_MAX, day_of_list};
use super::plan::format_of;
use super::{State, open};
use crate::domain::application_intent;
use crate::domain::estimate::PlanBasis;
use crate::domain::plan::{Amount, Behind, Line, Measure, PlanFigure};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::plan_tables::{PlanTable, export_plan, plan_source};

#[derive(Template)]
#[template(path = "ministry/plan_bodies.html")]
struct BodiesPage {
    page: Page,
    list: BehindList,
    rows: Vec<BodyRow>,
    /// Of all bodies, also those that are not shown.
    total: AmountView,
}

struct BodyRow {
    body: Body,
    intents: String,
    schemes: String,
    amount: AmountView,
}

struct AmountView {
    schemes: String,
    subsidy: String,
    recipients: String,
    unknown: String,
    running_cost: String,
}

impl AmountView {
    fn new(amount: &Amount, basis: &PlanBasis) -> Self {
        let estimate = amount.estimate(basis);
        Self {
            schemes: with_commas(amount.schemes),
            subsidy: with_commas(estimate.subsidy_ceiling),
            recipients: with_commas(amount.recipients),
            unknown: with_commas(amount.unknown),
            running_cost: with_commas(estimate.running_cost),
        }
    }
}

/// Which figure an address means, and of which day.
#[derive(Default, serde::Deserialize)]
pub struct FigureQuery {
    #[serde(default)]
    figure: String,
    #[serde(default)]
    as_of: String,
}

impl FigureQuery {
    /// Without a figure, every body whose answer counts.
    fn figure(&self) -> WebResult<PlanFigure> {
        match self.figure.as_str() {
            "" => Ok(PlanFigure {
                line: Line::Answered,
                measure: Measure::Bodies,
            }),
            key => key.parse().map_err(|_| WebError::NotFound),
        }
    }
}

fn row(body: &Behind<'_>, basis: &PlanBasis, key: &str) -> BodyRow {
    let answer = body.answer;
    let names: Vec<&str> = body.rows.iter().map(|row| row.name.as_str()).collect();
    BodyRow {
        body: Body::new(answer.code, &answer.name, answer.kind, key),
        intents: application_intent::labels(&answer.intents),
        schemes: names.join("、"),
        amount: AmountView::new(&body.amount, basis),
    }
}

/// GET `/editions/{key}/plan/bodies`.
pub async fn bodies(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FigureQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "plan").await?;
    let edition = &opened.edition;
    let as_of = day_of_list(&opened, &query.as_of, state.desk.now())?;
    let path = format!("/editions/{}/plan", opened.head.key);
    let back = as_of.href(&path);
    let figure = query.figure()?;
    let definition = &edition.definition;
    let heading = figure.heading(definition).ok_or(WebError::NotFound)?;
    let source = plan_source(&state.desk, edition, opened.scope, as_of.day).await?;
    let behind = figure.behind(definition, &source.answers);
    let total = behind
        .iter()
        .fold(Amount::default(), |sum, body| sum.plus(&body.amount));
    let same = format!("?figure={figure}");
    let files = Files::new(&as_of, &format!("{path}/bodies"), &same);
    let title = format!("計画の目安（{}）", opened.head.short_title);
    let way = [(title.as_str(), back.as_str())];
    let page = page::signed_in(&state, &session, "数のもとになった団体", &way);
    let page = page.in_section("/downloads");
    let back = ("計画の目安", back);
    html(&BodiesPage {
        page,
        list: BehindList::of(heading, behind.len(), (&opened.head, &as_of), files, back),
        rows: behind
            .iter()
            .take(SHOWN_MAX)
            .map(|body| row(body, &source.basis, &opened.head.key))
            .collect(),
        total: AmountView::new(&total, &source.basis),
    })
}

/// GET `/editions/{key}/plan/bodies.xlsx` and `.csv`.
pub async fn take_out_bodies(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<FigureQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let format = format_of(&path.1)?;
    let key = edition_key(&path.0)?;
    let as_of = day_of_file(&query.as_of, state.desk.now())?;
    let table = PlanTable::Bodies(query.figure()?);
    let (desk, actor) = (&state.desk, &session.actor);
    let file = export_plan(desk, actor, &key, table, format, as_of).await?;
    Ok(attachment(file.bytes, &file.name))
}
