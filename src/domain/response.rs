//! 様式1 (Form 1): what a body types, and what was understood.
//!
//! ```text
//! Form1Input (typed text) --read()--> Reading { form, problems, warnings } --submit--> Form1 in a revision
//! ```
//! The typed text is kept beside every value that was normalised, so that a reviewer sees both.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::application_intent::{ApplicationIntent, Intents};
use super::coordination_contact::{self, ContactInput, CoordinationContact, check_text};
use super::estimate::{Estimate, PlanBasis};
use super::extra_answer::{self, ExtraInput};
use super::extra_question::{ExtraAnswer, QuestionId};
use super::organization::RespondentClass;
use super::place::{Place, Section};
use super::recipient_count::{Reading as CountReading, RecipientCount};
use super::required_amounts::Amounts;
use super::scheme::SchemeId;
use super::survey_edition::EditionDefinition;
use super::text;

mod amounts;
mod extra;
mod input;
mod odd;
mod words;

use words::says_nothing;

pub use input::{Draft, Form1Input, IntentInput, SchemeInput, SchemesInput, SectionSave};

/// Longest free text, in characters.
pub const FREE_TEXT_MAX: usize = 1000;

/// Something that must be mended before the form can be submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub place: Place,
    /// Says what to write.
    pub message: String,
}

impl Problem {
    /// A problem at a place.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
        }
    }
}

/// Something that looks odd; the body confirms it, nothing is enforced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub place: Place,
    pub message: String,
}

/// One row of section 3 as understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeAnswer {
    pub target: bool,
    /// `None` is unknown, which is not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<RecipientCount>,
    /// What was typed, where it differs from the plain number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
}

/// Form 1 as understood: what a revision keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form1 {
    pub contact: CoordinationContact,
    pub intents: Intents,
    /// The words of ④; empty if none.
    #[serde(default)]
    pub intent_text: String,
    /// Only rows with a mark or a number.
    pub schemes: BTreeMap<SchemeId, SchemeAnswer>,
    /// What その他 stands for; empty if none.
    #[serde(default)]
    pub other_text: String,
    /// Answers to the questions this body was asked; only those it answered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<QuestionId, ExtraAnswer>,
    /// What was typed to a question, where it is not the plain form of the answer; also 不明, which is none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra_typed: BTreeMap<QuestionId, String>,
}

/// The total row of Form 1 and what can be said from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows with ○.
    pub targets: u32,
    /// Sum of the known recipients over all rows.
    pub recipients: u64,
    /// Sum of the known recipients over rows with ○.
    pub target_recipients: u64,
    /// Rows with ○ whose recipients are unknown.
    pub unknown: u32,
}

impl Totals {
    /// Subsidy ceiling and running cost that follow.
    pub fn estimate(&self, basis: &PlanBasis) -> Estimate {
        basis.estimate(u64::from(self.targets), self.target_recipients)
    }
}

impl Form1 {
    /// The row of a scheme; unmarked and unknown if it is absent.
    pub fn scheme(&self, id: &SchemeId) -> SchemeAnswer {
        self.schemes.get(id).cloned().unwrap_or_default()
    }

    /// The total row.
    pub fn totals(&self) -> Totals {
        totals(&self.schemes)
    }

    /// The answer without how it was written: two forms say the same if these are equal.
    pub fn plain(&self) -> Self {
        let mut plain = self.clone();
        for answer in plain.schemes.values_mut() {
            answer.typed = None;
        }
        plain
            .schemes
            .retain(|_, answer| *answer != SchemeAnswer::default());
        plain.extra_typed.clear();
        plain
    }

    /// Bit i is set if row i of the edition has ○.
    pub fn target_mask(&self, edition: &EditionDefinition) -> i64 {
        edition
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                self.schemes
                    .get(&row.scheme)
                    .is_some_and(|answer| answer.target)
            })
            .fold(0, |mask, (position, _)| mask | 1 << position)
    }

    /// The form as somebody would type it: for prefilling and for answering a return.
    pub fn to_input(&self) -> Form1Input {
        let rows = self.schemes.iter().map(|(id, answer)| {
            // Without commas: a plain number was typed, and reading it again must give the same answer.
            let plain = answer
                .recipients
                .map_or_else(String::new, |count| count.get().to_string());
            let recipients = answer.typed.clone().unwrap_or(plain);
            (
                id.clone(),
                SchemeInput {
                    target: answer.target,
                    recipients,
                },
            )
        });
        let mut extra: ExtraInput = self.extra_typed.clone();
        for (id, answer) in &self.extra {
            extra
                .entry(id.clone())
                .or_insert_with(|| extra_answer::typed_form(answer));
        }
        Form1Input {
            contact: ContactInput {
                department: self.contact.department.clone(),
                email: self.contact.email.to_string(),
                phone: self.contact.phone.to_string(),
            },
            intent: IntentInput {
                intents: self.intents.clone(),
                text: self.intent_text.clone(),
            },
            schemes: SchemesInput {
                rows: rows.collect(),
                other_text: self.other_text.clone(),
            },
            extra,
        }
    }
}

/// What reading an input gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `None` while there are problems.
    pub form: Option<Form1>,
    /// In the order of the form.
    pub problems: Vec<Problem>,
    pub warnings: Vec<Warning>,
    /// The total row over what could be read.
    pub totals: Totals,
    /// What it needs, over what could be read, where the edition asks for amounts.
    pub amounts: Option<Amounts>,
}

impl Reading {
    /// The problems of one section.
    pub fn problems_of(&self, section: Section) -> Vec<Problem> {
        self.problems
            .iter()
            .filter(|p| p.place.section() == section)
            .cloned()
            .collect()
    }
}

/// Reads a whole form: every problem and every warning at once.
///
/// `class` is the body's class as frozen in the edition; it decides which rows are usual.
pub fn read(edition: &EditionDefinition, class: &RespondentClass, input: &Form1Input) -> Reading {
    let mut problems = Vec::new();
    let contact = coordination_contact::read(&input.contact)
        .map_err(|found| problems.extend(found))
        .ok();
    // What is typed to a part that the form does not have is no answer.
    let (intents, intent_text) = if edition.asks_intent() {
        read_intent(&input.intent, &mut problems)
    } else {
        Default::default()
    };
    let (schemes, other_text) = read_schemes(edition, &input.schemes, &mut problems);
    let totals = totals(&schemes);
    let rule = edition.required_amounts.as_ref();
    let needed = rule.map(|rule| rule.of_rows(schemes.values()));
    let (extra, extra_typed) = extra::read(edition, class, &input.extra, &mut problems);
    let mut warnings = odd::warnings(
        edition,
        class,
        &intents,
        &intent_text,
        &schemes,
        &other_text,
    );
    extra::odd_dates(edition, &extra, &mut warnings);
    let form = match contact {
        Some(contact) if problems.is_empty() => Some(Form1 {
            contact,
            intents,
            intent_text,
            schemes,
            other_text,
            extra,
            extra_typed,
        }),
        _ => None,
    };
    Reading {
        form,
        problems,
        warnings,
        totals,
        amounts: needed,
    }
}

fn totals(schemes: &BTreeMap<SchemeId, SchemeAnswer>) -> Totals {
    let mut totals = Totals::default();
    for answer in schemes.values() {
        let count = answer.recipients.map(|count| u64::from(count.get()));
        totals.recipients += count.unwrap_or(0);
        if answer.target {
            totals.targets += 1;
            totals.target_recipients += count.unwrap_or(0);
            totals.unknown += u32::from(count.is_none());
        }
    }
    totals
}

fn read_intent(input: &IntentInput, problems: &mut Vec<Problem>) -> (Intents, String) {
    let words = text::clean_text(&input.text);
    if input.intents.is_empty() {
        problems.push(Problem::new(
            Place::Section(Section::Intent),
            "申請の意向を1つ選んでください。検討中のときは、いまの見込みで結構です。",
        ));
    }
    if input.intents.contains(&ApplicationIntent::Other) && says_nothing(&words) {
        problems.push(Problem::new(
            Place::IntentText,
            "「④ その他」を選んだときは、具体的な内容を入力してください。",
        ));
    }
    check_text(&words, FREE_TEXT_MAX, Place::IntentText, problems);
    (input.intents.clone(), words)
}

fn read_schemes(
    edition: &EditionDefinition,
    input: &SchemesInput,
    problems: &mut Vec<Problem>,
) -> (BTreeMap<SchemeId, SchemeAnswer>, String) {
    let mut schemes = BTreeMap::new();
    let other_text = text::clean_text(&input.other_text);
    for row in &edition.rows {
        let Some(typed) = input.rows.get(&row.scheme) else {
            continue;
        };
        let mut answer = SchemeAnswer {
            target: typed.target,
            recipients: None,
            typed: None,
        };
        match edition.parse_number(&typed.recipients) {
            Ok(CountReading::Known { count, normalised }) => {
                answer.recipients = Some(count);
                answer.typed = normalised.then(|| text::clean_line(&typed.recipients));
            }
            Ok(CountReading::Unknown) => {
                let words = text::clean_line(&typed.recipients);
                answer.typed = (!words.is_empty()).then_some(words);
            }
            Err(problem) => {
                problems.push(Problem::new(Place::Recipients(row.scheme.clone()), problem))
            }
        }
        if row.needs_text && typed.target && says_nothing(&other_text) {
            problems.push(Problem::new(
                Place::OtherText,
                format!(
                    "「{}」を選んだときは、医療費助成の具体的な内容を入力してください。",
                    row.name
                ),
            ));
        }
        if answer != SchemeAnswer::default() {
            schemes.insert(row.scheme.clone(), answer);
        }
    }
    check_text(&other_text, FREE_TEXT_MAX, Place::OtherText, problems);
    (schemes, other_text)
}

#[cfg(test)]
mod tests;
