//! The tables of the plans, as page, workbook and CSV print them.

use super::{Amount, ByRound, GroupFigures, Line, PlanFigures, Rounds};
use crate::domain::estimate::PlanBasis;
use crate::domain::extra_question::QuestionPurpose;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::survey_edition::EditionDefinition;

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    pub line: Line,
    pub label: String,
    pub amount: Amount,
}

impl PlanLine {
    fn new(line: Line, label: impl Into<String>, amount: Amount) -> Self {
        Self {
            line,
            label: label.into(),
            amount,
        }
    }
}

/// A row of the form: in each round, then in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeTableRow {
    pub rounds: [PlanLine; Rounds::ALL.len()],
    pub all: PlanLine,
}

/// The answers to a question that figures are counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTable {
    pub purpose: QuestionPurpose,
    pub question: String,
    /// Options, then whoever gave no answer.
    pub lines: Vec<PlanLine>,
}

/// All tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanTables {
    pub answered: u64,
    pub rounds: Vec<PlanLine>,
    pub total: PlanLine,
    /// Not part of the total.
    pub others: PlanLine,
    pub schemes: Vec<SchemeTableRow>,
    pub groups: Vec<GroupTable>,
    pub prefectures: Vec<PlanLine>,
}

impl PlanTables {
    /// Every line with the table it stands in: `round`, `total`, `others`, `scheme`, `group` and `delivery` (with
    /// the question's words), `prefecture`.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &str, &PlanLine)> {
        let plain = |table: &'static str| move |line| (table, "", line);
        let schemes = self.schemes.iter();
        let schemes = schemes.flat_map(|row| row.rounds.iter().chain([&row.all]));
        let groups = self.groups.iter().flat_map(|group| {
            let lines = group.lines.iter();
            let table = match group.purpose {
                QuestionPurpose::ConnectionGroup => "group",
                QuestionPurpose::DeliveryMethod => "delivery",
            };
            lines.map(move |line| (table, group.question.as_str(), line))
        });
        self.rounds
            .iter()
            .map(plain("round"))
            .chain([("total", "", &self.total), ("others", "", &self.others)])
            .chain(schemes.map(plain("scheme")))
            .chain(groups)
            .chain(self.prefectures.iter().map(plain("prefecture")))
    }
}

impl PlanFigures {
    /// The tables; options of a question are called as the groups of the basis are.
    pub fn tables(&self, edition: &EditionDefinition, basis: &PlanBasis) -> PlanTables {
        let rounds = |of: &ByRound, line: &dyn Fn(Rounds) -> Line| {
            Rounds::ALL.map(|rounds| PlanLine::new(line(rounds), rounds.label(), *of.round(rounds)))
        };
        let total = self.rounds.total();
        let schemes = edition.rows.iter().zip(&self.schemes).map(|(row, of_row)| {
            let line = |rounds| Line::Scheme(row.scheme.clone(), rounds);
            SchemeTableRow {
                rounds: rounds(of_row, &|rounds| line(Some(rounds))),
                all: PlanLine::new(line(None), row.name.as_str(), of_row.total()),
            }
        });
        let prefectures = PrefectureCode::all().map(|prefecture| {
            let amount = self.prefecture(prefecture).total();
            PlanLine::new(Line::Prefecture(prefecture), prefecture.name(), amount)
        });
        PlanTables {
            answered: self.answered,
            rounds: rounds(&self.rounds, &Line::Round).into(),
            total: PlanLine::new(Line::Total, "合計（①か②を選んだ団体）", total),
            others: PlanLine::new(Line::Others, "①も②も選ばずに○のある団体", self.others),
            schemes: schemes.collect(),
            groups: self
                .groups
                .iter()
                .map(|group| group_table(group, basis))
                .collect(),
            prefectures: prefectures.collect(),
        }
    }
}

fn group_table(group: &GroupFigures, basis: &PlanBasis) -> GroupTable {
    let options = group.options.iter().map(|option| {
        // Only groups of the connection work are renamed by the plan's basis.
        let is_planned = group.purpose == QuestionPurpose::ConnectionGroup;
        let planned = basis.group(&option.value).filter(|_| is_planned);
        let label = planned.map_or(&option.label, |planned| &planned.label);
        let line = Line::Group(group.id.clone(), Some(option.value.clone()));
        PlanLine::new(line, label.as_str(), option.amount)
    });
    let rest = PlanLine::new(
        Line::Group(group.id.clone(), None),
        "回答なし（質問の対象外を含む）",
        group.unanswered,
    );
    GroupTable {
        purpose: group.purpose,
        question: group.question.clone(),
        lines: options.chain([rest]).collect(),
    }
}
