//! Lays 様式1 out: one A4 page, protected without a password. What is laid out serves as the pattern
//! from which every form is written (`super::form1_books`).
//!
//! ```text
//!   A        B          C                       D         E
//!  （様式1）  令和…年度分  受付番号 …
//!            title
//!  code, name
//!  1. contact           three answers
//!  2. choices                                             ○
//!     words of ④
//!  3. category law      name                    ○         persons
//!     total row, words of その他
//!  4. questions         their answers, if the edition has questions
//!
//!  An edition that asks for amounts has no choices, yen in place of persons, and the subsidy in column F.
//! ```

use rust_xlsxwriter::{
    Color, Format, FormatAlign, IgnoreError, ProtectionOptions, Workbook, Worksheet, XlsxError,
    utility,
};

use super::form1_answers::{Answers, ExtraCell};
use super::form1_layout as layout;
use super::form1_rules::{marks, question_rule};
use super::look::{
    self, CIRCLE, bold, boxed, boxed_words, centred, head, number, plain, put, text, wrapped,
};
use super::{SpreadsheetError, look::A4};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::extra_question::{ExtraQuestion, QuestionKind};
use crate::domain::survey_edition::EditionDefinition;

mod schemes;

/// 様式1 as it was laid out.
pub(super) struct Composed {
    pub(super) bytes: Vec<u8>,
    /// The cells with a defined name: name, row, column.
    pub(super) names: Vec<(String, u32, u16)>,
    pub(super) growing: Vec<Growing>,
}

/// A row that is as high as the text of a cell needs.
#[derive(Clone, Debug)]
pub(super) struct Growing {
    pub(super) row: u32,
    /// The cell's defined name.
    pub(super) name: String,
    /// What the row needs without the text, in points.
    pub(super) floor: f64,
    /// Room of the text, in Excel's units.
    pub(super) width: f64,
    pub(super) at_least: usize,
}

impl Growing {
    /// Height of the row in points with this text in it.
    pub(super) fn height(&self, words: &str) -> f64 {
        look::height(words, self.width, self.at_least).max(self.floor)
    }
}

/// Where the receipt, or what else there is to say, stands: row and column.
pub(super) const STATUS: (u32, u16) = (0, C);

/// Columns A to E; F is what is worked out beside an amount.
const A: u16 = 0;
const B: u16 = 1;
const C: u16 = 2;
const D: u16 = 3;
const E: u16 = 4;
const F: u16 = 5;
const WIDTHS: [f64; 5] = [11.0, 19.0, 48.0, 12.0, 13.0];
const SUBSIDY_WIDTH: f64 = 13.0;

/// Total width of the columns from..=to, in Excel's units.
fn width(from: u16, to: u16) -> f64 {
    WIDTHS[usize::from(from)..=usize::from(to)].iter().sum()
}

/// Lays the form out. Texts that people typed belong into a pattern, not in here: the workbook crate
/// takes some of them for markup.
pub(super) fn compose(
    edition: &EditionDefinition,
    answers: &Answers,
) -> Result<Composed, SpreadsheetError> {
    let mut workbook = look::new_workbook(&edition.form1_title)?;
    let mut page = Page {
        sheet: workbook.add_worksheet(),
        row: 0,
        last: E,
        names: Vec::new(),
        growing: Vec::new(),
        fields: Fields::new(),
    };
    page.sheet.set_name(edition.words().form)?;
    for (column, width) in (A..=E).zip(WIDTHS) {
        page.sheet.set_column_width(column, width)?;
    }
    if edition.required_amounts.is_some() {
        page.sheet.set_column_width(F, SUBSIDY_WIDTH)?;
        page.last = F;
    }
    page.top(edition, answers)?;
    page.contact(answers)?;
    if edition.asks_intent() {
        page.intents(edition, answers)?;
    }
    page.schemes(edition, answers)?;
    if !edition.questions.is_empty() {
        page.questions(edition, answers)?;
    }
    let (names, growing) = page.finish()?;
    define(&mut workbook, edition.words().form, &names)?;
    Ok(Composed {
        bytes: workbook.save_to_buffer()?,
        names,
        growing,
    })
}

fn define(
    workbook: &mut Workbook,
    sheet: &str,
    names: &[(String, u32, u16)],
) -> Result<(), XlsxError> {
    for (name, row, column) in names {
        let cell = utility::row_col_to_cell_absolute(*row, *column);
        workbook.define_name(name, &format!("='{sheet}'!{cell}"))?;
    }
    Ok(())
}

/// Formats of the cells people fill in: unlocked, and tinted so that one sees where to write.
struct Fields {
    words: Format,
    mark: Format,
    persons: Format,
    day: Format,
}

impl Fields {
    fn new() -> Self {
        let field = || {
            boxed()
                .set_unlocked()
                .set_background_color(Color::RGB(0xFFFBE6))
        };
        Self {
            words: text(field().set_align(FormatAlign::Left).set_indent(1)),
            mark: centred(field()).set_font_size(12),
            persons: number(field()),
            day: field()
                .set_align(FormatAlign::Left)
                .set_indent(1)
                .set_num_format("yyyy/m/d"),
        }
    }
}

/// The sheet being written from top to bottom.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    /// The next row.
    row: u32,
    /// The last column that is printed.
    last: u16,
    /// Defined names: name, row, column.
    names: Vec<(String, u32, u16)>,
    growing: Vec<Growing>,
    fields: Fields,
}

impl Page<'_> {
    /// One row of text across the columns from..=to.
    fn line(&mut self, words: &str, format: &Format, at_least: usize) -> Result<(), XlsxError> {
        self.sheet
            .set_row_height(self.row, look::height(words, width(A, E), at_least))?;
        put(self.sheet, (self.row, A), (self.row, E), words, format)?;
        self.row += 1;
        Ok(())
    }

    fn gap(&mut self, points: f64) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, points)?;
        self.row += 1;
        Ok(())
    }

    fn name(&mut self, name: impl Into<String>, column: u16) {
        self.names.push((name.into(), self.row, column));
    }

    /// A label in A:B and a value in C:E.
    fn labelled(
        &mut self,
        label: &str,
        name: &str,
        value: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let growing = Growing {
            row: self.row,
            name: name.to_owned(),
            floor: look::height(label, width(A, B), 1),
            width: width(C, E),
            at_least: 1,
        };
        self.sheet.set_row_height(self.row, growing.height(value))?;
        self.growing.push(growing);
        put(
            self.sheet,
            (self.row, A),
            (self.row, B),
            label,
            &boxed_words(),
        )?;
        put(self.sheet, (self.row, C), (self.row, E), value, format)?;
        self.name(name, C);
        // Digits alone are meant to be text here; no green corner.
        self.sheet
            .ignore_error(self.row, C, IgnoreError::NumberStoredAsText)?;
        self.row += 1;
        Ok(())
    }

    fn mark(&mut self, column: u16, marked: bool) -> Result<(), XlsxError> {
        let sign = if marked { CIRCLE } else { "" };
        self.sheet
            .write_string_with_format(self.row, column, sign, &self.fields.mark)?;
        Ok(())
    }

    fn free_text(&mut self, name: &str, words: &str) -> Result<(), XlsxError> {
        self.name(name, A);
        let format = self.fields.words.clone().set_align(FormatAlign::Top);
        self.growing.push(Growing {
            row: self.row,
            name: name.to_owned(),
            floor: 0.0,
            width: width(A, E),
            at_least: 2,
        });
        self.line(words, &format, 2)
    }

    fn top(&mut self, edition: &EditionDefinition, answers: &Answers) -> Result<(), XlsxError> {
        let row = self.row;
        self.sheet.set_row_height(row, 18)?;
        self.sheet
            .write_string_with_format(row, A, layout::mark(edition), &plain())?;
        self.sheet
            .write_string_with_format(row, B, &edition.short_title, &plain())?;
        self.name(layout::EDITION, B);
        let right = plain().set_align(FormatAlign::Right);
        put(self.sheet, STATUS, (row, E), &answers.status, &right)?;
        self.row += 1;
        let title = centred(wrapped().set_bold()).set_font_size(12);
        self.line(&look::in_two_lines(&edition.form1_title), &title, 2)?;
        self.gap(6.0)?;
        let code = text(boxed_words());
        self.labelled(layout::CODE_LABEL, layout::CODE, &answers.code, &code)?;
        self.labelled(layout::NAME_LABEL, layout::NAME, &answers.name, &code)
    }

    fn contact(&mut self, answers: &Answers) -> Result<(), XlsxError> {
        self.gap(8.0)?;
        self.line(layout::CONTACT_HEADING, &bold(), 1)?;
        self.sheet.set_selection(self.row, C, self.row, E)?;
        let words = self.fields.words.clone();
        for (label, name, value) in [
            (
                layout::DEPARTMENT_LABEL,
                layout::DEPARTMENT,
                &answers.department,
            ),
            (layout::EMAIL_LABEL, layout::EMAIL, &answers.email),
            (layout::PHONE_LABEL, layout::PHONE, &answers.phone),
        ] {
            self.labelled(label, name, value, &words)?;
        }
        Ok(())
    }

    fn intents(&mut self, edition: &EditionDefinition, answers: &Answers) -> Result<(), XlsxError> {
        self.gap(8.0)?;
        self.line(layout::INTENT_HEADING, &bold(), 1)?;
        self.line(layout::INTENT_INSTRUCTION, &wrapped(), 1)?;
        let [choice, answer] = layout::INTENT_HEADER;
        self.sheet.set_row_height(self.row, 18)?;
        put(self.sheet, (self.row, A), (self.row, D), choice, &head())?;
        put(self.sheet, (self.row, E), (self.row, E), answer, &head())?;
        self.row += 1;
        let first = self.row;
        for intent in ApplicationIntent::ALL {
            let label = edition.intent_label(intent);
            self.sheet
                .set_row_height(self.row, look::height(&label, width(A, D), 1))?;
            put(
                self.sheet,
                (self.row, A),
                (self.row, D),
                &label,
                &boxed_words(),
            )?;
            self.mark(E, answers.intents.contains(&intent))?;
            self.name(layout::intent_name(intent), E);
            self.row += 1;
        }
        self.sheet
            .add_data_validation(first, E, self.row - 1, E, &marks()?)?;
        self.line(layout::INTENT_NOTE, &wrapped(), 1)?;
        self.free_text(layout::INTENT_TEXT, &answers.intent_text)
    }

    /// The questions of the edition, a row each.
    fn questions(
        &mut self,
        edition: &EditionDefinition,
        answers: &Answers,
    ) -> Result<(), XlsxError> {
        self.gap(8.0)?;
        self.line(layout::questions_heading(edition), &bold(), 1)?;
        self.line(layout::QUESTIONS_INSTRUCTION, &wrapped(), 2)?;
        for (question, answer) in edition.questions.iter().zip(&answers.extra) {
            self.question(question, answer)?;
        }
        Ok(())
    }

    fn question(&mut self, question: &ExtraQuestion, answer: &ExtraCell) -> Result<(), XlsxError> {
        let row = self.row;
        let format = match question.kind {
            QuestionKind::Choice { .. } | QuestionKind::Text => &self.fields.words,
            QuestionKind::Number { .. } => &self.fields.persons,
            QuestionKind::Date => &self.fields.day,
        }
        .clone();
        let name = layout::question_name(&question.id);
        let label = layout::question_label(question);
        self.labelled(&label, &name, answer.words(), &format)?;
        if let ExtraCell::Number(figure) | ExtraCell::Day(figure) = answer {
            self.sheet
                .write_number_with_format(row, C, *figure as f64, &format)?;
        }
        if let Some(rule) = question_rule(question)? {
            self.sheet.add_data_validation(row, C, row, C, &rule)?;
        }
        Ok(())
    }

    /// Page setup and protection; gives the names to define and the rows that grow.
    #[allow(clippy::type_complexity)] // two lists, taken apart at once
    fn finish(self) -> Result<(Vec<(String, u32, u16)>, Vec<Growing>), XlsxError> {
        // Rows may be made higher for a long answer; everything else outside the fields stays.
        let allowed = ProtectionOptions {
            format_rows: true,
            format_columns: true,
            ..ProtectionOptions::new()
        };
        self.sheet
            .set_paper_size(A4)
            .set_portrait()
            .set_margins(0.4, 0.4, 0.45, 0.45, 0.2, 0.2)
            .set_print_center_horizontally(true)
            .set_print_fit_to_pages(1, 1)
            .set_print_area(0, A, self.row - 1, self.last)?
            .set_screen_gridlines(false)
            .protect_with_options(&allowed);
        Ok((self.names, self.growing))
    }
}
