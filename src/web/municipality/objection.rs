//! `/editions/{key}/form1/objection`: what a reviewer corrected in the body's answer, old beside new, and the body's
//! word against it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::history::diff_rows;
use super::{FormQuery, State, edition_key, form_path, own_response};
use crate::domain::japan_time;
use crate::domain::review_request::Asker;
use crate::domain::revision::{Revision, correction_label};
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::view::{DiffRow, Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::object::{confirm_correction, object, objection_to, standing_corrections};

#[derive(Template)]
#[template(path = "municipality/objection.html")]
struct ObjectionPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    form_path: String,
    form_name: &'static str,
    version: i32,
    corrections: Vec<CorrectionLine>,
    from: i32,
    to: i32,
    differences: Vec<DiffRow>,
    /// The objection that was made; empty if there is none.
    objection_href: String,
    can_object: bool,
    /// The body said that it has looked at the newest correction.
    is_seen: bool,
    can_confirm: bool,
    words: TextField,
}

/// One correction: who, when and why, and what it changed in the revision before it.
struct CorrectionLine {
    number: i32,
    label: &'static str,
    who: String,
    at: String,
    reason: String,
    differences: Vec<DiffRow>,
}

/// GET `/editions/{key}/form1/objection`.
pub async fn form(state: State, own: OwnResponse, query: web::Query<FormQuery>) -> WebResult {
    let OwnResponse { session, record } = own;
    let address = form_path(&record.edition.key, "objection");
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let typed = kept.map_or_else(String::new, |kept| kept.text("words").to_owned());
    show(&state, &session, &record, (typed, Vec::new())).await
}

/// POST `/editions/{key}/form1/objection`: the words against it, or with `do` = `confirm` that it was looked at.
pub async fn send(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let Post { session, form } = post;
    if form.text("do") == "confirm" {
        let revision = form.value("revision")?;
        confirm_correction(&state.desk, &session.actor, &key, revision).await?;
        let list = form_path(&key, "");
        return Ok(see_other(&format!("{list}?notice=correction-seen")));
    }
    let version = form.value("version")?;
    let words = form.text("words");
    match object(&state.desk, &session.actor, &key, version, words).await {
        Ok(()) => {
            let list = form_path(&key, "");
            Ok(see_other(&format!("{list}?notice=objected")))
        }
        Err(WorkflowError::Invalid(problems)) => {
            let record = own_response(&state, &session, &key).await?;
            let errors = problems.into_iter().map(|problem| problem.message);
            let typed = (words.to_owned(), errors.collect());
            show(&state, &session, &record, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    state: &State,
    session: &Session,
    record: &ResponseRecord,
    (value, errors): (String, Vec<String>),
) -> WebResult {
    let key = &record.edition.key;
    let revisions = state.desk.store.revisions(record.id).await?;
    let (sent, corrections) = match standing_corrections(&revisions) {
        Some(found) if record.status.is_received() => found,
        _ => return Ok(see_other(&form_path(key, ""))),
    };
    let Some(newest) = corrections.last() else {
        return Ok(see_other(&form_path(key, "")));
    };
    let requests = state.desk.store.requests(record.id).await?;
    let objection = objection_to(&requests, newest.number);
    let seen = state.desk.store.correction_seen(record.id).await?;
    let is_seen = seen == Some(newest.number);
    let is_liaison = session.actor.department.is_empty();
    let definition = &record.edition.definition;
    let way = format!("{}（{}）", definition.words().form, definition.short_title);
    let way = [(way.as_str(), &*form_path(key, ""))];
    let mut page = page::signed_in(state, session, "訂正された内容", &way).in_section("/home");
    page.has_errors = !errors.is_empty();
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &ObjectionPage {
            page,
            problems: errors
                .iter()
                .map(|message| Problem {
                    field_id: "words".to_owned(),
                    message: message.clone(),
                })
                .collect(),
            body_name: record.name.clone(),
            form_path: form_path(key, ""),
            form_name: definition.words().form,
            version: record.version,
            corrections: std::iter::once(sent)
                .chain(corrections)
                .zip(corrections)
                .map(|(before, revision)| CorrectionLine {
                    differences: diff_rows(definition, before, revision),
                    ..line(revision, record.code().prefecture().name())
                })
                .collect(),
            from: sent.number,
            to: newest.number,
            differences: diff_rows(definition, sent, newest),
            objection_href: objection
                .map(|request| {
                    let code = record.code();
                    format!("/editions/{key}/answers/{code}/requests/{}", request.number)
                })
                .unwrap_or_default(),
            can_object: objection.is_none() && record.is_decidable() && is_liaison,
            is_seen,
            can_confirm: !is_seen && objection.is_none() && is_liaison,
            words: TextField {
                id: "words".to_owned(),
                name: "words".to_owned(),
                label: "訂正のどこが違うか".to_owned(),
                hint: "訂正した担当の画面に表示されます。".to_owned(),
                value,
                required: true,
                errors,
                ..TextField::default()
            },
        },
    )
}

fn line(revision: &Revision, prefecture: &str) -> CorrectionLine {
    let correction = revision.correction.as_ref();
    let office = match correction.map(|it| it.by) {
        Some(Asker::Prefecture) => prefecture,
        _ => "厚生労働省",
    };
    CorrectionLine {
        number: revision.number,
        differences: Vec::new(),
        label: correction.map_or("", |it| correction_label(it.by)),
        who: format!("{office} {}", revision.submitted_by),
        at: japan_time::datetime_label(revision.submitted_at),
        reason: correction.map_or_else(String::new, |it| it.reason.clone()),
    }
}
