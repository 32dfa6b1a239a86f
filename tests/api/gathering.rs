//! Prefecture and ministry: who owes, review, return, Form 2, the country.

use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::response_status::ResponseStatus;

use crate::app::{
    HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, complete_form, save_all,
};
use crate::client::{Client, Page};

const BOARD: &str = "/editions/fy2027/board";
const FORM2: &str = "/editions/fy2027/form2";

fn answer_of(code: &str) -> String {
    format!("/editions/{OPEN}/answers/{code}")
}

/// Returns an answer on its page, with one reason at the telephone number.
async fn return_by_page(client: &Client, code: &str, reason: &str) -> Page {
    let page = client
        .get(&format!("{}/return", answer_of(code)))
        .await
        .ok();
    let form = page.form("差し戻す").fill("reason.contact.phone", reason);
    client.submit(&form).await
}

#[tokio::test]
async fn a_prefecture_sees_who_owes_returns_one_accepts_one_and_sends_form2() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.submitted(YUBARI).await;
    let hokkaido = app.prefecture("01").await;
    let board = hokkaido.get("/board").await;
    let board = hokkaido.follow(board).await.ok();
    board.shows("小樽市").shows("夕張市").shows("未着手");
    // 函館市 answers to the ministry: it is on a page of its own.
    board.hides("函館市").hides("弘前市");

    let answer = hokkaido.get(&answer_of(OTARU)).await.ok();
    answer.shows("1,200人").shows("iryo@city.example");
    let empty = return_by_page(&hokkaido, OTARU, " \u{3000}").await.is(422);
    empty.shows("1つ以上");
    let page = return_by_page(&hokkaido, OTARU, "つながりません。").await;
    let page = hokkaido.follow(page).await.ok();
    page.shows("差し戻しました");
    otaru
        .get("/editions/fy2027/form1/contact")
        .await
        .ok()
        .shows("つながりません。");

    let answer = hokkaido.get(&answer_of(YUBARI)).await.ok();
    let page = hokkaido.submit_and_follow(&answer.form("受け付ける")).await;
    page.ok().shows("受け付けました");
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::Accepted);

    let form2 = hokkaido.get(FORM2).await.ok();
    form2.shows("夕張市").shows("小樽市");
    let unconfirmed = form2
        .form("様式2を国へ送付する")
        .fill("remark", "残りは来週です。");
    let page = hokkaido.submit(&unconfirmed).await.is(422);
    assert_eq!(page.value("remark"), "残りは来週です。");
    let confirm = confirmation(&page);
    let form = page.form("様式2を国へ送付する").tick("confirm", &confirm);
    let sheet = hokkaido.submit_and_follow(&form).await.ok();
    assert!(sheet.path.starts_with(&format!("{FORM2}/1")));
    // The same page sent again is the same sheet.
    let again = hokkaido.submit(&form).await.location();
    assert!(again.starts_with(&format!("{FORM2}/1")));

    let ministry = app.ministry().await;
    // Whom to ask while nothing has been typed: the contact of the last answer.
    let direct = ministry.get("/editions/fy2027/direct").await.ok();
    direct.shows("前回：");
    let sheets = ministry.get("/editions/fy2027/sheets").await.ok();
    sheets.shows("北海道");
    ministry
        .get("/editions/fy2027/prefectures/01/form2/1")
        .await
        .ok()
        .shows("残りは来週です。")
        .shows("夕張市");
    // What is sent stays as it was.
    app.submit(otaru.actor()).await;
    let sheet = hokkaido.get(&format!("{FORM2}/1")).await.ok();
    let changed = hokkaido.get(FORM2).await.ok();
    sheet.shows("小樽市");
    changed.shows("第1号を送付したあとの変更");
}

fn confirmation(page: &Page) -> String {
    let html = page.html();
    let selector = scraper::Selector::parse("#confirm").expect("a selector");
    let found = html.select(&selector).next().expect("asks to confirm");
    found.value().attr("value").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_reviewer_who_comes_second_is_told_and_keeps_the_reasons() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let (one, two) = (
        app.person(Some(HOKKAIDO), "難病担当", false).await,
        app.person(Some(HOKKAIDO), "こども担当", false).await,
    );
    let page = two.get(&format!("{}/return", answer_of(OTARU))).await.ok();
    let stale = two.get(&answer_of(OTARU)).await.ok();
    let answer = one.get(&answer_of(OTARU)).await.ok();
    one.submit_and_follow(&answer.form("受け付ける")).await.ok();
    let form = page
        .form("差し戻す")
        .fill("reason.contact.phone", "つながりません。");
    let told = two.submit(&form).await.is(409);
    told.shows("まだ差し戻していません");
    assert_eq!(
        told.form("差し戻す").value("reason.contact.phone"),
        "つながりません。"
    );
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Accepted);
    two.submit(&stale.form("受け付ける")).await.is(409);
    // An accepted answer can still be returned, knowingly.
    let page = two.submit(&told.form("差し戻す")).await;
    two.follow(page).await.ok();
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Returned);
}

#[tokio::test]
async fn many_are_accepted_at_once_where_nothing_is_warned_about_and_within_the_prefecture() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.submitted(HIROSAKI).await;
    app.submitted(HAKODATE).await;
    let yubari = app.municipality(YUBARI).await;
    let mut form = complete_form();
    form.intent.intents.insert(ApplicationIntent::SecondRound);
    save_all(&app.desk, yubari.actor(), OPEN, &form).await;
    app.submit(yubari.actor()).await;

    let hokkaido = app.prefecture("01").await;
    let codes: Vec<_> = [OTARU, YUBARI, HIROSAKI, HAKODATE, HOKKAIDO]
        .map(|code| ("code", code))
        .into();
    let page = hokkaido.post(&format!("{BOARD}/accept"), &codes).await;
    let page = hokkaido.follow(page).await.ok();
    page.shows("夕張市");
    use ResponseStatus as S;
    for (code, expected) in [
        (OTARU, S::Accepted),
        (YUBARI, S::Submitted),
        (HIROSAKI, S::Submitted),
        (HAKODATE, S::Submitted),
        (HOKKAIDO, S::NotStarted),
    ] {
        assert_eq!(app.answer(code).await.status, expected, "{code}");
    }
    hokkaido
        .post(&format!("{BOARD}/accept"), &[("code", "nonsense")])
        .await
        .is(400);
    hokkaido.post(&format!("{BOARD}/accept"), &[]).await.is(422);
}

#[tokio::test]
async fn looking_at_somebody_elses_answer_is_written_down() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let subject = format!("response/{OPEN}/{OTARU}");
    let looks = async || {
        let rows = app.desk.store.audit_of(&subject).await.expect("reads");
        let rows = rows.into_iter().filter(|row| row.action == "view_answer");
        rows.map(|row| row.actor_body).collect::<Vec<_>>()
    };
    otaru.get("/editions/fy2027/form1/history").await.ok();
    assert!(looks().await.is_empty(), "one's own is no news");
    app.prefecture("01").await.get(&answer_of(OTARU)).await.ok();
    app.ministry().await.get(&answer_of(OTARU)).await.ok();
    app.prefecture("02")
        .await
        .get(&answer_of(OTARU))
        .await
        .is(404);
    assert_eq!(looks().await, ["北海道", "厚生労働省"]);
}

#[tokio::test]
async fn the_ministry_gives_one_accepted_answer_back_and_the_others_stay() {
    let app = TestApp::start().await;
    for code in [OTARU, YUBARI] {
        app.submitted(code).await;
        app.accept(code).await;
    }
    let ministry = app.ministry().await;
    let page = ministry.get(&answer_of(OTARU)).await.ok();
    let form = page
        .form("都道府県へ差し戻す")
        .fill("reason", "合計をお確かめください。");
    let page = ministry.submit_and_follow(&form).await.ok();
    page.shows("都道府県へ差し戻しました");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::SentBack);
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::Accepted);
    let hokkaido = app.prefecture("01").await;
    hokkaido
        .get(&answer_of(OTARU))
        .await
        .ok()
        .shows("合計をお確かめください。");
    // The city has nothing to do with it yet.
    let otaru = app.municipality(OTARU).await;
    for path in ["", "/history"] {
        let page = otaru
            .get(&format!("/editions/{OPEN}/form1{path}"))
            .await
            .ok();
        page.hides("合計をお確かめください。");
    }
}

#[tokio::test]
async fn the_country_adds_up() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.submitted(HAKODATE).await;
    app.drafted(YUBARI).await;
    let ministry = app.ministry().await;
    let page = ministry.get("/country").await;
    let page = ministry.follow(page).await.ok();
    page.shows("1,788").shows("北海道").shows("沖縄県");
    let direct = ministry.get("/editions/fy2027/direct").await.ok();
    direct.shows("函館市").hides("小樽市");
    for path in ["answers.xlsx", "counts.xlsx"] {
        let file = ministry.get(&format!("/editions/fy2027/{path}")).await.ok();
        assert!(file.header("content-disposition").starts_with("attachment"));
        assert_eq!(file.header("cache-control"), "no-store");
    }
}
