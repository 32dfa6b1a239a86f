//! 担当の引継ぎ: duty goes to a successor, the old account ends, everything else stays.

use jiff::civil::date;
use torimatome::workflow::sessions::{SignIn, sign_in, sweep};

use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, complete_form, save_all};
use crate::client::Client;

const PAGE: &str = "/account/handover";
const PASSWORD: &str = "みかん 電車 ゆうびん 青空 しろくま";

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
    // The form comes with 「いますぐ」; a browser sends the button that was pressed last.
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
