//! What became of a scheme, an action a line: what it said, and what held before on the days it spoke of.
//!
//! ```text
//! versions of a scheme ─ chunks of one action ─> the fields it spoke of, day by day: before │ after
//! ```
//! An action writes several versions where it keeps what was said for later days. What stood in the version before is
//! not what held on a past day, so both sides are told by replaying: without the action, and with it.

use jiff::civil::Date;

use super::super::implementers::BodyNames;
use super::super::scheme::Scheme;
use super::super::scheme_fields::SchemeField;
use super::super::scheme_input::SchemeForm;
use super::{SchemeHistory, SchemeId, SchemeVersion};

/// What a field was from a day on without an action, and with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldStep {
    pub field: SchemeField,
    pub day: Date,
    pub before: String,
    pub after: String,
}

/// What one action made of a scheme. The first changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeStep<'a> {
    /// The first version it recorded, with who, when and from which day.
    pub version: &'a SchemeVersion,
    /// The fields it spoke of, on its day.
    pub said: Vec<FieldStep>,
    /// The same fields on later days for which something else had been said.
    pub later: Vec<FieldStep>,
    /// The places in the catalogue before and after, if they differ.
    pub moved: Option<(i32, i32)>,
}

impl SchemeHistory {
    /// What became of a scheme, oldest first.
    pub fn steps_of(&self, id: &SchemeId, names: &BodyNames) -> Vec<SchemeStep<'_>> {
        let own = self.versions.iter().enumerate();
        let own = own.filter(|(_, version)| version.scheme.id == *id);
        let own: Vec<(usize, &SchemeVersion)> = own.collect();
        let actions = own.chunk_by(|(_, one), (_, next)| is_one_action(one, next));
        let mut before: Option<&SchemeVersion> = None;
        let mut steps = Vec::new();
        for action in actions {
            let ((from, version), (to, last)) = match action {
                [first, .., last] => (*first, *last),
                [only] => (*only, *only),
                [] => continue,
            };
            let mut step = SchemeStep {
                version,
                said: Vec::new(),
                later: Vec::new(),
                moved: None,
            };
            if let Some(before) = before {
                let places = (before.position, version.position);
                step.moved = (places.0 != places.1).then_some(places);
                self.fill(&mut step, (from, to), names);
            }
            before = Some(last);
            steps.push(step);
        }
        steps
    }

    /// Replays the days of which the versions `from` to `to` speak, without them and with them.
    fn fill(&self, step: &mut SchemeStep<'_>, (from, to): (usize, usize), names: &BodyNames) {
        let id = &step.version.scheme.id;
        let day = step.version.effective_on;
        let later = self.days_of(id).into_iter().filter(|later| *later > day);
        let days: Vec<Date> = std::iter::once(day).chain(later).collect();
        let on = |upto, day| self.told(id, upto, day);
        let days: Vec<(Date, Scheme, Scheme)> = days
            .into_iter()
            .filter_map(|day| Some((day, on(from, day)?, on(to + 1, day)?)))
            .collect();
        for field in &self.said[from] {
            let text = |scheme: &Scheme| SchemeForm::of(scheme, 0).shown(*field, names);
            // What the field was on the day before, on either side.
            let mut last: Option<(&Scheme, &Scheme)> = None;
            for (day, before, after) in &days {
                let is_new = last.is_none_or(|(was, is)| {
                    let lost = field.differs(was, before) && field.differs(before, after);
                    lost || field.differs(is, after)
                });
                let into = if last.is_none() {
                    &mut step.said
                } else {
                    &mut step.later
                };
                if is_new {
                    into.push(FieldStep {
                        field: *field,
                        day: *day,
                        before: text(before),
                        after: text(after),
                    });
                }
                last = Some((before, after));
            }
        }
    }
}

/// An action gives all its versions one number and one place; a move gives the scheme another place.
fn is_one_action(one: &SchemeVersion, next: &SchemeVersion) -> bool {
    let of = |it: &SchemeVersion| (it.scheme.version, it.position, it.recorded_at);
    of(one) == of(next)
}
