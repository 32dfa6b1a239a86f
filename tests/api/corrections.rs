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
    let refused = |error: Result<(), CorrectionError>| match error {
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
