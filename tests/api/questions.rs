//! An edition with questions of its own, from the draft to the ministry's counts; and an edition without
//! any, which knows nothing of them.

use std::io::Cursor;

use jiff::civil::date;
use torimatome::domain::extra_question::{ExtraAnswer, ExtraQuestion, QuestionId};
use torimatome::domain::intake::FileReport;
use torimatome::domain::place::{Place, Section};
use torimatome::domain::response::{Form1, Form1Input};
use torimatome::domain::response_status::ResponseStatus;
use torimatome::domain::survey_edition::{EditionDates, EditionDefinition};
use torimatome::spreadsheet::{FormBody, write_form1_draft};
use torimatome::workflow::WorkflowError;
use torimatome::workflow::editions::open_edition;
use torimatome::workflow::save_draft::{SectionInput, save_draft};
use torimatome::workflow::submit_response::submit_response;

use crate::app::{HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, body, complete_form, edition};
use crate::client::{Client, Page};

/// The edition with questions, and the one after it.
const ASKING: &str = "fy2028";
const NEXT: &str = "fy2029";
const FORM: &str = "/editions/fy2028/form1";

/// A question of each kind; the text is asked of prefectures only.
const QUESTIONS: &str = r##"
    [[questions]]
    id = "delivery"
    label = "データの連携方法"
    kind = "choice"
    required = true
    purpose = "delivery_method"
    options = [
        { value = "api", label = "#1 API（自動）" },
        { value = "batch", label = "#2 APIバッチ" },
        { value = "manual", label = "#3 手動アップロード" },
        { value = "rpa", label = "#4 RPA" },
    ]
    [[questions]]
    id = "devices"
    label = "端末の台数"
    help = "改修の対象となる端末です。"
    kind = "number"
    unit = "台"
    [[questions]]
    id = "start"
    label = "接続の希望日"
    kind = "date"
    [[questions]]
    id = "remarks"
    label = "管内の意見"
    kind = "text"
    required = true
    asked_of = ["prefecture"]
"##;

fn id(text: &str) -> QuestionId {
    text.parse().expect("an id")
}

/// Adds an edition with these questions and opens it.
async fn open(app: &TestApp, key: &str, questions: &str) {
    #[derive(serde::Deserialize)]
    struct Questions {
        questions: Vec<ExtraQuestion>,
    }
    let Questions { questions } = toml::from_str(questions).expect("reads");
    let store = &app.desk.store;
    let shipped = store.edition(&edition(OPEN)).await.expect("reads");
    let definition = EditionDefinition {
        fiscal_year: key.parse().expect("a year"),
        short_title: format!("{key}の調査"),
        questions,
        ..(*shipped.expect("ships").definition).clone()
    };
    let dates = EditionDates {
        deadline_on: date(2027, 2, 26),
        last_new_answer_on: date(2027, 3, 31),
        last_change_on: date(2027, 3, 31),
    };
    let transaction = store.begin().await.expect("begins");
    let opened = edition(key);
    let added = transaction.insert_edition(&opened, dates, &definition);
    added.await.expect("is added");
    transaction.commit().await.expect("commits");
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let opened = open_edition(&app.desk, &ministry, &edition(key), dates).await;
    opened.expect("opens");
}

async fn asking() -> TestApp {
    let app = TestApp::start().await;
    open(&app, ASKING, QUESTIONS).await;
    app
}

/// A whole form with these answers.
fn answered(extra: &[(&str, &str)]) -> Form1Input {
    Form1Input {
        extra: extra
            .iter()
            .map(|(question, typed)| (id(question), (*typed).to_owned()))
            .collect(),
        ..complete_form()
    }
}

/// Saves every part by the verb and submits.
async fn submit(app: &TestApp, code: &str, extra: &[(&str, &str)]) -> Form1 {
    let client = app.body(code).await;
    let key = edition(ASKING);
    let record = app.answer_in(ASKING, code).await;
    for section in record.edition.definition.sections(&record.class) {
        let draft = app.answer_in(ASKING, code).await.draft_or_prefill();
        let input = SectionInput::of(&answered(extra), *section);
        let version = draft.version(*section);
        let saved = save_draft(&app.desk, client.actor(), &key, version, input).await;
        saved.expect("is saved");
    }
    let version = app.answer_in(ASKING, code).await.version;
    let receipt = submit_response(&app.desk, client.actor(), &key, version, true).await;
    receipt.expect("is submitted");
    newest(app, code).await
}

async fn newest(app: &TestApp, code: &str) -> Form1 {
    let record = app.answer_in(ASKING, code).await;
    let found = app.desk.store.revision(record.id, record.revision_number);
    found.await.expect("reads").expect("was submitted").form
}

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
    let next = QUESTIONS
        .replace("unit = \"台\"", "unit = \"百台\"")
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
