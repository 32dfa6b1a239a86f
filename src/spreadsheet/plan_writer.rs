//! The plans of an edition as a workbook and as CSV. Every amount of money is an estimate and is called one.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A4, bold, boxed, boxed_words, head, height, number, plain, wrapped};
use super::national_csv::Rows;
use super::national_rows::Cells;
use crate::domain::estimate::PlanBasis;
use crate::domain::extra_question::QuestionPurpose;
use crate::domain::plan::{PlanLine, PlanTables, SchemeTableRow};
use crate::domain::text::with_commas;

/// The keys of the CSV's columns, and of the sheet 「data」.
pub(super) const COLUMNS: [&str; 10] = [
    "table",
    "figure",
    "question",
    "label",
    "bodies",
    "schemes",
    "subsidy_ceiling_yen_estimate",
    "recipients",
    "recipients_unknown",
    "running_cost_yen_per_year_estimate",
];
/// The heads of the figures, as the page has them.
const HEADS: [&str; 6] = [
    "団体",
    "制度（○の数）",
    "補助の上限額（円・概算）",
    "受給者数（人）",
    "受給者数が不明の○",
    "運用費（円/年・概算）",
];
const LABEL_WIDTH: f64 = 46.0;
const WIDTH: f64 = 17.0;

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct PlanSheet<'a> {
    /// 令和9年度分.
    pub edition: &'a str,
    /// 令和9年2月26日（金）23時59分現在.
    pub as_of: &'a str,
    pub basis: &'a PlanBasis,
    pub tables: &'a PlanTables,
}

fn figures(line: &PlanLine, basis: &PlanBasis) -> [u64; 6] {
    let amount = &line.amount;
    let estimate = amount.estimate(basis);
    [
        amount.bodies,
        amount.schemes,
        estimate.subsidy_ceiling,
        amount.recipients,
        amount.unknown,
        estimate.running_cost,
    ]
}

/// Writes every line of the tables, one a row, then what they were reckoned with (`basis`, the value as text in
/// `label`).
pub fn write_plan_csv(sheet: &PlanSheet<'_>) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in COLUMNS {
        csv.field(key);
    }
    csv.end();
    for (table, question, line) in sheet.tables.lines() {
        for text in [table, &line.line.to_string(), question, &line.label] {
            csv.words(text);
        }
        for figure in figures(line, sheet.basis) {
            csv.figure(Some(figure));
        }
        csv.end();
    }
    for (key, value) in basis_rows(sheet.basis) {
        for text in ["basis", key, "", &value] {
            csv.words(text);
        }
        for _ in HEADS {
            csv.figure(None);
        }
        csv.end();
    }
    csv.finish()
}

/// Key and value of what the figures were reckoned with.
fn basis_rows(basis: &PlanBasis) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("standard_amount_yen", basis.standard_amount.to_string()),
        ("subsidy_rate", basis.rate.to_string()),
        (
            "subsidy_ceiling_yen_per_scheme",
            basis.ceiling().to_string(),
        ),
        (
            "running_cost_yen_per_recipient_and_month",
            basis.monthly_cost(),
        ),
        ("running_cost_from", basis.running_from.short()),
    ];
    if let Some(budget) = &basis.budget {
        rows.push(("budget_name", budget.name.clone()));
        rows.push(("budget_yen", budget.yen.to_string()));
    }
    rows
}

/// Writes the workbook: a sheet a table, what the figures were reckoned with, and a sheet for programs.
///
/// Errors only where Excel's own limits are passed.
pub fn write_plan(sheet: &PlanSheet<'_>) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!("意向等調査　計画の目安（{}）", sheet.edition);
    let mut book = look::new_workbook(&title)?;
    let tables = sheet.tables;
    let mut page = Page::new(&mut book, "交付の回", &title, sheet)?;
    for formula in sheet.basis.formulas() {
        page.note(&formula)?;
    }
    page.budget(tables)?;
    page.row += 1;
    page.heads("申請の意向", &HEADS)?;
    for line in &tables.rounds {
        page.line(line)?;
    }
    page.line(&tables.total)?;
    page.line(&tables.others)?;
    page.note("「①も②も選ばずに○のある団体」は、合計に入れていません。")?;
    page.end()?;

    let mut page = Page::new(&mut book, "医療費助成", &title, sheet)?;
    let rounds = ["①だけ（○の数）", "②だけ（○の数）", "両方（○の数）"];
    let heads: Vec<&str> = rounds.into_iter().chain(HEADS).collect();
    page.heads("医療費助成", &heads)?;
    for row in &tables.schemes {
        page.scheme(row)?;
    }
    page.end()?;

    for purpose in [
        QuestionPurpose::ConnectionGroup,
        QuestionPurpose::DeliveryMethod,
    ] {
        let groups = tables.groups.iter().filter(|it| it.purpose == purpose);
        let mut groups = groups.peekable();
        if groups.peek().is_none() {
            continue;
        }
        let mut page = Page::new(&mut book, purpose.label(), &title, sheet)?;
        for group in groups {
            page.note(&group.question)?;
            page.heads("回答", &HEADS)?;
            for line in &group.lines {
                page.line(line)?;
            }
            page.row += 1;
        }
        page.end()?;
    }

    let mut page = Page::new(&mut book, "都道府県", &title, sheet)?;
    page.heads("都道府県", &HEADS)?;
    for line in &tables.prefectures {
        page.line(line)?;
    }
    page.line(&tables.total)?;
    page.end()?;
    data(&mut book, sheet)?;
    Ok(book.save_to_buffer()?)
}

/// A sheet written from top to bottom.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    basis: &'a PlanBasis,
    row: u32,
    columns: u16,
}

impl<'a> Page<'a> {
    fn new(
        book: &'a mut Workbook,
        name: &str,
        title: &str,
        of: &PlanSheet<'a>,
    ) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_column_width(0, LABEL_WIDTH)?;
        let large = bold().set_font_size(14);
        sheet.write_string_with_format(0, 0, title, &large)?;
        let notes = [
            of.as_of.to_owned(),
            "金額はすべて概算で、補助の額を決めるものではありません。".to_owned(),
        ];
        for (row, note) in (1..).zip(notes) {
            sheet.write_string_with_format(row, 0, note, &plain())?;
        }
        Ok(Self {
            sheet,
            basis: of.basis,
            row: 3,
            columns: 1,
        })
    }

    fn note(&mut self, words: &str) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, 0, look::fitting(words), &plain())?;
        self.row += 1;
        Ok(())
    }

    /// The ceiling against the budget, if there is one.
    fn budget(&mut self, tables: &PlanTables) -> Result<(), XlsxError> {
        let Some(budget) = &self.basis.budget else {
            return Ok(());
        };
        let ceiling = tables.total.amount.estimate(self.basis).subsidy_ceiling;
        let words = format!(
            "補助の上限額の合計{}円（概算）　{}{}円",
            with_commas(ceiling),
            budget.name,
            with_commas(budget.yen)
        );
        self.note(&words)?;
        if !budget.note.is_empty() {
            self.note(&budget.note)?;
        }
        Ok(())
    }

    fn heads(&mut self, label: &str, heads: &[&str]) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 34)?;
        self.sheet
            .write_string_with_format(self.row, 0, label, &head())?;
        for (column, words) in (1_u16..).zip(heads) {
            self.sheet.set_column_width(column, WIDTH)?;
            self.sheet
                .write_string_with_format(self.row, column, *words, &head())?;
            self.columns = self.columns.max(column + 1);
        }
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, line: &PlanLine) -> Result<(), XlsxError> {
        let figures = figures(line, self.basis);
        self.cells(&line.label, figures)
    }

    fn scheme(&mut self, row: &SchemeTableRow) -> Result<(), XlsxError> {
        let rounds = row.rounds.iter().map(|line| line.amount.schemes);
        let all = figures(&row.all, self.basis);
        self.cells(&row.all.label, rounds.chain(all))
    }

    fn cells(
        &mut self,
        label: &str,
        figures: impl IntoIterator<Item = u64>,
    ) -> Result<(), XlsxError> {
        let lines = height(label, LABEL_WIDTH, 1);
        self.sheet.set_row_height(self.row, lines)?;
        self.sheet
            .write_string_with_format(self.row, 0, look::fitting(label), &boxed_words())?;
        let format = number(boxed());
        for (column, figure) in (1_u16..).zip(figures) {
            // Far below 2^53, where every whole number is exact.
            self.sheet
                .write_number_with_format(self.row, column, figure as f64, &format)?;
        }
        self.row += 1;
        Ok(())
    }

    fn end(self) -> Result<(), XlsxError> {
        self.sheet
            .set_paper_size(A4)
            .set_landscape()
            .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
            .set_footer("&C&P / &N")
            .set_print_fit_to_pages(1, 0)
            .set_print_area(0, 0, self.row.saturating_sub(1), self.columns - 1)?;
        Ok(())
    }
}

/// The same rows as the CSV.
fn data(book: &mut Workbook, of: &PlanSheet<'_>) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name("data")?;
    for (column, key) in (0_u16..).zip(COLUMNS) {
        sheet.write_string(0, column, key)?;
    }
    let mut row = 0;
    for (table, question, line) in of.tables.lines() {
        row += 1;
        let texts = [table, &line.line.to_string(), question, &line.label];
        for (column, text) in (0_u16..).zip(texts) {
            sheet.write_string(row, column, look::fitting(text))?;
        }
        for (column, figure) in (4_u16..).zip(figures(line, of.basis)) {
            sheet.write_number(row, column, figure as f64)?;
        }
    }
    for (key, value) in basis_rows(of.basis) {
        row += 1;
        for (column, text) in (0_u16..).zip(["basis", key, "", &value]) {
            sheet.write_string_with_format(row, column, text, &wrapped())?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}
