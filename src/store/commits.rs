//! Changes of answers that were worked out beforehand, committed together with what else is waiting.
//!
//! ```text
//! verb ─ commit(Change) ─> queue ─> one transaction for all that wait ─ COMMIT, synced ─> each verb's answer
//! ```
//! SQLite has one writer, and a commit that survives a power cut waits for the disk: on the last evening
//! fifty bodies would wait for fifty turns of the disk. A change that meets a changed row
//! is left out alone; if a statement fails, all are undone and each is tried on its own.
//! PostgreSQL has many writers and does the same by itself.

use tokio::sync::{mpsc, oneshot};

use super::writes::{GuardedUpdate, Writes};
use super::{Store, StoreError, StoreResult, Transaction};

/// The change of one answer's row and what is written with it; everything or nothing.
#[derive(Clone)]
pub struct Change {
    /// The edition must still be open,
    pub edition_id: i64,
    /// unless the body was asked again by itself; then its row guards itself.
    pub reopened: bool,
    pub update: GuardedUpdate,
    pub writes: Writes,
}

/// A change and who waits for it.
pub(super) struct Waiting {
    change: Change,
    done: oneshot::Sender<StoreResult<()>>,
}

/// As many as are committed together; more would let the first wait too long.
const TOGETHER: usize = 64;

/// Where changes queue up; bounded by the requests a server takes at a time.
pub(super) type Queue = mpsc::Sender<Waiting>;

/// Starts the one task that commits what queues up; it ends with the last sender.
pub(super) fn start(writer: super::Writer) -> Queue {
    let (queue, mut waiting) = mpsc::channel(1024);
    tokio::spawn(async move {
        let mut batch = Vec::with_capacity(TOGETHER);
        while waiting.recv_many(&mut batch, TOGETHER).await > 0 {
            let (changes, done): (Vec<_>, Vec<_>) = batch
                .drain(..)
                .map(|Waiting { change, done }| (change, done))
                .unzip();
            let results = match together(&writer, &changes).await {
                Ok(results) => results,
                Err(_) => alone(&writer, changes).await,
            };
            for (done, result) in done.into_iter().zip(results) {
                // Who no longer waits finds the result in the database.
                let _ = done.send(result);
            }
        }
    });
    queue
}

/// All changes in one transaction. [`StoreError::Stale`] of one leaves it out; any other error undoes all.
async fn together(writer: &super::Writer, changes: &[Change]) -> StoreResult<Vec<StoreResult<()>>> {
    let transaction = writer.begin().await?;
    let mut results = Vec::with_capacity(changes.len());
    for change in changes {
        results.push(match transaction.change(change.clone()).await {
            Err(StoreError::Stale) => Err(StoreError::Stale),
            other => Ok(other?),
        });
    }
    transaction.commit().await?;
    Ok(results)
}

async fn alone(writer: &super::Writer, changes: Vec<Change>) -> Vec<StoreResult<()>> {
    let mut results = Vec::with_capacity(changes.len());
    for change in changes {
        results.push(one(writer, change).await);
    }
    results
}

async fn one(writer: &super::Writer, change: Change) -> StoreResult<()> {
    let transaction = writer.begin().await?;
    transaction.change(change).await?;
    transaction.commit().await
}

impl Transaction {
    /// Makes one change; [`StoreError::Stale`] if the row was changed or the edition closed, and then
    /// nothing is written.
    pub async fn change(&self, change: Change) -> StoreResult<()> {
        if !change.reopened && !self.hold_open(change.edition_id).await? {
            return Err(StoreError::Stale);
        }
        // The row first: of two who submit the same page, the second finds it changed.
        self.apply_guarded(change.update).await?;
        self.apply(change.writes).await
    }
}

impl Store {
    /// Makes a change last; [`StoreError::Stale`] if the row was changed or the edition closed meanwhile.
    pub async fn commit(&self, change: Change) -> StoreResult<()> {
        let Some(queue) = &self.queue else {
            return one(&self.writer(), change).await;
        };
        let closed = || {
            StoreError::Database(sea_orm::DbErr::ConnectionAcquire(
                sea_orm::ConnAcquireErr::ConnectionClosed,
            ))
        };
        let (done, result) = oneshot::channel();
        let waiting = Waiting { change, done };
        queue.send(waiting).await.map_err(|_| closed())?;
        result.await.map_err(|_| closed())?
    }
}
