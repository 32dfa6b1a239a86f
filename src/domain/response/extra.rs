//! Section 4: the answers to the questions of an edition.

use std::collections::BTreeMap;

use super::{Problem, Warning};
use crate::domain::extra_answer::{self, ExtraInput};
use crate::domain::extra_question::{ExtraAnswer, QuestionId};
use crate::domain::organization::RespondentClass;
use crate::domain::place::Place;
use crate::domain::survey_edition::EditionDefinition;

/// The questions this body is asked; what it answered to others stays out of the form.
pub(super) fn read(
    edition: &EditionDefinition,
    class: &RespondentClass,
    input: &ExtraInput,
    problems: &mut Vec<Problem>,
) -> (
    BTreeMap<QuestionId, ExtraAnswer>,
    BTreeMap<QuestionId, String>,
) {
    let mut answers = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for question in edition.questions_for(class) {
        let typed = input.get(&question.id).map_or("", String::as_str);
        match extra_answer::read(question, typed) {
            Ok(reading) => {
                let id = || question.id.clone();
                answers.extend(reading.answer.map(|answer| (id(), answer)));
                texts.extend(reading.typed.map(|typed| (id(), typed)));
            }
            Err(found) => problems.extend(found),
        }
    }
    (answers, texts)
}

/// A date more than this many years from the edition's is probably a slip.
const YEARS_NEAR: i32 = 10;

pub(super) fn odd_dates(
    edition: &EditionDefinition,
    extra: &BTreeMap<QuestionId, ExtraAnswer>,
    warnings: &mut Vec<Warning>,
) {
    if extra.is_empty() {
        return;
    }
    for question in &edition.questions {
        if let Some(answer @ ExtraAnswer::Date(day)) = extra.get(&question.id)
            && (i32::from(day.year()) - i32::from(edition.fiscal_year.western())).abs() > YEARS_NEAR
        {
            warnings.push(Warning {
                place: Place::Question(question.id.clone()),
                message: format!(
                    "「{}」が{}になっています。年をお確かめください。",
                    question.label,
                    extra_answer::describe(question, answer)
                ),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Form1Input, IntentInput, read};
    use super::*;
    use crate::domain::application_intent::ApplicationIntent;
    use crate::domain::coordination_contact::ContactInput;
    use crate::domain::extra_question::ExtraQuestion;
    use crate::domain::organization::OrganizationKind;
    use crate::domain::place::Section;
    use crate::domain::response_diff::changes;

    fn edition(questions: &str) -> EditionDefinition {
        #[derive(serde::Deserialize)]
        struct Questions {
            questions: Vec<ExtraQuestion>,
        }
        let (_, text) = migrations::data::EDITIONS
            .into_iter()
            .find(|(key, _)| *key == "fy2027")
            .expect("ships with the program");
        let shipped: EditionDefinition = toml::from_str(text).expect("reads");
        let Questions { questions } = toml::from_str(questions).expect("reads");
        EditionDefinition {
            questions,
            ..shipped
        }
    }

    fn asked() -> EditionDefinition {
        edition(
            r##"
            [[questions]]
            id = "delivery"
            label = "連携方法"
            kind = "choice"
            required = true
            options = [{ value = "api", label = "#1 API" }, { value = "rpa", label = "#4 RPA" }]
            [[questions]]
            id = "start"
            label = "開始の予定日"
            kind = "date"
            [[questions]]
            id = "groups"
            label = "管内の意見"
            kind = "text"
            required = true
            asked_of = ["prefecture"]
            "##,
        )
    }

    fn class(code: &str, kind: OrganizationKind) -> RespondentClass {
        RespondentClass {
            code: code.parse().expect("a code"),
            kind,
            health_center_city: false,
            child_guidance_city: false,
        }
    }

    fn city() -> RespondentClass {
        class("012033", OrganizationKind::City)
    }

    fn id(text: &str) -> QuestionId {
        text.parse().expect("an id")
    }

    fn input(extra: &[(&str, &str)]) -> Form1Input {
        Form1Input {
            contact: ContactInput {
                department: "福祉課".to_owned(),
                email: "iryo@city.example".to_owned(),
                phone: "0134-00-0000".to_owned(),
            },
            intent: IntentInput {
                intents: [ApplicationIntent::NoPlan].into(),
                text: String::new(),
            },
            extra: extra
                .iter()
                .map(|(question, typed)| (id(question), (*typed).to_owned()))
                .collect(),
            ..Form1Input::default()
        }
    }

    #[test]
    fn a_body_answers_what_it_is_asked_and_nothing_else() {
        let edition = asked();
        let hokkaido = class("010006", OrganizationKind::Prefecture);
        assert_eq!(edition.sections(&city()).len(), 4);
        let missing = read(&edition, &city(), &input(&[]));
        let places: Vec<_> = missing
            .problems
            .iter()
            .map(|p| p.place.to_string())
            .collect();
        assert_eq!(places, ["questions.delivery"]);
        assert_eq!(missing.problems_of(Section::Questions).len(), 1);
        let missing = read(&edition, &hokkaido, &input(&[("delivery", "④")]));
        assert_eq!(missing.problems[0].place, Place::Question(id("groups")));

        let typed = input(&[
            ("delivery", "④"),
            ("start", "R9.4.1"),
            ("groups", "なし"),
            ("old", "x"),
        ]);
        let form = read(&edition, &city(), &typed).form.expect("reads");
        assert_eq!(form.extra.len(), 2);
        assert_eq!(form.extra[&id("delivery")], ExtraAnswer::Choice(id("rpa")));
        assert_eq!(form.extra_typed[&id("start")], "R9.4.1");
        let again = read(&edition, &city(), &form.to_input()).form;
        assert_eq!(again.as_ref(), Some(&form));
        // How it was typed makes no difference to what it says.
        let plain = read(
            &edition,
            &city(),
            &input(&[("delivery", "rpa"), ("start", "2027-04-01")]),
        );
        let plain = plain.form.expect("reads");
        assert_ne!(plain, form);
        assert_eq!(plain.plain(), form.plain());
        assert!(changes(&edition, &plain, &form).is_empty());
        let other = read(&edition, &city(), &input(&[("delivery", "#1")]))
            .form
            .expect("reads");
        let found = changes(&edition, &form, &other);
        let found: Vec<_> = found
            .iter()
            .map(|change| {
                (
                    change.label.as_str(),
                    change.before.as_str(),
                    change.after.as_str(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("連携方法", "#4 RPA", "#1 API"),
                ("開始の予定日", "令和9年4月1日（木）", ""),
            ]
        );
    }

    #[test]
    fn a_date_far_from_the_edition_is_asked_about() {
        let reading = read(
            &asked(),
            &city(),
            &input(&[("delivery", "api"), ("start", "R90.4.1")]),
        );
        assert_eq!(reading.warnings.len(), 1, "{:?}", reading.warnings);
        assert_eq!(reading.warnings[0].place, Place::Question(id("start")));
        assert!(reading.form.is_some());
    }

    #[test]
    fn without_questions_documents_are_what_they_were() {
        let edition = edition("questions = []");
        assert_eq!(edition.sections(&city()), Section::OFFICIAL);
        let typed = input(&[("delivery", "api")]);
        let form = read(&edition, &city(), &typed).form.expect("reads");
        let form = serde_json::to_string(&form).expect("a document");
        let typed = serde_json::to_string(&input(&[])).expect("a document");
        let edition = serde_json::to_string(&edition).expect("a document");
        for text in [form, typed, edition] {
            assert!(
                !text.contains("extra") && !text.contains("questions"),
                "{text}"
            );
        }
    }
}
