//! 督促: on which days a body that owes is written to, and what it is told.
//!
//! ```text
//! ReminderPlan (10, 3, 1 before; 1, 3 after) + Due (what is owed, until when) ─ step_on(today) ─> Step | nothing
//! ```
//! Days are working days ([`super::working_days`]). An answer is counted to the body's own deadline; once that is over,
//! an answer to a return is counted to the last day on which it is taken, and one that was asked again to its day. An
//! answer to a return is also counted once from the return on: on the last of the plan's days after the deadline.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::japan_time::{days_left, days_left_label};
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::Route;
use super::response_status::ResponseStatus;

mod plan;

pub use plan::{FURTHEST, MOST_STEPS, PlanProblem, ReminderPlan};

/// From this hour in Japan on, the reminders of a working day are decided.
pub const REMINDERS_FROM_HOUR: i8 = 9;

/// Why a body is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// So many working days before its last day.
    Before(u16),
    /// So many working days after it.
    After(u16),
    /// So many working days after a return.
    SinceReturn(u16),
    /// By somebody; the number tells one sentence from another.
    ByHand(u64),
}

/// A stored text that is no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a step of a plan")]
pub struct BadStep;

impl fmt::Display for Step {
    /// Stable text for the database and for keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(days) => write!(f, "before-{days}"),
            Self::After(days) => write!(f, "after-{days}"),
            Self::SinceReturn(days) => write!(f, "return-{days}"),
            Self::ByHand(mark) => write!(f, "hand-{mark:016x}"),
        }
    }
}

impl FromStr for Step {
    type Err = BadStep;

    fn from_str(text: &str) -> Result<Self, BadStep> {
        let (kind, number) = text.split_once('-').ok_or(BadStep)?;
        let days = || number.parse().map_err(|_| BadStep);
        match kind {
            "before" => Ok(Self::Before(days()?)),
            "after" => Ok(Self::After(days()?)),
            "return" => Ok(Self::SinceReturn(days()?)),
            "hand" => u64::from_str_radix(number, 16)
                .map(Self::ByHand)
                .map_err(|_| BadStep),
            _ => Err(BadStep),
        }
    }
}

impl Step {
    /// 締切の10営業日前, 締切の3営業日後.
    pub fn label(self) -> String {
        match self {
            Self::Before(days) => format!("締切の{days}営業日前"),
            Self::After(days) => format!("締切の{days}営業日後"),
            Self::SinceReturn(days) => format!("差戻しの{days}営業日後"),
            Self::ByHand(_) => "手動".to_owned(),
        }
    }
}

/// What a body owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Nothing is saved yet.
    Begin,
    /// A draft is kept and not submitted.
    Submit,
    /// A return is not answered.
    AnswerReturn,
}

impl Need {
    /// What an answer in this state owes, of which no more is known; none once it lies with the reviewer.
    pub fn of(status: ResponseStatus) -> Option<Self> {
        match status {
            ResponseStatus::NotStarted => Some(Self::Begin),
            ResponseStatus::Draft => Some(Self::Submit),
            ResponseStatus::Returned => Some(Self::AnswerReturn),
            _ => None,
        }
    }

    /// The state in a mail and on lists.
    pub fn label(self) -> &'static str {
        match self {
            Self::Begin => "未着手",
            Self::Submit => "入力中・未提出",
            Self::AnswerReturn => "差戻しへの回答待ち",
        }
    }

    /// What the body is asked to do.
    pub fn words(self) -> &'static str {
        match self {
            Self::Begin => {
                "まだ回答が始まっていません。現時点の検討状況による回答で結構ですので、提出をお願いします。"
            }
            Self::Submit => {
                "入力した内容は保存されていますが、まだ提出されていません。内容を確かめて、「提出する」を押してください。"
            }
            Self::AnswerReturn => {
                "差し戻された回答への修正が、まだ提出されていません。画面で理由を確かめて、直したうえで、もう一度提出してください。"
            }
        }
    }
}

/// What is owed and by when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Due {
    pub need: Need,
    /// The day up to which it is asked for.
    pub on: Date,
    /// The day of the return that waits for an answer.
    pub returned_on: Option<Date>,
}

/// What is known of an answer that owes.
#[derive(Clone, Copy, Debug)]
pub struct Owing {
    pub status: ResponseStatus,
    /// The body's own deadline: an extension's, its prefecture's, or the edition's.
    pub deadline_on: Date,
    /// The edition's last day for answers to a return.
    pub last_change_on: Date,
    /// 再受付.
    pub reopened_until: Option<Date>,
    /// The day of the return it answers; `None` if there was none.
    pub returned_on: Option<Date>,
}

impl Owing {
    /// What is owed. An answer to a return that was withdrawn again is one still.
    pub fn need(&self) -> Option<Need> {
        match Need::of(self.status)? {
            Need::Submit if self.returned_on.is_some() => Some(Need::AnswerReturn),
            need => Some(need),
        }
    }

    /// The last day on which the body is not overdue. The one place that says which day counts, for boards, digests,
    /// reminders and the country alike; a day that a request wishes is a wish and not in here.
    pub fn last_day(&self) -> Option<Date> {
        let need = self.need()?;
        let later = match self.reopened_until {
            Some(until) => until,
            None if need == Need::AnswerReturn => self.last_change_on,
            None => self.deadline_on,
        };
        Some(later.max(self.deadline_on))
    }

    /// What is owed as of a day: up to its deadline, and once that is over, up to the last day.
    pub fn due(&self, today: Date) -> Option<Due> {
        let (need, last_day) = (self.need()?, self.last_day()?);
        Some(Due {
            need,
            on: if today <= self.deadline_on {
                self.deadline_on
            } else {
                last_day
            },
            returned_on: self.returned_on.filter(|_| need == Need::AnswerReturn),
        })
    }

    /// 締切超過: something is owed and its last day has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.last_day().is_some_and(|day| day < today)
    }

    /// Days by which it is overdue; 0 if it is not.
    pub fn days_over(&self, today: Date) -> i64 {
        let last_day = self.last_day();
        last_day.map_or(0, |day| (-days_left(today, day)).max(0))
    }

    /// The day the body is told on its pages, as mails say it.
    pub fn asked_until(&self, today: Date) -> Date {
        match (self.due(today), self.reopened_until) {
            (Some(due), _) => due.on,
            (None, Some(until)) if self.deadline_on < today => until,
            _ => self.deadline_on,
        }
    }
}

/// あと3日 / 本日まで / 2日過ぎています, as a mail says it.
pub fn left_label(today: Date, due: &Due) -> String {
    days_left_label(today, due.on)
}

/// Whoever gathers answers, and so extends deadlines, pauses reminders and sends them by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keeper {
    /// A prefecture, of its general municipalities.
    Prefecture(PrefectureCode),
    /// The ministry, of those that answer to it.
    Ministry,
}

impl Keeper {
    /// Who gathers the answer of a body on this route.
    pub fn of_body(code: LocalGovernmentCode, route: Route) -> Self {
        match route {
            Route::ThroughPrefecture => Self::Prefecture(code.prefecture()),
            Route::ToMinistry => Self::Ministry,
        }
    }
}

impl fmt::Display for Keeper {
    /// Stable text for the database.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefecture(code) => write!(f, "{code}"),
            Self::Ministry => f.write_str("ministry"),
        }
    }
}

/// What became of a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It went into the outbox.
    Sent,
    /// Whoever gathers the answer had paused it.
    Paused,
    /// Nobody's address is known.
    NoAddress,
    /// The portal did not run on its day.
    Missed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Paused, Self::NoAddress, Self::Missed];

    /// Stable text for the database.
    pub fn as_str(self) -> &'static str {
        ["sent", "paused", "no_address", "missed"][self as usize]
    }

    /// The outcome with this stable text.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }

    /// What a list says of it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sent => "お知らせしました",
            Self::Paused => "止めていたため、お知らせしていません",
            Self::NoAddress => "宛先がないため、お知らせしていません",
            Self::Missed => "システムが動いていなかったため、お知らせしていません",
        }
    }
}

#[cfg(test)]
mod tests;
