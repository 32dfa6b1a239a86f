//! What a body was asked is decided before it submits, whichever door the submission comes by; the reviewer reads what was
//! said, and where nothing was.

use torimatome::domain::place::{Place, Section};
use torimatome::domain::response_status::ResponseStatus as Status;
use torimatome::domain::review_request::{ReplyKind, RequestState as At};
use torimatome::workflow::WorkflowError;
use torimatome::workflow::proxy_entry::{ProxySubmission, submit_entry};
use torimatome::workflow::submit_response::submit_response;

use crate::app::{OPEN, OTARU, TestApp, body, edition};
use crate::client::{Client, Form, Page};
use crate::uploads::{NAME, batch, filled_in, preview, workbook};

const FORM: &str = "/editions/fy2027/form1";
const PHONE: &str = "つながりません。";
const EMAIL: &str = "個人のアドレスのようです。";
const PASSWORD: &str = "みかん 電車 ゆうびん 青空";

fn answer_of(code: &str) -> String {
    format!("/editions/{OPEN}/answers/{code}")
}

/// 小樽市 has submitted, and 北海道 has asked it about two fields.
async fn returned(app: &TestApp) -> Client {
    let (otaru, _) = app.submitted(OTARU).await;
    app.pass_minutes(1);
    let asked = [(Place::Phone, PHONE), (Place::Email, EMAIL)];
    app.return_with(OTARU, &asked).await;
    app.pass_minutes(1);
    otaru
}

/// The check page after the telephone number was mended.
async fn phone_mended(otaru: &Client) -> Page {
    let page = otaru.get(&format!("{FORM}/contact")).await.ok();
    let form = page.form("保存して次へ").fill("phone", "0134-11-1111");
    otaru.submit(&form).await.is(303);
    otaru.get(&format!("{FORM}/check")).await.ok()
}

/// The kinds of the replies as stored; every request is answered with the same revision.
async fn kinds(app: &TestApp, revision: i32) -> Vec<Option<ReplyKind>> {
    let requests = app.requests(OTARU).await;
    let kinds = requests.iter().map(|request| {
        assert_eq!(request.state, At::Answered);
        let reply = request.reply.as_ref().expect("is answered");
        assert_eq!(reply.revision, Some(revision));
        reply.kind
    });
    kinds.collect()
}

#[tokio::test]
async fn each_request_is_decided_on_the_check_page() {
    let app = TestApp::start().await;
    let otaru = returned(&app).await;
    let check = phone_mended(&otaru).await;
    check
        .shows("依頼への回答（2件）")
        .shows(PHONE)
        .shows(EMAIL)
        .shows("この項目は、差戻しのあとに変わっています。")
        .shows("この項目は、差戻しのあとに変わっていません。");
    let way = format!("a[href='{FORM}/contact?back=check#email']");
    assert!(!check.all(&format!("fieldset {way}")).is_empty());
    // What was changed begins as mended, the other is undecided.
    let form = check.form("提出する");
    assert_eq!(form.value("reply-kind.1"), "mended");
    assert_eq!(form.value("reply-kind.2"), "");
    let before = app.state_of(OTARU).await;
    let form = form.fill("reply.1", "直通番号に変えました。");
    let told = otaru.submit(&form).await.is(422);
    told.shows("入力した内容は消えていません");
    let problems = told.all(".error-summary li");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("依頼への回答（メールアドレス）"));
    let html = told.html();
    let to = scraper::Selector::parse(".error-summary li a").expect("a selector");
    let to = html.select(&to).next().expect("a link").value();
    let target = to.attr("href").unwrap_or_default().trim_start_matches('#');
    assert_eq!(told.value(target), "", "leads to the first choice");
    let form = told.form("提出する");
    assert_eq!(form.value("reply.1"), "直通番号に変えました。");
    assert_eq!(app.state_of(OTARU).await, before);
    // By hand neither.
    let version = app.answer(OTARU).await.version;
    let key = edition(OPEN);
    let silent = submit_response(&app.desk, otaru.actor(), &key, version, true).await;
    match silent {
        Err(WorkflowError::Invalid(problems)) => assert_eq!(problems.len(), 2),
        other => panic!("{other:?}"),
    }
    // Spaces are no words.
    let blank = form.clone().fill("reply.2", " 　");
    otaru.submit(&blank).await.is(422);

    let form = form.tick("reply-kind.2", "right");
    otaru.submit_and_follow(&form).await.ok();
    let right = Some(ReplyKind::RightAsItIs);
    assert_eq!(kinds(&app, 2).await, [Some(ReplyKind::Mended), right]);
    // The reviewer reads both, and that one had no words; so does the history.
    let hokkaido = app.prefecture("01").await;
    for path in ["", "/history", "/requests/2"] {
        let page = hokkaido.get(&format!("{}{path}", answer_of(OTARU))).await;
        page.ok()
            .shows("返事なし（「このままで正しいです」と連絡）");
    }
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows("直しました。直通番号に変えました。");
}

#[tokio::test]
async fn words_alone_decide_and_so_does_what_was_said_before_a_withdrawal() {
    let app = TestApp::start().await;
    let otaru = returned(&app).await;
    let check = phone_mended(&otaru).await;
    let form = check
        .form("提出する")
        .fill("reply.2", "係のアドレスを、いま申請しています。");
    otaru.submit_and_follow(&form).await.ok();
    assert_eq!(kinds(&app, 2).await, [Some(ReplyKind::Mended), None]);
    let page = otaru.get(FORM).await.ok();
    otaru.submit_and_follow(&page.form("取り下げる")).await.ok();
    // Nothing is typed twice: the next check page is ready as it stands, also for a door that brings no words.
    let version = app.answer(OTARU).await.version;
    let key = edition(OPEN);
    let again = submit_response(&app.desk, otaru.actor(), &key, version, true).await;
    again.expect("was decided before");
    assert_eq!(kinds(&app, 3).await, [Some(ReplyKind::Mended), None]);
    let reply = app.requests(OTARU).await.remove(1).reply;
    let words = reply.expect("is answered").words;
    assert_eq!(words, "係のアドレスを、いま申請しています。");
}

#[tokio::test]
async fn a_request_about_a_part_or_the_whole_is_asked_about_too() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let part = (
        Place::Section(Section::Contact),
        "部署名をお確かめください。",
    );
    app.return_with(OTARU, &[part]).await;
    let untouched = otaru.get(&format!("{FORM}/check")).await.ok();
    otaru.submit(&untouched.form("提出する")).await.is(422);
    // What cannot be read yet is compared with nothing.
    untouched.shows("差戻しのあとに変わっていません");
    let page = otaru.get(&format!("{FORM}/contact")).await.ok();
    let form = page.form("保存して次へ").fill("phone", "電話");
    otaru.submit(&form).await.is(422);
    let unread = otaru.get(&format!("{FORM}/check")).await.ok();
    unread.shows("依頼への回答（1件）").hides("差戻しのあとに");
    // Any change of the part answers to it.
    let check = phone_mended(&otaru).await;
    assert_eq!(check.form("提出する").value("reply-kind.1"), "mended");
    otaru.submit_and_follow(&check.form("提出する")).await.ok();
    assert_eq!(kinds(&app, 2).await, [Some(ReplyKind::Mended)]);
}

#[tokio::test]
async fn ones_own_file_is_asked_the_same() {
    let app = TestApp::start().await;
    let otaru = returned(&app).await;
    let mut mended = filled_in("1300");
    mended.contact.phone = "0134-11-1111".to_owned();
    let bytes = workbook(&app, OTARU, &mended).await;
    let page = preview(&otaru, NAME, &bytes).await;
    page.shows("依頼への回答（2件）").shows(EMAIL);
    let form = page.form("提出する").fill("reply.1", "直通番号です。");
    assert_eq!(form.value("reply-kind.1"), "mended");
    let before = app.state_of(OTARU).await;
    let told = otaru.submit(&form).await.is(422);
    told.shows("回答のない依頼が残っている")
        .shows("送ったファイルは消えていません")
        .shows("依頼への回答（メールアドレス）");
    assert_eq!(app.state_of(OTARU).await, before);
    let form = told.form("提出する");
    assert_eq!(form.value("reply.1"), "直通番号です。");
    let form = form.tick("reply-kind.2", "right");
    let receipt = otaru.submit_and_follow(&form).await.ok();
    receipt.shows("R9-012033-02");
    let right = Some(ReplyKind::RightAsItIs);
    assert_eq!(kinds(&app, 2).await, [Some(ReplyKind::Mended), right]);
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(&answer_of(OTARU)).await.ok();
    page.shows("直しました。直通番号です。");
}

/// Types an entry for 小樽市 with another number and comes to its check page.
async fn entered(office: &Client) -> Page {
    let proxy = format!("{}/proxy", answer_of(OTARU));
    let page = office.get(&proxy).await.ok();
    let form = page
        .form("回答の入力へ進む")
        .tick("source", "phone")
        .fill("received_on", "R9.1.19");
    let mut page = office.submit_and_follow(&form).await.ok();
    let fill = |form: Form| form.fill("phone", "0134-11-1111");
    page = office
        .submit_and_follow(&fill(page.form("保存して次へ")))
        .await
        .ok();
    for _ in 0..2 {
        let form = page.form("保存して次へ");
        page = office.submit_and_follow(&form).await.ok();
    }
    page
}

#[tokio::test]
async fn whoever_enters_an_answer_writes_down_what_the_body_said() {
    let app = TestApp::start().await;
    returned(&app).await;
    let office = app.prefecture("01").await;
    let check = entered(&office).await;
    check
        .shows("団体から聞いた答え")
        .shows("依頼への回答（2件）")
        .shows(EMAIL);
    let form = check.form("代理で提出する").tick("replace", "1");
    assert_eq!(form.value("reply-kind.1"), "mended");
    let told = office.submit(&form).await.is(422);
    told.shows("依頼への回答（メールアドレス）");
    let form = told.form("代理で提出する");
    assert_eq!(form.value("replace"), "1", "what was ticked stays ticked");
    assert_eq!(app.answer(OTARU).await.status, Status::Returned);
    // By hand neither.
    let key = edition(OPEN);
    let sent = ProxySubmission {
        version: app.answer(OTARU).await.version,
        entry_version: form.value("entry_version").parse().expect("a number"),
        warnings_confirmed: true,
        replace: true,
    };
    let silent = submit_entry(&app.desk, office.actor(), &key, body(OTARU), sent, &[]).await;
    assert!(
        matches!(silent, Err(WorkflowError::Invalid(_))),
        "{silent:?}"
    );
    let form = form.fill("reply.2", "来月から係のアドレスを使うとのこと。");
    office.submit_and_follow(&form).await.ok();
    assert_eq!(kinds(&app, 2).await, [Some(ReplyKind::Mended), None]);
    let reply = app.requests(OTARU).await.remove(1).reply;
    let reply = reply.expect("is answered");
    assert_eq!(reply.words, "来月から係のアドレスを使うとのこと。");
    assert_eq!(reply.body, "北海道");
}

#[tokio::test]
async fn a_file_in_bulk_asks_first_and_answers_without_a_word() {
    let app = TestApp::start().await;
    returned(&app).await;
    let office = app.prefecture("01").await;
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    let page = batch(&office, &[(NAME, &bytes)]).await;
    page.shows("いまの回答を置きかえてよいか");
    assert_eq!(app.answer(OTARU).await.status, Status::Returned);
    let waiting = app.requests(OTARU).await;
    assert!(waiting.iter().all(|request| request.state == At::WithBody));
    let html = page.html();
    let boxes = scraper::Selector::parse("input[name=file]").expect("a selector");
    let ticked = html.select(&boxes).next().expect("a box").value();
    let form = page
        .form("ファイルの内容で置きかえる")
        .tick("file", ticked.attr("value").expect("an id"));
    office.submit_and_follow(&form).await.ok();
    assert_eq!(kinds(&app, 2).await, [None, None]);
    let page = office.get(&answer_of(OTARU)).await.ok();
    page.shows("返事なし（提出した内容をご確認ください）");
}

/// Signs in again on the page that a press led to, and comes back to what was pressed.
async fn signed_in_again(client: &Client, form: &Form) -> Page {
    let ended = client.submit(form).await.is(401);
    let form = ended
        .form("ログインする")
        .fill("email", &client.actor().email)
        .fill("password", PASSWORD);
    client.submit_and_follow(&form).await.ok()
}

#[tokio::test]
async fn what_was_chosen_outlives_an_ended_session_at_every_door() {
    let app = TestApp::start().await;
    let otaru = returned(&app).await;
    let office = app.prefecture("01").await;
    app.set_password(otaru.actor(), PASSWORD).await;
    app.set_password(office.actor(), PASSWORD).await;
    let bytes = workbook(&app, OTARU, &filled_in("1300")).await;
    let doors = [
        (
            &otaru,
            otaru.get(&format!("{FORM}/check")).await.ok(),
            "提出する",
        ),
        (&otaru, preview(&otaru, NAME, &bytes).await, "提出する"),
        (&office, entered(&office).await, "代理で提出する"),
    ];
    for (client, page, button) in doors {
        app.pass_minutes(61);
        let form = page
            .form(button)
            .fill("reply.2", "いま確かめています。")
            .tick("reply-kind.2", "right");
        let back = signed_in_again(client, &form).await;
        let form = back.form(button);
        assert_eq!(
            form.value("reply.2"),
            "いま確かめています。",
            "{}",
            back.path
        );
        assert_eq!(form.value("reply-kind.2"), "right", "{}", back.path);
    }
    assert_eq!(app.answer(OTARU).await.status, Status::Returned);
}

#[tokio::test]
async fn what_was_ticked_holds_for_what_was_seen_and_what_was_said_is_kept() {
    let app = TestApp::start().await;
    let otaru = returned(&app).await;
    phone_mended(&otaru).await;
    let office = app.prefecture("01").await;
    let entry = entered(&office).await.form("代理で提出する");
    let entry = entry
        .tick("replace", "1")
        .fill("reply.2", "来月から係のアドレスを使うとのこと。");

    // A colleague saves while the check page is open: nothing goes out, and nothing is typed twice.
    let check = otaru.get(&format!("{FORM}/check")).await.ok();
    let sent = check.form("提出する").fill("reply.2", "申請しています。");
    let colleague = app.person(Some(OTARU), "こども担当", false).await;
    let page = colleague.get(&format!("{FORM}/contact")).await.ok();
    let form = page.form("保存して次へ").fill("phone", "0134-11-2222");
    colleague.submit(&form).await.is(303);
    let told = otaru.submit(&sent).await.is(409);
    told.shows("まだ提出していません")
        .shows("画面を開いたあとに、回答の内容が変わりました")
        .shows("0134-11-2222");
    assert_eq!(app.answer(OTARU).await.status, Status::Returned);
    let sent = told.form("提出する");
    assert_eq!(sent.value("reply.2"), "申請しています。");
    otaru.submit_and_follow(&sent).await.ok();
    assert_eq!(kinds(&app, 2).await, [Some(ReplyKind::Mended), None]);

    // The office had seen a draft, not this submission.
    let told = office.submit(&entry).await.is(409);
    let form = told.form("代理で提出する");
    assert_eq!(form.value("replace"), "", "nobody ticked that");
    office.submit(&form).await.is(422);
    let record = app.answer(OTARU).await;
    assert_eq!(
        (record.status, record.revision_number),
        (Status::Submitted, 2)
    );
}
