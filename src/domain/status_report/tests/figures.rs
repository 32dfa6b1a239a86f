use super::*;

fn key_of(figure: impl Into<Figure>, catalogue: &Catalogue) -> String {
    figure.into().key(catalogue)
}

#[test]
fn figures_have_names_that_read_back() {
    let catalogue = shipped();
    let child = catalogue.position("local_child").expect("an id");
    let hokkaido = PrefectureCode::new(1).expect("1");
    for (figure, key) in [
        (
            Cell::Cumulative(r(2025), Part::All).into(),
            "cumulative.R7.total",
        ),
        (
            Cell::ByYear(r(2024), Part::Prefectures).into(),
            "by_year.R6.prefecture",
        ),
        (
            Figure::within(Cell::New(r(2025), Part::Municipalities), hokkaido),
            "new.R7.municipality.01",
        ),
        (
            Cell::Scheme(child, Part::Municipalities).into(),
            "scheme.local_child.municipality",
        ),
        (
            Cell::Class(ClassPart::Absent, Some(OrganizationKind::CoreCity)).into(),
            "class_absent.core_city",
        ),
        (
            Figure::within(Cell::Class(ClassPart::Bodies, None), hokkaido),
            "class_bodies.all.01",
        ),
        (Cell::Absent(Part::All).into(), "absent.total"),
    ] {
        assert_eq!(key_of(figure, &catalogue), key);
        assert_eq!(Figure::read(key, &catalogue), Some(figure), "{key}");
    }
    for bad in [
        "",
        "new",
        "new.R7",
        "new.2025.total",
        "new.R7.everybody",
        "new.R7.total.48",
        "new.R7.total.01.01",
        "new.R7.total.x",
        "scheme.no_such_scheme.total",
        "class.hamlet",
        "absent.total.",
        ".",
    ] {
        assert_eq!(Figure::read(bad, &catalogue), None, "{bad:?}");
    }
}

#[test]
fn a_body_is_traced_to_the_entries_that_hold() {
    let (spring, autumn) = (date(2025, 4, 1), date(2025, 10, 1));
    let early = date(2024, 4, 1);
    let snapshot = snapshot(&[
        vec![
            entry("012025", "local_child", 2024, early),
            entry("012033", "local_child", 2025, spring),
        ],
        vec![
            entry("012025", "local_other", 2025, spring),
            // Says the same again, later: this one holds.
            entry("012025", "local_child", 2024, spring),
        ],
        vec![withdrawn(entry("012033", "local_child", 2025, autumn))],
        vec![entry("022021", "local_child", 2025, date(2025, 12, 1))],
    ]);
    let report = StatusReport::build(&snapshot, r(2025), DAY).expect("a report");
    let trace = |cell: Cell| report.traces(&snapshot, cell.into()).expect("reads");
    let all = trace(Cell::Cumulative(r(2025), Part::All));
    assert_eq!(all.len(), 1);
    let hakodate = &all[0];
    assert_eq!(hakodate.body.name, "函館市");
    assert_eq!(hakodate.status, Some(ParticipantStatus::Continuing));
    assert_eq!(hakodate.first_year, Some(r(2024)));
    assert_eq!(hakodate.since, Some(spring));
    assert_eq!(hakodate.batches, [1]);
    assert_eq!(
        report.catalogue().ids(hakodate.schemes),
        ["local_child", "local_other"]
    );
    // A figure of an earlier year counts what holds for that year.
    let earlier = trace(Cell::Cumulative(r(2024), Part::All));
    assert_eq!(earlier[0].batches, [1]);
    // Of a scheme, its own entries.
    let other = report.catalogue().position("local_other").expect("an id");
    let of_scheme = trace(Cell::Scheme(other, Part::Municipalities));
    assert_eq!(of_scheme[0].first_year, Some(r(2025)));
    // Who withdrew is told from who never came; what holds later is not known yet.
    let absent = trace(Cell::Absent(Part::Municipalities));
    let facts: Vec<_> = absent
        .iter()
        .map(|one| {
            (
                one.body.name,
                one.has_withdrawn,
                one.since,
                one.batches.clone(),
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            ("札幌市", false, None, vec![]),
            ("小樽市", true, Some(autumn), vec![2]),
            ("弘前市", false, None, vec![]),
        ]
    );
}

#[test]
fn years_with_entries_are_those_in_which_somebody_takes_part() {
    let day = date(2025, 4, 1);
    let snapshot = snapshot(&[vec![
        entry("012025", "local_child", 2025, day),
        entry("012025", "local_child", 2023, day),
        withdrawn(entry("012025", "local_child", 2026, day)),
    ]]);
    let years = snapshot.years_with_entries().expect("reads");
    assert_eq!(years, [r(2023), r(2025)]);
}

proptest! {
    /// Every figure of every prefecture has as many bodies as parts of it, and every body its entries.
    #[test]
    fn figures_of_prefectures_add_up_and_are_traced(ledger in any_ledger(), days in 0..500_i64) {
        let snapshot = snapshot(&ledger);
        let day = date(2025, 1, 1).saturating_add(days.days());
        let report = StatusReport::build(&snapshot, r(2027), day).expect("a report");
        let mut cells = vec![Cell::Absent(Part::All), Cell::Class(ClassPart::Participants, None)];
        for year in report.standing().years() {
            for part in Part::ALL {
                cells.extend([
                    Cell::Cumulative(year, part),
                    Cell::ByYear(year, part),
                    Cell::New(year, part),
                    Cell::Continuing(year, part),
                    Cell::Earlier(year, part),
                ]);
            }
        }
        for cell in cells {
            let all = report.members(cell).count();
            let parts: usize = PrefectureCode::all()
                .map(|prefecture| report.behind(Figure::within(cell, prefecture)).count())
                .sum();
            prop_assert_eq!(parts, all, "{:?}", cell);
            let traces = report.traces(&snapshot, cell.into()).expect("reads");
            prop_assert_eq!(traces.len(), all);
            for trace in traces {
                let takes_part = trace.status.is_some();
                prop_assert!(takes_part != trace.batches.is_empty() || trace.has_withdrawn);
                prop_assert_eq!(takes_part, trace.first_year.is_some());
                prop_assert_eq!(trace.since.is_some(), !trace.batches.is_empty());
                prop_assert!(trace.since.is_none_or(|since| since <= day));
            }
        }
    }
}
