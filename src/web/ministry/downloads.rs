//! GET `/editions/{key}/downloads`: the counts on screen, and the files that can be taken out.

use actix_web::web;
use askama::Template;

use super::as_of::{AsOf, AsOfQuery, day_of_file};
use super::{Head, State, open, to_newest};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::target_counts::{ByKind, TargetCounts};
use crate::domain::text::with_commas;
use crate::store::boards::BoardRow;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::export::{NationalTable, TableFormat, export_national, past_moment};

#[derive(Template)]
#[template(path = "ministry/downloads.html")]
struct DownloadsPage {
    page: Page,
    head: Head,
    as_of: AsOf,
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

impl Line {
    fn new(label: impl Into<String>, counts: &ByKind) -> Self {
        Self {
            label: label.into(),
            figures: OrganizationKind::ALL
                .into_iter()
                .map(|kind| with_commas(counts.kind(kind)))
                .collect(),
            total: with_commas(counts.total()),
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
    query: web::Query<AsOfQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "downloads").await?;
    let (id, scope) = (opened.edition.id, opened.scope);
    let store = &state.desk.store;
    let now = state.desk.now();
    let as_of = AsOf::read(&query.as_of, now, opened.edition.dates.deadline_on);
    let sheets = store.newest_sheets(id, scope).await?;
    let board: Vec<BoardRow> = match past_moment(as_of.day, now) {
        Some(moment) => {
            let answers = store
                .country_answers_at(&opened.edition, scope, moment)
                .await?;
            answers.into_iter().map(|answer| answer.row).collect()
        }
        None => store.country_board(id, scope).await?,
    };
    let definition = &opened.edition.definition;
    let received = board.iter().filter(|row| row.status.is_received());
    let counts = TargetCounts::tally(
        definition.rows.len(),
        received.map(|row| (row.kind, &row.intents, row.targets_mask)),
    );
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
        path,
        bodies: with_commas(u64::try_from(board.len()).unwrap_or(u64::MAX)),
        answered: with_commas(counts.answered.total()),
        kinds: OrganizationKind::ALL.map(OrganizationKind::label).to_vec(),
        intents: counts
            .intents
            .iter()
            .map(|(intent, bodies)| Line::new(definition.intent_label(*intent), bodies))
            .collect(),
        schemes: definition
            .rows
            .iter()
            .zip(&counts.schemes)
            .map(|(row, bodies)| Line::new(row.name.clone(), bodies))
            .collect(),
        answered_line: Line::new("提出あり", &counts.answered),
        target_line: Line::new("○が1つ以上ある団体（実数）", &counts.with_target),
        sheets: PrefectureCode::all().map(sheet_link).collect(),
        has_questions: !definition.questions.is_empty(),
        head: opened.head,
    };
    html_with(status, &template)
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
