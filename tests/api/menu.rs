//! The menu: short for everybody, also for the ministry, and it says where one is.

use crate::app::{HOKKAIDO, OTARU, TestApp};

#[tokio::test]
async fn the_ministrys_many_pages_stand_in_groups() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/status/R7").await.ok();
    let top = page.all(".main-nav > ul > li > a");
    let top: Vec<&str> = top.iter().map(String::as_str).collect();
    assert_eq!(top, ["全国の状況", "自分の設定", "使い方"]);
    let groups = page.all(".main-nav summary");
    assert_eq!(
        groups,
        ["回答を集める", "集計と参加：状況表", "準備と管理"],
        "a closed group says which of its pages this is"
    );
    assert_eq!(page.all(".main-nav summary[aria-current]").len(), 1);
    assert_eq!(page.all(".main-nav a[aria-current]"), ["状況表"]);
    assert_eq!(page.all(".main-nav details[open]").len(), 0);
    // Every page is still one of them.
    assert_eq!(page.all(".main-nav a").len(), 13);
    let reviewer = app.person(None, "審査担当", false).await;
    let page = reviewer.get("/editions/fy2027/country").await.ok();
    assert_eq!(page.all(".main-nav a[aria-current]"), ["全国の状況"]);
    assert_eq!(page.all(".main-nav summary[aria-current]").len(), 0);
    assert_eq!(page.all(".main-nav a").len(), 12, "without 利用者の管理");
}

#[tokio::test]
async fn bodies_have_few_pages_and_no_groups() {
    let app = TestApp::start().await;
    for (code, path, entries) in [(OTARU, "/home", 3), (HOKKAIDO, "/board", 8)] {
        let body = app.body(code).await;
        let page = match body.get(path).await {
            moved if moved.status == 303 => body.get(&moved.location()).await,
            page => page,
        };
        assert_eq!(page.all(".main-nav > ul > li > a").len(), entries, "{code}");
        assert_eq!(page.all(".main-nav details").len(), 0);
        assert_eq!(page.all(".main-nav a[aria-current]").len(), 1);
    }
}
