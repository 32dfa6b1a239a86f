//! What became of every file of a batch, to take away: the same report the command line writes.

use std::collections::HashMap;

use super::own_batch;
use crate::domain::account::Actor;
use crate::domain::intake::{FileReading, FileReport, Outcome, ProblemReport, Severity};
use crate::domain::intake_batch::{Batch, FileRecord, FileState};
use crate::domain::japan_time::datetime_label;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::{EditionDefinition, SurveyEdition};
use crate::spreadsheet::{IntakeReportBook, SpreadsheetError};
use crate::store::intake::FileFilter;
use crate::workflow::take_out::Workbook;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// Files read from the database at once.
const STEP: u64 = 256;

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    Json,
    Workbook,
}

/// The report of a batch of the actor's office, in the order the files came.
pub async fn batch_report(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    format: ReportFormat,
) -> WorkflowResult<Workbook> {
    let batch = own_batch(desk, actor, id).await?;
    let edition = super::edition_of(desk, batch.edition_id).await?;
    let mut report = match format {
        ReportFormat::Json => Writing::Json(b"{\"files\":[".to_vec()),
        ReportFormat::Workbook => {
            let as_of = format!("{}現在", datetime_label(desk.now()));
            let book = IntakeReportBook::new(&edition.definition, &as_of).map_err(failed)?;
            let bodies = desk.store.respondent_bodies(edition.id).await?;
            let names = bodies.into_iter().map(|body| (body.code, body.name));
            Writing::Workbook(Box::new(book), names.collect())
        }
    };
    let mut after = 0;
    loop {
        let filter = FileFilter::default();
        let files = desk
            .store
            .intake_files(batch.id, filter, after, STEP)
            .await?;
        let Some(last) = files.last() else {
            break;
        };
        after = last.position;
        let definition = edition.definition.clone();
        let added = tokio::task::spawn_blocking(move || {
            for file in files {
                let state = file.state;
                report.add(&file_report(file, &definition), state)?;
            }
            Ok::<_, WorkflowError>(report)
        });
        report = added.await.map_err(stopped)??;
    }
    let bytes = tokio::task::spawn_blocking(move || report.finish());
    Ok(Workbook {
        name: name(&batch, &edition, format),
        bytes: bytes.await.map_err(stopped)??,
    })
}

fn failed(error: SpreadsheetError) -> WorkflowError {
    WorkflowError::Workbook(error.to_string())
}

fn stopped(error: tokio::task::JoinError) -> WorkflowError {
    WorkflowError::Workbook(error.to_string())
}

/// 「取込み結果_令和9年度分_12.xlsx」
fn name(batch: &Batch, edition: &SurveyEdition, format: ReportFormat) -> String {
    let ending = match format {
        ReportFormat::Json => "json",
        ReportFormat::Workbook => "xlsx",
    };
    let short = &edition.definition.short_title;
    format!("取込み結果_{short}_{}.{ending}", batch.id)
}

/// A report in the making.
enum Writing {
    Json(Vec<u8>),
    Workbook(Box<IntakeReportBook>, HashMap<LocalGovernmentCode, String>),
}

impl Writing {
    fn add(&mut self, report: &FileReport, state: FileState) -> WorkflowResult<()> {
        match self {
            Self::Json(bytes) => {
                let is_first = bytes.ends_with(b"[");
                bytes.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                serde_json::to_writer(bytes, report)
                    .map_err(|error| WorkflowError::Workbook(error.to_string()))
            }
            Self::Workbook(book, names) => {
                let name = report.code.and_then(|code| names.get(&code));
                let name = name.map_or("", String::as_str);
                let added = match state {
                    FileState::Taken => book.add(report, name),
                    // The word of the page: what waits to be asked about is no file to mend.
                    _ => book.add_not_taken(report, name, state.label()),
                };
                added.map_err(failed)
            }
        }
    }

    fn finish(self) -> WorkflowResult<Vec<u8>> {
        match self {
            Self::Json(mut bytes) => {
                bytes.extend_from_slice(b"\n]}\n");
                Ok(bytes)
            }
            Self::Workbook(book, _) => book.finish().map_err(failed),
        }
    }
}

/// The report of one file: what reads well and was not taken all the same is rejected with its reason.
fn file_report(file: FileRecord, definition: &EditionDefinition) -> FileReport {
    let path = file.path();
    let reading = file
        .reading
        .unwrap_or_else(|| FileReading::refused("まだ読み取っていません。"));
    let mut report = FileReport::new(path, &reading, definition);
    let taken = file.state == FileState::Taken;
    if !taken {
        report.outcome = Outcome::Rejected;
    }
    if let Some(note) = file.note.filter(|_| !taken) {
        let problem = ProblemReport {
            severity: Severity::Error,
            sheet: String::new(),
            cell: String::new(),
            found: note.others_named(),
            message: note.message(),
        };
        report.problems.insert(0, problem);
    }
    report
}
