//! 追加の質問: what an edition asks beside the rows of the official form.
//!
//! ```text
//! EditionDefinition.questions ─ asked_of(class) ─> fields below section 3 ─> ExtraAnswer in the revision
//! ```

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::organization::RespondentClass;
use super::scheme::ImplementerKind;

/// Stable id within an edition and from one edition to the next: 1 to 40 of a–z, 0–9 and _.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuestionId(String);

/// A text that is no id of a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("質問の記号は、英小文字、数字、_ の40文字以内にしてください。")]
pub struct BadQuestionId;

impl QuestionId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for QuestionId {
    type Err = BadQuestionId;

    fn from_str(text: &str) -> Result<Self, BadQuestionId> {
        let fits = (1..=40).contains(&text.len())
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadQuestionId)
        }
    }
}

impl TryFrom<String> for QuestionId {
    type Error = BadQuestionId;

    fn try_from(text: String) -> Result<Self, BadQuestionId> {
        text.parse()
    }
}

impl From<QuestionId> for String {
    fn from(id: QuestionId) -> Self {
        id.0
    }
}

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One of the answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionOption {
    /// Stable within the question; same letters as a [`QuestionId`].
    pub value: QuestionId,
    pub label: String,
}

/// What an answer looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of the options.
    Choice {
        options: Vec<QuestionOption>,
    },
    /// A whole number from 0, with its unit (人, 件, 円).
    Number {
        unit: String,
    },
    Text,
    Date,
}

impl QuestionKind {
    /// The option with this value, where one chooses.
    pub fn option(&self, value: &QuestionId) -> Option<&QuestionOption> {
        match self {
            Self::Choice { options } => options.iter().find(|option| option.value == *value),
            _ => None,
        }
    }
}

/// Figures of the ministry that are counted from the answers to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionPurpose {
    /// Which of the three groups of connection work suits.
    ConnectionGroup,
    /// How data will be delivered: #1 automatic API to #4 RPA.
    DeliveryMethod,
}

impl QuestionPurpose {
    /// What the table of the answers is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::ConnectionGroup => "連携作業のグループ",
            Self::DeliveryMethod => "データの連携方法",
        }
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraQuestion {
    pub id: QuestionId,
    pub label: String,
    /// Shown below the label; empty if none.
    #[serde(default)]
    pub help: String,
    #[serde(flatten)]
    pub kind: QuestionKind,
    /// A form without an answer cannot be submitted.
    #[serde(default)]
    pub required: bool,
    /// Whom it is asked of; empty = everybody.
    #[serde(default)]
    pub asked_of: Vec<ImplementerKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<QuestionPurpose>,
}

impl ExtraQuestion {
    /// Whether a body of this class is asked.
    pub fn is_asked_of(&self, class: &RespondentClass) -> bool {
        self.asked_of.is_empty() || self.asked_of.iter().any(|kind| kind.runs(class))
    }
}

/// An answer as understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum ExtraAnswer {
    Choice(QuestionId),
    Number(u64),
    Text(String),
    Date(Date),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_from_an_edition_and_written_back() {
        let toml = r##"
            id = "delivery"
            label = "データの連携方法"
            kind = "choice"
            purpose = "delivery_method"
            options = [{ value = "api", label = "#1 API（自動）" }, { value = "manual", label = "#3 手動" }]
            asked_of = ["municipality"]
        "##;
        let question: ExtraQuestion = toml::from_str(toml).expect("reads");
        let QuestionKind::Choice { options } = &question.kind else {
            panic!("{question:?}");
        };
        assert_eq!(options[1].value.as_str(), "manual");
        assert!(!question.required);
        let json = serde_json::to_string(&question).expect("writes");
        assert_eq!(
            serde_json::from_str::<ExtraQuestion>(&json).expect("reads"),
            question
        );
    }

    #[test]
    fn ids_keep_to_their_letters() {
        for bad in ["", "Api", "a-b", "あ", &"a".repeat(41)] {
            assert_eq!(bad.parse::<QuestionId>(), Err(BadQuestionId), "{bad}");
        }
    }
}
