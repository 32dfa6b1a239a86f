//! Workbooks that are no filled-in 様式1 of the edition, each named as what it is.

use torimatome::domain::summary_sheet::SummarySheet;
use torimatome::spreadsheet::intake::read_workbook;
use torimatome::spreadsheet::{FormBody, write_form1, write_form2};

use super::book::{Book, Page, number, text};
use super::case::{Base, Case};
use crate::support::{code, edition};

const GROUP: &str = "Not this form";

fn case(name: &str, book: Book) -> Case {
    by_cell(name, book, "")
}

/// A file of which one cell tells what it is.
fn by_cell(name: &str, book: Book, found: &str) -> Case {
    let mut case = Case::new(GROUP, name, Base::Notice).error(found);
    case.book = book;
    case
}

type Written<'a> = (&'a str, &'a [((u32, u32), &'a str)]);

/// A workbook of these sheets: name, and words by row and column.
fn pages(pages: &[Written<'_>]) -> Book {
    Book {
        pages: pages
            .iter()
            .map(|(name, cells)| Page {
                name: (*name).to_owned(),
                cells: cells
                    .iter()
                    .map(|(at, words)| (*at, (text(*words), false)))
                    .collect(),
                ..Page::default()
            })
            .collect(),
        ..Book::default()
    }
}

fn open(bytes: Vec<u8>) -> Book {
    Book::of(read_workbook(&bytes).expect("a workbook"))
}

/// 様式2 of 青森県 without a row.
fn form2() -> Book {
    let summary = SummarySheet::new(code("020001"), "青森県".to_owned(), Vec::new());
    open(write_form2(&edition("fy2025"), &summary, None).expect("a workbook"))
}

fn blank(key: &str) -> Book {
    let body = FormBody {
        code: code("012025"),
        name: "函館市",
    };
    open(write_form1(&edition(key), &body, None, None).expect("a workbook"))
}

pub fn cases() -> Vec<Case> {
    let mut unnamed_form2 = form2();
    unnamed_form2.names.clear();
    let mut bare_template = blank("fy2025");
    bare_template.names.clear();
    let mut unmarked = super::case::base(Base::Notice, "fy2025");
    for (row, words) in [
        (14, "①１次交付"),
        (15, "②２次交付"),
        (16, "③予定なし"),
        (17, "④その他"),
    ] {
        unmarked.put((row, 1), text(words));
    }
    let mut mixed = super::case::base(Base::Bare, "fy2026");
    mixed.reword("令和8年7月", "令和7年7月");
    let mut retitled = super::case::base(Base::Bare, "fy2025");
    retitled.reword("令和7年度分", "令和8年度分");
    let mut future = super::case::base(Base::Notice, "fy2026");
    future.reword("令和8年4月", "令和12年4月");
    future.reword("令和8年7月", "令和12年7月");
    let mut cases = vec![
        by_cell("Form 2 of ours", form2(), "（様式2）").says(&["様式2"]),
        by_cell("Form 2 without names", unnamed_form2, "（様式2）").says(&["様式2"]),
        case("our template, nothing filled in", blank("fy2025"))
            .says(&["まだ何も記入されていません"]),
        case("the template without names", bare_template).says(&["まだ何も記入されていません"]),
        case("an empty workbook", pages(&[("Sheet1", &[])])).says(&["何も書かれていません"]),
        case(
            "a letter",
            pages(&[(
                "送付状",
                &[
                    ((0, 0), "意向等調査の回答を送付します。"),
                    ((2, 0), "よろしくお願いします。"),
                ],
            )]),
        )
        .says(&["見つかりませんでした"]),
        case(
            "a list of schemes",
            pages(&[(
                "一覧",
                &[
                    ((0, 0), "更生医療"),
                    ((1, 0), "育成医療"),
                    ((2, 0), "難病"),
                    ((3, 0), "結核"),
                ],
            )]),
        )
        .says(&["一部しか"]),
        case(
            "the contact part alone",
            pages(&[(
                "連絡先",
                &[
                    ((0, 0), "担当部署"),
                    ((0, 1), "福祉課"),
                    ((1, 0), "電話番号"),
                    ((1, 1), "0138-00-0000"),
                ],
            )]),
        )
        .says(&["一部しか"]),
        by_cell(
            "fiscal 2025's form for fiscal 2026",
            super::case::base(Base::Notice, "fy2025"),
            "① 1次交付に係る申請(令和7年4月～5月予定)を行う予定である",
        )
        .says(&["令和7年度分の様式1"]),
        by_cell(
            "fiscal 2026's form for fiscal 2025",
            super::case::base(Base::Ours, "fy2026"),
            "令和8年度分",
        )
        .says(&["令和8年度分の様式1"]),
        by_cell(
            "fiscal 2026's form for fiscal 2027",
            super::case::base(Base::Ours, "fy2026"),
            "令和8年度分",
        )
        .says(&["令和8年度分の様式1"]),
        by_cell(
            "fiscal 2026's form for fiscal 2027, no names",
            super::case::base(Base::Notice, "fy2026"),
            "① 1次交付に係る申請(令和8年4月～5月予定)を行う予定である",
        )
        .says(&["令和8年度分の様式1"]),
        case("19 rows and no year for fiscal 2026", unmarked.clone()).says(&["令和7年度分の様式1"]),
        by_cell(
            "a form of a year nobody knows",
            future,
            "① 1次交付に係る申請(令和12年4月～5月予定)を行う予定である",
        )
        .says(&["令和12年度分"]),
        by_cell(
            "two years in one form",
            mixed,
            "② 2次交付に係る申請（令和7年7月～8月予定）を行う予定である",
        )
        .says(&["令和8年度分", "令和7年度分"]),
        by_cell("the title of another year", retitled, "令和8年度分")
            .says(&["令和7年度分", "令和8年度分"]),
        case("numbers only", {
            let mut book = Book::default();
            let mut page = Page {
                name: "Sheet1".to_owned(),
                ..Page::default()
            };
            for row in 0..40 {
                page.cells.insert((row, 0), (number(f64::from(row)), false));
            }
            book.pages.push(page);
            book
        }),
    ];
    for (name, key) in [
        ("fiscal 2025's form for fiscal 2026", "fy2026"),
        ("fiscal 2026's form for fiscal 2027", "fy2027"),
        ("fiscal 2026's form for fiscal 2027, no names", "fy2027"),
        ("19 rows and no year for fiscal 2026", "fy2026"),
        ("a form of a year nobody knows", "fy2026"),
        ("two years in one form", "fy2026"),
    ] {
        let case = cases.iter_mut().find(|case| case.name == name).expect(name);
        case.edition = key;
    }
    let mut taken = Case::new(
        GROUP,
        "19 rows and no year for fiscal 2025: taken",
        Base::Notice,
    );
    taken.book = unmarked;
    cases.push(taken);
    cases
}
