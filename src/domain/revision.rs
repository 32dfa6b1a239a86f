//! A revision: one submission of Form 1, never changed afterwards.

use super::japan_time::UnixMillis;
use super::local_government_code::LocalGovernmentCode;
use super::response::{Form1, Warning};
use super::response_status::{ResponseEvent, ResponseStatus};
use super::return_request::ReturnItem;
use super::survey_edition::SurveyEdition;

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
    pub submitted_at: UnixMillis,
    /// Function of the person.
    pub submitted_by: String,
    /// 代理入力: somebody who gathers the answer entered it for the body.
    pub by_proxy: bool,
    /// The file it was taken from; `None` if it was typed on the page.
    pub intake_file: Option<i64>,
    /// 意向変更: the accepted notice it came from; `None` for a submission.
    pub intent_change: Option<i64>,
}

impl Revision {
    /// Who submitted it, for lists: 「医療助成担当（代理入力）」.
    pub fn submitted_by_label(&self) -> String {
        if self.by_proxy {
            format!("{}（代理入力）", self.submitted_by)
        } else if self.intent_change.is_some() {
            format!("{}（意向変更）", self.submitted_by)
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

/// 「R9-012025-01」: fiscal year, body and revision; a second edition of a year adds its suffix.
/// Unique, and short enough for the telephone.
pub fn receipt_number(edition: &SurveyEdition, code: LocalGovernmentCode, revision: i32) -> String {
    let suffix = edition
        .key
        .as_str()
        .split_once('-')
        .map_or("", |(_, suffix)| suffix);
    let year = edition.definition.fiscal_year.short();
    let dash = if suffix.is_empty() { "" } else { "-" };
    format!("{year}{dash}{suffix}-{code}-{revision:02}")
}
