//! How a body divides its work: 決裁 (one writes, another submits), and rows of part 3 that departments fill in.
//!
//! The liaison desk is every account without a department: it sees and fills in everything, and submits.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::japan_time::UnixMillis;
use super::place::{Place, Section};
use super::response::{SchemeInput, SchemesInput, Warning};
use super::scheme::SchemeId;
use super::survey_edition::{EditionDefinition, SchemeRow};
use super::text;

/// Longest name of a department, in characters.
pub const DEPARTMENT_MAX: usize = 20;

/// The settings of a body; kept from one edition to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Duties {
    /// 決裁: whoever wrote last does not submit.
    pub sign_off: bool,
    /// Which department fills in a row; the liaison desk fills in the others.
    pub rows: BTreeMap<SchemeId, String>,
}

/// A department said that its rows are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentDone {
    pub at: UnixMillis,
    /// Function of the person.
    pub by: String,
}

/// A department of a form: its rows and whether it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentPart {
    pub label: String,
    /// Names of its rows in this edition.
    pub rows: Vec<String>,
    pub done: Option<DepartmentDone>,
}

impl Duties {
    /// Some rows are handed to departments.
    pub fn is_divided(&self) -> bool {
        !self.rows.is_empty()
    }

    /// The department of a row; empty for the liaison desk.
    pub fn department_of(&self, scheme: &SchemeId) -> &str {
        self.rows.get(scheme).map_or("", String::as_str)
    }

    /// Whether somebody of `department` (empty: the liaison desk) fills in this row.
    pub fn fills_in(&self, department: &str, scheme: &SchemeId) -> bool {
        department.is_empty() || self.department_of(scheme) == department
    }

    /// The departments that have rows in an edition, in the order of its rows.
    pub fn parts(
        &self,
        definition: &EditionDefinition,
        done: &BTreeMap<String, DepartmentDone>,
    ) -> Vec<DepartmentPart> {
        let mut parts: Vec<DepartmentPart> = Vec::new();
        for row in &definition.rows {
            let Some(label) = self.rows.get(&row.scheme) else {
                continue;
            };
            match parts.iter_mut().find(|part| &part.label == label) {
                Some(part) => part.rows.push(row.name.clone()),
                None => parts.push(DepartmentPart {
                    label: label.clone(),
                    rows: vec![row.name.clone()],
                    done: done.get(label).cloned(),
                }),
            }
        }
        parts
    }

    /// What whoever submits is asked to confirm: departments that have not said they are done.
    pub fn missing(
        &self,
        definition: &EditionDefinition,
        done: &BTreeMap<String, DepartmentDone>,
    ) -> Vec<String> {
        let parts = self.parts(definition, done).into_iter();
        parts
            .filter(|part| part.done.is_none())
            .map(|part| part.label)
            .collect()
    }

    /// The same in words. They are confirmed before submitting and concern nobody but the body.
    pub fn doubts(
        &self,
        definition: &EditionDefinition,
        done: &BTreeMap<String, DepartmentDone>,
    ) -> Vec<Warning> {
        let missing = self.missing(definition, done).into_iter();
        missing
            .map(|label| Warning {
                place: Place::Section(Section::Schemes),
                message: format!("「{label}」の担当から、「入力しました」の連絡がまだありません。"),
            })
            .collect()
    }
}

/// The name of a department as typed; empty is the liaison desk.
pub fn read_department(typed: &str) -> Result<String, String> {
    let label = text::clean_line(typed);
    let length = text::char_len(&label);
    if length > DEPARTMENT_MAX {
        return Err(format!(
            "部署の名称は{DEPARTMENT_MAX}文字以内で入力してください。いまは{length}文字です。"
        ));
    }
    if let Some((position, _)) = text::first_private_use(&label) {
        return Err(format!(
            "部署の名称の{position}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
        ));
    }
    Ok(label)
}

/// Rows that were changed here and, differently, there.
pub type Clashes = BTreeSet<SchemeId>;

/// What part 3 becomes when somebody saves the rows they fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub input: SchemesInput,
    /// In these rows `input` still holds what is stored.
    pub clashes: Clashes,
    /// The same for the words of その他.
    pub words_clash: bool,
}

/// Puts the rows that `department` fills in into what is stored, row by row: `base` is what the page was made from.
/// A row that only one side changed is taken from that side, so that two departments never overwrite each other.
pub fn merge(
    definition: &EditionDefinition,
    duties: &Duties,
    department: &str,
    (base, typed, stored): (&SchemesInput, &SchemesInput, &SchemesInput),
) -> Merged {
    let mut merged = Merged {
        input: stored.clone(),
        clashes: Clashes::new(),
        words_clash: false,
    };
    let fills_in = |row: &&SchemeRow| duties.fills_in(department, &row.scheme);
    for row in definition.rows.iter().filter(fills_in) {
        let of = |input: &SchemesInput| input.rows.get(&row.scheme).cloned().unwrap_or_default();
        let (was, mine, theirs) = (of(base), of(typed), of(stored));
        if same(&mine, &was) || same(&mine, &theirs) {
            continue;
        }
        if same(&theirs, &was) {
            merged.input.rows.insert(row.scheme.clone(), mine);
        } else {
            merged.clashes.insert(row.scheme.clone());
        }
    }
    let words_are_mine = definition
        .rows
        .iter()
        .filter(fills_in)
        .any(|row| row.needs_text);
    // Browsers write line breaks in their own way.
    let [was, mine, theirs] = [base, typed, stored].map(|it| text::clean_text(&it.other_text));
    if (department.is_empty() || words_are_mine) && mine != was {
        if theirs == was {
            merged.input.other_text = typed.other_text.clone();
        } else {
            merged.words_clash = theirs != mine;
        }
    }
    merged
}

/// Two rows say the same, however a browser sent them.
fn same(one: &SchemeInput, other: &SchemeInput) -> bool {
    one.target == other.target
        && text::clean_line(&one.recipients) == text::clean_line(&other.recipients)
}

#[cfg(test)]
mod tests;
