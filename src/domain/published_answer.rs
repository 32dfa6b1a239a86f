//! Answers that were published for all: who publishes for whom, who sees them, and how they are searched.

use super::account::{Actor, Role};
use super::coordination_contact::check_text;
use super::inquiry::WORDS_MAX;
use super::local_government_code::PrefectureCode;
use super::place::{Place, Section};
use super::search_key::search_key;
use super::text::clean_text;

/// For whom an answer is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who signs in.
    Country,
    /// The prefecture and the bodies in it.
    Prefecture(PrefectureCode),
}

impl Audience {
    /// For whom this person publishes: the ministry for the country, a prefecture for its own.
    pub fn of_publisher(actor: &Actor) -> Option<Self> {
        match actor.role {
            Role::Ministry => Some(Self::Country),
            Role::Prefecture(own) => Some(Self::Prefecture(own)),
            Role::Municipality => None,
        }
    }

    /// The word beside an answer.
    pub fn label(self) -> &'static str {
        match self {
            Self::Country => "全国",
            Self::Prefecture(code) => code.name(),
        }
    }
}

/// The right to read published answers. Only [`Readership::of`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readership(Option<PrefectureCode>);

impl Readership {
    /// Everybody reads those of the country and of their own prefecture; the ministry reads all.
    pub fn of(actor: &Actor) -> Self {
        Self(actor.code().map(|code| code.prefecture()))
    }

    /// The prefecture whose answers may be read beside the country's; `None`: every one's.
    pub fn prefecture(self) -> Option<PrefectureCode> {
        self.0
    }
}

/// Question and answer as they are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedWords {
    pub question: String,
    pub answer: String,
}

/// Where a problem of the words stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishedField {
    Question,
    Answer,
}

impl PublishedWords {
    /// Reads both, all problems at once.
    pub fn read(question: &str, answer: &str) -> Result<Self, Vec<(PublishedField, String)>> {
        let mut found = Vec::new();
        let mut read = |typed: &str, field: PublishedField, missing: &str| {
            let words = clean_text(typed);
            let mut problems = Vec::new();
            check_text(
                &words,
                WORDS_MAX,
                Place::Section(Section::Contact),
                &mut problems,
            );
            if words.is_empty() {
                found.push((field, missing.to_owned()));
            }
            found.extend(problems.into_iter().map(|problem| (field, problem.message)));
            words
        };
        let words = Self {
            question: read(
                question,
                PublishedField::Question,
                "質問を入力してください。",
            ),
            answer: read(answer, PublishedField::Answer, "回答を入力してください。"),
        };
        if found.is_empty() {
            Ok(words)
        } else {
            Err(found)
        }
    }

    /// What is searched.
    pub fn key(&self) -> String {
        key(&format!("{}{}", self.question, self.answer))
    }
}

/// The keys of what was typed into the search box; every one must be found.
pub fn search_words(typed: &str) -> Vec<String> {
    let keys = typed.split_whitespace().map(key);
    keys.filter(|key| !key.is_empty()).take(10).collect()
}

/// Letters and digits only: no sign that a pattern of the database could take for its own is left.
fn key(text: &str) -> String {
    let mut key = search_key(text);
    key.retain(char::is_alphanumeric);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_and_signs_of_patterns_are_gone() {
        let words = PublishedWords::read(
            "受給者数は「約１，２００人」でよいか。",
            "よい（50%まで）。",
        );
        let key = words.expect("reads").key();
        for typed in ["ｼﾞｭｷｭｳ", "受給者数", "1200人", "約1,200", "50%"] {
            let found = search_words(typed).iter().all(|word| key.contains(word));
            assert_eq!(found, typed != "ｼﾞｭｷｭｳ", "{typed}");
        }
        assert_eq!(search_words(" % _ \\ 　"), Vec::<String>::new());
        assert_eq!(search_words("更生　医療").len(), 2);
    }

    #[test]
    fn both_texts_are_needed() {
        let problems = PublishedWords::read(" ", "").expect_err("has problems");
        let fields: Vec<_> = problems.into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [PublishedField::Question, PublishedField::Answer]);
    }
}
