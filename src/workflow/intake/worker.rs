//! The worker of a server: reads what waits, then settles what is read. Several nodes share the work by
//! leases; whatever a node that died had begun is taken over when its lease runs out.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::reading::{ReadingRoom, scope_of};
use super::receive::sender_of;
use super::settle::{Ready, Received, Rules, refuse_closed, settle};
use super::{CHUNK, edition_of};
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{Batch, BatchState, Door, FileRecord, FileState};
use crate::domain::survey_edition::EditionState;
use crate::spreadsheet::intake::unpack::{Flow, Incoming};
use crate::spreadsheet::intake::{Refusal, RefusalKind};
use crate::store::StoreError;
use crate::store::intake::{Lease, ReadFacts};
use crate::workflow::sessions::new_token;
use crate::workflow::{Desk, WorkflowResult};

/// Files claimed at once for reading; few, so that nodes share a batch and progress shows.
const CLAIM: u64 = 64;
/// A claim holds so long, in milliseconds. Reading 64 files takes seconds at the worst.
const LEASE: i64 = 60_000;
/// Another node, or one that died, may have left work without ringing here.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Works for ever; errors are logged and tried again.
pub async fn work(desk: Desk) {
    loop {
        match work_once(&desk).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(cause = %error, "taking in files failed; will try again"),
        }
        let bell = desk.intake.bell.notified();
        let _ = tokio::time::timeout(LOOK_EVERY, bell).await;
    }
}

/// Does one round of work on every batch; tells whether there was anything to do.
pub async fn work_once(desk: &Desk) -> WorkflowResult<bool> {
    let batches = desk.store.batches_in_work().await?;
    let mut worked = false;
    for batch in batches.iter().filter(|batch| batch.door == Door::Bulk) {
        // One batch that fails must not hold up the others.
        match on_batch(desk, batch).await {
            Ok(some) => worked |= some,
            Err(error) => {
                tracing::warn!(batch = batch.id, cause = %error, "a batch failed; will try again");
            }
        }
    }
    Ok(worked)
}

async fn on_batch(desk: &Desk, batch: &Batch) -> WorkflowResult<bool> {
    let me = new_token()?;
    if read_some(desk, batch, &me).await? {
        return Ok(true);
    }
    if batch.state != BatchState::Running {
        return Ok(false);
    }
    // Somebody else may still be reading; what becomes of a file is decided when all are read.
    if desk
        .store
        .has_files(batch.id, &[FileState::Waiting])
        .await?
    {
        return Ok(false);
    }
    if settle_some(desk, batch, &me).await? {
        return Ok(true);
    }
    let transaction = desk.store.begin().await?;
    let open = transaction
        .count_files(batch.id, &[FileState::Waiting, FileState::Read])
        .await?;
    if open > 0 {
        return Ok(false);
    }
    transaction
        .move_intake_batch(batch.id, BatchState::Running, BatchState::Done, desk.now())
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Reads what waits, a claim at a time; tells whether there was anything.
async fn read_some(desk: &Desk, batch: &Batch, me: &str) -> WorkflowResult<bool> {
    if !desk
        .store
        .has_files(batch.id, &[FileState::Waiting])
        .await?
    {
        return Ok(false);
    }
    let edition = edition_of(desk, batch.edition_id).await?;
    let sender = sender_of(desk, batch).await?;
    let room = ReadingRoom::open(desk, &edition, scope_of(&sender)).await?;
    let mut worked = false;
    loop {
        let now = desk.now();
        let lease = Lease {
            by: me,
            now,
            until: now.plus_millis(LEASE),
        };
        let transaction = desk.store.begin().await?;
        let claimed = transaction
            .claim_files(batch.id, FileState::Waiting, lease, CLAIM)
            .await?;
        transaction.commit().await?;
        if claimed.is_empty() {
            return Ok(worked);
        }
        read_claimed(desk, batch, &room, me, claimed).await?;
        worked = true;
    }
}

/// Reads the files of one claim and writes down what was read.
async fn read_claimed(
    desk: &Desk,
    batch: &Batch,
    room: &ReadingRoom,
    me: &str,
    claimed: Vec<FileRecord>,
) -> WorkflowResult<()> {
    let store = desk.store.clone();
    let runtime = tokio::runtime::Handle::current();
    let ids: Vec<i64> = claimed.iter().map(|file| file.id).collect();
    let failed = Arc::new(OnceLock::new());
    let failure = Arc::clone(&failed);
    let mut stream = room.read_all(move |sink| {
        for file in claimed {
            let original = file.sha256.as_deref().unwrap_or_default();
            let kept = runtime.block_on(store.original(original));
            let content = match kept {
                Ok(Some(original)) => Ok(original.bytes),
                Ok(None) => Err(lost()),
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::error!(file = file.id, cause = %error, "an original is damaged");
                    Err(lost())
                }
                // Nothing is wrong with the file; it is claimed again later.
                Err(error) => {
                    let _ = failure.set(error);
                    break;
                }
            };
            let incoming = Incoming {
                name: file.name,
                folder: file.folder,
                subject: file.subject,
                content,
            };
            if sink(incoming) == Flow::Stop {
                break;
            }
        }
        0
    });
    let mut facts = Vec::with_capacity(ids.len());
    let mut readings = Vec::with_capacity(ids.len());
    let mut at = ids.into_iter();
    loop {
        let chunk = stream.next_chunk().await;
        if chunk.is_empty() {
            break;
        }
        for (file, id) in chunk.into_iter().zip(at.by_ref()) {
            facts.push(ReadFacts {
                id,
                state: FileState::Read,
                outcome: file.reading.outcome(),
                code: file.reading.code,
                digest: file.digest,
            });
            readings.push((id, file.document));
        }
    }
    let transaction = desk.store.begin().await?;
    transaction.insert_readings(readings).await?;
    transaction.put_read(me, FileState::Waiting, &facts).await?;
    transaction
        .touch_intake_batch(batch.id, 0, desk.now())
        .await?;
    transaction.commit().await?;
    match Arc::into_inner(failed).and_then(OnceLock::into_inner) {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

fn lost() -> Refusal {
    Refusal {
        kind: RefusalKind::Damaged,
        // Saved anew it is another file, even where the kept one is damaged.
        message:
            "ファイルを読み取れませんでした。Excelで開いて保存し直し、もう一度送ってください。"
                .to_owned(),
    }
}

/// Settles the next files that are read.
async fn settle_some(desk: &Desk, batch: &Batch, me: &str) -> WorkflowResult<bool> {
    if !desk.store.has_files(batch.id, &[FileState::Read]).await? {
        return Ok(false);
    }
    let now = desk.now();
    let edition = edition_of(desk, batch.edition_id).await?;
    let sender = sender_of(desk, batch).await?;
    let rules = Rules {
        edition: &edition,
        actor: &sender,
        replace: batch.replace,
        received: Received::Now,
        now,
        replies: &[],
        shown: None,
    };
    let transaction = desk.store.begin().await?;
    let is_open = edition.state == EditionState::Open && transaction.hold_open(edition.id).await?;
    let lease = Lease {
        by: me,
        now,
        until: now.plus_millis(LEASE),
    };
    // The rows stay held until the end of this transaction; nobody else can settle them.
    let claimed = transaction
        .claim_files(batch.id, FileState::Read, lease, CHUNK as u64)
        .await?;
    if claimed.is_empty() {
        return Ok(false);
    }
    let ids: Vec<i64> = claimed.iter().map(|file| file.id).collect();
    let mut readings: HashMap<i64, _> = transaction.readings_of(&ids).await?.into_iter().collect();
    let ready: Vec<Ready> = claimed
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
    if is_open {
        let contradictions = transaction.contradictions(batch.id).await?;
        let contradictions = contradictions.into_iter().collect();
        settle(
            &transaction,
            &rules,
            &contradictions,
            FileState::Read,
            &ready,
        )
        .await?;
    } else {
        refuse_closed(&transaction, &rules, FileState::Read, &ready).await?;
    }
    transaction.touch_intake_batch(batch.id, 0, now).await?;
    transaction.commit().await?;
    Ok(true)
}
