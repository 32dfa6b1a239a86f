//! The check page, 提出, 取下げ and 予定なし.
//!
//! The check page carries the answer's version. Submitting it twice, from a double click, a reload or
//! the back button, gives the same receipt ([`crate::workflow::submit_response`]).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::check_view::{Checked, checked};
use super::replies::{self, ReplyFields};
use super::sign_off_view::{SignOffView, refusal, with_people};
use super::task_list::{Unsubmitted, unsubmitted};
use super::{FormQuery, State, edition_key, form_path, own_response};
use crate::domain::place::Section;
use crate::domain::response;
use crate::domain::review_request::BodyReply;
use crate::domain::revision::receipt_path;
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::view::Page;
use crate::workflow::WorkflowError;
use crate::workflow::save_draft::declare_no_plan;
use crate::workflow::submit_response::submit_with_replies;
use crate::workflow::withdraw::withdraw;

#[derive(Template)]
#[template(path = "municipality/check.html")]
struct CheckPage {
    page: Page,
    form_path: String,
    body_name: String,
    body_code: String,
    unsubmitted: Option<Unsubmitted>,
    checked: Checked,
    warnings_error: bool,
    /// What looks odd was ticked as looked at.
    confirmed: bool,
    /// What the body says to what it was asked.
    replies: Vec<ReplyFields>,
    version: i32,
    /// 決裁; `None` where the body does not use it.
    sign_off: Option<SignOffView>,
    /// The body uses 決裁; this person may ask for it now, or sign.
    signs: bool,
    can_ask: bool,
    can_sign: bool,
    /// Why the last press did nothing; empty if it did.
    refused: &'static str,
}

/// What the last press came to, where it did not lead on.
#[derive(Default)]
pub(super) struct Attempt {
    /// The answer was to be submitted.
    pub sent: bool,
    pub warnings_error: bool,
    pub confirmed: bool,
    pub refused: &'static str,
    /// What was typed to what the body was asked.
    pub replies: Vec<BodyReply>,
    /// Words with which the draft was to be given back, and what is wrong with them.
    pub words: String,
    pub words_errors: Vec<String>,
}

/// GET `/editions/{key}/form1/check`.
pub async fn check(state: State, own: OwnResponse) -> WebResult {
    let OwnResponse { session, record } = own;
    let key = record.edition.key.clone();
    let open = record.takes_answers(state.desk.now());
    if !open || !record.status.is_editable() || !session.actor.department.is_empty() {
        return Ok(see_other(&form_path(&key, "")));
    }
    let attempt = Attempt::default();
    render(&state, &session, &record, StatusCode::OK, attempt).await
}

/// GET `/editions/{key}/form1/submit`: the check page with the replies typed before somebody had to sign in again.
pub async fn submit_again(
    state: State,
    own: OwnResponse,
    request: HttpRequest,
    query: web::Query<FormQuery>,
) -> WebResult {
    let OwnResponse { session, record } = own;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let editable = record.takes_answers(state.desk.now()) && record.status.is_editable();
    match kept {
        Some(form) if editable && session.actor.department.is_empty() => {
            let attempt = Attempt {
                // Ticked for the warnings of that version.
                confirmed: form.has("confirmed")
                    && form.value("version").ok() == Some(record.version),
                replies: replies::read(&form),
                ..Attempt::default()
            };
            render(&state, &session, &record, StatusCode::OK, attempt).await
        }
        _ => Ok(see_other(&form_path(&record.edition.key, ""))),
    }
}

/// POST `/editions/{key}/form1/submit`.
pub async fn submit(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let Post { session, form } = post;
    let version = form.value("version")?;
    let confirmed = form.has("confirmed");
    let replies = replies::read(&form);
    let actor = &session.actor;
    match submit_with_replies(&state.desk, actor, &key, version, confirmed, &replies).await {
        Ok(receipt) => Ok(see_other(&receipt_path(&receipt))),
        Err(
            error @ (WorkflowError::Invalid(_)
            | WorkflowError::Unfinished(_)
            | WorkflowError::Unconfirmed(_)),
        ) => {
            let record = own_response(&state, &session, &key).await?;
            let attempt = Attempt {
                sent: true,
                confirmed,
                replies,
                warnings_error: matches!(error, WorkflowError::Unconfirmed(_)),
                ..Attempt::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(&state, &session, &record, status, attempt).await
        }
        Err(WorkflowError::NeedsSignOff(stands)) => {
            let record = own_response(&state, &session, &key).await?;
            let attempt = Attempt {
                confirmed,
                replies,
                refused: refusal(stands),
                ..Attempt::default()
            };
            render(&state, &session, &record, StatusCode::CONFLICT, attempt).await
        }
        // A colleague saved meanwhile: what was said to the requests is kept, what was ticked is not.
        Err(WorkflowError::Stale) => {
            let record = own_response(&state, &session, &key).await?;
            if !record.takes_answers(state.desk.now()) || !record.status.is_editable() {
                return Err(WorkflowError::Stale.into());
            }
            let attempt = Attempt {
                replies,
                refused: "画面を開いたあとに、回答の内容が変わりました。いまの内容を確かめて、もう一度押してください。",
                ..Attempt::default()
            };
            render(&state, &session, &record, StatusCode::CONFLICT, attempt).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST `/editions/{key}/form1/withdraw`.
pub async fn take_back(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    withdraw(
        &state.desk,
        &post.session.actor,
        &key,
        post.form.value("version")?,
    )
    .await?;
    Ok(see_other(&format!(
        "{}?notice=withdrawn",
        form_path(&key, "")
    )))
}

/// POST `/editions/{key}/form1/no-plan`: ③ for the whole form, in one click.
pub async fn no_plan(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let draft = declare_no_plan(&state.desk, &post.session.actor, &key).await?;
    let next = if draft.version(Section::Contact) > 0 {
        "check"
    } else {
        "contact?back=check"
    };
    Ok(see_other(&form_path(&key, next)))
}

/// The check page.
pub(super) async fn render(
    state: &State,
    session: &Session,
    record: &ResponseRecord,
    status: StatusCode,
    attempt: Attempt,
) -> WebResult {
    let key = &record.edition.key;
    let definition = &record.edition.definition;
    let base = form_path(key, "");
    let draft = record.draft_or_prefill();
    let form = match record.open_return {
        Some(_) => response::read(definition, &record.class, &draft.input).form,
        None => None,
    };
    let waiting = replies::waiting(state, record, form.as_ref()).await?;
    let replies = waiting.fields(record, &attempt.replies, &base, attempt.sent);
    let mut page = page::signed_in(
        state,
        session,
        "確認して提出",
        &[(
            &format!("{}（{}）", definition.words().form, definition.short_title),
            &base,
        )],
    )
    .in_section("/home");
    page.has_errors = status != StatusCode::OK;
    let mut checked = checked(record, &draft, &base);
    // They are mended on this very page, so the answer is no less ready for them.
    checked.problems.extend(replies::problems(&replies));
    let (actor, words, errors) = (&session.actor, attempt.words, attempt.words_errors);
    let sign_off = with_people(state, record, actor, words, errors).await?;
    let template = CheckPage {
        page,
        form_path: base,
        body_name: record.name.clone(),
        body_code: record.code().to_string(),
        unsubmitted: unsubmitted(record, state.desk.now()),
        checked,
        replies,
        warnings_error: attempt.warnings_error,
        confirmed: attempt.confirmed,
        version: record.version,
        signs: sign_off.is_some(),
        can_ask: sign_off.as_ref().is_some_and(|view| view.can_ask),
        can_sign: sign_off.as_ref().is_some_and(|view| view.can_sign),
        sign_off,
        refused: attempt.refused,
    };
    html_with(status, &template)
}

/// GET of an address that only takes a POST: where somebody lands who signed in again on the way.
pub async fn back(key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    Ok(see_other(&form_path(&key, "")))
}
