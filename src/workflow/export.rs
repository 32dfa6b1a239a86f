//! 全国の表の取り出し: writes the ministry's workbooks and writes down who took them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::Semaphore;

use super::table_file::{TableFile, TableFormat, begun_edition, past_moment};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::japan_time::{self, UnixMillis};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::national_counts::NationalCounts;
use crate::domain::organization::RespondentClass;
use crate::domain::question_counts::{QuestionBody, tally};
use crate::domain::revision::correction_label;
use crate::domain::survey_edition::{EditionDefinition, EditionKey};
use crate::domain::target_counts::CountedIn;
use crate::spreadsheet::{self, NationalRow, SpreadsheetError};
use crate::store::exports::CountryAnswer;

/// A country of answers and its workbook take some 20 MB: one at a time.
static TURNS: Semaphore = Semaphore::const_new(1);

/// What the ministry can take out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NationalTable {
    /// 回答一覧: every body of the edition, one a row.
    Answers,
    /// 集計表: the counts of the answers received.
    Counts,
    /// 回答一覧 of the bodies behind a count.
    Behind(CountedIn),
}

impl NationalTable {
    fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Counts => "counts",
            Self::Behind(_) => "answers behind a count",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Answers => "回答一覧",
            Self::Counts => "集計表",
            Self::Behind(_) => "回答一覧（一部の団体）",
        }
    }
}

/// Writes a national table of an edition from one consistent read, and who took it into the audit log. With `as_of` it
/// is the table as it stood at the end of that day in Japan: the deadline's stays what it was.
///
/// The counts take the answers received, as the dashboard and Form 2 do; the list also has those that
/// are being corrected, with their status.
pub async fn export_national(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    table: NationalTable,
    format: TableFormat,
    as_of: Option<Date>,
) -> WorkflowResult<Workbook> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = begun_edition(desk, key).await?;
    let turn = TURNS
        .acquire()
        .await
        .expect("the semaphore is never closed");
    let now = desk.now();
    let past = past_moment(as_of, now);
    let mut answers = match past {
        Some(moment) => {
            desk.store
                .country_answers_at(&edition, scope, moment)
                .await?
        }
        None => desk.store.country_answers(edition.id, scope).await?,
    };
    if let NationalTable::Behind(figure) = table {
        answers.retain(|answer| figure.counts(&answer.row.marks()));
    }
    let moment = past.unwrap_or(now);
    let definition = Arc::clone(&edition.definition);
    let with_questions = table == NationalTable::Counts && !definition.questions.is_empty();
    let classes = if with_questions {
        desk.store.respondent_classes(edition.id, scope).await?
    } else {
        HashMap::new()
    };
    let bytes = on_a_blocking_thread(move || {
        let source = Source {
            definition: &definition,
            moment,
            answers: &answers,
            classes: &classes,
        };
        write(table, format, &source)
    })
    .await?;
    drop(turn);
    let file = TableFile {
        title: table.title(),
        what: table.as_str(),
        format,
        past,
    };
    file.hand_over(desk, actor, &edition, bytes).await
}

/// What a table is written from.
struct Source<'a> {
    definition: &'a EditionDefinition,
    moment: UnixMillis,
    answers: &'a [CountryAnswer],
    /// Of all bodies, where questions are counted.
    classes: &'a HashMap<LocalGovernmentCode, RespondentClass>,
}

fn write(
    table: NationalTable,
    format: TableFormat,
    source: &Source<'_>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let Source {
        definition,
        moment,
        answers,
        classes,
    } = *source;
    let as_of = format!("{}現在", japan_time::datetime_label(moment));
    match table {
        NationalTable::Answers | NationalTable::Behind(_) => {
            let moments: Vec<Option<String>> = answers
                .iter()
                .map(|answer| {
                    answer
                        .answer
                        .as_ref()
                        .map(|filed| minute(filed.submitted_at))
                })
                .collect();
            let rows = answers
                .iter()
                .zip(&moments)
                .map(|(answer, at)| national_row(answer, at.as_deref()));
            match format {
                TableFormat::Workbook => spreadsheet::write_national_list(definition, &as_of, rows),
                TableFormat::Csv => Ok(spreadsheet::write_national_csv(definition, rows)),
            }
        }
        NationalTable::Counts => {
            let received = answers
                .iter()
                .filter(|answer| answer.row.status.is_received());
            let forms = received.filter_map(|answer| {
                let filed = answer.answer.as_ref()?;
                Some((answer.row.code, answer.row.kind, &filed.form))
            });
            let counts = NationalCounts::tally(definition, forms);
            match format {
                TableFormat::Workbook => {
                    let questions = tally(definition, &question_bodies(answers, classes));
                    spreadsheet::write_counts(definition, &as_of, &counts, &questions)
                }
                TableFormat::Csv => Ok(spreadsheet::write_counts_csv(definition, &counts)),
            }
        }
    }
}

/// The answers received, as counts of questions take them. `classes` has the bodies of the edition; without them
/// there is nothing.
pub(super) fn question_bodies(
    answers: &[CountryAnswer],
    classes: &HashMap<LocalGovernmentCode, RespondentClass>,
) -> Vec<QuestionBody> {
    let received = answers
        .iter()
        .filter(|answer| answer.row.status.is_received());
    let bodies = received.filter_map(|answer| {
        Some(QuestionBody {
            class: *classes.get(&answer.row.code)?,
            name: answer.row.name.clone(),
            form: answer.answer.as_ref()?.form.clone(),
        })
    });
    bodies.collect()
}

fn national_row<'a>(answer: &'a CountryAnswer, submitted_at: Option<&'a str>) -> NationalRow<'a> {
    let CountryAnswer { row, answer } = answer;
    NationalRow {
        code: row.code,
        prefecture: row.code.prefecture().name(),
        name: &row.name,
        kind: row.kind,
        route: row.route,
        status: row.status,
        lateness: row.lateness(),
        by_proxy: answer.as_ref().is_some_and(|filed| filed.by_proxy),
        corrected: answer
            .as_ref()
            .and_then(|filed| filed.corrected_by)
            .map_or("", correction_label),
        revision: answer.is_some().then_some(row.revision_number),
        receipt: answer.as_ref().map(|filed| filed.receipt.as_str()),
        submitted_at,
        form: answer.as_ref().map(|filed| &filed.form),
    }
}

/// Japanese time, `2026-11-21 13:05`.
fn minute(at: UnixMillis) -> String {
    at.to_japan().strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
