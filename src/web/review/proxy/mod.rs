//! 代理入力 on pages: source, day and note first, then the parts of the form as the body sees them, then the check page.
//!
//! The parts are the form's own pages ([`crate::web::municipality::section_pages`]), filled with the office's entry.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{Path, State, parse};
use crate::domain::japan_time;
use crate::domain::place::{Place, Section};
use crate::domain::proxy_entry::{ProxyOrigin, ProxySource};
use crate::domain::response;
use crate::store::proxy_entries::ProxyEntry;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::task_list::section_tag;
use crate::web::page::{self, html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::workflow::proxy_entry::{self, Desktop};

pub mod check;
pub mod section;

#[derive(Template)]
#[template(path = "review/proxy.html")]
struct ProxyPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    tag: StatusTag,
    path: String,
    answer_path: String,
    /// What is being typed; `None` before it was begun.
    begun: Option<Begun>,
    sources: Vec<SourceChoice>,
    source_errors: Vec<String>,
    received_on: TextField,
    note: TextField,
    /// Somebody came to give it up: what for is unfolded.
    gives_up: bool,
}

/// The entry that is being typed.
struct Begun {
    by: String,
    at: String,
    tasks: Vec<Task>,
}

struct Task {
    label: &'static str,
    href: String,
    hint: String,
    tag: StatusTag,
}

struct SourceChoice {
    value: &'static str,
    label: &'static str,
    checked: bool,
}

/// What was typed about how the answer came.
struct Typed {
    source: String,
    received_on: String,
    note: String,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        Self {
            source: form.text("source").to_owned(),
            received_on: form.text("received_on").to_owned(),
            note: form.text("note").to_owned(),
        }
    }

    fn of(origin: Option<&ProxyOrigin>) -> Self {
        Self {
            source: origin
                .map_or("", |origin| origin.source.as_str())
                .to_owned(),
            received_on: origin.map_or_else(String::new, |o| o.received_on.to_string()),
            note: origin.map_or_else(String::new, |o| o.note.clone()),
        }
    }
}

/// The answer of the address and the entry of the visitor's office; both must be open to change.
async fn desktop(state: &AppState, session: &Session, path: &Path) -> WebResult<Desktop> {
    let (key, code) = parse(path)?;
    let found = proxy_entry::open(&state.desk, &session.actor, &key, code).await?;
    if found.record.takes_answers(state.desk.now()) {
        Ok(found)
    } else {
        Err(WebError::Closed)
    }
}

fn proxy_path(record: &ResponseRecord) -> String {
    let code = record.code();
    format!("/editions/{}/answers/{code}/proxy", record.edition.key)
}

/// The frame of these pages; `title` empty = the first of them.
fn page_of(state: &AppState, session: &Session, record: &ResponseRecord, title: &str) -> Page {
    let answer = proxy_path(record);
    let answer = answer.trim_end_matches("/proxy");
    let name = format!("{}の回答", record.name);
    let path = proxy_path(record);
    let mut way = vec![(name.as_str(), answer)];
    if title.is_empty() {
        return page::signed_in(state, session, "代理入力", &way);
    }
    way.push(("代理入力", path.as_str()));
    page::signed_in(state, session, title, &way)
}

/// The banner of every page behind the first.
fn banner(record: &ResponseRecord, entry: &ProxyEntry) -> String {
    let how = entry.origin.label();
    format!(
        "{}の回答を、代わりに入力しています。受け取り方：{how}。提出するまで、団体の回答は変わりません。",
        record.name
    )
}

#[derive(serde::Deserialize)]
pub struct ProxyQuery {
    notice: Option<String>,
    kept: Option<String>,
    #[serde(rename = "give-up")]
    give_up: Option<String>,
}

/// GET `/editions/{key}/answers/{code}/proxy`; with `?give-up=1` the button for that is unfolded.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<ProxyQuery>,
) -> WebResult {
    let found = desktop(&state, &session, &path).await?;
    let address = proxy_path(&found.record);
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = match &kept {
        Some(form) => Typed::read(form),
        None => Typed::of(found.entry.as_ref().map(|entry| &entry.origin)),
    };
    let notice = query.notice.as_deref();
    let page = page_of(&state, &session, &found.record, "").with_notice(notice);
    let gives_up = query.give_up.is_some();
    render(StatusCode::OK, page, &found, typed, Vec::new(), gives_up)
}

/// POST `/editions/{key}/answers/{code}/proxy`: begins, changes how it came, or gives up.
pub async fn begin(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    let (key, code) = parse(&path)?;
    let found = desktop(&state, &session, &path).await?;
    let actor = &session.actor;
    if form.text("do") == "give-up" {
        proxy_entry::give_up(&state.desk, actor, &key, code).await?;
        let answer = format!("/editions/{key}/answers/{code}");
        return Ok(see_other(&format!("{answer}?notice=proxy-given-up")));
    }
    let typed = Typed::read(&form);
    let now = state.desk.now();
    let origin = ProxyOrigin::read(&typed.source, &typed.received_on, &typed.note, now);
    match origin {
        Ok(origin) => {
            proxy_entry::begin(&state.desk, actor, &key, code, &origin).await?;
            let to = format!("{}/{}", proxy_path(&found.record), Section::Contact.key());
            Ok(see_other(&to))
        }
        Err(found_problems) => {
            let problems = found_problems.into_iter().map(|problem| Problem {
                field_id: field_of(&problem.place).to_owned(),
                message: problem.message,
            });
            let problems: Vec<_> = problems.collect();
            let page = page_of(&state, &session, &found.record, "");
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(status, page, &found, typed, problems, false)
        }
    }
}

/// The control a problem of [`ProxyOrigin::read`] stands at.
fn field_of(place: &Place) -> &'static str {
    match place.section() {
        Section::Intent => "source-phone",
        Section::Contact => "received_on",
        _ => "note",
    }
}

fn render(
    status: StatusCode,
    mut page: Page,
    found: &Desktop,
    typed: Typed,
    problems: Vec<Problem>,
    gives_up: bool,
) -> WebResult {
    let record = &found.record;
    let errors = |field: &str| -> Vec<String> {
        let at = problems.iter().filter(|problem| problem.field_id == field);
        at.map(|problem| problem.message.clone()).collect()
    };
    page.has_errors = !problems.is_empty();
    let path = proxy_path(record);
    html_with(
        status,
        &ProxyPage {
            page,
            body_name: record.name.clone(),
            tag: status_tag(record.status),
            answer_path: path.trim_end_matches("/proxy").to_owned(),
            begun: found.entry.as_ref().map(|entry| begun(record, entry)),
            sources: ProxySource::ALL
                .into_iter()
                .map(|source| SourceChoice {
                    value: source.as_str(),
                    label: source.label(),
                    checked: source.as_str() == typed.source,
                })
                .collect(),
            source_errors: errors("source-phone"),
            received_on: TextField {
                id: "received_on".to_owned(),
                name: "received_on".to_owned(),
                label: "回答を受け取った日".to_owned(),
                hint: "例：2027-02-03、令和9年2月3日。締切に間に合ったかどうかは、この画面で提出した日時で判定します。".to_owned(),
                errors: errors("received_on"),
                understood: japan_time::parse_date(&typed.received_on)
                    .map(japan_time::date_label)
                    .unwrap_or_default(),
                value: typed.received_on,
                required: true,
                width: "m",
                ..TextField::default()
            },
            note: TextField {
                id: "note".to_owned(),
                name: "note".to_owned(),
                label: "備考".to_owned(),
                hint: "団体の画面にも表示されます。「その他」のときは、どのように受け取ったかを入力してください。個人の氏名や電話番号は入力しないでください。".to_owned(),
                errors: errors("note"),
                value: typed.note,
                ..TextField::default()
            },
            gives_up,
            path,
            problems,
        },
    )
}

fn begun(record: &ResponseRecord, entry: &ProxyEntry) -> Begun {
    let definition = &record.edition.definition;
    let draft = &entry.draft;
    let reading = response::read(definition, &record.class, &draft.input);
    let base = proxy_path(record);
    let tasks = definition.sections(&record.class).iter().map(|section| {
        let (tag, hint) = section_tag(draft, &reading, None, *section, definition.words());
        Task {
            label: section.label(),
            href: format!("{base}/{}", section.key()),
            hint,
            tag,
        }
    });
    Begun {
        by: format!("{}　{}", entry.actor_body, entry.actor_name),
        at: japan_time::datetime_label(entry.changed_at),
        tasks: tasks.collect(),
    }
}
