//! An edition opens by hand or on a day, after its check list; before that, chosen bodies try it.

use jiff::civil::date;
use torimatome::domain::survey_edition::EditionState;
use torimatome::workflow::edition_opening::open_due;

use crate::app::{
    AOMORI, HAKODATE, HIROSAKI, HOKKAIDO, OTARU, TestApp, YUBARI, complete_form, save_all,
};
use crate::bodies::{enter, merger, promotion};
use crate::client::{Form, Page};
use crate::downloads::{download, entries};
use crate::edition_making::{MAKING, audit, fill, made, state_of};

/// The form filled in by somebody who has seen that the edition before was not closed.
fn open_beside_the_last(page: &Page) -> Form {
    let form = page.form("開始する").tick("confirm_open", "yes");
    form.tick("seen", "open-fy2027")
}

/// The ticks for bodies that become something else.
fn coming(page: &Page) -> Vec<String> {
    let selector = scraper::Selector::parse("input[name=seen]").expect("a selector");
    let html = page.html();
    let boxes = html.select(&selector);
    boxes
        .filter_map(|it| it.value().attr("value"))
        .filter(|id| id.starts_with("coming-"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_check_list_blocks_errors_and_asks_about_warnings() {
    let app = TestApp::start().await;
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = made(&app).await;
    fill(
        &ministry,
        &format!("{MAKING}/titles"),
        &[("title", "意向等調査（令和9年度分）")],
    )
    .await
    .is(303);
    fill(
        &ministry,
        &format!("{MAKING}/dates"),
        &[("deadline_on", "2028-02-26")],
    )
    .await
    .is(303);
    let path = format!("{MAKING}/opening");
    let page = ministry.get(&path).await.ok();
    page.shows("別の年度（令和9年度）")
        .shows("提出期限が、休みの日")
        .shows("別の調査回（令和9年度分）が、最終受付日（令和9年3月31日（水））を過ぎても終了していません");
    let refused = ministry
        .submit(&page.form("開始する").tick("confirm_open", "yes"))
        .await
        .is(422);
    refused
        .shows("別の年度")
        .shows("確かめて、印を付けてください");
    assert_eq!(state_of(&app, "fy2028").await, EditionState::Preparing);

    fill(
        &ministry,
        &format!("{MAKING}/titles"),
        &[("title", "意向等調査（令和10年度分）")],
    )
    .await
    .is(303);
    let page = ministry.get(&path).await.ok();
    ministry
        .submit(&page.form("開始する").tick("confirm_open", "yes"))
        .await
        .is(422);
    let form = page
        .form("開始する")
        .tick("confirm_open", "yes")
        .tick("seen", "deadline-weekend-2028-02-26")
        .tick("seen", "open-fy2027");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("調査回を開始しました");
    assert_eq!(state_of(&app, "fy2028").await, EditionState::Open);

    // What is answered is frozen; help is not, and stands on the form.
    let settings = ministry.get(MAKING).await.is(303).location();
    assert_eq!(settings, "/editions/fy2028/settings");
    let mark = ministry.get("/editions/fy2028/making/help").await.ok();
    let form = mark
        .form("保存する")
        .fill("contact", "担当の部署をお書きください。");
    ministry.submit(&form).await.is(303);
    let otaru = app.municipality(OTARU).await;
    otaru
        .get("/editions/fy2028/form1/contact")
        .await
        .ok()
        .shows("担当の部署をお書きください。");
    let late = [
        ("base", ""),
        ("title", "別の題"),
        ("short_title", "別"),
        ("form1_title", "別"),
        ("form2_title", "別"),
        ("fiscal_year", "R10"),
        ("office", "別"),
    ];
    ministry
        .post(&format!("{MAKING}/titles"), &late)
        .await
        .is(409);
}

#[tokio::test]
async fn bodies_that_become_something_else_before_the_deadline_are_named_and_ticked() {
    let app = TestApp::start().await;
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = made(&app).await;
    let path = format!("{MAKING}/opening");
    let tick = |page: &Page| {
        let mut ids = coming(page).into_iter();
        ids.find(|id| id.starts_with("coming-class-"))
    };
    // One holds when the edition opens, the other comes after its deadline.
    enter(&app, promotion(OTARU), date(2028, 1, 12)).await;
    enter(&app, promotion(HIROSAKI), date(2028, 4, 1)).await;
    assert_eq!(tick(&ministry.get(&path).await.ok()), None);

    enter(&app, promotion(YUBARI), date(2028, 2, 1)).await;
    let page = ministry.get(&path).await.ok();
    page.shows("区分が変わる団体があります：北海道夕張市（令和10年2月1日（火）から中核市）。")
        .hides("弘前市");
    let form = open_beside_the_last(&page);
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("確かめて、印を付けてください：提出期限");
    let first = tick(&page).expect("is asked");
    // Another one was recorded meanwhile: what was ticked says less than what is so.
    enter(&app, promotion("012050"), date(2028, 2, 2)).await;
    ministry
        .submit(&form.clone().tick("seen", &first))
        .await
        .is(422);
    let page = ministry.get(&path).await.ok();
    let second = tick(&page).expect("is asked");
    assert_ne!(first, second);
    ministry
        .submit_and_follow(&form.tick("seen", &second))
        .await
        .ok()
        .shows("調査回を開始しました");
}

#[tokio::test]
async fn an_edition_opens_with_the_beginning_of_its_day_once() {
    let app = TestApp::start().await;
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = made(&app).await;
    let path = format!("{MAKING}/opening");
    let page = ministry.get(&path).await.ok();
    let today = page
        .form("この日に開始する予約をする")
        .fill("opens_on", "R10.1.12");
    ministry.submit(&today).await.is(422).shows("あした以降");
    let form = page
        .form("この日に開始する予約をする")
        .fill("opens_on", "R10.1.14")
        .tick("seen", "open-fy2027");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("令和10年1月14日（金）の0時に、自動で開始します");

    app.at(date(2028, 1, 13).at(23, 59, 59, 0));
    open_due(&app.desk).await.expect("looks");
    assert_eq!(state_of(&app, "fy2028").await, EditionState::Preparing);
    app.at(date(2028, 1, 14).at(0, 0, 1, 0));
    let (one, two) = tokio::join!(open_due(&app.desk), open_due(&app.desk));
    one.and(two).expect("opens");
    open_due(&app.desk).await.expect("looks again");
    assert_eq!(state_of(&app, "fy2028").await, EditionState::Open);
    let log = audit(&app, "edition/fy2028").await;
    let opened: Vec<_> = log.iter().filter(|row| row.contains("opening")).collect();
    assert_eq!(
        opened,
        [
            "医療費助成担当 schedule_opening",
            "医療費助成担当 scheduled_opening"
        ]
    );
    app.municipality(OTARU)
        .await
        .get("/home")
        .await
        .ok()
        .shows("令和10年度分");
}

#[tokio::test]
async fn a_planned_opening_with_errors_does_not_take_place_and_says_why() {
    let app = TestApp::start().await;
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = made(&app).await;
    let page = ministry.get(&format!("{MAKING}/opening")).await.ok();
    let form = page
        .form("この日に開始する予約をする")
        .fill("opens_on", "R10.1.14")
        .tick("seen", "open-fy2027");
    ministry.submit(&form).await.is(303);
    fill(
        &ministry,
        &format!("{MAKING}/titles"),
        &[("short_title", "令和8年度分")],
    )
    .await
    .is(303);
    app.at(date(2028, 1, 14).at(8, 0, 0, 0));
    let ministry = app.ministry().await;
    open_due(&app.desk).await.expect("looks");
    assert_eq!(state_of(&app, "fy2028").await, EditionState::Preparing);
    let list = ministry.get(MAKING).await.ok();
    list.shows("開始しませんでした")
        .shows("別の年度（令和8年度）")
        .hides("自動で開始します");
    // Mended later, it does not open of its own accord.
    fill(
        &ministry,
        &format!("{MAKING}/titles"),
        &[("short_title", "令和10年度分")],
    )
    .await
    .is(303);
    open_due(&app.desk).await.expect("looks");
    assert_eq!(state_of(&app, "fy2028").await, EditionState::Preparing);
}

#[tokio::test]
async fn a_trial_is_marked_everywhere_and_counts_nowhere() {
    let app = TestApp::start().await;
    let ministry = made(&app).await;
    let page = ministry.get(&format!("{MAKING}/trial")).await.ok();
    let form = page
        .form("試行を始める")
        .fill("codes", "0120")
        .fill("until", "R9.2.1");
    ministry.submit(&form).await.is(422).shows("読み取れません");
    enter(&app, merger(YUBARI, OTARU), date(2027, 1, 20)).await;
    let form = page
        .form("試行を始める")
        .fill("codes", YUBARI)
        .fill("until", "R9.2.1");
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("北海道夕張市は、令和9年1月20日（水）に北海道小樽市へ引き継がれています");
    // A code that a spreadsheet took for a number.
    let form = page
        .form("試行を始める")
        .fill("codes", "12033")
        .fill("until", "R9.2.1");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("試行を始めました")
        .shows("【試行】令和10年度分");
    let form = page
        .form("試行を始める")
        .fill("codes", HAKODATE)
        .fill("until", "R9.2.1");
    ministry
        .submit(&form)
        .await
        .is(422)
        .shows("いま行われています");

    let otaru = app.municipality(OTARU).await;
    otaru.get("/home").await.ok().shows("【試行】令和10年度分");
    save_all(&app.desk, otaru.actor(), "fy2028-trial", &complete_form()).await;
    let check = otaru.get("/editions/fy2028-trial/form1/check").await.ok();
    let receipt = otaru.submit_and_follow(&check.form("提出する")).await.ok();
    receipt.shows("【試行】").shows("R10-trial-012033-01");
    let (_, bytes) = otaru.download("/editions/fy2028-trial/form1.xlsx").await;
    assert_eq!(&bytes[..2], b"PK");
    let file = otaru
        .send(otaru.bare(reqwest::Method::GET, "/editions/fy2028-trial/form1.xlsx"))
        .await;
    assert!(
        file.header("content-disposition")
            .contains("%EF%BC%88%E8%A9%A6%E8%A1%8C%EF%BC%89"),
        "（試行）"
    );

    // Its prefecture gathers it; nobody else sees it, and menus lead to the real edition.
    let hokkaido = app.person(Some(HOKKAIDO), "医療助成担当", false).await;
    hokkaido
        .get("/editions/fy2028-trial/board")
        .await
        .ok()
        .shows("小樽市")
        .hides("夕張市");
    assert_eq!(
        hokkaido.get("/board").await.location(),
        "/editions/fy2027/board"
    );
    let forms = download(&hokkaido, "/editions/fy2028-trial/forms.zip?what=blank").await;
    assert!(
        forms
            .disposition
            .contains("%EF%BC%88%E8%A9%A6%E8%A1%8C%EF%BC%89.zip")
    );
    let names: Vec<_> = entries(&forms).into_iter().map(|(name, _)| name).collect();
    // Of the bodies that try it out, the prefecture among them.
    assert_eq!(
        names,
        [
            "【010006北海道】様式1（試行）.xlsx",
            "【012033小樽市】様式1（試行）.xlsx"
        ]
    );
    let aomori = app.person(Some(AOMORI), "医療助成担当", false).await;
    aomori.get("/editions/fy2028-trial/board").await.is(404);
    aomori
        .get("/editions/fy2027/board")
        .await
        .ok()
        .hides("試行");
    app.municipality(HIROSAKI)
        .await
        .get("/home")
        .await
        .ok()
        .hides("試行");
    assert_eq!(
        ministry.get("/country").await.location(),
        "/editions/fy2027/country"
    );
    ministry
        .get("/editions/fy2028-trial/country")
        .await
        .ok()
        .shows("【試行】")
        .shows("北海道")
        .shows("0 / 1")
        .hides("青森県");
    ministry
        .get("/editions/fy2028-trial/sheets")
        .await
        .ok()
        .shows("1のうち0")
        .hides("青森県");
    // A trial confirms nothing, so no page of confirmation leads to one.
    ministry
        .get("/editions/fy2027/participation")
        .await
        .ok()
        .hides("【試行】");

    // Ended, it is gone for bodies and stays readable to the ministry.
    let settings = ministry.get("/editions/fy2028-trial/settings").await.ok();
    ministry
        .submit(&settings.form("終了する").tick("confirm_close", "yes"))
        .await
        .is(303);
    otaru.get("/home").await.ok().hides("試行");
    ministry.get("/changes").await.ok().hides("試行");
    hokkaido.get("/editions/fy2028-trial/board").await.is(404);
    ministry
        .get("/editions/fy2028-trial/answers/012033")
        .await
        .ok()
        .hides("この団体だけ再受付をする");
    ministry
        .get("/editions/fy2028-trial/answers/012033/reopen")
        .await
        .is(409);
    ministry
        .get("/editions/fy2028-trial/answers/012033/history")
        .await
        .ok()
        .shows("R10-trial-012033-01");

    // The next year begins with the real answers only.
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    let page = ministry.get(&format!("{MAKING}/opening")).await.ok();
    ministry.submit(&open_beside_the_last(&page)).await.is(303);
    let real = app.answer_in("fy2028", OTARU).await;
    assert!(real.prefill.is_none(), "小樽市 answered the trial only");
    assert!(app.answer_in("fy2028", HAKODATE).await.prefill.is_some());
}

#[tokio::test]
async fn bodies_are_taken_as_of_the_chosen_day() {
    let app = TestApp::start().await;
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = made(&app).await;
    let path = format!("{MAKING}/dates");
    ministry
        .get(&path)
        .await
        .ok()
        .shows("1,788団体")
        .shows("指定都市 20")
        .shows("中核市 62");
    fill(&ministry, &path, &[("as_of", "令和2年4月1日")])
        .await
        .is(303);
    // What became of bodies since that day is the edition's past already, and is said.
    let page = ministry.get(&format!("{MAKING}/opening")).await.ok();
    page.shows("東京都港区（令和3年4月1日（木）から");
    let mut form = open_beside_the_last(&page);
    ministry.submit(&form).await.is(422);
    for id in coming(&page) {
        form = form.tick("seen", &id);
    }
    ministry.submit(&form).await.is(303);
    // 港区 has had a child-guidance centre since April 2021.
    assert!(
        !app.answer_in("fy2028", "131032")
            .await
            .class
            .child_guidance_city
    );
    assert!(app.answer("131032").await.class.child_guidance_city);
}

#[tokio::test]
async fn a_year_without_holidays_leads_to_the_page_where_they_are_entered() {
    let app = TestApp::start().await;
    app.at(date(2028, 1, 12).at(9, 0, 0, 0));
    let ministry = made(&app).await;
    let path = format!("{MAKING}/opening");
    app.damage("DELETE FROM holiday_year", Vec::new()).await;
    let page = ministry.get(&path).await.ok();
    page.shows("2028年の祝日が登録されていません");
    let links = page.all("fieldset a[href='/holidays']");
    assert_eq!(links, ["祝日を見る"]);
    ministry.get("/holidays").await.ok();
    // The part that is reckoned in it says so too.
    let hub = ministry.get(MAKING).await.ok();
    let parts = hub.all(".task-list li");
    let dates = parts.iter().find(|part| part.contains("日付・対象の団体"));
    assert!(dates.expect("a part").contains("要確認"), "{parts:?}");
}
