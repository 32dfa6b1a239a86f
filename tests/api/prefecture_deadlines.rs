//! 県内締切 that moves: who moved it stays to be read, those that owe are told, and 遅延 stays with the day it was judged by.

use jiff::civil::date;
use torimatome::domain::place::Place;

use crate::app::{HIROSAKI, OPEN, OTARU, TestApp, YUBARI, body};
use crate::client::{Client, Page};

const BOARD: &str = "/editions/fy2027/board";
const OBIHIRO: &str = "012076";

async fn moved(hokkaido: &Client, day: &str) -> Page {
    let page = hokkaido.get(BOARD).await.ok();
    let form = page.form("変更する").fill("deadline", day);
    hokkaido.submit_and_follow(&form).await.ok()
}

#[tokio::test]
async fn a_deadline_that_moves_is_written_down_and_told_to_those_that_owe() {
    let app = TestApp::start().await;
    for (code, address) in [
        (OTARU, "iryo@otaru.example"),
        (YUBARI, "iryo@yubari.example"),
        (OBIHIRO, "iryo@obihiro.example"),
        (HIROSAKI, "iryo@hirosaki.example"),
    ] {
        app.keep_address(Some(code), address).await;
    }
    app.submitted(YUBARI).await;
    let hokkaido = app.prefecture("01").await;
    // 帯広市 was given more time, which it keeps.
    let page = hokkaido
        .get(&format!("/editions/{OPEN}/answers/{OBIHIRO}/extend"))
        .await
        .ok();
    let form = page
        .form("期限を延長する")
        .fill("until", "R9.3.5")
        .fill("reason", "議会の審議を待つため");
    hokkaido.submit(&form).await.is(303);

    let board = hokkaido.get(BOARD).await.ok();
    board.hides("県内締切の変更の記録");
    // Told before, of how many: those of its municipalities that have not submitted.
    let general = board.all("table.dense tbody tr").len();
    board.shows(&format!("まだ提出していない{}団体に", general - 1));
    let board = moved(&hokkaido, "R9.2.12").await;
    board
        .shows("県内締切の変更の記録（1件）")
        .shows("令和9年2月26日（金） → 令和9年2月12日（金）")
        .shows("北海道 医療助成担当");
    let mails = app.mails("deadline_moved").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].0.ends_with("/iryo@otaru.example"), "{mails:?}");
    assert!(
        mails[0].1.contains("令和9年2月12日（金）23時59分"),
        "{mails:?}"
    );
    assert!(
        mails[0].1.contains("令和9年2月26日（金）23時59分"),
        "{mails:?}"
    );

    // The same day again is no change; another one is the second.
    moved(&hokkaido, "R9.2.12").await.shows("（1件）");
    assert_eq!(app.mails("deadline_moved").await.len(), 1);
    app.pass_minutes(5);
    moved(&hokkaido, "R9.2.19").await.shows("（2件）");
    assert_eq!(app.mails("deadline_moved").await.len(), 2);
    let otaru = app.municipality(OTARU).await;
    let history = otaru.get("/editions/fy2027/form1/history").await.ok();
    history
        .shows("県内締切の変更")
        .shows("令和9年2月12日（金） → 令和9年2月19日（金）")
        .shows("北海道 医療助成担当");
    // The ministry sees it on the prefecture's board; another prefecture's bodies have nothing of it.
    let ministry = app.ministry().await;
    let there = format!("/editions/{OPEN}/prefectures/01");
    ministry.get(&there).await.ok().shows("（2件）");
    let hirosaki = app.municipality(HIROSAKI).await;
    let history = hirosaki.get("/editions/fy2027/form1/history").await.ok();
    history.hides("県内締切の変更");
}

#[tokio::test]
async fn what_was_late_stays_so_and_the_deadline_it_was_judged_by_stands_beside() {
    let app = TestApp::start().await;
    let hokkaido = app.prefecture("01").await;
    moved(&hokkaido, "R9.2.12").await;
    app.at(date(2027, 2, 15).at(9, 0, 0, 0));
    app.submitted(OTARU).await;
    assert!(app.answer(OTARU).await.is_late);
    // The deadline moves behind it, and a return brings another revision: judged once.
    let hokkaido = app.prefecture("01").await;
    moved(&hokkaido, "R9.2.24").await;
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    app.submit(app.municipality(OTARU).await.actor()).await;
    let record = app.answer(OTARU).await;
    assert_eq!((record.is_late, record.revision_number), (true, 2));
    assert_eq!(record.judged_on, Some(date(2027, 2, 12)));
    let told = "遅延（締切 令和9年2月12日（金））";
    let hokkaido = app.prefecture("01").await;
    let otaru = app.municipality(OTARU).await;
    let answer = format!("/editions/{OPEN}/answers/{OTARU}");
    for (client, page) in [
        (&hokkaido, BOARD.to_owned()),
        (&hokkaido, answer.clone()),
        (&hokkaido, format!("{answer}/history")),
        (&otaru, "/home".to_owned()),
        (&otaru, "/editions/fy2027/form1/history".to_owned()),
        (&otaru, "/receipts/R9-012033-02".to_owned()),
    ] {
        client.get(&page).await.ok().shows(told);
    }
    // Who answered in time by the deadline of that moment is not late when it moves forward.
    app.submitted(YUBARI).await;
    moved(&hokkaido, "R9.2.16").await;
    app.at(date(2027, 2, 18).at(9, 0, 0, 0));
    app.return_with(YUBARI, &[(Place::Phone, "お確かめください。")])
        .await;
    app.submit(app.municipality(YUBARI).await.actor()).await;
    let record = app.answer(YUBARI).await;
    assert_eq!(
        (record.is_late, record.judged_on),
        (false, Some(date(2027, 2, 24))),
        "{}",
        body(YUBARI)
    );
}

#[tokio::test]
async fn when_the_ministry_moves_the_deadline_those_that_owe_and_whose_own_moves_are_told() {
    let app = TestApp::start().await;
    for (code, address) in [
        (OTARU, "iryo@otaru.example"),
        (YUBARI, "iryo@yubari.example"),
        (HIROSAKI, "iryo@hirosaki.example"),
    ] {
        app.keep_address(Some(code), address).await;
    }
    app.submitted(YUBARI).await;
    moved(&app.prefecture("02").await, "R9.2.12").await;
    app.damage("DELETE FROM outbox", vec![]).await;
    let ministry = app.ministry().await;
    let page = ministry.get("/editions/fy2027/settings").await.ok();
    page.shows("差戻し中を含めて1787団体です")
        .shows("新しい締切をすぐにメールでお知らせします");
    // Another date than the deadline tells nobody, nor does the same deadline again.
    for (field, day) in [("last_change_on", "R9.4.30"), ("deadline_on", "R9.2.26")] {
        let page = ministry.get("/editions/fy2027/settings").await.ok();
        let form = page.form("日付を保存する").fill(field, day);
        ministry.submit(&form).await.is(303);
    }
    assert!(app.mails("deadline_moved").await.is_empty());
    let page = ministry.get("/editions/fy2027/settings").await.ok();
    let form = page.form("日付を保存する").fill("deadline_on", "R9.2.25");
    ministry.submit(&form).await.is(303);
    assert_eq!(app.answer(OTARU).await.deadline_on, date(2027, 2, 25));
    // 夕張市 has submitted, 弘前市 keeps its prefecture's day.
    let mails = app.mails("deadline_moved").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].0.ends_with("/iryo@otaru.example"), "{mails:?}");
    for day in [
        "令和9年2月25日（木）23時59分",
        "令和9年2月26日（金）23時59分",
    ] {
        assert!(mails[0].1.contains(day), "{mails:?}");
    }
}
