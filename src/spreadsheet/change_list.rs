//! 意向の変更の一覧 as a workbook and as CSV: one notice a row, for the Digital Agency.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A3, boxed_words, fitting, head, number, put, text};
use super::status_csv::{IN_MEMORY, defused, writer};
use crate::domain::intent_change::report::{COLUMNS, Cell, ReportRow};

const SHEET: &str = "意向の変更";
const TITLE: &str = "意向等調査　意向の変更の一覧";
/// Width of each column.
const WIDTHS: [f64; COLUMNS.len()] = [
    10.0, 10.0, 16.0, 10.0, 13.0, 16.0, 16.0, 20.0, 20.0, 30.0, 30.0, 36.0, 14.0, 14.0, 30.0, 36.0,
    16.0, 24.0, 24.0, 14.0, 30.0,
];
/// Title and period stand above the head.
const HEAD: u32 = 2;

/// Writes the list as a workbook. `period`: what it covers and when it was made.
pub fn write_change_list(period: &str, rows: &[ReportRow]) -> Result<Vec<u8>, SpreadsheetError> {
    let mut workbook = look::new_workbook(TITLE)?;
    let sheet = workbook.add_worksheet();
    fill(sheet, period, rows)?;
    Ok(finish(workbook)?)
}

fn finish(mut workbook: Workbook) -> Result<Vec<u8>, XlsxError> {
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, period: &str, rows: &[ReportRow]) -> Result<(), XlsxError> {
    let (words, figure): (Format, Format) = (text(boxed_words()), number(look::boxed()));
    sheet.set_name(SHEET)?;
    sheet.set_paper_size(A3).set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD, HEAD)?;
    sheet.set_freeze_panes(HEAD + 1, 3)?;
    put(sheet, (0, 0), (0, 0), TITLE, &look::bold())?;
    put(sheet, (1, 0), (1, 0), period, &look::plain())?;
    for (column, (title, width)) in (0..).zip(COLUMNS.into_iter().zip(WIDTHS)) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(HEAD, column, title, &head())?;
    }
    sheet.set_row_height(HEAD, 36.0)?;
    for (row, entry) in (HEAD + 1..).zip(rows) {
        let cells = entry.cells();
        let tallest = cells
            .iter()
            .zip(WIDTHS)
            .map(|(cell, width)| match cell {
                Cell::Words(words) => look::height(words, width, 1),
                Cell::Figure(_) => 0.0,
            })
            .fold(0.0, f64::max);
        sheet.set_row_height(row, tallest)?;
        for (column, cell) in (0..).zip(&cells) {
            match cell {
                Cell::Words(text) => {
                    sheet.write_string_with_format(row, column, fitting(text), &words)?;
                }
                Cell::Figure(value) => {
                    sheet.write_number_with_format(row, column, *value as f64, &figure)?;
                }
            }
        }
    }
    if !rows.is_empty() {
        let last = HEAD + u32::try_from(rows.len()).unwrap_or(0);
        sheet.autofilter(HEAD, 0, last, COLUMNS.len() as u16 - 1)?;
    }
    Ok(())
}

/// Writes the list as CSV, with the columns of the workbook.
pub fn write_change_list_csv(rows: &[ReportRow]) -> Vec<u8> {
    let mut csv = writer();
    csv.write_record(COLUMNS).expect(IN_MEMORY);
    for row in rows {
        for cell in row.cells() {
            match cell {
                Cell::Words(words) => csv.write_field(defused(&words).as_bytes()),
                Cell::Figure(figure) => csv.write_field(figure.to_string()),
            }
            .expect(IN_MEMORY);
        }
        csv.write_record(None::<&[u8]>).expect(IN_MEMORY);
    }
    csv.into_inner().expect(IN_MEMORY)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::domain::intent_change::{ChangeState, ChangeSummary};
    use crate::domain::organization::OrganizationKind;

    fn row() -> ReportRow {
        ReportRow {
            code: "012025".parse().expect("a code"),
            name: "函館市".to_owned(),
            kind: OrganizationKind::CoreCity,
            edition: "令和9年度分".to_owned(),
            summary: ChangeSummary {
                intents: ("①1次交付".to_owned(), "③予定なし".to_owned()),
                words: (String::new(), String::new()),
                added: Vec::new(),
                dropped: Vec::new(),
                recipients: Vec::new(),
                totals: (35_200, 0),
                answers: Vec::new(),
            },
            added: Vec::new(),
            dropped: vec!["更生医療".to_owned(), "こども".to_owned()],
            recipients: vec!["更生医療：1,200人→不明".to_owned()],
            answers: vec![
                "連携方法：#1 API→#4 RPA".to_owned(),
                "開始の予定日：回答なし→令和9年4月1日（木）".to_owned(),
            ],
            reason: "=1+1\n予算".to_owned(),
            changed_on: "令和9年3月1日（月）".to_owned(),
            filed_at: "届出".to_owned(),
            settled_at: "決定".to_owned(),
            state: ChangeState::Accepted,
            remark: String::new(),
        }
    }

    #[test]
    fn both_files_say_the_same_and_text_stays_text() {
        let bytes = write_change_list("期間", &[row()]).expect("is written");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("opens");
        let range = book.worksheet_range(SHEET).expect("has the sheet");
        let cell = |row: u32, column: u32| range.get_value((row, column)).cloned();
        for (column, title) in (0..).zip(COLUMNS) {
            assert_eq!(cell(HEAD, column), Some(Data::String(title.to_owned())));
        }
        assert_eq!(cell(3, 0), Some(Data::String("012025".to_owned())));
        assert_eq!(cell(3, 12), Some(Data::Float(35_200.0)));
        let answers = "連携方法：#1 API→#4 RPA\n開始の予定日：回答なし→令和9年4月1日（木）";
        assert_eq!(cell(3, 14), Some(Data::String(answers.to_owned())));
        assert_eq!(cell(3, 15), Some(Data::String("=1+1\n予算".to_owned())));
        let formulas = book.worksheet_formula(SHEET).expect("reads");
        assert!(formulas.used_cells().next().is_none());

        let csv = write_change_list_csv(&[row()]);
        let text = String::from_utf8(csv).expect("UTF-8");
        let mut lines = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        assert_eq!(
            lines.headers().expect("a head").iter().collect::<Vec<_>>(),
            COLUMNS
        );
        let record = lines.records().next().expect("a row").expect("reads");
        assert_eq!(&record[10], "更生医療、こども");
        assert_eq!((&record[12], &record[13]), ("35200", "0"));
        assert_eq!(&record[14], answers);
        assert_eq!(&record[15], "'=1+1\n予算");
        assert_eq!(&record[19], "承認");
    }

    #[test]
    fn an_empty_list_is_a_file_too() {
        assert!(write_change_list("期間", &[]).is_ok());
        assert!(!write_change_list_csv(&[]).is_empty());
    }
}
