//! 状況表 as pages: the figures of the briefing of October 2025, the bodies behind each, files, wrong input.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use scraper::{Html, Selector};
use torimatome::demo::participation::entries;
use torimatome::domain::participation::{
    ParticipationEntry, ParticipationSource, ParticipationState, packed,
};
use torimatome::domain::text::with_commas;
use torimatome::store::participation::NewBatch;
use torimatome::workflow::participation::import;

use crate::app::{OTARU, TestApp, body};
use crate::client::{Client, Page};

/// The day of the briefing.
const AS_OF: &str = "/status/R7?as_of=2025-10-31";
const SENTENCE: &str = "※令和7年度実施予定の自治体のうち、442自治体が新規参加予定、39自治体は令和6年度から参加していて令和7年度もシステム改修等を実施予定。";

/// The country of the briefing, taken in year by year.
async fn country() -> TestApp {
    let app = TestApp::start().await;
    let actor = app.actor(None, "医療費助成担当", true).await;
    let bodies = app.desk.store.begin().await.expect("begins");
    let organizations = bodies.organizations_on(date(2025, 10, 31)).await;
    bodies.rollback().await.expect("rolls back");
    let entries = entries(&organizations.expect("reads"));
    for of_year in entries.chunk_by(|one, other| one.fiscal_year == other.fiscal_year) {
        let year = of_year[0].fiscal_year.short();
        let mut list = "code,scheme_id,fiscal_year\r\n".to_owned();
        for entry in of_year {
            list.push_str(&format!("{},{},{year}\r\n", entry.code, entry.scheme));
        }
        let name = format!("{year}の参加.csv");
        let done = import(&app.desk, &actor, &name, list.into_bytes()).await;
        assert_eq!(done.expect("is taken in").added, of_year.len());
    }
    app
}

/// Takes in one row: a state from a day on.
async fn state(app: &TestApp, code: &str, scheme: &str, year: &str, state: &str, day: &str) {
    let actor = app.actor(None, "医療費助成担当", true).await;
    let list =
        format!("code,scheme_id,fiscal_year,state,date\n{code},{scheme},{year},{state},{day}\n");
    let done = import(&app.desk, &actor, "訂正.csv", list.into_bytes()).await;
    assert_eq!(done.expect("is taken in").added, 1);
}

/// A page read once: these are long, and a test looks at them many times.
struct Read(Html);

impl Read {
    fn of(page: &Page) -> Self {
        Self(page.html())
    }

    fn elements(&self, css: &str) -> Vec<scraper::ElementRef<'_>> {
        let selector = Selector::parse(css).expect("a selector");
        self.0.select(&selector).collect()
    }

    /// The texts of what a CSS selector finds.
    fn all(&self, css: &str) -> Vec<String> {
        self.elements(css).iter().map(words).collect()
    }

    /// The rows of a table: the texts of their cells.
    fn rows(&self, css: &str) -> Vec<Vec<String>> {
        let cells = Selector::parse("th, td").expect("a selector");
        let row =
            |row: &scraper::ElementRef<'_>| row.select(&cells).map(|cell| words(&cell)).collect();
        self.elements(css).iter().map(row).collect()
    }

    /// Every number that leads to a list of bodies, by its address.
    fn numbers(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for link in self.elements("main a[href*=\"/bodies?figure=\"]") {
            let text = words(&link);
            let Ok(figure) = text.replace(',', "").parse::<usize>() else {
                // Tiles say a share; the table below them has the figures.
                assert!(text.contains('%'), "{text}");
                continue;
            };
            let href = link.value().attr("href").expect("a link").to_owned();
            let before = found.insert(href.clone(), figure);
            assert!(before.is_none_or(|before| before == figure), "{href}");
        }
        found
    }
}

fn words(element: &scraper::ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn rows(page: &Page, css: &str) -> Vec<Vec<String>> {
    Read::of(page).rows(css)
}

fn years(lines: [(&str, [&str; 3]); 3]) -> Vec<Vec<String>> {
    let line = |(label, figures): (&str, [&str; 3])| {
        [label]
            .into_iter()
            .chain(figures)
            .map(str::to_owned)
            .collect()
    };
    lines.map(line).into()
}

#[tokio::test]
async fn every_published_figure_is_on_the_page() {
    let app = country().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/status").await;
    assert_eq!(page.location(), "/status/R7");
    for path in ["/status/R7", AS_OF] {
        let page = ministry.get(path).await.ok();
        let read = Read::of(&page);
        let table = |id: &str| read.rows(&format!("#{id} tbody tr"));
        assert_eq!(
            table("cumulative"),
            years([
                ("自治体", ["5", "183", "625"]),
                ("都道府県", ["0", "22", "41"]),
                ("市区町村", ["5", "161", "584"]),
            ])
        );
        assert_eq!(
            table("by-year"),
            years([
                ("自治体", ["5", "180", "481"]),
                ("都道府県", ["0", "22", "36"]),
                ("市区町村", ["5", "158", "445"]),
            ])
        );
        let last = |id: &str| -> Vec<String> {
            table(id)
                .iter()
                .map(|row| row.last().expect("a cell").clone())
                .collect()
        };
        assert_eq!(last("new"), ["442", "19", "423"]);
        assert_eq!(last("continuing"), ["39", "17", "22"]);
        let main = &read.all("main")[0];
        for text in [
            SENTENCE,
            "都道府県の参加・参加予定の状況（累計）【41都道府県】",
            "市区町村の参加・参加予定の状況（累計）【584市区町村】",
            "まだ参加していない自治体【1,163自治体】",
        ] {
            assert!(main.contains(text), "{text}: {main}");
        }
        for text in ["数が合いません", "× 合わない", "581"] {
            assert!(!main.contains(text), "{text}: {main}");
        }
        let schemes: Vec<String> = read
            .rows(".beside tbody tr:not(.group-row)")
            .into_iter()
            .filter(|row| row.len() == 3)
            .map(|row| format!("{} {}", row[0], row[2]))
            .collect();
        assert_eq!(
            schemes,
            [
                "精神通院 40",
                "難病 31",
                "小児慢性 31",
                "障害児入所【R7～】 9",
                "結核 5",
                "新型インフル【R7～】 1",
                "新感染症【R7～】 1",
                "肝炎【R7～】 13",
                "肝がん・重度肝硬変【R7～】 7",
                "特定疾患【R7～】 5",
                "その他 3",
                "精神通院 4",
                "更生医療 277",
                "育成医療 266",
                "療養介護医療【R7～】 108",
                "難病 2",
                "小児慢性 17",
                "肢体不自由児通所【R7～】 90",
                "障害児入所【R7～】 2",
                "未熟児養育医療 25",
                "結核 7",
                "新型インフル【R7～】 0",
                "新感染症【R7～】 0",
                "こども 523",
                "障害者 485",
                "ひとり親家庭 506",
                "その他 149",
            ]
        );
        let heads = read.all("table.stack .status-new, table.stack .status-continuing");
        assert!(heads.contains(&"◎新規".to_owned()) && heads.contains(&"○継続".to_owned()));
        let svg = read.all("svg[role=img] > title");
        assert_eq!(svg.len(), 4, "{svg:?}");
        assert_eq!(read.all(".tile-map li").len(), 47);
        assert_eq!(read.all("#rules ~ table tbody tr").len(), 7);
    }
    ministry
        .get(AS_OF)
        .await
        .ok()
        .shows("時点：令和7年10月31日（金）")
        .shows("作成：令和9年1月20日（水）10時00分");
}

#[tokio::test]
async fn every_number_opens_the_list_of_exactly_so_many_bodies() {
    let app = country().await;
    let ministry = app.ministry().await;
    let page = ministry.get(AS_OF).await.ok();
    let all = Read::of(&page).numbers();
    assert!(all.len() > 400, "{}", all.len());
    // The country's figures, and those of three prefectures: the others differ in nothing but the prefecture.
    let picked = all.iter().filter(|(href, _)| {
        let figure = href.split(['=', '&']).nth(1).expect("a figure");
        let last = figure.rsplit('.').next().expect("a word");
        last.parse::<u8>().is_err() || ["01", "13", "47"].contains(&last)
    });
    let mut seen = 0;
    for (href, figure) in picked {
        let list = ministry.get(href).await.ok();
        let said = format!("<strong>{}</strong>団体", with_commas(*figure as u64));
        assert!(list.body.contains(&said), "{href}");
        let codes: BTreeSet<&str> = list
            .body
            .split("<td data-label=\"コード\">")
            .skip(1)
            .map(|rest| &rest[..6])
            .collect();
        assert_eq!(codes.len(), *figure, "{href}");
        seen += 1;
    }
    assert!(seen > 90, "{seen}");
}

#[tokio::test]
async fn a_body_of_a_list_shows_since_when_and_from_which_entry() {
    let app = country().await;
    let (_, receipt) = app.submitted(OTARU).await;
    let actor = app.actor(None, "医療費助成担当", true).await;
    let entry = ParticipationEntry {
        code: body(OTARU),
        scheme: "rehabilitation".parse().expect("an id"),
        fiscal_year: "R8".parse().expect("a year"),
        state: ParticipationState::Planned,
        effective_on: date(2027, 1, 15),
        revision_id: None,
        note: String::new(),
    };
    let transaction = app.desk.store.begin().await.expect("begins");
    transaction.hold_ledger().await.expect("waits");
    let batch = NewBatch {
        source: ParticipationSource::Confirmed,
        recorded_at: app.desk.now(),
        actor: &actor,
        file: None,
        note: "",
        takes_back: None,
    };
    let written = transaction.insert_batch(batch, &[entry]).await;
    written.expect("writes");
    transaction.commit().await.expect("commits");
    let sql = format!(
        "UPDATE participation_entry SET revision_id = (SELECT id FROM revision WHERE receipt = {}) WHERE fiscal_year = 2026",
        app.bind(1)
    );
    app.damage(&sql, vec![receipt.clone().into()]).await;
    let ministry = app.ministry().await;
    let list = ministry
        .get("/status/R8/bodies?figure=by_year.R8.total")
        .await
        .ok();
    let line = &rows(&list, "tbody tr")[0];
    assert_eq!(line[0], OTARU);
    assert!(
        line[1].contains("小樽市") && line[1].contains("北海道"),
        "{line:?}"
    );
    assert!(line[4].contains("更生医療"), "{line:?}");
    assert_eq!(line[6], "2027-01-15");
    assert!(
        line[7].contains(&format!("回答から確定（{receipt}）")),
        "{line:?}"
    );
    assert!(line[7].contains("令和9年1月20日（水）10時00分 厚生労働省 医療費助成担当"));
    assert_eq!(
        list.all("tbody th a[href=\"/participation/bodies/012033\"]"),
        ["小樽市"]
    );
    let list = ministry
        .get("/status/R7/bodies?figure=cumulative.R5.total")
        .await
        .ok();
    for line in rows(&list, "tbody tr") {
        assert_eq!(
            (line[5].as_str(), line[6].as_str()),
            ("R5年度", "2023-04-01")
        );
        assert!(
            line[7].contains("ファイルから取り込み（R5の参加.csv）"),
            "{line:?}"
        );
    }
}

/// Texts of a workbook's sheet, row by row.
fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let formulas = book.worksheet_formula(name).expect("reads");
    assert!(formulas.used_cells().next().is_none(), "{name}");
    let range = book.worksheet_range(name).expect("reads");
    range
        .rows()
        .map(|row| row.iter().map(Data::to_string).collect())
        .collect()
}

async fn file(client: &Client, path: &str) -> Vec<u8> {
    let (status, bytes) = client.download(path).await;
    assert_eq!(status, 200, "{path}");
    bytes
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{FEFF}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let record = |record: Result<csv::StringRecord, csv::Error>| {
        record.expect("CSV").iter().map(str::to_owned).collect()
    };
    reader.records().map(record).collect()
}

#[tokio::test]
async fn files_say_what_the_page_says_and_are_written_down() {
    let app = country().await;
    let ministry = app.ministry().await;
    // A day on which R7 had not begun: the files must be of the same day.
    let query = "as_of=2025-03-31";
    let page = ministry.get(&format!("/status/R7?{query}")).await.ok();
    let expected: Vec<String> = rows(&page, "#cumulative tbody tr")
        .iter()
        .map(|row| row[3].clone())
        .collect();
    assert_eq!(expected, ["183", "22", "161"]);
    let json = file(&ministry, &format!("/status/R7/report.json?{query}")).await;
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json["as_of"], "2025-03-31");
    let of_json = ["total", "prefecture", "municipality"]
        .map(|part| json["cumulative"]["R7"][part].to_string());
    assert_eq!(of_json, expected[..]);
    let csv = csv_rows(&file(&ministry, &format!("/status/R7/report.csv?{query}")).await);
    let of_csv: Vec<&str> = csv
        .iter()
        .filter(|row| row[0] == "cumulative" && row[1] == "R7")
        .map(|row| row[8].as_str())
        .collect();
    assert_eq!(of_csv, expected);
    let book = file(&ministry, &format!("/status/R7/report.xlsx?{query}")).await;
    let cells = sheet(&book, "累計");
    let head = cells
        .iter()
        .position(|row| row.contains(&"R7年度".to_owned()));
    let head = head.expect("a head");
    let of_book: Vec<&str> = (1..=3)
        .map(|below| cells[head + below][3].as_str())
        .collect();
    assert_eq!(of_book, expected);

    let figure = "/status/R7/bodies.ENDING?figure=new.R6.municipality&as_of=2025-10-31";
    let list = csv_rows(&file(&ministry, &figure.replace("ENDING", "csv")).await);
    assert_eq!(list.len(), 1 + 156);
    assert_eq!(list[0][..3], ["コード", "都道府県", "名称"]);
    let book = file(&ministry, &figure.replace("ENDING", "xlsx")).await;
    let cells = sheet(&book, "団体の一覧");
    let head = cells
        .iter()
        .position(|row| row[0] == "コード")
        .expect("a head");
    assert_eq!(cells[head..], list[..]);

    let written = app.desk.store.audit_of("status/R7").await.expect("reads");
    let details: Vec<&str> = written.iter().map(|row| row.detail.as_str()).collect();
    assert_eq!(
        details,
        [
            "tables json as_of 2025-03-31",
            "tables csv as_of 2025-03-31",
            "tables xlsx as_of 2025-03-31",
            "bodies new.R6.municipality csv as_of 2025-10-31",
            "bodies new.R6.municipality xlsx as_of 2025-10-31",
        ]
    );
    assert!(written.iter().all(|row| row.action == "export"));
}

#[tokio::test]
async fn tables_come_back_as_they_were_known() {
    let app = country().await;
    let ministry = app.ministry().await;
    let total = |page: &Page| rows(page, "#cumulative tbody tr")[0][3].clone();
    // Nothing had been recorded in 2025.
    let page = ministry.get("/status/R7?known_on=2025-10-31").await.ok();
    assert_eq!(total(&page), "0");
    page.shows("記録：令和7年10月31日（金）までに登録されたもの");
    app.at(date(2027, 1, 22).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    let before = total(&ministry.get("/status/R7").await.ok());
    assert_eq!(before, "625");
    // A correction with an earlier day: the tables of that day change, those known before do not.
    let list = ministry
        .get("/status/R7/bodies?figure=new.R7.municipality")
        .await
        .ok();
    let first = rows(&list, "tbody tr")[0][0].clone();
    let schemes = csv_rows(
        &file(
            &ministry,
            "/status/R7/bodies.csv?figure=new.R7.municipality",
        )
        .await,
    );
    for scheme in schemes[1][6].split(' ') {
        state(&app, &first, scheme, "R7", "取下げ", "2025-06-01").await;
    }
    let (after, then, known) = (
        ministry.get("/status/R7").await.ok(),
        ministry.get("/status/R7?as_of=2025-05-31").await.ok(),
        ministry.get("/status/R7?known_on=2027-01-21").await.ok(),
    );
    assert_eq!(
        [total(&after), total(&then), total(&known)],
        ["624", "625", "625"]
    );
    // Whoever took part before is marked among the names of those who do not.
    let marks = |page: &Page| page.body.matches("（取下げ）").count();
    assert_eq!(marks(&after), marks(&then) + 1);
    // Who withdrew is among those to call, with the withdrawal.
    let list = ministry
        .get("/status/R7/bodies?figure=absent.municipality")
        .await
        .ok();
    let line = rows(&list, "tbody tr")
        .into_iter()
        .find(|row| row[0] == first);
    let line = line.expect("is there");
    assert_eq!(
        (line[3].as_str(), line[6].as_str()),
        ("×取下げ", "2025-06-01")
    );
    assert!(line[7].contains("訂正.csv"), "{line:?}");

    let page = ministry
        .get("/status/compare?from_year=R7&from=2025-05-31&to_year=R7&to=2025-06-30")
        .await
        .ok();
    assert_eq!(page.all(".figures strong"), ["0", "1", "0"]);
    assert!(rows(&page, "#left + .table-wrap tbody tr")[0][0] == first);

    // One day as it is known now against the same day as it was known before the correction.
    let day = "from_year=R7&from=2025-12-31&to_year=R7&to=2025-12-31";
    let path = format!("/status/compare?{day}&from_known=R9.1.21");
    let page = ministry.get(&path).await.ok();
    page.shows("令和9年1月21日（木）までに登録された記録による");
    assert_eq!(page.value("from_known"), "R9.1.21");
    assert_eq!(page.all(".figures strong"), ["0", "1", "0"]);
    assert!(rows(&page, "#left + .table-wrap tbody tr")[0][0] == first);
    let sides = page.html();
    let link = Selector::parse(".answers a").expect("a selector");
    for (side, expected) in sides.select(&link).zip(["625", "624"]) {
        assert_eq!(words(&side), format!("{expected}団体"));
        let href = side.value().attr("href").expect("a link");
        let list = ministry.get(href).await.ok();
        assert_eq!(rows(&list, "tbody tr").len().to_string(), expected);
    }
    let both = format!("{path}&to_known=2027-01-21");
    let page = ministry.get(&both).await.ok();
    assert_eq!(page.all(".figures strong"), ["0", "0", "0"]);
    let wrong = ministry.get(&format!("{path}&to_known=foo")).await.is(422);
    assert_eq!(wrong.value("to_known"), "foo");

    let path = path.replace("compare", "compare.xlsx");
    let list = sheet(&file(&ministry, &path).await, "変更の一覧");
    assert!(
        list[1][0].contains("625団体") && list[2][0].contains("624団体"),
        "{list:?}"
    );
    assert_eq!(
        list[3][0],
        "新たに参加0団体、参加しなくなった1団体、制度の変更0団体"
    );
    assert_eq!(list[5][0], "変更");
    assert_eq!(
        (list[6][0].as_str(), &list[6][1]),
        ("参加しなくなった", &first)
    );
    assert_eq!(list.len(), 7);
    let written = app.desk.store.audit_of("status/R7").await.expect("reads");
    let last = written.last().expect("was taken");
    assert_eq!(
        last.detail,
        "changes xlsx R7_20251231 known_on 20270121 to R7_20251231"
    );
}

#[tokio::test]
async fn two_years_are_compared_on_the_page_and_in_the_file() {
    let app = country().await;
    let ministry = app.ministry().await;
    let page = ministry.get("/status/compare").await.ok();
    page.shows("令和6年度までの参加（令和7年3月31日（月）時点）")
        .shows("令和7年度までの参加（令和9年1月20日（水）時点）");
    let read = Read::of(&page);
    // 17 prefectures and 22 municipalities went on; nobody left.
    assert_eq!(read.all(".figures strong"), ["442", "0", "39"]);
    let lines = |id: &str| read.rows(&format!("#{id} + .table-wrap tbody tr"));
    assert_eq!((lines("entered").len(), lines("changed").len()), (442, 39));
    let changed = &lines("changed")[0];
    assert!(
        !changed[4].is_empty() && changed[5].is_empty(),
        "{changed:?}"
    );
    let list = csv_rows(&file(&ministry, "/status/compare.csv").await);
    assert_eq!(list.len(), 1 + 442 + 39);
    let written = app.desk.store.audit_of("status/R7").await.expect("reads");
    assert_eq!(written[0].detail, "changes csv R6_20250331 to R7_20270120");
    // From today back to then, everybody left.
    let page = ministry
        .get("/status/compare?from_year=R7&from=2025-10-31&to_year=R6&to=2025-10-31")
        .await
        .ok();
    assert_eq!(page.all(".figures strong"), ["0", "442", "39"]);
}

#[tokio::test]
async fn what_cannot_be_read_stays_on_the_page_with_the_reason() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let page = ministry
        .get("/status?year=R4&as_of=2025-13-45&known_on=%E3%81%8D%E3%81%AE%E3%81%86")
        .await
        .is(422);
    page.shows(
        "令和4年度の状況表はありません。令和5年度から令和13年度までの年度を入力してください。",
    )
    .shows("日付は「2025-10-31」「R7.10.31」のように入力してください。")
    .shows("入力した内容は消えていません");
    assert_eq!(page.all(".error-summary li").len(), 3);
    assert_eq!(page.value("year"), "R4");
    assert_eq!(page.value("as_of"), "2025-13-45");
    assert_eq!(page.value("known_on"), "きのう");
    for path in [
        "/status/foo",
        "/status/R7?as_of=foo",
        "/status/R7/report.xlsx?as_of=foo",
        "/status/R14/report.json",
        "/status/R7/bodies?figure=cumulative.R7.total&known_on=foo",
        "/status/R7/bodies.csv?figure=cumulative.R7.total&as_of=foo",
        "/status/compare?from=foo",
        "/status/compare.csv?to_year=foo",
    ] {
        let page = ministry.get(path).await.is(422);
        assert_eq!(page.all(".error-summary li").len(), 1, "{path}");
        assert!(page.body.contains("foo") || path.contains("R14"), "{path}");
    }
    for path in [
        "/status/R7/bodies?figure=foo",
        "/status/R7/bodies.csv?figure=new.R7.total.99",
        "/status/R7/report.pdf",
    ] {
        ministry.get(path).await.is(404);
    }
    // Generous in reading, exact in the address.
    let page = ministry
        .get("/status?year=%E4%BB%A4%E5%92%8C%EF%BC%97%E5%B9%B4%E5%BA%A6&as_of=R7.10.31&known_on=")
        .await;
    assert_eq!(page.location(), "/status/R7?as_of=2025-10-31");
    // An empty ledger has tables too, of the current year.
    let page = ministry.get("/status").await;
    assert_eq!(page.location(), "/status/R8");
    ministry
        .get("/status/R8")
        .await
        .ok()
        .shows("まだ参加していない自治体【1,788自治体】")
        .shows("参加・参加予定の市区町村は、まだありません。");
    ministry.get("/status/compare").await.ok();
}

/// An entry that no list could bring: the page says so in red and names the body.
#[tokio::test]
async fn a_broken_rule_is_named_with_its_bodies() {
    let app = country().await;
    let ministry = app.ministry().await;
    let entry = ParticipationEntry {
        code: body(OTARU),
        scheme: "no_such_scheme".parse().expect("an id"),
        fiscal_year: "R7".parse().expect("a year"),
        state: ParticipationState::Running,
        effective_on: date(2025, 4, 1),
        revision_id: None,
        note: String::new(),
    };
    let bytes = packed::pack(&[entry]).expect("fits");
    let newest = "(SELECT max(id) FROM participation_batch)";
    let value = app.bind(1);
    let sql = format!("UPDATE participation_batch SET packed = {value} WHERE id = {newest}");
    app.damage(&sql, vec![bytes.into()]).await;
    let page = ministry.get(AS_OF).await.ok();
    page.shows("数が合いません");
    assert!(
        page.all(".banner-error .error-text")[0].contains("012033 小樽市"),
        "{:?}",
        page.all(".banner-error .error-text")
    );
    assert_eq!(page.all("tr.row-error").len(), 1);
    page.shows("× 合わない");
    let list = ministry
        .get("/status/R7/bodies?figure=by_year.R7.municipality")
        .await
        .ok();
    list.shows("制度一覧に無い制度");
}
