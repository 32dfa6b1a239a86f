//! The status tables in a browser: the page, the bodies behind a number, two days compared, the plan.

use crate::driver::{Driver, Script};
use crate::portal::{Portal, assert_quiet, look, sign_in_as_ministry};

async fn status_tables(script: Script, tag: &str) {
    let portal = Portal::start().await;
    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, script).await;
    let name = |page: &str| format!("status-{tag}-{page}");
    sign_in_as_ministry(&browser).await;
    browser.click("集計と参加").await;
    browser.click("状況表").await;
    browser.see("442自治体が新規参加予定").await;
    look(&browser, script, &name("01-tables")).await;
    browser
        .emulate("screen", &[("forced-colors", "active")])
        .await;
    browser.screenshot(&name("02-forced-colours")).await;
    browser.emulate("print", &[]).await;
    browser.screenshot(&name("03-print")).await;
    browser.emulate("", &[]).await;

    browser.fill_css("#as_of", "きのう").await;
    browser.click("表示する").await;
    browser
        .see("日付は「2025-10-31」「R7.10.31」のように入力してください。")
        .await;
    assert_eq!(browser.value("時点の日").await, "きのう");
    look(&browser, script, &name("04-wrong")).await;
    browser.fill_css("#as_of", "R7.10.31").await;
    browser.click("表示する").await;
    browser.see("時点：令和7年10月31日（金）").await;
    assert_eq!(browser.path().await, "/status/R7?as_of=2025-10-31");

    browser
        .click_css("#by-year tbody tr:nth-child(2) td:nth-child(4) a")
        .await;
    browser.see("36団体").await;
    assert_eq!(browser.count("main tbody tr").await, 36);
    look(&browser, script, &name("05-bodies")).await;
    browser.click("状況表に戻る").await;
    browser.click("2つの時点を比べる").await;
    browser.see("新たに参加").await;
    look(&browser, script, &name("06-compare")).await;
    browser.goto("/editions/fy2027/plan").await;
    browser.see("計算のしかた").await;
    look(&browser, script, &name("07-plan")).await;
    assert_quiet(&browser).await;
    portal.stop().await;
}

#[tokio::test]
async fn the_ministry_reads_the_status_tables() {
    status_tables(Script::On, "js").await;
}

#[tokio::test]
async fn the_ministry_reads_the_status_tables_without_javascript() {
    status_tables(Script::Off, "plain").await;
}
