//! What stands in the cells of 様式1, from a form or from what was typed.

use super::form1_books::FormBody;
use crate::domain::application_intent::Intents;
use crate::domain::recipient_count::{RecipientCount, parse_recipient_count};
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
}

impl Answers {
    /// Nothing but empty cells.
    pub(super) fn empty(edition: &EditionDefinition) -> Self {
        Self {
            rows: vec![<(bool, Persons)>::default(); edition.rows.len()],
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
            let persons = match parse_recipient_count(&typed.recipients) {
                Ok(reading) => reading.count().map_or(Persons::Blank, Persons::Known),
                Err(_) => Persons::Typed(clean_line(&typed.recipients)),
            };
            (typed.target, persons)
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
        }
    }

    /// The total row: rows with ○, sum of the known persons.
    pub(super) fn totals(&self) -> (u64, u64) {
        self.rows
            .iter()
            .fold((0, 0), |(targets, sum), (target, persons)| {
                let count = match persons {
                    Persons::Known(count) => u64::from(count.get()),
                    _ => 0,
                };
                (targets + u64::from(*target), sum + count)
            })
    }
}
