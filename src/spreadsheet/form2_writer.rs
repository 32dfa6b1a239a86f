//! Writes 様式2 一般市区町村総括票: 40 numbered rows as printed, more where a prefecture has more bodies.
//! Long lists run over several A4 pages, each with the head of the table.

use rust_xlsxwriter::{FormatAlign, Workbook, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A4, CIRCLE, boxed, boxed_words, centred, head, plain, put, wrapped};
use crate::domain::summary_sheet::{PRINTED_ROWS, SummarySheet};
use crate::domain::survey_edition::EditionDefinition;

/// When the sheet went to the ministry.
#[derive(Clone, Copy, Debug)]
pub struct SentLine<'a> {
    /// 1 for the first sending.
    pub number: i32,
    /// As people read it: 令和8年11月21日（土）13時05分.
    pub sent_at: &'a str,
}

const SHEET: &str = "様式2";
const WIDTHS: [f64; 3] = [8.0, 46.0, 40.0];
const LAST: u16 = 2;
const EXPLANATION: &str = "以下の表に管内の一般市区町村（指定都市及び中核市以外の市区町村）の名称を記載した上で、様式1の提出状況を記載してください。";
const HEADER: [&str; 3] = [
    "No.",
    "一般市区町村の名称",
    "様式1の提出状況\n※提出している場合は「○」を付す",
];
const NOTE: &str = "※欄が足りない場合は、欄を追加した上で、記載願います。";

/// Writes 様式2 of a prefecture; `sent` is `None` while the sheet still changes with the answers.
///
/// Errors only where Excel's own limits are passed.
pub fn write_form2(
    edition: &EditionDefinition,
    sheet: &SummarySheet,
    sent: Option<&SentLine<'_>>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let mut workbook = look::new_workbook(&edition.form2_title.replace('\n', " "))?;
    let first = page(&mut workbook, edition, sheet, sent)?;
    for (name, row, column) in [
        ("form2_edition", 0, 1),
        ("form2_prefecture", 3, 1),
        ("form2_first_row", first, 0),
    ] {
        let cell = rust_xlsxwriter::utility::row_col_to_cell_absolute(row, column);
        workbook.define_name(name, &format!("='{SHEET}'!{cell}"))?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes the sheet; gives the row of No. 1.
fn page(
    workbook: &mut Workbook,
    edition: &EditionDefinition,
    summary: &SummarySheet,
    sent: Option<&SentLine<'_>>,
) -> Result<u32, XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEET)?;
    for (column, width) in (0..=LAST).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let whole: f64 = WIDTHS.iter().sum();

    sheet.write_string_with_format(0, 0, "（様式2）", &plain())?;
    let status = sent.map_or_else(
        || "送付前の内容です（提出状況に応じて変わります）".to_owned(),
        |sent| format!("第{}回送付　{}", sent.number, sent.sent_at),
    );
    sheet.write_string_with_format(0, 1, &edition.short_title, &plain())?;
    let right = plain().set_align(FormatAlign::Right);
    sheet.write_string_with_format(0, 2, &status, &right)?;

    let title = centred(wrapped().set_bold()).set_font_size(12);
    let (first, rest) = edition
        .form2_title
        .split_once('\n')
        .unwrap_or((&edition.form2_title, ""));
    let words = format!("{}\n{rest}", look::in_two_lines(first));
    sheet.set_row_height(1, look::height(&words, whole * 0.83, 3) * 1.2)?;
    put(sheet, (1, 0), (1, LAST), words.trim_end(), &title)?;
    sheet.set_row_height(2, 6)?;
    let label = wrapped().set_font_size(9);
    sheet.set_row_height(3, 21)?;
    sheet.write_string_with_format(3, 0, "都道府県名", &label)?;
    let name = boxed_words().set_font_size(12);
    sheet.write_string_with_format(3, 1, &summary.prefecture_name, &name)?;
    sheet.set_row_height(4, look::height(EXPLANATION, whole, 2))?;
    put(sheet, (4, 0), (4, LAST), EXPLANATION, &wrapped())?;

    let top = 5;
    sheet.set_row_height(top, 33)?;
    for (column, words) in (0..=LAST).zip(HEADER) {
        sheet.write_string_with_format(top, column, words, &head())?;
    }
    let (middle, left) = (centred(boxed()), boxed_words());
    let count = summary.rows.len().max(PRINTED_ROWS);
    for index in 0..count {
        let row = top + 1 + index as u32;
        sheet.set_row_height(row, 17)?;
        sheet.write_number_with_format(row, 0, (index + 1) as u32, &middle)?;
        let body = summary.rows.get(index);
        let name = body.map_or("", |body| body.name.as_str());
        sheet.write_string_with_format(row, 1, name, &left)?;
        let mark = if body.is_some_and(|body| body.is_submitted()) {
            CIRCLE
        } else {
            ""
        };
        sheet.write_string_with_format(row, 2, mark, &middle)?;
    }
    let last = top + 1 + count as u32;
    put(sheet, (last, 0), (last, LAST), NOTE, &wrapped())?;

    // The printed 40 rows fit one page; a longer list takes as many as it needs.
    let pages = u16::from(count == PRINTED_ROWS);
    sheet
        .set_paper_size(A4)
        .set_portrait()
        .set_margins(0.6, 0.6, 0.5, 0.6, 0.3, 0.3)
        .set_print_center_horizontally(true)
        .set_print_fit_to_pages(1, pages)
        .set_print_area(0, 0, last, LAST)?
        .set_repeat_rows(top, top)?
        .set_footer("&C&P / &N")
        .set_freeze_panes(top + 1, 0)?
        .set_screen_gridlines(false);
    Ok(top + 1)
}
