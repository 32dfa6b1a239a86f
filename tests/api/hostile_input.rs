//! Text that tries to be markup stays text on every page that shows it.

use scraper::Selector;
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::place::Place;
use torimatome::workflow::save_draft::{SectionInput, save_draft};

use crate::app::{OPEN, OTARU, TestApp, complete_form, edition, save_all};
use crate::client::Page;

const CORPUS: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><script src=//evil.example/x.js></script>",
    "'><img src=x onerror=alert(1)>",
    "</textarea><svg/onload=alert(1)>",
    "</title></style><iframe srcdoc='<b>'>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "{{7*7}}{% include \"layout.html\" %}",
    "&lt;b&gt;&amp;#x3c;script&#62;",
    "\" onfocus=\"alert(1)\" autofocus=\"",
];

/// Nothing on the page is of the author's making.
#[track_caller]
fn is_harmless(page: &Page) {
    let html = page.html();
    let foreign = Selector::parse(
        "script:not([src^='/static/']), style, iframe, img, svg[onload], object, embed, [style], \
         [onerror], [onload], [onfocus], [autofocus], [srcdoc], a[href^='javascript:'], \
         [src^='//'], base",
    )
    .expect("a selector");
    let found: Vec<_> = html
        .select(&foreign)
        .map(|element| element.html())
        .collect();
    assert!(found.is_empty(), "{}: {found:?}", page.path);
}

#[tokio::test]
async fn markup_in_a_draft_is_shown_as_it_was_typed() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    for text in CORPUS {
        let mut form = complete_form();
        form.contact.department = text.to_owned();
        form.contact.email = text.to_owned();
        form.contact.phone = text.to_owned();
        form.intent.text = text.to_owned();
        form.schemes.other_text = text.to_owned();
        for row in form.schemes.rows.values_mut() {
            row.recipients = text.to_owned();
        }
        save_all(&app.desk, otaru.actor(), OPEN, &form).await;
        for (section, id) in [
            ("contact", "department"),
            ("contact", "email"),
            ("contact", "phone"),
            ("intent", "intent_text"),
            ("schemes", "other_text"),
            ("schemes", "recipients-local_child"),
        ] {
            let path = format!("/editions/{OPEN}/form1/{section}");
            let page = otaru.get(&path).await.ok();
            is_harmless(&page);
            assert_eq!(page.value(id), text, "{section} {id}");
            // Saved again from the page, with its problems shown.
            let page = otaru.submit(&page.form("保存して次へ")).await;
            is_harmless(&page);
        }
        let check = otaru.get(&format!("/editions/{OPEN}/form1/check")).await;
        is_harmless(&check);
        check.ok().shows(text);
        is_harmless(&otaru.get(&format!("/editions/{OPEN}/form1")).await);

        // Both sides of a conflict.
        let page = otaru
            .post(
                &format!("/editions/{OPEN}/form1/contact"),
                &[("base_version", "0"), ("department", &format!("{text}2"))],
            )
            .await
            .is(409);
        is_harmless(&page);
        page.shows(text);
    }
}

#[tokio::test]
async fn markup_in_an_answer_a_reason_or_a_name_is_shown_as_it_was_typed() {
    let app = TestApp::start().await;
    for text in CORPUS {
        let clerk = app.person(Some(OTARU), text, false).await;
        let mut form = complete_form();
        form.contact.department = text.to_owned();
        form.intent.intents.insert(ApplicationIntent::Other);
        form.intent.text = text.to_owned();
        let other = "local_other".parse().expect("an id");
        form.schemes.rows.entry(other).or_default().target = true;
        form.schemes.other_text = text.to_owned();
        save_all(&app.desk, clerk.actor(), OPEN, &form).await;
        let receipt = app.submit(clerk.actor()).await;
        let receipt = clerk.get(&format!("/receipts/{receipt}")).await.ok();
        is_harmless(&receipt);
        receipt.shows(text);
        app.return_with(
            OTARU,
            &[
                (Place::Department, text),
                (Place::IntentText, text),
                (Place::OtherText, text),
            ],
        )
        .await;
        for path in ["", "/contact", "/intent", "/schemes", "/check", "/history"] {
            let page = clerk.get(&format!("/editions/{OPEN}/form1{path}")).await;
            is_harmless(&page);
            page.ok().shows(text);
        }
        is_harmless(&clerk.get("/home").await.ok());
        // The other side of the desk.
        app.submit(clerk.actor()).await;
        let (hokkaido, ministry) = (app.prefecture("01").await, app.ministry().await);
        let answer = format!("/editions/{OPEN}/answers/{OTARU}");
        for client in [&hokkaido, &ministry] {
            for path in ["", "/history"] {
                let page = client.get(&format!("{answer}{path}")).await;
                is_harmless(&page);
                page.ok().shows(text);
            }
        }
        let page = hokkaido.get(&format!("{answer}/return")).await.ok();
        is_harmless(&page);
        let form = page
            .form("差し戻す")
            .fill("reason.contact.phone", &"長".repeat(501));
        let form = form.fill("reason.contact.email", text);
        let page = hokkaido.submit(&form).await.is(422);
        is_harmless(&page);
        assert_eq!(page.form("差し戻す").value("reason.contact.email"), text);
        let query = serde_urlencoded::to_string([("q", text), ("sort", text), ("accepted", text)]);
        let query = query.expect("can be encoded");
        is_harmless(
            &hokkaido
                .get(&format!("/editions/{OPEN}/board?{query}"))
                .await,
        );
        is_harmless(
            &ministry
                .get(&format!("/editions/{OPEN}/prefectures/01?{query}"))
                .await,
        );
        is_harmless(
            &ministry
                .get(&format!("/editions/{OPEN}/direct?{query}"))
                .await,
        );
        is_harmless(
            &ministry
                .get(&format!("/editions/{OPEN}/country?{query}"))
                .await,
        );
        let form2 = hokkaido.get(&format!("/editions/{OPEN}/form2")).await.ok();
        let form = form2.form("様式2を国へ送付する").fill("remark", text);
        let page = hokkaido.submit(&form).await;
        is_harmless(&page);
        app.return_with(OTARU, &[(Place::Phone, text)]).await;
    }
}

#[tokio::test]
async fn markup_in_an_address_is_shown_nowhere() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    for text in CORPUS {
        let query = serde_urlencoded::to_string([
            ("notice", text),
            ("next", &format!("/{text}")),
            ("kept", text),
            ("from", text),
        ])
        .expect("can be encoded");
        for path in [
            "/sign-in",
            "/home",
            "/editions/fy2027/form1",
            "/editions/fy2027/form1/contact",
            "/editions/fy2027/form1/history",
        ] {
            is_harmless(&otaru.get(&format!("{path}?{query}")).await);
            is_harmless(&app.anonymous().get(&format!("{path}?{query}")).await);
        }
        let wrong = otaru.get("/sign-in").await.ok();
        let form = wrong
            .form("ログインする")
            .fill("email", text)
            .fill("kept", text)
            .fill("next", &format!("/{text}"));
        let page = otaru.submit(&form).await.is(422);
        is_harmless(&page);
        assert_eq!(page.value("email"), text);
    }
}

#[tokio::test]
async fn control_and_private_characters_are_named_not_stored_silently() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let page = otaru
        .post(
            "/editions/fy2027/form1/contact",
            &[
                ("base_version", "0"),
                ("department", "福祉\u{E001}課"),
                ("email", "a@city.example\r\nBcc: x@evil.example"),
                ("phone", "0134-00-0000"),
            ],
        )
        .await
        .is(422);
    page.shows("3文字目").shows("外字");
    assert_eq!(page.all(".error-summary li").len(), 2);
    // A NUL, which PostgreSQL cannot store, and a lone surrogate, which is no text.
    for department in ["福祉%00課", "%ED%A0%80", "%FF"] {
        let body = format!(
            "csrf={}&base_version=1&do=save&department={department}",
            otaru.csrf()
        );
        let request = otaru
            .bare(reqwest::Method::POST, "/editions/fy2027/form1/contact")
            .header("sec-fetch-site", "same-origin");
        let page = otaru.send(crate::client::with_form(request, body)).await;
        assert!(page.status < 500, "{department}: {}", page.text());
    }
    for path in [
        "/receipts/%00",
        "/editions/fy2027/form1/contact?kept=%00",
        "/sign-in?next=/%00",
        "/editions/%00/form1",
    ] {
        otaru.get(path).await.is(400);
    }
    let page = otaru.get("/sign-in").await.ok();
    let form = page
        .form("ログインする")
        .fill("email", "a\0@office.example")
        .fill("next", "/home\0");
    otaru.submit(&form).await.is(422);
    // The same through the verb, for every door.
    let mut input = crate::app::contact();
    input.department = "福祉\0課".to_owned();
    let version = app.answer(OTARU).await.draft_or_prefill();
    let version = version.version(torimatome::domain::place::Section::Contact);
    let saved = save_draft(
        &app.desk,
        otaru.actor(),
        &edition(OPEN),
        version,
        SectionInput::Contact(input),
    )
    .await;
    saved.expect("saves");
    otaru.get("/editions/fy2027/form1/contact").await.ok();
}
