//! Signing in: who gets in, what a stranger learns, and what only the demo has.

use crate::app::{HAKODATE, OTARU, TestApp};
use crate::client::{Client, Page};

const PASSWORD: &str = "みかん 電車 ゆうびん 青空";

async fn try_password(client: &Client, email: &str, password: &str) -> Page {
    let page = client.get("/sign-in").await.ok();
    let form = page
        .form("ログインする")
        .fill("email", email)
        .fill("password", password);
    client.submit(&form).await
}

#[tokio::test]
async fn one_signs_in_with_address_and_password_and_comes_back_to_the_page() {
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, PASSWORD).await;
    let browser = app.anonymous();
    let wanted = "/editions/fy2027/form1/contact";
    let page = browser.get(wanted).await;
    let page = browser.follow(page).await.ok();
    let form = page
        .form("ログインする")
        .fill("email", &format!(" {} ", actor.email.to_uppercase()))
        .fill("password", PASSWORD);
    let page = browser.submit(&form).await;
    assert_eq!(page.location(), wanted);
    let cookie = page.header("set-cookie").to_owned();
    for flag in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(flag), "{cookie} lacks {flag}");
    }
    assert!(!cookie.contains("Secure"), "this server speaks no TLS");
    let token = cookie.split(['=', ';']).nth(1).expect("a token");
    assert_eq!(token.len(), 43, "256 bits");
    browser.get(wanted).await.ok();
    // The database never holds what the browser holds.
    let sessions = app.desk.store.sessions_of(actor.account_id).await;
    let sessions = sessions.expect("reads");
    assert_eq!(sessions.len(), 1);
    assert!(sessions.iter().all(|(hash, ..)| hash != token));
}

#[tokio::test]
async fn a_password_hashed_with_less_effort_is_hashed_anew_at_sign_in() {
    use argon2::password_hash::PasswordHasher;
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    let weak = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        argon2::Params::new(8 * 1024, 1, 1, None).expect("within bounds"),
    );
    let weak = weak
        .hash_password(PASSWORD.as_bytes())
        .expect("hashes")
        .to_string();
    let transaction = app.desk.store.begin().await.expect("begins");
    let set = transaction.set_password(actor.account_id, &weak).await;
    set.expect("writes");
    transaction.commit().await.expect("commits");

    let stored = async || {
        let found = app.desk.store.account_by_email(&actor.email).await;
        let account = found.expect("reads").expect("is there");
        account.password_hash.expect("has one")
    };
    let refused = try_password(&app.anonymous(), &actor.email, "ちがうパスワードです").await;
    assert_eq!(refused.status, 422);
    assert_eq!(stored().await, weak, "a wrong password changes nothing");
    for _ in 0..2 {
        let page = try_password(&app.anonymous(), &actor.email, PASSWORD).await;
        assert_eq!(page.status, 303);
        assert!(
            stored()
                .await
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_a_refusal() {
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, PASSWORD).await;
    let without_password = app.actor(Some(HAKODATE), "医療助成担当", false).await;
    let stopped = app.actor(Some(OTARU), "異動した担当", false).await;
    app.set_password(&stopped, PASSWORD).await;
    let transaction = app.desk.store.begin().await.expect("begins");
    let set = transaction
        .set_account_active(stopped.account_id, false)
        .await;
    set.expect("writes");
    transaction.commit().await.expect("commits");

    let browser = app.anonymous();
    let mut seen = std::collections::BTreeSet::new();
    for (email, password) in [
        (actor.email.as_str(), "まちがったパスワードです"),
        ("nobody@office.example", PASSWORD),
        (&without_password.email, ""),
        (&without_password.email, PASSWORD),
        (&stopped.email, PASSWORD),
        ("", ""),
    ] {
        let page = try_password(&browser, email, password).await.is(422);
        assert!(page.headers.get("set-cookie").is_none());
        assert_eq!(page.value("email"), email);
        assert_eq!(page.value("password"), "", "a password is never sent back");
        assert!(!page.body.contains(PASSWORD));
        seen.insert(page.text());
    }
    assert_eq!(seen.len(), 1, "the same words for all: {seen:?}");
}

#[tokio::test]
async fn failures_slow_an_account_down_and_time_opens_it_again() {
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, PASSWORD).await;
    let browser = app.anonymous();
    for _ in 0..5 {
        let page = try_password(&browser, &actor.email, "ちがう").await;
        page.is(422).shows("ログインできませんでした");
    }
    let page = try_password(&browser, &actor.email, PASSWORD).await.is(422);
    page.shows("15分待ってから").hides("10時");
    app.clock.advance(31_000);
    try_password(&browser, &actor.email, PASSWORD).await.is(303);
    // A good sign-in forgets the failures.
    let account = app.desk.store.account(actor.account_id).await;
    assert_eq!(account.expect("reads").expect("is there").failures, 0);
}

#[tokio::test]
async fn an_account_that_waits_looks_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, PASSWORD).await;
    let browser = app.anonymous();
    let unknown = "nobody@office.example";
    let seen = async |email: &str| {
        let started = std::time::Instant::now();
        let page = try_password(&browser, email, PASSWORD).await.is(422);
        (page.text(), started.elapsed())
    };
    for _ in 0..5 {
        try_password(&browser, &actor.email, "ちがう").await.is(422);
        try_password(&browser, unknown, "ちがう").await.is(422);
    }
    let (mut waiting, mut nobody) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        let (of_waiting, of_nobody) = (seen(&actor.email).await, seen(unknown).await);
        assert_eq!(of_waiting.0, of_nobody.0, "the same words");
        waiting.push(of_waiting.1);
        nobody.push(of_nobody.1);
    }
    // The quickest of each: what the machine does beside us is not in it.
    let (waiting, nobody) = (waiting.iter().min(), nobody.iter().min());
    let (waiting, nobody) = (waiting.expect("some"), nobody.expect("some"));
    assert!(
        *waiting * 2 > *nobody && *nobody * 2 > *waiting,
        "a password is hashed for both: {waiting:?}, {nobody:?}"
    );
    // Tries during the wait do not make it longer.
    app.clock.advance(30_001);
    try_password(&browser, &actor.email, PASSWORD).await.is(303);
    // Every failure is written down, also those that no account is behind.
    let audit = app.desk.store.audit_of("account/unknown").await;
    assert_eq!(audit.expect("reads").len(), 11);
}

#[tokio::test]
async fn stopping_an_account_ends_its_sessions_at_once() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    otaru.get("/home").await.ok();
    let set = async |is_active| {
        let transaction = app.desk.store.begin().await.expect("begins");
        let set = transaction
            .set_account_active(otaru.actor().account_id, is_active)
            .await;
        set.expect("writes");
        transaction.commit().await.expect("commits");
    };
    set(false).await;
    assert!(otaru.get("/home").await.asks_to_sign_in());
    let page = otaru
        .post("/editions/fy2027/form1/contact", &[("base_version", "0")])
        .await;
    page.is(401);
    assert_eq!(app.answer(OTARU).await.version, 0);
}

#[tokio::test]
async fn one_comes_back_to_own_pages_only() {
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, PASSWORD).await;
    let foreign = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "evil.example",
        "",
    ];
    for next in foreign {
        let query = serde_urlencoded::to_string([("next", next)]).expect("can be encoded");
        let browser = app.anonymous();
        let page = browser.get(&format!("/sign-in?{query}")).await.ok();
        assert_eq!(page.form("ログインする").value("next"), "/", "{next:?}");
        // A form can be forged too.
        let form = page
            .form("ログインする")
            .fill("next", next)
            .fill("email", &actor.email)
            .fill("password", PASSWORD);
        let page = browser.submit(&form).await;
        assert_eq!(page.location(), "/home", "{next:?}");
    }
    for next in ["/home", "/editions/fy2027/form1?notice=saved"] {
        let browser = app.anonymous();
        let query = serde_urlencoded::to_string([("next", next)]).expect("can be encoded");
        let page = browser.get(&format!("/sign-in?{query}")).await.ok();
        let form = page
            .form("ログインする")
            .fill("email", &actor.email)
            .fill("password", PASSWORD);
        assert_eq!(browser.submit(&form).await.location(), next);
    }
}

#[tokio::test]
async fn outside_the_demo_nothing_of_the_demo_exists() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let page = browser.get("/sign-in").await.ok();
    page.hides("練習用").hides("パスワードはいりません");
    assert!(!page.body.contains("demo"));
    assert_eq!(page.all("form").len(), 1);
    for who in [torimatome::demo::MINISTRY_EMAIL, "函館市", HAKODATE, "01"] {
        let page = browser.post("/demo/sign-in", &[("who", who)]).await.is(404);
        assert!(page.headers.get("set-cookie").is_none());
        page.shows("ページが見つかりません");
    }
    for email in [
        torimatome::demo::MINISTRY_EMAIL.to_owned(),
        torimatome::demo::account_email(HAKODATE.parse().expect("a code")),
    ] {
        let account = app.desk.store.account_by_email(&email).await;
        assert!(account.expect("reads").is_none(), "{email}");
    }
    browser.get("/home").await.location();

    // The same program as a demo: the band, and one click.
    let demo = TestApp::start_with(|settings| settings.demo = true).await;
    let page = demo.anonymous().get("/sign-in").await.ok();
    page.shows("練習用の環境です").shows("函館市");
}
