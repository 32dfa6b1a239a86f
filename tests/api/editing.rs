//! Several people at one form, and a session that ends while somebody types.

use torimatome::domain::place::Section;

use crate::app::{HAKODATE, HIROSAKI, OTARU, TestApp};
use crate::client::with_form;

const CONTACT: &str = "/editions/fy2027/form1/contact";
const SCHEMES: &str = "/editions/fy2027/form1/schemes";
const INTENT: &str = "/editions/fy2027/form1/intent";

#[tokio::test]
async fn the_second_of_two_editors_sees_both_texts_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let first = app.person(Some(OTARU), "障害福祉担当", false).await;
    let second = app.person(Some(OTARU), "こども医療担当", false).await;
    let (one, two) = (
        first.get(CONTACT).await.ok(),
        second.get(CONTACT).await.ok(),
    );
    let form = one
        .form("保存して次へ")
        .fill("department", "障害福祉課")
        .fill("email", "shogai@city.example")
        .fill("phone", "0134-00-0001");
    first.submit_and_follow(&form).await.ok();

    let form = two
        .form("保存して次へ")
        .fill("department", "こども課")
        .fill("email", "kodomo@city.example")
        .fill("phone", "0134-00-0001");
    let conflict = second.submit(&form).await.is(409);
    conflict
        .shows("障害福祉担当が先に保存しました")
        .shows("障害福祉課")
        .shows("shogai@city.example")
        .shows("こども課")
        .hides("入力内容に誤りがあります");
    assert_eq!(conflict.value("department"), "こども課");
    let stored =
        |draft: &torimatome::domain::response::Draft| draft.input.contact.department.clone();
    let draft = app.answer(OTARU).await.draft.expect("saved");
    assert_eq!(stored(&draft), "障害福祉課");

    // Having seen both, the second decides.
    let form = conflict
        .form("保存して次へ")
        .fill("department", "障害福祉課・こども課");
    second.submit_and_follow(&form).await.ok();
    let draft = app.answer(OTARU).await.draft.expect("saved");
    assert_eq!(stored(&draft), "障害福祉課・こども課");
    assert_eq!(draft.version(Section::Contact), 2);
}

#[tokio::test]
async fn different_parts_and_equal_texts_do_not_collide() {
    let app = TestApp::start().await;
    let first = app.person(Some(OTARU), "障害福祉担当", false).await;
    let second = app.person(Some(OTARU), "こども医療担当", false).await;
    let (contact, intent) = (first.get(CONTACT).await.ok(), second.get(INTENT).await.ok());
    let form = contact
        .form("一時保存して一覧へ戻る")
        .fill("department", "障害福祉課");
    let same = second.get(CONTACT).await.ok();
    first.submit_and_follow(&form).await.ok();
    let choice = intent.form("一時保存して一覧へ戻る").tick("intent", "2");
    second.submit_and_follow(&choice).await.ok();
    // The very same text, as after a double click, is no conflict.
    let again = same
        .form("一時保存して一覧へ戻る")
        .fill("department", "障害福祉課");
    second.submit_and_follow(&again).await.ok();
    first.submit_and_follow(&form).await.ok();
    let draft = app.answer(OTARU).await.draft.expect("saved");
    assert_eq!(draft.input.contact.department, "障害福祉課");
    assert_eq!(draft.input.intent.intents.len(), 1);
}

#[tokio::test]
async fn text_typed_into_an_ended_session_comes_back_after_signing_in() {
    let app = TestApp::start().await;
    let clerk = app.municipality(OTARU).await;
    app.set_password(clerk.actor(), "みかん 電車 ゆうびん 青空")
        .await;
    let page = clerk.get(SCHEMES).await.ok();
    app.pass_minutes(61);
    let form = page
        .form("保存して次へ")
        .tick("target-local_child", "1")
        .fill("recipients-local_child", "約３４，０００人")
        .fill("other_text", "一行目\r\n二行目 <b>&\"'");
    let ended = clerk.submit(&form).await.is(401);
    ended.shows("お預かりしています");
    assert_eq!(app.answer(OTARU).await.version, 0, "nothing was saved");

    // A slip in the password loses nothing either.
    let wrong = ended
        .form("ログインする")
        .fill("email", &clerk.actor().email)
        .fill("password", "まちがい");
    let again = clerk.submit(&wrong).await.is(422);
    let right = again
        .form("ログインする")
        .fill("email", &clerk.actor().email)
        .fill("password", "みかん 電車 ゆうびん 青空");
    let back = clerk.submit_and_follow(&right).await.ok();
    back.shows("まだ保存していません");
    assert_eq!(back.value("target-local_child"), "checked");
    assert_eq!(back.value("recipients-local_child"), "約３４，０００人");
    assert_eq!(back.value("other_text"), "一行目\n二行目 <b>&\"'");
    assert_eq!(app.answer(OTARU).await.version, 0);

    let form = back.form("一時保存して一覧へ戻る");
    clerk.submit_and_follow(&form).await.ok();
    let draft = app.answer(OTARU).await.draft.expect("saved");
    let scheme = "local_child".parse().expect("an id");
    assert_eq!(
        draft.input.schemes.rows[&scheme].recipients,
        "約３４，０００人"
    );
}

#[tokio::test]
async fn kept_text_never_overwrites_what_a_colleague_saved_meanwhile() {
    let app = TestApp::start().await;
    let clerk = app.municipality(OTARU).await;
    app.set_password(clerk.actor(), "みかん 電車 ゆうびん 青空")
        .await;
    let page = clerk.get(CONTACT).await.ok();
    app.pass_minutes(61);
    let colleague = app.person(Some(OTARU), "こども医療担当", false).await;
    let theirs = colleague.get(CONTACT).await.ok();
    let form = theirs
        .form("一時保存して一覧へ戻る")
        .fill("department", "こども課");
    colleague.submit_and_follow(&form).await.ok();

    let mine = page.form("保存して次へ").fill("department", "障害福祉課");
    let ended = clerk.submit(&mine).await.is(401);
    let form = ended
        .form("ログインする")
        .fill("email", &clerk.actor().email)
        .fill("password", "みかん 電車 ゆうびん 青空");
    let back = clerk.submit_and_follow(&form).await.ok();
    assert_eq!(back.value("department"), "障害福祉課");
    let conflict = clerk.submit(&back.form("保存して次へ")).await.is(409);
    conflict
        .shows("こども医療担当が先に保存しました")
        .shows("こども課");
    let draft = app.answer(OTARU).await.draft.expect("saved");
    assert_eq!(draft.input.contact.department, "こども課");
}

#[tokio::test]
async fn kept_text_of_another_body_or_account_is_not_shown() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let hirosaki = app.municipality(HIROSAKI).await;
    app.set_password(hirosaki.actor(), "みかん 電車 ゆうびん 青空")
        .await;
    let page = otaru.get(CONTACT).await.ok();
    app.pass_minutes(61);
    let ended = otaru
        .submit(&page.form("保存して次へ").fill("department", "小樽の課"))
        .await
        .is(401);
    // Somebody of another body signs in at the same browser.
    let form = ended
        .form("ログインする")
        .fill("email", &hirosaki.actor().email)
        .fill("password", "みかん 電車 ゆうびん 青空");
    let location = otaru.submit(&form).await.location();
    let shown = otaru.get(&location).await.ok();
    assert_eq!(shown.value("department"), "");
    shown.hides("ログインし直す前");
    // And the address alone gives nothing to others.
    let other = app.municipality(OTARU).await;
    assert_eq!(other.get(&location).await.ok().value("department"), "");
}

#[tokio::test]
async fn a_submission_from_an_ended_session_leads_back_to_the_form() {
    let app = TestApp::start().await;
    let clerk = app.drafted(OTARU).await;
    app.set_password(clerk.actor(), "みかん 電車 ゆうびん 青空")
        .await;
    let check = clerk.get("/editions/fy2027/form1/check").await.ok();
    app.pass_minutes(61);
    let ended = clerk.submit(&check.form("提出する")).await.is(401);
    let form = ended
        .form("ログインする")
        .fill("email", &clerk.actor().email)
        .fill("password", "みかん 電車 ゆうびん 青空");
    // Back on the check page, which says that nothing is submitted, with what was typed there.
    let back = clerk.submit_and_follow(&form).await.ok();
    assert!(
        back.path.starts_with("/editions/fy2027/form1/submit?"),
        "{}",
        back.path
    );
    back.shows("まだ提出は完了していません")
        .shows("確認して提出");
    assert_eq!(app.answer(OTARU).await.revision_number, 0);
}

#[tokio::test]
async fn a_session_lives_an_hour_idle_and_twelve_at_most() {
    let app = TestApp::start().await;
    let clerk = app.municipality(OTARU).await;
    for _ in 0..12 {
        app.pass_minutes(59);
        clerk.get("/session/extend").await.is(204);
    }
    app.pass_minutes(13);
    assert!(clerk.get("/home").await.asks_to_sign_in(), "12 hours");

    let clerk = app.municipality(OTARU).await;
    app.pass_minutes(60);
    clerk.get("/home").await.ok();
    app.pass_minutes(61);
    let page = clerk.get("/home?notice=saved").await;
    assert_eq!(page.location(), "/sign-in?next=%2Fhome%3Fnotice%3Dsaved");
}

#[tokio::test]
async fn a_stranger_posting_without_a_session_keeps_a_form_of_any_size() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    // Every text of the form at its longest, each character nine bytes on the way.
    let long = "あ".repeat(3000);
    let body = serde_urlencoded::to_string([("department", long.as_str()), ("body_code", OTARU)]);
    let request = anyone
        .bare(reqwest::Method::POST, CONTACT)
        .header("sec-fetch-site", "same-origin");
    let page = anyone
        .send(with_form(request, body.expect("can be encoded")))
        .await
        .is(401);
    let kept = page.form("ログインする");
    assert!(kept.value("kept").len() > 27_000);
}

#[tokio::test]
async fn what_was_typed_is_shown_where_it_cannot_be_saved_any_more() {
    let app = TestApp::start().await;
    let clerk = app.drafted(OTARU).await;
    let colleague = app.person(Some(OTARU), "となりの担当", false).await;
    app.set_password(clerk.actor(), "みかん 電車 ゆうびん 青空")
        .await;
    let page = async |part: &str| {
        let path = format!("/editions/fy2027/form1/{part}");
        clerk.get(&path).await.ok()
    };
    let forms = [
        page("contact")
            .await
            .form("保存して次へ")
            .fill("department", "あたらしい <課>"),
        page("intent")
            .await
            .form("保存して次へ")
            .tick("intent", "4")
            .fill("intent_text", "ながい相談の\r\n文章"),
        page("schemes")
            .await
            .form("保存して次へ")
            .fill("recipients-local_child", "５４３２１")
            .fill("other_text", "そのほかの事業"),
    ];
    let words = ["あたらしい <課>", "文章", "５４３２１"];
    app.submit(colleague.actor()).await;
    let before = app.state_of(OTARU).await;
    for (form, word) in forms.iter().zip(words) {
        let page = clerk.submit(form).await.is(409);
        page.shows("保存できませんでした").shows("提出");
        assert!(page.value("typed").contains(word), "{word}");
        assert!(page.all("a.button").contains(&"様式1のページへ".to_owned()));
    }
    assert!(page("history").await.text().contains("となりの担当"));

    // The same after the session had ended, once somebody is signed in again.
    app.pass_minutes(61);
    let ended = clerk.submit(&forms[0]).await.is(401);
    let form = ended
        .form("ログインする")
        .fill("email", &clerk.actor().email)
        .fill("password", "みかん 電車 ゆうびん 青空");
    let page = clerk.submit(&form).await;
    let page = clerk.follow(page).await.is(409);
    assert!(page.value("typed").contains(words[0]));

    // The edition is closed.
    assert_eq!(app.state_of(OTARU).await, before);
    let clerk = app.drafted(HAKODATE).await;
    let path = "/editions/fy2027/form1/contact";
    let form = clerk.get(path).await.ok().form("保存して次へ");
    app.close_edition().await;
    let before = app.state_of(HAKODATE).await;
    let page = clerk.submit(&form.fill("department", words[0])).await;
    let page = page.is(409);
    page.shows("受付期間は終わりました");
    assert!(page.value("typed").contains(words[0]));
    assert_eq!(app.state_of(HAKODATE).await, before);
}
