//! The history in the database: what an older database had becomes its first versions, and each day comes once.

use jiff::civil::{Date, date};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};
use torimatome::domain::organization::{Organization, OrganizationKind};
use torimatome::store::Store;
use torimatome::workflow::bodies::bring_up_to_date;

use super::{codes, enter, merger, promotion, rename, today};
use crate::app::{HAKODATE, OTARU, TestApp, YUBARI, body};
use crate::reference_data::fresh;

async fn on(store: &Store, day: Date) -> Vec<Organization> {
    let transaction = store.begin().await.expect("begins");
    let bodies = transaction.organizations_on(day).await.expect("reads");
    transaction.rollback().await.expect("ends");
    bodies
}

#[tokio::test]
async fn rows_in_place_become_versions() {
    let database = fresh().await;
    let db = Database::connect(database.url()).await.expect("connects");
    // Everything up to the change before this one, and what the program had loaded and the ministry corrected.
    Migrator::up(&db, Some(6)).await.expect("migrates");
    let rows = "INSERT INTO organization (code, prefecture_code, name, kana, kind, health_center_city, child_guidance_since) VALUES \
        ('100005', '10', '群馬県', 'グンマケン', 'prefecture', false, NULL), \
        ('102024', '10', '高崎市', 'タカサキシ', 'core_city', true, '2025-10'), \
        ('102032', '10', '桐生市の新しい名', 'キリュウシ', 'city', false, NULL)";
    db.execute_unprepared(rows).await.expect("writes");
    let account = "INSERT INTO account (email, display_name, code, is_admin, is_active, created_at) VALUES \
        ('m102024@office.example', '担当', '102024', false, true, 0)";
    db.execute_unprepared(account).await.expect("writes");
    db.close().await.expect("closes");

    let store = Store::open(database.url()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let center = |bodies: &[Organization]| {
        let found = bodies.iter().find(|body| body.code.as_str() == "102024");
        found.expect("is listed").child_guidance_city
    };
    for (day, expected) in [
        (date(2023, 4, 1), false),
        (date(2025, 9, 30), false),
        (date(2025, 10, 1), true),
    ] {
        let bodies = on(&store, day).await;
        assert_eq!(bodies.len(), 3, "{day}");
        assert_eq!(center(&bodies), expected, "{day}");
        assert_eq!(bodies[2].name, "桐生市の新しい名");
        assert_eq!(bodies[1].kind, OrganizationKind::CoreCity);
    }
    let now = store.organizations().await.expect("reads");
    assert_eq!((now.len(), center(&now)), (3, true));
    let recorded = store.body_changes(10).await.expect("reads");
    assert_eq!((recorded.len(), recorded[0].entries), (1, 4));
    store.close().await.expect("closes");
}

#[tokio::test]
async fn a_new_database_has_the_same_versions() {
    let database = fresh().await;
    let store = Store::open(database.url()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let center = async |code: &str, day| {
        let bodies = on(&store, day).await;
        assert_eq!(bodies.len(), 1788, "{day}");
        let found = bodies.into_iter().find(|one| one.code == body(code));
        found.expect("is listed").child_guidance_city
    };
    assert!(!center("131032", date(2021, 3, 31)).await);
    assert!(center("131032", date(2021, 4, 1)).await);
    assert!(!center("102024", date(2025, 9, 30)).await);
    let now = store.organizations().await.expect("reads");
    let with_center = now.iter().filter(|body| body.child_guidance_city);
    assert_eq!(with_center.count(), 17);
    store.close().await.expect("closes");
}

#[tokio::test]
async fn a_day_to_come_comes_once_on_however_many_nodes() {
    let app = TestApp::start().await;
    let day = date(2027, 4, 1);
    assert!(enter(&app, merger(YUBARI, OTARU), day).await);
    assert!(enter(&app, promotion(OTARU), day).await);
    assert!(
        enter(
            &app,
            rename(HAKODATE, "新函館市", "シンハコダテシ"),
            date(2027, 3, 1)
        )
        .await
    );
    // Nothing has come yet.
    assert_eq!(bring_up_to_date(&app.desk).await.expect("looks"), 0);
    assert_eq!(today(&app, HAKODATE).await.name, "函館市");
    assert_eq!(
        app.desk.store.organizations().await.expect("reads").len(),
        1788
    );

    app.at(date(2027, 3, 31).at(23, 59, 59, 0));
    assert_eq!(bring_up_to_date(&app.desk).await.expect("looks"), 1);
    assert_eq!(today(&app, HAKODATE).await.name, "新函館市");
    assert_eq!(today(&app, OTARU).await.kind, OrganizationKind::City);

    app.at(day.at(0, 0, 0, 0));
    let (one, other) = tokio::join!(bring_up_to_date(&app.desk), bring_up_to_date(&app.desk));
    let mut changed = [one.expect("looks"), other.expect("looks")];
    changed.sort_unstable();
    assert_eq!(changed, [0, 2], "the second node finds it done");
    assert_eq!(today(&app, OTARU).await.kind, OrganizationKind::CoreCity);
    let now = app.desk.store.organizations().await.expect("reads");
    assert_eq!(now.len(), 1787);
    assert!(!codes(&now).contains(&body(YUBARI)));
    // What is no more is still known by its name.
    assert_eq!(today(&app, YUBARI).await.name, "夕張市");
    let end = app
        .desk
        .store
        .end_of(body(YUBARI), day)
        .await
        .expect("reads");
    assert_eq!(end.expect("has ended").since, day);
    let audit = app.desk.store.audit_of("bodies").await.expect("reads");
    let turned = audit.iter().filter(|row| row.action == "bodies_of_the_day");
    assert_eq!(turned.count(), 2);
}

#[tokio::test]
async fn a_change_of_today_or_before_holds_at_once_and_the_past_is_corrected() {
    let app = TestApp::start().await;
    let day = date(2026, 10, 1);
    assert!(enter(&app, promotion(OTARU), day).await);
    assert_eq!(today(&app, OTARU).await.kind, OrganizationKind::CoreCity);
    let kind = async |day| {
        let bodies = on(&app.desk.store, day).await;
        let found = bodies.into_iter().find(|one| one.code == body(OTARU));
        found.expect("is listed").kind
    };
    assert_eq!(kind(date(2026, 9, 30)).await, OrganizationKind::City);
    assert_eq!(kind(day).await, OrganizationKind::CoreCity);
    // The same again changes nothing and is not recorded.
    let recorded = app.desk.store.newest_body_change().await.expect("reads");
    assert!(!enter(&app, promotion(OTARU), day).await);
    assert_eq!(
        app.desk.store.newest_body_change().await.expect("reads"),
        recorded
    );
}
