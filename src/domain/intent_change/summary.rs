//! What a notice changes, for lists and tables.

use std::fmt;

use crate::domain::application_intent;
use crate::domain::extra_answer;
use crate::domain::response::Form1;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;

/// A change as lists and tables print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSummary {
    /// 「①1次交付」, before and after.
    pub intents: (String, String),
    /// The words of ④, before and after.
    pub words: (String, String),
    /// Rows that got ○ and rows that lost it, in the order of the form.
    pub added: Vec<SchemeId>,
    pub dropped: Vec<SchemeId>,
    /// Rows whose number is another one: scheme, before, after; `None` is unknown.
    pub recipients: Vec<(SchemeId, Option<u32>, Option<u32>)>,
    /// Sums of the known recipients of rows with ○.
    pub totals: (u64, u64),
    /// Questions with another answer, in the order of the edition.
    pub answers: Vec<AnswerChange>,
}

/// Another answer to a question of the edition; empty is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerChange {
    pub question: String,
    pub before: String,
    pub after: String,
}

impl fmt::Display for AnswerChange {
    /// 「データの連携方法：#1 API→回答なし」
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (or_none(&self.before), or_none(&self.after));
        write!(f, "{}：{before}→{after}", self.question)
    }
}

fn or_none(answer: &str) -> &str {
    if answer.is_empty() {
        "回答なし"
    } else {
        answer
    }
}

impl ChangeSummary {
    /// What changed between two forms of an edition.
    pub fn of(edition: &EditionDefinition, before: &Form1, after: &Form1) -> Self {
        let rows = || edition.rows.iter().map(|row| &row.scheme);
        let target = |form: &Form1, id: &SchemeId| form.schemes.get(id).is_some_and(|it| it.target);
        let count = |form: &Form1, id: &SchemeId| {
            let answer = form.schemes.get(id);
            answer.and_then(|it| it.recipients).map(|count| count.get())
        };
        let only = |one: &Form1, other: &Form1| -> Vec<SchemeId> {
            let rows = rows().filter(|id| target(one, id) && !target(other, id));
            rows.cloned().collect()
        };
        Self {
            intents: (
                application_intent::labels(&before.intents),
                application_intent::labels(&after.intents),
            ),
            words: (before.intent_text.clone(), after.intent_text.clone()),
            added: only(after, before),
            dropped: only(before, after),
            recipients: rows()
                .map(|id| (id.clone(), count(before, id), count(after, id)))
                .filter(|(_, before, after)| before != after)
                .collect(),
            totals: (
                before.totals().target_recipients,
                after.totals().target_recipients,
            ),
            answers: edition
                .questions
                .iter()
                .map(|question| AnswerChange {
                    question: question.label.clone(),
                    before: extra_answer::said(question, &before.extra),
                    after: extra_answer::said(question, &after.extra),
                })
                .filter(|change| change.before != change.after)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
