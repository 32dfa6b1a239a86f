//! Many files at once: progress, outcomes, decisions, proxy entries, and whose batches are whose.

use torimatome::domain::response_status::ResponseStatus;
use torimatome::workflow::intake::open_batch;

use super::{INTAKE, NAME, batch, filled_in, link, row, sent_batch, sent_own, workbook, zip};
use crate::app::{AOMORI, HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, edition};

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
async fn too_many_batches_at_once_are_put_off_with_a_sentence() {
    let app = TestApp::start().await;
    let client = app.prefecture("01").await;
    let key = edition(OPEN);
    for _ in 0..2 {
        let batch = open_batch(&app.desk, client.actor(), &key, false).await;
        batch.expect("opens");
    }
    let page = client.upload(INTAKE, &[("a.xlsx", b"x")]).await.is(429);
    page.shows("終わってから、もう一度送ってください。");
    assert_eq!(page.header("retry-after"), "60");
    // Another office is not held up.
    let other = app.prefecture("02").await;
    let page = batch(&other, &[("a.xlsx", b"x")]).await;
    page.shows("取り込んだファイルはありません。");
}
