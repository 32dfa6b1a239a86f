//! The ledger of participation on pages: lists, single entries, and confirming from answers.

use jiff::civil::date;
use torimatome::domain::organization::OrganizationKind;
use torimatome::domain::participation::{ParticipationSource, ParticipationState};
use torimatome::domain::place::Place;
use torimatome::domain::response::SchemeInput;
use torimatome::store::participation::LedgerRow;
use torimatome::workflow::bodies::bring_up_to_date;
use torimatome::workflow::participation::confirm::{Candidate, Seen, candidates, confirm};

use crate::app::{
    HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, body, complete_form, edition, save_all,
};
use crate::bodies::{enter, merger, promotion, rename};
use crate::client::{Client, Form, Page};

mod taking_back;

const LIST: &str = "団体コード,制度,年度,状況\n012025,こども,R7,参加\n012033,こども,R7,参加予定\n";
const CONFIRM: &str = "/editions/fy2027/participation";
/// Also those that wait for their reviewer.
const ANY: &str = "/editions/fy2027/participation?f=1";

async fn ledger(app: &TestApp, code: &str) -> Vec<LedgerRow> {
    let rows = app.desk.store.participation_of(body(code)).await;
    rows.expect("reads")
}

async fn batches(app: &TestApp) -> u64 {
    let count = app.desk.store.count_participation_batches().await;
    count.expect("reads")
}

/// Scheme and state of a body's entries, in the order in which they were recorded.
async fn entries(app: &TestApp, code: &str) -> Vec<(String, ParticipationState)> {
    let rows = ledger(app, code).await.into_iter();
    rows.map(|row| (row.entry.scheme.to_string(), row.entry.state))
        .collect()
}

/// The row of a body on the page of confirmation.
fn row(page: &Page, code: &str) -> String {
    let rows = page.all("#answers-table tbody tr");
    let row = rows.into_iter().find(|row| row.contains(code));
    row.unwrap_or_else(|| panic!("no row of {code}: {}", page.text()))
}

/// The token of a body's newest answer.
async fn token(app: &TestApp, code: &str) -> String {
    let seen = seen(app, code).await;
    format!("{}.{}", seen.code, seen.revision_id)
}

async fn seen(app: &TestApp, code: &str) -> Seen {
    let actor = app.actor(None, "医療費助成担当", true).await;
    let (_, all) = candidates(&app.desk, &actor, &edition(OPEN))
        .await
        .expect("reads");
    let found = all
        .into_iter()
        .find(|it| it.line.class.code.as_str() == code);
    let answer = found.and_then(|it| it.answer).expect("has answered");
    Seen {
        code: body(code),
        revision_id: answer.revision_id,
    }
}

/// From the list over the check page to the end.
async fn confirmed(ministry: &Client, form: &Form) -> Page {
    let check = ministry.submit(form).await.ok();
    check.shows("まだ登録していません。");
    let form = check.form("この内容で確定する");
    ministry.submit_and_follow(&form).await.ok()
}

/// A body submits once more, without リハビリ (rehabilitation) and with one local scheme more.
async fn answers_anew(app: &TestApp, code: &str) {
    app.return_with(code, &[(Place::Phone, "お確かめください。")])
        .await;
    let client = app.body(code).await;
    let mut form = complete_form();
    form.schemes.rows.clear();
    for id in ["local_child", "local_disability"] {
        let row = SchemeInput {
            target: true,
            recipients: "10".to_owned(),
        };
        form.schemes.rows.insert(id.parse().expect("an id"), row);
    }
    save_all(&app.desk, client.actor(), OPEN, &form).await;
    app.submit(client.actor()).await;
}

/// Sends a list on the page of participation.
pub async fn send_list(ministry: &Client, name: &str, list: &str) -> Page {
    let files = [(name, list.as_bytes())];
    ministry.upload("/participation", &files).await
}

#[tokio::test]
async fn a_list_is_taken_in_on_the_page_once() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let sent = send_list(&ministry, "R7.csv", LIST).await;
    let page = ministry.follow(sent).await.ok();
    page.shows("2件（2団体）を登録しました。参加予定 1件、参加 1件。")
        .shows("R7.csv")
        .shows("ファイルから取り込み")
        .shows("厚生労働省");
    let sent = send_list(&ministry, "R7.csv", LIST).await;
    ministry
        .follow(sent)
        .await
        .ok()
        .shows("に取り込み済みです。何も変わっていません。");
    let other = format!("{LIST}012025,こども,R6,参加\n");
    let more = send_list(&ministry, "R6.csv", &other).await;
    let page = ministry.follow(more).await.ok();
    page.shows("1件（1団体）を登録しました。")
        .shows("ほかの2行は登録済みの内容でした。");
    assert_eq!(batches(&app).await, 2);
    let batch = ministry.get("/participation/batches/1").await.ok();
    batch.shows("012025 北海道函館市").shows("R7.csv");
    ministry.get("/participation/batches/9").await.is(404);
}

#[tokio::test]
async fn one_bad_row_refuses_the_whole_list_and_every_reason_is_told() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let list = format!("{LIST}999999,こども,R7,\n012025,知らない制度,R7,\n012025,こども,R2,\n");
    let page = send_list(&ministry, "bad.csv", &list).await.is(422);
    page.shows("3行を登録できません")
        .shows("1件も登録していません");
    let rows = page.all("table tbody tr");
    assert!(
        rows[0].starts_with("4行目団体コード・名称") && rows[0].contains("999999"),
        "{rows:?}"
    );
    assert!(rows[1].starts_with("5行目制度"), "{rows:?}");
    assert!(rows[2].starts_with("6行目年度"), "{rows:?}");
    let page = ministry.upload("/participation", &[]).await.is(422);
    page.shows("リストのファイルがありません");
    let page = ministry
        .upload("/participation", &[("x.csv", b"a,b\n1,2\n")])
        .await
        .is(422);
    page.shows("見出しの行が見つかりません");
    assert_eq!(batches(&app).await, 0);
}

#[tokio::test]
async fn one_entry_is_typed_and_corrected_by_another() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let form = ministry.get("/participation/enter?body=012025").await.ok();
    let form = form.form("登録する");
    assert_eq!(form.value("body"), "012025");
    let empty = ministry.submit(&form).await.is(422);
    for told in [
        "制度を選んでください。",
        "年度を選んでください。",
        "状況を選んでください。",
    ] {
        assert_eq!(
            empty
                .all(".error-summary li")
                .iter()
                .filter(|it| *it == told)
                .count(),
            1
        );
    }
    let wrong = form
        .clone()
        .fill("scheme", "local_child")
        .fill("year", "R7")
        .fill("state", "running")
        .fill("date", "きのう");
    let page = ministry.submit(&wrong).await.is(422);
    page.shows("日付「きのう」が読み取れません。");
    assert_eq!(page.value("date"), "きのう");
    assert_eq!(batches(&app).await, 0);

    let right = wrong
        .clone()
        .fill("date", "令和7年6月1日")
        .fill("note", "電話で確認");
    let page = ministry.submit_and_follow(&right).await.ok();
    page.shows("登録しました。")
        .shows("電話で確認")
        .shows("画面で入力")
        .shows("令和7年6月1日");
    ministry
        .submit(&right)
        .await
        .ok()
        .shows("同じ内容がもう登録されています");
    assert_eq!(batches(&app).await, 1);
    let correction = right.fill("state", "withdrawn");
    ministry.submit_and_follow(&correction).await.ok();
    let page = ministry.get("/participation/bodies/012025").await.ok();
    let standing = page.all("table tbody tr");
    assert!(standing[0].contains("取下げ"), "{standing:?}");
    assert_eq!(
        entries(&app, HAKODATE).await,
        [
            ("local_child".to_owned(), ParticipationState::Running),
            ("local_child".to_owned(), ParticipationState::Withdrawn),
        ]
    );
    // What a list may not say, a person may not either.
    let prefecture_only = ministry.get("/participation/enter?body=012033").await.ok();
    let refused = prefecture_only
        .form("登録する")
        .fill("scheme", "psychiatric_outpatient")
        .fill("year", "R7")
        .fill("state", "running");
    ministry.submit(&refused).await.is(422).shows("の実施主体");
}

#[tokio::test]
async fn a_body_is_found_by_name_and_has_its_history() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/participation?q=はこだて").await.ok();
    page.shows("1団体が当てはまります")
        .shows("北海道函館市（012025）");
    let page = ministry.get("/participation/bodies/012025").await.ok();
    page.shows("この自治体の記録は、まだありません。");
    ministry.get("/participation/bodies/999999").await.is(404);
    ministry
        .get("/participation?q=いない町")
        .await
        .ok()
        .shows("当てはまる自治体はありません");
}

#[tokio::test]
async fn answers_are_confirmed_once_and_what_changed_since_is_shown() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    app.accept(OTARU).await;
    // At first the page asks for what is accepted.
    let page = ministry.get(CONFIRM).await.ok();
    assert!(row(&page, OTARU).contains("未確定"));
    page.shows("1,788団体のうち、回答があり条件に合う1団体")
        .shows("1団体・2件");
    let country = ministry.get("/editions/fy2027/country").await.ok();
    country.shows("未着手 1,786");
    let none = ministry
        .submit(&page.form("印を付けた団体の確認へ進む"))
        .await;
    none.is(422).shows("確定する団体が選ばれていません");
    let form = page
        .form("印を付けた団体の確認へ進む")
        .tick("answer", &token(&app, OTARU).await);
    let done = confirmed(&ministry, &form).await;
    done.shows("2件（1団体）を登録しました。参加予定 2件");
    assert!(row(&done, OTARU).contains("確定済"));
    let rows = ledger(&app, OTARU).await;
    assert_eq!(rows.len(), 2);
    for row in &rows {
        assert_eq!(row.entry.fiscal_year.short(), "R9");
        assert_eq!(row.entry.state, ParticipationState::Planned);
        assert_eq!(row.batch.source, ParticipationSource::Confirmed);
        assert!(row.entry.revision_id.is_some());
    }
    // The same form again adds nothing.
    ministry
        .submit(&form)
        .await
        .ok()
        .shows("新しく登録する内容はありません")
        .hides("この内容で確定する");
    assert_eq!(batches(&app).await, 1);
    let history = ministry.get("/participation/bodies/012033").await.ok();
    history.shows("回答から確定　R9-012033-01（第1版）");

    answers_anew(&app, OTARU).await;
    let page = ministry.get(ANY).await.ok();
    assert!(
        row(&page, OTARU).contains("確定後に変更"),
        "{}",
        row(&page, OTARU)
    );
    let changed = ministry.get(&format!("{ANY}&standing=changed")).await.ok();
    changed.shows("回答があり条件に合う1団体");
    // Without the tick what was dropped stays; the other body comes along with 「すべて」.
    let all = page.form("条件に合うすべての団体の確認へ進む（2団体）");
    confirmed(&ministry, &all).await.shows("3件（2団体）");
    assert_eq!(entries(&app, HAKODATE).await.len(), 2);
    let page = ministry.get(ANY).await.ok();
    assert!(row(&page, OTARU).contains("確定後に変更"));
    let drop = page
        .form("条件に合うすべての団体の確認へ進む（1団体）")
        .tick("drop", "1");
    confirmed(&ministry, &drop).await.shows("取下げ 1件");
    let last = entries(&app, OTARU).await.pop();
    assert_eq!(
        last,
        Some(("rehabilitation".to_owned(), ParticipationState::Withdrawn))
    );
    let page = ministry.get(ANY).await.ok();
    assert!(row(&page, OTARU).contains("確定済"));
    let audit = app
        .desk
        .store
        .audit_of("participation/1")
        .await
        .expect("reads");
    assert_eq!(audit[0].action, "participation_confirm");
}

#[tokio::test]
async fn an_answer_that_changed_meanwhile_stops_everything() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    let page = ministry.get(ANY).await.ok();
    answers_anew(&app, HAKODATE).await;
    let stale = page.form("条件に合うすべての団体の確認へ進む（2団体）");
    let told = ministry.submit(&stale).await.is(409);
    told.shows("1件も登録していません");
    assert_eq!(told.all(".banner-warning li"), ["函館市"]);
    assert_eq!(batches(&app).await, 0);
    // An answer that was returned cannot be confirmed either.
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    let all = ministry.get(ANY).await.ok();
    all.shows("回答があり条件に合う1団体");
    let again = all.form("条件に合うすべての団体の確認へ進む（1団体）");
    confirmed(&ministry, &again).await.shows("2件（1団体）");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_confirm_the_same_add_it_once() {
    let app = TestApp::start().await;
    for code in [OTARU, HAKODATE, HOKKAIDO] {
        app.submitted(code).await;
    }
    let mut all = Vec::new();
    for code in [OTARU, HAKODATE, HOKKAIDO] {
        all.push(seen(&app, code).await);
    }
    let actor = app.actor(None, "医療費助成担当", true).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (desk, actor, all) = (app.desk.clone(), actor.clone(), all.clone());
            tokio::spawn(
                async move { confirm(&desk, &actor, &edition(OPEN), &all, true, None).await },
            )
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        match task.await.expect("does not panic") {
            Ok(done) => written += usize::from(done.batch.is_some()),
            Err(_) => panic!("nothing changed"),
        }
    }
    assert_eq!((written, batches(&app).await), (1, 1));
    assert_eq!(entries(&app, OTARU).await.len(), 2);
}

#[tokio::test]
async fn an_edition_in_preparation_confirms_nothing() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    ministry.get("/editions/fy2026/participation").await.is(404);
    let refused = ministry
        .post("/editions/fy2026/participation", &[("answer", "012033.1")])
        .await;
    assert_eq!(refused.status, 404);
    assert_eq!(batches(&app).await, 0);
}

#[tokio::test]
async fn a_body_that_is_not_in_the_year_is_shown_and_adds_nothing() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    let before = ministry.get(ANY).await.ok();
    let both = before.form("条件に合うすべての団体の確認へ進む（2団体）");
    enter(&app, merger(OTARU, HAKODATE), date(2027, 3, 1)).await;
    let page = ministry.get(ANY).await.ok();
    let told = row(&page, OTARU);
    assert!(
        told.contains("令和9年度にはない団体のため、登録できません")
            && told.contains("令和9年3月1日（月）に北海道函館市へ引き継がれています"),
        "{told}"
    );
    let check = ministry.submit(&both).await.ok();
    let refused = check.all("#refused + .table-wrap tbody tr");
    assert!(
        refused.len() == 1 && refused[0].starts_with("小樽市すべて令和9年度にはない団体"),
        "{refused:?}"
    );
    confirmed(&ministry, &both)
        .await
        .shows("2件（1団体）を登録しました");
    assert!(entries(&app, OTARU).await.is_empty());
    assert_eq!(entries(&app, HAKODATE).await.len(), 2);
}

#[tokio::test]
async fn answers_are_judged_by_the_class_at_the_end_of_the_year() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let class = async || {
        let actor = app.actor(None, "医療費助成担当", true).await;
        let found = candidates(&app.desk, &actor, &edition(OPEN)).await;
        let (_, all) = found.expect("reads");
        let of = |it: &Candidate| it.line.class.code.as_str() == OTARU;
        let answer = all.into_iter().find(of).and_then(|it| it.answer);
        answer.expect("has answered").class
    };
    assert_eq!(class().await.kind, OrganizationKind::City);
    enter(&app, promotion(OTARU), date(2027, 4, 1)).await;
    assert_eq!(class().await.kind, OrganizationKind::CoreCity);
}

#[tokio::test]
async fn what_stands_can_be_withdrawn_after_the_body_has_ended() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let list = |rows: &str| format!("団体コード,制度,年度,状況\n{rows}\n");
    let planned = list("012092,こども,R9,参加予定");
    send_list(&ministry, "a.csv", &planned).await.is(303);
    enter(&app, merger(YUBARI, OTARU), date(2027, 3, 1)).await;
    app.at(date(2027, 3, 1).at(9, 0, 0, 0));
    bring_up_to_date(&app.desk).await.expect("looks");
    let ministry = app.ministry().await;
    ministry
        .get("/participation?q=夕張")
        .await
        .ok()
        .shows("北海道夕張市（廃止）（012092）");
    ministry
        .get("/participation/batches/1")
        .await
        .ok()
        .shows("012092 北海道夕張市（廃止）");
    let more = list("012092,こども,R9,参加");
    send_list(&ministry, "b.csv", &more)
        .await
        .is(422)
        .shows("令和9年度にはありません")
        .shows("令和9年3月1日（月）に北海道小樽市へ引き継がれています");
    let withdrawn = list("012092,こども,R9,取下げ");
    send_list(&ministry, "c.csv", &withdrawn).await.is(303);
    let last = entries(&app, YUBARI).await.pop();
    assert_eq!(
        last,
        Some(("local_child".to_owned(), ParticipationState::Withdrawn))
    );
}

#[tokio::test]
async fn a_list_may_name_a_body_as_it_was_called_within_the_year() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let day = date(2027, 10, 1);
    enter(&app, rename(HAKODATE, "新函館市", "シンハコダテシ"), day).await;
    let list = |name: &str| format!("名称,制度,年度,状況\n{name},こども,R9,参加予定\n");
    let (old, new) = (list("函館市"), list("新函館市"));
    let sent = send_list(&ministry, "a.csv", &old).await;
    ministry.follow(sent).await.ok().shows("1件（1団体）");
    let sent = send_list(&ministry, "b.csv", &new).await;
    ministry
        .follow(sent)
        .await
        .ok()
        .shows("すべて登録済みの内容でした");
    assert_eq!(entries(&app, HAKODATE).await.len(), 1);
}
