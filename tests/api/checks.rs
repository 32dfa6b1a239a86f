//! 確認票: what a prefecture looked at and what the machine checked, for the ministry to see.

use torimatome::workflow::WorkflowError;
use torimatome::workflow::keep_checks::{ChecksInput, keep_checks};

use crate::app::{OPEN, OTARU, TestApp, YUBARI, body, complete_form, edition, save_all};

fn answer_of(code: &str) -> String {
    format!("/editions/{OPEN}/answers/{code}")
}

#[tokio::test]
async fn a_check_list_is_kept_beside_earlier_ones_and_seen_by_the_ministry() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.submitted(YUBARI).await;
    let hokkaido = app.prefecture("01").await;
    let address = format!("{}/checklist", answer_of(OTARU));
    let page = hokkaido.get(&address).await.ok();
    page.shows("要確認の点")
        .shows("前回の回答との差")
        .shows("問題なし");
    let form = page
        .form("確認票を保存する")
        .tick("looked_at", "contact_reached")
        .tick("looked_at", "numbers_plausible")
        .tick("looked_at", "nonsense")
        .fill("note", "電話で確かめました。");
    let long = form.clone().fill("note", &"あ".repeat(501));
    let told = hokkaido.submit(&long).await.is(422);
    told.shows("500文字以内");
    assert_eq!(told.all("input[checked]").len(), 2, "the ticks are kept");
    let page = hokkaido.submit_and_follow(&form).await.ok();
    page.shows("確認票を保存しました")
        .shows("電話で確かめました。");
    // The same page twice keeps one; another one from the same page is told.
    hokkaido.submit(&form).await.is(303);
    let other = form.clone().fill("note", "別のメモ");
    hokkaido.submit(&other).await.is(409);
    let id = app.answer(OTARU).await.id;
    let kept = app.desk.store.newest_checks(id).await.expect("reads");
    let kept = kept.expect("is kept");
    assert_eq!((kept.number, kept.revision), (1, 1));
    assert_eq!(kept.looked_at, ["contact_reached", "numbers_plausible"]);
    assert!(kept.machine.iter().any(|check| check.is_fine));

    // The ministry sees it on the answer and summed up on its view of the prefecture; the body does not.
    let ministry = app.ministry().await;
    ministry
        .get(&answer_of(OTARU))
        .await
        .ok()
        .shows("確認票（2/")
        .shows("電話で確かめました。")
        .hides("確認票を付ける");
    let board = ministry
        .get(&format!("/editions/{OPEN}/prefectures/01"))
        .await
        .ok();
    board.shows("確認票 2項目").shows("提出された2件のうち1件");
    otaru
        .get("/editions/fy2027/form1")
        .await
        .ok()
        .hides("電話で確かめました。");

    // A new revision has to be looked at anew; the old list is called old.
    let place = torimatome::domain::place::Place::Phone;
    app.return_with(OTARU, &[(place, "つながりません。")]).await;
    let refused = hokkaido.get(&address).await.is(303);
    assert_eq!(refused.location(), answer_of(OTARU));
    let mut mended = complete_form();
    mended.contact.phone = "0134-11-1111".to_owned();
    save_all(&app.desk, otaru.actor(), OPEN, &mended).await;
    app.submit(otaru.actor()).await;
    let board = hokkaido.get(&format!("/editions/{OPEN}/board")).await.ok();
    board
        .shows("確認票 2項目・前の版")
        .shows("提出された2件のうち0件");
    hokkaido
        .get(&answer_of(OTARU))
        .await
        .ok()
        .shows("この確認票のあとに、回答が新しい版になっています");
    let page = hokkaido.get(&address).await.ok();
    assert!(page.all("input[checked]").is_empty());

    // Of an answer that moved since the page was opened, and by whom it is not theirs, nothing is kept.
    let key = edition(OPEN);
    let input = ChecksInput {
        revision: 1,
        last: 1,
        ..ChecksInput::default()
    };
    let stale = keep_checks(&app.desk, hokkaido.actor(), &key, body(OTARU), &input).await;
    assert!(matches!(stale, Err(WorkflowError::Stale)));
    for (client, hidden) in [(&ministry, false), (&app.prefecture("02").await, true)] {
        let refused = keep_checks(&app.desk, client.actor(), &key, body(OTARU), &input).await;
        match refused {
            Err(WorkflowError::NotFound) => assert!(hidden),
            Err(WorkflowError::Forbidden) => assert!(!hidden),
            other => panic!("{other:?}"),
        }
    }
}
