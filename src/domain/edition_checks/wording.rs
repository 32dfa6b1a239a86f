//! Titles and intents: the edition's own year, and the months of its rounds.

use super::{Findings, Preparation, Topic};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::edition_making::months_of;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::fold_width;

/// The fiscal years a text names as 令和N年度.
fn years_named(text: &str) -> Vec<FiscalYear> {
    let folded = fold_width(text);
    folded
        .match_indices("令和")
        .filter_map(|(at, _)| {
            let rest = &folded[at..];
            let end = rest.find("年度")?;
            rest[..end].parse().ok()
        })
        .collect()
}

/// Each title is there and names no other year.
pub(super) fn titles(preparation: &Preparation<'_>, findings: &mut Findings) {
    let definition = preparation.definition;
    let topic = Topic::Titles;
    let year = definition.fiscal_year;
    for (id, label, text) in [
        ("short_title", "短い名称", &definition.short_title),
        ("title", "調査の名称", &definition.title),
        ("form1_title", "様式1の題名", &definition.form1_title),
        ("form2_title", "様式2の題名", &definition.form2_title),
        ("office", "問い合わせ先", &definition.office),
    ] {
        // A follow-up has no Form 2.
        if id == "form2_title" && !definition.asks_intent() {
            continue;
        }
        if text.trim().is_empty() {
            findings.error(
                topic,
                format!("{id}-empty"),
                format!("{label}がありません。"),
            );
        }
        let named = years_named(text);
        if let Some(other) = named.iter().find(|named| **named != year) {
            findings.error(
                topic,
                format!("{id}-year"),
                format!("{label}に、別の年度（{other}）が書かれています。この調査回は{year}です。"),
            );
        } else if named.is_empty() && ["short_title", "title"].contains(&id) {
            findings.warning(
                topic,
                format!("{id}-no-year"),
                format!("{label}に、年度（{year}）が書かれていません。"),
            );
        }
    }
    if !preparation.key.as_str().starts_with(&year.key()) {
        findings.warning(
            topic,
            "key-year",
            format!(
                "調査回の記号「{}」が、年度（{year}）の記号「{}」と異なります。",
                preparation.key,
                year.key()
            ),
        );
    }
}

/// Each intent has a wording; the rounds lie in the year, one after the other.
pub(super) fn intents(definition: &EditionDefinition, findings: &mut Findings) {
    let topic = Topic::Intents;
    let year = definition.fiscal_year;
    let mut first_until = None;
    for intent in ApplicationIntent::ALL {
        let (number, sign) = (intent.number(), intent.sign());
        let wordings: Vec<_> = definition
            .intents
            .iter()
            .filter(|w| w.intent == intent)
            .collect();
        let [wording] = wordings[..] else {
            findings.error(
                topic,
                format!("intent-{number}"),
                format!("{sign}の文言がありません。"),
            );
            continue;
        };
        if wording.label.trim().is_empty() {
            findings.error(
                topic,
                format!("intent-{number}"),
                format!("{sign}の文言がありません。"),
            );
        }
        if number > 2 {
            continue;
        }
        let Some(months) = months_of(wording) else {
            findings.warning(
                topic,
                format!("months-{number}"),
                format!("{sign}に、申請の時期（月）が書かれていません。"),
            );
            continue;
        };
        let label = months.label();
        if months.from.fiscal_year() != year || months.until.fiscal_year() != year {
            findings.error(
                topic,
                format!("months-{number}-year"),
                format!("{sign}の時期（{label}）が、{year}の外です。"),
            );
        }
        if months.until < months.from {
            findings.error(
                topic,
                format!("months-{number}-order"),
                format!("{sign}の時期（{label}）の最後が、最初より前です。"),
            );
        }
        let plain = |text: &str| fold_width(text).replace('〜', "~");
        if !plain(&wording.label).contains(&plain(&label)) {
            findings.warning(
                topic,
                format!("months-{number}-text-{label}"),
                format!("{sign}の文言に、入力された時期「{label}」がそのまま書かれていません。"),
            );
        }
        match first_until {
            Some(until) if months.from <= until => findings.warning(
                topic,
                "rounds-overlap",
                "②の時期が、①の時期と重なっています。",
            ),
            _ => first_until = Some(months.until),
        }
    }
}
