//! The rows of a board, ready to print.

use jiff::civil::Date;

use super::request_tags::{is_quiet, request_tags};
use crate::domain::access::{Action, Relation, permits};
use crate::domain::japan_time;
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::boards::BoardRow;
use crate::store::request_boards::RequestMark;
use crate::web::page::status_tag;
use crate::web::view::StatusTag;

/// The day on which bodies are judged, and what the edition says about it.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub on: Date,
    /// The last day for answers to a return.
    pub last_change_on: Date,
}

impl Judged {
    /// Judges an open edition; in a closed one nobody gets later from day to day.
    pub fn of(edition: &SurveyEdition, today: Date) -> Option<Self> {
        (edition.state == EditionState::Open).then_some(Self {
            on: today,
            last_change_on: edition.dates.last_change_on,
        })
    }
}

/// The general municipalities of a prefecture's board.
pub fn general(board: &[BoardRow]) -> Vec<&BoardRow> {
    board
        .iter()
        .filter(|row| row.route == Route::ThroughPrefecture)
        .collect()
}

/// Its answer may be read; what a withdrawn one said is nobody's business any more.
fn is_readable(row: &BoardRow) -> bool {
    permits(Relation::Reviewer, row.status, Action::ViewAnswer)
}

/// Warnings of an answer that can be read.
pub fn warnings(row: &BoardRow) -> u32 {
    if is_readable(row) { row.warnings } else { 0 }
}

/// Days by which an owing body is late, by the rule of digests and reminders; 0 if it is not, or if the edition is
/// closed (nothing is judged).
pub fn days_late(row: &BoardRow, judged: Option<Judged>) -> i64 {
    judged.map_or(0, |judged| {
        row.owing(judged.last_change_on).days_over(judged.on)
    })
}

/// Owing and past its last day, or submitted after it.
pub fn is_late(row: &BoardRow, judged: Option<Judged>) -> bool {
    days_late(row, judged) > 0 || (row.is_late && is_readable(row))
}

/// An answer that waits for its reviewer.
pub fn waits(status: ResponseStatus) -> bool {
    matches!(
        status,
        ResponseStatus::Submitted | ResponseStatus::UnderReview
    )
}

/// One line of the table, ready to print.
pub struct Line {
    pub code: String,
    pub name: String,
    pub href: String,
    pub tag: StatusTag,
    /// Month and day up to which the body is asked; its own deadline once nothing is owed.
    pub deadline: String,
    /// Why that is not its own deadline; empty if it is.
    pub deadline_of: &'static str,
    /// 0 = not late.
    pub days_late: i64,
    /// 「遅延」 with the deadline it was judged by; empty if it came in time.
    pub late: String,
    pub changed: String,
    /// Short labels; empty without an answer.
    pub intents: Vec<&'static str>,
    /// Rows with ○; empty without an answer.
    pub targets: String,
    pub warnings: u32,
    pub department: String,
    pub phone: String,
    pub email: String,
    /// May be accepted together with others.
    pub may_accept: bool,
    /// 代理入力, and what the body said to it; whoever makes the table knows.
    pub proxy: Option<StatusTag>,
    /// The visitor's office types its answer; whoever makes the table knows.
    pub entering: Option<Entering>,
    /// What is asked about it; whoever makes the table knows.
    pub requests: Vec<StatusTag>,
    /// It was given more time; whoever makes the table knows.
    pub extended: bool,
    /// When it was last reminded; whoever makes the table knows.
    pub reminded: String,
}

/// 代理入力の途中.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entering {
    /// Function of whoever began it.
    pub by: String,
    pub since: String,
    pub href: String,
}

/// A row as the table prints it. `may_accept`: bulk acceptance is offered at all.
pub fn line(row: &BoardRow, judged: Option<Judged>, href: String, may_accept: bool) -> Line {
    let is_readable = is_readable(row);
    let warnings = warnings(row);
    let contact = row.contact.clone().unwrap_or_default();
    let (deadline, deadline_of) = asked_until(row, judged);
    Line {
        code: row.code.to_string(),
        name: row.name.clone(),
        href,
        tag: status_tag(row.status),
        deadline: format!("{}/{}", deadline.month(), deadline.day()),
        deadline_of,
        days_late: days_late(row, judged),
        late: if is_readable {
            row.lateness().label()
        } else {
            String::new()
        },
        changed: row
            .changed_at
            .map(japan_time::short_label)
            .unwrap_or_default(),
        intents: row
            .intents
            .iter()
            .filter(|_| is_readable)
            .map(|intent| intent.short_label())
            .collect(),
        targets: if is_readable {
            row.targets_mask.count_ones().to_string()
        } else {
            String::new()
        },
        warnings,
        department: match row.status {
            // Not begun: the contact is the one of the last answer.
            ResponseStatus::NotStarted if !contact.department.is_empty() => {
                format!("前回：{}", contact.department)
            }
            _ => contact.department,
        },
        phone: contact.phone,
        email: contact.email,
        may_accept: may_accept && warnings == 0 && waits(row.status),
        proxy: None,
        entering: None,
        extended: false,
        reminded: String::new(),
        requests: Vec::new(),
    }
}

/// The day up to which a body is asked, and what gave it that day if it is not its deadline.
fn asked_until(row: &BoardRow, judged: Option<Judged>) -> (Date, &'static str) {
    let due = judged.and_then(|judged| row.owing(judged.last_change_on).due(judged.on));
    match due {
        Some(due) if due.on != row.deadline_on && row.reopened_until.is_some() => {
            (due.on, "再受付")
        }
        Some(due) if due.on != row.deadline_on => (due.on, "差戻しへの回答"),
        _ => (row.deadline_on, ""),
    }
}

impl Line {
    /// The line with what is asked about its answer, which is not accepted together with others before that is
    /// settled.
    #[must_use]
    pub fn with_requests(mut self, marks: &[RequestMark], row: &BoardRow, today: Date) -> Self {
        self.requests = request_tags(marks, (row.status, row.route), today);
        self.may_accept &= is_quiet(marks, row.route);
        self
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::japan_time::UnixMillis;
    use crate::domain::organization::OrganizationKind;
    use jiff::civil::date;

    pub fn row(code: &str, name: &str, kana: &str, status: ResponseStatus) -> BoardRow {
        BoardRow {
            name: name.to_owned(),
            kana: kana.to_owned(),
            targets_mask: 0b101,
            recipients: 10,
            warnings: 2,
            changed_at: Some(UnixMillis(0)),
            ..BoardRow::sample(code, OrganizationKind::City, status)
        }
    }

    pub fn judged(on: Date) -> Judged {
        Judged {
            on,
            last_change_on: date(2027, 3, 31),
        }
    }

    #[test]
    fn a_returned_answer_is_late_once_it_is_not_taken_any_more() {
        let mut returned = row("022039", "八戸市", "ハチノヘシ", ResponseStatus::Returned);
        returned.returned_on = Some(date(2027, 2, 22));
        let shown = |on| line(&returned, Some(judged(on)), String::new(), false);
        let before = shown(date(2027, 2, 19));
        assert_eq!((&*before.deadline, before.deadline_of), ("2/19", ""));
        let after = shown(date(2027, 2, 20));
        assert_eq!(
            (&*after.deadline, after.deadline_of),
            ("3/31", "差戻しへの回答")
        );
        assert_eq!(after.days_late, 0);
        assert_eq!(shown(date(2027, 4, 2)).days_late, 2);
        let closed = line(&returned, None, String::new(), false);
        assert_eq!((closed.days_late, &*closed.deadline), (0, "2/19"));
    }

    #[test]
    fn only_quiet_waiting_answers_are_accepted_together() {
        let mut row = row("022039", "八戸市", "ハチノヘシ", ResponseStatus::Submitted);
        assert!(!line(&row, None, String::new(), true).may_accept);
        row.warnings = 0;
        assert!(line(&row, None, String::new(), true).may_accept);
        assert!(!line(&row, None, String::new(), false).may_accept);
        row.status = ResponseStatus::SentBack;
        assert!(!line(&row, None, String::new(), true).may_accept);
    }
}
