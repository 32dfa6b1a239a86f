use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::packed::{PackedProblem, pack, read};
use super::*;

fn entry() -> impl Strategy<Value = ParticipationEntry> {
    (
        1000_u16..47_400,
        "[a-z_]{1,20}",
        2000_u16..=2117,
        0..4_usize,
        0..=u16::MAX,
    )
        .prop_filter_map("a code", |(number, scheme, year, state, day)| {
            Some(ParticipationEntry {
                code: LocalGovernmentCode::from_number(number)?,
                scheme: scheme.parse().ok()?,
                fiscal_year: FiscalYear::try_from(year).ok()?,
                state: ParticipationState::ALL[state],
                effective_on: day_of_number(day),
                revision_id: None,
                note: String::new(),
            })
        })
}

proptest! {
    #[test]
    fn packed_entries_come_back(entries in prop::collection::vec(entry(), 0..50)) {
        let bytes = pack(&entries).expect("fits");
        let batch = read(&bytes).expect("reads");
        prop_assert_eq!(batch.len(), entries.len());
        prop_assert_eq!(batch.is_empty(), entries.is_empty());
        for (found, entry) in batch.entries().zip(&entries) {
            let found = found.expect("reads");
            prop_assert_eq!(found.body, entry.code.number());
            prop_assert_eq!(batch.schemes()[usize::from(found.scheme)], entry.scheme.as_str());
            prop_assert_eq!(found.fiscal_year(), Ok(entry.fiscal_year));
            prop_assert_eq!(found.state, entry.state);
            prop_assert_eq!(day_of_number(found.day), entry.effective_on);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(batch) = read(&bytes) {
            let _ = batch.entries().collect::<Result<Vec<_>, _>>();
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let entry = |year: u16, day: Date| ParticipationEntry {
        code: "012025".parse().expect("a code"),
        scheme: "local_child".parse().expect("an id"),
        fiscal_year: FiscalYear::try_from(year).expect("a year"),
        state: ParticipationState::Running,
        effective_on: day,
        revision_id: None,
        note: String::new(),
    };
    let fits = pack(&[entry(2025, date(2025, 4, 1))]).expect("fits");
    for (year, day) in [
        (1999, date(2025, 4, 1)),
        (2025, date(1999, 12, 31)),
        (2025, date(2200, 1, 1)),
    ] {
        let refused = pack(&[entry(year, day)]);
        assert!(matches!(refused, Err(PackedProblem::DoesNotFit(_))));
    }
    for cut in [0, 1, 5, fits.len() - 1] {
        assert!(read(&fits[..cut]).is_err(), "{cut}");
    }
    let mut other = fits.clone();
    other[0] = 9;
    assert!(read(&other).is_err());
    let at = fits.len() - 4;
    other = fits;
    other[at] = 7;
    let batch = read(&other).expect("reads");
    assert!(
        batch.entries().any(|entry| entry.is_err()),
        "no such scheme"
    );
}

#[test]
fn an_undated_entry_holds_from_the_year_or_from_today() {
    use ParticipationState::{Planned, Running, Withdrawn};
    let year = |western: u16| FiscalYear::try_from(western).expect("a year");
    let today = date(2026, 11, 21);
    assert_eq!(usual_day(Running, year(2025), today), date(2025, 4, 1));
    assert_eq!(usual_day(Planned, year(2027), today), today);
    assert_eq!(usual_day(Withdrawn, year(2025), today), today);
    assert_eq!(first_year().short(), "R5");
    assert_eq!(last_year(today).short(), "R13");
    for day in [date(2000, 1, 1), date(2026, 11, 21), date(2179, 6, 6)] {
        assert_eq!(day_number(day).map(day_of_number), Some(day));
    }
    assert_eq!(day_number(date(1999, 12, 31)), None);
    assert_eq!(day_number(Date::MAX), None);
}

#[test]
fn ids_read_back() {
    for state in ParticipationState::ALL {
        assert_eq!(ParticipationState::from_stored(state.as_str()), Some(state));
        assert_eq!(state.is_live(), state.label().starts_with("参加"));
    }
    for source in ["confirmed", "imported", "entered", "taken_back"] {
        let read = ParticipationSource::from_stored(source).expect("a source");
        assert_eq!(read.as_str(), source);
    }
    assert_eq!(ParticipationState::from_stored("done"), None);
}
