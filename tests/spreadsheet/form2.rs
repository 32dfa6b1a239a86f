//! 様式2.

use calamine::Data;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::domain::summary_sheet::{SummaryRow, SummarySheet};
use torimatome::spreadsheet::{SentLine, write_form2};

use crate::support::{Book, code, edition, general_municipalities, words};

const SHEET: &str = "様式2";

/// Every third body has nothing in.
fn sheet(prefecture: u8, own_code: &str, name: &str) -> SummarySheet {
    let rows = general_municipalities(prefecture)
        .into_iter()
        .enumerate()
        .map(|(index, body)| SummaryRow {
            code: body.code,
            name: body.name,
            status: if index % 3 == 2 {
                ResponseStatus::Draft
            } else {
                ResponseStatus::Accepted
            },
            revision: (index % 3 != 2).then_some(1),
        })
        .collect();
    SummarySheet::new(code(own_code), name.to_owned(), rows)
}

fn assert_rows(book: &Book, sheet: &SummarySheet, count: usize) {
    let (first, _) = book.place("form2_first_row");
    for index in 0..count {
        let row = first + index as u32;
        assert_eq!(
            book.value(SHEET, row, 0),
            Data::Float((index + 1) as f64),
            "row {row}"
        );
        let (name, mark) = match sheet.rows.get(index) {
            Some(body) if body.is_submitted() => (words(&body.name), words("○")),
            Some(body) => (words(&body.name), Data::Empty),
            None => (Data::Empty, Data::Empty),
        };
        assert_eq!(book.value(SHEET, row, 1), name, "row {row}");
        assert_eq!(book.value(SHEET, row, 2), mark, "row {row}");
    }
    assert_eq!(
        book.value(SHEET, first + count as u32, 0),
        words("※欄が足りない場合は、欄を追加した上で、記載願います。")
    );
}

#[test]
fn a_small_prefecture_has_the_forty_printed_rows() {
    let sheet = sheet(2, "020001", "青森県");
    assert!(sheet.rows.len() < 40);
    let sent = SentLine {
        number: 2,
        sent_at: "令和7年2月28日（金）16時30分",
    };
    let bytes = write_form2(&edition("fy2025"), &sheet, Some(&sent)).expect("a workbook");
    let book = Book::read(bytes);
    book.assert_clean();
    assert_eq!(book.value(SHEET, 0, 0), words("（様式2）"));
    assert_eq!(
        book.value(SHEET, 0, 2),
        words("第2回送付　令和7年2月28日（金）16時30分")
    );
    assert!(
        book.value(SHEET, 1, 0)
            .to_string()
            .ends_with("意向等調査\n一般市区町村総括票")
    );
    assert_eq!(book.named(SHEET, "form2_prefecture"), words("青森県"));
    let (first, _) = book.place("form2_first_row");
    let head: Vec<String> = (0..3)
        .map(|c| book.value(SHEET, first - 1, c).to_string())
        .collect();
    assert_eq!(
        head,
        [
            "No.",
            "一般市区町村の名称",
            "様式1の提出状況\n※提出している場合は「○」を付す"
        ]
    );
    assert_rows(&book, &sheet, 40);
    assert!(book.formulas(SHEET).is_empty());
}

#[test]
fn hokkaido_gets_the_rows_it_needs_over_several_pages() {
    let sheet = sheet(1, "010006", "北海道");
    assert_eq!(sheet.rows.len(), 176);
    let bytes = write_form2(&edition("fy2025"), &sheet, None).expect("a workbook");
    let book = Book::read(bytes);
    assert_rows(&book, &sheet, 176);
    assert!(book.value(SHEET, 0, 2).to_string().starts_with("送付前"));
    let xml = book.part("xl/worksheets/sheet1.xml");
    assert!(xml.contains("fitToHeight=\"0\""), "as many pages as needed");
    let workbook = book.part("xl/workbook.xml");
    assert!(
        workbook.contains("_xlnm.Print_Titles"),
        "the head is repeated"
    );
}
