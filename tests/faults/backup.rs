//! The backup that the operator's guide describes, made while everybody submits.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use torimatome::config::sqlite_url;
use torimatome::store::Store;

use crate::load::{Load, Receipts, clerks, is_whole};
use crate::server::Office;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_under_load_is_whole_and_has_what_was_acknowledged_before() {
    let office = Office::on_sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let clerks = clerks(&office).await;
    let server = office.serve();
    let seen = Receipts::default();
    let load = Load::start(&server, &clerks, &seen);
    let db = Database::connect(office.url()).await.expect("connects");
    let mut copies = Vec::new();
    for number in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // A busy machine may take longer for the first receipts; without any the copy would prove nothing.
        for _ in 0..300 {
            if seen.lock().expect("not poisoned").len() > 4 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let before = seen.lock().expect("not poisoned").clone();
        let path = folder.path().join(format!("copy{number}.db"));
        let name = path.display().to_string();
        let into =
            Statement::from_sql_and_values(DbBackend::Sqlite, "vacuum into ?", [name.into()]);
        db.execute_raw(into).await.expect("is copied");
        copies.push((path, before));
    }
    load.end().await;
    assert!(copies.iter().any(|(_, before)| before.len() > 4));
    for (path, before) in copies {
        let url = sqlite_url(&path);
        let copy = Database::connect(&url).await.expect("opens");
        let check = Statement::from_string(DbBackend::Sqlite, "pragma integrity_check");
        let row = copy.query_one_raw(check).await.expect("checks");
        let verdict: String = row.expect("a row").try_get_by_index(0).expect("text");
        assert_eq!(verdict, "ok");
        copy.close().await.expect("closes");
        let store = Store::open(&url).await.expect("opens");
        store.migrate().await.expect("is up to date");
        is_whole(&store, &before).await;
    }
}
