//! The catalogue of schemes as the ministry edits it.

use crate::app::{OTARU, TestApp};

async fn log(app: &TestApp, id: &str) -> Vec<(String, String)> {
    let rows = app
        .desk
        .store
        .audit_of(&format!("scheme/{id}"))
        .await
        .expect("reads");
    rows.into_iter()
        .map(|row| (row.action, row.detail))
        .collect()
}

#[tokio::test]
async fn a_scheme_is_changed_with_its_years_and_the_change_is_written_down() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let list = ministry.get("/schemes").await.ok();
    assert_eq!(list.all("tbody tr").len(), 29);
    let page = ministry.get("/schemes/rehabilitation").await.ok();
    assert_eq!(page.value("subsidy"), "R5～");
    let form = page
        .form("保存する")
        .fill("subsidy", "R5～R7、R9～")
        .fill("name_status_table", "更生")
        .fill("valid_until", "令和12年度")
        .fill("position", "1");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("制度一覧を変更しました")
        .shows("R5～R7、R9～");
    let catalogue = app.desk.store.catalogue().await.expect("reads");
    let scheme = &catalogue.schemes()[0];
    assert_eq!(scheme.id.as_str(), "rehabilitation");
    assert_eq!(scheme.subsidy.to_string(), "2023-2025 2027-");
    assert_eq!((scheme.table_name(), scheme.version), ("更生", 2));
    assert!(!scheme.is_valid_in("R13".parse().expect("a year")));
    let written = log(&app, "rehabilitation").await;
    assert_eq!(written.len(), 1);
    assert!(
        written[0]
            .1
            .contains("補助の対象になる年度：「R5～」→「R5～R7、R9～」"),
        "{written:?}"
    );
    // Sent twice it changes nothing twice; from a page of before, the second sees both texts.
    ministry.submit(&form).await.is(303);
    assert_eq!(log(&app, "rehabilitation").await.len(), 1);
    let stale = page.form("保存する").fill("note", "別の備考");
    let conflict = ministry.submit(&stale).await.is(409);
    conflict
        .shows("ほかの人が先に保存しました")
        .shows("R5～R7、R9～");
    assert_eq!(conflict.value("note"), "別の備考");
}

#[tokio::test]
async fn a_scheme_is_added_and_becomes_a_row_to_choose() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/schemes/new").await.ok();
    let form = page.form("保存する");
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("次の2か所を直してください");
    let form = form
        .fill("id", "local_elderly")
        .fill("name_catalogue", "高齢者医療費助成")
        .fill("subsidy", "R10～")
        .fill("position", "29");
    let taken = form.clone().fill("id", "local_child");
    ministry
        .submit(&taken)
        .await
        .is(422)
        .shows("すでにあります");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("高齢者医療費助成");
    let catalogue = app.desk.store.catalogue().await.expect("reads");
    assert_eq!(catalogue.position("local_elderly"), Some(28));
    assert_eq!(catalogue.schemes().len(), 30);
    let page = ministry.get("/editions/new").await.ok();
    ministry.submit(&page.form("調査回を作る")).await.is(303);
    ministry
        .get("/editions/fy2028/making/rows")
        .await
        .ok()
        .shows("高齢者医療費助成");
    app.municipality(OTARU).await.get("/schemes").await.is(404);
}

#[tokio::test]
async fn problems_come_at_once_and_the_text_stays() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/schemes/local_child").await.ok();
    let form = page
        .form("保存する")
        .fill("subsidy", "来年")
        .fill("valid_from", "R9")
        .fill("valid_until", "R8")
        .fill("other_kinds", "town");
    let shown = ministry.submit(&form).await.is(422);
    shown.shows("次の3か所を直してください");
    assert_eq!(shown.value("subsidy"), "来年");
    assert_eq!(log(&app, "local_child").await.len(), 0);
}
