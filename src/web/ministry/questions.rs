//! GET `/editions/{key}/questions`: the answers to the questions of an edition, counted, and the bodies
//! behind every count.

use actix_web::web;
use askama::Template;

use super::as_of::{AsOf, AsOfQuery, day_of_file};
use super::plan::format_of;
use super::{Head, State, open};
use crate::domain::extra_answer;
use crate::domain::extra_question::{ExtraQuestion, QuestionId, QuestionKind};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::national_counts::Breakdown;
use crate::domain::organization::OrganizationKind;
use crate::domain::question_counts::{Figure, Item, QuestionBody, QuestionCounts, tally};
use crate::domain::text::with_commas;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html, html_with, see_other};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::question_tables::{QuestionTable, answered_questions, export_questions};

/// Bodies a page lists; the file has all of them.
const SHOWN_MAX: usize = 500;

#[derive(Template)]
#[template(path = "ministry/questions.html")]
struct QuestionsPage {
    page: Page,
    head: Head,
    as_of: AsOf,
    path: String,
    counts: Files,
    answers: Files,
    kinds: Vec<&'static str>,
    questions: Vec<QuestionTables>,
}

/// One table as two files.
struct Files {
    xlsx: String,
    csv: String,
}

impl Files {
    fn new(as_of: &AsOf, path: &str, query: &str) -> Self {
        Self {
            xlsx: as_of.href(&format!("{path}.xlsx{query}")),
            csv: as_of.href(&format!("{path}.csv{query}")),
        }
    }
}

/// The two tables of a question.
struct QuestionTables {
    id: String,
    label: String,
    asked: String,
    /// Items by class of body.
    by_kind: Vec<Line>,
    /// Heads of the second table.
    items: Vec<String>,
    /// Prefectures by item.
    by_prefecture: Vec<Line>,
}

struct Line {
    label: String,
    cells: Vec<Cell>,
    is_total: bool,
}

/// A figure; without an address where no body is behind it.
struct Cell {
    figure: String,
    href: String,
}

#[derive(Template)]
#[template(path = "ministry/question_bodies.html")]
struct BodiesPage {
    page: Page,
    head: Head,
    /// 「令和9年2月26日（金）23時59分の時点」, or 現在.
    moment: String,
    question: String,
    /// What is listed: 「#1 API」「中核市」.
    narrowed: Vec<String>,
    total: String,
    shown: usize,
    is_cut: bool,
    rows: Vec<BodyRow>,
    files: Files,
}

struct BodyRow {
    code: String,
    prefecture: &'static str,
    name: String,
    href: String,
    kind: &'static str,
    answer: String,
    typed: String,
}

/// Which figure an address means.
#[derive(Default, serde::Deserialize)]
pub struct FigureQuery {
    pub question: Option<String>,
    pub item: Option<String>,
    pub kind: Option<String>,
    pub prefecture: Option<String>,
    #[serde(default)]
    pub as_of: String,
}

impl FigureQuery {
    fn figure(&self) -> WebResult<Figure> {
        fn read<T: std::str::FromStr>(text: &Option<String>) -> WebResult<Option<T>> {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(str::parse)
                .transpose()
                .map_err(|_| WebError::BadRequest)
        }
        Ok(Figure {
            question: read(&self.question)?,
            item: read(&self.item)?,
            kind: read(&self.kind)?,
            prefecture: read(&self.prefecture)?,
        })
    }
}

/// The end of the address of the bodies behind a figure.
fn query(question: &QuestionId, item: &str, by: &str) -> String {
    let item = if item.is_empty() {
        String::new()
    } else {
        format!("&item={item}")
    };
    format!("?question={question}{item}{by}")
}

/// GET `/editions/{key}/questions`.
pub async fn questions(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "questions").await?;
    let definition = &opened.edition.definition;
    let deadline_on = opened.edition.dates.deadline_on;
    let as_of = AsOf::read(&query.as_of, state.desk.now(), deadline_on);
    let bodies = if definition.questions.is_empty() {
        Vec::new()
    } else {
        answered_questions(&state.desk, &opened.edition, opened.scope, as_of.day).await?
    };
    let counts = tally(definition, &bodies);
    let path = format!("/editions/{}/questions", opened.head.key);
    let mut page = page::signed_in(&state, &session, "追加の質問", &[]).in_section("/downloads");
    page.has_errors = !as_of.problems.is_empty();
    let template = QuestionsPage {
        page,
        counts: Files::new(&as_of, &path, ""),
        answers: Files::new(&as_of, &format!("{path}/bodies"), ""),
        kinds: OrganizationKind::ALL.map(OrganizationKind::label).to_vec(),
        questions: definition
            .questions
            .iter()
            .zip(&counts)
            .map(|(question, counts)| tables(&path, &as_of, question, counts))
            .collect(),
        head: opened.head,
        path,
        as_of,
    };
    html_with(template.as_of.status(), &template)
}

fn tables(
    path: &str,
    as_of: &AsOf,
    question: &ExtraQuestion,
    counts: &QuestionCounts,
) -> QuestionTables {
    let unit = match &question.kind {
        QuestionKind::Number { unit } => unit.as_str(),
        _ => "",
    };
    // Label, the item its bodies are, whether it sums up, and the counts.
    let mut lines: Vec<(String, String, bool, &Breakdown)> = counts
        .items
        .iter()
        .map(|(item, bodies)| (item.label(question), item.to_string(), false, bodies))
        .collect();
    lines.push((
        "質問した団体".to_owned(),
        String::new(),
        true,
        &counts.asked,
    ));
    if let Some(sum) = &counts.sum {
        let label = if unit.is_empty() {
            "数の合計".to_owned()
        } else {
            format!("数の合計（{unit}）")
        };
        lines.push((label, Item::Given.to_string(), true, sum));
    }
    let cell = |figure: u64, item: &str, by: &str| Cell {
        figure: with_commas(figure),
        href: if figure == 0 {
            String::new()
        } else {
            as_of.href(&format!("{path}/bodies{}", query(&question.id, item, by)))
        },
    };
    let by_kind = lines.iter().map(|(label, item, is_total, bodies)| {
        let kinds = OrganizationKind::ALL
            .into_iter()
            .map(|kind| cell(bodies.kind(kind), item, &format!("&kind={}", kind.as_str())));
        Line {
            label: label.clone(),
            cells: kinds.chain([cell(bodies.total(), item, "")]).collect(),
            is_total: *is_total,
        }
    });
    let by_prefecture = PrefectureCode::all().map(|prefecture| Line {
        label: prefecture.name().to_owned(),
        cells: lines
            .iter()
            .map(|(_, item, _, bodies)| {
                let by = format!("&prefecture={prefecture}");
                cell(bodies.prefecture(prefecture), item, &by)
            })
            .collect(),
        is_total: false,
    });
    QuestionTables {
        id: question.id.to_string(),
        label: question.label.clone(),
        asked: with_commas(counts.asked.total()),
        by_kind: by_kind.collect(),
        items: lines.iter().map(|(label, ..)| label.clone()).collect(),
        by_prefecture: by_prefecture.collect(),
    }
}

/// GET `/editions/{key}/questions/bodies`: the bodies behind a figure.
pub async fn bodies(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FigureQuery>,
) -> WebResult {
    let opened = open(&state, &session, &key, "questions").await?;
    let figure = query.figure()?;
    let definition = &opened.edition.definition;
    let deadline_on = opened.edition.dates.deadline_on;
    let as_of = AsOf::read(&query.as_of, state.desk.now(), deadline_on);
    if !as_of.problems.is_empty() {
        return Err(WebError::BadRequest);
    }
    let path = format!("/editions/{}/questions", opened.head.key);
    let back = as_of.href(&path);
    let Some(question) = figure
        .question
        .as_ref()
        .and_then(|id| definition.question(id))
    else {
        return Ok(see_other(&back));
    };
    let all = answered_questions(&state.desk, &opened.edition, opened.scope, as_of.day).await?;
    let behind: Vec<_> = figure.behind(definition, &all).collect();
    let by = [
        figure.kind.map(|kind| format!("&kind={}", kind.as_str())),
        figure
            .prefecture
            .map(|prefecture| format!("&prefecture={prefecture}")),
    ];
    let by: String = by.into_iter().flatten().collect();
    let item = figure
        .item
        .as_ref()
        .map(Item::to_string)
        .unwrap_or_default();
    let narrowed = [
        figure.item.as_ref().map(|item| item.label(question)),
        figure.kind.map(|kind| kind.label().to_owned()),
        figure
            .prefecture
            .map(|prefecture| prefecture.name().to_owned()),
    ];
    let title = format!("追加の質問（{}）", opened.head.short_title);
    let page = page::signed_in(&state, &session, "回答した団体", &[(&title, &back)]);
    html(&BodiesPage {
        page: page.in_section("/downloads"),
        question: question.label.clone(),
        narrowed: narrowed.into_iter().flatten().collect(),
        total: with_commas(u64::try_from(behind.len()).unwrap_or(u64::MAX)),
        shown: SHOWN_MAX,
        is_cut: behind.len() > SHOWN_MAX,
        rows: behind
            .iter()
            .take(SHOWN_MAX)
            .map(|(question, body)| row(question, body, &opened.head.key))
            .collect(),
        files: Files::new(
            &as_of,
            &format!("{path}/bodies"),
            &self::query(&question.id, &item, &by),
        ),
        moment: match as_of.day {
            Some(_) => as_of.moment,
            None => opened.head.as_of.clone(),
        },
        head: opened.head,
    })
}

fn row(question: &ExtraQuestion, body: &QuestionBody, key: &str) -> BodyRow {
    let answer = body.form.extra.get(&question.id);
    let typed = body.form.extra_typed.get(&question.id);
    BodyRow {
        code: body.code().to_string(),
        prefecture: body.code().prefecture().name(),
        name: body.name.clone(),
        href: format!("/editions/{key}/answers/{}", body.code()),
        kind: body.class.kind.label(),
        answer: answer.map_or_else(String::new, |answer| {
            extra_answer::describe(question, answer)
        }),
        typed: typed.cloned().unwrap_or_default(),
    }
}

/// GET `/editions/{key}/questions.xlsx` and `.csv`: every count.
pub async fn take_out_counts(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<AsOfQuery>,
) -> WebResult {
    let table = QuestionTable::Counts;
    export(&state, &session, &path, table, &query.as_of).await
}

/// GET `/editions/{key}/questions/bodies.xlsx` and `.csv`: the answers behind a figure, or all of them.
pub async fn take_out_bodies(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<FigureQuery>,
) -> WebResult {
    let table = QuestionTable::Answers(query.figure()?);
    export(&state, &session, &path, table, &query.as_of).await
}

async fn export(
    state: &State,
    session: &Session,
    (key, ending): &(String, String),
    table: QuestionTable,
    as_of: &str,
) -> WebResult {
    session.must_be_ministry()?;
    let format = format_of(ending)?;
    let key = edition_key(key)?;
    let as_of = day_of_file(as_of, state.desk.now())?;
    let (desk, actor) = (&state.desk, &session.actor);
    let file = export_questions(desk, actor, &key, table, format, as_of).await?;
    Ok(attachment(file.bytes, &file.name))
}
