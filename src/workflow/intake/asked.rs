//! 確認待ち: somebody of the office that sent the files says whether they may overwrite what is there.

use std::collections::HashMap;

use super::own_batch;
use super::settle::{Ready, Received, Rules, settle};
use super::{CHUNK, batch_subject, edition_of};
use crate::domain::account::Actor;
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::FileState;
use crate::domain::survey_edition::EditionState;
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

/// Decides files of one batch, all or none; those that somebody decided already are passed over. Gives
/// how each that was still waiting ended, in the order of the files.
pub async fn decide_asked(
    desk: &Desk,
    actor: &Actor,
    batch: i64,
    files: &[i64],
    decision: AskedDecision,
) -> WorkflowResult<Vec<Settled>> {
    let batch = own_batch(desk, actor, batch).await?;
    let edition = edition_of(desk, batch.edition_id).await?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    if edition.state != EditionState::Open || !transaction.hold_open(edition.id).await? {
        return Err(WorkflowError::Closed);
    }
    let mut ids = files.to_vec();
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
                .filter_map(|file| {
                    Some(Ready {
                        id: file.id,
                        path: file.path(),
                        sha256: file.sha256,
                        outcome: file.outcome.unwrap_or(Outcome::Rejected),
                        reading: readings.remove(&file.id)?,
                    })
                })
                .collect();
            let rules = Rules {
                edition: &edition,
                actor,
                replace: true,
                received: Received::Now,
                now,
                replies: &[],
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
    let detail = format!("{} files", settled.len());
    transaction
        .audit(actor, now, action, &batch_subject(batch.id), &detail)
        .await?;
    transaction.commit().await?;
    Ok(settled)
}
