//! 計画の目安: what the answers of an edition would mean, on the ministry's page.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use scraper::Selector;
use torimatome::domain::place::Place;

use crate::app::{CLOSED, HIROSAKI, OPEN, OTARU, TestApp, YUBARI, edition};
use crate::client::Page;
use crate::status_tables::rows;

/// Every number that leads to a list of bodies, by its address.
fn numbers(page: &Page) -> BTreeMap<String, BTreeSet<String>> {
    let links = Selector::parse("main a[href*=\"/plan/bodies?figure=\"]").expect("a selector");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for link in page.html().select(&links) {
        let href = link.value().attr("href").expect("a link").to_owned();
        let text: String = link.text().collect();
        found
            .entry(href)
            .or_default()
            .insert(text.trim().to_owned());
    }
    found
}

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
        .shows("4,600,000,000円。自治体のシステム改修のほか")
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

#[tokio::test]
async fn every_figure_opens_its_bodies_and_everything_is_a_file() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.submitted(HIROSAKI).await;
    let ministry = app.ministry().await;
    let path = format!("/editions/{OPEN}/plan");
    let page = ministry.get(&path).await.ok();
    let numbers = numbers(&page);
    // The country, a round, two schemes in one and in all rounds, two prefectures: their bodies and their marks.
    assert!(numbers.len() >= 13, "{numbers:?}");
    for (href, figures) in &numbers {
        let list = ministry.get(href).await.ok();
        let total = &rows(&list, "tfoot tr")[0];
        for figure in figures {
            if href.contains("figure=bodies.") {
                assert_eq!(&rows(&list, "tbody tr").len().to_string(), figure, "{href}");
            } else {
                assert!(total.contains(figure), "{href} {figure}: {total:?}");
            }
        }
    }
    let first = format!("{path}/bodies?figure=bodies.round.first");
    ministry
        .get(&first)
        .await
        .ok()
        .shows("小樽市")
        .shows("弘前市");
    for wrong in ["bodies.round.third", "marks.scheme.nothing", "nonsense"] {
        ministry
            .get(&format!("{path}/bodies?figure={wrong}"))
            .await
            .is(404);
    }

    let (_, csv) = ministry.download(&format!("{path}.csv")).await;
    let csv = String::from_utf8(csv).expect("text");
    for line in [
        "round,round.first,,①だけ（1次交付）,2,4,10000000,70400,0,1689600",
        "prefecture,prefecture.02,,青森県,1,2,5000000,35200,0,844800",
        "basis,subsidy_rate,,1/2,,,,,,",
    ] {
        assert!(csv.contains(line), "{line}: {csv}");
    }
    let (_, book) = ministry.download(&format!("{path}.xlsx")).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    assert_eq!(
        book.sheet_names(),
        ["交付の回", "医療費助成", "都道府県", "data"]
    );
    let sheet = book.worksheet_range("交付の回").expect("a sheet");
    let total = sheet
        .rows()
        .find(|row| row[0] == Data::String("合計（①か②を選んだ団体）".to_owned()));
    assert_eq!(total.expect("a row")[3], Data::Float(10_000_000.0));
    let (_, list) = ministry
        .download(&format!("{path}/bodies.xlsx?figure=marks.prefecture.01"))
        .await;
    let mut list: Xlsx<_> = Xlsx::new(Cursor::new(list)).expect("a workbook");
    let sheet = list.worksheet_range("団体の一覧").expect("a sheet");
    let otaru = sheet
        .rows()
        .find(|row| row[0] == Data::String(OTARU.to_owned()));
    assert_eq!(otaru.expect("a row")[9], Data::Float(35_200.0));
    let (_, list) = ministry
        .download(&format!("{path}/bodies.csv?figure=bodies.total"))
        .await;
    let list = String::from_utf8(list).expect("text");
    assert_eq!(list.lines().count(), 3, "{list}");
    let audit = app.desk.store.audit_of(&format!("edition/{OPEN}")).await;
    let audit = audit.expect("reads");
    for detail in [
        "plan csv",
        "plan xlsx",
        "plan bodies marks.prefecture.01 xlsx",
        "plan bodies bodies.total csv",
    ] {
        assert!(audit.iter().any(|row| row.detail == detail), "{detail}");
    }
}

#[tokio::test]
async fn plans_come_back_as_they_stood_with_what_they_were_reckoned_with() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let ministry = app.ministry().await;
    let (path, basis) = (
        format!("/editions/{OPEN}/plan"),
        format!("/editions/{OPEN}/making/plan"),
    );
    let page = ministry.get(&basis).await.ok();
    let wrong = page
        .form("保存する")
        .fill("rate", "3/2")
        .fill("budget_yen", "とても多い");
    let shown = ministry.submit(&wrong).await.is(422);
    shown.shows("次の2か所を直してください");
    assert_eq!(shown.value("rate"), "3/2");
    let form = page
        .form("保存する")
        .fill("rate", "３分の２")
        .fill("budget_yen", "100万円");
    let saved = ministry.submit(&form).await.is(303);
    assert_eq!(saved.location(), format!("{path}?notice=edition-saved"));
    ministry
        .get(&path)
        .await
        .ok()
        .shows("補助率3分の2（1制度3,333,333円）")
        .shows("666.6%（予算額を5,666,666円超えています）");
    // Sent twice it changes nothing twice; the second of two sees both texts; each change stays in the history.
    ministry.submit(&form).await.is(303);
    let stale = page.form("保存する").fill("monthly_cost", "1.5");
    ministry
        .submit(&stale)
        .await
        .is(409)
        .shows("ほかの人が先に保存しました");
    let history = rows(&ministry.get(&basis).await.ok(), "main table tbody tr");
    assert_eq!(history.len(), 1, "{history:?}");
    assert!(
        history[0][2].contains("補助率：「1/2」→「2/3」"),
        "{history:?}"
    );
    let audit = app.desk.store.audit_of(&format!("edition/{OPEN}")).await;
    let audit = audit.expect("reads");
    let changes = audit.iter().filter(|row| row.action == "change_edition");
    assert_eq!(changes.count(), 1);

    app.at(date(2027, 1, 22).at(10, 0, 0, 0));
    app.submitted(HIROSAKI).await;
    let ministry = app.ministry().await;
    for (query, bodies, rate) in [
        ("", "2", "補助率3分の2"),
        ("?as_of=2027-01-20", "1", "補助率3分の2"),
        ("?as_of=2027-01-19", "0", "補助率2分の1"),
    ] {
        let page = ministry.get(&format!("{path}{query}")).await.ok();
        page.shows(rate);
        assert_eq!(page.all(".figures strong")[0], bodies, "{query}");
        for href in numbers(&page).keys() {
            assert!(href.ends_with(&query.replace('?', "")), "{href}");
        }
    }
    let then = ministry
        .get(&format!(
            "{path}/bodies?figure=bodies.total&as_of=2027-01-20"
        ))
        .await
        .ok();
    then.shows("小樽市").hides("弘前市").shows("23時59分の時点");
    let (_, csv) = ministry
        .download(&format!("{path}.csv?as_of=2027-01-19"))
        .await;
    let csv = String::from_utf8(csv).expect("text");
    assert!(csv.contains("basis,subsidy_rate,,1/2,"), "{csv}");
    ministry
        .get(&format!("{path}?as_of=2030-01-01"))
        .await
        .is(422)
        .shows("日付を直してください");
    ministry.get(&format!("{path}.csv?as_of=x")).await.is(400);

    // A closed edition's too, and the next edition begins with what holds now.
    let closed = ministry
        .get(&format!("/editions/{CLOSED}/making/plan"))
        .await
        .ok();
    assert!(closed.has_button("保存する"));
    let page = ministry.get("/editions/new").await.ok();
    ministry.submit(&page.form("調査回を作る")).await.is(303);
    let next = ministry.get("/editions/fy2028/making/plan").await.ok();
    assert_eq!(next.value("rate"), "2/3");
    ministry
        .get("/editions/fy2028/making")
        .await
        .ok()
        .shows("計画の前提");
}
