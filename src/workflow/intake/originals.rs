//! The file as it was sent, for who may see the answer it became and for the office that sent it.

use super::{edition_of, is_of_office};
use crate::domain::access::{self, Action, Relation};
use crate::domain::account::Actor;
use crate::domain::intake_batch::{FileRecord, FileState};
use crate::workflow::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};

/// A file under the name it came with.
#[derive(Debug)]
pub struct SentFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The original of a file. Everybody else is told there is none; whoever takes another body's is written
/// down.
pub async fn original(desk: &Desk, actor: &Actor, file: i64) -> WorkflowResult<SentFile> {
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
    Ok(SentFile {
        name: file.name,
        bytes: kept.bytes,
    })
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
