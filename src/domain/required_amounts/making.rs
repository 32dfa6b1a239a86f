//! The follow-up of a survey of intents: its definition, its key, its first dates and where its bodies begin.

use jiff::ToSpan;
use jiff::civil::Date;

use super::RequiredAmounts;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::place::Section;
use crate::domain::response::{Draft, Form1, SchemesInput};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::{
    EditionDates, EditionDefinition, EditionKey, HelpTexts, SurveyEdition,
};

/// How the key of a follow-up ends; receipts say it in words.
pub const KEY_SUFFIX: &str = "-amounts";

/// What the follow-up of an edition is called: `fy2027-amounts`. `None` if the key would be too long.
pub fn follow_up_key(source: &EditionKey) -> Option<EditionKey> {
    format!("{source}{KEY_SUFFIX}").parse().ok()
}

/// The definition of the follow-up: the rows of its source that can be applied for in the first round, the same
/// office and year, no intents and no questions.
pub fn follow_up_of(source: &EditionDefinition, rule: RequiredAmounts) -> EditionDefinition {
    let mut new = source.clone();
    for text in [&mut new.short_title, &mut new.title, &mut new.form1_title] {
        *text = renamed(text);
    }
    new.rows.retain(|row| !row.second_round_only);
    for row in &mut new.rows {
        row.help = String::new();
    }
    new.intents = Vec::new();
    new.questions = Vec::new();
    new.help = HelpTexts::default();
    new.required_amounts = Some(rule);
    new
}

/// 意向等調査 becomes 所要額調査; where the text does not say it, 所要額調査 is put behind.
fn renamed(text: &str) -> String {
    const FOLLOW_UP: &str = "所要額調査";
    for (from, to) in [
        ("意向等調査様式", "所要額調査票"),
        ("意向等調査", FOLLOW_UP),
    ] {
        if text.contains(from) {
            return text.replace(from, to);
        }
    }
    format!("{text} {FOLLOW_UP}")
}

/// First dates of a follow-up made on `today`: three weeks, all on one day, until somebody sets them.
pub fn first_dates(today: Date) -> EditionDates {
    let day = today.saturating_add(3.weeks());
    EditionDates {
        deadline_on: day,
        last_new_answer_on: day,
        last_change_on: day,
    }
}

/// Whether the body of this answer is asked: it is received and has ①.
pub fn is_asked(status: ResponseStatus, form: &Form1) -> bool {
    status.is_received() && form.intents.contains(&ApplicationIntent::FirstRound)
}

/// Where a body begins: its contact and its ○, no amounts. Nobody has saved it yet.
pub fn first_draft(source: &SurveyEdition, follow_up: &EditionDefinition, form: &Form1) -> Draft {
    let mut input = form.to_input();
    input.intent = Default::default();
    input.extra.clear();
    let mut schemes = SchemesInput::default();
    for (id, mut row) in input.schemes.rows {
        if row.target && follow_up.row(&id).is_some() {
            row.recipients.clear();
            schemes.rows.insert(id, row);
        }
    }
    let mut texts = follow_up.rows.iter().filter(|row| row.needs_text);
    if texts.any(|row| schemes.rows.contains_key(&row.scheme)) {
        schemes.other_text = input.schemes.other_text;
    }
    input.schemes = schemes;
    Draft {
        input,
        prefilled_from: Some(source.key.clone()),
        ..Draft::default()
    }
}

/// The parts of a form without an intent.
pub(in crate::domain) const SECTIONS: [Section; 3] =
    [Section::Contact, Section::Schemes, Section::Questions];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;
    use crate::domain::organization::{OrganizationKind, RespondentClass};
    use crate::domain::response::{Form1Input, SchemeInput, read};
    use crate::domain::survey_edition::EditionState;

    fn source() -> SurveyEdition {
        let text = include_str!("../../../migrations/data/editions/fy2025.toml");
        SurveyEdition {
            id: 1,
            key: "fy2025".parse().unwrap(),
            state: EditionState::Closed,
            dates: first_dates(date(2025, 2, 7)),
            definition: Arc::new(toml::from_str(text).unwrap()),
            definition_version: 1,
            trial_of: None,
        }
    }

    fn follow_up() -> EditionDefinition {
        let source = source();
        let rule = RequiredAmounts::usual(source.key.clone());
        follow_up_of(&source.definition, rule)
    }

    fn hakodate() -> RespondentClass {
        RespondentClass {
            code: "012025".parse().unwrap(),
            kind: OrganizationKind::CoreCity,
            health_center_city: true,
            child_guidance_city: false,
        }
    }

    #[test]
    fn the_follow_up_asks_for_amounts_and_not_for_intents() {
        let (old, new) = (source().definition, follow_up());
        assert_eq!(new.short_title, "令和7年度分 所要額調査");
        assert!(
            new.title.contains("所要額調査（令和7年度分）"),
            "{}",
            new.title
        );
        assert!(
            new.form1_title.ends_with("所要額調査票"),
            "{}",
            new.form1_title
        );
        let second = old.rows.iter().filter(|row| row.second_round_only).count();
        assert_eq!(new.rows.len() + second, old.rows.len());
        let class = hakodate();
        assert_eq!(new.sections(&class), [Section::Contact, Section::Schemes]);
        assert_eq!(new.words().survey, "所要額調査");
        assert_eq!(
            follow_up_key(&source().key).unwrap().as_str(),
            "fy2025-amounts"
        );
    }

    #[test]
    fn an_edition_without_the_part_is_stored_as_it_always_was() {
        let text = serde_json::to_string(&*source().definition).unwrap();
        assert!(!text.contains("required_amounts"));
        let text = serde_json::to_string(&follow_up()).unwrap();
        let again: EditionDefinition = serde_json::from_str(&text).unwrap();
        assert_eq!(again, follow_up());
    }

    #[test]
    fn a_body_begins_with_its_marks_and_without_amounts() {
        let source = source();
        let class = hakodate();
        let mut input = Form1Input::default();
        input.contact.department = "福祉課".to_owned();
        input.contact.email = "fukushi@example.jp".to_owned();
        input.contact.phone = "0138-00-0000".to_owned();
        input.intent.intents = [ApplicationIntent::FirstRound].into();
        let last = &source.definition.rows.last().unwrap().scheme;
        let second = source
            .definition
            .rows
            .iter()
            .find(|row| row.second_round_only);
        let second = &second.unwrap().scheme;
        let unmarked = &source.definition.rows[1].scheme;
        for (id, target) in [(last, true), (second, true), (unmarked, false)] {
            let row = SchemeInput {
                target,
                recipients: "1200".to_owned(),
            };
            input.schemes.rows.insert(id.clone(), row);
        }
        input.schemes.other_text = "妊産婦医療費助成".to_owned();
        let form = read(&source.definition, &class, &input).form.unwrap();
        assert!(is_asked(ResponseStatus::Accepted, &form));
        assert!(!is_asked(ResponseStatus::Returned, &form));

        let draft = first_draft(&source, &follow_up(), &form);
        let rows: Vec<_> = draft.input.schemes.rows.iter().collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].0, last);
        assert!(rows[0].1.target && rows[0].1.recipients.is_empty());
        assert_eq!(draft.input.contact, form.to_input().contact);
        assert_eq!(draft.prefilled_from.as_ref(), Some(&source.key));
        assert!(draft.saves.is_empty());
    }
}
