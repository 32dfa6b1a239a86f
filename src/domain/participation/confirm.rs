//! Confirming participation from answers: what a revision would add to the ledger, and what it has dropped.
//!
//! ```text
//! newest revision (schemes with ○) + the ledger's entries of the edition's fiscal year ─ Plan::of ─> Plan
//! Plan ─ entries ─> 参加予定 for what is new, 取下げ for what was dropped (only if the ministry says so)
//! ```
//! What the ledger says already adds nothing, so confirming twice adds nothing.

use jiff::civil::Date;

use super::{ParticipationEntry, ParticipationState, usual_day};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::organization::RespondentClass;
use crate::domain::scheme::SchemeId;
use crate::domain::scheme_catalogue::{Catalogue, conflict};
use crate::domain::survey_edition::{EditionState, SurveyEdition};

/// Whether answers of an edition may become participation: the one place that says so. A trial never counts, and
/// a follow-up asks for amounts.
pub fn is_confirmable(edition: &SurveyEdition) -> bool {
    edition.state != EditionState::Preparing && edition.is_intent_survey()
}

/// An entry of the edition's fiscal year, as far as confirming looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearEntry {
    pub scheme: SchemeId,
    pub state: ParticipationState,
    pub effective_on: Date,
    pub recorded_at: UnixMillis,
    /// The revision it was confirmed from, and the edition of that answer.
    pub confirmed: Option<(i64, i64)>,
}

/// A received answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerToConfirm {
    /// On the last day of the fiscal year.
    pub class: RespondentClass,
    pub edition_id: i64,
    /// The newest revision.
    pub revision_id: i64,
    pub submitted_at: UnixMillis,
    /// Its rows with ○, in the order of the form.
    pub targets: Vec<SchemeId>,
}

/// A scheme with the day from which the new entry holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub scheme: SchemeId,
    pub effective_on: Date,
}

/// What confirming one answer would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// 参加予定 the ledger does not have.
    pub add: Vec<Planned>,
    /// Confirmed from an earlier revision of this answer, still live, and without ○ now.
    pub dropped: Vec<Planned>,
    /// ○ that the catalogue does not allow: by the rules of every list they cannot be registered.
    pub conflicting: Vec<SchemeId>,
    /// The newest revision of this answer that the ledger names.
    pub confirmed_from: Option<i64>,
}

/// Where an answer stands towards the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing to confirm: no answer, or no ○ that can be confirmed.
    Nothing,
    /// 未確定
    Open,
    /// 確定後に変更: a newer revision added or dropped schemes.
    Changed,
    /// 確定済: the ledger says what the answer says.
    Settled,
}

impl Plan {
    /// Compares an answer with the ledger's entries of its body and the edition's year, oldest first.
    pub fn of(
        answer: &AnswerToConfirm,
        ledger: &[YearEntry],
        catalogue: &Catalogue,
        year: FiscalYear,
        today: Date,
    ) -> Self {
        let mut plan = Self {
            confirmed_from: ledger
                .iter()
                .filter_map(|entry| entry.confirmed)
                .filter(|(_, edition)| *edition == answer.edition_id)
                .map(|(revision, _)| revision)
                .max(),
            ..Self::default()
        };
        for scheme in &answer.targets {
            let held = holds(ledger, scheme, today);
            let allowed = catalogue
                .position(scheme.as_str())
                .and_then(|at| catalogue.get(at))
                .is_some_and(|scheme| conflict(scheme, &answer.class, year).is_none());
            match held {
                Some(entry) if entry.state.is_live() => {}
                // A withdrawal recorded after the answer was given is the newer word.
                Some(entry) if entry.recorded_at >= answer.submitted_at => {}
                _ if !allowed => plan.conflicting.push(scheme.clone()),
                held => plan.add.push(Planned {
                    scheme: scheme.clone(),
                    // Of two entries the later day counts: never before the one it takes the place of.
                    effective_on: usual_day(ParticipationState::Planned, year, today)
                        .max(held.map_or(Date::MIN, |entry| entry.effective_on)),
                }),
            }
        }
        for entry in ledger {
            let of_answer = entry.confirmed.is_some_and(|(revision, edition)| {
                edition == answer.edition_id && revision != answer.revision_id
            });
            let is_live =
                holds(ledger, &entry.scheme, today).is_some_and(|held| held.state.is_live());
            let known = plan.dropped.iter().any(|it| it.scheme == entry.scheme);
            if of_answer && is_live && !known && !answer.targets.contains(&entry.scheme) {
                plan.dropped.push(Planned {
                    scheme: entry.scheme.clone(),
                    effective_on: usual_day(ParticipationState::Withdrawn, year, today),
                });
            }
        }
        plan
    }

    /// Where the answer stands.
    pub fn standing(&self, answer: &AnswerToConfirm) -> Standing {
        let open = !self.add.is_empty() || !self.dropped.is_empty();
        let confirmable = answer.targets.len() > self.conflicting.len();
        match self.confirmed_from {
            Some(_) if open => Standing::Changed,
            None if open => Standing::Open,
            Some(_) => Standing::Settled,
            None if confirmable => Standing::Settled,
            None => Standing::Nothing,
        }
    }

    /// The entries, with those for what was dropped if `with_dropped`.
    pub fn entries(
        &self,
        answer: &AnswerToConfirm,
        year: FiscalYear,
        with_dropped: bool,
    ) -> Vec<ParticipationEntry> {
        let entry = |planned: &Planned, state| ParticipationEntry {
            code: answer.class.code,
            scheme: planned.scheme.clone(),
            fiscal_year: year,
            state,
            effective_on: planned.effective_on,
            revision_id: Some(answer.revision_id),
            note: String::new(),
        };
        let added = self.add.iter();
        let added = added.map(|planned| entry(planned, ParticipationState::Planned));
        let dropped = self.dropped.iter().filter(|_| with_dropped);
        let dropped = dropped.map(|planned| entry(planned, ParticipationState::Withdrawn));
        added.chain(dropped).collect()
    }
}

/// The entry of a scheme that holds on a day: the latest day counts, of one day the one recorded later.
fn holds<'a>(ledger: &'a [YearEntry], scheme: &SchemeId, today: Date) -> Option<&'a YearEntry> {
    ledger
        .iter()
        .filter(|entry| entry.scheme == *scheme && entry.effective_on <= today)
        .max_by_key(|entry| entry.effective_on)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::organization::OrganizationKind;
    use crate::domain::scheme_catalogue::tests::shipped;

    const TODAY: Date = date(2027, 3, 10);
    const EDITION: i64 = 7;

    fn year() -> FiscalYear {
        FiscalYear::try_from(2027).expect("a year")
    }

    fn id(text: &str) -> SchemeId {
        text.parse().expect("an id")
    }

    fn answer(revision_id: i64, targets: &[&str]) -> AnswerToConfirm {
        AnswerToConfirm {
            class: RespondentClass {
                code: "012025".parse().expect("a code"),
                kind: OrganizationKind::CoreCity,
                health_center_city: true,
                child_guidance_city: false,
            },
            edition_id: EDITION,
            revision_id,
            submitted_at: UnixMillis(revision_id * 1_000),
            targets: targets.iter().map(|text| id(text)).collect(),
        }
    }

    fn plan(answer: &AnswerToConfirm, ledger: &[YearEntry]) -> Plan {
        Plan::of(answer, ledger, &shipped(), year(), TODAY)
    }

    /// The ledger after a plan was carried out.
    fn after(ledger: &[YearEntry], entries: &[ParticipationEntry], at: i64) -> Vec<YearEntry> {
        let new = entries.iter().map(|entry| YearEntry {
            scheme: entry.scheme.clone(),
            state: entry.state,
            effective_on: entry.effective_on,
            recorded_at: UnixMillis(at),
            confirmed: entry.revision_id.map(|revision| (revision, EDITION)),
        });
        ledger.iter().cloned().chain(new).collect()
    }

    fn names(planned: &[Planned]) -> Vec<&str> {
        planned.iter().map(|it| it.scheme.as_str()).collect()
    }

    #[test]
    fn an_answer_is_confirmed_once_and_a_change_shows() {
        let first = answer(1, &["rehabilitation", "local_child"]);
        let found = plan(&first, &[]);
        assert_eq!(names(&found.add), ["rehabilitation", "local_child"]);
        assert_eq!(found.standing(&first), Standing::Open);
        // The fiscal year has not begun: the plan holds from today.
        assert_eq!(found.add[0].effective_on, TODAY);
        let ledger = after(&[], &found.entries(&first, year(), false), 5_000);

        let again = plan(&first, &ledger);
        assert_eq!((again.add.len(), again.dropped.len()), (0, 0));
        assert_eq!(again.standing(&first), Standing::Settled);

        let second = answer(9, &["local_child", "local_disability"]);
        let changed = plan(&second, &ledger);
        assert_eq!(names(&changed.add), ["local_disability"]);
        assert_eq!(names(&changed.dropped), ["rehabilitation"]);
        assert_eq!(changed.standing(&second), Standing::Changed);
        let kept = after(&ledger, &changed.entries(&second, year(), false), 10_000);
        let still = plan(&second, &kept);
        assert_eq!(
            (still.add.len(), names(&still.dropped)),
            (0, vec!["rehabilitation"])
        );
        let gone = after(&kept, &still.entries(&second, year(), true), 11_000);
        assert_eq!(plan(&second, &gone).standing(&second), Standing::Settled);
        // The scheme comes back with a newer answer, and counts although its withdrawal has the same day.
        let third = answer(20, &["rehabilitation", "local_child", "local_disability"]);
        assert_eq!(names(&plan(&third, &gone).add), ["rehabilitation"]);
    }

    #[test]
    fn a_withdrawal_after_the_answer_is_the_newer_word() {
        let given = answer(1, &["rehabilitation"]);
        let withdrawn = |recorded_at| YearEntry {
            scheme: id("rehabilitation"),
            state: ParticipationState::Withdrawn,
            effective_on: TODAY,
            recorded_at: UnixMillis(recorded_at),
            confirmed: None,
        };
        assert!(plan(&given, &[withdrawn(2_000)]).add.is_empty());
        assert_eq!(
            names(&plan(&given, &[withdrawn(500)]).add),
            ["rehabilitation"]
        );
    }

    #[test]
    fn what_the_catalogue_forbids_is_named_and_not_added() {
        // 精神通院医療 is run by prefectures and designated cities.
        let given = answer(1, &["psychiatric_outpatient", "rehabilitation"]);
        let found = plan(&given, &[]);
        assert_eq!(names(&found.add), ["rehabilitation"]);
        assert_eq!(found.conflicting, [id("psychiatric_outpatient")]);
        let only = answer(1, &["psychiatric_outpatient"]);
        assert_eq!(plan(&only, &[]).standing(&only), Standing::Nothing);
    }

    proptest! {
        /// Whatever the ledger says: after confirming with the dropped ones, the answer is settled.
        #[test]
        fn confirming_settles(
            targets in proptest::sample::subsequence(vec!["rehabilitation", "local_child", "local_disability"], 0..=3),
            past in prop::collection::vec((0..3_usize, 0..3_usize, -400..400_i64, any::<bool>()), 0..12),
        ) {
            let schemes = ["rehabilitation", "local_child", "local_disability"];
            let ledger: Vec<YearEntry> = past.into_iter().map(|(scheme, state, days, confirmed)| YearEntry {
                scheme: id(schemes[scheme]),
                state: ParticipationState::ALL[state],
                effective_on: TODAY.saturating_add(jiff::Span::new().days(days)),
                recorded_at: UnixMillis(500),
                confirmed: confirmed.then_some((1, EDITION)),
            }).collect();
            let given = answer(9, &targets);
            let found = plan(&given, &ledger);
            let ledger = after(&ledger, &found.entries(&given, year(), true), 10_000);
            let again = plan(&given, &ledger);
            prop_assert_eq!((again.add.len(), again.dropped.len()), (0, 0));
            for scheme in schemes {
                let live = holds(&ledger, &id(scheme), TODAY).is_some_and(|entry| entry.state.is_live());
                if targets.contains(&scheme) {
                    prop_assert!(live);
                }
            }
        }
    }
}
