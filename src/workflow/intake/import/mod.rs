//! The command line's door: files, folders, ZIPs and mails in one go.
//!
//! ```text
//! plan (edition, paths) ─> read all: originals + readings kept, chunk by chunk ─> settle all ─> report in order
//! ```
//! Also the door to editions that are over: their bodies are taken in, the answers kept, and the edition
//! closed afterwards (ADR 009).

use std::path::PathBuf;

use jiff::civil::Date;

use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::spreadsheet::intake::unpack::{Listing, list_paths};
use crate::store::Transaction;
use crate::workflow::editions::respondents;
use crate::workflow::{Desk, WorkflowError, WorkflowResult, locked_edition};

mod run;

use run::Import;

/// What an operator asks for.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub key: EditionKey,
    /// Read and report; write nothing.
    pub dry_run: bool,
    /// Overwrite without asking.
    pub replace: bool,
    /// The day on which the answers were received.
    pub received: Option<Date>,
    /// A report will be asked for.
    pub report: bool,
}

/// Why an import did not run. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("there is no such edition")]
    UnknownEdition,
    #[error("the edition is not open yet")]
    ToCome,
    #[error("the edition is closed")]
    Closed,
    #[error("there is no file")]
    NoFiles,
    #[error("cannot read {0}")]
    Unreadable(PathBuf),
    #[error("the day of receipt lies ahead")]
    DayAhead,
    #[error("temporary file: {0}")]
    Spool(#[from] std::io::Error),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<crate::store::StoreError> for ImportError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// What will be done, found out before anything is.
#[derive(Debug)]
pub struct ImportPlan {
    options: ImportOptions,
    edition: SurveyEdition,
    way: Way,
    listing: Listing,
}

impl ImportPlan {
    /// Files and containers that were listed.
    pub fn listed(&self) -> usize {
        self.listing.paths.len()
    }

    /// The edition the files are for.
    pub fn edition(&self) -> &SurveyEdition {
        &self.edition
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// An open edition, by its dates.
    Open,
    /// An edition that is over and never was open here.
    Past,
    /// Only read.
    Dry,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    pub read: u64,
    pub settled: u64,
}

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportSummary {
    pub accepted: u64,
    pub normalised: u64,
    pub rejected: u64,
    /// Of the rejected: taken if somebody says that what is there may be overwritten.
    pub asking: u64,
    /// Of the taken: the answer was there already.
    pub unchanged: u64,
    /// Left out because nobody means them.
    pub skipped: u64,
    /// The first refused files with why.
    pub refused: Vec<(String, String)>,
}

impl ImportSummary {
    /// Files in the report.
    pub fn files(&self) -> u64 {
        self.accepted + self.normalised + self.rejected
    }
}

/// Takes the report of one file after the other, in the order the files came, each a JSON document of
/// [`crate::domain::intake::FileReport`].
pub type ReportSink<'a> = &'a mut dyn FnMut(&str) -> std::io::Result<()>;

/// Looks at edition, date and paths before anything is done.
pub async fn plan_import(
    desk: &Desk,
    options: ImportOptions,
    paths: &[PathBuf],
) -> Result<ImportPlan, ImportError> {
    let today = desk.now().japan_date();
    let edition = desk.store.edition(&options.key).await?;
    let edition = edition.ok_or(ImportError::UnknownEdition)?;
    let is_over = edition.dates.last_change_on < today;
    let way = match edition.state {
        _ if options.dry_run => Way::Dry,
        EditionState::Open => Way::Open,
        EditionState::Preparing if is_over => Way::Past,
        EditionState::Preparing => return Err(ImportError::ToCome),
        // One that was filled by this command and never open on a page may be filled further.
        EditionState::Closed if !desk.store.was_opened(edition.id).await? => Way::Past,
        EditionState::Closed => return Err(ImportError::Closed),
    };
    if options.received.is_some_and(|day| day > today) {
        return Err(ImportError::DayAhead);
    }
    let listing = list_paths(paths).map_err(ImportError::Unreadable)?;
    if listing.paths.is_empty() {
        return Err(ImportError::NoFiles);
    }
    Ok(ImportPlan {
        options,
        edition,
        way,
        listing,
    })
}

/// Imports the planned files. `progress` is called now and then; `report` at the end, if one was planned.
pub async fn import_files(
    desk: &Desk,
    actor: &Actor,
    plan: ImportPlan,
    progress: &mut dyn FnMut(Progress),
    report: Option<ReportSink<'_>>,
) -> Result<ImportSummary, ImportError> {
    let mut import = Import::begin(desk, actor, plan).await?;
    import.write_all(progress).await?;
    import.finish(report).await
}

/// Takes the bodies into an edition that is over, as [`crate::workflow::editions::open_edition`] does into
/// one that begins; once.
async fn take_in_bodies(transaction: &Transaction, edition: &SurveyEdition) -> WorkflowResult<()> {
    let edition = locked_edition(transaction, &edition.key).await?;
    if !transaction.response_ids(edition.id).await?.is_empty() {
        return Ok(());
    }
    let dates = edition.dates;
    let bodies = respondents(transaction, &edition, dates, dates.deadline_on).await?;
    transaction.insert_respondents(edition.id, &bodies).await?;
    Ok(())
}

async fn close_past(
    transaction: &Transaction,
    edition: &SurveyEdition,
    actor: &Actor,
    now: UnixMillis,
) -> WorkflowResult<()> {
    if edition.state == EditionState::Closed {
        return Ok(());
    }
    transaction
        .set_edition_state(edition.id, EditionState::Closed, now)
        .await?;
    let subject = format!("edition/{}", edition.key);
    transaction
        .audit(actor, now, "close_edition", &subject, "filled by import")
        .await?;
    Ok(())
}
