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

use serde::{Deserialize, Serialize};

use super::coordination_contact::check_text;
use super::organization::Route;
use super::place::{Place, Section};
use super::text::clean_text;

mod record;

pub use record::{Hindrance, PassedOn, Reply, ReviewRequest, TakenBack, passing_on_problem};

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

/// What a body says to one request with its submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyReply {
    pub number: i32,
    pub kind: Option<ReplyKind>,
    pub words: String,
}

impl BodyReply {
    /// It says something: one of the two answers, or words.
    pub fn is_decided(&self) -> bool {
        self.kind.is_some() || !clean_text(&self.words).is_empty()
    }
}

/// What to do with a request to which a submission says nothing.
pub const UNDECIDED: &str =
    "「直しました」か「このままで正しいです」を選ぶか、「ひとこと」に返事を書いてください。";

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

/// What stands in place of the words where a submission brought none.
pub fn without_words(kind: Option<ReplyKind>) -> String {
    match kind {
        Some(kind) => format!("返事なし（「{}」と連絡）", kind.label()),
        None => "返事なし（提出した内容をご確認ください）".to_owned(),
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
