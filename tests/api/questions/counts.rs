//! The ministry's counts of the answers, and the bodies behind them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{ASKING, asking, submit};
use crate::app::{HAKODATE, HOKKAIDO, OTARU, YUBARI};
use crate::status_tables::rows;

#[tokio::test]
async fn the_ministry_counts_the_answers_and_opens_every_count() {
    let app = asking().await;
    submit(&app, OTARU, &[("delivery", "api"), ("devices", "1,200")]).await;
    submit(&app, YUBARI, &[("delivery", "④"), ("devices", "不明")]).await;
    submit(
        &app,
        HAKODATE,
        &[("delivery", "api"), ("devices", "30"), ("start", "R9.4.1")],
    )
    .await;
    submit(&app, HOKKAIDO, &[("delivery", "#2"), ("remarks", "=1+1")]).await;
    let ministry = app.ministry().await;
    let downloads = ministry
        .get(&format!("/editions/{ASKING}/downloads"))
        .await
        .ok();
    downloads.shows("追加の質問の集計を見る");
    let page = ministry
        .get(&format!("/editions/{ASKING}/questions"))
        .await
        .ok();
    let rows = page.all("section:first-of-type tbody tr");
    // 都道府県, 指定都市, 中核市, … and the sum.
    for row in [
        "#1 API（自動）00101002",
        "#4 RPA00001001",
        "回答なし00000000",
        "質問した団体10102004",
    ] {
        assert!(rows.iter().any(|found| found == row), "{row}: {rows:?}");
    }
    page.shows("数の合計（台）").shows("1,230");

    let bodies = format!("/editions/{ASKING}/questions/bodies");
    let list = ministry
        .get(&format!("{bodies}?question=delivery&item=option.api"))
        .await
        .ok();
    list.shows("小樽市")
        .shows("函館市")
        .hides("夕張市")
        .shows("2団体");
    let list = ministry
        .get(&format!(
            "{bodies}?question=delivery&item=option.api&kind=core_city"
        ))
        .await
        .ok();
    list.hides("小樽市").shows("函館市");
    let list = ministry
        .get(&format!("{bodies}?question=devices&item=none"))
        .await
        .ok();
    list.shows("夕張市")
        .shows("入力：不明")
        .shows("北海道")
        .hides("函館市");
    let list = ministry
        .get(&format!("{bodies}?question=remarks&prefecture=01"))
        .await
        .ok();
    list.shows("1団体").hides("小樽市");
    ministry
        .get(&format!("{bodies}?question=delivery&item=nonsense"))
        .await
        .is(400);
    assert_eq!(
        ministry.get(&bodies).await.location(),
        format!("/editions/{ASKING}/questions")
    );

    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let (_, csv) = ministry
        .download(&format!("{bodies}.csv?question=remarks"))
        .await;
    let csv = text(csv);
    assert!(
        csv.contains("010006,北海道,北海道,prefecture,remarks,管内の意見,'=1+1,'=1+1,"),
        "{csv}"
    );
    let (_, csv) = ministry
        .download(&format!("/editions/{ASKING}/questions.csv"))
        .await;
    let csv = text(csv);
    for line in [
        "delivery,データの連携方法,option.api,#1 API（自動）,prefecture,01,2",
        "devices,端末の台数,sum,回答のあった数の合計,kind,core_city,30",
        "devices,端末の台数,none,回答なし・不明,prefecture,01,2",
        "remarks,管内の意見,asked,質問した団体,kind,prefecture,1",
    ] {
        assert!(csv.contains(line), "{line}: {csv}");
    }
    let (_, csv) = ministry
        .download(&format!("/editions/{ASKING}/answers.csv"))
        .await;
    let csv = text(csv);
    let head = csv.lines().next().expect("a head");
    assert!(
        head.ends_with(
            "entered_by_proxy,question_delivery,question_devices,question_start,question_remarks"
        ),
        "{head}"
    );
    let hakodate = csv
        .lines()
        .find(|line| line.starts_with("012025"))
        .expect("a row");
    assert!(hakodate.ends_with(",0,api,30,2027-04-01,"), "{hakodate}");

    // The workbook of counts has them too.
    let (_, book) = ministry
        .download(&format!("/editions/{ASKING}/counts.xlsx"))
        .await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    let sheet = book.worksheet_range("追加の質問").expect("a sheet");
    let line = |label: &str, column: usize| {
        let found = sheet
            .rows()
            .find(|row| row[0] == Data::String(label.to_owned()));
        found.unwrap_or_else(|| panic!("no line {label}"))[column].clone()
    };
    assert_eq!(line("#1 API（自動）", 8), Data::Float(2.0));
    assert_eq!(line("数の合計（台）", 3), Data::Float(30.0));
    assert_eq!(line("数の合計（台）", 8), Data::Float(1_230.0));
    // #1, #2, #3, #4, none, asked: 北海道 and three of its cities.
    assert_eq!(line("北海道", 6), Data::Float(4.0));

    // Before that day nobody had answered.
    let then = ministry
        .get(&format!("/editions/{ASKING}/questions?as_of=2027-01-19"))
        .await
        .ok();
    then.shows("質問した0団体の回答です")
        .shows("23時59分の時点");
    ministry
        .get(&format!("{bodies}?question=delivery&as_of=2027-01-19"))
        .await
        .ok()
        .shows("0団体")
        .hides("小樽市");
    let (_, csv) = ministry
        .download(&format!("{bodies}.csv?as_of=2027-01-19"))
        .await;
    assert_eq!(text(csv).lines().count(), 1);
    ministry
        .get(&format!("/editions/{ASKING}/questions?as_of=あした"))
        .await
        .is(422)
        .shows("日付を直してください");

    // What was taken out is written down; others get nothing.
    let audit = app
        .desk
        .store
        .audit_of(&format!("edition/{ASKING}"))
        .await
        .expect("reads");
    assert!(audit.iter().any(|row| row.detail == "question counts csv"));
    app.prefecture("01")
        .await
        .get(&format!("/editions/{ASKING}/questions"))
        .await
        .is(404);
}

/// What a question about the way of delivery is for: its figures stand with the plans.
#[tokio::test]
async fn ways_of_delivery_are_counted_with_the_plans() {
    let app = asking().await;
    for (code, way) in [(OTARU, "api"), (YUBARI, "rpa"), (HAKODATE, "api")] {
        submit(&app, code, &[("delivery", way)]).await;
    }
    let ministry = app.ministry().await;
    let path = format!("/editions/{ASKING}/plan");
    let page = ministry.get(&path).await.ok();
    page.shows("データの連携方法：データの連携方法");
    let lines = rows(&page, "tbody tr");
    let line = |label: &str| {
        let found = lines.iter().find(|line| line[0] == label);
        found.unwrap_or_else(|| panic!("no line {label}"))[1..3].to_vec()
    };
    assert_eq!(line("#1 API（自動）"), ["2", "4"]);
    assert_eq!(line("#3 手動アップロード"), ["0", "0"]);
    assert_eq!(line("#4 RPA"), ["1", "2"]);
    assert_eq!(line("回答なし（質問の対象外を含む）"), ["0", "0"]);
    let figure = format!("{path}/bodies?figure=bodies.group.delivery.api");
    assert!(
        page.html()
            .html()
            .contains("figure=bodies.group.delivery.api")
    );
    let bodies = ministry.get(&figure).await.ok();
    bodies.shows("小樽市").shows("函館市").hides("夕張市");
    let (_, csv) = ministry.download(&format!("{path}.csv")).await;
    let csv = String::from_utf8(csv).expect("text");
    let line = "delivery,group.delivery.api,データの連携方法,#1 API（自動）,2,4,";
    assert!(csv.contains(line), "{csv}");
    let (_, book) = ministry.download(&format!("{path}.xlsx")).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    let sheet = book.worksheet_range("データの連携方法").expect("a sheet");
    let mut lines = sheet.rows();
    let api = lines.find(|row| row[0] == Data::String("#1 API（自動）".to_owned()));
    assert_eq!(api.expect("a line")[1], Data::Float(2.0));
    assert!(book.worksheet_range("連携作業のグループ").is_err());
}

#[tokio::test]
async fn counts_and_answers_of_questions_come_as_workbooks() {
    let app = asking().await;
    submit(&app, OTARU, &[("delivery", "api"), ("devices", "1,200")]).await;
    submit(&app, HOKKAIDO, &[("delivery", "#2"), ("remarks", "=1+1")]).await;
    let ministry = app.ministry().await;
    let path = format!("/editions/{ASKING}/questions");
    let page = ministry.get(&path).await.ok();
    page.shows("集計をダウンロード（Excel）")
        .shows("すべての回答をダウンロード（Excel）");
    let open = async |path: &str| -> Xlsx<_> {
        let (status, book) = ministry.download(path).await;
        assert_eq!(status, 200, "{path}");
        Xlsx::new(Cursor::new(book)).expect("a workbook")
    };
    let mut counts = open(&format!("{path}.xlsx")).await;
    let sheet = counts.worksheet_range("追加の質問").expect("a sheet");
    let mut lines = sheet.rows();
    let api = lines.find(|row| row[0] == Data::String("#1 API（自動）".to_owned()));
    assert_eq!(api.expect("a line")[8], Data::Float(1.0));
    // The sheet for programs is the CSV.
    let (_, csv) = ministry.download(&format!("{path}.csv")).await;
    let csv = String::from_utf8(csv).expect("text");
    let data = counts.worksheet_range("data").expect("a sheet");
    assert_eq!(data.rows().count(), csv.lines().count());
    let sum = data.rows().find(|row| {
        row[0] == Data::String("devices".to_owned())
            && row[2] == Data::String("sum".to_owned())
            && row[5] == Data::String("01".to_owned())
    });
    assert_eq!(sum.expect("a line")[6], Data::Float(1_200.0));

    // What somebody typed is text, whatever it looks like.
    let remarks = format!("{path}/bodies.xlsx?question=remarks");
    let mut answers = open(&remarks).await;
    let sheet = answers
        .worksheet_range("追加の質問の回答")
        .expect("a sheet");
    let row = sheet
        .rows()
        .find(|row| row[0] == Data::String("010006".to_owned()));
    assert_eq!(row.expect("a line")[5], Data::String("=1+1".to_owned()));
    let formulas = answers
        .worksheet_formula("追加の質問の回答")
        .expect("a sheet");
    assert!(
        formulas
            .used_cells()
            .all(|(_, _, formula)| formula.is_empty())
    );
    let audit = app.desk.store.audit_of(&format!("edition/{ASKING}")).await;
    let audit = audit.expect("reads");
    let taken: Vec<_> = audit.iter().map(|it| it.detail.as_str()).collect();
    assert!(taken.contains(&"question counts xlsx"), "{taken:?}");
    app.municipality(OTARU)
        .await
        .get(&format!("{path}.xlsx"))
        .await
        .is(404);
}
