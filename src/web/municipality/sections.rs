//! The parts of the form: shown, saved as typed, problems all at once.
//!
//! GET shows the draft. POST saves it whatever it says; with problems the page comes back (422) and
//! says both that the text is kept and what to mend. If somebody else saved the part meanwhile, the
//! page comes back (409) with both texts and nothing is overwritten.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::frame::{Showing, own_frame};
use super::not_saved::{Reason, not_saved};
use super::section_pages::render;
use super::typed_text::differences;
use super::{FormQuery, State, edition_key, form_path, own_response};
use super::{contact_page, intent_page, questions_page, schemes_page};
use crate::domain::duties::merge;
use crate::domain::place::Section;
use crate::domain::response::{self, Draft, Form1Input};
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::see_other;
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::workflow::WorkflowError;
use crate::workflow::save_draft::{SectionInput, save_draft};
use crate::workflow::save_rows::{is_own, save_rows};

/// The part in an address; one this body does not fill in is a page that does not exist.
pub(in crate::web) fn section_of(text: &str, record: &ResponseRecord) -> WebResult<Section> {
    let own = record.edition.definition.sections(&record.class);
    Section::from_key(text)
        .filter(|section| own.contains(section))
        .ok_or(WebError::NotFound)
}

/// The part of a form as the browser sent it.
pub(in crate::web) fn read_input(
    section: Section,
    form: &FormData,
    record: &ResponseRecord,
) -> SectionInput {
    match section {
        Section::Contact => SectionInput::Contact(contact_page::read(form)),
        Section::Intent => SectionInput::Intent(intent_page::read(form)),
        Section::Schemes => {
            SectionInput::Schemes(schemes_page::read(form, &record.edition.definition))
        }
        Section::Questions => SectionInput::Questions(questions_page::read(form, record)),
    }
}

/// GET `/editions/{key}/form1/{section}`.
pub async fn show(
    state: State,
    own: OwnResponse,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let OwnResponse {
        session,
        mut record,
    } = own;
    let section = section_of(&path.1, &record)?;
    let key = record.edition.key.clone();
    if section != Section::Schemes && !session.actor.department.is_empty() {
        let list = form_path(&key, "");
        return Ok(see_other(&format!("{list}?notice=department-rows")));
    }
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    // Kept text of another body that used the same browser is not shown here.
    let kept = kept.filter(|form| form.text("body_code") == record.code().as_str());
    let open = record.takes_answers(state.desk.now());
    if !open || !record.status.is_editable() {
        let reason = if open {
            Reason::Submitted
        } else {
            Reason::Closed
        };
        return match kept {
            Some(form) => {
                let input = read_input(section, &form, &record);
                not_saved(&state, &session, &record, &input, reason)
            }
            None => Ok(see_other(&form_path(&key, ""))),
        };
    }
    let mut draft = record.take_draft();
    let was_kept = kept.is_some();
    // The version the kept text was typed on: what a colleague saved since is shown, not overwritten.
    let kept_version = kept
        .as_ref()
        .and_then(|form| form.value("base_version").ok());
    let stored = kept.as_ref().map(|_| draft.input.clone());
    // Row by row: what a colleague saved since is told apart by what the kept page was made from.
    let kept_base = kept
        .as_ref()
        .and_then(|form| base_of(section, form, &record));
    if let Some(form) = kept {
        put_rows(
            &session,
            &record,
            read_input(section, &form, &record),
            &mut draft,
        );
    }
    let reading = response::read(&record.edition.definition, &record.class, &draft.input);
    let show_problems = draft.version(section) > 0 && !was_kept;
    let showing = Showing {
        record: &record,
        draft: &draft,
        reading: &reading,
        show_problems,
        department: &session.actor.department,
        base: kept_base.as_ref().or(stored.as_ref()),
    };
    let (page, mut frame) = own_frame(&state, &session, &showing, section, Vec::new()).await?;
    if let Some(version) = kept_version {
        frame.base_version = version;
    }
    frame.back = query
        .back
        .clone()
        .filter(|back| back == "check")
        .unwrap_or_default();
    let notice = query
        .notice
        .as_deref()
        .filter(|notice| *notice != "kept" || was_kept);
    render(
        StatusCode::OK,
        section,
        page.with_notice(notice),
        frame,
        &showing,
    )
}

/// POST `/editions/{key}/form1/{section}`.
pub async fn save(state: State, post: Post, path: web::Path<(String, String)>) -> WebResult {
    let key = edition_key(&path.0)?;
    let Post { session, form } = post;
    let record = own_response(&state, &session, &key).await?;
    let section = section_of(&path.1, &record)?;
    if section != Section::Schemes && !session.actor.department.is_empty() {
        return Err(WebError::Forbidden);
    }
    let input = read_input(section, &form, &record);
    let base_version = form.value("base_version")?;
    let go_on = form.text("do") != "save";
    let (desk, actor) = (&state.desk, &session.actor);
    let saved = match (&input, base_of(section, &form, &record)) {
        (SectionInput::Schemes(typed), Some(base)) => {
            let done = form.text("do") == "done";
            save_rows(desk, actor, &key, (&base.schemes, typed), done).await
        }
        _ => save_draft(desk, actor, &key, base_version, input.clone()).await,
    };
    match saved {
        Ok(draft) => {
            let reading = response::read(&record.edition.definition, &record.class, &draft.input);
            let mut problems = reading.problems_of(section);
            let department = actor.department.as_str();
            problems.retain(|problem| is_own(&record, &problem.place, department));
            if go_on && problems.is_empty() && !department.is_empty() {
                let list = form_path(&key, "");
                return Ok(see_other(&format!("{list}?notice=part-done")));
            }
            if !go_on {
                return Ok(see_other(&format!("{}?notice=saved", form_path(&key, ""))));
            }
            if problems.is_empty() {
                let next = if form.text("back") == "check" {
                    "check"
                } else {
                    next_page(&record, section)
                };
                return Ok(see_other(&form_path(&key, next)));
            }
            let showing = Showing {
                record: &record,
                draft: &draft,
                reading: &reading,
                show_problems: true,
                department,
                base: None,
            };
            let (page, mut frame) =
                own_frame(&state, &session, &showing, section, problems).await?;
            frame.back = form.text("back").to_owned();
            render(
                StatusCode::UNPROCESSABLE_ENTITY,
                section,
                page,
                frame,
                &showing,
            )
        }
        Err(WorkflowError::Conflict(conflict)) => {
            let mut draft = conflict.stored.clone();
            put_rows(&session, &record, input, &mut draft);
            let definition = &record.edition.definition;
            let reading = response::read(definition, &record.class, &draft.input);
            let showing = Showing {
                record: &record,
                draft: &draft,
                reading: &reading,
                show_problems: false,
                department: &actor.department,
                base: Some(&conflict.stored.input),
            };
            let (mut page, mut frame) =
                own_frame(&state, &session, &showing, section, Vec::new()).await?;
            frame.theirs = differences(definition, section, &draft, &conflict.stored);
            frame.theirs_by = conflict
                .stored
                .saves
                .get(&section)
                .map(|save| save.by.clone())
                .unwrap_or_default();
            page.has_errors = true;
            render(StatusCode::CONFLICT, section, page, frame, &showing)
        }
        Err(error) => {
            let reason = match &error {
                WorkflowError::Closed => Reason::Closed,
                WorkflowError::Refused(_) | WorkflowError::Forbidden => Reason::Submitted,
                WorkflowError::Stale => Reason::Overtaken,
                _ => return Err(error.into()),
            };
            not_saved(&state, &session, &record, &input, reason)
        }
    }
}

/// What a page of part 3 was made from, where its rows are put together one by one.
fn base_of(section: Section, form: &FormData, record: &ResponseRecord) -> Option<Form1Input> {
    if section != Section::Schemes {
        return None;
    }
    let schemes = schemes_page::read_base(form, &record.edition.definition)?;
    Some(Form1Input {
        schemes,
        ..Form1Input::default()
    })
}

/// Puts what was typed into a draft that is shown: of part 3 only the rows the visitor fills in.
fn put_rows(session: &Session, record: &ResponseRecord, input: SectionInput, draft: &mut Draft) {
    match input {
        SectionInput::Schemes(typed) => {
            let (definition, duties) = (&record.edition.definition, &record.duties);
            // Made from what is stored: then every row the visitor fills in is as typed.
            let stored = draft.input.schemes.clone();
            let department = session.actor.department.as_str();
            let three = (&stored, &typed, &stored);
            draft.input.schemes = merge(definition, duties, department, three).input;
        }
        other => other.put_into(&mut draft.input),
    }
}

/// The page after a part.
fn next_page(record: &ResponseRecord, section: Section) -> &'static str {
    let sections = record.edition.definition.sections(&record.class);
    let mut rest = sections.iter().skip_while(|other| **other != section);
    rest.nth(1).map_or("check", |next| next.key())
}
