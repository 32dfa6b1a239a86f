//! A few children kept warm, and the door to them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::super::annotate::notes_of;
use super::super::bounds::FILE_BYTES;
use super::super::grid::{Grid, Refusal};
use super::super::packed::Packed;
use super::super::why::Why;
use super::queue::Queue;
use super::reader::{Handed, Lost, Reader};
use super::wire;
use crate::domain::intake::FileProblem;

/// How many readers, and how long they may take.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// The program that knows the hidden subcommand: our own.
    pub executable: PathBuf,
    /// Children at once.
    pub readers: usize,
    /// Files that may wait before `try_read` says that it is busy.
    pub waiting: usize,
    /// Wall time for one file, the start of a child included.
    pub time: Duration,
}

impl PoolSettings {
    /// Two readers of this very program, 16 files waiting, five seconds.
    ///
    /// # Errors
    /// Where the system does not tell which program this is.
    pub fn of_this_program() -> std::io::Result<Self> {
        Ok(Self {
            executable: std::env::current_exe()?,
            readers: 2,
            waiting: 16,
            time: Duration::from_secs(5),
        })
    }
}

/// Too many files wait already: the 429 of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many workbooks wait to be read")]
pub struct Busy;

type Answer = Result<Grid, Refusal>;

/// A file and what is to be done with it.
struct Job {
    file: File,
    work: Work,
}

enum File {
    Plain(Box<dyn AsRef<[u8]> + Send>),
    Packed(Arc<Packed>),
}

impl File {
    fn handed(&self) -> Handed<'_> {
        match self {
            Self::Plain(file) => {
                let bytes = (**file).as_ref();
                let size = bytes.len();
                Handed { bytes, size }
            }
            Self::Packed(file) => Handed {
                bytes: file.bytes(),
                size: file.size(),
            },
        }
    }
}

/// What is to be done, and who waits for it.
enum Work {
    Read(Waiter),
    /// Notes as they go over the pipe.
    Annotate(Vec<u8>, oneshot::Sender<Option<Vec<u8>>>),
}

impl Work {
    fn has_gone(&self) -> bool {
        match self {
            Self::Read(waiter) => waiter.has_gone(),
            Self::Annotate(_, sender) => sender.is_closed(),
        }
    }
}

enum Waiter {
    Task(oneshot::Sender<Answer>),
    Thread(mpsc::Sender<Answer>),
}

impl Waiter {
    fn tell(self, answer: Answer) {
        // Who asked may have gone meanwhile.
        match self {
            Self::Task(sender) => drop(sender.send(answer)),
            Self::Thread(sender) => drop(sender.send(answer)),
        }
    }

    fn has_gone(&self) -> bool {
        match self {
            Self::Task(sender) => sender.is_closed(),
            Self::Thread(_) => false,
        }
    }
}

/// Reader processes behind a queue. Cheap to clone; the children end when the last clone is dropped.
#[derive(Clone)]
pub struct ReaderPool {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Arc<Queue<Job>>,
    waiting: usize,
    children: Arc<[AtomicU32]>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl ReaderPool {
    /// Makes the pool. Children are started with the first file each of them gets.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn new(settings: PoolSettings) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new());
        let readers = settings.readers.max(1);
        let children: Arc<[AtomicU32]> = (0..readers).map(|_| AtomicU32::new(0)).collect();
        // Made before the threads, so that they end if one of them cannot be started.
        let inner = Inner {
            queue: queue.clone(),
            waiting: settings.waiting,
            children: children.clone(),
        };
        for index in 0..readers {
            let worker = Worker {
                queue: queue.clone(),
                settings: settings.clone(),
                children: children.clone(),
                index,
                reader: None,
            };
            thread::Builder::new()
                .name(format!("reader-{index}"))
                .spawn(move || worker.work())?;
        }
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Reads one file, after those that wait already.
    ///
    /// # Errors
    /// The file's refusal; `GaveUp` also where the reader broke or no reader can be started.
    pub async fn read(&self, file: impl AsRef<[u8]> + Send + 'static) -> Answer {
        self.read_file(File::Plain(Box::new(file))).await
    }

    /// Reads one file that may be packed, after those that wait already.
    ///
    /// # Errors
    /// As `read`.
    pub async fn read_packed(&self, file: Arc<Packed>) -> Answer {
        self.read_file(File::Packed(file)).await
    }

    async fn read_file(&self, file: File) -> Answer {
        match self.enqueue(file, usize::MAX) {
            Ok(answer) => answer.await.unwrap_or(Err(Why::GaveUp.into())),
            Err(Busy) => Err(Why::GaveUp.into()),
        }
    }

    /// Reads one file, unless too many wait already.
    ///
    /// # Errors
    /// `Busy`; inside, as `read`.
    pub async fn try_read(&self, file: impl AsRef<[u8]> + Send + 'static) -> Result<Answer, Busy> {
        let answer = self.enqueue(File::Plain(Box::new(file)), self.inner.waiting)?;
        Ok(answer.await.unwrap_or(Err(Why::GaveUp.into())))
    }

    /// As `read`, for threads of their own. Several threads keep several readers busy.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_blocking(&self, file: impl AsRef<[u8]> + Send + 'static) -> Answer {
        let (sender, receiver) = mpsc::channel();
        let job = Job {
            file: File::Plain(Box::new(file)),
            work: Work::Read(Waiter::Thread(sender)),
        };
        // A closed queue drops the job, and with it the sender.
        let _ = self.inner.queue.put(job, usize::MAX);
        receiver.recv().unwrap_or(Err(Why::GaveUp.into()))
    }

    /// Writes every problem beside its row into the workbook somebody sent (see
    /// [`annotate`](super::super::annotate::annotate)). `None` where it is not one that can be written into,
    /// or a reader gave up on it.
    pub async fn annotate(
        &self,
        file: impl AsRef<[u8]> + Send + 'static,
        problems: &[FileProblem],
    ) -> Option<Vec<u8>> {
        let notes = wire::encode_notes(&notes_of(problems))?;
        let (sender, receiver) = oneshot::channel();
        let job = Job {
            file: File::Plain(Box::new(file)),
            work: Work::Annotate(notes, sender),
        };
        self.inner.queue.put(job, usize::MAX).ok()?;
        receiver.await.ok()?
    }

    /// How many files wait for a reader now.
    pub fn waiting(&self) -> usize {
        self.inner.queue.waiting()
    }

    /// The process numbers of the children that run now.
    pub fn children(&self) -> Vec<u32> {
        let ids = self.inner.children.iter();
        ids.map(|id| id.load(Ordering::Relaxed))
            .filter(|id| *id != 0)
            .collect()
    }

    fn enqueue(&self, file: File, most: usize) -> Result<oneshot::Receiver<Answer>, Busy> {
        let (sender, receiver) = oneshot::channel();
        let job = Job {
            file,
            work: Work::Read(Waiter::Task(sender)),
        };
        self.inner.queue.put(job, most).map_err(|_| Busy)?;
        Ok(receiver)
    }
}

/// The thread that serves one child.
struct Worker {
    queue: Arc<Queue<Job>>,
    settings: PoolSettings,
    children: Arc<[AtomicU32]>,
    index: usize,
    reader: Option<Reader>,
}

impl Worker {
    fn work(mut self) {
        while let Some(job) = self.queue.take() {
            if job.work.has_gone() {
                continue;
            }
            let file = job.file.handed();
            let time = self.settings.time;
            match job.work {
                Work::Read(waiter) => {
                    let answer = if file.size > FILE_BYTES {
                        Err(Why::FileTooLarge)
                    } else {
                        self.have(|reader| reader.ask(file, time)).flatten()
                    };
                    drop(job.file);
                    waiter.tell(answer.map_err(Refusal::from));
                }
                Work::Annotate(notes, sender) => {
                    let noted = (file.size <= FILE_BYTES)
                        .then(|| self.have(|reader| reader.annotate(file, &notes, time)).ok())
                        .flatten()
                        .flatten();
                    drop(job.file);
                    // Who asked may have gone meanwhile.
                    drop(sender.send(noted));
                }
            }
        }
        self.lose_child();
    }

    /// Asks the child. One that served before and ended meanwhile may have ended for another reason than
    /// this file: then a new one is asked once.
    fn have<T>(&mut self, ask: impl Fn(&mut Reader) -> Result<T, Lost>) -> Result<T, Why> {
        loop {
            let mut reader = match self.reader.take() {
                Some(reader) => reader,
                None => self.start()?,
            };
            let fresh = reader.served == 0;
            match ask(&mut reader) {
                Ok(answer) => {
                    self.reader = Some(reader);
                    return Ok(answer);
                }
                Err(lost) => {
                    let ended = reader.ended();
                    tracing::warn!(?lost, ?ended, "a workbook reader was replaced");
                    drop(reader);
                    self.lose_child();
                    if fresh || matches!(lost, Lost::Late) {
                        return Err(Why::GaveUp);
                    }
                }
            }
        }
    }

    fn start(&self) -> Result<Reader, Why> {
        let started = Reader::start(&self.settings.executable);
        let reader = started.map_err(|error| {
            tracing::error!(cause = %error, "a workbook reader could not be started");
            Why::GaveUp
        })?;
        self.children[self.index].store(reader.id(), Ordering::Relaxed);
        Ok(reader)
    }

    fn lose_child(&mut self) {
        self.reader = None;
        self.children[self.index].store(0, Ordering::Relaxed);
    }
}
