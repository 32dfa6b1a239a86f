//! 代理入力 on pages: a prefecture types what reached it by telephone, the body confirms it or says what is wrong.

use jiff::civil::date;
use torimatome::domain::access::PrefectureScope;
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::workflow::review::accept_many;

use crate::app::{
    AOMORI, HAKODATE, OPEN, OTARU, TestApp, YUBARI, body, complete_form, edition, save_all,
};
use crate::client::{Client, Page};

const OWN: &str = "/editions/fy2027/form1/proxy";

fn proxy_of(code: &str) -> String {
    format!("/editions/fy2027/answers/{code}/proxy")
}

/// Says on the first page how the answer came, and comes to the first part.
async fn begin(office: &Client, code: &str) -> Page {
    let page = office.get(&proxy_of(code)).await.ok();
    let form = page
        .form("回答の入力へ進む")
        .tick("source", "phone")
        .fill("received_on", "R9.1.19")
        .fill("note", "障害福祉課の担当から");
    office.submit_and_follow(&form).await.ok()
}

/// Types all parts as somebody reads them out, and comes to the check page.
async fn type_all(office: &Client, code: &str, recipients: &str) -> Page {
    let contact = begin(office, code).await;
    contact.shows("代わりに入力しています").hides("未提出");
    let form = contact
        .form("保存して次へ")
        .fill("department", "障害福祉課")
        .fill("email", "iryo@city.example")
        .fill("phone", "0134-00-0000");
    let intent = office.submit_and_follow(&form).await.ok();
    let form = intent.form("保存して次へ").tick("intent", "1");
    let schemes = office.submit_and_follow(&form).await.ok();
    let form = schemes
        .form("保存して次へ")
        .tick("target-rehabilitation", "1")
        .fill("recipients-rehabilitation", recipients);
    office.submit_and_follow(&form).await.ok()
}

#[tokio::test]
async fn a_telephone_call_becomes_an_answer_that_its_body_confirms() {
    let app = TestApp::start().await;
    let office = app.prefecture("01").await;
    let page = office.get("/editions/fy2027/answers/012033").await.ok();
    page.shows("この団体の回答を代理入力する");
    // Without a source and with a day to come, it says so and keeps the rest.
    let page = office.get(&proxy_of(OTARU)).await.ok();
    let form = page
        .form("回答の入力へ進む")
        .fill("received_on", "2027-01-21")
        .fill("note", "担当から");
    let refused = office.submit(&form).await.is(422);
    refused
        .shows("どの方法で受け取ったかを選んでください")
        .shows("先の日付は入力できません");
    assert_eq!(refused.value("note"), "担当から");

    let check = type_all(&office, OTARU, "約1,200人").await;
    check.shows("まだ提出は完了していません").shows("1,200人");
    // Colleagues see that somebody has begun, and go on.
    app.pass_minutes(5);
    let colleague = app.prefecture("01").await;
    let board = colleague.get("/editions/fy2027/board").await.ok();
    board
        .shows("代理入力の途中")
        .shows("医療助成担当　1/20 10:00から");
    let answer = colleague.get("/editions/fy2027/answers/012033").await.ok();
    answer
        .shows("代理入力の途中")
        .shows("医療助成担当が1/20 10:00に")
        .hides("この団体の回答を代理入力する");
    for (end, words) in [
        ("", "代理入力の続きを入力する"),
        ("?give-up=1#give-up", "代理入力をやめる"),
    ] {
        let link = format!("main a[href=\"{}{end}\"]", proxy_of(OTARU));
        assert_eq!(answer.all(&link), [words]);
    }
    for (query, open) in [("", 0), ("?give-up=1", 1)] {
        let page = colleague.get(&format!("{}{query}", proxy_of(OTARU))).await;
        assert_eq!(page.ok().all("details#give-up[open]").len(), open);
    }
    let html = board.html();
    let link = format!("a[href=\"{}\"]", proxy_of(OTARU));
    let link = scraper::Selector::parse(&link).expect("a selector");
    assert!(html.select(&link).next().is_some());
    colleague
        .get(&proxy_of(OTARU))
        .await
        .ok()
        .shows("障害福祉課の担当から");
    // Another office types its own, and the body learns nothing of it.
    let ministry = app.ministry().await;
    let there = format!("/editions/{OPEN}/prefectures/01");
    ministry.get(&there).await.ok().hides("代理入力の途中");
    let there = "/editions/fy2027/answers/012033";
    ministry.get(there).await.ok().hides("代理入力の途中");
    // What somebody notes beside a row is about that body's answer.
    let schemes = colleague
        .get(&format!("{}/schemes", proxy_of(OTARU)))
        .await
        .ok();
    let html = schemes.html();
    let note = scraper::Selector::parse("a[href$=\"place=schemes.rehabilitation\"]");
    let note = html
        .select(&note.expect("a selector"))
        .next()
        .expect("a link");
    let href = note.value().attr("href").unwrap_or_default().to_owned();
    assert!(href.contains("code=012033"), "{href}");
    colleague.get(&href).await.ok().shows("小樽市");
    // Nothing of it is the body's yet.
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);
    let own = app.municipality(OTARU).await;
    own.get("/home").await.ok().hides("代理入力");
    let form = check.form("代理で提出する");
    let done = office.submit_and_follow(&form).await.ok();
    done.hides("代理入力の途中");
    done.shows("代理入力として提出しました")
        .shows("電話（令和9年1月19日（火）に受け取り）")
        .shows("代理入力（確認待ち）");
    // The same page once more gives no second revision.
    office.submit(&form).await.is(303);
    let record = app.answer(OTARU).await;
    assert_eq!(
        (record.status, record.revision_number),
        (ResponseStatus::Submitted, 1)
    );
    let history = app.desk.store.history(record.id).await.expect("reads");
    let events: Vec<_> = history.iter().map(|entry| entry.event).collect();
    assert_eq!(events, [ResponseEvent::EnterByProxy]);
    let board = office.get("/editions/fy2027/board").await.ok();
    board.shows("代理入力（確認待ち）").hides("代理入力の途中");

    own.get("/home").await.ok().shows(
        "北海道が代わりに入力しました（電話（令和9年1月19日（火）に受け取り））。内容をご確認ください。",
    );
    own.get("/receipts/R9-012033-01")
        .await
        .ok()
        .shows("北海道　医療助成担当")
        .shows("（代理入力）");
    let page = own.get(OWN).await.ok();
    page.shows("障害福祉課の担当から").shows("確認待ち");
    // Without words nobody knows what is wrong.
    let empty = page.form("違っているところを伝える");
    own.submit(&empty).await.is(422).shows("違っている項目と");
    let dispute = empty.fill("words", "受給者数は1,300人です。");
    own.submit_and_follow(&dispute)
        .await
        .ok()
        .shows("代わりに入力した担当へ伝えました");
    own.submit(&dispute).await.is(303);
    // A page from before must not confirm what is disputed meanwhile.
    own.submit(&page.form("内容を確認しました")).await.is(409);
    let answer = office.get("/editions/fy2027/answers/012033").await.ok();
    answer
        .shows("相違の申出あり")
        .shows("団体からの申出：受給者数は1,300人です。");
    office
        .get("/editions/fy2027/board")
        .await
        .ok()
        .shows("代理入力（相違の申出あり）");

    // Nobody accepts past it unseen, one by one or with others.
    let accept = answer.form("受け付ける");
    let refused = office.submit(&accept).await.is(409);
    refused.shows("代理入力の内容が違うという申し出");
    let scope = PrefectureScope::of(office.actor(), "01".parse().expect("a prefecture"));
    let done = accept_many(
        &app.desk,
        office.actor(),
        &edition(OPEN),
        scope.expect("its own"),
        &[body(OTARU)],
    )
    .await
    .expect("runs");
    assert_eq!(done.skipped, [body(OTARU)]);

    // The office mends it; the new entry waits for confirmation anew.
    let contact = begin(&office, OTARU).await;
    assert_eq!(contact.value("department"), "障害福祉課");
    let page = office
        .get(&format!("{}/schemes", proxy_of(OTARU)))
        .await
        .ok();
    let form = page
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "1300");
    let check = office.submit_and_follow(&form).await.ok();
    office
        .submit_and_follow(&check.form("代理で提出する"))
        .await
        .ok();
    let page = own.get(OWN).await.ok();
    page.shows("前の版（第1版）からの変更").shows("1,300人");
    let confirm = page.form("内容を確認しました");
    own.submit_and_follow(&confirm).await.ok().shows("確認済");
    own.submit(&confirm).await.is(303);
    let record = app.answer(OTARU).await;
    let replies = app
        .desk
        .store
        .proxy_replies(record.id)
        .await
        .expect("reads");
    assert_eq!(replies.len(), 2, "each thing was said once");
    own.get("/home").await.ok().hides("内容をご確認ください");
    for (client, path) in [
        (&own, "/editions/fy2027/form1/history"),
        (&office, "/editions/fy2027/answers/012033/history"),
    ] {
        client
            .get(path)
            .await
            .ok()
            .shows("代理入力の内容に相違の申出（第1版）")
            .shows("代理入力の内容を確認（第2版）")
            .shows("受給者数は1,300人です。");
    }
    // What is accepted can still be confirmed, what was never entered for a body cannot.
    let yubari = app.municipality(YUBARI).await;
    yubari.get(OWN).await.is(303);
    let stranger = app.body(AOMORI).await;
    stranger.get(&proxy_of(OTARU)).await.is(404);
    own.get(&proxy_of(OTARU)).await.is(403);
}

#[tokio::test]
async fn what_a_body_typed_or_sent_itself_gives_way_only_when_somebody_says_so() {
    let app = TestApp::start().await;
    let office = app.prefecture("01").await;
    let mut typed = complete_form();
    typed.contact.department = "健康課".to_owned();
    let own = app.body(OTARU).await;
    save_all(&app.desk, own.actor(), "fy2027", &typed).await;
    let check = type_all(&office, OTARU, "900").await;
    check.shows("画面で回答を入力中です").hides("健康課");
    let form = check.form("代理で提出する");
    let refused = office.submit(&form).await.is(422);
    refused.shows("まだ提出していません");
    let link = refused.all(".error-summary a[href='#replace']");
    assert_eq!(link.len(), 1, "leads to the box that lacks its tick");
    assert_eq!(refused.all("[id='replace-error']").len(), 1);
    assert_eq!(refused.value("replace"), "");
    assert_eq!(refused.all("form#confirm[data-guard]").len(), 1);
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Draft);
    // The body saves once more meanwhile: the page that was looked at holds no longer.
    save_all(&app.desk, own.actor(), "fy2027", &typed).await;
    let form = form.tick("replace", "1");
    let again = office.submit(&form).await.is(409);
    let form = again.form("代理で提出する").tick("replace", "1");
    office.submit_and_follow(&form).await.ok();
    // What it had typed is still there to read.
    own.get(OWN)
        .await
        .ok()
        .shows("入力中だった内容との違い")
        .shows("健康課")
        .shows("34000");
    // It may take the entry back and mend it, as its own.
    let list = own.get("/editions/fy2027/form1").await.ok();
    own.submit_and_follow(&list.form("取り下げる")).await.ok();
    let page = own.get("/editions/fy2027/form1/contact").await.ok();
    assert_eq!(page.value("department"), "障害福祉課");

    // An answer that lies there already is not entered a second time; another one asks first.
    let (_, receipt) = app.submitted(YUBARI).await;
    begin(&office, YUBARI).await;
    let path = format!("{}/check", proxy_of(YUBARI));
    let check = office.get(&path).await.ok();
    let same = office.submit(&check.form("代理で提出する")).await.is(422);
    same.shows("同じ内容の回答が、すでに提出されています");
    let page = office
        .get(&format!("{}/schemes", proxy_of(YUBARI)))
        .await
        .ok();
    let form = page
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "5");
    let check = office.submit_and_follow(&form).await.ok();
    check.shows("すでに自分で回答を提出しています");
    // Given up, nothing is left of it.
    let page = office.get(&proxy_of(YUBARI)).await.ok();
    let form = page.form("代理入力をやめる");
    office
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("団体の回答は変わっていません");
    office.get(&path).await.is(303);
    assert!(app.state_of(YUBARI).await.contains("1 revisions"));
    assert_eq!(receipt, "R9-012092-01");

    // The ministry enters for whoever answers to it; nothing is entered after the last day.
    let ministry = app.ministry().await;
    begin(&ministry, HAKODATE).await;
    office.get(&proxy_of(HAKODATE)).await.is(403);
    app.at(date(2027, 4, 1).at(0, 0, 0, 0));
    let ministry = app.ministry().await;
    ministry.get(&proxy_of(HAKODATE)).await.is(409);
}
