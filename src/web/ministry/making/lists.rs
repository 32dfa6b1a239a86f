//! The rows and the questions of an edition: their order, what is added and what is taken out.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{Sent, State, frame, is_preparing, load, making_path};
use crate::domain::edition_change::{Change, Direction, MAX_QUESTIONS, MAX_ROWS, Part};
use crate::domain::extra_question::{ExtraQuestion, QuestionKind};
use crate::domain::implementers::{self, BodyNames};
use crate::domain::scheme::{Scheme, SchemeId};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::survey_edition::{SchemeRow, SurveyEdition};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::FormQuery;
use crate::web::page::{html_with, see_other};
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem};
use crate::workflow::edition_making::change_edition;

/// A row or a question in the list.
struct Item {
    id: String,
    name: String,
    detail: String,
    notes: String,
    href: String,
    is_first: bool,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "ministry/making/list.html")]
struct ListPage {
    page: Page,
    problems: Vec<Problem>,
    /// 行 or 質問.
    what: &'static str,
    lead: String,
    base: String,
    items: Vec<Item>,
    /// Schemes that can be added, by group: value and label. Empty for questions.
    groups: Vec<(&'static str, Vec<(String, String)>)>,
    /// Where a question is added; empty for rows.
    add_href: String,
    is_full: bool,
    back: String,
}

/// Which of the two lists.
#[derive(Clone, Copy)]
enum List {
    Rows,
    Questions,
}

impl List {
    fn title(self) -> &'static str {
        match self {
            Self::Rows => "医療費助成の行",
            Self::Questions => "追加の質問",
        }
    }

    fn path(self, edition: &SurveyEdition) -> String {
        let page = match self {
            Self::Rows => "rows",
            Self::Questions => "questions",
        };
        making_path(edition, page)
    }
}

/// What is told above a list.
struct Told<'a> {
    status: StatusCode,
    problems: Vec<Problem>,
    notice: Option<&'a str>,
}

impl Told<'_> {
    fn problems(status: StatusCode, problems: Vec<Problem>) -> Self {
        Self {
            status,
            problems,
            notice: None,
        }
    }
}

/// GET `/editions/{key}/making/rows`.
pub async fn rows(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    get(&state, &session, &key, List::Rows, &query).await
}

/// GET `/editions/{key}/making/questions`.
pub async fn questions(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    get(&state, &session, &key, List::Questions, &query).await
}

async fn get(
    state: &State,
    session: &Session,
    key: &str,
    list: List,
    query: &FormQuery,
) -> WebResult {
    let edition = load(state, session, key).await?;
    let told = Told {
        status: StatusCode::OK,
        problems: Vec::new(),
        notice: query.notice.as_deref(),
    };
    show(state, session, &edition, list, told).await
}

/// POST `/editions/{key}/making/rows`: `do` is `add`, or one of `up-`, `down-`, `remove-` before a scheme.
pub async fn change_rows(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    let id = |id: &str| id.parse::<SchemeId>().map_err(|_| WebError::BadRequest);
    let change = match asked(&form) {
        ("add", "") => {
            let catalogue = state.desk.store.catalogue().await?;
            let at = catalogue.position(form.text("scheme"));
            let Some(scheme) = at.and_then(|at| catalogue.get(at)) else {
                let problems = vec![problem("加える医療費助成を選んでください。")];
                let told = Told::problems(StatusCode::UNPROCESSABLE_ENTITY, problems);
                return show(&state, &session, &edition, List::Rows, told).await;
            };
            Change::AddRow(row_of(scheme))
        }
        ("up", scheme) => Change::MoveRow(id(scheme)?, Direction::Up),
        ("down", scheme) => Change::MoveRow(id(scheme)?, Direction::Down),
        ("remove", scheme) => Change::RemoveRow(id(scheme)?),
        // Whoever came here without a button of ours sees the list.
        _ => return Ok(see_other(&List::Rows.path(&edition))),
    };
    apply(&state, &session, &edition, List::Rows, &form, change).await
}

/// POST `/editions/{key}/making/questions`.
pub async fn change_questions(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    let (what, id) = asked(&form);
    let Ok(id) = id.parse() else {
        return Ok(see_other(&List::Questions.path(&edition)));
    };
    let change = match what {
        "up" => Change::MoveQuestion(id, Direction::Up),
        "down" => Change::MoveQuestion(id, Direction::Down),
        "remove" => Change::RemoveQuestion(id),
        _ => return Err(WebError::BadRequest),
    };
    apply(&state, &session, &edition, List::Questions, &form, change).await
}

/// Makes the change and shows the list: as it is now, or with why nothing was changed.
async fn apply(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    list: List,
    form: &FormData,
    change: Change,
) -> WebResult {
    let (base, actor) = (form.text("base"), &session.actor);
    let done = change_edition(&state.desk, actor, &edition.key, base, change).await;
    match Sent::of(done)? {
        Sent::Done => Ok(see_other(&format!(
            "{}?notice=edition-saved",
            list.path(edition)
        ))),
        Sent::Problems(problems) => {
            let problems = problems.iter().map(|p| problem(&p.message)).collect();
            let told = Told::problems(StatusCode::UNPROCESSABLE_ENTITY, problems);
            show(state, session, edition, list, told).await
        }
        Sent::Stale => {
            let edition = load(state, session, edition.key.as_str()).await?;
            let told = Told::problems(StatusCode::CONFLICT, vec![overtaken()]);
            show(state, session, &edition, list, told).await
        }
    }
}

/// Which button was pressed: what to do and with which one.
fn asked(form: &FormData) -> (&str, &str) {
    let pressed = form.text("do");
    pressed.split_once('-').unwrap_or((pressed, ""))
}

fn problem(message: &str) -> Problem {
    Problem {
        field_id: "list".to_owned(),
        message: message.to_owned(),
    }
}

fn overtaken() -> Problem {
    problem("ほかの人が先に並びを変えました。いまの並びを確かめて、もう一度操作してください。")
}

/// A row as the catalogue suggests it.
fn row_of(scheme: &Scheme) -> SchemeRow {
    SchemeRow {
        scheme: scheme.id.clone(),
        category: scheme.group.label().to_owned(),
        law: scheme.law.clone().unwrap_or_default(),
        name: scheme.form_name().to_owned(),
        second_round_only: false,
        needs_text: false,
        implementers: scheme.implementer_kinds.clone(),
        help: String::new(),
    }
}

async fn show(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    list: List,
    told: Told<'_>,
) -> WebResult {
    if !is_preparing(edition) {
        return frozen(edition, told.status);
    }
    let mut page = frame(state, session, edition, list.title()).with_notice(told.notice);
    page.has_errors = !told.problems.is_empty();
    let template = match list {
        List::Rows => {
            let catalogue = state.desk.store.catalogue().await?;
            let names = state.desk.store.body_names().await?;
            rows_page(edition, (&catalogue, &names), page, told.problems)
        }
        List::Questions => questions_page(edition, page, told.problems),
    };
    html_with(told.status, &template)
}

fn rows_page(
    edition: &SurveyEdition,
    (catalogue, names): (&Catalogue, &BodyNames),
    page: Page,
    problems: Vec<Problem>,
) -> ListPage {
    let definition = &edition.definition;
    let last = definition.rows.len().saturating_sub(1);
    let items = definition.rows.iter().enumerate().map(|(at, row)| Item {
        id: row.scheme.to_string(),
        name: row.name.clone(),
        detail: if row.law.is_empty() {
            row.category.clone()
        } else {
            format!("{}（{}）", row.category, row.law)
        },
        notes: notes(row, names),
        href: making_path(edition, &format!("rows/{}", row.scheme)),
        is_first: at == 0,
        is_last: at == last,
    });
    ListPage {
        page,
        problems,
        what: "行",
        lead: format!(
            "様式1の「3. 対象とする医療費助成」に、この順に並びます。{MAX_ROWS}行までです。"
        ),
        base: definition.mark_of(&Part::RowOrder),
        items: items.collect(),
        groups: addable(edition, catalogue),
        add_href: String::new(),
        is_full: definition.rows.len() >= MAX_ROWS,
        back: making_path(edition, ""),
    }
}

/// Schemes without a row: those the subsidy of the year covers first.
fn addable(
    edition: &SurveyEdition,
    catalogue: &Catalogue,
) -> Vec<(&'static str, Vec<(String, String)>)> {
    let definition = &edition.definition;
    let year = definition.fiscal_year;
    let of = |covered: bool| -> Vec<(String, String)> {
        let order = catalogue.form_order();
        let schemes = order.into_iter().filter_map(|at| catalogue.get(at));
        schemes
            .filter(|scheme| definition.row(&scheme.id).is_none())
            .filter(|scheme| (scheme.subsidy.contains(year) && scheme.is_valid_in(year)) == covered)
            .map(|scheme| (scheme.id.to_string(), scheme.form_name().to_owned()))
            .collect()
    };
    let groups = [
        ("この年度の補助の対象", of(true)),
        ("補助の対象ではない制度", of(false)),
    ];
    groups
        .into_iter()
        .filter(|(_, schemes)| !schemes.is_empty())
        .collect()
}

fn notes(row: &SchemeRow, names: &BodyNames) -> String {
    let mut notes = vec![if row.implementers.is_empty() {
        "実施主体の定めなし".to_owned()
    } else {
        implementers::labels(&row.implementers, names)
    }];
    if row.second_round_only {
        notes.push("2次交付のみ".to_owned());
    }
    if row.needs_text {
        notes.push("内容の記入が必要".to_owned());
    }
    notes.join("／")
}

fn questions_page(edition: &SurveyEdition, page: Page, problems: Vec<Problem>) -> ListPage {
    let definition = &edition.definition;
    let last = definition.questions.len().saturating_sub(1);
    let items = definition
        .questions
        .iter()
        .enumerate()
        .map(|(at, question)| Item {
            id: question.id.to_string(),
            name: question.label.clone(),
            detail: kind_label(&question.kind).to_owned(),
            notes: question_notes(question),
            href: making_path(edition, &format!("questions/{}", question.id)),
            is_first: at == 0,
            is_last: at == last,
        });
    ListPage {
        page,
        problems,
        what: "質問",
        lead: "様式1の「3. 対象とする医療費助成」のあとに、この順にたずねます。".to_owned(),
        base: definition.mark_of(&Part::QuestionOrder),
        items: items.collect(),
        groups: Vec::new(),
        add_href: making_path(edition, "questions/-"),
        is_full: definition.questions.len() >= MAX_QUESTIONS,
        back: making_path(edition, ""),
    }
}

/// An edition that has begun has no such list any more.
fn frozen(edition: &SurveyEdition, status: StatusCode) -> WebResult {
    if status == StatusCode::OK {
        Ok(see_other(&format!("/editions/{}/settings", edition.key)))
    } else {
        Err(WebError::Closed)
    }
}

fn kind_label(kind: &QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice { .. } => "選択",
        QuestionKind::Number { .. } => "数",
        QuestionKind::Text => "文章",
        QuestionKind::Date => "日付",
    }
}

fn question_notes(question: &ExtraQuestion) -> String {
    let kinds: Vec<_> = question.asked_of.iter().map(|kind| kind.label()).collect();
    let asked = if kinds.is_empty() {
        "すべての団体".to_owned()
    } else {
        kinds.join("、")
    };
    let required = if question.required {
        "必須"
    } else {
        "任意"
    };
    format!("{asked}／{required}")
}
