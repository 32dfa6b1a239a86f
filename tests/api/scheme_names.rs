//! A scheme that was renamed is found by what it was called, in lists and on forms.

use std::sync::Arc;

use jiff::civil::date;
use torimatome::domain::survey_edition::{EditionDefinition, SchemeRow};
use torimatome::spreadsheet::intake::{EarlierNames, Form1Vocabulary, read_form1, read_workbook};
use torimatome::spreadsheet::{FormBody, write_form1_prefilled};

use crate::app::{OPEN, OTARU, TestApp, body, complete_form, edition};
use crate::participation::send_list;
use crate::schemes::send;

#[tokio::test]
async fn a_list_may_call_a_scheme_what_it_was_called() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    send(&ministry, "local_child", &[("name_status_table", "子育て")])
        .await
        .is(303);
    let list = |scheme: &str| format!("団体コード,制度,年度,状況\n012033,{scheme},R7,参加\n");
    let old = list("こども");
    send_list(&ministry, "a.csv", &old).await.is(303);
    let new = list("子育て");
    let sent = send_list(&ministry, "b.csv", &new).await;
    ministry
        .follow(sent)
        .await
        .ok()
        .shows("すべて登録済みの内容でした");
    // Another scheme takes the name over: what it means is not guessed.
    send(
        &ministry,
        "local_disability",
        &[("name_status_table", "こども")],
    )
    .await
    .is(303);
    let other = old.replace("012033", "012025");
    send_list(&ministry, "c.csv", &other)
        .await
        .is(422)
        .shows("local_child（子育て）")
        .shows("local_disability（こども）");
}

#[tokio::test]
async fn a_form_printed_before_a_scheme_was_renamed_is_read() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let row = {
        let kept = app.desk.store.edition(&edition(OPEN)).await.expect("reads");
        let kept = kept.expect("is open");
        let id = "local_child".parse().expect("an id");
        kept.definition.row(&id).expect("a row").1.name.clone()
    };
    // The ministry called it something else for a while; somebody's form has that name.
    send(
        &ministry,
        "local_child",
        &[("name_form1", "子育て応援医療費")],
    )
    .await
    .is(303);
    app.at(date(2027, 1, 21).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    send(&ministry, "local_child", &[("name_form1", &row)])
        .await
        .is(303);
    let store = &app.desk.store;
    let kept = store.edition(&edition(OPEN)).await.expect("reads");
    let history = store.scheme_history(None).await.expect("reads");
    let kept = kept.expect("is open");
    let printed = Arc::new(EditionDefinition {
        rows: kept
            .definition
            .rows
            .iter()
            .map(|row| SchemeRow {
                name: if row.scheme.as_str() == "local_child" {
                    "子育て応援医療費".to_owned()
                } else {
                    row.name.clone()
                },
                ..row.clone()
            })
            .collect(),
        ..(*kept.definition).clone()
    });
    let body = FormBody {
        code: body(OTARU),
        name: "小樽市",
    };
    let file = write_form1_prefilled(&printed, &body, &complete_form()).expect("a workbook");
    // As a sanitizer leaves it: without the names of its cells only words tell the row.
    let mut grid = read_workbook(&file).expect("reads");
    grid.names.clear();
    let read = |vocabulary: &Form1Vocabulary| {
        let sheet = read_form1(&grid, vocabulary).expect("is 様式1");
        let id = "local_child".parse().expect("an id");
        sheet
            .input
            .schemes
            .rows
            .get(&id)
            .is_some_and(|row| row.target)
    };
    let without = Form1Vocabulary::new(Arc::clone(&kept.definition), &[]);
    assert!(!read(&without), "or this test cannot fail");
    let earlier = EarlierNames::new(&history);
    let with = Form1Vocabulary::with_names(Arc::clone(&kept.definition), &[], &earlier);
    assert!(read(&with));
}
