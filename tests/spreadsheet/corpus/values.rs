//! Marks and numbers as people write them, and cells that hold neither.

use torimatome::spreadsheet::intake::CellValue;

use super::book::{number, text};
use super::case::{Base, Case};
use crate::support::answer;

const REHABILITATION: &str = "recipients_rehabilitation";
const TARGET: &str = "target_rehabilitation";

pub fn cases() -> Vec<Case> {
    [marks(), numbers(), cells()].concat()
}

fn marks() -> Vec<Case> {
    let group = "Marks";
    let mut cases = Vec::new();
    for mark in [
        "〇",
        "◯",
        "⭕",
        "◎",
        "●",
        "レ",
        "ﾚ",
        "✓",
        "✔",
        "☑",
        "■",
        "O",
        "ｏ",
        "有",
        "あり",
        "はい",
        "該当",
        "対象",
        "１",
        "yes",
        " ○",
        "（○）",
    ] {
        let case = Case::new(group, format!("{} for ○", mark.trim()), Base::Notice);
        cases.push(case.with(TARGET, text(mark)).change(mark, "○"));
    }
    for mark in ["×", "－", "-", "無", "なし", "対象外", "□", "/", "いいえ"] {
        let case = Case::new(group, format!("{mark} in an empty row"), Base::Notice);
        cases.push(
            case.with("target_nursing_care", text(mark))
                .change(mark, "○なし"),
        );
    }
    for mark in ["△", "?", "未定", "○（予定）", "検討中", "②", "○×"] {
        let case = Case::new(group, format!("{mark} is no mark"), Base::Notice);
        cases.push(case.with(TARGET, text(mark)).error(mark));
    }
    cases.extend([
        Case::new(group, "1 and 0 as numbers", Base::Notice)
            .with(TARGET, number(1.0))
            .with("target_nursing_care", number(0.0))
            .change("1", "○")
            .change("0", "○なし"),
        Case::new(group, "TRUE and FALSE of check boxes", Base::Notice)
            .with(TARGET, CellValue::Bool(true))
            .with("target_nursing_care", CellValue::Bool(false))
            .change("TRUE", "○")
            .change("FALSE", "○なし"),
        Case::new(group, "a number in the column of marks", Base::Notice)
            .with("target_nursing_care", number(120.0))
            .error("120"),
        Case::new(group, "a formula in the column of marks", Base::Notice)
            .bend(|book| {
                let at = book.field(TARGET);
                book.pages[0].cells.insert(at, (text("○"), true));
            })
            .error("○")
            .says(&["数式"]),
        Case::new(group, "a number without ○", Base::Notice)
            .bend(|book| {
                book.clear(TARGET);
            })
            .stores(|form| {
                let id = "rehabilitation".parse().expect("an id");
                form.schemes.insert(id, answer(false, Some(1_234)));
            })
            .warning(""),
        Case::new(group, "a row this body does not run", Base::Notice)
            .with("target_hepatitis_treatment", text("○"))
            .stores(|form| {
                let id = "hepatitis_treatment".parse().expect("an id");
                form.schemes.insert(id, answer(true, None));
            })
            .warning("○"),
    ]);
    cases
}

fn numbers() -> Vec<Case> {
    let group = "Numbers";
    let stores = |case: Case, typed: &'static str, persons: Option<u32>| {
        case.stores(move |form| {
            let id = "rehabilitation".parse().expect("an id");
            let mut row = answer(true, persons);
            row.typed = Some(typed.trim().to_owned());
            form.schemes.insert(id, row);
        })
    };
    let mut cases = vec![
        Case::new(group, "digits as text", Base::Notice).with(REHABILITATION, text("1234")),
        Case::new(group, "1234.0", Base::Notice).with(REHABILITATION, number(1234.0)),
        Case::new(group, "digits with a space behind", Base::Notice)
            .with(REHABILITATION, text("1234 "))
            .change("1234 ", "1234"),
    ];
    for (typed, persons) in [
        ("１２３４", 1_234),
        ("1,234", 1_234),
        ("１，２３４", 1_234),
        ("約1,200人", 1_200),
        ("1200名", 1_200),
        ("1,200人程度", 1_200),
        ("およそ1200", 1_200),
        ("1.2万人", 12_000),
        ("1万2千", 12_000),
        ("1,200人（見込み）", 1_200),
        ("なし", 0),
        ("0人", 0),
        ("計 1,200", 1_200),
        ("120人（令和8年3月末）", 120),
        ("令和5年度 1,200人", 1_200),
        ("1200（10/31）", 1_200),
        ("1200（概算）", 1_200),
        ("1200※", 1_200),
        ("0（該当者なし）", 0),
        ("実績なし", 0),
        ("百二十人", 120),
    ] {
        let case = Case::new(group, typed, Base::Notice)
            .with(REHABILITATION, text(typed))
            .change(typed, persons.to_string());
        cases.push(stores(case, typed, Some(persons)));
    }
    for typed in [
        "不明",
        "未集計",
        "集計中",
        "－",
        "?",
        "確認中",
        "不明（道で把握）",
        "県に照会中",
        "把握していません",
    ] {
        let case = Case::new(group, format!("{typed} stays unknown"), Base::Notice)
            .with(REHABILITATION, text(typed))
            .change(typed, "不明（人数は空欄）");
        cases.push(stores(case, typed, None));
    }
    for typed in [
        "-5",
        "12.5",
        "100～200",
        "1,2,3",
        "約千数百",
        "100000000",
        "120 130",
        "○",
        "120①",
        "①1200",
        "約1200②",
        "1200²",
        "1200※1",
        "120人（18歳未満）",
        "120人（うち20人）",
    ] {
        let case = Case::new(
            group,
            format!("{typed} is no number of persons"),
            Base::Notice,
        );
        cases.push(case.with(REHABILITATION, text(typed)).error(typed));
    }
    cases
}

fn cells() -> Vec<Case> {
    let group = "Cells that are no values";
    let mut cases = Vec::new();
    for (name, value, found) in [
        ("a negative number", number(-5.0), "-5"),
        ("a fraction", number(12.5), "12.5"),
        ("a number too large", number(1e12), "1000000000000"),
        ("a date", CellValue::Date(45717.0), "2025/3/1"),
        ("a time", CellValue::Date(0.5), "12:00"),
        ("an error", CellValue::Error("#N/A".to_owned()), "#N/A"),
        ("TRUE", CellValue::Bool(true), "TRUE"),
    ] {
        let case = Case::new(group, format!("{name} for the persons"), Base::Notice);
        cases.push(case.with(REHABILITATION, value).error(found));
    }
    let formula = |case: Case, field: &'static str, value: CellValue| {
        case.bend(move |book| {
            let at = book.field(field);
            book.pages[0].cells.insert(at, (value, true));
        })
    };
    let case = |name: &str| Case::new(group, name, Base::Bare);
    // A filled field with nothing said, where ○ asks for words.
    for words in ["該当なし", "特になし", "－"] {
        let other = Case::new(group, format!("{words} for その他"), Base::Bare);
        cases.push(other.with("form1_other_text", text(words)).error(words));
    }
    cases.extend([
        formula(
            case("a formula for the persons"),
            REHABILITATION,
            number(1234.0),
        )
        .error("1234")
        .says(&["数式"]),
        formula(
            case("a formula for the department"),
            "form1_department",
            text("福祉部"),
        )
        .error("福祉部")
        .says(&["数式"]),
        formula(
            case("a formula that shows nothing"),
            "recipients_nursing_care",
            text(" "),
        )
        .error(" "),
        formula(case("the name by a formula"), "form1_name", text("函館市")).warning("函館市"),
        case("an error for the name")
            .with("form1_name", CellValue::Error("#REF!".to_owned()))
            .error("#REF!"),
        case("a mail address for the telephone")
            .with("form1_phone", text("fukushi@shihoro.example.jp"))
            .error("fukushi@shihoro.example.jp")
            .says(&["メールアドレスが書かれている"]),
        case("a second number for the telephone")
            .with("form1_phone", text("01564-5-5188 FAX 01564-5-4304"))
            .error("01564-5-5188 FAX 01564-5-4304")
            .says(&["FAX番号"]),
        case("a date for the telephone")
            .with("form1_phone", CellValue::Date(45717.0))
            .error("2025/3/1"),
    ]);
    cases
}
