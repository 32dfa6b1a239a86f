//! The ministry's counts over all received answers: by class of body and by prefecture.
//!
//! ```text
//! (code, kind, Form1) … ─ tally ─> NationalCounts ─> tables and workbook
//! ```
//! Every figure is kept once by class and once by prefecture, so both add up to the same total.

use super::application_intent::ApplicationIntent;
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::OrganizationKind;
use super::response::Form1;
use super::scheme::SchemeId;
use super::survey_edition::EditionDefinition;

const KINDS: usize = OrganizationKind::ALL.len();
const PREFECTURES: usize = 47;

/// One figure, broken down by class of body and by prefecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    kinds: [u64; KINDS],
    prefectures: [u64; PREFECTURES],
}

impl Default for Breakdown {
    fn default() -> Self {
        Self {
            kinds: [0; KINDS],
            prefectures: [0; PREFECTURES],
        }
    }
}

impl Breakdown {
    /// The figure of a class.
    pub fn kind(&self, kind: OrganizationKind) -> u64 {
        self.kinds[kind as usize]
    }

    /// The figure of a prefecture, the prefecture itself and all bodies in it.
    pub fn prefecture(&self, prefecture: PrefectureCode) -> u64 {
        self.prefectures[usize::from(prefecture.number()) - 1]
    }

    /// The figure of the country.
    pub fn total(&self) -> u64 {
        self.kinds.iter().sum()
    }

    pub(super) fn add(
        &mut self,
        (code, kind): (LocalGovernmentCode, OrganizationKind),
        amount: u64,
    ) {
        self.kinds[kind as usize] += amount;
        self.prefectures[usize::from(code.prefecture().number()) - 1] += amount;
    }
}

/// The figures of one row of Form 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeCounts {
    pub scheme: SchemeId,
    /// Bodies with ○.
    pub targets: Breakdown,
    /// Persons: sum of the known recipients of bodies with ○.
    pub recipients: Breakdown,
    /// Bodies with ○ whose recipients are unknown; the sum leaves them out.
    pub unknown: Breakdown,
}

/// Everything the download of counts shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalCounts {
    /// Bodies whose answer is counted.
    pub answered: Breakdown,
    /// Distinct bodies with ○ on at least one row.
    pub with_target: Breakdown,
    /// Bodies by choice, in the order of the form. A body with two choices counts in both.
    pub intents: Vec<(ApplicationIntent, Breakdown)>,
    /// In the order of the edition's rows.
    pub schemes: Vec<SchemeCounts>,
}

impl NationalCounts {
    /// Counts the answers; `kind` is the one frozen in the edition. The order of the answers does not matter.
    pub fn tally<'a>(
        edition: &EditionDefinition,
        answers: impl IntoIterator<Item = (LocalGovernmentCode, OrganizationKind, &'a Form1)>,
    ) -> Self {
        let mut counts = Self {
            answered: Breakdown::default(),
            with_target: Breakdown::default(),
            intents: ApplicationIntent::ALL
                .map(|intent| (intent, Breakdown::default()))
                .into(),
            schemes: edition
                .rows
                .iter()
                .map(|row| SchemeCounts {
                    scheme: row.scheme.clone(),
                    targets: Breakdown::default(),
                    recipients: Breakdown::default(),
                    unknown: Breakdown::default(),
                })
                .collect(),
        };
        for (code, kind, form) in answers {
            counts.count((code, kind), form);
        }
        counts
    }

    fn count(&mut self, body: (LocalGovernmentCode, OrganizationKind), form: &Form1) {
        self.answered.add(body, 1);
        for (intent, bodies) in &mut self.intents {
            if form.intents.contains(intent) {
                bodies.add(body, 1);
            }
        }
        let mut any = false;
        for counts in &mut self.schemes {
            let Some(answer) = form.schemes.get(&counts.scheme).filter(|row| row.target) else {
                continue;
            };
            any = true;
            counts.targets.add(body, 1);
            match answer.recipients {
                Some(count) => counts.recipients.add(body, u64::from(count.get())),
                None => counts.unknown.add(body, 1),
            }
        }
        if any {
            self.with_target.add(body, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coordination_contact::CoordinationContact;
    use crate::domain::recipient_count::RecipientCount;
    use crate::domain::response::SchemeAnswer;
    use proptest::prelude::*;

    fn edition() -> EditionDefinition {
        toml::from_str(migrations::data::EDITIONS[0].1).expect("a shipped edition")
    }

    /// Rows: (position in the edition, ○, persons).
    fn form(intents: &[u8], rows: &[(usize, bool, Option<u32>)]) -> Form1 {
        let edition = edition();
        let answer = |target, persons: Option<u32>| SchemeAnswer {
            target,
            recipients: persons.map(|n| RecipientCount::try_from(n).expect("small")),
            typed: None,
        };
        Form1 {
            contact: CoordinationContact {
                department: "福祉課".to_owned(),
                email: "fukushi@city.example".parse().expect("an address"),
                phone: "0138-00-0000".parse().expect("a number"),
            },
            intents: intents
                .iter()
                .map(|n| ApplicationIntent::try_from(*n).expect("1 to 4"))
                .collect(),
            intent_text: String::new(),
            schemes: rows
                .iter()
                .map(|(at, target, persons)| {
                    let scheme = edition.rows[*at].scheme.clone();
                    (scheme, answer(*target, *persons))
                })
                .collect(),
            other_text: String::new(),
            extra: Default::default(),
            extra_typed: Default::default(),
        }
    }

    fn code(text: &str) -> LocalGovernmentCode {
        text.parse().expect("a code")
    }

    #[test]
    fn marks_persons_and_what_is_unknown_are_counted_apart() {
        use OrganizationKind::{CoreCity, Prefecture};
        let hokkaido = form(&[1], &[(0, true, Some(1_200)), (1, false, Some(5))]);
        let hakodate = form(&[1, 2], &[(0, true, None), (2, true, Some(0))]);
        let aomori = form(&[3], &[]);
        let counts = NationalCounts::tally(
            &edition(),
            [
                (code("010006"), Prefecture, &hokkaido),
                (code("012025"), CoreCity, &hakodate),
                (code("020001"), Prefecture, &aomori),
            ],
        );
        assert_eq!(counts.answered.total(), 3);
        assert_eq!(counts.answered.kind(Prefecture), 2);
        assert_eq!(counts.with_target.total(), 2);
        let row = &counts.schemes[0];
        assert_eq!(row.targets.total(), 2);
        assert_eq!(row.targets.kind(CoreCity), 1);
        let first = PrefectureCode::new(1).expect("1 to 47");
        assert_eq!(row.targets.prefecture(first), 2);
        assert_eq!(row.recipients.prefecture(first), 1_200);
        assert_eq!(row.unknown.total(), 1);
        // A number without ○ is no target and joins no sum; a known zero is not unknown.
        assert_eq!(counts.schemes[1].recipients.total(), 0);
        assert_eq!(counts.schemes[2].unknown.total(), 0);
        let chosen: Vec<u64> = counts.intents.iter().map(|(_, n)| n.total()).collect();
        assert_eq!(chosen, [2, 1, 1, 0]);
    }

    fn bodies() -> impl Strategy<Value = Vec<(LocalGovernmentCode, OrganizationKind, Form1)>> {
        let row = (
            0_usize..19,
            any::<bool>(),
            proptest::option::of(0_u32..2_000_000),
        );
        let body = (
            1_u8..48,
            0_usize..7,
            proptest::collection::vec(1_u8..5, 0..3),
            proptest::collection::vec(row, 0..8),
        )
            .prop_map(|(prefecture, kind, intents, rows)| {
                let prefecture = PrefectureCode::new(prefecture).expect("1 to 47");
                let kind = OrganizationKind::ALL[kind];
                (prefecture.organization_code(), kind, form(&intents, &rows))
            });
        proptest::collection::vec(body, 0..12)
    }

    fn tally(bodies: &[(LocalGovernmentCode, OrganizationKind, Form1)]) -> NationalCounts {
        let answers = bodies.iter().map(|(code, kind, form)| (*code, *kind, form));
        NationalCounts::tally(&edition(), answers)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn both_breakdowns_add_up_to_the_total(bodies in bodies()) {
            let counts = tally(&bodies);
            let all = counts.schemes.iter().flat_map(|row| [&row.targets, &row.recipients, &row.unknown])
                .chain(counts.intents.iter().map(|(_, bodies)| bodies))
                .chain([&counts.answered, &counts.with_target]);
            for figure in all {
                let prefectures: u64 = PrefectureCode::all().map(|p| figure.prefecture(p)).sum();
                prop_assert_eq!(prefectures, figure.total());
            }
            let marks: u64 = counts.schemes.iter().map(|row| row.targets.total()).sum();
            let forms: u64 = bodies.iter().map(|(.., form)| u64::from(form.totals().targets)).sum();
            prop_assert_eq!(marks, forms);
            let persons: u64 = counts.schemes.iter().map(|row| row.recipients.total()).sum();
            let known: u64 = bodies.iter().map(|(.., form)| form.totals().target_recipients).sum();
            prop_assert_eq!(persons, known);
            prop_assert_eq!(counts.answered.total(), bodies.len() as u64);
        }

        #[test]
        fn the_order_of_the_answers_does_not_matter(mut bodies in bodies()) {
            let counts = tally(&bodies);
            bodies.reverse();
            prop_assert_eq!(&tally(&bodies), &counts);
            bodies.sort_by_key(|(code, ..)| *code);
            prop_assert_eq!(tally(&bodies), counts);
        }
    }
}
