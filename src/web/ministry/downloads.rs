//! GET `/editions/{key}/downloads`: the counts on screen, and the files that can be taken out.

use actix_web::web;
use askama::Template;

use super::as_of::{AsOf, AsOfQuery, day_of_file};
use super::{Head, State, open, to_newest};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::target_counts::{Cells, TargetCounts};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::web::view_select::SelectField;
use crate::workflow::export::{NationalTable, TableFormat, export_national, past_moment};

#[derive(Template)]
#[template(path = "ministry/downloads.html")]
struct DownloadsPage {
    page: Page,
    head: Head,
    as_of: AsOf,
    /// The prefecture whose bodies are counted on the page; the files are always of the country.
    prefecture: SelectField,
    /// 「全国」 or its name.
    place: &'static str,
    /// `?as_of=…` for the files; empty for now.
    file_query: String,
    path: String,
    bodies: String,
    answered: String,
    kinds: Vec<&'static str>,
    intents: Vec<Line>,
    schemes: Vec<Line>,
    answered_line: Line,
    target_line: Line,
    sheets: Vec<SheetLink>,
    /// The edition has questions of its own.
    has_questions: bool,
}

/// One line of a table by class, the sum last.
struct Line {
    label: String,
    figures: Vec<String>,
    total: String,
}

struct SheetLink {
    label: String,
    href: String,
}

/// Whose figures a page shows: of a prefecture, or with `None` of the country.
#[derive(Clone, Copy)]
struct Place(Option<PrefectureCode>);

impl Place {
    fn figure(self, cells: &Cells, kind: OrganizationKind) -> u64 {
        match self.0 {
            Some(prefecture) => cells.cell(kind, prefecture),
            None => cells.kind(kind),
        }
    }

    fn total(self, cells: &Cells) -> u64 {
        match self.0 {
            Some(prefecture) => cells.prefecture(prefecture),
            None => cells.total(),
        }
    }

    fn line(self, label: impl Into<String>, cells: &Cells) -> Line {
        Line {
            label: label.into(),
            figures: OrganizationKind::ALL
                .into_iter()
                .map(|kind| with_commas(self.figure(cells, kind)))
                .collect(),
            total: with_commas(self.total(cells)),
        }
    }
}

/// GET `/downloads`.
pub async fn newest(state: State, session: Session) -> WebResult {
    to_newest(&state, &session, "downloads").await
}

/// GET `/editions/{key}/downloads`.
pub async fn downloads(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<DownloadsQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "downloads").await?;
    let (id, scope) = (opened.edition.id, opened.scope);
    let store = &state.desk.store;
    let now = state.desk.now();
    let as_of = AsOf::read(&query.as_of, now, opened.edition.dates.deadline_on);
    let sheets = store.newest_sheets(id, scope).await?;
    let definition = &opened.edition.definition;
    let counts = match past_moment(as_of.day, now) {
        Some(moment) => {
            let answers = store
                .country_answers_at(&opened.edition, scope, moment)
                .await?;
            let marks = answers.iter().map(|answer| answer.row.marks());
            TargetCounts::tally(definition.rows.len(), marks)
        }
        None => store.national_counts(&opened.edition, scope).await?,
    };
    let place = Place(query.prefecture.parse().ok());
    let sheet_link = |prefecture: PrefectureCode| {
        let sent = sheets.iter().find(|sheet| sheet.prefecture == prefecture);
        SheetLink {
            label: match sent {
                Some(sheet) => format!("{}（第{}号）", prefecture.name(), sheet.number),
                None => format!("{}（未送付）", prefecture.name()),
            },
            href: format!(
                "/editions/{}/prefectures/{prefecture}/form2",
                opened.head.key
            ),
        }
    };
    let path = format!("/editions/{}/downloads", opened.head.key);
    let mut page = page::signed_in(&state, &session, "集計・ダウンロード", &[])
        .in_section("/downloads")
        .with_notice(query.notice.as_deref());
    page.has_errors = !as_of.problems.is_empty();
    let status = as_of.status();
    let template = DownloadsPage {
        page,
        file_query: as_of.href(""),
        as_of,
        prefecture: SelectField {
            hint: "下の集計だけに効きます。ダウンロードするファイルは、いつも全国分です。",
            ..SelectField::filter(
                "prefecture",
                "都道府県",
                PrefectureCode::all().map(|it| (it.to_string(), it.name())),
                &place.0.map(|it| it.to_string()).unwrap_or_default(),
            )
        },
        place: place.0.map_or("全国", PrefectureCode::name),
        path,
        bodies: with_commas(counts.bodies.total()),
        answered: with_commas(place.total(&counts.answered)),
        kinds: OrganizationKind::ALL.map(OrganizationKind::label).to_vec(),
        intents: counts
            .intents
            .iter()
            .map(|(intent, bodies)| place.line(definition.intent_label(*intent), bodies))
            .collect(),
        schemes: definition
            .rows
            .iter()
            .zip(&counts.schemes)
            .map(|(row, bodies)| place.line(row.name.clone(), bodies))
            .collect(),
        answered_line: place.line("提出あり", &counts.answered),
        target_line: place.line("○が1つ以上ある団体（実数）", &counts.with_target),
        sheets: PrefectureCode::all().map(sheet_link).collect(),
        has_questions: !definition.questions.is_empty(),
        head: opened.head,
    };
    html_with(status, &template)
}

/// What the address asks.
#[derive(Default, serde::Deserialize)]
pub struct DownloadsQuery {
    notice: Option<String>,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    prefecture: String,
}

/// GET `/editions/{key}/answers.xlsx` and `.csv`: 回答一覧.
pub async fn answers(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    export(&state, &session, &path, &query, NationalTable::Answers).await
}

/// GET `/editions/{key}/counts.xlsx` and `.csv`: 集計表.
pub async fn counts(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    export(&state, &session, &path, &query, NationalTable::Counts).await
}

async fn export(
    state: &State,
    session: &Session,
    (key, ending): &(String, String),
    query: &AsOfQuery,
    table: NationalTable,
) -> WebResult {
    let format = match ending.as_str() {
        "xlsx" => TableFormat::Workbook,
        "csv" => TableFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let key = edition_key(key)?;
    session.must_be_ministry()?;
    let as_of = day_of_file(&query.as_of, state.desk.now())?;
    let actor = &session.actor;
    let file = export_national(&state.desk, actor, &key, table, format, as_of).await?;
    Ok(attachment(file.bytes, &file.name))
}
