//! The parts of an entry: the form's own pages, saved into the office's entry.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::{banner, desktop, page_of, proxy_path};
use crate::domain::duties::Duties;
use crate::domain::place::Section;
use crate::domain::response::{self, Draft, Problem, Reading};
use crate::store::proxy_entries::ProxyEntry;
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::municipality::FormQuery;
use crate::web::municipality::frame::{self, Frame, Showing, Step};
use crate::web::municipality::section_pages::render;
use crate::web::municipality::sections::{read_input, section_of};
use crate::web::municipality::typed_text::differences;
use crate::web::page::see_other;
use crate::web::public::kept_form;
use crate::web::review::State;
use crate::web::session::{Post, Session};
use crate::web::view::Page;
use crate::workflow::WorkflowError;
use crate::workflow::proxy_entry::save_section;

/// Edition key, code of the body and part, as the address has them.
type SectionPath = web::Path<(String, String, String)>;

/// What the pages of one entry are made from.
struct Around<'a> {
    state: &'a State,
    session: &'a Session,
    record: &'a ResponseRecord,
    entry: &'a ProxyEntry,
}

impl Around<'_> {
    /// Page and frame of a part, in the place of the body's own.
    fn frame(
        &self,
        showing: &Showing<'_>,
        section: Section,
        problems: Vec<Problem>,
    ) -> (Page, Frame) {
        let Self {
            state,
            session,
            record,
            entry,
        } = self;
        let base = proxy_path(record);
        let (own, mut frame) = frame::frame(state, session, showing, section, problems);
        let mut page = page_of(state, session, record, &own.title);
        page.has_errors = own.has_errors;
        let home = std::mem::replace(&mut frame.form_path, base.clone());
        frame.steps = frame
            .steps
            .into_iter()
            .map(|step| Step {
                href: step.href.replacen(&home, &base, 1),
                ..step
            })
            .collect();
        frame.unsubmitted = None;
        frame.reviewer_note = String::new();
        frame.proxy = banner(record, entry);
        // About the body's answer, not the visitor's own; what begins there is a note, for the visitor is who is asked.
        let about = format!("&code={}&place=", record.code());
        frame.ask = frame.ask.replacen("&place=", &about, 1);
        frame.ask_words = "コメント・電話の記録を残す";
        (page, frame)
    }
}

/// The record as the form's pages are to see it: nothing of the body's own return or of how it divides its work.
fn without_return(mut record: ResponseRecord) -> ResponseRecord {
    record.open_return = None;
    record.duties = Duties::default();
    record
}

fn reading_of(record: &ResponseRecord, draft: &Draft) -> Reading {
    response::read(&record.edition.definition, &record.class, &draft.input)
}

/// GET `/editions/{key}/answers/{code}/proxy/{section}`.
pub async fn show(
    state: State,
    session: Session,
    request: HttpRequest,
    path: SectionPath,
    query: web::Query<FormQuery>,
) -> WebResult {
    let (key, code, part) = path.into_inner();
    let found = desktop(&state, &session, &web::Path::from((key, code))).await?;
    let record = without_return(found.record);
    let section = section_of(&part, &record)?;
    let Some(entry) = found.entry else {
        return Ok(see_other(&proxy_path(&record)));
    };
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let mut draft = entry.draft.clone();
    let was_kept = kept.is_some();
    let kept_version = kept
        .as_ref()
        .and_then(|form| form.value("base_version").ok());
    if let Some(form) = kept {
        read_input(section, &form, &record).put_into(&mut draft.input);
    }
    let reading = reading_of(&record, &draft);
    let showing = Showing {
        record: &record,
        draft: &draft,
        reading: &reading,
        show_problems: draft.version(section) > 0 && !was_kept,
        department: "",
        base: None,
    };
    let around = Around {
        state: &state,
        session: &session,
        record: &record,
        entry: &entry,
    };
    let (page, mut frame) = around.frame(&showing, section, Vec::new());
    if let Some(version) = kept_version {
        frame.base_version = version;
    }
    let back = query.back.clone();
    frame.back = back.filter(|back| back == "check").unwrap_or_default();
    let notice = query.notice.as_deref();
    let page = page.with_notice(notice.filter(|notice| *notice != "kept" || was_kept));
    render(StatusCode::OK, section, page, frame, &showing)
}

/// POST `/editions/{key}/answers/{code}/proxy/{section}`.
pub async fn save(state: State, post: Post, path: SectionPath) -> WebResult {
    let Post { session, form } = post;
    let (key, code, part) = path.into_inner();
    let address = web::Path::from((key, code));
    let found = desktop(&state, &session, &address).await?;
    let record = without_return(found.record);
    let section = section_of(&part, &record)?;
    let base = proxy_path(&record);
    let Some(entry) = found.entry else {
        return Ok(see_other(&base));
    };
    let input = read_input(section, &form, &record);
    let base_version = form.value("base_version")?;
    let around = Around {
        state: &state,
        session: &session,
        record: &record,
        entry: &entry,
    };
    let (desk, actor) = (&state.desk, &session.actor);
    let (key, code) = (&record.edition.key, record.code());
    match save_section(desk, actor, key, code, base_version, input.clone()).await {
        Ok(draft) => {
            if form.text("do") == "save" {
                return Ok(see_other(&format!("{base}?notice=proxy-saved")));
            }
            let reading = reading_of(&record, &draft);
            let problems = reading.problems_of(section);
            if problems.is_empty() {
                let next = if form.text("back") == "check" {
                    "check"
                } else {
                    next_part(&record, section)
                };
                return Ok(see_other(&format!("{base}/{next}")));
            }
            let showing = Showing {
                record: &record,
                draft: &draft,
                reading: &reading,
                show_problems: true,
                department: "",
                base: None,
            };
            let (page, mut frame) = around.frame(&showing, section, problems);
            frame.back = form.text("back").to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(status, section, page, frame, &showing)
        }
        Err(WorkflowError::Conflict(conflict)) => {
            let mut draft = conflict.stored.clone();
            input.put_into(&mut draft.input);
            let reading = reading_of(&record, &draft);
            let showing = Showing {
                record: &record,
                draft: &draft,
                reading: &reading,
                show_problems: false,
                department: "",
                base: None,
            };
            let (mut page, mut frame) = around.frame(&showing, section, Vec::new());
            let definition = &record.edition.definition;
            frame.theirs = differences(definition, section, &draft, &conflict.stored);
            let save = conflict.stored.saves.get(&section);
            frame.theirs_by = save.map(|save| save.by.clone()).unwrap_or_default();
            page.has_errors = true;
            render(StatusCode::CONFLICT, section, page, frame, &showing)
        }
        Err(error) => Err(error.into()),
    }
}

/// The page after a part.
fn next_part(record: &ResponseRecord, section: Section) -> &'static str {
    let sections = record.edition.definition.sections(&record.class);
    let mut rest = sections.iter().skip_while(|other| **other != section);
    rest.nth(1).map_or("check", |next| next.key())
}
