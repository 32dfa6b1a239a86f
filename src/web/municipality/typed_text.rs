//! A part of the form as lines of text: to be copied where it could not be saved, and to be compared with what
//! somebody else saved.

use super::frame::Theirs;
use crate::domain::application_intent;
use crate::domain::extra_answer;
use crate::domain::place::{Place, Section};
use crate::domain::response::Draft;
use crate::domain::survey_edition::EditionDefinition;
use crate::workflow::save_draft::SectionInput;

/// What differs between my text and theirs, in one section.
pub(in crate::web) fn differences(
    definition: &EditionDefinition,
    section: Section,
    mine: &Draft,
    theirs: &Draft,
) -> Vec<Theirs> {
    let of = |draft: &Draft| shown(definition, &SectionInput::of(&draft.input, section));
    of(mine)
        .into_iter()
        .zip(of(theirs))
        .filter(|(mine, theirs)| mine.1 != theirs.1)
        .map(|((label, mine), (_, theirs))| Theirs {
            label,
            mine,
            theirs,
        })
        .collect()
}

/// A part as text: label and typed value of each of its places, always the same places.
pub(super) fn shown(definition: &EditionDefinition, input: &SectionInput) -> Vec<(String, String)> {
    let at = |place: Place, text: &str| (definition.place_label(&place), text.to_owned());
    match input {
        SectionInput::Contact(contact) => vec![
            at(Place::Department, &contact.department),
            at(Place::Email, &contact.email),
            at(Place::Phone, &contact.phone),
        ],
        SectionInput::Intent(intent) => vec![
            (
                Section::Intent.label().to_owned(),
                application_intent::labels(&intent.intents),
            ),
            at(Place::IntentText, &intent.text),
        ],
        SectionInput::Schemes(schemes) => {
            let mut rows: Vec<_> = definition
                .rows
                .iter()
                .map(|row| {
                    let typed = schemes.rows.get(&row.scheme).cloned().unwrap_or_default();
                    let mark = if typed.target { "○" } else { "―" };
                    (row.name.clone(), format!("{mark} {}", typed.recipients))
                })
                .collect();
            rows.push(at(Place::OtherText, &schemes.other_text));
            rows
        }
        SectionInput::Questions(extra) => {
            let questions = definition.questions.iter().map(|question| {
                let typed = extra.get(&question.id).map_or("", String::as_str);
                let text = extra_answer::shown(question, typed);
                (question.label.clone(), text)
            });
            questions.collect()
        }
    }
}
