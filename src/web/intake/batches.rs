//! `/editions/{key}/intake`: many files at once, and what was sent before.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web;
use askama::Template;

use super::{MENU, State, must_gather};
use crate::domain::form_words::FormWords;
use crate::domain::intake_batch::{BatchState, Door};
use crate::domain::japan_time;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with, see_other};
use crate::web::session::Session;
use crate::web::state::AppState;
use crate::web::upload::{BULK_FILES, BULK_MB, ManyFiles, Upload, UploadedFile};
use crate::web::view::{Page, Problem, StatusTag};
use crate::workflow::Desk;
use crate::workflow::intake::{
    BatchLine, IntakeError, IntakeResult, add_uploads, batches, close_batch, open_batch,
};

#[derive(Template)]
#[template(path = "intake/batches.html")]
struct BatchesPage {
    page: Page,
    words: &'static FormWords,
    problems: Vec<Problem>,
    path: String,
    is_open: bool,
    is_ministry: bool,
    most_mb: u64,
    most_bytes: u64,
    most_files: usize,
    most_files_label: String,
    lines: Vec<Line>,
}

/// A batch that was sent before.
struct Line {
    href: String,
    at: String,
    by: String,
    tag: StatusTag,
    files: u64,
    taken: u64,
    asking: u64,
    rejected: u64,
}

/// GET `/editions/{key}/intake`.
pub async fn list(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let edition = opened(&state, &session, &key).await?;
    show(&state, &session, &edition, StatusCode::OK, None).await
}

/// POST `/editions/{key}/intake`: keeps what was sent and hands it to the worker.
pub async fn send(state: State, upload: Upload<ManyFiles>, key: web::Path<String>) -> WebResult {
    let edition = opened(&state, &upload.session, &key).await?;
    let session = &upload.session;
    let refused = if upload.files.is_empty() {
        Err(IntakeError::NotOne(0))
    } else {
        // Somebody who closes the browser now has sent the files all the same.
        let receiving = receive(
            state.desk.clone(),
            session.clone(),
            edition.key.clone(),
            upload.files,
        );
        let received = tokio::spawn(receiving).await;
        received.map_err(|error| WebError::Internal(error.into()))?
    };
    let (status, message, retry_after) = match refused {
        Ok(batch) => {
            return Ok(see_other(&format!(
                "/editions/{}/intake/{batch}",
                edition.key
            )));
        }
        Err(IntakeError::NotOne(_)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "取り込むファイルがありません。「ファイルを選ぶ」から、Excelファイル、ZIP、保存したメール（.eml）を選んでください。",
            None,
        ),
        Err(IntakeError::TooMuch(reason)) => (
            StatusCode::TOO_MANY_REQUESTS,
            reason.message(),
            Some(reason.retry_after()),
        ),
        Err(IntakeError::Busy) => return Err(WebError::Busy),
        Err(IntakeError::Workflow(error)) => return Err(error.into()),
    };
    let problem = Problem {
        field_id: "files".to_owned(),
        message: message.to_owned(),
    };
    let mut response = show(&state, session, &edition, status, Some(problem)).await?;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

async fn receive(
    desk: Desk,
    session: Session,
    key: EditionKey,
    files: Vec<UploadedFile>,
) -> IntakeResult<i64> {
    let actor = &session.actor;
    let batch = open_batch(&desk, actor, &key, false).await?;
    let files = files.into_iter().map(|file| (file.name, file.content));
    add_uploads(&desk, actor, batch, files.collect()).await?;
    close_batch(&desk, actor, batch).await?;
    Ok(batch)
}

/// The edition of the address, once it was opened.
async fn opened(state: &AppState, session: &Session, key: &str) -> WebResult<SurveyEdition> {
    must_gather(session)?;
    let edition = state.desk.store.edition(&edition_key(key)?).await?;
    edition
        .filter(|edition| edition.state != EditionState::Preparing)
        .ok_or(WebError::NotFound)
}

async fn show(
    state: &AppState,
    session: &Session,
    edition: &SurveyEdition,
    status: StatusCode,
    problem: Option<Problem>,
) -> WebResult {
    let sent = batches(&state.desk, &session.actor, &edition.key).await?;
    let path = format!("/editions/{}/intake", edition.key);
    let title = format!(
        "Excel・メールの取込み（{}）",
        edition.definition.short_title
    );
    let mut page = page::signed_in(state, session, &title, &[]).in_section(MENU);
    page.has_errors = problem.is_some();
    html_with(
        status,
        &BatchesPage {
            page,
            words: edition.definition.words(),
            problems: problem.into_iter().collect(),
            is_open: edition.state == EditionState::Open,
            is_ministry: session.actor.code().is_none(),
            most_mb: BULK_MB,
            most_bytes: BULK_MB * 1024 * 1024,
            most_files: BULK_FILES,
            most_files_label: with_commas(BULK_FILES as u64),
            lines: sent.iter().map(|sent| line(&path, sent)).collect(),
            path,
        },
    )
}

fn line(path: &str, sent: &BatchLine) -> Line {
    let BatchLine { batch, counts } = sent;
    let by = match batch.door {
        Door::Command => format!("{}（コマンド）", batch.actor_name),
        Door::Own | Door::Bulk => batch.actor_name.clone(),
    };
    Line {
        href: format!("{path}/{}", batch.id),
        at: japan_time::datetime_label(batch.created_at),
        by,
        tag: batch_tag(batch.state),
        files: counts.files,
        taken: counts.taken(),
        asking: counts.asking,
        rejected: counts.rejected,
    }
}

/// The chip of a batch.
pub fn batch_tag(state: BatchState) -> StatusTag {
    let (label, css) = match state {
        BatchState::Receiving => ("受取り中", "drafting"),
        BatchState::Running => ("取込み中", "drafting"),
        BatchState::Done => ("終わり", "done"),
        BatchState::Stopped => ("途中で止まりました", "returned"),
    };
    StatusTag {
        label: label.to_owned(),
        css,
    }
}
