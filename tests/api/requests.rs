//! 確認の依頼: asked, handed on with the words untouched, answered, settled; and what stands in the way meanwhile.

use jiff::civil::date;
use torimatome::domain::mail::{MailKind, Placeholder};
use torimatome::domain::place::Place;
use torimatome::domain::response_status::ResponseStatus as Status;
use torimatome::domain::review_request::{Addressee, ReplyKind, RequestEvent, RequestState as At};
use torimatome::store::deliveries::OutboxFilter;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::ask::{Asked, Asking, ask};
use torimatome::workflow::pass_on::{Additions, pass_on};
use torimatome::workflow::requests::move_request;
use torimatome::workflow::review::{accept_many, accept_response};
use torimatome::workflow::send_summary_sheet::send_summary_sheet;
use torimatome::workflow::withdraw::withdraw;

use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, body, edition};
use crate::client::{Client, Page};

const FORM: &str = "/editions/fy2027/form1";
const FORM2: &str = "/editions/fy2027/form2";
const WORDS: &str = "市の代表番号でしょうか。";

fn answer_of(code: &str) -> String {
    format!("/editions/{OPEN}/answers/{code}")
}

async fn states(app: &TestApp, code: &str) -> Vec<At> {
    let requests = app.requests(code).await;
    requests.into_iter().map(|request| request.state).collect()
}

/// The ministry asks 小樽市, through 北海道, about its telephone number.
async fn asked(ministry: &Client) -> Page {
    let page = ministry
        .get(&format!("{}/ask", answer_of(OTARU)))
        .await
        .ok();
    let form = page
        .form("依頼する")
        .fill("reason.contact.phone", WORDS)
        .fill("due_on", "R9.1.25");
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("だれに依頼するかを選んでください");
    let form = form.tick("addressee", "body");
    ministry.submit_and_follow(&form).await.ok()
}

/// The body saves its contact with another telephone number and opens the check page.
async fn mended(otaru: &Client) -> Page {
    let page = otaru.get(&format!("{FORM}/contact")).await.ok();
    let form = page.form("保存して次へ").fill("phone", "0134-11-1111");
    otaru.submit(&form).await.is(303);
    otaru.get(&format!("{FORM}/check")).await.ok()
}

#[tokio::test]
async fn what_the_prefecture_corrected_in_between_is_not_taken_for_the_bodys_answer() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.accept(OTARU).await;
    let (ministry, hokkaido) = (app.ministry().await, app.prefecture("01").await);
    asked(&ministry).await;
    app.pass_minutes(1);
    let page = hokkaido
        .get(&format!("{}/correct", answer_of(OTARU)))
        .await
        .ok();
    let form = page
        .form("訂正する")
        .fill("phone", "0134-22-2222")
        .fill("reason", "電話で確かめました。");
    hokkaido.submit(&form).await.is(303);
    assert_eq!(app.answer(OTARU).await.revision_number, 2);
    app.pass_minutes(1);
    let page = hokkaido
        .get(&format!("{}/pass-on", answer_of(OTARU)))
        .await
        .ok();
    hokkaido
        .submit(&page.form("市区町村へ伝える"))
        .await
        .is(303);
    let check = otaru.get(&format!("{FORM}/check")).await.ok();
    check
        .shows(WORDS)
        .shows("0134-22-2222")
        .shows("差戻しのあとに変わっていません");
    assert_eq!(check.form("提出する").value("reply-kind.1"), "");
    otaru.submit(&check.form("提出する")).await.is(422);
    let check = mended(&otaru).await;
    assert_eq!(check.form("提出する").value("reply-kind.1"), "mended");
}

#[tokio::test]
async fn what_the_ministry_asks_goes_through_the_prefecture_and_comes_back() {
    let app = TestApp::start().await;
    for (code, address) in [
        (Some(OTARU), "iryo@otaru.example"),
        (Some(HOKKAIDO), "iryo@hokkaido.example"),
        (None, "iryo@ministry.example"),
    ] {
        app.keep_address(code, address).await;
    }
    for code in [OTARU, YUBARI] {
        app.submitted(code).await;
        app.accept(code).await;
    }
    let hokkaido = app.prefecture("01").await;
    let key = edition(OPEN);
    let sent = send_summary_sheet(&app.desk, hokkaido.actor(), &key, 1, "").await;
    assert_eq!(sent.expect("is sent"), 1);

    // First hop: with the prefecture. Nobody else is touched, and the sheet that was sent says so.
    let ministry = app.ministry().await;
    asked(&ministry).await.shows("依頼しました").shows(WORDS);
    assert_eq!(app.answer(OTARU).await.status, Status::SentBack);
    assert_eq!(app.answer(YUBARI).await.status, Status::Accepted);
    assert_eq!(states(&app, OTARU).await, [At::WithReviewer]);
    let otaru = app.municipality(OTARU).await;
    for page in [FORM.to_owned(), format!("{FORM}/history")] {
        otaru.get(&page).await.ok().hides(WORDS);
    }
    let there = format!("{}/requests/1", answer_of(OTARU));
    otaru.get(&there).await.is(303); // as if there were none
    app.prefecture("02").await.get(&there).await.is(404);
    app.at(date(2027, 1, 23).at(9, 0, 0, 0));
    let (ministry, hokkaido) = (app.ministry().await, app.prefecture("01").await);
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board
        .shows("都道府県の対応待ち：国からの依頼 1件（3日）")
        .shows("市区町村へ伝えるか、都道府県から国へ回答してください")
        .shows("市区町村には、まだ届いていません");
    let seen = ministry
        .get(&format!("/editions/{OPEN}/prefectures/01"))
        .await
        .ok();
    seen.shows("都道府県の対応を待っています")
        .hides("国へ回答してください");
    let form2 = hokkaido.get(FORM2).await.ok();
    form2.shows("送付後に変更").shows("国からの依頼を確認中");

    // Nobody accepts over it.
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows(WORDS)
        .shows("依頼から3日")
        .shows("令和9年1月25日");
    assert!(!page.has_button("受け付ける"));
    let version = app.answer(OTARU).await.version;
    let actor = hokkaido.actor();
    let refused = accept_response(&app.desk, actor, &key, body(OTARU), version).await;
    assert!(matches!(refused, Err(WorkflowError::Unsettled)));
    let by_hand = [("version", version.to_string()), ("settle", "1".to_owned())];
    let by_hand: Vec<_> = by_hand.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let accept = format!("{}/accept", answer_of(OTARU));
    let told = hokkaido.post(&accept, &by_hand).await.is(409);
    told.shows("まだ受け付けていません").shows("1件あります");

    // Second hop: its own clock and day; the ministry's words stand untouched beside the prefecture's.
    let page = hokkaido
        .get(&format!("{}/pass-on", answer_of(OTARU)))
        .await
        .ok();
    let form = page
        .form("市区町村へ伝える")
        .fill("addition.1", "係の直通番号をお願いします。")
        .fill("due_on", "R9.1.24");
    let bad = form.clone().fill("due_on", "R9.1.1");
    hokkaido.submit(&bad).await.is(422).shows("過ぎた日");
    let late = form.clone().fill("due_on", "R9.12.1");
    let told = hokkaido.submit(&late).await.is(422);
    told.shows("修正の最終受付日");
    assert_eq!(told.value("due_on"), "R9.12.1");
    // Each hop has its own day, and the ministry still needs some of its own.
    let after = form.clone().fill("due_on", "R9.1.26");
    let told = hokkaido.submit(&after).await.is(422);
    told.shows("国が回答をほしい日（令和9年1月25日（月））より後");
    assert_eq!(told.value("due_on"), "R9.1.26");
    assert_eq!(told.value("addition-1"), "係の直通番号をお願いします。");
    let none = Additions::new();
    let by_hand = pass_on(
        &app.desk,
        hokkaido.actor(),
        &key,
        body(OTARU),
        app.answer(OTARU).await.version,
        &none,
        Some(date(2027, 1, 26)),
    );
    let refused = by_hand.await;
    assert!(
        matches!(refused, Err(WorkflowError::Invalid(_))),
        "{refused:?}"
    );
    hokkaido.submit_and_follow(&form).await.ok();
    hokkaido.submit(&form).await.is(409);
    let request = app.requests(OTARU).await.remove(0);
    assert_eq!(request.words, WORDS);
    assert_eq!(request.state, At::WithBody);
    let otaru = app.municipality(OTARU).await;
    let list = otaru.get(FORM).await.ok();
    list.shows(WORDS)
        .shows("係の直通番号をお願いします。")
        .shows("依頼から0日")
        .shows("令和9年1月24日（日）（北海道）、令和9年1月25日（月）（国）");
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows("令和9年1月24日（日）（北海道）、令和9年1月25日（月）（国）");
    let contact = otaru.get(&format!("{FORM}/contact")).await.ok();
    let note = contact.all("#phone-note").remove(0);
    assert!(
        note.contains(WORDS) && note.contains("北海道から"),
        "{note}"
    );
    form2_says(&hokkaido, "提出なし（差戻し中）").await;

    // The submission answers it, with what the body says.
    let check = mended(&otaru).await;
    let form = check
        .form("提出する")
        .fill("reply.1", "直通番号に変えました。")
        .tick("reply-kind.1", "mended");
    let long = form.clone().fill("reply.1", &"あ".repeat(501));
    let told = otaru.submit(&long).await.is(422);
    told.shows("500文字以内");
    assert_eq!(told.form("提出する").value("reply.1").chars().count(), 501);
    otaru.submit_and_follow(&form).await.ok();
    let reply = app.requests(OTARU).await.remove(0).reply;
    let reply = reply.expect("is answered");
    assert_eq!(reply.revision, Some(2));
    assert_eq!(reply.kind, Some(ReplyKind::Mended));

    // The prefecture accepts; what the ministry asked is the ministry's to settle. The board says who is next.
    let hokkaido = app.prefecture("01").await;
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("都道府県の受付待ち：国の依頼に回答済み 1件");
    let history = otaru.get(&format!("{FORM}/history")).await.ok();
    history
        .shows("国からの依頼を市区町村へ伝達（第1号　電話番号）")
        .shows("係の直通番号をお願いします。")
        .shows("依頼への回答（第1号　電話番号）")
        .hides("国からの確認の依頼");
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    assert!(!page.has_button("確認済みにする（第1号）"));
    let page = hokkaido.submit_and_follow(&page.form("受け付ける")).await;
    page.ok().shows("受け付けました");
    assert_eq!(states(&app, OTARU).await, [At::Answered]);
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("国の確認待ち：国の依頼に回答済み 1件");
    let ministry = app.ministry().await;
    let page = ministry.get(&answer_of(OTARU)).await.ok();
    page.shows("直しました").shows("直通番号に変えました。");
    let settle = page.form("確認済みにする（第1号）");
    let page = ministry.submit_and_follow(&settle).await.ok();
    page.shows("依頼を確認済みにしました");
    let before = app.answer(OTARU).await.version;
    ministry.submit(&settle).await.is(303);
    assert_eq!(app.answer(OTARU).await.version, before, "once is enough");
    assert_eq!(states(&app, OTARU).await, [At::Settled]);
    let history = ministry.get(&there).await.ok();
    history
        .shows("市区町村へ伝達")
        .shows("係の直通番号をお願いします。")
        .shows("回答（第2版）");

    // Each hop was told by mail to whom it concerns, by its place and never by its words.
    let mails = app
        .desk
        .store
        .outbox(&OutboxFilter::default(), 0, 100)
        .await;
    let (mails, _) = mails.expect("reads");
    for kind in [
        MailKind::SentBack,
        MailKind::Returned,
        MailKind::PassedOn,
        MailKind::Accepted,
    ] {
        assert!(mails.iter().any(|mail| mail.kind == kind), "{kind:?}");
    }
    let asked = mails.iter().find(|mail| mail.kind == MailKind::SentBack);
    let asked = asked.expect("is written");
    assert_eq!(asked.facts.get(Placeholder::Places), "・電話番号");
    for mail in &mails {
        let facts = format!("{:?}", mail.facts);
        assert!(
            !facts.contains(WORDS) && !facts.contains("直通番号"),
            "{facts}"
        );
    }

    // What changed since the sheet was sent is told until a new one is.
    form2_says(&hokkaido, "○（第2版）").await;
    assert_eq!(app.answer(YUBARI).await.status, Status::Accepted);
    let sent = send_summary_sheet(&app.desk, hokkaido.actor(), &key, 2, "").await;
    assert_eq!(sent.expect("is sent"), 2);
    hokkaido.get(FORM2).await.ok().hides("送付後に変更");
    let first = hokkaido.get(&format!("{FORM2}/1")).await.ok();
    first.shows("送付後に変更").shows("○（第1版）");
}

async fn form2_says(hokkaido: &Client, what: &str) {
    let form2 = hokkaido.get(FORM2).await.ok();
    form2.shows("送付後に変更").shows("○（第1版）").shows(what);
}

#[tokio::test]
async fn what_a_prefecture_asked_is_settled_before_or_with_the_acceptance() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.submitted(YUBARI).await;
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido
        .get(&format!("{}/return", answer_of(OTARU)))
        .await
        .ok();
    let form = page
        .form("差し戻す")
        .fill("reason.contact.phone", "つながりません。")
        .fill("reason.contact.email", "個人のアドレスのようです。")
        .fill("due_on", "R9.1.22");
    hokkaido.submit_and_follow(&form).await.ok();
    assert_eq!(states(&app, OTARU).await, [At::WithBody, At::WithBody]);

    // The day passes: everybody sees it.
    app.at(date(2027, 1, 25).at(9, 0, 0, 0));
    let hokkaido = app.prefecture("01").await;
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("団体の回答待ち 2件（5日）").shows("希望日超過");
    let otaru = app.municipality(OTARU).await;
    otaru.get(FORM).await.ok().shows("希望日を過ぎています");

    // Submitted and withdrawn again: what was answered lies with the body once more.
    let check = mended(&otaru).await;
    let form = check
        .form("提出する")
        .tick("reply-kind.1", "mended")
        .fill("reply-kind.2", "right") // it began as mended
        .fill("reply.2", "係のアドレスです。");
    otaru.submit_and_follow(&form).await.ok();
    assert_eq!(states(&app, OTARU).await, [At::Answered, At::Answered]);
    let key = edition(OPEN);
    let version = app.answer(OTARU).await.version;
    let done = withdraw(&app.desk, otaru.actor(), &key, version).await;
    done.expect("nobody has begun to review it");
    assert_eq!(states(&app, OTARU).await, [At::WithBody, At::WithBody]);
    otaru.get(FORM).await.ok().shows("つながりません。");
    app.submit(otaru.actor()).await;
    let requests = app.requests(OTARU).await;
    let reply = requests[1].reply.as_ref().expect("is answered");
    // Nothing was said anew: what it said first stands.
    let right = Some(ReplyKind::RightAsItIs);
    assert_eq!((reply.revision, reply.kind), (Some(3), right));
    let there = format!("{}/requests/2", answer_of(OTARU));
    let history = hokkaido.get(&there).await.ok();
    history
        .shows("このままで正しいです")
        .shows("係のアドレスです。")
        .shows("回答の取下げ（第2版）");
    otaru.get(&there).await.ok().shows("係のアドレスです。");

    // In bulk it is skipped and named; one by one it is refused without the tick.
    let codes = [body(OTARU), body(YUBARI)];
    let scope =
        torimatome::domain::access::PrefectureScope::of(hokkaido.actor(), body(OTARU).prefecture());
    let scope = scope.expect("its own");
    let bulk = accept_many(&app.desk, hokkaido.actor(), &key, scope, &codes).await;
    let bulk = bulk.expect("runs");
    assert_eq!(bulk.accepted, [body(YUBARI)]);
    assert_eq!(bulk.skipped, [body(OTARU)]);
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("回答あり 2件（5日）");
    assert!(board.all("input[name=code]").is_empty());
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    let told = hokkaido.submit(&page.form("受け付ける")).await.is(409);
    told.shows("まだ受け付けていません")
        .shows("回答のあった依頼が2件あります");
    assert_eq!(app.answer(OTARU).await.status, Status::Submitted);
    let settle = page.form("確認済みにする（第1号）");
    let page = hokkaido.submit_and_follow(&settle).await.ok();
    assert_eq!(states(&app, OTARU).await, [At::Settled, At::Answered]);
    let form = page.form("受け付ける").tick("settle", "1");
    hokkaido.submit_and_follow(&form).await.ok();
    assert_eq!(states(&app, OTARU).await, [At::Settled, At::Settled]);
    assert_eq!(app.answer(OTARU).await.status, Status::Accepted);

    // A version that is old is said to be old.
    let stale = accept_response(&app.desk, hokkaido.actor(), &key, body(OTARU), 1).await;
    assert!(!matches!(stale, Err(WorkflowError::Unsettled)));
}

#[tokio::test]
async fn a_prefecture_answers_the_ministry_itself_and_the_ministry_may_think_again() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.accept(OTARU).await;
    app.send_back(OTARU, "合計をお確かめください。").await;
    let hokkaido = app.prefecture("01").await;
    let there = format!("{}/requests/1", answer_of(OTARU));
    let page = hokkaido.get(&there).await.ok();
    assert!(!page.has_button("この依頼を取り消す"), "that is who asked");
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board
        .shows("都道府県から国へ回答してください")
        .shows("市区町村がすることはありません");
    let form = page.form("この内容で回答する");
    let empty = hokkaido.submit(&form).await.is(422);
    empty.shows("回答の内容を入力してください");
    let form = form.fill("words", "市に電話で確かめました。合計のとおりです。");
    hokkaido.submit_and_follow(&form).await.ok();
    assert_eq!(states(&app, OTARU).await, [At::Answered]);
    hokkaido.submit(&form).await.is(409);
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("もう一度「受け付ける」を押してください");
    app.accept(OTARU).await;
    let ministry = app.ministry().await;
    let page = ministry.get(&answer_of(OTARU)).await.ok();
    page.shows("市に電話で確かめました");

    // Asked again, and taken back before anybody acted: the prefecture accepts without answering.
    app.send_back(OTARU, "もう一度お願いします。").await;
    let (key, withdraw) = (edition(OPEN), RequestEvent::Withdraw);
    let of_hokkaido = hokkaido.actor();
    let refused = move_request(&app.desk, of_hokkaido, &key, body(OTARU), 2, withdraw, "").await;
    assert!(matches!(refused, Err(WorkflowError::Forbidden)));
    let second = format!("{}/requests/2", answer_of(OTARU));
    let page = ministry.get(&second).await.ok();
    let form = page.form("この依頼を取り消す");
    ministry.submit_and_follow(&form).await.ok();
    app.accept(OTARU).await;
    assert_eq!(states(&app, OTARU).await, [At::Answered, At::Withdrawn]);
    assert_eq!(app.answer(OTARU).await.status, Status::Accepted);
}

#[tokio::test]
async fn a_body_that_answers_to_the_ministry_is_asked_by_it_at_once() {
    let app = TestApp::start().await;
    let (hakodate, _) = app.submitted(HAKODATE).await;
    app.return_with(HAKODATE, &[(Place::Phone, "つながりません。")])
        .await;
    assert_eq!(states(&app, HAKODATE).await, [At::WithBody]);
    hakodate
        .get(FORM)
        .await
        .ok()
        .shows("厚生労働省からの差戻しの理由");
    // A file answers as a submission on the page does.
    let file = crate::uploads::sent_own(&app, HAKODATE).await;
    let preview = hakodate
        .get(&format!("/editions/{OPEN}/uploads/{file}"))
        .await
        .ok();
    let form = preview
        .form("提出する")
        .tick("confirmed", "1")
        .tick("reply-kind.1", "mended");
    hakodate.submit_and_follow(&form).await.ok();
    let requests = app.requests(HAKODATE).await;
    assert_eq!(requests[0].state, At::Answered);
    let reply = requests[0].reply.as_ref().expect("is answered");
    assert_eq!(reply.revision, Some(2));
    // 北海道 reads along and can do nothing about it.
    let hokkaido = app.body(HOKKAIDO).await;
    let page = hokkaido.get(&answer_of(HAKODATE)).await.ok();
    page.shows("つながりません。");
    let there = format!("{}/requests/1", answer_of(HAKODATE));
    hokkaido.post(&there, &[("do", "settle")]).await.is(403);
    app.accept(HAKODATE).await;
    assert_eq!(states(&app, HAKODATE).await, [At::Settled]);
}

#[tokio::test]
async fn returns_from_before_become_requests_once() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.return_with(OTARU, &[(Place::Phone, "つながりません。")])
        .await;
    app.submitted(YUBARI).await;
    app.accept(YUBARI).await;
    app.send_back(YUBARI, "合計をお確かめください。").await;
    for sql in [
        "DELETE FROM review_request_event",
        "DELETE FROM review_request",
    ] {
        app.damage(sql, Vec::new()).await;
    }
    for _ in 0..2 {
        app.desk.store.migrate().await.expect("starts again");
        assert_eq!(states(&app, OTARU).await, [At::WithBody]);
        assert_eq!(states(&app, YUBARI).await, [At::WithReviewer]);
    }
    let request = app.requests(YUBARI).await.remove(0);
    assert_eq!(request.words, "合計をお確かめください。");
    assert_eq!(request.place, None);
    app.submit(otaru.actor()).await;
    assert_eq!(states(&app, OTARU).await, [At::Answered]);
    app.accept(OTARU).await;
    app.desk.store.migrate().await.expect("starts again");
    assert_eq!(states(&app, OTARU).await, [At::Settled]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_is_taken_back_or_handed_on_but_never_both() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.accept(OTARU).await;
    let (key, code) = (edition(OPEN), body(OTARU));
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let hokkaido = app.reviewer_of(OTARU).await;
    for (round, number) in (1..=6).enumerate() {
        let asking = Asking {
            version: app.answer(OTARU).await.version,
            addressee: Addressee::Body,
            asked: vec![Asked {
                place: Some(Place::Phone),
                words: WORDS.to_owned(),
            }],
            due_on: None,
        };
        let done = ask(&app.desk, &ministry, &key, code, asking).await;
        done.expect("is asked");
        let version = app.answer(OTARU).await.version;
        let additions = Additions::new();
        let event = RequestEvent::Withdraw;
        let take_back = move_request(&app.desk, &ministry, &key, code, number, event, "");
        let hand_on = pass_on(&app.desk, &hokkaido, &key, code, version, &additions, None);
        let (back, on) = if round % 2 == 0 {
            tokio::join!(take_back, hand_on)
        } else {
            let (on, back) = tokio::join!(hand_on, take_back);
            (back, on)
        };
        assert!(back.is_ok() != on.is_ok(), "{back:?} {on:?}");
        let lost = back.err().or(on.err()).expect("one lost");
        let told = matches!(
            lost,
            WorkflowError::Stale | WorkflowError::Refused(_) | WorkflowError::Forbidden
        );
        assert!(told, "{lost:?}");
        let status = app.answer(OTARU).await.status;
        match states(&app, OTARU).await.pop().expect("was asked") {
            At::Withdrawn => assert_eq!(status, Status::SentBack),
            At::WithBody => {
                assert_eq!(status, Status::Returned);
                app.submit(otaru.actor()).await;
            }
            other => panic!("{other:?}"),
        }
        app.accept(OTARU).await;
    }
}
