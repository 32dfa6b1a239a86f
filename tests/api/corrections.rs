//! 訂正: the reviewer mends an obvious slip, the body sees old and new, and may object once.

use jiff::civil::date;
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus as Status};
use torimatome::domain::review_request::{Asker, RequestState as At};
use torimatome::workflow::WorkflowError;
use torimatome::workflow::correct_response::{CorrectionError, CorrectionInput, correct_response};
use torimatome::workflow::withdraw::withdraw;

use crate::app::{HAKODATE, OPEN, OTARU, TestApp, YUBARI, body, complete_form, edition};
use crate::client::Client;

const FORM: &str = "/editions/fy2027/form1";

fn selector(css: &str) -> scraper::Selector {
    scraper::Selector::parse(css).expect("a selector")
}

fn answer_of(code: &str) -> String {
    format!("/editions/{OPEN}/answers/{code}")
}

/// A reviewer corrects a number on its page.
pub async fn corrected(reviewer: &Client, code: &str) {
    let page = reviewer
        .get(&format!("{}/correct", answer_of(code)))
        .await
        .ok();
    let form = page.form("訂正する");
    let told = reviewer.submit(&form).await.is(422);
    told.shows("訂正する理由を入力してください")
        .shows("いまの回答と同じ内容です");
    let form = form
        .fill("recipients-rehabilitation", "120")
        .fill("reason", "桁が1つ多いと電話で確かめました。");
    let page = reviewer.submit_and_follow(&form).await.ok();
    page.shows("訂正しました");
    // The same page once more makes nothing more.
    let before = reviewer.get(&answer_of(code)).await.ok().text();
    reviewer.submit(&form).await.is(303);
    assert_eq!(reviewer.get(&answer_of(code)).await.ok().text(), before);
}

#[tokio::test]
async fn a_correction_is_a_revision_of_its_own_that_everybody_can_tell_apart() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    let sent = app.answer(OTARU).await;
    let version = sent.version;
    app.pass_minutes(5);
    corrected(&hokkaido, OTARU).await;

    let record = app.answer(OTARU).await;
    assert_eq!(record.status, Status::UnderReview);
    // The body can still prove when it submitted.
    assert_eq!(record.submitted_at, sent.submitted_at);
    assert!(record.changed_at > sent.changed_at);
    let revisions = app.desk.store.revisions(record.id).await.expect("reads");
    assert_eq!(revisions.len(), 2);
    assert!(revisions[0].correction.is_none(), "what was sent stays");
    let correction = revisions[1].correction.as_ref().expect("is marked");
    assert_eq!(correction.by, Asker::Prefecture);
    let history = app.desk.store.history(record.id).await.expect("reads");
    assert_eq!(history[1].event, ResponseEvent::Correct);

    // The body sees old and new, on its page, its receipt and its history, and cannot withdraw past it.
    let key = edition(OPEN);
    let refused = withdraw(&app.desk, otaru.actor(), &key, version).await;
    assert!(matches!(
        refused,
        Err(WorkflowError::Refused(_) | WorkflowError::Stale | WorkflowError::Forbidden)
    ));
    let list = otaru.get(FORM).await.ok();
    list.shows("訂正（都道府県）")
        .shows("桁が1つ多いと電話で確かめました。");
    let page = otaru.get(&format!("{FORM}/objection")).await.ok();
    page.shows("○ 1,200人").shows("○ 120人").shows("北海道");
    otaru
        .get("/receipts/R9-012033-02")
        .await
        .ok()
        .shows("訂正された日時")
        .shows("訂正（都道府県）");
    otaru
        .get("/receipts/R9-012033-01")
        .await
        .ok()
        .hides("訂正された日時");
    for client in [&otaru, &hokkaido] {
        let path = match client.actor().code() {
            Some(code) if code == body(OTARU) => format!("{FORM}/history"),
            _ => format!("{}/history", answer_of(OTARU)),
        };
        let history = client.get(&path).await.ok();
        history.shows("訂正（都道府県）").shows("訂正（第2版）");
    }
    let ministry = app.ministry().await;
    ministry
        .get(&answer_of(OTARU))
        .await
        .ok()
        .shows("訂正（都道府県）")
        .hides("明らかな書きまちがいを訂正する");
    // The number counts from now on.
    app.accept(OTARU).await;
    let board = hokkaido.get("/editions/fy2027/form2").await.ok();
    board.shows("小樽市");
}

#[tokio::test]
async fn a_body_objects_once_and_the_reviewer_answers_before_it_accepts() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    otaru.get(&format!("{FORM}/objection")).await.is(303);
    corrected(&hokkaido, OTARU).await;
    let page = otaru.get(&format!("{FORM}/objection")).await.ok();
    let form = page.form("訂正が違うと申し出る");
    let empty = otaru.submit(&form).await.is(422);
    empty.shows("訂正のどこが違うかを入力してください");
    let form = form.fill("words", "1,200人が正しいです。");
    let page = otaru.submit_and_follow(&form).await.ok();
    page.shows("1,200人が正しいです。");
    otaru.submit(&form).await.is(303); // sent twice, said once
    let requests = app.requests(OTARU).await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].asker, Asker::Body);
    assert_eq!(requests[0].state, At::WithReviewer);
    let again = otaru.get(&format!("{FORM}/objection")).await.ok();
    assert!(!again.has_button("訂正が違うと申し出る"));

    // Visible to both sides, and the acceptance waits.
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("団体の異議 1件（0日）");
    let ministry = app.ministry().await;
    let page = ministry.get(&answer_of(OTARU)).await.ok();
    page.shows("1,200人が正しいです。");
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    assert!(!page.has_button("受け付ける"));
    // Corrected back, answered, accepted.
    let (key, version) = (edition(OPEN), app.answer(OTARU).await.version);
    let form = complete_form();
    let input = CorrectionInput {
        contact: form.contact,
        intent: form.intent,
        schemes: form.schemes,
        reason: "団体の申し出のとおりに戻します。".to_owned(),
    };
    let done = correct_response(
        &app.desk,
        hokkaido.actor(),
        &key,
        body(OTARU),
        version,
        &input,
    );
    done.await.expect("is corrected");
    // Old and new stand for each correction, also where the second took the first one back.
    let page = otaru.get(&format!("{FORM}/objection")).await.ok();
    page.shows("いまの内容は、提出した内容と同じです")
        .shows("○ 120人")
        .shows("団体の申し出のとおりに戻します。");
    for table in page.html().select(&selector("table.diff")) {
        assert!(
            table.select(&selector("tbody tr")).next().is_some(),
            "nothing to see"
        );
    }
    app.reply_to(OTARU, 1, "もとに戻しました。").await;
    app.accept(OTARU).await;
    let page = otaru.get(FORM).await.ok();
    page.shows("もとに戻しました。");
    let history = otaru.get(&format!("{FORM}/history")).await.ok();
    history
        .shows("訂正への申し出（第1号　回答の全体）")
        .shows("1,200人が正しいです。")
        .shows("申し出への回答（第1号　回答の全体）")
        .shows("もとに戻しました。");
    let link = history.html();
    let link = link
        .select(&selector(".timeline a"))
        .find(|link| link.text().collect::<String>() == "訂正の前とくらべる")
        .and_then(|link| link.value().attr("href").map(str::to_owned));
    let compared = otaru.get(&link.expect("is linked")).await.ok();
    compared.shows("第2版から第3版への変更").shows("○ 120人");
    let settle = otaru
        .get(&format!("{}/requests/1", answer_of(OTARU)))
        .await
        .ok();
    otaru
        .submit_and_follow(&settle.form("確認済みにする"))
        .await
        .ok();
    assert_eq!(app.requests(OTARU).await[0].state, At::Settled);
}

#[tokio::test]
async fn only_the_reviewer_corrects_and_never_past_a_notice_or_somebody_else() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.submitted(HAKODATE).await;
    app.drafted(YUBARI).await;
    let key = edition(OPEN);
    let form = complete_form();
    let input = CorrectionInput {
        contact: form.contact,
        intent: form.intent,
        schemes: form.schemes,
        reason: "理由".to_owned(),
    };
    let attempt = async |client: &Client, code: &str, version: i32| {
        let actor = client.actor();
        correct_response(&app.desk, actor, &key, body(code), version, &input).await
    };
    let refused = |error: Result<bool, CorrectionError>| match error {
        Err(CorrectionError::Workflow(error)) => error,
        other => panic!("{other:?}"),
    };
    let version = app.answer(OTARU).await.version;
    let otaru = app.municipality(OTARU).await;
    let ministry = app.ministry().await;
    for client in [&otaru, &ministry] {
        let error = refused(attempt(client, OTARU, version).await);
        assert!(matches!(error, WorkflowError::Forbidden), "{error:?}");
    }
    let aomori = app.prefecture("02").await;
    let error = refused(attempt(&aomori, OTARU, version).await);
    assert!(matches!(error, WorkflowError::NotFound));
    let hokkaido = app.prefecture("01").await;
    let error = refused(attempt(&hokkaido, OTARU, version - 1).await);
    assert!(matches!(error, WorkflowError::Stale));
    let error = refused(attempt(&hokkaido, YUBARI, 3).await);
    assert!(matches!(error, WorkflowError::Refused(_)));
    // Of a body that answers to it the ministry does, and it is called so.
    corrected(&ministry, HAKODATE).await;
    let hakodate = app.body(HAKODATE).await;
    hakodate.get(FORM).await.ok().shows("訂正（国）");

    // A notice of a change of intent is written against the answer as it is.
    app.accept(OTARU).await;
    crate::changes::filed(&app, OTARU).await;
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido
        .get(&format!("{}/correct", answer_of(OTARU)))
        .await
        .ok();
    let form = page
        .form("訂正する")
        .fill("recipients-rehabilitation", "120")
        .fill("reason", "桁が1つ多いようです。");
    let told = hokkaido.submit(&form).await.is(409);
    told.shows("意向の変更の届出があります");
    let kept = told.form("訂正する");
    assert_eq!(kept.value("reason"), "桁が1つ多いようです。");

    // In a closed edition nothing is corrected.
    app.at(date(2027, 4, 5).at(9, 0, 0, 0));
    app.close_edition().await;
    let version = app.answer(HAKODATE).await.version;
    let ministry = app.ministry().await;
    let error = refused(attempt(&ministry, HAKODATE, version).await);
    assert!(matches!(error, WorkflowError::Closed));
}

/// One number corrected, and where that led.
async fn correct_to(reviewer: &Client, code: &str, recipients: &str) -> crate::client::Page {
    let page = reviewer
        .get(&format!("{}/correct", answer_of(code)))
        .await
        .ok();
    let form = page
        .form("訂正する")
        .fill("recipients-rehabilitation", recipients)
        .fill("reason", "桁が違うと電話で確かめました。");
    reviewer.submit_and_follow(&form).await.ok()
}

/// The body objects to the newest correction.
async fn objects(client: &Client) {
    let page = client.get(&format!("{FORM}/objection")).await.ok();
    let form = page
        .form("訂正が違うと申し出る")
        .fill("words", "1,200人が正しいです。");
    client.submit_and_follow(&form).await.ok();
}

#[tokio::test]
async fn a_correction_stays_on_the_home_page_until_the_body_says_something() {
    const LINE: &str = "を訂正しました。ご確認ください。";
    const BEGINS: &str = "この回答の確認を始めたことになります";
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let (yubari, _) = app.submitted(YUBARI).await;
    let hokkaido = app.prefecture("01").await;
    otaru.get("/home").await.ok().hides(LINE);
    // Before and after the first one the reviewer is told what begins with it; of the second nothing begins.
    let path = format!("{}/correct", answer_of(OTARU));
    hokkaido.get(&path).await.ok().shows(BEGINS);
    let page = correct_to(&hokkaido, OTARU, "120").await;
    page.shows("あわせて確認を始めた")
        .shows("団体は、まだ確認していません");
    hokkaido.get(&path).await.ok().hides(BEGINS);

    let home = otaru.get("/home").await.ok();
    home.shows("北海道が、回答（").shows(LINE);
    yubari.get("/home").await.ok().hides(LINE);
    let page = otaru.get(&format!("{FORM}/objection")).await.ok();
    let form = page.form("内容を確認しました");
    let before = app.answer(OTARU).await.version;
    let page = otaru.submit_and_follow(&form).await.ok();
    page.shows("訂正の内容を確認したことを記録しました");
    otaru.submit(&form).await.is(303);
    assert_eq!(
        app.answer(OTARU).await.version,
        before,
        "nothing of the answer"
    );
    otaru.get("/home").await.ok().hides(LINE);
    let page = otaru.get(&format!("{FORM}/objection")).await.ok();
    page.shows("この訂正の内容は、確認済みです");
    assert!(!page.has_button("内容を確認しました"));
    let history = otaru.get(&format!("{FORM}/history")).await.ok();
    assert_eq!(
        history.text().matches("訂正の内容を確認しました").count(),
        1
    );
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows("団体は、訂正の内容を確認しました");

    // A newer one is to be looked at anew; the page from before confirms nothing of it.
    let page = correct_to(&hokkaido, OTARU, "130").await;
    page.shows("訂正しました").hides("あわせて確認を始めた");
    otaru.get("/home").await.ok().shows(LINE);
    otaru.submit(&form).await.is(409);
    otaru.get("/home").await.ok().shows(LINE);
    objects(&otaru).await;
    otaru.get("/home").await.ok().hides(LINE);
}

#[tokio::test]
async fn an_objection_stays_on_the_home_page_of_whoever_answers_it() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let (yubari, _) = app.submitted(YUBARI).await;
    let (hakodate, _) = app.submitted(HAKODATE).await;
    let hokkaido = app.prefecture("01").await;
    let (aomori, ministry) = (app.prefecture("02").await, app.ministry().await);
    correct_to(&hokkaido, OTARU, "120").await;
    correct_to(&ministry, HAKODATE, "120").await;
    hakodate
        .get("/home")
        .await
        .ok()
        .shows("厚生労働省が、回答（");
    hokkaido.get("/home").await.ok().hides("申し出がありました");
    objects(&otaru).await;
    let home = hokkaido.get("/home").await.ok();
    home.shows("小樽市から、訂正が違うという申し出がありました");
    let there = format!("{}/requests/1", answer_of(OTARU));
    assert_eq!(crate::uploads::link(&home, "申し出を見る"), there);
    for (other, path) in [(&aomori, "/home"), (&ministry, "/editions/fy2027/country")] {
        other.get(path).await.ok().hides("申し出");
    }
    hokkaido
        .get(&answer_of(OTARU))
        .await
        .ok()
        .shows("団体は、この訂正について意見を申し出ています")
        .hides("団体は、まだ確認していません");
    objects(&hakodate).await;
    let country = ministry.get("/editions/fy2027/country").await.ok();
    country.shows("函館市から、訂正が違うという申し出がありました");
    hokkaido.get("/home").await.ok().hides("函館市から");

    // Several are one line that leads to the board.
    correct_to(&hokkaido, YUBARI, "120").await;
    objects(&yubari).await;
    let home = hokkaido.get("/home").await.ok();
    home.shows("訂正が違うという申し出が2件、回答を待っています（小樽市、夕張市）");
    app.reply_to(YUBARI, 1, "もとに戻します。").await;
    app.reply_to(OTARU, 1, "もとに戻します。").await;
    hokkaido.get("/home").await.ok().hides("申し出");
}

#[tokio::test]
async fn an_objection_shows_what_it_is_about_and_the_ways_to_mend_it() {
    const UNDO: &str = "訂正を取り消す（前の内容に戻す）";
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    correct_to(&hokkaido, OTARU, "120").await;
    objects(&otaru).await;
    let there = format!("{}/requests/1", answer_of(OTARU));
    let page = hokkaido.get(&there).await.ok();
    page.shows("申し出のあった訂正（前と後の内容）")
        .shows("○ 1,200人")
        .shows("○ 120人")
        .hides("その訂正のあとで変わったところ");
    // The ministry and the body read it and have nothing to mend.
    let ministry = app.ministry().await;
    for client in [&ministry, &otaru] {
        let page = client.get(&there).await.ok();
        page.shows("○ 1,200人")
            .hides(UNDO)
            .hides("もう一度訂正する");
    }
    for way in ["もう一度訂正する", "差し戻して団体に直してもらう"] {
        let way = crate::uploads::link(&page, way);
        hokkaido.get(&way).await.ok();
    }
    // Taking it back begins with what stood there before, and is a correction like any other.
    let undo = hokkaido.get(&crate::uploads::link(&page, UNDO)).await.ok();
    assert_eq!(undo.value("recipients-rehabilitation"), "1200");
    assert!(
        undo.value("reason").contains("第2版"),
        "{}",
        undo.value("reason")
    );
    hokkaido
        .submit_and_follow(&undo.form("訂正する"))
        .await
        .ok()
        .shows("訂正しました");
    let record = app.answer(OTARU).await;
    let revisions = app.desk.store.revisions(record.id).await.expect("reads");
    assert_eq!(revisions.len(), 3);
    assert_eq!(revisions[2].form.plain(), revisions[0].form.plain());
    let page = hokkaido.get(&there).await.ok();
    page.shows("その訂正のあとで変わったところ").hides(UNDO);
    // An old address of it takes nothing back any more.
    let old = hokkaido
        .get(&format!("{}/correct?undo=2", answer_of(OTARU)))
        .await
        .ok();
    assert_eq!(old.value("reason"), "");
    // Answered, the ways are still there; settled, they are not.
    app.reply_to(OTARU, 1, "もとに戻しました。").await;
    let page = hokkaido.get(&there).await.ok();
    page.shows("もう一度訂正する")
        .hides("この画面で申し出に回答してください");
    let form = otaru.get(&there).await.ok().form("確認済みにする");
    otaru.submit_and_follow(&form).await.ok();
    hokkaido.get(&there).await.ok().hides("もう一度訂正する");
}
