//! The file as it was sent, for who may see the answer it became and for the office that sent it; and the
//! same with what is to be mended beside its rows.

use super::{edition_of, is_of_office};
use crate::domain::access::{self, Action, Relation};
use crate::domain::account::Actor;
use crate::domain::intake_batch::{Door, FileRecord, FileState};
use crate::spreadsheet::FormBody;
use crate::spreadsheet::intake::annotate::annotate_form1;
use crate::spreadsheet::intake::packed::Packed;
use crate::store::intake::NewOriginal;
use crate::workflow::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};

/// A file as the store keeps it.
pub(in crate::workflow) fn to_keep(sha256: String, file: Packed) -> NewOriginal {
    let size = file.size();
    let (bytes, is_block) = file.into_parts();
    NewOriginal {
        sha256,
        size,
        bytes,
        is_block,
    }
}

/// A file under the name it came with.
#[derive(Debug)]
pub struct SentFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The original of a file. Everybody else is told there is none; whoever takes another body's is written
/// down.
pub async fn original(desk: &Desk, actor: &Actor, file: i64) -> WorkflowResult<SentFile> {
    let (file, bytes) = take_out(desk, actor, file).await?;
    Ok(SentFile {
        name: file.name,
        bytes,
    })
}

/// The workbook with every problem beside its row. Where nothing can be written into the original, our own
/// form with what was read; [`WorkflowError::NotFound`] also if no 様式1 was found in the file.
pub async fn annotated(desk: &Desk, actor: &Actor, file: i64) -> WorkflowResult<SentFile> {
    let (mut file, bytes) = take_out(desk, actor, file).await?;
    let reading = file.reading.take().ok_or(WorkflowError::NotFound)?;
    let input = reading.input.ok_or(WorkflowError::NotFound)?;
    let edition = edition_of(desk, file.edition_id).await?;
    let mut code = reading.code.or(file.code);
    if code.is_none() {
        // What a body sends for itself is its own, whatever the file contradicts itself about.
        let batch = desk.store.intake_batch(file.batch_id).await?;
        let own = batch.filter(|batch| batch.door == Door::Own);
        code = own.and_then(|batch| batch.actor_code);
    }
    let body = match code {
        Some(code) => desk.store.organization(code).await?,
        None => None,
    };
    let problems = reading.problems;
    let readers = desk.intake.readers()?;
    let bytes = match readers.annotate(bytes, &problems).await {
        Some(noted) => noted,
        None => {
            let odd = || WorkflowError::Workbook("notes cannot be written into it".to_owned());
            let body = body.ok_or_else(odd)?;
            let written = tokio::task::spawn_blocking(move || {
                let form = FormBody {
                    code: body.code,
                    name: &body.name,
                };
                annotate_form1(&edition.definition, &form, &input, &problems)
            });
            let failed = |error: String| WorkflowError::Workbook(error);
            let written = written.await.map_err(|error| failed(error.to_string()))?;
            written.map_err(|error| failed(error.to_string()))?
        }
    };
    let stem = file
        .name
        .rsplit_once('.')
        .map_or(&*file.name, |(stem, _)| stem);
    Ok(SentFile {
        name: format!("{stem}（直すところ）.xlsx"),
        bytes,
    })
}

/// A file with its reading and its bytes, if the actor may have it.
async fn take_out(desk: &Desk, actor: &Actor, file: i64) -> WorkflowResult<(FileRecord, Vec<u8>)> {
    let file = desk.store.intake_file(file).await?;
    let file = file.ok_or(WorkflowError::NotFound)?;
    may_have(desk, actor, &file).await?;
    let sha256 = file.sha256.as_deref().ok_or(WorkflowError::NotFound)?;
    let kept = desk.store.original(sha256).await?;
    let kept = kept.ok_or(WorkflowError::NotFound)?;
    if file.code.is_none() || file.code != actor.code() {
        let edition = edition_of(desk, file.edition_id).await?;
        let subject = match file.code {
            Some(code) => response_subject(&edition.key, code),
            None => super::batch_subject(file.batch_id),
        };
        let transaction = desk.store.begin().await?;
        let detail = format!("file {}", file.id);
        transaction
            .audit(actor, desk.now(), "take_out_original", &subject, &detail)
            .await?;
        transaction.commit().await?;
    }
    Ok((file, kept.bytes))
}

/// The office that sent it, or who may see the answer it became.
async fn may_have(desk: &Desk, actor: &Actor, file: &FileRecord) -> WorkflowResult<()> {
    let batch = desk.store.intake_batch(file.batch_id).await?;
    if batch.is_some_and(|batch| is_of_office(&batch, actor)) {
        return Ok(());
    }
    let (Some(code), FileState::Taken) = (file.code, file.state) else {
        return Err(WorkflowError::NotFound);
    };
    let edition = edition_of(desk, file.edition_id).await?;
    let record = desk.store.response(&edition.key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    // A draft is nobody's but the body's, until it was submitted as it came.
    let submitted = relation == Relation::Own
        || file.revision_number.is_some()
        || desk.store.became_revision(file.id, record.id).await?;
    if submitted && access::permits(relation, record.status, Action::ViewAnswer) {
        Ok(())
    } else {
        Err(WorkflowError::NotFound)
    }
}
