//! 追加の質問の集計: counts and answers of an edition's questions as files, and who took them.

use jiff::civil::Date;

use super::export::{TableFormat, past_moment, question_bodies};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::japan_time::datetime_label;
use crate::domain::question_counts::{Figure, QuestionBody, tally};
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
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
    let edition = desk
        .store
        .edition(key)
        .await?
        .filter(|edition| edition.state != EditionState::Preparing)
        .ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let past = past_moment(as_of, now);
    let bodies = answered_questions(desk, &edition, scope, as_of).await?;
    let definition = edition.definition.clone();
    let (title, detail) = match &table {
        QuestionTable::Counts => ("追加の質問の集計", "question counts"),
        QuestionTable::Answers(_) => ("追加の質問の回答", "question answers"),
    };
    let moment = past.unwrap_or(now);
    let ending = format.ending();
    let told = format!("{}現在", datetime_label(moment));
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
    let transaction = desk.store.begin().await?;
    let subject = format!("edition/{key}");
    let as_of = past.map(|moment| format!(" {}", moment.japan_date()));
    let detail = format!("{detail} {ending}{}", as_of.unwrap_or_default());
    transaction
        .audit(actor, now, "export", &subject, &detail)
        .await?;
    transaction.commit().await?;
    let day = moment.japan_date().strftime("%Y%m%d");
    let mark = if past.is_some() { "時点" } else { "" };
    let short_title = &edition.definition.short_title;
    let survey = edition.definition.words().survey;
    Ok(Workbook {
        name: format!("{survey}_{short_title}_{title}_{day}{mark}.{ending}"),
        bytes,
    })
}
