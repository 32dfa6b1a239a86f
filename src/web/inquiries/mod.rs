//! 質問・連絡: a body asks its reviewer, reviewers comment on a line of an answer and note telephone calls.
//!
//! ```text
//! /inquiries             the threads that concern the visitor, what waits first
//! /inquiries/new         a question, or a comment about a body's answer
//! /inquiries/{inquiry}   one thread and what can be done with it
//! ```

use actix_web::web;

use super::form::FormData;
use super::session::Session;
use super::state::AppState;
use super::view::{Problem, StatusTag, TextField};
use super::view_select::{SelectField, SelectOption};
use crate::domain::access::inquiries::InquiryScope;
use crate::domain::account::{Actor, Role};
use crate::domain::inquiry::{EntryField, InquiryState, Visibility};
use crate::domain::place::Place;
use crate::domain::survey_edition::SurveyEdition;
use crate::workflow::inquiries::{CallInput, EntryInput};

pub mod answered;
pub mod list;
pub mod new;
pub mod one;

/// Shared state of handlers.
type State = web::Data<AppState>;

/// The menu entry of these pages.
pub const MENU: &str = "/inquiries";

/// The chip of a thread's state.
pub fn state_tag(state: InquiryState) -> StatusTag {
    StatusTag {
        label: state.label().to_owned(),
        css: match state {
            InquiryState::WithPrefecture => "submitted",
            InquiryState::WithMinistry => "reviewing",
            InquiryState::Answered => "accepted",
            InquiryState::Noted => "neutral",
            InquiryState::Closed => "withdrawn",
        },
    }
}

/// How many threads wait for the visitor.
pub async fn waiting(state: &AppState, actor: &Actor) -> crate::store::StoreResult<u64> {
    match InquiryScope::of(actor) {
        Some(scope) => state.desk.store.count_waiting_inquiries(scope).await,
        None => Ok(0),
    }
}

/// A place in the words of its edition; without one, 「調査全体」.
pub fn place_label(edition: Option<&SurveyEdition>, place: Option<&Place>) -> String {
    match (edition, place) {
        (Some(edition), Some(place)) => edition.definition.place_label(place),
        _ => "調査全体".to_owned(),
    }
}

/// What one form of these pages carried, and what has to be mended.
#[derive(Default)]
struct Typed {
    input: EntryInput,
    problems: Vec<(EntryField, String)>,
    /// It came from the form of comments and calls, which has words of its own on a thread's page.
    is_note: bool,
}

/// Reads an entry; `with_call`: the form records a telephone call.
fn read_entry(form: &FormData, with_call: bool) -> EntryInput {
    EntryInput {
        words: form.text("words").to_owned(),
        visibility: Visibility::from_stored(form.text("visibility")),
        call: with_call.then(|| CallInput {
            with: form.text("call_with").to_owned(),
            on: form.text("called_on").to_owned(),
            time: form.text("called_time").to_owned(),
        }),
    }
}

fn field_id(field: EntryField) -> &'static str {
    match field {
        EntryField::Words => "words",
        EntryField::CallWith => "call_with",
        EntryField::CalledOn => "called_on",
        EntryField::CalledTime => "called_time",
    }
}

impl Typed {
    fn errors(&self, field: EntryField) -> Vec<String> {
        let at = self.problems.iter().filter(|(at, _)| *at == field);
        at.map(|(_, message)| message.clone()).collect()
    }

    fn list(&self) -> Vec<Problem> {
        let problem = |(field, message): &(EntryField, String)| Problem {
            field_id: match field {
                EntryField::Words if self.is_note => "note_words",
                field => field_id(*field),
            }
            .to_owned(),
            message: message.clone(),
        };
        self.problems.iter().map(problem).collect()
    }

    fn words(&self, label: &str, hint: &str) -> TextField {
        TextField {
            id: "words".to_owned(),
            name: "words".to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            value: self.input.words.clone(),
            required: true,
            errors: self.errors(EntryField::Words),
            ..TextField::default()
        }
    }

    /// The words of the form of comments and calls on a thread's page, and those of the form beside it: each shows
    /// what was typed there.
    fn both_words(&self, label: &str, hint: &str) -> (TextField, TextField) {
        let empty = |field: TextField| TextField {
            value: String::new(),
            errors: Vec::new(),
            ..field
        };
        let (main, note) = (self.words(label, hint), self.words("内容", ""));
        let note = TextField {
            id: "note_words".to_owned(),
            ..note
        };
        if self.is_note {
            (empty(main), note)
        } else {
            (main, empty(note))
        }
    }

    /// With whom, on which day, at what time.
    fn call(&self, today: &str) -> [TextField; 3] {
        let call = self.input.call.clone().unwrap_or(CallInput {
            on: today.to_owned(),
            ..CallInput::default()
        });
        let field = |at: EntryField, label: &str, hint: &str, value: String| TextField {
            id: field_id(at).to_owned(),
            name: field_id(at).to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            value,
            errors: self.errors(at),
            width: "m",
            required: at != EntryField::CalledTime,
            ..TextField::default()
        };
        [
            field(
                EntryField::CallWith,
                "電話の相手",
                "個人の名前は書かず、担当の名称で入力してください。例：福祉課の担当",
                call.with,
            ),
            field(EntryField::CalledOn, "電話をした日", "", call.on),
            field(EntryField::CalledTime, "時刻", "例：14:30", call.time),
        ]
    }

    /// For whom a comment or a call is noted; a prefecture's own office first, so that nothing is shown by mistake.
    fn visibility(&self) -> SelectField {
        let chosen = self.input.visibility.unwrap_or(Visibility::Office);
        let option = |visibility: Visibility| SelectOption {
            value: visibility.as_str().to_owned(),
            label: visibility.label().to_owned(),
            selected: visibility == chosen,
        };
        SelectField {
            id: "visibility",
            label: "見られる人",
            hint: "「団体にも表示」を選ぶと、この団体の画面に表示されます。",
            marked: true,
            required: true,
            options: Visibility::ALL.map(option).into(),
            errors: Vec::new(),
        }
    }
}

/// The visitor gathers answers: a prefecture or the ministry.
fn reviews(session: &Session) -> bool {
    session.actor.role != Role::Municipality
}
