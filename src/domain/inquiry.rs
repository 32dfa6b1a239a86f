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

use jiff::civil::Date;

use super::coordination_contact::check_text;
use super::japan_time::{UnixMillis, parse_date};
use super::organization::Route;
use super::place::{Place, Section};
use super::response::Problem;
use super::text::{clean_line, clean_text, fold_width};

/// Longest question, answer or comment, in characters.
pub const WORDS_MAX: usize = 2_000;
/// Longest name of the function somebody was called as, in characters.
const CALL_WITH_MAX: usize = 100;
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

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    Question,
    Answer,
    PassedOn,
    CommentShared,
    CommentInternal,
    PhoneCall,
    Closed,
    Reopened,
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

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Question,
        Self::Answer,
        Self::PassedOn,
        Self::CommentShared,
        Self::CommentInternal,
        Self::PhoneCall,
        Self::Closed,
        Self::Reopened,
    ];

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::PassedOn => "passed_on",
            Self::CommentShared => "comment_shared",
            Self::CommentInternal => "comment_internal",
            Self::PhoneCall => "phone_call",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The kind with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// A comment for this circle.
    pub fn comment(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Shared => Self::CommentShared,
            Visibility::Reviewers | Visibility::Office => Self::CommentInternal,
        }
    }

    /// What a thread prints before the words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Question => "質問",
            Self::Answer => "回答",
            Self::PassedOn => "国へ引継ぎ",
            Self::CommentShared => "コメント",
            Self::CommentInternal => "コメント（内部）",
            Self::PhoneCall => "電話の記録",
            Self::Closed => "終了",
            Self::Reopened => "再開",
        }
    }
}

/// A telephone call: with whom, in what function, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCall {
    pub with: String,
    pub on: Date,
    /// `14:30`; empty if nobody noted it.
    pub time: String,
}

/// Something that was said or happened in a thread.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: EntryKind,
    pub visibility: Visibility,
    pub state_after: InquiryState,
    pub words: String,
    pub call: Option<PhoneCall>,
    pub at: UnixMillis,
    pub account_id: i64,
    /// Function of the author.
    pub by: String,
    pub by_body: String,
    /// Code of the author's body; empty for the ministry.
    pub office: String,
}

/// Where the problems of a typed entry stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryField {
    Words,
    CallWith,
    CalledOn,
    CalledTime,
}

/// Reads the words of an entry.
pub fn read_words(typed: &str, is_needed: bool) -> Result<String, (EntryField, String)> {
    let words = clean_text(typed);
    if is_needed && words.is_empty() {
        return Err((EntryField::Words, "内容を入力してください。".to_owned()));
    }
    match first_problem(&words, WORDS_MAX) {
        Some(message) => Err((EntryField::Words, message)),
        None => Ok(words),
    }
}

/// Reads what is noted of a telephone call on or before `today`, all problems at once.
pub fn read_call(
    with: &str,
    on: &str,
    time: &str,
    today: Date,
) -> Result<PhoneCall, Vec<(EntryField, String)>> {
    let mut problems = Vec::new();
    let with = clean_line(with);
    if with.is_empty() {
        problems.push((
            EntryField::CallWith,
            "電話の相手を、担当の名称（例：福祉課の担当）で入力してください。".to_owned(),
        ));
    } else if let Some(message) = first_problem(&with, CALL_WITH_MAX) {
        problems.push((EntryField::CallWith, message));
    }
    let day = parse_date(on).filter(|day| *day <= today);
    if day.is_none() {
        problems.push((
            EntryField::CalledOn,
            "電話をした日（きょうまでの日付）を、2027-03-05、令和9年3月5日、R9.3.5 のように入力してください。"
                .to_owned(),
        ));
    }
    let clock = read_time(time);
    if clock.is_none() {
        problems.push((
            EntryField::CalledTime,
            "時刻は、14:30、14時30分 のように入力するか、空欄にしてください。".to_owned(),
        ));
    }
    match (day, clock) {
        (Some(on), Some(time)) if problems.is_empty() => Ok(PhoneCall { with, on, time }),
        _ => Err(problems),
    }
}

/// `14:30` from 14:30, １４時３０分 or 14時; empty from nothing; `None` if it is no time of day.
fn read_time(typed: &str) -> Option<String> {
    let text = fold_width(&clean_line(typed));
    if text.is_empty() {
        return Some(String::new());
    }
    let (hour, rest) = text.split_once([':', '時'])?;
    let minute = rest.trim().trim_end_matches('分');
    let number = |text: &str, below: u8| match text.trim() {
        "" => Some(0),
        text => text.parse::<u8>().ok().filter(|number| *number < below),
    };
    let hour = number(hour, 24).filter(|_| !hour.trim().is_empty())?;
    Some(format!("{hour}:{:02}", number(minute, 60)?))
}

fn first_problem(clean: &str, max: usize) -> Option<String> {
    let mut problems: Vec<Problem> = Vec::new();
    check_text(clean, max, Place::Section(Section::Contact), &mut problems);
    problems.into_iter().next().map(|problem| problem.message)
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
