//! Editions keep what held when they opened; later ones have what holds then.

use jiff::civil::date;
use torimatome::domain::body_entry::BodyEntry;
use torimatome::domain::organization::{Organization, OrganizationKind, Route};
use torimatome::domain::response_status::ResponseStatus;

use super::{NEXT, enter, in_next, merger, open_next, promotion, rename, today};
use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, body};

#[tokio::test]
async fn a_promotion_in_mid_edition_changes_the_next_edition_only() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    let before = hokkaido
        .get("/editions/fy2027/board")
        .await
        .ok()
        .all("tbody tr");
    assert!(before.iter().any(|row| row.contains("小樽市")));

    enter(&app, promotion(OTARU), date(2027, 1, 20)).await;
    enter(
        &app,
        rename(OTARU, "新小樽市", "シンオタルシ"),
        date(2027, 1, 20),
    )
    .await;
    assert_eq!(today(&app, OTARU).await.kind, OrganizationKind::CoreCity);

    // The open edition: same board, same route, and the prefecture goes on.
    let after = hokkaido
        .get("/editions/fy2027/board")
        .await
        .ok()
        .all("tbody tr");
    assert_eq!(before, after);
    let record = app.answer(OTARU).await;
    assert_eq!(
        (record.route, record.class.kind),
        (Route::ThroughPrefecture, OrganizationKind::City)
    );
    assert_eq!(record.name, "小樽市");
    app.accept(OTARU).await;
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Accepted);
    let ministry = app.ministry().await;
    ministry
        .get("/editions/fy2027/direct")
        .await
        .ok()
        .hides("小樽市");

    // The next one.
    open_next(&app).await;
    let record = in_next(&app, OTARU).await.expect("takes part");
    assert_eq!(
        (record.route, record.class.kind),
        (Route::ToMinistry, OrganizationKind::CoreCity)
    );
    assert_eq!(record.name, "新小樽市");
    assert!(record.class.health_center_city);
    ministry
        .get("/editions/fy2026/direct")
        .await
        .ok()
        .shows("新小樽市");
    hokkaido
        .get("/editions/fy2026/board")
        .await
        .ok()
        .hides("小樽市");
}

#[tokio::test]
async fn a_merged_body_stays_readable_and_is_in_no_later_edition() {
    let app = TestApp::start().await;
    // 函館市 answered in fiscal 2025.
    let hakodate = app.body(HAKODATE).await;
    enter(&app, merger(HAKODATE, OTARU), date(2027, 1, 20)).await;
    open_next(&app).await;
    assert!(in_next(&app, HAKODATE).await.is_none());
    // 小樽市 goes on as itself: it starts from nobody else's answer.
    let otaru = in_next(&app, OTARU).await.expect("takes part");
    assert!(otaru.prefill.is_none());

    let ministry = app.ministry().await;
    let answer = "/editions/fy2025/answers/012025";
    ministry
        .get(answer)
        .await
        .ok()
        .shows("函館市")
        .shows("34,000");
    let hokkaido = app.prefecture("01").await;
    hokkaido.get(answer).await.ok().shows("函館市");
    // Its own people are told, and find their answers.
    let home = hakodate.get("/home").await.ok();
    home.shows("函館市は令和9年1月20日（水）に小樽市へ引き継がれました");
    hakodate
        .get("/editions/fy2025/form1/history")
        .await
        .ok()
        .shows("R7-012025-01");
    // The edition that took it in still takes its answer.
    let record = app.answer(HAKODATE).await;
    assert_eq!(record.route, Route::ToMinistry);
    hakodate.get("/editions/fy2027/form1").await.ok();
    hakodate
        .get(&format!("/editions/{NEXT}/form1"))
        .await
        .is(404);

    // Nobody new is invited there.
    let accounts = "/accounts/bodies/012025";
    let page = ministry.get(accounts).await.ok();
    let button = page.all("main form button");
    let invite = button
        .iter()
        .find(|label| label.contains("招待"))
        .expect("a button");
    let form = page.form(invite).fill("email", "new@office.example");
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("廃止されているため");
}

#[tokio::test]
async fn who_continues_under_a_new_code_starts_from_the_old_answer() {
    let app = TestApp::start().await;
    let found = |code: &str, name: &str, replaces: &[&str]| BodyEntry::Found {
        body: Organization {
            code: body(code),
            name: name.to_owned(),
            kana: "シンシ".to_owned(),
            kind: OrganizationKind::City,
            health_center_city: false,
            child_guidance_city: false,
        },
        replaces: replaces.iter().map(|code| body(code)).collect(),
    };
    let day = date(2027, 1, 20);
    enter(&app, found("012378", "新函館市", &[HAKODATE]), day).await;
    open_next(&app).await;
    let record = in_next(&app, "012378").await.expect("takes part");
    let prefill = record.prefill.expect("starts from somewhere");
    assert_eq!(prefill.input.contact.email, "iryo@city.example");
    assert_eq!(record.route, Route::ThroughPrefecture);
    // Whoever keeps its code starts from its own, whatever its name.
    assert!(in_next(&app, HAKODATE).await.is_none());
}

#[tokio::test]
async fn of_several_predecessors_none_is_chosen_and_a_name_does_not_matter() {
    let app = TestApp::start().await;
    let day = date(2027, 1, 20);
    enter(&app, rename(HAKODATE, "新函館市", "シンハコダテシ"), day).await;
    let several = BodyEntry::Found {
        body: Organization {
            code: body("012378"),
            name: "北新市".to_owned(),
            kana: "キタシンシ".to_owned(),
            kind: OrganizationKind::City,
            health_center_city: false,
            child_guidance_city: false,
        },
        replaces: vec![body(OTARU), body(YUBARI)],
    };
    enter(&app, several, day).await;
    open_next(&app).await;
    let record = in_next(&app, HAKODATE).await.expect("takes part");
    assert_eq!(record.name, "新函館市");
    assert!(record.prefill.is_some());
    let record = in_next(&app, "012378").await.expect("takes part");
    assert!(record.prefill.is_none());
    // The prefecture of the old edition still has all three.
    let hokkaido = app.body(HOKKAIDO).await;
    let board = hokkaido.get(&format!("/editions/{OPEN}/board")).await.ok();
    board.shows("小樽市").shows("夕張市").hides("北新市");
}
