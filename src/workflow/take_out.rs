//! The official forms as workbooks, under their official names. Taking out somebody else's answer is
//! written to the audit log.

use super::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};
use crate::domain::access::{self, Action, PrefectureScope, Relation};
use crate::domain::account::Actor;
use crate::domain::japan_time::datetime_label;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_status::ResponseStatus;
use crate::domain::revision::Revision;
use crate::domain::survey_edition::EditionKey;
use crate::spreadsheet::{
    FormBody, ReceiptLine, SentLine, SpreadsheetError, form1_file_name, form2_file_name,
    write_form1, write_form1_draft, write_form2,
};
use crate::store::responses::ResponseRecord;
use crate::workflow::send_summary_sheet::build;

/// A file and the name to save it under.
#[derive(Debug)]
pub struct Workbook {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// 様式1 of a body: the revision asked for, else what was submitted last, else (for the body itself)
/// the draft as it stands, filled in from the last edition or blank.
pub async fn form1_workbook(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    number: Option<i32>,
) -> WorkflowResult<Workbook> {
    let record = desk
        .store
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !access::permits(relation, record.status, Action::ViewAnswer) {
        return Err(WorkflowError::NotFound);
    }
    let withdrawn = matches!(
        record.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    let number = match number {
        Some(number) => Some(number),
        None if withdrawn => None,
        // While a return is answered, the body wants its draft and a reviewer what was submitted.
        None if relation == Relation::Own && record.status == ResponseStatus::Returned => None,
        None => Some(record.revision_number),
    };
    let revision = match number {
        Some(number) => {
            let found = desk.store.revision(record.id, number).await?;
            Some(found.ok_or(WorkflowError::NotFound)?)
        }
        None => None,
    };
    if relation != Relation::Own {
        let transaction = desk.store.begin().await?;
        let subject = response_subject(key, code);
        let detail = format!("revision {}", record.revision_number);
        transaction
            .audit(actor, desk.now(), "take_out_form1", &subject, &detail)
            .await?;
        transaction.commit().await?;
    }
    let name = form1_file_name(code, &record.name);
    let bytes = on_a_blocking_thread(move || form1(&record, revision.as_ref())).await?;
    Ok(Workbook { name, bytes })
}

fn form1(
    record: &ResponseRecord,
    revision: Option<&Revision>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let definition = &record.edition.definition;
    let body = FormBody {
        code: record.code(),
        name: &record.name,
    };
    match revision {
        Some(revision) => {
            let mut submitted_at = datetime_label(revision.submitted_at);
            if revision.by_proxy {
                submitted_at.push_str("（代理入力）");
            }
            let receipt = ReceiptLine {
                number: &revision.receipt,
                submitted_at: &submitted_at,
                is_late: revision.is_late,
            };
            write_form1(definition, &body, Some(&revision.form), Some(&receipt))
        }
        None => write_form1_draft(definition, &body, &record.draft_or_prefill().input),
    }
}

/// 様式2 of a prefecture: the sheet with this number, or as it stands now.
pub async fn form2_workbook(
    desk: &Desk,
    key: &EditionKey,
    scope: PrefectureScope,
    number: Option<i32>,
) -> WorkflowResult<Workbook> {
    let edition = desk
        .store
        .edition(key)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let (sheet, sent) = match number {
        Some(number) => {
            let sheets = desk.store.sent_sheets(edition.id, scope).await?;
            let found = sheets.into_iter().find(|sheet| sheet.number == number);
            let found = found.ok_or(WorkflowError::NotFound)?;
            (found.sheet, Some((number, datetime_label(found.sent_at))))
        }
        None => (
            build(scope, &desk.store.board(edition.id, scope).await?),
            None,
        ),
    };
    let prefecture = scope.prefecture();
    let name = form2_file_name(prefecture.organization_code(), prefecture.name());
    let definition = edition.definition.clone();
    let bytes = on_a_blocking_thread(move || {
        let line = sent.as_ref().map(|(number, sent_at)| SentLine {
            number: *number,
            sent_at,
        });
        write_form2(&definition, &sheet, line.as_ref())
    })
    .await?;
    Ok(Workbook { name, bytes })
}

/// Writes a workbook away from the threads that answer requests.
pub(super) async fn on_a_blocking_thread(
    write: impl FnOnce() -> Result<Vec<u8>, SpreadsheetError> + Send + 'static,
) -> WorkflowResult<Vec<u8>> {
    let written = tokio::task::spawn_blocking(write).await;
    written
        .map_err(|error| WorkflowError::Workbook(error.to_string()))?
        .map_err(|error| WorkflowError::Workbook(error.to_string()))
}
