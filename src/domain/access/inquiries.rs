//! Who sees and does what with a thread of 質問・連絡: relation × route × addressee × action.
//!
//! The prefecture of a designated or core city only reads its answer; what that city asks the ministry is between
//! the two.

use super::{CountryScope, OwnScope, PrefectureScope, Relation};
use crate::domain::account::{Actor, Role};
use crate::domain::inquiry::{Addressee, InquiryEvent, InquiryState, Visibility};
use crate::domain::organization::Route;

/// What somebody wants to do with a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InquiryAction {
    View,
    /// Ask, ask again, add to the question; for the body itself.
    Ask,
    Answer,
    /// Pass it on to the ministry.
    PassOn,
    /// Comment, or record a telephone call.
    Note,
    /// Close a thread that waits for an answer: the question is taken back.
    TakeBack,
    /// Close a thread that was answered or only noted.
    Close,
    Reopen,
}

impl InquiryAction {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::View,
        Self::Ask,
        Self::Answer,
        Self::PassOn,
        Self::Note,
        Self::TakeBack,
        Self::Close,
        Self::Reopen,
    ];

    /// What the table must allow for an event in a state.
    pub fn of(event: InquiryEvent, state: InquiryState) -> Self {
        match event {
            InquiryEvent::Ask => Self::Ask,
            InquiryEvent::Answer => Self::Answer,
            InquiryEvent::PassOn => Self::PassOn,
            InquiryEvent::Note => Self::Note,
            InquiryEvent::Close if state.is_waiting() => Self::TakeBack,
            InquiryEvent::Close => Self::Close,
            InquiryEvent::Reopen => Self::Reopen,
        }
    }
}

/// The table. `addressee` is who answers; `None` while the body never asked. States are judged in
/// [`crate::domain::inquiry`].
pub fn permits_inquiry(
    relation: Relation,
    route: Route,
    addressee: Option<Addressee>,
    action: InquiryAction,
) -> bool {
    use InquiryAction as I;
    use Relation as R;
    let answers = match addressee {
        Some(Addressee::Prefecture) => relation == R::Reviewer && route == Route::ThroughPrefecture,
        Some(Addressee::Ministry) => {
            relation == R::Overseer || (relation == R::Reviewer && route == Route::ToMinistry)
        }
        None => false,
    };
    match (relation, action) {
        (R::Stranger | R::Reader, _) => false,
        (_, I::View) => true,
        (R::Own, I::Ask | I::TakeBack | I::Close | I::Reopen) => true,
        (R::Own, I::Answer | I::PassOn | I::Note) => false,
        (R::Reviewer | R::Overseer, I::Note) => true,
        (R::Reviewer, I::PassOn) => route == Route::ThroughPrefecture,
        (R::Reviewer | R::Overseer, I::Answer | I::Close | I::Reopen) => answers,
        (R::Reviewer | R::Overseer, I::Ask | I::PassOn | I::TakeBack) => false,
    }
}

/// Whether somebody sees what was written for a circle. `same_office`: the author sits in the reader's office.
pub fn sees(relation: Relation, same_office: bool, visibility: Visibility) -> bool {
    match (relation, visibility) {
        (Relation::Stranger | Relation::Reader, _) => false,
        (_, Visibility::Shared) => true,
        (Relation::Own, _) => false,
        (Relation::Reviewer | Relation::Overseer, Visibility::Reviewers) => true,
        (Relation::Reviewer | Relation::Overseer, Visibility::Office) => same_office,
    }
}

/// The right to list threads: one's own; those of the bodies a prefecture gathers and its own; those of the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InquiryScope {
    Own(OwnScope),
    Prefecture(PrefectureScope),
    Country(CountryScope),
}

impl InquiryScope {
    /// The scope of the actor.
    pub fn of(actor: &Actor) -> Option<Self> {
        match actor.role {
            Role::Municipality => actor.code().map(|code| Self::Own(OwnScope(code))),
            Role::Prefecture(own) => PrefectureScope::of(actor, own).map(Self::Prefecture),
            Role::Ministry => CountryScope::of(actor).map(Self::Country),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use InquiryAction as I;
    use Relation as R;

    /// Whoever answers, passes on or takes back, written out.
    #[test]
    fn every_relation_does_its_own_part_only() {
        let (through, direct) = (Route::ThroughPrefecture, Route::ToMinistry);
        let (prefecture, ministry) = (Some(Addressee::Prefecture), Some(Addressee::Ministry));
        #[rustfmt::skip]
        let table = [
            // relation, route, addressee        View Ask Answer PassOn Note TakeBack Close Reopen
            (R::Own, through, prefecture,        [1, 1, 0, 0, 0, 1, 1, 1]),
            (R::Own, direct, ministry,           [1, 1, 0, 0, 0, 1, 1, 1]),
            (R::Reviewer, through, prefecture,   [1, 0, 1, 1, 1, 0, 1, 1]),
            (R::Reviewer, through, ministry,     [1, 0, 0, 1, 1, 0, 0, 0]),
            (R::Reviewer, through, None,         [1, 0, 0, 1, 1, 0, 0, 0]),
            (R::Reviewer, direct, ministry,      [1, 0, 1, 0, 1, 0, 1, 1]),
            (R::Overseer, through, prefecture,   [1, 0, 0, 0, 1, 0, 0, 0]),
            (R::Overseer, through, ministry,     [1, 0, 1, 0, 1, 0, 1, 1]),
            (R::Reader, direct, ministry,        [0; 8]),
            (R::Stranger, through, prefecture,   [0; 8]),
        ];
        for (relation, route, addressee, expected) in table {
            let may =
                I::ALL.map(|action| u8::from(permits_inquiry(relation, route, addressee, action)));
            assert_eq!(may, expected, "{relation:?} {route:?} {addressee:?}");
        }
    }

    #[test]
    fn a_body_sees_what_is_shared_and_nothing_else() {
        let relations = [R::Own, R::Reviewer, R::Overseer, R::Reader, R::Stranger];
        let seen = |visibility, same| relations.map(|it| u8::from(sees(it, same, visibility)));
        for same in [false, true] {
            assert_eq!(seen(Visibility::Shared, same), [1, 1, 1, 0, 0]);
            assert_eq!(seen(Visibility::Reviewers, same), [0, 1, 1, 0, 0]);
        }
        assert_eq!(seen(Visibility::Office, true), [0, 1, 1, 0, 0]);
        assert_eq!(seen(Visibility::Office, false), [0; 5]);
    }
}
