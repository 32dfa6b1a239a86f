//! `/files/{id}`: a file as it was sent, for who may see the answer and for the office that sent it.

use actix_web::web;

use super::State;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::session::Session;
use crate::workflow::intake::{annotated, original};

/// GET `/files/{id}`.
pub async fn sent(state: State, session: Session, id: web::Path<String>) -> WebResult {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let file = original(&state.desk, &session.actor, id).await?;
    Ok(attachment(file.bytes, &file.name))
}

/// GET `/files/{id}/annotated.xlsx`: the same with what is to be mended beside its rows.
pub async fn with_notes(state: State, session: Session, id: web::Path<String>) -> WebResult {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let file = annotated(&state.desk, &session.actor, id).await?;
    Ok(attachment(file.bytes, &file.name))
}
