//! Files that come in by the pages: a body's own form, many at once, and what may never happen with them.

use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use torimatome::domain::place::Place;
use torimatome::domain::response::{Form1Input, SchemeInput};
use torimatome::domain::response_status::ResponseStatus;
use torimatome::spreadsheet::{FormBody, write_form1_draft};
use torimatome::workflow::intake::{add_upload, close_batch, open_batch, send_own};

use crate::app::{
    AOMORI, HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, body, complete_form,
    edition,
};
use crate::client::{Client, Page, multipart};

const UPLOAD: &str = "/editions/fy2027/upload";
const INTAKE: &str = "/editions/fy2027/intake";
const NAME: &str = "【012033小樽市】様式1.xlsx";

/// 様式1 of a body as somebody filled it in.
async fn workbook(app: &TestApp, code: &str, input: &Form1Input) -> Vec<u8> {
    let record = app.answer(code).await;
    let body = FormBody {
        code: record.code(),
        name: &record.name,
    };
    let bytes = write_form1_draft(&record.edition.definition, &body, input);
    bytes.expect("is written")
}

/// A form that reads without problems, with this number of recipients in one row.
fn filled_in(recipients: &str) -> Form1Input {
    let mut input = complete_form();
    let id = "rehabilitation".parse().expect("an id");
    let row = SchemeInput {
        target: true,
        recipients: recipients.to_owned(),
    };
    input.schemes.rows.insert(id, row);
    input
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
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
async fn preview(client: &Client, name: &str, bytes: &[u8]) -> Page {
    let sent = client.upload(UPLOAD, &[(name, bytes)]).await;
    client.follow(sent).await.ok()
}

/// Sends many and waits until the batch is done.
async fn batch(client: &Client, files: &[(&str, &[u8])]) -> Page {
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
fn row(page: &Page, text: &str) -> String {
    let rows = page.all("tbody tr");
    let found = rows.iter().find(|row| row.contains(text));
    found
        .unwrap_or_else(|| panic!("no row 「{text}」: {}", page.text()))
        .clone()
}

/// Address of the link with this label.
fn link(page: &Page, label: &str) -> String {
    let html = page.html();
    let links = scraper::Selector::parse("a").expect("a selector");
    let found = html
        .select(&links)
        .find(|link| link.text().collect::<String>() == label);
    let href = found.and_then(|link| link.value().attr("href"));
    href.unwrap_or_else(|| panic!("no link 「{label}」: {}", page.text()))
        .to_owned()
}

#[tokio::test]
async fn a_body_sends_its_form_looks_at_it_and_submits() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let list = client.get("/editions/fy2027/form1").await.ok();
    assert_eq!(link(&list, "Excelで回答する"), UPLOAD);
    let form = client.get(UPLOAD).await.ok();
    form.shows("未提出")
        .shows("送っただけでは、提出になりません。");

    let mut input = filled_in("1200");
    input.contact.phone = "０１３８－００－００００".to_owned();
    let bytes = workbook(&app, OTARU, &input).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("まだ提出していません。")
        .shows("小樽市（012033）")
        .shows("直すところなし")
        .shows("０１３８－００－００００")
        .shows("0138-00-0000")
        .shows("はじめての回答になります");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);

    let receipt = client.submit_and_follow(&page.form("提出する")).await.ok();
    receipt
        .shows("R9-012033-01")
        .shows("Excelファイルから提出")
        .shows("更生医療");
    let original = link(&receipt, NAME);
    let (status, kept) = client.download(&original).await;
    assert_eq!(status, 200);
    assert!(kept == bytes, "the original is kept as it was sent");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Submitted);

    // The same press again gives the same receipt.
    let again = client.submit(&page.form("提出する")).await;
    assert_eq!(again.location(), "/receipts/R9-012033-01");
    assert_eq!(app.answer(OTARU).await.revision_number, 1);
    let history = client.get("/editions/fy2027/form1/history").await.ok();
    history.shows(NAME);
    // Now the answer lies with its reviewer.
    client
        .get(UPLOAD)
        .await
        .ok()
        .shows("すでに提出されています");
}

#[tokio::test]
async fn a_form_becomes_a_draft_and_is_finished_on_the_page() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1200")).await;
    let page = preview(&client, NAME, &bytes).await;
    let list = client
        .submit_and_follow(&page.form("この内容で下書きにする"))
        .await;
    list.ok()
        .shows("まだ提出はしていません")
        .shows("から取り込んだ内容です");
    let record = app.answer(OTARU).await;
    assert_eq!(record.status, ResponseStatus::Draft);
    assert!(record.draft.expect("a draft").from_file.is_some());

    let check = client.get("/editions/fy2027/form1/check").await.ok();
    let receipt = client.submit_and_follow(&check.form("提出する")).await.ok();
    receipt.shows("Excelファイルから提出").shows(NAME);

    // Whoever reviews it may have the original too; nobody else.
    let original = link(&receipt, NAME);
    for (client, expected) in [
        (app.prefecture("01").await, 200),
        (app.ministry().await, 200),
        (app.prefecture("02").await, 404),
        (app.municipality(YUBARI).await, 404),
    ] {
        assert_eq!(client.download(&original).await.0, expected);
    }
}

#[tokio::test]
async fn warnings_are_confirmed_as_on_the_check_page() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let mut input = filled_in("1200");
    let id = "rehabilitation".parse().expect("an id");
    input.schemes.rows.get_mut(&id).expect("a row").target = false;
    let bytes = workbook(&app, OTARU, &input).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("確かめるところ 1件");
    let form = page.form("提出する");
    let refused = client.submit(&form).await.is(422);
    refused.shows("印を付けて");
    assert_eq!(app.answer(OTARU).await.revision_number, 0);
    let receipt = client.submit_and_follow(&form.tick("confirmed", "1")).await;
    receipt.ok().shows("提出するときに確かめたこと");
}

#[tokio::test]
async fn what_must_be_mended_is_said_with_its_cell_and_cannot_be_submitted() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let mut input = filled_in("1200");
    input.contact.phone = "１２３".to_owned();
    let bytes = workbook(&app, OTARU, &input).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("直すところ（1か所）")
        .shows("電話番号")
        .shows("Excelで直す");
    assert!(!page.has_button("提出する"));
    let version = page.form("画面で直す").value("version").to_owned();
    let address = page.path.clone();
    let refused = client
        .post(&address, &[("do", "submit"), ("version", &version)])
        .await;
    refused.is(422).shows("提出していません");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);

    // The same workbook back, with what to do beside the row; sent again it reads the same.
    let (status, notes) = client.download(&link(&page, "Excelで直す")).await;
    assert_eq!(status, 200);
    assert!(notes != bytes && notes.starts_with(b"PK"));
    let again = preview(&client, NAME, &notes).await;
    again.shows("直すところ（1か所）").shows("電話番号");

    // Mended on the page: what was read is there, the part with the problem first.
    let mended = client.submit(&page.form("画面で直す")).await;
    assert!(
        mended
            .location()
            .starts_with("/editions/fy2027/form1/contact")
    );
    let contact = client.follow(mended).await.ok();
    assert_eq!(contact.value("department"), input.contact.department);

    // The draft that is there now is compared with the next file.
    let page = preview(
        &client,
        NAME,
        &workbook(&app, OTARU, &filled_in("1300")).await,
    )
    .await;
    page.shows("いまの下書きとくらべて")
        .shows("○ 1,300人")
        .shows("○ 1,200人");
    let gone = client
        .submit_and_follow(&page.form("この内容を使わない"))
        .await
        .ok();
    gone.shows("使わないことにしました");
    let after = client.get(&page.path).await.ok();
    after.shows("取り込まないことにしました");
    assert!(!after.has_button("提出する"));
}

#[tokio::test]
async fn an_answer_that_changed_meanwhile_is_compared_again() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    let page = preview(&client, NAME, &bytes).await;
    // A colleague saves on the page.
    app.drafted(OTARU).await;
    let before = app.state_of(OTARU).await;
    for button in ["提出する", "この内容で下書きにする"] {
        let stale = client.submit(&page.form(button)).await.is(409);
        stale
            .shows("回答が変わりました")
            .shows("いまの下書きとくらべ");
        assert_eq!(app.state_of(OTARU).await, before);
    }
    let again = client.get(&page.path).await.ok();
    let receipt = client.submit_and_follow(&again.form("提出する")).await.ok();
    receipt.shows("R9-012033-01");
}

#[tokio::test]
async fn somebody_elses_form_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, YUBARI, &filled_in("1200")).await;
    let (own, other) = (app.state_of(OTARU).await, app.state_of(YUBARI).await);
    let page = preview(&client, "【012092夕張市】様式1.xlsx", &bytes).await;
    page.shows("012092");
    for button in ["提出する", "この内容で下書きにする", "画面で直す"] {
        assert!(!page.has_button(button), "{button}");
    }
    for what in ["submit", "draft", "edit", "discard"] {
        let version = app.answer(OTARU).await.version.to_string();
        let fields = [("do", what), ("version", &version), ("confirmed", "1")];
        let refused = client.post(&page.path, &fields).await;
        assert!(
            matches!(refused.status, 409 | 422),
            "{what}: {}",
            refused.status
        );
    }
    assert_eq!(app.state_of(OTARU).await, own);
    assert_eq!(app.state_of(YUBARI).await, other);
}

#[tokio::test]
async fn hostile_and_careless_files_get_a_sentence() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let good = workbook(&app, OTARU, &filled_in("1")).await;
    let cut = good[..good.len() / 2].to_vec();
    let bomb = zip(&[("[Content_Types].xml", &vec![b' '; 60 << 20])]);
    let password = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".repeat(200);
    for (name, bytes) in [
        ("空.xlsx", Vec::new()),
        ("メモ.xlsx", b"just text".to_vec()),
        ("途中.xlsx", cut),
        ("爆弾.xlsx", bomb),
        ("鍵付き.xlsx", password),
        ("<script>alert(1)</script>.xlsx", b"PK\x03\x04".to_vec()),
        ("../../etc/passwd", b"root:x".to_vec()),
    ] {
        let page = preview(&client, name, &bytes).await;
        page.shows("直すところ（1か所）");
        assert!(!page.body.contains("<script>alert"), "{name}");
        assert!(!page.has_button("提出する") && !page.has_button("画面で直す"));
    }
    // One file where one is wanted.
    let two = zip(&[("a.xlsx", &good), ("b.xlsx", &good)]);
    let refused = client.upload(UPLOAD, &[("二つ.zip", &two)]).await.is(422);
    refused.shows("2つ以上");
    let none = client.upload(UPLOAD, &[]).await.is(422);
    none.shows("ファイルがありません");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);
    // And still a good one is read.
    preview(&client, NAME, &good).await.shows("直すところなし");
}

#[tokio::test]
async fn only_our_own_form_and_a_running_session_bring_a_file_in() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1200")).await;
    let file = [(NAME, bytes.as_slice())];
    let other = app.municipality(YUBARI).await;
    for csrf in ["", "wrong", &other.csrf()] {
        let body = multipart(&[("csrf", csrf)], &file);
        let page = client.send(client.with_files(UPLOAD, body)).await.is(403);
        page.shows("受け付けられませんでした");
    }
    // The token behind the file is too late.
    let mut late = multipart(&[], &file);
    let tail = multipart(&[("csrf", &client.csrf())], &[]);
    late.truncate(late.len() - "------formBoundaryOfATest--\r\n".len());
    late.extend_from_slice(&tail);
    client.send(client.with_files(UPLOAD, late)).await.is(403);
    let foreign = client
        .bare(reqwest::Method::POST, UPLOAD)
        .header("sec-fetch-site", "cross-site")
        .header(
            "content-type",
            "multipart/form-data; boundary=----formBoundaryOfATest",
        )
        .body(multipart(&[("csrf", &client.csrf())], &file));
    client.send(foreign).await.is(403);
    // Not a form with files at all.
    client.post(UPLOAD, &[("file", "text")]).await.is(400);

    let ended = app.anonymous();
    let page = ended.upload(UPLOAD, &file).await.is(401);
    page.shows("もう一度ファイルを選んで");
    assert_eq!(page.form("ログインする").value("next"), UPLOAD);
    let nothing = app
        .desk
        .store
        .last_own_preview(app.answer(OTARU).await.edition.id, body(OTARU));
    assert_eq!(nothing.await.expect("reads"), None);
}

#[tokio::test]
async fn too_much_is_answered_and_not_left_hanging() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let large = vec![0; 6 << 20];
    let page = client
        .upload(UPLOAD, &[("大きい.xlsx", &large)])
        .await
        .is(413);
    page.shows("大きすぎる")
        .shows("5MB")
        .shows("消えていません");
    let page = client
        .upload(UPLOAD, &[("a.xlsx", b"1"), ("b.xlsx", b"2")])
        .await;
    page.is(413);

    // Without a length, and going on sending whatever the server says.
    let head = format!(
        "POST {UPLOAD} HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\nsec-fetch-site: same-origin\r\ncookie: {1}\r\n\
         content-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n",
        app.address,
        client.cookie().expect("signed in"),
    );
    let first = format!(
        "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n",
        client.csrf()
    );
    let address = app.address;
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("connects");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("is set");
        stream.write_all(head.as_bytes()).expect("is sent");
        let chunk = |bytes: &[u8]| {
            let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
            chunk.extend_from_slice(bytes);
            chunk.extend_from_slice(b"\r\n");
            chunk
        };
        stream.write_all(&chunk(first.as_bytes())).expect("is sent");
        let more = chunk(&vec![b'x'; 1 << 20]);
        for _ in 0..20 {
            stream.write_all(&more).expect("is taken");
        }
        stream.write_all(b"0\r\n\r\n").expect("is taken");
        let mut answer = vec![0; 64];
        stream.read_exact(&mut answer).expect("answers");
        String::from_utf8_lossy(&answer).into_owned()
    });
    let answer = answer.await.expect("asks");
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);
}

#[tokio::test]
async fn a_sent_file_is_nobody_elses() {
    let app = TestApp::start().await;
    let file = sent_own(&app, OTARU).await;
    let (batch, item) = sent_batch(&app, HOKKAIDO).await;
    let own = app.municipality(OTARU).await;
    own.get(&format!("/editions/fy2027/uploads/{file}"))
        .await
        .ok();
    for path in [
        format!("/editions/fy2025/uploads/{file}"),
        format!("/editions/fy2027/uploads/{item}"),
        "/editions/fy2027/uploads/999999".to_owned(),
        "/editions/fy2027/uploads/x".to_owned(),
        "/files/x".to_owned(),
        format!("{INTAKE}/{batch}"),
        INTAKE.to_owned(),
    ] {
        assert_eq!(own.get(&path).await.status, 404, "{path}");
    }
    let sender = app.prefecture("01").await;
    for (path, expected) in [
        (format!("{INTAKE}/{batch}/files/{item}"), 200),
        (format!("{INTAKE}/{batch}/files/{file}"), 404),
        (format!("/editions/fy2025/intake/{batch}"), 404),
        (format!("/editions/fy2027/uploads/{item}"), 404),
        (format!("{INTAKE}/999999"), 404),
        (format!("{INTAKE}/x"), 404),
    ] {
        assert_eq!(sender.get(&path).await.status, expected, "{path}");
    }
    for other in [
        app.prefecture("02").await,
        app.ministry().await,
        app.municipality(YUBARI).await,
    ] {
        for path in [
            format!("{INTAKE}/{batch}"),
            format!("{INTAKE}/{batch}/files/{item}"),
            format!("/files/{item}"),
            format!("/files/{file}"),
            format!("/editions/fy2027/uploads/{file}"),
        ] {
            assert_eq!(other.get(&path).await.status, 404, "{path}");
        }
    }
    // Deciding a file of another batch with the ids of one's own does nothing.
    let (theirs, theirs_item) = sent_batch(&app, AOMORI).await;
    let fields = [("do", "overwrite"), ("file", &theirs_item.to_string())];
    let refused = sender.post(&format!("{INTAKE}/{batch}"), &fields).await;
    assert_eq!(refused.status, 404);
    let refused = sender.post(&format!("{INTAKE}/{theirs}"), &fields).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn a_prefecture_takes_in_many_and_every_page_says_so() {
    let app = TestApp::start().await;
    let client = app.prefecture("01").await;
    let good = workbook(&app, OTARU, &filled_in("約1,200人")).await;
    let mut broken = filled_in("1200");
    broken.intent.intents.clear();
    let broken = workbook(&app, YUBARI, &broken).await;
    let foreign = workbook(&app, HIROSAKI, &filled_in("5")).await;
    let direct = workbook(&app, HAKODATE, &filled_in("5")).await;
    let files = zip(&[
        ("後志/【012033小樽市】様式1.xlsx", &good),
        ("空知/【012092夕張市】様式1.xlsx", &broken),
        ("【022021弘前市】様式1.xlsx", &foreign),
        ("【012025函館市】様式1.xlsx", &direct),
        ("Thumbs.db", b"x"),
    ]);
    let page = batch(&client, &[("2月分.zip", &files), ("メモ.txt", b"note")]).await;
    page.shows("5件のうち1件を取り込みました。")
        .shows("対象外としました");
    assert!(
        row(&page, "小樽市").contains("取込み"),
        "{}",
        row(&page, "小樽市")
    );
    for name in ["夕張市", "弘前市", "函館市", "メモ.txt"] {
        assert!(
            row(&page, name).contains("取込みなし"),
            "{}",
            row(&page, name)
        );
    }
    assert!(
        row(&page, "函館市").contains("国へ直接提出"),
        "{}",
        row(&page, "函館市")
    );
    let narrowed = client
        .get(&format!("{}?group=rejected&q=夕張", page.path))
        .await
        .ok();
    assert_eq!(narrowed.all("#files-table tbody tr").len(), 1);
    let file = client
        .get(&link(&narrowed, "【012092夕張市】様式1.xlsx"))
        .await
        .ok();
    file.shows("直すところ").shows("申請の意向");

    // The report says the same, to people and to programs.
    let (status, json) = client.download(&format!("{}/report.json", page.path)).await;
    assert_eq!(status, 200);
    let json: serde_json::Value = serde_json::from_slice(&json).expect("is JSON");
    let files = json["files"].as_array().expect("a list");
    let outcomes: Vec<_> = files.iter().map(|file| file["outcome"].as_str()).collect();
    assert_eq!(
        outcomes.iter().filter(|o| **o == Some("rejected")).count(),
        4
    );
    let taken = files.iter().find(|file| file["code"] == OTARU);
    let taken = taken.expect("stands there");
    assert_eq!(taken["file"], format!("2月分.zip/後志/{NAME}"));
    assert_eq!(
        taken["response"]["schemes"]["rehabilitation"]["recipients"],
        1200
    );
    let (status, book) = client.download(&format!("{}/report.xlsx", page.path)).await;
    assert!(status == 200 && book.starts_with(b"PK"));

    // The body is told at home, on its form, its receipt and in its history.
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Submitted);
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::NotStarted);
    let own = app.municipality(OTARU).await;
    let words = "北海道がファイルから代理で入力しました。内容をご確認ください。";
    let home = own.get("/home").await.ok();
    home.shows(words);
    let original = link(&home, NAME);
    assert!(own.download(&original).await.1 == good);
    own.get("/editions/fy2027/form1").await.ok().shows(words);
    let receipt = own.get("/receipts/R9-012033-01").await.ok();
    receipt
        .shows(words)
        .shows("代理入力")
        .shows("北海道　医療助成担当");
    own.get("/editions/fy2027/form1/history")
        .await
        .ok()
        .shows("代理入力");
    // And so is everybody who looks at it.
    let board = client.get("/editions/fy2027/board").await.ok();
    assert!(row(&board, "小樽市").contains("代理入力"));
    assert!(!row(&board, "夕張市").contains("代理入力"));
    let answer = client.get("/editions/fy2027/answers/012033").await.ok();
    answer.shows("代理入力").shows(NAME);
    for other in [app.prefecture("02").await, app.municipality(YUBARI).await] {
        assert_eq!(other.download(&original).await.0, 404);
    }

    // The same file again changes nothing.
    let before = app.state_of(OTARU).await;
    let again = batch(&client, &[(NAME, &good)]).await;
    again
        .shows("1件すべてを取り込みました。")
        .shows("何も変わっていません");
    assert_eq!(app.state_of(OTARU).await, before);
    let list = client.get(INTAKE).await.ok();
    assert_eq!(list.all("tbody tr").len(), 2);
}

#[tokio::test]
async fn what_a_body_typed_is_not_overwritten_without_being_asked() {
    let app = TestApp::start().await;
    let client = app.prefecture("01").await;
    app.submitted(OTARU).await;
    let typing = app.drafted(YUBARI).await;
    let secret = "まだ出していない課の名前";
    let part = typing.get("/editions/fy2027/form1/contact").await.ok();
    let form = part.form("保存して次へ").fill("department", secret);
    typing.submit_and_follow(&form).await.ok();
    let otaru = workbook(&app, OTARU, &filled_in("999")).await;
    let yubari = workbook(&app, YUBARI, &filled_in("888")).await;
    let files = zip(&[
        ("【012033小樽市】様式1.xlsx", &otaru),
        ("【012092夕張市】様式1.xlsx", &yubari),
    ]);
    let before = (app.state_of(OTARU).await, app.state_of(YUBARI).await);
    let page = batch(&client, &[("まとめ.zip", &files)]).await;
    page.shows("取り込んだファイルはありません。")
        .shows("2件は、いまの回答を置きかえてよいか");
    assert_eq!(
        (app.state_of(OTARU).await, app.state_of(YUBARI).await),
        before
    );

    // Both answers side by side, but nothing of a draft.
    let shown = client.get(&link(&page, NAME)).await.ok();
    shown
        .shows("どちらの回答を残しますか")
        .shows("○ 1,200人")
        .shows("○ 999人");
    let hidden = client
        .get(&link(&page, "【012092夕張市】様式1.xlsx"))
        .await
        .ok();
    hidden.shows("入力中の内容は、提出されるまで").hides(secret);

    // One is left, then sent again and overwritten; the other is decided in the table.
    let kept = client
        .submit_and_follow(&shown.form("いまの回答を残す"))
        .await
        .ok();
    kept.shows("いまの回答を残しました");
    assert_eq!(app.state_of(OTARU).await, before.0);
    let page = client.get(&page.path).await.ok();
    let nothing = client
        .submit(&page.form("ファイルの内容で置きかえる"))
        .await
        .is(422);
    nothing.shows("選ばれていません");
    let ticked = page.all("input[name=file]").len();
    assert_eq!(ticked, 1, "only what still waits can be ticked");
    let html = page.html();
    let boxes = scraper::Selector::parse("input[name=file]").expect("a selector");
    let id = html
        .select(&boxes)
        .next()
        .and_then(|b| b.value().attr("value"));
    let form = page
        .form("ファイルの内容で置きかえる")
        .tick("file", id.expect("an id"));
    let done = client.submit_and_follow(&form).await.ok();
    done.shows("ファイルの内容で置きかえました");
    let record = app.answer(YUBARI).await;
    assert_eq!(
        (record.status, record.revision_number),
        (ResponseStatus::Submitted, 1)
    );
    typing.get("/home").await.ok().shows("代理で入力しました");
    // Pressing again decides nothing twice.
    let again = client.submit_and_follow(&form).await.ok();
    again.shows("決めたとおりにできなかった");
    assert_eq!(app.answer(YUBARI).await.revision_number, 1);
}

#[tokio::test]
async fn a_batch_reads_well_when_it_is_empty_long_or_over() {
    let app = TestApp::start().await;
    let client = app.prefecture("01").await;
    client
        .get(INTAKE)
        .await
        .ok()
        .shows("まだ取り込んだファイルはありません。");
    client
        .upload(INTAKE, &[])
        .await
        .is(422)
        .shows("取り込むファイルがありません");
    let only = zip(&[("Thumbs.db", b"x")]);
    client.upload(INTAKE, &[("a.zip", &only)]).await.is(422);
    let names: Vec<String> = (1..=130).map(|at| format!("メモ{at:03}.txt")).collect();
    let notes: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"note"[..]))
        .collect();
    let page = batch(&client, &[("メモ.zip", &zip(&notes))]).await;
    page.shows("取り込んだファイルはありません。")
        .shows("130件のうち1～100件目です。");
    let second = client.get(&format!("{}?page=2", page.path)).await.ok();
    second.shows("130件のうち101～130件目です。");
    let beyond = client.get(&format!("{}?page=9", page.path)).await.ok();
    beyond.shows("条件に合うファイルはありません");
    client
        .get(&format!("{}?q=%25", page.path))
        .await
        .ok()
        .shows("条件に合うファイルはありません");

    let foreign = app.municipality(OTARU).await;
    foreign.upload(INTAKE, &[("a.xlsx", b"x")]).await.is(404);
    app.close_edition().await;
    client
        .get(INTAKE)
        .await
        .ok()
        .shows("この調査は終わりました");
    client.upload(INTAKE, &[("a.xlsx", b"x")]).await.is(409);
    client.get(&page.path).await.ok();
}

#[tokio::test]
async fn a_returned_answer_is_mended_by_a_file() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("○ 1,200人").shows("○ 1,300人");
    let receipt = client.submit_and_follow(&page.form("提出する")).await.ok();
    receipt.shows("R9-012033-02");
}
