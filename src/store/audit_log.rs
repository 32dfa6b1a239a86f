//! The audit log: one row for every change and every look at somebody else's answer, in the same
//! transaction. It holds who, when and which record, never an answer, a mail address or a secret.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entities::audit_log;
use super::{Store, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;

/// One row of the log.
#[derive(Clone, Debug)]
pub struct AuditRow {
    pub at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub request_id: String,
}

impl Store {
    /// The rows about one subject, such as `response/fy2027/012025`, oldest first.
    pub async fn audit_of(&self, subject: &str) -> StoreResult<Vec<AuditRow>> {
        let rows = audit_log::Entity::find()
            .filter(audit_log::Column::Subject.eq(subject))
            .order_by_asc(audit_log::Column::Id)
            .limit(10_000)
            .all(&self.read)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| AuditRow {
                at: UnixMillis(row.at),
                actor_name: row.actor_name,
                actor_body: row.actor_body,
                action: row.action,
                subject: row.subject,
                detail: row.detail,
                request_id: row.request_id,
            })
            .collect())
    }
}

impl Transaction {
    /// Writes down what `actor` did to `subject`.
    pub async fn audit(
        &self,
        actor: &Actor,
        at: UnixMillis,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> StoreResult<()> {
        audit_log::Entity::insert(row(actor, at, action, subject, detail))
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes down something nobody signed in did, such as a failed sign-in or an operator's command.
    pub async fn audit_system(
        &self,
        at: UnixMillis,
        action: &str,
        subject: &str,
        request_id: &str,
    ) -> StoreResult<()> {
        let row = base(at, action, subject, "", request_id);
        audit_log::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}

fn base(
    at: UnixMillis,
    action: &str,
    subject: &str,
    detail: &str,
    request_id: &str,
) -> audit_log::ActiveModel {
    audit_log::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        at: Set(at.0),
        account_id: Set(None),
        actor_name: Set(String::new()),
        actor_body: Set(String::new()),
        action: Set(action.to_owned()),
        subject: Set(subject.to_owned()),
        detail: Set(detail.to_owned()),
        request_id: Set(request_id.to_owned()),
    }
}

/// The row about what an actor did.
pub(super) fn row(
    actor: &Actor,
    at: UnixMillis,
    action: &str,
    subject: &str,
    detail: &str,
) -> audit_log::ActiveModel {
    audit_log::ActiveModel {
        account_id: Set((actor.account_id != 0).then_some(actor.account_id)),
        actor_name: Set(actor.display_name.clone()),
        actor_body: Set(actor.body_name().to_owned()),
        ..base(at, action, subject, detail, &actor.request_id)
    }
}
