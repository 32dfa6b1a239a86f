//! Files that come in: a body's own workbook, and many at once for those who gather.
//!
//! ```text
//! own:   /upload ─ send ─> /uploads/{id}: what was read ─ decide ─> draft | receipt
//! bulk:  /intake ─ send ─> /intake/{batch}: progress, then a table ─> one file: ask, decide, download
//! ```
//! The same view of a reading serves both ([`reading_view`]). Originals: [`originals`].

use actix_web::web;

use super::error::{WebError, WebResult};
use super::municipality::edition_key;
use super::page::see_other;
use super::prefecture::current_edition;
use super::session::Session;
use super::state::AppState;
use super::view::StatusTag;
use crate::domain::account::Role;
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{FileRecord, FileState};
use crate::workflow::intake::BatchView;

pub mod batch;
pub mod batch_query;
pub mod batches;
pub mod file;
pub mod originals;
pub mod own;
pub mod reading_view;
pub mod report;

/// Shared state of handlers.
type State = web::Data<AppState>;

/// Menu entry of the bulk pages.
const MENU: &str = "/intake";

/// Somebody who gathers answers; nobody else learns that the bulk pages exist.
fn must_gather(session: &Session) -> WebResult<()> {
    match session.actor.role {
        Role::Prefecture(_) | Role::Ministry => Ok(()),
        Role::Municipality => Err(WebError::NotFound),
    }
}

/// GET `/intake`: on to the current edition.
pub async fn newest(state: State, session: Session) -> WebResult {
    must_gather(&session)?;
    Ok(match current_edition(&state).await? {
        Some(edition) => see_other(&format!("/editions/{}/intake", edition.key)),
        None => see_other("/"),
    })
}

/// The batch of the address, if the visitor's office sent it and it belongs to the edition of the address.
async fn batch_of(
    state: &AppState,
    session: &Session,
    key: &str,
    batch: &str,
) -> WebResult<BatchView> {
    must_gather(session)?;
    let key = edition_key(key)?;
    let id = batch.parse().map_err(|_| WebError::NotFound)?;
    let view = crate::workflow::intake::view_batch(&state.desk, &session.actor, id).await?;
    if view.edition.key == key {
        Ok(view)
    } else {
        Err(WebError::NotFound)
    }
}

/// The chip of a file: what became of it.
fn file_tag(file: &FileRecord) -> StatusTag {
    let (label, css) = match (file.state, file.outcome) {
        (FileState::Taken, _) if file.unchanged => ("変更なし", "neutral"),
        (FileState::Taken, Some(Outcome::Normalised)) => ("読替えて取込み", "accepted"),
        (FileState::Taken, _) => ("取込み", "accepted"),
        (FileState::Asking, _) => (file.state.label(), "warning"),
        (FileState::Rejected, _) => (file.state.label(), "returned"),
        (FileState::Left, _) => (file.state.label(), "withdrawn"),
        (FileState::Waiting | FileState::Read | FileState::Previewed, _) => {
            (file.state.label(), "not-started")
        }
    };
    StatusTag {
        label: label.to_owned(),
        css,
    }
}

/// 「12 KB」, 「1.4 MB」.
fn size_label(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        format!("{} KB", bytes.div_ceil(1024))
    } else {
        let tenths = bytes * 10 / (1024 * 1024);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_like_those_of_a_file_manager() {
        for (bytes, label) in [
            (0, "0 KB"),
            (1, "1 KB"),
            (12_288, "12 KB"),
            (1024 * 1024, "1.0 MB"),
            (5_767_168, "5.5 MB"),
        ] {
            assert_eq!(size_label(bytes), label);
        }
    }
}
