//! A municipality answers Form 1: from the home page to the receipt and what may follow.

use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::place::{Place, Section};
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};

use crate::app::{CLOSED, HAKODATE, HIROSAKI, OTARU, TestApp, complete_form, save_all};
use crate::client::{Client, Page};

const FORM: &str = "/editions/fy2027/form1";

fn page_of(section: &str) -> String {
    format!("{FORM}/{section}")
}

/// Types all three parts as a clerk would and arrives at the check page.
async fn type_everything(client: &Client) -> Page {
    let contact = client.get(&page_of("contact")).await.ok();
    let form = contact
        .form("保存して次へ")
        .fill("department", "福祉部　障害福祉課")
        .fill("email", "ｉｒｙｏ＠city.example")
        .fill("phone", "0134－00－0000 内線12");
    let intent = client.submit_and_follow(&form).await.ok();
    assert_eq!(intent.path, page_of("intent"));
    let form = intent.form("保存して次へ").tick("intent", "1");
    let schemes = client.submit_and_follow(&form).await.ok();
    assert_eq!(schemes.path, page_of("schemes"));
    let form = schemes
        .form("保存して次へ")
        .tick("target-rehabilitation", "1")
        .fill("recipients-rehabilitation", "約１，２００人")
        .tick("target-local_child", "1")
        .fill("recipients-local_child", "34000");
    let check = client.submit_and_follow(&form).await.ok();
    assert_eq!(check.path, page_of("check"));
    check
}

#[tokio::test]
async fn a_whole_answer_from_home_to_receipt() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;

    let home = otaru.get("/home").await.ok();
    home.shows("未提出").shows("回答を始める").shows("あと37日");
    otaru
        .get(FORM)
        .await
        .ok()
        .shows("未提出")
        .shows("連絡先")
        .shows("確認して提出");

    let check = type_everything(&otaru).await;
    check
        .shows("まだ提出は完了していません")
        .shows("iryo@city.example")
        .shows("0134-00-0000（内線12）")
        .shows("1,200人")
        .shows("約１，２００人")
        .shows("35,200人");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Draft);
    otaru.get("/home").await.shows("未提出");

    let receipt = otaru.submit_and_follow(&check.form("提出する")).await.ok();
    assert_eq!(receipt.path, "/receipts/R9-012033-01");
    receipt
        .shows("R9-012033-01")
        .shows("提出しました")
        .shows("令和9年1月20日（水）10時00分")
        .shows("小樽市")
        .shows("医療助成担当")
        .shows("北海道")
        .hides("遅延");
    otaru.get("/home").await.ok().hides("未提出");
    let list = otaru.get(FORM).await.ok();
    list.shows("R9-012033-01").shows("提出済");
    assert!(list.all(".unsubmitted").is_empty());

    let record = app.answer(OTARU).await;
    assert_eq!(
        (record.status, record.revision_number, record.is_late),
        (ResponseStatus::Submitted, 1, false)
    );
    let revisions = app.desk.store.revisions(record.id).await.expect("reads");
    let form = &revisions[0].form;
    assert_eq!(form.contact.department, "福祉部　障害福祉課");
    assert_eq!(form.intents, [ApplicationIntent::FirstRound].into());
    let row = form.scheme(&"rehabilitation".parse().expect("an id"));
    assert_eq!(row.recipients.map(|count| count.get()), Some(1200));
    assert_eq!(row.typed.as_deref(), Some("約１，２００人"));
}

#[tokio::test]
async fn each_part_is_kept_and_shown_again_wherever_one_left() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let contact = otaru.get(&page_of("contact")).await.ok();
    let form = contact
        .form("一時保存して一覧へ戻る")
        .fill("department", "福祉部")
        .fill("email", "まだ決まっていない");
    let list = otaru.submit_and_follow(&form).await.ok();
    list.shows("保存しました")
        .shows("要修正")
        .shows("未提出")
        .shows("医療助成担当が保存");

    // Another machine, the next morning.
    app.pass_minutes(24 * 60);
    let contact = app
        .municipality(OTARU)
        .await
        .get(&page_of("contact"))
        .await
        .ok();
    assert_eq!(contact.value("department"), "福祉部");
    assert_eq!(contact.value("email"), "まだ決まっていない");
}

#[tokio::test]
async fn the_last_answer_is_a_start_and_must_be_looked_at() {
    let app = TestApp::start().await;
    let hakodate = app.municipality(HAKODATE).await;
    let contact = hakodate.get(&page_of("contact")).await.ok();
    contact.shows("令和7年度分の回答を入れてあります");
    assert_eq!(contact.value("email"), "iryo@city.example");
    let schemes = hakodate.get(&page_of("schemes")).await.ok();
    assert_eq!(schemes.value("recipients-local_child"), "34000");
    // The intent is new each year.
    let intent = hakodate.get(&page_of("intent")).await.ok();
    assert_eq!(intent.value("intent-1"), "");
    let check = hakodate.get(&page_of("check")).await.ok();
    check.shows("前回の回答が入っています");
    assert!(!check.has_button("提出する"));

    for section in ["contact", "intent", "schemes"] {
        let page = hakodate.get(&page_of(section)).await.ok();
        let mut form = page.form("保存して次へ");
        if section == "intent" {
            form = form.tick("intent", "2");
        }
        hakodate.submit_and_follow(&form).await.ok();
    }
    let check = hakodate.get(&page_of("check")).await.ok();
    hakodate
        .submit_and_follow(&check.form("提出する"))
        .await
        .ok()
        .shows("R9-012025-01")
        .shows("厚生労働省");
}

#[tokio::test]
async fn all_problems_come_at_once_beside_their_fields_and_the_text_is_kept() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let contact = otaru.get(&page_of("contact")).await.ok();
    let form = contact
        .form("保存して次へ")
        .fill("department", "")
        .fill("email", "iryo＠city")
        .fill("phone", "12");
    let page = otaru.submit(&form).await.is(422);
    page.shows("入力内容に誤りがあります").shows("次の3か所");
    assert_eq!(page.all(".error-summary li").len(), 3);
    assert_eq!(page.all(".error-text").len(), 3);
    assert!(page.all("title")[0].starts_with("エラー："));
    assert_eq!(
        (page.value("email"), page.value("phone")),
        ("iryo＠city".to_owned(), "12".to_owned())
    );
    // What the summary links to exists.
    for id in ["department", "email", "phone"] {
        assert!(page.body.contains(&format!("href=\"#{id}\"")));
        page.value(id);
    }
    let draft = app.answer(OTARU).await.draft.expect("saved all the same");
    assert_eq!(draft.input.contact.email, "iryo＠city");

    let schemes = otaru.get(&page_of("schemes")).await.ok();
    let form = schemes
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "-5")
        .fill("recipients-local_child", "100～200")
        .tick("target-local_other", "1");
    let page = otaru.submit(&form).await.is(422);
    assert_eq!(page.all(".error-summary li").len(), 3);
    // Rows of the table share their wordings: the summary names the row.
    assert!(
        page.all(".error-summary li")[0].starts_with("更生医療に係る自立支援医療費：受給者数に")
    );
    page.shows("マイナスの数は入力できません")
        .shows("範囲は入力できません")
        .shows("医療費助成の具体的な内容を入力してください");
    assert_eq!(page.value("recipients-rehabilitation"), "-5");

    let intent = otaru.get(&page_of("intent")).await.ok();
    let page = otaru.submit(&intent.form("保存して次へ")).await.is(422);
    page.shows("申請の意向を1つ選んでください");

    // The check page names everything and offers no submission.
    let check = otaru.get(&page_of("check")).await.ok();
    assert!(!check.has_button("提出する"));
    let version = app.answer(OTARU).await.version.to_string();
    let page = otaru
        .post(&page_of("submit"), &[("version", &version)])
        .await
        .is(422);
    page.shows("次の7か所");
    assert_eq!(app.answer(OTARU).await.revision_number, 0);
}

#[tokio::test]
async fn numbers_are_read_generously_and_unknown_is_not_zero() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let typed = [
        ("rehabilitation", "１，２００", Some(1200)),
        ("developmental", " 約 50 人 ", Some(50)),
        ("nursing_care", "1.2万人", Some(12_000)),
        ("disabled_child_outpatient", "0", Some(0)),
        ("premature_infant", "なし", Some(0)),
        ("local_child", "", None),
        ("local_disability", "不明", None),
        ("local_single_parent", "―", None),
    ];
    let schemes = otaru.get(&page_of("schemes")).await.ok();
    let mut form = schemes.form("保存して次へ");
    for (scheme, text, _) in typed {
        form = form
            .tick(&format!("target-{scheme}"), "1")
            .fill(&format!("recipients-{scheme}"), text);
    }
    otaru.submit_and_follow(&form).await;
    let schemes = otaru.get(&page_of("schemes")).await.ok();
    schemes
        .shows("「1,200人」として読み取りました")
        .shows("「不明」として読み取りました");
    assert_eq!(schemes.value("recipients-rehabilitation"), "１，２００");
    schemes.shows("13,250人").shows("3件");

    let mut rest = complete_form();
    rest.schemes = app.answer(OTARU).await.draft.expect("saved").input.schemes;
    save_all(&app.desk, otaru.actor(), "fy2027", &rest).await;
    app.submit(otaru.actor()).await;
    let record = app.answer(OTARU).await;
    let revision = app.desk.store.revision(record.id, 1).await.expect("reads");
    let form = revision.expect("submitted").form;
    for (scheme, text, expected) in typed {
        let answer = form.scheme(&scheme.parse().expect("an id"));
        let count = answer.recipients.map(|count| count.get());
        assert_eq!(count, expected, "{scheme}: {text}");
    }
    let stored = serde_json::to_value(&form.schemes).expect("a document");
    assert_eq!(stored["disabled_child_outpatient"]["recipients"], 0);
    assert!(stored["local_child"].get("recipients").is_none());
    assert_eq!(form.totals().unknown, 3);
}

#[tokio::test]
async fn warnings_are_confirmed_not_enforced() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let mut form = complete_form();
    form.intent.intents.insert(ApplicationIntent::SecondRound);
    let unusual = "hepatitis_treatment".parse().expect("an id");
    form.schemes.rows.entry(unusual).or_default().target = true;
    save_all(&app.desk, otaru.actor(), "fy2027", &form).await;

    let check = otaru.get(&page_of("check")).await.ok();
    check
        .shows("申請の意向が2つ選ばれています")
        .shows("ふつうこの区分の自治体では実施していない医療費助成です");
    let again = otaru.submit(&check.form("提出する")).await.is(422);
    again.shows("まだ提出していません");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Draft);

    let form = again.form("提出する").tick("confirmed", "1");
    let receipt = otaru.submit_and_follow(&form).await.ok();
    receipt.shows("申請の意向が2つ選ばれています");
    let record = app.answer(OTARU).await;
    let revision = app.desk.store.revision(record.id, 1).await.expect("reads");
    assert_eq!(revision.expect("submitted").confirmed_warnings.len(), 2);
}

#[tokio::test]
async fn double_click_reload_and_back_give_one_submission_and_the_same_receipt() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let check = otaru.get(&page_of("check")).await.ok();
    let form = check.form("提出する");
    let (first, second) = tokio::join!(otaru.submit(&form), otaru.submit(&form));
    let reload = otaru.submit(&form).await;
    let receipts = [first.location(), second.location(), reload.location()];
    assert_eq!(receipts, ["/receipts/R9-012033-01"; 3].map(str::to_owned));
    let record = app.answer(OTARU).await;
    let revisions = app.desk.store.revisions(record.id).await.expect("reads");
    assert_eq!(revisions.len(), 1);
    let history = app.desk.store.history(record.id).await.expect("reads");
    assert_eq!(history.len(), 1);

    // The receipt is a page of its own, as often as one likes; others do not learn of it.
    otaru.get(&receipts[0]).await.ok().shows("提出しました");
    let stranger = app.municipality(HIROSAKI).await;
    stranger.get(&receipts[0]).await.is(404);
    assert!(app.anonymous().get(&receipts[0]).await.asks_to_sign_in());

    // Back, after the answer was taken back: the old receipt says so.
    app_withdraw(&otaru).await;
    let late_click = otaru.submit(&form).await;
    let page = otaru.follow(late_click).await.ok();
    page.shows("取り下げられています").shows("未提出");
    page.hides("提出しました。");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Draft);
}

async fn app_withdraw(client: &Client) -> Page {
    let list = client.get(FORM).await.ok();
    client.submit_and_follow(&list.form("取り下げる")).await
}

#[tokio::test]
async fn a_submission_can_be_taken_back_until_the_review_begins() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let before = otaru.get(FORM).await.ok();
    let page = app_withdraw(&otaru).await.ok();
    page.shows("取り下げました").shows("未提出");
    let contact = otaru.get(&page_of("contact")).await.ok();
    assert_eq!(contact.value("email"), "iryo@city.example");
    let receipt = otaru.get("/receipts/R9-012033-01").await.ok();
    receipt
        .shows("いまは未提出です")
        .shows("もう一度提出してください")
        .hides("北海道が内容を確かめます");

    // A second submission has a second number; the first stays in the history.
    let check = otaru.get(&page_of("check")).await.ok();
    let receipt = otaru.submit_and_follow(&check.form("提出する")).await.ok();
    assert_eq!(receipt.path, "/receipts/R9-012033-02");
    otaru
        .get("/receipts/R9-012033-01")
        .await
        .ok()
        .shows("第2版に置きかわっています");
    let history = otaru.get(&page_of("history")).await.ok();
    history.shows("取下げ").shows("R9-012033-01");

    // A page from before is refused, and after the review began so is a fresh one.
    let stale = otaru.submit(&before.form("取り下げる")).await.is(409);
    stale.shows("消えていません");
    let list = otaru.get(FORM).await.ok();
    app.start_review(OTARU).await;
    assert!(!otaru.get(FORM).await.ok().has_button("取り下げる"));
    otaru.submit(&list.form("取り下げる")).await.is(409);
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::UnderReview);
}

#[tokio::test]
async fn a_return_stands_at_the_very_field_until_it_is_answered() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let scheme = "rehabilitation".parse().expect("an id");
    app.return_with(
        OTARU,
        &[
            (Place::Email, "個人のアドレスのようです。"),
            (Place::Recipients(scheme), "桁をお確かめください。"),
            (Place::Section(Section::Intent), "2次交付と伺っています。"),
        ],
    )
    .await;

    otaru.get("/home").await.shows("差し戻されています");
    let list = otaru.get(FORM).await.ok();
    list.shows("未提出")
        .shows("北海道からの差戻しの理由")
        .shows("個人のアドレスのようです。")
        .shows("桁をお確かめください。");
    app.pass_minutes(1);
    // A part with a reason is not called done before somebody saved it again.
    let states = |list: &Page| -> Vec<bool> {
        let parts = list.all(".task-list li");
        parts[..3]
            .iter()
            .map(|part| part.contains("完了"))
            .collect()
    };
    assert_eq!(states(&list), [false, false, false]);
    let contact = otaru.get(&page_of("contact")).await.ok();
    assert_eq!(
        contact.all("#email-note"),
        ["差戻しの理由：個人のアドレスのようです。"]
    );
    contact.hides("桁をお確かめください。");
    let schemes = otaru.get(&page_of("schemes")).await.ok();
    assert_eq!(schemes.all(".reviewer-note").len(), 1);
    schemes.shows("桁をお確かめください。");
    otaru
        .get(&page_of("intent"))
        .await
        .shows("2次交付と伺っています。");

    let form = contact
        .form("保存して次へ")
        .fill("email", "shogai@city.example");
    otaru.submit_and_follow(&form).await.ok();
    let list = otaru.get(FORM).await.ok();
    assert_eq!(states(&list), [true, false, false]);
    let check = otaru.get(&page_of("check")).await.ok();
    // What was mended counts as such; the others are decided first.
    let form = check.form("提出する");
    let refused = otaru.submit(&form).await.is(422);
    assert_eq!(refused.all(".error-summary li").len(), 2);
    let form = refused
        .form("提出する")
        .tick("reply-kind.2", "right")
        .fill("reply.3", "2次交付は、いま検討中です。");
    let receipt = otaru.submit_and_follow(&form).await.ok();
    assert_eq!(receipt.path, "/receipts/R9-012033-02");
    otaru.get(&page_of("contact")).await.location(); // no longer to be typed into
    let history = otaru.get(&page_of("history")).await.ok();
    history
        .shows("差戻し")
        .shows("桁をお確かめください。")
        .shows("iryo@city.example")
        .shows("shogai@city.example");
    // Only the address differs: what was sent back is what was submitted.
    let record = app.answer(OTARU).await;
    let revisions = app.desk.store.revisions(record.id).await.expect("reads");
    let definition = &record.edition.definition;
    let changes = torimatome::domain::response_diff::changes(
        definition,
        &revisions[0].form,
        &revisions[1].form,
    );
    assert_eq!(changes.len(), 1, "{changes:?}");
    let same = (
        revisions[0].form.schemes.clone(),
        revisions[0].form.intents.clone(),
    );
    assert_eq!(
        same,
        (
            revisions[1].form.schemes.clone(),
            revisions[1].form.intents.clone()
        )
    );
}

#[tokio::test]
async fn history_tells_everything_in_order_and_compares_any_two() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.return_with(OTARU, &[(Place::Phone, "つながりません。")])
        .await;
    let mut form = complete_form();
    form.contact.phone = "0134-11-1111".to_owned();
    save_all(&app.desk, otaru.actor(), "fy2027", &form).await;
    app.submit(otaru.actor()).await;
    app.accept(OTARU).await;
    app.send_back(OTARU, "合計をお確かめください。").await;
    app.reply_to(OTARU, 2, "合計のとおりです。").await;
    app.accept(OTARU).await;

    let record = app.answer(OTARU).await;
    let events: Vec<_> = app
        .desk
        .store
        .history(record.id)
        .await
        .expect("reads")
        .into_iter()
        .map(|entry| (entry.event, entry.status_after))
        .collect();
    use ResponseEvent as E;
    use ResponseStatus as S;
    assert_eq!(
        events,
        [
            (E::Submit, S::Submitted),
            (E::Return, S::Returned),
            (E::Submit, S::Submitted),
            (E::Accept, S::Accepted),
            (E::SendBack, S::SentBack),
            (E::Accept, S::Accepted),
        ]
    );
    let page = otaru.get(&page_of("history")).await.ok();
    page.shows("0138-00-0000").shows("0134-11-1111");
    let compare = format!("{}?from=1&to=2", page_of("history"));
    otaru.get(&compare).await.ok().shows("0134-11-1111");
    for nonsense in [
        "from=1&to=9",
        "to=9",
        "to=0",
        "to=-2147483648",
        "from=2147483647",
    ] {
        let path = format!("{}?{nonsense}", page_of("history"));
        otaru.get(&path).await.is(404);
    }
    let path = format!("{}?from=x", page_of("history"));
    otaru.get(&path).await.is(400);
}

#[tokio::test]
async fn no_plan_is_one_click_away() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let list = otaru.get(FORM).await.ok();
    let contact = otaru
        .submit_and_follow(&list.form("「予定なし」で回答する"))
        .await
        .ok();
    assert_eq!(contact.path, "/editions/fy2027/form1/contact?back=check");
    let form = contact
        .form("保存して次へ")
        .fill("department", "福祉課")
        .fill("email", "fukushi@city.example")
        .fill("phone", "0134000000");
    let check = otaru.submit_and_follow(&form).await.ok();
    assert_eq!(check.path, page_of("check"));
    check.shows("③");
    let receipt = otaru.submit_and_follow(&check.form("提出する")).await.ok();
    receipt.shows("R9-012033-01");
    let record = app.answer(OTARU).await;
    let revision = app.desk.store.revision(record.id, 1).await.expect("reads");
    let form = revision.expect("submitted").form;
    assert_eq!(form.intents, [ApplicationIntent::NoPlan].into());
    assert_eq!(form.totals().targets, 0);
}

#[tokio::test]
async fn closed_editions_can_be_read_and_nothing_else() {
    let app = TestApp::start().await;
    let hakodate = app.municipality(HAKODATE).await;
    hakodate
        .get("/home")
        .await
        .ok()
        .shows("終わった調査")
        .shows("令和7年度分");
    let list = hakodate
        .get(&format!("/editions/{CLOSED}/form1"))
        .await
        .ok();
    list.shows("受付は終わりました");
    assert!(!list.has_button("取り下げる"));
    hakodate
        .get(&format!("/editions/{CLOSED}/form1/history"))
        .await
        .ok()
        .shows("R7-012025-01");
    hakodate.get("/receipts/R7-012025-01").await.ok();
    // An edition in preparation, or none at all, looks the same.
    for key in ["fy2026", "fy1999", "nonsense", "%2e%2e"] {
        hakodate
            .get(&format!("/editions/{key}/form1"))
            .await
            .is(404);
    }

    let otaru = app.drafted(OTARU).await;
    let contact = otaru.get(&page_of("contact")).await.ok();
    let check = otaru.get(&page_of("check")).await.ok();
    let (hirosaki, _) = app.submitted(HIROSAKI).await;
    let list = hirosaki.get(FORM).await.ok();
    app.close_edition().await;
    // A draft that was left behind is not offered for typing.
    for page in ["contact", "check"] {
        assert_eq!(otaru.get(&page_of(page)).await.location(), FORM);
    }
    let before = (app.state_of(OTARU).await, app.state_of(HIROSAKI).await);
    let form = contact.form("保存して次へ").fill("department", "別の課");
    for refused in [
        otaru.submit(&form).await,
        otaru.submit(&check.form("提出する")).await,
        hirosaki.submit(&list.form("取り下げる")).await,
        otaru.post(&page_of("no-plan"), &[]).await,
    ] {
        refused
            .is(409)
            .shows("受付期間は終わりました")
            .shows("消えていません");
    }
    let after = (app.state_of(OTARU).await, app.state_of(HIROSAKI).await);
    assert_eq!(before, after);
}

#[tokio::test]
async fn the_words_of_the_fourth_intent_are_not_called_optional() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let label = |page: &Page, id: &str| page.all(&format!("label[for={id}]")).remove(0);
    let intent = otaru.get(&page_of("intent")).await.ok();
    let schemes = otaru.get(&page_of("schemes")).await.ok();
    app.submit(otaru.actor()).await;
    let hokkaido = app.prefecture("01").await;
    let correct = format!("/editions/fy2027/answers/{OTARU}/correct");
    let correct = hokkaido.get(&correct).await.ok();
    for page in [&intent, &correct] {
        let text = label(page, "intent_text");
        assert!(text.contains("※④を選んだ場合は必須"), "{text}");
        assert!(!text.contains("任意"), "{text}");
    }
    for page in [&schemes, &correct] {
        let text = label(page, "other_text");
        assert!(text.contains("※その他に○を付けた場合は必須"), "{text}");
    }
}
