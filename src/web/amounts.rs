//! `/editions/{key}/amounts`: what the bodies of a survey of required amounts need. The ministry sees the country,
//! a prefecture its own bodies; each number leads to the bodies behind it.

use actix_web::web;
use askama::Template;

use super::download::attachment;
use super::error::{WebError, WebResult};
use super::municipality::edition_key;
use super::page::{self, html, see_other};
use super::session::Session;
use super::state::AppState;
use super::view::Page;
use crate::domain::account::Role;
use crate::domain::japan_time::datetime_label;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::required_amounts::figures::{AmountBody, Behind, Figures, Line, tally};
use crate::domain::required_amounts::{Amounts, RequiredAmounts};
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::with_commas;
use crate::workflow::amount_tables::{AmountSurvey, amount_survey, export_amounts};
use crate::workflow::table_file::TableFormat;

type State = web::Data<AppState>;

#[derive(Template)]
#[template(path = "amounts/totals.html")]
struct TotalsPage {
    page: Page,
    edition_key: String,
    path: String,
    as_of: String,
    note: String,
    is_ministry: bool,
    all: FigureLine,
    /// The sum against the budget; `None` for prefectures.
    budget: Option<Budget>,
    prefectures: Vec<FigureLine>,
    schemes: Vec<FigureLine>,
    board_path: String,
}

/// One line of a table; yen with commas. `query` leads to its bodies.
struct FigureLine {
    label: String,
    query: String,
    bodies: String,
    schemes: String,
    cost: String,
    subsidy: String,
    unknown: String,
    /// Nobody stands behind it.
    is_empty: bool,
    has_unknown: bool,
}

struct Budget {
    amount: String,
    /// 12.3%.
    share: String,
    rest: String,
    is_exceeded: bool,
}

#[derive(Template)]
#[template(path = "amounts/bodies.html")]
struct BodiesPage {
    page: Page,
    narrowed: Vec<String>,
    count: String,
    as_of: String,
    rows: Vec<BodyRow>,
    total: BodyRow,
}

struct BodyRow {
    code: String,
    prefecture: &'static str,
    name: String,
    href: String,
    kind: &'static str,
    schemes: String,
    cost: String,
    subsidy: String,
    unknown: String,
}

/// Which figure an address means.
#[derive(Default, serde::Deserialize)]
pub struct FigureQuery {
    prefecture: Option<String>,
    scheme: Option<String>,
    unknown: Option<String>,
}

impl FigureQuery {
    fn behind(&self) -> WebResult<Behind> {
        fn read<T: std::str::FromStr>(text: &Option<String>) -> WebResult<Option<T>> {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(str::parse)
                .transpose()
                .map_err(|_| WebError::BadRequest)
        }
        Ok(Behind {
            prefecture: read::<PrefectureCode>(&self.prefecture)?,
            scheme: read::<SchemeId>(&self.scheme)?,
            unknown: self.unknown.is_some(),
        })
    }
}

impl FigureLine {
    fn new(label: impl Into<String>, query: String, line: &Line) -> Self {
        let amounts = &line.amounts;
        Self {
            label: label.into(),
            query,
            bodies: with_commas(line.bodies),
            schemes: with_commas(amounts.schemes),
            cost: with_commas(amounts.cost),
            subsidy: with_commas(amounts.subsidy),
            unknown: with_commas(amounts.unknown),
            is_empty: line.bodies == 0,
            has_unknown: amounts.unknown > 0,
        }
    }
}

/// Where somebody lands whose edition does not ask for amounts.
fn elsewhere(session: &Session, key: &str) -> String {
    let page = match session.actor.role {
        Role::Ministry => "downloads",
        _ => "board",
    };
    format!("/editions/{key}/{page}")
}

/// Menu entry below which the pages stand.
fn menu(session: &Session) -> &'static str {
    match session.actor.role {
        Role::Ministry => "/downloads",
        _ => "/board",
    }
}

/// GET `/editions/{key}/amounts`.
pub async fn totals(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let Some(survey) = amount_survey(&state.desk, &session.actor, &key).await? else {
        return Ok(see_other(&elsewhere(&session, key.as_str())));
    };
    let AmountSurvey {
        edition,
        rule,
        bodies,
    } = survey;
    let definition = &edition.definition;
    let figures = tally(definition, &rule, &bodies);
    let is_ministry = session.actor.role == Role::Ministry;
    let title = format!("所要額の集計（{}）", definition.short_title);
    html(&TotalsPage {
        page: page::signed_in(&state, &session, &title, &[]).in_section(menu(&session)),
        edition_key: key.to_string(),
        path: format!("/editions/{key}/amounts"),
        as_of: format!("{}現在", datetime_label(state.desk.now())),
        note: rule.note(),
        is_ministry,
        all: FigureLine::new("合計", String::new(), &figures.all),
        budget: is_ministry.then(|| budget(&rule, &figures)),
        prefectures: if is_ministry {
            let lines = figures.prefectures.iter();
            lines
                .map(|(code, line)| {
                    FigureLine::new(code.name(), format!("prefecture={code}"), line)
                })
                .collect()
        } else {
            Vec::new()
        },
        schemes: definition
            .rows
            .iter()
            .zip(&figures.schemes)
            .map(|(row, line)| {
                FigureLine::new(row.name.clone(), format!("scheme={}", row.scheme), line)
            })
            .collect(),
        board_path: if is_ministry {
            format!("/editions/{key}/country")
        } else {
            format!("/editions/{key}/board")
        },
    })
}

fn budget(rule: &RequiredAmounts, figures: &Figures) -> Budget {
    let needed = figures.all.amounts.subsidy;
    let thousandths = (needed * 1000).checked_div(rule.budget_yen);
    let is_exceeded = needed > rule.budget_yen;
    let rest = with_commas(needed.abs_diff(rule.budget_yen));
    Budget {
        amount: with_commas(rule.budget_yen),
        share: thousandths.map_or_else(
            || "―".to_owned(),
            |share| format!("{}.{}%", share / 10, share % 10),
        ),
        rest: if is_exceeded {
            format!("予算額を{rest}円超えています")
        } else {
            format!("予算額を{rest}円下回っています")
        },
        is_exceeded,
    }
}

/// GET `/editions/{key}/amounts/bodies`: the bodies behind a figure.
pub async fn bodies(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FigureQuery>,
) -> WebResult {
    let key = edition_key(&key)?;
    let Some(survey) = amount_survey(&state.desk, &session.actor, &key).await? else {
        return Ok(see_other(&elsewhere(&session, key.as_str())));
    };
    let behind = query.behind()?;
    let definition = &survey.edition.definition;
    let found = behind.bodies(&survey.rule, &survey.bodies);
    let mut sum = Amounts::default();
    for (_, amounts) in &found {
        sum += *amounts;
    }
    let list = format!("所要額の集計（{}）", definition.short_title);
    let path = format!("/editions/{key}/amounts");
    let page = page::signed_in(&state, &session, "所要額を回答した団体", &[(&list, &path)]);
    html(&BodiesPage {
        page: page.in_section(menu(&session)),
        narrowed: narrowed(definition, &behind),
        count: with_commas(u64::try_from(found.len()).unwrap_or(u64::MAX)),
        as_of: format!("{}現在", datetime_label(state.desk.now())),
        rows: found
            .iter()
            .map(|(body, amounts)| row(Some(body), amounts, key.as_str()))
            .collect(),
        total: row(None, &sum, ""),
    })
}

fn narrowed(definition: &EditionDefinition, behind: &Behind) -> Vec<String> {
    let scheme = behind.scheme.as_ref();
    let scheme = scheme.and_then(|scheme| definition.row(scheme));
    [
        behind.prefecture.map(|code| code.name().to_owned()),
        scheme.map(|(_, row)| row.name.clone()),
        behind.unknown.then(|| "金額が未定の○がある団体".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A body's line; the sum without a body.
fn row(body: Option<&AmountBody>, amounts: &Amounts, key: &str) -> BodyRow {
    BodyRow {
        code: body.map_or_else(String::new, |body| body.code().to_string()),
        prefecture: body.map_or("", |body| body.code().prefecture().name()),
        name: body.map_or_else(|| "合計".to_owned(), |body| body.name.clone()),
        href: body.map_or_else(String::new, |body| {
            format!("/editions/{key}/answers/{}", body.code())
        }),
        kind: body.map_or("", |body| body.class.kind.label()),
        schemes: with_commas(amounts.schemes),
        cost: with_commas(amounts.cost),
        subsidy: with_commas(amounts.subsidy),
        unknown: if amounts.unknown > 0 {
            with_commas(amounts.unknown)
        } else {
            String::new()
        },
    }
}

/// GET `/editions/{key}/amounts.xlsx` and `.csv`.
pub async fn file(state: State, session: Session, path: web::Path<(String, String)>) -> WebResult {
    let key = edition_key(&path.0)?;
    let format = match path.1.as_str() {
        "xlsx" => TableFormat::Workbook,
        "csv" => TableFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let file = export_amounts(&state.desk, &session.actor, &key, format).await?;
    Ok(match file {
        Some(file) => attachment(file.bytes, &file.name),
        None => see_other(&elsewhere(&session, key.as_str())),
    })
}
