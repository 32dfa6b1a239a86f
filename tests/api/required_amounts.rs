//! 所要額調査: made from a survey of intents, answered, reviewed and summed up like any other edition.

use torimatome::domain::mail::MailKind;
use torimatome::domain::mail_text::MailText;
use torimatome::domain::recipient_count::RecipientCount;
use torimatome::domain::response::Form1Input;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::spreadsheet::{FormBody, form_file_name, write_form1_draft};
use torimatome::store::deliveries::OutboxFilter;
use torimatome::workflow::submit_response::submit_response;

use crate::app::{
    HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, complete_form, edition, save_all,
};
use crate::uploads::{filled_in, link, workbook};

const KEY: &str = "fy2027-amounts";
const AMOUNTS: &str = "/editions/fy2027-amounts";

/// The form with these amounts in its two rows.
fn amounts(rehabilitation: &str, local_child: &str) -> Form1Input {
    let mut input = complete_form();
    input.intent = Default::default();
    for (id, cost) in [
        ("rehabilitation", rehabilitation),
        ("local_child", local_child),
    ] {
        let id = id.parse().expect("an id");
        input.schemes.rows.get_mut(&id).expect("a row").recipients = cost.to_owned();
    }
    input
}

/// 小樽市, 函館市 and 弘前市 answered ①; 夕張市 only began. The follow-up is made and open.
pub async fn opened(app: &TestApp) {
    for code in [OTARU, HAKODATE, HIROSAKI] {
        app.submitted(code).await;
    }
    app.drafted(YUBARI).await;
    app.close_edition().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/editions/fy2027/follow-up").await.ok();
    ministry
        .submit_and_follow(&page.form("所要額調査をつくる"))
        .await
        .ok()
        .shows("所要額調査を作りました");
    let page = ministry
        .get(&format!("{AMOUNTS}/making/opening"))
        .await
        .ok();
    ministry
        .submit_and_follow(&page.form("開始する").tick("confirm_open", "yes"))
        .await
        .ok()
        .shows("調査回を開始しました");
}

#[tokio::test]
async fn the_ministry_makes_it_and_may_make_it_anew_until_it_opens() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = app.ministry().await;
    let list = ministry.get("/editions").await.ok();
    assert!(
        list.all("a")
            .iter()
            .any(|label| label.starts_with("所要額調査をつくる"))
    );
    let path = "/editions/fy2027/follow-up";
    let page = ministry.get(path).await.ok();
    assert_eq!(page.value("rate"), "1/2");
    assert_eq!(page.value("ceiling"), "2,500,000");
    let form = page.form("所要額調査をつくる");
    let refused = ministry
        .submit(&form.clone().fill("rate", "3/2").fill("rounding", "0"))
        .await
        .is(422);
    refused.shows("補助率は").shows("端数を切り捨てる単位は");
    let made = ministry
        .submit(
            &form
                .clone()
                .fill("rate", "２分の１")
                .fill("ceiling", "300万円"),
        )
        .await;
    assert!(made.location().starts_with(&format!("{AMOUNTS}/making")));
    // The same page sent once more makes no second one and says that somebody was first.
    ministry.submit(&form).await.is(409);

    // The source still takes answers: asked about. Intents are not asked, so there is no page for their wording.
    let hub = ministry.get(&format!("{AMOUNTS}/making")).await.ok();
    hub.shows("補助率・上限額・端数・予算額")
        .hides("申請の意向の文言");
    ministry
        .get(&format!("{AMOUNTS}/making/intents"))
        .await
        .is(404);
    let opening = ministry
        .get(&format!("{AMOUNTS}/making/opening"))
        .await
        .ok();
    opening.shows("まだ受付中です");
    ministry
        .submit(&opening.form("開始する").tick("confirm_open", "yes"))
        .await
        .is(422);

    // Wording that was changed stays until it is made anew.
    let titles = ministry.get(&format!("{AMOUNTS}/making/titles")).await.ok();
    let renamed = titles
        .form("保存する")
        .fill("short_title", "令和9年度分 所要額");
    ministry.submit(&renamed).await.is(303);
    let page = ministry.get(path).await.ok();
    assert_eq!(page.value("ceiling"), "3,000,000");
    let settings = page.form("保存する").fill("rounding", "1");
    ministry.submit(&settings).await.is(303);
    let definition = || async {
        let found = app.desk.store.edition(&edition(KEY)).await.expect("reads");
        found.expect("was made").definition
    };
    assert_eq!(definition().await.short_title, "令和9年度分 所要額");
    let page = ministry.get(path).await.ok();
    let anew = page.form("保存する").tick("anew", "yes");
    ministry.submit(&anew).await.is(303);
    let made = definition().await;
    assert_eq!(made.short_title, "令和9年度分 所要額調査");
    let rule = made.required_amounts.clone().expect("asks for amounts");
    assert_eq!((rule.ceiling_yen, rule.rounding_yen), (3_000_000, 1));

    // Nobody else learns of it, and it is nothing to carry forward or to follow up.
    app.municipality(OTARU)
        .await
        .get(&format!("{AMOUNTS}/form1"))
        .await
        .is(404);
    ministry.get(&format!("{AMOUNTS}/follow-up")).await.is(404);
    ministry
        .post("/editions/new", &[("from", KEY), ("key", "fy2029")])
        .await
        .is(422);
}

#[tokio::test]
async fn whoever_answered_the_first_round_goes_the_usual_way() {
    let app = TestApp::start().await;
    opened(&app).await;
    let otaru = app.municipality(OTARU).await;
    otaru
        .get("/home")
        .await
        .ok()
        .shows("所要額調査（令和9年度分 所要額調査）");
    let list = otaru.get(&format!("{AMOUNTS}/form1")).await.ok();
    list.shows("所要額調査票")
        .hides("申請の意向")
        .hides("申請の予定がないとき");
    // Neither the part of intents nor its short cut exists.
    otaru.get(&format!("{AMOUNTS}/form1/intent")).await.is(404);
    otaru
        .post(&format!("{AMOUNTS}/form1/no-plan"), &[])
        .await
        .is(404);
    // Whoever did not answer is not asked.
    let yubari = app.municipality(YUBARI).await;
    yubari.get(&format!("{AMOUNTS}/form1")).await.is(404);

    // ○ of the survey of intents, no amounts.
    let contact = otaru.get(&format!("{AMOUNTS}/form1/contact")).await.ok();
    let next = otaru.submit(&contact.form("保存して次へ")).await;
    assert_eq!(next.location(), format!("{AMOUNTS}/form1/schemes"));
    let page = otaru.get(&next.location()).await.ok();
    page.shows("2. 対象とする医療費助成")
        .shows("事業費予定額（円）")
        .shows("意向等調査（令和9年度分）");
    assert_eq!(page.value("target-rehabilitation"), "checked");
    assert_eq!(page.value("recipients-rehabilitation"), "");
    let odd = page
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "400万～500万")
        .fill("recipients-local_child", "9,000,000");
    let refused = otaru.submit(&odd).await.is(422);
    refused.shows("事業費予定額に範囲は入力できません");
    let mended = refused
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "4,801千円");
    let check = otaru.submit_and_follow(&mended).await.ok();
    // 4,801,000 / 2 = 2,400,500, down to 2,400,000; 9,000,000 / 2 is more than the ceiling.
    check
        .shows("4,801,000円")
        .shows("補助所要額の合計")
        .shows("4,900,000円")
        .hides("運用費");
    let again = otaru.get(&format!("{AMOUNTS}/form1/schemes")).await.ok();
    again.shows("2,400,000円").shows("2,500,000円");
    let receipt = otaru.submit_and_follow(&check.form("提出する")).await.ok();
    receipt.shows("R9所要額-012033-01").shows("4,900,000円");
    // What was printed before stays an address of the same receipt.
    for number in [
        "R9-amounts-012033-01",
        "R9%E6%89%80%E8%A6%81%E9%A1%8D-012033-01",
    ] {
        let page = otaru.get(&format!("/receipts/{number}")).await.ok();
        page.shows("R9所要額-012033-01");
    }
    otaru.get("/receipts/R9-amounts-012033-02").await.is(404);
    otaru.get("/receipts/R9-amount-012033-01").await.is(404);
    let record = app.answer_in(KEY, OTARU).await;
    assert_eq!(record.status, ResponseStatus::Submitted);

    // Its prefecture gathers it, without Form 2.
    let hokkaido = app.prefecture("01").await;
    hokkaido
        .get("/home")
        .await
        .ok()
        .shows("令和9年度分 所要額調査のとりまとめ");
    let board = hokkaido.get(&format!("{AMOUNTS}/board")).await.ok();
    board
        .shows("小樽市")
        .hides("夕張市")
        .hides("総括票")
        .hides("申請の意向");
    hokkaido.get(&format!("{AMOUNTS}/form2")).await.is(404);
    hokkaido
        .post(&format!("{AMOUNTS}/form2"), &[("expected", "1")])
        .await
        .is(404);
    let answer = hokkaido
        .get(&format!("{AMOUNTS}/answers/{OTARU}"))
        .await
        .ok();
    answer
        .shows("4,801,000円")
        .shows("2,400,000円")
        .shows("4,801千円");
    let accepted = hokkaido.submit_and_follow(&answer.form("受け付ける")).await;
    accepted.ok();
    assert_eq!(
        app.answer_in(KEY, OTARU).await.status,
        ResponseStatus::Accepted
    );

    // The menu still means the survey of intents, which is closed; nothing of this one counts as intents.
    let ministry = app.ministry().await;
    assert_eq!(
        ministry.get("/country").await.location(),
        "/editions/fy2027/country"
    );
    for page in ["plan", "sheets", "participation"] {
        ministry.get(&format!("{AMOUNTS}/{page}")).await.is(404);
    }
    ministry
        .get(&format!("{AMOUNTS}/country"))
        .await
        .ok()
        .hides("様式2の送付");
    ministry
        .get(&format!("{AMOUNTS}/downloads"))
        .await
        .ok()
        .shows("所要額の集計を見る")
        .hides("様式1")
        .hides("申請の意向");
    // What was made is settled: its settings stay.
    let settings = ministry.get("/editions/fy2027/follow-up").await.ok();
    settings.shows("すでに始まっています");
    let late = [
        ("base", ""),
        ("rate", "1/3"),
        ("ceiling", "1"),
        ("rounding", "1"),
        ("budget", "1"),
    ];
    ministry
        .post("/editions/fy2027/follow-up", &late)
        .await
        .is(409);
}

#[tokio::test]
async fn workbooks_of_either_survey_are_told_apart() {
    let app = TestApp::start().await;
    opened(&app).await;
    let hakodate = app.municipality(HAKODATE).await;
    let record = app.answer_in(KEY, HAKODATE).await;
    let definition = &record.edition.definition;
    let body = FormBody {
        code: record.code(),
        name: &record.name,
    };
    let name = form_file_name(definition, body.code, body.name);
    assert_eq!(name, "【012025函館市】所要額調査票.xlsx");
    let input = amounts("4,801千円", "123456789");
    let bytes = write_form1_draft(definition, &body, &input).expect("is written");
    let path = format!("{AMOUNTS}/upload");
    let sent = hakodate
        .upload(&path, &[(name.as_str(), bytes.as_slice())])
        .await;
    let page = hakodate.follow(sent).await.ok();
    page.shows("函館市（012025）")
        .shows("直すところなし")
        .shows("4,801,000円")
        .shows("2,400,000円")
        .hides("読み取っていない記入");
    // 123,456,789 yen is asked about.
    page.shows("桁をお確かめください");
    let form = page.form("提出する").tick("confirmed", "1");
    let receipt = hakodate.submit_and_follow(&form).await.ok();
    receipt.shows("R9所要額-012025-01");
    let record = app.answer_in(KEY, HAKODATE).await;
    let revision = app.desk.store.revision(record.id, 1).await.expect("reads");
    let form = revision.expect("was submitted").form;
    let local_child = form.scheme(&"local_child".parse().expect("an id"));
    assert_eq!(
        local_child.recipients.map(RecipientCount::get),
        Some(123_456_789)
    );

    // What was submitted comes out and would come in again as it was.
    let (status, file) = hakodate.download(&format!("{AMOUNTS}/form1.xlsx")).await;
    assert_eq!(status, 200);
    let otaru = app.municipality(OTARU).await;
    let sent = otaru
        .upload(&path, &[(name.as_str(), file.as_slice())])
        .await;
    otaru.follow(sent).await.ok().shows("函館市");

    // Counts of persons never become yen.
    let persons = workbook(&app, OTARU, &filled_in("1200")).await;
    let sent = otaru
        .upload(&path, &[("【012033小樽市】様式1.xlsx", persons.as_slice())])
        .await;
    let page = otaru.follow(sent).await.ok();
    page.shows("これは意向等調査の様式1です。所要額調査の所要額調査票をダウンロードし");
    assert!(!page.has_button("提出する"));
    assert_eq!(app.answer_in(OPEN, OTARU).await.revision_number, 1);
}

#[tokio::test]
async fn sums_lead_to_their_bodies_for_the_ministry_and_each_prefecture() {
    let app = TestApp::start().await;
    opened(&app).await;
    for (code, rehabilitation, local_child) in [
        (OTARU, "4,801,000", "9,000,000"),
        (HAKODATE, "1,000,000", ""),
        (HIROSAKI, "3,000,000", "2,000,000"),
    ] {
        let client = app.body(code).await;
        let form = amounts(rehabilitation, local_child);
        save_all(&app.desk, client.actor(), KEY, &form).await;
        let check = client.get(&format!("{AMOUNTS}/form1/check")).await.ok();
        let form = check.form("提出する");
        let form = if local_child.is_empty() {
            // A ○ without an amount is asked about.
            form.tick("confirmed", "1")
        } else {
            form
        };
        client.submit(&form).await.is(303);
    }
    let ministry = app.ministry().await;
    let page = ministry.get(&format!("{AMOUNTS}/amounts")).await.ok();
    // 2,400,000 + 2,500,000 + 500,000 and 1,500,000 + 1,000,000.
    page.shows("19,801,000")
        .shows("7,900,000")
        .shows("4,600,000,000円")
        .shows("下回っています");
    let rows = page.all("tbody tr");
    let row = |name: &str| {
        let found = rows.iter().find(|row| row.starts_with(name));
        found.unwrap_or_else(|| panic!("no row {name}")).clone()
    };
    assert!(row("北海道").contains("5,400,000"), "{}", row("北海道"));
    assert!(row("青森県").contains("2,500,000"));
    assert!(row("更生医療").contains("8,801,000"), "{}", row("更生医療"));
    let bodies = ministry.get(&link(&page, "5,400,000")).await.ok();
    bodies
        .shows("2団体")
        .shows("小樽市")
        .shows("函館市")
        .hides("弘前市")
        .shows("14,801,000");
    let scheme = format!("{AMOUNTS}/amounts/bodies?scheme=local_child&unknown=1");
    ministry
        .get(&scheme)
        .await
        .ok()
        .shows("1団体")
        .shows("函館市");
    ministry
        .get(&format!("{AMOUNTS}/amounts/bodies?prefecture=99"))
        .await
        .is(400);

    let (status, csv) = ministry.download(&format!("{AMOUNTS}/amounts.csv")).await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(status, 200);
    assert_eq!(csv.lines().count(), 7, "{csv}");
    assert!(csv.contains("012033,北海道,小樽市"), "{csv}");
    assert!(csv.contains(",4801000,2400000"), "{csv}");
    let (status, book) = ministry.download(&format!("{AMOUNTS}/amounts.xlsx")).await;
    assert!(status == 200 && book.starts_with(b"PK"));
    let (_, list) = ministry.download(&format!("{AMOUNTS}/answers.csv")).await;
    let list = String::from_utf8(list).expect("UTF-8");
    let head = list.lines().next().expect("a head");
    assert!(
        head.contains("local_child_cost,local_child_subsidy"),
        "{head}"
    );
    assert!(
        !head.contains("intent") && !head.contains("recipients"),
        "{head}"
    );

    // A prefecture sees its own bodies, and no budget.
    let hokkaido = app.body(HOKKAIDO).await;
    let own = hokkaido.get(&format!("{AMOUNTS}/amounts")).await.ok();
    own.shows("5,400,000").hides("7,900,000").hides("予算額");
    let (_, own) = hokkaido.download(&format!("{AMOUNTS}/amounts.csv")).await;
    let own = String::from_utf8(own).expect("UTF-8");
    assert!(own.contains("小樽市") && !own.contains("弘前市"));
    app.municipality(OTARU)
        .await
        .get(&format!("{AMOUNTS}/amounts"))
        .await
        .is(404);
}

#[tokio::test]
async fn an_entry_for_the_body_begins_as_its_own_does_and_no_count_becomes_an_amount() {
    let app = TestApp::start().await;
    opened(&app).await;
    // 函館市 has an answer of fiscal 2025, too: its recipients are no yen.
    let ministry = app.ministry().await;
    let path = format!("{AMOUNTS}/answers/{HAKODATE}/proxy");
    let page = ministry.get(&path).await.ok();
    let form = page
        .form("回答の入力へ進む")
        .tick("source", "phone")
        .fill("received_on", "R9.1.20");
    ministry.submit_and_follow(&form).await.ok();
    let page = ministry.get(&format!("{path}/schemes")).await.ok();
    let own = app.body(HAKODATE).await;
    let own = own.get(&format!("{AMOUNTS}/form1/schemes")).await.ok();
    for id in ["recipients-rehabilitation", "recipients-local_child"] {
        assert_eq!(page.value(id), "", "{id}");
        assert_eq!(page.value(id), own.value(id), "{id}");
    }
}

#[tokio::test]
async fn its_mails_say_which_survey_they_are_about() {
    let app = TestApp::start().await;
    app.keep_address(Some(OTARU), "iryo@city.example").await;
    opened(&app).await;
    let otaru = app.body(OTARU).await;
    save_all(
        &app.desk,
        otaru.actor(),
        KEY,
        &amounts("4801000", "9000000"),
    )
    .await;
    let version = app.answer_in(KEY, OTARU).await.version;
    let sent = submit_response(&app.desk, otaru.actor(), &edition(KEY), version, true).await;
    assert_eq!(sent.expect("submits"), "R9所要額-012033-01");
    let filter = OutboxFilter::default();
    let found = app.desk.store.outbox(&filter, 0, 100).await;
    let mut told = Vec::new();
    for mail in found.expect("reads").0 {
        let (subject, text) = MailText::shipped(mail.kind).fill(&mail.facts, "https://p.example");
        let is_follow_up = mail.key.contains("amounts") || mail.key.contains("所要額");
        let survey = if is_follow_up {
            "所要額調査"
        } else {
            "意向等調査"
        };
        let beginning = format!("【012033小樽市・{survey}】");
        assert!(subject.starts_with(&beginning), "{subject}");
        if is_follow_up && mail.kind == MailKind::Submitted {
            assert!(subject.contains("R9所要額-012033-01"), "{subject}");
            let link = text.lines().find(|line| line.starts_with("https://"));
            let link = link.expect("a link");
            assert!(
                link.is_ascii(),
                "mail programs end a link at other letters: {link}"
            );
            let path = link.trim_start_matches("https://p.example");
            otaru.get(path).await.ok().shows("R9所要額-012033-01");
        }
        told.push((is_follow_up, mail.kind));
    }
    for expected in [
        (false, MailKind::Submitted),
        (true, MailKind::FollowUpOpened),
        (true, MailKind::Submitted),
    ] {
        assert!(told.contains(&expected), "{told:?}");
    }
}
