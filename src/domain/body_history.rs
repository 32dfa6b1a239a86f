//! What every body was, is and will be: changes by day, and the state they add up to.
//!
//! ```text
//! BodyChange (code, day, what it says) … ─> BodyHistory ─ on(day) ─────────> the bodies of that day
//!                                                       ├ state(code, day) ─> one body and how it stands
//!                                                       └ with(changes) ────> the history as it would be
//! ```
//! A change says only what changes; of two for one body the one with the later day counts, of one day the one
//! recorded later (`docs/adr/015-bodies-change-by-date.md`).

pub mod coming;

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::{Date, date};

use super::japan_time::date_label;
use super::local_government_code::LocalGovernmentCode;
use super::organization::{Organization, OrganizationKind};

/// From here on the list that ships with the program holds; what was before is not known.
pub const BEGINNING: Date = date(2000, 1, 1);

/// How a body came into being or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// There is such a body from the day on.
    InForce,
    /// There is no such body any more; another one may carry on.
    Abolished { into: Option<LocalGovernmentCode> },
}

/// What a change says about a body. What it does not say stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    pub name: Option<String>,
    pub kana: Option<String>,
    pub kind: Option<OrganizationKind>,
    pub health_center_city: Option<bool>,
    pub child_guidance_city: Option<bool>,
    pub fate: Option<Fate>,
}

impl Said {
    /// Everything about a body that there is.
    pub fn whole(body: &Organization) -> Self {
        Self {
            name: Some(body.name.clone()),
            kana: Some(body.kana.clone()),
            kind: Some(body.kind),
            health_center_city: Some(body.health_center_city),
            child_guidance_city: Some(body.child_guidance_city),
            fate: Some(Fate::InForce),
        }
    }

    /// Says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes over what `later` says.
    pub(crate) fn fold(&mut self, later: &Self) {
        fn take<T: Clone>(into: &mut Option<T>, from: &Option<T>) {
            if from.is_some() {
                into.clone_from(from);
            }
        }
        take(&mut self.name, &later.name);
        take(&mut self.kana, &later.kana);
        take(&mut self.kind, &later.kind);
        take(&mut self.health_center_city, &later.health_center_city);
        take(&mut self.child_guidance_city, &later.child_guidance_city);
        take(&mut self.fate, &later.fate);
    }

    /// The body this describes, if it says everything.
    fn body(self, code: LocalGovernmentCode) -> Option<Organization> {
        Some(Organization {
            code,
            name: self.name?,
            kana: self.kana?,
            kind: self.kind?,
            health_center_city: self.health_center_city?,
            child_guidance_city: self.child_guidance_city?,
        })
    }
}

/// From a day on something holds for a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyChange {
    pub code: LocalGovernmentCode,
    /// The day in Japan.
    pub effective_on: Date,
    pub said: Said,
}

/// How a body stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyStanding {
    InForce,
    Abolished {
        into: Option<LocalGovernmentCode>,
    },
    /// Its first day is known and has not come.
    Coming,
}

impl BodyStanding {
    /// Stable id for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Abolished { .. } => "abolished",
            Self::Coming => "coming",
        }
    }

    /// 現存 / 廃止 / 予定.
    pub fn label(self) -> &'static str {
        match self {
            Self::InForce => "現存",
            Self::Abolished { .. } => "廃止",
            Self::Coming => "予定",
        }
    }
}

/// A body on a day: what it is, or was last, or will be first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyState {
    pub body: Organization,
    pub standing: BodyStanding,
    /// Since when it stands so; of a body to come, its first day.
    pub since: Date,
}

impl BodyState {
    /// Whether there is such a body on the day.
    pub fn is_in_force(&self) -> bool {
        self.standing == BodyStanding::InForce
    }
}

/// All changes of all bodies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BodyHistory {
    /// By code, day, and order of recording.
    changes: Vec<BodyChange>,
    /// Where the changes of each body stand, in code order.
    bodies: Vec<(LocalGovernmentCode, Range<usize>)>,
}

impl BodyHistory {
    /// From changes in the order in which they were recorded.
    pub fn new(mut changes: Vec<BodyChange>) -> Self {
        // Stable: of one day the order of recording stays.
        changes.sort_by_key(|change| (change.code, change.effective_on));
        let mut bodies: Vec<(LocalGovernmentCode, Range<usize>)> =
            Vec::with_capacity(changes.len());
        for (at, change) in changes.iter().enumerate() {
            match bodies.last_mut() {
                Some((code, range)) if *code == change.code => range.end = at + 1,
                _ => bodies.push((change.code, at..at + 1)),
            }
        }
        Self { changes, bodies }
    }

    /// The history once these changes are recorded too.
    pub fn with(&self, changes: &[BodyChange]) -> Self {
        let mut all = self.changes.clone();
        all.extend_from_slice(changes);
        Self::new(all)
    }

    /// The codes of all bodies that ever were or will be, in order.
    pub fn codes(&self) -> impl Iterator<Item = LocalGovernmentCode> {
        self.bodies.iter().map(|(code, _)| *code)
    }

    /// The changes of a body, by day and order of recording.
    pub fn changes_of(&self, code: LocalGovernmentCode) -> &[BodyChange] {
        self.bodies
            .binary_search_by_key(&code, |(known, _)| *known)
            .map_or(&[], |at| &self.changes[self.bodies[at].1.clone()])
    }

    /// Every change, by code, day and order of recording.
    pub fn changes(&self) -> &[BodyChange] {
        &self.changes
    }

    /// A body on a day. None if nothing was ever said about it.
    pub fn state(&self, code: LocalGovernmentCode, day: Date) -> Option<BodyState> {
        state(self.changes_of(code), day)
    }

    /// Every body that ever was or will be, as it stands on a day, in code order.
    pub fn states(&self, day: Date) -> impl Iterator<Item = BodyState> {
        self.bodies
            .iter()
            .filter_map(move |(_, range)| state(&self.changes[range.clone()], day))
    }

    /// The bodies there are on a day, in code order.
    pub fn on(&self, day: Date) -> Vec<Organization> {
        self.states(day)
            .filter(BodyState::is_in_force)
            .map(|state| state.body)
            .collect()
    }

    /// The bodies there are on any of the days, each as it was on the last of them on which it was there.
    pub fn during(&self, first: Date, last: Date) -> Vec<Organization> {
        let there = |(_, range): &(LocalGovernmentCode, Range<usize>)| {
            let changes = &self.changes[range.clone()];
            let days = changes.iter().map(|change| change.effective_on);
            let ends = days.filter_map(|day| day.yesterday().ok());
            let mut days: Vec<Date> = ends.filter(|day| (first..last).contains(day)).collect();
            days.extend([first, last]);
            days.sort_unstable();
            let mut states = days.iter().rev().filter_map(|day| state(changes, *day));
            states.find(BodyState::is_in_force).map(|state| state.body)
        };
        self.bodies.iter().filter_map(there).collect()
    }

    /// What the bodies were on the days of a time, each shape once in a row: a rename within it gives both names.
    pub fn shapes(&self, first: Date, last: Date) -> Vec<Organization> {
        let mut shapes: Vec<Organization> = Vec::new();
        for (_, range) in &self.bodies {
            let changes = &self.changes[range.clone()];
            let days = changes.iter().map(|change| change.effective_on);
            let within = days.filter(|day| (first..=last).contains(day));
            for day in std::iter::once(first).chain(within) {
                let state = state(changes, day).filter(BodyState::is_in_force);
                shapes.extend(state.map(|state| state.body));
            }
        }
        shapes.dedup();
        shapes
    }

    /// Why there is no such body on a day, in a sentence; None if there is one, or nothing is known about it.
    pub fn absence(&self, code: LocalGovernmentCode, day: Date) -> Option<String> {
        let state = self.state(code, day)?;
        let (name, since) = (state.body.full_name(), date_label(state.since));
        match state.standing {
            BodyStanding::InForce => None,
            BodyStanding::Coming => Some(format!("{name}は、{since}からの団体です。")),
            BodyStanding::Abolished { into } => {
                let into = into.and_then(|into| self.state(into, state.since));
                Some(match into {
                    Some(into) => {
                        let into = into.body.full_name();
                        format!("{name}は、{since}に{into}へ引き継がれています。")
                    }
                    None => format!("{name}は、{since}に廃止されています。"),
                })
            }
        }
    }

    /// The bodies that were abolished into another one by a day, in code order.
    pub fn predecessors(&self, code: LocalGovernmentCode, day: Date) -> Vec<BodyState> {
        let fate = Some(Fate::Abolished { into: Some(code) });
        let ended = self
            .changes
            .iter()
            .filter(|change| change.said.fate == fate);
        let codes: BTreeSet<_> = ended.map(|change| change.code).collect();
        let into = BodyStanding::Abolished { into: Some(code) };
        codes
            .into_iter()
            .filter_map(|code| self.state(code, day))
            .filter(|state| state.standing == into)
            .collect()
    }
}

/// What the changes of one body, in their order, add up to on a day.
fn state(changes: &[BodyChange], day: Date) -> Option<BodyState> {
    let until = changes.partition_point(|change| change.effective_on <= day);
    let (held, comes) = match until {
        // Nothing holds yet: what the body will be on its first day.
        0 => {
            let first = changes.first()?.effective_on;
            let of_day = changes.partition_point(|change| change.effective_on <= first);
            (&changes[..of_day], true)
        }
        until => (&changes[..until], false),
    };
    let mut said = Said::default();
    let mut since = held.first()?.effective_on;
    for change in held {
        if change.said.fate.is_some_and(|fate| said.fate != Some(fate)) {
            since = change.effective_on;
        }
        said.fold(&change.said);
    }
    let standing = match said.fate? {
        Fate::Abolished { into } => BodyStanding::Abolished { into },
        Fate::InForce if comes => BodyStanding::Coming,
        Fate::InForce => BodyStanding::InForce,
    };
    Some(BodyState {
        body: said.body(held.first()?.code)?,
        standing,
        since,
    })
}

#[cfg(test)]
mod tests;
