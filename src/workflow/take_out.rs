//! The official forms as workbooks, under their official names. Taking out somebody else's answer is
//! written to the audit log.

use super::editions::prefill;
use super::follow_up::first_input;
use super::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};
use crate::domain::access::{self, Action, PrefectureScope, Relation};
use crate::domain::account::Actor;
use crate::domain::japan_time::{UnixMillis, datetime_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response::Form1Input;
use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::Asker;
use crate::domain::revision::{Revision, correction_label};
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::spreadsheet::{
    FormBody, ReceiptLine, SentLine, SpreadsheetError, form_file_name, form2_file_name,
    write_form1, write_form1_draft, write_form1_prefilled, write_form2,
};
use crate::store::responses::ResponseRecord;
use crate::workflow::send_summary_sheet::build;

/// A file and the name to save it under.
#[derive(Debug)]
pub struct Workbook {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file that is written while it is sent.
pub struct FileStream {
    pub name: String,
    /// Its bytes in order. Each is asked for away from the threads that answer requests; whoever stops
    /// asking stops the work.
    pub chunks: Box<dyn Iterator<Item = WorkflowResult<Vec<u8>>> + Send>,
}

/// Which form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormVersion {
    /// What was submitted last, else (for the body itself) the draft.
    Newest,
    /// One submission by its number.
    Revision(i32),
    /// What was submitted last.
    Submitted,
    /// As typed so far, else filled in from the last edition. The body itself only.
    Draft,
    /// What the body answered in an earlier edition. The body itself only.
    Prefilled,
    /// Nothing filled in. The body itself only.
    Blank,
}

/// 様式1 of a body in the version asked for.
pub async fn form1_workbook(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: FormVersion,
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
    let number = match version {
        FormVersion::Revision(number) => Some(number),
        FormVersion::Submitted if withdrawn => return Err(WorkflowError::NotFound),
        FormVersion::Submitted => Some(record.revision_number),
        // While a return is answered, the body wants its draft and a reviewer what was submitted.
        FormVersion::Newest
            if withdrawn
                || relation == Relation::Own && record.status == ResponseStatus::Returned =>
        {
            None
        }
        FormVersion::Newest => Some(record.revision_number),
        // A draft, and what a draft begins with, is nobody else's.
        _ if relation != Relation::Own => return Err(WorkflowError::NotFound),
        _ => None,
    };
    let content = match (number, version) {
        (Some(number), _) => {
            let found = desk.store.revision(record.id, number).await?;
            Content::Submitted(Box::new(found.ok_or(WorkflowError::NotFound)?))
        }
        (None, FormVersion::Blank) => Content::Blank,
        (None, FormVersion::Prefilled) if record.edition.is_follow_up() => {
            let input = first_input(desk, &record).await?;
            Content::Prefilled(input.ok_or(WorkflowError::NotFound)?)
        }
        (None, FormVersion::Prefilled) => {
            let earlier = desk.store.earlier_answer(&record.edition, code).await?;
            let (old, form) = earlier.ok_or(WorkflowError::NotFound)?;
            Content::Prefilled(prefill(&old, &record.edition, form.to_input()).input)
        }
        // Nobody has saved it yet: it is what the edition began with.
        (None, _) if record.draft.is_none() => match &record.prefill {
            Some(draft) => Content::Prefilled(draft.input.clone()),
            None => Content::Blank,
        },
        (None, _) => Content::Draft(record.draft_or_prefill().input),
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
    let name = record.edition.file_name(form_file_name(
        &record.edition.definition,
        code,
        &record.name,
    ));
    let bytes = on_a_blocking_thread(move || form1(&record, &content)).await?;
    Ok(Workbook { name, bytes })
}

/// 様式1 of an edition as a body would get it, nothing filled in. The body need not take part.
pub async fn preview_workbook(
    edition: &SurveyEdition,
    code: LocalGovernmentCode,
    name: &str,
) -> WorkflowResult<Workbook> {
    let definition = edition.definition.clone();
    let (file, name) = (form_file_name(&definition, code, name), name.to_owned());
    let bytes = on_a_blocking_thread(move || {
        let body = FormBody { code, name: &name };
        write_form1(&definition, &body, None, None)
    })
    .await?;
    Ok(Workbook {
        name: edition.file_name(file),
        bytes,
    })
}

/// What stands in a form.
enum Content {
    Blank,
    Prefilled(Form1Input),
    Draft(Form1Input),
    Submitted(Box<Revision>),
}

fn form1(record: &ResponseRecord, content: &Content) -> Result<Vec<u8>, SpreadsheetError> {
    let definition = &record.edition.definition;
    let body = FormBody {
        code: record.code(),
        name: &record.name,
    };
    match content {
        Content::Blank => write_form1(definition, &body, None, None),
        Content::Prefilled(input) => write_form1_prefilled(definition, &body, input),
        Content::Draft(input) => write_form1_draft(definition, &body, input),
        Content::Submitted(revision) => {
            let corrected_by = revision.correction.as_ref().map(|it| it.by);
            let submitted_at =
                receipt_moment(revision.submitted_at, revision.by_proxy, corrected_by);
            let receipt = ReceiptLine {
                number: &revision.receipt,
                submitted_at: &submitted_at,
                lateness: revision.lateness(),
            };
            write_form1(definition, &body, Some(&revision.form), Some(&receipt))
        }
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
        .filter(|edition| !edition.is_follow_up())
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
    let name = edition.file_name(name);
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

/// When a form was submitted, as its receipt says it.
pub(super) fn receipt_moment(
    at: UnixMillis,
    by_proxy: bool,
    corrected_by: Option<Asker>,
) -> String {
    let moment = datetime_label(at);
    match corrected_by {
        _ if by_proxy => format!("{moment}（代理入力）"),
        Some(by) => format!("{moment}・{}", correction_label(by)),
        None => moment,
    }
}
