//! The catalogue of schemes as the ministry edits it.

use jiff::civil::date;

use crate::app::{OTARU, TestApp};
use crate::client::{Client, Page};
use crate::status_tables::rows;

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

/// The name of the scheme's column on the page of municipalities.
async fn column(ministry: &Client, query: &str) -> bool {
    let page = ministry.get(&format!("/status/R7?{query}")).await.ok();
    let names = rows(&page, "table.dense tbody tr");
    let has = |name: &str| names.iter().any(|row| row[0] == name);
    assert!(has("更生医療") != has("更生"), "{query}");
    has("更生")
}

#[tokio::test]
async fn older_tables_are_printed_with_the_names_of_then() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let change = async |ministry: &Client, fields: &[(&str, &str)]| {
        let page = ministry.get("/schemes/rehabilitation").await.ok();
        let mut form = page.form("保存する");
        for (name, value) in fields {
            form = form.fill(name, value);
        }
        form
    };
    let page = ministry.get("/schemes/rehabilitation").await.ok();
    page.shows("この記録を始めたときの内容です。");
    let ahead = change(
        &ministry,
        &[("note", "先の日"), ("effective_on", "2027-01-21")],
    )
    .await;
    ministry
        .submit(&ahead)
        .await
        .is(422)
        .shows("きょう（令和9年1月20日（水））までの日付");
    let renamed = change(
        &ministry,
        &[("name_status_table", "更生"), ("position", "1")],
    )
    .await;
    ministry.submit(&renamed).await.is(303);
    // Today's tables have the new name, those of yesterday and those known yesterday the old one.
    assert!(column(&ministry, "").await);
    assert!(!column(&ministry, "as_of=2027-01-19").await);
    assert!(!column(&ministry, "known_on=2027-01-19").await);
    let path = "/status/R7/report.csv?as_of=2025-10-31";
    let (_, then) = ministry.download(path).await;
    let then = String::from_utf8(then).expect("text");
    assert!(then.contains("rehabilitation,更生医療,"), "{then}");

    // The next day it turns out to have been right since 1 April 2026.
    app.at(date(2027, 1, 21).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    let corrected = change(&ministry, &[("effective_on", "R8.4.1")]).await;
    ministry.submit(&corrected).await.is(303);
    ministry.submit(&corrected).await.is(303);
    assert!(column(&ministry, "as_of=2026-04-01").await);
    assert!(!column(&ministry, "as_of=2026-03-31").await);
    assert!(!column(&ministry, "as_of=2026-04-01&known_on=2027-01-20").await);

    let page = ministry.get("/schemes/rehabilitation").await.ok();
    let lines = rows(&page, "main table tbody tr");
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0][0].starts_with("令和9年1月21日"));
    assert!(lines[0][2].contains("令和8年4月1日（水）の状況表から使います。"));
    assert!(lines[1][1].contains("厚生労働省"));
    assert!(lines[1][2].contains("状況表での名称：「更生医療」→「更生」"));
    // Whom the change moved has it in its history too.
    let first = app.desk.store.catalogue().await.expect("reads").schemes()[1]
        .id
        .clone();
    let moved = ministry.get(&format!("/schemes/{first}")).await.ok();
    moved.shows("制度一覧での順番：「1」→「2」");
    assert_eq!(log(&app, "rehabilitation").await.len(), 2);
    // Today, told from the versions alone, is what the catalogue says.
    let history = app.desk.store.scheme_history(None).await.expect("reads");
    let catalogue = app.desk.store.catalogue().await.expect("reads");
    assert_eq!(history.on(date(2027, 1, 21)).schemes(), catalogue.schemes());
}

/// What the page of a scheme says when some fields are sent.
pub async fn send(ministry: &Client, scheme: &str, fields: &[(&str, &str)]) -> Page {
    let page = ministry.get(&format!("/schemes/{scheme}")).await.ok();
    let mut form = page.form("保存する");
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    ministry.submit(&form).await
}

/// Name in the status tables and note of rehabilitation, as the history tells them for a day.
async fn told(app: &TestApp, day: jiff::civil::Date) -> (String, String) {
    let history = app.desk.store.scheme_history(None).await.expect("reads");
    let id = "rehabilitation".parse().expect("an id");
    let scheme = history.scheme_on(&id, day).expect("is there");
    (scheme.table_name().to_owned(), scheme.note)
}

#[tokio::test]
async fn a_correction_of_one_field_leaves_the_others_on_their_days() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    send(
        &ministry,
        "rehabilitation",
        &[("name_status_table", "更生")],
    )
    .await
    .is(303);
    app.at(date(2027, 1, 22).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    let note = [("note", "書きまちがいの訂正"), ("effective_on", "R8.4.1")];
    send(&ministry, "rehabilitation", &note).await.is(303);
    // The name that came on the 20th is not in tables of days before.
    assert!(!column(&ministry, "as_of=2026-04-01").await);
    assert!(!column(&ministry, "as_of=2027-01-19").await);
    assert!(column(&ministry, "as_of=2027-01-20").await);
    let corrected = "書きまちがいの訂正".to_owned();
    let (name, first) = told(&app, date(2026, 3, 31)).await;
    assert_eq!(name, "更生医療");
    assert_ne!(first, corrected);
    assert_eq!(
        told(&app, date(2026, 4, 1)).await,
        ("更生医療".to_owned(), corrected.clone())
    );
    assert_eq!(
        told(&app, date(2027, 1, 20)).await,
        ("更生".to_owned(), corrected.clone())
    );

    // The same field was changed for a later day, too: a person says which is right from then on.
    let name = [
        ("name_status_table", "更正医療"),
        ("effective_on", "R8.4.1"),
    ];
    let asked = send(&ministry, "rehabilitation", &name).await.is(422);
    asked.shows("「状況表での名称」は、令和9年1月20日（水）にも変わっています。");
    let form = asked.form("保存する").tick("later", "keep");
    ministry.submit(&form).await.is(303);
    ministry.submit(&form).await.is(303);
    assert_eq!(
        told(&app, date(2026, 4, 1)).await,
        ("更正医療".to_owned(), corrected.clone())
    );
    assert!(column(&ministry, "as_of=2027-01-20").await);
    assert!(column(&ministry, "").await);
    let form = asked.form("保存する").tick("later", "replace");
    let page = ministry.get("/schemes/rehabilitation").await.ok();
    let base = page.form("保存する").value("base").to_owned();
    ministry.submit(&form.fill("base", &base)).await.is(303);
    assert_eq!(told(&app, date(2027, 1, 21)).await.0, "更正医療");
    assert_eq!(told(&app, date(2026, 3, 31)).await.0, "更生医療");
    // The page has a line for each action, with what held before on the days it spoke of.
    let page = ministry.get("/schemes/rehabilitation").await.ok();
    let lines = rows(&page, "main table tbody tr");
    assert_eq!(lines.len(), 5, "{lines:?}");
    for (line, told) in [
        (
            0,
            "令和9年1月20日（水）からの状況表での名称：「更生」→「更正医療」",
        ),
        (1, "状況表での名称：「更生医療」→「更正医療」"),
        (
            1,
            "「状況表での名称」は、令和8年4月1日（水）の状況表から使います。",
        ),
        (
            1,
            "令和9年1月20日（水）からの状況表での名称は、「更生」のままです。",
        ),
        (2, "「備考」は、令和8年4月1日（水）の状況表から使います。"),
        (3, "状況表での名称：「更生医療」→「更生」"),
    ] {
        assert!(lines[line][2].contains(told), "{told}: {lines:?}");
    }
    // What held already is not told as a change.
    assert!(
        !lines[0][2].contains("「更正医療」→「更正医療」"),
        "{lines:?}"
    );
    // Today, told from the versions alone, is what the catalogue says.
    let history = app.desk.store.scheme_history(None).await.expect("reads");
    let catalogue = app.desk.store.catalogue().await.expect("reads");
    assert_eq!(history.on(date(2027, 1, 22)).schemes(), catalogue.schemes());
    // The order has no day but today's.
    let moved = [("position", "1"), ("effective_on", "R8.4.1")];
    send(&ministry, "rehabilitation", &moved)
        .await
        .is(422)
        .shows("順番だけを変えるときは、日付を空欄にしてください。");
}

#[tokio::test]
async fn who_runs_a_scheme_is_shown_by_name() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry
        .get("/schemes/atomic_bomb_certified_disease")
        .await
        .ok();
    assert_eq!(
        page.value("other_kinds"),
        "広島市（341002）、長崎市（422011）"
    );
    let other = ministry.get("/schemes/hepatitis_b_checkup").await.ok();
    assert_eq!(
        other.value("other_kinds"),
        "社会保険診療報酬支払基金（ssk）"
    );
    // A name is as good as a code; what is neither is said.
    let unknown = [("other_kinds", "広島市、ひろしま")];
    send(&ministry, "atomic_bomb_certified_disease", &unknown)
        .await
        .is(422)
        .shows("特定の団体・機関の「ひろしま」が読み取れません。");
    let only = [("other_kinds", "広島市")];
    send(&ministry, "atomic_bomb_certified_disease", &only)
        .await
        .is(303);
    let page = ministry
        .get("/schemes/atomic_bomb_certified_disease")
        .await
        .ok();
    page.shows("実施主体：「都道府県、広島市、長崎市」→「都道府県、広島市」")
        .hides("code:");
    let catalogue = app.desk.store.catalogue().await.expect("reads");
    let at = catalogue.position("atomic_bomb_certified_disease");
    let scheme = &catalogue.schemes()[at.expect("is there")];
    let kinds: Vec<_> = scheme
        .implementer_kinds
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(kinds, ["prefecture", "code:341002"]);
    let written = log(&app, "atomic_bomb_certified_disease").await;
    assert!(!written[0].1.contains("prefecture"), "{written:?}");
}

#[tokio::test]
async fn who_runs_a_scheme_is_hinted_at_where_text_and_ticks_differ() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    ministry.get("/schemes").await.ok().hides("要確認");
    let path = "/schemes/intractable_disease";
    let page = ministry.get(path).await.ok();
    page.hides("合っていません");
    let form = page
        .form("保存する")
        .fill("implementers", "都道府県、指定都市、中核市");
    // It is a hint: saved all the same, and seen on the list and the page.
    let list = ministry.submit_and_follow(&form).await.ok();
    list.shows("制度一覧を変更しました")
        .shows("都道府県、指定都市、中核市 要確認");
    let page = ministry.get(path).await.ok();
    page.shows("「中核市」がありますが、実施主体として選ばれていません");
    let form = page.form("保存する").tick("kinds", "core_city");
    let list = ministry.submit_and_follow(&form).await.ok();
    list.hides("要確認");
}
