//! 担当の引継ぎ: who handed over to whom, and accounts that end.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::SimpleExpr,
};

use super::entities::{account, handover};
use super::{Store, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// One hand-over.
#[derive(Clone, Debug)]
pub struct HandoverRecord {
    pub from_account: i64,
    /// Function of the old account.
    pub from_name: String,
    /// `None` while the successor has not used the invitation.
    pub to_account: Option<i64>,
    pub to_email: String,
    /// Words to the successor; may be empty.
    pub remark: String,
    /// When the old account ends.
    pub ends_at: UnixMillis,
    /// It ends before that, once the successor can sign in.
    pub ends_on_arrival: bool,
    pub at: UnixMillis,
    /// Who did it, with their office.
    pub actor_name: String,
    pub actor_body: String,
}

fn of(body: Option<LocalGovernmentCode>) -> SimpleExpr {
    match body {
        Some(code) => handover::Column::Code.eq(code.as_str()),
        None => handover::Column::Code.is_null(),
    }
}

fn load(row: handover::Model) -> HandoverRecord {
    HandoverRecord {
        from_account: row.from_account_id,
        from_name: row.from_name,
        to_account: row.to_account_id,
        to_email: row.to_email,
        remark: row.remark,
        ends_at: UnixMillis(row.ends_at),
        at: UnixMillis(row.at),
        actor_name: row.actor_name,
        actor_body: row.actor_body,
        ends_on_arrival: row.ends_on_arrival,
    }
}

impl Store {
    /// The newest hand-overs of a body, or of the ministry (`None`), newest first.
    pub async fn handovers(
        &self,
        body: Option<LocalGovernmentCode>,
    ) -> StoreResult<Vec<HandoverRecord>> {
        let rows = handover::Entity::find()
            .filter(of(body))
            .order_by_desc(handover::Column::Id)
            .limit(50)
            .all(&self.read)
            .await?;
        Ok(rows.into_iter().map(load).collect())
    }

    /// The newest hand-over of an account that still runs and is to end.
    pub async fn pending_handover(
        &self,
        account_id: i64,
        now: UnixMillis,
    ) -> StoreResult<Option<HandoverRecord>> {
        let runs = handover::Entity::belongs_to(account::Entity)
            .from(handover::Column::FromAccountId)
            .to(account::Column::Id)
            .into();
        let row = handover::Entity::find()
            .join(JoinType::InnerJoin, runs)
            .filter(handover::Column::FromAccountId.eq(account_id))
            // One that was started again goes on, whatever its hand-over says.
            .filter(account::Column::EndsAt.gt(now.0))
            .order_by_desc(handover::Column::Id)
            .one(&self.read)
            .await?;
        Ok(row.map(load))
    }
}

impl Transaction {
    /// Writes down a hand-over; gives its number.
    pub async fn insert_handover(
        &self,
        body: Option<LocalGovernmentCode>,
        actor: &Actor,
        record: &HandoverRecord,
    ) -> StoreResult<i64> {
        let row = handover::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            code: Set(body.map(|code| code.to_string())),
            from_account_id: Set(record.from_account),
            from_name: Set(record.from_name.clone()),
            to_account_id: Set(record.to_account),
            to_email: Set(record.to_email.clone()),
            remark: Set(record.remark.clone()),
            ends_at: Set(record.ends_at.0),
            at: Set(record.at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(record.actor_name.clone()),
            actor_body: Set(record.actor_body.clone()),
            ends_on_arrival: Set(record.ends_on_arrival),
        };
        let done = handover::Entity::insert(row).exec(&self.inner).await?;
        Ok(done.last_insert_id)
    }

    /// Somebody used an invitation: hand-overs to this address have their successor.
    pub async fn note_successor(
        &self,
        email: &str,
        body: Option<LocalGovernmentCode>,
        account_id: i64,
    ) -> StoreResult<()> {
        let row = handover::ActiveModel {
            to_account_id: Set(Some(account_id)),
            ..Default::default()
        };
        handover::Entity::update_many()
            .set(row)
            .filter(of(body))
            .filter(handover::Column::ToEmail.eq(email))
            .filter(handover::Column::ToAccountId.is_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Accounts that wait for this successor, by their newest hand-over: its number and the account.
    pub async fn accounts_waiting_for(&self, successor: i64) -> StoreResult<Vec<(i64, i64)>> {
        use handover::Column as H;
        let waiting: Vec<(i64, i64)> = handover::Entity::find()
            .select_only()
            .columns([H::Id, H::FromAccountId])
            .filter(H::ToAccountId.eq(successor))
            .filter(H::EndsOnArrival.eq(true))
            .order_by_asc(H::Id)
            .into_tuple()
            .all(&self.inner)
            .await?;
        let mut newest = Vec::new();
        for (id, from) in waiting {
            let later = handover::Entity::find()
                .filter(H::FromAccountId.eq(from))
                .filter(H::Id.gt(id))
                .count(&self.inner)
                .await?;
            if later == 0 {
                newest.push((id, from));
            }
        }
        Ok(newest)
    }

    /// Addresses of guests to whom an account was handed over and who have not come.
    pub async fn guests_of(&self, from: i64) -> StoreResult<Vec<String>> {
        use handover::Column as H;
        Ok(handover::Entity::find()
            .select_only()
            .column(H::ToEmail)
            .filter(H::FromAccountId.eq(from))
            .filter(H::ToAccountId.is_null())
            .into_tuple()
            .all(&self.inner)
            .await?)
    }

    /// An account was started again: no successor ends it any more.
    pub async fn forget_arrivals(&self, from: i64) -> StoreResult<()> {
        let row = handover::ActiveModel {
            ends_on_arrival: Set(false),
            ..Default::default()
        };
        handover::Entity::update_many()
            .set(row)
            .filter(handover::Column::FromAccountId.eq(from))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// The successor of a hand-over can sign in: the old account ended at this moment.
    pub async fn note_arrival(&self, handover: i64, at: UnixMillis) -> StoreResult<()> {
        let row = handover::ActiveModel {
            id: Set(handover),
            ends_at: Set(at.0),
            ends_on_arrival: Set(false),
            ..Default::default()
        };
        handover::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }

    /// Lets an account end at a moment.
    pub async fn end_account_at(&self, id: i64, at: UnixMillis) -> StoreResult<()> {
        let row = account::ActiveModel {
            id: Set(id),
            ends_at: Set(Some(at.0)),
            ..Default::default()
        };
        account::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }

    /// Ends an account now: no session, no password, nobody gets in.
    pub async fn end_account(&self, id: i64) -> StoreResult<()> {
        let row = account::ActiveModel {
            id: Set(id),
            is_active: Set(false),
            password_hash: Set(None),
            ..Default::default()
        };
        account::Entity::update(row).exec(&self.inner).await?;
        self.delete_sessions_of(id, None).await
    }

    /// Accounts whose last day has passed and that were not stopped yet.
    pub async fn ended_accounts(&self, now: UnixMillis) -> StoreResult<Vec<i64>> {
        Ok(account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(account::Column::EndsAt.lte(now.0))
            .filter(account::Column::IsActive.eq(true))
            .order_by_asc(account::Column::Id)
            .into_tuple()
            .all(&self.inner)
            .await?)
    }
}
