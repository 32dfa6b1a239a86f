//! The tables of the ministry's briefing of October 2025, figure by figure: an invented country of participants is
//! imported from files, and every published figure is found in the JSON, the CSV and the workbook.

use std::collections::BTreeMap;

use calamine::Data;
use serde_json::{Value, json};
use torimatome::demo::participation::entries;
use torimatome::domain::participation::ParticipationEntry;

use crate::program::Program;
use crate::support::{Book, organizations, words};

/// 先行実施に参加・参加予定の自治体（累計）: year, 自治体, 都道府県, 市区町村.
const CUMULATIVE: [(&str, [u32; 3]); 3] = [
    ("R5", [5, 0, 5]),
    ("R6", [183, 22, 161]),
    ("R7", [625, 41, 584]),
];
/// システム改修等を実施・実施予定の自治体（年度別）.
const BY_YEAR: [(&str, [u32; 3]); 3] = [
    ("R5", [5, 0, 5]),
    ("R6", [180, 22, 158]),
    ("R7", [481, 36, 445]),
];
/// 442自治体が新規参加予定（うち19都道府県）、39自治体は…（うち17都道府県）.
const NEW: [u32; 3] = [442, 19, 423];
const CONTINUING: [u32; 3] = [39, 17, 22];
const SENTENCE: &str = "※令和7年度実施予定の自治体のうち、442自治体が新規参加予定、39自治体は令和6年度から参加していて令和7年度もシステム改修等を実施予定。";

/// 都道府県の参加・参加予定の状況（累計）, in the printed order.
const PREFECTURES: [(&str, &str, u32); 11] = [
    ("psychiatric_outpatient", "精神通院", 40),
    ("intractable_disease", "難病", 31),
    ("child_chronic_disease", "小児慢性", 31),
    ("disabled_child_facility", "障害児入所【R7～】", 9),
    ("tuberculosis", "結核", 5),
    ("novel_influenza_home_care", "新型インフル【R7～】", 1),
    ("new_infection_home_care", "新感染症【R7～】", 1),
    ("hepatitis_treatment", "肝炎【R7～】", 13),
    ("liver_cancer_research", "肝がん・重度肝硬変【R7～】", 7),
    ("specified_disease_research", "特定疾患【R7～】", 5),
    ("local_other", "その他", 3),
];
/// 市区町村の参加・参加予定の状況（累計）.
const MUNICIPALITIES: [(&str, &str, u32); 16] = [
    ("psychiatric_outpatient", "精神通院", 4),
    ("rehabilitation", "更生医療", 277),
    ("developmental", "育成医療", 266),
    ("nursing_care", "療養介護医療【R7～】", 108),
    ("intractable_disease", "難病", 2),
    ("child_chronic_disease", "小児慢性", 17),
    ("disabled_child_outpatient", "肢体不自由児通所【R7～】", 90),
    ("disabled_child_facility", "障害児入所【R7～】", 2),
    ("premature_infant", "未熟児養育医療", 25),
    ("tuberculosis", "結核", 7),
    ("novel_influenza_home_care", "新型インフル【R7～】", 0),
    ("new_infection_home_care", "新感染症【R7～】", 0),
    ("local_child", "こども", 523),
    ("local_disability", "障害者", 485),
    ("local_single_parent", "ひとり親家庭", 506),
    ("local_other", "その他", 149),
];
/// 参加・参加予定都道府県（累計）, as printed.
const NAMED: &str = "北海道、青森県、岩手県、宮城県、秋田県、山形県、福島県、茨城県、栃木県、群馬県、埼玉県、千葉県、東京都、神奈川県、富山県、石川県、福井県、長野県、岐阜県、静岡県、愛知県、三重県、滋賀県、京都府、大阪府、兵庫県、和歌山県、鳥取県、島根県、岡山県、広島県、山口県、香川県、愛媛県、福岡県、佐賀県、長崎県、熊本県、大分県、宮崎県、鹿児島県";

/// The day of the briefing.
const AS_OF: [&str; 2] = ["--as-of", "2025-10-31"];

fn csv_of<'a>(entries: impl IntoIterator<Item = &'a ParticipationEntry>) -> String {
    let mut text = "code,scheme_id,fiscal_year\r\n".to_owned();
    for entry in entries {
        let year = entry.fiscal_year.short();
        text.push_str(&format!("{},{},{year}\r\n", entry.code, entry.scheme));
    }
    text
}

/// The country, imported year by year, the newest first.
async fn country() -> Program {
    let program = Program::new().await;
    let entries = entries(&organizations());
    for year in ["R7", "R5", "R6"] {
        let of_year = entries
            .iter()
            .filter(|entry| entry.fiscal_year.short() == year);
        let ran = program.import(&format!("{year}.csv"), csv_of(of_year));
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    assert_eq!(program.ledger().await, [entries.len() as i64, 3, 3]);
    program
}

fn figures(value: &Value) -> [u32; 3] {
    ["total", "prefecture", "municipality"].map(|part| {
        let figure = value[part].as_u64().unwrap_or_else(|| panic!("{value}"));
        u32::try_from(figure).expect("a count of bodies")
    })
}

#[tokio::test]
async fn every_published_figure_is_in_the_json() {
    let program = country().await;
    for more in [&AS_OF[..], &[]] {
        let report = program.json("R7", more);
        assert_eq!(report["fiscal_year"], "R7");
        for (key, table) in [("cumulative", CUMULATIVE), ("by_year", BY_YEAR)] {
            let years = report[key].as_object().expect("years");
            assert_eq!(years.keys().collect::<Vec<_>>(), ["R5", "R6", "R7"]);
            for (year, expected) in table {
                assert_eq!(figures(&report[key][year]), expected, "{key} {year}");
            }
        }
        assert_eq!(figures(&report["breakdown"]["new"]), NEW);
        assert_eq!(figures(&report["breakdown"]["continuing"]), CONTINUING);
        for (key, table) in [
            ("prefecture_by_scheme", &PREFECTURES[..]),
            ("municipality_by_scheme", &MUNICIPALITIES),
        ] {
            let expected: serde_json::Map<_, _> = table
                .iter()
                .map(|(id, _, figure)| ((*id).to_owned(), json!(figure)))
                .collect();
            assert_eq!(report[key], Value::Object(expected), "{key}");
        }
        let prefectures = report["prefectures"].as_array().expect("a list");
        let names: Vec<_> = prefectures
            .iter()
            .filter_map(|p| p["name"].as_str())
            .collect();
        assert_eq!(names.join("、"), NAMED);
        for (key, new, continuing, all) in [
            ("prefectures", 19, 17, 41),
            ("municipalities", 423, 22, 584),
        ] {
            let list = report[key].as_array().expect("a list");
            let count = |status: &str| list.iter().filter(|one| one["status"] == status).count();
            assert_eq!((count("new"), count("continuing")), (new, continuing));
            assert_eq!(new + continuing + count("earlier"), all);
            assert_eq!(list.len(), all);
        }
        let one = &report["municipalities"][0];
        let keys: Vec<_> = one.as_object().expect("a body").keys().collect();
        assert_eq!(keys, ["code", "name", "prefecture_code", "status"]);
        assert_eq!(
            one["prefecture_code"],
            one["code"].as_str().expect("text")[..2]
        );
        let rules = report["invariants"].as_array().expect("a list");
        assert_eq!(rules.len(), 7);
        assert!(rules.iter().all(|rule| rule["holds"] == true), "{rules:?}");
    }
    // Nothing else is in it, in this order.
    let text = String::from_utf8(program.report("R7", "json", &AS_OF)).expect("UTF-8");
    let keys = [
        "{\"fiscal_year\":\"R7\"",
        "\"as_of\":\"2025-10-31\"",
        "\"cumulative\":{\"R5\":{\"total\":5,\"prefecture\":0,\"municipality\":5}",
        "\"by_year\":{\"R5\"",
        "\"breakdown\":{\"new\":{\"total\":442",
        "\"prefecture_by_scheme\":{\"psychiatric_outpatient\":40,\"intractable_disease\":31",
        "\"municipality_by_scheme\":{\"psychiatric_outpatient\":4",
        "\"prefectures\":[{\"code\":\"010006\",\"name\":\"北海道\",\"status\":",
        "\"municipalities\":[{\"code\":\"",
        "\"invariants\":[{\"name\":\"",
    ];
    let at: Vec<_> = keys.iter().map(|key| text.find(key).expect(key)).collect();
    assert!(at.is_sorted(), "{at:?}");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report.as_object().expect("an object").len(), keys.len());
}

/// The tables of the year before, from the same ledger.
#[tokio::test]
async fn earlier_years_and_days_come_out_of_the_same_ledger() {
    let program = country().await;
    let r6 = program.json("令和6年度", &["--as-of", "2024-10-31"]);
    assert_eq!(figures(&r6["cumulative"]["R6"]), CUMULATIVE[1].1);
    assert_eq!(figures(&r6["by_year"]["R6"]), BY_YEAR[1].1);
    assert_eq!(figures(&r6["breakdown"]["new"]), [178, 22, 156]);
    assert_eq!(figures(&r6["breakdown"]["continuing"]), [2, 0, 2]);
    // Columns of that year: nothing that the subsidy of R7 added.
    assert_eq!(
        r6["prefecture_by_scheme"]
            .as_object()
            .expect("schemes")
            .len(),
        5
    );
    // The year had begun, the year after had not.
    let early = program.json("2025", &["--as-of", "2025-03-31"]);
    assert_eq!(figures(&early["cumulative"]["R7"]), CUMULATIVE[1].1);
    assert_eq!(figures(&early["by_year"]["R7"]), [0, 0, 0]);
    // Nothing had been recorded then.
    let known = program.json("R7", &["--known-on", "2025-10-31"]);
    assert_eq!(figures(&known["cumulative"]["R7"]), [0, 0, 0]);
}

#[tokio::test]
async fn every_published_figure_is_in_the_csv() {
    let program = country().await;
    let bytes = program.report("R7", "csv", &AS_OF);
    let text = std::str::from_utf8(&bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{FEFF}').expect("a byte order mark");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> =
        reader.deserialize().collect::<Result<_, _>>().expect("CSV");
    let find = |pairs: &[(&str, &str)]| -> Vec<&BTreeMap<String, String>> {
        let fits =
            |row: &&BTreeMap<_, String>| pairs.iter().all(|(key, value)| row[*key] == *value);
        rows.iter().filter(fits).collect()
    };
    let value = |pairs: &[(&str, &str)]| -> u32 {
        let found = find(pairs);
        assert_eq!(found.len(), 1, "{pairs:?}");
        found[0]["value"].parse().expect("a figure")
    };
    let parts = ["total", "prefecture", "municipality"];
    for (table, expected) in [("cumulative", CUMULATIVE), ("by_year", BY_YEAR)] {
        for (year, figures) in expected {
            let found =
                parts.map(|part| value(&[("table", table), ("fiscal_year", year), ("part", part)]));
            assert_eq!(found, figures, "{table} {year}");
        }
    }
    for (table, expected) in [("new", NEW), ("continuing", CONTINUING)] {
        let found =
            parts.map(|part| value(&[("table", table), ("fiscal_year", "R7"), ("part", part)]));
        assert_eq!(found, expected);
    }
    for (part, table) in [
        ("prefecture", &PREFECTURES[..]),
        ("municipality", &MUNICIPALITIES),
    ] {
        let found = find(&[("table", "scheme"), ("part", part)]);
        let found: Vec<_> = found
            .iter()
            .map(|row| {
                (
                    &row["scheme_id"],
                    &row["label"],
                    row["value"].parse().expect("a figure"),
                )
            })
            .collect();
        let expected: Vec<_> = table
            .iter()
            .map(|(id, name, n)| ((*id).to_owned(), (*name).to_owned(), *n))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(id, name, n)| (id, name, *n))
            .collect();
        assert_eq!(found, expected);
    }
    let named = find(&[("table", "participant"), ("part", "prefecture")]);
    let names: Vec<_> = named.iter().map(|row| row["label"].as_str()).collect();
    assert_eq!(names.join("、"), NAMED);
    assert_eq!(
        find(&[("table", "participant"), ("status", "new")]).len(),
        442
    );
    assert_eq!(find(&[("table", "absent")]).len(), 1_788 - 625);
    assert_eq!(find(&[("table", "sentence")])[0]["label"], SENTENCE);
    assert_eq!(find(&[("table", "invariant"), ("status", "true")]).len(), 7);
}

/// The row and column of the first cell with this text.
fn place(book: &Book, sheet: &str, text: &str) -> (u32, u32) {
    let range = book.values(sheet);
    let (row, column) = range.start().expect("cells");
    let found = range
        .used_cells()
        .find(|(_, _, cell)| **cell == words(text));
    let (r, c, _) = found.unwrap_or_else(|| panic!("{sheet}: {text}"));
    (row + r as u32, column + c as u32)
}

fn figure(book: &Book, sheet: &str, row: u32, column: u32) -> u32 {
    match book.value(sheet, row, column) {
        Data::Float(figure) => figure as u32,
        other => panic!("{sheet} {row} {column}: {other:?} is no number"),
    }
}

#[tokio::test]
async fn every_published_figure_is_in_the_workbook() {
    let program = country().await;
    let book = Book::read(program.report("R7", "xlsx", &AS_OF));
    book.assert_clean();
    assert_eq!(
        book.sheet_names,
        [
            "累計",
            "年度別",
            "都道府県の制度別",
            "参加都道府県",
            "市区町村の制度別",
            "参加市区町村",
            "未参加",
            "団体区分別",
            "出典・確認",
            "data"
        ]
    );
    for (sheet, table) in [("累計", CUMULATIVE), ("年度別", BY_YEAR)] {
        for (year, expected) in table {
            let (head, column) = place(&book, sheet, &format!("{year}年度"));
            let found = [1, 2, 3].map(|below| figure(&book, sheet, head + below, column));
            assert_eq!(found, expected, "{sheet} {year}");
        }
    }
    assert_eq!(place(&book, "年度別", SENTENCE).1, 0);
    for (sheet, heading, table) in [
        (
            "都道府県の制度別",
            "◎都道府県の参加・参加予定の状況（累計）【41都道府県】",
            &PREFECTURES[..],
        ),
        (
            "市区町村の制度別",
            "◎市区町村の参加・参加予定の状況（累計）【584市区町村】",
            &MUNICIPALITIES,
        ),
    ] {
        place(&book, sheet, heading);
        let (row, _) = place(&book, sheet, table[0].1);
        for (column, (_, name, expected)) in (1..).zip(table) {
            // 【R7～】 stands below the name.
            let head = book.value(sheet, row, column).to_string();
            assert_eq!(head.replace('\n', ""), *name, "{sheet}");
            assert_eq!(figure(&book, sheet, row + 1, column), *expected, "{name}");
        }
    }
    let sheet = "参加都道府県";
    place(
        &book,
        sheet,
        "※◎（赤字）：R7年度から新規参加予定（19都道府県）",
    );
    place(
        &book,
        sheet,
        "※○（青字）：R6年度から参加していてR7年度もシステム改修等を実施予定（17都道府県）",
    );
    let (head, column) = place(&book, sheet, "都道府県");
    let names: Vec<_> = (1..=41)
        .map(|below| book.value(sheet, head + below, column).to_string())
        .collect();
    assert_eq!(names.join("、"), NAMED);
    let signs: String = (1..=41)
        .map(|below| book.value(sheet, head + below, 0).to_string())
        .collect();
    assert_eq!(
        [signs.matches('◎').count(), signs.matches('○').count()],
        [19, 17]
    );

    let range = book.values("参加市区町村");
    let all: String = range
        .used_cells()
        .map(|(_, _, cell)| cell.to_string())
        .collect();
    // Less the one of each legend.
    assert_eq!(all.matches('◎').count() - 1, 423);
    assert_eq!(all.matches('○').count() - 1, 22);
    let (_, column) = place(&book, "出典・確認", "結果");
    let results = book.values("出典・確認").used_cells();
    let agree = results.filter(|(_, c, cell)| *c as u32 == column && **cell == words("○ 合う"));
    assert_eq!(agree.count(), 7);
}

#[tokio::test]
async fn the_workbook_prints_draws_and_feeds_machines() {
    let program = country().await;
    let book = Book::read(program.report("R7", "xlsx", &AS_OF));
    let workbook = book.part("xl/workbook.xml");
    for sheet in &book.sheet_names[..9] {
        let printed = workbook
            .split("_xlnm.Print_Area")
            .filter_map(|rest| rest.split_once('<').map(|(name, _)| name.replace('\'', "")))
            .any(|name| name.contains(&format!("{sheet}!$A$1:")));
        assert!(printed, "{sheet}: {workbook}");
    }
    // Five charts, drawn from the cells of their own sheet.
    for (chart, sheet) in (1..).zip([
        "累計",
        "年度別",
        "都道府県の制度別",
        "市区町村の制度別",
        "団体区分別",
    ]) {
        let xml = book.part(&format!("xl/charts/chart{chart}.xml"));
        assert!(
            xml.contains("<c:barChart>") && xml.contains(&format!("<c:f>{sheet}!$")),
            "{xml}"
        );
    }
    let machine = book.part("xl/worksheets/sheet10.xml");
    assert!(!machine.contains("<mergeCell"));
    let range = book.values("data");
    assert_eq!(range.get_value((0, 8)), Some(&words("value")));
    let mut rows = 0;
    for row in range.rows().skip(1) {
        let is_figure = [
            "cumulative",
            "by_year",
            "new",
            "continuing",
            "scheme",
            "class",
        ]
        .contains(&row[0].to_string().as_str());
        if is_figure {
            assert!(matches!(row[8], Data::Float(_)), "{row:?}");
            rows += 1;
        }
    }
    assert_eq!(rows, 3 * 4 * 3 + 11 + 16 + 7);
    for sheet in &book.sheet_names {
        assert!(
            book.formulas(sheet).is_empty(),
            "{sheet}: figures are numbers"
        );
    }
}

/// 584 in the table and 581 in the sentence, as in the ministry's paper, cannot both come out of one ledger.
#[tokio::test]
async fn the_papers_contradiction_cannot_be_made() {
    let program = country().await;
    let report = program.json("R7", &AS_OF);
    let total = &report["cumulative"]["R7"];
    assert_eq!(total["total"], 625);
    assert_eq!(
        total["total"].as_u64(),
        Some(41 + total["municipality"].as_u64().expect("a figure"))
    );
    let text = report.to_string();
    assert!(!text.contains(":581"), "581 is nowhere");
}
