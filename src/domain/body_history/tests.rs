use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const CODES: [&str; 4] = ["012025", "012033", "012092", "013030"];

fn code(text: &str) -> LocalGovernmentCode {
    text.parse().expect("a code")
}

fn body(of: &str, name: &str) -> Organization {
    Organization {
        code: code(of),
        name: name.to_owned(),
        kana: "カナ".to_owned(),
        kind: OrganizationKind::City,
        health_center_city: false,
        child_guidance_city: false,
    }
}

fn change(of: &str, effective_on: Date, said: Said) -> BodyChange {
    BodyChange {
        code: code(of),
        effective_on,
        said,
    }
}

fn named(name: &str) -> Said {
    Said {
        name: Some(name.to_owned()),
        ..Said::default()
    }
}

fn fate(fate: Fate) -> Said {
    Said {
        fate: Some(fate),
        ..Said::default()
    }
}

#[test]
fn what_a_change_does_not_say_stays_and_a_later_record_corrects_the_same_day() {
    let day = date(2027, 4, 1);
    let promoted = Said {
        kind: Some(OrganizationKind::CoreCity),
        health_center_city: Some(true),
        ..Said::default()
    };
    let history = BodyHistory::new(vec![
        change("012033", BEGINNING, Said::whole(&body("012033", "小樽市"))),
        change("012033", day, promoted),
        // Recorded later, for an earlier day.
        change("012033", date(2027, 1, 1), named("新小樽市")),
        change("012033", day, named("北小樽市")),
        change("012033", day, named("南小樽市")),
    ]);
    let on = |day| history.on(day).pop().expect("is there");
    assert_eq!(on(date(2026, 12, 31)).name, "小樽市");
    assert_eq!(on(date(2027, 3, 31)).name, "新小樽市");
    assert_eq!(on(date(2027, 3, 31)).kind, OrganizationKind::City);
    assert_eq!(on(day).name, "南小樽市");
    assert_eq!(on(day).kind, OrganizationKind::CoreCity);
    assert_eq!(on(day).kana, "カナ");
    assert!(history.on(date(1999, 12, 31)).is_empty());
}

#[test]
fn a_body_comes_is_there_and_ends() {
    let (first, end) = (date(2027, 4, 1), date(2028, 1, 1));
    let into = Some(code("012025"));
    let history = BodyHistory::new(vec![
        change("012025", BEGINNING, Said::whole(&body("012025", "函館市"))),
        change("013030", first, Said::whole(&body("013030", "新市"))),
        change("013030", end, fate(Fate::Abolished { into })),
    ]);
    let standing = |day| {
        history
            .state(code("013030"), day)
            .expect("is known")
            .standing
    };
    assert_eq!(standing(date(2027, 3, 31)), BodyStanding::Coming);
    assert_eq!(standing(first), BodyStanding::InForce);
    assert_eq!(standing(end), BodyStanding::Abolished { into });
    let since = history.state(code("013030"), date(2030, 1, 1));
    assert_eq!(since.expect("is known").since, end);
    let count = |day| history.on(day).len();
    assert_eq!(
        [count(date(2027, 3, 31)), count(first), count(end)],
        [1, 2, 1]
    );
    assert_eq!(history.predecessors(code("012025"), end).len(), 1);
    assert!(history.predecessors(code("012025"), first).is_empty());
    assert_eq!(history.state(code("022021"), first), None);
}

#[test]
fn a_body_that_ended_within_a_year_was_there_during_it() {
    let end = date(2027, 10, 1);
    let history = BodyHistory::new(vec![
        change("012025", BEGINNING, Said::whole(&body("012025", "函館市"))),
        change("012033", BEGINNING, Said::whole(&body("012033", "小樽市"))),
        change("012033", date(2027, 6, 1), named("新小樽市")),
        change("012033", end, fate(Fate::Abolished { into: None })),
        change(
            "012092",
            date(2028, 4, 1),
            Said::whole(&body("012092", "新市")),
        ),
    ]);
    let during = |first, last| -> Vec<String> {
        let bodies = history.during(first, last).into_iter();
        bodies.map(|body| body.name).collect()
    };
    let year = |year: i16| (date(year, 4, 1), date(year + 1, 3, 31));
    let of = |(first, last)| during(first, last);
    assert_eq!(of(year(2026)), ["函館市", "小樽市"]);
    // Its last name in the year.
    assert_eq!(of(year(2027)), ["函館市", "新小樽市"]);
    assert_eq!(of(year(2028)), ["函館市", "新市"]);
}

fn any_said() -> impl Strategy<Value = Said> {
    let name = proptest::option::of(proptest::sample::select(vec!["甲市", "乙市", "丙市"]));
    let flag = || proptest::option::of(any::<bool>());
    let fates = prop_oneof![
        4 => Just(None),
        1 => Just(Some(Fate::InForce)),
        1 => Just(Some(Fate::Abolished { into: None })),
    ];
    (name, flag(), flag(), fates).prop_map(|(name, health, guidance, fate)| Said {
        name: name.map(str::to_owned),
        kana: None,
        kind: None,
        health_center_city: health,
        child_guidance_city: guidance,
        fate,
    })
}

fn any_changes() -> impl Strategy<Value = Vec<BodyChange>> {
    let one = (
        proptest::sample::select(CODES.to_vec()),
        0_i64..40,
        any_said(),
    );
    proptest::collection::vec(one, 0..60).prop_map(|changes| {
        let known = CODES.map(|of| change(of, BEGINNING, Said::whole(&body(of, "初市"))));
        let day = |days: i64| date(2027, 1, 1) + days.days();
        let later = changes
            .into_iter()
            .map(|(of, days, said)| change(of, day(days), said));
        known.into_iter().chain(later).collect()
    })
}

/// The bodies of a day by walking through all days, change by change.
fn rebuilt(changes: &[BodyChange], until: Date) -> Vec<Organization> {
    let mut days: BTreeMap<Date, Vec<&BodyChange>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.effective_on <= until) {
        days.entry(change.effective_on).or_default().push(change);
    }
    let mut bodies: BTreeMap<LocalGovernmentCode, (Organization, bool)> = BTreeMap::new();
    for change in days.into_values().flatten() {
        let said = &change.said;
        let (known, is_there) = bodies
            .entry(change.code)
            .or_insert_with(|| (body(change.code.as_str(), ""), false));
        if let Some(name) = &said.name {
            known.name.clone_from(name);
        }
        known.health_center_city = said.health_center_city.unwrap_or(known.health_center_city);
        known.child_guidance_city = said
            .child_guidance_city
            .unwrap_or(known.child_guidance_city);
        match said.fate {
            Some(Fate::InForce) => *is_there = true,
            Some(Fate::Abolished { .. }) => *is_there = false,
            None => {}
        }
    }
    let there = bodies.into_values().filter(|(_, is_there)| *is_there);
    there.map(|(body, _)| body).collect()
}

proptest! {
    #[test]
    fn a_day_is_what_the_changes_up_to_it_add_up_to(changes in any_changes(), days in -2_i64..45) {
        let day = date(2027, 1, 1) + days.days();
        let history = BodyHistory::new(changes.clone());
        prop_assert_eq!(history.on(day), rebuilt(&changes, day));
        let until: Vec<_> = changes
            .into_iter()
            .filter(|change| change.effective_on <= day)
            .collect();
        prop_assert_eq!(history.on(day), BodyHistory::new(until).on(day));
    }

    #[test]
    fn the_order_of_recording_different_bodies_does_not_matter(
        changes in any_changes(),
        keys in proptest::collection::vec(any::<u16>(), 4),
    ) {
        // Bodies in another order, each body's own changes in theirs.
        let mut shuffled = changes.clone();
        shuffled.sort_by_key(|change| {
            let at = CODES.iter().position(|of| code(of) == change.code);
            keys[at.unwrap_or(0)]
        });
        prop_assert_eq!(BodyHistory::new(shuffled), BodyHistory::new(changes));
    }

    #[test]
    fn recording_one_by_one_or_at_once_is_the_same(changes in any_changes(), cut in 0_usize..64) {
        let cut = cut.min(changes.len());
        let history = BodyHistory::new(changes[..cut].to_vec()).with(&changes[cut..]);
        prop_assert_eq!(history, BodyHistory::new(changes));
    }
}

#[test]
fn a_rename_gives_both_names_and_an_end_its_reason() {
    let day = date(2027, 10, 1);
    let into = Fate::Abolished {
        into: Some(code("012025")),
    };
    let history = BodyHistory::new(vec![
        change("012025", BEGINNING, Said::whole(&body("012025", "函館市"))),
        change("012033", BEGINNING, Said::whole(&body("012033", "小樽市"))),
        change("012033", day, named("新小樽市")),
        change("012025", date(2028, 4, 1), named("北市")),
        change("012033", date(2028, 4, 1), fate(into)),
    ]);
    let names = |first, last| -> Vec<String> {
        let shapes = history.shapes(first, last).into_iter();
        shapes.map(|body| body.name).collect()
    };
    let year = (date(2027, 4, 1), date(2028, 3, 31));
    assert_eq!(names(year.0, year.1), ["函館市", "小樽市", "新小樽市"]);
    assert_eq!(names(date(2028, 4, 1), date(2029, 3, 31)), ["北市"]);
    let absence = |day| history.absence(code("012033"), day);
    assert_eq!(absence(year.1), None);
    assert_eq!(
        absence(date(2029, 3, 31)).as_deref(),
        Some("北海道新小樽市は、令和10年4月1日（土）に北海道北市へ引き継がれています。")
    );
    assert_eq!(history.absence(code("013030"), day), None);
}
