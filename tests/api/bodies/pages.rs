//! The ministry's pages: what is there, what is to come, and one change entered by hand.

use jiff::civil::date;
use torimatome::domain::organization::OrganizationKind;

use super::{enter, merger, promotion, today};
use crate::app::{OTARU, TestApp, YUBARI};

#[tokio::test]
async fn bodies_are_found_as_of_a_day() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/bodies").await.ok();
    page.shows("全1,788団体")
        .shows("先の日に登録された変更はありません");
    enter(&app, merger(YUBARI, OTARU), date(2027, 4, 1)).await;

    let page = ministry.get("/bodies").await.ok();
    page.shows("全1,788団体").shows("これからの変更");
    assert!(page.all("section.card").concat().contains("夕張市"));
    let later = ministry.get("/bodies?on=R9.4.1").await.ok();
    later.shows("令和9年4月1日（木）の団体（全1,787団体）");
    let rows = |page: crate::client::Page| page.all("[aria-label=\"団体の一覧\"] tbody tr");
    assert_eq!(rows(ministry.get("/bodies?q=おたる").await.ok()).len(), 1);
    assert_eq!(rows(ministry.get("/bodies?q=12033").await.ok()).len(), 1);
    let gone = rows(
        ministry
            .get("/bodies?class=abolished&on=2027-04-01")
            .await
            .ok(),
    );
    assert_eq!(gone.len(), 1);
    assert!(gone[0].contains("夕張市") && gone[0].contains("令和9年4月1日（木）に廃止"));
    assert!(rows(ministry.get("/bodies?class=abolished").await.ok()).is_empty());
    let wards = rows(
        ministry
            .get("/bodies?prefecture=13&class=special_ward")
            .await
            .ok(),
    );
    assert_eq!(wards.len(), 23);
    let wrong = ministry.get("/bodies?on=いつか").await.ok();
    wrong.shows("日付が読み取れないため").shows("全1,788団体");
}

#[tokio::test]
async fn a_body_shows_its_versions_links_and_editions() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    enter(&app, promotion(OTARU), date(2026, 10, 1)).await;
    enter(&app, merger(YUBARI, OTARU), date(2027, 4, 1)).await;
    let page = ministry.get("/bodies/012033").await.ok();
    page.shows("北海道小樽市")
        .shows("国へ直接提出")
        .shows("登録のはじめから");
    page.shows("区分：市 → 中核市")
        .shows("画面で入力")
        .shows("（告示）");
    page.shows("北海道夕張市（012092）");
    // The edition that was opened before it was recorded has it as it was then.
    let editions = page.all("[aria-label=\"この団体の調査回\"] tbody tr");
    assert_eq!(editions.len(), 2);
    assert!(editions.iter().all(|row| row.contains("都道府県を経由")));
    let page = ministry.get("/bodies/012092").await.ok();
    page.shows("北海道小樽市（012033）").shows("これから");
    ministry.get("/bodies/016951").await.is(404);
    ministry.get("/bodies/xyz").await.is(404);
}

#[tokio::test]
async fn one_change_is_previewed_then_recorded_once() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry
        .get("/bodies/change?what=classes&code=012033")
        .await
        .ok();
    let form = page
        .form("何が変わるか確かめる")
        .fill("on", "2027-01-20")
        .fill("note", "政令")
        .fill("kind", "core_city");
    let preview = ministry.submit(&form).await.ok();
    preview.shows("まだ登録していません").shows("中核市");
    preview.shows("提出先が「国へ直接提出」になるのは、団体の区分を令和9年1月20日（水）かそのあとの日で決める調査回からです");
    preview.shows("名称・区分・提出先は、始めたときのままです");
    assert_eq!(today(&app, OTARU).await.kind, OrganizationKind::City);

    let record = preview.form("この内容で登録する");
    let done = ministry.submit_and_follow(&record).await.ok();
    done.shows("登録しました").shows("中核市").shows("（政令）");
    assert_eq!(today(&app, OTARU).await.kind, OrganizationKind::CoreCity);
    let recorded = app.desk.store.newest_body_change().await.expect("reads");
    // Sent twice: once recorded.
    let again = ministry.submit_and_follow(&record).await.ok();
    again.shows("すでに登録されている内容でした");
    assert_eq!(
        app.desk.store.newest_body_change().await.expect("reads"),
        recorded
    );
    let audit = app.desk.store.audit_of("body/012033").await.expect("reads");
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0].action, "bodies_change");
}

#[tokio::test]
async fn what_cannot_be_is_told_at_its_field_and_changes_nothing() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let before = app.desk.store.newest_body_change().await.expect("reads");
    let page = ministry
        .get("/bodies/change?what=end&code=012092")
        .await
        .ok();
    let form = page.form("何が変わるか確かめる");
    let wrong = form.clone().fill("on", "来年").fill("into", "012034");
    let told = ministry.submit(&wrong).await.is(422);
    told.shows("日付「来年」が読み取れません")
        .shows("6桁目が合いません");
    assert_eq!(told.value("on"), "来年");
    let nowhere = form.fill("on", "2027-04-01").fill("into", "016951");
    let told = ministry.submit(&nowhere).await.is(422);
    told.shows("夕張市を引き継ぐ団体（コード016951）が");

    let page = ministry.get("/bodies/change?what=found").await.ok();
    let town = page
        .form("何が変わるか確かめる")
        .fill("code", "012378")
        .fill("on", "2027-10-01")
        .fill("name", "当別市")
        .fill("kana", "ﾄｳﾍﾞﾂｼ")
        .fill("kind", "town")
        .fill("replaces", "013030");
    ministry
        .submit(&town)
        .await
        .is(422)
        .shows("区分を「町」にはできません");
    let preview = ministry.submit(&town.fill("kind", "city")).await.ok();
    preview
        .shows("トウベツシ")
        .shows("当別町")
        .shows("新設")
        .shows("廃止");
    assert_eq!(
        app.desk.store.newest_body_change().await.expect("reads"),
        before
    );
}

#[tokio::test]
async fn what_somebody_else_recorded_meanwhile_is_shown_before_anything_is_recorded() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry
        .get("/bodies/change?what=rename&code=012033")
        .await
        .ok();
    let form = page
        .form("何が変わるか確かめる")
        .fill("on", "2027-01-20")
        .fill("name", "新小樽市");
    let preview = ministry.submit(&form).await.ok();
    enter(&app, promotion(OTARU), date(2027, 1, 20)).await;
    let record = preview.form("この内容で登録する");
    let told = ministry.submit(&record).await.is(409);
    told.shows("ほかの人が団体の一覧を変えました");
    assert_eq!(today(&app, OTARU).await.name, "小樽市");
    let again = told.form("この内容で登録する");
    ministry
        .submit_and_follow(&again)
        .await
        .ok()
        .shows("新小樽市");
    let now = today(&app, OTARU).await;
    assert_eq!(
        (now.name.as_str(), now.kind),
        ("新小樽市", OrganizationKind::CoreCity)
    );
}

#[tokio::test]
async fn an_abolition_can_be_taken_back() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    enter(&app, merger(YUBARI, OTARU), date(2027, 1, 1)).await;
    let page = ministry.get("/bodies/012092").await.ok();
    page.shows("令和9年1月1日（金）に廃止");
    let form = ministry
        .get("/bodies/change?what=restore&code=012092")
        .await
        .ok();
    let preview = ministry
        .submit(&form.form("何が変わるか確かめる"))
        .await
        .ok();
    let record = preview.form("この内容で登録する");
    let done = ministry.submit_and_follow(&record).await.ok();
    done.shows("登録しました").hides("に廃止されています");
    let bodies = app.desk.store.organizations().await.expect("reads");
    assert_eq!(bodies.len(), 1788);
}

#[tokio::test]
async fn the_preview_of_a_merger_names_who_carries_on() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry
        .get("/bodies/change?what=end&code=012092")
        .await
        .ok();
    let form = page
        .form("何が変わるか確かめる")
        .fill("on", "2027-04-01")
        .fill("into", OTARU);
    ministry
        .submit(&form)
        .await
        .ok()
        .shows("廃止（小樽市（012033）が引き継ぎます）");
}
