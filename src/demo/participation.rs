//! 先行実施への参加, 令和5年度 to 令和7年度: invented bodies with the figures the ministry published in October 2025.
//!
//! ```text
//! bodies ─ Cast (who takes part, by rank) ─> entries, scheme by scheme ─> a batch a year
//! ```
//! Every figure of the briefing's tables comes out of these entries: the totals of three years, new and
//! continuing, and the bodies of every scheme. The 41 prefectures are those the briefing names; which of them
//! were new, and every municipality, is made up.

use jiff::civil::date;

use super::people::People;
use super::prng::Prng;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::participation::{ParticipationEntry, ParticipationSource, ParticipationState};
use crate::store::Transaction;
use crate::store::participation::NewBatch;
use crate::workflow::{WorkflowError, WorkflowResult};

/// Prefectures that do not take part in 令和7年度.
const ABSENT: [u8; 6] = [15, 19, 29, 36, 39, 47];

/// A scheme and the ranks that begin with it, each range with its year; 0 is the year in which the rank joins.
type Line = (&'static str, &'static [(usize, usize, u16)]);

/// Prefectures: ranks 0 to 21 join in 令和6年度, 22 to 40 in 令和7年度; 5 to 21 go on in 令和7年度.
const PREFECTURES: [Line; 11] = [
    ("psychiatric_outpatient", &[(0, 39, 0)]),
    ("intractable_disease", &[(0, 14, 0), (25, 40, 0)]),
    ("child_chronic_disease", &[(0, 14, 0), (25, 40, 0)]),
    ("disabled_child_facility", &[(5, 13, 2025)]),
    ("tuberculosis", &[(0, 2, 0), (30, 31, 0)]),
    ("novel_influenza_home_care", &[(30, 30, 0)]),
    ("new_infection_home_care", &[(31, 31, 0)]),
    ("hepatitis_treatment", &[(10, 22, 2025)]),
    ("liver_cancer_research", &[(14, 20, 2025)]),
    ("specified_disease_research", &[(17, 21, 2025)]),
    ("local_other", &[(3, 3, 0), (35, 36, 0)]),
];

/// Municipalities: ranks 0 to 4 join in 令和5年度, 5 to 160 in 令和6年度, 161 to 583 in 令和7年度; 0 and 1 go on in
/// 令和6年度, 5 to 26 in 令和7年度. 560 to 563 are designated cities, 564 to 576 core cities.
const MUNICIPALITIES: [Line; 14] = [
    ("psychiatric_outpatient", &[(560, 563, 0)]),
    ("rehabilitation", &[(307, 583, 0)]),
    ("developmental", &[(318, 583, 0)]),
    ("nursing_care", &[(5, 26, 2025), (300, 385, 0)]),
    ("intractable_disease", &[(560, 561, 0)]),
    ("child_chronic_disease", &[(560, 576, 0)]),
    ("disabled_child_outpatient", &[(450, 539, 0)]),
    ("disabled_child_facility", &[(560, 561, 0)]),
    ("premature_infant", &[(0, 1, 2024), (400, 422, 0)]),
    ("tuberculosis", &[(560, 566, 0)]),
    ("local_child", &[(0, 522, 0)]),
    ("local_disability", &[(0, 484, 0)]),
    ("local_single_parent", &[(0, 505, 0)]),
    ("local_other", &[(100, 248, 0)]),
];

/// Ranks of designated and of core cities.
const CITIES: [(OrganizationKind, usize, usize); 2] = [
    (OrganizationKind::DesignatedCity, 560, 4),
    (OrganizationKind::CoreCity, 564, 13),
];
const MUNICIPALITIES_IN_ALL: usize = 584;

/// The entries, by year and then by scheme.
pub fn entries(bodies: &[Organization]) -> Vec<ParticipationEntry> {
    let mut entries = Vec::with_capacity(2_700);
    let join_prefecture = |rank| if rank < 22 { 2024 } else { 2025 };
    let join_municipality = |rank| match rank {
        0..=4 => 2023,
        5..=160 => 2024,
        _ => 2025,
    };
    add(
        &mut entries,
        &prefectures(bodies),
        &PREFECTURES,
        join_prefecture,
    );
    add(
        &mut entries,
        &municipalities(bodies),
        &MUNICIPALITIES,
        join_municipality,
    );
    // Stable: within a year the order of the tables.
    entries.sort_by_key(|entry| entry.fiscal_year);
    entries
}

fn add(
    entries: &mut Vec<ParticipationEntry>,
    ranks: &[LocalGovernmentCode],
    lines: &[Line],
    joins: impl Fn(usize) -> u16,
) {
    for (scheme, ranges) in lines {
        for (from, to, year) in *ranges {
            for rank in *from..=*to {
                let year = if *year == 0 { joins(rank) } else { *year };
                let (Some(code), Ok(scheme), Ok(fiscal_year)) =
                    (ranks.get(rank), scheme.parse(), FiscalYear::try_from(year))
                else {
                    continue;
                };
                entries.push(ParticipationEntry {
                    code: *code,
                    scheme,
                    fiscal_year,
                    state: ParticipationState::Running,
                    effective_on: fiscal_year.first_day(),
                    revision_id: None,
                    note: String::new(),
                });
            }
        }
    }
}

fn prefectures(bodies: &[Organization]) -> Vec<LocalGovernmentCode> {
    let mut all: Vec<_> = bodies
        .iter()
        .filter(|body| body.kind == OrganizationKind::Prefecture)
        .filter(|body| !ABSENT.contains(&body.prefecture().number()))
        .map(|body| body.code)
        .collect();
    Prng::new(&["participation", "prefectures"]).shuffle(&mut all);
    all
}

fn municipalities(bodies: &[Organization]) -> Vec<LocalGovernmentCode> {
    let mut rng = Prng::new(&["participation", "municipalities"]);
    let mut shuffled = |wanted: &dyn Fn(OrganizationKind) -> bool| -> Vec<_> {
        let found = bodies.iter().filter(|body| wanted(body.kind));
        let mut codes: Vec<_> = found.map(|body| body.code).collect();
        rng.shuffle(&mut codes);
        codes
    };
    let mut ranks = shuffled(&OrganizationKind::is_general_municipality);
    for (kind, from, count) in CITIES {
        let cities = shuffled(&|of| of == kind);
        let at = from.min(ranks.len());
        ranks.splice(at..at, cities.into_iter().take(count));
    }
    ranks.truncate(MUNICIPALITIES_IN_ALL);
    ranks
}

/// Writes a batch for each year, recorded in its October.
pub(super) async fn fill(
    transaction: &Transaction,
    people: &People,
    bodies: &[Organization],
) -> WorkflowResult<()> {
    let entries = entries(bodies);
    for of_year in entries.chunk_by(|one, other| one.fiscal_year == other.fiscal_year) {
        let year = of_year.first().ok_or(WorkflowError::NotFound)?.fiscal_year;
        let day = date(year.first_day().year(), 10, 1);
        let batch = NewBatch {
            source: ParticipationSource::Imported,
            recorded_at: UnixMillis::from_japan(day.at(10, 0, 0, 0)),
            actor: &people.coordinator,
            file: None,
            note: "練習用の記録です。",
            takes_back: None,
        };
        transaction.insert_batch(batch, of_year).await?;
    }
    Ok(())
}
