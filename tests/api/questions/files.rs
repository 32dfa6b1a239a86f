//! Answers to questions in files: a body's own, and many at once.

use std::io::Cursor;

use jiff::civil::date;
use torimatome::domain::extra_question::ExtraAnswer;
use torimatome::domain::intake::FileReport;
use torimatome::domain::response::Form1Input;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::spreadsheet::{FormBody, write_form1_draft};

use super::{ASKING, FORM, answered, asking, id, newest, submit};
use crate::app::{OTARU, TestApp, YUBARI, body};
use crate::client::{Client, Page};

/// 様式1 of the asking edition with what was typed.
async fn workbook(app: &TestApp, code: &str, input: &Form1Input) -> Vec<u8> {
    let record = app.answer_in(ASKING, code).await;
    let body = FormBody {
        code: record.code(),
        name: &record.name,
    };
    let written = write_form1_draft(&record.edition.definition, &body, input);
    written.expect("is written")
}

async fn preview(client: &Client, bytes: &[u8]) -> Page {
    let path = format!("/editions/{ASKING}/upload");
    let sent = client.upload(&path, &[("様式1.xlsx", bytes)]).await;
    client.follow(sent).await.ok()
}

#[tokio::test]
async fn a_form_with_answers_comes_back_as_a_file() {
    let app = asking().await;
    let client = app.municipality(OTARU).await;
    let typed = answered(&[
        ("delivery", "③"),
        ("devices", "約50台"),
        ("start", "R9.4.1"),
    ]);
    let bytes = workbook(&app, OTARU, &typed).await;
    let page = preview(&client, &bytes).await;
    page.shows("直すところなし")
        .shows("ファイルに書かれているとおりに読み取りました")
        .shows("#3 手動アップロード")
        .shows("50台");
    client.submit_and_follow(&page.form("提出する")).await.ok();
    let form = newest(&app, OTARU).await;
    assert_eq!(
        form.extra[&id("delivery")],
        ExtraAnswer::Choice(id("manual"))
    );
    assert_eq!(
        form.extra[&id("start")],
        ExtraAnswer::Date(date(2027, 4, 1))
    );
    assert!(form.extra_typed.is_empty());

    // The form that was taken out of the portal says the same and changes nothing.
    let (status, taken) = client.download(&format!("{FORM}.xlsx")).await;
    assert_eq!(status, 200);
    let prefecture = app.prefecture("01").await;
    let report = import(&prefecture, &[("【012033小樽市】様式1.xlsx", &taken)]).await;
    assert_eq!(report.len(), 1);
    let response = report[0].response.as_ref().expect("was read");
    assert_eq!(response.extra.len(), 4);
    assert_eq!(
        response.extra[&id("devices")],
        Some(ExtraAnswer::Number(50))
    );
    assert_eq!(response.extra[&id("remarks")], None);
    assert!(report[0].changes.is_empty(), "{:?}", report[0].changes);
    assert_eq!(app.answer_in(ASKING, OTARU).await.revision_number, 1);
}

#[tokio::test]
async fn what_cannot_be_read_in_a_file_is_said_with_its_cell_and_nothing_is_lost() {
    let app = asking().await;
    let client = app.municipality(OTARU).await;
    let typed = answered(&[
        ("delivery", "郵送"),
        ("devices", "多数"),
        ("start", "R9.4.1"),
    ]);
    let bytes = workbook(&app, OTARU, &typed).await;
    let page = preview(&client, &bytes).await;
    page.shows("どの選択肢か読み取れませんでした")
        .shows("郵送")
        .shows("数を読み取れませんでした");
    assert!(page.text().contains("様式1 C"), "{}", page.text());
    let (status, notes) = client.download(&annotated(&page)).await;
    assert_eq!(status, 200);
    let mut archive = zip::ZipArchive::new(Cursor::new(notes)).expect("a workbook");
    let mut sheet = String::new();
    let mut part = archive
        .by_name("xl/worksheets/sheet1.xml")
        .expect("a sheet");
    std::io::Read::read_to_string(&mut part, &mut sheet).expect("text");
    assert!(
        sheet.contains("どの選択肢か読み取れませんでした"),
        "a note beside the row"
    );

    // As a draft it is mended on the page; until then the text stands there.
    let page = client
        .submit_and_follow(&page.form("画面で直す"))
        .await
        .ok();
    assert_eq!(page.path, format!("{FORM}/questions?notice=file-drafted"));
    page.shows("いまの記入のまま：「郵送」");
    let kept = client.submit(&page.form("保存して次へ")).await.is(422);
    kept.shows("いまの記入のまま：「郵送」");
    let draft = app.answer_in(ASKING, OTARU).await.draft.expect("a draft");
    assert_eq!(draft.input.extra[&id("delivery")], "郵送");
    assert_eq!(draft.input.extra[&id("devices")], "多数");
}

fn annotated(page: &Page) -> String {
    let html = page.html();
    let links = scraper::Selector::parse("a").expect("a selector");
    let mut hrefs = html
        .select(&links)
        .filter_map(|link| link.value().attr("href"));
    let found = hrefs.find(|href| href.ends_with("/annotated.xlsx"));
    found.expect("a link to the file with notes").to_owned()
}

/// Sends files in bulk, waits for the end and gives the report.
async fn import(client: &Client, files: &[(&str, &[u8])]) -> Vec<FileReport> {
    let sent = client
        .upload(&format!("/editions/{ASKING}/intake"), files)
        .await;
    let path = sent.location();
    let began = std::time::Instant::now();
    while !client
        .get(&path)
        .await
        .ok()
        .all("[data-refresh]")
        .is_empty()
    {
        assert!(
            began.elapsed() < std::time::Duration::from_secs(60),
            "takes too long"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let path = path.split('?').next().expect("a path");
    let report = client.get(&format!("{path}/report.json")).await.ok();
    #[derive(serde::Deserialize)]
    struct Report {
        files: Vec<FileReport>,
    }
    let report: Report = serde_json::from_str(&report.body).expect("a report");
    report.files
}

#[tokio::test]
async fn many_files_are_taken_in_with_their_answers_and_compared_with_what_is_there() {
    let app = asking().await;
    let own = submit(&app, OTARU, &[("delivery", "api"), ("devices", "5")]).await;
    let same = workbook(
        &app,
        OTARU,
        &answered(&[("delivery", "api"), ("devices", "5")]),
    )
    .await;
    // Asked of prefectures only: said, and not taken.
    let other = answered(&[("delivery", "batch"), ("remarks", "よその質問")]);
    let other = workbook(&app, YUBARI, &other).await;
    let prefecture = app.prefecture("01").await;
    let files: [(&str, &[u8]); 2] = [
        ("【012033小樽市】様式1.xlsx", &same),
        ("【012092夕張市】様式1.xlsx", &other),
    ];
    let report = import(&prefecture, &files).await;
    assert_eq!(report.len(), 2);
    assert_eq!(
        newest(&app, OTARU).await,
        own,
        "the same answer changes nothing"
    );
    let yubari = app.answer_in(ASKING, YUBARI).await;
    assert_eq!(yubari.status, ResponseStatus::Submitted);
    let form = newest(&app, YUBARI).await;
    assert_eq!(form.extra.len(), 1);
    let said = report.iter().find(|file| file.code == Some(body(YUBARI)));
    let said = &said.expect("is reported").problems;
    assert!(
        said.iter()
            .any(|problem| problem.message.contains("お聞きしていない質問")),
        "{said:?}"
    );

    // Another answer to a question alone is another answer: the body is asked about first.
    let changed = workbook(
        &app,
        OTARU,
        &answered(&[("delivery", "api"), ("devices", "6")]),
    )
    .await;
    import(&prefecture, &[("【012033小樽市】様式1.xlsx", &changed)]).await;
    assert_eq!(newest(&app, OTARU).await, own);
    let board = prefecture
        .get(&format!("/editions/{ASKING}/intake"))
        .await
        .ok();
    board.shows("確認");
}
