//! The ministry makes an edition from an earlier one, part by part, and looks at it as bodies will.

use jiff::civil::date;
use torimatome::domain::survey_edition::{EditionState, SurveyEdition};
use torimatome::domain::working_days::read_table;
use torimatome::workflow::holidays::put_years;

use crate::app::{OTARU, TestApp, edition};
use crate::client::{Client, Page};

pub const MAKING: &str = "/editions/fy2028/making";

/// The holidays of 2028 as they would be announced.
pub const HOLIDAYS_2028: &str = "2028/1/1,元日\n2028/1/10,成人の日\n2028/2/11,建国記念の日\n2028/2/23,天皇誕生日\n\
    2028/3/20,春分の日\n2028/4/29,昭和の日\n2028/5/3,憲法記念日\n2028/5/4,みどりの日\n2028/5/5,こどもの日\n\
    2028/7/17,海の日\n2028/8/11,山の日\n2028/9/18,敬老の日\n2028/9/22,秋分の日\n2028/10/9,スポーツの日\n\
    2028/11/3,文化の日\n2028/11/23,勤労感謝の日\n";

/// fy2028 as the ministry makes it from fy2027; its last days fall on working days, and its holidays are known.
pub async fn made(app: &TestApp) -> Client {
    let ministry = app.ministry().await;
    let holidays = read_table(HOLIDAYS_2028).expect("a year");
    let put = put_years(&app.desk, ministry.actor(), &holidays).await;
    put.expect("are known");
    let page = ministry.get("/editions/new").await.ok();
    assert_eq!(page.form("調査回を作る").value("from"), "fy2027");
    let form = page.form("調査回を作る");
    assert_eq!(form.value("key"), "fy2028", "the year after is suggested");
    let list = ministry.submit_and_follow(&form).await.ok();
    list.shows("調査回を作りました").shows("令和10年度分");
    let dates = ministry.get(&format!("{MAKING}/dates")).await.ok();
    let form = dates
        .form("保存する")
        .fill("deadline_on", "R10.2.25")
        .fill("last_new_answer_on", "R10.3.31")
        .fill("last_change_on", "令和10年3月31日");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("保存しました");
    ministry
}

/// An edition as it lies in the database.
async fn edition_of(app: &TestApp, key: &str) -> SurveyEdition {
    let found = app.desk.store.edition(&edition(key)).await.expect("reads");
    found.expect("is there")
}

pub async fn state_of(app: &TestApp, key: &str) -> EditionState {
    edition_of(app, key).await.state
}

pub async fn audit(app: &TestApp, subject: &str) -> Vec<String> {
    let rows = app.desk.store.audit_of(subject).await.expect("reads");
    rows.into_iter()
        .map(|row| format!("{} {}", row.actor_name, row.action))
        .collect()
}

/// A part's page, filled in and sent.
pub async fn fill(client: &Client, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = client.get(path).await.ok();
    let mut form = page.form("保存する");
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    client.submit(&form).await
}

/// The same, and it is saved.
async fn saved(client: &Client, part: &str, fields: &[(&str, &str)]) {
    fill(client, &format!("{MAKING}/{part}"), fields)
        .await
        .is(303);
}

#[tokio::test]
async fn an_edition_is_carried_forward_a_year_and_changed_part_by_part() {
    let app = TestApp::start().await;
    let ministry = made(&app).await;
    let stored = edition_of(&app, "fy2028").await;
    assert!(
        stored
            .definition
            .title
            .ends_with("意向等調査（令和10年度分）")
    );
    assert!(
        stored.definition.intents[0]
            .label
            .contains("令和10年4月～5月")
    );
    assert_eq!(stored.dates.deadline_on, date(2028, 2, 25));
    let old = edition_of(&app, "fy2027").await;
    assert!(
        old.definition.intents[0].label.contains("令和9年4月～5月"),
        "the old one stays"
    );

    saved(&ministry, "titles", &[("office", "医療費助成の窓口")]).await;
    saved(
        &ministry,
        "intents",
        &[
            ("label-1", "1次交付（令和10年5月～6月予定）"),
            ("from-1", "2028-05"),
            ("until-1", "R10.6"),
        ],
    )
    .await;
    saved(&ministry, "rows/rehabilitation", &[("name", "更生医療")]).await;
    saved(
        &ministry,
        "help",
        &[
            ("schemes", "受給者数は4月1日現在です。"),
            ("row-rehabilitation", "18歳以上の方です。"),
        ],
    )
    .await;
    let page = ministry.get(&format!("{MAKING}/questions/-")).await.ok();
    let form = page
        .form("保存する")
        .fill("id", "delivery")
        .fill("label", "データの連携方法")
        .fill("options", "api：#1 API（自動）\nmanual：#3 手動")
        .tick("kind", "choice");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("データの連携方法");

    // Rows: one goes out, comes back at the end, and moves up one.
    let rows = format!("{MAKING}/rows");
    let before = ministry.get(&rows).await.ok();
    let first = before.all("tbody th").remove(0);
    let form = before.form(&format!("外す：{first}"));
    let without = ministry.submit_and_follow(&form).await.ok();
    assert_eq!(without.all("tbody tr").len(), 23);
    let form = without
        .form("行を加える")
        .fill("scheme", "psychiatric_outpatient");
    let with = ministry.submit_and_follow(&form).await.ok();
    assert_eq!(with.all("tbody th")[23], first);
    let moved = ministry
        .submit_and_follow(&with.form(&format!("上へ：{first}")))
        .await
        .ok();
    assert_eq!(moved.all("tbody th")[22], first);
    // The page of before sent again: the list is another one by now.
    ministry
        .submit(&with.form(&format!("外す：{first}")))
        .await
        .is(409)
        .shows("ほかの人が先に");

    let stored = edition_of(&app, "fy2028").await;
    let definition = &stored.definition;
    assert_eq!(definition.office, "医療費助成の窓口");
    assert_eq!(
        definition.intents[0].round.expect("months").label(),
        "令和10年5月～6月"
    );
    assert_eq!(definition.rows.len(), 24);
    assert_eq!(definition.questions.len(), 1);
    assert_eq!(
        definition
            .row(&"rehabilitation".parse().expect("an id"))
            .expect("a row")
            .1
            .help,
        "18歳以上の方です。"
    );
    let log = audit(&app, "edition/fy2028").await;
    assert_eq!(
        log.iter()
            .filter(|row| row.ends_with("change_edition"))
            .count(),
        8,
        "{log:?}"
    );
}

#[tokio::test]
async fn all_problems_come_at_once_and_the_text_stays() {
    let app = TestApp::start().await;
    let ministry = made(&app).await;
    let fields = [("title", ""), ("fiscal_year", "来年"), ("office", "窓口")];
    let page = fill(&ministry, &format!("{MAKING}/titles"), &fields)
        .await
        .is(422);
    page.shows("次の2か所を直してください")
        .shows("調査の名称を入力してください");
    assert_eq!(page.value("fiscal_year"), "来年");
    assert_eq!(page.value("office"), "窓口");
    let fields = [("deadline_on", "2月"), ("last_change_on", "")];
    let page = fill(&ministry, &format!("{MAKING}/dates"), &fields)
        .await
        .is(422);
    page.shows("次の2か所を直してください");
    for key in ["", "2028", "fy2027", "fy2028-trial", "fy2028-9999999999"] {
        let page = ministry.get("/editions/new").await.ok();
        let form = page.form("調査回を作る").fill("key", key);
        ministry.submit(&form).await.is(422);
    }
}

#[tokio::test]
async fn of_two_editors_the_second_sees_both_texts_and_loses_nothing() {
    let app = TestApp::start().await;
    let ministry = made(&app).await;
    let colleague = app.person(None, "別の担当", false).await;
    let path = format!("{MAKING}/titles");
    let mine = ministry
        .get(&path)
        .await
        .ok()
        .form("保存する")
        .fill("office", "わたしの窓口");
    saved(&colleague, "titles", &[("office", "先に保存した窓口")]).await;
    // A colleague on another part is nobody's rival.
    saved(&colleague, "help", &[("intent", "説明")]).await;

    let page = ministry.submit(&mine).await.is(409);
    page.shows("ほかの人が先に保存しました")
        .shows("先に保存した窓口");
    assert_eq!(page.value("office"), "わたしの窓口");
    let stored = edition_of(&app, "fy2028").await;
    assert_eq!(stored.definition.office, "先に保存した窓口");
    ministry.submit(&page.form("保存する")).await.is(303);
    let stored = edition_of(&app, "fy2028").await;
    assert_eq!(stored.definition.office, "わたしの窓口");
    // The same page sent twice changes nothing twice.
    ministry.submit(&page.form("保存する")).await.is(303);
    let again = edition_of(&app, "fy2028").await;
    assert_eq!(again.definition_version, stored.definition_version);
}

#[tokio::test]
async fn the_form_is_seen_as_each_kind_of_body_and_taken_out() {
    let app = TestApp::start().await;
    let ministry = made(&app).await;
    let list = ministry.get("/editions/fy2028/preview").await.ok();
    assert_eq!(list.all("tbody tr").len(), 7);
    for kind in [
        "prefecture",
        "designated_city",
        "core_city",
        "special_ward",
        "city",
        "town",
        "village",
    ] {
        for section in ["contact", "intent", "schemes"] {
            let page = ministry
                .get(&format!("/editions/fy2028/preview/{kind}/{section}"))
                .await
                .ok();
            page.shows("入力や保存はできません");
            assert!(!page.has_button("保存して次へ"));
        }
        let (status, bytes) = ministry
            .download(&format!("/editions/fy2028/preview/{kind}.xlsx"))
            .await;
        assert_eq!((status, &bytes[..2]), (200, &b"PK"[..]));
    }
    let city = ministry
        .get("/editions/fy2028/preview/city/schemes")
        .await
        .ok();
    assert_eq!(
        city.all("fieldset[disabled] table").len(),
        2,
        "what a city does not run stands behind the fold"
    );
    ministry
        .get("/editions/fy2028/preview/planet/contact")
        .await
        .is(404);
    app.municipality(OTARU)
        .await
        .get("/editions/fy2028/preview")
        .await
        .is(404);
}
