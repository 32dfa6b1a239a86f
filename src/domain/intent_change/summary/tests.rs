use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::coordination_contact;
use crate::domain::extra_answer::NUMBER_MAX;
use crate::domain::extra_question::{ExtraAnswer, ExtraQuestion, QuestionId};
use crate::domain::organization::{OrganizationKind, RespondentClass};
use crate::domain::recipient_count;
use crate::domain::response::{self, Form1Input, IntentInput, SchemeAnswer};

fn shipped() -> EditionDefinition {
    let (_, text) = migrations::data::EDITIONS[2];
    toml::from_str(text).expect("reads")
}

/// The shipped edition with a question of each kind.
fn asking() -> EditionDefinition {
    #[derive(serde::Deserialize)]
    struct Questions {
        questions: Vec<ExtraQuestion>,
    }
    let text = r##"
        [[questions]]
        id = "delivery"
        label = "連携方法"
        kind = "choice"
        options = [{ value = "api", label = "#1 API" }, { value = "rpa", label = "#4 RPA" }]
        [[questions]]
        id = "devices"
        label = "端末の台数"
        kind = "number"
        unit = "台"
        [[questions]]
        id = "remarks"
        label = "意見"
        kind = "text"
        [[questions]]
        id = "start"
        label = "開始の予定日"
        kind = "date"
    "##;
    let Questions { questions } = toml::from_str(text).expect("reads");
    EditionDefinition {
        questions,
        ..shipped()
    }
}

fn question(text: &str) -> QuestionId {
    text.parse().expect("an id")
}

prop_compose! {
    fn answers()(
        delivery in option::of(prop::sample::select(vec!["api", "rpa"])),
        devices in option::of(0..=NUMBER_MAX),
        remarks in option::of("[あ-ん]{1,20}"),
        start in option::of((2027_i16..2037, 1_i8..=12, 1_i8..=28)),
    ) -> BTreeMap<QuestionId, ExtraAnswer> {
        let start = start.map(|(year, month, day)| ExtraAnswer::Date(date(year, month, day)));
        let all = [
            ("delivery", delivery.map(|value| ExtraAnswer::Choice(question(value)))),
            ("devices", devices.map(ExtraAnswer::Number)),
            ("remarks", remarks.map(ExtraAnswer::Text)),
            ("start", start),
        ];
        let given = all.into_iter().filter_map(|(id, answer)| Some((question(id), answer?)));
        given.collect()
    }
}

/// The form of a town without a plan.
fn form(edition: &EditionDefinition, class: &RespondentClass) -> Form1 {
    let input = Form1Input {
        contact: coordination_contact::ContactInput {
            department: "福祉課".to_owned(),
            email: "fukushi@town.example".to_owned(),
            phone: "0138-00-0000".to_owned(),
        },
        intent: IntentInput {
            intents: [ApplicationIntent::NoPlan].into(),
            text: String::new(),
        },
        ..Form1Input::default()
    };
    response::read(edition, class, &input).form.expect("reads")
}

proptest! {
    /// Every question with another answer is named once, with both answers; the way back is the same read backwards;
    /// and what is typed for them changes nothing else of the form.
    #[test]
    fn answers_that_differ_are_named_and_nothing_else_moves(old in answers(), new in answers()) {
        let edition = asking();
        let class = RespondentClass {
            code: "014613".parse().expect("a code"),
            kind: OrganizationKind::Town,
            health_center_city: false,
            child_guidance_city: false,
        };
        let base = form(&edition, &class);
        let before = Form1 { extra: old.clone(), ..base.clone() };
        let after = Form1 { extra: new.clone(), ..base };
        let input = Form1Input { extra: after.to_input().extra, ..before.to_input() };
        let read = response::read(&edition, &class, &input).form.expect("reads");
        prop_assert_eq!(&read, &after);

        let there = ChangeSummary::of(&edition, &before, &read);
        let named: Vec<_> = there.answers.iter().map(|change| change.question.as_str()).collect();
        let other: Vec<_> = edition
            .questions
            .iter()
            .filter(|question| old.get(&question.id) != new.get(&question.id))
            .map(|question| question.label.as_str())
            .collect();
        prop_assert_eq!(named, other);
        prop_assert!(there.added.is_empty() && there.dropped.is_empty());
        let mut back = ChangeSummary::of(&edition, &read, &before).answers;
        for change in &mut back {
            std::mem::swap(&mut change.before, &mut change.after);
        }
        prop_assert_eq!(there.answers, back);
    }
}

#[test]
fn an_answer_that_was_not_there_is_said_to_be_none() {
    let change = AnswerChange {
        question: "連携方法".to_owned(),
        before: String::new(),
        after: "#4 RPA".to_owned(),
    };
    assert_eq!(change.to_string(), "連携方法：回答なし→#4 RPA");
}

#[test]
fn a_summary_names_what_came_and_went() {
    let definition = shipped();
    let id = |text: &str| -> SchemeId { text.parse().expect("an id") };
    let answer = |target, recipients: &str| SchemeAnswer {
        target,
        recipients: match recipient_count::parse_recipient_count(recipients).expect("reads") {
            recipient_count::Reading::Known { count, .. } => Some(count),
            recipient_count::Reading::Unknown => None,
        },
        typed: None,
    };
    let contact = coordination_contact::ContactInput {
        department: "障害福祉課".to_owned(),
        email: "a@city.example".to_owned(),
        phone: "0138-00-0000".to_owned(),
    };
    let before = Form1 {
        contact: coordination_contact::read(&contact).expect("reads"),
        intents: [ApplicationIntent::FirstRound].into(),
        intent_text: String::new(),
        schemes: [
            (id("rehabilitation"), answer(true, "1200")),
            (id("local_child"), answer(true, "")),
        ]
        .into(),
        other_text: String::new(),
        extra: Default::default(),
        extra_typed: Default::default(),
    };
    let mut after = before.clone();
    after.intents = [ApplicationIntent::NoPlan].into();
    after.schemes.remove(&id("rehabilitation"));
    after
        .schemes
        .insert(id("local_child"), answer(true, "34000"));
    after
        .schemes
        .insert(id("local_disability"), answer(true, ""));
    let summary = ChangeSummary::of(&definition, &before, &after);
    assert_eq!(
        summary.intents,
        ("①1次交付".to_owned(), "③予定なし".to_owned())
    );
    assert_eq!(summary.added, [id("local_disability")]);
    assert_eq!(summary.dropped, [id("rehabilitation")]);
    assert_eq!(
        summary.recipients,
        [
            (id("rehabilitation"), Some(1200), None),
            (id("local_child"), None, Some(34_000)),
        ]
    );
    assert_eq!(summary.totals, (1_200, 34_000));
    assert!(summary.answers.is_empty());
}
