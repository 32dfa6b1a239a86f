//! 様式1 as the official workbook.

use actix_web::web;

use super::{State, edition_key};
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::session::Session;
use crate::workflow::take_out::form1_workbook;

/// Which revision; without it, the newest or the draft.
#[derive(serde::Deserialize)]
pub struct RevisionQuery {
    pub revision: Option<i32>,
}

/// GET `/editions/{key}/form1.xlsx?revision=1`.
pub async fn form1(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<RevisionQuery>,
) -> WebResult {
    let code = session.actor.code().ok_or(WebError::NotFound)?;
    let key = edition_key(&key)?;
    let file = form1_workbook(&state.desk, &session.actor, &key, code, query.revision).await?;
    Ok(attachment(file.bytes, &file.name))
}
