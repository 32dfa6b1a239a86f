//! Part 2: 申請の意向.

use super::frame::Showing;
use crate::domain::application_intent::{ApplicationIntent, Intents};
use crate::domain::place::{Place, Section};
use crate::domain::response::IntentInput;
use crate::web::form::FormData;
use crate::web::view::TextField;

/// The choices and the words of ④.
pub struct IntentView {
    pub choices: Vec<Choice>,
    pub errors: Vec<String>,
    pub text: TextField,
}

/// One choice.
pub struct Choice {
    pub number: u8,
    pub label: String,
    pub checked: bool,
}

/// Reads the part from a form; numbers that are no choice are ignored.
pub fn read(form: &FormData) -> IntentInput {
    let intents: Intents = form
        .all("intent")
        .filter_map(|number| number.parse::<u8>().ok())
        .filter_map(|number| ApplicationIntent::try_from(number).ok())
        .collect();
    IntentInput {
        intents,
        text: form.text("intent_text").to_owned(),
    }
}

/// The part as the page shows it.
pub fn view(showing: &Showing<'_>) -> IntentView {
    let input = &showing.draft.input.intent;
    let definition = &showing.record.edition.definition;
    IntentView {
        choices: ApplicationIntent::ALL
            .into_iter()
            .map(|intent| Choice {
                number: intent.number(),
                label: definition.intent_label(intent),
                checked: input.intents.contains(&intent),
            })
            .collect(),
        errors: showing.errors_at(&Place::Section(Section::Intent)),
        text: TextField {
            id: "intent_text".to_owned(),
            name: "intent_text".to_owned(),
            label: "「④ その他」の具体的な内容".to_owned(),
            hint: "④を選んだときだけ入力してください。".to_owned(),
            required_when: "④を選んだ場合は必須",
            value: input.text.clone(),
            errors: showing.errors_at(&Place::IntentText),
            reviewer_note: showing.note_at(&Place::IntentText),
            ..TextField::default()
        },
    }
}
