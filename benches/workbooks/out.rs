//! What leaves the portal: all forms of the country in one ZIP, the national list.

use std::hint::black_box;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, Format, FormatBorder, Workbook, Worksheet,
};
use tokio::runtime::Runtime;
use torimatome::domain::access::ReadScope;
use torimatome::domain::account::{Actor, Role};
use torimatome::domain::survey_edition::EditionKey;
use torimatome::workflow::Desk;
use torimatome::workflow::export::{NationalTable, export_national};
use torimatome::workflow::table_file::TableFormat;
use torimatome::workflow::take_out_all::{FormsChoice, forms_zip};

use crate::{forget_highest, in_turns, resident_mb, row};

/// Closed: every body's answer is in it.
const EDITION: &str = "fy2025";

fn ministry() -> Actor {
    Actor {
        account_id: 1,
        display_name: "総括担当".to_owned(),
        email: "ministry@demo.example".to_owned(),
        is_admin: false,
        role: Role::Ministry,
        body: None,
        department: String::new(),
        request_id: "bench".to_owned(),
    }
}

/// Cells of one sheet, row by row.
type Cells = Vec<Vec<Data>>;

fn cells_of(bytes: Vec<u8>, sheet: usize) -> Cells {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range_at(sheet).expect("a sheet");
    let range = range.expect("reads");
    let (bottom, right) = range.end().unwrap_or((0, 0));
    let cell = |r, c| range.get_value((r, c)).cloned().unwrap_or(Data::Empty);
    (0..=bottom)
        .map(|r| (0..=right).map(|c| cell(r, c)).collect())
        .collect()
}

/// Writes cells one by one, with one format, and nothing else.
fn write_cells(sheet: &mut Worksheet, cells: &Cells, format: &Format) {
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
        let list = DataValidation::new().allow_list_strings(&["○"]);
        list.expect("a list")
    };
    let whole =
        DataValidation::new().allow_whole_number(DataValidationRule::Between(0, 99_999_999));
    sheet
        .add_data_validation(14, 4, 17, 4, &list())
        .and_then(|sheet| sheet.add_data_validation(24, 3, 42, 3, &list()))
        .and_then(|sheet| sheet.add_data_validation(24, 4, 42, 4, &whole))
        .expect("writes")
        .protect();
    workbook.save_to_buffer().expect("a workbook")
}

fn bare_list(sheets: &[Cells]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let format = Format::new().set_border(FormatBorder::Thin);
    for cells in sheets {
        write_cells(workbook.add_worksheet(), cells, &format);
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// The country's ZIP, each chunk let go as it comes: its length.
async fn zip(desk: &Desk, actor: &Actor, key: &EditionKey, keep: &mut Option<Vec<u8>>) -> usize {
    let scope = ReadScope::of(actor).expect("the ministry");
    let file = forms_zip(desk, actor, key, scope, FormsChoice::All).await;
    let file = file.expect("a ZIP").expect("bodies");
    let mut length = 0;
    for chunk in file.chunks {
        let chunk = chunk.expect("a chunk");
        length += chunk.len();
        if let Some(bytes) = keep {
            bytes.extend_from_slice(&chunk);
        }
    }
    length
}

/// Runs once and gives by how much resident memory grew at its highest, in MB.
fn growth(run: impl FnOnce()) -> f64 {
    forget_highest();
    let before = resident_mb().0;
    run();
    resident_mb().1 - before
}

pub fn run(runtime: &Runtime, desk: &Desk) {
    let actor = ministry();
    let key: EditionKey = EDITION.parse().expect("a key");
    let list = || {
        let (table, format) = (NationalTable::Answers, TableFormat::Workbook);
        let file = export_national(desk, &actor, &key, table, format, None);
        runtime.block_on(file).expect("a workbook").bytes
    };
    let forms = || runtime.block_on(zip(desk, &actor, &key, &mut None));

    println!("\n1. Resident memory added by one run, the first of its kind in this process (MB)");
    println!(
        "   all forms                     +{:.1}",
        growth(|| _ = black_box(forms()))
    );
    println!(
        "   the national list             +{:.1}",
        growth(|| drop(black_box(list())))
    );

    println!("\n2. 1,788 forms in one ZIP, database read included, against a bare rust_xlsxwriter");
    println!("   loop that writes the same cells, 1,788 books one by one (<= 0.3)");
    let mut whole = Some(Vec::new());
    runtime.block_on(zip(desk, &actor, &key, &mut whole));
    let whole = whole.expect("kept");
    let mut archive = zip::ZipArchive::new(Cursor::new(&whole)).expect("a ZIP");
    let books: Vec<Cells> = (0..archive.len())
        .map(|at| {
            let mut bytes = Vec::new();
            let mut entry = archive.by_index(at).expect("an entry");
            std::io::copy(&mut entry, &mut bytes).expect("reads");
            cells_of(bytes, 0)
        })
        .collect();
    println!("   {} books, {} bytes", books.len(), whole.len());
    let [ours, bare] = in_turns(
        5,
        || _ = black_box(forms()),
        || {
            for cells in &books {
                black_box(bare_form(cells));
            }
        },
    );
    row("all forms", ours, bare);

    println!(
        "\n3. The national list (two sheets), database read included, against a bare loop over"
    );
    println!("   the same rows (<= 1.0)");
    let bytes = list();
    println!("   {} bytes", bytes.len());
    let sheets = [cells_of(bytes.clone(), 0), cells_of(bytes, 1)];
    let both = || drop(black_box(bare_list(&sheets)));
    let [ours, bare] = in_turns(7, || drop(black_box(list())), both);
    row("against both sheets", ours, bare);
    let one = || drop(black_box(bare_list(&sheets[1..])));
    let [ours, bare] = in_turns(7, || drop(black_box(list())), one);
    row("against the sheet 「data」 alone", ours, bare);
}
