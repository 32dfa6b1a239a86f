//! Before answers are confirmed a page says what would be written; what was confirmed can be taken back.

use jiff::civil::date;
use torimatome::domain::japan_time::{UnixMillis, end_of_day};
use torimatome::domain::participation::ParticipationState;
use torimatome::workflow::participation::{ReportFormat, ReportWish, status_report};

use super::{ANY, CONFIRM, batches, confirmed, entries, row, send_list};
use crate::app::{HAKODATE, HOKKAIDO, OTARU, TestApp};
use crate::status_tables::rows;

/// The tables of fiscal 2027 as of today, as they are known now or were at a moment.
async fn report(app: &TestApp, known_at: Option<UnixMillis>) -> serde_json::Value {
    let actor = app.actor(None, "医療費助成担当", true).await;
    let wish = ReportWish {
        fiscal_year: "R9".parse().expect("a year"),
        as_of: app.desk.now().japan_date(),
        known_at,
        format: ReportFormat::Json,
    };
    let report = status_report(&app.desk, &actor, wish).await;
    serde_json::from_slice(&report.expect("is made").bytes).expect("JSON")
}

fn taking_part(report: &serde_json::Value) -> &serde_json::Value {
    &report["by_year"]["R9"]["total"]
}

#[tokio::test]
async fn before_confirming_a_page_says_what_would_be_written() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    for code in [OTARU, HAKODATE, HOKKAIDO] {
        app.submitted(code).await;
    }
    let list = ministry.get(ANY).await.ok();
    let form = list.form("条件に合うすべての団体の確認へ進む（3団体）");
    let check = ministry.submit(&form).await.ok();
    assert_eq!(check.all("#sums strong"), ["3", "5"]);
    let lines = rows(&check, "main table tbody tr");
    let line = |label: &str| -> Vec<String> {
        let found = lines.iter().find(|row| row[0] == label);
        found.unwrap_or_else(|| panic!("no line {label}: {lines:?}"))[1..].to_vec()
    };
    assert_eq!(line("中核市"), ["1", "2"]);
    assert_eq!(line("都道府県"), ["1", "1"]);
    assert_eq!(line("こどもの医療費に係る地方単独医療費助成"), ["3", "3"]);
    // 更生医療 is not run by prefectures.
    assert_eq!(
        line("北海道")[1],
        "制度一覧の実施主体（市区町村）に、年度末の区分（都道府県）が入っていません。"
    );
    assert_eq!(batches(&app).await, 0);

    // What would be written is not what was shown any more.
    let list = "団体コード,制度,年度,状況\n012033,こども,R9,参加予定\n";
    send_list(&ministry, "a.csv", list).await.is(303);
    let changed = ministry
        .submit(&check.form("この内容で確定する"))
        .await
        .is(409);
    changed.shows("1件も登録していません");
    assert_eq!(changed.all("#sums strong"), ["3", "4"]);
    assert_eq!(batches(&app).await, 1);
    let form = changed.form("この内容で確定する");
    let done = ministry.submit_and_follow(&form).await.ok();
    done.shows("4件（3団体）を登録しました");
    assert_eq!(entries(&app, HOKKAIDO).await.len(), 1);
    // Sent twice, it is one batch.
    let again = ministry.submit_and_follow(&form).await.ok();
    again.shows("すべて登録済みの内容でした");
    assert_eq!(batches(&app).await, 2);
}

#[tokio::test]
async fn a_confirmed_batch_is_taken_back_with_a_reason_and_can_be_confirmed_again() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    let list = ministry.get(ANY).await.ok();
    let form = list.form("条件に合うすべての団体の確認へ進む（2団体）");
    confirmed(&ministry, &form).await.shows("4件（2団体）");
    assert_eq!(taking_part(&report(&app, None).await), 2);

    app.at(date(2027, 1, 21).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    let later = "団体コード,制度,年度,状況\n012025,こども,R9,参加\n";
    send_list(&ministry, "a.csv", later).await.is(303);
    let batch = ministry.get("/participation/batches/1").await.ok();
    batch.shows("この確定を取り消す（確認の画面へ）");
    let path = "/participation/batches/1/take-back";
    let page = ministry.get(path).await.ok();
    page.shows("3件を取り消します")
        .shows("記録のない状態に戻る　3件")
        .shows("取り消さないもの");
    let form = page.form("この確定を取り消す");
    let refused = ministry.submit(&form).await.is(422);
    refused.shows("取り消す理由を入力してください。");
    assert_eq!(batches(&app).await, 2);
    let form = form.fill("reason", "調査回をまちがえたため");
    let done = ministry.submit_and_follow(&form).await.ok();
    done.shows("確定を取り消しました")
        .shows("取消 3件")
        .shows("確定の取消し：調査回をまちがえたため");

    // The tables of now do not count it, and nobody is said to have withdrawn; those of the day before stay.
    let now = report(&app, None).await;
    assert_eq!(taking_part(&now), 1);
    assert!(!now.to_string().contains(OTARU), "{now}");
    let then = report(&app, Some(end_of_day(date(2027, 1, 20)))).await;
    assert_eq!(taking_part(&then), 2);
    let history = ministry.get("/participation/bodies/012033").await.ok();
    history
        .shows("確定の取消し")
        .shows("回答から確定　R9-012033-01（第1版）");
    let standing = rows(&history, "table tbody tr");
    assert_eq!(standing[0][1], "―", "{standing:?}");

    // Once is enough: the page says so, and the same form again changes nothing.
    ministry
        .get(path)
        .await
        .ok()
        .shows("取り消せる記録はありません")
        .shows("このうち3件は、もう取り消されています");
    ministry.submit(&form).await.is(409);
    ministry
        .get("/participation/batches/1")
        .await
        .ok()
        .shows("この確定は取り消されています");
    assert_eq!(batches(&app).await, 3);
    let audit = app.desk.store.audit_of("participation/1").await;
    let actions: Vec<_> = audit
        .expect("reads")
        .into_iter()
        .map(|it| it.action)
        .collect();
    assert_eq!(
        actions,
        ["participation_confirm", "participation_take_back"]
    );

    // The answer waits to be confirmed again, as though nothing had been.
    let list = ministry.get(ANY).await.ok();
    assert!(
        row(&list, OTARU).contains("未確定"),
        "{}",
        row(&list, OTARU)
    );
    let form = list.form("条件に合うすべての団体の確認へ進む（2団体）");
    confirmed(&ministry, &form).await.shows("3件（2団体）");
    assert_eq!(taking_part(&report(&app, None).await), 2);
    let last = entries(&app, OTARU).await.pop().expect("an entry");
    assert_eq!(last.1, ParticipationState::Planned);
    // A list is corrected by another list, not taken back.
    let listed = ministry.get("/participation/batches/2/take-back").await;
    assert_eq!(listed.location(), "/participation/batches/2");
    ministry
        .get("/participation/batches/99/take-back")
        .await
        .is(404);
    ministry.get(CONFIRM).await.ok();
}
