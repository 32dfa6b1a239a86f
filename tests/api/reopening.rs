//! 再受付: the ministry asks one body again by itself.

use jiff::civil::date;
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::workflow::WorkflowError;
use torimatome::workflow::reopen::reopen;
use torimatome::workflow::reopening_end::end_reopenings;
use torimatome::workflow::return_response::return_response;
use torimatome::workflow::review::accept_response;

use crate::app::{HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, body, edition, items};
use crate::client::Client;

async fn ask_again(ministry: &Client, code: &str, until: &str) {
    let path = format!("/editions/fy2027/answers/{code}/reopen");
    let page = ministry.get(&path).await.ok();
    let form = page
        .form("この団体の再受付を始める")
        .fill("until", until)
        .fill("reason", "受給者数をもう一度お確かめください。");
    let shown = ministry.submit_and_follow(&form).await.ok();
    shown
        .shows("この団体の再受付を始めました")
        .shows("受給者数をもう一度");
}

#[tokio::test]
async fn an_accepted_answer_of_a_closed_edition_is_mended_until_its_day() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.accept(OTARU).await;
    app.submitted(HIROSAKI).await;
    app.close_edition().await;
    app.at(date(2027, 4, 5).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    ask_again(&ministry, OTARU, "R9.4.15").await;
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Returned);

    let otaru = app.municipality(OTARU).await;
    otaru
        .get("/home")
        .await
        .ok()
        .shows("再受付")
        .shows("令和9年4月15日（木）23時59分")
        .shows("受給者数をもう一度");
    let list = otaru.get("/editions/fy2027/form1").await.ok();
    list.shows("国からの理由：受給者数をもう一度お確かめください。");
    let page = otaru.get("/editions/fy2027/form1/schemes").await.ok();
    let form = page
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "1300");
    otaru.submit(&form).await.is(303);
    let check = otaru.get("/editions/fy2027/form1/check").await.ok();
    otaru
        .submit_and_follow(&check.form("提出する"))
        .await
        .ok()
        .shows("R9-012033-02");
    // The first answer was in time, so this one is.
    assert!(!app.answer(OTARU).await.is_late);

    // Its prefecture decides as usual, although the edition is closed; nothing else in it changes.
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let version = app.answer(OTARU).await.version;
    let key = edition(OPEN);
    let accepted = accept_response(&app.desk, &hokkaido, &key, body(OTARU), version).await;
    accepted.expect("is accepted");
    assert!(
        app.answer(OTARU).await.reopened.is_none(),
        "the matter is settled"
    );
    let aomori = app.reviewer_of(HIROSAKI).await;
    let version = app.answer(HIROSAKI).await.version;
    let refused = accept_response(&app.desk, &aomori, &key, body(HIROSAKI), version).await;
    assert!(matches!(refused, Err(WorkflowError::Closed)));
    let history = ministry
        .get("/editions/fy2027/answers/012033/history")
        .await
        .ok();
    history
        .shows("再受付（この団体だけ）")
        .shows("受給者数をもう一度");
    otaru
        .get("/editions/fy2027/form1/history")
        .await
        .ok()
        .shows("再受付（この団体だけ）");
}

#[tokio::test]
async fn an_answer_nobody_mends_counts_again_after_its_day() {
    let app = TestApp::start().await;
    for code in [OTARU, HIROSAKI, YUBARI] {
        app.submitted(code).await;
    }
    app.accept(OTARU).await;
    app.close_edition().await;
    app.at(date(2027, 4, 5).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    for code in [OTARU, HIROSAKI, YUBARI] {
        ask_again(&ministry, code, "R9.4.15").await;
    }
    let counted = async || {
        let page = ministry.get("/editions/fy2027/downloads").await.ok();
        (0..4).find(|n| page.body.contains(&format!("提出のあった{n}団体")))
    };
    assert_eq!(counted().await, Some(0));
    // One is typed at and not sent, one is sent again, one is left alone.
    let otaru = app.municipality(OTARU).await;
    let home = otaru.get("/home").await.ok();
    home.shows("令和9年4月15日（木）23時59分")
        .hides("令和9年2月26日");
    let page = otaru.get("/editions/fy2027/form1/schemes").await.ok();
    let form = page.form("保存して次へ");
    let form = form.fill("recipients-rehabilitation", "たくさん");
    otaru.submit(&form).await;
    let hirosaki = app.municipality(HIROSAKI).await;
    app.submit(hirosaki.actor()).await;

    app.at(date(2027, 4, 15).at(23, 59, 59, 0));
    end_reopenings(&app.desk).await.expect("looks");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Returned);
    app.at(date(2027, 4, 16).at(0, 0, 0, 0));
    let (one, other) = tokio::join!(end_reopenings(&app.desk), end_reopenings(&app.desk));
    one.and(other).expect("ends them once");
    let statuses = [
        (OTARU, ResponseStatus::Accepted),
        (YUBARI, ResponseStatus::Submitted),
        (HIROSAKI, ResponseStatus::Submitted),
    ];
    for (code, status) in statuses {
        assert_eq!(app.answer(code).await.status, status, "{code}");
    }
    let record = app.answer(OTARU).await;
    assert_eq!((record.reopened, record.revision_number), (None, 1));
    // Sent again and not yet decided on: its reviewer still may.
    assert!(app.answer(HIROSAKI).await.reopened.is_some());
    let ministry = app.ministry().await;
    let counted = async || {
        let page = ministry.get("/editions/fy2027/downloads").await.ok();
        (0..4).find(|n| page.body.contains(&format!("提出のあった{n}団体")))
    };
    assert_eq!(counted().await, Some(3));
    let history = ministry
        .get("/editions/fy2027/answers/012033/history")
        .await;
    history
        .ok()
        .shows("再受付の終了（提出なし）")
        .shows("自動（期限の経過）");
    let otaru = app.municipality(OTARU).await;
    otaru
        .get("/editions/fy2027/form1")
        .await
        .ok()
        .hides("要修正");
    let ends = app.desk.store.history(record.id).await.expect("reads");
    let ends = ends
        .iter()
        .filter(|entry| entry.event == ResponseEvent::EndReopening);
    assert_eq!(ends.count(), 1);
    // Told from events alone, the day between was without it and today is not.
    for (day, bodies) in [("2027-04-10", 1), ("2027-04-15", 1)] {
        let path = format!("/editions/fy2027/downloads?as_of={day}");
        let page = ministry.get(&path).await.ok();
        page.shows(&format!("提出のあった{bodies}団体"));
    }
    // Asked again, the body finds what it had typed.
    ask_again(&ministry, OTARU, "R9.4.30").await;
    let page = otaru.get("/editions/fy2027/form1/schemes").await.ok();
    assert_eq!(page.value("recipients-rehabilitation"), "たくさん");
}

#[tokio::test]
async fn a_body_that_never_answered_may_answer_after_the_last_day() {
    let app = TestApp::start().await;
    app.at(date(2027, 4, 5).at(9, 0, 0, 0));
    let otaru = app.municipality(OTARU).await;
    otaru
        .post("/editions/fy2027/form1/no-plan", &[])
        .await
        .is(409);
    let ministry = app.ministry().await;
    ask_again(&ministry, OTARU, "2027-04-06").await;
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);
    app.drafted(OTARU).await;
    // Its neighbour may not.
    let yubari = app.municipality(YUBARI).await;
    yubari
        .post("/editions/fy2027/form1/no-plan", &[])
        .await
        .is(409);

    app.at(date(2027, 4, 6).at(23, 59, 59, 999_000_000));
    let otaru = app.municipality(OTARU).await;
    otaru.get("/editions/fy2027/form1/check").await.ok();
    let version = app.answer(OTARU).await.version.to_string();
    app.clock.advance(1);
    let late = [("version", version.as_str()), ("confirmed", "yes")];
    otaru
        .post("/editions/fy2027/form1/submit", &late)
        .await
        .is(409);
    app.clock.advance(-1);
    otaru
        .post("/editions/fy2027/form1/submit", &late)
        .await
        .is(303);
    assert!(app.answer(OTARU).await.is_late);
}

#[tokio::test]
async fn an_excel_file_is_taken_from_a_body_that_was_asked_again() {
    let app = TestApp::start().await;
    app.close_edition().await;
    let ministry = app.ministry().await;
    ask_again(&ministry, OTARU, "R9.2.1").await;
    let otaru = app.municipality(OTARU).await;
    let file = crate::uploads::sent_own(&app, OTARU).await;
    let page = otaru
        .get(&format!("/editions/fy2027/uploads/{file}"))
        .await
        .ok();
    page.hides("受付期間は終わりました");
}

#[tokio::test]
async fn only_the_ministry_asks_again_with_a_reason_and_a_day_to_come() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = app.ministry().await;
    let path = "/editions/fy2027/answers/012033/reopen";
    let page = ministry.get(path).await.ok();
    let form = page.form("この団体の再受付を始める");
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("次の2か所を直してください");
    let past = form.clone().fill("until", "R9.1.1").fill("reason", "理由");
    let shown = ministry.submit(&past).await.is(422);
    shown.shows("過ぎた日は");
    assert_eq!(shown.value("until"), "R9.1.1");
    let hokkaido = app.prefecture("01").await;
    hokkaido.get(path).await.is(404);
    let (key, version) = (edition(OPEN), app.answer(OTARU).await.version);
    let day = date(2027, 4, 1);
    let refused = reopen(
        &app.desk,
        hokkaido.actor(),
        &key,
        body(OTARU),
        version,
        day,
        "理由",
    )
    .await;
    assert!(matches!(refused, Err(WorkflowError::NotFound)));
    // Somebody acted meanwhile: what was typed stays.
    app.start_review(OTARU).await;
    let stale = form.fill("until", "R9.4.1").fill("reason", "急ぎの理由");
    ministry
        .submit(&stale)
        .await
        .is(409)
        .shows("急ぎの理由")
        .shows("まだ再受付を始めていません");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::UnderReview);
}

#[tokio::test]
async fn a_reviewer_returns_in_a_closed_edition_only_what_can_still_be_answered() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.close_edition().await;
    let ministry = app.ministry().await;
    ask_again(&ministry, OTARU, "R9.2.1").await;
    app.submit(otaru.actor()).await;
    let reviewer = app.reviewer_of(OTARU).await;
    let reasons = items(&[(
        torimatome::domain::place::Place::Phone,
        "お確かめください。",
    )]);
    let key = edition(OPEN);
    app.at(date(2027, 2, 2).at(9, 0, 0, 0));
    let version = app.answer(OTARU).await.version;
    let late = return_response(&app.desk, &reviewer, &key, body(OTARU), version, &reasons).await;
    assert!(matches!(late, Err(WorkflowError::Closed)));
    app.at(date(2027, 2, 1).at(9, 0, 0, 0));
    let done = return_response(&app.desk, &reviewer, &key, body(OTARU), version, &reasons).await;
    done.expect("is returned");
}

#[tokio::test]
async fn the_page_tells_of_a_waiting_notice_and_of_what_is_not_counted() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = app.ministry().await;
    let path = "/editions/fy2027/answers/012033/reopen";
    ministry
        .get(path)
        .await
        .ok()
        .shows("もう一度提出されるまで")
        .hides("意向の変更の届出があり");
    crate::changes::filed(&app, OTARU).await;
    let page = ministry.get(path).await.ok();
    page.shows("意向の変更の届出があり、判断を待っています")
        .shows("この届出は承認できなくなります");
}
