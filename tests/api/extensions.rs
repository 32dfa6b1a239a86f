//! 期限の延長: one body is given more time, also when its deadline is over.

use jiff::civil::{Date, date};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::workflow::editions::set_dates;
use torimatome::workflow::prefecture_deadline::set_prefecture_deadline;

use crate::app::{
    DEADLINE, HAKODATE, HIROSAKI, HOKKAIDO, LAST_DAY, OPEN, OTARU, TestApp, YUBARI, edition,
};
use crate::client::{Client, Page};

fn path(code: &str) -> String {
    format!("/editions/fy2027/answers/{code}/extend")
}

async fn extend(client: &Client, code: &str, until: &str, reason: &str) -> Page {
    let page = client.get(&path(code)).await.ok();
    let form = page
        .form("期限を延長する")
        .fill("until", until)
        .fill("reason", reason);
    client.submit(&form).await
}

async fn deadline_of(app: &TestApp, code: &str) -> Date {
    app.answer(code).await.deadline_on
}

#[tokio::test]
async fn more_time_after_the_deadline_is_judged_to_its_last_millisecond() {
    let app = TestApp::start().await;
    app.keep_address(Some(OTARU), "iryo@otaru.example").await;
    let (otaru, yubari) = (app.drafted(OTARU).await, app.drafted(YUBARI).await);
    app.at(date(2027, 3, 1).at(9, 0, 0, 0));
    let hokkaido = app.prefecture("01").await;
    for code in [OTARU, YUBARI] {
        let sent = extend(&hokkaido, code, "R9.3.5", "議会の審議を待つため")
            .await
            .is(303);
        let shown = hokkaido.follow(sent).await.ok();
        shown
            .shows("期限を延長しました")
            .shows("議会の審議を待つため")
            .shows("令和9年3月5日（金）23時59分");
    }
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    assert_eq!(
        board
            .all("td .tag")
            .iter()
            .filter(|text| *text == "延長")
            .count(),
        2
    );
    // The deadline of everybody else stands, on the board's head too.
    board.shows("令和9年2月26日（金）23時59分");
    let home = app.municipality(OTARU).await.get("/home").await.ok();
    home.shows("令和9年2月26日（金）から")
        .shows("令和9年3月5日（金）23時59分")
        .shows("議会の審議を待つため")
        .hides("締切を過ぎています");
    let mails = app.mails("extended").await;
    assert_eq!(mails.len(), 1, "夕張市 has no address: {mails:?}");
    assert!(mails[0].0.ends_with("/iryo@otaru.example"));
    assert!(mails[0].1.contains("令和9年3月5日") && mails[0].1.contains("議会の審議"));

    app.at(date(2027, 3, 5).at(23, 59, 59, 999_000_000));
    app.submit(otaru.actor()).await;
    app.clock.advance(1);
    app.submit(yubari.actor()).await;
    assert!(!app.answer(OTARU).await.is_late);
    assert!(app.answer(YUBARI).await.is_late);
    let history = app.municipality(OTARU).await;
    let history = history.get("/editions/fy2027/form1/history").await.ok();
    history.shows("期限の延長").shows("北海道");
}

#[tokio::test]
async fn only_whoever_gathers_the_answer_gives_time_and_never_beyond_the_last_day() {
    let app = TestApp::start().await;
    let (hokkaido, ministry) = (app.prefecture("01").await, app.ministry().await);
    hokkaido
        .get(&path(OTARU))
        .await
        .ok()
        .shows("この団体（小樽市）に、新しい期限と理由をすぐにメールでお知らせします");
    for (client, code) in [
        (&hokkaido, HAKODATE),
        (&hokkaido, HIROSAKI),
        (&hokkaido, HOKKAIDO),
        (&ministry, OTARU),
        (&app.municipality(OTARU).await, OTARU),
    ] {
        client.get(&path(code)).await.is(404);
        let fields = [("version", "0"), ("until", "R9.3.5"), ("reason", "理由")];
        client.post(&path(code), &fields).await.is(404);
    }
    let refused = extend(&ministry, HAKODATE, "R9.4.1", "").await.is(422);
    refused.shows("新しい回答の最終受付日").shows("理由を入力");
    assert_eq!(refused.value("until"), "R9.4.1");
    extend(&ministry, HAKODATE, "来週", "理由")
        .await
        .is(422)
        .shows("R9.3.5");
    extend(&ministry, HAKODATE, "R9.2.26", "理由")
        .await
        .is(422)
        .shows("もとの締切");
    assert_eq!(deadline_of(&app, HAKODATE).await, DEADLINE);

    // Two at once: the second is told, and nothing it typed is lost.
    let page = hokkaido.get(&path(OTARU)).await.ok();
    extend(&hokkaido, OTARU, "R9.3.3", "人事異動のため")
        .await
        .is(303);
    let second = page
        .form("期限を延長する")
        .fill("until", "R9.3.10")
        .fill("reason", "別の理由");
    let told = hokkaido.submit(&second).await.is(409);
    told.shows("まだ延長していません").shows("別の理由");
    assert_eq!(deadline_of(&app, OTARU).await, date(2027, 3, 3));

    // What was late when it came stays so.
    app.at(date(2027, 3, 1).at(9, 0, 0, 0));
    app.submitted(HIROSAKI).await;
    let aomori = app.prefecture("02").await;
    aomori
        .get(&path(HIROSAKI))
        .await
        .ok()
        .shows("いまは延長できません");
    let fields = [("version", "0"), ("until", "R9.3.5"), ("reason", "理由")];
    aomori.post(&path(HIROSAKI), &fields).await.is(409);
    assert!(app.answer(HIROSAKI).await.is_late);
    app.close_edition().await;
    let hokkaido = app.prefecture("01").await;
    let fields = [("version", "0"), ("until", "R9.3.5"), ("reason", "理由")];
    hokkaido.post(&path(YUBARI), &fields).await.is(409);
}

#[tokio::test]
async fn an_extension_outlives_the_deadlines_of_everybody() {
    let app = TestApp::start().await;
    let (hokkaido, ministry) = (app.prefecture("01").await, app.ministry().await);
    let key = edition(OPEN);
    extend(&hokkaido, OTARU, "R9.3.5", "議会のため")
        .await
        .is(303);
    let early = set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, date(2027, 2, 12)).await;
    early.expect("is set");
    assert_eq!(deadline_of(&app, OTARU).await, date(2027, 3, 5));
    assert_eq!(deadline_of(&app, YUBARI).await, date(2027, 2, 12));
    for (deadline_on, last, otaru) in [
        (date(2027, 2, 26), LAST_DAY, date(2027, 3, 5)),
        (date(2027, 2, 26), date(2027, 3, 3), date(2027, 3, 3)),
        (date(2027, 2, 26), LAST_DAY, date(2027, 3, 5)),
    ] {
        let dates = EditionDates {
            deadline_on,
            last_new_answer_on: last,
            last_change_on: LAST_DAY,
        };
        let set = set_dates(&app.desk, ministry.actor(), &key, dates).await;
        set.expect("is set");
        assert_eq!(deadline_of(&app, OTARU).await, otaru);
        assert_eq!(deadline_of(&app, YUBARI).await, date(2027, 2, 12));
    }
}
