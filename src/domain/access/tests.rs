use super::*;
use crate::domain::account::ActorBody;
use crate::domain::response_status::ResponseEvent;

use Action as A;
use Relation as R;
use ResponseStatus as S;

const RELATIONS: [Relation; 5] = [R::Own, R::Reviewer, R::Overseer, R::Reader, R::Stranger];

/// Everything anybody may do, written out. Whatever is not here is refused.
fn allowed() -> Vec<(Relation, Action, &'static [ResponseStatus])> {
    const ALL: &[S] = &S::ALL;
    /// Something lies, or lay, with the reviewer.
    const SENT: &[S] = &[
        S::Submitted,
        S::UnderReview,
        S::Returned,
        S::Accepted,
        S::SentBack,
    ];
    /// It lies with the reviewer or beyond.
    const RECEIVED: &[S] = &[S::Submitted, S::UnderReview, S::Accepted, S::SentBack];
    vec![
        (R::Own, A::ViewState, ALL),
        (R::Own, A::ViewAnswer, ALL),
        (
            R::Own,
            A::EditDraft,
            &[S::NotStarted, S::Draft, S::Returned],
        ),
        (R::Own, A::Submit, &[S::Draft, S::Returned]),
        (R::Own, A::Withdraw, &[S::Submitted]),
        (R::Reviewer, A::ViewState, ALL),
        (R::Reviewer, A::ViewAnswer, SENT),
        (R::Reviewer, A::StartReview, &[S::Submitted]),
        (
            R::Reviewer,
            A::Accept,
            &[S::Submitted, S::UnderReview, S::SentBack],
        ),
        (
            R::Reviewer,
            A::Return,
            &[S::Submitted, S::UnderReview, S::Accepted, S::SentBack],
        ),
        (R::Overseer, A::ViewState, ALL),
        (R::Overseer, A::ViewAnswer, SENT),
        (R::Overseer, A::SendBack, &[S::Accepted]),
        (R::Reviewer, A::Correct, RECEIVED),
        (R::Reviewer, A::KeepChecks, RECEIVED),
        (R::Reviewer, A::EnterByProxy, ALL),
        (R::Overseer, A::EnterByProxy, ALL),
        (R::Reader, A::ViewState, ALL),
        (R::Reader, A::ViewAnswer, SENT),
    ]
}

#[test]
fn every_relation_status_and_action_is_as_written_out() {
    let table = allowed();
    let mut asked = 0;
    for relation in RELATIONS {
        for status in S::ALL {
            for action in A::ALL {
                let expected = table.iter().any(|(r, a, states)| {
                    (*r, *a) == (relation, action) && states.contains(&status)
                });
                assert_eq!(
                    permits(relation, status, action),
                    expected,
                    "{relation:?} × {status:?} × {action:?}"
                );
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 5 * 7 * 12);
}

/// What an action does to the state.
fn event(action: Action) -> Option<ResponseEvent> {
    match action {
        A::ViewState | A::ViewAnswer | A::KeepChecks => None,
        A::EditDraft => Some(ResponseEvent::SaveDraft),
        A::Submit => Some(ResponseEvent::Submit),
        A::Withdraw => Some(ResponseEvent::Withdraw),
        A::StartReview => Some(ResponseEvent::StartReview),
        A::Accept => Some(ResponseEvent::Accept),
        A::Return => Some(ResponseEvent::Return),
        A::SendBack => Some(ResponseEvent::SendBack),
        A::EnterByProxy => Some(ResponseEvent::EnterByProxy),
        A::Correct => Some(ResponseEvent::Correct),
    }
}

#[test]
fn nobody_is_permitted_what_the_state_refuses_and_somebody_what_it_allows() {
    for action in A::ALL {
        let Some(event) = event(action) else { continue };
        for status in S::ALL {
            let permitted: Vec<_> = RELATIONS
                .into_iter()
                .filter(|relation| permits(*relation, status, action))
                .collect();
            let possible = status.after(event).is_ok();
            // Exactly one relation does each thing, whenever the state machine lets it happen; only the
            // ministry may enter by proxy beside the prefecture.
            let doers = if action == A::EnterByProxy { 2 } else { 1 };
            assert_eq!(
                permitted.len(),
                doers * usize::from(possible),
                "{status:?} × {action:?}: {permitted:?}"
            );
        }
    }
}

fn actor(body: Option<(&str, OrganizationKind)>) -> Actor {
    let body = body.map(|(code, kind)| ActorBody {
        code: code.parse().expect("a code"),
        name: "団体".to_owned(),
        kind,
    });
    Actor {
        account_id: 1,
        display_name: "医療助成担当".to_owned(),
        email: "iryo@office.example".to_owned(),
        is_admin: true,
        role: Role::of(body.as_ref().map(|body| (body.code, body.kind))),
        body,
        department: String::new(),
        request_id: String::new(),
    }
}

#[test]
fn relations_follow_from_body_prefecture_and_route() {
    use OrganizationKind as K;
    let hokkaido = ("010006", K::Prefecture);
    let sapporo = ("011002", K::DesignatedCity);
    let hakodate = ("012025", K::CoreCity);
    let otaru = ("012033", K::City);
    let aomori = ("020001", K::Prefecture);
    let hirosaki = ("022021", K::City);
    let subjects = [hokkaido, sapporo, hakodate, otaru, hirosaki];
    #[rustfmt::skip]
    let table = [
        // who              北海道        札幌市       函館市        小樽市        弘前市
        (None,           [R::Reviewer, R::Reviewer, R::Reviewer, R::Overseer, R::Overseer]),
        (Some(hokkaido), [R::Own,      R::Reader,   R::Reader,   R::Reviewer, R::Stranger]),
        (Some(aomori),   [R::Stranger, R::Stranger, R::Stranger, R::Stranger, R::Reviewer]),
        (Some(sapporo),  [R::Stranger, R::Own,      R::Stranger, R::Stranger, R::Stranger]),
        (Some(otaru),    [R::Stranger, R::Stranger, R::Stranger, R::Own,      R::Stranger]),
        (Some(hirosaki), [R::Stranger, R::Stranger, R::Stranger, R::Stranger, R::Own]),
    ];
    for (who, expected) in table {
        let actor = actor(who);
        for ((code, kind), expected) in subjects.into_iter().zip(expected) {
            let code = code.parse().expect("a code");
            let found = relation(&actor, code, kind, kind.route());
            assert_eq!(found, expected, "{who:?} × {code}");
        }
    }
}

#[test]
fn scopes_are_given_to_the_prefecture_itself_and_the_ministry() {
    use OrganizationKind as K;
    for prefecture in PrefectureCode::all() {
        let of =
            |who| PrefectureScope::of(&actor(who), prefecture).map(PrefectureScope::prefecture);
        let is_hokkaido = prefecture.to_string() == "01";
        assert_eq!(of(None), Some(prefecture));
        assert_eq!(
            of(Some(("010006", K::Prefecture))),
            is_hokkaido.then_some(prefecture)
        );
        assert_eq!(of(Some(("011002", K::DesignatedCity))), None);
        assert_eq!(of(Some(("012033", K::City))), None);
    }
    assert!(CountryScope::of(&actor(None)).is_some());
    for who in [
        ("010006", K::Prefecture),
        ("011002", K::DesignatedCity),
        ("012033", K::City),
    ] {
        assert!(CountryScope::of(&actor(Some(who))).is_none());
    }
}

#[test]
fn every_relation_route_and_action_of_a_notice_is_as_written_out() {
    use ChangeAction as C;
    use Route::{ThroughPrefecture, ToMinistry};
    let allowed = [
        (
            R::Own,
            ThroughPrefecture,
            &[C::View, C::File, C::TakeBack][..],
        ),
        (R::Own, ToMinistry, &[C::View, C::File, C::TakeBack]),
        (R::Reviewer, ThroughPrefecture, &[C::View, C::Pass]),
        (R::Reviewer, ToMinistry, &[C::View, C::Decide]),
        (R::Overseer, ThroughPrefecture, &[C::View, C::Decide]),
        (R::Overseer, ToMinistry, &[C::View, C::Decide]),
        (R::Reader, ThroughPrefecture, &[C::View]),
        (R::Reader, ToMinistry, &[C::View]),
        (R::Stranger, ThroughPrefecture, &[]),
        (R::Stranger, ToMinistry, &[]),
    ];
    for (relation, route, actions) in allowed {
        for action in C::ALL {
            let expected = actions.contains(&action);
            let found = permits_change(relation, route, action);
            assert_eq!(found, expected, "{relation:?} × {route:?} × {action:?}");
        }
    }
}

#[test]
fn who_asked_settles_and_who_holds_it_answers() {
    use crate::domain::review_request::{Asker as By, RequestEvent as E, RequestState as At};
    use Route::{ThroughPrefecture as Through, ToMinistry as Direct};
    let asks = |relation, route| asker(relation, route);
    assert_eq!(asks(R::Reviewer, Through), Some(By::Prefecture));
    assert_eq!(asks(R::Reviewer, Direct), Some(By::Ministry));
    assert_eq!(asks(R::Overseer, Through), Some(By::Ministry));
    assert_eq!(asks(R::Own, Through), Some(By::Body));
    for route in [Through, Direct] {
        for by in [By::Prefecture, By::Ministry, By::Body] {
            for event in E::ALL {
                for relation in [R::Reader, R::Stranger] {
                    let may = permits_request(relation, route, by, At::WithReviewer, event);
                    assert!(!may, "{relation:?} {by:?} {event:?}");
                }
            }
            for relation in RELATIONS {
                let settles = permits_request(relation, route, by, At::Answered, E::Settle);
                assert_eq!(settles, asks(relation, route) == Some(by));
                let passes = permits_request(relation, route, by, At::WithReviewer, E::PassOn);
                let expected = (relation, route, by) == (R::Reviewer, Through, By::Ministry);
                assert_eq!(passes, expected, "{relation:?} {route:?} {by:?}");
                let replies = permits_request(relation, route, by, At::WithReviewer, E::Reply);
                assert_eq!(replies, relation == R::Reviewer);
            }
        }
    }
}
