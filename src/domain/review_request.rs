//! 確認の依頼: what somebody who looks at an answer asks about it, as an object with a life of its own.
//!
//! ```text
//! ministry ─> with the prefecture ─ pass on ─> with the body ─ submits ─> answered ─ settle ─> settled
//!                    └ withdraw     └ reply in words ────────────────────────┘
//! prefecture (and the ministry, of bodies that answer to it) ─> with the body …
//! body, against a correction ─> with whoever reviews …
//! ```
//! The words never change, whoever passes them on. Each hop has its own clock. The state machine here decides what may
//! follow what (`docs/states.md`), [`super::access::permits_request`] who may cause it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::coordination_contact::check_text;
use super::japan_time::{UnixMillis, days_left};
use super::organization::Route;
use super::place::{Place, Section};
use super::text::clean_text;

/// Longest words of a request, an addition or a reply, in characters.
pub const WORDS_MAX: usize = 500;

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    Prefecture,
    Ministry,
    /// The body, which objects to a correction.
    Body,
}

/// Who is to answer in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    Body,
    /// Whoever gathers the answer: the prefecture, or the ministry of bodies that answer to it.
    Reviewer,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Lies with whoever gathers the answer: to be passed on or answered.
    WithReviewer,
    /// The body is to answer it with its next submission.
    WithBody,
    /// 回答あり: whoever asked has not looked yet.
    Answered,
    /// 確認済み
    Settled,
    /// 取消し
    Withdrawn,
}

/// What can happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestEvent {
    /// 市区町村へ伝達: the prefecture hands the ministry's words on.
    PassOn,
    /// 回答: a submission, or words of the reviewer.
    Reply,
    /// The submission that answered it was withdrawn.
    TakeBack,
    /// 確認済み
    Settle,
    /// 取消し
    Withdraw,
}

/// How a body answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// 直しました
    Mended,
    /// このままで正しいです
    RightAsItIs,
}

/// The event does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} does not fit {state:?}")]
pub struct RequestRefused {
    pub state: RequestState,
    pub event: RequestEvent,
}

impl Asker {
    const ALL: [Self; 3] = [Self::Prefecture, Self::Ministry, Self::Body];

    /// As whom the reviewer of a body on this route asks.
    pub fn reviewer(route: Route) -> Self {
        match route {
            Route::ThroughPrefecture => Self::Prefecture,
            Route::ToMinistry => Self::Ministry,
        }
    }

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        ["prefecture", "ministry", "body"][self as usize]
    }

    /// The asker with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|asker| asker.as_str() == text)
    }
}

impl Addressee {
    /// Stable text for the database and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Reviewer => "reviewer",
        }
    }

    /// The addressee with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        [Self::Body, Self::Reviewer]
            .into_iter()
            .find(|addressee| addressee.as_str() == text)
    }
}

impl RequestState {
    /// In the order in which a request passes them.
    pub const ALL: [Self; 5] = [
        Self::WithReviewer,
        Self::WithBody,
        Self::Answered,
        Self::Settled,
        Self::Withdrawn,
    ];

    /// Where a request begins. What the ministry asks of a municipality lies with its prefecture first.
    pub fn asked(asker: Asker, addressee: Addressee, route: Route) -> Self {
        let direct = asker == Asker::reviewer(route);
        match addressee {
            Addressee::Body if direct => Self::WithBody,
            _ => Self::WithReviewer,
        }
    }

    /// The state after `event`.
    pub fn after(self, event: RequestEvent) -> Result<Self, RequestRefused> {
        use RequestEvent as E;
        use RequestState as S;
        Ok(match (self, event) {
            (S::WithReviewer, E::PassOn) => S::WithBody,
            (S::WithReviewer | S::WithBody, E::Reply) => S::Answered,
            (S::Answered, E::TakeBack) => S::WithBody,
            (S::Answered, E::Settle) => S::Settled,
            (S::WithReviewer, E::Withdraw) => S::Withdrawn,
            (state, event) => return Err(RequestRefused { state, event }),
        })
    }

    /// Somebody still owes an answer.
    pub fn is_open(self) -> bool {
        matches!(self, Self::WithReviewer | Self::WithBody)
    }

    /// Nothing more happens to it.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Settled | Self::Withdrawn)
    }

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        [
            "with_reviewer",
            "with_body",
            "answered",
            "settled",
            "withdrawn",
        ][self as usize]
    }

    /// The state with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The word a page shows.
    pub fn label(self, route: Route) -> &'static str {
        match (self, route) {
            (Self::WithReviewer, Route::ThroughPrefecture) => "都道府県の対応待ち",
            (Self::WithReviewer, Route::ToMinistry) => "国の対応待ち",
            (Self::WithBody, _) => "団体の回答待ち",
            (Self::Answered, _) => "回答あり",
            (Self::Settled, _) => "確認済み",
            (Self::Withdrawn, _) => "取消し",
        }
    }
}

impl RequestEvent {
    /// Every event.
    pub const ALL: [Self; 5] = [
        Self::PassOn,
        Self::Reply,
        Self::TakeBack,
        Self::Settle,
        Self::Withdraw,
    ];

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        ["pass_on", "reply", "take_back", "settle", "withdraw"][self as usize]
    }

    /// The event with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }

    /// The event as a history prints it.
    pub fn label(self) -> &'static str {
        [
            "市区町村へ伝達",
            "回答",
            "回答の取下げ",
            "確認済み",
            "取消し",
        ][self as usize]
    }
}

impl ReplyKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mended, Self::RightAsItIs];

    /// Stable text for the database and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mended => "mended",
            Self::RightAsItIs => "right",
        }
    }

    /// The kind with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The words of the choice.
    pub fn label(self) -> &'static str {
        match self {
            Self::Mended => "直しました",
            Self::RightAsItIs => "このままで正しいです",
        }
    }
}

/// That a prefecture handed a request on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOn {
    pub at: UnixMillis,
    /// Function of the person.
    pub by: String,
    pub body: String,
    /// The prefecture's own words beside the untouched ones; may be empty.
    pub addition: String,
    /// The day by which the body's answer is wished.
    pub due_on: Option<Date>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub at: UnixMillis,
    pub by: String,
    pub body: String,
    /// The submission that answers it; `None`: words only.
    pub revision: Option<i32>,
    /// What the body says about it; it need not.
    pub kind: Option<ReplyKind>,
    pub words: String,
}

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRequest {
    pub id: i64,
    /// 1, 2, … of the answer.
    pub number: i32,
    pub asker: Asker,
    pub addressee: Addressee,
    /// `None`: the answer as a whole.
    pub place: Option<Place>,
    pub words: String,
    /// The revision it is about.
    pub revision: i32,
    pub state: RequestState,
    pub asked_at: UnixMillis,
    /// Function of the person.
    pub asked_by: String,
    pub asked_by_body: String,
    /// The day by which the first hop's answer is wished.
    pub due_on: Option<Date>,
    pub passed_on: Option<PassedOn>,
    pub reply: Option<Reply>,
    /// When it was settled or withdrawn, and by whose function.
    pub closed: Option<(UnixMillis, String)>,
}

/// Why an answer cannot be accepted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// Somebody still owes an answer.
    Open,
    /// Answered to the reviewer, who has not said that it is settled.
    Unsettled,
}

impl ReviewRequest {
    /// When the hop began on which it is, and the day wished for it. Of a request that is over: its last hop.
    pub fn clock(&self) -> (UnixMillis, Option<Date>) {
        match &self.passed_on {
            Some(passed) => (passed.at, passed.due_on),
            None => (self.asked_at, self.due_on),
        }
    }

    /// Whole days in Japan since the hop began: 0 on its day.
    pub fn days(&self, today: Date) -> i64 {
        days_left(self.clock().0.japan_date(), today).max(0)
    }

    /// The wished day has passed and nobody has answered.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state.is_open() && self.clock().1.is_some_and(|due| due < today)
    }

    /// Whether the body may know of it: what ministry and prefecture say to each other is theirs.
    pub fn is_for_body(&self, route: Route) -> bool {
        match self.asker {
            Asker::Body => true,
            _ if self.addressee == Addressee::Reviewer => false,
            asker => asker == Asker::reviewer(route) || self.passed_on.is_some(),
        }
    }

    /// What stands between the answer and its acceptance by the reviewer of this route. What the ministry asked of a
    /// prefecture and has an answer to is the ministry's to settle, and hinders no more.
    pub fn hindrance(&self, route: Route) -> Option<Hindrance> {
        hindrance(self.state, self.asker, route)
    }
}

/// What is wrong with words as typed; nothing typed is fine.
pub fn words_problems(typed: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let place = Place::Section(Section::Contact);
    check_text(&clean_text(typed), WORDS_MAX, place, &mut problems);
    problems
        .into_iter()
        .map(|problem| problem.message)
        .collect()
}

/// What stands in the way of acceptance, of a request of which only this is known.
pub fn hindrance(state: RequestState, asker: Asker, route: Route) -> Option<Hindrance> {
    match state {
        state if state.is_open() => Some(Hindrance::Open),
        RequestState::Answered if asker == Asker::reviewer(route) => Some(Hindrance::Unsettled),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
