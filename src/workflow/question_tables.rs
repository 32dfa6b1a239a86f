//! 追加の質問の集計: counts and answers of an edition's questions as files, and who took them.

use jiff::civil::Date;

use super::export::question_bodies;
use super::table_file::{TableFile, TableFormat, begun_edition, past_moment};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::japan_time::datetime_label;
use crate::domain::question_counts::{Figure, QuestionBody, tally};
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::spreadsheet::{
    write_question_answers_book, write_question_answers_csv, write_question_counts,
    write_question_counts_csv,
};

/// What the ministry takes out.
#[derive(Clone, Debug)]
pub enum QuestionTable {
    /// Every count by class and prefecture.
    Counts,
    /// The answers behind a figure.
    Answers(Figure),
}

/// The answers to the questions of an edition: as they are, or as they stood at the end of a day in Japan.
pub async fn answered_questions(
    desk: &Desk,
    edition: &SurveyEdition,
    scope: CountryScope,
    as_of: Option<Date>,
) -> WorkflowResult<Vec<QuestionBody>> {
    let store = &desk.store;
    let Some(moment) = past_moment(as_of, desk.now()) else {
        return Ok(store.question_bodies(edition.id, scope).await?);
    };
    let answers = store.country_answers_at(edition, scope, moment).await?;
    let classes = store.respondent_classes(edition.id, scope).await?;
    Ok(question_bodies(&answers, &classes))
}

/// Writes a table of the questions from one consistent read, and who took it into the audit log. With `as_of`
/// it is the table as it stood at the end of that day in Japan.
pub async fn export_questions(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    table: QuestionTable,
    format: TableFormat,
    as_of: Option<Date>,
) -> WorkflowResult<Workbook> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = begun_edition(desk, key).await?;
    let now = desk.now();
    let past = past_moment(as_of, now);
    let bodies = answered_questions(desk, &edition, scope, as_of).await?;
    let definition = edition.definition.clone();
    let (title, what) = match &table {
        QuestionTable::Counts => ("追加の質問の集計", "question counts"),
        QuestionTable::Answers(_) => ("追加の質問の回答", "question answers"),
    };
    let told = format!("{}現在", datetime_label(past.unwrap_or(now)));
    let bytes = on_a_blocking_thread(move || {
        let edition = &*definition;
        match (table, format) {
            (QuestionTable::Counts, TableFormat::Csv) => {
                Ok(write_question_counts_csv(edition, &tally(edition, &bodies)))
            }
            (QuestionTable::Counts, TableFormat::Workbook) => {
                write_question_counts(edition, &told, &tally(edition, &bodies))
            }
            (QuestionTable::Answers(figure), TableFormat::Csv) => {
                Ok(write_question_answers_csv(figure.behind(edition, &bodies)))
            }
            (QuestionTable::Answers(figure), TableFormat::Workbook) => {
                let notes = [format!("{}　{told}", edition.short_title)];
                write_question_answers_book(&notes, figure.behind(edition, &bodies))
            }
        }
    })
    .await?;
    let file = TableFile {
        title,
        what,
        format,
        past,
    };
    file.hand_over(desk, actor, &edition, bytes).await
}
