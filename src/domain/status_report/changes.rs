//! What changed between two reports: two days, or two years.
//!
//! ```text
//! Standing before + Standing after (same list of bodies) ─ Changes::between ─> entered, left, changed
//! ```

use super::{ListedBody, Standing};

/// What became of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Takes part now and did not before.
    Entered,
    /// Took part before and does not now.
    Left,
    /// Takes part with other schemes.
    Changed,
}

impl Change {
    /// Stable id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Left => "left",
            Self::Changed => "changed",
        }
    }

    /// 新たに参加 / 参加しなくなった / 制度の変更.
    pub fn label(self) -> &'static str {
        match self {
            Self::Entered => "新たに参加",
            Self::Left => "参加しなくなった",
            Self::Changed => "制度の変更",
        }
    }
}

/// A body and its schemes, as masks of positions in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyChange<'a> {
    pub body: ListedBody<'a>,
    pub change: Change,
    /// Schemes of now that it did not have.
    pub added: u64,
    /// Schemes that it has no more.
    pub dropped: u64,
}

/// The bodies that changed, in code order.
#[derive(Debug, Clone, Default)]
pub struct Changes<'a>(pub Vec<BodyChange<'a>>);

impl<'a> Changes<'a> {
    /// Compares two standings of one catalogue; each counts all years up to its own.
    pub fn between(before: &Standing<'a>, after: &Standing<'a>) -> Self {
        let collect = |standing: &Standing<'a>| -> Vec<(ListedBody<'a>, u64)> {
            let all = standing.bodies().map(|(body, masks)| {
                let all = masks.iter().fold(0, |all, mask| all | mask);
                (body, all)
            });
            let mut all: Vec<_> = all.filter(|(_, mask)| *mask != 0).collect();
            all.sort_by_key(|(body, _)| body.code);
            all
        };
        let (before, after) = (collect(before), collect(after));
        let mask = |list: &[(ListedBody<'a>, u64)], body: &ListedBody<'_>| {
            list.binary_search_by_key(&body.code, |(body, _)| body.code)
                .map_or(0, |at| list[at].1)
        };
        let mut changes = Vec::new();
        for (body, now) in &after {
            let was = mask(&before, body);
            let change = match was {
                0 => Change::Entered,
                was if was != *now => Change::Changed,
                _ => continue,
            };
            changes.push(BodyChange {
                body: *body,
                change,
                added: now & !was,
                dropped: was & !now,
            });
        }
        for (body, was) in &before {
            if mask(&after, body) == 0 {
                changes.push(BodyChange {
                    body: *body,
                    change: Change::Left,
                    added: 0,
                    dropped: *was,
                });
            }
        }
        changes.sort_by_key(|change| change.body.code);
        Self(changes)
    }

    /// How many bodies changed in a way.
    pub fn count(&self, change: Change) -> usize {
        self.0.iter().filter(|one| one.change == change).count()
    }
}
