//! 意向の変更: a body tells after the deadline that its intent is another one now.
//!
//! ```text
//! file ─> with the prefecture ─ forward ─> with the ministry ─ accept ─> a new revision of the answer
//!            └ send back                     └ decline            (bodies that answer directly begin here)
//!            └──────── take back ────────────┘
//! ```
//! A notice is an immutable document: after it was sent back the body files another one. The state machine here
//! decides what may follow what (`docs/states.md`), [`super::access::permits_change`] who may cause it, and
//! [`takes_changes`] when a notice is taken at all.

pub mod report;
mod summary;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::coordination_contact::check_text;
use super::japan_time::{UnixMillis, is_in_time, parse_date};
use super::organization::Route;
use super::place::{Place, Section};
use super::response::{Form1, Problem, Warning};
use super::response_status::ResponseStatus;
use super::survey_edition::{EditionState, SurveyEdition};
use super::text::clean_text;

pub use summary::{AnswerChange, ChangeSummary};

/// Longest reason or remark, in characters.
pub const WORDS_MAX: usize = 500;

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// 都道府県が確認中
    WithPrefecture,
    /// 国が確認中
    WithMinistry,
    /// 差戻し: the prefecture gave it back to the body.
    SentBack,
    /// 取下げ: the body took it back.
    TakenBack,
    /// 承認
    Accepted,
    /// 不承認
    Declined,
}

/// What can happen to a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeEvent {
    /// 届出
    File,
    /// 国へ送付
    Forward,
    /// 差戻し
    SendBack,
    /// 取下げ
    TakeBack,
    /// 承認
    Accept,
    /// 不承認
    Decline,
}

/// The event does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} does not fit {state:?}")]
pub struct ChangeRefused {
    pub state: ChangeState,
    pub event: ChangeEvent,
}

impl ChangeState {
    /// Open ones first.
    pub const ALL: [Self; 6] = [
        Self::WithPrefecture,
        Self::WithMinistry,
        Self::SentBack,
        Self::TakenBack,
        Self::Accepted,
        Self::Declined,
    ];

    /// Where a notice begins: with whoever gathers the body's answer.
    pub fn filed(route: Route) -> Self {
        match route {
            Route::ThroughPrefecture => Self::WithPrefecture,
            Route::ToMinistry => Self::WithMinistry,
        }
    }

    /// The state after `event`.
    pub fn after(self, event: ChangeEvent) -> Result<Self, ChangeRefused> {
        use ChangeEvent as E;
        use ChangeState as S;
        Ok(match (self, event) {
            (S::WithPrefecture, E::Forward) => S::WithMinistry,
            (S::WithPrefecture, E::SendBack) => S::SentBack,
            (S::WithPrefecture | S::WithMinistry, E::TakeBack) => S::TakenBack,
            (S::WithMinistry, E::Accept) => S::Accepted,
            (S::WithMinistry, E::Decline) => S::Declined,
            (state, event) => return Err(ChangeRefused { state, event }),
        })
    }

    /// Somebody still has to act; an answer has at most one such notice.
    pub fn is_open(self) -> bool {
        matches!(self, Self::WithPrefecture | Self::WithMinistry)
    }

    /// Stable text for the database and addresses.
    pub fn as_str(self) -> &'static str {
        [
            "with_prefecture",
            "with_ministry",
            "sent_back",
            "taken_back",
            "accepted",
            "declined",
        ][self as usize]
    }

    /// The state with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The word a page shows.
    pub fn label(self) -> &'static str {
        [
            "都道府県の確認待ち",
            "国の判断待ち",
            "差戻し",
            "取下げ",
            "承認",
            "不承認",
        ][self as usize]
    }
}

impl ChangeEvent {
    /// Every event.
    pub const ALL: [Self; 6] = [
        Self::File,
        Self::Forward,
        Self::SendBack,
        Self::TakeBack,
        Self::Accept,
        Self::Decline,
    ];

    /// Stable text for the database and the audit log.
    pub fn as_str(self) -> &'static str {
        [
            "change_file",
            "change_forward",
            "change_send_back",
            "change_take_back",
            "change_accept",
            "change_decline",
        ][self as usize]
    }

    /// The event with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }

    /// The event as a history prints it.
    pub fn label(self) -> &'static str {
        ["届出", "国へ送付", "差戻し", "取下げ", "承認", "不承認"][self as usize]
    }

    /// Whether it cannot be done without words.
    pub fn needs_words(self) -> bool {
        matches!(self, Self::SendBack | Self::Decline)
    }
}

/// A notice as it was filed.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The revision it was written against.
    pub base_revision: i32,
    /// The whole form as it would be.
    pub form: Form1,
    /// What looked odd and was confirmed.
    pub confirmed_warnings: Vec<Warning>,
    pub reason: String,
    /// The day in Japan from which the intent is another one.
    pub changed_on: Date,
    pub filed_at: UnixMillis,
    pub filed_by: i64,
    /// Function of the person.
    pub filed_by_name: String,
}

/// Something that happened to a notice.
#[derive(Clone, Debug)]
pub struct ChangeHistory {
    pub event: ChangeEvent,
    pub state_after: ChangeState,
    pub at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    pub remark: String,
}

/// Whether a notice is taken now: the answer lies with its reviewer or beyond, and the edition's deadline is over or
/// the edition closed. Before that the body has its answer returned and mends it. A trial takes none: nothing of it
/// counts; neither does a follow-up, which has no intents.
pub fn takes_changes(edition: &SurveyEdition, status: ResponseStatus, now: UnixMillis) -> bool {
    let is_over = match edition.state {
        EditionState::Preparing => false,
        EditionState::Open => !is_in_time(now, edition.dates.deadline_on),
        EditionState::Closed => true,
    };
    is_over && status.is_received() && edition.is_intent_survey()
}

/// Where the problems of reason and day stand: they are no places of Form 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeField {
    Reason,
    ChangedOn,
}

/// Reads reason and day of a notice filed on `today`, all problems at once.
pub fn read_words(
    reason: &str,
    changed_on: &str,
    today: Date,
) -> Result<(String, Date), Vec<(NoticeField, String)>> {
    let mut problems = Vec::new();
    let reason = read_remark(reason, true, "意向を変更する理由を入力してください。");
    let day = match parse_date(changed_on) {
        Some(day) if day > today => {
            Err("きょうより先の日付になっています。意向が変わった日を入力してください。".to_owned())
        }
        Some(day) if day.year() < 2020 => {
            Err("日付が古すぎます。意向が変わった日をお確かめください。".to_owned())
        }
        Some(day) => Ok(day),
        None => Err(
            "意向が変わった日を、令和9年3月5日、2027-03-05 のように入力してください。".to_owned(),
        ),
    };
    match (reason, day) {
        (Ok(reason), Ok(day)) => Ok((reason, day)),
        (reason, day) => {
            problems.extend(reason.err().map(|text| (NoticeField::Reason, text)));
            problems.extend(day.err().map(|text| (NoticeField::ChangedOn, text)));
            Err(problems)
        }
    }
}

/// Reads words that go with an event. `missing` is said where they are needed and not there.
pub fn read_remark(typed: &str, is_needed: bool, missing: &str) -> Result<String, String> {
    let words = clean_text(typed);
    if is_needed && words.is_empty() {
        return Err(missing.to_owned());
    }
    let mut problems: Vec<Problem> = Vec::new();
    let place = Place::Section(Section::Intent);
    check_text(&words, WORDS_MAX, place, &mut problems);
    match problems.into_iter().next() {
        Some(problem) => Err(problem.message),
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests;
