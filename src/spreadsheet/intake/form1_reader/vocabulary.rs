//! The words of 様式1 as match keys, made once for an edition and used for every file.
//!
//! ```text
//! EditionDefinition (this one, the others) + form1_layout ─> Form1Vocabulary ─ known, near (cell text) ─> Tag
//! ```
//! A label is looked up as it is printed first, then by its key; only what is neither is looked at closely.

use std::collections::HashMap;
use std::sync::Arc;

use super::label_key::label_key;
use super::scheme_names::{self, EarlierNames};
use super::words;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;
use crate::spreadsheet::form1_layout as layout;

/// Bytes of the longest label; the instructions are found as printed.
const LABEL_MAX: usize = 1500;

/// What a printed text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Label {
    Code,
    Name,
    /// 都道府県名 in a cell of its own.
    Prefecture,
    /// 名称: of the body or of the department, by where it stands.
    SomeName,
    ContactHeading,
    Department,
    Email,
    Phone,
    IntentHeading,
    /// 回答, over the marks of the choices.
    AnswerColumn,
    Intent(ApplicationIntent),
    IntentNote,
    SchemesHeading,
    TargetColumn,
    RecipientsColumn,
    /// A row of this edition, by its position.
    Row(usize),
    /// A row only another edition has, by its position in `strangers`.
    Stranger(usize),
    /// その他: choice ④ or the last row, by where it stands.
    Others,
    Total,
    /// 小計: a sum to read past.
    Subtotal,
    OtherNote,
    /// A question of this edition, by its position.
    Question(usize),
    Form2,
    /// 令和7年度分.
    Edition(FiscalYear),
    /// Words of the form of another kind of survey: 様式1 where amounts are asked for, and the other way round.
    OtherKind,
    /// Over a column that the form works out itself.
    Computed,
    /// Printed, but nothing to read by.
    Printed,
}

/// What was recognised in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub label: Label,
    /// An answer stands in the same cell from this byte on; 0 if none does.
    pub tail: usize,
    /// The year a wording belongs to, where it tells.
    pub year: Option<FiscalYear>,
    /// Not the form's own words, but near enough. Where somebody writes freely, it is what they wrote.
    pub near: bool,
}

/// What a defined name points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NameOf {
    Code,
    Name,
    Department,
    Email,
    Phone,
    Intent(ApplicationIntent),
    IntentText,
    Target(usize),
    Recipients(usize),
    OtherText,
    Question(usize),
}

/// The words and names of one edition's 様式1, ready for matching.
#[derive(Debug)]
pub struct Form1Vocabulary {
    pub(super) edition: Arc<EditionDefinition>,
    pub(super) others: Vec<Arc<EditionDefinition>>,
    /// Rows only other editions have.
    pub(super) strangers: Vec<(SchemeId, String)>,
    printed: HashMap<String, Tag>,
    keys: HashMap<String, Tag>,
    names: HashMap<String, NameOf>,
}

fn plain(label: Label) -> Tag {
    Tag {
        label,
        tail: 0,
        year: None,
        near: false,
    }
}

impl Form1Vocabulary {
    /// The words of `edition`. `others` are the editions a file might be of instead.
    pub fn new(edition: Arc<EditionDefinition>, others: &[Arc<EditionDefinition>]) -> Self {
        Self::with_names(edition, others, &EarlierNames::default())
    }

    /// The same, which also knows the names that schemes had.
    pub fn with_names(
        edition: Arc<EditionDefinition>,
        others: &[Arc<EditionDefinition>],
        earlier: &EarlierNames,
    ) -> Self {
        let others: Vec<_> = others
            .iter()
            .filter(|other| other.fiscal_year != edition.fiscal_year)
            .cloned()
            .collect();
        let mut vocabulary = Self {
            strangers: strangers(&edition, &others),
            edition,
            others,
            printed: HashMap::new(),
            keys: HashMap::new(),
            names: HashMap::new(),
        };
        vocabulary.add_layout();
        vocabulary.add_editions();
        vocabulary.add_rows(earlier);
        vocabulary.add_questions();
        vocabulary.add_names();
        vocabulary
    }

    /// What a text is in the form's own words, or in those people usually write.
    pub(super) fn known(&self, text: &str) -> Option<Tag> {
        if let Some(tag) = self.printed.get(text) {
            return Some(*tag);
        }
        // No label is that long.
        if text.len() > LABEL_MAX {
            return None;
        }
        let tag = self.keys.get(&label_key(text))?;
        Some(self.fourth(text, *tag))
    }

    /// What a text is that is no label as it stands.
    pub(super) fn near(&self, text: &str) -> Option<Tag> {
        let near = if text.len() > LABEL_MAX {
            self.note_with_answer(text)?
        } else {
            let key = label_key(text);
            if key.is_empty() {
                return None;
            }
            self.guess(text, &key)?
        };
        Some(Tag { near: true, ..near })
    }

    /// What a defined name points at.
    pub(super) fn name(&self, name: &str) -> Option<NameOf> {
        self.names.get(name).copied()
    }

    /// 「④ その他」 is the choice wherever it stands.
    fn fourth(&self, text: &str, tag: Tag) -> Tag {
        if tag.label == Label::Others && text.contains('④') {
            plain(Label::Intent(ApplicationIntent::Other))
        } else {
            tag
        }
    }

    fn add(&mut self, text: &str, tag: Tag) {
        let key = label_key(text);
        // A row without a law, or a sign alone, would be found everywhere.
        if key.is_empty() {
            return;
        }
        self.printed.entry(text.to_owned()).or_insert(tag);
        self.keys.entry(key).or_insert(tag);
    }

    fn add_layout(&mut self) {
        let intents = self.edition.asks_intent();
        let before: &[_] = if intents { &[] } else { words::AMOUNTS };
        let after: &[_] = if intents { words::NOT_INTENTS } else { &[] };
        let lists = before
            .iter()
            .chain(
                words::WORDS
                    .iter()
                    .filter(|(label, _)| intents || !words::OF_INTENTS.contains(label)),
            )
            .chain(after);
        for (label, texts) in lists {
            for text in *texts {
                self.add(text, plain(*label));
            }
        }
        if !intents {
            let instruction = layout::schemes_instruction(&self.edition);
            self.add(&instruction, plain(Label::Printed));
        }
    }

    /// Titles and the wording of the choices, of this edition first.
    fn add_editions(&mut self) {
        let editions: Vec<_> = std::iter::once(&self.edition)
            .chain(&self.others)
            .cloned()
            .collect();
        for edition in &editions {
            let year = edition.fiscal_year;
            self.add(&edition.short_title, plain(Label::Edition(year)));
            self.add(&edition.title, plain(Label::Edition(year)));
            self.add(&edition.form1_title, plain(Label::Printed));
            self.add(&edition.form2_title, plain(Label::Form2));
            // A form that asks for amounts has no choices.
            if !self.edition.asks_intent() || !edition.asks_intent() {
                continue;
            }
            for intent in ApplicationIntent::ALL {
                if intent == ApplicationIntent::Other {
                    continue;
                }
                let label = edition.intent_label(intent);
                // A wording another edition shares tells nothing.
                let shared = editions
                    .iter()
                    .filter(|other| label_key(&other.intent_label(intent)) == label_key(&label))
                    .count();
                let tag = Tag {
                    year: (shared == 1).then_some(year),
                    ..plain(Label::Intent(intent))
                };
                self.add(&label, tag);
            }
            let other = ApplicationIntent::Other;
            let tag = plain(Label::Intent(other));
            self.printed.insert(edition.intent_label(other), tag);
        }
        if !self.edition.asks_intent() {
            return;
        }
        for (intent, texts) in words::CHOICES {
            for text in *texts {
                self.add(text, plain(Label::Intent(*intent)));
            }
        }
    }

    fn add_rows(&mut self, earlier: &EarlierNames) {
        let edition = self.edition.clone();
        // 「その他」 is too short a name to be looked for beside the form's own words.
        let none = EarlierNames::default();
        let mut aliases: HashMap<String, Option<Label>> = HashMap::new();
        for (position, row) in edition.rows.iter().enumerate() {
            // The printed name is this row, whatever else it might be short for.
            for text in [row.name.clone(), layout::row_label(row)] {
                self.printed
                    .insert(text.clone(), plain(Label::Row(position)));
                self.keys
                    .insert(label_key(&text), plain(Label::Row(position)));
            }
            let laws = [row.law.as_str(), &format!("{}{}", row.category, row.law)];
            scheme_names::collect(
                &row.scheme,
                &row.name,
                &laws,
                if row.needs_text { &none } else { earlier },
                Label::Row(position),
                &mut aliases,
            );
            for text in [&row.category, &row.law] {
                self.add(text, plain(Label::Printed));
            }
            if row.needs_text {
                self.add(&layout::other_note(row), plain(Label::OtherNote));
            }
        }
        for (position, (scheme, name)) in self.strangers.clone().iter().enumerate() {
            let law = self.others.iter().find_map(|other| other.row(scheme));
            let law = law.map_or("", |(_, row)| row.law.as_str());
            scheme_names::collect(
                scheme,
                name,
                &[law],
                earlier,
                Label::Stranger(position),
                &mut aliases,
            );
        }
        for (key, label) in aliases {
            if let Some(label) = label {
                self.keys.entry(key).or_insert(plain(label));
            }
        }
    }

    /// The questions as they are printed, and their words alone. A question that has the words of another
    /// label is found by the name of its cell only.
    fn add_questions(&mut self) {
        let edition = self.edition.clone();
        if edition.questions.is_empty() {
            return;
        }
        self.add(layout::questions_heading(&edition), plain(Label::Printed));
        self.add(layout::QUESTIONS_INSTRUCTION, plain(Label::Printed));
        for (position, question) in edition.questions.iter().enumerate() {
            let tag = plain(Label::Question(position));
            self.add(&layout::question_label(question), tag);
            self.add(&question.label, tag);
            self.add(&format!("{}（必須）", question.label), tag);
        }
    }

    fn add_names(&mut self) {
        for (name, of) in [
            (layout::CODE, NameOf::Code),
            (layout::NAME, NameOf::Name),
            (layout::DEPARTMENT, NameOf::Department),
            (layout::EMAIL, NameOf::Email),
            (layout::PHONE, NameOf::Phone),
            (layout::INTENT_TEXT, NameOf::IntentText),
            (layout::OTHER_TEXT, NameOf::OtherText),
        ] {
            self.names.insert(name.to_owned(), of);
        }
        for intent in ApplicationIntent::ALL {
            self.names
                .insert(layout::intent_name(intent), NameOf::Intent(intent));
        }
        for (position, row) in self.edition.rows.iter().enumerate() {
            let target = layout::target_name(&row.scheme);
            let recipients = layout::number_name(&self.edition, &row.scheme);
            self.names.insert(target, NameOf::Target(position));
            self.names.insert(recipients, NameOf::Recipients(position));
        }
        for (position, question) in self.edition.questions.iter().enumerate() {
            let name = layout::question_name(&question.id);
            self.names.insert(name, NameOf::Question(position));
        }
    }

    /// The row a key is the printed name of.
    pub(super) fn by_key(&self, key: &str) -> Option<Tag> {
        self.keys.get(key).copied()
    }
}

/// Rows the other editions have and this one has not.
fn strangers(
    edition: &EditionDefinition,
    others: &[Arc<EditionDefinition>],
) -> Vec<(SchemeId, String)> {
    let mut strangers: Vec<(SchemeId, String)> = Vec::new();
    for row in others.iter().flat_map(|other| &other.rows) {
        let known = edition.row(&row.scheme).is_some()
            || strangers.iter().any(|(scheme, _)| scheme == &row.scheme);
        if !known {
            strangers.push((row.scheme.clone(), row.name.clone()));
        }
    }
    strangers
}
