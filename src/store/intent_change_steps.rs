//! What happens to notices of a change of intent: filed, moved on, and the events that say so.
//!
//! Whoever changes a notice holds the row of its answer first ([`Transaction::response`]), so of two who decide the
//! second finds the first one's decision. The version guards what a page showed.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::columns::to_document;
use super::entities::{intent_change, intent_change_event};
use super::intent_changes::state;
use super::responses::ResponseRecord;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::intent_change::{ChangeEvent, ChangeHistory, ChangeState, Notice};
use crate::domain::japan_time::UnixMillis;

/// What a step leaves on a notice's row.
#[derive(Clone, Copy, Debug)]
pub struct ChangeStep<'a> {
    pub event: ChangeEvent,
    pub state_after: ChangeState,
    pub at: UnixMillis,
    pub remark: &'a str,
    /// The revision it became.
    pub result_revision: Option<i32>,
}

impl Store {
    /// What happened to a notice, oldest first.
    pub async fn change_history(&self, id: i64) -> StoreResult<Vec<ChangeHistory>> {
        use intent_change_event::Column as E;
        let rows = intent_change_event::Entity::find()
            .filter(E::ChangeId.eq(id))
            .order_by_asc(E::Id)
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ChangeHistory {
                    event: ChangeEvent::from_stored(&row.event)
                        .ok_or_else(|| StoreError::corrupt("event of a notice")(row.event))?,
                    state_after: state(&row.state_after)?,
                    at: UnixMillis(row.at),
                    actor_name: row.actor_name,
                    actor_body: row.actor_body,
                    remark: row.remark,
                })
            })
            .collect()
    }

    /// The words with which notices were settled, by notice; those settled without words are left out.
    pub async fn settling_remarks(&self, ids: Vec<i64>) -> StoreResult<HashMap<i64, String>> {
        use intent_change_event::Column as E;
        let events = [
            ChangeEvent::Accept,
            ChangeEvent::Decline,
            ChangeEvent::SendBack,
        ];
        let mut remarks = HashMap::new();
        for part in ids.chunks(5_000) {
            let lines: Vec<(i64, String)> = intent_change_event::Entity::find()
                .select_only()
                .columns([E::ChangeId, E::Remark])
                .filter(E::ChangeId.is_in(part.iter().copied()))
                .filter(E::Event.is_in(events.map(ChangeEvent::as_str)))
                .filter(E::Remark.ne(""))
                .into_tuple()
                .all(&self.read)
                .await?;
            remarks.extend(lines);
        }
        Ok(remarks)
    }
}

impl Transaction {
    /// Keeps a notice; gives its id.
    pub async fn insert_intent_change(
        &self,
        record: &ResponseRecord,
        number: i32,
        state: ChangeState,
        notice: &Notice,
    ) -> StoreResult<i64> {
        let row = intent_change::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            response_id: Set(record.id),
            edition_id: Set(record.edition.id),
            code: Set(record.code().to_string()),
            prefecture_code: Set(record.code().prefecture().to_string()),
            number: Set(number),
            state: Set(state.as_str().to_owned()),
            version: Set(1),
            base_revision: Set(notice.base_revision),
            form: Set(to_document("form", &notice.form)?),
            confirmed_warnings: Set(to_document("warnings", &notice.confirmed_warnings)?),
            reason: Set(notice.reason.clone()),
            changed_on: Set(notice.changed_on.to_string()),
            filed_at: Set(notice.filed_at.0),
            filed_by: Set(notice.filed_by),
            filed_by_name: Set(notice.filed_by_name.clone()),
            settled_at: Set(None),
            result_revision: Set(None),
        };
        let inserted = intent_change::Entity::insert(row).exec(&self.inner).await?;
        Ok(inserted.last_insert_id)
    }

    /// Moves a notice on, if it still has the version that was read.
    pub async fn move_intent_change(
        &self,
        id: i64,
        version: i32,
        step: &ChangeStep<'_>,
    ) -> StoreResult<()> {
        use intent_change::Column as C;
        let settled = (!step.state_after.is_open()).then_some(step.at.0);
        let updated = intent_change::Entity::update_many()
            .col_expr(C::State, Expr::value(step.state_after.as_str()))
            .col_expr(C::Version, Expr::value(version + 1))
            .col_expr(C::SettledAt, Expr::value(settled))
            .col_expr(C::ResultRevision, Expr::value(step.result_revision))
            .filter(C::Id.eq(id))
            .filter(C::Version.eq(version))
            .exec(&self.inner)
            .await?;
        match updated.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Writes down what happened to a notice.
    pub async fn insert_change_event(
        &self,
        id: i64,
        actor: &Actor,
        step: &ChangeStep<'_>,
    ) -> StoreResult<()> {
        let row = intent_change_event::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            change_id: Set(id),
            event: Set(step.event.as_str().to_owned()),
            state_after: Set(step.state_after.as_str().to_owned()),
            at: Set(step.at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(actor.display_name.clone()),
            actor_body: Set(actor.body_name().to_owned()),
            remark: Set(step.remark.to_owned()),
        };
        intent_change_event::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
