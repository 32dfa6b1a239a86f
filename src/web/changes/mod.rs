//! 意向の変更: the body files a notice, its prefecture forwards it, the ministry decides.
//!
//! ```text
//! /editions/{key}/changes/new   a body's notice: typed, checked, filed
//! /changes                      those that concern the visitor
//! /changes/{change}             one, old beside new, and what can be done with it
//! /changes/report               what changed between two days, for the Digital Agency
//! ```

use actix_web::web;

use super::state::AppState;
use super::view::StatusTag;
use crate::domain::intent_change::ChangeState;

pub mod list;
pub mod new;
pub mod one;
mod opening;
pub mod report;

/// Shared state of handlers.
type State = web::Data<AppState>;

/// The menu entry of these pages.
const MENU: &str = "/changes";

/// The chip of a notice's state.
pub fn state_tag(state: ChangeState) -> StatusTag {
    StatusTag {
        label: state.label().to_owned(),
        css: match state {
            ChangeState::WithPrefecture => "submitted",
            ChangeState::WithMinistry => "reviewing",
            ChangeState::SentBack => "returned",
            ChangeState::TakenBack => "withdrawn",
            ChangeState::Accepted => "accepted",
            ChangeState::Declined => "neutral",
        },
    }
}
