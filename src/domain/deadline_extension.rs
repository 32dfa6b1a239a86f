//! 期限の延長: more time for one body, with a reason, by whoever gathers its answer.
//!
//! The newest extension of a body holds, unless the deadline of everybody is later; none reaches beyond the edition's
//! last day for new answers. 遅延 is judged by the first submission against the deadline of its moment: what was late
//! when it came stays so in its revision and in every table.

use jiff::civil::Date;

use super::japan_time::{UnixMillis, date_label};
use super::response_status::ResponseStatus;
use super::text::{char_len, first_private_use};

pub use super::return_request::REASON_MAX;

/// One extension, as its history keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub id: i64,
    /// The body's deadline until then.
    pub deadline_before: Date,
    pub deadline_on: Date,
    pub reason: String,
    pub at: UnixMillis,
    /// Function and body of whoever gave it.
    pub by: String,
    pub body: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Day,
    Reason,
}

impl Field {
    /// The field's name in the form.
    pub fn name(self) -> &'static str {
        ["until", "reason"][self as usize]
    }
}

/// What has to be mended, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionProblem {
    pub field: Field,
    pub message: String,
}

/// Whether more time can be given: a first answer is owed. An answer to a return has its own last day.
pub fn is_extendable(status: ResponseStatus) -> bool {
    matches!(status, ResponseStatus::NotStarted | ResponseStatus::Draft)
}

/// Between which days an extension lies.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub today: Date,
    /// The deadline of everybody on the body's way: its prefecture's, or the edition's.
    pub general: Date,
    /// The edition's last day for new answers.
    pub last_new_answer_on: Date,
}

/// Everything that is wrong with an extension to a day (none: it could not be read and is said elsewhere).
pub fn check(day: Option<Date>, reason: &str, bounds: &Bounds) -> Vec<ExtensionProblem> {
    let mut problems = Vec::new();
    let mut problem = |field, message: String| problems.push(ExtensionProblem { field, message });
    match day {
        Some(day) if day > bounds.last_new_answer_on => problem(
            Field::Day,
            format!(
                "延長後の期限は、新しい回答の最終受付日（{}）と同じか、それより前の日にしてください。",
                date_label(bounds.last_new_answer_on)
            ),
        ),
        Some(day) if day < bounds.today => problem(
            Field::Day,
            "過ぎた日は延長後の期限にできません。今日以降の日付を入力してください。".to_owned(),
        ),
        Some(day) if day <= bounds.general => problem(
            Field::Day,
            format!(
                "延長後の期限は、もとの締切（{}）より後の日にしてください。",
                date_label(bounds.general)
            ),
        ),
        _ => {}
    }
    let length = char_len(reason);
    if length == 0 {
        problem(Field::Reason, "延長の理由を入力してください。".to_owned());
    } else if length > REASON_MAX {
        problem(
            Field::Reason,
            format!("理由は{REASON_MAX}文字以内で入力してください。いまは{length}文字です。"),
        );
    } else if let Some((position, _)) = first_private_use(reason) {
        problem(
            Field::Reason,
            format!(
                "{position}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
            ),
        );
    }
    problems
}

/// The deadline of a body: everybody's, or its newest extension where that is later.
pub fn in_force(general: Date, newest: Option<Date>, last_new_answer_on: Date) -> Date {
    match newest {
        Some(day) if day > general => day.min(last_new_answer_on).max(general),
        _ => general,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const BOUNDS: Bounds = Bounds {
        today: date(2027, 3, 1),
        general: date(2027, 2, 26),
        last_new_answer_on: date(2027, 3, 31),
    };

    #[test]
    fn an_extension_lies_between_today_and_the_last_day() {
        let fields = |day, reason: &str| -> Vec<Field> {
            let problems = check(day, reason, &BOUNDS);
            problems.into_iter().map(|problem| problem.field).collect()
        };
        assert_eq!(fields(Some(date(2027, 3, 1)), "議会のため"), []);
        assert_eq!(fields(Some(date(2027, 3, 31)), "議会のため"), []);
        assert_eq!(fields(Some(date(2027, 4, 1)), "議会のため"), [Field::Day]);
        assert_eq!(fields(Some(date(2027, 2, 28)), "議会のため"), [Field::Day]);
        assert_eq!(fields(None, ""), [Field::Reason]);
        assert_eq!(fields(None, &"あ".repeat(501)), [Field::Reason]);
        assert_eq!(fields(None, "\u{e000}"), [Field::Reason]);
        let early = Bounds {
            today: date(2027, 2, 1),
            ..BOUNDS
        };
        assert_eq!(check(Some(date(2027, 2, 26)), "理由", &early).len(), 1);
    }

    proptest! {
        #[test]
        fn no_extension_shortens_or_passes_the_last_day(general in 0_i32..60, newest in 0_i32..120, last in 0_i32..60) {
            let day = |offset: i32| date(2027, 1, 10).saturating_add(jiff::Span::new().days(offset));
            let (general, last) = (day(general), day(general + last));
            let held = in_force(general, Some(day(newest)), last);
            prop_assert!(general <= held && held <= last);
            prop_assert_eq!(in_force(general, None, last), general);
        }
    }
}
