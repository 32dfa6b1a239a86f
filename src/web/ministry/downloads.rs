//! GET `/editions/{key}/downloads`: the counts on screen, and the files that can be taken out.

use actix_web::web;
use askama::Template;

use super::as_of::{AsOf, AsOfQuery, day_of_file};
use super::count_bodies::{label_of, name_of};
use super::{Head, State, open, to_newest};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::target_counts::{Cells, Counted, TargetCounts};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::web::view_select::SelectField;
use crate::workflow::export::{NationalTable, export_national};
use crate::workflow::table_file::{TableFormat, past_moment};

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
    /// The same page of now, and of the deadline; empty while that has not passed.
    now_href: String,
    deadline_href: String,
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
    cells: Vec<Cell>,
}

/// A figure; without an address where no body is behind it.
struct Cell {
    figure: String,
    href: String,
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

    /// The same figures elsewhere: an address with the place chosen here.
    fn href(self, address: &str) -> String {
        match self.0 {
            None => address.to_owned(),
            Some(prefecture) => {
                let mark = if address.contains('?') { '&' } else { '?' };
                format!("{address}{mark}prefecture={prefecture}")
            }
        }
    }
}

/// Makes the lines of the tables, each figure with the page of its bodies.
struct Tables<'a> {
    definition: &'a EditionDefinition,
    place: Place,
    as_of: &'a AsOf,
    path: &'a str,
}

impl Tables<'_> {
    fn line(&self, counted: Counted, cells: &Cells) -> Line {
        let of = name_of(self.definition, counted);
        let bodies = self.place.href(&format!("{}/bodies?of={of}", self.path));
        let cell = |figure: u64, kind: &str| Cell {
            figure: with_commas(figure),
            href: match figure {
                0 => String::new(),
                _ => self.as_of.href(&format!("{bodies}{kind}")),
            },
        };
        let kinds = OrganizationKind::ALL.into_iter().map(|kind| {
            let figure = self.place.figure(cells, kind);
            cell(figure, &format!("&kind={}", kind.as_str()))
        });
        Line {
            label: label_of(self.definition, counted),
            cells: kinds.chain([cell(self.place.total(cells), "")]).collect(),
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
    let mut opened = open(&state, &session, &key, "downloads").await?;
    let (id, scope) = (opened.edition.id, opened.scope);
    let store = &state.desk.store;
    let now = state.desk.now();
    let as_of = AsOf::read(&query.as_of, now, opened.edition.dates.deadline_on);
    let sheets = store.newest_sheets(id, scope).await?;
    let definition = &opened.edition.definition.clone();
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
    let tables = Tables {
        definition,
        place,
        as_of: &as_of,
        path: &path,
    };
    let schemes = counts.schemes.iter().enumerate();
    let schemes = schemes.map(|(row, bodies)| tables.line(Counted::Row(row), bodies));
    let intents = counts.intents.iter();
    let intents = intents.map(|(intent, bodies)| tables.line(Counted::Intent(*intent), bodies));
    let (intents, schemes) = (intents.collect(), schemes.collect());
    let answered_line = tables.line(Counted::Answered, &counts.answered);
    let target_line = tables.line(Counted::WithTarget, &counts.with_target);
    let now_href = place.href(&path);
    let deadline_href = match as_of.deadline_query.as_str() {
        "" => String::new(),
        query => place.href(&format!("{path}{query}")),
    };
    for link in &mut opened.head.links {
        link.href = place.href(&link.href);
    }
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
        intents,
        schemes,
        answered_line,
        target_line,
        now_href,
        deadline_href,
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
    export(
        &state,
        &session,
        &path,
        &query.as_of,
        NationalTable::Answers,
    )
    .await
}

/// GET `/editions/{key}/counts.xlsx` and `.csv`: 集計表.
pub async fn counts(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    export(&state, &session, &path, &query.as_of, NationalTable::Counts).await
}

pub(super) async fn export(
    state: &State,
    session: &Session,
    (key, ending): &(String, String),
    as_of: &str,
    table: NationalTable,
) -> WebResult {
    let format = match ending.as_str() {
        "xlsx" => TableFormat::Workbook,
        "csv" => TableFormat::Csv,
        _ => return Err(WebError::NotFound),
    };
    let key = edition_key(key)?;
    session.must_be_ministry()?;
    let as_of = day_of_file(as_of, state.desk.now())?;
    let actor = &session.actor;
    let file = export_national(&state.desk, actor, &key, table, format, as_of).await?;
    Ok(attachment(file.bytes, &file.name))
}
