//! What was said to a body about its deadline: extensions, its prefecture's own, and reminders (`templates/deadline_history.html`).

use super::error::WebResult;
use super::state::AppState;
use crate::domain::deadline_extension::Extension;
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::organization::Route;
use crate::domain::reminder::{Need, Outcome};
use crate::store::prefecture_deadlines::DeadlineMove;
use crate::store::reminders::ReminderRecord;
use crate::store::responses::ResponseRecord;

/// Extensions and reminders of one answer, newest first.
pub struct DeadlineHistory {
    pub extensions: Vec<ExtensionLine>,
    /// What became of its prefecture's own deadline.
    pub moves: Vec<MoveLine>,
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

/// A prefecture's deadline that moved (`templates/deadline_moves.html`).
pub struct MoveLine {
    pub at: String,
    pub before: String,
    pub on: String,
    pub by: String,
}

impl MoveLine {
    /// The line of one.
    pub fn new(moved: DeadlineMove) -> Self {
        Self {
            at: datetime_label(moved.at),
            before: date_label(moved.before),
            on: date_label(moved.on),
            by: moved.by,
        }
    }
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
    pub async fn of(state: &AppState, record: &ResponseRecord, is_own: bool) -> WebResult<Self> {
        let store = &state.desk.store;
        let extensions = store.extensions_of(record.id).await?;
        let moves = match record.route {
            Route::ThroughPrefecture => {
                let prefecture = record.code().prefecture();
                store.deadline_moves(record.edition.id, prefecture).await?
            }
            Route::ToMinistry => Vec::new(),
        };
        let mut reminders = store.reminders_of(record.id).await?;
        if is_own {
            reminders.retain(|reminder| reminder.outcome == Outcome::Sent);
        }
        Ok(Self {
            extensions: extensions.into_iter().rev().map(extension).collect(),
            moves: moves.into_iter().rev().map(MoveLine::new).collect(),
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
