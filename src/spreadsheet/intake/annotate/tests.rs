//! Notes stand beside their rows, everything else stays, a second round replaces the first.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;

use super::super::super::form1_books::{FormBody, write_form1, write_form1_draft};
use super::super::super::form1_layout::SHEET;
use super::*;
use crate::domain::intake::Severity;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Form1Input, SchemeInput};
use crate::domain::survey_edition::EditionDefinition;

fn edition() -> EditionDefinition {
    let shipped = migrations::data::EDITIONS;
    let (_, text) = shipped
        .iter()
        .find(|(key, _)| *key == "fy2025")
        .expect("is shipped");
    toml::from_str(text).expect("a definition")
}

fn body() -> FormBody<'static> {
    FormBody {
        code: "012025".parse().expect("a code"),
        name: "函館市",
    }
}

fn problem(sheet: &str, cell: &str, found: &str, message: &str) -> FileProblem {
    FileProblem {
        severity: Severity::Error,
        sheet: sheet.to_owned(),
        cell: cell.to_owned(),
        found: found.to_owned(),
        message: message.to_owned(),
        place: None,
    }
}

/// All cells of the form's sheet: row and column from 0, and what they hold.
fn cells(bytes: &[u8]) -> Vec<(u32, u32, Data)> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(SHEET).expect("the form");
    let (top, left) = range.start().expect("cells");
    range
        .used_cells()
        .filter(|(.., cell)| **cell != Data::Empty)
        .map(|(row, column, cell)| (top + row as u32, left + column as u32, cell.clone()))
        .collect()
}

/// The notes: row from 1 and text.
fn column_f(bytes: &[u8]) -> Vec<(u32, String)> {
    let notes = cells(bytes)
        .into_iter()
        .filter(|(_, column, _)| *column == 5);
    notes
        .map(|(row, _, cell)| (row + 1, cell.to_string()))
        .collect()
}

fn draft() -> Vec<u8> {
    let mut input = Form1Input::default();
    input.contact.department = "健康課".to_owned();
    let typed = SchemeInput {
        target: true,
        recipients: "10～20人".to_owned(),
    };
    let id = "rehabilitation".parse().expect("an id");
    input.schemes.rows.insert(id, typed);
    write_form1_draft(&edition(), &body(), &input).expect("a workbook")
}

#[test]
fn notes_stand_beside_their_rows_and_all_else_stays() {
    let original = draft();
    let problems = [
        problem(SHEET, "E26", "10～20人", "人数を1つだけ入力してください。"),
        problem(SHEET, "C9", "", "メールアドレスを\n入力してください。"),
        problem(SHEET, "C10", "", "電話番号を入力してください。"),
        problem(
            SHEET,
            "D26",
            "=cmd|' /C calc'!A0",
            "○か空欄にしてください。",
        ),
        problem("", "", "", "昨年度の様式です。"),
        problem("別紙", "A1", "", "このシートは読みません。"),
    ];
    let with = annotate(&original, &problems).expect("is written");
    let notes = column_f(&with);
    assert_eq!(
        notes,
        [
            (1, HEADING),
            (2, "昨年度の様式です。"),
            (3, "シート「別紙」A1：このシートは読みません。"),
            (9, "C9：メールアドレスを 入力してください。"),
            (10, "C10：電話番号を入力してください。"),
            (
                26,
                "E26「10～20人」：人数を1つだけ入力してください。 ／ D26「=cmd|' /C calc'!A0」：○か空欄にしてください。"
            ),
        ]
        .map(|(row, words)| (row, words.to_owned()))
    );
    let mut others = cells(&with);
    others.retain(|(_, column, _)| *column != 5);
    assert_eq!(others, cells(&original));

    let (before, after) = (
        Package::read(&original).expect("a package"),
        Package::read(&with).expect("a package"),
    );
    for part in [
        "xl/workbook.xml",
        "xl/sharedStrings.xml",
        "docProps/core.xml",
    ] {
        assert_eq!(
            before.text(part).expect(part),
            after.text(part).expect(part)
        );
    }
    let sheet = after.text("xl/worksheets/sheet1.xml").expect("a sheet");
    assert!(sheet.contains("<dimension ref=\"A1:F46\"/>"));
    assert!(sheet.contains("<col min=\"6\" max=\"6\" width=\"60\" customWidth=\"1\"/></cols>"));
    assert!(sheet.contains("<row r=\"26\" spans=\"1:6\""));
    assert!(sheet.contains("<sheetProtection sheet=\"1\""));
    let styles = after.text("xl/styles.xml").expect("styles");
    assert!(styles.contains("FFC00000"));
}

#[test]
fn a_second_round_replaces_the_first() {
    let original = draft();
    let first = [
        problem(SHEET, "C9", "", "一度目。"),
        problem(SHEET, "E30", "", "一度目。"),
    ];
    let first = annotate(&original, &first).expect("is written");
    let second = [problem(SHEET, "E31", "", "二度目。")];
    let second = annotate(&first, &second).expect("is written");
    assert_eq!(
        column_f(&second),
        [(1, HEADING.to_owned()), (31, "E31：二度目。".to_owned())]
    );
    // Excel keeps texts in a list of its own; the head is found there too.
    let mut package = Package::read(&first).expect("a package");
    let shared = package.text("xl/sharedStrings.xml").expect("texts");
    let number = shared.matches("<si>").count();
    let mut put = |name: &str, xml: String| {
        let mut deflater = Deflater::quick();
        deflater.push(xml.as_bytes());
        let entry = deflater.finish().expect("small");
        package.replace(name, entry).expect("is there");
    };
    put(
        "xl/sharedStrings.xml",
        shared.replace(
            "</sst>",
            "<si><r><t>確認してください</t></r><r><t>（直したあと、この列は残したまま送れます）</t></r></si></sst>",
        ),
    );
    let sheet = Package::read(&first).and_then(|package| package.text("xl/worksheets/sheet1.xml"));
    let sheet = sheet.expect("a sheet").replace(
        "t=\"inlineStr\"><is><t>確認してください（直したあと、この列は残したまま送れます）</t></is>",
        &format!("t=\"s\"><v>{number}</v>"),
    );
    assert!(sheet.contains(&format!("<v>{number}</v>")));
    put("xl/worksheets/sheet1.xml", sheet);
    let saved_by_excel = package.write().expect("a workbook");
    let second = [problem(SHEET, "E31", "", "二度目。")];
    let second = annotate(&saved_by_excel, &second).expect("is written");
    assert_eq!(column_f(&second).len(), 2);
    // Nothing left to say: only the head stays, so that nobody looks at old notes.
    let none = annotate(&first, &[problem("", "", "", "届きました。")]).expect("is written");
    assert_eq!(column_f(&none).len(), 2);
}

fn note(rows: &[(u32, &str)], top: &[&str]) -> Notes {
    Notes {
        top: top.iter().map(|words| (*words).to_owned()).collect(),
        rows: rows
            .iter()
            .map(|(row, words)| (*row, vec![(*words).to_owned()]))
            .collect(),
    }
}

fn cell(reference: &str, words: &str) -> String {
    format!("<c r=\"{reference}\" s=\"7\" t=\"inlineStr\"><is><t>{words}</t></is></c>")
}

fn written(xml: &str, notes: &Notes) -> String {
    let none = std::collections::BTreeSet::new();
    sheet::annotated(xml, &none, notes, Some(7)).expect("is written")
}

#[test]
fn rows_that_are_missing_empty_or_unnumbered_get_their_note() {
    let xml = "<worksheet><dimension ref=\"A2\"/><sheetData><row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"D2\" s=\"1\"/></row><row><c><v>1</v></c></row><row r=\"6\" ht=\"5\"/></sheetData></worksheet>";
    let notes = note(
        &[(2, "二"), (3, "三"), (5, "五"), (6, "六"), (9, "九")],
        &["上"],
    );
    let head = cell("B1", HEADING);
    assert_eq!(
        written(xml, &notes),
        format!(
            "<worksheet><dimension ref=\"A1:B9\"/><cols><col min=\"2\" max=\"2\" width=\"60\" customWidth=\"1\"/></cols><sheetData><row r=\"1\">{head}</row><row r=\"2\"><c r=\"A2\"><v>1</v></c>{}<c r=\"D2\" s=\"1\"/></row><row><c><v>1</v></c>{}</row><row r=\"4\">{}</row><row r=\"5\">{}</row><row r=\"6\" ht=\"5\">{}</row><row r=\"9\">{}</row></sheetData></worksheet>",
            cell("B2", "二"),
            cell("B3", "三"),
            cell("B4", "上"),
            cell("B5", "五"),
            cell("B6", "六"),
            cell("B9", "九"),
        )
    );
    // A sheet without cells, with a prefix.
    let xml = "<x:worksheet><x:sheetData/></x:worksheet>";
    assert_eq!(
        written(xml, &note(&[], &["<上>"])),
        "<x:worksheet><x:cols><x:col min=\"1\" max=\"1\" width=\"60\" customWidth=\"1\"/></x:cols><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" s=\"7\" t=\"inlineStr\"><x:is><x:t>確認してください（直したあと、この列は残したまま送れます）</x:t></x:is></x:c></x:row><x:row r=\"2\"><x:c r=\"A2\" s=\"7\" t=\"inlineStr\"><x:is><x:t>&lt;上&gt;</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    );
}

#[test]
fn a_note_is_seen_where_rows_and_columns_are_hidden() {
    let xml = "<worksheet><cols><col min=\"1\" max=\"2\" width=\"9\"/><col min=\"3\" max=\"16384\" width=\"0\" hidden=\"1\"/></cols><sheetData><row r=\"3\" hidden=\"1\"><c r=\"B3\"><v>1</v></c></row></sheetData></worksheet>";
    let with = written(xml, &note(&[(3, "三")], &[]));
    assert!(with.contains("<col min=\"3\" max=\"3\" width=\"60\" customWidth=\"1\"/><col min=\"4\" max=\"16384\" width=\"0\" hidden=\"1\"/></cols>"), "{with}");
    assert!(
        with.contains(&cell("C2", "三")) && with.contains(&cell("C3", "三")),
        "{with}"
    );
}

#[test]
fn what_is_not_plain_is_not_written_into() {
    let original = write_form1(&edition(), &body(), None, None).expect("a workbook");
    let rejects = |bytes: &[u8]| annotate(bytes, &[problem("", "", "", "x")]).is_err();
    assert!(rejects(b""));
    assert!(rejects(b"PK\x03\x04"));
    assert!(rejects(&original[..original.len() / 2]));
    let replaced = |name: &str, xml: &str| {
        let mut package = Package::read(&original).expect("a package");
        let mut deflater = Deflater::quick();
        deflater.push(xml.as_bytes());
        let entry = deflater.finish().expect("small");
        package.replace(name, entry).expect("is there");
        package.write().expect("a workbook")
    };
    let sheet = "xl/worksheets/sheet1.xml";
    for xml in [
        "",
        "<worksheet>",
        "<worksheet/>",
        "<!DOCTYPE a><worksheet><sheetData/></worksheet>",
        "<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>",
        "<worksheet><sheetData/><sheetData/><cols><col min=\"1\" max=\"1\"/></cols></worksheet>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row></sheetData></worksheet>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"ZZZZ1\"/></row></sheetData></worksheet>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row></sheetData></worksheet>",
    ] {
        assert!(rejects(&replaced(sheet, xml)), "{xml}");
    }
    assert!(!rejects(&replaced(
        sheet,
        "<worksheet><sheetData/></worksheet>"
    )));
    let bomb = format!(
        "<worksheet>{}<sheetData/></worksheet>",
        " ".repeat(21 << 20)
    );
    let bomb = replaced(sheet, &bomb);
    assert!(bomb.len() < 1 << 20);
    let refused = annotate(&bomb, &[problem("", "", "", "x")]);
    assert!(matches!(refused, Err(AnnotateError::TooLarge)));
    // Formats that are not as usual are left alone: the notes are plain then.
    let plain = annotate(
        &replaced("xl/styles.xml", "<styleSheet/>"),
        &[problem("", "", "", "x")],
    );
    let package = Package::read(&plain.expect("is written")).expect("a package");
    assert_eq!(
        package.text("xl/styles.xml").expect("styles"),
        "<styleSheet/>"
    );
    assert!(
        package
            .text(sheet)
            .expect("a sheet")
            .contains("<c r=\"F1\" t=\"inlineStr\">")
    );
}

#[test]
fn our_own_form_serves_where_nothing_can_be_written_into() {
    let edition = edition();
    let mut input = Form1Input::default();
    input.contact.email = "fukushi@@x".to_owned();
    let placed = |place: Place, cell: &str| FileProblem {
        place: Some(place),
        ..problem(SHEET, cell, "あ", "直してください。")
    };
    let problems = [
        placed(Place::Email, "H99"),
        placed(
            Place::Recipients("rehabilitation".parse().expect("an id")),
            "H98",
        ),
        placed(Place::Section(Section::Intent), ""),
        placed(Place::OtherText, "A1"),
        problem(SHEET, "Z9", "い", "読めません。"),
        problem("", "", "", "古い形式です。"),
    ];
    let bytes = annotate_form1(&edition, &body(), &input, &problems).expect("is written");
    let notes = column_f(&bytes);
    assert_eq!(
        notes,
        [
            (1, HEADING),
            (2, "古い形式です。"),
            (3, "「い」：（お送りいただいたファイルのZ9）読めません。"),
            (9, "C9「あ」：直してください。"),
            (15, "E15「あ」：直してください。"),
            (26, "E26「あ」：直してください。"),
            (46, "A46「あ」：直してください。"),
        ]
        .map(|(row, words)| (row, words.to_owned()))
    );
    assert!(cells(&bytes).contains(&(8, 2, Data::String("fukushi@@x".to_owned()))));
}

#[test]
fn notes_are_no_answers_when_the_workbook_is_read_again() {
    let cell = |row, column, text: &str| Cell {
        at: CellRef { row, column },
        value: CellValue::Text(text.to_owned()),
        formula: false,
        look: Default::default(),
    };
    let sheet = |cells| super::super::grid::Sheet {
        name: SHEET.to_owned(),
        cells,
        ..Default::default()
    };
    let label = cell(8, 0, "連絡調整担当部署のメールアドレス");
    let own = cell(0, 2, "確認してください");
    let noted = vec![
        own.clone(),
        cell(0, 5, HEADING),
        label.clone(),
        cell(8, 5, "C9：メールアドレスを入力してください。"),
    ];
    let mut grid = Grid {
        sheets: vec![sheet(noted), sheet(vec![label.clone()])],
        names: Vec::new(),
    };
    forget_notes(&mut grid);
    assert_eq!(grid.sheets[0].cells, [own, label.clone()]);
    assert_eq!(grid.sheets[1].cells, [label]);
}

#[test]
fn cells_are_named_as_spreadsheets_name_them() {
    let at = |cell: &str| parse_cell(cell).map(|at| at.to_string());
    for good in ["A1", "D12", "XFD1048576"] {
        assert_eq!(at(good).as_deref(), Some(good));
    }
    for bad in [
        "",
        "A",
        "1",
        "A0",
        "XFE1",
        "A1048577",
        "A1:B2",
        "あ1",
        "$A$1",
        "A99999999",
    ] {
        assert_eq!(at(bad), None, "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_is_an_error_or_a_workbook_and_never_a_panic(
        at in 0..10_000_usize,
        byte in any::<u8>(),
        cell in "[A-Z]{0,3}[0-9]{0,7}",
        xml in "(<|>|/|row|c|r=\"|\"| |[0-9]|sheetData|worksheet|v|=|'){0,60}",
    ) {
        let mut bytes = draft();
        let at = at % bytes.len();
        bytes[at] = byte;
        let problems = [problem(SHEET, &cell, "", "x"), problem("", &cell, "", "y")];
        let _ = annotate(&bytes, &problems);
        let none = std::collections::BTreeSet::new();
        for xml in [xml.clone(), format!("<worksheet><sheetData>{xml}</sheetData></worksheet>")] {
            if let Ok(with) = sheet::annotated(&xml, &none, &note(&[(3, "三")], &["上"]), None) {
                prop_assert!(with.contains(HEADING));
            }
        }
    }
}
