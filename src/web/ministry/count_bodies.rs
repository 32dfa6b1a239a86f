//! GET `/editions/{key}/downloads/bodies?of=…`: the bodies behind a count of the download page, and 回答一覧 of them.

use actix_web::web;
use askama::Template;

use super::behind::{BehindList, Body, Files, day_of_list, read};
use super::downloads::export;
use super::{State, open};
use crate::domain::application_intent::{self, ApplicationIntent};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::target_counts::{Counted, CountedIn};
use crate::store::boards::BoardRow;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html, status_tag};
use crate::web::session::Session;
use crate::web::view::{Page, StatusTag};
use crate::workflow::export::NationalTable;
use crate::workflow::table_file::past_moment;

#[derive(Template)]
#[template(path = "ministry/count_bodies.html")]
struct BodiesPage {
    page: Page,
    list: BehindList,
    shows_intent: bool,
    rows: Vec<BodyRow>,
}

struct BodyRow {
    body: Body,
    tag: StatusTag,
    intents: String,
    targets: u32,
}

/// Which count an address means, and of which day.
#[derive(Default, serde::Deserialize)]
pub struct CountQuery {
    #[serde(default)]
    of: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    prefecture: String,
    #[serde(default)]
    as_of: String,
}

/// How an address names a line: `answered`, `target`, `intent-1`, `row-{scheme}`.
pub(super) fn name_of(definition: &EditionDefinition, counted: Counted) -> String {
    match counted {
        Counted::Answered => "answered".to_owned(),
        Counted::WithTarget => "target".to_owned(),
        Counted::Intent(intent) => format!("intent-{}", intent.number()),
        Counted::Row(at) => {
            let row = definition.rows.get(at);
            row.map_or_else(String::new, |row| format!("row-{}", row.scheme))
        }
    }
}

impl CountQuery {
    fn figure(&self, definition: &EditionDefinition) -> WebResult<CountedIn> {
        Ok(CountedIn {
            line: named(definition, &self.of).ok_or(WebError::NotFound)?,
            kind: read(&self.kind)?,
            prefecture: read(&self.prefecture)?,
        })
    }
}

fn named(definition: &EditionDefinition, name: &str) -> Option<Counted> {
    match name {
        // An address without a line: whoever cut it off sees what counts at all.
        "" | "answered" => return Some(Counted::Answered),
        "target" => return Some(Counted::WithTarget),
        _ => {}
    }
    if let Some(number) = name.strip_prefix("intent-") {
        let mut all = ApplicationIntent::ALL.into_iter();
        let intent = all.find(|intent| intent.number().to_string() == number);
        return intent.map(Counted::Intent);
    }
    let scheme = name.strip_prefix("row-")?.parse().ok()?;
    definition.row(&scheme).map(|(at, _)| Counted::Row(at))
}

/// The line as the table calls it.
pub(super) fn label_of(definition: &EditionDefinition, counted: Counted) -> String {
    match counted {
        Counted::Answered => "提出あり".to_owned(),
        Counted::WithTarget => "○が1つ以上ある団体（実数）".to_owned(),
        Counted::Intent(intent) => definition.intent_label(intent),
        Counted::Row(at) => definition
            .rows
            .get(at)
            .map_or_else(String::new, |row| row.name.clone()),
    }
}

/// GET `/editions/{key}/downloads/bodies`.
pub async fn bodies(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<CountQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "downloads").await?;
    let edition = &opened.edition;
    let definition = &edition.definition;
    let now = state.desk.now();
    let as_of = day_of_list(&opened, &query.as_of, now)?;
    let figure = query.figure(definition)?;
    let CountedIn {
        kind, prefecture, ..
    } = figure;
    let store = &state.desk.store;
    let mut rows = match past_moment(as_of.day, now) {
        Some(moment) => {
            let answers = store.country_answers_at(edition, opened.scope, moment);
            answers.await?.into_iter().map(|it| it.row).collect()
        }
        None => store.country_board(edition.id, opened.scope).await?,
    };
    rows.retain(|row| figure.counts(&row.marks()));
    let path = format!("/editions/{}/downloads", opened.head.key);
    let place = prefecture.map(|prefecture| format!("prefecture={prefecture}"));
    let back = match &place {
        Some(place) => as_of.href(&format!("{path}?{place}")),
        None => as_of.href(&path),
    };
    let mut same = format!("?of={}", name_of(definition, figure.line));
    let kind_part = kind.map(|kind| format!("kind={}", kind.as_str()));
    for part in place.iter().chain(&kind_part) {
        same.push('&');
        same.push_str(part);
    }
    let files = Files::new(&as_of, &format!("{path}/bodies"), &same);
    let title = format!("集計・ダウンロード（{}）", opened.head.short_title);
    let page = page::signed_in(&state, &session, "数えた団体", &[(&title, &back)]);
    let heading = label_of(definition, figure.line);
    let way = ("集計・ダウンロード", back);
    let kind = kind.map(OrganizationKind::label);
    let narrowed = kind.into_iter().chain(prefecture.map(PrefectureCode::name));
    html(&BodiesPage {
        page: page.in_section("/downloads"),
        list: BehindList {
            narrowed: narrowed.map(str::to_owned).collect(),
            file: "この団体の回答一覧",
            // Every body is on the page.
            is_cut: false,
            ..BehindList::of(heading, rows.len(), (&opened.head, &as_of), files, way)
        },
        shows_intent: definition.asks_intent(),
        rows: rows
            .iter()
            .map(|row| body_row(row, &opened.head.key))
            .collect(),
    })
}

/// GET `/editions/{key}/downloads/bodies.xlsx` and `.csv`: 回答一覧 of the bodies behind a count.
pub async fn take_out(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<CountQuery>,
) -> WebResult {
    let opened = open(&state, &session, &path.0, "downloads").await?;
    let figure = query.figure(&opened.edition.definition)?;
    let table = NationalTable::Behind(figure);
    export(&state, &session, &path, &query.as_of, table).await
}

fn body_row(row: &BoardRow, key: &str) -> BodyRow {
    BodyRow {
        body: Body::new(row.code, &row.name, row.kind, key),
        tag: status_tag(row.status),
        intents: application_intent::labels(&row.intents),
        targets: row.targets_mask.count_ones(),
    }
}
