//! 全国の表の取り出し: writes the ministry's workbooks and writes down who took them.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::japan_time::{self, UnixMillis};
use crate::domain::national_counts::NationalCounts;
use crate::domain::survey_edition::{EditionDefinition, EditionKey, EditionState};
use crate::spreadsheet::{self, NationalRow, SpreadsheetError};
use crate::store::exports::CountryAnswer;

/// A country of answers takes some megabytes of memory: more at once have to wait.
static TURNS: Semaphore = Semaphore::const_new(2);

/// What the ministry can take out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NationalTable {
    /// 回答一覧: every body of the edition, one a row.
    Answers,
    /// 集計表: the counts of the answers received.
    Counts,
}

impl NationalTable {
    fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Counts => "counts",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Answers => "回答一覧",
            Self::Counts => "集計表",
        }
    }
}

/// Writes a national table of an edition from one consistent read, and who took it into the audit log.
///
/// The counts take the answers received, as the dashboard and Form 2 do; the list also has those that
/// are being corrected, with their status.
pub async fn export_national(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    table: NationalTable,
) -> WorkflowResult<Workbook> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = desk
        .store
        .edition(key)
        .await?
        .filter(|edition| edition.state != EditionState::Preparing)
        .ok_or(WorkflowError::NotFound)?;
    let turn = TURNS
        .acquire()
        .await
        .expect("the semaphore is never closed");
    let now = desk.now();
    let answers = desk.store.country_answers(edition.id, scope).await?;
    let definition = Arc::clone(&edition.definition);
    let bytes = on_a_blocking_thread(move || write(table, &definition, now, &answers)).await?;
    drop(turn);
    let transaction = desk.store.begin().await?;
    transaction
        .audit(
            actor,
            now,
            "export",
            &format!("edition/{key}"),
            table.as_str(),
        )
        .await?;
    transaction.commit().await?;
    let day = now.japan_date().strftime("%Y%m%d");
    Ok(Workbook {
        name: format!(
            "意向等調査_{}_{}_{day}.xlsx",
            edition.definition.short_title,
            table.title()
        ),
        bytes,
    })
}

fn write(
    table: NationalTable,
    definition: &EditionDefinition,
    now: UnixMillis,
    answers: &[CountryAnswer],
) -> Result<Vec<u8>, SpreadsheetError> {
    let as_of = format!("{}現在", japan_time::datetime_label(now));
    match table {
        NationalTable::Answers => {
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
            spreadsheet::write_national_list(definition, &as_of, rows)
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
            spreadsheet::write_counts(definition, &as_of, &counts)
        }
    }
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
        is_late: row.is_late,
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
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn moments_are_written_in_japanese_time() {
        let at = UnixMillis::from_japan(date(2026, 11, 21).at(9, 5, 59, 0));
        assert_eq!(minute(at), "2026-11-21 09:05");
    }
}
