//! The sheet on which somebody writes words at places of an answer: of a return, and of what the ministry asks.

use std::collections::BTreeMap;

use super::super::form::FormData;
use super::super::view::TextField;
use crate::domain::application_intent;
use crate::domain::extra_answer;
use crate::domain::organization::RespondentClass;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Form1, Problem};
use crate::domain::response_diff::describe;
use crate::domain::survey_edition::EditionDefinition;
use crate::web::error::WebResult;
use crate::web::view;
use crate::workflow::Desk;
use crate::workflow::view_answer::Seen;

/// One section of the form with its reasons.
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) heading: String,
    /// What section 2 says; the others speak in their rows.
    pub(super) summary: String,
    pub(super) whole: TextField,
    pub(super) rows: Vec<Row>,
    /// Rows the body left empty, behind a fold.
    pub(super) empty_rows: Vec<Row>,
    pub(super) fold_open: bool,
}

/// A field or row, what the body answered there, and the reason.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) errors: Vec<String>,
}

/// Reasons as typed, by place.
pub(super) type Reasons = BTreeMap<Place, String>;

/// The id of the field for a place's reason.
pub(super) fn field_id(place: &Place) -> String {
    format!("reason-{}", place.to_string().replace('.', "-"))
}

/// Reads the reasons; places this edition does not have are ignored.
pub(super) fn read(form: &FormData, definition: &EditionDefinition) -> Reasons {
    form.with_prefix("reason.")
        .filter_map(|(place, reason)| Some((place.parse::<Place>().ok()?, reason)))
        .filter(|(place, _)| match place {
            Place::Scheme(id) | Place::Recipients(id) => definition.row(id).is_some(),
            Place::Question(id) => definition.question(id).is_some(),
            Place::Section(Section::Questions) => !definition.questions.is_empty(),
            _ => true,
        })
        .map(|(place, reason)| (place, reason.to_owned()))
        .collect()
}

/// The parts of the page for an answer, with what was typed and what is wrong with it.
pub(super) async fn parts(
    desk: &Desk,
    seen: &Seen,
    reasons: &Reasons,
    problems: &[Problem],
) -> WebResult<Vec<Part>> {
    let record = &seen.record;
    let definition = &record.edition.definition;
    // A withdrawn answer is not shown; the typed reasons still are.
    let form = if seen.may_read {
        desk.store
            .revision(record.id, record.revision_number)
            .await?
            .map(|revision| revision.form)
    } else {
        None
    };
    let sheet = Sheet {
        definition,
        class: &record.class,
        form: form.as_ref(),
        reasons,
        problems,
    };
    let sections = definition.sections(&record.class);
    Ok(sections
        .iter()
        .map(|section| sheet.part(*section))
        .collect())
}

/// The problems as the summary at the top of the page lists them.
pub(super) fn summary(problems: &[Problem]) -> Vec<view::Problem> {
    let lines = problems.iter().map(|problem| view::Problem {
        field_id: field_id(&problem.place),
        message: problem.message.clone(),
    });
    lines.collect()
}

/// What the parts of the page are made from.
struct Sheet<'a> {
    definition: &'a EditionDefinition,
    class: &'a RespondentClass,
    form: Option<&'a Form1>,
    reasons: &'a Reasons,
    problems: &'a [Problem],
}

impl Sheet<'_> {
    fn typed(&self, place: &Place) -> String {
        self.reasons.get(place).cloned().unwrap_or_default()
    }

    fn errors(&self, place: &Place) -> Vec<String> {
        self.problems
            .iter()
            .filter(|problem| &problem.place == place)
            .map(|problem| problem.message.clone())
            .collect()
    }

    fn row(&self, place: Place, value: String) -> Row {
        Row {
            id: field_id(&place),
            name: format!("reason.{place}"),
            label: self.definition.place_label(&place),
            value,
            reason: self.typed(&place),
            errors: self.errors(&place),
        }
    }

    /// Every field or row of a section and what the body answered there; `None` = nothing.
    fn answers(&self, section: Section) -> Vec<(Place, Option<String>)> {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let form = self.form;
        match section {
            Section::Contact => vec![
                (
                    Place::Department,
                    Some(form.map_or_else(String::new, |f| f.contact.department.clone())),
                ),
                (
                    Place::Email,
                    Some(form.map_or_else(String::new, |f| f.contact.email.to_string())),
                ),
                (
                    Place::Phone,
                    Some(form.map_or_else(String::new, |f| f.contact.phone.to_string())),
                ),
            ],
            Section::Intent => vec![(
                Place::IntentText,
                form.and_then(|form| text(&form.intent_text)),
            )],
            Section::Schemes => {
                let rows = self.definition.rows.iter().map(|row| {
                    let answer = form.and_then(|form| form.schemes.get(&row.scheme));
                    let value = answer.map(|answer| match &answer.typed {
                        Some(typed) => {
                            format!("{}（入力：{typed}）", describe(self.definition, answer))
                        }
                        None => describe(self.definition, answer),
                    });
                    (Place::Scheme(row.scheme.clone()), value)
                });
                let other = (
                    Place::OtherText,
                    form.and_then(|form| text(&form.other_text)),
                );
                rows.chain([other]).collect()
            }
            Section::Questions => {
                let questions = self.definition.questions_for(self.class).map(|question| {
                    let form = form.map(|form| {
                        let id = &question.id;
                        (form.extra.get(id), form.extra_typed.get(id))
                    });
                    let (answer, typed) = form.unwrap_or_default();
                    let answer = answer.map(|answer| extra_answer::describe(question, answer));
                    let value = match (answer, typed) {
                        (Some(answer), Some(typed)) => Some(format!("{answer}（入力：{typed}）")),
                        (None, Some(typed)) => Some(format!("回答なし（入力：{typed}）")),
                        (answer, None) => answer,
                    };
                    (Place::Question(question.id.clone()), value)
                });
                questions.collect()
            }
        }
    }

    fn part(&self, section: Section) -> Part {
        let whole = Place::Section(section);
        let mut rows = Vec::new();
        let mut empty_rows = Vec::new();
        for (place, value) in self.answers(section) {
            match value {
                Some(value) => rows.push(self.row(place, value)),
                None => empty_rows.push(self.row(place, String::new())),
            }
        }
        let summary = match (section, self.form) {
            (Section::Intent, Some(form)) => application_intent::labels(&form.intents),
            _ => String::new(),
        };
        Part {
            id: section.key(),
            heading: format!(
                "{}. {}",
                self.definition.number_of(section, self.class),
                section.label()
            ),
            summary,
            fold_open: empty_rows
                .iter()
                .any(|row| !row.reason.is_empty() || !row.errors.is_empty()),
            whole: TextField {
                id: field_id(&whole),
                name: format!("reason.{whole}"),
                label: format!("「{}」全体への理由", section.label()),
                value: self.typed(&whole),
                errors: self.errors(&whole),
                ..TextField::default()
            },
            rows,
            empty_rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_by_place_and_foreign_places_ignored() {
        let definition = EditionDefinition {
            short_title: String::new(),
            title: String::new(),
            form1_title: String::new(),
            form2_title: String::new(),
            fiscal_year: "fy2027".parse().expect("a year"),
            office: String::new(),
            intents: Vec::new(),
            rows: Vec::new(),
            questions: Vec::new(),
            help: Default::default(),
            required_amounts: None,
            plan: Default::default(),
        };
        let form = FormData::parse(
            "reason.contact=a&reason.contact.email=b&reason.schemes.nowhere=c&reason.nonsense=d&other=e",
        )
        .expect("a form");
        let reasons = read(&form, &definition);
        assert_eq!(reasons.len(), 2);
        assert_eq!(reasons[&Place::Section(Section::Contact)], "a");
        assert_eq!(reasons[&Place::Email], "b");
        assert_eq!(field_id(&Place::Email), "reason-contact-email");
    }
}
