//! 担当の引継ぎ: duty goes to a successor, the old account ends, everything else stays.

use jiff::civil::date;
use torimatome::workflow::accounts::{reset_link, restart_account};
use torimatome::workflow::sessions::{SignIn, sign_in, sweep};

use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, complete_form, save_all};
use crate::client::Client;
use crate::mail::{deliver, postman_of};
use crate::smtp::MailServer;

pub const PAGE: &str = "/account/handover";
pub const PASSWORD: &str = "みかん 電車 ゆうびん 青空 しろくま";

#[tokio::test]
async fn a_successor_goes_on_where_the_old_account_ended() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    save_all(&app.desk, old.actor(), OPEN, &complete_form()).await;
    let elsewhere = app.body(OTARU).await;
    let page = old.get(PAGE).await.ok();
    // Nobody chosen, a wrong password: both are said at once, what was typed stays.
    let form = page
        .form("担当を引き継ぐ")
        .fill("remark", "受給者数は3月に確かめました。")
        .fill("password_current", "ちがうパスワードです");
    let refused = old.submit(&form).await.is(422);
    refused
        .shows("後任の方を選んでください")
        .shows("いまのパスワードが違います");
    assert_eq!(refused.value("remark"), "受給者数は3月に確かめました。");

    let form = refused
        .form("担当を引き継ぐ")
        .tick("successor", "invite")
        .fill("email", "kouhai@otaru.example")
        .fill("new_address", "iryo@otaru.example")
        .fill("new_label", "障害福祉課")
        .fill("ends", "now")
        .fill("password_current", PASSWORD);
    let done = old.submit(&form).await.ok();
    done.shows("kouhai@otaru.example")
        .shows("あなたの利用は終わりました");
    let link = done.value("link");
    // The sessions ended at once, and the password opens nothing.
    for client in [&old, &elsewhere] {
        client.get("/home").await.is(303);
    }
    let email = &old.actor().email;
    let tried = sign_in(&app.desk, email, PASSWORD, "test").await;
    assert!(matches!(tried.expect("answers"), SignIn::Refused));
    old.submit(&form).await.is(401);

    // The successor finds the draft and the hand-over.
    let path = link.split_once("/invitation/").expect("a link").1;
    let path = format!("/invitation/{path}");
    let guest = app.anonymous();
    let welcome = guest.get(&path).await.ok();
    let form = welcome
        .form("登録して始める")
        .fill("display_name", "医療助成担当")
        .fill("password", PASSWORD)
        .fill("password_again", PASSWORD);
    guest.submit(&form).await.is(303);
    let list = guest.get("/editions/fy2027/form1").await.ok();
    list.shows("医療助成担当が保存");
    let page = guest.get(PAGE).await.ok();
    page.shows("これまでの引継ぎ")
        .shows("受給者数は3月に確かめました。")
        .hides("登録待ち");
    guest
        .get("/account/addresses")
        .await
        .ok()
        .shows("iryo@otaru.example");
    // Whoever administers the city from above sees it too.
    let admin = app.person(Some(HOKKAIDO), "総括担当", true).await;
    let account = old.actor().account_id;
    admin
        .get(&format!("{PAGE}?account={account}"))
        .await
        .ok()
        .shows("障害福祉課")
        .shows("kouhai@otaru.example");
    let stranger = app.person(Some(YUBARI), "総括担当", true).await;
    let foreign = format!("{PAGE}?account={account}");
    stranger.get(&foreign).await.is(404);
}

/// Hands an account over to a colleague, for a day to come.
async fn hand_over_on(client: &Client, account: i64, colleague: i64, day: &str) {
    let page = client.get(&format!("{PAGE}?account={account}")).await.ok();
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", &colleague.to_string())
        .fill("ends_on", day)
        .fill("password_current", PASSWORD);
    // A browser sends the button that was pressed last.
    let form = form.fill("ends", "later");
    client
        .submit(&form)
        .await
        .ok()
        .shows("担当を引き継ぎました");
}

#[tokio::test]
async fn an_account_ends_at_the_end_of_its_day() {
    let app = TestApp::start().await;
    let admin = app.person(Some(HAKODATE), "総括担当", true).await;
    app.set_password(admin.actor(), PASSWORD).await;
    let colleague = app.person(Some(HAKODATE), "こども担当", false).await;
    let (from, to) = (admin.actor().account_id, colleague.actor().account_id);
    hand_over_on(&admin, from, to, "令和9年1月29日").await;
    // Until then it works, and the successor has the same rights.
    admin.get("/accounts").await.ok();
    let colleague = app.person(Some(HAKODATE), "こども担当", true).await;
    colleague.get("/accounts").await.ok();
    app.at(date(2027, 1, 29).at(23, 59, 59, 0));
    let admin = app.person(Some(HAKODATE), "総括担当", true).await;
    admin.get("/account").await.ok();
    app.clock.advance(1000);
    admin.get("/account").await.is(303);
    let email = &admin.actor().email;
    let tried = sign_in(&app.desk, email, PASSWORD, "test").await;
    assert!(matches!(tried.expect("answers"), SignIn::Refused));
    // The hourly sweep stops it for good; started again, it needs a new password.
    sweep(&app.desk).await.expect("sweeps");
    let account = app.desk.store.account(from).await.expect("reads");
    let account = account.expect("is kept");
    assert!(!account.is_active && account.password_hash.is_none());

    // An address is added and ended with a tick; the body is told at both ends.
    let colleague = app.person(Some(HAKODATE), "こども担当", true).await;
    let path = "/account/addresses";
    let page = colleague.get(path).await.ok();
    let form = page
        .form("宛先を加える")
        .fill("new_address", "ＩＲＹＯ@hakodate.example")
        .fill("new_label", "子ども未来課");
    let list = colleague.submit_and_follow(&form).await.ok();
    list.shows("iryo@hakodate.example");
    colleague.submit(&form).await.is(422).shows("すでに登録");
    let form = list.form("使うのをやめる");
    colleague.submit(&form).await.is(422).shows("印を付けて");
    let form = form.tick("confirmed", "1");
    colleague
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("使うのをやめた宛先");
    let audit = app.desk.store.audit_of("accounts/012025").await;
    let actions: Vec<_> = audit
        .expect("reads")
        .into_iter()
        .map(|row| row.action)
        .collect();
    assert_eq!(actions, ["add_duty_address", "end_duty_address"]);
}

/// The invitation's path in the mail that was written to somebody, as it waits in the outbox.
pub async fn mailed_link(app: &TestApp) -> Option<String> {
    let mails = app.mails("account_link").await;
    let (_, facts) = mails.last()?;
    let start = facts.find("/invitation/")?;
    let rest = &facts[start..];
    Some(rest.split('"').next().unwrap_or_default().to_owned())
}

async fn choose_password(app: &TestApp, path: &str, button: &str) -> Client {
    let guest = app.anonymous();
    let page = guest.get(path).await.ok();
    let mut form = page.form(button);
    if button == "登録して始める" {
        form = form.fill("display_name", "医療助成担当");
    }
    let form = form
        .fill("password", PASSWORD)
        .fill("password_again", PASSWORD);
    guest.submit(&form).await.is(303);
    guest
}

#[tokio::test]
async fn a_successor_without_a_password_gets_a_link_and_the_old_account_waits() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    let colleague = app.person(Some(OTARU), "こども担当", false).await;
    let page = old.get(PAGE).await.ok();
    page.shows("まだパスワードがありません");
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", &colleague.actor().account_id.to_string())
        .fill("password_current", PASSWORD);
    let done = old.submit(&form).await.ok();
    done.shows("後任の方が使い始めたときに終わります")
        .shows(&colleague.actor().email)
        .shows("へ、使い始めるためのリンクをメールでお送りします");
    // A colleague's password is nobody else's to choose: the link is in the mail only.
    assert!(done.all("#link").is_empty());
    assert!(!done.text().contains("/invitation/"));
    old.get("/home").await.ok();
    let page = old.get(PAGE).await.ok();
    page.shows("後任の方が使い始めたときに終わります（遅くとも令和9年2月20日");

    // Operators see that the mail was written, not the link.
    let ministry = app.ministry().await;
    let list = ministry.get("/mail").await.ok();
    list.shows("後任の方の利用開始のご案内");
    let path = mailed_link(&app).await.expect("a link is mailed");
    let mails = app.desk.store.outbox(&Default::default(), 0, 10).await;
    let mails = mails.expect("reads").0;
    let mail = mails
        .iter()
        .find(|it| it.to.to_string() == colleague.actor().email);
    let mail = mail.expect("is written to the successor");
    let shown = ministry.get(&format!("/mail/{}", mail.id)).await.ok();
    shown
        .shows("リンクは、受け取る方だけに届きます")
        .hides("/invitation/");

    // The mail has it; once it was sent, nothing else has.
    let server = MailServer::start();
    deliver(&app, &postman_of(server.port, "")).await;
    let taken = server.all_taken();
    let texts = taken.iter().filter(|it| it.to == [mail.to.to_string()]);
    let texts: Vec<_> = texts.map(|it| it.read().2).collect();
    assert!(texts.iter().any(|text| text.contains(&path)), "{texts:?}");
    let kept = app.desk.store.mail(mail.id).await.expect("reads");
    let kept = format!("{:?}", kept.expect("is kept"));
    assert!(
        !kept.contains(&path) && !kept.contains("/invitation/"),
        "{kept}"
    );

    // The link works once; with it the old account ends, and both are told.
    app.damage("DELETE FROM outbox", Vec::new()).await;
    let successor = choose_password(&app, &path, "このパスワードに決める").await;
    successor.get("/home").await.ok();
    old.get("/home").await.is(303);
    let tried = sign_in(&app.desk, &old.actor().email, PASSWORD, "test").await;
    assert!(matches!(tried.expect("answers"), SignIn::Refused));
    app.anonymous().get(&path).await.is(404);
    let told = app.mails("handed_over").await;
    assert!(
        told.iter()
            .any(|(key, _)| key.ends_with(&old.actor().email))
    );
    let page = successor.get(PAGE).await.ok();
    page.shows("令和9年1月20日")
        .hides("後任の方が使い始めたとき（遅くとも");
}

#[tokio::test]
async fn an_invited_successor_is_mailed_and_a_second_hand_over_replaces_the_first() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    let hand_over = async |email: &str| {
        let page = old.get(PAGE).await.ok();
        let form = page
            .form("担当を引き継ぐ")
            .tick("successor", "invite")
            .fill("email", email)
            .fill("password_current", PASSWORD);
        let done = old.submit(&form).await.ok();
        done.shows("後任の方が使い始めたときに終わります");
        mailed_link(&app).await.expect("a link is mailed")
    };
    let first = hand_over("hitori@otaru.example").await;
    app.anonymous().get(&first).await.ok();
    let second = hand_over("futari@otaru.example").await;
    // Whoever the first one went to, it opens nothing any more.
    app.anonymous().get(&first).await.is(404);
    old.get("/home").await.ok();
    choose_password(&app, &second, "登録して始める").await;
    old.get("/home").await.is(303);
}

#[tokio::test]
async fn an_account_that_waits_ends_on_its_last_day_at_the_latest() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    let page = old.get(PAGE).await.ok();
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", "invite")
        .fill("email", "kouhai@otaru.example")
        .fill("password_current", PASSWORD);
    old.submit(&form).await.ok();
    app.at(date(2027, 2, 20).at(23, 50, 0, 0));
    let old = app.body(OTARU).await;
    old.get("/account").await.ok();
    app.at(date(2027, 2, 21).at(0, 0, 0, 0));
    old.get("/account").await.is(303);
}

#[tokio::test]
async fn an_account_that_was_started_again_waits_for_nobody() {
    let app = TestApp::start().await;
    let old = app.body(OTARU).await;
    app.set_password(old.actor(), PASSWORD).await;
    let colleague = app.person(Some(OTARU), "こども担当", false).await;
    let page = old.get(PAGE).await.ok();
    let form = page
        .form("担当を引き継ぐ")
        .tick("successor", &colleague.actor().account_id.to_string())
        .fill("password_current", PASSWORD);
    old.submit(&form).await.ok();
    app.at(date(2027, 2, 21).at(9, 0, 0, 0));
    sweep(&app.desk).await.expect("sweeps");
    let admin = app.person(Some(HOKKAIDO), "総括担当", true).await;
    let account = old.actor().account_id;
    let started = restart_account(&app.desk, admin.actor(), account).await;
    started.expect("is started again");
    let to = colleague.actor().account_id;
    let link = reset_link(&app.desk, admin.actor(), to).await;
    let path = format!("/invitation/{}", link.expect("a link").token);
    choose_password(&app, &path, "このパスワードに決める").await;
    let account = app.desk.store.account(account).await.expect("reads");
    assert!(account.expect("is kept").is_active);
}
