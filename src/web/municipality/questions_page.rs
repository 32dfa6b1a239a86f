//! Part 4: 追加の質問, for a body the edition asks something.

use super::frame::Showing;
use crate::domain::extra_answer::{self, ExtraInput, ExtraReading};
use crate::domain::extra_question::{ExtraAnswer, ExtraQuestion, QuestionKind, QuestionOption};
use crate::domain::place::{Place, Section};
use crate::domain::response::Draft;
use crate::store::responses::ResponseRecord;
use crate::web::form::FormData;
use crate::web::view::TextField;

/// How an answer that says 不明 or 未定 is shown.
const NO_ANSWER: &str = "未定（回答なし）";

/// One question with its control.
pub enum QuestionView {
    Choice(ChoiceView),
    Line(TextField),
    /// A text of several lines.
    Area(TextField),
}

/// A question with options.
pub struct ChoiceView {
    /// Also the id of the first option, where the error summary leads to.
    pub id: String,
    pub label: String,
    pub hint: String,
    pub required: bool,
    pub errors: Vec<String>,
    pub reviewer_note: String,
    pub prefilled: bool,
    pub options: Vec<OptionView>,
}

/// One option.
pub struct OptionView {
    pub id: String,
    pub value: String,
    pub label: String,
    pub checked: bool,
}

impl ChoiceView {
    /// The ids that describe the group; empty if nothing does.
    pub fn described_by(&self) -> String {
        let parts = [
            (!self.errors.is_empty(), "error"),
            (!self.reviewer_note.is_empty(), "note"),
            (!self.hint.is_empty(), "hint"),
            (self.prefilled, "prefilled"),
        ];
        let ids = parts.iter().filter(|(present, _)| *present);
        let ids: Vec<_> = ids
            .map(|(_, suffix)| format!("{}-{suffix}", self.id))
            .collect();
        ids.join(" ")
    }
}

/// Reads the part from a form; only questions this body is asked are read.
pub fn read(form: &FormData, record: &ResponseRecord) -> ExtraInput {
    let definition = &record.edition.definition;
    let typed = definition
        .questions_for(&record.class)
        .filter_map(|question| {
            let place = Place::Question(question.id.clone());
            let typed = form.text(&place.html_id());
            (!typed.is_empty()).then(|| (question.id.clone(), typed.to_owned()))
        });
    typed.collect()
}

/// The part as the page shows it.
pub fn view(showing: &Showing<'_>) -> Vec<QuestionView> {
    let record = showing.record;
    let questions = record.edition.definition.questions_for(&record.class);
    questions
        .map(|question| view_question(showing, question))
        .collect()
}

fn view_question(showing: &Showing<'_>, question: &ExtraQuestion) -> QuestionView {
    let place = Place::Question(question.id.clone());
    let extra = &showing.draft.input.extra;
    let typed = extra.get(&question.id).map_or("", String::as_str);
    let reading = extra_answer::read(question, typed).unwrap_or_default();
    let prefilled = showing.draft.is_prefilled(Section::Questions) && !typed.is_empty();
    if let QuestionKind::Choice { options } = &question.kind {
        return QuestionView::Choice(ChoiceView {
            options: view_options(&place, question, options, typed, &reading),
            id: place.html_id(),
            label: question.label.clone(),
            hint: question.help.clone(),
            required: question.required,
            errors: showing.errors_at(&place),
            reviewer_note: showing.note_at(&place),
            prefilled,
        });
    }
    let (input_type, width, example) = match &question.kind {
        QuestionKind::Number { unit } if unit.is_empty() => ("numeric", "m", "例：1200".to_owned()),
        QuestionKind::Number { unit } => ("numeric", "m", format!("単位：{unit}。例：1200")),
        QuestionKind::Date => ("", "m", "例：令和9年2月28日、R9.2.28、2027/2/28".to_owned()),
        _ => ("", "full", String::new()),
    };
    let hints = [question.help.as_str(), &example];
    let field = TextField {
        id: place.html_id(),
        name: place.html_id(),
        label: question.label.clone(),
        hint: hints
            .into_iter()
            .filter(|hint| !hint.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        value: typed.to_owned(),
        required: question.required,
        errors: showing.errors_at(&place),
        understood: understood(question, &reading),
        input_type,
        width,
        prefilled,
        reviewer_note: showing.note_at(&place),
        ..TextField::default()
    };
    match question.kind {
        QuestionKind::Text => QuestionView::Area(field),
        _ => QuestionView::Line(field),
    }
}

/// What the typed text was understood as, where it is another than what was typed.
fn understood(question: &ExtraQuestion, reading: &ExtraReading) -> String {
    match (&reading.answer, &reading.typed) {
        (Some(answer), Some(_)) => extra_answer::describe(question, answer),
        (None, Some(_)) => NO_ANSWER.to_owned(),
        _ => String::new(),
    }
}

/// The options, one that stands for none if the answer may be left out, and one for a text that came from a
/// file and is none of them: saving the page must not lose it.
fn view_options(
    place: &Place,
    question: &ExtraQuestion,
    options: &[QuestionOption],
    typed: &str,
    reading: &ExtraReading,
) -> Vec<OptionView> {
    let chosen = |option: &QuestionOption| {
        reading.answer.as_ref() == Some(&ExtraAnswer::Choice(option.value.clone()))
    };
    let mut views: Vec<_> = options
        .iter()
        .map(|option| OptionView {
            id: format!("{}-{}", place.html_id(), option.value),
            value: option.value.to_string(),
            label: option.label.clone(),
            checked: chosen(option),
        })
        .collect();
    let other = !typed.trim().is_empty() && reading.answer.is_none();
    if !question.required {
        views.push(OptionView {
            id: format!("{}--none", place.html_id()),
            value: String::new(),
            label: "回答しない".to_owned(),
            checked: !other && reading.answer.is_none(),
        });
    }
    if other {
        views.push(OptionView {
            id: format!("{}--typed", place.html_id()),
            value: typed.to_owned(),
            label: format!("いまの記入のまま：「{}」", typed.trim()),
            checked: true,
        });
    }
    // The summary of errors leads to the first.
    if let Some(first) = views.first_mut() {
        first.id = place.html_id();
    }
    views
}

/// Place, value and typed text of every question, for the check page.
pub fn check_rows<'r>(
    record: &'r ResponseRecord,
    draft: &'r Draft,
) -> impl Iterator<Item = (Place, String, String)> + 'r {
    let questions = record.edition.definition.questions_for(&record.class);
    questions.map(|question| {
        let place = Place::Question(question.id.clone());
        let extra = &draft.input.extra;
        let typed = extra.get(&question.id).map_or("", String::as_str).trim();
        match extra_answer::read(question, typed) {
            Ok(ExtraReading {
                answer: Some(answer),
                typed,
            }) => {
                let value = extra_answer::describe(question, &answer);
                (place, value, typed.unwrap_or_default())
            }
            Ok(ExtraReading {
                answer: None,
                typed: Some(typed),
            }) => (place, NO_ANSWER.to_owned(), typed),
            _ => (place, typed.to_owned(), String::new()),
        }
    })
}
