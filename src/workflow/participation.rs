//! 先行実施への参加: takes history in, and makes the status tables.
//!
//! ```text
//! import: file ─ spreadsheet::read_table ─> rows ─┐
//! enter:  page ─────────────────────────> one row ┴ Importer ─> new entries ─> one batch + audit row, or nothing
//! confirm: answers of an edition ─ domain::participation::confirm ─> one batch + audit row, or nothing
//! status: snapshot of the ledger (as known at a moment) ─ StatusReport::build ─> JSON, CSV or workbook
//! ```

pub mod confirm;
pub mod enter;
pub mod take_back;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::participation::bodies::Bodies;
use crate::domain::participation::import::{ImportOutcome, Importer, RowProblem, years_named};
use crate::domain::participation::sheet::{self, SheetRow};
use crate::domain::participation::timeline::Timeline;
use crate::domain::participation::{ParticipationEntry, ParticipationSource};
use crate::domain::scheme_catalogue::SchemeNames;
use crate::domain::status_report::{Snapshot, StandingProblem, StatusReport};
use crate::spreadsheet::{self, TableProblem};
use crate::store::StoreError;
use crate::store::Transaction;
use crate::store::intake::hex;
use crate::store::participation::NewBatch;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Entries that were added.
    pub added: usize,
    /// Rows that said what was known.
    pub known: usize,
    /// When this very file had been taken in before; then nothing was read.
    pub before: Option<UnixMillis>,
    /// The batch that was written, or that came from this file before.
    pub batch: Option<i64>,
}

/// Why an import did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no list.
    #[error("{0}")]
    File(String),
    /// Rows that cannot be taken, in the order of the file.
    #[error("rows were refused")]
    Rows(Vec<RowProblem>),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

impl From<TableProblem> for ImportError {
    fn from(problem: TableProblem) -> Self {
        Self::File(problem.to_string())
    }
}

/// Takes a list into the ledger: every row or none. The same file, or a list that says nothing new, changes
/// nothing.
pub async fn import(
    desk: &Desk,
    actor: &Actor,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<Imported, ImportError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let sha256 = hex(&Sha256::digest(&bytes));
    let rows = tokio::task::spawn_blocking(move || spreadsheet::read_table(&bytes))
        .await
        .map_err(|error| WorkflowError::Workbook(error.to_string()))??;
    let head = sheet::find(&rows).ok_or_else(|| {
        ImportError::File(
            "見出しの行が見つかりません。「団体コード」（または「名称」）「制度」「年度」の見出しを付けてください。"
                .to_owned(),
        )
    })?;

    let transaction = desk.store.begin().await?;
    transaction.hold_ledger().await?;
    if let Some(batch) = transaction.batch_of_file(&sha256).await? {
        transaction.rollback().await?;
        return Ok(Imported {
            added: 0,
            known: usize::try_from(batch.entries).unwrap_or(0),
            before: Some(batch.recorded_at),
            batch: Some(batch.id),
        });
    }
    let origin = Origin {
        source: ParticipationSource::Imported,
        file: Some((file_name, &sha256)),
        action: "participation_import",
    };
    take_in(desk, transaction, actor, || head.rows(&rows), origin).await
}

/// Where rows come from.
struct Origin<'a> {
    source: ParticipationSource,
    /// Name and SHA-256.
    file: Option<(&'a str, &'a str)>,
    /// As the audit log calls it.
    action: &'static str,
}

/// Reads rows against the ledger, which must be held, and adds what is new: every row or none.
async fn take_in<'r, I: Iterator<Item = SheetRow<'r>>>(
    desk: &Desk,
    transaction: Transaction,
    actor: &Actor,
    rows: impl Fn() -> I,
    origin: Origin<'_>,
) -> Result<Imported, ImportError> {
    let today = desk.now().japan_date();
    let catalogue = transaction.catalogue().await?;
    let history = transaction.body_history().await?;
    // A body that was merged within a year took part in it as what it was last.
    let years: Vec<_> = years_named(rows(), today)
        .into_iter()
        .map(|year| (year, history.during(year.first_day(), year.last_day())))
        .collect();
    let batches = transaction.packed_batches().await?;
    let timeline = Timeline::read(&catalogue, batches.iter().map(Vec::as_slice))
        .map_err(|problem| StoreError::corrupt("participation")(problem.to_string()))?;
    let names = SchemeNames::new(&catalogue, &transaction.scheme_history().await?);
    let bodies = Bodies::new(&history, &years);
    let importer = Importer::new(&catalogue, names, bodies, &timeline, today);
    let ImportOutcome { entries, known } = importer.read(rows()).map_err(ImportError::Rows)?;
    let batch = add(desk, transaction, actor, origin, "", &entries).await?;
    Ok(Imported {
        added: entries.len(),
        known,
        before: None,
        batch,
    })
}

/// Adds entries to the ledger, which must be held, as one batch; nothing for none. Gives the batch.
async fn add(
    desk: &Desk,
    transaction: Transaction,
    actor: &Actor,
    origin: Origin<'_>,
    note: &str,
    entries: &[ParticipationEntry],
) -> WorkflowResult<Option<i64>> {
    if entries.is_empty() {
        transaction.rollback().await?;
        return Ok(None);
    }
    let now = desk.now();
    let batch = NewBatch {
        source: origin.source,
        recorded_at: now,
        actor,
        file: origin.file,
        note,
        takes_back: None,
    };
    let id = transaction.insert_batch(batch, entries).await?;
    let (subject, detail) = (
        format!("participation/{id}"),
        format!("{} entries", entries.len()),
    );
    transaction
        .audit(actor, now, origin.action, &subject, &detail)
        .await?;
    transaction.commit().await?;
    Ok(Some(id))
}

/// A mark of entries that a page shows before they are written; it does not hang on the day on which they would be.
fn entry_mark<'e>(entries: impl IntoIterator<Item = &'e ParticipationEntry>) -> String {
    let mut hash = Sha256::new();
    for entry in entries {
        let (code, scheme, state) = (entry.code, &entry.scheme, entry.state.as_str());
        hash.update(format!(
            "{code} {scheme} {} {state}\n",
            entry.fiscal_year.short()
        ));
    }
    hex(&hash.finalize()[..12])
}

/// In which form the tables are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    Json,
    Csv,
    Xlsx,
}

/// Which tables.
#[derive(Clone, Copy, Debug)]
pub struct ReportWish {
    pub fiscal_year: FiscalYear,
    /// As of the end of this day in Japan.
    pub as_of: Date,
    /// What was recorded up to here; `None` is everything.
    pub known_at: Option<UnixMillis>,
    pub format: ReportFormat,
}

/// The tables, and which rules they break.
#[derive(Clone, Debug)]
pub struct WrittenReport {
    pub bytes: Vec<u8>,
    /// Each broken rule in words, with the bodies that break it.
    pub broken: Vec<String>,
}

/// Makes the status tables from one snapshot of the ledger.
pub async fn status_report(
    desk: &Desk,
    actor: &Actor,
    wish: ReportWish,
) -> WorkflowResult<WrittenReport> {
    let snapshot = snapshot(desk, actor, Some(wish.as_of), wish.known_at).await?;
    let made_at = desk.now();
    tokio::task::spawn_blocking(move || write(&snapshot, wish, made_at))
        .await
        .map_err(|error| WorkflowError::Workbook(error.to_string()))?
}

/// What reports are made of, for who may see the country. The catalogue is the one of the report's day, as it was
/// known; without a day, where days are compared, today's.
pub async fn snapshot(
    desk: &Desk,
    actor: &Actor,
    as_of: Option<Date>,
    known_at: Option<UnixMillis>,
) -> WorkflowResult<Snapshot> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let mut snapshot = desk.store.participation_snapshot(known_at).await?;
    let now = desk.now();
    let today = now.japan_date();
    let is_past = as_of.is_some_and(|day| day < today) || known_at.is_some_and(|at| at < now);
    if is_past {
        let history = desk.store.scheme_history(known_at).await?;
        snapshot.catalogue = history.on(as_of.unwrap_or(today));
    }
    Ok(snapshot)
}

fn write(
    snapshot: &Snapshot,
    wish: ReportWish,
    made_at: UnixMillis,
) -> WorkflowResult<WrittenReport> {
    let report =
        StatusReport::build(snapshot, wish.fiscal_year, wish.as_of).map_err(standing_problem)?;
    let bytes = match wish.format {
        ReportFormat::Json => report.to_json(),
        ReportFormat::Csv => spreadsheet::write_status_csv(&report),
        ReportFormat::Xlsx => spreadsheet::write_status_report(&report, made_at, wish.known_at)
            .map_err(|error| WorkflowError::Workbook(error.to_string()))?,
    };
    let broken = report.invariants.iter().filter(|rule| !rule.holds);
    let broken = broken.map(|rule| {
        let bodies: Vec<_> = rule
            .broken_by
            .iter()
            .map(|(code, name)| format!("{code} {name}"))
            .collect();
        format!("{}：{}", rule.label, bodies.join("、"))
    });
    Ok(WrittenReport {
        broken: broken.collect(),
        bytes,
    })
}

/// The ledger does not read, or there are no tables of that year.
pub fn standing_problem(problem: StandingProblem) -> WorkflowError {
    match problem {
        StandingProblem::TooEarly(_) => WorkflowError::NotFound,
        other => WorkflowError::Store(StoreError::corrupt("participation")(other.to_string())),
    }
}
