//! What LibreOffice makes of our workbooks: opened, saved again as `.xlsx` and `.ods`, every label and
//! value must still be there. A sanitizer on the way to a closed network does the same.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader, open_workbook_auto_from_rs};
use rust_xlsxwriter::{Format, FormatScript, Workbook};
use torimatome::domain::intake::{FileProblem, Severity};
use torimatome::domain::lateness::Lateness;
use torimatome::domain::response::Form1Input;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::spreadsheet::intake::annotate::{HEADING, annotate};
use torimatome::spreadsheet::intake::{Look, read_workbook};
use torimatome::spreadsheet::{
    FormBody, NationalRow, ReceiptLine, read_tables, write_form1, write_form1_draft,
    write_form1_prefilled, write_national_list,
};

use crate::support::{code, edition, form, organizations};

/// Every filled cell of every sheet: sheet, row, column and what a reader sees.
type Cells = BTreeMap<(String, u32, u32), String>;

fn cells(bytes: Vec<u8>) -> Cells {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).expect("a workbook");
    let mut cells = Cells::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).expect("a sheet");
        let (top, left) = range.start().unwrap_or((0, 0));
        for (row, column, cell) in range.used_cells() {
            let text = match cell {
                Data::Empty => continue,
                Data::Int(number) => number.to_string(),
                other => other.to_string(),
            };
            if !text.is_empty() {
                let at = (sheet.clone(), top + row as u32, left + column as u32);
                cells.insert(at, text.replace("\r\n", "\n"));
            }
        }
    }
    cells
}

/// Converts all workbooks of a folder with a profile of its own, so that nothing else is disturbed.
pub fn convert(folder: &Path, to: &str, out: &Path) {
    let profile = folder.join("profile");
    let mut command = Command::new("soffice");
    command
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--headless", "--norestore", "--convert-to", to, "--outdir"])
        .arg(out);
    let files = std::fs::read_dir(folder).expect("a folder");
    for file in files {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "xlsx") {
            command.arg(path);
        }
    }
    let done = command
        .output()
        .expect("LibreOffice is installed (tests/run does that)");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn after_libreoffice_saved_them_again_everything_is_still_there() {
    let edition = edition("fy2027");
    let body = FormBody {
        code: code("012025"),
        name: "函館市",
    };
    let mut hostile = form();
    hostile.intent_text = "=1+1 & <r><t>あ</t></r> _x000D_ \"'\n二行目".to_owned();
    let receipt = ReceiptLine {
        number: "R9-012025-01",
        submitted_at: "令和8年11月21日（土）13時05分",
        lateness: Lateness::default(),
    };
    let submitted = write_form1(&edition, &body, Some(&hostile), Some(&receipt)).expect("writes");
    let problem = |sheet: &str, cell: &str| FileProblem {
        severity: Severity::Error,
        sheet: sheet.to_owned(),
        cell: cell.to_owned(),
        found: "=A1".to_owned(),
        message: "直してください。".to_owned(),
        place: None,
    };
    let problems = [problem("様式1", "E30"), problem("", "")];
    let annotated = annotate(&submitted, &problems).expect("is written");
    let bodies = organizations();
    let rows = bodies[..5].iter().map(|body| NationalRow {
        code: body.code,
        prefecture: body.prefecture().name(),
        name: &body.name,
        kind: body.kind,
        route: body.kind.route(),
        status: ResponseStatus::Submitted,
        lateness: Lateness::default(),
        by_proxy: false,
        corrected: "",
        revision: Some(1),
        receipt: Some("R9-012025-01"),
        submitted_at: Some("2026-11-21 13:05"),
        form: Some(&hostile),
    });
    let list = write_national_list(&edition, "令和8年11月21日現在", rows).expect("writes");
    let mut input = Form1Input::default();
    input.contact.phone = "０１３８－００－００００".to_owned();
    let books = [
        (
            "blank",
            write_form1(&edition, &body, None, None).expect("writes"),
        ),
        (
            "prefilled",
            write_form1_prefilled(&edition, &body, &form().to_input()).expect("writes"),
        ),
        (
            "draft",
            write_form1_draft(&edition, &body, &input).expect("writes"),
        ),
        ("submitted", submitted),
        ("annotated", annotated),
        ("list", list),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in &books {
        std::fs::write(folder.path().join(format!("{name}.xlsx")), bytes).expect("is written");
    }
    let pages = folder.path().join("pages");
    convert(folder.path(), "pdf", &pages);
    for (name, _) in books.iter().filter(|(name, _)| *name != "list") {
        let pdf = std::fs::read(pages.join(format!("{name}.pdf"))).expect("was printed");
        let pdf = String::from_utf8_lossy(&pdf).into_owned();
        assert_eq!(pdf.matches("/Type/Page/").count(), 1, "{name} is one page");
    }
    for ending in ["xlsx", "ods"] {
        let out = folder.path().join(format!("as-{ending}"));
        convert(folder.path(), ending, &out);
        for (name, bytes) in &books {
            let saved = std::fs::read(out.join(format!("{name}.{ending}"))).expect("was saved");
            let (before, after) = (cells(bytes.clone()), cells(saved.clone()));
            let lost: Vec<_> = before
                .iter()
                .filter(|(at, text)| after.get(at) != Some(text))
                .collect();
            assert!(lost.is_empty(), "{name}.{ending}: {lost:#?}");
            if *name == "annotated" && ending == "xlsx" {
                // The notes of the first round are found and replaced also now.
                let again = annotate(&saved, &[problem("様式1", "E31")]).expect("is written");
                let again = cells(again);
                let heads = again.values().filter(|text| *text == HEADING).count();
                assert_eq!(heads, 1);
                assert!(!again.contains_key(&("様式1".to_owned(), 29, 5)));
                assert!(again[&("様式1".to_owned(), 30, 5)].contains("E31「=A1」：直して"));
            }
        }
    }
}

/// The code table of the Ministry of Internal Affairs has come as `.xls` for years: 1,788 bodies stay within what is
/// read of one, and say the same.
#[test]
fn a_table_of_the_country_reads_the_same_from_an_old_workbook() {
    const LIST: &str = include_str!("../../migrations/data/organizations.csv");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(LIST.lines()) {
        // As many columns as the table has: code, prefecture, name and two readings.
        for (column, cell) in (0..).zip(line.split(',').take(5)) {
            sheet.write(row, column, cell).expect("writes");
        }
    }
    let new = book.save_to_buffer().expect("a workbook");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("table.xlsx"), &new).expect("is written");
    let out = folder.path().join("out");
    convert(folder.path(), "xls", &out);
    let old = std::fs::read(out.join("table.xls")).expect("is converted");
    assert_eq!(old[..4], [0xD0, 0xCF, 0x11, 0xE0]);
    let (new, old) = (read_tables(&new), read_tables(&old));
    let rows = old.expect("reads")[0].1.clone();
    assert_eq!(rows.len(), 1789);
    assert_eq!(new.expect("reads")[0].1, rows);
}

/// How cells look that were corrected by hand, annotated, or formatted in another unit: the same in every format.
#[test]
fn struck_raised_and_scaled_cells_are_known_in_every_format() {
    let plain = Look::default();
    let struck = Look {
        struck: true,
        ..plain
    };
    let raised = Look {
        raised: true,
        ..plain
    };
    let scaled = Look {
        scaled: true,
        ..plain
    };
    let (line, small) = (
        Format::new().set_font_strikethrough(),
        Format::new().set_font_script(FormatScript::Superscript),
    );
    let shown_as = |format: &str| Format::new().set_num_format(format);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let normal = Format::new();
    let mut looks = Vec::new();
    let mut next = |look: Look| {
        looks.push(look);
        (looks.len() - 1) as u32
    };
    sheet.write(next(plain), 0, 120).expect("writes");
    sheet.write(next(plain), 0, "○").expect("writes");
    sheet
        .write_with_format(next(struck), 0, 120, &line)
        .expect("writes");
    sheet
        .write_with_format(next(struck), 0, "○", &line)
        .expect("writes");
    sheet
        .write_rich_string(next(struck), 0, &[(&line, "115"), (&normal, "130")])
        .expect("writes");
    sheet
        .write_rich_string(next(raised), 0, &[(&normal, "120"), (&small, "1")])
        .expect("writes");
    for format in ["0\"千人\"", "0%", "#,##0,"] {
        sheet
            .write_with_format(next(scaled), 0, 12, &shown_as(format))
            .expect("writes");
    }
    for format in ["#,##0", "#,##0\"人\"", "0_ ;[Red]\\-0"] {
        sheet
            .write_with_format(next(plain), 0, 12, &shown_as(format))
            .expect("writes");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let read = |bytes: &[u8]| -> Vec<Look> {
        let grid = read_workbook(bytes).expect("a workbook");
        grid.sheets[0].cells.iter().map(|cell| cell.look).collect()
    };
    assert_eq!(read(&bytes), looks, "xlsx");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.xlsx"), &bytes).expect("is written");
    for ending in ["xlsx", "ods", "xls"] {
        let out = folder.path().join(format!("as-{ending}"));
        convert(folder.path(), ending, &out);
        let saved = std::fs::read(out.join(format!("a.{ending}"))).expect("was saved");
        assert_eq!(read(&saved), looks, "{ending} by LibreOffice");
    }
}
