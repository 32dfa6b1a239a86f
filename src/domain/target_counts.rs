//! Counts by class of body from what is kept beside each answer (choices and a bit for each ○), without
//! reading a single document: the tables of the download page. Recipients are only in the workbook.

use super::application_intent::{ApplicationIntent, Intents};
use super::organization::OrganizationKind;

/// Bodies by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByKind([u64; OrganizationKind::ALL.len()]);

impl ByKind {
    /// Bodies of a class.
    pub fn kind(&self, kind: OrganizationKind) -> u64 {
        self.0[kind as usize]
    }

    /// Bodies of every class.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    fn add(&mut self, kind: OrganizationKind) {
        self.0[kind as usize] += 1;
    }
}

/// The counts of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetCounts {
    /// Bodies whose answer is counted.
    pub answered: ByKind,
    /// Distinct bodies with ○ on at least one row.
    pub with_target: ByKind,
    /// Bodies by choice, in the order of the form. A body with two choices counts in both.
    pub intents: [(ApplicationIntent, ByKind); ApplicationIntent::ALL.len()],
    /// Bodies with ○, in the order of the edition's rows.
    pub schemes: Vec<ByKind>,
}

impl TargetCounts {
    /// Counts answers to an edition of so many rows: class, choices, mask (bit i = row i has ○).
    pub fn tally<'a>(
        rows: usize,
        answers: impl IntoIterator<Item = (OrganizationKind, &'a Intents, i64)>,
    ) -> Self {
        let mut counts = Self {
            answered: ByKind::default(),
            with_target: ByKind::default(),
            intents: ApplicationIntent::ALL.map(|intent| (intent, ByKind::default())),
            schemes: vec![ByKind::default(); rows],
        };
        for (kind, intents, mask) in answers {
            counts.answered.add(kind);
            if mask != 0 {
                counts.with_target.add(kind);
            }
            for (intent, bodies) in &mut counts.intents {
                if intents.contains(intent) {
                    bodies.add(kind);
                }
            }
            for (row, bodies) in counts.schemes.iter_mut().enumerate() {
                if row < 63 && mask & (1 << row) != 0 {
                    bodies.add(kind);
                }
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application_intent::from_mask;
    use OrganizationKind::{City, Prefecture};

    #[test]
    fn a_body_counts_once_in_each_row_it_marked() {
        let (first, both, none) = (from_mask(1), from_mask(0b11), from_mask(0b100));
        let counts = TargetCounts::tally(
            3,
            [
                (Prefecture, &first, 0b001),
                (City, &both, 0b101),
                (City, &none, 0),
            ],
        );
        assert_eq!(counts.answered.total(), 3);
        assert_eq!(counts.with_target.kind(City), 1);
        assert_eq!(counts.schemes[0].total(), 2);
        assert_eq!(counts.schemes[1].total(), 0);
        assert_eq!(counts.schemes[2].kind(City), 1);
        assert_eq!(counts.intents[0].1.total(), 2);
        assert_eq!(counts.intents[1].1.kind(City), 1);
        assert_eq!(counts.intents[2].1.total(), 1);
    }
}
