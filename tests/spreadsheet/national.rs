//! The ministry's list and counts.

use std::time::Instant;

use calamine::{Data, Range};
use torimatome::domain::lateness::Lateness;
use torimatome::domain::local_government_code::PrefectureCode;
use torimatome::domain::national_counts::NationalCounts;
use torimatome::domain::organization::{Organization, OrganizationKind};
use torimatome::domain::response::Form1;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::spreadsheet::{NationalRow, national_columns, write_counts, write_national_list};

use crate::support::{Book, edition, form, organizations, words};

const AS_OF: &str = "令和7年2月20日（木）13時05分現在";

fn row<'a>(body: &'a Organization, form: Option<&'a Form1>) -> NationalRow<'a> {
    NationalRow {
        code: body.code,
        prefecture: body.prefecture().name(),
        name: &body.name,
        kind: body.kind,
        route: body.kind.route(),
        status: if form.is_some() {
            ResponseStatus::Submitted
        } else {
            ResponseStatus::NotStarted
        },
        lateness: Lateness {
            is_late: true,
            judged_on: None,
        },
        by_proxy: false,
        corrected: "",
        revision: form.map(|_| 2),
        receipt: form.map(|_| "R7-012025-02"),
        submitted_at: form.map(|_| "2025-02-20 13:05"),
        form,
    }
}

/// Every third body has not answered.
fn answered(index: usize) -> bool {
    !index.is_multiple_of(3)
}

fn country(bodies: &[Organization], form: &Form1) -> Vec<u8> {
    let rows = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| row(body, answered(index).then_some(form)));
    write_national_list(&edition("fy2025"), AS_OF, rows).expect("a workbook")
}

#[test]
fn the_columns_are_stable() {
    let keys = national_columns(&edition("fy2025"));
    assert_eq!(
        keys[..20],
        [
            "code",
            "prefecture",
            "name",
            "kind",
            "route",
            "status",
            "late",
            "revision",
            "receipt",
            "submitted_at",
            "intent_1",
            "intent_2",
            "intent_3",
            "intent_4",
            "intent_text",
            "department",
            "email",
            "phone",
            "psychiatric_outpatient_target",
            "psychiatric_outpatient_recipients"
        ]
    );
    assert_eq!(keys.len(), 18 + 2 * 19 + 5);
    assert_eq!(
        keys[keys.len() - 7..],
        [
            "local_other_target",
            "local_other_recipients",
            "other_text",
            "targets_total",
            "recipients_total",
            "recipients_unknown",
            "entered_by_proxy"
        ]
    );
    let mut sorted = keys.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), keys.len());
    assert!(keys.iter().all(|key| key.is_ascii()));
}

#[test]
fn every_body_has_one_row_with_numbers_as_numbers() {
    let (bodies, form) = (organizations(), form());
    assert_eq!(bodies.len(), 1_788);
    let start = Instant::now();
    let bytes = country(&bodies, &form);
    println!(
        "national list: {} bytes in {:?}",
        bytes.len(),
        start.elapsed()
    );
    let book = Book::read(bytes);
    book.assert_clean();
    assert_eq!(book.sheet_names, ["回答一覧", "data"]);
    assert!(book.formulas("data").is_empty() && book.formulas("回答一覧").is_empty());

    let data = book.values("data");
    let keys = national_columns(&edition("fy2025"));
    let head: Vec<String> = (0..keys.len() as u32)
        .map(|c| book.value("data", 0, c).to_string())
        .collect();
    assert_eq!(head, keys);
    assert_eq!(data.height(), 1 + 1_788);
    let column = |key: &str| {
        let at = keys.iter().position(|k| k == key);
        at.unwrap_or_else(|| panic!("{key}")) as u32
    };
    for (index, body) in bodies.iter().enumerate() {
        let at = index as u32 + 1;
        let cell = |key: &str| book.value("data", at, column(key));
        assert_eq!(cell("code"), words(body.code.as_str()));
        assert_eq!(cell("name"), words(&body.name));
        assert_eq!(cell("kind"), words(body.kind.as_str()));
        if answered(index) {
            assert_eq!(cell("status"), words("submitted"));
            assert_eq!(cell("late"), Data::Float(1.0));
            assert_eq!(cell("revision"), Data::Float(2.0));
            assert_eq!(cell("submitted_at"), words("2025-02-20 13:05"));
            assert_eq!(cell("intent_1"), Data::Float(1.0));
            assert_eq!(cell("intent_2"), Data::Float(0.0));
            assert_eq!(cell("rehabilitation_target"), Data::Float(1.0));
            assert_eq!(cell("rehabilitation_recipients"), Data::Float(1234.0));
            assert_eq!(cell("developmental_target"), Data::Float(1.0));
            assert_eq!(cell("developmental_recipients"), Data::Empty);
            assert_eq!(cell("premature_infant_recipients"), Data::Float(0.0));
            assert_eq!(cell("local_child_target"), Data::Float(0.0));
            assert_eq!(cell("local_child_recipients"), Data::Float(28_000.0));
            assert_eq!(cell("targets_total"), Data::Float(4.0));
            assert_eq!(cell("recipients_total"), Data::Float(29_279.0));
            assert_eq!(cell("recipients_unknown"), Data::Float(1.0));
        } else {
            assert_eq!(cell("status"), words("not_started"));
            for key in &keys[6..] {
                assert_eq!(cell(key), Data::Empty, "{key}");
            }
        }
    }
    let xml = book.part("xl/worksheets/sheet2.xml");
    assert!(!xml.contains("<mergeCell"), "the machine's sheet is flat");
}

#[test]
fn the_readable_sheet_says_the_same() {
    let (bodies, form) = (organizations(), form());
    let book = Book::read(country(&bodies[..4], &form));
    let sheet = "回答一覧";
    assert!(
        book.value(sheet, 1, 0)
            .to_string()
            .starts_with("令和7年2月20日")
    );
    let line = |at: u32| -> Vec<String> {
        (0..60)
            .map(|c| book.value(sheet, at, c).to_string())
            .collect()
    };
    assert_eq!(line(2)[0], "自治体");
    assert_eq!(line(2)[18], "障害者総合支援法");
    assert_eq!(line(3)[20], "更生医療に係る自立支援医療費");
    assert_eq!(
        line(4)[..7],
        [
            "コード",
            "都道府県",
            "名称",
            "区分",
            "提出先",
            "状況",
            "期限後"
        ]
    );
    assert_eq!(line(4)[20..22], ["対象", "受給者数（人）"]);
    let hakodate = line(7);
    assert_eq!(
        hakodate[..11],
        [
            "012025",
            "北海道",
            "函館市",
            "中核市",
            "国へ直接提出",
            "提出済",
            "期限後",
            "2",
            "R7-012025-02",
            "2025-02-20 13:05",
            "○"
        ]
    );
    assert_eq!(hakodate[20..24], ["○", "1234", "○", ""]);
    assert_eq!(hakodate[57..60], ["4", "29279", "1"]);
    assert_eq!(line(5)[5..8], ["未着手", "", ""]);
    let xml = book.part("xl/worksheets/sheet1.xml");
    assert!(xml.contains("<autoFilter ref=\"A5:BH9\"/>") && xml.contains("state=\"frozen\""));
}

#[test]
fn formula_like_text_stays_text_in_the_list() {
    let bodies = organizations();
    let mut form = form();
    form.intent_text = "=1+1".to_owned();
    form.contact.department = "+81課".to_owned();
    let book = Book::read(country(&bodies[..2], &form));
    assert_eq!(book.value("data", 2, 14), words("=1+1"));
    assert_eq!(book.value("回答一覧", 6, 15), words("+81課"));
    for part in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        assert!(!book.part(part).contains("<f>"), "{part}");
    }
}

#[test]
fn nobody_has_answered_and_nobody_is_there() {
    let book = Book::read(country(&[], &form()));
    assert_eq!(book.values("data").height(), 1);
    assert_eq!(book.value("回答一覧", 4, 0), words("コード"));
}

/// The first row whose cell in a column is this text.
fn find(range: &Range<Data>, column: u32, text: &str, from: u32) -> u32 {
    let (last, _) = range.end().expect("cells");
    (from..=last)
        .find(|row| range.get_value((*row, column)) == Some(&words(text)))
        .unwrap_or_else(|| panic!("{text}"))
}

fn figure(book: &Book, sheet: &str, row: u32, column: u32) -> u64 {
    match book.value(sheet, row, column) {
        Data::Float(figure) => figure as u64,
        other => panic!("{sheet} {row} {column}: {other:?} is no number"),
    }
}

#[test]
fn the_counts_add_up_on_every_sheet() {
    let edition = edition("fy2025");
    let (bodies, form) = (organizations(), form());
    let answers = bodies
        .iter()
        .enumerate()
        .filter(|(index, _)| answered(*index))
        .map(|(_, body)| (body.code, body.kind, &form));
    let counts = NationalCounts::tally(&edition, answers);
    let book = Book::read(write_counts(&edition, AS_OF, &counts, &[]).expect("a workbook"));
    book.assert_clean();
    assert_eq!(
        book.sheet_names,
        ["医療費助成×区分", "医療費助成×都道府県", "申請の意向"]
    );
    let all = counts.answered.total();
    assert_eq!(all, 1_192);

    let sheet = "医療費助成×区分";
    let range = book.values(sheet);
    let head = find(range, 2, "医療費助成", 0);
    for (column, kind) in (3..).zip(OrganizationKind::ALL) {
        assert_eq!(book.value(sheet, head, column), words(kind.label()));
    }
    for (at, row) in (0..).zip(&edition.rows) {
        assert_eq!(book.value(sheet, head + 1 + at, 2), words(&row.name));
    }
    let second = head + 2;
    let kinds: Vec<u64> = (3..10).map(|c| figure(&book, sheet, second, c)).collect();
    assert_eq!(kinds.iter().sum::<u64>(), all);
    assert_eq!(figure(&book, sheet, second, 10), all);
    let sum = find(range, 0, "合計（延べ）", 0);
    assert_eq!(figure(&book, sheet, sum, 10), 4 * all);
    for column in 3..11 {
        let column_sum: u64 = (head + 1..sum)
            .map(|r| figure(&book, sheet, r, column))
            .sum();
        assert_eq!(figure(&book, sheet, sum, column), column_sum);
    }
    let persons = find(range, 0, "合計", sum);
    assert_eq!(figure(&book, sheet, persons, 10), all * (1_234 + 45));

    let sheet = "医療費助成×都道府県";
    let range = book.values(sheet);
    let first = find(range, 0, "北海道", 0);
    let total = find(range, 0, "合計", first);
    assert_eq!(total - first, 47);
    for column in 1..=22 {
        let sum: u64 = (first..total)
            .map(|r| figure(&book, sheet, r, column))
            .sum();
        assert_eq!(figure(&book, sheet, total, column), sum, "column {column}");
    }
    assert_eq!(figure(&book, sheet, total, 2), all);
    assert_eq!(figure(&book, sheet, total, 20), 4 * all);
    assert_eq!(figure(&book, sheet, total, 21), all);
    let hokkaido = PrefectureCode::new(1).expect("1 to 47");
    assert_eq!(
        figure(&book, sheet, first, 2),
        counts.answered.prefecture(hokkaido)
    );

    let sheet = "申請の意向";
    let range = book.values(sheet);
    let kinds = find(range, 0, "区分", 0);
    assert_eq!(figure(&book, sheet, kinds + 8, 1), all);
    assert_eq!(figure(&book, sheet, kinds + 8, 5), all);
    let first = find(range, 0, "北海道", kinds);
    let first_round: u64 = (first..first + 47)
        .map(|r| figure(&book, sheet, r, 1))
        .sum();
    assert_eq!(first_round, all);
    assert_eq!(figure(&book, sheet, first + 47, 1), all);
    for workbook_part in [1, 2, 3] {
        let xml = book.part(&format!("xl/worksheets/sheet{workbook_part}.xml"));
        assert!(!xml.contains("<f>"), "totals are numbers");
    }
}

#[test]
fn every_row_stands_once_in_the_sheets() {
    // Excel offers to repair a workbook that has a row twice.
    let book = Book::read(country(&organizations()[..7], &form()));
    for part in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        let sheet = book.part(part);
        let rows: Vec<u32> = sheet
            .split("<row r=\"")
            .skip(1)
            .map(|row| row.split('"').next().expect("a number"))
            .map(|row| row.parse().expect("a number"))
            .collect();
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "{part}");
        let last = rows.last().expect("a row");
        assert!(
            sheet.contains(&format!("{last}\"/><sheetViews>")),
            "the dimension ends there"
        );
    }
}
