//! Taking in files that somebody sends: many by whoever gathers answers, one by a body itself.
//!
//! ```text
//! bulk page:  open_batch ─> add_upload … ─> close_batch ─> worker: read ─ settle ─> taken | asking | rejected
//! command:    import = the same in one go, without a page
//! own form:   send_own ─> preview_own ─> decide_own ─> draft | submission
//! ```
//! Reading (`reading`) happens in reader processes and in parallel; writing happens in chunks of some
//! hundred files a transaction, while the next ones are being read. What becomes of a file is decided
//! when all of its batch is read, so that two files that say different things for one body meet.

use std::sync::{Arc, OnceLock};

use tokio::sync::{Notify, Semaphore};

use super::{WorkflowError, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::intake_batch::Batch;
use crate::domain::japan_time::UnixMillis;
use crate::domain::survey_edition::SurveyEdition;
use crate::spreadsheet::intake::process::{PoolSettings, ReaderPool};
use crate::store::intake::BatchOwner;
use crate::store::{StoreError, Transaction};
use crate::workflow::Desk;

mod asked;
mod batch_report;
mod import;
mod lists;
mod originals;
mod own;
mod reading;
mod receive;
mod settle;
mod spool;
mod worker;

pub use asked::{AskedDecision, AskedFile, AskedNow, asked_now, decide_asked};
pub use batch_report::{ReportFormat, batch_report};
pub use import::{
    ImportError, ImportOptions, ImportPlan, ImportSummary, Progress, ReportSink, import_files,
    plan_import,
};
pub use lists::{BatchLine, BatchView, batches, files_of_batch, view_batch};
pub(in crate::workflow) use originals::to_keep;
pub use originals::{SentFile, annotated, original};
pub use own::{
    Compared, OwnDecision, OwnOutcome, OwnPreview, decide_own, decide_with_replies, preview_own,
    send_own,
};
pub use receive::{Added, add_upload, add_uploads, close_batch, open_batch};
pub use worker::{work, work_once};

/// Files settled in one transaction, at most.
const CHUNK: usize = 400;
/// Most files one account may send by the pages in a day, and their bytes.
pub const FILES_A_DAY: u64 = 20_000;
pub const BYTES_A_DAY: u64 = 1 << 30;
/// Most forms one body may send for itself in a day, and their bytes: a hundred times what a careful office needs.
pub const OWN_FILES_A_DAY: u64 = 300;
pub const OWN_BYTES_A_DAY: u64 = 300 << 20;
/// Most batches one account may send by the pages in a day.
pub const BATCHES_A_DAY: u64 = 200;
/// Batches of one office that may be in work at once, and of everybody.
pub const BATCHES_OF_AN_OFFICE: usize = 2;
pub const BATCHES_OF_ALL: usize = 50;

/// Why files were not received. Nothing of them was kept.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// 429: as much was sent as a day allows, or the office has batches in work.
    #[error("too much was sent")]
    TooMuch(TooMuch),
    /// 429: too many people send files at once.
    #[error("too many workbooks wait to be read")]
    Busy,
    /// What was sent holds no file, or several where one is wanted.
    #[error("{0} files instead of one")]
    NotOne(usize),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for IntakeError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    FilesToday,
    BytesToday,
    OwnFilesToday,
    OwnBytesToday,
    BatchesToday,
    BatchesInWork,
    BatchesOfAll,
}

impl TooMuch {
    /// What to do now.
    pub fn message(self) -> &'static str {
        match self {
            Self::FilesToday | Self::BytesToday => {
                "1日に送れるファイルの量を超えました。送ったファイルは保存されています。続きは、明日送ってください。"
            }
            Self::OwnFilesToday | Self::OwnBytesToday => {
                "1日（24時間）に送れるファイルの数か量を超えたため、このファイルは受け取っていません。これまでに送ったファイルも回答も、そのまま残っています。明日もう一度送るか、画面で入力してください。"
            }
            Self::BatchesToday => {
                "1日（24時間）に送れる回数を超えたため、受け取っていません。これまでに送ったファイルは、そのまま残っています。明日、ファイルをまとめて送ってください。"
            }
            Self::BatchesInWork => {
                "先に送ったファイルを取り込んでいます。終わってから、もう一度送ってください。"
            }
            Self::BatchesOfAll => {
                "いま、多くのファイルを取り込んでいます。数分待ってから、もう一度送ってください。"
            }
        }
    }

    /// Seconds after which it is worth trying again.
    pub fn retry_after(self) -> u32 {
        match self {
            Self::FilesToday
            | Self::BytesToday
            | Self::OwnFilesToday
            | Self::OwnBytesToday
            | Self::BatchesToday => 60 * 60 * 24,
            Self::BatchesInWork => 60,
            Self::BatchesOfAll => 300,
        }
    }
}

/// Result of a verb that receives files.
pub type IntakeResult<T> = Result<T, IntakeError>;

/// The reader processes, started when the first file comes, and the bell that wakes the worker.
#[derive(Clone)]
pub struct IntakeRoom {
    settings: Option<PoolSettings>,
    pool: Arc<OnceLock<ReaderPool>>,
    bell: Arc<Notify>,
    /// Own forms being read at once; beyond it a visitor is asked to try again in a moment.
    turns: Arc<Semaphore>,
}

/// Own forms that may be read or wait to be read at once.
const TURNS: usize = 32;

impl Default for IntakeRoom {
    /// Reader processes of this very program.
    fn default() -> Self {
        Self {
            settings: None,
            pool: Arc::default(),
            bell: Arc::default(),
            turns: Arc::new(Semaphore::new(TURNS)),
        }
    }
}

impl IntakeRoom {
    /// Reader processes of another program: tests are not the portal.
    pub fn with(settings: PoolSettings) -> Self {
        Self {
            settings: Some(settings),
            ..Self::default()
        }
    }

    fn readers(&self) -> WorkflowResult<ReaderPool> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool.clone());
        }
        let failed = |error: std::io::Error| WorkflowError::Workbook(error.to_string());
        let settings = match &self.settings {
            Some(settings) => settings.clone(),
            None => PoolSettings::of_this_program().map_err(failed)?,
        };
        let made = ReaderPool::new(settings).map_err(failed)?;
        // Another task may have been quicker; then this one is dropped, and no child was started yet.
        Ok(self.pool.get_or_init(|| made).clone())
    }

    /// Something waits for the worker.
    fn ring(&self) {
        self.bell.notify_one();
    }
}

/// A batch nobody touched for so long, in milliseconds, was left by a command that was killed, or by a
/// browser that never sent the rest.
const FORGOTTEN_COMMAND: i64 = 5 * 60_000;
const FORGOTTEN_UPLOAD: i64 = 60 * 60_000;

/// Gives up what nobody will go on with; what was not settled yet is left.
async fn stop_forgotten(transaction: &Transaction, now: UnixMillis) -> WorkflowResult<()> {
    let commands = now.plus_millis(-FORGOTTEN_COMMAND);
    let uploads = now.plus_millis(-FORGOTTEN_UPLOAD);
    transaction
        .stop_forgotten_batches(commands, uploads, now)
        .await?;
    Ok(())
}

/// Once an hour: batches that were left.
pub async fn sweep(desk: &Desk) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    stop_forgotten(&transaction, desk.now()).await?;
    Ok(transaction.commit().await?)
}

/// The batch, if the actor's office sent it; everybody else is told there is none.
async fn own_batch(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<Batch> {
    desk.store
        .intake_batch(id)
        .await?
        .filter(|batch| is_of_office(batch, actor))
        .ok_or(WorkflowError::NotFound)
}

fn is_of_office(batch: &Batch, actor: &Actor) -> bool {
    match (BatchOwner::of(actor), batch.actor_code) {
        (BatchOwner::Country, None) => true,
        (BatchOwner::Body(own), Some(code)) => own == code.as_str(),
        _ => false,
    }
}

async fn edition_of(desk: &Desk, id: i64) -> WorkflowResult<SurveyEdition> {
    let editions = desk.store.editions().await?;
    editions
        .into_iter()
        .find(|edition| edition.id == id)
        .ok_or(WorkflowError::NotFound)
}

/// 「intake/12」, the subject of audit rows about a batch.
fn batch_subject(id: i64) -> String {
    format!("intake/{id}")
}
