//! Files that come in by the pages: a body's own form, many at once, and what may never happen with them.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use torimatome::domain::response::{Form1Input, SchemeInput};
use torimatome::spreadsheet::{FormBody, write_form1_draft};
use torimatome::workflow::intake::{add_upload, close_batch, open_batch, send_own};

use crate::app::{OPEN, TestApp, complete_form, edition};
use crate::client::{Client, Page};

mod bulk;
mod overtaken;
mod own;

pub const UPLOAD: &str = "/editions/fy2027/upload";
pub const INTAKE: &str = "/editions/fy2027/intake";
pub const NAME: &str = "【012033小樽市】様式1.xlsx";

/// 様式1 of a body as somebody filled it in.
pub async fn workbook(app: &TestApp, code: &str, input: &Form1Input) -> Vec<u8> {
    let record = app.answer(code).await;
    let body = FormBody {
        code: record.code(),
        name: &record.name,
    };
    let bytes = write_form1_draft(&record.edition.definition, &body, input);
    bytes.expect("is written")
}

/// A form that reads without problems, with this number of recipients in one row.
pub fn filled_in(recipients: &str) -> Form1Input {
    let mut input = complete_form();
    let id = "rehabilitation".parse().expect("an id");
    let row = SchemeInput {
        target: true,
        recipients: recipients.to_owned(),
    };
    input.schemes.rows.insert(id, row);
    input
}

/// The same workbook with every row of the form's sheet hidden.
pub fn with_hidden_rows(book: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut from = ::zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a package");
    let mut parts = Vec::new();
    for at in 0..from.len() {
        let mut part = from.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("inflates");
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        if name.ends_with("sheet1.xml") {
            let xml = String::from_utf8(bytes).expect("text");
            bytes = xml.replace("<row ", "<row hidden=\"1\" ").into_bytes();
        }
        parts.push((name, bytes));
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    zip(&parts)
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in files {
        zip.start_file(*name, options).expect("a name");
        zip.write_all(content).expect("is written");
    }
    zip.finish().expect("is closed").into_inner()
}

/// A file that a body has sent and not decided on; its id.
pub async fn sent_own(app: &TestApp, code: &str) -> i64 {
    let actor = app.actor(Some(code), "医療助成担当", false).await;
    let bytes = workbook(app, code, &filled_in("77")).await;
    let key = edition(OPEN);
    let sent = send_own(&app.desk, &actor, &key, "様式1.xlsx", Cursor::new(bytes)).await;
    sent.expect("is received")
}

/// A batch of an office with one file that is no form; ids of the batch and of the file.
pub async fn sent_batch(app: &TestApp, code: &str) -> (i64, i64) {
    let actor = app.actor(Some(code), "医療助成担当", false).await;
    let batch = open_batch(&app.desk, &actor, &edition(OPEN), false).await;
    let batch = batch.expect("opens");
    let junk = Cursor::new(b"no workbook".to_vec());
    let added = add_upload(&app.desk, &actor, batch, "メモ.txt", junk).await;
    added.expect("is kept");
    close_batch(&app.desk, &actor, batch).await.expect("closes");
    let files = app.desk.store.batch_lines(batch, &lines()).await;
    let (files, _) = files.expect("reads");
    (batch, files[0].file.id)
}

fn lines() -> torimatome::store::intake::LineQuery {
    torimatome::store::intake::LineQuery {
        limit: 10,
        ..Default::default()
    }
}

/// Sends a body's own form and comes to its preview.
pub async fn preview(client: &Client, name: &str, bytes: &[u8]) -> Page {
    let sent = client.upload(UPLOAD, &[(name, bytes)]).await;
    client.follow(sent).await.ok()
}

/// Sends many and waits until the batch is done.
pub async fn batch(client: &Client, files: &[(&str, &[u8])]) -> Page {
    let sent = client.upload(INTAKE, files).await;
    let path = sent.location();
    let began = Instant::now();
    loop {
        let page = client.get(&path).await.ok();
        if page.all("[data-refresh]").is_empty() {
            return page;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{}", page.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The row of the table in which a text stands.
pub fn row(page: &Page, text: &str) -> String {
    let rows = page.all("tbody tr");
    let found = rows.iter().find(|row| row.contains(text));
    found
        .unwrap_or_else(|| panic!("no row 「{text}」: {}", page.text()))
        .clone()
}

/// Address of the link with this label.
pub fn link(page: &Page, label: &str) -> String {
    let html = page.html();
    let links = scraper::Selector::parse("a").expect("a selector");
    let found = html
        .select(&links)
        .find(|link| link.text().collect::<String>() == label);
    let href = found.and_then(|link| link.value().attr("href"));
    href.unwrap_or_else(|| panic!("no link 「{label}」: {}", page.text()))
        .to_owned()
}
