//! 計画の目安: what the answers to an edition would mean for the subsidy and the connection work.
//!
//! ```text
//! PlanAnswer … (one statement) ─ PlanFigures::tally ─> by round, by scheme, by prefecture, by connection group
//!            └ PlanFigure::behind ─> the bodies behind a figure, with what each adds to it
//! ```
//! Who applies (① or ②) is planned with; marks of others are shown apart. All figures of money are estimates by
//! the formulas of [`super::estimate`].

use std::collections::BTreeMap;

use serde::Deserialize;

use super::application_intent::{ApplicationIntent, Intents};
use super::estimate::{Estimate, PlanBasis};
use super::extra_question::{
    ExtraAnswer, ExtraQuestion, QuestionId, QuestionKind, QuestionPurpose,
};
use super::local_government_code::{LocalGovernmentCode, PrefectureCode};
use super::organization::OrganizationKind;
use super::response::SchemeAnswer;
use super::scheme::SchemeId;
use super::survey_edition::{EditionDefinition, SchemeRow};

mod figure;
mod tables;

pub use figure::{Behind, Line, Measure, PlanFigure};
pub use tables::{GroupTable, PlanLine, PlanTables, SchemeTableRow};

const PREFECTURES: usize = 47;

/// What a revision's document says that plans need; the rest of it is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PlanForm {
    #[serde(default)]
    pub schemes: BTreeMap<SchemeId, SchemeAnswer>,
    /// Answers to the edition's own questions.
    #[serde(default)]
    pub extra: BTreeMap<QuestionId, ExtraAnswer>,
}

/// An answer that counts.
#[derive(Clone, Debug)]
pub struct PlanAnswer {
    pub code: LocalGovernmentCode,
    pub name: String,
    /// As frozen in the edition.
    pub kind: OrganizationKind,
    pub intents: Intents,
    pub form: PlanForm,
}

/// Bodies, their marks and the persons concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Bodies, each once.
    pub bodies: u64,
    /// Marks (○): a body with three schemes has three.
    pub schemes: u64,
    /// Known recipients of marked rows, in persons.
    pub recipients: u64,
    /// Marked rows whose recipients are unknown; the sum leaves them out.
    pub unknown: u64,
}

impl Amount {
    /// Subsidy ceiling and running cost that follow.
    pub fn estimate(&self, basis: &PlanBasis) -> Estimate {
        basis.estimate(self.schemes, self.recipients)
    }

    /// Both together.
    pub fn plus(self, other: &Self) -> Self {
        Self {
            bodies: self.bodies + other.bodies,
            schemes: self.schemes + other.schemes,
            recipients: self.recipients + other.recipients,
            unknown: self.unknown + other.unknown,
        }
    }

    fn mark(&mut self, answer: &SchemeAnswer) {
        self.schemes += 1;
        match answer.recipients {
            Some(count) => self.recipients += u64::from(count.get()),
            None => self.unknown += 1,
        }
    }
}

/// For which rounds a body, or one of its marks, is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounds {
    /// ① alone.
    First,
    /// ② alone, and every mark on a row that is of the second round only.
    Second,
    /// ① and ②: the form does not say which scheme is meant for which.
    Both,
}

impl Rounds {
    /// All, in the order of tables.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Both];

    /// None for who does not apply.
    pub fn of(intents: &Intents) -> Option<Self> {
        let has = |intent| intents.contains(&intent);
        match (
            has(ApplicationIntent::FirstRound),
            has(ApplicationIntent::SecondRound),
        ) {
            (true, false) => Some(Self::First),
            (false, true) => Some(Self::Second),
            (true, true) => Some(Self::Both),
            (false, false) => None,
        }
    }

    /// The round of a mark on a row.
    pub fn of_row(self, row: &SchemeRow) -> Self {
        if row.second_round_only {
            Self::Second
        } else {
            self
        }
    }

    /// Stable id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Both => "both",
        }
    }

    /// As the tables name them.
    pub fn label(self) -> &'static str {
        match self {
            Self::First => "①だけ（1次交付）",
            Self::Second => "②だけ（2次交付）",
            Self::Both => "①と②の両方",
        }
    }
}

/// The amounts of the rounds; indexed by [`Rounds`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByRound([Amount; Rounds::ALL.len()]);

impl ByRound {
    /// The amount of a round.
    pub fn round(&self, rounds: Rounds) -> &Amount {
        &self.0[rounds as usize]
    }

    /// All rounds together.
    pub fn total(&self) -> Amount {
        self.0.iter().fold(Amount::default(), Amount::plus)
    }

    fn round_mut(&mut self, rounds: Rounds) -> &mut Amount {
        &mut self.0[rounds as usize]
    }
}

/// The answers to a question that figures are counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFigures {
    pub purpose: QuestionPurpose,
    pub id: QuestionId,
    pub question: String,
    /// By option, in the order of the question.
    pub options: Vec<GroupOption>,
    /// Who applies and did not choose, or was not asked.
    pub unanswered: Amount,
}

/// Who chose an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOption {
    pub value: QuestionId,
    /// As the question words it.
    pub label: String,
    pub amount: Amount,
}

/// Everything the page of plans shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFigures {
    /// Answers that count.
    pub answered: u64,
    /// Bodies by what they ticked, marks by the round of their row.
    pub rounds: ByRound,
    /// Bodies that do not apply and have marks all the same.
    pub others: Amount,
    /// In the order of the edition's rows; bodies = marks.
    pub schemes: Vec<ByRound>,
    prefectures: [ByRound; PREFECTURES],
    /// For each question with a purpose: the connection group, the way data is delivered.
    pub groups: Vec<GroupFigures>,
}

impl PlanFigures {
    /// Adds up the answers; their order does not matter.
    pub fn tally<'a>(
        edition: &EditionDefinition,
        answers: impl IntoIterator<Item = &'a PlanAnswer>,
    ) -> Self {
        let asked: Vec<_> = group_questions(edition).collect();
        let questions: Vec<&ExtraQuestion> = asked.iter().map(|(_, question)| *question).collect();
        let mut figures = Self {
            answered: 0,
            rounds: ByRound::default(),
            others: Amount::default(),
            schemes: vec![ByRound::default(); edition.rows.len()],
            prefectures: [ByRound::default(); PREFECTURES],
            groups: asked
                .iter()
                .map(|(purpose, question)| no_answers(*purpose, question))
                .collect(),
        };
        for answer in answers {
            figures.count(edition, &questions, answer);
        }
        figures
    }

    /// The amounts of a prefecture: itself and all bodies in it.
    pub fn prefecture(&self, prefecture: PrefectureCode) -> &ByRound {
        &self.prefectures[usize::from(prefecture.number()) - 1]
    }

    fn count(
        &mut self,
        edition: &EditionDefinition,
        questions: &[&ExtraQuestion],
        answer: &PlanAnswer,
    ) {
        self.answered += 1;
        let marks = edition.rows.iter().enumerate().filter_map(|(at, row)| {
            let marked = answer.form.schemes.get(&row.scheme);
            Some((at, row, marked.filter(|marked| marked.target)?))
        });
        let Some(rounds) = Rounds::of(&answer.intents) else {
            let before = self.others.schemes;
            marks.for_each(|(_, _, marked)| self.others.mark(marked));
            self.others.bodies += u64::from(self.others.schemes > before);
            return;
        };
        let prefecture = usize::from(answer.code.prefecture().number()) - 1;
        let mut own = Amount {
            bodies: 1,
            ..Amount::default()
        };
        self.rounds.round_mut(rounds).bodies += 1;
        self.prefectures[prefecture].round_mut(rounds).bodies += 1;
        for (at, row, marked) in marks {
            let of_row = rounds.of_row(row);
            own.mark(marked);
            self.rounds.round_mut(of_row).mark(marked);
            self.prefectures[prefecture].round_mut(of_row).mark(marked);
            let scheme = self.schemes[at].round_mut(of_row);
            scheme.bodies += 1;
            scheme.mark(marked);
        }
        for (question, figures) in questions.iter().zip(&mut self.groups) {
            let chosen = chosen_by(question, answer);
            let options = figures.options.iter_mut();
            let amount = match options
                .map(|option| (&option.value, &mut option.amount))
                .find(|(value, _)| Some(*value) == chosen)
            {
                Some((_, amount)) => amount,
                None => &mut figures.unanswered,
            };
            *amount = amount.plus(&own);
        }
    }
}

fn no_answers(purpose: QuestionPurpose, question: &ExtraQuestion) -> GroupFigures {
    let options = match &question.kind {
        QuestionKind::Choice { options } => options.as_slice(),
        _ => &[],
    };
    GroupFigures {
        purpose,
        id: question.id.clone(),
        question: question.label.clone(),
        options: options
            .iter()
            .map(|option| GroupOption {
                value: option.value.clone(),
                label: option.label.clone(),
                amount: Amount::default(),
            })
            .collect(),
        unanswered: Amount::default(),
    }
}

/// The questions that figures are counted from.
fn group_questions(
    edition: &EditionDefinition,
) -> impl Iterator<Item = (QuestionPurpose, &ExtraQuestion)> {
    let questions = edition.questions.iter();
    questions.filter_map(|question| Some((question.purpose?, question)))
}

/// One of them.
fn group_question<'a>(
    edition: &'a EditionDefinition,
    id: &QuestionId,
) -> Option<&'a ExtraQuestion> {
    let mut questions = group_questions(edition).map(|(_, question)| question);
    questions.find(|question| question.id == *id)
}

/// The option of the question that was chosen; none where it is not one of them.
fn chosen_by<'a>(question: &'a ExtraQuestion, answer: &PlanAnswer) -> Option<&'a QuestionId> {
    match (&question.kind, answer.form.extra.get(&question.id)?) {
        (QuestionKind::Choice { options }, ExtraAnswer::Choice(value)) => {
            let mut values = options.iter().map(|option| &option.value);
            values.find(|known| *known == value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
