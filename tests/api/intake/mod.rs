//! Files that somebody sends, by the verbs that the pages call: in bulk by whoever gathers answers, and by
//! a body itself. Reader processes are real.

use std::io::{Cursor, Write};

use torimatome::domain::account::Actor;
use torimatome::domain::intake_batch::{BatchState, Counts, FileRecord};
use torimatome::domain::response::{Form1Input, read};
use torimatome::spreadsheet::{FormBody, form1_file_name, write_form1};
use torimatome::store::intake::FileFilter;
use torimatome::workflow::intake::{
    add_upload, close_batch, files_of_batch, open_batch, view_batch, work_once,
};

use crate::app::{OPEN, TestApp, body, complete_form, edition};

mod bulk;
mod own;

/// Form 1 of a body as our own writer fills it, under its official name.
async fn form1(app: &TestApp, code: &str, input: &Form1Input) -> (String, Vec<u8>) {
    let record = app.answer(code).await;
    let definition = &record.edition.definition;
    let form = read(definition, &record.class, input).form;
    let form = form.expect("reads without a problem");
    let named = FormBody {
        code: record.code(),
        name: &record.name,
    };
    let bytes = write_form1(definition, &named, Some(&form), None).expect("writes");
    (form1_file_name(body(code), &record.name), bytes)
}

/// [`complete_form`] with another department.
fn other_form(department: &str) -> Form1Input {
    let mut form = complete_form();
    form.contact.department = department.to_owned();
    form
}

/// A ZIP of files.
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name.as_str(), options).expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

/// Sends files in bulk and waits until the worker is done; gives the batch and its files.
async fn send(
    app: &TestApp,
    actor: &Actor,
    files: &[(String, Vec<u8>)],
    replace: bool,
) -> (i64, Vec<FileRecord>) {
    let batch = open_batch(&app.desk, actor, &edition(OPEN), replace).await;
    let batch = batch.expect("may send");
    for (name, bytes) in files {
        let source = Cursor::new(bytes.clone());
        let added = add_upload(&app.desk, actor, batch, name, source).await;
        added.expect("is kept");
    }
    close_batch(&app.desk, actor, batch).await.expect("closes");
    done(app, actor, batch).await;
    (batch, files_of(app, actor, batch).await)
}

/// Works until the batch is done, beside the server's own worker.
async fn done(app: &TestApp, actor: &Actor, batch: i64) -> Counts {
    for _ in 0..400 {
        work_once(&app.desk).await.expect("works");
        let view = view_batch(&app.desk, actor, batch).await.expect("is ours");
        if view.batch.state == BatchState::Done {
            return view.counts;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the batch is not done after ten seconds");
}

async fn files_of(app: &TestApp, actor: &Actor, batch: i64) -> Vec<FileRecord> {
    let all = FileFilter::default();
    let files = files_of_batch(&app.desk, actor, batch, all, 0, 10_000).await;
    files.expect("is ours")
}

/// As if the first file that was sent had been sent so many times more, each in a batch of its own.
async fn sent_again(app: &TestApp, times: usize) {
    let columns = "edition_id, door, account_id, actor_name, actor_body, actor_code, \
                   replace_answers, received_on, state, skipped, created_at, touched_at, finished_at";
    let batches = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times}) \
         INSERT INTO intake_batch ({columns}) SELECT {columns} FROM intake_batch, n \
         WHERE id = (SELECT MIN(id) FROM intake_batch)"
    );
    app.damage(&batches, Vec::new()).await;
    let columns = "edition_id, position, name, folder, subject, sha256, size, state, outcome, \
                   code, digest, unchanged";
    let files = format!(
        "INSERT INTO intake_file (batch_id, {columns}) \
         SELECT b.id, f.* FROM intake_batch b, (SELECT {columns} FROM intake_file \
         WHERE id = (SELECT MIN(id) FROM intake_file)) f \
         WHERE NOT EXISTS (SELECT 1 FROM intake_file o WHERE o.batch_id = b.id)"
    );
    app.damage(&files, Vec::new()).await;
}

/// The change of the schema finds answers in place.
#[tokio::test]
async fn answers_from_before_keep_and_are_no_proxy_entries() {
    let app = TestApp::start().await;
    app.submitted(crate::app::OTARU).await;
    let before = app.state_of(crate::app::OTARU).await;
    for sql in [
        "DROP TABLE intake_reading",
        "DROP TABLE intake_file",
        "DROP TABLE intake_batch",
        "DROP TABLE original_file",
        "ALTER TABLE revision DROP COLUMN entered_by_proxy",
        "ALTER TABLE revision DROP COLUMN intake_file_id",
        "ALTER TABLE response_event DROP COLUMN intake_file_id",
        "DELETE FROM seaql_migrations WHERE version IN ('m20261121_000005_intake', 'm20261126_000053_packed_originals', 'm20261126_000054_sent_by_offices')",
    ] {
        app.damage(sql, Vec::new()).await;
    }
    app.desk.store.migrate().await.expect("migrates");
    assert_eq!(app.state_of(crate::app::OTARU).await, before);
    let record = app.answer(crate::app::OTARU).await;
    let revision = app.desk.store.revision(record.id, 1).await;
    let revision = revision.expect("reads").expect("is there");
    assert!(!revision.by_proxy);
    assert_eq!(revision.intake_file, None);
    let history = app.desk.store.history(record.id).await.expect("reads");
    assert_eq!(history[0].intake_file, None);
}
