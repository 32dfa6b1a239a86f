//! The program on a database of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, EntityTrait, IntoActiveModel, Set, Statement,
};
use torimatome::store::Store;
use torimatome::store::entities::participation_batch;

use crate::database::TestDatabase;

pub struct Program {
    database: TestDatabase,
}

/// What a run printed, and its exit status.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Program {
    pub async fn new() -> Self {
        let database = TestDatabase::create(async |url: &str| {
            let store = Store::open(url).await.expect("opens");
            store.migrate().await.expect("migrates");
            store.close().await.expect("closes");
        })
        .await;
        Self { database }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.database.directory().join(name)
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_torimatome"));
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.database.directory())
            .env("DATABASE_URL", self.database.url())
            .env("RUST_LOG", "error");
        for name in ["BASE_URL", "PASSWORD_THREADS", "LOG"] {
            command.env_remove(format!("TORIMATOME_{name}"));
        }
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().expect("the program starts");
        Ran {
            status: status.code().expect("an exit status"),
            out: String::from_utf8(stdout).expect("UTF-8"),
            err: String::from_utf8(stderr).expect("UTF-8"),
        }
    }

    /// Imports a file with these bytes.
    pub fn import(&self, name: &str, bytes: impl AsRef<[u8]>) -> Ran {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("is written");
        self.run(&["participation", "import", text(&path)])
    }

    /// A report of a year; more arguments may follow.
    pub fn report(&self, year: &str, format: &str, more: &[&str]) -> Vec<u8> {
        let path = self.path(&format!("report.{format}"));
        let mut arguments = vec!["report", "status", "--fiscal-year", year];
        arguments.extend(["--format", format, "--out", text(&path)]);
        arguments.extend(more);
        let ran = self.run(&arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");
        std::fs::read(path).expect("was written")
    }

    pub fn json(&self, year: &str, more: &[&str]) -> serde_json::Value {
        serde_json::from_slice(&self.report(year, "json", more)).expect("JSON")
    }

    /// A number the database gives.
    pub async fn count(&self, sql: &str) -> i64 {
        let db = Database::connect(self.database.url())
            .await
            .expect("connects");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.expect(sql);
        let count = row.expect("a row").try_get_by_index(0).expect("a number");
        db.close().await.expect("closes");
        count
    }

    /// Changes the packed entries of the only batch behind the program's back.
    pub async fn change_packed(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let db = Database::connect(self.database.url())
            .await
            .expect("connects");
        let batch = participation_batch::Entity::find().one(&db).await;
        let mut batch = batch.expect("reads").expect("a batch").into_active_model();
        let mut packed = batch.packed.take().expect("bytes");
        change(&mut packed);
        batch.packed = Set(packed);
        batch.update(&db).await.expect("changes");
        db.close().await.expect("closes");
    }

    /// Entries and batches of the ledger, and rows of the audit log about it.
    pub async fn ledger(&self) -> [i64; 3] {
        [
            self.count("select count(*) from participation_entry").await,
            self.count("select count(*) from participation_batch").await,
            self.count("select count(*) from audit_log where action = 'participation_import'")
                .await,
        ]
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
