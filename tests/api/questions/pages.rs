//! The fourth part on the pages of a body and of its reviewer.

use jiff::civil::date;
use torimatome::domain::extra_question::ExtraAnswer;
use torimatome::domain::place::{Place, Section};
use torimatome::workflow::WorkflowError;
use torimatome::workflow::save_draft::{SectionInput, save_draft};

use super::{ASKING, FORM, NEXT, QUESTIONS, asking, id, newest, open, submit};
use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, complete_form, edition};
use crate::client::Client;

async fn save_official(app: &TestApp, client: &Client) {
    let code = client.actor().code().expect("a body").to_string();
    for section in Section::OFFICIAL {
        let version = app
            .answer_in(ASKING, &code)
            .await
            .draft_or_prefill()
            .version(section);
        let input = SectionInput::of(&complete_form(), section);
        let saved = save_draft(&app.desk, client.actor(), &edition(ASKING), version, input).await;
        saved.expect("is saved");
    }
}

#[tokio::test]
async fn questions_are_answered_checked_submitted_returned_and_answered_again() {
    let app = asking().await;
    let client = app.municipality(OTARU).await;
    save_official(&app, &client).await;
    let list = client.get(FORM).await.ok();
    list.shows("追加の質問").shows("未着手");
    let check = client.get(&format!("{FORM}/check")).await.ok();
    check.shows("「追加の質問」がまだ入力されていません");
    assert!(!check.has_button("提出する"));

    // The part after the third is the fourth; what is wrong is kept and said.
    let schemes = client.get(&format!("{FORM}/schemes")).await.ok();
    let next = client.submit(&schemes.form("保存して次へ")).await;
    assert_eq!(next.location(), format!("{FORM}/questions"));
    let page = client.follow(next).await.ok();
    page.shows("4. 追加の質問")
        .shows("改修の対象となる端末です。")
        .hides("管内の意見");
    let form = page
        .form("保存して次へ")
        .fill("question-devices", "約１，２００台")
        .fill("question-start", "春ごろ");
    let refused = client.submit(&form).await.is(422);
    refused
        .shows("データの連携方法：1つ選んでください")
        .shows("接続の希望日：日付を読み取れませんでした")
        .shows("「1,200台」として読み取りました");
    assert_eq!(refused.value("question-start"), "春ごろ");
    let list = client.get(FORM).await.ok();
    list.shows("直すところが2か所あります");
    let check = client.get(&format!("{FORM}/check")).await.ok();
    check.shows("接続の希望日：日付を読み取れませんでした");

    let form = client
        .get(&format!("{FORM}/questions?back=check"))
        .await
        .ok()
        .form("保存して次へ")
        .fill("question-start", "R9.4.1")
        .tick("question-delivery", "batch");
    let check = client.submit_and_follow(&form).await.ok();
    check
        .shows("#2 APIバッチ")
        .shows("令和9年4月1日（木）")
        .shows("入力：R9.4.1")
        .shows("入力：約１，２００台");
    let receipt = client.submit_and_follow(&check.form("提出する")).await.ok();
    receipt
        .shows("4. 追加の質問")
        .shows("#2 APIバッチ")
        .shows("1,200台")
        .hides("管内の意見");
    let form = newest(&app, OTARU).await;
    assert_eq!(form.extra[&id("devices")], ExtraAnswer::Number(1_200));
    assert_eq!(
        form.extra[&id("start")],
        ExtraAnswer::Date(date(2027, 4, 1))
    );
    assert_eq!(form.extra_typed[&id("devices")], "約１，２００台");

    // The reviewer sees them and returns one with a reason of its own.
    let prefecture = app.prefecture("01").await;
    let path = format!("/editions/{ASKING}/answers/{OTARU}");
    prefecture.get(&path).await.ok().shows("#2 APIバッチ");
    let returning = prefecture.get(&format!("{path}/return")).await.ok();
    returning
        .shows("4. 追加の質問")
        .shows("1,200台（入力：約１，２００台）");
    let form = returning
        .form("差し戻す")
        .fill("reason.questions.devices", "桁をお確かめください。");
    prefecture.submit_and_follow(&form).await.ok();
    let list = client.get(FORM).await.ok();
    list.shows("端末の台数")
        .shows("桁をお確かめください。")
        .shows("要修正");
    let page = client.get(&format!("{FORM}/questions")).await.ok();
    page.shows("桁をお確かめください。");
    assert_eq!(page.value("question-devices"), "約１，２００台");
    assert_eq!(page.value("question-delivery-batch"), "checked");
    let form = page.form("保存して次へ").fill("question-devices", "120");
    let check = client.submit_and_follow(&form).await.ok();
    client.submit_and_follow(&check.form("提出する")).await.ok();
    let history = client.get(&format!("{FORM}/history")).await.ok();
    history.shows("端末の台数").shows("1,200台").shows("120台");
    assert_eq!(app.answer_in(ASKING, OTARU).await.revision_number, 2);
}

#[tokio::test]
async fn each_kind_of_body_is_asked_its_own_questions() {
    let app = asking().await;
    let hokkaido = app.body(HOKKAIDO).await;
    let page = hokkaido.get(&format!("{FORM}/questions")).await.ok();
    page.shows("データの連携方法").shows("管内の意見");
    let form = page
        .form("保存して次へ")
        .tick("question-delivery", "api")
        .fill("question-remarks", "一行目\r\n二行目");
    let check = hokkaido.submit_and_follow(&form).await.ok();
    check.shows("一行目");
    // A city that names a question it is not asked is not listened to.
    let otaru = app.municipality(OTARU).await;
    let page = otaru.get(&format!("{FORM}/questions")).await.ok();
    let form = page
        .form("一時保存して一覧へ戻る")
        .tick("question-remarks", "よその質問")
        .tick("question-nowhere", "x");
    otaru.submit_and_follow(&form).await.ok();
    let draft = app.answer_in(ASKING, OTARU).await.draft.expect("was saved");
    assert!(draft.input.extra.is_empty(), "{:?}", draft.input.extra);
    assert_eq!(draft.version(Section::Questions), 1);
}

#[tokio::test]
async fn two_editors_of_the_questions_see_both_texts() {
    let app = asking().await;
    let first = app.person(Some(OTARU), "障害福祉担当", false).await;
    let second = app.person(Some(OTARU), "こども医療担当", false).await;
    let path = format!("{FORM}/questions");
    let (one, two) = (first.get(&path).await.ok(), second.get(&path).await.ok());
    let form = one
        .form("一時保存して一覧へ戻る")
        .tick("question-delivery", "api");
    first.submit_and_follow(&form).await.ok();
    let form = two
        .form("一時保存して一覧へ戻る")
        .tick("question-delivery", "rpa")
        .fill("question-devices", "5");
    let conflict = second.submit(&form).await.is(409);
    conflict
        .shows("障害福祉担当が先に保存しました")
        .shows("#1 API（自動）")
        .shows("#4 RPA");
    assert_eq!(conflict.value("question-delivery-rpa"), "checked");
    let draft = app.answer_in(ASKING, OTARU).await.draft.expect("was saved");
    assert_eq!(draft.input.extra[&id("delivery")], "api");
}

#[tokio::test]
async fn an_edition_without_questions_knows_nothing_of_them() {
    let app = asking().await;
    let client = app.drafted(OTARU).await;
    client
        .get("/editions/fy2027/form1")
        .await
        .ok()
        .hides("追加の質問");
    client.get("/editions/fy2027/form1/questions").await.is(404);
    let posted = [
        ("base_version", "0"),
        ("do", "save"),
        ("question-delivery", "api"),
    ];
    client
        .post("/editions/fy2027/form1/questions", &posted)
        .await
        .is(404);
    let input = SectionInput::Questions([(id("delivery"), "api".to_owned())].into());
    let refused = save_draft(&app.desk, client.actor(), &edition(OPEN), 0, input).await;
    assert!(
        matches!(refused, Err(WorkflowError::NotFound)),
        "{refused:?}"
    );
    let check = client.get("/editions/fy2027/form1/check").await.ok();
    check.hides("追加の質問");
    let receipt = client.submit_and_follow(&check.form("提出する")).await.ok();
    receipt.hides("追加の質問");
    let ministry = app.ministry().await;
    ministry
        .get("/editions/fy2027/downloads")
        .await
        .ok()
        .hides("追加の質問");
    let none = ministry.get("/editions/fy2027/questions").await.ok();
    none.shows("追加の質問はありません");
    let (_, csv) = ministry.download("/editions/fy2027/answers.csv").await;
    let csv = String::from_utf8(csv).expect("text");
    assert!(
        csv.lines()
            .next()
            .expect("a head")
            .ends_with("entered_by_proxy")
    );
}

#[tokio::test]
async fn the_next_edition_begins_with_the_answers_to_questions_it_asks_again() {
    let app = asking().await;
    submit(
        &app,
        OTARU,
        &[("delivery", "④"), ("devices", "約120"), ("start", "R9.4.1")],
    )
    .await;
    submit(
        &app,
        HOKKAIDO,
        &[("delivery", "api"), ("remarks", "特になし")],
    )
    .await;
    let next = QUESTIONS
        .replace("unit = \"台\"", "unit = \"百台\"")
        .replace("[\"prefecture\"]", "[\"core_city\"]")
        .replace("#4 RPA", "#1 RPA")
        .replace("#1 API（自動）", "#4 API（自動）");
    open(&app, NEXT, &next).await;
    let draft = app.answer_in(NEXT, OTARU).await.draft_or_prefill();
    let extra: Vec<_> = draft
        .input
        .extra
        .iter()
        .map(|(id, typed)| (id.as_str(), typed.as_str()))
        .collect();
    assert_eq!(extra, [("delivery", "rpa"), ("start", "R9.4.1")]);
    let client = app.municipality(OTARU).await;
    let page = client
        .get(&format!("/editions/{NEXT}/form1/questions"))
        .await
        .ok();
    page.shows("前回の回答から")
        .shows("令和10年度分の回答を入れてあります")
        .hides("入力内容に誤り");
    assert_eq!(page.value("question-delivery-rpa"), "checked");
    // 北海道 is not asked for its remarks again.
    let draft = app.answer_in(NEXT, HOKKAIDO).await.draft_or_prefill();
    let ids: Vec<_> = draft.input.extra.keys().map(|id| id.as_str()).collect();
    assert_eq!(ids, ["delivery"]);
    // The shipped edition before them asks nothing: nothing comes of it.
    assert!(
        app.answer_in(ASKING, HAKODATE)
            .await
            .draft_or_prefill()
            .input
            .extra
            .is_empty()
    );
}

#[tokio::test]
async fn a_reason_stands_at_questions_of_the_edition_only() {
    let app = asking().await;
    submit(&app, OTARU, &[("delivery", "api")]).await;
    let prefecture = app.prefecture("01").await;
    let path = format!("/editions/{ASKING}/answers/{OTARU}/return");
    let form = prefecture
        .get(&path)
        .await
        .ok()
        .form("差し戻す")
        .tick("reason.questions.nowhere", "x")
        .fill("reason.questions", "全体をお確かめください。");
    prefecture.submit_and_follow(&form).await.ok();
    let record = app.answer_in(ASKING, OTARU).await;
    let items = record.open_return.expect("was returned").items;
    let places: Vec<_> = items.iter().map(|item| item.place.clone()).collect();
    assert_eq!(places, [Place::Section(Section::Questions)]);
}

#[tokio::test]
async fn what_the_edition_before_did_not_ask_was_not_left_empty() {
    let app = asking().await;
    // 函館市 answered an edition without questions.
    submit(&app, HAKODATE, &[("delivery", "api"), ("devices", "3")]).await;
    let ministry = app.ministry().await;
    let path = format!("/editions/{ASKING}/answers/{HAKODATE}");
    let page = ministry.get(&path).await.ok();
    let rows = page.all("table.diff tbody tr");
    let row = rows.iter().find(|row| row.contains("端末の台数"));
    let row = row.expect("is a difference");
    assert!(
        row.contains("（この質問はありませんでした）") && !row.contains("未入力"),
        "{row}"
    );
}
