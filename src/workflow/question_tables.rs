//! 追加の質問の集計: counts and answers of an edition's questions as files, and who took them.

use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::question_counts::{Figure, tally};
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::spreadsheet::{write_question_answers_csv, write_question_counts_csv};

/// What the ministry takes out.
#[derive(Clone, Debug)]
pub enum QuestionTable {
    /// Every count by class and prefecture.
    Counts,
    /// The answers behind a figure.
    Answers(Figure),
}

/// Writes a table of the questions as CSV from one consistent read, and who took it into the audit log.
pub async fn export_questions(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    table: QuestionTable,
) -> WorkflowResult<Workbook> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = desk
        .store
        .edition(key)
        .await?
        .filter(|edition| edition.state != EditionState::Preparing)
        .ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let bodies = desk.store.question_bodies(edition.id, scope).await?;
    let definition = edition.definition.clone();
    let (title, detail) = match &table {
        QuestionTable::Counts => ("追加の質問の集計", "question counts csv"),
        QuestionTable::Answers(_) => ("追加の質問の回答", "question answers csv"),
    };
    let bytes = on_a_blocking_thread(move || {
        Ok(match table {
            QuestionTable::Counts => {
                write_question_counts_csv(&definition, &tally(&definition, &bodies))
            }
            QuestionTable::Answers(figure) => {
                write_question_answers_csv(figure.behind(&definition, &bodies))
            }
        })
    })
    .await?;
    let transaction = desk.store.begin().await?;
    let subject = format!("edition/{key}");
    transaction
        .audit(actor, now, "export", &subject, detail)
        .await?;
    transaction.commit().await?;
    let day = now.japan_date().strftime("%Y%m%d");
    let short_title = &edition.definition.short_title;
    let survey = edition.definition.words().survey;
    Ok(Workbook {
        name: format!("{survey}_{short_title}_{title}_{day}.csv"),
        bytes,
    })
}
