//! 様式1 as the official workbook.

use actix_web::web;

use super::{State, edition_key, form_path};
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::page::see_other;
use crate::web::session::Session;
use crate::workflow::WorkflowError;
use crate::workflow::saved_mail::own_message;
use crate::workflow::take_out::{FormVersion, form1_workbook};

/// Which form: a revision, or one of `submitted`, `draft`, `prefilled`, `blank`; without either, the
/// newest submission or the draft.
#[derive(serde::Deserialize)]
pub struct VersionQuery {
    pub revision: Option<i32>,
    pub what: Option<String>,
}

impl VersionQuery {
    /// What the address asks for.
    pub fn version(&self) -> WebResult<FormVersion> {
        Ok(match (self.revision, self.what.as_deref()) {
            (Some(number), None) => FormVersion::Revision(number),
            (None, None) => FormVersion::Newest,
            (None, Some("submitted")) => FormVersion::Submitted,
            (None, Some("draft")) => FormVersion::Draft,
            (None, Some("prefilled")) => FormVersion::Prefilled,
            (None, Some("blank")) => FormVersion::Blank,
            _ => return Err(WebError::BadRequest),
        })
    }
}

/// GET `/editions/{key}/form1.xlsx?revision=1` or `?what=blank`.
pub async fn form1(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<VersionQuery>,
) -> WebResult {
    let code = session.actor.code().ok_or(WebError::NotFound)?;
    let key = edition_key(&key)?;
    let version = query.version()?;
    let file = form1_workbook(&state.desk, &session.actor, &key, code, version).await?;
    Ok(attachment(file.bytes, &file.name))
}

/// GET `/editions/{key}/form1.eml`: the submitted form as a mail ready to be sent; before it is submitted, the form.
pub async fn message(state: State, session: Session, key: web::Path<String>) -> WebResult {
    session.actor.code().ok_or(WebError::NotFound)?;
    let key = edition_key(&key)?;
    match own_message(&state.desk, &session.actor, &key).await {
        Ok(file) => Ok(attachment(file.bytes, &file.name)),
        Err(WorkflowError::NotFound) => Ok(see_other(&form_path(&key, ""))),
        Err(error) => Err(error.into()),
    }
}
