//! What looks odd about a whole form but may be right.

use std::collections::BTreeMap;

use super::{SchemeAnswer, Warning, amounts};
use crate::domain::application_intent::{ApplicationIntent, Intents};
use crate::domain::organization::RespondentClass;
use crate::domain::place::{Place, Section};
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;

/// What looks odd but may be right; see DOMAIN «Form 1» for each.
pub(super) fn warnings(
    edition: &EditionDefinition,
    class: &RespondentClass,
    intents: &Intents,
    intent_text: &str,
    schemes: &BTreeMap<SchemeId, SchemeAnswer>,
    other_text: &str,
) -> Vec<Warning> {
    use ApplicationIntent::{FirstRound, NoPlan, Other, SecondRound};
    let mut warnings = Vec::new();
    let mut warn = |place: Place, message: String| warnings.push(Warning { place, message });
    let intent = || Place::Section(Section::Intent);
    let applies = intents.contains(&FirstRound) || intents.contains(&SecondRound);
    let targets = schemes.values().filter(|answer| answer.target).count();
    if intents.contains(&NoPlan) && intents.len() > 1 {
        warn(
            intent(),
            "「③ 予定は無い」と、ほかの選択肢の両方が選ばれています。".to_owned(),
        );
    } else if intents.len() > 1 {
        warn(
            intent(),
            format!(
                "申請の意向が{}つ選ばれています。医療費助成によって分かれる場合は、このままで結構です。",
                intents.len()
            ),
        );
    }
    if !intents.contains(&Other) && !intent_text.is_empty() {
        warn(
            Place::IntentText,
            "「④ その他」を選んでいませんが、具体的な内容が書かれています。".to_owned(),
        );
    }
    if intents.contains(&NoPlan) && targets > 0 {
        warn(
            Place::Section(Section::Schemes),
            format!("「③ 予定は無い」ですが、対象とする医療費助成に○が{targets}件あります。"),
        );
    }
    if applies && targets == 0 {
        warn(
            Place::Section(Section::Schemes),
            "申請の予定がありますが、対象とする医療費助成に○がありません。".to_owned(),
        );
    }
    let asks_amounts = edition.required_amounts.is_some();
    if asks_amounts && targets == 0 {
        warn(Place::Section(Section::Schemes), amounts::NO_ROW.to_owned());
    }
    let only_first_round = intents.contains(&FirstRound) && !intents.contains(&SecondRound);
    for row in &edition.rows {
        let answer = schemes.get(&row.scheme).cloned().unwrap_or_default();
        let place = || Place::Scheme(row.scheme.clone());
        if answer.target && !row.usually_run_by(class) {
            warn(
                place(),
                format!(
                    "「{}」は、ふつうこの区分の自治体では実施していない医療費助成です。",
                    row.name
                ),
            );
        }
        if answer.target && row.second_round_only && only_first_round {
            warn(
                place(),
                format!("「{}」は、2次交付だけで申請できる予定です。", row.name),
            );
        }
        if !answer.target && answer.recipients.is_some() {
            warn(
                place(),
                format!(
                    "「{}」に{}がありますが、○がありません。",
                    row.name,
                    edition.words().number
                ),
            );
        }
        if asks_amounts && let Some(odd) = amounts::odd(&answer) {
            warn(
                Place::Recipients(row.scheme.clone()),
                format!("「{}」{odd}", row.name),
            );
        }
        if row.needs_text && !answer.target && !other_text.is_empty() {
            warn(
                place(),
                format!("「{}」の内容が書かれていますが、○がありません。", row.name),
            );
        }
    }
    warnings
}
