//! The sentence below the table of the year, written from the same figures, and read back to prove it.

use super::YearFigures;
use crate::domain::fiscal_year::FiscalYear;

/// ※令和7年度実施予定の自治体のうち、442自治体が新規参加予定、39自治体は令和6年度から参加していて令和7年度もシステム改修等を実施予定。
///
/// The ministry's words. Who started earlier than the year before is among those of 「令和6年度から」.
pub(super) fn write(fiscal_year: FiscalYear, year: &YearFigures) -> String {
    format!(
        "※{fiscal_year}実施予定の自治体のうち、{}自治体が新規参加予定、{}自治体は{}から参加していて{fiscal_year}もシステム改修等を実施予定。",
        year.new.total,
        year.continuing.total,
        fiscal_year.previous()
    )
}

/// The two figures of a sentence: new and continuing.
pub(super) fn figures(sentence: &str) -> Option<(u32, u32)> {
    let before = |words: &str| {
        let (head, _) = sentence.split_once(words)?;
        let digits = head.rfind(|c: char| !c.is_ascii_digit())?;
        let after = head[digits..].chars().next()?.len_utf8();
        head[digits + after..].parse().ok()
    };
    Some((before("自治体が新規参加予定")?, before("自治体は")?))
}
