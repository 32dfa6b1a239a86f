//! Looking at another body's answer: allowed or not, and written down when the answer is shown.

use super::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};
use crate::domain::access::{Action, Relation, permits};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionKey;
use crate::store::responses::ResponseRecord;

/// A body's answer as one person may see it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub record: ResponseRecord,
    pub relation: Relation,
    /// The submitted revisions may be shown; otherwise only the state and its dates.
    pub may_read: bool,
}

/// Opens a body's answer. If it may be read and is not the actor's own, the audit log says who did.
pub async fn view_answer(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
) -> WorkflowResult<Seen> {
    let record = desk
        .store
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !permits(relation, record.status, Action::ViewState) {
        return Err(WorkflowError::NotFound);
    }
    let may_read =
        record.revision_number > 0 && permits(relation, record.status, Action::ViewAnswer);
    if may_read && relation != Relation::Own {
        let transaction = desk.store.begin().await?;
        let subject = response_subject(key, code);
        let detail = format!("revision {}", record.revision_number);
        transaction
            .audit(actor, desk.now(), "view_answer", &subject, &detail)
            .await?;
        transaction.commit().await?;
    }
    Ok(Seen {
        record,
        relation,
        may_read,
    })
}
