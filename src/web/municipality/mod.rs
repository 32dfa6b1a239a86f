//! A body's own Form 1: task list, its parts, check page, receipt, history.
//!
//! Prefectures, designated and core cities answer here too; the pages know nobody else's answer.

use actix_web::web;

use super::error::{WebError, WebResult};
use super::session::Session;
use super::state::AppState;
use crate::domain::survey_edition::EditionKey;
use crate::store::responses::ResponseRecord;

pub mod check;
pub mod check_view;
pub mod contact_page;
pub mod download;
pub mod frame;
pub mod history;
pub mod intent_page;
pub mod not_saved;
pub mod objection;
pub mod proxy_page;
pub mod questions_page;
pub mod receipt;
pub mod replies;
pub mod schemes_page;
pub mod section_pages;
pub mod sections;
pub mod sign_off;
pub mod sign_off_people;
pub mod sign_off_view;
pub mod task_list;
pub(in crate::web) mod typed_text;

/// The actor's own answer in the edition of the address.
async fn own_response(
    state: &AppState,
    session: &Session,
    key: &EditionKey,
) -> WebResult<ResponseRecord> {
    let code = session.actor.code().ok_or(WebError::NotFound)?;
    state
        .desk
        .store
        .response(key, code)
        .await?
        .ok_or(WebError::NotFound)
}

/// The edition key in an address; anything that is none is a page that does not exist.
pub(super) fn edition_key(text: &str) -> WebResult<EditionKey> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// `?notice=` and `?kept=` of the form's pages.
#[derive(Default, serde::Deserialize)]
pub struct FormQuery {
    pub notice: Option<String>,
    pub kept: Option<String>,
    /// `check`: the visitor came from the check page and goes back there.
    pub back: Option<String>,
}

/// The address of a page of Form 1.
fn form_path(key: &EditionKey, page: &str) -> String {
    match page {
        "" => format!("/editions/{key}/form1"),
        page => format!("/editions/{key}/form1/{page}"),
    }
}

/// Shared state of handlers.
type State = web::Data<AppState>;
