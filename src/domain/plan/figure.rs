//! A figure of the plans as an address, and the bodies behind it.
//!
//! ```text
//! PlanFigure (a line, what of it) ─ text ─> bodies.round.first, marks.scheme.rehabilitation.both, unknown.prefecture.01
//! PlanFigure ─ behind ─> bodies with their rows and amounts, which add up to the figure
//! ```

use std::fmt;
use std::str::FromStr;

use super::{Amount, PlanAnswer, Rounds, chosen_by, group_question};
use crate::domain::extra_question::QuestionId;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::{EditionDefinition, SchemeRow};

/// A line of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Every answer that counts.
    Answered,
    /// Bodies by what they ticked, marks by the round of their row.
    Round(Rounds),
    /// Whoever applies.
    Total,
    /// Whoever has marks and does not apply.
    Others,
    /// A row of the form, in one round or in all.
    Scheme(SchemeId, Option<Rounds>),
    /// An option of a question that figures are counted from; `None` is no answer.
    Group(QuestionId, Option<QuestionId>),
    /// A prefecture and all bodies in it.
    Prefecture(PrefectureCode),
}

/// What of a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Bodies,
    /// Marks, their recipients and what both cost.
    Marks,
    /// Marks whose recipients are unknown.
    Unknown,
}

impl Measure {
    /// All, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::Bodies, Self::Marks, Self::Unknown];

    fn as_str(self) -> &'static str {
        match self {
            Self::Bodies => "bodies",
            Self::Marks => "marks",
            Self::Unknown => "unknown",
        }
    }
}

/// A figure of the page of plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFigure {
    pub line: Line,
    pub measure: Measure,
}

/// A body behind a figure, with what it adds to it.
#[derive(Clone, Debug)]
pub struct Behind<'a> {
    pub answer: &'a PlanAnswer,
    /// The rows with ○ that the figure counts, in the order of the form.
    pub rows: Vec<&'a SchemeRow>,
    pub amount: Amount,
}

impl PlanFigure {
    /// The bodies behind the figure in the order of the answers.
    pub fn behind<'a>(
        &self,
        edition: &'a EditionDefinition,
        answers: &'a [PlanAnswer],
    ) -> Vec<Behind<'a>> {
        let behind = answers
            .iter()
            .filter_map(|answer| self.of_answer(edition, answer));
        behind.collect()
    }

    fn of_answer<'a>(
        &self,
        edition: &'a EditionDefinition,
        answer: &'a PlanAnswer,
    ) -> Option<Behind<'a>> {
        let rounds = Rounds::of(&answer.intents);
        if !self.line.may_hold(edition, answer, rounds) {
            return None;
        }
        let mut amount = Amount {
            bodies: 1,
            ..Amount::default()
        };
        let mut rows = Vec::new();
        for row in &edition.rows {
            let marked = answer.form.schemes.get(&row.scheme);
            let Some(marked) = marked.filter(|marked| marked.target) else {
                continue;
            };
            let of_row = rounds.map(|rounds| rounds.of_row(row));
            let is_unknown = marked.recipients.is_none();
            if self.line.counts(row, of_row) && (is_unknown || self.measure != Measure::Unknown) {
                amount.mark(marked);
                rows.push(row);
            }
        }
        let counts_body = match (&self.line, self.measure) {
            (Line::Round(round), Measure::Bodies) => rounds == Some(*round),
            (Line::Scheme(..) | Line::Others, _) | (_, Measure::Marks | Measure::Unknown) => {
                !rows.is_empty()
            }
            (_, Measure::Bodies) => true,
        };
        counts_body.then_some(Behind {
            answer,
            rows,
            amount,
        })
    }

    /// What the figure counts, as the heading of the list of its bodies; none if the edition has no such line.
    pub fn heading(&self, edition: &EditionDefinition) -> Option<String> {
        let line = match &self.line {
            Line::Answered => "提出済・受付済の団体".to_owned(),
            Line::Round(rounds) => rounds.label().to_owned(),
            Line::Total => "①か②を選んだ団体".to_owned(),
            Line::Others => "①も②も選ばずに○のある団体".to_owned(),
            Line::Scheme(id, rounds) => {
                let (_, row) = edition.row(id)?;
                match rounds {
                    Some(rounds) => format!("{}（{}）", row.name, rounds.label()),
                    None => row.name.clone(),
                }
            }
            Line::Group(id, value) => {
                let question = group_question(edition, id)?;
                match value {
                    None => format!("{}：回答なし", question.label),
                    Some(value) => {
                        let option = question.kind.option(value)?;
                        format!("{}：{}", question.label, option.label)
                    }
                }
            }
            Line::Prefecture(prefecture) => prefecture.name().to_owned(),
        };
        Some(match self.measure {
            Measure::Bodies => line,
            Measure::Marks => format!("{line}の○"),
            Measure::Unknown => format!("{line}の、受給者数が不明の○"),
        })
    }
}

impl Line {
    /// Whether a body can be counted here at all.
    fn may_hold(
        &self,
        edition: &EditionDefinition,
        answer: &PlanAnswer,
        rounds: Option<Rounds>,
    ) -> bool {
        match self {
            Self::Answered => true,
            Self::Others => rounds.is_none(),
            Self::Round(_) | Self::Total | Self::Scheme(..) => rounds.is_some(),
            Self::Prefecture(prefecture) => {
                rounds.is_some() && answer.code.prefecture() == *prefecture
            }
            Self::Group(id, value) => {
                let question = group_question(edition, id);
                rounds.is_some()
                    && question.is_some_and(|it| chosen_by(it, answer) == value.as_ref())
            }
        }
    }

    /// Whether a mark on a row is counted here; `rounds` is the mark's.
    fn counts(&self, row: &SchemeRow, rounds: Option<Rounds>) -> bool {
        match self {
            Self::Round(round) => rounds == Some(*round),
            Self::Scheme(id, round) => {
                row.scheme == *id && round.is_none_or(|round| rounds == Some(round))
            }
            _ => true,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => f.write_str("answered"),
            Self::Round(rounds) => write!(f, "round.{}", rounds.as_str()),
            Self::Total => f.write_str("total"),
            Self::Others => f.write_str("others"),
            Self::Scheme(id, None) => write!(f, "scheme.{id}"),
            Self::Scheme(id, Some(rounds)) => write!(f, "scheme.{id}.{}", rounds.as_str()),
            Self::Group(id, None) => write!(f, "unanswered.{id}"),
            Self::Group(id, Some(value)) => write!(f, "group.{id}.{value}"),
            Self::Prefecture(prefecture) => write!(f, "prefecture.{prefecture}"),
        }
    }
}

impl fmt::Display for PlanFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.measure.as_str(), self.line)
    }
}

/// A text that names no figure.
#[derive(Debug, thiserror::Error)]
#[error("no such figure of the plans")]
pub struct UnknownFigure;

fn rounds(text: &str) -> Option<Rounds> {
    Rounds::ALL.into_iter().find(|it| it.as_str() == text)
}

impl FromStr for PlanFigure {
    type Err = UnknownFigure;

    fn from_str(text: &str) -> Result<Self, UnknownFigure> {
        let words: Vec<&str> = text.split('.').collect();
        let read = || -> Option<Self> {
            let (measure, line) = words.split_first()?;
            let measure = Measure::ALL
                .into_iter()
                .find(|it| it.as_str() == *measure)?;
            let line = match *line {
                ["answered"] => Line::Answered,
                ["total"] => Line::Total,
                ["others"] => Line::Others,
                ["round", round] => Line::Round(rounds(round)?),
                ["scheme", id] => Line::Scheme(id.parse().ok()?, None),
                ["scheme", id, round] => Line::Scheme(id.parse().ok()?, Some(rounds(round)?)),
                ["group", id, value] => Line::Group(id.parse().ok()?, Some(value.parse().ok()?)),
                ["unanswered", id] => Line::Group(id.parse().ok()?, None),
                ["prefecture", code] => Line::Prefecture(code.parse().ok()?),
                _ => return None,
            };
            Some(Self { line, measure })
        };
        read().ok_or(UnknownFigure)
    }
}
