use super::*;
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

#[test]
fn stored_texts_lead_back() {
    for step in [
        Step::Before(10),
        Step::After(3),
        Step::SinceReturn(3),
        Step::ByHand(0xfeed),
    ] {
        assert_eq!(step.to_string().parse(), Ok(step));
    }
    assert_eq!("soon-3".parse::<Step>(), Err(BadStep));
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_stored(outcome.as_str()), Some(outcome));
    }
}

#[test]
fn whoever_was_asked_again_keeps_the_new_day_once_the_old_one_is_over() {
    let owing = Owing {
        status: ResponseStatus::Draft,
        deadline_on: date(2027, 2, 26),
        last_change_on: date(2027, 3, 31),
        reopened_until: Some(date(2027, 4, 15)),
        returned_on: None,
    };
    let on = |today| owing.due(today).map(|due| due.on);
    assert_eq!(on(date(2027, 2, 26)), Some(date(2027, 2, 26)));
    assert_eq!(on(date(2027, 2, 27)), Some(date(2027, 4, 15)));
    let settled = Owing {
        status: ResponseStatus::Accepted,
        ..owing
    };
    assert_eq!(settled.due(date(2027, 2, 1)), None);
    assert_eq!(settled.asked_until(date(2027, 2, 1)), date(2027, 2, 26));
}

#[test]
fn an_answer_to_a_return_that_was_withdrawn_is_one_still() {
    let owing = Owing {
        status: ResponseStatus::Draft,
        deadline_on: date(2027, 2, 19),
        last_change_on: date(2027, 3, 31),
        reopened_until: None,
        returned_on: Some(date(2027, 2, 22)),
    };
    assert_eq!(owing.need(), Some(Need::AnswerReturn));
    assert!(!owing.is_overdue(date(2027, 3, 31)));
    assert!(owing.is_overdue(date(2027, 4, 1)));
    let first = Owing {
        returned_on: None,
        ..owing
    };
    assert_eq!(first.need(), Some(Need::Submit));
    assert_eq!(first.days_over(date(2027, 2, 21)), 2);
}

fn day() -> impl Strategy<Value = Date> {
    (0i64..120).prop_map(|days| date(2027, 1, 1).saturating_add(days.days()))
}

fn any_owing() -> impl Strategy<Value = Owing> {
    let (until, returned) = (prop::option::of(day()), prop::option::of(day()));
    (
        0usize..ResponseStatus::ALL.len(),
        day(),
        day(),
        until,
        returned,
    )
        .prop_map(
            |(status, deadline_on, last_change_on, reopened_until, returned_on)| Owing {
                status: ResponseStatus::ALL[status],
                deadline_on,
                last_change_on,
                reopened_until,
                returned_on,
            },
        )
}

proptest! {
    /// What a mail names as the day is what a board counts from.
    #[test]
    fn the_day_that_is_named_and_what_is_overdue_never_differ(owing in any_owing(), today in day()) {
        let due = owing.due(today);
        prop_assert_eq!(owing.is_overdue(today), due.is_some_and(|due| due.on < today));
        prop_assert_eq!(owing.is_overdue(today), owing.days_over(today) > 0);
        let days = due.map_or(0, |due| (-days_left(today, due.on)).max(0));
        prop_assert_eq!(owing.days_over(today), days);
        prop_assert_eq!(due.is_some(), owing.status.is_owing());
        // Never before the body's own deadline, and once overdue always.
        if owing.is_overdue(today) {
            prop_assert!(owing.deadline_on < today);
            let tomorrow = today.saturating_add(1.day());
            prop_assert_eq!(owing.days_over(tomorrow), owing.days_over(today) + 1);
        }
    }
}
