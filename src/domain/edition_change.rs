//! Changes of an edition in preparation, one part at a time.
//!
//! ```text
//! page ─ Change + mark of the part it was made from ─> same mark? ─ apply ─> new definition
//!                                                      └ no: somebody else changed the part; nothing is lost
//! ```
//! A mark says whether a part still reads as it did, so two people who work on different parts never meet.

use std::collections::BTreeMap;

use serde::Serialize;

use super::edition_input::FieldProblem;
use super::estimate::PlanBasis;
use super::extra_question::{ExtraQuestion, QuestionId};
use super::fiscal_year::FiscalYear;
use super::scheme::SchemeId;
use super::survey_edition::{EditionDefinition, HelpTexts, IntentWording, SchemeRow};

/// Most rows of a form: a row's position is its bit in a mask of 63.
pub const MAX_ROWS: usize = 62;
/// Most questions of an edition's own.
pub const MAX_QUESTIONS: usize = 30;

/// A part that is edited by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Titles,
    Intents,
    /// Which rows there are, in which order.
    RowOrder,
    Row(SchemeId),
    Help,
    /// What plans are reckoned with.
    Plan,
    QuestionOrder,
    Question(QuestionId),
}

/// What stands at the head of an edition and its forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Titles {
    pub short_title: String,
    pub title: String,
    pub form1_title: String,
    pub form2_title: String,
    pub fiscal_year: FiscalYear,
    pub office: String,
}

/// Where a row or question goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Titles(Titles),
    /// All four, in their order.
    Intents(Vec<IntentWording>),
    AddRow(SchemeRow),
    Row(SchemeRow),
    RemoveRow(SchemeId),
    MoveRow(SchemeId, Direction),
    /// The sections' texts, and those of rows by scheme.
    Help(HelpTexts, BTreeMap<SchemeId, String>),
    Plan(PlanBasis),
    AddQuestion(ExtraQuestion),
    /// The question of the id becomes this one, which may have another id.
    Question(QuestionId, ExtraQuestion),
    RemoveQuestion(QuestionId),
    MoveQuestion(QuestionId, Direction),
}

impl Change {
    /// The part it changes.
    pub fn part(&self) -> Part {
        match self {
            Self::Titles(_) => Part::Titles,
            Self::Intents(_) => Part::Intents,
            Self::AddRow(_) | Self::RemoveRow(_) | Self::MoveRow(..) => Part::RowOrder,
            Self::Row(row) => Part::Row(row.scheme.clone()),
            Self::Help(..) => Part::Help,
            Self::Plan(_) => Part::Plan,
            Self::AddQuestion(_) | Self::RemoveQuestion(_) | Self::MoveQuestion(..) => {
                Part::QuestionOrder
            }
            Self::Question(id, _) => Part::Question(id.clone()),
        }
    }

    /// Stable name and subject, for the audit log.
    pub fn describe(&self) -> String {
        match self {
            Self::Titles(_) => "titles".to_owned(),
            Self::Intents(_) => "intents".to_owned(),
            Self::AddRow(row) => format!("add row {}", row.scheme),
            Self::Row(row) => format!("row {}", row.scheme),
            Self::RemoveRow(scheme) => format!("remove row {scheme}"),
            Self::MoveRow(scheme, direction) => format!("move row {scheme} {direction:?}"),
            Self::Help(..) => "help".to_owned(),
            Self::Plan(_) => "plan".to_owned(),
            Self::AddQuestion(question) => format!("add question {}", question.id),
            Self::Question(id, _) => format!("question {id}"),
            Self::RemoveQuestion(id) => format!("remove question {id}"),
            Self::MoveQuestion(id, direction) => format!("move question {id} {direction:?}"),
        }
    }

    /// Help may change while answers come in; whatever is answered may not.
    pub fn is_help(&self) -> bool {
        matches!(self, Self::Help(..))
    }

    /// What plans are reckoned with is the ministry's own and may change at any time, also after the end.
    pub fn is_plan(&self) -> bool {
        matches!(self, Self::Plan(_))
    }

    /// The definition with the change.
    pub fn apply(self, old: &EditionDefinition) -> Result<EditionDefinition, FieldProblem> {
        let mut new = old.clone();
        match self {
            Self::Titles(titles) => {
                new.short_title = titles.short_title;
                new.title = titles.title;
                new.form1_title = titles.form1_title;
                new.form2_title = titles.form2_title;
                new.fiscal_year = titles.fiscal_year;
                new.office = titles.office;
            }
            Self::Intents(intents) => new.intents = intents,
            Self::AddRow(row) => {
                if new.row(&row.scheme).is_some() {
                    return Err(FieldProblem::new(
                        "add",
                        "この医療費助成の行は、すでにあります。",
                    ));
                }
                if new.rows.len() >= MAX_ROWS {
                    let message =
                        format!("行は{MAX_ROWS}までです。使わない行を外してから加えてください。");
                    return Err(FieldProblem::new("add", message));
                }
                new.rows.push(row);
            }
            Self::Row(row) => {
                let (at, _) = old.row(&row.scheme).ok_or_else(gone)?;
                let other = old
                    .rows
                    .iter()
                    .find(|r| r.needs_text && r.scheme != row.scheme);
                if let Some(other) = other.filter(|_| row.needs_text) {
                    let message = format!(
                        "内容の記入欄は1つしかありません。いまは「{}」の行が使っています。",
                        other.name
                    );
                    return Err(FieldProblem::new("needs_text", message));
                }
                new.rows[at] = row;
            }
            Self::RemoveRow(scheme) => {
                let (at, _) = old.row(&scheme).ok_or_else(gone)?;
                new.rows.remove(at);
            }
            Self::MoveRow(scheme, direction) => {
                let (at, _) = old.row(&scheme).ok_or_else(gone)?;
                shift(&mut new.rows, at, direction);
            }
            Self::Help(help, mut rows) => {
                new.help = help;
                for row in &mut new.rows {
                    row.help = rows.remove(&row.scheme).unwrap_or_default();
                }
            }
            Self::Plan(basis) => new.plan = basis,
            Self::AddQuestion(question) => {
                if new.questions.len() >= MAX_QUESTIONS {
                    let message = format!("追加の質問は{MAX_QUESTIONS}までです。");
                    return Err(FieldProblem::new("label", message));
                }
                free_id(&new, &question.id, None)?;
                new.questions.push(question);
            }
            Self::Question(id, question) => {
                let at = position(old, &id)?;
                free_id(old, &question.id, Some(&id))?;
                new.questions[at] = question;
            }
            Self::RemoveQuestion(id) => {
                new.questions.remove(position(old, &id)?);
            }
            Self::MoveQuestion(id, direction) => {
                let at = position(old, &id)?;
                shift(&mut new.questions, at, direction);
            }
        }
        Ok(new)
    }
}

fn gone() -> FieldProblem {
    FieldProblem::new("", "この行は、ほかの人が外しました。")
}

fn position(definition: &EditionDefinition, id: &QuestionId) -> Result<usize, FieldProblem> {
    let mut ids = definition.questions.iter().map(|question| &question.id);
    ids.position(|known| known == id)
        .ok_or_else(|| FieldProblem::new("", "この質問は、ほかの人が外しました。"))
}

fn free_id(
    definition: &EditionDefinition,
    id: &QuestionId,
    own: Option<&QuestionId>,
) -> Result<(), FieldProblem> {
    let taken = |question: &&ExtraQuestion| question.id == *id && Some(id) != own;
    match definition.questions.iter().find(taken) {
        None => Ok(()),
        Some(other) => Err(FieldProblem::new(
            "id",
            format!("この記号は、質問「{}」が使っています。", other.label),
        )),
    }
}

/// Changes places with the neighbour; at the end nothing happens.
fn shift<T>(list: &mut [T], at: usize, direction: Direction) {
    match direction {
        Direction::Up if at > 0 => list.swap(at, at - 1),
        Direction::Down if at + 1 < list.len() => list.swap(at, at + 1),
        _ => {}
    }
}

impl EditionDefinition {
    /// The head as one value.
    pub fn titles(&self) -> Titles {
        Titles {
            short_title: self.short_title.clone(),
            title: self.title.clone(),
            form1_title: self.form1_title.clone(),
            form2_title: self.form2_title.clone(),
            fiscal_year: self.fiscal_year,
            office: self.office.clone(),
        }
    }

    /// Says whether a part still reads as it did: equal texts for equal parts.
    pub fn mark_of(&self, part: &Part) -> String {
        match part {
            Part::Titles => mark(&self.titles()),
            Part::Intents => mark(&self.intents),
            Part::RowOrder => mark(&self.rows.iter().map(|row| &row.scheme).collect::<Vec<_>>()),
            Part::Row(scheme) => mark(&self.row(scheme)),
            Part::Help => {
                let rows: Vec<_> = self
                    .rows
                    .iter()
                    .map(|row| (&row.scheme, &row.help))
                    .collect();
                mark(&(&self.help, rows))
            }
            Part::Plan => mark(&self.plan),
            Part::QuestionOrder => mark(
                &self
                    .questions
                    .iter()
                    .map(|question| &question.id)
                    .collect::<Vec<_>>(),
            ),
            Part::Question(id) => mark(&self.questions.iter().find(|question| question.id == *id)),
        }
    }
}

/// FNV-1a of the value's document; it tells changes by colleagues, it keeps nobody out.
pub fn mark(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn definition() -> EditionDefinition {
        toml::from_str(include_str!("../../migrations/data/editions/fy2027.toml")).expect("reads")
    }

    fn id(text: &str) -> SchemeId {
        text.parse().expect("an id")
    }

    #[test]
    fn a_mark_changes_with_its_own_part_only() {
        let old = definition();
        let row = SchemeRow {
            name: "別の名前".to_owned(),
            ..old.rows[3].clone()
        };
        let new = Change::Row(row.clone()).apply(&old).expect("applies");
        let parts = [
            Part::Titles,
            Part::Intents,
            Part::RowOrder,
            Part::Row(old.rows[2].scheme.clone()),
            Part::Help,
            Part::Plan,
            Part::QuestionOrder,
        ];
        for part in parts {
            assert_eq!(old.mark_of(&part), new.mark_of(&part), "{part:?}");
        }
        let part = Part::Row(row.scheme);
        assert_ne!(old.mark_of(&part), new.mark_of(&part));
    }

    #[test]
    fn rows_keep_to_the_limits_of_the_mask_and_of_the_one_text() {
        let mut definition = definition();
        let first = definition.rows[0].clone();
        let second = SchemeRow {
            needs_text: true,
            ..first.clone()
        };
        assert!(Change::Row(second).apply(&definition).is_err());
        assert!(Change::AddRow(first.clone()).apply(&definition).is_err());
        for number in definition.rows.len()..MAX_ROWS {
            let row = SchemeRow {
                scheme: id(&format!("s{number}")),
                ..first.clone()
            };
            definition = Change::AddRow(row).apply(&definition).expect("fits");
        }
        let one_more = SchemeRow {
            scheme: id("more"),
            ..first
        };
        assert!(Change::AddRow(one_more).apply(&definition).is_err());
        assert_eq!(definition.rows.len(), 62);
    }

    proptest! {
        #[test]
        fn moving_rows_keeps_every_row(moves in prop::collection::vec((0usize..24, any::<bool>()), 0..40)) {
            let old = definition();
            let mut new = old.clone();
            for (at, up) in moves {
                let scheme = new.rows[at].scheme.clone();
                let direction = if up { Direction::Up } else { Direction::Down };
                let moved = Change::MoveRow(scheme, direction).apply(&new).expect("applies");
                let back = if up { Direction::Down } else { Direction::Up };
                if moved != new {
                    let scheme = new.rows[at].scheme.clone();
                    let undone = Change::MoveRow(scheme, back).apply(&moved).expect("applies");
                    prop_assert_eq!(&undone, &new);
                }
                new = moved;
            }
            let sorted = |definition: &EditionDefinition| {
                let mut rows: Vec<_> = definition.rows.iter().map(|row| row.scheme.clone()).collect();
                rows.sort();
                rows
            };
            prop_assert_eq!(sorted(&new), sorted(&old));
        }
    }
}
