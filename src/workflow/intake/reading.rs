//! From bytes to a reading, many at once: hash, packing, reader process, form, body.
//!
//! ```text
//! unpacking thread ─ permits for bytes ─> a task a file ─> in the order they came ─> chunks
//! ```
//! What is in flight is bounded in bytes, whatever is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::{CHUNK, to_keep};
use crate::domain::account::{Actor, Role};
use crate::domain::identify::{BodyIndex, Envelope, Scope};
use crate::domain::intake::{FileReading, FileReport, assess};
use crate::domain::intake_batch::shown_path;
use crate::domain::survey_edition::{EditionDefinition, SurveyEdition};
use crate::spreadsheet::intake::annotate::forget_notes;
use crate::spreadsheet::intake::packed::Packed;
use crate::spreadsheet::intake::process::ReaderPool;
use crate::spreadsheet::intake::unpack::{Flow, Incoming};
use crate::spreadsheet::intake::{EarlierNames, Form1Vocabulary, Refusal, read_form1};
use crate::store::intake::{NewOriginal, hex};
use crate::workflow::{Desk, WorkflowResult};

/// Bytes of files in flight, in KiB.
const IN_FLIGHT: u32 = 24 << 10;
/// A chunk is written once it holds so many bytes.
const CHUNK_BYTES: u64 = 8 << 20;
/// Files that may be read ahead of the one that is waited for.
const AHEAD: usize = 512;

/// Everything that reading the files of one batch needs to know.
#[derive(Clone)]
pub(super) struct ReadingRoom(Arc<Inner>);

struct Inner {
    definition: Arc<EditionDefinition>,
    vocabulary: Form1Vocabulary,
    bodies: BodyIndex,
    scope: Scope,
    readers: ReaderPool,
    in_flight: Arc<Semaphore>,
    /// Reports are wanted too.
    reports: bool,
    /// The files are not kept yet.
    keeps: bool,
}

/// A file with its reading.
pub(super) struct ReadFile {
    pub name: String,
    pub folder: String,
    pub subject: String,
    pub size: u64,
    /// Of the bytes; `None` where there are none.
    pub sha256: Option<String>,
    /// To be kept, if it is not kept already.
    pub original: Option<NewOriginal>,
    pub reading: FileReading,
    /// Equal where two files say the same; `None` if no whole form was read.
    pub digest: Option<String>,
    /// The reading as it is stored.
    pub document: String,
    /// JSON for other programs, if it is wanted.
    pub report: Option<String>,
    /// Its share of what may be in flight, in KiB: of what is held of it until it is written.
    permit: Option<OwnedSemaphorePermit>,
}

impl ReadFile {
    /// Bytes it takes of what may be in flight.
    fn held(&self) -> u64 {
        let kib = self
            .permit
            .as_ref()
            .map_or(0, |permit| permit.num_permits());
        (kib as u64) << 10
    }

    /// Folder and name, as lists and reports show it.
    pub(super) fn path(&self) -> String {
        shown_path(&self.folder, &self.name)
    }
}

/// Whose files an actor may send.
pub(super) fn scope_of(actor: &Actor) -> Scope {
    match (actor.role, actor.code()) {
        (Role::Ministry, _) => Scope::Country,
        (Role::Prefecture(prefecture), _) => Scope::Prefecture(prefecture),
        (Role::Municipality, Some(code)) => Scope::Own(code),
        // Nobody: a municipality has a code.
        (Role::Municipality, None) => Scope::Country,
    }
}

impl ReadingRoom {
    /// Learns the edition's words and bodies.
    pub(super) async fn open(
        desk: &Desk,
        edition: &SurveyEdition,
        scope: Scope,
    ) -> WorkflowResult<Self> {
        let editions = desk.store.editions().await?;
        let others: Vec<_> = editions
            .iter()
            .filter(|other| other.id != edition.id)
            .filter(|other| other.is_follow_up() == edition.is_follow_up())
            .map(|other| Arc::clone(&other.definition))
            .collect();
        let mut bodies = desk.store.respondent_bodies(edition.id).await?;
        if bodies.is_empty() {
            bodies = desk.store.organizations().await?;
        }
        Ok(Self(Arc::new(Inner {
            definition: Arc::clone(&edition.definition),
            vocabulary: Form1Vocabulary::with_names(
                Arc::clone(&edition.definition),
                &others,
                &EarlierNames::new(&desk.store.scheme_history(None).await?),
            ),
            bodies: BodyIndex::new(bodies),
            scope,
            readers: desk.intake.readers()?,
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT as usize)),
            reports: false,
            keeps: false,
        })))
    }

    /// The same, which also works out each file's report, if one is wanted.
    pub(super) fn with_reports(mut self, wanted: bool) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.reports = wanted;
        }
        self
    }

    /// The same, which also makes the originals ready to be kept, if they are to be.
    pub(super) fn keeping(mut self, wanted: bool) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.keeps = wanted;
        }
        self
    }

    /// Reads one file.
    pub(super) async fn read(&self, incoming: Incoming) -> ReadFile {
        self.read_with(incoming, None).await
    }

    async fn read_with(
        &self,
        incoming: Incoming,
        mut permit: Option<OwnedSemaphorePermit>,
    ) -> ReadFile {
        let Incoming {
            name,
            folder,
            subject,
            content,
        } = incoming;
        let (reading, size, sha256, original) = match content {
            Ok(bytes) => {
                let size = bytes.len() as u64;
                let sha256 = hex(&Sha256::digest(&bytes));
                let file = Arc::new(Packed::new(bytes));
                give_back(&mut permit, kib(file.bytes().len()));
                let answer = self.0.readers.read_packed(Arc::clone(&file));
                let reading = match answer.await {
                    Ok(mut grid) => {
                        forget_notes(&mut grid);
                        let envelope = Envelope {
                            file_name: &name,
                            subject: (!subject.is_empty()).then_some(subject.as_str()),
                            folder: (!folder.is_empty()).then_some(folder.as_str()),
                        };
                        let sheet = read_form1(&grid, &self.0.vocabulary);
                        let Inner {
                            definition, bodies, ..
                        } = &*self.0;
                        assess(definition, bodies, self.0.scope, &envelope, sheet)
                    }
                    Err(refusal) => refused(refusal),
                };
                let original = self.0.keeps.then(|| {
                    // The reader has given its share back with the answer.
                    to_keep(sha256.clone(), Arc::unwrap_or_clone(file))
                });
                if original.is_none() {
                    give_back(&mut permit, kib(0));
                }
                (reading, size, Some(sha256), original)
            }
            Err(refusal) => (refused(refusal), 0, None, None),
        };
        let digest = reading.form.as_ref().map(|form| {
            let text = serde_json::to_vec(&form.plain()).unwrap_or_default();
            hex(&Sha256::digest(&text)[..16])
        });
        let document = serde_json::to_string(&reading).unwrap_or_default();
        let report = self.0.reports.then(|| {
            let path = shown_path(&folder, &name);
            let report = FileReport::new(path, &reading, &self.0.definition);
            serde_json::to_string(&report).unwrap_or_default()
        });
        ReadFile {
            name,
            folder,
            subject,
            size,
            sha256,
            original,
            reading,
            digest,
            document,
            report,
            permit,
        }
    }

    /// Reads all files that `source` gives to its sink, several at once. `source` runs on a thread of its
    /// own and returns how many files it left out.
    pub(super) fn read_all(
        &self,
        source: impl FnOnce(&mut dyn FnMut(Incoming) -> Flow) -> u64 + Send + 'static,
    ) -> ReadStream {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let skipped = Arc::new(AtomicU64::new(0));
        let left_out = Arc::clone(&skipped);
        let room = self.clone();
        let runtime = tokio::runtime::Handle::current();
        let unpacking = tokio::task::spawn_blocking(move || {
            let mut sink = |incoming: Incoming| {
                let size = incoming.content.as_ref().map_or(0, Vec::len);
                let permits = Arc::clone(&room.0.in_flight);
                let permit = runtime.block_on(permits.acquire_many_owned(kib(size)));
                let envelope = Incoming {
                    name: incoming.name.clone(),
                    folder: incoming.folder.clone(),
                    subject: incoming.subject.clone(),
                    content: Err(given_up()),
                };
                let reader = room.clone();
                let task =
                    runtime.spawn(async move { reader.read_with(incoming, permit.ok()).await });
                match sender.blocking_send((envelope, task)) {
                    Ok(()) => Flow::Continue,
                    Err(_) => Flow::Stop,
                }
            };
            left_out.fetch_add(source(&mut sink), Ordering::Relaxed);
        });
        ReadStream {
            room: self.clone(),
            receiver,
            unpacking: Some(unpacking),
            skipped,
        }
    }
}

/// Files in the order they came, read ahead.
pub(super) struct ReadStream {
    room: ReadingRoom,
    receiver: mpsc::Receiver<(Incoming, JoinHandle<ReadFile>)>,
    unpacking: Option<JoinHandle<()>>,
    skipped: Arc<AtomicU64>,
}

impl ReadStream {
    /// The next files to write together; empty at the end.
    pub(super) async fn next_chunk(&mut self) -> Vec<ReadFile> {
        let mut chunk = Vec::new();
        let mut bytes = 0;
        while chunk.len() < CHUNK && bytes < CHUNK_BYTES {
            let Some((envelope, task)) = self.receiver.recv().await else {
                break;
            };
            let file = match task.await {
                Ok(file) => file,
                // A fault of ours in one file stays with that file.
                Err(_) => self.room.read(envelope).await,
            };
            bytes += file.held();
            chunk.push(file);
        }
        if chunk.is_empty()
            && let Some(unpacking) = self.unpacking.take()
            && unpacking.await.is_err()
        {
            chunk.push(
                self.room
                    .read(Incoming {
                        name: "（開けなかったファイル）".to_owned(),
                        folder: String::new(),
                        subject: String::new(),
                        content: Err(given_up()),
                    })
                    .await,
            );
        }
        chunk
    }

    /// Files left out so far.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}

/// What a file of so many bytes takes of what may be in flight.
fn kib(bytes: usize) -> u32 {
    let kib = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
    kib.clamp(1, IN_FLIGHT)
}

/// Gives back what is no longer needed of a file's share.
fn give_back(permit: &mut Option<OwnedSemaphorePermit>, needed: u32) {
    if let Some(permit) = permit {
        let more = permit.num_permits().saturating_sub(needed as usize);
        drop(permit.split(more));
    }
}

fn refused(refusal: Refusal) -> FileReading {
    FileReading::refused(refusal.message)
}

fn given_up() -> Refusal {
    Refusal {
        kind: crate::spreadsheet::intake::RefusalKind::GaveUp,
        message:
            "ファイルを読み取れませんでした。Excelで開いて保存し直し、もう一度送ってください。"
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_packed_file_gives_back_what_it_no_longer_takes() {
        let all = Arc::new(Semaphore::new(IN_FLIGHT as usize));
        let taken = Arc::clone(&all).acquire_many_owned(kib(2 << 20)).await;
        let mut permit = taken.ok();
        assert_eq!(all.available_permits(), IN_FLIGHT as usize - 2_048);
        give_back(&mut permit, kib(100 << 10));
        assert_eq!(all.available_permits(), IN_FLIGHT as usize - 100);
        give_back(&mut permit, kib(2 << 20));
        assert_eq!(all.available_permits(), IN_FLIGHT as usize - 100, "no more");
        drop(permit);
        assert_eq!(all.available_permits(), IN_FLIGHT as usize);
        assert_eq!((kib(0), kib(usize::MAX)), (1, IN_FLIGHT));
    }
}
