//! Writes 様式1: blank, filled in from the last edition, as a draft, or as submitted; one or thousands.
//!
//! ```text
//! EditionDefinition ─ form1_writer, once ─> a blank workbook ─ cut at its answer cells ─> Form1Books
//! Form1Books + a body's answers ─ fill the cells in, deflate that sheet ─> a workbook
//! ```
//! The books of an edition differ in a few cells of one sheet, so only that sheet is written anew; every
//! other part goes from book to book as it was deflated the first time.

use std::io::Write;
use std::ops::Range;

use super::SpreadsheetError;
use super::form1_answers::{Answers, ExtraCell, Persons};
use super::form1_layout as layout;
use super::form1_writer::{Composed, Growing, STATUS, compose};
use super::look::CIRCLE;
use super::package::Package;
use super::sheet_xml::{CellWriter, attribute, column_letters, find_cell, find_tag, push_number};
use super::zip_writer::Deflater;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::japan_time::date_label;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response::{Form1, Form1Input};
use crate::domain::survey_edition::EditionDefinition;

/// Whose form it is.
#[derive(Clone, Copy, Debug)]
pub struct FormBody<'a> {
    pub code: LocalGovernmentCode,
    /// As the body writes itself, without prefecture.
    pub name: &'a str,
}

/// What a submitted form says of its receipt.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptLine<'a> {
    pub number: &'a str,
    /// As people read it: 令和8年11月21日（土）13時05分.
    pub submitted_at: &'a str,
    /// Submitted after the deadline.
    pub lateness: Lateness,
}

/// What stands in a form.
#[derive(Clone, Copy, Debug)]
pub enum FormContent<'a> {
    Blank,
    /// What the body answered last.
    Prefilled(&'a Form1Input),
    Submitted(&'a Form1, ReceiptLine<'a>),
}

/// Writes 様式1 of a body: empty cells if `form` is `None`, and the receipt at the top right if there is one.
pub fn write_form1(
    edition: &EditionDefinition,
    body: &FormBody<'_>,
    form: Option<&Form1>,
    receipt: Option<&ReceiptLine<'_>>,
) -> Result<Vec<u8>, SpreadsheetError> {
    Form1Books::new(edition)?.form(body, form, receipt)
}

/// Writes 様式1 with what was typed so far; says at the top that nothing is submitted yet.
///
/// A number that cannot be read stands in its cell as it was typed.
pub fn write_form1_draft(
    edition: &EditionDefinition,
    body: &FormBody<'_>,
    input: &Form1Input,
) -> Result<Vec<u8>, SpreadsheetError> {
    Form1Books::new(edition)?.draft(body, input)
}

/// Writes 様式1 with what the body answered last; says so at the top.
pub fn write_form1_prefilled(
    edition: &EditionDefinition,
    body: &FormBody<'_>,
    input: &Form1Input,
) -> Result<Vec<u8>, SpreadsheetError> {
    Form1Books::new(edition)?.prefilled(body, input)
}

const SHEET_PART: &str = "xl/worksheets/sheet1.xml";

/// Writes the forms of one edition.
pub struct Form1Books {
    edition: EditionDefinition,
    package: Package,
    /// The blank sheet.
    xml: String,
    /// What differs from form to form, in the order of the sheet.
    slots: Vec<(Range<usize>, Slot)>,
    names: Vec<(String, u32, u16)>,
    deflater: Deflater,
    sheet: Vec<u8>,
}

/// A piece of the sheet that is written anew.
enum Slot {
    /// What follows the attributes of a cell.
    Words(Words),
    Mark(ApplicationIntent),
    Target(usize),
    Persons(usize),
    /// The answer to a question.
    Extra(usize),
    /// The result of a formula.
    TargetsTotal,
    PersonsTotal,
    Subsidy(usize),
    SubsidyTotal,
    /// A row's height.
    Height(Growing, Words),
}

/// A text of the form.
#[derive(Clone, Copy)]
enum Words {
    Status,
    Code,
    Name,
    Department,
    Email,
    Phone,
    IntentText,
    OtherText,
    /// The answer to a question, if it is a text.
    Extra(usize),
}

impl Words {
    fn of(self, answers: &Answers) -> &str {
        match self {
            Self::Status => &answers.status,
            Self::Code => &answers.code,
            Self::Name => &answers.name,
            Self::Department => &answers.department,
            Self::Email => &answers.email,
            Self::Phone => &answers.phone,
            Self::IntentText => &answers.intent_text,
            Self::OtherText => &answers.other_text,
            Self::Extra(question) => answers.extra[question].words(),
        }
    }

    fn named(edition: &EditionDefinition, name: &str) -> Option<Self> {
        Some(match name {
            layout::CODE => Self::Code,
            layout::NAME => Self::Name,
            layout::DEPARTMENT => Self::Department,
            layout::EMAIL => Self::Email,
            layout::PHONE => Self::Phone,
            layout::INTENT_TEXT => Self::IntentText,
            layout::OTHER_TEXT => Self::OtherText,
            _ => return question_named(edition, name).map(Self::Extra),
        })
    }
}

/// The question whose answer cell has this name.
fn question_named(edition: &EditionDefinition, name: &str) -> Option<usize> {
    let mut questions = edition.questions.iter();
    questions.position(|question| layout::question_name(&question.id) == name)
}

/// What stands in a cell with this name; `None` if it is the same in every form.
fn slot_named(edition: &EditionDefinition, name: &str) -> Option<Slot> {
    match name {
        layout::TARGETS_TOTAL => return Some(Slot::TargetsTotal),
        layout::RECIPIENTS_TOTAL => return Some(Slot::PersonsTotal),
        layout::SUBSIDY_TOTAL => return Some(Slot::SubsidyTotal),
        _ => {}
    }
    let intent = ApplicationIntent::ALL
        .into_iter()
        .find(|intent| layout::intent_name(*intent) == name);
    let row = |naming: fn(&_) -> String| {
        let mut rows = edition.rows.iter();
        rows.position(|row| naming(&row.scheme) == name)
    };
    intent
        .map(Slot::Mark)
        .or_else(|| row(layout::target_name).map(Slot::Target))
        .or_else(|| row(layout::recipients_name).map(Slot::Persons))
        .or_else(|| row(layout::cost_name).map(Slot::Persons))
        .or_else(|| row(layout::subsidy_name).map(Slot::Subsidy))
        .or_else(|| question_named(edition, name).map(Slot::Extra))
        .or_else(|| Words::named(edition, name).map(Slot::Words))
}

impl Form1Books {
    /// Lays the edition's form out.
    pub fn new(edition: &EditionDefinition) -> Result<Self, SpreadsheetError> {
        let Composed {
            bytes,
            mut names,
            growing,
        } = compose(edition, &Answers::empty(edition))?;
        let package = Package::read(&bytes)?;
        let xml = package.text(SHEET_PART)?;
        let letters = column_letters(6);
        let mut slots = Vec::new();
        let (row, column) = STATUS;
        names.push((String::new(), row, column));
        for (name, row, column) in &names {
            let slot = if name.is_empty() {
                Slot::Words(Words::Status)
            } else {
                match slot_named(edition, name) {
                    Some(slot) => slot,
                    None => continue,
                }
            };
            let column = &letters[usize::from(*column)];
            let (start, end, _) = find_cell(&xml, &format!("{column}{}", row + 1))?;
            let at = match slot {
                Slot::TargetsTotal | Slot::PersonsTotal | Slot::Subsidy(_) | Slot::SubsidyTotal => {
                    let (_, from) = find_tag(&xml[..end], "<v>", start)?;
                    let (to, _) = find_tag(&xml[..end], "</v>", from)?;
                    from..to
                }
                _ if xml[start..end].ends_with("/>") => end - "/>".len()..end,
                _ => return Err(SpreadsheetError::Pattern("an empty answer")),
            };
            slots.push((at, slot));
        }
        for growing in growing {
            let words = Words::named(edition, &growing.name);
            let words = words.ok_or(SpreadsheetError::Pattern("a text"))?;
            let (start, end) = find_tag(&xml, &format!("<row r=\"{}\"", growing.row + 1), 0)?;
            let height = attribute(&xml[start..end], "ht");
            let height = height.ok_or(SpreadsheetError::Pattern("a height"))?;
            let (at, _) = find_tag(&xml[..end], " ht=\"", start)?;
            let at = at + " ht=\"".len();
            slots.push((at..at + height.len(), Slot::Height(growing, words)));
        }
        slots.sort_by_key(|(at, _)| at.start);
        Ok(Self {
            edition: edition.clone(),
            package,
            xml,
            slots,
            names,
            deflater: Deflater::quick(),
            sheet: Vec::new(),
        })
    }

    /// Row and column, from 0, of the cell with a defined name of the layout.
    pub(super) fn place(&self, name: &str) -> Option<(u32, u16)> {
        let found = self.names.iter().find(|(known, ..)| known == name);
        found.map(|(_, row, column)| (*row, *column))
    }

    /// A body's form with any content.
    pub fn with(
        &mut self,
        body: &FormBody<'_>,
        content: FormContent<'_>,
    ) -> Result<Vec<u8>, SpreadsheetError> {
        match content {
            FormContent::Blank => self.form(body, None, None),
            FormContent::Prefilled(input) => self.prefilled(body, input),
            FormContent::Submitted(form, receipt) => self.form(body, Some(form), Some(&receipt)),
        }
    }

    /// See [`write_form1`].
    pub fn form(
        &mut self,
        body: &FormBody<'_>,
        form: Option<&Form1>,
        receipt: Option<&ReceiptLine<'_>>,
    ) -> Result<Vec<u8>, SpreadsheetError> {
        let mut answers = match form {
            Some(form) => Answers::of_form(&self.edition, body, form),
            None => Answers::blank(&self.edition, body),
        };
        if let Some(receipt) = receipt {
            let late = match (receipt.lateness.is_late, receipt.lateness.judged_on) {
                (false, _) => String::new(),
                (true, None) => "（期限後の提出）".to_owned(),
                (true, Some(day)) => format!("（期限後の提出、締切は{}）", date_label(day)),
            };
            answers.status = format!(
                "受付番号 {}　{} 提出{late}",
                receipt.number, receipt.submitted_at
            );
        }
        self.write(&answers)
    }

    /// See [`write_form1_draft`].
    pub fn draft(
        &mut self,
        body: &FormBody<'_>,
        input: &Form1Input,
    ) -> Result<Vec<u8>, SpreadsheetError> {
        let mut answers = Answers::of_input(&self.edition, body, input);
        answers.status = "下書き（まだ提出していません）".to_owned();
        self.write(&answers)
    }

    /// See [`write_form1_prefilled`].
    pub fn prefilled(
        &mut self,
        body: &FormBody<'_>,
        input: &Form1Input,
    ) -> Result<Vec<u8>, SpreadsheetError> {
        let mut answers = Answers::of_input(&self.edition, body, input);
        answers.status = if self.edition.asks_intent() {
            "前回の回答が入っています。確かめて直してください".to_owned()
        } else {
            "意向等調査で○を付けた医療費助成が入っています".to_owned()
        };
        self.write(&answers)
    }

    fn write(&mut self, answers: &Answers) -> Result<Vec<u8>, SpreadsheetError> {
        self.fill(answers);
        self.deflater.push(&self.sheet);
        let entry = self.deflater.finish()?;
        self.package.replace(SHEET_PART, entry)?;
        self.package.write()
    }

    /// Writes the sheet with these answers.
    fn fill(&mut self, answers: &Answers) {
        let totals = answers.totals(&self.edition);
        self.sheet.clear();
        let out = &mut self.sheet;
        let mut done = 0;
        for (at, slot) in &self.slots {
            out.extend_from_slice(&self.xml.as_bytes()[done..at.start]);
            done = at.end;
            let mark = |marked: bool| if marked { CIRCLE } else { "" };
            let mut cell = CellWriter { out: &mut *out };
            match slot {
                Slot::Words(words) => cell.end_words(words.of(answers)),
                Slot::Mark(intent) => cell.end_words(mark(answers.intents.contains(intent))),
                Slot::Target(row) => cell.end_words(mark(answers.rows[*row].0)),
                Slot::Persons(row) => match &answers.rows[*row].1 {
                    Persons::Blank => cell.end_figure(None),
                    Persons::Known(count) => cell.end_figure(Some(u64::from(count.get()))),
                    Persons::Typed(words) => cell.end_words(words),
                },
                Slot::Extra(question) => match &answers.extra[*question] {
                    ExtraCell::Blank => cell.end_figure(None),
                    ExtraCell::Words(words) => cell.end_words(words),
                    ExtraCell::Number(figure) | ExtraCell::Day(figure) => {
                        cell.end_figure(Some(*figure));
                    }
                },
                Slot::TargetsTotal => push_number(out, totals.targets),
                Slot::PersonsTotal => push_number(out, totals.sum),
                Slot::Subsidy(row) => push_number(out, answers.subsidy(&self.edition, *row)),
                Slot::SubsidyTotal => push_number(out, totals.subsidy),
                Slot::Height(growing, words) => {
                    // Excel counts in pixels of three quarters of a point.
                    let pixels = (growing.height(words.of(answers)) * 4.0 / 3.0).round();
                    write!(out, "{}", pixels * 0.75).expect("memory takes everything");
                }
            }
        }
        out.extend_from_slice(&self.xml.as_bytes()[done..]);
    }
}

#[cfg(test)]
mod tests;
