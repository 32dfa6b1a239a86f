//! What people are told of a hand-over: beforehand, while it is under way, and where it signs somebody out; and what its
//! mail keeps once it is stopped.

use crate::app::{HAKODATE, OTARU, TestApp};
use crate::client::Client;
use crate::handover::{PAGE, PASSWORD, mailed_link};
use crate::mail::{deliver, postman_of};
use crate::smtp::MailServer;

#[tokio::test]
async fn a_colleague_who_becomes_administrator_is_told_of_being_signed_out() {
    let app = TestApp::start().await;
    let admin = app.person(Some(HAKODATE), "総括担当", true).await;
    app.set_password(admin.actor(), PASSWORD).await;
    let colleague = app.person(Some(HAKODATE), "こども担当", false).await;
    app.set_password(colleague.actor(), PASSWORD).await;
    let colleague = app.person(Some(HAKODATE), "こども担当", false).await;
    colleague.get("/home").await.ok();
    let page = admin.get(PAGE).await.ok();
    page.shows("管理者になるため、手続きをすると、この方はいったんログアウトされます");
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", &colleague.actor().account_id.to_string())
        .fill("ends", "later")
        .fill("ends_on", "R9.3.31")
        .fill("password_current", PASSWORD);
    admin
        .submit(&form)
        .await
        .ok()
        .shows("いったんログアウトされました");
    // Before, beside, and where the colleague arrives.
    let sent_away = colleague.get("/home").await;
    assert!(sent_away.asks_to_sign_in());
    colleague
        .follow(sent_away)
        .await
        .ok()
        .shows("ログアウトしています")
        .shows("権限が変わったため")
        .shows("保存した内容は、消えていません");
    let mails = app.mails("handed_over").await;
    let to_colleague = mails
        .iter()
        .find(|(key, _)| key.ends_with(&colleague.actor().email));
    let (_, facts) = to_colleague.expect("is told by mail");
    assert!(facts.contains("いったんログアウトされました"), "{facts}");
    // Whoever never was signed in is told nothing of the kind, and who signed out themselves neither.
    app.anonymous()
        .get("/sign-in")
        .await
        .ok()
        .hides("ログアウトしています");
    let leaver = app.person(Some(OTARU), "こども担当", false).await;
    let home = leaver.get("/home").await.ok();
    let left = leaver.submit_and_follow(&home.form("ログアウト")).await;
    left.ok()
        .shows("ログアウトしました")
        .hides("ログアウトしています");
    let again = leaver.get("/sign-in").await.ok();
    again.hides("ログアウトしています");
    // Handed over once more, to somebody who administers already: nobody is signed out.
    let colleague = app.person(Some(HAKODATE), "こども担当", true).await;
    let page = admin.get(PAGE).await.ok();
    page.hides("いったんログアウト");
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", &colleague.actor().account_id.to_string())
        .fill("ends", "later")
        .fill("ends_on", "R9.3.30")
        .fill("password_current", PASSWORD);
    admin.submit(&form).await.ok().hides("いったんログアウト");
    colleague.get("/home").await.ok();
}

#[tokio::test]
async fn whoever_handed_over_sees_on_the_home_page_what_is_waited_for() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    let other = app.person(Some(OTARU), "こども担当", false).await;
    old.get("/home").await.ok().hides("引継ぎ");
    let hand_over = async |old: &Client| {
        let page = old.get(PAGE).await.ok();
        let form = page
            .form("担当を引き継ぐ")
            .tick("successor", "invite")
            .fill("email", "kouhai@otaru.example")
            .fill("password_current", PASSWORD);
        old.submit(&form).await.ok();
        mailed_link(&app).await.expect("a link is mailed")
    };
    hand_over(&old).await;
    old.get("/home")
        .await
        .ok()
        .shows("担当の引継ぎの途中です")
        .shows("kouhai@otaru.example")
        .shows("遅くとも令和9年2月20日");
    other.get("/home").await.ok().hides("引継ぎの途中");
    // A day later the link is over: to be sent again.
    app.pass_minutes(24 * 60 + 1);
    let old = app.body(OTARU).await;
    let home = old.get("/home").await.ok();
    home.shows("担当の引継ぎが終わっていません")
        .shows("使われないまま期限")
        .hides("引継ぎの途中");
    assert_eq!(home.all("a[href='/account/handover']").len(), 1);
    hand_over(&old).await;
    old.get("/home").await.ok().shows("担当の引継ぎの途中です");
    // To a colleague who is here, for a day to come.
    app.set_password(other.actor(), PASSWORD).await;
    let page = old.get(PAGE).await.ok();
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", &other.actor().account_id.to_string())
        .fill("ends", "later")
        .fill("ends_on", "R9.2.26")
        .fill("password_current", PASSWORD);
    old.submit(&form).await.ok();
    old.get("/home")
        .await
        .ok()
        .shows("へ引き継ぎました")
        .shows("あなたの利用は、令和9年2月26日")
        .hides("引継ぎの途中");
}

#[tokio::test]
async fn a_mail_with_a_link_that_is_stopped_forgets_it_at_once() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    let ministry = app.ministry().await;
    let mut server = MailServer::start();
    // One that was never tried, and one that was refused for now and has its text.
    for was_tried in [false, true] {
        app.damage("DELETE FROM outbox", Vec::new()).await;
        let page = old.get(PAGE).await.ok();
        let form = page
            .form("担当を引き継ぐ")
            .tick("successor", "invite")
            .fill("email", "kouhai@otaru.example")
            .fill("password_current", PASSWORD);
        old.submit(&form).await.ok();
        let path = mailed_link(&app).await.expect("a link is mailed");
        if was_tried {
            server.will("451,451,451,451");
            deliver(&app, &postman_of(server.port, "")).await;
        }
        let mails = app.desk.store.outbox(&Default::default(), 0, 10).await;
        let mails = mails.expect("reads").0;
        let mail = mails.iter().find(|it| {
            it.to.to_string() == "kouhai@otaru.example" && format!("{it:?}").contains(&path)
        });
        let mail = mail.expect("waits with its link");
        assert_eq!(mail.text.is_some(), was_tried);
        let shown = ministry.get(&format!("/mail/{}", mail.id)).await.ok();
        let stopped = ministry
            .submit_and_follow(&shown.form("送信を取りやめる"))
            .await
            .ok();
        stopped.shows("送信を取りやめました").hides("/invitation/");
        let kept = app.desk.store.mail(mail.id).await.expect("reads");
        let kept = format!("{:?}", kept.expect("is kept"));
        assert!(!kept.contains("/invitation/"), "{kept}");
    }
}
