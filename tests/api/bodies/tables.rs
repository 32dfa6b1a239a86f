//! Tables of bodies: the workbook of the Ministry of Internal Affairs and lists of our own.

use jiff::civil::{Date, date};
use torimatome::domain::body_history::BodyStanding;
use torimatome::domain::body_table::{DifferenceKind, Plan, TableWish};
use torimatome::domain::organization::OrganizationKind;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::bodies::{BodyError, BodyResult, Recorded, TableFile, compare, import};

use super::{code_table, today};
use crate::app::{HAKODATE, OTARU, TestApp, YUBARI, body};
use crate::client::{Client, Page, multipart};

const DAY: Date = date(2027, 4, 1);

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> TableFile {
    TableFile {
        name: name.to_owned(),
        bytes: bytes.into(),
    }
}

fn wish(abolish_missing: bool) -> TableWish {
    TableWish {
        effective_on: DAY,
        abolish_missing,
        take_spellings: false,
    }
}

async fn take_in(
    app: &TestApp,
    files: Vec<TableFile>,
    wish: TableWish,
) -> BodyResult<Recorded<Plan>> {
    let ministry = app.actor(None, "医療費助成担当", true).await;
    import(&app.desk, &ministry, files, wish, None).await
}

fn kinds(plan: &Plan) -> Vec<(String, Vec<DifferenceKind>)> {
    let all = plan.differences.iter();
    all.map(|one| (one.code.to_string(), one.kinds())).collect()
}

#[tokio::test]
async fn the_code_table_of_today_makes_no_difference_and_a_later_one_what_changed() {
    use DifferenceKind as D;
    let app = TestApp::start().await;
    let mut bodies = app.desk.store.organizations().await.expect("reads");
    let table = file("000925835.xlsx", code_table(&bodies));
    let first = take_in(&app, vec![table], wish(false))
        .await
        .expect("is taken");
    assert_eq!(first.id, None);
    assert_eq!(first.what.differences, []);
    assert_eq!((first.what.rows, first.what.same), (1808, 1788));
    assert_eq!((first.what.wards, first.what.northern_villages), (1, 1));

    // A merger, a rename; and a promotion, which only a list beside the table knows.
    bodies.retain(|one| one.code != body(YUBARI));
    for one in &mut bodies {
        if one.code == body(HAKODATE) {
            one.name = "新函館市".to_owned();
            one.kana = "シンハコダテシ".to_owned();
        }
    }
    let table = || file("new.xlsx", code_table(&bodies));
    let list = || {
        file(
            "classes.csv",
            "code,kind,successor\n012033,中核市,\n012092,,012033\n",
        )
    };
    let Err(BodyError::Rows(problems)) = take_in(&app, vec![table()], wish(false)).await else {
        panic!("a body is missing and nobody said why");
    };
    assert!(problems[0].to_string().contains("夕張市"), "{problems:?}");
    let files = || vec![table(), list()];
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let shown = compare(&app.desk, &ministry, files(), wish(false)).await;
    let expected = [
        (HAKODATE.to_owned(), vec![D::Renamed]),
        (OTARU.to_owned(), vec![D::ClassChanged]),
        (YUBARI.to_owned(), vec![D::Gone]),
    ];
    assert_eq!(kinds(&shown.expect("is compared").what), expected);
    assert_eq!(
        app.desk.store.body_changes(5).await.expect("reads").len(),
        1
    );
    let done = take_in(&app, files(), wish(false)).await.expect("is taken");
    assert_eq!(kinds(&done.what), expected);
    let id = done.id.expect("is recorded");

    let history = app.desk.store.body_history().await.expect("reads");
    let state = |code: &str, day| history.state(body(code), day).expect("is known");
    assert_eq!(state(HAKODATE, date(2027, 3, 31)).body.name, "函館市");
    assert_eq!(state(HAKODATE, DAY).body.name, "新函館市");
    assert_eq!(state(HAKODATE, DAY).body.kind, OrganizationKind::CoreCity);
    assert!(state(OTARU, DAY).body.health_center_city);
    let into = Some(body(OTARU));
    assert_eq!(
        state(YUBARI, DAY).standing,
        BodyStanding::Abolished { into }
    );
    // Today is before that day.
    assert_eq!(today(&app, HAKODATE).await.name, "函館市");
    // The same files again change nothing; one audit row stands.
    let again = take_in(&app, files(), wish(false)).await.expect("is taken");
    assert_eq!((again.id, again.what.changes().len()), (None, 0));
    let recorded = app.desk.store.body_changes(5).await.expect("reads");
    assert_eq!((recorded.len(), recorded[0].id), (2, id));
    assert_eq!(recorded[0].file_name, "new.xlsx、classes.csv");
    let audit = app.desk.store.audit_of("bodies").await.expect("reads");
    let imports = audit.iter().filter(|row| row.action == "bodies_import");
    assert_eq!(imports.count(), 1);
}

#[tokio::test]
async fn a_list_is_headed_as_the_page_says() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/bodies/upload").await.ok();
    page.hides("見出し code");
    let headings = page.all("main table tbody th");
    for heading in ["団体コード", "団体名", "都道府県", "区分", "合併先"] {
        assert!(headings.iter().any(|it| it == heading), "{headings:?}");
    }
    // A list with every heading of the page, in the page's order.
    let row = |cells: &[(&str, &str)]| {
        let cell = |heading: &String| {
            let found = cells.iter().find(|(known, _)| known == heading);
            found.map_or("", |(_, cell)| *cell)
        };
        headings.iter().map(cell).collect::<Vec<_>>().join(",")
    };
    let promoted = row(&[
        ("団体コード", OTARU),
        ("都道府県", "北海道"),
        ("都道府県番号", "1"),
        ("団体名", "小樽市"),
        ("カナ", "オタルシ"),
        ("区分", "中核市"),
        ("保健所設置市", "○"),
        ("児相設置市", "×"),
        ("いつから", "R9.4.1"),
    ]);
    let ended = row(&[
        ("団体コード", YUBARI),
        ("いつから", "2027-04-01"),
        ("廃止", "1"),
        ("合併先", OTARU),
    ]);
    let list = format!("{}\n{promoted}\n{ended}\n", headings.join(","));
    let done = take_in(&app, vec![file("list.csv", list)], wish(false)).await;
    use DifferenceKind as D;
    let expected = [
        (OTARU.to_owned(), vec![D::ClassChanged]),
        (YUBARI.to_owned(), vec![D::Gone]),
    ];
    assert_eq!(kinds(&done.expect("is taken").what), expected);
}

#[tokio::test]
async fn only_the_ministry_takes_tables_in() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some("010006"), "医療助成担当", true).await;
    let files = vec![file("a.csv", "code,name\n012033,別市\n")];
    let refused = import(&app.desk, &hokkaido, files, wish(false), None).await;
    assert!(matches!(
        refused,
        Err(BodyError::Workflow(WorkflowError::NotFound))
    ));
}

/// Sends a table from the page.
async fn send(client: &Client, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Page {
    let csrf = client.csrf();
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    let body = multipart(&all, &[(name, bytes)]);
    client.send(client.with_files("/bodies/upload", body)).await
}

#[tokio::test]
async fn a_table_sent_from_the_page_is_shown_then_taken_in() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let list = "code,name,kana,since\n012033,新小樽市,シンオタルシ,2027-01-01\n".as_bytes();
    let page = send(&ministry, "list.csv", list, &[]).await.ok();
    page.shows("名称の変更（1件）")
        .shows("新小樽市")
        .shows("まだ登録していません");
    page.shows("1,787団体は、いまのままです");
    assert_eq!(today(&app, OTARU).await.name, "小樽市");
    let form = page.form("1件の変更を登録する");
    let done = ministry.submit_and_follow(&form).await.ok();
    done.shows("表の内容を団体の一覧に登録しました")
        .shows("list.csv");
    assert_eq!(today(&app, OTARU).await.name, "新小樽市");
    let again = ministry.submit_and_follow(&form).await.ok();
    again.shows("すでに登録されている内容でした");
    let page = send(&ministry, "list.csv", list, &[]).await.ok();
    page.shows("登録するところはありません");
    assert!(!page.has_button("1件の変更を登録する"));
}

#[tokio::test]
async fn rows_that_cannot_be_taken_are_told_and_nothing_changes() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let list = "code,name,kana\n012034,小樽市,オタルシ\n012033,小樽市,otaru\n012092,新夕張市,シンユウバリシ\n";
    let page = send(&ministry, "list.csv", list.as_bytes(), &[])
        .await
        .is(422);
    page.shows("2か所が取り込めません")
        .shows("2行目：")
        .shows("3行目：");
    let none = send(&ministry, "a.csv", b"x,y\n1,2\n", &[]).await.is(422);
    none.shows("見出しの行が見つかりません");
    let form = [("on", "来年")];
    let page = send(&ministry, "list.csv", list.as_bytes(), &form)
        .await
        .is(422);
    page.shows("日付「来年」が読み取れません");
    assert_eq!(today(&app, YUBARI).await.name, "夕張市");
    assert_eq!(
        app.desk.store.body_changes(5).await.expect("reads").len(),
        1
    );
}
