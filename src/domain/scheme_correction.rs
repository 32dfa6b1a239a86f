//! A change of a scheme from a day on, beside what was said of the same fields for later days.
//!
//! ```text
//! SchemeHistory + what was typed + its day ─ Correction::of ─> later (days on which those fields became something else)
//!   └ statements(Later) ─> (scheme, from which day) …, a version each; the last is what the scheme is today
//! ```
//! Fields that were not touched stay on every day what they were: a version speaks of what it changes alone. Where a
//! touched field was changed for a later day too, only a person knows which is right from that day on.

use jiff::civil::Date;

use super::japan_time::date_label;
use super::scheme::Scheme;
use super::scheme_fields::SchemeField;
use super::scheme_history::SchemeHistory;

/// What becomes of later days for which something else was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// They keep what was said for them.
    Keep,
    /// What is said now holds to this day.
    Replace,
}

impl Later {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Replace];

    /// Stable id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Replace => "replace",
        }
    }

    /// As the page offers it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Keep => "あとの変更は、その日からそのまま残す",
            Self::Replace => "あとの変更も、いま入力した内容に直す",
        }
    }

    /// The choice of an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|later| later.as_str() == id)
    }
}

/// What is to be said.
#[derive(Clone, Debug)]
pub struct Correction {
    new: Scheme,
    from: Date,
    fields: Vec<SchemeField>,
    /// Days after `from` on which a field became something else, with the scheme of that day; oldest first.
    later: Vec<(Date, Vec<SchemeField>, Scheme)>,
    /// What the scheme was on the day.
    then: Scheme,
}

impl Correction {
    /// `old` is the scheme of today, `new` what was typed. Without a difference it is what was said last that shall
    /// hold from an earlier day. `None` if it is said already.
    pub fn of(history: &SchemeHistory, old: &Scheme, new: &Scheme, from: Date) -> Option<Self> {
        let mut fields = SchemeField::changed(old, new);
        let mut until = None;
        if fields.is_empty() {
            let (said, known) = history.said_last(&old.id)?;
            if known <= from {
                return None;
            }
            fields = said.to_vec();
            until = Some(known);
        }
        let then = history.scheme_on(&old.id, from)?;
        let mut before = then.clone();
        let mut later = Vec::new();
        for day in history.days_of(&old.id) {
            if day <= from || until.is_some_and(|until| day >= until) {
                continue;
            }
            let scheme = history.scheme_on(&old.id, day)?;
            let of = |field: &SchemeField| field.differs(&before, &scheme);
            let became: Vec<_> = fields.iter().copied().filter(of).collect();
            if !became.is_empty() {
                later.push((day, became, scheme.clone()));
            }
            before = scheme;
        }
        if let Some(known) = until.filter(|_| !later.is_empty()) {
            // What is said again for an earlier day holds from its own day in any case.
            later.push((known, fields.clone(), old.clone()));
        }
        Some(Self {
            new: new.clone(),
            from,
            fields,
            later,
            then,
        })
    }

    /// 「状況表での名称」は令和8年5月1日（金）にも変わっています; empty if nothing else was said for later days.
    pub fn later(&self) -> Vec<String> {
        let of_field = self.fields.iter().filter_map(|field| {
            let days = self
                .later
                .iter()
                .filter(|(_, became, _)| became.contains(field));
            let days: Vec<String> = days.map(|(day, ..)| date_label(*day)).collect();
            let days = days.join("、");
            (!days.is_empty())
                .then(|| format!("「{}」は、{days}にも変わっています。", field.label()))
        });
        of_field.collect()
    }

    /// The versions to record, each with its day, and what the scheme is today by the last of them. None if the
    /// history says so already.
    pub fn statements(&self, later: Later) -> Vec<(Scheme, Date)> {
        let mut statements = vec![(self.new.clone(), self.from)];
        if later == Later::Keep {
            for (day, became, scheme) in &self.later {
                let mut said = statements
                    .last()
                    .map_or(&self.new, |(said, _)| said)
                    .clone();
                for field in became {
                    field.copy(scheme, &mut said);
                }
                statements.push((said, *day));
            }
            let is_said = |field: &SchemeField| !field.differs(&self.then, &self.new);
            let is_kept = |field: &SchemeField| {
                self.later
                    .iter()
                    .any(|(_, became, _)| became.contains(field))
            };
            if self
                .fields
                .iter()
                .all(|field| is_said(field) && is_kept(field))
            {
                statements.clear();
            }
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::japan_time::start_of_day;
    use crate::domain::scheme_catalogue::tests::shipped;
    use crate::domain::scheme_history::SchemeVersion;

    const DAYS: i64 = 20;

    fn day(at: i64) -> Date {
        date(2026, 4, 1) + at.days()
    }

    fn version(scheme: &Scheme, effective_on: Date, recorded_on: Date) -> SchemeVersion {
        SchemeVersion {
            scheme: scheme.clone(),
            position: 2,
            effective_on,
            recorded_at: start_of_day(recorded_on),
            actor_name: String::new(),
            actor_body: String::new(),
        }
    }

    /// Records what was typed as the catalogue's page does; gives the scheme of today.
    fn record(
        versions: &mut Vec<SchemeVersion>,
        old: &Scheme,
        new: &Scheme,
        (from, today): (Date, Date),
        later: Later,
    ) -> Scheme {
        let history = SchemeHistory::new(versions.clone());
        let Some(correction) = Correction::of(&history, old, new, from) else {
            return old.clone();
        };
        let mut now = old.clone();
        for (mut said, on) in correction.statements(later) {
            said.version = old.version + 1;
            versions.push(version(&said, on, today));
            now = said;
        }
        now
    }

    fn first() -> Scheme {
        let catalogue = shipped();
        let at = catalogue.position("rehabilitation").expect("ships");
        catalogue.schemes()[at].clone()
    }

    fn named(scheme: &Scheme, name: &str) -> Scheme {
        Scheme {
            name_status_table: Some(name.to_owned()),
            ..scheme.clone()
        }
    }

    fn noted(scheme: &Scheme, note: &str) -> Scheme {
        Scheme {
            note: note.to_owned(),
            ..scheme.clone()
        }
    }

    /// A scheme that got another name on the tenth day, and what it is since.
    fn renamed_on_the_tenth() -> (Vec<SchemeVersion>, Scheme) {
        let mut versions = vec![version(&first(), date(2000, 1, 1), date(2000, 1, 1))];
        let new = named(&first(), "更生");
        let days = (day(9), day(9));
        let renamed = record(&mut versions, &first(), &new, days, Later::Keep);
        (versions, renamed)
    }

    #[test]
    fn a_correction_leaves_other_fields_on_their_days() {
        let (mut versions, renamed) = renamed_on_the_tenth();
        // On the 12th it turns out that the note was wrong since the 3rd.
        record(
            &mut versions,
            &renamed,
            &noted(&renamed, "注"),
            (day(3), day(12)),
            Later::Keep,
        );
        let history = SchemeHistory::new(versions);
        let told = |at| {
            let scheme = history.scheme_on(&first().id, day(at)).expect("is there");
            (scheme.table_name().to_owned(), scheme.note)
        };
        let (old, new) = (first().table_name().to_owned(), "更生".to_owned());
        assert_eq!(told(2), (old.clone(), first().note));
        assert_eq!(told(3), (old.clone(), "注".to_owned()));
        assert_eq!(told(8), (old, "注".to_owned()));
        assert_eq!(told(9), (new, "注".to_owned()));
    }

    #[test]
    fn what_was_said_for_a_later_day_is_asked_about() {
        let (versions, renamed) = renamed_on_the_tenth();
        let history = SchemeHistory::new(versions);
        let typed = named(&renamed, "更正");
        let of = |from| Correction::of(&history, &renamed, &typed, from).expect("says something");
        assert!(of(day(9)).later().is_empty());
        assert_eq!(
            of(day(3)).later(),
            ["「状況表での名称」は、令和8年4月10日（金）にも変わっています。"]
        );
        let days: Vec<_> = of(day(3))
            .statements(Later::Keep)
            .into_iter()
            .map(|(said, on)| (said.table_name().to_owned(), on))
            .collect();
        assert_eq!(
            days,
            [("更正".to_owned(), day(3)), ("更生".to_owned(), day(9))]
        );
        assert_eq!(
            of(day(3)).statements(Later::Replace),
            [(typed.clone(), day(3))]
        );
        // Without a difference what was said last is said for an earlier day; twice is once.
        let again = Correction::of(&history, &renamed, &renamed, day(1)).expect("reaches back");
        assert!(again.later().is_empty());
        assert!(Correction::of(&history, &renamed, &renamed, day(9)).is_none());
    }

    proptest! {
        /// Whatever is corrected in which order: a day shows, field by field, what a plain table of days would.
        #[test]
        fn every_field_is_on_every_day_what_was_said_of_it(
            changes in prop::collection::vec((any::<bool>(), any::<bool>(), 0..DAYS, any::<bool>()), 1..12),
        ) {
            let start = first();
            let mut versions = vec![version(&start, date(2000, 1, 1), date(2000, 1, 1))];
            let mut now = start.clone();
            let mut names = vec![start.table_name().to_owned(); DAYS as usize];
            let mut notes = vec![start.note.clone(); DAYS as usize];
            for (number, (name, note, from, keep)) in changes.into_iter().enumerate() {
                let later = if keep { Later::Keep } else { Later::Replace };
                let mut typed = now.clone();
                if name {
                    typed = named(&typed, &format!("名{number}"));
                }
                if note {
                    typed = noted(&typed, &format!("注{number}"));
                }
                if !name && !note {
                    continue;
                }
                now = record(&mut versions, &now, &typed, (day(from), day(DAYS)), later);
                let from = from as usize;
                for (is_changed, days, said) in [
                    (name, &mut names, format!("名{number}")),
                    (note, &mut notes, format!("注{number}")),
                ] {
                    if is_changed {
                        let of_then = days[from].clone();
                        let is_then = |it: &String| keep && *it != of_then;
                        let until = days[from..].iter().position(is_then).map_or(days.len(), |at| from + at);
                        days[from..until].fill(said);
                    }
                }
            }
            let history = SchemeHistory::new(versions);
            for at in 0..DAYS {
                let scheme = history.scheme_on(&start.id, day(at)).expect("is there");
                prop_assert_eq!(scheme.table_name(), &names[at as usize]);
                prop_assert_eq!(&scheme.note, &notes[at as usize]);
            }
            prop_assert_eq!(history.scheme_on(&start.id, day(DAYS)), Some(now));
        }
    }
}
