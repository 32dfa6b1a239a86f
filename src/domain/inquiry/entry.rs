//! What was said or happened in a thread, and how it is read from what was typed.

use jiff::civil::Date;

use super::{InquiryState, Visibility, WORDS_MAX};
use crate::domain::coordination_contact::check_text;
use crate::domain::japan_time::{UnixMillis, parse_date};
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::text::{clean_line, clean_text, fold_width};

/// Longest name of the function somebody was called as, in characters.
const CALL_WITH_MAX: usize = 100;

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
pub(super) fn read_time(typed: &str) -> Option<String> {
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
