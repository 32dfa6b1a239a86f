//! 取下げ after a return was answered: the replies stay with the requests, and nobody compares with what was withdrawn.

use torimatome::domain::place::Place;
use torimatome::domain::response_status::ResponseStatus as Status;
use torimatome::domain::review_request::{ReplyKind, RequestState as At};

use crate::app::{OPEN, OTARU, TestApp, YUBARI};
use crate::client::{Client, Page};

const FORM: &str = "/editions/fy2027/form1";
const HISTORY: &str = "/editions/fy2027/form1/history";

fn answer_of(code: &str) -> String {
    format!("/editions/{OPEN}/answers/{code}")
}

/// Saves another telephone number and opens the check page.
async fn mended(client: &Client, phone: &str) -> Page {
    let page = client.get(&format!("{FORM}/contact")).await.ok();
    let form = page.form("保存して次へ").fill("phone", phone);
    client.submit(&form).await.is(303);
    client.get(&format!("{FORM}/check")).await.ok()
}

async fn withdrawn(client: &Client) {
    let page = client.get(FORM).await.ok();
    let form = page.form("取り下げる");
    client.submit(&form).await.is(303);
}

#[tokio::test]
async fn what_was_answered_stays_with_the_request_and_the_reviewers_version_is_compared() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.pass_minutes(1);
    let phone = (Place::Phone, "つながりません。");
    let email = (Place::Email, "個人のアドレスのようです。");
    app.return_with(OTARU, &[phone, email]).await;
    app.pass_minutes(1);
    let check = mended(&otaru, "0134-11-1111").await;
    let form = check
        .form("提出する")
        .tick("reply-kind.1", "mended")
        .fill("reply.1", "直通番号に変えました。")
        .tick("reply-kind.2", "right");
    otaru.submit_and_follow(&form).await.ok();
    app.pass_minutes(1);
    withdrawn(&otaru).await;

    // With the body again, each with what it said: on its list, its home and the check page.
    let requests = app.requests(OTARU).await;
    assert!(requests.iter().all(|request| request.state == At::WithBody));
    let list = otaru.get(FORM).await.ok();
    list.shows("取り下げた提出での回答（下書き）")
        .shows("直しました。直通番号に変えました。")
        .shows("回答をお願いします")
        .shows("差戻しに答えた提出を取り下げています");
    otaru
        .get("/home")
        .await
        .ok()
        .shows("差戻しに答えた提出を取り下げています");
    // Whoever returned it goes on seeing what was asked, what was said and what happened, but not what was taken back.
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows("差戻しに答えた提出を取り下げて、いま直しています")
        .shows("つながりません。")
        .shows("団体の回答待ち")
        .shows("取り下げた提出での回答：直しました。直通番号に変えました。")
        .shows("このままで正しいです")
        .shows("取下げ（第2版）")
        .shows("依頼への回答の取下げ（第1号　電話番号）")
        .hides("0134-11-1111")
        .hides("版をくらべる");
    hokkaido
        .get(&format!("{}/requests/1", answer_of(OTARU)))
        .await
        .ok()
        .shows("取り下げた提出での回答");
    let ministry = app.ministry().await;
    let page = ministry.get(&answer_of(OTARU)).await.ok();
    page.shows("つながりません。").hides("0134-11-1111");
    app.pass_minutes(1);
    let check = mended(&otaru, "0134-22-2222").await;
    let form = check.form("提出する");
    assert_eq!(form.value("reply.1"), "直通番号に変えました。");
    assert_eq!(form.value("reply-kind.1"), ReplyKind::Mended.as_str());
    assert_eq!(form.value("reply-kind.2"), ReplyKind::RightAsItIs.as_str());
    // Sent as it stands: nothing is typed twice.
    otaru.submit_and_follow(&form).await.ok();
    let requests = app.requests(OTARU).await;
    let reply = requests[0].reply.as_ref().expect("is answered");
    assert_eq!(reply.revision, Some(3));
    assert_eq!(reply.kind, Some(ReplyKind::Mended));
    assert_eq!(reply.words, "直通番号に変えました。");
    otaru
        .get(FORM)
        .await
        .ok()
        .hides("取り下げた提出での回答")
        .shows("回答済み（提出先が確認します）");

    // The reviewer sees what changed since the version it returned, never the one nobody reviewed.
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows("前の版（第1版）からの変更")
        .hides("取り下げた提出での回答")
        .shows("第2版は団体が取り下げた")
        .shows("0134-22-2222")
        .hides("0134-11-1111");
    let history = hokkaido
        .get(&format!("{}/history", answer_of(OTARU)))
        .await
        .ok();
    history.shows("第1版から第3版への変更");

    // The body's own history tells each step with its request.
    let history = otaru.get(HISTORY).await.ok();
    history
        .shows("確認の依頼（第1号　電話番号）")
        .shows("つながりません。")
        .shows("依頼への回答（第1号　電話番号）")
        .shows("依頼への回答の取下げ（第2号　メールアドレス）")
        .shows("北海道　医療助成担当");
    let links = history.all(".timeline a");
    assert!(links.iter().filter(|text| *text == "依頼を見る").count() >= 8);
}

#[tokio::test]
async fn a_first_answer_that_was_withdrawn_is_compared_with_by_nobody() {
    let app = TestApp::start().await;
    let (yubari, _) = app.submitted(YUBARI).await;
    withdrawn(&yubari).await;
    assert_eq!(app.answer(YUBARI).await.status, Status::Draft);
    yubari
        .get("/home")
        .await
        .ok()
        .hides("差戻しに答えた提出を取り下げています");
    let check = mended(&yubari, "0123-22-2222").await;
    yubari.submit_and_follow(&check.form("提出する")).await.ok();
    assert_eq!(app.answer(YUBARI).await.revision_number, 2);
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(&answer_of(YUBARI)).await.ok();
    page.shows("第2版").hides("前の版（第1版）からの変更");
}
