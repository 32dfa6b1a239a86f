//! Taking a confirmed batch back: entries after which the ledger says what it would say without the batch.
//!
//! ```text
//! history of the bodies, schemes and years of the batch ─ TakeBack::of ─> undoing entries · what stays
//! ```
//! An undoing entry has the day of the one it undoes and says what held before on that day; where nothing did, that
//! nothing is said (取消). Where somebody said something later about the same body, scheme and year, that is the newer
//! word, and the entry stays.

use std::collections::{HashMap, HashSet};

use super::{ParticipationEntry, ParticipationState, in_force};

/// An entry of the ledger as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub id: i64,
    pub batch: i64,
    /// The entry it undoes.
    pub undoes: Option<i64>,
    pub entry: ParticipationEntry,
}

/// An entry with the id of the one it undoes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoing {
    pub undoes: i64,
    pub entry: ParticipationEntry,
}

/// What taking a batch back does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakeBack {
    pub undoing: Vec<Undoing>,
    /// Entries of the batch that stay, since something was said later.
    pub staying: Vec<ParticipationEntry>,
    /// Entries of the batch that were undone before.
    pub undone: usize,
}

impl TakeBack {
    /// `history` has every entry about the bodies, schemes and years of the batch, in the order of their ids.
    pub fn of(batch: i64, history: &[Recorded]) -> Self {
        let mut by_key: HashMap<_, Vec<&Recorded>> = HashMap::new();
        for recorded in history {
            let entry = &recorded.entry;
            let key = (entry.code, &entry.scheme, entry.fiscal_year);
            by_key.entry(key).or_default().push(recorded);
        }
        let undone: HashSet<i64> = history.iter().filter_map(|it| it.undoes).collect();
        let mut found = Self::default();
        for recorded in history.iter().filter(|it| it.batch == batch) {
            let entry = &recorded.entry;
            let about = &by_key[&(entry.code, &entry.scheme, entry.fiscal_year)];
            let is_undone = |other: &Recorded| undone.contains(&other.id);
            let later = || about.iter().filter(|other| other.id > recorded.id);
            if is_undone(recorded) {
                found.undone += 1;
            } else if later().any(|other| other.undoes.is_none() && !is_undone(other)) {
                found.staying.push(entry.clone());
            } else {
                let before = || about.iter().filter(|other| other.id < recorded.id);
                // What was taken back since said once more, from its day on, what is undone now.
                let again = later().filter(|other| other.undoes.is_some() && !is_undone(other));
                for other in std::iter::once(&recorded).chain(again) {
                    let day = other.entry.effective_on;
                    let held = in_force(before().map(|it| &it.entry), day);
                    found.undoing.push(Undoing {
                        undoes: other.id,
                        entry: ParticipationEntry {
                            state: held.map_or(ParticipationState::Annulled, |held| held.state),
                            revision_id: held.and_then(|held| held.revision_id),
                            note: String::new(),
                            ..other.entry.clone()
                        },
                    });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;

    const START: Date = date(2027, 1, 1);
    const BATCH: i64 = 7;

    fn entry(scheme: usize, state: ParticipationState, day: i64) -> ParticipationEntry {
        ParticipationEntry {
            code: "012025".parse().expect("a code"),
            scheme: ["local_child", "rehabilitation"][scheme]
                .parse()
                .expect("an id"),
            fiscal_year: "R9".parse().expect("a year"),
            state,
            effective_on: START + day.days(),
            revision_id: None,
            note: String::new(),
        }
    }

    fn recorded(entries: Vec<(ParticipationEntry, i64)>) -> Vec<Recorded> {
        let numbered = (1..).zip(entries);
        numbered
            .map(|(id, (entry, batch))| Recorded {
                id,
                batch,
                undoes: None,
                entry,
            })
            .collect()
    }

    #[test]
    fn a_later_word_stays_and_what_is_undone_is_not_undone_again() {
        use ParticipationState::{Annulled, Planned, Running, Withdrawn};
        let mut history = recorded(vec![
            (entry(0, Withdrawn, 1), 1),
            (entry(0, Planned, 5), BATCH),
            (entry(1, Planned, 5), BATCH),
            (entry(1, Running, 9), 8),
        ]);
        let found = TakeBack::of(BATCH, &history);
        assert_eq!(found.staying, [entry(1, Planned, 5)]);
        let undoing: Vec<_> = found
            .undoing
            .iter()
            .map(|it| (it.undoes, it.entry.clone()))
            .collect();
        assert_eq!(undoing, [(2, entry(0, Withdrawn, 5))]);
        history.push(Recorded {
            id: 5,
            batch: 9,
            undoes: Some(2),
            entry: entry(0, Withdrawn, 5),
        });
        let again = TakeBack::of(BATCH, &history);
        assert_eq!((again.undoing.len(), again.undone), (0, 1));
        let alone = recorded(vec![(entry(0, Planned, 5), BATCH)]);
        assert_eq!(TakeBack::of(BATCH, &alone).undoing[0].entry.state, Annulled);
    }

    proptest! {
        /// On every day the ledger says what it would say without the batch, except about what stays.
        #[test]
        fn the_ledger_is_as_though_the_batch_had_not_been(
            before in prop::collection::vec((0..2_usize, 0..3_usize, 0..10_i64), 0..8),
            batch in prop::collection::btree_map(0..2_usize, (0..3_usize, 0..10_i64), 1..=2),
            after in prop::collection::vec((0..2_usize, 0..3_usize, 0..10_i64), 0..2),
        ) {
            let state = |at: usize| ParticipationState::CHOICES[at];
            let of = |(scheme, at, day): (usize, usize, i64)| entry(scheme, state(at), day);
            let mut entries: Vec<_> = before.into_iter().map(|it| (of(it), 1)).collect();
            entries.extend(batch.into_iter().map(|(scheme, (at, day))| (of((scheme, at, day)), BATCH)));
            entries.extend(after.into_iter().map(|it| (of(it), 8)));
            let history = recorded(entries);
            let found = TakeBack::of(BATCH, &history);
            prop_assert_eq!(
                found.undoing.len() + found.staying.len(),
                history.iter().filter(|it| it.batch == BATCH).count()
            );
            let all = history.iter().map(|it| &it.entry);
            let all: Vec<_> = all.chain(found.undoing.iter().map(|it| &it.entry)).collect();
            let without = history.iter().filter(|it| {
                it.batch != BATCH || found.staying.contains(&it.entry)
            });
            let without: Vec<_> = without.map(|it| &it.entry).collect();
            for scheme in 0..2 {
                let of = entry(scheme, ParticipationState::Planned, 0).scheme;
                for day in 0..12 {
                    let says = |entries: &[&ParticipationEntry]| {
                        let about = entries.iter().copied().filter(|it| it.scheme == of);
                        let held = in_force(about, START + day.days()).map(|it| it.state);
                        held.filter(|state| *state != ParticipationState::Annulled)
                    };
                    prop_assert_eq!(says(&all), says(&without));
                }
            }
        }

        /// A later batch that was taken back is no later word: the one before it can be taken back then.
        #[test]
        fn a_batch_before_one_that_was_taken_back_is_taken_back_whole(
            before in prop::collection::vec((0..2_usize, 0..3_usize, 0..10_i64), 0..6),
            batch in prop::collection::btree_map(0..2_usize, (0..3_usize, 0..10_i64), 1..=2),
            second in prop::collection::btree_map(0..2_usize, (0..3_usize, 0..10_i64), 1..=2),
        ) {
            const SECOND: i64 = 9;
            let of = |scheme: usize, at: usize, day: i64| entry(scheme, ParticipationState::CHOICES[at], day);
            let mut entries: Vec<_> = before.into_iter().map(|(scheme, at, day)| (of(scheme, at, day), 1)).collect();
            let earlier = entries.len();
            entries.extend(batch.into_iter().map(|(scheme, (at, day))| (of(scheme, at, day), BATCH)));
            entries.extend(second.into_iter().map(|(scheme, (at, day))| (of(scheme, at, day), SECOND)));
            let mut history = recorded(entries);
            for taken in [SECOND, BATCH] {
                let found = TakeBack::of(taken, &history);
                prop_assert!(found.staying.is_empty());
                for undoing in found.undoing {
                    let id = history.len() as i64 + 1;
                    let (undoes, entry) = (Some(undoing.undoes), undoing.entry);
                    history.push(Recorded { id, batch: taken + 100, undoes, entry });
                }
            }
            for scheme in 0..2 {
                let of = entry(scheme, ParticipationState::Planned, 0).scheme;
                for day in 0..12 {
                    let says = |history: &[Recorded]| {
                        let about = history.iter().map(|it| &it.entry).filter(|it| it.scheme == of);
                        let held = in_force(about, START + day.days()).map(|it| it.state);
                        held.filter(|state| *state != ParticipationState::Annulled)
                    };
                    prop_assert_eq!(says(&history), says(&history[..earlier]));
                }
            }
        }
    }
}
