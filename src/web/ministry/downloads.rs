//! GET `/editions/{key}/downloads`: the counts on screen, and the files that can be taken out.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::{Head, State, open, to_newest};
use crate::domain::japan_time::{self, end_of_day, parse_date};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::target_counts::{Cells, TargetCounts};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::{Page, Problem, TextField};
use crate::web::view_select::SelectField;
use crate::workflow::export::{NationalTable, TableFormat, export_national};

#[derive(Template)]
#[template(path = "ministry/downloads.html")]
struct DownloadsPage {
    page: Page,
    problems: Vec<Problem>,
    head: Head,
    /// The day asked for.
    as_of: TextField,
    /// The prefecture whose bodies are counted on the page; the files are always of the country.
    prefecture: SelectField,
    /// 「全国」 or its name.
    place: &'static str,
    /// 「令和9年2月26日（金）23時59分の時点」; empty for now.
    moment: String,
    /// `?as_of=…` for the files; empty for now.
    file_query: String,
    path: String,
    /// The deadline as a query; empty while it has not passed.
    deadline_query: String,
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
    let (as_of, error) = match day(&query.as_of, now.japan_date()) {
        Ok(day) => (day, String::new()),
        Err(message) => (None, message.to_owned()),
    };
    let past = as_of.map(end_of_day).filter(|moment| *moment < now);
    let sheets = store.newest_sheets(id, scope).await?;
    let definition = &opened.edition.definition;
    let counts = match past {
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
    let deadline_on = opened.edition.dates.deadline_on;
    let mut page = page::signed_in(&state, &session, "集計・ダウンロード", &[])
        .in_section("/downloads")
        .with_notice(query.notice.as_deref());
    page.has_errors = !error.is_empty();
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = DownloadsPage {
        page,
        moment: past
            .map(|moment| format!("{}の時点", japan_time::datetime_label(moment)))
            .unwrap_or_default(),
        file_query: past
            .map(|moment| format!("?as_of={}", moment.japan_date()))
            .unwrap_or_default(),
        deadline_query: if now > end_of_day(deadline_on) {
            format!("?as_of={deadline_on}")
        } else {
            String::new()
        },
        problems: Some(&error)
            .filter(|it| !it.is_empty())
            .map(|message| Problem {
                field_id: "as_of".to_owned(),
                message: message.clone(),
            })
            .into_iter()
            .collect(),
        as_of: TextField {
            id: "as_of".to_owned(),
            name: "as_of".to_owned(),
            label: "いつの時点か（日付）".to_owned(),
            hint: "その日の終わりの状況で集計します。空欄のときは、いまの状況です。".to_owned(),
            value: past.map_or_else(
                || query.as_of.clone(),
                |moment| moment.japan_date().to_string(),
            ),
            errors: Some(error)
                .filter(|it| !it.is_empty())
                .into_iter()
                .collect(),
            width: "m",
            ..TextField::default()
        },
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

/// The day of which the tables are wanted; `None` for now.
fn day(typed: &str, today: Date) -> Result<Option<Date>, &'static str> {
    match (typed.trim(), parse_date(typed)) {
        ("", _) => Ok(None),
        (_, Some(day)) if day > today => {
            Err("きょうより先の日の状況は、まだありません。きょうまでの日付を入力してください。")
        }
        (_, Some(day)) => Ok(Some(day)),
        (_, None) => Err(
            "日付を読み取れませんでした。「令和9年2月26日」や「2027-02-26」のように入力してください。",
        ),
    }
}

/// GET `/editions/{key}/answers.xlsx` and `.csv`: 回答一覧.
pub async fn answers(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<DownloadsQuery>,
) -> WebResult {
    export(&state, &session, &path, &query, NationalTable::Answers).await
}

/// GET `/editions/{key}/counts.xlsx` and `.csv`: 集計表.
pub async fn counts(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<DownloadsQuery>,
) -> WebResult {
    export(&state, &session, &path, &query, NationalTable::Counts).await
}

async fn export(
    state: &State,
    session: &Session,
    (key, ending): &(String, String),
    query: &DownloadsQuery,
    table: NationalTable,
) -> WebResult {
    let as_of = day(&query.as_of, state.desk.now().japan_date());
    let format = match ending.as_str() {
        "xlsx" => TableFormat::Workbook,
        "csv" => TableFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let key = edition_key(key)?;
    session.must_be_ministry()?;
    let as_of = as_of.map_err(|_| WebError::BadRequest)?;
    let actor = &session.actor;
    let file = export_national(&state.desk, actor, &key, table, format, as_of).await?;
    Ok(attachment(file.bytes, &file.name))
}
