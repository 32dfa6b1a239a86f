//! The addresses duty belongs to, as a body sees and changes them. Ended ones stay.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entities::duty_address;
use super::{Store, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// An address a department reads.
#[derive(Clone, Debug)]
pub struct DutyAddress {
    pub id: i64,
    pub email: String,
    /// The department, as the body calls it.
    pub label: String,
    pub created_at: UnixMillis,
    /// `None` while mail goes there.
    pub ended_at: Option<UnixMillis>,
}

fn of(body: Option<LocalGovernmentCode>) -> sea_orm::sea_query::SimpleExpr {
    match body {
        Some(code) => duty_address::Column::Code.eq(code.as_str()),
        None => duty_address::Column::Code.is_null(),
    }
}

impl Store {
    /// Every address of a body, or of the ministry (`None`), those in use first.
    pub async fn duty_addresses(
        &self,
        body: Option<LocalGovernmentCode>,
    ) -> StoreResult<Vec<DutyAddress>> {
        let rows = duty_address::Entity::find()
            .filter(of(body))
            .order_by_asc(duty_address::Column::Id)
            .all(&self.read)
            .await?;
        let mut addresses: Vec<_> = rows
            .into_iter()
            .map(|row| DutyAddress {
                id: row.id,
                email: row.email,
                label: row.label,
                created_at: UnixMillis(row.created_at),
                ended_at: row.ended_at.map(UnixMillis),
            })
            .collect();
        addresses.sort_by_key(|address| address.ended_at.is_some());
        Ok(addresses)
    }
}

impl Transaction {
    /// Adds an address; `false` if it is in use already.
    pub async fn add_duty_address(
        &self,
        body: Option<LocalGovernmentCode>,
        email: &str,
        label: &str,
        at: UnixMillis,
    ) -> StoreResult<bool> {
        let known = duty_address::Entity::find()
            .filter(of(body))
            .filter(duty_address::Column::Email.eq(email))
            .filter(duty_address::Column::EndedAt.is_null())
            .one(&self.inner)
            .await?;
        if known.is_some() {
            return Ok(false);
        }
        let row = duty_address::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            code: Set(body.map(|code| code.to_string())),
            email: Set(email.to_owned()),
            label: Set(label.to_owned()),
            created_at: Set(at.0),
            ended_at: Set(None),
        };
        duty_address::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(true)
    }

    /// Ends an address of this body; `false` if it is none, or has ended already.
    pub async fn end_duty_address(
        &self,
        body: Option<LocalGovernmentCode>,
        id: i64,
        at: UnixMillis,
    ) -> StoreResult<bool> {
        let row = duty_address::ActiveModel {
            ended_at: Set(Some(at.0)),
            ..Default::default()
        };
        let done = duty_address::Entity::update_many()
            .set(row)
            .filter(of(body))
            .filter(duty_address::Column::Id.eq(id))
            .filter(duty_address::Column::EndedAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
