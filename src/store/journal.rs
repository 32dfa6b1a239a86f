//! SQLite's journal, folded back into the database beside the writer.
//!
//! ```text
//! commit ─ grew() ─> a connection of its own: how much is new? ─ much ─> fold back what no reader still needs
//! ```
//! A commit is kept once the journal is on the disk; later it is written a second time, into the database itself.
//! SQLite lets the commit that made the journal long do that, so that one body would wait for what others sent.
//! Here a commit does it only where the journal became so long all the same: it begins anew only at a moment at
//! which all of it is folded back, and under a load without a pause there may be none for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::Mutex;

use super::readers::failed;
use super::{Store, StoreError};

/// Bytes that a journal keeps once it was folded back.
pub(super) const BYTES: &str = "67108864";
/// Pages of 4 KiB at which a commit folds it back itself: 128 MB.
pub(super) const PAGES: &str = "32000";
/// New pages that are folded back beside the writer: 4 MB.
const MUCH: i64 = 1_000;
/// The same where much is written at once: 64 MB; by the writer itself before others would have to, at 112.
const MUCH_AT_ONCE: i64 = 16_000;
const BEGIN_BULK: &str = "PRAGMA wal_autocheckpoint = 28000; PRAGMA synchronous = normal";
const END_BULK: &str = "PRAGMA synchronous = full";

/// What folds the journal back.
pub(super) struct Journal {
    /// `None` once it is closed.
    connection: Arc<Mutex<Option<SqliteConnection>>>,
    much: AtomicI64,
}

impl Journal {
    /// Opens its connection.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, DbErr> {
        let connection = options.connect().await.map_err(failed)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(Some(connection))),
            much: AtomicI64::new(MUCH),
        })
    }

    /// Something was committed. Returns at once; while the journal is being folded back, it does nothing.
    pub(super) fn grew(&self) {
        let Ok(mut connection) = Arc::clone(&self.connection).try_lock_owned() else {
            return;
        };
        let much = self.much.load(Ordering::Relaxed);
        tokio::spawn(async move {
            let Some(connection) = connection.as_mut() else {
                return;
            };
            if let Err(error) = fold(connection, much).await {
                // What was committed stays in the journal; the next commit tries again.
                tracing::warn!(cause = %error, "the journal could not be folded back");
            }
        });
    }

    /// Waits for what is under way and closes the connection.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match self.connection.lock().await.take() {
            Some(connection) => connection.close().await.map_err(failed),
            None => Ok(()),
        }
    }
}

impl Store {
    /// Does work that writes much which nobody counts on yet, in a process that does nothing else: on SQLite its
    /// commits do not wait for the disk. A power cut leaves the first of them, or all. Each commit after the work,
    /// however it ended, waits again, and for all that was written before.
    ///
    /// # Errors
    /// The work's own; those of the database.
    pub async fn in_bulk<T, E: From<StoreError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let Some(journal) = &self.journal else {
            return work.await;
        };
        let set = async |settings| self.write.execute_unprepared(settings).await;
        journal.much.store(MUCH_AT_ONCE, Ordering::Relaxed);
        set(BEGIN_BULK).await.map_err(StoreError::from)?;
        let done = work.await;
        set(END_BULK).await.map_err(StoreError::from)?;
        done
    }
}

/// Folds back until little is new: what was committed meanwhile told nobody. Ends where a reader holds on to the rest.
async fn fold(connection: &mut SqliteConnection, much: i64) -> sqlx::Result<()> {
    let mut before = None;
    loop {
        let look = sqlx::query_as("PRAGMA wal_checkpoint(NOOP)");
        let (_, pages, folded): (i64, i64, i64) = look.fetch_one(&mut *connection).await?;
        if pages - folded < much || before == Some(folded) {
            return Ok(());
        }
        before = Some(folded);
        let fold = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
        fold.execute(&mut *connection).await?;
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::*;

    async fn first<T: sea_orm::TryGetable>(store: &Store, text: &str) -> T {
        let statement = Statement::from_string(DbBackend::Sqlite, text.to_owned());
        let asked = store.write.query_one_raw(statement).await;
        let row = asked.expect("answers").expect("a row");
        row.try_get_by_index(0).expect("a value")
    }

    #[tokio::test]
    async fn what_is_written_in_bulk_is_promised_again_at_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display());
        let store = Store::open(&url).await.expect("opens");
        let settings = async || {
            let synchronous: i64 = first(&store, "PRAGMA synchronous").await;
            let pages: i64 = first(&store, "PRAGMA wal_autocheckpoint").await;
            (synchronous, pages)
        };
        assert_eq!(settings().await, (2, 32_000), "full");
        let during = store.in_bulk(async { Ok::<_, StoreError>(settings().await) });
        assert_eq!(during.await.expect("works"), (1, 28_000), "normal");
        assert_eq!(settings().await, (2, 28_000), "full again");
        let fails = store.in_bulk(async { Err::<(), _>(StoreError::Stale) });
        assert!(matches!(fails.await, Err(StoreError::Stale)));
        assert_eq!(settings().await, (2, 28_000), "after a failure, too");
        store.close().await.expect("closes");
    }

    #[tokio::test]
    async fn the_journal_is_folded_back_beside_the_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::open(&url).await.expect("opens");
        let run = async |text: &str| {
            let transaction = store.begin().await.expect("begins");
            let done = transaction.inner.execute_unprepared(text).await;
            done.expect("runs");
            transaction.commit().await.expect("commits");
        };
        run("CREATE TABLE long (bytes BLOB)").await;
        // Less than the writer would fold back, more than what is left lying.
        run("INSERT INTO long VALUES (randomblob(9000000))").await;
        let version: String = first(&store, "SELECT sqlite_version()").await;
        let version: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
        assert!(
            version >= vec![3, 51],
            "an older one takes NOOP for PASSIVE"
        );
        let long = || file.metadata().expect("is there").len() > 9_000_000;
        for _ in 0..500 {
            if long() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(long(), "the database has the rows");
        // What is folded back is written over: the journal does not grow with each.
        for _ in 0..20 {
            run("UPDATE long SET bytes = randomblob(9000000)").await;
            let journal = store.journal.as_ref().expect("SQLite");
            drop(journal.connection.lock().await);
        }
        let wal = folder.path().join("a.db-wal");
        assert!(wal.metadata().expect("is there").len() < 40_000_000);
        store.close().await.expect("closes");
        assert!(!wal.exists(), "folded back as a whole");
    }
}
