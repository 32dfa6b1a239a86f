//! What an office sent: its batches, how far they are, and the files of one.

use super::own_batch;
use crate::domain::account::Actor;
use crate::domain::intake_batch::{Batch, Counts, Door, FileRecord};
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::store::intake::{BatchOwner, FileFilter};
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// Batches a list shows.
const NEWEST: u64 = 50;

/// A batch in a list.
#[derive(Clone, Debug)]
pub struct BatchLine {
    pub batch: Batch,
    pub counts: Counts,
}

/// One batch with its edition.
#[derive(Clone, Debug)]
pub struct BatchView {
    pub batch: Batch,
    pub counts: Counts,
    pub edition: SurveyEdition,
}

/// The newest batches the actor's office sent in bulk, by page or command, newest first.
pub async fn batches(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
) -> WorkflowResult<Vec<BatchLine>> {
    let edition = desk.store.edition(key).await?;
    let edition = edition.ok_or(WorkflowError::NotFound)?;
    let owner = BatchOwner::of(actor);
    let doors = [Door::Bulk, Door::Command];
    let batches = desk
        .store
        .intake_batches(edition.id, &owner, &doors, NEWEST)
        .await?;
    let ids: Vec<i64> = batches.iter().map(|batch| batch.id).collect();
    let counts = desk.store.intake_counts(&ids).await?;
    let lines = batches.into_iter().zip(counts);
    Ok(lines
        .map(|(batch, counts)| BatchLine { batch, counts })
        .collect())
}

/// One batch of the actor's office and how far it is.
pub async fn view_batch(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<BatchView> {
    let batch = own_batch(desk, actor, id).await?;
    let counts = desk.store.intake_counts(&[batch.id]).await?;
    let edition = super::edition_of(desk, batch.edition_id).await?;
    Ok(BatchView {
        counts: counts.first().copied().unwrap_or_default(),
        batch,
        edition,
    })
}

/// The next files of a batch after a position (0 = from the start), with their readings.
pub async fn files_of_batch(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    filter: FileFilter,
    after: i32,
    limit: u64,
) -> WorkflowResult<Vec<FileRecord>> {
    let batch = own_batch(desk, actor, id).await?;
    let files = desk.store.intake_files(batch.id, filter, after, limit);
    Ok(files.await?)
}
