//! A plain list as a workbook of one sheet: a title, notes, a head that repeats on each page, one entry a row.

use rust_xlsxwriter::{FormatAlign, XlsxError};

use super::look::{self, A4, boxed, centred, fitting, head, put, text};

/// How a list of so many columns looks.
pub(super) struct ListLook<'a, const COLUMNS: usize> {
    pub sheet: &'a str,
    pub title: &'a str,
    pub columns: [&'a str; COLUMNS],
    pub widths: [f64; COLUMNS],
    /// Columns that are centred.
    pub centred: &'a [usize],
}

/// Writes the workbook; `notes` stand above the head, a line each.
pub(super) fn list_book<'r, const COLUMNS: usize>(
    list: &ListLook<'_, COLUMNS>,
    notes: &[String],
    rows: impl IntoIterator<Item = [&'r str; COLUMNS]>,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = look::new_workbook(list.title)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(list.sheet)?;
    for (column, width) in (0..).zip(list.widths) {
        sheet.set_column_width(column, width)?;
    }
    let large = look::bold().set_font_size(12);
    put(sheet, (0, 0), (0, 0), list.title, &large)?;
    let mut at = 1;
    for note in notes {
        put(sheet, (at, 0), (at, 0), note, &look::plain())?;
        at += 1;
    }
    let first = at;
    for (column, words) in (0..).zip(list.columns) {
        sheet.write_string_with_format(first, column, words, &head())?;
    }
    let words = text(boxed()).set_align(FormatAlign::Left);
    let middle = centred(text(boxed()));
    for texts in rows {
        at += 1;
        let height = texts
            .iter()
            .zip(list.widths)
            .map(|(text, width)| look::height(text, width, 1))
            .fold(0.0, f64::max);
        sheet.set_row_height(at, height)?;
        for (column, text) in texts.iter().enumerate() {
            let format = if list.centred.contains(&column) {
                &middle
            } else {
                &words
            };
            sheet.write_string_with_format(at, column as u16, fitting(text), format)?;
        }
    }
    let last = COLUMNS as u16 - 1;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&C&P / &N")
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(first, first)?
        .set_print_area(0, 0, at, last)?;
    sheet.set_freeze_panes(first + 1, 0)?;
    if at > first {
        sheet.autofilter(first, 0, at, last)?;
    }
    workbook.save_to_buffer()
}
