//! The database room: everything that names sea-orm lives here.
//!
//! Reads are methods of [`Store`]; everything that changes something is a method of [`Transaction`],
//! so that an answer, its event and its audit row are committed together or not at all. Rows go in
//! and come out as domain types; a row that does not read is an error, never a guess.

use std::sync::Arc;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

pub mod accounts;
pub mod address_book;
pub mod as_of;
pub mod audit_log;
pub mod boards;
pub mod bodies;
pub mod body_duties;
pub mod calendar;
mod columns;
pub mod coming_changes;
pub mod commits;
pub mod corrections;
pub mod daily_runs;
pub mod deliveries;
pub mod digests;
pub mod duty_addresses;
pub mod editions;
pub mod entities;
pub mod events;
pub mod exports;
pub mod extensions;
pub mod handovers;
pub mod inquiries;
pub mod intake;
mod intent_change_steps;
pub mod intent_changes;
mod invitations;
mod journal;
pub mod ledger_pages;
pub mod ledger_sources;
mod ledger_undoing;
mod national;
pub mod organizations;
pub mod outbox;
pub mod own_editions;
pub mod own_waiting;
pub mod participation;
pub mod plan_changes;
pub mod plans;
pub mod prefecture_deadlines;
mod progress;
pub mod proxy_entries;
pub mod published_answers;
mod question_answers;
mod readers;
mod received;
pub mod reminders;
pub mod reopening;
pub mod reopenings;
mod request_adoption;
pub mod request_boards;
pub mod request_histories;
pub mod requests;
mod required_amounts;
pub mod respondents;
pub mod response_changes;
pub mod responses;
pub mod review_checks;
pub mod revisions;
mod rows;
pub mod schemes;
pub mod seed;
pub mod sessions;
pub mod summary_sheets;
pub mod undelivered;
pub mod visits;
pub mod writes;

/// What can go wrong in the database room.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// A stored value does not read as what its column promises.
    #[error("stored {what} does not read: {detail}")]
    Corrupt { what: &'static str, detail: String },
    /// Somebody else changed the row first.
    #[error("the row was changed by somebody else")]
    Stale,
    /// The database has changes this program does not know.
    #[error(
        "the database is newer than this program: start a program at least as new as the one that \
         last used it (nothing was changed)"
    )]
    NewerSchema,
}

impl StoreError {
    pub(crate) fn corrupt(what: &'static str) -> impl FnOnce(String) -> Self {
        move |detail| Self::Corrupt { what, detail }
    }

    /// A unique index refused the row.
    pub fn is_duplicate(&self) -> bool {
        matches!(
            self,
            Self::Database(error)
                if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
        )
    }
}

/// Result of the database room.
pub type StoreResult<T> = Result<T, StoreError>;

/// The database: a pool that reads and a connection or pool that writes.
#[derive(Clone)]
pub struct Store {
    read: DatabaseConnection,
    write: DatabaseConnection,
    /// On SQLite only.
    readers: Option<Arc<readers::Readers>>,
    /// On SQLite only.
    queue: Option<commits::Queue>,
    /// On SQLite only.
    journal: Option<Arc<journal::Journal>>,
    definitions: Arc<editions::DefinitionCache>,
    counts: Arc<national::KeptCounts>,
    batches: Arc<participation::KeptBatches>,
}

/// What it takes to begin changes.
struct Writer {
    write: DatabaseConnection,
    definitions: Arc<editions::DefinitionCache>,
    journal: Option<Arc<journal::Journal>>,
}

/// Connections of one node to PostgreSQL; more give nothing on two cores.
const POSTGRES_POOL: u32 = 10;

/// Open changes; nothing of them is visible before [`Transaction::commit`].
pub struct Transaction {
    inner: DatabaseTransaction,
    definitions: Arc<editions::DefinitionCache>,
    journal: Option<Arc<journal::Journal>>,
}

impl Store {
    /// Whether there is a database to open: of SQLite the file, which opening would make. A server, and an address
    /// that does not read, tell it when they are opened.
    pub fn is_there(url: &str) -> bool {
        if !url.starts_with("sqlite:") {
            return true;
        }
        match url.parse::<SqliteConnectOptions>() {
            Ok(options) => options.get_filename().exists(),
            Err(_) => true,
        }
    }

    /// Opens a database by URL: `sqlite:PATH` (created if absent) or `postgres://…`.
    ///
    /// SQLite gets one writing connection and eight that can only read: its writers queue fairly, and
    /// nobody turns a read lock into a write lock (`docs/adr/003-two-engines.md`).
    pub async fn open(url: &str) -> StoreResult<Self> {
        let (read, write, beside) = if url.starts_with("sqlite:") {
            let write = Database::connect(sqlite_options(url, false)).await?;
            let read = Database::connect(sqlite_options(url, true)).await?;
            let options = url
                .parse::<SqliteConnectOptions>()
                .map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?
                .disable_statement_logging();
            let readers = readers::Readers::open(tuned(options.clone(), true)).await?;
            let journal = journal::Journal::open(tuned(options, false)).await?;
            (read, write, Some((Arc::new(readers), Arc::new(journal))))
        } else {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(POSTGRES_POOL)
                .min_connections(POSTGRES_POOL)
                .sqlx_logging(false);
            // All are opened here: one that a worker opened would die with it while another still
            // finishes its requests. One may die with the server; asking an idle one first shows it.
            options
                .test_before_acquire(false)
                .test_before_acquire_if_idle_for(std::time::Duration::from_millis(200));
            options.max_lifetime(None).idle_timeout(None);
            options.map_sqlx_postgres_opts(|options| {
                options
                    .application_name("torimatome")
                    .options([("statement_timeout", "30000")])
            });
            let pool = Database::connect(options).await?;
            (pool.clone(), pool, None)
        };
        let (readers, journal) = beside.unzip();
        let writer = Writer {
            write: write.clone(),
            definitions: Arc::default(),
            journal: journal.clone(),
        };
        let definitions = Arc::clone(&writer.definitions);
        let queue = readers.is_some().then(|| commits::start(writer));
        Ok(Self {
            read,
            write,
            readers,
            queue,
            journal,
            definitions,
            counts: Arc::default(),
            batches: Arc::default(),
        })
    }

    /// Brings the schema up to date and loads the reference data that is missing.
    pub async fn migrate(&self) -> StoreResult<()> {
        use migrations::MigratorTrait;
        migrations::Migrator::up(&self.write, None)
            .await
            .map_err(|error| match error {
                // Applied changes whose files this program does not have.
                DbErr::Custom(text) if text.contains("is missing") => StoreError::NewerSchema,
                other => other.into(),
            })?;
        let transaction = self.begin().await?;
        seed::reference_data(&transaction).await?;
        transaction.adopt_returns().await?;
        transaction.commit().await
    }

    /// Starts changes. On SQLite the write lock is taken at once.
    pub async fn begin(&self) -> StoreResult<Transaction> {
        self.writer().begin().await
    }

    fn writer(&self) -> Writer {
        Writer {
            write: self.write.clone(),
            definitions: Arc::clone(&self.definitions),
            journal: self.journal.clone(),
        }
    }

    /// The database answers.
    pub async fn ping(&self) -> StoreResult<()> {
        Ok(self.read.ping().await?)
    }

    /// Closes every connection; SQLite folds its journal back.
    pub async fn close(self) -> StoreResult<()> {
        if let Some(readers) = &self.readers {
            readers.close().await?;
        }
        if let Some(journal) = &self.journal {
            journal.close().await?;
        }
        self.read.close_by_ref().await?;
        Ok(self.write.close_by_ref().await?)
    }
}

impl Writer {
    async fn begin(&self) -> StoreResult<Transaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = self.write.begin_with_options(options).await?;
        Ok(Transaction {
            inner,
            definitions: Arc::clone(&self.definitions),
            journal: self.journal.clone(),
        })
    }
}

impl Transaction {
    /// Makes the changes last.
    pub async fn commit(self) -> StoreResult<()> {
        self.inner.commit().await?;
        if let Some(journal) = &self.journal {
            journal.grew();
        }
        Ok(())
    }

    /// Forgets the changes.
    pub async fn rollback(self) -> StoreResult<()> {
        Ok(self.inner.rollback().await?)
    }

    /// Holds a whole table with PostgreSQL's statement for it; SQLite has one writer at a time anyway.
    async fn hold_table(&self, lock: &'static str) -> StoreResult<()> {
        if self.is_postgres() {
            self.inner.execute_unprepared(lock).await?;
        }
        Ok(())
    }

    fn is_postgres(&self) -> bool {
        self.inner.get_database_backend() == DbBackend::Postgres
    }
}

// No ANALYZE anywhere: our SQLite is built with STAT4, and with its samples every statement is planned
// anew each time it is bound, at several times the cost of running it. The indexes speak for themselves.
fn sqlite_options(url: &str, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(if read_only { 8 } else { 1 })
        .min_connections(1);
    options.sqlx_logging(false).test_before_acquire(false);
    // Nothing to reap, and the pool's reaper was seen to spin when a pool closed.
    options.max_lifetime(None).idle_timeout(None);
    options.map_sqlx_sqlite_opts(move |options| tuned(options, read_only));
    options
}

fn tuned(options: SqliteConnectOptions, read_only: bool) -> SqliteConnectOptions {
    let options = options
        .create_if_missing(!read_only)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(5))
        .pragma("temp_store", "memory");
    if read_only {
        options.pragma("query_only", "on")
    } else {
        // FULL: a receipt must survive a power cut.
        options
            .pragma("auto_vacuum", "incremental")
            .pragma("journal_mode", "wal")
            .pragma("synchronous", "full")
            .pragma("journal_size_limit", journal::BYTES)
            .pragma("wal_autocheckpoint", journal::PAGES)
    }
}
