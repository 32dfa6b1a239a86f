//! A revision: one submission of Form 1, never changed afterwards.

use jiff::civil::Date;

use super::fiscal_year::FiscalYear;
use super::japan_time::UnixMillis;
use super::lateness::Lateness;
use super::local_government_code::LocalGovernmentCode;
use super::required_amounts::making::KEY_SUFFIX;
use super::response::{Form1, Warning};
use super::response_status::{ResponseEvent, ResponseStatus};
use super::return_request::ReturnItem;
use super::review_request::Asker;
use super::survey_edition::{EditionKey, SurveyEdition};

/// One submission.
#[derive(Clone, Debug)]
pub struct Revision {
    /// 1, 2, …
    pub number: i32,
    /// See [`receipt_number`].
    pub receipt: String,
    pub form: Form1,
    /// The warnings the body confirmed when it submitted.
    pub confirmed_warnings: Vec<Warning>,
    /// 遅延: received after the body's own deadline.
    pub is_late: bool,
    /// The deadline by which that was judged.
    pub judged_on: Option<Date>,
    pub submitted_at: UnixMillis,
    /// Function of the person.
    pub submitted_by: String,
    /// 代理入力: somebody who gathers the answer entered it for the body.
    pub by_proxy: bool,
    /// The file it was taken from; `None` if it was typed on the page.
    pub intake_file: Option<i64>,
    /// 意向変更: the accepted notice it came from; `None` for a submission.
    pub intent_change: Option<i64>,
    /// 訂正: the reviewer made it in the body's place.
    pub correction: Option<Correction>,
}

/// 訂正: an obvious slip that the reviewer mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// As whom.
    pub by: Asker,
    pub reason: String,
}

/// How lists call a revision that a reviewer corrected.
pub fn correction_label(by: Asker) -> &'static str {
    match by {
        Asker::Ministry => "訂正（国）",
        _ => "訂正（都道府県）",
    }
}

impl Revision {
    /// How late it is, and by which deadline.
    pub fn lateness(&self) -> Lateness {
        Lateness {
            is_late: self.is_late,
            judged_on: self.judged_on,
        }
    }

    /// Who submitted it, for lists: 「医療助成担当（代理入力）」.
    pub fn submitted_by_label(&self) -> String {
        if self.by_proxy {
            format!("{}（代理入力）", self.submitted_by)
        } else if self.intent_change.is_some() {
            format!("{}（意向変更）", self.submitted_by)
        } else if let Some(correction) = &self.correction {
            format!("{}　{}", correction_label(correction.by), self.submitted_by)
        } else {
            self.submitted_by.clone()
        }
    }
}

/// Something that happened to an answer.
#[derive(Clone, Debug)]
pub struct HistoryEntry {
    pub event: ResponseEvent,
    pub status_after: ResponseStatus,
    pub revision_number: Option<i32>,
    pub at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    /// The reasons of a return; empty for the others.
    pub reasons: Vec<ReturnItem>,
    /// The file it came from; `None` if it was done on the page.
    pub intake_file: Option<i64>,
}

/// The revision a reviewer compares another with: the newest before it that was not withdrawn. What was withdrawn
/// nobody has reviewed; without one there is nothing to compare with.
pub fn compared_with(entries: &[HistoryEntry], number: i32) -> Option<i32> {
    let was_withdrawn = |number: i32| {
        entries.iter().any(|entry| {
            entry.event == ResponseEvent::Withdraw && entry.revision_number == Some(number)
        })
    };
    (1..number).rev().find(|earlier| !was_withdrawn(*earlier))
}

/// 「R9-012025-01」: fiscal year, body and revision; the survey of required amounts says so (「R9所要額-012025-01」), and
/// another second edition of a year adds its suffix. A key that does not name the fiscal year stands as it is, so that no
/// two editions ever give the same number.
pub fn receipt_number(edition: &SurveyEdition, code: LocalGovernmentCode, revision: i32) -> String {
    let prefix = receipt_prefix(&edition.key, edition.definition.fiscal_year);
    format!("{prefix}-{code}-{revision:02}")
}

/// Whether a body's submission goes by this number, also by the one it would have got before surveys of required
/// amounts were named in it: what was printed once can always be looked up.
pub fn has_receipt(
    edition: &SurveyEdition,
    code: LocalGovernmentCode,
    revision: i32,
    number: &str,
) -> bool {
    let (key, year) = (&edition.key, edition.definition.fiscal_year);
    let end = format!("-{code}-{revision:02}");
    let prefix = number.strip_suffix(end.as_str());
    prefix.is_some_and(|it| it == receipt_prefix(key, year) || it == old_prefix(key, year))
}

/// The page of a receipt. Its address is ASCII, so that a mail's link stays one.
pub fn receipt_path(number: &str) -> String {
    let mut path = "/receipts/".to_owned();
    for byte in number.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

fn receipt_prefix(key: &EditionKey, year: FiscalYear) -> String {
    let named = format!("{}{KEY_SUFFIX}", year.key());
    match key.as_str().strip_prefix(named.as_str()) {
        Some(rest) if rest.is_empty() || (rest.starts_with('-') && rest.len() > 1) => {
            format!("{}所要額{rest}", year.short())
        }
        _ => old_prefix(key, year),
    }
}

fn old_prefix(key: &EditionKey, year: FiscalYear) -> String {
    let named = year.key();
    match key.as_str().strip_prefix(named.as_str()) {
        Some("") => year.short(),
        Some(rest) if rest.starts_with('-') && rest.len() > 1 => format!("{}{rest}", year.short()),
        _ => key.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_withdrawn_is_not_compared_with() {
        let entry = |event, number| HistoryEntry {
            event,
            status_after: ResponseStatus::Submitted,
            revision_number: Some(number),
            at: UnixMillis(0),
            actor_name: String::new(),
            actor_body: String::new(),
            reasons: Vec::new(),
            intake_file: None,
        };
        let entries = [
            entry(ResponseEvent::Submit, 1),
            entry(ResponseEvent::Return, 1),
            entry(ResponseEvent::Submit, 2),
            entry(ResponseEvent::Withdraw, 2),
            entry(ResponseEvent::Submit, 3),
            entry(ResponseEvent::Withdraw, 3),
            entry(ResponseEvent::Submit, 4),
            entry(ResponseEvent::Correct, 5),
        ];
        assert_eq!(compared_with(&entries, 5), Some(4));
        assert_eq!(compared_with(&entries, 4), Some(1));
        assert_eq!(compared_with(&entries, 1), None);
        let first = [entry(ResponseEvent::Withdraw, 1)];
        assert_eq!(compared_with(&first, 2), None, "nobody looked at it");
    }

    #[test]
    fn no_two_editions_share_a_receipt() {
        let prefix = |key: &str, year: u16| {
            let key = key.parse().expect("a key");
            receipt_prefix(&key, FiscalYear::try_from(year).expect("a year"))
        };
        assert_eq!(prefix("fy2025", 2025), "R7");
        assert_eq!(prefix("fy2027-trial-2", 2027), "R9-trial-2");
        assert_eq!(prefix("fy2027-amounts", 2027), "R9所要額");
        assert_eq!(prefix("fy2027-amounts-trial", 2027), "R9所要額-trial");
        assert_eq!(prefix("fy2027-amounts2", 2027), "R9-amounts2");
        // Other editions of fiscal 2027.
        for key in ["fy2026", "fy2026-trial", "fy2027b", "fy2027-", "fy20270"] {
            assert_eq!(prefix(key, 2027), key);
        }
    }

    #[test]
    fn the_page_of_a_receipt_has_an_address_in_ascii() {
        assert_eq!(receipt_path("R9-012025-01"), "/receipts/R9-012025-01");
        let path = receipt_path("R9所要額-012025-01");
        assert_eq!(path, "/receipts/R9%E6%89%80%E8%A6%81%E9%A1%8D-012025-01");
    }
}
