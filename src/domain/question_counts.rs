//! Counts of the answers to the questions of an edition, and the bodies behind each count.
//!
//! ```text
//! QuestionBody (class, Form1) … ─ tally ─> QuestionCounts: one Breakdown for each Item of each question
//!                               └ Item::holds ─> the bodies behind a figure
//! ```
//! A body counts in exactly one item of a question, except that a known number is also summed up. So the
//! items of a question add up to the bodies that were asked and answered the survey.

use std::fmt;
use std::str::FromStr;

use super::extra_question::{ExtraAnswer, ExtraQuestion, QuestionId, QuestionKind};
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::national_counts::Breakdown;
use super::organization::{OrganizationKind, RespondentClass};
use super::response::Form1;
use super::survey_edition::EditionDefinition;

/// A body whose answer is counted.
#[derive(Clone, Debug)]
pub struct QuestionBody {
    /// As frozen in the edition.
    pub class: RespondentClass,
    pub name: String,
    pub form: Form1,
}

impl QuestionBody {
    /// The key of the body.
    pub fn code(&self) -> LocalGovernmentCode {
        self.class.code
    }
}

/// What is counted of a question. As text: `option.api`, `given`, `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Bodies that chose an option.
    Option(QuestionId),
    /// Bodies with a number, a text or a date.
    Given,
    /// Bodies that were asked and gave no answer, or 不明.
    None,
}

impl Item {
    /// Whether a body that is asked the question counts here.
    pub fn holds(&self, question: &ExtraQuestion, form: &Form1) -> bool {
        match (self, form.extra.get(&question.id)) {
            (Self::Option(value), Some(ExtraAnswer::Choice(chosen))) => value == chosen,
            (Self::Given, answer) => answer.is_some(),
            (Self::None, answer) => answer.is_none(),
            (Self::Option(_), _) => false,
        }
    }

    /// The items of a question, in the order of its tables.
    pub fn of(question: &ExtraQuestion) -> Vec<Self> {
        let mut items = match &question.kind {
            QuestionKind::Choice { options } => options
                .iter()
                .map(|option| Self::Option(option.value.clone()))
                .collect(),
            _ => vec![Self::Given],
        };
        items.push(Self::None);
        items
    }

    /// What a table calls it.
    pub fn label(&self, question: &ExtraQuestion) -> String {
        match (self, &question.kind) {
            (Self::Option(value), QuestionKind::Choice { options }) => options
                .iter()
                .find(|option| &option.value == value)
                .map_or_else(|| value.to_string(), |option| option.label.clone()),
            (Self::Option(value), _) => value.to_string(),
            (Self::Given, QuestionKind::Number { .. }) => "数の回答あり".to_owned(),
            (Self::Given, _) => "回答あり".to_owned(),
            (Self::None, QuestionKind::Number { .. }) => "回答なし・不明".to_owned(),
            (Self::None, _) => "回答なし".to_owned(),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(value) => write!(f, "option.{value}"),
            Self::Given => f.write_str("given"),
            Self::None => f.write_str("none"),
        }
    }
}

/// A text that names no item.
#[derive(Debug, thiserror::Error)]
#[error("no such item of a question")]
pub struct UnknownItem;

impl FromStr for Item {
    type Err = UnknownItem;

    fn from_str(text: &str) -> Result<Self, UnknownItem> {
        match text {
            "given" => Ok(Self::Given),
            "none" => Ok(Self::None),
            _ => {
                let value = text.strip_prefix("option.").ok_or(UnknownItem)?;
                value.parse().map(Self::Option).map_err(|_| UnknownItem)
            }
        }
    }
}

/// The counts of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionCounts {
    pub question: QuestionId,
    /// Bodies that were asked and whose answer to the survey is counted.
    pub asked: Breakdown,
    /// In the order of [`Item::of`].
    pub items: Vec<(Item, Breakdown)>,
    /// Sum of the known numbers; `None` for other kinds of questions.
    pub sum: Option<Breakdown>,
}

/// Which figure of the counts is meant; without any of the four, every answer to every question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    pub question: Option<QuestionId>,
    pub item: Option<Item>,
    pub kind: Option<OrganizationKind>,
    pub prefecture: Option<PrefectureCode>,
}

impl Figure {
    /// The answers behind the figure: question by question, the bodies in the order they come in.
    pub fn behind<'a>(
        &'a self,
        edition: &'a EditionDefinition,
        bodies: &'a [QuestionBody],
    ) -> impl Iterator<Item = (&'a ExtraQuestion, &'a QuestionBody)> {
        let questions = edition.questions.iter().filter(|question| {
            let meant = self.question.as_ref();
            meant.is_none_or(|id| &question.id == id)
        });
        questions.flat_map(move |question| {
            let bodies = bodies.iter().filter(move |body| {
                let item = self.item.as_ref();
                question.is_asked_of(&body.class)
                    && item.is_none_or(|item| item.holds(question, &body.form))
                    && self.kind.is_none_or(|kind| body.class.kind == kind)
                    && self
                        .prefecture
                        .is_none_or(|prefecture| body.code().prefecture() == prefecture)
            });
            bodies.map(move |body| (question, body))
        })
    }
}

/// Counts the answers to every question of an edition. The order of the bodies does not matter.
pub fn tally<'a>(
    edition: &EditionDefinition,
    bodies: impl IntoIterator<Item = &'a QuestionBody>,
) -> Vec<QuestionCounts> {
    let mut all: Vec<_> = edition
        .questions
        .iter()
        .map(|question| QuestionCounts {
            question: question.id.clone(),
            asked: Breakdown::default(),
            items: Item::of(question)
                .into_iter()
                .map(|item| (item, Breakdown::default()))
                .collect(),
            sum: matches!(question.kind, QuestionKind::Number { .. }).then(Breakdown::default),
        })
        .collect();
    for body in bodies {
        let key = (body.class.code, body.class.kind);
        for (question, counts) in edition.questions.iter().zip(&mut all) {
            if !question.is_asked_of(&body.class) {
                continue;
            }
            counts.asked.add(key, 1);
            for (item, bodies) in &mut counts.items {
                if item.holds(question, &body.form) {
                    bodies.add(key, 1);
                }
            }
            if let (Some(sum), Some(ExtraAnswer::Number(number))) =
                (&mut counts.sum, body.form.extra.get(&question.id))
            {
                sum.add(key, *number);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::application_intent::ApplicationIntent;
    use crate::domain::coordination_contact::CoordinationContact;

    fn edition() -> EditionDefinition {
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
            label = "台数"
            kind = "number"
            unit = "台"
            asked_of = ["municipality"]
        "##;
        let Questions { questions } = toml::from_str(text).expect("reads");
        let mut shipped = migrations::data::EDITIONS.into_iter();
        let (_, definition) = shipped.next().expect("ships with the program");
        EditionDefinition {
            questions,
            ..toml::from_str(definition).expect("reads")
        }
    }

    fn body(code: &str, kind: OrganizationKind, extra: &[(&str, ExtraAnswer)]) -> QuestionBody {
        QuestionBody {
            class: RespondentClass {
                code: code.parse().expect("a code"),
                kind,
                health_center_city: false,
                child_guidance_city: false,
            },
            name: code.to_owned(),
            form: Form1 {
                contact: CoordinationContact {
                    department: "課".to_owned(),
                    email: "a@b.example".parse().expect("an address"),
                    phone: "0134-00-0000".parse().expect("a number"),
                },
                intents: [ApplicationIntent::NoPlan].into(),
                intent_text: String::new(),
                schemes: Default::default(),
                other_text: String::new(),
                extra: extra
                    .iter()
                    .map(|(id, answer)| (id.parse().expect("an id"), answer.clone()))
                    .collect(),
                extra_typed: Default::default(),
            },
        }
    }

    fn any_body() -> impl Strategy<Value = QuestionBody> {
        let bodies = [
            ("010006", OrganizationKind::Prefecture),
            ("011002", OrganizationKind::DesignatedCity),
            ("012025", OrganizationKind::CoreCity),
            ("012033", OrganizationKind::City),
            ("022021", OrganizationKind::City),
        ];
        (
            prop::sample::select(bodies.to_vec()),
            prop::option::of(prop::sample::select(vec!["api", "rpa"])),
            prop::option::of(0_u64..1_000_000),
        )
            .prop_map(|((code, kind), delivery, devices)| {
                let delivery =
                    delivery.map(|value| ExtraAnswer::Choice(value.parse().expect("an id")));
                let answers = [
                    delivery.map(|answer| ("delivery", answer)),
                    devices.map(|number| ("devices", ExtraAnswer::Number(number))),
                ];
                let answers: Vec<_> = answers.into_iter().flatten().collect();
                body(code, kind, &answers)
            })
    }

    proptest! {
        #[test]
        fn items_add_up_to_the_bodies_asked_and_open_exactly_their_bodies(
            bodies in prop::collection::vec(any_body(), 0..30),
        ) {
            let edition = edition();
            let counts = tally(&edition, &bodies);
            for (question, counts) in edition.questions.iter().zip(&counts) {
                let asked = bodies.iter().filter(|body| question.is_asked_of(&body.class));
                prop_assert_eq!(counts.asked.total(), asked.count() as u64);
                let sum: u64 = counts.items.iter().map(|(_, bodies)| bodies.total()).sum();
                prop_assert_eq!(sum, counts.asked.total());
                for (item, found) in &counts.items {
                    prop_assert_eq!(item.to_string().parse::<Item>().ok(), Some(item.clone()));
                    for kind in OrganizationKind::ALL {
                        let figure = Figure {
                            question: Some(question.id.clone()),
                            item: Some(item.clone()),
                            kind: Some(kind),
                            prefecture: None,
                        };
                        let behind = figure.behind(&edition, &bodies).count();
                        prop_assert_eq!(found.kind(kind), behind as u64);
                    }
                    let prefectures = PrefectureCode::all().map(|code| found.prefecture(code));
                    prop_assert_eq!(prefectures.sum::<u64>(), found.total());
                }
                let numbers = bodies.iter().filter(|body| question.is_asked_of(&body.class));
                let numbers = numbers.filter_map(|body| match body.form.extra.get(&question.id) {
                    Some(ExtraAnswer::Number(number)) => Some(*number),
                    _ => None,
                });
                let sum = counts.sum.as_ref().map(Breakdown::total);
                prop_assert_eq!(sum.unwrap_or(0), numbers.sum::<u64>());
            }
        }
    }
}
