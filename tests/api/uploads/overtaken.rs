//! Answers that change while a page is open that would overwrite them: nobody loses what nobody was shown.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use torimatome::domain::response_status::ResponseStatus;

use super::{NAME, batch, filled_in, link, row, workbook, zip};
use crate::app::{OTARU, TestApp, YUBARI};
use crate::client::{Client, Form, Page};

const MUTSU: &str = "022080";
const MUTSU_FILE: &str = "【022080むつ市】様式1.xlsx";
const YUBARI_FILE: &str = "【012092夕張市】様式1.xlsx";
const OVERWRITE: &str = "ファイルの内容で置きかえる";

/// Types another department on the page of the form.
async fn types(body: &Client, department: &str) {
    let part = body.get("/editions/fy2027/form1/contact").await.ok();
    let form = part.form("保存して次へ").fill("department", department);
    body.submit_and_follow(&form).await.ok();
}

/// The form of the table with every box of its page ticked.
fn all_ticked(page: &Page, button: &str) -> Form {
    let html = page.html();
    let boxes = scraper::Selector::parse("input[name=file]").expect("a selector");
    let ids = html
        .select(&boxes)
        .filter_map(|it| it.value().attr("value"));
    ids.fold(page.form(button), |form, id| form.tick("file", id))
}

#[tokio::test]
async fn a_draft_saved_after_the_page_was_opened_is_not_lost() {
    let app = TestApp::start().await;
    let office = app.prefecture("02").await;
    let city = app.drafted(MUTSU).await;
    let bytes = workbook(&app, MUTSU, &filled_in("999")).await;
    let list = batch(&office, &[(MUTSU_FILE, &bytes)]).await;
    let shown = office.get(&link(&list, MUTSU_FILE)).await.ok();
    shown.shows("まだ提出していない内容は、ファイルの内容に置きかわり、元に戻せません。");
    list.shows("まだ提出していない内容は、ファイルの内容に置きかわり、元に戻せません。");

    types(&city, "あとから書いた課").await;
    let before = app.state_of(MUTSU).await;
    let refused = office.submit(&shown.form(OVERWRITE)).await.is(409);
    refused
        .shows("置きかえていません")
        .shows("画面で入力しているところです")
        .hides("あとから書いた課");
    assert_eq!(app.state_of(MUTSU).await, before);
    // A page from before there were versions on it shows nothing either.
    for version in ["", "x", "-1"] {
        let fields = [("do", "overwrite"), ("version", version)];
        office.post(&shown.path, &fields).await.is(409);
    }
    assert_eq!(app.state_of(MUTSU).await, before);

    // Nor does one that was submitted and shown to nobody.
    app.submit(city.actor()).await;
    let before = app.state_of(MUTSU).await;
    let refused = office.submit(&refused.form(OVERWRITE)).await.is(409);
    refused
        .shows("すでに自分で回答を提出しており")
        .shows("あとから書いた課")
        .shows("○ 999人");
    assert_eq!(app.state_of(MUTSU).await, before);
    let list = office.get(&list.path).await.ok();
    assert!(row(&list, "むつ市").contains("確認待ち"));
    assert!(row(&list, "むつ市").contains("すでに自分で回答を提出しており"));

    // Whoever has seen it may say so.
    let done = office
        .submit_and_follow(&refused.form(OVERWRITE))
        .await
        .ok();
    done.shows("ファイルの内容で置きかえました");
    assert_eq!(app.answer(MUTSU).await.revision_number, 2);
}

#[tokio::test]
async fn an_answer_is_left_whatever_became_of_it() {
    let app = TestApp::start().await;
    let office = app.prefecture("02").await;
    let city = app.drafted(MUTSU).await;
    let bytes = workbook(&app, MUTSU, &filled_in("999")).await;
    let list = batch(&office, &[(MUTSU_FILE, &bytes)]).await;
    let shown = office.get(&link(&list, MUTSU_FILE)).await.ok();
    types(&city, "あとから書いた課").await;
    let before = app.state_of(MUTSU).await;
    let kept = office
        .submit_and_follow(&shown.form("いまの回答を残す"))
        .await
        .ok();
    kept.shows("いまの回答を残しました");
    assert_eq!(app.state_of(MUTSU).await, before);
}

#[tokio::test]
async fn of_many_files_those_that_changed_wait_on() {
    let app = TestApp::start().await;
    let office = app.prefecture("01").await;
    app.submitted(OTARU).await;
    let typing = app.drafted(YUBARI).await;
    let otaru = workbook(&app, OTARU, &filled_in("999")).await;
    let yubari = workbook(&app, YUBARI, &filled_in("888")).await;
    let files = zip(&[(NAME, &otaru), (YUBARI_FILE, &yubari)]);
    let list = batch(&office, &[("まとめ.zip", &files)]).await;
    types(&typing, "あとから書いた課").await;
    let before = app.state_of(YUBARI).await;
    let done = office
        .submit_and_follow(&all_ticked(&list, OVERWRITE))
        .await
        .ok();
    done.shows("1件は、画面を開いたあとに団体の回答が変わったため");
    assert_eq!(app.answer(OTARU).await.revision_number, 2);
    assert_eq!(app.state_of(YUBARI).await, before);
    assert!(!row(&done, "小樽市").contains("確認待ち"));
    assert!(row(&done, "夕張市").contains("確認待ち"));

    // The report calls what waits as the page does; for programs it was not taken.
    let (_, book) = office.download(&format!("{}/report.xlsx", list.path)).await;
    assert_eq!(results(book), ["取込み", "確認待ち"]);
    let (_, json) = office.download(&format!("{}/report.json", list.path)).await;
    let json: serde_json::Value = serde_json::from_slice(&json).expect("is JSON");
    assert_eq!(json["files"][1]["outcome"], "rejected");

    // Where nothing at all was done, the answer says so.
    types(&typing, "もっとあとから書いた課").await;
    let before = app.state_of(YUBARI).await;
    let refused = office.submit(&all_ticked(&done, OVERWRITE)).await.is(409);
    refused.shows("1件の団体の回答が変わったため、置きかえていません");
    assert_eq!(app.state_of(YUBARI).await, before);
    let done = office
        .submit_and_follow(&all_ticked(&refused, OVERWRITE))
        .await
        .ok();
    done.shows("ファイルの内容で置きかえました");
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::Submitted);
}

/// The results of a report, file by file.
fn results(book: Vec<u8>) -> Vec<String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("opens");
    let range = book.worksheet_range("取込み結果").expect("has the sheet");
    let cells = range.rows().skip(3).map(|row| row[2].to_string());
    cells.collect()
}
