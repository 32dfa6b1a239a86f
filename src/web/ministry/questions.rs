//! GET `/editions/{key}/questions`: the answers to the questions of an edition, counted, and the bodies
//! behind every count.

use actix_web::web;
use askama::Template;

use super::as_of::{AsOf, AsOfQuery, day_of_file};
use super::behind::{BehindList, Body, Files, SHOWN_MAX, day_of_list, read};
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
use crate::web::error::WebResult;
use crate::web::municipality::edition_key;
use crate::web::page::{self, html, html_with, see_other};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::question_tables::{QuestionTable, answered_questions, export_questions};

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
    list: BehindList,
    rows: Vec<BodyRow>,
}

struct BodyRow {
    body: Body,
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
        Ok(Figure {
            question: read(self.question.as_deref().unwrap_or_default())?,
            item: read(self.item.as_deref().unwrap_or_default())?,
            kind: read(self.kind.as_deref().unwrap_or_default())?,
            prefecture: read(self.prefecture.as_deref().unwrap_or_default())?,
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
    let as_of = day_of_list(&opened, &query.as_of, state.desk.now())?;
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
    let same = self::query(&question.id, &item, &by);
    let files = Files::new(&as_of, &format!("{path}/bodies"), &same);
    let (heading, back) = (question.label.clone(), ("追加の質問", back));
    html(&BodiesPage {
        page: page.in_section("/downloads"),
        list: BehindList {
            narrowed: narrowed.into_iter().flatten().collect(),
            ..BehindList::of(heading, behind.len(), (&opened.head, &as_of), files, back)
        },
        rows: behind
            .iter()
            .take(SHOWN_MAX)
            .map(|(question, body)| row(question, body, &opened.head.key))
            .collect(),
    })
}

fn row(question: &ExtraQuestion, body: &QuestionBody, key: &str) -> BodyRow {
    let answer = body.form.extra.get(&question.id);
    let typed = body.form.extra_typed.get(&question.id);
    BodyRow {
        body: Body::new(body.code(), &body.name, body.class.kind, key),
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
