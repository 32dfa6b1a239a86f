//! What the catalogue of schemes said on a day: every version of every scheme, only ever added to.
//!
//! ```text
//! SchemeVersion (scheme, place, from which day, who, when) … ─ SchemeHistory::on(day) ─> Catalogue of that day
//!                                                          └ steps_of(scheme) ─> who changed what, when
//! ```
//! A version says only what it changes, from its day on, in place of all that was said of these fields before it.
//! Usually that is the day on which it was recorded; a correction says from which earlier day tables were wrong
//! ([`super::scheme_correction`]). So what was printed stays as it was, unless somebody says that it was wrong. The
//! order never reaches back: it would mix places of different days.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::japan_time::UnixMillis;
use super::scheme::{Scheme, SchemeId};
use super::scheme_catalogue::Catalogue;
use super::scheme_fields::SchemeField;

mod steps;

pub use steps::{FieldStep, SchemeStep};

/// What a scheme was from a day on, and who said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeVersion {
    pub scheme: Scheme,
    /// Its place in the catalogue, from 1.
    pub position: i32,
    pub effective_on: Date,
    /// 0 for what shipped with the program, or was there before versions were kept.
    pub recorded_at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
}

impl SchemeVersion {
    /// Makes a scheme be what this version says of these fields, if it holds on the day.
    fn tell(&self, said: &[SchemeField], day: Date, scheme: &mut Scheme) {
        if self.effective_on > day {
            return;
        }
        for field in said {
            field.copy(&self.scheme, scheme);
        }
        scheme.version = self.scheme.version;
    }
}

/// All versions of some or all schemes.
#[derive(Clone, Debug, Default)]
pub struct SchemeHistory {
    versions: Vec<SchemeVersion>,
    /// The fields that each version speaks of.
    said: Vec<Vec<SchemeField>>,
}

impl SchemeHistory {
    /// Versions in the order in which they were recorded. The first of a scheme says everything; a later one says
    /// what differs from the one before. One without a difference says once more what was said last, from another
    /// day on; or, with the number of the one before, nothing: the scheme only moved.
    pub fn new(versions: Vec<SchemeVersion>) -> Self {
        let said = said_by(&versions);
        Self { versions, said }
    }

    /// The catalogue of a day. What somebody takes part with must have a column: so a scheme that came into the
    /// catalogue after the day is there too, as it was first.
    pub fn on(&self, day: Date) -> Catalogue {
        let mut held: BTreeMap<&SchemeId, (i32, Scheme)> = BTreeMap::new();
        for (version, said) in self.versions.iter().zip(&self.said) {
            let first = || (version.position, version.scheme.clone());
            let (position, scheme) = held.entry(&version.scheme.id).or_insert_with(first);
            version.tell(said, day, scheme);
            if version.recorded_at.japan_date() <= day {
                *position = version.position;
            }
        }
        let mut held: Vec<(i32, Scheme)> = held.into_values().collect();
        // Of one place the id decides, as in the map.
        held.sort_by_key(|(position, _)| *position);
        Catalogue::new(held.into_iter().map(|(_, scheme)| scheme).collect())
    }

    /// What a scheme was on a day.
    pub fn scheme_on(&self, id: &SchemeId, day: Date) -> Option<Scheme> {
        self.told(id, self.versions.len(), day)
    }

    /// What a scheme was on a day, by the first `upto` versions alone.
    fn told(&self, id: &SchemeId, upto: usize, day: Date) -> Option<Scheme> {
        let versions = self.versions.iter().zip(&self.said).take(upto);
        let mut held: Option<Scheme> = None;
        for (version, said) in versions.filter(|(version, _)| version.scheme.id == *id) {
            let scheme = held.get_or_insert_with(|| version.scheme.clone());
            version.tell(said, day, scheme);
        }
        held
    }

    /// What was said of a scheme last, and from which day on.
    pub(super) fn said_last(&self, id: &SchemeId) -> Option<(&[SchemeField], Date)> {
        let said = self.versions.iter().zip(&self.said).rev();
        let mut said = said.filter(|(version, said)| version.scheme.id == *id && !said.is_empty());
        said.next()
            .map(|(version, said)| (said.as_slice(), version.effective_on))
    }

    /// The days from which something is said of a scheme, in their order.
    pub(super) fn days_of(&self, id: &SchemeId) -> Vec<Date> {
        let of = self
            .versions
            .iter()
            .filter(|version| version.scheme.id == *id);
        let mut days: Vec<Date> = of.map(|version| version.effective_on).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Every name that a scheme bore on some day, with the law it stood behind then. One that was mended from its own
    /// day on was borne on none.
    pub fn names(&self) -> BTreeSet<(SchemeId, String, String)> {
        let days = self.versions.iter().map(|version| version.effective_on);
        let days: BTreeSet<Date> = days.collect();
        let mut names = BTreeSet::new();
        for day in days {
            for scheme in self.on(day).schemes() {
                let law = scheme.law.as_deref().unwrap_or_default();
                let of = scheme.names();
                names.extend(of.map(|name| (scheme.id.clone(), law.to_owned(), name.to_owned())));
            }
        }
        names
    }
}

/// The fields that each version speaks of.
fn said_by(versions: &[SchemeVersion]) -> Vec<Vec<SchemeField>> {
    let mut last: HashMap<&SchemeId, (&Scheme, usize)> = HashMap::new();
    let mut said: Vec<Vec<SchemeField>> = Vec::with_capacity(versions.len());
    for version in versions {
        let scheme = &version.scheme;
        let (fields, speaks) = match last.get(&scheme.id) {
            None => (SchemeField::ALL.to_vec(), said.len()),
            Some((before, spoke)) => match SchemeField::changed(before, scheme) {
                same if same.is_empty() && scheme.version > before.version => {
                    (said[*spoke].clone(), said.len())
                }
                same if same.is_empty() => (same, *spoke),
                changed => (changed, said.len()),
            },
        };
        said.push(fields);
        last.insert(&scheme.id, (scheme, speaks));
    }
    said
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::implementers::BodyNames;
    use crate::domain::japan_time::start_of_day;
    use crate::domain::scheme_catalogue::tests::shipped;

    const FIRST: Date = date(2000, 1, 1);

    fn version(scheme: &Scheme, position: i32, effective_on: Date) -> SchemeVersion {
        SchemeVersion {
            scheme: scheme.clone(),
            position,
            effective_on,
            recorded_at: start_of_day(effective_on),
            actor_name: "担当".to_owned(),
            actor_body: "厚生労働省".to_owned(),
        }
    }

    fn beginning() -> Vec<SchemeVersion> {
        let schemes = shipped();
        let numbered = (1..).zip(schemes.schemes());
        numbered
            .map(|(at, scheme)| version(scheme, at, FIRST))
            .collect()
    }

    fn renamed(scheme: &Scheme, name: &str) -> Scheme {
        Scheme {
            name_status_table: Some(name.to_owned()),
            version: scheme.version + 1,
            ..scheme.clone()
        }
    }

    fn name_on(history: &SchemeHistory, day: Date) -> String {
        let catalogue = history.on(day);
        let at = catalogue.position("rehabilitation").expect("is there");
        catalogue.schemes()[at].table_name().to_owned()
    }

    #[test]
    fn a_day_prints_the_names_of_then_and_a_correction_reaches_back() {
        let mut versions = beginning();
        let found = versions
            .iter()
            .find(|it| it.scheme.id.as_str() == "rehabilitation");
        let first = found.expect("ships").clone();
        let at = first.position;
        let (second, third) = (
            renamed(&first.scheme, "更正"),
            renamed(&first.scheme, "更生"),
        );
        versions.push(version(&second, at, date(2026, 5, 1)));
        let history = SchemeHistory::new(versions.clone());
        assert_eq!(name_on(&history, date(2026, 4, 30)), "更生医療");
        assert_eq!(name_on(&history, date(2026, 5, 1)), "更正");
        // Recorded in June, right from 10 May on.
        versions.push(SchemeVersion {
            recorded_at: start_of_day(date(2026, 6, 1)),
            ..version(&third, 5, date(2026, 5, 10))
        });
        let history = SchemeHistory::new(versions);
        // The order of then stays; where two have one place, the id decides.
        let place = |day| history.on(day).position("rehabilitation");
        assert_eq!(place(date(2026, 5, 31)), usize::try_from(at - 1).ok());
        assert_eq!(place(date(2026, 6, 1)), Some(4));
        for (day, name) in [
            (date(2026, 4, 30), "更生医療"),
            (date(2026, 5, 9), "更正"),
            (date(2026, 5, 10), "更生"),
        ] {
            assert_eq!(name_on(&history, day), name, "{day}");
        }
        let steps = history.steps_of(&first.scheme.id, &BodyNames::new());
        let told: Vec<_> = steps.iter().map(told).collect();
        assert_eq!(
            told,
            [
                (vec![], None),
                (vec!["2026-05-01 更生医療→更正".to_owned()], None),
                (vec!["2026-05-10 更正→更生".to_owned()], Some((2, 5)))
            ]
        );
    }

    /// The names of a step, day by day, and its places.
    fn told(step: &SchemeStep<'_>) -> (Vec<String>, Option<(i32, i32)>) {
        let fields = step.said.iter().chain(&step.later);
        let fields = fields.filter(|it| it.field == SchemeField::NameStatusTable);
        let fields = fields.map(|it| format!("{} {}→{}", it.day, it.before, it.after));
        (fields.collect(), step.moved)
    }

    #[test]
    fn an_action_is_one_step_and_names_what_held_before_on_its_days() {
        let first = beginning().swap_remove(1);
        assert_eq!(first.scheme.table_name(), "更生医療");
        let recorded = |scheme: &Scheme, from: Date, on: Date| SchemeVersion {
            recorded_at: start_of_day(on),
            ..version(scheme, first.position, from)
        };
        let (may, june) = (date(2026, 5, 1), date(2026, 6, 1));
        let second = renamed(&first.scheme, "更生");
        // On 2 June it turns out that April had another name; May's stays.
        let april = renamed(&second, "更正");
        let again = Scheme {
            version: april.version,
            ..second.clone()
        };
        // On 3 June: that was right for May too. On 4 June only the place changes.
        let all = renamed(&again, "更正医療");
        let versions = vec![
            first.clone(),
            recorded(&second, may, may),
            recorded(&april, date(2026, 4, 1), june),
            recorded(&again, may, june),
            recorded(&all, date(2026, 4, 10), date(2026, 6, 3)),
            SchemeVersion {
                position: 9,
                ..recorded(&all, date(2026, 6, 4), date(2026, 6, 4))
            },
        ];
        let history = SchemeHistory::new(versions);
        let steps = history.steps_of(&first.scheme.id, &BodyNames::new());
        let told: Vec<_> = steps.iter().map(told).collect();
        let days = |days: &[&str]| days.iter().map(|day| (*day).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                (vec![], None),
                (days(&["2026-05-01 更生医療→更生"]), None),
                (
                    days(&["2026-04-01 更生医療→更正", "2026-05-01 更生→更生"]),
                    None
                ),
                (
                    days(&["2026-04-10 更正→更正医療", "2026-05-01 更生→更正医療"]),
                    None
                ),
                (vec![], Some((2, 9))),
            ]
        );
    }

    #[test]
    fn what_came_later_has_a_column_on_every_day() {
        let mut versions = beginning();
        let new = Scheme {
            id: "local_elderly".parse().expect("an id"),
            ..versions[28].scheme.clone()
        };
        versions.push(version(&new, 30, date(2026, 5, 1)));
        versions.push(version(&renamed(&new, "高齢者"), 30, date(2026, 6, 1)));
        let history = SchemeHistory::new(versions);
        let catalogue = history.on(date(2025, 10, 31));
        assert_eq!(catalogue.position("local_elderly"), Some(29));
        assert_ne!(catalogue.schemes()[29].table_name(), "高齢者");
    }

    proptest! {
        /// Whatever is recorded: a day shows what had been recorded until then, told by replaying, and every day
        /// from the newest on shows the catalogue as it is.
        #[test]
        fn the_catalogue_of_a_day_is_the_one_rebuilt_up_to_it(
            changes in prop::collection::vec((0_usize..29, 0_i64..30, 1_i32..40), 0..25),
            asked in 0_i64..30,
        ) {
            let start = date(2026, 4, 1);
            let mut days: Vec<i64> = changes.iter().map(|change| change.1).collect();
            days.sort_unstable();
            let mut versions = beginning();
            let mut now = beginning();
            let mut then = beginning();
            for (number, ((scheme, _, position), day)) in changes.into_iter().zip(days).enumerate() {
                let day = start + day.days();
                let changed = version(&renamed(&now[scheme].scheme, &format!("名{number}")), position, day);
                versions.push(changed.clone());
                now[scheme] = changed.clone();
                if day <= start + asked.days() {
                    then[scheme] = changed;
                }
            }
            let history = SchemeHistory::new(versions);
            let expected = |mut list: Vec<SchemeVersion>| {
                list.sort_by(|one, other| (one.position, &one.scheme.id).cmp(&(other.position, &other.scheme.id)));
                list.into_iter().map(|it| it.scheme).collect::<Vec<_>>()
            };
            let on = |day| history.on(day).schemes().to_vec();
            prop_assert_eq!(on(start + asked.days()), expected(then));
            prop_assert_eq!(on(start + 30.days()), expected(now));
            prop_assert_eq!(on(FIRST), expected(beginning()));
        }
    }
}
