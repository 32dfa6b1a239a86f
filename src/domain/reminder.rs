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

use super::japan_time::days_left_label;
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::Route;
use super::response_status::ResponseStatus;
use super::text::fold_width;
use super::working_days::{Counted, WorkingCalendar};

/// From this hour in Japan on, the reminders of a working day are decided.
pub const REMINDERS_FROM_HOUR: i8 = 9;
/// What one side of a plan may hold.
pub const MOST_STEPS: usize = 6;
/// The furthest day of a plan, in working days.
pub const FURTHEST: u16 = 60;

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
    /// What an answer in this state owes; none once it lies with the reviewer.
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
    pub returned_on: Option<Date>,
}

impl Owing {
    /// What is owed as of a day. The one place that says which day counts: a wished day of a request would go in here.
    pub fn due(&self, today: Date) -> Option<Due> {
        let need = Need::of(self.status)?;
        let on = match self.reopened_until {
            _ if today <= self.deadline_on => self.deadline_on,
            Some(until) => until,
            None if need == Need::AnswerReturn => self.last_change_on,
            None => self.deadline_on,
        };
        Some(Due {
            need,
            on,
            returned_on: self.returned_on.filter(|_| need == Need::AnswerReturn),
        })
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

/// The days of an edition's reminders, in working days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderPlan {
    /// Before the last day, the furthest first.
    before: Vec<u16>,
    /// After it, the nearest first.
    after: Vec<u16>,
}

impl Default for ReminderPlan {
    fn default() -> Self {
        Self {
            before: vec![10, 3, 1],
            after: vec![1, 3],
        }
    }
}

/// Which field of the plan's form has to be mended, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanProblem {
    /// `before` or `after`.
    pub field: &'static str,
    pub message: String,
}

impl ReminderPlan {
    /// Reads both sides as somebody typed them: 「10、3、1」; nothing is no reminder on that side.
    ///
    /// # Errors
    /// What has to be mended, at each field.
    pub fn read(before: &str, after: &str) -> Result<Self, Vec<PlanProblem>> {
        let mut problems = Vec::new();
        let mut side = |field, typed| {
            read_days(typed).unwrap_or_else(|message| {
                problems.push(PlanProblem { field, message });
                Vec::new()
            })
        };
        let (mut before, after) = (side("before", before), side("after", after));
        before.reverse();
        if problems.is_empty() {
            Ok(Self { before, after })
        } else {
            Err(problems)
        }
    }

    /// The days before, as the form shows them.
    pub fn before_text(&self) -> String {
        texts(&self.before)
    }

    /// The days after, as the form shows them.
    pub fn after_text(&self) -> String {
        texts(&self.after)
    }

    /// Every step towards a day and from it on, in order, with its day.
    pub fn days(&self, due: &Due, calendar: &WorkingCalendar) -> Vec<(Step, Counted)> {
        let before = self.before.iter().map(|days| {
            let counted = calendar.before(due.on, *days);
            (Step::Before(*days), counted)
        });
        let mut steps: Vec<_> = before.collect();
        match due.returned_on {
            Some(returned_on) => {
                if let Some(days) = self.after.last() {
                    steps.push((Step::SinceReturn(*days), calendar.after(returned_on, *days)));
                }
            }
            None => steps.extend(self.after.iter().map(|days| {
                let counted = calendar.after(due.on, *days);
                (Step::After(*days), counted)
            })),
        }
        steps
    }

    /// The step that falls on a day, if one does.
    pub fn step_on(&self, day: Date, due: &Due, calendar: &WorkingCalendar) -> Option<Step> {
        self.days(due, calendar)
            .into_iter()
            .find(|(_, counted)| counted.day == day)
            .map(|(step, _)| step)
    }
}

fn texts(days: &[u16]) -> String {
    let texts: Vec<String> = days.iter().map(u16::to_string).collect();
    texts.join(", ")
}

/// Numbers of days in ascending order, each once.
fn read_days(typed: &str) -> Result<Vec<u16>, String> {
    let folded = fold_width(typed);
    let mut days = Vec::new();
    for part in folded.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，' | '・'))
    {
        let part = part.trim_end_matches("営業日").trim_end_matches('日');
        if part.is_empty() {
            continue;
        }
        match part.parse() {
            Ok(number) if (1..=FURTHEST).contains(&number) => days.push(number),
            _ => {
                return Err(format!(
                    "「{part}」は読み取れませんでした。1から{FURTHEST}までの営業日数を、「10, 3, 1」のように入力してください。"
                ));
            }
        }
    }
    days.sort_unstable();
    days.dedup();
    if days.len() > MOST_STEPS {
        return Err(format!("{MOST_STEPS}回までにしてください。"));
    }
    Ok(days)
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
mod tests {
    use super::super::working_days::tests::shipped;
    use super::*;
    use jiff::civil::date;

    fn due(status: ResponseStatus, deadline_on: Date) -> Due {
        let owing = Owing {
            status,
            deadline_on,
            last_change_on: date(2027, 3, 31),
            reopened_until: None,
            returned_on: Some(date(2027, 3, 1)),
        };
        owing.due(date(2027, 3, 1)).expect("owes")
    }

    #[test]
    fn stored_texts_lead_back() {
        for step in [
            Step::Before(10),
            Step::After(3),
            Step::SinceReturn(3),
            Step::ByHand(0xfeed),
        ] {
            assert_eq!(step.to_string().parse(), Ok(step));
        }
        assert_eq!("soon-3".parse::<Step>(), Err(BadStep));
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_stored(outcome.as_str()), Some(outcome));
        }
    }

    #[test]
    fn a_plan_is_read_as_people_write_it() {
        let plan = ReminderPlan::read("１０、3 1", "3営業日,1日").expect("reads");
        assert_eq!(plan, ReminderPlan::default());
        let again = ReminderPlan::read(&plan.before_text(), &plan.after_text());
        assert_eq!(again, Ok(plan));
        let none = ReminderPlan::read("", " ").expect("reads");
        let calendar = shipped();
        let owes = due(ResponseStatus::Draft, date(2027, 2, 26));
        assert_eq!(none.days(&owes, &calendar), []);
        let problems = ReminderPlan::read("0", "61").unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["before", "after"]);
        assert!(ReminderPlan::read("1 2 3 4 5 6 7", "").is_err());
    }

    #[test]
    fn a_first_answer_is_counted_to_its_deadline() {
        let (plan, calendar) = (ReminderPlan::default(), shipped());
        let owes = due(ResponseStatus::NotStarted, date(2027, 2, 26));
        let days: Vec<_> = plan
            .days(&owes, &calendar)
            .into_iter()
            .map(|(step, counted)| (step.to_string(), counted.day))
            .collect();
        let expected = [
            ("before-10", date(2027, 2, 10)),
            ("before-3", date(2027, 2, 22)),
            ("before-1", date(2027, 2, 25)),
            ("after-1", date(2027, 3, 1)),
            ("after-3", date(2027, 3, 3)),
        ];
        assert_eq!(
            days,
            expected.map(|(step, day)| (step.to_owned(), day)).to_vec()
        );
        assert_eq!(
            plan.step_on(date(2027, 2, 22), &owes, &calendar),
            Some(Step::Before(3))
        );
        assert_eq!(plan.step_on(date(2027, 2, 23), &owes, &calendar), None);
    }

    #[test]
    fn a_return_is_counted_from_its_day_and_to_the_last_day() {
        let (plan, calendar) = (ReminderPlan::default(), shipped());
        let owes = due(ResponseStatus::Returned, date(2027, 2, 26));
        assert_eq!(
            (owes.need, owes.on),
            (Need::AnswerReturn, date(2027, 3, 31))
        );
        assert_eq!(
            plan.step_on(date(2027, 3, 4), &owes, &calendar),
            Some(Step::SinceReturn(3))
        );
        assert_eq!(
            plan.step_on(date(2027, 3, 30), &owes, &calendar),
            Some(Step::Before(1))
        );
        assert_eq!(plan.step_on(date(2027, 3, 1), &owes, &calendar), None);
        // Before the deadline is over, that is the day to keep.
        let early = Owing {
            status: ResponseStatus::Returned,
            deadline_on: date(2027, 2, 26),
            last_change_on: date(2027, 3, 31),
            reopened_until: None,
            returned_on: Some(date(2027, 1, 25)),
        };
        assert_eq!(early.asked_until(date(2027, 2, 26)), date(2027, 2, 26));
        assert_eq!(early.asked_until(date(2027, 2, 27)), date(2027, 3, 31));
    }

    #[test]
    fn whoever_was_asked_again_keeps_the_new_day_once_the_old_one_is_over() {
        let owing = Owing {
            status: ResponseStatus::Draft,
            deadline_on: date(2027, 2, 26),
            last_change_on: date(2027, 3, 31),
            reopened_until: Some(date(2027, 4, 15)),
            returned_on: None,
        };
        let on = |today| owing.due(today).map(|due| due.on);
        assert_eq!(on(date(2027, 2, 26)), Some(date(2027, 2, 26)));
        assert_eq!(on(date(2027, 2, 27)), Some(date(2027, 4, 15)));
        let settled = Owing {
            status: ResponseStatus::Accepted,
            ..owing
        };
        assert_eq!(settled.due(date(2027, 2, 1)), None);
        assert_eq!(settled.asked_until(date(2027, 2, 1)), date(2027, 2, 26));
    }
}
