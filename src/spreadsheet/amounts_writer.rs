//! 所要額調査の集計 as a workbook (prefectures, schemes, bodies) and as CSV (a row a body and scheme).

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A4, boxed, boxed_words, fitting, head, number, plain, text};
use super::national_csv::Rows;
use super::national_rows::Cells;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::required_amounts::figures::{AmountBody, Line, tally};
use crate::domain::survey_edition::EditionDefinition;

const FIGURES: [&str; 4] = [
    "○の数",
    "事業費予定額（円）",
    "補助所要額（円）",
    "金額が未定の○",
];
/// The keys of the CSV's columns.
pub(super) const COLUMNS: [&str; 8] = [
    "code",
    "prefecture",
    "name",
    "kind",
    "scheme",
    "scheme_name",
    "cost",
    "subsidy",
];
/// Title, moment and rule stand above the head.
const HEAD: u32 = 4;

/// Writes the workbook. `as_of`: of whom and when.
pub fn write_amounts(
    edition: &EditionDefinition,
    rule: &RequiredAmounts,
    as_of: &str,
    bodies: &[AmountBody],
) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!("{}　集計表", edition.short_title);
    let figures = tally(edition, rule, bodies);
    let mut workbook = look::new_workbook(&title)?;
    let note = format!("補助所要額は、{}で計算しています。", rule.note());
    let words = [title.as_str(), as_of, note.as_str()];
    {
        let columns = [("コード", 8.0), ("都道府県", 14.0)];
        let mut sheet = Sheet::new(&mut workbook, "都道府県別", words, &columns, true)?;
        for (prefecture, line) in &figures.prefectures {
            sheet.row(&[&prefecture.to_string(), prefecture.name()], line, true)?;
        }
        sheet.total(&["", "合計"], &figures.all, true)?;
    }
    {
        let columns = [("区分・法律", 26.0), ("医療費助成", 50.0)];
        let mut sheet = Sheet::new(&mut workbook, "医療費助成別", words, &columns, true)?;
        for (row, line) in edition.rows.iter().zip(&figures.schemes) {
            let group = if row.law.is_empty() {
                &row.category
            } else {
                &row.law
            };
            sheet.row(&[group, &row.name], line, true)?;
        }
        // Bodies of schemes do not add up: the sum is that of distinct bodies.
        sheet.total(&["", "合計（団体は実数）"], &figures.all, true)?;
    }
    {
        let columns = [
            ("コード", 9.0),
            ("都道府県", 12.0),
            ("団体", 18.0),
            ("区分", 12.0),
        ];
        let mut sheet = Sheet::new(&mut workbook, "団体別", words, &columns, false)?;
        for body in bodies {
            let line = Line {
                bodies: 1,
                amounts: rule.of_form(&body.form),
            };
            let code = body.code();
            let labels = [
                code.as_str(),
                code.prefecture().name(),
                &body.name,
                body.class.kind.label(),
            ];
            sheet.row(&labels, &line, false)?;
        }
        sheet.total(&["", "", "合計", ""], &figures.all, false)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A sheet written from top to bottom.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    words: Format,
    figure: Format,
    sum: Format,
}

impl<'a> Sheet<'a> {
    fn new(
        workbook: &'a mut Workbook,
        name: &str,
        words: [&str; 3],
        columns: &[(&str, f64)],
        counts_bodies: bool,
    ) -> Result<Self, XlsxError> {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_paper_size(A4).set_landscape();
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(HEAD, HEAD)?;
        sheet.set_freeze_panes(HEAD + 1, 0)?;
        let big = plain().set_bold().set_font_size(14);
        for (row, (words, format)) in (0..).zip(words.iter().zip([&big, &plain(), &plain()])) {
            sheet.write_string_with_format(row, 0, *words, format)?;
        }
        let bodies = counts_bodies.then_some(("団体の数", 10.0));
        let figures = FIGURES.map(|label| (label, 18.0));
        let all = columns.iter().copied().chain(bodies).chain(figures);
        for (column, (label, width)) in (0_u16..).zip(all) {
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(HEAD, column, label, &head())?;
        }
        Ok(Self {
            sheet,
            row: HEAD + 1,
            words: text(boxed_words()),
            figure: number(boxed()),
            sum: number(boxed().set_bold()),
        })
    }

    fn row(&mut self, labels: &[&str], line: &Line, counts: bool) -> Result<(), XlsxError> {
        let format = self.figure.clone();
        self.write(labels, line, counts, &format)
    }

    fn total(&mut self, labels: &[&str], line: &Line, counts: bool) -> Result<(), XlsxError> {
        let format = self.sum.clone();
        self.write(labels, line, counts, &format)
    }

    fn write(
        &mut self,
        labels: &[&str],
        line: &Line,
        counts_bodies: bool,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let mut column = 0;
        for label in labels {
            self.sheet
                .write_string_with_format(self.row, column, fitting(label), &self.words)?;
            column += 1;
        }
        let amounts = &line.amounts;
        let bodies = counts_bodies.then_some(line.bodies);
        let figures = [
            amounts.schemes,
            amounts.cost,
            amounts.subsidy,
            amounts.unknown,
        ];
        for figure in bodies.into_iter().chain(figures) {
            // Far below 2^53, where every whole number is exact.
            self.sheet
                .write_number_with_format(self.row, column, figure as f64, format)?;
            column += 1;
        }
        self.row += 1;
        Ok(())
    }
}

/// Writes a row for each ○: body, scheme, planned cost and subsidy in yen; both blank where the cost is not known.
pub fn write_amounts_csv(
    edition: &EditionDefinition,
    rule: &RequiredAmounts,
    bodies: &[AmountBody],
) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in COLUMNS {
        csv.field(key);
    }
    csv.end();
    for body in bodies {
        let rows = edition.rows.iter().filter_map(|row| {
            let answer = body.form.schemes.get(&row.scheme)?;
            answer.target.then_some((row, answer))
        });
        for (row, answer) in rows {
            for words in [
                body.code().as_str(),
                body.code().prefecture().name(),
                &body.name,
                body.class.kind.as_str(),
                row.scheme.as_str(),
                &row.name,
            ] {
                csv.words(words);
            }
            csv.figure(answer.recipients.map(|cost| u64::from(cost.get())));
            csv.figure(rule.subsidy_of(answer));
            csv.end();
        }
    }
    csv.finish()
}
