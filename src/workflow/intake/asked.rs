//! 確認待ち: somebody of the office that sent the files says whether they may overwrite what is there.

use std::collections::HashMap;

use super::own_batch;
use super::settle::{Ready, Received, Rules, Shown, decide, settle};
use super::{CHUNK, batch_subject, edition_of};
use crate::domain::account::Actor;
use crate::domain::intake::{FileReading, Outcome};
use crate::domain::intake_batch::{FileRecord, FileState};
use crate::domain::japan_time::UnixMillis;
use crate::domain::settling::Reason;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::intake::Settled;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// What to do with files that wait to be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedDecision {
    /// 上書きする
    Overwrite,
    /// 取り込まない
    Leave,
}

/// A file to decide, and what was shown of the answer it would overwrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedFile {
    pub id: i64,
    /// Version of the answer; `None` if the page knew of none.
    pub shown: Option<i32>,
}

/// A file that waits to be asked about, by the answer as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedNow {
    /// Of the answer.
    pub version: i32,
    /// Why somebody has to be asked; `None` if the answer says the same as the file by now.
    pub reason: Option<Reason>,
}

/// Judges files of the edition that wait by the answers as they are now; writes nothing. By file.
pub async fn asked_now<'a>(
    desk: &Desk,
    actor: &Actor,
    edition: &SurveyEdition,
    files: impl IntoIterator<Item = &'a FileRecord>,
) -> WorkflowResult<HashMap<i64, AskedNow>> {
    let waiting = files
        .into_iter()
        .filter(|file| file.state == FileState::Asking);
    let ready: Vec<Ready> = waiting
        .filter_map(|file| Some(ready(file, file.reading.clone()?)))
        .collect();
    if ready.is_empty() {
        return Ok(HashMap::new());
    }
    let codes: Vec<_> = ready.iter().filter_map(|file| file.reading.code).collect();
    let rows = desk.store.answers(edition.id, &codes).await?;
    let rules = Rules {
        replace: false,
        ..rules(edition, actor, desk.now())
    };
    // Whether the very file was taken meanwhile is asked when it is decided.
    let (before, none) = (HashMap::new(), HashMap::new());
    let found = ready.iter().filter_map(|file| {
        let version = rows.get(&file.reading.code?)?.version;
        // Each by itself: of two that say the same, neither is there yet.
        let one = std::slice::from_ref(file);
        let (judged, _) = decide(&rules, &rows, &before, &none, (one, false));
        let reason = match judged.into_iter().next()? {
            judged if judged.unchanged => None,
            judged => Some(judged.note.map_or(Reason::ChangedSince, |note| note.reason)),
        };
        Some((file.id, AskedNow { version, reason }))
    });
    Ok(found.collect())
}

fn ready(file: &FileRecord, reading: FileReading) -> Ready {
    Ready {
        id: file.id,
        path: file.path(),
        sha256: file.sha256.clone(),
        outcome: file.outcome.unwrap_or(Outcome::Rejected),
        reading,
    }
}

fn rules<'a>(edition: &'a SurveyEdition, actor: &'a Actor, now: UnixMillis) -> Rules<'a> {
    Rules {
        edition,
        actor,
        replace: true,
        received: Received::Now,
        now,
        replies: &[],
        shown: None,
    }
}

/// Decides files of one batch, all or none; those that somebody decided already are passed over. An answer
/// that is another one than was shown is not overwritten: its file waits on. Gives how each that was still
/// waiting ended, in the order of the files.
pub async fn decide_asked(
    desk: &Desk,
    actor: &Actor,
    batch: i64,
    files: &[AskedFile],
    decision: AskedDecision,
) -> WorkflowResult<Vec<Settled>> {
    let batch = own_batch(desk, actor, batch).await?;
    let edition = edition_of(desk, batch.edition_id).await?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    if edition.state != EditionState::Open || !transaction.hold_open(edition.id).await? {
        return Err(WorkflowError::Closed);
    }
    let mut ids: Vec<i64> = files.iter().map(|file| file.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(CHUNK);
    let mut held = Vec::with_capacity(ids.len());
    for id in ids {
        let file = transaction.hold_intake_file(id).await?;
        let file = file.filter(|file| file.batch_id == batch.id);
        held.push(file.ok_or(WorkflowError::NotFound)?);
    }
    held.retain(|file| file.state == FileState::Asking);
    let settled = match decision {
        AskedDecision::Leave => {
            let left: Vec<Settled> = held
                .into_iter()
                .map(|file| Settled {
                    id: file.id,
                    state: FileState::Left,
                    note: file.note,
                    response_id: None,
                    revision_number: None,
                    unchanged: false,
                })
                .collect();
            let by = &actor.display_name;
            transaction
                .settle_intake_files(FileState::Asking, &left, by, now)
                .await?;
            left
        }
        AskedDecision::Overwrite => {
            let ids: Vec<i64> = held.iter().map(|file| file.id).collect();
            let readings = transaction.readings_of(&ids).await?;
            let mut readings: HashMap<i64, _> = readings.into_iter().collect();
            let ready: Vec<Ready> = held
                .into_iter()
                .filter_map(|file| Some(ready(&file, readings.remove(&file.id)?)))
                .collect();
            let shown = files.iter().filter_map(|file| Some((file.id, file.shown?)));
            let shown: Shown = shown.collect();
            let rules = Rules {
                shown: Some(&shown),
                ..rules(&edition, actor, now)
            };
            // Files that contradict each other never wait to be asked about.
            let none = HashMap::new();
            settle(&transaction, &rules, &none, FileState::Asking, &ready).await?
        }
    };
    let action = match decision {
        AskedDecision::Overwrite => "overwrite_by_file",
        AskedDecision::Leave => "leave_file",
    };
    let decided = settled
        .iter()
        .filter(|file| file.state != FileState::Asking);
    let detail = format!("{} files", decided.count());
    transaction
        .audit(actor, now, action, &batch_subject(batch.id), &detail)
        .await?;
    transaction.commit().await?;
    Ok(settled)
}
