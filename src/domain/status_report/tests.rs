use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use super::*;

mod figures;

use crate::domain::organization::Organization;
use crate::domain::participation::{ParticipationEntry, ParticipationState, packed};
use crate::domain::scheme_catalogue::tests::shipped;

/// Two prefectures and four municipalities.
const BODIES: [(&str, &str, &str); 6] = [
    ("010006", "prefecture", "北海道"),
    ("011002", "designated_city", "札幌市"),
    ("012025", "core_city", "函館市"),
    ("012033", "city", "小樽市"),
    ("020001", "prefecture", "青森県"),
    ("022021", "city", "弘前市"),
];

fn bodies() -> BodyList {
    let lines = BODIES.map(|(code, kind, name)| format!("{code}\t{kind}\t{name}"));
    BodyList::read(lines.join("\n")).expect("a list")
}

fn snapshot(batches: &[Vec<ParticipationEntry>]) -> Snapshot {
    let pack = |batch: &Vec<_>| packed::pack(batch).expect("fits").into();
    Snapshot {
        bodies: bodies(),
        catalogue: shipped(),
        batches: batches.iter().map(pack).collect(),
    }
}

fn entry(code: &str, scheme: &str, year: u16, day: Date) -> ParticipationEntry {
    ParticipationEntry {
        code: code.parse().expect("a code"),
        scheme: scheme.parse().expect("an id"),
        fiscal_year: FiscalYear::try_from(year).expect("a year"),
        state: ParticipationState::Running,
        effective_on: day,
        revision_id: None,
        note: String::new(),
    }
}

fn withdrawn(entry: ParticipationEntry) -> ParticipationEntry {
    ParticipationEntry {
        state: ParticipationState::Withdrawn,
        ..entry
    }
}

fn r(year: u16) -> FiscalYear {
    FiscalYear::try_from(year).expect("a year")
}

const DAY: Date = date(2025, 10, 31);

fn figures(total: u32, prefecture: u32, municipality: u32) -> Figures {
    Figures {
        total,
        prefecture,
        municipality,
    }
}

#[test]
fn bodies_are_counted_once_whatever_they_take_part_with() {
    let spring = date(2025, 4, 1);
    let snapshot = snapshot(&[vec![
        entry("012025", "local_child", 2024, spring),
        entry("012025", "local_other", 2024, spring),
        entry("012025", "rehabilitation", 2025, spring),
        entry("010006", "psychiatric_outpatient", 2025, spring),
        entry("022021", "local_child", 2023, spring),
    ]]);
    let report = StatusReport::build(&snapshot, r(2025), DAY).expect("a report");
    let year = report.year();
    assert_eq!(year.cumulative, figures(3, 1, 2));
    assert_eq!(year.by_year, figures(2, 1, 1));
    assert_eq!(year.new, figures(1, 1, 0));
    assert_eq!(year.continuing, figures(1, 0, 1));
    let statuses: Vec<_> = report.municipalities.iter().map(|one| one.status).collect();
    assert_eq!(
        statuses,
        [ParticipantStatus::Continuing, ParticipantStatus::Earlier]
    );
    let absent: Vec<_> = report.absent.iter().map(|body| body.name).collect();
    assert_eq!(absent, ["札幌市", "小樽市", "青森県"]);
    assert!(report.is_sound());
    let of = |cell| -> Vec<&str> { report.members(cell).map(|body| body.name).collect() };
    assert_eq!(of(Cell::New(r(2025), Part::All)), ["北海道"]);
    let child = report.catalogue().position("local_child").expect("an id");
    assert_eq!(of(Cell::Scheme(child, Part::All)), ["函館市", "弘前市"]);
    assert_eq!(
        of(Cell::Class(
            ClassPart::Participants,
            Some(OrganizationKind::City)
        )),
        ["弘前市"]
    );
    assert_eq!(of(Cell::Cumulative(r(2031), Part::All)), [""; 0]);
    assert!(StatusReport::build(&snapshot, r(2022), DAY).is_err());
}

#[test]
fn of_one_day_the_later_record_counts_and_of_two_days_the_later_day() {
    let (spring, autumn) = (date(2025, 4, 1), date(2025, 10, 1));
    let joined = entry("012025", "local_child", 2025, spring);
    let left = withdrawn(entry("012025", "local_child", 2025, autumn));
    let takes_part = |batches: &[Vec<_>], day| {
        let snapshot = snapshot(batches);
        let report = StatusReport::build(&snapshot, r(2025), day).expect("a report");
        report.year().cumulative.total == 1
    };
    for order in [
        [joined.clone(), left.clone()],
        [left.clone(), joined.clone()],
    ] {
        let batches = order.map(|entry| vec![entry]);
        assert!(!takes_part(&batches, date(2025, 3, 31)));
        assert!(takes_part(&batches, date(2025, 9, 30)));
        assert!(!takes_part(&batches, autumn));
    }
    let same_day = withdrawn(joined.clone());
    assert!(!takes_part(
        &[vec![joined.clone()], vec![same_day.clone()]],
        DAY
    ));
    assert!(takes_part(&[vec![same_day], vec![joined]], DAY));
}

/// A body that no list has, and a scheme that no catalogue has: counted, named, and told.
#[test]
fn what_nobody_knows_breaks_a_rule_by_name() {
    let day = date(2025, 4, 1);
    let snapshot = snapshot(&[vec![
        entry("131032", "local_child", 2025, day),
        entry("012025", "no_such_scheme", 2025, day),
    ]]);
    let report = StatusReport::build(&snapshot, r(2025), DAY).expect("a report");
    assert_eq!(report.year().cumulative, figures(2, 0, 2));
    let broken: Vec<_> = report
        .invariants
        .iter()
        .filter(|rule| !rule.holds)
        .map(|rule| (rule.name, rule.broken_by[0].0.to_string()))
        .collect();
    assert_eq!(
        broken,
        [
            ("schemes_cover_participants", "012025".to_owned()),
            ("bodies_are_listed", "131032".to_owned()),
        ]
    );
}

/// What the ministry's paper did: a figure that its own table does not have.
#[test]
fn a_figure_that_does_not_fit_is_found() {
    let day = date(2025, 4, 1);
    let snapshot = snapshot(&[
        vec![entry("012025", "local_child", 2024, day)],
        vec![
            entry("012025", "local_other", 2025, day),
            entry("010006", "psychiatric_outpatient", 2025, day),
            entry("012033", "local_child", 2025, day),
        ],
    ]);
    let report = StatusReport::build(&snapshot, r(2025), DAY).expect("a report");
    assert!(report.is_sound());
    let broken = |change: &dyn Fn(&mut StatusReport<'_>)| -> Vec<&'static str> {
        let mut changed = report.clone();
        change(&mut changed);
        let rules = invariants::check(&changed);
        let broken = rules.into_iter().filter(|rule| !rule.holds);
        broken.map(|rule| rule.name).collect()
    };
    assert_eq!(broken(&|_| ()), [""; 0]);
    let last = report.years.len() - 1;
    assert_eq!(
        broken(&|report| report.years[last].cumulative.municipality -= 1),
        [
            "total_is_prefectures_plus_municipalities",
            "cumulative_is_previous_plus_new",
            "names_are_figures"
        ]
    );
    assert_eq!(
        broken(
            &|report| report.sentence = report.sentence.replace("2自治体が新規", "3自治体が新規")
        ),
        ["sentence_is_table"]
    );
    assert_eq!(
        broken(&|report| {
            report.municipalities.pop();
        }),
        ["names_are_figures"]
    );
    assert_eq!(
        broken(&|report| report.municipality_by_scheme[0].bodies += 1),
        ["schemes_cover_participants"]
    );
    assert_eq!(
        broken(&|report| report.years[last].continuing = Figures::default()),
        [
            "total_is_prefectures_plus_municipalities",
            "by_year_is_new_plus_continuing",
            "sentence_is_table",
            "names_are_figures"
        ]
    );
}

#[test]
fn sentences_read_back() {
    let year = YearFigures {
        new: figures(442, 19, 423),
        continuing: figures(39, 17, 22),
        ..empty_year(r(2025))
    };
    let sentence = sentence::write(r(2025), &year);
    assert_eq!(
        sentence,
        "※令和7年度実施予定の自治体のうち、442自治体が新規参加予定、39自治体は令和6年度から参加していて令和7年度もシステム改修等を実施予定。"
    );
    assert_eq!(sentence::figures(&sentence), Some((442, 39)));
    assert_eq!(sentence::figures("※参加なし"), None);
}

#[test]
fn lists_of_bodies_read_or_say_what_is_wrong() {
    assert!(BodyList::read("010006\tprefecture".to_owned()).is_err());
    assert!(BodyList::read("010007\tprefecture\t北海道".to_owned()).is_err());
    assert!(BodyList::read("010006\tcountry\t北海道".to_owned()).is_err());
    let wrong_order = "020001\tprefecture\t青森県\n010006\tprefecture\t北海道";
    assert!(BodyList::read(wrong_order.to_owned()).is_err());
    assert!(BodyList::read(String::new()).expect("nobody").is_empty());
    let organizations: Vec<Organization> = BODIES
        .iter()
        .rev()
        .map(|(code, kind, name)| Organization {
            code: code.parse().expect("a code"),
            name: (*name).to_owned(),
            kana: String::new(),
            kind: kind.parse().expect("a kind"),
            health_center_city: false,
            child_guidance_city: false,
        })
        .collect();
    let list = BodyList::of(&organizations).expect("a list");
    assert_eq!(
        list.iter().collect::<Vec<_>>(),
        bodies().iter().collect::<Vec<_>>()
    );
}

fn any_entry() -> impl Strategy<Value = ParticipationEntry> {
    let schemes = [
        "local_child",
        "local_other",
        "psychiatric_outpatient",
        "nursing_care",
    ];
    (
        0..BODIES.len(),
        0..schemes.len(),
        2023_u16..=2027,
        0..3_usize,
        0..40_i64,
    )
        .prop_map(
            move |(body, scheme, year, state, days)| ParticipationEntry {
                state: ParticipationState::ALL[state],
                ..entry(
                    BODIES[body].0,
                    schemes[scheme],
                    year,
                    date(2025, 1, 1).saturating_add((days * 10).days()),
                )
            },
        )
}

fn any_ledger() -> impl Strategy<Value = Vec<Vec<ParticipationEntry>>> {
    prop::collection::vec(prop::collection::vec(any_entry(), 0..12), 0..6)
}

/// Of each body, scheme and year one entry a day: what does not depend on the order of recording.
fn one_a_day(entries: Vec<ParticipationEntry>) -> Vec<ParticipationEntry> {
    let mut seen = BTreeSet::new();
    let key = |entry: &ParticipationEntry| {
        (
            entry.code,
            entry.scheme.clone(),
            entry.fiscal_year,
            entry.effective_on,
        )
    };
    let mut entries = entries;
    entries.retain(|entry| seen.insert(key(entry)));
    entries
}

proptest! {
    #[test]
    fn every_invariant_holds(ledger in any_ledger(), year in 2023_u16..=2027, days in 0..500_i64) {
        let snapshot = snapshot(&ledger);
        let day = date(2025, 1, 1).saturating_add(days.days());
        let report = StatusReport::build(&snapshot, r(year), day).expect("a report");
        for rule in &report.invariants {
            prop_assert!(rule.holds, "{rule:?}");
        }
        // Every figure has as many bodies behind it, and machines get the same.
        for of in &report.years {
            for part in Part::ALL {
                let count = |cell| report.members(cell).count() as u32;
                prop_assert_eq!(count(Cell::Cumulative(of.year, part)), of.cumulative.of(part));
                prop_assert_eq!(count(Cell::ByYear(of.year, part)), of.by_year.of(part));
            }
        }
        let absent = report.members(Cell::Absent(Part::All)).count();
        prop_assert_eq!(absent, report.absent.len());
        let json: serde_json::Value = serde_json::from_slice(&report.to_json()).expect("JSON");
        prop_assert_eq!(
            json["cumulative"][r(year).short()]["total"].as_u64(),
            Some(u64::from(report.year().cumulative.total))
        );
    }

    /// The state of a day is what a plain replay of the events up to that day gives.
    #[test]
    fn as_of_is_the_replay_up_to_that_day(ledger in any_ledger(), days in 0..500_i64) {
        let snapshot = snapshot(&ledger);
        let day = date(2025, 1, 1).saturating_add(days.days());
        let report = StatusReport::build(&snapshot, r(2027), day).expect("a report");
        let mut events: Vec<_> = ledger.iter().flatten().filter(|e| e.effective_on <= day).collect();
        // Stable: of one day in the order of recording.
        events.sort_by_key(|event| event.effective_on);
        let mut state = BTreeMap::new();
        for event in &events {
            state.insert((event.code, &event.scheme, event.fiscal_year), event.state);
        }
        let mut expected: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for ((code, scheme, year), state) in state {
            if state.is_live() {
                expected.entry(code).or_default().insert((year, scheme.as_str()));
            }
        }
        let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (body, masks) in report.standing().bodies() {
            for (year, mask) in report.years.iter().zip(masks) {
                for id in report.catalogue().ids(*mask) {
                    found.entry(body.code).or_default().insert((year.year, id));
                }
            }
        }
        prop_assert_eq!(&found, &expected);
        // And the ledger cut at that day gives the same report for any later day.
        let cut: Vec<Vec<_>> = ledger
            .iter()
            .map(|batch| batch.iter().filter(|e| e.effective_on <= day).cloned().collect())
            .collect();
        let cut = self::snapshot(&cut);
        let later = StatusReport::build(&cut, r(2027), date(2030, 1, 1)).expect("a report");
        prop_assert_eq!(later.years, report.years);
    }

    #[test]
    fn the_order_of_import_does_not_matter(
        ledger in any_ledger().prop_map(|ledger| one_a_day(ledger.into_iter().flatten().collect())),
        seed: u64,
    ) {
        let day = date(2025, 12, 31);
        let json = |entries: &[ParticipationEntry], parts: usize| {
            let batches: Vec<_> = entries.chunks(parts.max(1)).map(<[_]>::to_vec).collect();
            let snapshot = snapshot(&batches);
            StatusReport::build(&snapshot, r(2027), day).expect("a report").to_json()
        };
        let mut other = ledger.clone();
        other.sort_by_key(|entry| {
            let text = format!("{entry:?}{seed}");
            text.bytes().fold(seed, |hash, byte| hash.rotate_left(5) ^ u64::from(byte).wrapping_mul(0x9e37_79b9))
        });
        prop_assert_eq!(json(&ledger, 4), json(&other, 3));
    }

    /// What the comparison of two days names is exactly what differs.
    #[test]
    fn changes_lead_from_one_day_to_the_other(ledger in any_ledger(), a in 0..500_i64, b in 0..500_i64) {
        let snapshot = snapshot(&ledger);
        let standing = |days: i64| {
            Standing::build(&snapshot, r(2027), date(2025, 1, 1).saturating_add(days.days())).expect("a standing")
        };
        let (before, after) = (standing(a), standing(b));
        let all = |standing: &Standing<'_>| -> BTreeMap<_, u64> {
            let masks = standing.bodies().map(|(body, masks)| (body.code, masks.iter().fold(0, |all, mask| all | mask)));
            masks.filter(|(_, mask)| *mask != 0).collect()
        };
        let changes = Changes::between(&before, &after);
        let mut state = all(&before);
        for change in &changes.0 {
            let mask = state.remove(&change.body.code).unwrap_or(0);
            prop_assert_eq!(change.change == Change::Entered, mask == 0);
            let mask = mask & !change.dropped | change.added;
            prop_assert_eq!(change.change == Change::Left, mask == 0);
            if mask != 0 {
                state.insert(change.body.code, mask);
            }
        }
        prop_assert_eq!(state, all(&after));
        prop_assert!(Changes::between(&after, &after).0.is_empty());
    }
}
