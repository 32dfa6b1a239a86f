//! `/mail`: the outbox for operators, and the texts of mails.

pub mod list;
pub mod one;
pub mod texts;

use super::State;
use crate::domain::mail::MailState;
use crate::web::view::StatusTag;

/// Entry of the menu.
pub const MENU: &str = "/mail";

/// The chip of a state.
fn state_tag(state: MailState) -> StatusTag {
    let css = match state {
        MailState::Waiting => "todo",
        MailState::Sent => "done",
        MailState::Failed => "fix",
        MailState::Stopped => "neutral",
    };
    StatusTag {
        label: state.label().to_owned(),
        css,
    }
}
