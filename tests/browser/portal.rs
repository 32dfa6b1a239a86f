//! The main paths in a browser, on the invented country of the demo: a body answers, a prefecture
//! gathers, the ministry looks and downloads. With and without JavaScript, wide and at 320 px.

use std::net::SocketAddr;
use std::sync::Arc;

use torimatome::app::{Application, open_desk};
use torimatome::config::Settings;
use torimatome::domain::japan_time::SystemClock;
use torimatome::spreadsheet::intake::process::PoolSettings;
use torimatome::workflow::Desk;
use torimatome::workflow::intake::IntakeRoom;

use crate::driver::{Browser, Driver, Script};

/// The demo, served in this process until the test ends.
pub struct Portal {
    pub origin: String,
    pub desk: Desk,
    handle: actix_web::dev::ServerHandle,
    _folder: tempfile::TempDir,
}

impl Portal {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = Settings::demo(folder.path(), SocketAddr::from(([127, 0, 0, 1], 0)));
        let mut desk = open_desk(&settings, Arc::new(SystemClock))
            .await
            .expect("opens");
        // Reader processes of the real program: this one is not the portal.
        desk.intake = IntakeRoom::with(PoolSettings {
            executable: env!("CARGO_BIN_EXE_torimatome").into(),
            readers: 1,
            waiting: 16,
            time: std::time::Duration::from_secs(20),
        });
        torimatome::demo::fill(&desk).await.expect("fills");
        let application = Application::build(&settings, desk.clone()).expect("builds");
        let (origin, handle) = (
            format!("http://{}", application.address),
            application.handle(),
        );
        tokio::spawn(application.run());
        Self {
            origin,
            desk,
            handle,
            _folder: folder,
        }
    }

    pub async fn stop(self) {
        self.handle.stop(false).await;
    }
}

pub async fn sign_in(browser: &Browser, who: &str) {
    browser.goto("/sign-in").await;
    browser.fill("市区町村の名称またはコード", who).await;
    browser.click("この自治体で始める").await;
    // The next step must not overtake the way home.
    browser.see("ログアウト").await;
}

pub async fn sign_in_as_ministry(browser: &Browser) {
    browser.goto("/sign-in").await;
    browser
        .click_css("button[value='ministry@demo.example']")
        .await;
    browser.see("ログアウト").await;
}

/// Every page that was reached: readable at 320 px, no sideways scroll, nothing from elsewhere.
pub async fn look(browser: &Browser, script: Script, name: &str) {
    browser.resize(320, 900).await;
    browser.assert_no_overflow().await;
    browser.screenshot(&format!("{name}-320")).await;
    browser.resize(1280, 900).await;
    browser.assert_no_overflow().await;
    browser.screenshot(name).await;
    if matches!(script, Script::On) {
        browser.assert_accessible().await;
    }
    browser.assert_same_origin().await;
}

/// How many pages the browser prints.
async fn printed_pages(browser: &Browser) -> usize {
    use base64::Engine;
    let paper = serde_json::json!({ "preferCSSPageSize": true, "printBackground": true });
    let printed = browser.devtools("Page.printToPDF", paper).await;
    let pdf = base64::engine::general_purpose::STANDARD
        .decode(printed["data"].as_str().expect("a PDF"))
        .expect("base64");
    let text = String::from_utf8_lossy(&pdf);
    text.matches("/Type /Page\n").count()
}

/// Nothing was blocked or broke; a form with problems answers 422 on purpose.
pub async fn assert_quiet(browser: &Browser) {
    let errors = browser.console_errors().await;
    let real: Vec<_> = errors
        .into_iter()
        .filter(|text| !text.contains("status of 422") && !text.contains("favicon.ico"))
        .collect();
    assert_eq!(real, Vec::<String>::new());
}

async fn answer_form1(script: Script, tag: &str) {
    let portal = Portal::start().await;
    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, script).await;
    let name = |page: &str| format!("body-{tag}-{page}");
    browser.goto("/sign-in").await;
    look(&browser, script, &name("00-sign-in")).await;
    sign_in(&browser, "函館市").await;
    browser.see("未提出").await;
    look(&browser, script, &name("01-home")).await;
    browser.click("回答を始める").await;
    browser.see("入力する項目").await;
    look(&browser, script, &name("02-tasks")).await;

    browser.goto("/editions/fy2027/form1/contact").await;
    browser.fill_css("#department", "").await;
    browser
        .fill_css("#email", "ｆｕｋｕｓｈｉ＠city.example")
        .await;
    browser
        .fill_css("#phone", "０１３８ー００ー００００　内線１２３")
        .await;
    browser.click("保存して次へ").await;
    browser
        .see("連絡調整担当部署の名称を入力してください。")
        .await;
    assert!(
        browser.title().await.starts_with("エラー："),
        "{}",
        browser.title().await
    );
    assert_eq!(
        browser.text(".error-summary a").await,
        browser
            .text("#department-error")
            .await
            .trim_start_matches('＊')
    );
    look(&browser, script, &name("03-contact-error")).await;
    browser
        .fill_css("#department", "保健福祉部 障害福祉課")
        .await;
    browser.click("保存して次へ").await;

    browser.see("2. 申請の意向").await;
    look(&browser, script, &name("04-intent")).await;
    browser.click_css("#intent-1").await;
    browser.click("保存して次へ").await;
    browser.see("3. 対象とする医療費助成").await;
    for scheme in ["rehabilitation", "local_child"] {
        let css = format!("#target-{scheme}");
        if browser.count(&format!("{css}:checked")).await == 0 {
            browser.click_css(&css).await;
        }
    }
    browser
        .fill_css("#recipients-rehabilitation", "約１，２００人")
        .await;
    browser.fill_css("#recipients-local_child", "").await;
    browser
        .fill_css("#recipients-developmental", "たくさん")
        .await;
    look(&browser, script, &name("05-schemes")).await;
    browser.click("保存して次へ").await;
    browser.see("入力内容に誤りがあります").await;
    assert_eq!(
        browser
            .element("#recipients-developmental")
            .await
            .prop("value")
            .await
            .expect("a property")
            .as_deref(),
        Some("たくさん")
    );
    look(&browser, script, &name("06-schemes-error")).await;
    browser.fill_css("#recipients-developmental", "30").await;
    browser.click("保存して次へ").await;

    browser.see("まだ提出は完了していません").await;
    browser.see("1,200人").await;
    browser.see("約１，２００人").await;
    look(&browser, script, &name("07-check")).await;
    if browser.count("#confirmed").await > 0 {
        browser.click("提出する").await;
        browser.see("確認が必要です").await;
        look(&browser, script, &name("08-check-warning")).await;
        browser.click_css("#confirmed").await;
    }
    browser.click("提出する").await;
    browser.see("受付票").await;
    let receipt = browser.path().await;
    assert_eq!(receipt, "/receipts/R9-012025-01");
    look(&browser, script, &name("09-receipt")).await;
    assert_eq!(printed_pages(&browser).await, 1, "a receipt is one A4 page");

    browser.back().await;
    if browser.count("#confirmed").await > 0 && browser.count("#confirmed:checked").await == 0 {
        browser.click_css("#confirmed").await;
    }
    if browser.path().await.ends_with("/check") {
        browser.click("提出する").await;
        browser.see("受付票").await;
    }
    browser.goto("/editions/fy2027/form1/history").await;
    browser.see("提出（第1版）").await;
    assert_eq!(
        browser.count(".timeline > li").await,
        1,
        "one submission, whatever was clicked"
    );
    look(&browser, script, &name("10-history")).await;
    browser.goto("/home").await;
    assert!(
        !browser.page_text().await.contains("未提出"),
        "a submitted answer is not called 未提出"
    );
    assert_quiet(&browser).await;
    drop(browser);
    portal.stop().await;
}

#[tokio::test]
async fn a_body_answers_and_gets_one_receipt() {
    answer_form1(Script::On, "js").await;
}

#[tokio::test]
async fn a_body_answers_without_javascript() {
    answer_form1(Script::Off, "nojs").await;
}

#[tokio::test]
async fn a_prefecture_reviews_and_sends_form_2() {
    let portal = Portal::start().await;
    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, Script::On).await;
    sign_in(&browser, "青森県").await;
    look(&browser, Script::On, "prefecture-01-home").await;
    browser.goto("/board").await;
    browser.see("未着手").await;
    look(&browser, Script::On, "prefecture-02-board").await;

    browser
        .goto("/editions/fy2027/board?status=submitted")
        .await;
    browser.click_css("table a[href*='/answers/']").await;
    look(&browser, Script::On, "prefecture-03-answer").await;
    let answer = browser.path().await;
    browser.goto(&format!("{answer}/return")).await;
    look(&browser, Script::On, "prefecture-04-return").await;
    browser
        .fill_css("main textarea", "受給者数を確かめてください。")
        .await;
    browser
        .click_css("main form button.button-danger, main form button.button-primary")
        .await;
    browser.see("差し戻しました").await;

    browser
        .goto("/editions/fy2027/board?status=submitted")
        .await;
    browser.click_css("table a[href*='/answers/']").await;
    // What was asked before and is answered is settled with it.
    if browser.count("input[name=settle]").await > 0 {
        browser.click_css("input[name=settle]").await;
    }
    browser.click("受け付ける").await;
    browser.see("受け付けました").await;

    browser.goto("/form2").await;
    look(&browser, Script::On, "prefecture-05-form2").await;
    for check in ["main form input[type=checkbox]"] {
        if browser.count(check).await > 0 {
            browser.click_css(check).await;
        }
    }
    browser.click_css("main form button.button-primary").await;
    browser.see("送付しました").await;
    look(&browser, Script::On, "prefecture-06-sent").await;
    browser.goto("/cities").await;
    look(&browser, Script::On, "prefecture-07-cities").await;

    sign_in(&browser, "北海道").await;
    browser.goto("/board").await;
    look(&browser, Script::On, "prefecture-08-hokkaido").await;
    assert_quiet(&browser).await;
    drop(browser);
    portal.stop().await;
}

#[tokio::test]
async fn the_ministry_sees_the_country() {
    let portal = Portal::start().await;
    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, Script::On).await;
    sign_in_as_ministry(&browser).await;
    browser.see("北海道").await;
    for (path, name) in [
        ("/country", "ministry-01-country"),
        ("/direct", "ministry-02-direct"),
        ("/sheets", "ministry-03-sheets"),
        ("/downloads", "ministry-04-downloads"),
        ("/editions", "ministry-05-editions"),
        ("/editions/fy2027/settings", "ministry-06-settings"),
        ("/editions/fy2027/prefectures/02", "ministry-07-prefecture"),
        ("/editions/fy2027/prefectures/31/form2", "ministry-08-form2"),
        ("/editions/fy2027/answers/012041", "ministry-09-answer"),
        ("/accounts", "ministry-10-accounts"),
        ("/account", "ministry-11-account"),
        ("/help", "ministry-12-help"),
        ("/help/municipality", "ministry-13-help-municipality"),
        ("/accessibility", "ministry-14-accessibility"),
        ("/no-such-page", "ministry-15-missing"),
        ("/participation", "ministry-16-participation"),
        (
            "/participation/bodies/012025",
            "ministry-17-participation-body",
        ),
        ("/participation/enter", "ministry-18-participation-entry"),
        ("/editions/fy2027/participation", "ministry-19-confirmation"),
        ("/changes", "ministry-20-changes"),
        ("/changes/report", "ministry-21-changes-report"),
        (
            "/editions/fy2025/downloads?as_of=2025-02-28",
            "ministry-22-past",
        ),
    ] {
        browser.goto(path).await;
        let missing = browser.title().await.starts_with("ページが見つかりません");
        assert_eq!(missing, path == "/no-such-page", "{path}");
        look(&browser, Script::On, name).await;
    }
    drop(browser);
    portal.stop().await;
}

#[tokio::test]
async fn the_longest_receipt_prints_on_one_page() {
    let portal = Portal::start().await;
    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, Script::On).await;
    sign_in(&browser, "東京都").await;
    browser.goto("/editions/fy2027/form1/contact").await;
    browser
        .fill_css("#department", "保健医療局 医療政策部 医療助成課 調整係")
        .await;
    browser.fill_css("#email", "chosei@metro.example").await;
    browser.fill_css("#phone", "03-0000-0000").await;
    browser.click("保存して次へ").await;
    browser.see("2. 申請の意向").await;
    browser
        .execute("document.querySelectorAll('[name=intent]').forEach(box => box.checked = true)")
        .await;
    browser
        .fill_css("#intent_text", &"制度ごとに検討しています。".repeat(4))
        .await;
    browser.click("保存して次へ").await;
    browser.see("3. 対象とする医療費助成").await;
    browser
        .execute("document.querySelectorAll('[data-target]').forEach(box => box.checked = true); document.querySelectorAll('[data-recipients]').forEach(field => field.value = '約12,345人')")
        .await;
    browser
        .fill_css("#other_text", "高齢者の医療費助成、妊産婦の医療費助成")
        .await;
    browser.click("保存して次へ").await;
    browser.see("まだ提出は完了していません").await;
    browser.click_css("#confirmed").await;
    browser.click("提出する").await;
    browser.see("受付票").await;
    assert_eq!(
        browser
            .count(".receipt-sheet tbody tr:not(.group-row)")
            .await,
        25
    );
    let pages = printed_pages(&browser).await;
    browser.emulate("print", &[]).await;
    browser.screenshot("receipt-longest-print").await;
    assert_eq!(pages, 1, "24 rows, every text and every warning");
    drop(browser);
    portal.stop().await;
}

/// The script and the server read the same counts and show the same totals.
#[tokio::test]
async fn totals_while_typing_are_those_after_saving() {
    const TYPED: [&str; 24] = [
        "約１，２００人",
        "1.2万人",
        "３００名程度",
        "なし",
        "",
        "受給者数：2,000",
        "12,34",
        "1 200",
        "1000超",
        "約1万2千",
        "ca. 50",
        "0",
        "（約）1,300人（推計）",
        "1万2",
        "1200.0",
        "-5",
        "1,2345",
        "百",
        "12百",
        "+5",
        "1.000",
        "100件くらい",
        "５万",
        "99999999999",
    ];
    let portal = Portal::start().await;
    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, Script::On).await;
    sign_in(&browser, "函館市").await;
    for shift in [0, 1] {
        browser.goto("/editions/fy2027/form1/schemes").await;
        let typed: Vec<_> = TYPED
            .iter()
            .map(|text| if shift == 0 { *text } else { "" })
            .collect();
        let typed = serde_json::to_string(&typed).expect("a list");
        browser
            .execute(&format!(
                "const typed = {typed};
                 document.querySelectorAll('[data-row]').forEach((row, at) => {{
                   row.querySelector('[data-target]').checked = at % 3 !== {shift};
                   const field = row.querySelector('[data-recipients]');
                   field.value = typed[at];
                   field.dispatchEvent(new Event('input', {{ bubbles: true }}));
                 }});"
            ))
            .await;
        // The script waits for a pause in typing.
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        let shown = "[...document.querySelectorAll('[data-total], [data-echo]')].map(place => place.textContent)";
        let live = browser.execute(&format!("return {shown};")).await;
        browser.click("一時保存して一覧へ戻る").await;
        browser.see("入力する項目").await;
        // As the server writes the page, before the script touches it.
        let saved = browser
            .execute(&format!(
                "const request = new XMLHttpRequest();
                 request.open('GET', '/editions/fy2027/form1/schemes', false);
                 request.send();
                 const read = (document) => {shown};
                 const form = new DOMParser().parseFromString(request.responseText, 'text/html');
                 // Rows that were marked move up: compare by text, not by place.
                 return read(form);"
            ))
            .await;
        let sorted = |value: &serde_json::Value| {
            let mut texts: Vec<_> = value
                .as_array()
                .expect("a list")
                .iter()
                .map(|text| text.as_str().expect("a text").to_owned())
                .collect();
            texts.sort();
            texts
        };
        assert_eq!(sorted(&live), sorted(&saved));
        assert_eq!(sorted(&live).len(), 24 + 5);
    }
    drop(browser);
    portal.stop().await;
}
