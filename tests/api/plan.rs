//! 計画の目安: what the answers of an edition would mean, on the ministry's page.

use torimatome::domain::place::Place;

use crate::app::{HIROSAKI, OPEN, OTARU, TestApp, YUBARI, edition};
use crate::status_tables::rows;

#[tokio::test]
async fn plans_are_estimates_with_their_formula() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let path = format!("/editions/{OPEN}/plan");
    let empty = ministry.get(&path).await.ok();
    empty
        .shows("提出済・受付済の回答（0団体）")
        .hides("連携作業のグループ");
    // ①, two schemes, 35,200 recipients; a draft of another body counts for nothing.
    app.submitted(OTARU).await;
    app.drafted(YUBARI).await;
    let page = ministry.get(&path).await.ok();
    assert_eq!(page.all(".figures strong"), ["1", "2"]);
    page.shows("5,000,000円（概算）")
        .shows("4,600,000,000円（46億円）")
        .shows("医療機関・薬局のシステム改修の補助")
        .shows("0.1%（予算額を4,595,000,000円下回っています）")
        .shows("844,800円/年（概算、令和9年度から）");
    let line = |label: &str| -> Vec<String> {
        let found = rows(&page, "tbody tr")
            .into_iter()
            .find(|row| row[0] == label);
        found.unwrap_or_else(|| panic!("no line {label}"))
    };
    assert_eq!(
        line("①だけ（1次交付）")[1..],
        ["1", "2", "5,000,000", "35,200", "0", "844,800"]
    );
    assert_eq!(
        line("②だけ（2次交付）")[1..],
        ["0", "0", "0", "0", "0", "0"]
    );
    assert_eq!(
        line("北海道")[1..],
        ["1", "2", "5,000,000", "35,200", "0", "844,800"]
    );
    assert_eq!(line("青森県")[1], "0");
    // A returned answer is nobody's plan until it comes again.
    app.return_with(OTARU, &[(Place::Department, "お確かめください。")])
        .await;
    let page = ministry.get(&path).await.ok();
    assert_eq!(page.all(".figures strong"), ["0", "0"]);
}

/// The figure stays away until an edition asks, and counts what the documents of the answers say.
#[tokio::test]
async fn connection_groups_are_counted_from_the_editions_own_question() {
    let app = TestApp::start().await;
    let kept = app.desk.store.edition(&edition(OPEN)).await;
    let kept = kept.expect("reads").expect("is open");
    let mut definition = (*kept.definition).clone();
    let question = serde_json::json!({
        "id": "group",
        "label": "連携作業の希望",
        "kind": "choice",
        "purpose": "connection_group",
        "options": [
            { "value": "g1", "label": "第1グループ" },
            { "value": "g2", "label": "第2グループ" },
        ],
    });
    definition.questions = vec![serde_json::from_value(question).expect("a question")];
    let text = serde_json::to_string(&definition).expect("writes");
    let (one, two) = (app.bind(1), app.bind(2));
    let sql = format!(
        "UPDATE survey_edition SET definition = {one}, definition_version = definition_version + 1 WHERE id = {two}"
    );
    app.damage(&sql, vec![text.into(), kept.id.into()]).await;
    let (_, receipt) = app.submitted(OTARU).await;
    app.submitted(HIROSAKI).await;
    let answer = r#"{"extra":{"group":{"kind":"choice","value":"g2"}},"contact""#;
    let sql = format!(
        "UPDATE revision SET form = replace(form, '{{\"contact\"', {one}) WHERE receipt = {two}"
    );
    app.damage(&sql, vec![answer.into(), receipt.into()]).await;
    let ministry = app.ministry().await;
    let page = ministry.get(&format!("/editions/{OPEN}/plan")).await.ok();
    page.shows("連携作業のグループ：連携作業の希望");
    let lines = rows(&page, "tbody tr");
    let bodies = |label: &str| {
        let line = lines.iter().find(|line| line[0] == label);
        line.unwrap_or_else(|| panic!("no line {label}"))[1].clone()
    };
    assert_eq!(bodies("第1グループ"), "0");
    assert_eq!(bodies("第2グループ"), "1");
    assert_eq!(bodies("回答なし（質問の対象外を含む）"), "1");
}
