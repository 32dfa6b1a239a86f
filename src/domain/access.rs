//! Who may do what with an answer: one table, relation × status × action.
//!
//! A request names an action; [`permits`] looks it up. Verbs ask it inside their transaction, pages
//! ask it to decide which buttons to show, and a generated test walks every route with it.
//! A stranger is told the record does not exist.

use super::account::{Actor, Role};
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::{OrganizationKind, Route};
use super::response_status::ResponseStatus;
use super::review_request::{Asker, RequestEvent, RequestState};

/// How somebody stands to a body's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The body itself.
    Own,
    /// Gathers and checks it: the prefecture of a general municipality, the ministry of the others.
    Reviewer,
    /// The ministry, where a prefecture reviews.
    Overseer,
    /// The prefecture of a designated or core city: it decides the spending for them too.
    Reader,
    /// Everybody else.
    Stranger,
}

/// What somebody wants to do with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// See that the body takes part, its state and its dates.
    ViewState,
    /// See and type into the draft.
    EditDraft,
    /// See the submitted revisions, receipts and events, and take them out.
    ViewAnswer,
    Submit,
    Withdraw,
    StartReview,
    Accept,
    Return,
    /// Give an accepted answer back to the prefecture.
    SendBack,
    /// 代理入力: submit a form that came by other ways in the body's place.
    EnterByProxy,
    /// 訂正: mend an obvious slip in the body's place.
    Correct,
    /// 確認票: write down what was looked at.
    KeepChecks,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 12] = [
        Self::ViewState,
        Self::EditDraft,
        Self::ViewAnswer,
        Self::Submit,
        Self::Withdraw,
        Self::StartReview,
        Self::Accept,
        Self::Return,
        Self::SendBack,
        Self::EnterByProxy,
        Self::Correct,
        Self::KeepChecks,
    ];
}

/// The relation of an actor to the body `code` of this kind.
/// `route` is the one frozen in the edition, not today's.
pub fn relation(
    actor: &Actor,
    code: LocalGovernmentCode,
    kind: OrganizationKind,
    route: Route,
) -> Relation {
    if actor.code() == Some(code) {
        return Relation::Own;
    }
    match (actor.role, route) {
        (Role::Ministry, Route::ToMinistry) => Relation::Reviewer,
        (Role::Ministry, Route::ThroughPrefecture) => Relation::Overseer,
        (Role::Prefecture(prefecture), _) if prefecture != code.prefecture() => Relation::Stranger,
        (Role::Prefecture(_), Route::ThroughPrefecture) => Relation::Reviewer,
        (Role::Prefecture(_), Route::ToMinistry) if kind != OrganizationKind::Prefecture => {
            Relation::Reader
        }
        _ => Relation::Stranger,
    }
}

/// The table. Dates are judged elsewhere; this is about people and states.
pub fn permits(relation: Relation, status: ResponseStatus, action: Action) -> bool {
    use Action as A;
    use Relation as R;
    use ResponseStatus as S;
    // A revision exists once something was submitted; it stays visible while a return is answered.
    match (relation, action) {
        (R::Stranger, _) => false,
        (_, A::ViewState) => true,
        (R::Own, A::EditDraft) => matches!(status, S::NotStarted | S::Draft | S::Returned),
        (R::Own, A::ViewAnswer) => true,
        (R::Own, A::Submit) => matches!(status, S::Draft | S::Returned),
        (R::Own, A::Withdraw) => status == S::Submitted,
        (R::Own, _) => false,
        // Whoever gathers the answer, and the ministry beside its prefecture. What already stands there
        // is another question: see `settling`.
        (R::Reviewer | R::Overseer, A::EnterByProxy) => true,
        (_, A::EditDraft | A::Submit | A::Withdraw) => false,
        (R::Reviewer | R::Overseer, A::ViewAnswer) => !matches!(status, S::NotStarted | S::Draft),
        (R::Reader, A::ViewAnswer) => !matches!(status, S::NotStarted | S::Draft),
        (R::Reader, _) => false,
        (R::Reviewer, A::StartReview) => status == S::Submitted,
        (R::Reviewer, A::Accept) => matches!(status, S::Submitted | S::UnderReview | S::SentBack),
        (R::Reviewer, A::Return) => {
            matches!(
                status,
                S::Submitted | S::UnderReview | S::Accepted | S::SentBack
            )
        }
        (R::Reviewer, A::Correct | A::KeepChecks) => status.is_received(),
        (R::Reviewer, A::SendBack) => false,
        (R::Overseer, A::SendBack) => status == S::Accepted,
        (R::Overseer, A::StartReview | A::Accept | A::Return | A::Correct | A::KeepChecks) => false,
    }
}

/// What somebody wants to do with a notice of a change of intent (意向の変更).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeAction {
    View,
    /// File it; for the body itself.
    File,
    TakeBack,
    /// Forward it to the ministry, or send it back.
    Pass,
    /// Accept or decline it.
    Decide,
}

impl ChangeAction {
    /// Every action.
    pub const ALL: [Self; 5] = [
        Self::View,
        Self::File,
        Self::TakeBack,
        Self::Pass,
        Self::Decide,
    ];
}

/// The table of notices. The route says who stands between the body and the ministry; states and dates are judged in
/// [`super::intent_change`].
pub fn permits_change(relation: Relation, route: Route, action: ChangeAction) -> bool {
    use ChangeAction as C;
    use Relation as R;
    match (relation, action) {
        (R::Stranger, _) => false,
        (_, C::View) => true,
        (R::Own, C::File | C::TakeBack) => true,
        (R::Reviewer, C::Pass) => route == Route::ThroughPrefecture,
        (R::Reviewer, C::Decide) => route == Route::ToMinistry,
        (R::Overseer, C::Decide) => true,
        _ => false,
    }
}

/// As whom somebody asks about an answer; `None`: not at all.
pub fn asker(relation: Relation, route: Route) -> Option<Asker> {
    match relation {
        Relation::Own => Some(Asker::Body),
        Relation::Reviewer => Some(Asker::reviewer(route)),
        Relation::Overseer => Some(Asker::Ministry),
        Relation::Reader | Relation::Stranger => None,
    }
}

/// The table of requests: who may move one that `asked` and lies where `state` says. What may follow what is judged in
/// [`super::review_request`]. A body answers with a submission, also one that is entered in its place.
pub fn permits_request(
    relation: Relation,
    route: Route,
    asked: Asker,
    state: RequestState,
    event: RequestEvent,
) -> bool {
    use Relation as R;
    use RequestEvent as E;
    match event {
        E::PassOn => {
            relation == R::Reviewer && route == Route::ThroughPrefecture && asked == Asker::Ministry
        }
        E::Reply if state == RequestState::WithReviewer => relation == R::Reviewer,
        E::Reply => matches!(relation, R::Own | R::Reviewer | R::Overseer),
        E::TakeBack => relation == R::Own,
        E::Settle | E::Withdraw => asker(relation, route) == Some(asked),
    }
}

/// Who extends a body's deadline, pauses its reminders and sends them by hand: whoever gathers its answer.
pub fn keeps_deadline(relation: Relation) -> bool {
    relation == Relation::Reviewer
}

/// The right to read every body of one prefecture. Only [`PrefectureScope::of`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefectureScope(PrefectureCode);

impl PrefectureScope {
    /// The prefecture itself and the ministry have it.
    pub fn of(actor: &Actor, prefecture: PrefectureCode) -> Option<Self> {
        match actor.role {
            Role::Ministry => Some(Self(prefecture)),
            Role::Prefecture(own) if own == prefecture => Some(Self(prefecture)),
            _ => None,
        }
    }

    /// The prefecture that may be read.
    pub fn prefecture(self) -> PrefectureCode {
        self.0
    }
}

/// The right to read every body of the country. Only [`CountryScope::of`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryScope(());

impl CountryScope {
    /// The ministry has it.
    pub fn of(actor: &Actor) -> Option<Self> {
        (actor.role == Role::Ministry).then_some(Self(()))
    }
}

/// The right to read many bodies at once: those of the country or of one prefecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadScope {
    Country(CountryScope),
    Prefecture(PrefectureScope),
}

impl ReadScope {
    /// The widest scope of the actor: the ministry reads the country, a prefecture its own bodies.
    pub fn of(actor: &Actor) -> Option<Self> {
        match actor.role {
            Role::Prefecture(own) => PrefectureScope::of(actor, own).map(Self::Prefecture),
            _ => CountryScope::of(actor).map(Self::Country),
        }
    }
}

/// The right to read notices of a change of intent: one's own, or those of the bodies one reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeScope {
    Own(OwnScope),
    Read(ReadScope),
}

/// The right of a body to its own. Only [`NoticeScope::of`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnScope(LocalGovernmentCode);

impl OwnScope {
    /// The body.
    pub fn code(self) -> LocalGovernmentCode {
        self.0
    }
}

impl NoticeScope {
    /// The widest scope of the actor.
    pub fn of(actor: &Actor) -> Option<Self> {
        match (actor.role, actor.code()) {
            (Role::Municipality, Some(code)) => Some(Self::Own(OwnScope(code))),
            _ => ReadScope::of(actor).map(Self::Read),
        }
    }
}

#[cfg(test)]
mod tests;
