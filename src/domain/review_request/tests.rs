use jiff::civil::date;
use proptest::prelude::*;

use super::super::japan_time::UnixMillis;
use super::*;
use RequestEvent as E;
use RequestState as S;

/// Every state × event pair: `None` is a refusal. `docs/states.md` shows the same table.
#[test]
fn every_pair_of_state_and_event_is_decided() {
    #[rustfmt::skip]
    let table: [(S, [Option<S>; 5]); 5] = [
        // state            PassOn             Reply              TakeBack           Settle            Withdraw
        (S::WithReviewer, [Some(S::WithBody), Some(S::Answered), None,              None,             Some(S::Withdrawn)]),
        (S::WithBody,     [None,              Some(S::Answered), None,              None,             None]),
        (S::Answered,     [None,              None,              Some(S::WithBody), Some(S::Settled), None]),
        (S::Settled,      [None,              None,              None,              None,             None]),
        (S::Withdrawn,    [None,              None,              None,              None,             None]),
    ];
    for (state, expected) in table {
        for (event, expected) in E::ALL.into_iter().zip(expected) {
            assert_eq!(state.after(event).ok(), expected, "{state:?} × {event:?}");
        }
    }
}

#[test]
fn a_request_begins_with_whoever_is_to_act_first() {
    use Addressee as To;
    use Asker as By;
    use Route::{ThroughPrefecture, ToMinistry};
    for (asker, addressee, route, expected) in [
        (By::Prefecture, To::Body, ThroughPrefecture, S::WithBody),
        (By::Ministry, To::Body, ThroughPrefecture, S::WithReviewer),
        (
            By::Ministry,
            To::Reviewer,
            ThroughPrefecture,
            S::WithReviewer,
        ),
        (By::Ministry, To::Body, ToMinistry, S::WithBody),
        (By::Body, To::Reviewer, ThroughPrefecture, S::WithReviewer),
        (By::Body, To::Reviewer, ToMinistry, S::WithReviewer),
    ] {
        let begins = S::asked(asker, addressee, route);
        assert_eq!(begins, expected, "{asker:?} {addressee:?} {route:?}");
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
    for asker in Asker::ALL {
        assert_eq!(Asker::from_stored(asker.as_str()), Some(asker));
    }
    for kind in ReplyKind::ALL {
        assert_eq!(ReplyKind::from_stored(kind.as_str()), Some(kind));
    }
    for addressee in [Addressee::Body, Addressee::Reviewer] {
        let again = Addressee::from_stored(addressee.as_str());
        assert_eq!(again, Some(addressee));
    }
}

fn request(asker: Asker, addressee: Addressee, state: S) -> ReviewRequest {
    ReviewRequest {
        id: 1,
        number: 1,
        asker,
        addressee,
        place: Some(Place::Phone),
        words: "お確かめください。".to_owned(),
        revision: 1,
        state,
        asked_at: UnixMillis::from_japan(date(2027, 1, 20).at(23, 59, 0, 0)),
        asked_by: "医療助成担当".to_owned(),
        asked_by_body: "北海道".to_owned(),
        due_on: Some(date(2027, 1, 25)),
        passed_on: None,
        reply: None,
        taken_back: None,
        closed: None,
    }
}

#[test]
fn each_hop_has_its_own_clock() {
    let mut asked = request(Asker::Ministry, Addressee::Body, S::WithReviewer);
    assert_eq!(asked.days(date(2027, 1, 20)), 0);
    assert_eq!(
        asked.days(date(2027, 1, 21)),
        1,
        "a day of Japan, not 24 hours"
    );
    assert!(!asked.is_overdue(date(2027, 1, 25)));
    assert!(asked.is_overdue(date(2027, 1, 26)));
    asked.passed_on = Some(PassedOn {
        at: UnixMillis::from_japan(date(2027, 1, 26).at(9, 0, 0, 0)),
        by: "医療助成担当".to_owned(),
        body: "北海道".to_owned(),
        addition: String::new(),
        due_on: None,
    });
    asked.state = S::WithBody;
    assert_eq!(asked.days(date(2027, 1, 26)), 0);
    assert!(!asked.is_overdue(date(2027, 3, 1)), "no day was wished");
    assert!(asked.is_overdue_to_asker(date(2027, 1, 26)), "but here");
}

#[test]
fn the_day_of_the_second_hop_is_not_after_that_of_the_first() {
    let asked = [
        request(Asker::Ministry, Addressee::Body, S::WithReviewer),
        ReviewRequest {
            due_on: Some(date(2027, 1, 28)),
            ..request(Asker::Ministry, Addressee::Body, S::WithReviewer)
        },
    ];
    let problem = |day, today| passing_on_problem(&asked, day, today);
    let today = date(2027, 1, 21);
    assert_eq!(problem(date(2027, 1, 25), today), None);
    let told = problem(date(2027, 1, 26), today).expect("is after the earlier one");
    assert!(told.contains("1月25日"), "{told}");
    // A day that is over binds nobody; the one that is not still does.
    let today = date(2027, 1, 26);
    assert_eq!(problem(date(2027, 1, 28), today), None);
    assert!(problem(date(2027, 1, 29), today).is_some());
    assert_eq!(problem(date(2027, 2, 9), date(2027, 2, 1)), None);
}

#[test]
fn the_body_knows_what_reached_it_and_what_it_said_itself() {
    let route = Route::ThroughPrefecture;
    let mut asked = request(Asker::Ministry, Addressee::Body, S::WithReviewer);
    assert!(!asked.is_for_body(route));
    asked.passed_on = Some(PassedOn {
        at: asked.asked_at,
        by: String::new(),
        body: String::new(),
        addition: String::new(),
        due_on: None,
    });
    assert!(asked.is_for_body(route));
    let own = request(Asker::Body, Addressee::Reviewer, S::WithReviewer);
    assert!(own.is_for_body(route));
    let between = request(Asker::Ministry, Addressee::Reviewer, S::Answered);
    assert!(!between.is_for_body(route));
    let direct = request(Asker::Ministry, Addressee::Body, S::WithBody);
    assert!(direct.is_for_body(Route::ToMinistry));
}

#[test]
fn what_is_open_hinders_everybody_and_what_is_answered_only_who_asked() {
    let hinders =
        |asker, state| request(asker, Addressee::Body, state).hindrance(Route::ThroughPrefecture);
    for asker in Asker::ALL {
        assert_eq!(hinders(asker, S::WithReviewer), Some(Hindrance::Open));
        assert_eq!(hinders(asker, S::WithBody), Some(Hindrance::Open));
        assert_eq!(hinders(asker, S::Settled), None);
        assert_eq!(hinders(asker, S::Withdrawn), None);
    }
    let unsettled = Some(Hindrance::Unsettled);
    assert_eq!(hinders(Asker::Prefecture, S::Answered), unsettled);
    assert_eq!(hinders(Asker::Ministry, S::Answered), None);
    assert_eq!(hinders(Asker::Body, S::Answered), None);
    let direct = request(Asker::Ministry, Addressee::Body, S::Answered);
    assert_eq!(direct.hindrance(Route::ToMinistry), unsettled);
}

#[test]
fn a_change_answers_to_its_field_its_row_or_its_part() {
    let id: crate::domain::scheme::SchemeId = "rehabilitation".parse().expect("an id");
    let asked = |place: Option<Place>| ReviewRequest {
        place,
        ..request(Asker::Prefecture, Addressee::Body, S::WithBody)
    };
    let row = Place::Scheme(id.clone());
    for (place, changed, expected) in [
        (Some(Place::Phone), Place::Phone, true),
        (Some(Place::Phone), Place::Email, false),
        (Some(Place::Section(Section::Contact)), Place::Email, true),
        (Some(Place::Section(Section::Contact)), row.clone(), false),
        // A number changes with its row.
        (Some(Place::Recipients(id)), row.clone(), true),
        (Some(row.clone()), row, true),
        // About the whole nobody can tell.
        (None, Place::Phone, false),
    ] {
        let told = asked(place.clone()).concerns(&changed);
        assert_eq!(told, expected, "{place:?} {changed:?}");
    }
}

#[test]
fn a_reply_says_something_or_is_undecided() {
    let reply = |kind, words: &str| BodyReply {
        number: 1,
        kind,
        words: words.to_owned(),
    };
    for kind in ReplyKind::ALL {
        assert!(reply(Some(kind), "").is_decided());
        assert!(without_words(Some(kind)).contains(kind.label()));
    }
    assert!(reply(None, "いま確かめています。").is_decided());
    assert!(!reply(None, " \r\n\u{3000}").is_decided());
    // What was said before a withdrawal is where the next reply begins.
    let mut asked = request(Asker::Prefecture, Addressee::Body, S::WithBody);
    assert!(!asked.kept_reply().is_decided());
    asked.taken_back = Some(TakenBack {
        by: "医療助成担当".to_owned(),
        body: "小樽市".to_owned(),
        kind: Some(ReplyKind::Mended),
        words: String::new(),
    });
    assert!(asked.kept_reply().is_decided());
}

fn any_event() -> impl Strategy<Value = E> {
    prop::sample::select(&E::ALL[..])
}

proptest! {
    /// Whatever is tried in whatever order: nothing settled that was not answered, nothing moves that is over, the
    /// ministry's words reach the body only once, and a refusal leaves the state alone.
    #[test]
    fn any_course_of_events_keeps_the_promises(
        begins in prop::sample::select(&[S::WithReviewer, S::WithBody][..]),
        events in prop::collection::vec(any_event(), 0..24),
    ) {
        let mut state = begins;
        let mut passed = 0;
        let mut course = vec![state];
        for event in events {
            match state.after(event) {
                Ok(next) => {
                    prop_assert!(!state.is_closed(), "{:?} moved by {:?}", state, event);
                    prop_assert_ne!(next, state, "an event always moves it");
                    prop_assert_eq!(event == E::Settle, next == S::Settled);
                    prop_assert_eq!(event == E::Withdraw, next == S::Withdrawn);
                    if next == S::Settled {
                        prop_assert_eq!(state, S::Answered);
                    }
                    passed += u32::from(event == E::PassOn);
                    state = next;
                    course.push(state);
                }
                Err(refused) => prop_assert_eq!(refused, RequestRefused { state, event }),
            }
            prop_assert!(!(state.is_open() && state.is_closed()));
        }
        prop_assert!(passed <= 1);
        // Once with the body it never lies with the reviewer again.
        let with_body = course.iter().position(|state| *state == S::WithBody);
        if let Some(at) = with_body {
            prop_assert!(!course[at..].contains(&S::WithReviewer));
        }
    }
}
