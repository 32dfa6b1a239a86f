//! `cargo bench --bench reports`: what the status tables cost over 1,788 bodies × 29 schemes × 5 years, and the
//! national counts of an edition of 200,000 bodies.
//!
//! On an SQLite file of its own or, where `TORIMATOME_TEST_POSTGRES` names a maintenance database, on a
//! PostgreSQL database of its own. It prints medians and judges nothing.

#[path = "reports/counts.rs"]
mod counts;
#[path = "../tests/support/database.rs"]
mod database;

use std::time::{Duration, Instant};

use jiff::civil::date;
use torimatome::domain::account::Actor;
use torimatome::domain::fiscal_year::FiscalYear;
use torimatome::domain::japan_time::UnixMillis;
use torimatome::domain::participation::{
    ParticipationEntry, ParticipationSource, ParticipationState, first_year,
};
use torimatome::domain::status_report::StatusReport;
use torimatome::spreadsheet::{write_status_csv, write_status_report};
use torimatome::store::Store;
use torimatome::store::participation::NewBatch;

const ROUNDS: usize = 41;
const YEARS: usize = 5;

/// Every body with every scheme in every year; every seventh withdraws again.
async fn fill(store: &Store) -> usize {
    let bodies = store.organizations().await.expect("reads");
    let catalogue = store.catalogue().await.expect("reads");
    let actor = Actor::operator("bench");
    let transaction = store.begin().await.expect("begins");
    transaction.hold_ledger().await.expect("holds");
    let mut count = 0;
    let mut year = first_year();
    for _ in 0..YEARS {
        let mut entries = Vec::with_capacity(bodies.len() * catalogue.schemes().len());
        for (body, at) in bodies.iter().zip(0..) {
            for (scheme, place) in catalogue.schemes().iter().zip(0..) {
                let withdraws = (at + place + usize::from(year.western())).is_multiple_of(7);
                entries.push(ParticipationEntry {
                    code: body.code,
                    scheme: scheme.id.clone(),
                    fiscal_year: year,
                    state: if withdraws {
                        ParticipationState::Withdrawn
                    } else {
                        ParticipationState::Running
                    },
                    effective_on: year.first_day(),
                    revision_id: None,
                    note: String::new(),
                });
            }
        }
        let batch = NewBatch {
            source: ParticipationSource::Imported,
            recorded_at: UnixMillis(0),
            actor: &actor,
            file: None,
            note: "",
            takes_back: None,
        };
        let id = transaction.insert_batch(batch, &entries).await;
        id.expect("is written");
        count += entries.len();
        year = year.next();
    }
    transaction.commit().await.expect("commits");
    count
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

async fn measure(engine: &str, store: &Store) {
    let started = Instant::now();
    let entries = fill(store).await;
    let filled = started.elapsed();
    let last = FiscalYear::of(date(2027, 4, 1));
    let as_of = date(2028, 1, 1);
    let (mut whole, mut read, mut built, mut written) = (vec![], vec![], vec![], vec![]);
    let mut size = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let snapshot = store.participation_snapshot(None).await.expect("reads");
        read.push(start.elapsed());
        let building = Instant::now();
        let report = StatusReport::build(&snapshot, last, as_of).expect("a report");
        built.push(building.elapsed());
        let writing = Instant::now();
        size = report.to_json().len();
        written.push(writing.elapsed());
        whole.push(start.elapsed());
    }
    println!(
        "{engine}: status report as JSON over {entries} entries: {:.1} ms (read {:.1}, build {:.1}, write {:.1}; {size} bytes); entries written in {:.1} s",
        median(whole),
        median(read),
        median(built),
        median(written),
        filled.as_secs_f64()
    );
    let snapshot = store.participation_snapshot(None).await.expect("reads");
    let report = StatusReport::build(&snapshot, last, as_of).expect("a report");
    let (mut csv, mut xlsx) = (vec![], vec![]);
    for _ in 0..9 {
        let start = Instant::now();
        size = write_status_csv(&report).len();
        csv.push(start.elapsed());
        let start = Instant::now();
        write_status_report(&report, UnixMillis(0), None).expect("a workbook");
        xlsx.push(start.elapsed());
    }
    println!(
        "{engine}: the same as CSV {:.1} ms ({size} bytes), as workbook {:.1} ms",
        median(csv),
        median(xlsx)
    );
}

async fn migrate(url: &str) {
    let store = Store::open(url).await.expect("opens");
    store.migrate().await.expect("migrates");
    store.close().await.expect("closes");
}

#[tokio::main]
async fn main() {
    let database = database::TestDatabase::create(migrate).await;
    let engine = if database.is_postgres() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let store = Store::open(database.url()).await.expect("opens");
    measure(engine, &store).await;
    store.close().await.expect("closes");
    let database = database::TestDatabase::create(migrate).await;
    Box::pin(counts::measure(
        engine,
        database.url(),
        database.directory(),
    ))
    .await;
}
