//! 代理入力の途中: that an office has begun to type a body's answer, for its colleagues.

use super::board_rows::Entering;
use crate::domain::japan_time::short_label;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::SurveyEdition;
use crate::store::proxy_entries::OpenEntry;

/// The entry the visitor's office is typing for a body, with the page on which it goes on.
pub(in crate::web) fn entering(
    edition: &SurveyEdition,
    entries: &[OpenEntry],
    code: LocalGovernmentCode,
) -> Option<Entering> {
    let entry = entries.iter().find(|entry| entry.code == code)?;
    Some(Entering {
        by: entry.begun_by.clone(),
        since: short_label(entry.begun_at),
        href: format!("/editions/{}/answers/{code}/proxy", edition.key),
    })
}
