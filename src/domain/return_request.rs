//! 差戻し: what a reviewer asks the body to look at again, place by place.

use serde::{Deserialize, Serialize};

use super::japan_time::UnixMillis;
use super::place::{Place, Section};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// One reason, standing at a section, field or row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnItem {
    pub place: Place,
    pub reason: String,
}

/// A return: at least one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRequest {
    pub items: Vec<ReturnItem>,
    pub at: UnixMillis,
    /// Function of the reviewer.
    pub by: String,
    /// The reviewer's body.
    pub body: String,
}

impl ReturnRequest {
    /// The reasons at one place, joined; empty if none stands there.
    pub fn reason_at(&self, place: &Place) -> String {
        let reasons = self.items.iter().filter(|item| &item.place == place);
        reasons
            .map(|item| item.reason.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Whether a section has a reason and was last saved before it was given.
    pub fn awaits(&self, section: Section, saved: UnixMillis) -> bool {
        self.concerns(section) && saved <= self.at
    }

    /// Whether a section has a reason anywhere.
    pub fn concerns(&self, section: Section) -> bool {
        self.items
            .iter()
            .any(|item| item.place.section() == section)
    }
}
