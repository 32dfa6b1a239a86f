//! What must hold in every report, checked against the bodies themselves and not against the counters.
//!
//! ```text
//! StatusReport ─ check ─> Invariant { name, holds, the bodies that break it }
//! ```
//! Counters cannot tell a wrong definition from a right one, so the figures are compared with the sets of bodies
//! behind them, and those sets with each other.

use super::sentence;
use super::sets::{BodySet, Sets};
use super::{Figures, Part, ParticipantStatus, StatusReport};
use crate::domain::local_government_code::LocalGovernmentCode;

/// A rule and whether the report keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invariant {
    /// Stable id.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    pub holds: bool,
    /// The bodies that break it, if it is about bodies.
    pub broken_by: Vec<(LocalGovernmentCode, String)>,
}

pub(super) fn check(report: &StatusReport<'_>) -> Vec<Invariant> {
    let sets = Sets::of(report.standing());
    let rule = |name, label, holds: bool, breaking: Option<BodySet>| {
        let broken_by = breaking.filter(|set| !set.is_empty());
        Invariant {
            name,
            label,
            holds: holds && broken_by.is_none(),
            broken_by: broken_by.map_or_else(Vec::new, |set| named(report, &set)),
        }
    };
    let (cumulative, jumped) = cumulative(report, &sets);
    let (by_year, mixed) = by_year(report, &sets);
    let (schemes, uncovered) = schemes(report);
    vec![
        rule(
            "total_is_prefectures_plus_municipalities",
            "自治体＝都道府県＋市区町村",
            totals(report, &sets),
            None,
        ),
        rule(
            "cumulative_is_previous_plus_new",
            "累計＝前年度までの累計＋新規",
            cumulative,
            jumped,
        ),
        rule(
            "by_year_is_new_plus_continuing",
            "年度別＝新規＋継続",
            by_year,
            mixed,
        ),
        rule("sentence_is_table", "文章の数＝表の数", told(report), None),
        rule(
            "names_are_figures",
            "名前の一覧＝表の数",
            names(report),
            None,
        ),
        Invariant {
            holds: schemes && uncovered.is_empty(),
            broken_by: uncovered,
            ..rule(
                "schemes_cover_participants",
                "参加している自治体には、制度別の表に数えられた制度がある",
                true,
                None,
            )
        },
        {
            let unlisted = unlisted(report);
            Invariant {
                holds: unlisted.is_empty(),
                broken_by: unlisted,
                ..rule(
                    "bodies_are_listed",
                    "参加している自治体は、すべて団体一覧にある",
                    true,
                    None,
                )
            }
        },
    ]
}

type Names = Vec<(LocalGovernmentCode, String)>;

fn named(report: &StatusReport<'_>, set: &BodySet) -> Names {
    let bodies = report.standing().bodies().enumerate();
    bodies
        .filter(|(at, _)| set.has(*at))
        .map(|(_, (body, _))| (body.code, body.name.to_owned()))
        .collect()
}

fn adds_up(figures: Figures) -> bool {
    figures.total == figures.prefecture + figures.municipality
}

fn totals(report: &StatusReport<'_>, sets: &Sets) -> bool {
    let years = report.years.iter().zip(&sets.years);
    years.into_iter().all(|(year, sets_of)| {
        [
            (year.cumulative, &sets_of.cumulative),
            (year.by_year, &sets_of.by_year),
            (year.new, &sets_of.new),
            (year.continuing, &sets_of.continuing),
        ]
        .into_iter()
        .all(|(figures, set)| adds_up(figures) && figures == sets.figures(set))
    })
}

/// The figures add up in every part; and the bodies that are new although they were there, or came in otherwise.
fn cumulative(report: &StatusReport<'_>, sets: &Sets) -> (bool, Option<BodySet>) {
    let mut holds = true;
    let mut breaking: Option<BodySet> = None;
    let mut before: Option<&BodySet> = None;
    let mut figures_before = Figures::default();
    for (year, of_year) in report.years.iter().zip(&sets.years) {
        holds &= Part::ALL
            .into_iter()
            .all(|part| year.cumulative.of(part) == figures_before.of(part) + year.new.of(part));
        let wrong = match before {
            Some(before) => {
                let both = before.and(&of_year.new);
                let lost = of_year.cumulative.xor(&before.or(&of_year.new));
                both.or(&lost)
            }
            None => of_year.cumulative.xor(&of_year.new),
        };
        breaking = Some(breaking.map_or(wrong.clone(), |all| all.or(&wrong)));
        before = Some(&of_year.cumulative);
        figures_before = year.cumulative;
    }
    (holds, breaking)
}

fn by_year(report: &StatusReport<'_>, sets: &Sets) -> (bool, Option<BodySet>) {
    let mut holds = true;
    let mut breaking: Option<BodySet> = None;
    for (year, of_year) in report.years.iter().zip(&sets.years) {
        holds &= Part::ALL
            .into_iter()
            .all(|part| year.by_year.of(part) == year.new.of(part) + year.continuing.of(part));
        let both = of_year.new.and(&of_year.continuing);
        let lost = of_year.by_year.xor(&of_year.new.or(&of_year.continuing));
        let wrong = both.or(&lost);
        breaking = Some(breaking.map_or(wrong.clone(), |all| all.or(&wrong)));
    }
    (holds, breaking)
}

fn told(report: &StatusReport<'_>) -> bool {
    let year = report.year();
    let figures = (year.new.total, year.continuing.total);
    sentence::figures(&report.sentence) == Some(figures)
        && figures.0 + figures.1 == year.by_year.total
}

fn names(report: &StatusReport<'_>) -> bool {
    let year = report.year();
    let lists = [
        (&report.prefectures, Part::Prefectures),
        (&report.municipalities, Part::Municipalities),
    ];
    let absent = report.absent.len() as u32 + year.cumulative.total;
    let everybody = report.standing().bodies().count() as u32;
    absent == everybody
        && lists.into_iter().all(|(list, part)| {
            let count = |status: ParticipantStatus| {
                let of = list.iter().filter(|one| one.status == status);
                of.count() as u32
            };
            list.len() as u32 == year.cumulative.of(part)
                && count(ParticipantStatus::New) == year.new.of(part)
                && count(ParticipantStatus::Continuing) == year.continuing.of(part)
        })
}

/// The columns count what the bodies' masks have; and the bodies with a scheme that no column counts.
fn schemes(report: &StatusReport<'_>) -> (bool, Names) {
    let tables = [&report.prefecture_by_scheme, &report.municipality_by_scheme];
    let columns = tables.map(|table| {
        let bits = table.iter().map(|figure| 1_u64 << figure.scheme);
        bits.fold(0, |all, bit| all | bit)
    });
    let mut counts = [[0_u32; 64]; 2];
    let mut uncovered = Vec::new();
    for (body, masks) in report.standing().bodies() {
        let table = usize::from(!body.code.is_prefecture());
        let all = masks.iter().fold(0, |all, mask| all | mask);
        if all & !columns[table] != 0 {
            uncovered.push((body.code, body.name.to_owned()));
        }
        for (scheme, count) in counts[table].iter_mut().enumerate() {
            *count += (all >> scheme & 1) as u32;
        }
    }
    let holds = tables.iter().zip(&counts).all(|(table, counts)| {
        let mut figures = table.iter();
        figures.all(|figure| figure.bodies == counts[figure.scheme])
    });
    (holds, uncovered)
}

fn unlisted(report: &StatusReport<'_>) -> Names {
    let lists = report.prefectures.iter().chain(&report.municipalities);
    lists
        .filter(|participant| participant.body.kind.is_none())
        .map(|participant| (participant.body.code, participant.body.name.to_owned()))
        .collect()
}
