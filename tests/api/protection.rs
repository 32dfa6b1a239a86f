//! What guards every request: origin and token, headers, sizes, error pages.

use reqwest::{Method, RequestBuilder};

use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp};
use crate::client::{Page, with_form};

const CONTACT: &str = "/editions/fy2027/form1/contact";

#[tokio::test]
async fn a_change_needs_our_own_page_and_this_sessions_token() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let other = app.municipality(OTARU).await;
    let address = app.address;
    let own = format!("http://{address}");
    let before = app.state_of(OTARU).await;
    let body = |csrf: &str| {
        let fields = [
            ("csrf", csrf),
            ("base_version", "1"),
            ("department", "別の課"),
            ("do", "save"),
        ];
        serde_urlencoded::to_string(fields).expect("can be encoded")
    };
    let post = |origin: Option<&str>, site: Option<&str>| -> RequestBuilder {
        let mut request = otaru.bare(Method::POST, CONTACT);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        request
    };
    let good = otaru.csrf();
    let half = &good[..good.len() / 2];
    let upper = good.to_uppercase();
    let other_port = format!("http://{}:{}", address.ip(), address.port() ^ 1);
    let longer = format!("{own}.evil.example");
    let refused = [
        // No token, another session's, a damaged one.
        (Some(own.as_str()), Some("same-origin"), ""),
        (Some(&own), Some("same-origin"), &other.csrf()),
        (Some(&own), Some("same-origin"), half),
        (Some(&own), Some("same-origin"), &upper),
        // A good token, but not from a page of ours.
        (Some(&own), Some("cross-site"), &good),
        (Some(&own), Some("same-site"), &good),
        (Some(&own), Some("none"), &good),
        (None, Some("cross-site"), &good),
        (Some("https://evil.example"), None, &good),
        (Some("https://evil.example"), Some("same-origin"), &good),
        (Some(&other_port), None, &good),
        (Some(&longer), None, &good),
        (Some("null"), None, &good),
        (Some(""), None, &good),
        (None, None, &good),
    ];
    for (origin, site, csrf) in refused {
        let page = otaru.send(with_form(post(origin, site), body(csrf))).await;
        assert_eq!(page.status, 403, "{origin:?} {site:?} {csrf:?}");
        page.shows("この画面からの操作を受け付けられませんでした");
        assert_eq!(app.state_of(OTARU).await, before, "{origin:?} {site:?}");
    }
    // Forms without a session are guarded by their origin all the same.
    for path in ["/sign-in", "/sign-out", "/demo/sign-in"] {
        let request = app
            .anonymous()
            .bare(Method::POST, path)
            .header("origin", "https://evil.example");
        let page = otaru.send(with_form(request, String::new())).await;
        page.is(403);
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = otaru.bare(method, CONTACT);
        otaru.send(with_form(request, body(&good))).await.is(403);
    }
    // What browsers really send is taken: old ones, current ones.
    for (origin, site) in [
        (Some(own.as_str()), None),
        (None, Some("same-origin")),
        (Some(&own), Some("same-origin")),
    ] {
        let page = otaru.send(with_form(post(origin, site), body(&good))).await;
        page.is(303);
    }
    assert_ne!(app.state_of(OTARU).await, before);
}

/// Every header that every response must have.
#[track_caller]
fn is_guarded(page: &Page) {
    let expected = [
        (
            "content-security-policy",
            "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in expected {
        assert_eq!(page.header(name), value, "{} {name}", page.path);
    }
    let is_asset = page.path.starts_with("/static/") && matches!(page.status, 200 | 304);
    let cache = if is_asset {
        "public, max-age=31536000"
    } else {
        "no-store"
    };
    assert_eq!(page.header("cache-control"), cache, "{}", page.path);
    if !page.body.is_empty() {
        let kind = page.header("content-type");
        assert!(
            kind.ends_with("charset=utf-8")
                || kind.starts_with("image/")
                || page.header("content-disposition").starts_with("attachment"),
            "{}: {kind}",
            page.path
        );
    }
    assert_eq!(page.header("server"), "");
    assert_eq!(page.header("x-powered-by"), "");
    // A HEAD request brings the headers alone.
    if page.header("content-type").starts_with("text/html") && !page.body.is_empty() {
        let html = page.html();
        let found = |css: &str| {
            let selector = scraper::Selector::parse(css).expect("a selector");
            html.select(&selector).count()
        };
        assert_eq!(
            found("script:not([src]), style, [style]"),
            0,
            "{}",
            page.path
        );
        assert_eq!(found("main#main h1"), 1, "{} has one heading", page.path);
        assert_eq!(found("html[lang=ja]"), 1, "{}", page.path);
    }
}

#[tokio::test]
async fn every_kind_of_response_carries_the_security_headers() {
    let app = TestApp::start().await;
    let (anyone, otaru) = (app.anonymous(), app.municipality(OTARU).await);
    let style = anyone.get("/static/torimatome.css?v=x").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    let etag = style.header("etag").to_owned();
    let known = anyone
        .bare(Method::GET, "/static/torimatome.css")
        .header("if-none-match", etag);
    let broken = anyone.bare(Method::POST, "/sign-in").body(vec![0xff, 0xfe]);
    let broken = broken.header("sec-fetch-site", "same-origin");
    let forged = otaru
        .bare(Method::POST, "/sign-out")
        .header("sec-fetch-site", "same-origin");
    let forged = with_form(forged, "csrf=x".to_owned());
    let pages = [
        (200, anyone.get("/sign-in").await),
        (200, anyone.get("/healthz").await),
        (200, style),
        (304, anyone.send(known).await),
        (200, otaru.get("/home").await),
        (200, otaru.get(CONTACT).await),
        (200, otaru.get("/editions/fy2027/form1.xlsx").await),
        (204, otaru.get("/session/extend").await),
        (303, anyone.get("/").await),
        (303, anyone.get("/home").await),
        (303, otaru.get("/").await),
        (400, anyone.send(broken).await),
        (401, anyone.post("/sign-out", &[]).await),
        (403, otaru.send(forged).await),
        (404, anyone.get("/static/nothing.css").await),
        (404, anyone.get("/no/such/page").await),
        (404, otaru.get("/editions/fy1999/form1").await),
        (
            409,
            otaru
                .post(CONTACT, &[("base_version", "9"), ("email", "x")])
                .await,
        ),
        (422, otaru.post(CONTACT, &[("base_version", "0")]).await),
    ];
    for (status, page) in pages {
        assert_eq!(page.status, status, "{}", page.path);
        is_guarded(&page);
        assert_eq!(page.header("strict-transport-security"), "");
    }
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host_and_the_browser_to_tls() {
    let app = TestApp::start_with(|settings| {
        settings.base_url = Some("https://portal.example".to_owned());
    })
    .await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, "みかん 電車 ゆうびん 青空").await;
    let anyone = app.anonymous();
    let body = serde_urlencoded::to_string([
        ("email", actor.email.as_str()),
        ("password", "みかん 電車 ゆうびん 青空"),
    ])
    .expect("can be encoded");
    // Only the configured address counts, whatever the Host header says.
    let post = |origin: String| {
        let request = anyone
            .bare(Method::POST, "/sign-in")
            .header("origin", origin);
        with_form(request, body.clone())
    };
    anyone
        .send(post(format!("http://{}", app.address)))
        .await
        .is(403);
    anyone
        .send(post("http://portal.example".to_owned()))
        .await
        .is(403);
    let page = anyone.send(post("https://portal.example".to_owned())).await;
    let page = page.is(303);
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Host-torimatome="), "{cookie}");
    for flag in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
        assert!(cookie.contains(flag), "{cookie} lacks {flag}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"));
    assert_eq!(
        page.header("strict-transport-security"),
        "max-age=31536000; includeSubDomains"
    );
    anyone.get("/home").await.ok();
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_a_page_and_without_hanging() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    for size in [300_000, 20_000_000] {
        let fields = [
            ("csrf", otaru.csrf()),
            ("base_version", "0".to_owned()),
            ("department", "a".repeat(size)),
        ];
        let body = serde_urlencoded::to_string(fields).expect("can be encoded");
        let request = otaru
            .bare(Method::POST, CONTACT)
            .header("sec-fetch-site", "same-origin");
        let answer = tokio::time::timeout(
            std::time::Duration::from_secs(20),
            with_form(request, body).send(),
        );
        // The server may answer and close before everything is sent; it must never wait.
        match answer.await.expect("the server does not hang") {
            Ok(response) => {
                assert_eq!(response.status(), 413);
                let text = response.text().await.unwrap_or_default();
                assert!(text.is_empty() || text.contains("送られた内容が大きすぎます"));
            }
            Err(error) => assert!(size > 1_000_000 && error.is_request(), "{error:?}"),
        }
    }
    assert_eq!(app.answer(OTARU).await.version, 0);
    otaru.get("/home").await.ok();
    let long = format!("/{}", "a".repeat(70_000));
    let page = app.anonymous().bare(Method::GET, &long).send().await;
    assert!(page.is_err() || page.is_ok_and(|page| page.status().is_client_error()));
    otaru.get("/home").await.ok();
}

#[tokio::test]
async fn errors_stand_in_the_layout_with_a_number_and_never_a_cause() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let page = otaru.get("/no/such/page").await.is(404);
    page.shows("ページが見つかりません").shows("消えていません");
    let ids = page.all(".request-id code");
    assert_eq!(ids.len(), 1);
    assert!(ids[0].len() == 12 && ids[0].bytes().all(|b| b.is_ascii_hexdigit()));
    let other = otaru.get("/no/such/page").await;
    assert_ne!(
        other.all(".request-id code"),
        ids,
        "each request has its own"
    );
    for path in [
        "/static/../Cargo.toml",
        "/static/%2e%2e%2fCargo.toml",
        "/static/..%5c..%5cetc%5cpasswd",
        "/.git/config",
        "/metrics",
        "/static/",
        "/receipts/R9-012033-99",
        "/receipts/%00",
        "/editions/fy2027/form1/%ff",
        "/editions/fy2027/form1/contact/",
    ] {
        let page = otaru.get(path).await;
        assert!(matches!(page.status, 400 | 404), "{path}: {}", page.status);
        assert_eq!(page.all("main h1").len(), 1, "{path}");
    }
    let trace = otaru.bare(Method::TRACE, "/home");
    let page = otaru.send(trace).await;
    assert!(page.status >= 400 && !page.body.contains("torimatome="));

    // A damaged row: the reader is told nothing but a number.
    let sql = format!(
        "update response set draft = {} where code = {}",
        app.bind(1),
        app.bind(2)
    );
    let damage = r#"{"input":{"contact":"極秘の部署名"}}"#;
    app.damage(&sql, vec![damage.into(), OTARU.into()]).await;
    let page = otaru.get(&format!("/editions/{OPEN}/form1")).await.is(500);
    page.shows("処理の途中で問題が起きました");
    assert_eq!(page.all(".request-id code").len(), 1);
    for word in [
        "極秘",
        "draft",
        "expected",
        "invalid type",
        "line 1",
        "column",
        "serde",
        "store",
        "sql",
        "Corrupt",
        "stored",
        "panick",
        "src/",
        "response/",
    ] {
        assert!(!page.text().contains(word), "the page says {word}");
    }
    // Nobody else is concerned.
    let hakodate = app.municipality(HAKODATE).await;
    hakodate.get(&format!("/editions/{OPEN}/form1")).await.ok();
}

#[tokio::test]
async fn nothing_is_shown_after_signing_out() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let home = otaru.get("/home").await.ok();
    let cookie = otaru.cookie().expect("signed in");
    let page = otaru.submit_and_follow(&home.form("ログアウト")).await.ok();
    page.shows("ログアウトしました");
    assert_eq!(otaru.cookie(), None, "the browser forgets the cookie");
    // And the server forgets the session, should anybody still have the cookie.
    let stolen = app
        .anonymous()
        .bare(Method::GET, "/home")
        .header("cookie", cookie);
    assert!(otaru.send(stolen).await.asks_to_sign_in());
}

#[tokio::test]
async fn reading_changes_nothing() {
    let app = TestApp::start().await;
    let (otaru, receipt) = app.submitted(OTARU).await;
    let before = app.state_of(OTARU).await;
    for path in [
        "",
        "/check",
        "/submit",
        "/withdraw",
        "/no-plan",
        "/history",
        "/contact",
        ".xlsx",
    ] {
        otaru.get(&format!("/editions/{OPEN}/form1{path}")).await;
    }
    otaru.get(&format!("/receipts/{receipt}")).await.ok();
    otaru.get("/sign-out").await;
    otaru.get("/home").await.ok();
    assert_eq!(app.state_of(OTARU).await, before);
}

#[tokio::test]
async fn unknown_and_repeated_fields_change_nothing_else() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let fields = [
        ("base_version", "0"),
        ("do", "save"),
        ("department", "一つ目"),
        ("department", "二つ目"),
        ("status", "accepted"),
        ("is_admin", "1"),
        ("code", HAKODATE),
        ("body_code", HAKODATE),
        ("recipients-local_child", "9"),
    ];
    otaru.post(CONTACT, &fields).await.is(303);
    let record = app.answer(OTARU).await;
    let draft = record.draft.expect("saved");
    assert_eq!(draft.input.contact.department, "一つ目");
    assert!(draft.input.schemes.rows.is_empty());
    assert_eq!(app.answer(HAKODATE).await.version, 0);
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    let (anyone, otaru) = (app.anonymous(), app.municipality(OTARU).await);
    for (client, path) in [
        (&anyone, "/healthz"),
        (&anyone, "/sign-in"),
        (&anyone, "/static/torimatome.css"),
        (&anyone, "/"),
        (&anyone, "/home"),
        (&anyone, "/no/such/page"),
        (&otaru, "/home"),
        (&otaru, CONTACT),
    ] {
        let got = client.get(path).await;
        let head = client.send(client.bare(Method::HEAD, path)).await;
        assert_eq!(head.status, got.status, "{path}");
        assert_eq!(head.body, "", "{path}");
        for name in ["content-type", "location", "etag", "cache-control"] {
            assert_eq!(head.header(name), got.header(name), "{path} {name}");
        }
        is_guarded(&head);
    }
    // The connection still works: nothing of a body was left on it.
    otaru.get("/home").await.ok();
}

#[tokio::test]
async fn links_and_origins_go_by_the_settings_whatever_a_request_says() {
    let app = TestApp::start_with(|settings| {
        settings.base_url = Some("https://portal.example".to_owned());
    })
    .await;
    let ministry = app.ministry().await;
    let cookie = ministry.cookie().expect("signed in");
    let post = |origin: &str| {
        let fields = [
            ("csrf", ministry.csrf()),
            ("email", "new@city.example".to_owned()),
            ("code", HOKKAIDO.to_owned()),
        ];
        let body = serde_urlencoded::to_string(fields).expect("can be encoded");
        let request = app
            .anonymous()
            .bare(Method::POST, "/accounts/invite")
            .header("cookie", format!("__Host-{cookie}"))
            .header("origin", origin)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("forwarded", "for=192.0.2.1;host=evil.example;proto=http");
        with_form(request, body)
    };
    for origin in ["https://evil.example", "http://evil.example"] {
        ministry.send(post(origin)).await.is(403);
    }
    let page = ministry.send(post("https://portal.example")).await.ok();
    assert!(page.body.contains("https://portal.example/invitation/"));
    assert!(!page.body.contains("evil.example"));
}
