//! The bulk page's door: a batch is opened, uploads are unpacked and kept, the batch is closed.
//!
//! Everything is kept before anything is read, so that a browser may go away.

use sha2::{Digest, Sha256};

use super::{
    BATCHES_A_DAY, BATCHES_OF_ALL, BATCHES_OF_AN_OFFICE, BYTES_A_DAY, CHUNK, FILES_A_DAY,
    IntakeError, IntakeResult, OWN_BYTES_A_DAY, OWN_FILES_A_DAY, TooMuch, batch_subject,
    is_of_office, own_batch, to_keep,
};
use crate::domain::account::{Actor, Role};
use crate::domain::intake::{FileReading, Outcome};
use crate::domain::intake_batch::{Batch, BatchState, Door, FileState};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::spreadsheet::intake::packed::Packed;
use crate::spreadsheet::intake::unpack::{Bounds, Flow, Incoming, Source, unpack};
use crate::store::intake::{NewBatch, NewFile, NewOriginal, hex};
use crate::workflow::table_file::begun_edition;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// A chunk is written once it holds so many bytes.
const CHUNK_BYTES: usize = 8 << 20;
/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What an upload held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    pub files: u64,
    /// Left out because nobody means them (`Thumbs.db`, pictures in mails).
    pub skipped: u64,
}

/// Begins a batch for a prefecture (itself and the municipalities it gathers) or the ministry (everybody).
/// `replace`: overwrite without asking what bodies typed on the page. Gives the batch's id.
pub async fn open_batch(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    replace: bool,
) -> IntakeResult<i64> {
    if actor.role == Role::Municipality {
        return Err(WorkflowError::NotFound.into());
    }
    let edition = open_edition(desk, key).await?;
    let since = desk.now().plus_millis(-DAY);
    if desk.store.bulk_batches(actor.account_id, since).await? >= BATCHES_A_DAY {
        return Err(IntakeError::TooMuch(TooMuch::BatchesToday));
    }
    within_quota(desk, actor).await?;
    let in_work = desk.store.batches_in_work().await?;
    let of_office = in_work
        .iter()
        .filter(|batch| batch.door == Door::Bulk && is_of_office(batch, actor));
    if of_office.count() >= BATCHES_OF_AN_OFFICE {
        return Err(IntakeError::TooMuch(TooMuch::BatchesInWork));
    }
    if in_work.len() >= BATCHES_OF_ALL {
        return Err(IntakeError::TooMuch(TooMuch::BatchesOfAll));
    }
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let new = NewBatch {
        edition_id: edition.id,
        door: Door::Bulk,
        actor,
        replace,
        received_on: None,
        state: BatchState::Receiving,
        at: now,
    };
    let id = transaction.insert_intake_batch(&new).await?;
    transaction
        .audit(
            actor,
            now,
            "open_intake",
            &batch_subject(id),
            &key.to_string(),
        )
        .await?;
    transaction.commit().await?;
    Ok(id)
}

pub(super) async fn open_edition(desk: &Desk, key: &EditionKey) -> WorkflowResult<SurveyEdition> {
    let edition = begun_edition(desk, key).await?;
    if edition.state != EditionState::Open {
        return Err(WorkflowError::Closed);
    }
    Ok(edition)
}

/// The account has not sent too much since this time yesterday.
pub(super) async fn within_quota(desk: &Desk, actor: &Actor) -> IntakeResult<()> {
    let since = desk.now().plus_millis(-DAY);
    let usage = desk.store.intake_usage(actor.account_id, since).await?;
    if usage.files >= FILES_A_DAY {
        return Err(IntakeError::TooMuch(TooMuch::FilesToday));
    }
    if usage.bytes >= BYTES_A_DAY {
        return Err(IntakeError::TooMuch(TooMuch::BytesToday));
    }
    Ok(())
}

/// The body has not sent its own form too often since this time yesterday, whoever sent it.
pub(super) async fn within_own_quota(desk: &Desk, code: LocalGovernmentCode) -> IntakeResult<()> {
    let since = desk.now().plus_millis(-DAY);
    let usage = desk.store.own_usage(code, since).await?;
    if usage.files >= OWN_FILES_A_DAY {
        return Err(IntakeError::TooMuch(TooMuch::OwnFilesToday));
    }
    if usage.bytes >= OWN_BYTES_A_DAY {
        return Err(IntakeError::TooMuch(TooMuch::OwnBytesToday));
    }
    Ok(())
}

/// Adds one uploaded file to a batch that still receives; see [`add_uploads`].
pub async fn add_upload(
    desk: &Desk,
    actor: &Actor,
    batch: i64,
    name: &str,
    source: impl Source + Send + 'static,
) -> IntakeResult<Added> {
    add_uploads(desk, actor, batch, vec![(name.to_owned(), source)]).await
}

/// Adds uploaded files, by name, to a batch that still receives: workbooks, ZIPs and saved mails. What they
/// hold is kept, some hundred files in one transaction; a part that cannot be opened is a file of its own
/// with its sentence.
pub async fn add_uploads<S: Source + Send + 'static>(
    desk: &Desk,
    actor: &Actor,
    batch: i64,
    sources: Vec<(String, S)>,
) -> IntakeResult<Added> {
    let batch = own_batch(desk, actor, batch).await?;
    if batch.state != BatchState::Receiving {
        return Err(WorkflowError::Stale.into());
    }
    within_quota(desk, actor).await?;
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Vec<Arrived>>(1);
    let unpacking = tokio::task::spawn_blocking(move || {
        let mut chunk = Vec::new();
        let mut bytes = 0;
        let mut skipped = 0;
        for (name, mut source) in sources {
            let mut take = |incoming: Incoming| {
                bytes += incoming.content.as_ref().map_or(0, Vec::len);
                chunk.push(Arrived::new(incoming));
                if chunk.len() < CHUNK && bytes < CHUNK_BYTES {
                    return Flow::Continue;
                }
                bytes = 0;
                match sender.blocking_send(std::mem::take(&mut chunk)) {
                    Ok(()) => Flow::Continue,
                    Err(_) => Flow::Stop,
                }
            };
            skipped += unpack(&mut source, "", &name, Bounds::default(), &mut take);
            if sender.is_closed() {
                // Writing failed; that is told there.
                break;
            }
        }
        if !chunk.is_empty() {
            // Nobody takes it any more if writing failed; that is told there.
            let _ = sender.blocking_send(chunk);
        }
        skipped
    });
    let mut added = Added::default();
    while let Some(chunk) = receiver.recv().await {
        added.files += keep(desk, &batch, chunk).await?;
    }
    added.skipped = unpacking
        .await
        .map_err(|error| WorkflowError::Workbook(error.to_string()))?;
    let transaction = desk.store.begin().await?;
    transaction
        .touch_intake_batch(batch.id, added.skipped, desk.now())
        .await?;
    transaction.commit().await?;
    Ok(added)
}

/// A file that came, as it will be kept; one without content is rejected with its sentence.
struct Arrived {
    file: NewFile,
    original: Option<NewOriginal>,
    reading: Option<FileReading>,
}

impl Arrived {
    fn new(incoming: Incoming) -> Self {
        let size = incoming.content.as_ref().map_or(0, Vec::len);
        let (original, refusal) = match incoming.content {
            Ok(bytes) => {
                let sha256 = hex(&Sha256::digest(&bytes));
                (Some(to_keep(sha256, Packed::new(bytes))), None)
            }
            Err(refusal) => (None, Some(refusal)),
        };
        Self {
            file: NewFile {
                // Known when it is written.
                position: 0,
                name: incoming.name,
                folder: incoming.folder,
                subject: incoming.subject,
                sha256: original.as_ref().map(|original| original.sha256.clone()),
                size: size as u64,
                state: match refusal {
                    None => FileState::Waiting,
                    Some(_) => FileState::Rejected,
                },
                outcome: refusal.as_ref().map(|_| Outcome::Rejected),
                code: None,
                digest: None,
            },
            original,
            reading: refusal.map(|refusal| FileReading::refused(refusal.message)),
        }
    }
}

/// Keeps files as they came.
async fn keep(desk: &Desk, batch: &Batch, chunk: Vec<Arrived>) -> WorkflowResult<u64> {
    let mut files = Vec::with_capacity(chunk.len());
    let mut originals = Vec::with_capacity(chunk.len());
    let mut readings = Vec::with_capacity(chunk.len());
    for arrived in chunk {
        files.push(arrived.file);
        originals.extend(arrived.original);
        readings.push(arrived.reading);
    }
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let last = transaction.last_position(batch.id).await?;
    for (file, position) in files.iter_mut().zip(last + 1..) {
        file.position = position;
    }
    transaction.keep_originals(originals, now).await?;
    let ids = transaction
        .insert_intake_files(batch.id, batch.edition_id, &files)
        .await?;
    let readings = ids.iter().zip(readings).filter_map(|(id, reading)| {
        let reading = serde_json::to_string(&reading?).ok()?;
        Some((*id, reading))
    });
    transaction.insert_readings(readings.collect()).await?;
    transaction.touch_intake_batch(batch.id, 0, now).await?;
    transaction.commit().await?;
    Ok(ids.len() as u64)
}

/// Everything has arrived: the worker takes over. A batch without files is refused and stopped.
pub async fn close_batch(desk: &Desk, actor: &Actor, batch: i64) -> IntakeResult<()> {
    let batch = own_batch(desk, actor, batch).await?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let is_empty = transaction.last_position(batch.id).await? == 0;
    let to = if is_empty {
        BatchState::Stopped
    } else {
        BatchState::Running
    };
    let moved = transaction
        .move_intake_batch(batch.id, BatchState::Receiving, to, now)
        .await?;
    transaction.commit().await?;
    if !moved {
        return Err(WorkflowError::Stale.into());
    }
    if is_empty {
        return Err(IntakeError::NotOne(0));
    }
    desk.intake.ring();
    Ok(())
}

/// What the worker needs of the batch's sender. Accounts may change meanwhile; the office stays.
pub(super) async fn sender_of(desk: &Desk, batch: &Batch) -> WorkflowResult<Actor> {
    let body = match batch.actor_code {
        Some(code) => {
            let body = desk.store.organization(code).await?;
            Some(body.ok_or(WorkflowError::NotFound)?)
        }
        None => None,
    };
    Ok(Actor {
        account_id: batch.account_id,
        display_name: batch.actor_name.clone(),
        email: String::new(),
        is_admin: false,
        role: Role::of(body.as_ref().map(|body| (body.code, body.kind))),
        body: body.map(|body| crate::domain::account::ActorBody {
            code: body.code,
            name: body.name,
            kind: body.kind,
        }),
        department: String::new(),
        request_id: batch_subject(batch.id),
    })
}
