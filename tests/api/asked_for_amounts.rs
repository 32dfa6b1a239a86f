//! Who is asked for required amounts: as the page of dates counts them, and bodies whose ① comes later.

use jiff::civil::date;
use torimatome::domain::place::{Place, Section};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::workflow::editions::set_dates;

use crate::app::{HAKODATE, HIROSAKI, OTARU, TestApp, YUBARI, edition};
use crate::client::Client;

const KEY: &str = "fy2027-amounts";
const AMOUNTS: &str = "/editions/fy2027-amounts";
const RESPONDENTS: &str = "/editions/fy2027-amounts/respondents";
const DATES: &str = "/editions/fy2027-amounts/making/dates";

/// The follow-up is made; the survey of intents still runs.
async fn made(app: &TestApp) -> Client {
    let ministry = app.ministry().await;
    let page = ministry.get("/editions/fy2027/follow-up").await.ok();
    let form = page.form("所要額調査をつくる");
    ministry.submit_and_follow(&form).await.ok();
    ministry
}

async fn open(ministry: &Client) {
    let page = ministry.get(&format!("{AMOUNTS}/making/opening")).await;
    let form = page.ok().form("開始する").tick("confirm_open", "yes");
    let form = form.tick("seen", "source-open").tick("seen", "open-fy2027");
    let opened = ministry.submit_and_follow(&form).await;
    opened.ok().shows("調査回を開始しました");
}

#[tokio::test]
async fn the_page_of_dates_counts_who_is_asked_and_nobody_else() {
    let app = TestApp::start().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    app.drafted(YUBARI).await;
    let ministry = made(&app).await;
    let page = ministry.get(DATES).await.ok();
    page.shows("対象の団体の数2団体")
        .shows("もとの調査回で①（1次交付）と回答し")
        .shows("中核市 1");
    let reason = (Place::Section(Section::Contact), "確かめてください。");
    app.return_with(OTARU, &[reason]).await;
    let page = ministry.get(DATES).await.ok();
    page.shows("対象の団体の数1団体");
    open(&ministry).await;
    let asked = app.desk.store.edition(&edition(KEY)).await.expect("reads");
    let asked = asked.expect("is open").id;
    let asked = app.desk.store.respondent_bodies(asked).await;
    assert_eq!(asked.expect("reads").len(), 1);
    // A survey of intents asks everybody.
    let page = ministry.get("/editions/new?from=fy2027").await.ok();
    let made = ministry.submit(&page.form("調査回を作る")).await;
    let hub = made.location();
    let hub = hub.split('?').next().unwrap_or_default();
    let page = ministry.get(&format!("{hub}/dates")).await.ok();
    page.shows("対象の団体の数1,788団体");
}

#[tokio::test]
async fn a_body_whose_answer_comes_after_the_opening_is_added_with_history_and_mail() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = made(&app).await;
    // Not before it began, and not in a survey that asks everybody.
    for key in [KEY, "fy2027"] {
        let page = ministry.get(&format!("/editions/{key}/respondents")).await;
        assert_eq!(page.location(), format!("/editions/{key}/settings"));
    }
    open(&ministry).await;
    let page = ministry.get(RESPONDENTS).await.ok();
    page.shows("すべて対象に入っています");
    assert!(!page.has_button("対象に加える"));

    app.keep_address(Some(HAKODATE), "iryo@hakodate.example")
        .await;
    let (hakodate, _) = app.submitted(HAKODATE).await;
    app.submitted(HIROSAKI).await;
    app.drafted(YUBARI).await;
    let form1 = format!("{AMOUNTS}/form1");
    hakodate.get(&form1).await.is(404);
    let amounts = ministry.get(&format!("{AMOUNTS}/amounts")).await.ok();
    assert!(
        amounts
            .all("a")
            .iter()
            .any(|label| label == "対象の団体の追加")
    );
    let page = ministry.get(RESPONDENTS).await.ok();
    page.shows("函館市（北海道）")
        .shows("弘前市（青森県）")
        .hides("小樽市")
        .hides("夕張市");
    let form = page.form("対象に加える");
    let refused = ministry.submit(&form).await.is(422);
    refused.shows("追加する団体を選んでください");
    let form = form.tick("bodies", HAKODATE);
    let page = ministry.submit_and_follow(&form).await.ok();
    page.shows("対象に加えました")
        .shows("012025 函館市を対象に加えました")
        .hides("函館市（北海道）")
        .shows("弘前市（青森県）");
    // Sent twice, nobody is asked twice and nobody is written to twice.
    ministry.submit_and_follow(&form).await.ok();
    let told = app.mails("follow_up_opened").await;
    let told: Vec<_> = told
        .iter()
        .filter(|(key, _)| key.contains("hakodate"))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("令和9年2月10日"), "{told:?}");
    let audit = app.desk.store.audit_of("response/fy2027-amounts/012025");
    let audit = audit.await.expect("reads");
    assert_eq!(audit[0].action, "add_respondent");

    // It begins as the others did and goes the usual way.
    hakodate.get(&form1).await.ok().shows("所要額調査票");
    let page = hakodate.get(&format!("{form1}/contact")).await.ok();
    assert_eq!(page.value("department"), "福祉部 障害福祉課 医療助成係");
    hakodate.submit(&page.form("保存して次へ")).await.is(303);
    let page = hakodate.get(&format!("{form1}/schemes")).await.ok();
    assert_eq!(page.value("target-rehabilitation"), "checked");
    assert_eq!(page.value("recipients-rehabilitation"), "");
    let form = page
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "4,800,000")
        .fill("recipients-local_child", "2,000,000");
    let check = hakodate.submit_and_follow(&form).await.ok();
    let receipt = hakodate.submit_and_follow(&check.form("提出する")).await;
    receipt.ok().shows("R9所要額-012025-01");
    let totals = ministry.get(&format!("{AMOUNTS}/amounts")).await.ok();
    totals.shows("6,800,000");
}

#[tokio::test]
async fn whoever_is_added_after_the_deadline_has_time_until_the_last_day() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = made(&app).await;
    open(&ministry).await;
    for code in [HAKODATE, HIROSAKI, YUBARI] {
        app.submitted(code).await;
    }
    let last = date(2027, 3, 1);
    let dates = EditionDates {
        deadline_on: date(2027, 2, 10),
        last_new_answer_on: last,
        last_change_on: last,
    };
    let actor = ministry.actor();
    let set = set_dates(&app.desk, actor, &edition(KEY), dates).await;
    set.expect("is set");
    app.at(date(2027, 2, 15).at(10, 0, 0, 0));
    let ministry = app.ministry().await;
    let page = ministry.get(RESPONDENTS).await.ok();
    page.shows("提出期限 令和9年3月1日");
    let form = page.form("対象に加える").tick("bodies", HAKODATE);
    ministry.submit_and_follow(&form).await.ok();
    // Also when the dates of everybody are set once more.
    let set = set_dates(&app.desk, ministry.actor(), &edition(KEY), dates).await;
    set.expect("is set");
    let record = app.answer_in(KEY, HAKODATE).await;
    assert_eq!(record.deadline_on, last);
    let given = app.desk.store.extensions_of(record.id).await;
    let given = given.expect("reads");
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].deadline_before, date(2027, 2, 10));

    // An answer that was returned meanwhile is not taken in, and neither is anybody else of the same press.
    let page = ministry.get(RESPONDENTS).await.ok();
    let reason = (Place::Section(Section::Contact), "確かめてください。");
    app.return_with(YUBARI, &[reason]).await;
    let form = page.form("対象に加える");
    let form = form.tick("bodies", YUBARI).tick("bodies", HIROSAKI);
    let refused = ministry.submit(&form).await.is(422);
    refused.shows("選んだ団体のうち012092は").shows("弘前市");
    let hirosaki = app.body(HIROSAKI).await;
    let page = hirosaki.get(&format!("{AMOUNTS}/form1")).await;
    page.is(404);

    app.at(date(2027, 3, 2).at(10, 0, 0, 0));
    let ministry = app.ministry().await;
    let page = ministry.get(RESPONDENTS).await.ok();
    page.shows("団体を追加できません");
    ministry
        .post(RESPONDENTS, &[("bodies", HIROSAKI)])
        .await
        .is(409);
}
