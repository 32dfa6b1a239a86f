//! The bodies behind the figures of every year, as sets: what the rules of a report are checked against.
//!
//! ```text
//! Standing ─ Sets::of ─> for each year the sets 累計, 年度別, 新規, 継続; the prefectures; a body is its position
//! ```

use super::{Figures, Standing};

/// Positions of bodies in a [`Standing`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct BodySet(Vec<u64>);

impl BodySet {
    fn with_room(bodies: usize) -> Self {
        Self(vec![0; bodies.div_ceil(64)])
    }

    fn insert(&mut self, body: usize) {
        self.0[body / 64] |= 1 << (body % 64);
    }

    fn with(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(one, two)| combine(*one, *two)).collect())
    }

    /// Bodies in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        self.with(other, |one, two| one & two)
    }

    /// Bodies in either.
    pub(super) fn or(&self, other: &Self) -> Self {
        self.with(other, |one, two| one | two)
    }

    /// Bodies in one of them only.
    pub(super) fn xor(&self, other: &Self) -> Self {
        self.with(other, |one, two| one ^ two)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn has(&self, body: usize) -> bool {
        let word = self.0.get(body / 64);
        word.is_some_and(|word| word >> (body % 64) & 1 == 1)
    }

    fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// The sets of one year.
#[derive(Debug, Clone)]
pub(super) struct YearSets {
    pub cumulative: BodySet,
    pub by_year: BodySet,
    pub new: BodySet,
    pub continuing: BodySet,
}

/// The sets of a report.
#[derive(Debug, Clone)]
pub(super) struct Sets {
    pub prefectures: BodySet,
    pub years: Vec<YearSets>,
}

impl Sets {
    pub(super) fn of(standing: &Standing<'_>) -> Self {
        let bodies = standing.bodies().count();
        let none = BodySet::with_room(bodies);
        let mut prefectures = none.clone();
        let mut by_year = vec![none.clone(); standing.years().count()];
        for (at, (body, masks)) in standing.bodies().enumerate() {
            if body.code.is_prefecture() {
                prefectures.insert(at);
            }
            for (set, mask) in by_year.iter_mut().zip(masks) {
                if *mask != 0 {
                    set.insert(at);
                }
            }
        }
        let mut before = none;
        let years = by_year.into_iter().map(|by_year| {
            let cumulative = before.or(&by_year);
            let continuing = by_year.and(&before);
            let sets = YearSets {
                new: by_year.xor(&continuing),
                continuing,
                cumulative: cumulative.clone(),
                by_year,
            };
            before = cumulative;
            sets
        });
        Self {
            years: years.collect(),
            prefectures,
        }
    }

    /// How many bodies of a set there are, by part.
    pub(super) fn figures(&self, set: &BodySet) -> Figures {
        let prefecture = set.and(&self.prefectures).len();
        let total = set.len();
        Figures {
            total,
            prefecture,
            municipality: total - prefecture,
        }
    }
}
