//! A place on Form 1: where a problem, a warning, a reason of a return or a change stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::extra_question::QuestionId;
use super::scheme::SchemeId;

/// A part of Form 1, in its order. Each is saved and versioned by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 1. 国又は都道府県との連絡調整担当部署・連絡先
    Contact,
    /// 2. 申請の意向
    Intent,
    /// 3. 対象とする医療費助成
    Schemes,
    /// 4. 追加の質問: only where the edition asks the body something.
    Questions,
}

impl Section {
    /// All parts there are, in the order of the form. Which of them a body fills in says
    /// [`super::survey_edition::EditionDefinition::sections`].
    pub const ALL: [Self; 4] = [Self::Contact, Self::Intent, Self::Schemes, Self::Questions];

    /// The parts of the notice's form, which every edition has.
    pub const OFFICIAL: [Self; 3] = [Self::Contact, Self::Intent, Self::Schemes];

    /// Stable key, also the last part of the page's address.
    pub fn key(self) -> &'static str {
        ["contact", "intent", "schemes", "questions"][self as usize]
    }

    /// The part's name as the task list prints it.
    pub fn label(self) -> &'static str {
        ["連絡先", "申請の意向", "対象とする医療費助成", "追加の質問"][self as usize]
    }

    /// The part with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.key() == key)
    }
}

/// A section, a field or a row of Form 1. Stored as text such as `schemes.rehabilitation`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// A whole part.
    Section(Section),
    /// 連絡調整担当部署の名称
    Department,
    /// メールアドレス
    Email,
    /// 電話番号
    Phone,
    /// ④の具体的な内容
    IntentText,
    /// A row of the scheme table (its mark).
    Scheme(SchemeId),
    /// The recipients of a row.
    Recipients(SchemeId),
    /// その他の地方単独医療費助成の内容
    OtherText,
    /// An answer to a question of the edition.
    Question(QuestionId),
}

impl Place {
    /// The part this place belongs to.
    pub fn section(&self) -> Section {
        match self {
            Self::Section(section) => *section,
            Self::Department | Self::Email | Self::Phone => Section::Contact,
            Self::IntentText => Section::Intent,
            Self::Scheme(_) | Self::Recipients(_) | Self::OtherText => Section::Schemes,
            Self::Question(_) => Section::Questions,
        }
    }

    /// The id of the control in the page; links in the error summary lead there.
    pub fn html_id(&self) -> String {
        match self {
            Self::Section(Section::Intent) => "intent-1".to_owned(),
            Self::Section(Section::Contact) => "department".to_owned(),
            Self::Section(Section::Schemes) => "scheme-table".to_owned(),
            Self::Section(Section::Questions) => "questions".to_owned(),
            Self::Department => "department".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Phone => "phone".to_owned(),
            Self::IntentText => "intent_text".to_owned(),
            Self::Scheme(id) => format!("target-{id}"),
            Self::Recipients(id) => format!("recipients-{id}"),
            Self::OtherText => "other_text".to_owned(),
            Self::Question(id) => format!("question-{id}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section(section) => f.write_str(section.key()),
            Self::Department => f.write_str("contact.department"),
            Self::Email => f.write_str("contact.email"),
            Self::Phone => f.write_str("contact.phone"),
            Self::IntentText => f.write_str("intent.text"),
            Self::Scheme(id) => write!(f, "schemes.{id}"),
            Self::Recipients(id) => write!(f, "schemes.{id}.recipients"),
            Self::OtherText => f.write_str("other_text"),
            Self::Question(id) => write!(f, "questions.{id}"),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

/// A text that names no place of Form 1.
#[derive(Debug, thiserror::Error)]
#[error("no such place on Form 1")]
pub struct UnknownPlace;

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        if let Some(section) = Section::from_key(text) {
            return Ok(Self::Section(section));
        }
        match text {
            "contact.department" => return Ok(Self::Department),
            "contact.email" => return Ok(Self::Email),
            "contact.phone" => return Ok(Self::Phone),
            "intent.text" => return Ok(Self::IntentText),
            "other_text" => return Ok(Self::OtherText),
            _ => {}
        }
        if let Some(id) = text.strip_prefix("questions.") {
            return id.parse().map(Self::Question).map_err(|_| UnknownPlace);
        }
        let rest = text.strip_prefix("schemes.").ok_or(UnknownPlace)?;
        let (id, recipients) = match rest.strip_suffix(".recipients") {
            Some(id) => (id, true),
            None => (rest, false),
        };
        let id: SchemeId = id.parse().map_err(|_| UnknownPlace)?;
        Ok(if recipients {
            Self::Recipients(id)
        } else {
            Self::Scheme(id)
        })
    }
}

impl TryFrom<String> for Place {
    type Error = UnknownPlace;

    fn try_from(text: String) -> Result<Self, UnknownPlace> {
        text.parse()
    }
}
