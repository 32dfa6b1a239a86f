//! What leaves the portal: all forms of the country in one ZIP, the national list.

use std::hint::black_box;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{DataValidation, DataValidationRule, Format, FormatBorder, Workbook};
use tokio::runtime::Runtime;
use torimatome::domain::access::CountryScope;
use torimatome::domain::account::{Actor, Role};
use torimatome::domain::response::Form1;
use torimatome::spreadsheet::{Form1Books, FormBody, write_form1};
use torimatome::workflow::Desk;
use torimatome::workflow::export::{NationalTable, TableFormat, export_national};

use crate::{forget_highest, in_turns, resident_mb, row};

const EDITION: &str = "fy2025";

fn ministry() -> Actor {
    Actor {
        account_id: 1,
        display_name: "総括担当".to_owned(),
        email: "ministry@demo.example".to_owned(),
        is_admin: false,
        role: Role::Ministry,
        body: None,
        request_id: "bench".to_owned(),
    }
}

/// Cells of one sheet, row by row.
type Cells = Vec<Vec<Data>>;

fn cells_of(bytes: Vec<u8>, sheet: usize) -> Cells {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book
        .worksheet_range_at(sheet)
        .expect("a sheet")
        .expect("reads");
    let (top, left) = range.start().unwrap_or((0, 0));
    let (bottom, right) = range.end().unwrap_or((0, 0));
    (0..=bottom)
        .map(|r| {
            (0..=right)
                .map(|c| {
                    if r < top || c < left {
                        return Data::Empty;
                    }
                    range.get_value((r, c)).cloned().unwrap_or(Data::Empty)
                })
                .collect()
        })
        .collect()
}

/// Writes cells one by one, with one format, and nothing else.
fn write_cells(sheet: &mut rust_xlsxwriter::Worksheet, cells: &Cells, format: &Format) {
    for (r, row) in (0_u32..).zip(cells) {
        for (c, cell) in (0_u16..).zip(row) {
            match cell {
                Data::Empty => sheet.write_blank(r, c, format),
                Data::Float(number) => sheet.write_number_with_format(r, c, *number, format),
                other => sheet.write_string_with_format(r, c, other.to_string(), format),
            }
            .expect("writes");
        }
    }
}

/// A form with the same cells as ours, its two lists and its rule for numbers, protected.
fn bare_form(cells: &Cells) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let format = Format::new().set_border(FormatBorder::Thin).set_text_wrap();
    let sheet = workbook.add_worksheet();
    write_cells(sheet, cells, &format);
    let list = || {
        DataValidation::new()
            .allow_list_strings(&["○"])
            .expect("a list")
    };
    let whole =
        DataValidation::new().allow_whole_number(DataValidationRule::Between(0, 99_999_999));
    sheet
        .add_data_validation(14, 4, 17, 4, &list())
        .and_then(|sheet| sheet.add_data_validation(24, 3, 47, 3, &list()))
        .and_then(|sheet| sheet.add_data_validation(24, 4, 47, 4, &whole))
        .expect("writes")
        .protect();
    workbook.save_to_buffer().expect("a workbook")
}

pub fn run(runtime: &Runtime, desk: &Desk) {
    let actor = ministry();
    let scope = CountryScope::of(&actor).expect("the ministry");
    let key = EDITION.parse().expect("a key");
    let edition = runtime
        .block_on(desk.store.edition(&key))
        .expect("reads")
        .expect("is there");
    let definition = &edition.definition;
    let answers = runtime
        .block_on(desk.store.country_answers(edition.id, scope))
        .expect("reads");
    let book = |name: &str, code, form: Option<&Form1>| {
        let body = FormBody { code, name };
        write_form1(definition, &body, form, None).expect("a workbook")
    };
    let forms: Vec<Cells> = answers
        .iter()
        .map(|answer| {
            let form = answer.answer.as_ref().map(|filed| &filed.form);
            cells_of(book(&answer.row.name, answer.row.code, form), 0)
        })
        .collect();

    println!("\n1. 1,788 prefilled forms against a bare rust_xlsxwriter loop over the same cells");
    let [ours, bare] = in_turns(
        3,
        || {
            let mut books = Form1Books::new(definition).expect("a pattern");
            for answer in &answers {
                let form = answer.answer.as_ref().map(|filed| &filed.form);
                let body = FormBody {
                    code: answer.row.code,
                    name: &answer.row.name,
                };
                black_box(books.form(&body, form, None).expect("a workbook"));
            }
        },
        || {
            for cells in &forms {
                black_box(bare_form(cells));
            }
        },
    );
    row("Form1Books", ours, bare, 0.0);

    println!(
        "\n2. The national list with its database read against a bare loop over the same rows"
    );
    let list = || {
        let file = export_national(
            desk,
            &actor,
            &key,
            NationalTable::Answers,
            TableFormat::Workbook,
        );
        runtime.block_on(file).expect("a workbook").bytes
    };
    let sheets = [cells_of(list(), 0), cells_of(list(), 1)];
    let bare_list = |sheets: &[Cells]| {
        let mut workbook = Workbook::new();
        let format = Format::new().set_border(FormatBorder::Thin);
        for cells in sheets {
            write_cells(workbook.add_worksheet(), cells, &format);
        }
        workbook.save_to_buffer().expect("a workbook")
    };
    forget_highest();
    let before = resident_mb().0;
    black_box(list());
    let grown = resident_mb().1 - before;
    let [ours, both] = in_turns(
        5,
        || drop(black_box(list())),
        || drop(black_box(bare_list(&sheets))),
    );
    row("both sheets", ours, both, grown);
    let [ours, one] = in_turns(
        5,
        || drop(black_box(list())),
        || drop(black_box(bare_list(&sheets[1..]))),
    );
    row("both sheets, bare only 「data」", ours, one, grown);
    std::fs::write(std::env::temp_dir().join("list.xlsx"), list()).ok();
    std::fs::write(
        std::env::temp_dir().join("form.xlsx"),
        book(
            "函館市",
            "012025".parse().unwrap(),
            answers[2].answer.as_ref().map(|filed| &filed.form),
        ),
    )
    .ok();
}
