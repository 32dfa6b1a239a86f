//! Form 1 as typed, and the draft it is typed into.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::application_intent::Intents;
use crate::domain::coordination_contact::ContactInput;
use crate::domain::duties::DepartmentDone;
use crate::domain::extra_answer::ExtraInput;
use crate::domain::japan_time::UnixMillis;
use crate::domain::place::Section;
use crate::domain::scheme::SchemeId;
use crate::domain::sign_off::SignOff;
use crate::domain::survey_edition::EditionKey;

/// Section 2 as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntentInput {
    pub intents: Intents,
    pub text: String,
}

/// One row of section 3 as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SchemeInput {
    pub target: bool,
    pub recipients: String,
}

/// Section 3 as typed. Rows without mark and text may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SchemesInput {
    pub rows: BTreeMap<SchemeId, SchemeInput>,
    pub other_text: String,
}

/// Form 1 as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form1Input {
    pub contact: ContactInput,
    pub intent: IntentInput,
    pub schemes: SchemesInput,
    /// Section 4; a question without a text may be absent.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: ExtraInput,
}

/// When and by whom a section of a draft was saved last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionSave {
    /// Grows with each save; 0 = never saved.
    pub version: u32,
    pub at: UnixMillis,
    /// Display name of the person's function.
    pub by: String,
}

/// A draft: the typed text of all sections, and which of them somebody saved in this edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub input: Form1Input,
    pub saves: BTreeMap<Section, SectionSave>,
    /// The edition from which unsaved sections were filled in.
    pub prefilled_from: Option<EditionKey>,
    /// The file all of it was taken from; `None` once somebody changed something on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_file: Option<i64>,
    /// The account that saved last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_writer: Option<i64>,
    /// 決裁: the newest request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_off: Option<SignOff>,
    /// Departments that said their rows are filled in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub departments: BTreeMap<String, DepartmentDone>,
}

impl Draft {
    /// Version of a section; 0 = never saved.
    pub fn version(&self, section: Section) -> u32 {
        self.saves.get(&section).map_or(0, |save| save.version)
    }

    /// Another text in place of this one, as if somebody had saved all of these sections: the next editor mends
    /// what holds.
    #[must_use]
    pub fn rewritten(
        mut self,
        input: Form1Input,
        sections: &[Section],
        at: UnixMillis,
        by: &str,
    ) -> Self {
        self.input = input;
        for section in sections {
            let save = SectionSave {
                version: self.version(*section) + 1,
                at,
                by: by.to_owned(),
            };
            self.saves.insert(*section, save);
        }
        self
    }

    /// The section shows the last edition's answer and nobody has saved it yet.
    pub fn is_prefilled(&self, section: Section) -> bool {
        self.version(section) == 0
            && match section {
                Section::Contact => self.input.contact != ContactInput::default(),
                Section::Intent => false,
                Section::Schemes => self.input.schemes != SchemesInput::default(),
                Section::Questions => !self.input.extra.is_empty(),
            }
    }
}
