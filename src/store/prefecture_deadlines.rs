//! 県内締切: the deadlines of prefectures and what became of them. What was set is only ever added to; the day that
//! holds stands beside it.

use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::editions::date;
use super::entities::{prefecture_deadline, prefecture_deadline_change};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::PrefectureCode;

/// A prefecture's deadline that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineMove {
    pub id: i64,
    /// Its own of before, or the edition's if it had none.
    pub before: Date,
    pub on: Date,
    pub at: UnixMillis,
    /// Body and function: the ministry's where it moved everybody's.
    pub by: String,
}

async fn deadlines(
    connection: &impl ConnectionTrait,
    edition_id: i64,
) -> StoreResult<Vec<(PrefectureCode, Date)>> {
    let rows = prefecture_deadline::Entity::find()
        .filter(prefecture_deadline::Column::EditionId.eq(edition_id))
        .order_by_asc(prefecture_deadline::Column::PrefectureCode)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let code = row
                .prefecture_code
                .parse()
                .map_err(|_| StoreError::corrupt("prefecture code")(row.prefecture_code))?;
            Ok((code, date(&row.deadline_on)?))
        })
        .collect()
}

impl Store {
    /// The prefectures that set a deadline of their own, with it.
    pub async fn prefecture_deadlines(
        &self,
        edition_id: i64,
    ) -> StoreResult<Vec<(PrefectureCode, Date)>> {
        deadlines(&self.read, edition_id).await
    }

    /// What became of a prefecture's deadline, oldest first. Every body of it may know.
    pub async fn deadline_moves(
        &self,
        edition_id: i64,
        prefecture: PrefectureCode,
    ) -> StoreResult<Vec<DeadlineMove>> {
        use prefecture_deadline_change::Column as M;
        let rows = prefecture_deadline_change::Entity::find()
            .filter(M::EditionId.eq(edition_id))
            .filter(M::PrefectureCode.eq(prefecture.to_string()))
            .order_by_asc(M::Id)
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(DeadlineMove {
                    id: row.id,
                    before: date(&row.deadline_before)?,
                    on: date(&row.deadline_on)?,
                    at: UnixMillis(row.at),
                    by: format!("{} {}", row.actor_body, row.actor_name),
                })
            })
            .collect()
    }
}

impl Transaction {
    /// The prefectures that set a deadline of their own, with it.
    pub async fn prefecture_deadlines(
        &self,
        edition_id: i64,
    ) -> StoreResult<Vec<(PrefectureCode, Date)>> {
        deadlines(&self.inner, edition_id).await
    }

    /// Moves a prefecture's own deadline, `(before, on)`, and writes that down.
    pub async fn move_prefecture_deadline(
        &self,
        edition_id: i64,
        prefecture: PrefectureCode,
        (before, on): (Date, Date),
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<()> {
        use prefecture_deadline::Column as D;
        let row = prefecture_deadline::ActiveModel {
            edition_id: Set(edition_id),
            prefecture_code: Set(prefecture.to_string()),
            deadline_on: Set(on.to_string()),
            set_at: Set(at.0),
            set_by: Set(actor.account_id),
        };
        prefecture_deadline::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([D::EditionId, D::PrefectureCode])
                    .update_columns([D::DeadlineOn, D::SetAt, D::SetBy])
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        let change = prefecture_deadline_change::ActiveModel {
            id: NotSet,
            edition_id: Set(edition_id),
            prefecture_code: Set(prefecture.to_string()),
            deadline_before: Set(before.to_string()),
            deadline_on: Set(on.to_string()),
            at: Set(at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(actor.display_name.clone()),
            actor_body: Set(actor.body_name().to_owned()),
        };
        prefecture_deadline_change::Entity::insert(change)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
