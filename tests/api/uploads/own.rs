//! A body's own form: preview, draft, submission, and what may never come in.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use torimatome::domain::place::Place;
use torimatome::domain::response_status::ResponseStatus;

use super::{NAME, UPLOAD, batch, filled_in, link, preview, with_hidden_rows, workbook, zip};
use crate::app::{DEADLINE, LAST_DAY, OTARU, TestApp, YUBARI, body, complete_form};
use crate::client::{Client, Page, multipart};

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
    page.shows("012092")
        .shows("自治体コード・名称")
        .shows("直すところのほかは、ファイルに書かれているとおりに")
        .hides("はじめての回答になります");
    // What can be done with it is said all the same.
    assert_eq!(link(&page, "画面で入力する"), "/editions/fy2027/form1");
    assert_eq!(link(&page, "別のファイルを送る"), UPLOAD);
    let (status, notes) = client.download(&link(&page, "Excelで直す")).await;
    assert_eq!(status, 200);
    assert!(notes.starts_with(b"PK"));
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
        page.shows("直すところ（1か所）")
            .hides("様式1は見つかりませんでした");
        assert_eq!(link(&page, "画面で入力する"), "/editions/fy2027/form1");
        assert!(!page.body.contains("<script>alert"), "{name}");
        assert!(!page.has_button("提出する") && !page.has_button("画面で直す"));
    }
    // One file where one is wanted.
    let two = zip(&[("a.xlsx", &good), ("b.xlsx", &good)]);
    let refused = client.upload(UPLOAD, &[("二つ.zip", &two)]).await.is(422);
    refused.shows("2つ以上");
    let none = client.upload(UPLOAD, &[]).await.is(422);
    none.shows("ファイルがありません");
    // What cannot be a form does not stand in the way of the only one.
    let pair = zip(&[("送付状.pdf", b"%PDF-1.7"), (NAME, &good)]);
    let page = preview(&client, "送付.zip", &pair).await;
    page.shows("小樽市（012033）").shows("直すところなし");
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

fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// The beginning of an upload without a declared length: head, token and the head of a file.
fn beginning(app: &TestApp, client: &Client) -> Vec<u8> {
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
    let mut bytes = head.into_bytes();
    bytes.extend(chunk(first.as_bytes()));
    bytes
}

#[tokio::test]
async fn uploads_that_dawdle_take_no_more_than_their_places() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1")).await;
    let begun = beginning(&app, &client);
    let dawdle = || {
        let mut stream = TcpStream::connect(app.address).expect("connects");
        stream.write_all(&begun).expect("is sent");
        stream
    };
    let mut dawdlers: Vec<_> = (0..torimatome::web::upload::UPLOADS_AT_ONCE)
        .map(|_| dawdle())
        .collect();
    let began = std::time::Instant::now();
    loop {
        let page = client.upload(UPLOAD, &[(NAME, &bytes)]).await;
        if page.status == 429 {
            page.shows("混み合っています");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "never busy");
        // This very upload may have taken the place of one of them.
        dawdlers.push(dawdle());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Other pages go on, and so do uploads once the others are gone.
    client.get("/home").await.ok();
    drop(dawdlers);
    let began = std::time::Instant::now();
    while client.upload(UPLOAD, &[(NAME, &bytes)]).await.status == 429 {
        assert!(began.elapsed() < Duration::from_secs(20), "still busy");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
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
    // The way on is the same form.
    assert!(page.has_button("ファイルを送って内容を確かめる"));
    assert_eq!(page.all("#file-error").len(), 1);
    let page = client
        .upload(UPLOAD, &[("a.xlsx", b"1"), ("b.xlsx", b"2")])
        .await;
    page.is(413);

    // Without a length, and going on sending whatever the server says.
    let first = beginning(&app, &client);
    let address = app.address;
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("connects");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("is set");
        stream.write_all(&first).expect("is sent");
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
async fn a_returned_answer_is_mended_by_a_file() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("○ 1,200人").shows("○ 1,300人");
    // The return key makes a new line and never submits; whoever goes away is asked before anything typed is lost.
    let reply = page.all("form[data-guard] textarea[name='reply.1']");
    assert_eq!(reply.len(), 1);
    page.shows("下書きには残りません");
    let form = page.form("提出する").tick("reply-kind.1", "right");
    let receipt = client.submit_and_follow(&form).await.ok();
    receipt.shows("R9-012033-02");
}

#[tokio::test]
async fn a_returned_answer_sent_again_as_it_is_answers_the_return() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    let bytes = workbook(&app, OTARU, &complete_form()).await;
    // Whoever gathers it is asked first: the same folder may simply be taken in once more.
    let office = app.prefecture("01").await;
    let page = batch(&office, &[(NAME, &bytes)]).await;
    page.shows("差し戻した回答と同じ内容です");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Returned);
    let client = app.municipality(OTARU).await;
    let page = preview(&client, NAME, &bytes).await;
    let form = page.form("提出する").tick("reply-kind.1", "right");
    let receipt = client.submit_and_follow(&form).await.ok();
    receipt.shows("R9-012033-02");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Submitted);
}

#[tokio::test]
async fn what_is_said_of_the_whole_sheet_is_confirmed_and_reaches_the_reviewer() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let bytes = workbook(&app, OTARU, &filled_in("1200")).await;
    let bytes = with_hidden_rows(&bytes);
    let page = preview(&client, NAME, &bytes).await;
    page.shows("非表示の行");
    let form = page.form("提出する");
    client.submit(&form).await.is(422).shows("印を付けて");
    client
        .submit_and_follow(&form.tick("confirmed", "1"))
        .await
        .ok();
    let office = app.prefecture("01").await;
    let answer = office.get("/editions/fy2027/answers/012033").await.ok();
    answer.shows("非表示の行");
}

#[tokio::test]
async fn a_preview_says_what_was_submitted_meanwhile() {
    let app = TestApp::start().await;
    let (client, other) = (app.municipality(OTARU).await, app.municipality(OTARU).await);
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("未提出").hides("Excelで直す");
    let drafted = preview(&other, NAME, &bytes).await;
    other
        .submit_and_follow(&drafted.form("この内容で下書きにする"))
        .await
        .ok();
    app.submit(other.actor()).await;

    let says_so = |page: &Page| {
        page.shows("提出済")
            .shows("回答はすでに提出されています")
            .hides("未提出")
            .hides("まだ提出していません")
            .hides("直してから、もう一度送るか")
            .hides("Excelで直す");
        assert!(!page.has_button("提出する"));
    };
    says_so(&client.get(&page.path).await.ok());
    let stale = client.submit(&page.form("提出する")).await.is(409);
    stale
        .shows("送ったファイルは消えていません")
        .hides("もう一度押してください");
    says_so(&stale);
    // Sent from a page that was opened before; also one with something to mend, or of another body.
    let mut broken = complete_form();
    broken.contact.phone = "１２３".to_owned();
    let broken = workbook(&app, OTARU, &broken).await;
    let foreign = workbook(&app, YUBARI, &filled_in("1")).await;
    for bytes in [&bytes, &broken, &foreign] {
        let sent = client.upload(UPLOAD, &[(NAME, bytes)]).await;
        says_so(&client.follow(sent).await.ok());
    }
    // What became a draft is told by what became of that.
    let drafted = other.get(&drafted.path).await.ok();
    drafted.hides("まだ提出していません");
    assert_eq!(
        link(&drafted, "提出した回答を見る"),
        "/editions/fy2027/form1"
    );
    app.accept(OTARU).await;
    client.get(&page.path).await.ok().shows("受付済");
}

#[tokio::test]
async fn a_preview_after_the_end_asks_for_nothing_to_be_mended() {
    let app = TestApp::start().await;
    let client = app.municipality(OTARU).await;
    let mut broken = complete_form();
    broken.contact.phone = "１２３".to_owned();
    let bytes = workbook(&app, OTARU, &broken).await;
    let page = preview(&client, NAME, &bytes).await;
    page.shows("直してから、もう一度送るか")
        .shows("Excelで直す");
    app.at(DEADLINE.tomorrow().expect("a day").at(9, 0, 0, 0));
    // Late is not too late. A session does not last so long.
    let client = app.municipality(OTARU).await;
    client.get(&page.path).await.ok().shows("Excelで直す");
    app.at(LAST_DAY.tomorrow().expect("a day").at(9, 0, 0, 0));
    let client = app.municipality(OTARU).await;
    let over = client.get(&page.path).await.ok();
    over.shows("受付期間は終わりました")
        .hides("直してから、もう一度送るか")
        .hides("Excelで直す");
}
