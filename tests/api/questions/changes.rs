//! A notice of a change of intent changes answers to the questions, too, and what is counted from them.

use jiff::civil::date;
use torimatome::domain::extra_question::ExtraAnswer;

use super::{ASKING, asking, id, newest, submit};
use crate::app::{HOKKAIDO, OPEN, OTARU, TestApp};
use crate::client::Client;

const NEW: &str = "/editions/fy2028/changes/new";

/// A week after the deadline.
fn later(app: &TestApp) {
    app.at(date(2027, 3, 5).at(10, 0, 0, 0));
}

async fn counts(ministry: &Client) -> String {
    let path = format!("/editions/{ASKING}/questions.csv");
    let (_, csv) = ministry.download(&path).await;
    String::from_utf8(csv).expect("text")
}

#[tokio::test]
async fn a_notice_changes_answers_to_questions_and_the_counts_follow() {
    let app = asking().await;
    let answered = [("delivery", "api"), ("devices", "約１，２００台")];
    let before = submit(&app, OTARU, &answered).await;
    later(&app);
    let otaru = app.municipality(OTARU).await;
    let page = otaru.get(NEW).await.ok();
    page.shows("3. 追加の質問")
        .shows("4. 変更の理由")
        .shows("改修の対象となる端末です。")
        .hides("管内の意見")
        .hides("前回の回答から");
    assert_eq!(page.value("question-delivery"), "checked");
    assert_eq!(page.value("question-devices"), "約１，２００台");
    // The same number in other words is no other answer.
    let form = page
        .form("変更の内容を確かめる")
        .fill("question-devices", "1,200")
        .fill("reason", "事業者が決まったため。")
        .fill("changed_on", "R9.3.4");
    let told = otaru.submit(&form).await.is(422);
    told.shows("いまの回答と同じ内容です");

    let form = form
        .fill("question-delivery", "rpa")
        .fill("question-devices", "")
        .fill("question-start", "春ごろ")
        .tick("question-remarks", "よその質問");
    let told = otaru.submit(&form).await.is(422);
    told.shows("接続の希望日：日付を読み取れませんでした");
    assert_eq!(told.value("question-start"), "春ごろ");
    assert_eq!(told.value("question-delivery-rpa"), "checked");
    let form = form.fill("question-start", "R9.4.1");
    let check = otaru.submit(&form).await.ok();
    assert_eq!(check.all("del"), ["#1 API（自動）", "1,200台", "未入力"]);
    assert_eq!(
        check.all("ins"),
        ["#4 RPA", "未入力", "令和9年4月1日（木）"]
    );
    let edit = otaru.submit(&check.form("戻って直す")).await.ok();
    assert_eq!(edit.value("question-start"), "R9.4.1");
    assert_eq!(edit.value("question-delivery-rpa"), "checked");
    let filed = otaru.submit_and_follow(&check.form("届け出る")).await.ok();
    filed.shows("都道府県の確認待ち");
    assert_eq!(filed.all("ins").len(), 3);
    // The same page once more is the same notice.
    let again = otaru.submit(&check.form("届け出る")).await;
    assert_eq!(again.location(), filed.path);

    // Until the ministry accepts, the answers are the old ones.
    let ministry = app.ministry().await;
    let csv = counts(&ministry).await;
    assert!(
        csv.contains("option.api,#1 API（自動）,prefecture,01,1"),
        "{csv}"
    );
    let change = "データの連携方法：#1 API（自動）→#4 RPA";
    let path = filed.path.split('?').next().expect("a path");
    let hokkaido = app.prefecture("01").await;
    hokkaido.get("/changes").await.ok().shows(change);
    let page = hokkaido.get(path).await.ok();
    hokkaido
        .submit_and_follow(&page.form("国へ送る"))
        .await
        .ok();
    let page = ministry.get(path).await.ok();
    page.shows("#4 RPA");
    let accepted = ministry.submit_and_follow(&page.form("承認する")).await;
    accepted.ok().shows("承認しました");

    let after = newest(&app, OTARU).await;
    assert_eq!(after.extra[&id("delivery")], ExtraAnswer::Choice(id("rpa")));
    assert_eq!(
        after.extra[&id("start")],
        ExtraAnswer::Date(date(2027, 4, 1))
    );
    assert_eq!(after.extra.len(), 2, "{:?}", after.extra);
    assert_eq!(
        (after.intents, after.schemes, after.contact),
        (before.intents, before.schemes, before.contact)
    );
    let csv = counts(&ministry).await;
    assert!(
        csv.contains("option.rpa,#4 RPA,prefecture,01,1")
            && !csv.contains("option.api,#1 API（自動）,prefecture,01,1")
            && !csv.contains(",1200"),
        "{csv}"
    );
    let report = "/changes/report?from=R9.3.5&to=R9.3.5";
    ministry
        .get(report)
        .await
        .ok()
        .shows(change)
        .shows("端末の台数：1,200台→回答なし");
    let csv = ministry
        .get(&report.replacen("report", "report.csv", 1))
        .await
        .ok();
    assert!(csv.body.contains(change), "{}", csv.body);
    let history = format!("/editions/{ASKING}/form1/history");
    otaru
        .get(&history)
        .await
        .ok()
        .shows("意向変更（第2版）")
        .shows("#4 RPA");
    // Should the answer come back to the body, the new answers are what it mends.
    let draft = app.answer_in(ASKING, OTARU).await.draft;
    let extra = draft.expect("has a draft").input.extra;
    assert_eq!(extra[&id("delivery")], "rpa");
}

#[tokio::test]
async fn a_notice_asks_what_the_edition_asks_of_the_body() {
    let app = asking().await;
    submit(
        &app,
        HOKKAIDO,
        &[("delivery", "api"), ("remarks", "一行目\n二行目")],
    )
    .await;
    app.submitted(OTARU).await;
    later(&app);
    let hokkaido = app.body(HOKKAIDO).await;
    let page = hokkaido.get(NEW).await.ok();
    assert_eq!(page.value("question-remarks"), "一行目\n二行目");
    let form = page
        .form("変更の内容を確かめる")
        .fill("question-remarks", " ")
        .fill("reason", "意見がなくなったため。")
        .fill("changed_on", "R9.3.4");
    hokkaido
        .submit(&form)
        .await
        .is(422)
        .shows("管内の意見：回答を入力してください");
    let form = form.fill("question-remarks", "一行目\r\n三行目");
    let check = hokkaido.submit(&form).await.ok();
    assert_eq!(check.all("ins"), ["一行目 三行目"]);
    // Lines stay lines on the way over the page that is only pressed.
    let confirmed = check.form("届け出る").tick("warnings_ok", "yes");
    let filed = hokkaido.submit_and_follow(&confirmed).await;
    filed.ok().shows("国の判断待ち");
    let change = app.desk.store.intent_change(1).await.expect("reads");
    let form = change.expect("was filed").notice.form;
    let lines = ExtraAnswer::Text("一行目\n三行目".to_owned());
    assert_eq!(form.extra[&id("remarks")], lines);

    // An edition that asks nothing shows nothing of it.
    let otaru = app.municipality(OTARU).await;
    let page = otaru.get(&format!("/editions/{OPEN}/changes/new")).await;
    page.ok().shows("3. 変更の理由").hides("追加の質問");
}
