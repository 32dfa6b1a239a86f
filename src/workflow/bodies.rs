//! What becomes of bodies by day: tables that come in, single changes that are entered, and each new day.
//!
//! ```text
//! table: files ─ read_tables ─> compare (shows) ─ import ─┐
//! page:  BodyEntry ─ preview (shows) ─ record ────────────┴─> changes + table of today + audit row, or nothing
//! each new day: bring_up_to_date ─> table of today
//! ```

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::body_entry::BodyEntry;
use crate::domain::body_history::{BodyChange, BodyHistory};
use crate::domain::body_table::sheet::{self, BodySheet};
use crate::domain::body_table::{self, Difference, Plan, TableProblem, TableWish, differences};
use crate::domain::japan_time::UnixMillis;
use crate::spreadsheet;
use crate::spreadsheet::intake::packed::Packed;
use crate::store::bodies::{BodySource, NewBodyChange};
use crate::store::intake::hex;
use crate::store::{StoreError, Transaction};
use crate::workflow::intake::to_keep;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// A file is no table of bodies.
    #[error("{0}")]
    File(String),
    /// Rows that cannot be taken, in the order of the file.
    #[error("rows were refused")]
    Rows(Vec<TableProblem>),
    /// What was entered cannot be.
    #[error("the entry was refused")]
    Entry(Vec<String>),
    /// Somebody changed bodies since the difference was shown.
    #[error("bodies were changed meanwhile")]
    Changed,
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for BodyError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Result of a verb about bodies.
pub type BodyResult<T> = Result<T, BodyError>;

/// A file with a table.
#[derive(Clone, Debug)]
pub struct TableFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What a table, or an entry, would make different; and by which state of the history that was judged.
#[derive(Clone, Debug)]
pub struct Shown<T> {
    pub what: T,
    /// The number of the newest change of bodies.
    pub newest_change: i64,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    pub what: T,
    /// The number of the recorded change; none if there was nothing to change.
    pub id: Option<i64>,
}

/// Brings the table of today up to the day; gives how many bodies changed. Doing it twice changes nothing.
pub async fn bring_up_to_date(desk: &Desk) -> WorkflowResult<usize> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    transaction.hold_bodies().await?;
    let history = transaction.body_history().await?;
    let states = history.states(now.japan_date());
    let changed = transaction.refresh_organizations(states).await?;
    if changed == 0 {
        transaction.rollback().await?;
        return Ok(0);
    }
    transaction
        .audit_system(now, "bodies_of_the_day", "bodies", "")
        .await?;
    transaction.commit().await?;
    Ok(changed)
}

/// The sheets of tables, read.
async fn read_sheets(files: Vec<TableFile>) -> BodyResult<Vec<BodySheet>> {
    let read = move || {
        let is_alone = files.len() == 1;
        let mut all = Vec::new();
        for file in files {
            let sheets = spreadsheet::read_tables(&file.bytes)
                .map_err(|problem| BodyError::File(problem.to_string()))?;
            let mut found = sheet::find(sheets);
            if found.is_empty() {
                return Err(BodyError::File(format!(
                    "{}に見出しの行が見つかりません。「団体コード」と、名称や区分の見出しを付けてください。",
                    file.name
                )));
            }
            for sheet in found.iter_mut().filter(|_| !is_alone) {
                sheet.name = format!("{} {}", file.name, sheet.name)
                    .trim_end()
                    .to_owned();
            }
            all.append(&mut found);
        }
        Ok(all)
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| WorkflowError::Workbook(error.to_string()))?
}

/// What tables would make different. Changes nothing.
pub async fn compare(
    desk: &Desk,
    actor: &Actor,
    files: Vec<TableFile>,
    wish: TableWish,
) -> BodyResult<Shown<Plan>> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let sheets = read_sheets(files).await?;
    // First the number: a change in between is found again when the table is taken in.
    let newest_change = desk.store.newest_body_change().await?;
    let history = desk.store.body_history().await?;
    let what = body_table::plan(&history, &sheets, wish).map_err(BodyError::Rows)?;
    Ok(Shown {
        what,
        newest_change,
    })
}

/// Takes tables in: every row or none. A table that says what is known changes nothing. `seen` is the state of the
/// history of which the difference was shown; `None` takes any.
pub async fn import(
    desk: &Desk,
    actor: &Actor,
    files: Vec<TableFile>,
    wish: TableWish,
    seen: Option<i64>,
) -> BodyResult<Recorded<Plan>> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let name = names.join("、");
    let mut digest = Sha256::new();
    for file in &files {
        digest.update(&file.bytes);
    }
    let sha256 = hex(&digest.finalize());
    let sheets = read_sheets(files).await?;

    let transaction = desk.store.begin().await?;
    transaction.hold_bodies().await?;
    let history = transaction.body_history().await?;
    let plan = body_table::plan(&history, &sheets, wish).map_err(BodyError::Rows)?;
    let changes = plan.changes();
    if changes.is_empty() {
        transaction.rollback().await?;
        let id = None;
        return Ok(Recorded { what: plan, id });
    }
    must_be_seen(&transaction, seen).await?;
    let new = NewBodyChange {
        source: BodySource::Imported,
        recorded_at: desk.now(),
        actor: Some(actor),
        file: Some((&name, &sha256)),
        note: "",
    };
    let id = write(&transaction, actor, &history, new, &changes).await?;
    transaction.commit().await?;
    Ok(Recorded {
        what: plan,
        id: Some(id),
    })
}

/// What an entry would make different. Changes nothing.
pub async fn preview(
    desk: &Desk,
    actor: &Actor,
    entry: &BodyEntry,
    effective_on: Date,
) -> BodyResult<Shown<Vec<Difference>>> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let newest_change = desk.store.newest_body_change().await?;
    let history = desk.store.body_history().await?;
    let changes = entry
        .changes(&history, effective_on)
        .map_err(BodyError::Entry)?;
    Ok(Shown {
        what: differences(&history, &changes),
        newest_change,
    })
}

/// Records an entry. One that says what is known changes nothing. `seen` as for [`import`].
pub async fn record(
    desk: &Desk,
    actor: &Actor,
    entry: &BodyEntry,
    effective_on: Date,
    note: &str,
    seen: Option<i64>,
) -> BodyResult<Recorded<Vec<Difference>>> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    transaction.hold_bodies().await?;
    let history = transaction.body_history().await?;
    let changes = entry
        .changes(&history, effective_on)
        .map_err(BodyError::Entry)?;
    let what = differences(&history, &changes);
    if changes.is_empty() {
        transaction.rollback().await?;
        return Ok(Recorded { what, id: None });
    }
    must_be_seen(&transaction, seen).await?;
    let new = NewBodyChange {
        source: BodySource::Entered,
        recorded_at: desk.now(),
        actor: Some(actor),
        file: None,
        note,
    };
    let id = write(&transaction, actor, &history, new, &changes).await?;
    transaction.commit().await?;
    let id = Some(id);
    Ok(Recorded { what, id })
}

/// Keeps a file between the page that shows its difference and the one that takes it in; gives its SHA-256.
pub async fn keep_table(desk: &Desk, actor: &Actor, file: &TableFile) -> BodyResult<String> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let sha256 = hex(&Sha256::digest(&file.bytes));
    let original = to_keep(sha256.clone(), Packed::new(file.bytes.clone()));
    let transaction = desk.store.begin().await?;
    let now = desk.now();
    transaction.keep_originals(vec![original], now).await?;
    transaction
        .audit(actor, now, "bodies_table_sent", "bodies", &sha256)
        .await?;
    transaction.commit().await?;
    Ok(sha256)
}

/// A table that was kept.
pub async fn kept_table(
    desk: &Desk,
    actor: &Actor,
    name: &str,
    sha256: &str,
) -> BodyResult<TableFile> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let original = desk.store.original(sha256).await?;
    let original = original.ok_or(WorkflowError::NotFound)?;
    Ok(TableFile {
        name: name.to_owned(),
        bytes: original.bytes,
    })
}

async fn must_be_seen(transaction: &Transaction, seen: Option<i64>) -> BodyResult<()> {
    let newest = transaction.newest_body_change().await?;
    match seen {
        Some(seen) if seen != newest => Err(BodyError::Changed),
        _ => Ok(()),
    }
}

/// The change, the table of today and the audit row; bodies are held.
async fn write(
    transaction: &Transaction,
    actor: &Actor,
    history: &BodyHistory,
    new: NewBodyChange<'_>,
    changes: &[BodyChange],
) -> BodyResult<i64> {
    let now: UnixMillis = new.recorded_at;
    let after = history.with(changes);
    // First the rows of new bodies, to which the change refers.
    let states = after.states(now.japan_date());
    transaction.refresh_organizations(states).await?;
    let id = transaction.insert_body_change(new, changes).await?;
    let action = match new.source {
        BodySource::Imported => "bodies_import",
        BodySource::Entered | BodySource::Shipped => "bodies_change",
    };
    let subject = match changes {
        [change] => format!("body/{}", change.code),
        _ => "bodies".to_owned(),
    };
    let detail = format!("change {id}, {} entries", changes.len());
    transaction
        .audit(actor, now, action, &subject, &detail)
        .await?;
    Ok(id)
}
