//! Counts by class of body and prefecture from what is kept beside each answer (choices and a bit for each ○), without
//! reading a single document: the tables of the download page. Recipients are only in the workbook.
//!
//! ```text
//! Marks … ─ tally, or one after the other: add, remove ─> TargetCounts (row of the edition × class × prefecture)
//! ```

use super::application_intent::ApplicationIntent;
use super::local_government_code::PrefectureCode;
use super::organization::OrganizationKind;

/// What a line of these tables counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Answers that are received.
    Answered,
    /// Those of them with ○ on at least one row.
    WithTarget,
    Intent(ApplicationIntent),
    /// ○ on this row of the edition, counted from 0.
    Row(usize),
}

impl Counted {
    /// Whether a body with these marks is counted.
    pub fn counts(self, marks: &Marks) -> bool {
        marks.is_received
            && match self {
                Self::Answered => true,
                Self::WithTarget => marks.targets != 0,
                Self::Intent(intent) => {
                    let place = ApplicationIntent::ALL.iter().position(|it| *it == intent);
                    place.is_some_and(|place| marks.intents & (1 << place) != 0)
                }
                Self::Row(row) => row < 63 && marks.targets & (1 << row) != 0,
            }
    }
}

/// One figure of these tables: a line, of a class or of all, in a prefecture or the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedIn {
    pub line: Counted,
    pub kind: Option<OrganizationKind>,
    pub prefecture: Option<PrefectureCode>,
}

impl CountedIn {
    /// Whether a body with these marks is behind the figure.
    pub fn counts(&self, marks: &Marks) -> bool {
        self.line.counts(marks)
            && self.kind.is_none_or(|kind| marks.kind == kind)
            && self.prefecture.is_none_or(|it| marks.prefecture == it)
    }
}

const KINDS: usize = OrganizationKind::ALL.len();
const PREFECTURES: usize = 47;

/// Bodies by class and prefecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells([[u32; PREFECTURES]; KINDS]);

impl Default for Cells {
    fn default() -> Self {
        Self([[0; PREFECTURES]; KINDS])
    }
}

impl Cells {
    /// Bodies of a class in a prefecture.
    pub fn cell(&self, kind: OrganizationKind, prefecture: PrefectureCode) -> u64 {
        u64::from(self.0[kind as usize][place(prefecture)])
    }

    /// Bodies of a class.
    pub fn kind(&self, kind: OrganizationKind) -> u64 {
        self.0[kind as usize].iter().copied().map(u64::from).sum()
    }

    /// Bodies of a prefecture, itself among them.
    pub fn prefecture(&self, prefecture: PrefectureCode) -> u64 {
        let kinds = OrganizationKind::ALL.into_iter();
        kinds.map(|kind| self.cell(kind, prefecture)).sum()
    }

    /// Bodies of the country.
    pub fn total(&self) -> u64 {
        self.0.iter().flatten().copied().map(u64::from).sum()
    }
}

fn place(prefecture: PrefectureCode) -> usize {
    usize::from(prefecture.number()) - 1
}

/// What an answer's row says of one body, as far as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// As frozen in the edition.
    pub kind: OrganizationKind,
    pub prefecture: PrefectureCode,
    /// Only an answer that is received is counted.
    pub is_received: bool,
    /// Bit 0 = ①.
    pub intents: u8,
    /// Bit i = row i of the edition has ○.
    pub targets: i64,
}

/// The counts of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetCounts {
    /// Every body of the edition, whatever became of its answer.
    pub bodies: Cells,
    /// Bodies whose answer is counted.
    pub answered: Cells,
    /// Distinct bodies with ○ on at least one row.
    pub with_target: Cells,
    /// Bodies by choice, in the order of the form. A body with two choices counts in both.
    pub intents: Vec<(ApplicationIntent, Cells)>,
    /// Bodies with ○, in the order of the edition's rows.
    pub schemes: Vec<Cells>,
}

impl TargetCounts {
    /// Nothing counted yet, for an edition of so many rows.
    pub fn new(rows: usize) -> Self {
        Self {
            bodies: Cells::default(),
            answered: Cells::default(),
            with_target: Cells::default(),
            intents: ApplicationIntent::ALL
                .map(|intent| (intent, Cells::default()))
                .into(),
            schemes: vec![Cells::default(); rows],
        }
    }

    /// Counts the answers of an edition of so many rows, each body once.
    pub fn tally(rows: usize, answers: impl IntoIterator<Item = Marks>) -> Self {
        let mut counts = Self::new(rows);
        for marks in answers {
            counts.add(&marks);
        }
        counts
    }

    /// Counts one body more.
    pub fn add(&mut self, marks: &Marks) {
        self.change(marks, |bodies| *bodies += 1);
    }

    /// Takes back what [`TargetCounts::add`] counted for the same marks.
    pub fn remove(&mut self, marks: &Marks) {
        self.change(marks, |bodies| *bodies -= 1);
    }

    fn change(&mut self, marks: &Marks, change: impl Fn(&mut u32)) {
        let change =
            |cells: &mut Cells| change(&mut cells.0[marks.kind as usize][place(marks.prefecture)]);
        change(&mut self.bodies);
        if !marks.is_received {
            return;
        }
        change(&mut self.answered);
        if marks.targets != 0 {
            change(&mut self.with_target);
        }
        for (place, (_, cells)) in self.intents.iter_mut().enumerate() {
            if marks.intents & (1 << place) != 0 {
                change(cells);
            }
        }
        for (row, cells) in self.schemes.iter_mut().enumerate().take(63) {
            if marks.targets & (1 << row) != 0 {
                change(cells);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganizationKind::{City, Prefecture};
    use proptest::prelude::*;

    fn prefecture(number: u8) -> PrefectureCode {
        PrefectureCode::new(number).expect("1 to 47")
    }

    fn marks(kind: OrganizationKind, number: u8, intents: u8, targets: i64) -> Marks {
        Marks {
            kind,
            prefecture: prefecture(number),
            is_received: true,
            intents,
            targets,
        }
    }

    #[test]
    fn a_body_counts_once_in_each_row_it_marked() {
        let returned = Marks {
            is_received: false,
            ..marks(City, 1, 0b1, 0b111)
        };
        let counts = TargetCounts::tally(
            3,
            [
                marks(Prefecture, 1, 0b1, 0b001),
                marks(City, 1, 0b11, 0b101),
                marks(City, 47, 0b100, 0),
                returned,
            ],
        );
        assert_eq!(counts.bodies.total(), 4);
        assert_eq!(counts.answered.total(), 3);
        assert_eq!(counts.with_target.kind(City), 1);
        assert_eq!(counts.schemes[0].total(), 2);
        assert_eq!(counts.schemes[0].prefecture(prefecture(1)), 2);
        assert_eq!(counts.schemes[0].cell(City, prefecture(1)), 1);
        assert_eq!(counts.schemes[1].total(), 0);
        assert_eq!(counts.schemes[2].kind(City), 1);
        assert_eq!(counts.intents[0].1.total(), 2);
        let first = Counted::Intent(ApplicationIntent::ALL[0]);
        assert!(first.counts(&marks(City, 1, 0b1, 0)));
        assert!(!first.counts(&marks(City, 1, 0b10, 0)));
        assert!(Counted::WithTarget.counts(&marks(City, 1, 0, 0b1)));
        assert!(!Counted::Answered.counts(&returned));
        assert_eq!(counts.intents[1].1.kind(City), 1);
        assert_eq!(counts.intents[2].1.cell(City, prefecture(47)), 1);
    }

    fn any_marks() -> impl Strategy<Value = Marks> {
        (0..KINDS, 1_u8..48, any::<bool>(), 0_u8..16, 0_i64..64).prop_map(
            |(kind, number, is_received, intents, targets)| Marks {
                is_received,
                ..marks(OrganizationKind::ALL[kind], number, intents, targets)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_taken_back_was_never_counted(
            kept in proptest::collection::vec(any_marks(), 0..20),
            gone in proptest::collection::vec(any_marks(), 0..20),
        ) {
            let mut counts = TargetCounts::tally(6, gone.iter().chain(&kept).copied());
            for marks in &gone {
                counts.remove(marks);
            }
            let expected = TargetCounts::tally(6, kept.iter().copied());
            for (row, cells) in expected.schemes.iter().enumerate() {
                let behind = kept.iter().filter(|marks| Counted::Row(row).counts(marks)).count();
                prop_assert_eq!(behind as u64, cells.total());
            }
            let by_prefecture: u64 = PrefectureCode::all().map(|it| expected.answered.prefecture(it)).sum();
            prop_assert_eq!(by_prefecture, expected.answered.total());
            prop_assert_eq!(counts, expected);
        }
    }
}
