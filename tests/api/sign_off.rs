//! 決裁 inside a body: one writes, another submits, and the server holds to it.

use torimatome::domain::place::Place;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::domain::review_request::{ReplyKind, RequestState};
use torimatome::workflow::WorkflowError;
use torimatome::workflow::submit_response::submit_response;

use crate::app::{OPEN, OTARU, TestApp, YUBARI, complete_form, edition, save_all};
use crate::client::Client;

const CHECK: &str = "/editions/fy2027/form1/check";
const SUBMIT: &str = "/editions/fy2027/form1/submit";

/// Switches 決裁 on for a body, by its administrator.
async fn switch_on(app: &TestApp, code: &str) -> Client {
    let admin = app.person(Some(code), "総括担当", true).await;
    let page = admin.get("/account/duties").await.ok();
    let form = page.form("設定を保存する").tick("sign_off", "1");
    admin
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("団体の設定を変更しました");
    admin
}

#[tokio::test]
async fn whoever_wrote_last_does_not_submit_and_another_does() {
    let app = TestApp::start().await;
    let writer = app.body(OTARU).await;
    // Alone, nobody could submit: it is not switched on.
    let alone = app.person(Some(YUBARI), "総括担当", true).await;
    let page = alone.get("/account/duties").await.ok();
    let form = page.form("設定を保存する").tick("sign_off", "1");
    alone.submit(&form).await.is(422).shows("2人以上必要です");
    // Somebody without the right sees it and cannot change it.
    let admin = switch_on(&app, OTARU).await;
    let page = writer.get("/account/duties").await.ok();
    page.shows("団体の管理者か、都道府県・国の管理者が変えられます");
    assert!(!page.has_button("設定を保存する"));
    writer
        .post("/account/duties", &[("version", "1")])
        .await
        .is(404);

    // Of the two who may, neither is moved to a department: then nobody could.
    let path = format!("/accounts/{}", writer.actor().account_id);
    let page = admin.get(&path).await.ok();
    let form = page.form("部署を保存する").fill("department", "難病");
    let refused = admin.submit(&form).await.is(422);
    refused.shows("部署の名称：決裁を使っているため、部署に属さない利用者が2人以上必要です");
    // What was typed stays, and the other form of the page is as it was.
    assert_eq!(refused.value("new_label"), "難病");
    assert_eq!(refused.value("display_name"), "医療助成担当");
    let long = "難".repeat(100);
    let form = page.form("部署を保存する").fill("department", &long);
    let refused = admin.submit(&form).await.is(422);
    refused
        .shows("部署の名称は")
        .hides("部署の名称：部署の名称");
    assert_eq!(refused.value("new_label"), long);

    save_all(&app.desk, writer.actor(), OPEN, &complete_form()).await;
    let page = writer.get(CHECK).await.ok();
    assert!(!page.has_button("提出する"));
    // Whatever is sent: the server refuses, and nothing is submitted.
    let version = app.answer(OTARU).await.version;
    let fields = [("version", version.to_string())];
    let sent: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    for client in [&writer, &admin] {
        let refused = client.post(SUBMIT, &sent).await.is(409);
        refused.shows("先に「決裁に回す」を押してください");
    }
    let key = edition(OPEN);
    let refused = submit_response(&app.desk, admin.actor(), &key, version, true).await;
    assert!(matches!(refused, Err(WorkflowError::NeedsSignOff(_))));

    let ask = page.form("決裁に回す");
    let list = writer.submit_and_follow(&ask).await.ok();
    list.shows("決裁に回しました").shows("決裁を待っています");
    // The same page sent again: the answer changed since.
    writer.submit(&ask).await.is(409);
    // Who asked does not sign; a colleague is told on the home page.
    let page = writer.get(CHECK).await.ok();
    assert!(!page.has_button("決裁して提出する") && !page.has_button("戻す"));
    writer.get("/home").await.ok().hides("決裁を待っています");
    admin
        .get("/home")
        .await
        .ok()
        .shows("医療助成担当が決裁に回しました")
        .shows("未提出");

    // Given back with words.
    let page = admin.get(CHECK).await.ok();
    let back = page.form("戻す");
    admin.submit(&back).await.is(422).shows("戻す理由を入力");
    let back = back.fill("words", "受給者数の時点を確かめてください。");
    admin.submit_and_follow(&back).await.ok();
    writer
        .get("/editions/fy2027/form1")
        .await
        .ok()
        .shows("受給者数の時点を確かめてください。");
    let page = writer.get(CHECK).await.ok();
    writer
        .submit_and_follow(&page.form("決裁に回す"))
        .await
        .ok();

    // A later save makes the request void, and says so.
    let old = admin.get(CHECK).await.ok();
    let page = writer.get("/editions/fy2027/form1/schemes").await.ok();
    let form = page
        .form("保存して次へ")
        .fill("recipients-rehabilitation", "1300");
    writer.submit(&form).await.is(303);
    admin.submit(&old.form("決裁して提出する")).await.is(409);
    let page = writer.get(CHECK).await.ok();
    page.shows("この依頼は無効になりました");
    writer
        .submit_and_follow(&page.form("決裁に回す"))
        .await
        .ok();

    let page = admin.get(CHECK).await.ok();
    let form = page.form("決裁して提出する");
    admin
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("R9-012033-01");
    let record = app.answer(OTARU).await;
    assert_eq!(record.status, ResponseStatus::Submitted);
    let audit = app.desk.store.audit_of("response/fy2027/012033").await;
    let actions: Vec<_> = audit
        .expect("reads")
        .into_iter()
        .map(|row| row.action)
        .collect();
    for action in ["sign_off_asked", "sign_off_given_back", "sign_off"] {
        assert!(actions.iter().any(|known| known == action), "{action}");
    }
    // Taken back, the request that was used up does not hold again.
    let list = admin.get("/editions/fy2027/form1").await.ok();
    admin.submit_and_follow(&list.form("取り下げる")).await.ok();
    let page = admin.get(CHECK).await.ok();
    assert!(page.has_button("決裁に回す") && !page.has_button("決裁して提出する"));
}

#[tokio::test]
async fn whoever_wrote_after_somebody_else_asked_does_not_sign() {
    let app = TestApp::start().await;
    let writer = app.body(OTARU).await;
    let admin = switch_on(&app, OTARU).await;
    let third = app.person(Some(OTARU), "こども担当", false).await;
    save_all(&app.desk, third.actor(), OPEN, &complete_form()).await;
    let page = writer.get(CHECK).await.ok();
    writer
        .submit_and_follow(&page.form("決裁に回す"))
        .await
        .ok();
    // One wrote last, one asked: only the one who did neither signs.
    for client in [&writer, &third] {
        let page = client.get(CHECK).await.ok();
        assert!(!page.has_button("決裁して提出する"));
        let version = app.answer(OTARU).await.version.to_string();
        client
            .post(SUBMIT, &[("version", &version), ("confirmed", "1")])
            .await
            .is(409);
    }
    // The request can be taken back, and is no longer there to be signed.
    let page = writer.get(CHECK).await.ok();
    let old = admin.get(CHECK).await.ok();
    let form = page.form("決裁の依頼を取り消す");
    writer.submit_and_follow(&form).await.ok();
    admin.submit(&old.form("決裁して提出する")).await.is(409);
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::Draft);
}

#[tokio::test]
async fn two_who_block_each_other_are_told_why_and_find_a_way_out() {
    let app = TestApp::start().await;
    let writer = app.body(OTARU).await;
    let admin = switch_on(&app, OTARU).await;
    save_all(&app.desk, writer.actor(), OPEN, &complete_form()).await;

    // Before it is asked for: whoever did not write is told that asking would leave nobody.
    let page = admin.get(CHECK).await.ok();
    page.shows("あなたが決裁に回しても、決裁できる人がいません")
        .shows("最後に入力した医療助成担当が決裁に回すと、総括担当（あなた）が決裁できます")
        .shows("決裁する人を、利用者として招待する。");
    let links = page.all("section a");
    assert!(
        links.iter().any(|label| label == "決裁と部署の分担"),
        "{links:?}"
    );
    let own = writer.get(CHECK).await.ok();
    own.shows("あなたが決裁に回すと、決裁できる人総括担当")
        .hides("決裁できる人がいません");

    // They do it all the same: both are told who, why, and what to do.
    admin.submit_and_follow(&page.form("決裁に回す")).await.ok();
    for (client, why) in [
        (&writer, "あなたは最後に入力した人なので、決裁できません"),
        (&admin, "あなたは決裁に回した人なので、決裁できません"),
    ] {
        for path in [CHECK, "/editions/fy2027/form1"] {
            let page = client.get(path).await.ok();
            page.shows(why)
                .shows("決裁できる人いません")
                .shows("いま、この依頼を決裁できる人がいません")
                .shows("「決裁の依頼を取り消す」を押してから、最後に入力した医療助成担当");
        }
    }
    // Without the right to invite: whom to ask.
    let page = writer.get(CHECK).await.ok();
    page.shows("利用者として招待するよう、団体の管理者（総括担当）に頼みます");
    let links = page.all("section a");
    assert!(
        !links.iter().any(|label| label == "利用者の一覧"),
        "{links:?}"
    );

    // The way that was shown leads out.
    let back = page.form("決裁の依頼を取り消す");
    writer.submit_and_follow(&back).await.ok();
    let page = writer.get(CHECK).await.ok();
    writer
        .submit_and_follow(&page.form("決裁に回す"))
        .await
        .ok();
    let page = writer.get(CHECK).await.ok();
    page.shows("あなたは最後に入力し、決裁に回した人なので")
        .shows("総括担当に、この画面を開いて、確かめて提出するよう伝えてください")
        .hides("決裁できる人がいません");
    let page = admin.get(CHECK).await.ok();
    let signed = admin
        .submit_and_follow(&page.form("決裁して提出する"))
        .await;
    signed.ok().shows("R9-012033-01");
}

#[tokio::test]
async fn somebody_of_a_department_can_be_the_one_who_signs() {
    let app = TestApp::start().await;
    let writer = app.body(OTARU).await;
    let admin = switch_on(&app, OTARU).await;
    let third = app.person(Some(OTARU), "難病担当", false).await;
    let account = format!("/accounts/{}", third.actor().account_id);
    let page = admin.get(&account).await.ok();
    let form = page.form("部署を保存する").fill("department", "難病");
    admin.submit(&form).await.is(303);
    save_all(&app.desk, writer.actor(), OPEN, &complete_form()).await;
    let page = admin.get(CHECK).await.ok();
    admin.submit_and_follow(&page.form("決裁に回す")).await.ok();
    let page = admin.get(CHECK).await.ok();
    page.shows("部署の利用者（難病担当）を、部署に属さない利用者にする。");
    let page = admin.get(&account).await.ok();
    let form = page.form("部署を保存する").fill("department", "");
    admin.submit(&form).await.is(303);
    // They see the request, as it stands, and sign.
    let third = app.person(Some(OTARU), "難病担当", false).await;
    let page = writer.get(CHECK).await.ok();
    page.shows("決裁できる人難病担当")
        .shows("難病担当に、この画面を開いて");
    let page = third.get(CHECK).await.ok();
    let signed = third
        .submit_and_follow(&page.form("決裁して提出する"))
        .await;
    signed.ok().shows("R9-012033-01");
}

#[tokio::test]
async fn whoever_signs_decides_what_the_body_was_asked() {
    let app = TestApp::start().await;
    let (writer, _) = app.submitted(OTARU).await;
    let asked = [(Place::Email, "個人のアドレスのようです。")];
    app.return_with(OTARU, &asked).await;
    let admin = switch_on(&app, OTARU).await;
    save_all(&app.desk, writer.actor(), OPEN, &complete_form()).await;
    let page = writer.get(CHECK).await.ok();
    page.shows("決裁して提出する担当が、この画面で入力します");
    let list = writer.submit_and_follow(&page.form("決裁に回す")).await;
    list.ok().shows("決裁を待っています");
    let page = admin.get(CHECK).await.ok();
    let form = page.form("決裁して提出する");
    let told = admin.submit(&form).await.is(422);
    told.shows("依頼への回答（メールアドレス）");
    let form = told.form("決裁して提出する").tick("reply-kind.1", "right");
    admin.submit_and_follow(&form).await.ok();
    let request = app.requests(OTARU).await.remove(0);
    assert_eq!(request.state, RequestState::Answered);
    let reply = request.reply.expect("is answered");
    assert_eq!(reply.kind, Some(ReplyKind::RightAsItIs));
}

#[tokio::test]
async fn whoever_signs_a_returned_answer_is_led_to_give_it_back_and_not_to_write() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    let writer = app.body(OTARU).await;
    let ways = "fieldset a[href*='back=check']";
    let told = "下の「提出せずに、入力した担当へ戻す」で";
    let page = writer.get(CHECK).await.ok();
    assert_eq!(page.all(ways).len(), 1);
    // Following it, nobody loses what they typed without being asked.
    let guarded = page.all("form[data-guard] textarea[name='reply.1']");
    assert_eq!(guarded.len(), 1);
    page.hides(told);
    let admin = switch_on(&app, OTARU).await;
    save_all(&app.desk, writer.actor(), OPEN, &complete_form()).await;
    let page = writer.get(CHECK).await.ok();
    let ask = page.form("決裁に回す");
    writer.submit_and_follow(&ask).await.ok();
    let page = admin.get(CHECK).await.ok();
    assert!(page.all(ways).is_empty(), "a save would make it void");
    page.shows(told)
        .shows("提出せずに、入力した担当へ戻す")
        .shows("差戻しのあとに変わっていません");
}
