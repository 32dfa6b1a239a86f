//! What must hold in every report, checked against the bodies themselves and not against the counters.
//!
//! ```text
//! StatusReport ─ check ─> Invariant { name, holds, the bodies that break it }
//! ```
//! Counters cannot tell a wrong definition from a right one, so the figures are compared with the sets of bodies
//! behind them, and those sets with each other.

use super::sentence;
use super::{Cell, Figures, ListedBody, Part, ParticipantStatus, StatusReport};
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

type Names = Vec<(LocalGovernmentCode, String)>;

fn rule(name: &'static str, label: &'static str, (holds, broken_by): (bool, Names)) -> Invariant {
    Invariant {
        name,
        label,
        holds: holds && broken_by.is_empty(),
        broken_by,
    }
}

pub(super) fn check(report: &StatusReport<'_>) -> Vec<Invariant> {
    vec![
        rule(
            "total_is_prefectures_plus_municipalities",
            "自治体＝都道府県＋市区町村",
            totals(report),
        ),
        rule(
            "cumulative_is_previous_plus_new",
            "累計＝前年度までの累計＋新規",
            cumulative(report),
        ),
        rule(
            "by_year_is_new_plus_continuing",
            "年度別＝新規＋継続",
            by_year(report),
        ),
        rule(
            "sentence_is_table",
            "文章の数＝表の数",
            (told(report), Vec::new()),
        ),
        rule(
            "names_are_figures",
            "名前の一覧＝表の数",
            (names(report), Vec::new()),
        ),
        rule(
            "schemes_cover_participants",
            "参加している自治体には、制度別の表に数えられた制度がある",
            schemes(report),
        ),
        rule(
            "bodies_are_listed",
            "参加している自治体は、すべて団体一覧にある",
            (true, listed(report)),
        ),
    ]
}

fn named(bodies: impl Iterator<Item = LocalGovernmentCode>, report: &StatusReport<'_>) -> Names {
    let codes: Vec<_> = bodies.collect();
    let found = report.standing().bodies();
    found
        .filter(|(body, _)| codes.contains(&body.code))
        .map(|(body, _)| (body.code, body.name.to_owned()))
        .collect()
}

fn codes(report: &StatusReport<'_>, cell: Cell) -> Vec<LocalGovernmentCode> {
    let mut codes: Vec<_> = report.members(cell).map(|body| body.code).collect();
    codes.sort_unstable();
    codes
}

/// In exactly one of two sorted lists.
fn difference(
    one: &[LocalGovernmentCode],
    other: &[LocalGovernmentCode],
) -> Vec<LocalGovernmentCode> {
    let lacks = |list: &[LocalGovernmentCode], code: &LocalGovernmentCode| {
        list.binary_search(code).is_err()
    };
    let left = one.iter().filter(|code| lacks(other, code));
    left.chain(other.iter().filter(|code| lacks(one, code)))
        .copied()
        .collect()
}

/// Both lists together, sorted; a body in both stands twice.
fn union(
    mut one: Vec<LocalGovernmentCode>,
    other: &[LocalGovernmentCode],
) -> Vec<LocalGovernmentCode> {
    one.extend(other);
    one.sort_unstable();
    one
}

fn repeated(list: &[LocalGovernmentCode]) -> impl Iterator<Item = LocalGovernmentCode> {
    list.windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
}

fn adds_up(figures: Figures) -> bool {
    figures.total == figures.prefecture + figures.municipality
}

fn totals(report: &StatusReport<'_>) -> (bool, Names) {
    let mut holds = true;
    let mut breaking = Vec::new();
    for year in &report.years {
        for (figures, cell) in [
            (year.cumulative, Cell::Cumulative as fn(_, _) -> _),
            (year.by_year, Cell::ByYear),
            (year.new, Cell::New),
            (year.continuing, Cell::Continuing),
        ] {
            let [all, prefectures, municipalities] =
                Part::ALL.map(|part| codes(report, cell(year.year, part)));
            let counted = [&all, &prefectures, &municipalities].map(|list| list.len() as u32);
            holds &= adds_up(figures);
            holds &= counted == Part::ALL.map(|part| figures.of(part));
            let both = union(prefectures, &municipalities);
            breaking.extend(difference(&all, &both));
            breaking.extend(repeated(&both));
        }
    }
    (holds, named(breaking.into_iter(), report))
}

fn cumulative(report: &StatusReport<'_>) -> (bool, Names) {
    let mut holds = true;
    let mut breaking = Vec::new();
    let mut before = Vec::new();
    let mut figures_before = Figures::default();
    for year in &report.years {
        let now = codes(report, Cell::Cumulative(year.year, Part::All));
        let new = codes(report, Cell::New(year.year, Part::All));
        let both = union(before, &new);
        breaking.extend(difference(&now, &both));
        breaking.extend(repeated(&both));
        holds &= Part::ALL
            .into_iter()
            .all(|part| year.cumulative.of(part) == figures_before.of(part) + year.new.of(part));
        before = now;
        figures_before = year.cumulative;
    }
    (holds, named(breaking.into_iter(), report))
}

fn by_year(report: &StatusReport<'_>) -> (bool, Names) {
    let mut holds = true;
    let mut breaking = Vec::new();
    for year in &report.years {
        let all = codes(report, Cell::ByYear(year.year, Part::All));
        let new = codes(report, Cell::New(year.year, Part::All));
        let continuing = codes(report, Cell::Continuing(year.year, Part::All));
        let both = union(new, &continuing);
        breaking.extend(difference(&all, &both));
        breaking.extend(repeated(&both));
        holds &= Part::ALL
            .into_iter()
            .all(|part| year.by_year.of(part) == year.new.of(part) + year.continuing.of(part));
    }
    (holds, named(breaking.into_iter(), report))
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

fn schemes(report: &StatusReport<'_>) -> (bool, Names) {
    let tables = [
        (&report.prefecture_by_scheme, Part::Prefectures),
        (&report.municipality_by_scheme, Part::Municipalities),
    ];
    let mut holds = true;
    let mut covered = [0_u64; 2];
    for (at, (table, part)) in tables.into_iter().enumerate() {
        for figure in table {
            covered[at] |= 1 << figure.scheme;
            let members = report.members(Cell::Scheme(figure.scheme, part)).count() as u32;
            holds &= members == figure.bodies;
            holds &= figure.bodies <= report.year().cumulative.of(part);
        }
    }
    let breaking = report.standing().bodies().filter_map(|(body, masks)| {
        let all = masks.iter().fold(0, |all, mask| all | mask);
        let columns = covered[usize::from(!body.code.is_prefecture())];
        (all & !columns != 0).then_some(body.code)
    });
    (holds, named(breaking, report))
}

fn listed(report: &StatusReport<'_>) -> Names {
    let of = |participant: &super::Participant<'_>| participant.body.kind.is_none();
    let name = |body: ListedBody<'_>| (body.code, body.name.to_owned());
    let lists = report.prefectures.iter().chain(&report.municipalities);
    lists
        .filter(|participant| of(participant))
        .map(|participant| name(participant.body))
        .collect()
}
