use jiff::civil::date;
use proptest::prelude::*;

use super::entry::read_time;
use super::*;
use Addressee as A;
use InquiryEvent as E;
use InquiryState as S;

/// Every state × event pair: `None` is a refusal. `docs/states.md` shows the same table.
#[test]
fn every_pair_of_state_and_event_is_decided() {
    for addressee in [A::Prefecture, A::Ministry] {
        let asked = Some(addressee.waiting());
        let (prefecture, ministry) = (Some(S::WithPrefecture), Some(S::WithMinistry));
        let (answered, noted, closed) = (Some(S::Answered), Some(S::Noted), Some(S::Closed));
        #[rustfmt::skip]
        let table: [(S, [Option<S>; 6]); 5] = [
            // state             Ask         Answer    PassOn    Note        Close   Reopen
            (S::WithPrefecture, [prefecture, answered, ministry, prefecture, closed, None]),
            (S::WithMinistry,   [ministry,   answered, None,     ministry,   closed, None]),
            (S::Answered,       [asked,      answered, None,     answered,   closed, None]),
            (S::Noted,          [asked,      None,     None,     noted,      closed, None]),
            (S::Closed,         [None,       None,     None,     closed,     None,   asked]),
        ];
        assert_eq!(table.map(|(state, _)| state), S::ALL);
        for (state, expected) in table {
            for (event, expected) in E::ALL.into_iter().zip(expected) {
                let got = state.after(event, addressee).ok();
                assert_eq!(got, expected, "{state:?} × {event:?}, {addressee:?}");
            }
        }
    }
    assert_eq!(A::first(Route::ThroughPrefecture), A::Prefecture);
    assert_eq!(A::first(Route::ToMinistry), A::Ministry);
}

proptest! {
    /// Whatever is tried: who is waited for is who answers next, and a direct body never waits for a prefecture.
    #[test]
    fn who_is_waited_for_answers(direct in any::<bool>(), tried in prop::collection::vec(0..6_usize, 0..30)) {
        let route = if direct { Route::ToMinistry } else { Route::ThroughPrefecture };
        let mut addressee = A::first(route);
        let mut state = addressee.waiting();
        for event in tried.into_iter().map(|at| E::ALL[at]) {
            if let Ok(next) = state.after(event, addressee) {
                state = next;
                addressee = addressee.after(next);
                if state.is_waiting() {
                    prop_assert_eq!(addressee.waiting(), state);
                }
                prop_assert!(!direct || addressee == A::Ministry);
            }
        }
    }
}

#[test]
fn stored_texts_come_back() {
    for state in S::ALL {
        assert_eq!(S::from_stored(state.as_str()), Some(state));
    }
    for kind in EntryKind::ALL {
        assert_eq!(EntryKind::from_stored(kind.as_str()), Some(kind));
    }
    for visibility in Visibility::ALL {
        assert_eq!(
            Visibility::from_stored(visibility.as_str()),
            Some(visibility)
        );
    }
    for addressee in [A::Prefecture, A::Ministry] {
        assert_eq!(A::from_stored(addressee.as_str()), Some(addressee));
    }
    assert!(Visibility::Office < Visibility::Reviewers);
    assert!(Visibility::Reviewers < Visibility::Shared);
}

#[test]
fn words_and_calls_are_read_with_all_problems_at_once() {
    assert_eq!(read_words(" はい\r\n", true), Ok("はい".to_owned()));
    assert_eq!(read_words(" \n", false), Ok(String::new()));
    assert!(read_words(" \n", true).is_err());
    let long = "あ".repeat(WORDS_MAX + 1);
    assert!(read_words(&long, true).is_err());
    assert!(read_words(&long[3..], true).is_ok());

    let today = date(2027, 2, 1);
    let call = read_call("福祉課の担当", "R9.2.1", "１４時５分", today).expect("reads");
    assert_eq!((call.on, call.time.as_str()), (today, "14:05"));
    use EntryField::{CallWith, CalledOn, CalledTime};
    let fields = |with, on, time| -> Vec<EntryField> {
        let problems = read_call(with, on, time, today).expect_err("has problems");
        problems.into_iter().map(|(field, _)| field).collect()
    };
    assert_eq!(fields("", "", "25:00"), [CallWith, CalledOn, CalledTime]);
    assert_eq!(fields("担当", "2027-02-02", ""), [CalledOn]);
}

#[test]
fn times_of_day_are_read_as_they_are_written() {
    for (typed, read) in [
        ("", Some("")),
        ("9:05", Some("9:05")),
        ("９：３０", Some("9:30")),
        ("14時", Some("14:00")),
        ("14時30分", Some("14:30")),
        ("23:59", Some("23:59")),
        ("24:00", None),
        ("9:60", None),
        (":30", None),
        ("午後", None),
    ] {
        assert_eq!(read_time(typed).as_deref(), read, "{typed}");
    }
}

#[test]
fn a_title_is_the_beginning_of_the_words() {
    assert_eq!(title_of("短い質問です。"), "短い質問です。");
    assert_eq!(title_of("一行目\n二行目"), "一行目…");
    let long = "あ".repeat(TITLE_MAX + 1);
    assert_eq!(title_of(&long), format!("{}…", &long[3..]));
}

#[test]
fn places_meet_at_their_item() {
    let item = |text: &str| item_of(&text.parse().expect("a place")).to_string();
    assert_eq!(
        item("schemes.rehabilitation.recipients"),
        "schemes.rehabilitation"
    );
    assert_eq!(item("contact.phone"), "contact");
    assert_eq!(item("intent.text"), "intent");
    assert_eq!(item("other_text"), "schemes");
}
