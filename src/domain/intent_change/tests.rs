use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::japan_time::end_of_day;
use crate::domain::survey_edition::{EditionDates, EditionDefinition};
use ChangeEvent as E;
use ChangeState as S;

/// Every state × event pair: `None` is a refusal. `docs/states.md` shows the same table.
#[test]
fn every_pair_of_state_and_event_is_decided() {
    #[rustfmt::skip]
    let table: [(S, [Option<S>; 6]); 6] = [
        // state             File  Forward                 SendBack           TakeBack            Accept             Decline
        (S::WithPrefecture, [None, Some(S::WithMinistry), Some(S::SentBack), Some(S::TakenBack), None,              None]),
        (S::WithMinistry,   [None, None,                  None,              Some(S::TakenBack), Some(S::Accepted), Some(S::Declined)]),
        (S::SentBack,       [None, None,                  None,              None,               None,              None]),
        (S::TakenBack,      [None, None,                  None,              None,               None,              None]),
        (S::Accepted,       [None, None,                  None,              None,               None,              None]),
        (S::Declined,       [None, None,                  None,              None,               None,              None]),
    ];
    for (state, expected) in table {
        for (event, expected) in E::ALL.into_iter().zip(expected) {
            assert_eq!(state.after(event).ok(), expected, "{state:?} × {event:?}");
        }
    }
    assert_eq!(S::filed(Route::ThroughPrefecture), S::WithPrefecture);
    assert_eq!(S::filed(Route::ToMinistry), S::WithMinistry);
}

proptest! {
    /// Whatever is tried: a notice is settled once, and only what the ministry has seen is accepted.
    #[test]
    fn a_notice_is_settled_at_most_once(
        direct in any::<bool>(),
        tried in prop::collection::vec(0..6_usize, 0..20),
    ) {
        let route = if direct { Route::ToMinistry } else { Route::ThroughPrefecture };
        let mut state = S::filed(route);
        let mut happened = Vec::new();
        for event in tried.into_iter().map(|at| E::ALL[at]) {
            if let Ok(next) = state.after(event) {
                prop_assert!(state.is_open());
                prop_assert_ne!(next, state);
                state = next;
                happened.push(event);
            }
        }
        let settled = happened.iter().filter(|event| **event != E::Forward).count();
        prop_assert_eq!(settled, usize::from(!state.is_open()));
        if state == S::Accepted && !direct {
            prop_assert_eq!(happened.first(), Some(&E::Forward));
        }
        prop_assert!(happened.len() <= 2);
    }
}

#[test]
fn stored_texts_come_back() {
    for state in S::ALL {
        assert_eq!(S::from_stored(state.as_str()), Some(state));
    }
    for event in E::ALL {
        assert_eq!(E::from_stored(event.as_str()), Some(event));
    }
}

fn definition() -> EditionDefinition {
    let (_, text) = migrations::data::EDITIONS[2];
    toml::from_str(text).expect("reads")
}

#[test]
fn a_notice_is_taken_after_the_deadline_of_a_received_answer() {
    let mut edition = SurveyEdition {
        id: 1,
        key: "fy2027".parse().expect("a key"),
        state: EditionState::Open,
        dates: EditionDates {
            deadline_on: date(2027, 2, 26),
            last_new_answer_on: date(2027, 3, 31),
            last_change_on: date(2027, 3, 31),
        },
        definition: Arc::new(definition()),
        definition_version: 1,
        trial_of: None,
    };
    let deadline = end_of_day(date(2027, 2, 26));
    let (before, after) = (deadline, deadline.plus_millis(1));
    for status in ResponseStatus::ALL {
        edition.state = EditionState::Open;
        assert!(!takes_changes(&edition, status, before), "{status:?}");
        assert_eq!(takes_changes(&edition, status, after), status.is_received());
        // Closed before its deadline: nothing can be returned any more.
        edition.state = EditionState::Closed;
        assert_eq!(
            takes_changes(&edition, status, before),
            status.is_received()
        );
        edition.state = EditionState::Preparing;
        assert!(!takes_changes(&edition, status, after));
    }
    edition.trial_of = Some("fy2027".parse().expect("a key"));
    for state in [EditionState::Open, EditionState::Closed] {
        edition.state = state;
        assert!(!takes_changes(&edition, ResponseStatus::Accepted, after));
    }
}

#[test]
fn reason_and_day_are_read_with_all_problems_at_once() {
    let today = date(2027, 3, 5);
    let read = |reason: &str, day: &str| read_words(reason, day, today);
    let (reason, day) = read(" 予算が付かなかったため。 ", "R9.3.1").expect("reads");
    assert_eq!(
        (reason.as_str(), day),
        ("予算が付かなかったため。", date(2027, 3, 1))
    );
    let fields = |found: Result<_, Vec<(NoticeField, String)>>| -> Vec<NoticeField> {
        let problems = found.expect_err("has problems");
        problems.into_iter().map(|(field, _)| field).collect()
    };
    use NoticeField::{ChangedOn, Reason};
    assert_eq!(fields(read("", "")), [Reason, ChangedOn]);
    assert_eq!(fields(read("理由", "2027-03-06")), [ChangedOn]);
    assert_eq!(fields(read("理由", "1027-03-01")), [ChangedOn]);
    let long = "あ".repeat(WORDS_MAX + 1);
    assert_eq!(fields(read(&long, "2027-03-01")), [Reason]);
    assert!(read(&long[3..], "2027-03-05").is_ok());
    assert_eq!(read_remark("", false, "x"), Ok(String::new()));
    assert_eq!(read_remark(" \n", true, "x"), Err("x".to_owned()));
}
