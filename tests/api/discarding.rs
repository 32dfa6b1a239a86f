//! An edition that never opened is thrown away, with its trials; one that opened never is.

use crate::app::{HAKODATE, OPEN, OTARU, TestApp, complete_form, edition, save_all};
use crate::edition_making::{MAKING, audit, made};

const DISCARD: &str = "/editions/fy2028/making/discard";

#[tokio::test]
async fn a_draft_goes_with_its_trials_and_nothing_refers_to_it() {
    let app = TestApp::start().await;
    let ministry = made(&app).await;
    let page = ministry.get(&format!("{MAKING}/trial")).await.ok();
    let form = page
        .form("試行を始める")
        .fill("codes", OTARU)
        .fill("until", "R9.2.1");
    ministry.submit_and_follow(&form).await.ok();
    ministry
        .get(MAKING)
        .await
        .ok()
        .shows("この調査回を破棄する（確認の画面へ）");
    let page = ministry.get(DISCARD).await.ok();
    page.shows("【試行】令和10年度分").shows("提出0件");
    let early = page.form("この調査回を破棄する");

    // Somebody tries meanwhile: what goes with it is another than was seen.
    let otaru = app.municipality(OTARU).await;
    save_all(&app.desk, otaru.actor(), "fy2028-trial", &complete_form()).await;
    let check = otaru.get("/editions/fy2028-trial/form1/check").await.ok();
    otaru.submit_and_follow(&check.form("提出する")).await.ok();
    // The prefecture returns it: there is a request and an event, too.
    let hokkaido = app.prefecture("01").await;
    // It moves its deadline, too.
    let board = hokkaido.get("/editions/fy2028-trial/board").await.ok();
    let form = board.form("変更する").fill("deadline", "R9.1.31");
    hokkaido.submit(&form).await.is(303);
    let path = "/editions/fy2028-trial/answers/012033/return";
    let back = hokkaido.get(path).await.ok();
    let form = back
        .form("差し戻す")
        .fill("reason.contact.phone", "お確かめください。");
    hokkaido.submit(&form).await.is(303);
    let changed = ministry.submit(&early).await.is(409);
    changed.shows("まだ破棄していません").shows("提出1件");

    let done = ministry
        .submit_and_follow(&changed.form("この調査回を破棄する"))
        .await
        .ok();
    done.shows("準備中の調査回を破棄しました")
        .hides("令和10年度分");
    for key in ["fy2028", "fy2028-trial"] {
        let found = app.desk.store.edition(&edition(key)).await;
        assert!(found.expect("reads").is_none(), "{key}");
    }
    ministry.get(MAKING).await.is(404);
    ministry.get(DISCARD).await.is(404);
    otaru.get("/home").await.ok().hides("【試行】");
    otaru.get("/editions/fy2028-trial/form1").await.is(404);
    otaru.get("/receipts/R10-trial-012033-01").await.is(404);
    // Everybody else's answers are as they were, and the same edition can be made again.
    app.submitted(HAKODATE).await;
    let told = audit(&app, "edition/fy2028").await;
    assert!(
        told.last()
            .is_some_and(|it| it.ends_with("discard_edition")),
        "{told:?}"
    );
    let page = ministry.get("/editions/new").await.ok();
    ministry.submit(&page.form("調査回を作る")).await.is(303);
    ministry.get(MAKING).await.ok();
}

#[tokio::test]
async fn what_ships_and_was_thrown_away_does_not_come_back() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/editions/fy2026/making/discard").await.ok();
    ministry
        .submit_and_follow(&page.form("この調査回を破棄する"))
        .await
        .ok();
    app.desk.store.migrate().await.expect("starts again");
    let found = app.desk.store.edition(&edition("fy2026")).await;
    assert!(found.expect("reads").is_none());
    let kept = app.desk.store.edition(&edition("fy2025")).await;
    assert!(kept.expect("reads").is_some());
}

#[tokio::test]
async fn an_edition_that_opened_is_never_thrown_away() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let path = format!("/editions/{OPEN}/making/discard");
    let page = ministry.get(&path).await;
    assert_eq!(page.location(), format!("/editions/{OPEN}/settings"));
    let stays = async |app: &TestApp| {
        let found = app.desk.store.edition(&edition(OPEN)).await;
        found.expect("reads").is_some()
    };
    for mark in ["", "1"] {
        let refused = ministry.post(&path, &[("mark", mark)]).await;
        assert!(refused.status >= 400, "{}", refused.status);
    }
    assert!(stays(&app).await);
    app.close_edition().await;
    let refused = ministry.post(&path, &[("mark", "1")]).await;
    assert!(refused.status >= 400, "{}", refused.status);
    assert!(stays(&app).await);
    // Not even by the statement itself.
    let kept = app.desk.store.edition(&edition(OPEN)).await;
    let id = kept.expect("reads").expect("is there").id;
    let transaction = app.desk.store.begin().await.expect("begins");
    let done = transaction.discard_edition(id, &edition(OPEN)).await;
    assert!(done.is_err());
    transaction.rollback().await.expect("rolls back");
    assert!(stays(&app).await);
    app.municipality(OTARU)
        .await
        .get("/editions/fy2026/making/discard")
        .await
        .is(404);
}
