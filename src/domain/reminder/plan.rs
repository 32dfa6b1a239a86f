//! The plan of an edition: so many working days before the last day and after it.

use jiff::civil::Date;

use super::super::text::fold_width;
use super::super::working_days::{Counted, WorkingCalendar};
use super::{Due, Step};

/// What one side of a plan may hold.
pub const MOST_STEPS: usize = 6;
/// The furthest day of a plan, in working days.
pub const FURTHEST: u16 = 60;

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

#[cfg(test)]
mod tests {
    use super::super::super::response_status::ResponseStatus;
    use super::super::super::working_days::tests::shipped;
    use super::super::{Need, Owing};
    use super::*;
    use jiff::civil::date;

    fn due(status: ResponseStatus, deadline_on: Date) -> Due {
        let owing = Owing {
            status,
            deadline_on,
            last_change_on: date(2027, 3, 31),
            reopened_until: None,
            returned_on: (status == ResponseStatus::Returned).then_some(date(2027, 3, 1)),
        };
        owing.due(date(2027, 3, 1)).expect("owes")
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
}
