//! 質問・連絡: what a body asks about the survey, and what is said about its answer.
//!
//! ```text
//! ask ─> with the prefecture ─ pass on ─> with the ministry          (bodies that answer directly begin here)
//!            └───── answer ──────┴──────────┴─> answered ─ ask ─> whoever answered last
//!                                                  └ close ─> closed ─ reopen ─> whoever answered last
//! a reviewer's comment ─> noted ─ ask ─> as above
//! ```
//! A thread is a row whose state follows from its entries; entries are only ever added. The state machine here
//! decides what may follow what (`docs/states.md`), [`super::access::inquiries`] who may cause and who may see it.

mod entry;

use super::organization::Route;
use super::place::Place;

pub use entry::{Entry, EntryField, EntryKind, PhoneCall, read_call, read_words};

/// Longest question, answer or comment, in characters.
pub const WORDS_MAX: usize = 2_000;
/// How much of a question stands in lists, in characters.
const TITLE_MAX: usize = 40;

/// Where a thread stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InquiryState {
    /// 都道府県の回答待ち
    WithPrefecture,
    /// 国の回答待ち
    WithMinistry,
    /// 回答済
    Answered,
    /// 連絡・記録: a reviewer said something, nobody asked.
    Noted,
    /// 終了
    Closed,
}

/// What can happen to a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InquiryEvent {
    /// 質問: the body asks, asks again or adds to its question.
    Ask,
    /// 回答
    Answer,
    /// 国へ引継ぎ
    PassOn,
    /// A comment or a telephone call: it is written down, nothing else changes.
    Note,
    /// 終了
    Close,
    /// 再開
    Reopen,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressee {
    Prefecture,
    Ministry,
}

/// For whom an entry is. The later ones include the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// The author's own office.
    Office,
    /// Prefecture and ministry.
    Reviewers,
    /// The body too.
    Shared,
}

/// The event does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} does not fit {state:?}")]
pub struct InquiryRefused {
    pub state: InquiryState,
    pub event: InquiryEvent,
}

impl InquiryState {
    /// Those that wait first.
    pub const ALL: [Self; 5] = [
        Self::WithPrefecture,
        Self::WithMinistry,
        Self::Answered,
        Self::Noted,
        Self::Closed,
    ];

    /// The state after `event`; a question waits for `addressee`.
    pub fn after(self, event: InquiryEvent, addressee: Addressee) -> Result<Self, InquiryRefused> {
        use InquiryEvent as E;
        use InquiryState as S;
        Ok(match (self, event) {
            (state, E::Note) => state,
            // Added to a question that waits.
            (S::WithPrefecture | S::WithMinistry, E::Ask) => self,
            (S::Answered | S::Noted, E::Ask) | (S::Closed, E::Reopen) => addressee.waiting(),
            // An answer may be mended by another one.
            (S::WithPrefecture | S::WithMinistry | S::Answered, E::Answer) => S::Answered,
            (S::WithPrefecture, E::PassOn) => S::WithMinistry,
            (S::WithPrefecture | S::WithMinistry | S::Answered | S::Noted, E::Close) => S::Closed,
            (state, event) => return Err(InquiryRefused { state, event }),
        })
    }

    /// Somebody is to answer.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::WithPrefecture | Self::WithMinistry)
    }

    /// Stable text for the database and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WithPrefecture => "with_prefecture",
            Self::WithMinistry => "with_ministry",
            Self::Answered => "answered",
            Self::Noted => "noted",
            Self::Closed => "closed",
        }
    }

    /// The state with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The word a page shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::WithPrefecture => "都道府県の回答待ち",
            Self::WithMinistry => "国の回答待ち",
            Self::Answered => "回答済",
            Self::Noted => "連絡・記録",
            Self::Closed => "終了",
        }
    }
}

impl InquiryEvent {
    /// Every event.
    pub const ALL: [Self; 6] = [
        Self::Ask,
        Self::Answer,
        Self::PassOn,
        Self::Note,
        Self::Close,
        Self::Reopen,
    ];

    /// Stable text for the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "inquiry_ask",
            Self::Answer => "inquiry_answer",
            Self::PassOn => "inquiry_pass_on",
            Self::Note => "inquiry_note",
            Self::Close => "inquiry_close",
            Self::Reopen => "inquiry_reopen",
        }
    }

    /// Whether it cannot be done without words.
    pub fn needs_words(self) -> bool {
        matches!(self, Self::Ask | Self::Answer | Self::Note)
    }
}

impl Addressee {
    /// Whom a body asks first: whoever gathers its answer.
    pub fn first(route: Route) -> Self {
        match route {
            Route::ThroughPrefecture => Self::Prefecture,
            Route::ToMinistry => Self::Ministry,
        }
    }

    /// Whoever the state waits for; in other states whoever it was before.
    pub fn after(self, state: InquiryState) -> Self {
        match state {
            InquiryState::WithPrefecture => Self::Prefecture,
            InquiryState::WithMinistry => Self::Ministry,
            _ => self,
        }
    }

    /// The state in which this one is waited for.
    pub fn waiting(self) -> InquiryState {
        match self {
            Self::Prefecture => InquiryState::WithPrefecture,
            Self::Ministry => InquiryState::WithMinistry,
        }
    }

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prefecture => "prefecture",
            Self::Ministry => "ministry",
        }
    }

    /// The one with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        let both = [Self::Prefecture, Self::Ministry];
        both.into_iter().find(|it| it.as_str() == text)
    }
}

impl Visibility {
    /// The narrowest first.
    pub const ALL: [Self; 3] = [Self::Office, Self::Reviewers, Self::Shared];

    /// Stable text for the database and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Reviewers => "reviewers",
            Self::Shared => "shared",
        }
    }

    /// The one with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// Who can read it, as a page says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Office => "自分の所属だけ",
            Self::Reviewers => "都道府県と国だけ",
            Self::Shared => "団体にも表示",
        }
    }
}

/// The first line of the words, cut to the length of a list's line.
pub fn title_of(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let mut title: String = line.chars().take(TITLE_MAX).collect();
    if line.chars().nth(TITLE_MAX).is_some() || words.lines().nth(1).is_some() {
        title.push('…');
    }
    title
}

/// The item a place belongs to: a row of the table or a part of the form. Questions and published answers meet
/// there.
pub fn item_of(place: &Place) -> Place {
    match place {
        Place::Scheme(id) | Place::Recipients(id) => Place::Scheme(id.clone()),
        Place::Question(id) => Place::Question(id.clone()),
        other => Place::Section(other.section()),
    }
}

#[cfg(test)]
mod tests;
