//! `cargo bench --bench reminders`: what deciding ten thousand due reminders costs, beside a bare loop that inserts as
//! many rows in one transaction.
//!
//! Three editions are open to all bodies, each with two addresses. On an SQLite file of its own or, where
//! `TORIMATOME_TEST_POSTGRES` names a maintenance database, on a PostgreSQL database of its own. It prints medians and
//! their ratio, and judges nothing.

#[path = "../tests/support/database.rs"]
mod database;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::date;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait,
};
use torimatome::domain::account::Actor;
use torimatome::domain::japan_time::{ManualClock, UnixMillis};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::store::Store;
use torimatome::workflow::Desk;
use torimatome::workflow::editions::open_edition;
use torimatome::workflow::passwords::PasswordPool;
use torimatome::workflow::reminders::remind_due;

const ROUNDS: usize = 9;
const EDITIONS: [&str; 3] = ["fy2025", "fy2026", "fy2027"];
const ADDRESSES: usize = 2;

/// Opens the editions to everybody, and gives everybody addresses.
async fn prepare(url: &str) {
    let store = Store::open(url).await.expect("opens");
    store.migrate().await.expect("migrates");
    let clock = ManualClock::new(UnixMillis::from_japan(date(2027, 1, 12).at(9, 0, 0, 0)));
    let desk = desk(store, &clock);
    let ministry = Actor::operator("bench");
    for key in EDITIONS {
        let dates = EditionDates {
            deadline_on: date(2027, 2, 26),
            last_new_answer_on: date(2027, 3, 31),
            last_change_on: date(2027, 3, 31),
        };
        let key = key.parse().expect("a key");
        let opened = open_edition(&desk, &ministry, &key, dates).await;
        opened.expect("opens");
    }
    let bodies = desk.store.organizations().await.expect("reads");
    desk.store.close().await.expect("closes");
    let db = Database::connect(url).await.expect("connects");
    let open = db.begin().await.expect("begins");
    for body in bodies {
        for number in 0..ADDRESSES {
            let sql = format!(
                "INSERT INTO duty_address (code, email, label, created_at) \
                 VALUES ('{0}', 'duty{number}@m{0}.example', 'iryo', 0)",
                body.code
            );
            open.execute_unprepared(&sql).await.expect("writes");
        }
    }
    open.commit().await.expect("commits");
    let bare = "CREATE TABLE bare (id BIGINT PRIMARY KEY, code TEXT NOT NULL, body TEXT NOT NULL)";
    db.execute_unprepared(bare).await.expect("creates");
    db.close().await.expect("closes");
}

fn desk(store: Store, clock: &ManualClock) -> Desk {
    Desk {
        store,
        clock: Arc::new(clock.clone()),
        passwords: PasswordPool::new(1),
        intake: Default::default(),
    }
}

async fn forget(db: &DatabaseConnection) {
    for table in ["outbox", "reminder", "daily_run", "bare"] {
        let sql = format!("DELETE FROM {table}");
        db.execute_unprepared(&sql).await.expect("deletes");
    }
}

/// One statement a row, all in one transaction.
async fn bare_loop(db: &DatabaseConnection, rows: usize) -> Duration {
    let backend = db.get_database_backend();
    let places = match backend {
        DbBackend::Postgres => "$1, $2, $3",
        _ => "?, ?, ?",
    };
    let sql = format!("INSERT INTO bare (id, code, body) VALUES ({places})");
    let start = Instant::now();
    let open = db.begin().await.expect("begins");
    for id in (0_i64..).take(rows) {
        let values = [id.into(), "012033".into(), "あと3日（未着手）".into()];
        let statement = Statement::from_sql_and_values(backend, &sql, values);
        open.execute_raw(statement).await.expect("writes");
    }
    open.commit().await.expect("commits");
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() {
    let database = database::TestDatabase::create(prepare).await;
    let engine = if database.is_postgres() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let db = Database::connect(database.url()).await.expect("connects");
    // Ten working days before the deadline.
    let clock = ManualClock::new(UnixMillis::from_japan(date(2027, 2, 10).at(9, 0, 0, 0)));
    let store = Store::open(database.url()).await.expect("opens");
    let desk = desk(store, &clock);
    let (mut decided, mut bare, mut mails) = (vec![], vec![], 0);
    for _ in 0..ROUNDS {
        forget(&db).await;
        let start = Instant::now();
        let tally = remind_due(&desk).await.expect("is decided");
        decided.push(start.elapsed());
        mails = tally.expect("nobody came first").mails;
        bare.push(bare_loop(&db, mails).await);
    }
    let (decided, bare) = (median(decided), median(bare));
    println!(
        "{engine}: {mails} due reminders decided in {decided:.0} ms; a bare loop of as many inserts {bare:.0} ms; ratio {:.2}",
        decided / bare
    );
    desk.store.close().await.expect("closes");
    db.close().await.expect("closes");
}
