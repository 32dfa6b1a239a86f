//! What stands in the cells of 様式1, from a form or from what was typed.

use jiff::civil::{Date, date};

use super::form1_books::FormBody;
use crate::domain::application_intent::Intents;
use crate::domain::extra_answer;
use crate::domain::extra_question::{ExtraAnswer, ExtraQuestion, QuestionKind};
use crate::domain::recipient_count::RecipientCount;
use crate::domain::response::{Form1, Form1Input};
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::{clean_line, clean_text};

/// A cell for a number of persons.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Persons {
    #[default]
    Blank,
    Known(RecipientCount),
    /// Could not be read.
    Typed(String),
}

/// A cell for the answer to a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum ExtraCell {
    #[default]
    Blank,
    Words(String),
    Number(u64),
    /// As a sheet counts days.
    Day(u64),
}

impl ExtraCell {
    fn of_answer(question: &ExtraQuestion, answer: &ExtraAnswer) -> Self {
        match answer {
            ExtraAnswer::Number(number) => Self::Number(*number),
            ExtraAnswer::Date(day) => serial(*day)
                .map_or_else(|| Self::Words(extra_answer::typed_form(answer)), Self::Day),
            _ => Self::Words(extra_answer::describe(question, answer)),
        }
    }

    /// What cannot be read, or says 未定, stays as it was typed.
    fn of_typed(question: &ExtraQuestion, typed: &str) -> Self {
        let answer = extra_answer::read(question, typed)
            .ok()
            .and_then(|reading| reading.answer);
        match answer {
            Some(answer) => Self::of_answer(question, &answer),
            None if question.kind == QuestionKind::Text => Self::Words(clean_text(typed)),
            None => Self::Words(clean_line(typed)),
        }
    }

    /// The text, if it is one.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Words(words) => words,
            _ => "",
        }
    }
}

/// The number of a day in a sheet; before March 1900 sheets count in another way.
fn serial(day: Date) -> Option<u64> {
    let since = date(1899, 12, 30).until(day).ok()?;
    u64::try_from(since.get_days())
        .ok()
        .filter(|days| *days > 60)
}

/// What stands in the cells that differ from form to form.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    pub(super) code: String,
    pub(super) name: String,
    /// At the top right.
    pub(super) status: String,
    pub(super) department: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) intents: Intents,
    pub(super) intent_text: String,
    /// ○ and persons of every row of the edition, in its order.
    pub(super) rows: Vec<(bool, Persons)>,
    pub(super) other_text: String,
    /// The answers to every question of the edition, in its order.
    pub(super) extra: Vec<ExtraCell>,
}

impl Answers {
    /// Nothing but empty cells.
    pub(super) fn empty(edition: &EditionDefinition) -> Self {
        Self {
            rows: vec![<(bool, Persons)>::default(); edition.rows.len()],
            extra: vec![ExtraCell::Blank; edition.questions.len()],
            ..Self::default()
        }
    }

    /// A body's form without an answer.
    pub(super) fn blank(edition: &EditionDefinition, body: &FormBody<'_>) -> Self {
        Self {
            code: body.code.as_str().to_owned(),
            name: body.name.to_owned(),
            ..Self::empty(edition)
        }
    }

    /// A body's form as submitted.
    pub(super) fn of_form(edition: &EditionDefinition, body: &FormBody<'_>, form: &Form1) -> Self {
        let rows = edition
            .rows
            .iter()
            .map(|row| match form.schemes.get(&row.scheme) {
                Some(answer) => {
                    let persons = answer.recipients.map_or(Persons::Blank, Persons::Known);
                    (answer.target, persons)
                }
                None => Default::default(),
            });
        let extra = edition.questions.iter().map(|question| {
            let answer = form.extra.get(&question.id);
            answer.map_or(ExtraCell::Blank, |answer| {
                ExtraCell::of_answer(question, answer)
            })
        });
        Self {
            code: body.code.as_str().to_owned(),
            name: body.name.to_owned(),
            status: String::new(),
            department: form.contact.department.clone(),
            email: form.contact.email.to_string(),
            phone: form.contact.phone.to_string(),
            intents: form.intents.clone(),
            intent_text: form.intent_text.clone(),
            rows: rows.collect(),
            other_text: form.other_text.clone(),
            extra: extra.collect(),
        }
    }

    /// A body's form as typed. A number that cannot be read stays as it was typed.
    pub(super) fn of_input(
        edition: &EditionDefinition,
        body: &FormBody<'_>,
        input: &Form1Input,
    ) -> Self {
        let rows = edition.rows.iter().map(|row| {
            let Some(typed) = input.schemes.rows.get(&row.scheme) else {
                return Default::default();
            };
            let persons = match edition.parse_number(&typed.recipients) {
                Ok(reading) => reading.count().map_or(Persons::Blank, Persons::Known),
                Err(_) => Persons::Typed(clean_line(&typed.recipients)),
            };
            (typed.target, persons)
        });
        let extra = edition.questions.iter().map(|question| {
            let typed = input.extra.get(&question.id);
            typed.map_or(ExtraCell::Blank, |typed| {
                ExtraCell::of_typed(question, typed)
            })
        });
        Self {
            code: body.code.as_str().to_owned(),
            name: body.name.to_owned(),
            status: String::new(),
            department: clean_line(&input.contact.department),
            email: clean_line(&input.contact.email),
            phone: clean_line(&input.contact.phone),
            intents: input.intent.intents.clone(),
            intent_text: clean_text(&input.intent.text),
            rows: rows.collect(),
            other_text: clean_text(&input.schemes.other_text),
            extra: extra.collect(),
        }
    }

    /// The total row.
    pub(super) fn totals(&self, edition: &EditionDefinition) -> Totals {
        let mut totals = Totals::default();
        for (row, (target, persons)) in self.rows.iter().enumerate() {
            let count = match persons {
                Persons::Known(count) => u64::from(count.get()),
                _ => 0,
            };
            totals.targets += u64::from(*target);
            // Amounts count where they are applied for, persons everywhere.
            if *target || edition.asks_intent() {
                totals.sum += count;
            }
            totals.subsidy += self.subsidy(edition, row);
        }
        totals
    }

    /// The subsidy of a row; 0 without ○, without an amount, and where none is worked out.
    pub(super) fn subsidy(&self, edition: &EditionDefinition, row: usize) -> u64 {
        match (&edition.required_amounts, &self.rows[row]) {
            (Some(rule), (true, Persons::Known(cost))) => rule.subsidy(u64::from(cost.get())),
            _ => 0,
        }
    }
}

/// Rows with ○, sum of the known numbers, and the subsidy that is worked out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) targets: u64,
    pub(super) sum: u64,
    pub(super) subsidy: u64,
}
