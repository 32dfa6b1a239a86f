//! 確定の取消し: a batch that was confirmed from answers is taken back, with a reason, by a batch of its own.
//!
//! ```text
//! batch ─ look ─> what would be undone, what stays ─ take_back (reason, mark of what was seen) ─> one batch + audit row
//! ```

use super::entry_mark;
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::participation::take_back::TakeBack;
use crate::domain::participation::{ParticipationEntry, ParticipationSource};
use crate::domain::text::{char_len, clean_line};
use crate::store::StoreError;
use crate::store::ledger_pages::BatchLine;
use crate::store::participation::NewBatch;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// The longest reason, in characters.
const REASON_MAX: usize = 500;

/// A confirmed batch and what taking it back does.
#[derive(Clone, Debug)]
pub struct Look {
    pub batch: BatchLine,
    pub found: TakeBack,
    /// Of what is undone and what stays.
    pub mark: String,
}

/// Why nothing was taken back.
#[derive(Debug, thiserror::Error)]
pub enum TakeBackError {
    /// What is wrong with the reason.
    #[error("{0}")]
    Reason(String),
    /// The ledger changed since the page was made.
    #[error("the ledger changed")]
    Changed,
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for TakeBackError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// What taking a batch back would do; `None` for one that was not confirmed from answers: lists and single entries are
/// corrected by other ones.
pub async fn look(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<Option<Look>> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let batch = desk.store.participation_batch(id).await?;
    let batch = batch.ok_or(WorkflowError::NotFound)?;
    if batch.head.source != ParticipationSource::Confirmed {
        return Ok(None);
    }
    let found = TakeBack::of(id, &desk.store.entries_about_batch(id).await?);
    Ok(Some(Look {
        batch,
        mark: mark(&found),
        found,
    }))
}

fn mark(found: &TakeBack) -> String {
    let undoing = found.undoing.iter().map(|undoing| &undoing.entry);
    entry_mark(undoing.chain(&found.staying))
}

/// Takes the batch back as it was seen; gives the batch that does.
pub async fn take_back(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    reason: &str,
    seen: &str,
) -> Result<i64, TakeBackError> {
    let look = look(desk, actor, id).await?;
    let look = look.ok_or(TakeBackError::Changed)?;
    let reason = clean_line(reason);
    if reason.is_empty() {
        let message = "取り消す理由を入力してください。";
        return Err(TakeBackError::Reason(message.to_owned()));
    }
    if char_len(&reason) > REASON_MAX {
        let message = format!("理由は{REASON_MAX}文字以内で入力してください。");
        return Err(TakeBackError::Reason(message));
    }
    let transaction = desk.store.begin().await?;
    transaction.hold_ledger().await?;
    let found = TakeBack::of(id, &transaction.entries_about_batch(id).await?);
    if found.undoing.is_empty() || mark(&found) != seen {
        transaction.rollback().await?;
        return Err(TakeBackError::Changed);
    }
    let (undoes, entries): (Vec<i64>, Vec<ParticipationEntry>) = found
        .undoing
        .into_iter()
        .map(|undoing| {
            let note = format!("確定の取消し：{reason}");
            (
                undoing.undoes,
                ParticipationEntry {
                    note,
                    ..undoing.entry
                },
            )
        })
        .unzip();
    let now = desk.now();
    let of = &look.batch.head;
    let note = match of.note.as_str() {
        "" => reason.clone(),
        note => format!("{note}（理由：{reason}）"),
    };
    let batch = NewBatch {
        source: ParticipationSource::TakenBack,
        recorded_at: now,
        actor,
        file: None,
        note: &note,
        takes_back: Some(id),
    };
    let new = transaction.insert_entries(batch, &entries, &undoes).await?;
    let detail = format!("{} entries, batch {new}: {reason}", entries.len());
    let subject = format!("participation/{id}");
    transaction
        .audit(actor, now, "participation_take_back", &subject, &detail)
        .await?;
    transaction.commit().await?;
    Ok(new)
}
