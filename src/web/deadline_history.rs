//! What was said to a body about its deadline: extensions and reminders (`templates/deadline_history.html`).

use super::error::WebResult;
use super::state::AppState;
use crate::domain::deadline_extension::Extension;
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::reminder::{Need, Outcome};
use crate::store::reminders::ReminderRecord;

/// Extensions and reminders of one answer, newest first.
pub struct DeadlineHistory {
    pub extensions: Vec<ExtensionLine>,
    pub reminders: Vec<ReminderLine>,
}

/// One extension.
pub struct ExtensionLine {
    pub at: String,
    pub before: String,
    pub until: String,
    pub reason: String,
    pub by: String,
}

/// One reminder, sent or not.
pub struct ReminderLine {
    pub at: String,
    /// 「締切の3営業日前」 or who sent it.
    pub what: String,
    /// Where the answer stood.
    pub state: &'static str,
    pub outcome: &'static str,
    /// The sentence of whoever sent it by hand; empty if there is none.
    pub words: String,
}

impl DeadlineHistory {
    /// Reads the history of an answer. The body itself sees what was sent, its reviewer also what was not.
    pub async fn of(state: &AppState, response_id: i64, is_own: bool) -> WebResult<Self> {
        let store = &state.desk.store;
        let extensions = store.extensions_of(response_id).await?;
        let mut reminders = store.reminders_of(response_id).await?;
        if is_own {
            reminders.retain(|reminder| reminder.outcome == Outcome::Sent);
        }
        Ok(Self {
            extensions: extensions.into_iter().rev().map(extension).collect(),
            reminders: reminders.into_iter().rev().map(reminder).collect(),
        })
    }
}

fn extension(extension: Extension) -> ExtensionLine {
    ExtensionLine {
        at: datetime_label(extension.at),
        before: date_label(extension.deadline_before),
        until: date_label(extension.deadline_on),
        reason: extension.reason,
        by: format!("{} {}", extension.body, extension.by),
    }
}

fn reminder(reminder: ReminderRecord) -> ReminderLine {
    let at = match reminder.outcome {
        Outcome::Missed => date_label(reminder.day),
        _ => datetime_label(reminder.at),
    };
    let what = match reminder.by {
        Some(by) => format!("{by}（{}）", reminder.step.label()),
        None => format!("自動（{}）", reminder.step.label()),
    };
    ReminderLine {
        at,
        what,
        state: Need::of(reminder.status).map_or("", Need::label),
        outcome: reminder.outcome.label(),
        words: reminder.words.unwrap_or_default(),
    }
}
