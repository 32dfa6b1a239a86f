//! Rows of part 3 handed to departments: each fills in its own, the liaison desk sees who is missing and submits.

use torimatome::domain::scheme::SchemeId;
use torimatome::store::responses::ResponseRecord;
use torimatome::workflow::duties::set_department;

use crate::app::{OPEN, OTARU, TestApp, complete_form, save_all};
use crate::client::{Client, Page};
use crate::uploads::{NAME, filled_in, preview, workbook};

const SCHEMES: &str = "/editions/fy2027/form1/schemes";
const LIST: &str = "/editions/fy2027/form1";
const CHECK: &str = "/editions/fy2027/form1/check";

/// A city with a liaison desk (an administrator) and two departments, one row each.
pub async fn divided(app: &TestApp) -> (Client, Client, Client) {
    let desk = app.person(Some(OTARU), "総括担当", true).await;
    let page = desk.get("/account/duties").await.ok();
    let form = page
        .form("設定を保存する")
        .fill("department-rehabilitation", " 障害 ")
        .fill("department-local_child", "こども")
        // Not usual for a city of its class: in the closed fold of the page.
        .fill("department-psychiatric_outpatient", "障害");
    desk.submit_and_follow(&form)
        .await
        .ok()
        .shows("団体の設定を変更しました");
    let disabled = app.person(Some(OTARU), "障害福祉担当", false).await;
    let child = app.person(Some(OTARU), "こども担当", false).await;
    for (client, label) in [(&disabled, "障害"), (&child, "こども")] {
        let account = client.actor().account_id;
        let path = format!("/accounts/{account}");
        let page = desk.get(&path).await.ok();
        let form = page.form("部署を保存する").fill("department", label);
        desk.submit_and_follow(&form)
            .await
            .ok()
            .shows("利用者の部署を変更しました");
    }
    (desk, disabled, child)
}

fn typed(page: &Page, row: &str, recipients: &str, button: &str) -> crate::client::Form {
    page.form(button)
        .tick(&format!("target-{row}"), "1")
        .fill(&format!("recipients-{row}"), recipients)
}

#[tokio::test]
async fn two_departments_save_at_once_and_the_liaison_desk_submits() {
    let app = TestApp::start().await;
    let (desk, disabled, child) = divided(&app).await;
    // Each sees all rows and fills in its own.
    let one = disabled.get(SCHEMES).await.ok();
    let other = child.get(SCHEMES).await.ok();
    one.shows("障害の行だけ入力できます");
    // Its own row in the fold is not hidden from it; of the others nothing is in there.
    assert!(
        one.html()
            .select(&selector(
                "details[open] #recipients-psychiatric_outpatient"
            ))
            .next()
            .is_some()
    );
    assert!(
        other
            .html()
            .select(&selector("details[open]"))
            .next()
            .is_none()
    );
    assert!(
        one.html()
            .select(&selector("#recipients-rehabilitation"))
            .next()
            .is_some()
    );
    assert!(
        one.html()
            .select(&selector("#recipients-local_child"))
            .next()
            .is_none()
    );
    // Both pages were made before either is sent.
    let done = disabled
        .submit_and_follow(&typed(&one, "rehabilitation", "1200", "入力しました"))
        .await
        .ok();
    done.shows("とりまとめの担当に伝えました");
    let saved = typed(&other, "local_child", "34000", "一時保存して一覧へ戻る");
    child.submit(&saved).await.is(303);
    let stored = |record: &ResponseRecord, row: &str| {
        let draft = record.draft.as_ref().expect("a draft");
        let row = draft.input.schemes.rows.get(&id(row));
        row.map_or_else(String::new, |row| row.recipients.clone())
    };
    let record = app.answer(OTARU).await;
    assert_eq!(stored(&record, "rehabilitation"), "1200");
    assert_eq!(stored(&record, "local_child"), "34000");
    // A foreign row is not written, whatever is sent.
    let page = child.get(SCHEMES).await.ok();
    let foreign = typed(&page, "local_child", "34001", "一時保存して一覧へ戻る")
        .tick("target-rehabilitation", "1")
        .tick("recipients-rehabilitation", "9");
    child.submit(&foreign).await.is(303);
    let record = app.answer(OTARU).await;
    assert_eq!(stored(&record, "rehabilitation"), "1200");
    assert_eq!(stored(&record, "local_child"), "34001");
    // What concerns the whole form is not theirs.
    child.get("/editions/fy2027/form1/contact").await.is(303);
    child.get(CHECK).await.is(303);
    let version = record.version.to_string();
    for path in ["submit", "no-plan", "contact"] {
        let path = format!("{LIST}/{path}");
        let fields = [("version", version.as_str()), ("base_version", "0")];
        let page = child.post(&path, &fields).await;
        assert!([403, 409].contains(&page.status), "{path}: {}", page.status);
    }
    assert_eq!(app.answer(OTARU).await.version, record.version);

    // Nor does a department tell of another intent for the whole body.
    let notice = disabled
        .post(
            "/editions/fy2025/changes/new",
            &[("filed", "0"), ("do", "file")],
        )
        .await;
    assert_ne!(notice.status, 303, "{}", notice.text());

    // It is told before it chooses a file or types a notice, and what it sends all the same is not taken.
    let upload = "/editions/fy2027/upload";
    let page = disabled.get(upload).await.ok();
    page.shows("とりまとめの担当（部署に属さない担当）が行います");
    assert!(page.all("input[type=file]").is_empty());
    let refused = disabled.upload(upload, &[("様式1.xlsx", b"PK")]).await;
    refused.is(403).shows("とりまとめの担当に渡してください");
    let home = disabled.get("/home").await.ok();
    home.hides("Excelで回答する").hides("意向を変更する");
    let changes = "/editions/fy2025/changes/new";
    let page = disabled.get(changes).await.ok();
    page.shows("団体として届け出ます");
    assert!(!page.has_button("変更の内容を確かめる"));
    let fields = [("filed", "0"), ("base_revision", "1"), ("do", "check")];
    let refused = disabled.post(changes, &fields).await;
    refused.is(403).shows("とりまとめの担当にお伝えください");
    desk.get(changes).await.ok().hides("団体として届け出ます");
    let page = desk.get(upload).await.ok();
    assert_eq!(page.all("input[type=file]").len(), 1);

    // The desk sees who is missing, mends a row itself, and submits after confirming.
    let list = desk.get(LIST).await.ok();
    list.shows("部署ごとの入力").shows("障害福祉担当");
    let form = complete_form();
    let contact = desk.get("/editions/fy2027/form1/contact").await.ok();
    let sent = contact
        .form("保存して次へ")
        .fill("department", &form.contact.department)
        .fill("email", &form.contact.email)
        .fill("phone", &form.contact.phone);
    desk.submit(&sent).await.is(303);
    let intent = desk.get("/editions/fy2027/form1/intent").await.ok();
    let sent = intent.form("保存して次へ").tick("intent", "1");
    desk.submit(&sent).await.is(303);
    let check = desk.get(CHECK).await.ok();
    check.shows("「こども」の担当から、「入力しました」の連絡がまだありません。");
    let submit = check.form("提出する");
    desk.submit(&submit).await.is(422);
    let receipt = desk
        .submit_and_follow(&submit.tick("confirmed", "1"))
        .await
        .ok();
    // Nobody outside is told how the body divides its work.
    receipt.shows("R9-012033-01").hides("連絡がまだありません");
    let revision = app.desk.store.revision(app.answer(OTARU).await.id, 1).await;
    let revision = revision.expect("reads").expect("is there");
    assert!(revision.confirmed_warnings.is_empty());
}

#[tokio::test]
async fn a_row_that_two_people_changed_is_asked_about() {
    let app = TestApp::start().await;
    let (desk, disabled, _) = divided(&app).await;
    let page = desk.get(SCHEMES).await.ok();
    let theirs = disabled.get(SCHEMES).await.ok();
    let sent = typed(&theirs, "rehabilitation", "1200", "入力しました");
    disabled.submit(&sent).await.is(303);
    // The desk changed the same row and one of its own: nothing is overwritten, both texts are shown.
    let mine = typed(&page, "rehabilitation", "1300", "保存して次へ")
        .tick("target-intractable_disease", "1");
    let conflict = desk.submit(&mine).await.is(409);
    conflict
        .shows("障害福祉担当が先に保存しました")
        .shows("1200");
    assert_eq!(conflict.value("recipients-rehabilitation"), "1300");
    // Sent again from the page that showed both, it holds.
    desk.submit(&conflict.form("保存して次へ")).await.is(303);
    let record = app.answer(OTARU).await;
    let draft = record.draft.expect("a draft");
    let row = &draft.input.schemes.rows[&id("rehabilitation")];
    assert_eq!(row.recipients, "1300");
    // What the department said stays said; a save of its own takes it back.
    assert!(draft.departments.contains_key("障害"));
    let page = disabled.get(SCHEMES).await.ok();
    page.shows("連絡済みです");
    let sent = typed(&page, "rehabilitation", "百人", "入力しました");
    disabled.submit(&sent).await.is(422);
    let draft = app.answer(OTARU).await.draft.expect("a draft");
    assert!(!draft.departments.contains_key("障害"), "it does not read");

    // Back at the liaison desk, the account fills in everything.
    let account = disabled.actor().account_id;
    let moved = set_department(&app.desk, desk.actor(), account, "").await;
    moved.expect("moves");
    disabled.get(CHECK).await.ok();
    let plain = app.body(crate::app::YUBARI).await;
    save_all(&app.desk, plain.actor(), OPEN, &complete_form()).await;
    plain.get(LIST).await.ok().hides("部署ごとの入力");
}

fn id(text: &str) -> SchemeId {
    text.parse().expect("an id")
}

fn selector(css: &str) -> scraper::Selector {
    scraper::Selector::parse(css).expect("a selector")
}

#[tokio::test]
async fn whoever_opens_a_part_while_sign_off_is_waited_for_is_told_what_a_save_does() {
    let app = TestApp::start().await;
    let (desk, disabled, _) = divided(&app).await;
    let writer = app.body(OTARU).await;
    let page = desk.get("/account/duties").await.ok();
    let form = page.form("設定を保存する").tick("sign_off", "1");
    desk.submit(&form).await.is(303);
    save_all(&app.desk, writer.actor(), OPEN, &complete_form()).await;
    let warning = "その依頼は無効になり";
    disabled.get(SCHEMES).await.ok().hides(warning);
    let check = writer.get(CHECK).await.ok();
    writer.submit(&check.form("決裁に回す")).await.is(303);
    let theirs = disabled.get(SCHEMES).await.ok();
    theirs
        .shows("医療助成担当が決裁に回し、いま決裁を待っています")
        .shows(warning)
        .shows("とりまとめの担当にお伝えください");
    for part in ["contact", "intent", "schemes"] {
        let page = desk.get(&format!("{LIST}/{part}")).await.ok();
        page.shows(warning)
            .shows("もう一度「決裁に回す」を押す必要があります");
    }
    // Where a file would become the draft, nothing is saved.
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    preview(&desk, NAME, &bytes)
        .await
        .shows("この内容を下書きにすると、その依頼は無効になり")
        .hides("ここで保存すると");
    // After the save nothing is left to warn of.
    let sent = typed(&theirs, "rehabilitation", "1200", "入力しました");
    disabled.submit(&sent).await.is(303);
    disabled.get(SCHEMES).await.ok().hides(warning);
}

#[tokio::test]
async fn a_department_typed_into_an_ended_session_comes_back_after_signing_in() {
    let app = TestApp::start().await;
    let desk = app.person(Some(OTARU), "総括担当", true).await;
    let password = "みかん 電車 ゆうびん 青空 しろくま";
    app.set_password(desk.actor(), password).await;
    let desk = app.person(Some(OTARU), "総括担当", true).await;
    let colleague = app.person(Some(OTARU), "障害福祉担当", false).await;
    let path = format!("/accounts/{}", colleague.actor().account_id);
    let page = desk.get(&path).await.ok();
    app.pass_minutes(61);
    let form = page.form("部署を保存する").fill("department", "障害");
    let ended = desk.submit(&form).await.is(401);
    ended.shows("利用者の権限が変わったため");
    let again = ended
        .form("ログインする")
        .fill("email", &desk.actor().email)
        .fill("password", password);
    let back = desk.submit_and_follow(&again).await.ok();
    back.shows("まだ保存していません");
    assert_eq!(back.value("new_label"), "障害");
    assert_eq!(back.value("display_name"), "障害福祉担当");
    desk.submit_and_follow(&back.form("部署を保存する"))
        .await
        .ok()
        .shows("利用者の部署を変更しました");
}
