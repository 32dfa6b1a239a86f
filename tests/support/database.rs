//! One fresh database per test, on the engine the run is for.
//!
//! Without `TORIMATOME_TEST_POSTGRES` a test gets an SQLite file in a directory of its own. With it (the URL of a maintenance
//! database on a server where the user may create databases) it gets a PostgreSQL database of its own. Either is a copy of a
//! template that is migrated once per process, so a test pays milliseconds. `tests/run` runs both engines.
//!
//! Include it with `#[path = "../support/database.rs"] mod database;`.
#![allow(dead_code)] // each test binary uses a part of it

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::OnceCell;

/// Names the PostgreSQL maintenance database; unset or empty means SQLite.
const POSTGRES: &str = "TORIMATOME_TEST_POSTGRES";

/// All databases made here start like this; nothing else is ever dropped.
const PREFIX: &str = "torimatome_test";

/// A run that was killed leaves databases behind; the next run drops those older than this.
const STALE: Duration = Duration::from_secs(6 * 60 * 60);

/// A database that belongs to one test and vanishes with this value, also when the test panics.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    directory: tempfile::TempDir,
    postgres: Option<PostgresCopy>,
}

impl TestDatabase {
    /// A fresh migrated database.
    ///
    /// `migrate` gets the URL of an empty database once per process; it must bring it up to date and close its connections.
    /// All calls of one process share what the first `migrate` made. Panics with the engine's message when that fails.
    pub async fn create(migrate: impl AsyncFn(&str)) -> Self {
        static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
        Self::copy_of(&TEMPLATE, migrate).await
    }

    async fn copy_of(cell: &OnceCell<Template>, migrate: impl AsyncFn(&str)) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        match cell.get_or_init(|| Template::new(migrate)).await {
            Template::Sqlite(bytes) => {
                let file = directory.path().join("torimatome.db");
                std::fs::write(&file, bytes).expect("the template can be copied");
                Self {
                    url: sqlite_url(&file),
                    directory,
                    postgres: None,
                }
            }
            Template::Postgres { maintenance, name } => {
                let copy = PostgresCopy {
                    maintenance: maintenance.clone(),
                    name: fresh_name(),
                };
                let admin = connect(maintenance).await;
                run(
                    &admin,
                    &format!("create database {} template {name}", copy.name),
                )
                .await;
                close(admin).await;
                let url = with_database(maintenance, &copy.name);
                Self {
                    url,
                    directory,
                    postgres: Some(copy),
                }
            }
        }
    }

    /// What the application takes as `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An own directory for whatever else the test's server writes; on SQLite the database file lies in it.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The SQLite file, or `None` on PostgreSQL.
    pub fn file(&self) -> Option<PathBuf> {
        self.postgres
            .is_none()
            .then(|| self.directory.path().join("torimatome.db"))
    }

    /// Which engine this run is for.
    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
}

#[derive(Debug)]
enum Template {
    /// The whole file: a static is never dropped, so a file of its own would be left behind.
    Sqlite(Vec<u8>),
    Postgres {
        maintenance: String,
        name: String,
    },
}

impl Template {
    async fn new(migrate: impl AsyncFn(&str)) -> Self {
        match std::env::var(POSTGRES) {
            Ok(maintenance) if !maintenance.is_empty() => {
                Self::postgres(maintenance, migrate).await
            }
            _ => Self::sqlite(migrate).await,
        }
    }

    async fn sqlite(migrate: impl AsyncFn(&str)) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let (source, copy) = (
            directory.path().join("template.db"),
            directory.path().join("copy.db"),
        );
        migrate(&sqlite_url(&source)).await;
        // One file without a WAL beside it, even if a connection of `migrate` is still open.
        let db = connect(&sqlite_url(&source)).await;
        let statement = Statement::from_sql_and_values(
            DbBackend::Sqlite,
            "vacuum into ?",
            [copy.display().to_string().into()],
        );
        db.execute_raw(statement)
            .await
            .expect("the template can be copied");
        close(db).await;
        Self::Sqlite(std::fs::read(&copy).expect("the copied template can be read"))
    }

    async fn postgres(maintenance: String, migrate: impl AsyncFn(&str)) -> Self {
        let name = fresh_name();
        let admin = connect(&maintenance).await;
        drop_stale(&admin).await;
        run(
            &admin,
            &format!("create database {name} template template0 encoding 'UTF8'"),
        )
        .await;
        migrate(&with_database(&maintenance, &name)).await;
        // A template with an open connection cannot be copied.
        run(
            &admin,
            &format!("alter database {name} with allow_connections false"),
        )
        .await;
        run(
            &admin,
            &format!(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
            ),
        )
        .await;
        close(admin).await;
        Self::Postgres { maintenance, name }
    }
}

#[derive(Debug)]
struct PostgresCopy {
    maintenance: String,
    name: String,
}

impl Drop for PostgresCopy {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.name);
        let maintenance = self.maintenance.clone();
        // A test's runtime cannot be entered again from here, so the last statement gets one of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime can be built").block_on(async {
                let admin = connect(&maintenance).await;
                // The server gives whoever is still connected five seconds to go, which a busy machine may need longer
                // for.
                for _ in 0..3 {
                    if admin.execute_unprepared(&statement).await.is_ok() {
                        return close(admin).await;
                    }
                }
                run(&admin, &statement).await;
                close(admin).await;
            });
        })
        .join();
        if dropped.is_err() && !std::thread::panicking() {
            panic!("the test database {} could not be dropped", self.name);
        }
    }
}

/// Drops what earlier, killed runs left on a server that outlives them.
async fn drop_stale(admin: &DatabaseConnection) {
    let sql = format!("select datname from pg_database where datname like '{PREFIX}%'");
    let rows = admin
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await;
    let oldest = seconds_now().saturating_sub(STALE.as_secs());
    for row in rows.expect("the databases can be listed") {
        let name: String = row.try_get("", "datname").expect("a name is text");
        if made_at(&name).is_some_and(|made| made < oldest) {
            // Another run may drop the same one at the same moment.
            let _ = admin
                .execute_unprepared(&format!("drop database if exists {name} with (force)"))
                .await;
        }
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    match Database::connect(options).await {
        Ok(db) => db,
        Err(error) => panic!("no connection to the test database server: {error}"),
    }
}

async fn run(db: &DatabaseConnection, sql: &str) {
    if let Err(error) = db.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}

async fn close(db: DatabaseConnection) {
    db.close().await.expect("a connection can be closed");
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

/// The same server, another database: only the path of the URL changes.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url
        .split_once('?')
        .map_or((url, None), |(a, o)| (a, Some(o)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..]
        .find('/')
        .map_or(address.len(), |at| authority + at);
    let options = options
        .map(|options| format!("?{options}"))
        .unwrap_or_default();
    format!("{}/{name}{options}", &address[..end])
}

/// Time, process and a counter: no two runs or tests meet, and `drop_stale` can tell the age.
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}_{}_{}_{count}", seconds_now(), std::process::id())
}

/// When the database of this name was made, in seconds since 1970; `None` if the name is not ours.
fn made_at(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?
        .strip_prefix('_')?
        .split('_')
        .next()?
        .parse()
        .ok()
}

fn seconds_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

mod tests {
    use super::*;

    async fn notes(db: &DatabaseConnection) -> usize {
        let sql = Statement::from_string(db.get_database_backend(), "select body from note");
        db.query_all_raw(sql)
            .await
            .expect("the table is there")
            .len()
    }

    async fn one_note(url: &str) {
        let db = connect(url).await;
        run(&db, "create table note (body text not null)").await;
        run(&db, "insert into note (body) values ('from the template')").await;
        close(db).await;
    }

    #[tokio::test]
    async fn every_test_database_is_a_copy_of_its_own() {
        let template = OnceCell::const_new();
        let migrated = AtomicU32::new(0);
        let migrate = async |url: &str| {
            migrated.fetch_add(1, Ordering::Relaxed);
            one_note(url).await;
        };
        let first = TestDatabase::copy_of(&template, &migrate).await;
        let second = TestDatabase::copy_of(&template, &migrate).await;
        assert_eq!(
            migrated.load(Ordering::Relaxed),
            1,
            "the template is migrated once"
        );

        let (one, two) = (connect(first.url()).await, connect(second.url()).await);
        run(&one, "insert into note (body) values ('only in the first')").await;
        assert_eq!(notes(&one).await, 2);
        assert_eq!(notes(&two).await, 1);
        close(one).await;
        close(two).await;
    }

    #[tokio::test]
    async fn a_test_database_vanishes_even_when_it_is_still_in_use() {
        let template = OnceCell::const_new();
        let database = TestDatabase::copy_of(&template, one_note).await;
        let wanted = std::env::var(POSTGRES).is_ok_and(|url| !url.is_empty());
        assert_eq!(
            database.is_postgres(),
            wanted,
            "the engine the run asked for"
        );
        let (url, file) = (database.url().to_owned(), database.file());
        let open = connect(&url).await;
        assert_eq!(notes(&open).await, 1);
        drop(database);
        match file {
            Some(file) => assert!(!file.exists()),
            None => assert!(Database::connect(url).await.is_err()),
        }
    }

    #[tokio::test]
    async fn what_a_killed_run_left_is_dropped_and_nothing_younger() {
        let Some(maintenance) = std::env::var(POSTGRES).ok().filter(|url| !url.is_empty()) else {
            // SQLite leaves nothing on a server: the names alone are checked.
            assert_eq!(made_at(&format!("{PREFIX}_17_4_0")), Some(17));
            assert_eq!(made_at("customers_17_4_0"), None);
            return;
        };
        let admin = connect(&maintenance).await;
        let (old, young) = (
            format!("{PREFIX}_17_{}_0", std::process::id()),
            fresh_name(),
        );
        run(&admin, &format!("create database {old}")).await;
        run(&admin, &format!("create database {young}")).await;
        drop_stale(&admin).await;
        let exists = async |name: &str| {
            let sql = format!("select 1 as one from pg_database where datname = '{name}'");
            let row = admin
                .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
                .await;
            row.expect("the databases can be listed").is_some()
        };
        assert!(!exists(&old).await);
        assert!(exists(&young).await);
        run(&admin, &format!("drop database {young}")).await;
        close(admin).await;
    }

    #[test]
    fn another_database_on_the_same_server_keeps_every_other_part() {
        for (url, expected) in [
            (
                "postgres:///postgres?host=/run/pg&user=app",
                "postgres:///x?host=/run/pg&user=app",
            ),
            (
                "postgres://u:p@localhost:5432/postgres",
                "postgres://u:p@localhost:5432/x",
            ),
            ("postgresql://localhost", "postgresql://localhost/x"),
            (
                "postgres://localhost?user=app",
                "postgres://localhost/x?user=app",
            ),
        ] {
            assert_eq!(with_database(url, "x"), expected);
        }
    }
}
