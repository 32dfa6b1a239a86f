//! Files that leave the portal: one form, all forms in a ZIP, the national tables as CSV.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use torimatome::domain::place::{Place, Section};
use torimatome::workflow::send_summary_sheet::send_summary_sheet;

use crate::app::{CLOSED, HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, edition};
use crate::client::Client;

/// A download as it arrived.
pub struct Download {
    status: u16,
    kind: String,
    encoding: String,
    pub disposition: String,
    bytes: Vec<u8>,
}

pub async fn download(client: &Client, path: &str) -> Download {
    // As browsers ask: packed, if the server likes.
    let request = client.bare(Method::GET, path);
    let request = request.header("accept-encoding", "gzip, deflate, br");
    let response = request.send().await.expect("the server answers");
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or_else(String::new, |value| {
            value.to_str().expect("ASCII").to_owned()
        })
    };
    Download {
        status: response.status().as_u16(),
        kind: header("content-type"),
        encoding: header("content-encoding"),
        disposition: header("content-disposition"),
        bytes: response.bytes().await.expect("a whole body").to_vec(),
    }
}

/// The entries of a ZIP: names and bytes.
pub fn entries(download: &Download) -> Vec<(String, Vec<u8>)> {
    assert_eq!(download.status, 200);
    assert_eq!(download.kind, "application/zip");
    assert_eq!(download.encoding, "identity");
    let mut archive = zip::ZipArchive::new(Cursor::new(&download.bytes)).expect("a ZIP");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("an entry");
            let name = entry.name().expect("UTF-8").to_string();
            let mut bytes = Vec::new();
            entry
                .read_to_end(&mut bytes)
                .expect("reads and its checksum fits");
            (name, bytes)
        })
        .collect()
}

/// Every text and number of a form's sheet.
fn cells(bytes: Vec<u8>) -> Vec<String> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range("様式1").expect("the form");
    range
        .used_cells()
        .filter(|(.., cell)| **cell != Data::Empty)
        .map(|(.., cell)| cell.to_string())
        .collect()
}

fn has(cells: &[String], text: &str) -> bool {
    cells.iter().any(|cell| cell.contains(text))
}

#[tokio::test]
async fn a_prefecture_takes_all_its_forms_in_one_file() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.drafted(YUBARI).await;
    app.submitted(HIROSAKI).await;
    let hokkaido = app.prefecture("01").await;
    hokkaido
        .get("/editions/fy2027/board")
        .await
        .ok()
        .shows("様式1（Excel）をまとめてダウンロードする");

    let file = download(&hokkaido, "/editions/fy2027/forms.zip?what=submitted").await;
    assert!(
        file.disposition
            .contains("filename*=UTF-8''%E6%A7%98%E5%BC%8F1_"),
        "{}",
        file.disposition
    );
    assert!(file.disposition.contains("filename=\"") && file.disposition.ends_with(".zip"));
    let submitted = entries(&file);
    assert_eq!(submitted.len(), 1);
    assert_eq!(submitted[0].0, "【012033小樽市】様式1.xlsx");
    let form = cells(submitted[0].1.clone());
    assert!(has(&form, "受付番号 R9-012033-01") && has(&form, "令和9年度分"));

    let all = entries(&download(&hokkaido, "/editions/fy2027/forms.zip").await);
    assert_eq!(all.len(), 180, "179 municipalities and the prefecture");
    let names: BTreeSet<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "names differ");
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("【01") && name.ends_with("】様式1.xlsx"))
    );
    let form_of = |name: &str| {
        let (_, bytes) = all.iter().find(|(known, _)| known == name).expect(name);
        cells(bytes.clone())
    };
    assert_eq!(form_of("【012033小樽市】様式1.xlsx"), form);
    // What 函館市 answered last year; what 夕張市 typed so far is its own.
    assert!(has(
        &form_of("【012025函館市】様式1.xlsx"),
        "前回の回答が入っています"
    ));
    let draft = form_of("【012092夕張市】様式1.xlsx");
    let blank = entries(&download(&hokkaido, "/editions/fy2027/forms.zip?what=blank").await);
    assert_eq!(blank.len(), 180);
    let (_, bytes) = blank
        .iter()
        .find(|(name, _)| name.contains("夕張市"))
        .expect("is there");
    assert_eq!(draft, cells(bytes.clone()));
    let (_, bytes) = blank
        .iter()
        .find(|(name, _)| name.contains("小樽市"))
        .expect("is there");
    assert!(!has(&cells(bytes.clone()), "受付番号"));

    let audit = app
        .desk
        .store
        .audit_of("edition/fy2027/prefecture/01")
        .await;
    let audit = audit.expect("reads");
    let details: Vec<&str> = audit.iter().map(|row| row.detail.as_str()).collect();
    assert_eq!(details, ["submitted 1", "all 180", "blank 180"]);
    assert!(
        audit
            .iter()
            .all(|row| row.action == "take_out_forms" && row.actor_body == "北海道")
    );
}

#[tokio::test]
async fn the_mail_of_form_2_brings_the_forms_as_they_are_and_is_written_down_once() {
    use mail_parser::MimeHeaders;
    let app = TestApp::start().await;
    for code in [HAKODATE, YUBARI, OTARU, HIROSAKI] {
        app.submitted(code).await;
    }
    let hokkaido = app.prefecture("01").await;
    let sent = send_summary_sheet(&app.desk, hokkaido.actor(), &edition(OPEN), 1, "").await;
    sent.expect("is sent");
    let forms = async |client: &Client| {
        let path = format!("/editions/{OPEN}/form2/1.eml");
        let (status, bytes) = client.download(&path).await;
        assert_eq!(status, 200);
        let message = mail_parser::MessageParser::default().parse(&bytes);
        let message = message.expect("a message");
        assert_eq!(message.subject(), Some("【010006北海道・意向等調査】"));
        let files = message.attachments();
        let file = |it: &mail_parser::MessagePart<'_>| {
            let name = it.attachment_name().unwrap_or_default().to_owned();
            (name, it.contents().to_vec())
        };
        files.map(file).collect::<Vec<_>>()
    };
    let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    let files = forms(&hokkaido).await;
    let gathered = [
        "【010006北海道】様式2.xlsx",
        "【012033小樽市】様式1.xlsx",
        "【012092夕張市】様式1.xlsx",
    ];
    assert_eq!(names(&files), gathered);
    // Each holds what the body's own file holds.
    for (code, (_, bytes)) in [OTARU, YUBARI].into_iter().zip(&files[1..]) {
        let own = app.municipality(code).await;
        let (_, file) = own.download(&format!("/editions/{OPEN}/form1.xlsx")).await;
        assert_eq!(cells(bytes.clone()), cells(file), "{code}");
    }
    // Its own form stands first once it is submitted; what went back is not sent.
    app.submitted(HOKKAIDO).await;
    let reason = (Place::Section(Section::Contact), "番号をお確かめください。");
    app.return_with(YUBARI, &[reason]).await;
    let files = forms(&hokkaido).await;
    let gathered = [
        "【010006北海道】様式2.xlsx",
        "【010006北海道】様式1.xlsx",
        "【012033小樽市】様式1.xlsx",
    ];
    assert_eq!(names(&files), gathered);
    let subject = "edition/fy2027/prefecture/01";
    let audit = app.desk.store.audit_of(subject).await.expect("reads");
    let taken = audit.iter().filter(|row| row.action == "take_out_forms");
    let details: Vec<&str> = taken.map(|row| row.detail.as_str()).collect();
    assert_eq!(details, ["mail 2", "mail 2"]);
}

#[tokio::test]
async fn the_columns_of_files_for_programs_are_explained_where_the_files_are() {
    let app = TestApp::start().await;
    let explained = app.anonymous().get("/help/columns").await.ok();
    explained.shows("団体コード（6桁");
    let keys = explained.all("main tbody th code");
    let ministry = app.ministry().await;
    for (page, file) in [
        ("/editions/fy2027/downloads", "/editions/fy2027/counts.csv"),
        ("/editions/fy2027/plan", "/editions/fy2027/plan.csv"),
        ("/status/R7", "/status/R7/report.csv"),
    ] {
        let shown = ministry.get(page).await.ok();
        assert!(shown.body.contains("href=\"/help/columns#"), "{page}");
        let (_, bytes) = ministry.download(file).await;
        let text = String::from_utf8(bytes).expect("UTF-8");
        let head = text.trim_start_matches('\u{FEFF}').lines().next();
        for key in head.expect("a head").split(',') {
            assert!(keys.iter().any(|known| known == key), "{file}: {key}");
        }
    }
}

#[tokio::test]
async fn a_body_that_began_its_draft_keeps_last_years_answer_in_the_file() {
    let app = TestApp::start().await;
    app.drafted(HAKODATE).await;
    let hokkaido = app.prefecture("01").await;
    let all = entries(&download(&hokkaido, "/editions/fy2027/forms.zip?what=all").await);
    let (_, bytes) = all
        .iter()
        .find(|(name, _)| name.contains("函館市"))
        .expect("is there");
    let own = app.municipality(HAKODATE).await;
    let prefilled = download(&own, "/editions/fy2027/form1.xlsx?what=prefilled").await;
    assert_eq!(cells(bytes.clone()), cells(prefilled.bytes));
}

#[tokio::test]
async fn the_ministry_takes_the_country_or_one_prefecture() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = app.ministry().await;
    ministry
        .get("/editions/fy2027/downloads")
        .await
        .ok()
        .shows("全1,788団体の様式1");
    let file = download(&ministry, "/editions/fy2027/forms.zip?what=all").await;
    let country = entries(&file);
    assert_eq!(country.len(), 1_788);
    let names: BTreeSet<&str> = country.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 1_788);

    let path = "/editions/fy2027/prefectures/02/forms.zip?what=blank";
    let aomori = entries(&download(&ministry, path).await);
    assert_eq!(aomori.len(), 41);
    assert!(aomori.iter().all(|(name, _)| name.starts_with("【02")));
    // The closed edition has what was answered then.
    let closed = format!("/editions/{CLOSED}/forms.zip?what=submitted");
    let closed = entries(&download(&ministry, &closed).await);
    assert_eq!(closed.len(), 1);
    assert!(has(&cells(closed[0].1.clone()), "令和7年度分"));
}

#[tokio::test]
async fn who_may_not_and_what_is_not_there() {
    let app = TestApp::start().await;
    let hokkaido = app.prefecture("01").await;
    let ministry = app.ministry().await;
    let otaru = app.municipality(OTARU).await;
    otaru.get("/editions/fy2027/forms.zip").await.is(404);
    hokkaido
        .get("/editions/fy2027/prefectures/01/forms.zip")
        .await
        .is(404);
    hokkaido.get("/editions/fy2099/forms.zip").await.is(404);
    hokkaido.get("/editions/fy2026/forms.zip").await.is(404);
    ministry
        .get("/editions/fy2027/prefectures/48/forms.zip")
        .await
        .is(404);
    hokkaido
        .get("/editions/fy2027/forms.zip?what=everything")
        .await
        .is(400);
    app.anonymous()
        .get("/editions/fy2027/forms.zip")
        .await
        .is(303);
    // Nobody has submitted: said on the page instead of an empty file.
    for (client, path) in [
        (&hokkaido, "/editions/fy2027/forms.zip?what=submitted"),
        (&ministry, "/editions/fy2027/forms.zip?what=submitted"),
        (
            &ministry,
            "/editions/fy2027/prefectures/01/forms.zip?what=submitted",
        ),
    ] {
        let page = client.get(path).await;
        let page = client.follow(page).await.ok();
        page.shows("提出された様式1は、まだありません");
    }
    let head = hokkaido
        .send(hokkaido.bare(Method::HEAD, "/editions/fy2027/forms.zip"))
        .await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), "application/zip");
    ministry.get("/editions/fy2027/answers.txt").await.is(404);
}

#[tokio::test]
async fn whoever_goes_away_stops_the_work() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    // Three countries may be on their way at once; each of these would hold its turn to the end.
    for _ in 0..7 {
        let request = ministry.bare(Method::GET, "/editions/fy2027/forms.zip?what=blank");
        let mut response = request.send().await.expect("answers");
        assert_eq!(response.status().as_u16(), 200);
        let chunk = response.chunk().await.expect("some bytes");
        assert!(chunk.is_some_and(|chunk| chunk.starts_with(b"PK")));
    }
}

#[tokio::test]
async fn a_body_chooses_which_form_it_takes() {
    let app = TestApp::start().await;
    let path = |what: &str| format!("/editions/{OPEN}/form1.xlsx?what={what}");
    let hakodate = app.municipality(HAKODATE).await;
    let page = hakodate.get("/editions/fy2027/form1").await.ok();
    page.shows("前回の回答入り")
        .shows("空欄の様式")
        .hides("提出した内容")
        .hides("いまの下書き");
    let file = download(&hakodate, &path("prefilled")).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.encoding, "identity");
    assert!(file.kind.ends_with("spreadsheetml.sheet"));
    assert!(
        file.disposition.contains("filename=\"012025_1.xlsx\""),
        "{}",
        file.disposition
    );
    let prefilled = cells(file.bytes);
    assert!(has(&prefilled, "前回の回答が入っています"));
    let blank = cells(download(&hakodate, &path("blank")).await.bytes);
    assert!(!has(&blank, "@") && has(&blank, "012025"));
    hakodate.get(&path("submitted")).await.is(404);
    hakodate.get(&path("everything")).await.is(400);

    app.drafted(HAKODATE).await;
    let draft = cells(download(&hakodate, &path("draft")).await.bytes);
    assert!(has(&draft, "下書き（まだ提出していません）"));
    hakodate
        .get("/editions/fy2027/form1")
        .await
        .ok()
        .shows("いまの下書き");
    app.submit(hakodate.actor()).await;
    let submitted = cells(download(&hakodate, &path("submitted")).await.bytes);
    assert!(has(&submitted, "受付番号 R9-012025-01"));
    let page = hakodate.get("/editions/fy2027/form1").await.ok();
    page.shows("提出した内容").hides("いまの下書き");
    // Whoever reviews sees what was submitted, never a draft or what it began with.
    let ministry = app.ministry().await;
    let review = format!("/editions/{OPEN}/answers/{HAKODATE}/form1.xlsx");
    ministry
        .get(&format!("{review}?what=submitted"))
        .await
        .is(200);
    for what in ["draft", "prefilled", "blank"] {
        ministry.get(&format!("{review}?what={what}")).await.is(404);
    }
    // Who never answered has nothing to begin with.
    let otaru = app.municipality(OTARU).await;
    otaru.get(&path("prefilled")).await.is(404);
}

#[tokio::test]
async fn the_national_list_comes_as_csv() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let sheet = otaru.get("/editions/fy2027/form1/contact").await.ok();
    let form = sheet.form("保存して次へ");
    otaru
        .submit(&form.fill("department", "=cmd|' /C calc'!A0"))
        .await
        .is(303);
    app.submit(otaru.actor()).await;
    let ministry = app.ministry().await;
    let file = download(&ministry, "/editions/fy2027/answers.csv").await;
    assert_eq!(
        (file.status, file.kind.as_str()),
        (200, "text/csv; charset=utf-8")
    );
    assert!(file.disposition.ends_with(".csv"), "{}", file.disposition);
    let page = ministry.get("/editions/fy2027/answers.csv").await.ok();
    let text = page.body.strip_prefix('\u{FEFF}').unwrap_or(&page.body);
    assert_eq!(text.matches("\r\n").count(), 1 + 1_788);
    assert_eq!(text.matches('\n').count(), 1 + 1_788);
    assert!(text.starts_with("code,prefecture,name,kind,route,status,"));
    let line = text
        .lines()
        .find(|line| line.starts_with("012033,"))
        .expect("小樽市");
    assert!(line.contains(",'=cmd|' /C calc'!A0,"), "{line}");
    assert!(line.starts_with("012033,北海道,小樽市,city,prefecture,submitted,0,1,R9-012033-01,"));
    let counts = ministry.get("/editions/fy2027/counts.csv").await.ok();
    assert!(
        counts
            .body
            .contains("\r\nanswered,,提出あり,prefecture,01,1\r\n")
    );
    let hokkaido = app.body(HOKKAIDO).await;
    hokkaido.get("/editions/fy2027/answers.csv").await.is(404);
}

#[tokio::test]
async fn every_count_opens_its_bodies_and_keeps_the_chosen_prefecture() {
    let app = TestApp::start().await;
    for code in [OTARU, HAKODATE, HIROSAKI] {
        app.submitted(code).await;
    }
    app.drafted(YUBARI).await;
    let ministry = app.ministry().await;
    let path = format!("/editions/{OPEN}/downloads");
    let page = ministry.get(&path).await.ok();
    let of = |of: &str, by: &str| format!("{path}/bodies?of={of}{by}");
    let figure = |page: &crate::client::Page, href: &str| {
        page.all(&format!("td.num a[href='{href}']")).concat()
    };
    assert_eq!(figure(&page, &of("answered", "")), "3");
    assert_eq!(figure(&page, &of("intent-1", "")), "3");
    assert_eq!(figure(&page, &of("row-rehabilitation", "&kind=city")), "2");
    // Nobody is behind a nought.
    assert_eq!(figure(&page, &of("intent-2", "")), "");
    let bodies = |page: crate::client::Page| page.all("tbody th");
    let list = ministry.get(&of("row-rehabilitation", "&kind=city")).await;
    assert_eq!(bodies(list.ok()), ["小樽市", "弘前市"]);
    let list = ministry.get(&of("target", "")).await.ok();
    list.shows("3団体").hides("夕張市");
    let link = format!("a[href='/editions/{OPEN}/answers/{OTARU}']");
    assert_eq!(list.all(&link).len(), 1);

    let chosen = ministry.get(&format!("{path}?prefecture=02")).await.ok();
    assert_eq!(figure(&chosen, &of("answered", "&prefecture=02")), "1");
    let list = ministry.get(&of("answered", "&prefecture=02")).await.ok();
    list.shows("青森県");
    let back = list.all(&format!("a[href='{path}?prefecture=02']"));
    assert!(!back.is_empty(), "the way back keeps it");
    let file = format!("{path}/bodies.csv?of=answered&prefecture=02");
    assert_eq!(list.all(&format!("a[href='{file}']")).len(), 1);
    let (status, bytes) = ministry.download(&file).await;
    let csv = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(status, 200);
    assert!(csv.contains(HIROSAKI) && !csv.contains(OTARU), "{csv}");
    assert_eq!(bodies(list), ["弘前市"]);

    // After the deadline: the day and the prefecture stay together.
    app.at(jiff::civil::date(2027, 3, 3).at(9, 0, 0, 0));
    app.submitted(YUBARI).await;
    let ministry = app.ministry().await;
    let page = ministry.get(&format!("{path}?prefecture=01")).await.ok();
    let then = format!("{path}?as_of=2027-02-26&prefecture=01");
    assert_eq!(page.all(&format!("a[href='{then}']")), ["提出期限の時点"]);
    let page = ministry.get(&then).await.ok();
    let now = format!("a[href='{path}?prefecture=01']");
    assert_eq!(page.all(&now), ["いまの状況に戻す"]);
    let other = format!("a[href='/editions/{CLOSED}/downloads?prefecture=01']");
    assert_eq!(page.all(&other).len(), 1);
    let at_deadline = of("answered", "&prefecture=01&as_of=2027-02-26");
    assert_eq!(figure(&page, &at_deadline), "2");
    let list = ministry.get(&at_deadline).await.ok();
    assert_eq!(bodies(list), ["函館市", "小樽市"]);
    let list = ministry.get(&of("answered", "&prefecture=01")).await.ok();
    assert_eq!(bodies(list), ["函館市", "小樽市", "夕張市"]);
    ministry.get(&of("intent-9", "")).await.is(404);
    ministry.get(&of("answered", "&kind=x")).await.is(400);
}
