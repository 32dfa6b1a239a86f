//! data: every figure, name and rule, one a row, for machines. No merges, numbers as numbers.

use rust_xlsxwriter::{Workbook, XlsxError};

use crate::domain::status_report::{CSV_COLUMNS, StatusReport};
use crate::spreadsheet::look::{A4, fitting, head, plain, text};

pub(super) fn write(workbook: &mut Workbook, report: &StatusReport<'_>) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name("data")?;
    let head = head();
    for (column, (key, width)) in (0..).zip(
        CSV_COLUMNS
            .iter()
            .zip([16.0, 11.0, 14.0, 26.0, 30.0, 9.0, 15.0, 12.0, 10.0]),
    ) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, *key, &head)?;
    }
    let (words, figure) = (text(plain()), plain());
    let mut at = 0;
    report.rows(|row| -> Result<(), XlsxError> {
        at += 1;
        for (column, cell) in (0..).zip(row.texts()) {
            if !cell.is_empty() {
                sheet.write_string_with_format(at, column, fitting(cell), &words)?;
            }
        }
        if let Some(value) = row.value {
            sheet.write_number_with_format(at, 8, value, &figure)?;
        }
        Ok(())
    })?;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, at, 8)?;
    Ok(())
}
