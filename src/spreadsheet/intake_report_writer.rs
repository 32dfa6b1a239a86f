//! Writes what became of files that were sent: one row a file, for who has to mend or to ask.
//!
//! Rows are written one after the other to a temporary file, so memory does not grow with their number.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A4, boxed, centred, head, put, text};
use crate::domain::intake::{FileReport, Outcome, Severity};
use crate::domain::survey_edition::EditionDefinition;

const SHEET: &str = "取込み結果";
const HEADER: [&str; 6] = [
    "番号",
    "ファイル",
    "結果",
    "自治体コード",
    "団体名",
    "理由・読み替え",
];
const WIDTHS: [f64; 6] = [6.0, 44.0, 14.0, 12.0, 18.0, 80.0];
/// Reasons of one file that are written out.
const MOST: usize = 50;

/// A workbook in the making.
pub struct IntakeReportBook {
    workbook: Workbook,
    sheet: Worksheet,
    row: u32,
    words: Format,
    middle: Format,
}

/// The word for an outcome.
fn label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "取込み",
        Outcome::Normalised => "読替えて取込み",
        Outcome::Rejected => "取込みなし",
    }
}

impl IntakeReportBook {
    /// Begins the list. `as_of`: 令和8年11月21日（土）13時05分現在. Errors if the temporary directory
    /// cannot be written.
    pub fn new(edition: &EditionDefinition, as_of: &str) -> Result<Self, SpreadsheetError> {
        let title = format!(
            "意向等調査　ファイルの取込み結果（{}）",
            edition.short_title
        );
        let mut workbook = look::new_workbook(&title)?;
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(SHEET)?;
        for (column, width) in (0..).zip(WIDTHS) {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_paper_size(A4).set_landscape();
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(2, 2)?;
        sheet.set_freeze_panes(3, 0)?;
        put(&mut sheet, (0, 0), (0, 0), &title, &look::bold())?;
        put(&mut sheet, (1, 0), (1, 0), as_of, &look::plain())?;
        for (column, words) in (0..).zip(HEADER) {
            sheet.write_string_with_format(2, column, words, &head())?;
        }
        Ok(Self {
            workbook,
            sheet,
            row: 3,
            words: text(boxed()).set_align(FormatAlign::Left),
            middle: centred(text(boxed())),
        })
    }

    /// Adds a file. `name`: of its body; empty if unknown.
    pub fn add(&mut self, report: &FileReport, name: &str) -> Result<(), SpreadsheetError> {
        Ok(self.write(report, name, label(report.outcome))?)
    }

    /// Adds a file that was not taken; `result` says what became of it.
    pub fn add_not_taken(
        &mut self,
        report: &FileReport,
        name: &str,
        result: &str,
    ) -> Result<(), SpreadsheetError> {
        Ok(self.write(report, name, result)?)
    }

    fn write(&mut self, report: &FileReport, name: &str, result: &str) -> Result<(), XlsxError> {
        let reasons = reasons(report);
        let code = report
            .code
            .map_or_else(String::new, |code| code.to_string());
        let (row, sheet) = (self.row, &mut self.sheet);
        let lines =
            look::height(&reasons, WIDTHS[5], 1).max(look::height(&report.file, WIDTHS[1], 1));
        sheet.set_row_height(row, lines)?;
        sheet.write_number_with_format(row, 0, row - 2, &self.middle)?;
        let cells = [
            (1, report.file.as_str(), &self.words),
            (2, result, &self.middle),
            (3, &code, &self.middle),
            (4, name, &self.words),
            (5, &reasons, &self.words),
        ];
        for (column, words, format) in cells {
            sheet.write_string_with_format(row, column, look::fitting(words), format)?;
        }
        self.row += 1;
        Ok(())
    }

    /// The bytes of the workbook.
    pub fn finish(mut self) -> Result<Vec<u8>, SpreadsheetError> {
        if self.row > 3 {
            self.sheet.autofilter(2, 0, self.row - 1, 5)?;
        }
        self.workbook.push_worksheet(self.sheet);
        Ok(self.workbook.save_to_buffer()?)
    }
}

/// Problems first, then what was read in another form, each a line with its cell.
fn reasons(report: &FileReport) -> String {
    let problems = report.problems.iter().map(|problem| {
        let mark = match problem.severity {
            Severity::Error => "",
            Severity::Warning => "（確認）",
        };
        format!(
            "{mark}{}{}",
            place(&problem.sheet, &problem.cell),
            problem.message
        )
    });
    let changes = report.changes.iter().map(|change| {
        format!(
            "（読み替え）{}「{}」→「{}」",
            place(&change.sheet, &change.cell),
            change.found,
            change.read_as
        )
    });
    let all = report.problems.len() + report.changes.len();
    let mut lines: Vec<String> = problems.chain(changes).take(MOST).collect();
    if all > MOST {
        lines.push(format!("ほか{}件", all - MOST));
    }
    lines.join("\n")
}

fn place(sheet: &str, cell: &str) -> String {
    match (sheet.is_empty(), cell.is_empty()) {
        (_, true) => String::new(),
        (true, false) => format!("{cell}："),
        (false, false) => format!("{sheet}の{cell}："),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader, Xlsx};

    use super::*;
    use crate::domain::intake::{ChangeReport, ProblemReport};

    #[test]
    fn every_file_is_a_row_and_text_stays_text() {
        let (_, definition) = migrations::data::EDITIONS[0];
        let definition: EditionDefinition = toml::from_str(definition).expect("reads");
        let mut book = IntakeReportBook::new(&definition, "いま").expect("begins");
        let report = FileReport {
            file: "=HYPERLINK(\"x\")/【012025函館市】.xlsx".to_owned(),
            code: Some("012025".parse().expect("a code")),
            outcome: Outcome::Normalised,
            response: None,
            changes: vec![ChangeReport {
                sheet: "様式1".to_owned(),
                cell: "E12".to_owned(),
                found: "約1,200人".to_owned(),
                read_as: "1200".to_owned(),
            }],
            problems: vec![ProblemReport {
                severity: Severity::Warning,
                sheet: String::new(),
                cell: String::new(),
                found: String::new(),
                message: "+警告".to_owned(),
            }],
        };
        book.add(&report, "函館市").expect("is written");
        let bytes = book.finish().expect("ends");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("opens");
        let range = book.worksheet_range(SHEET).expect("has the sheet");
        let row: Vec<String> = (0..6)
            .map(|column| {
                range
                    .get_value((3, column))
                    .map_or_else(String::new, ToString::to_string)
            })
            .collect();
        assert_eq!(
            row,
            [
                "1",
                "=HYPERLINK(\"x\")/【012025函館市】.xlsx",
                "読替えて取込み",
                "012025",
                "函館市",
                "（確認）+警告\n（読み替え）様式1のE12：「約1,200人」→「1200」"
            ]
        );
        let formulas = book.worksheet_formula(SHEET).expect("reads");
        assert!(formulas.used_cells().next().is_none());
    }
}
