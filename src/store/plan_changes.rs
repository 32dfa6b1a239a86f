//! Changes of what the plans of an edition are reckoned with. The edition's definition has what holds now.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::columns::{document, to_document};
use super::entities::plan_change;
use super::{Store, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::estimate::PlanBasis;
use crate::domain::japan_time::UnixMillis;
use crate::domain::plan_history::BasisChange;

impl Store {
    /// The changes of an edition in the order in which they were made.
    pub async fn plan_changes(&self, edition_id: i64) -> StoreResult<Vec<BasisChange>> {
        let rows = plan_change::Entity::find()
            .filter(plan_change::Column::EditionId.eq(edition_id))
            .order_by_asc(plan_change::Column::Id)
            .all(&self.read)
            .await?;
        let change = |row: plan_change::Model| {
            Ok(BasisChange {
                recorded_at: UnixMillis(row.recorded_at),
                actor_name: row.actor_name,
                actor_body: row.actor_body,
                old: document("basis of plans", &row.old_basis)?,
                new: document("basis of plans", &row.new_basis)?,
            })
        };
        rows.into_iter().map(change).collect()
    }
}

impl Transaction {
    /// Adds a change; the edition must be locked.
    pub async fn insert_plan_change(
        &self,
        edition_id: i64,
        actor: &Actor,
        at: UnixMillis,
        old: &PlanBasis,
        new: &PlanBasis,
    ) -> StoreResult<()> {
        let row = plan_change::ActiveModel {
            id: NotSet,
            edition_id: Set(edition_id),
            recorded_at: Set(at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(actor.display_name.clone()),
            actor_body: Set(actor.body_name().to_owned()),
            old_basis: Set(to_document("basis of plans", old)?),
            new_basis: Set(to_document("basis of plans", new)?),
        };
        plan_change::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
