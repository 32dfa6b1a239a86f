//! How bodies divide their work; read with the answer itself, and here to be changed.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::columns::{code, document, to_document};
use super::entities::{account, body_duty};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::duties::Duties;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// The settings of a body.
#[derive(Clone, Debug, Default)]
pub struct DutyRecord {
    /// 0 = never set.
    pub version: i32,
    pub duties: Duties,
    /// When and by whose function they were changed last.
    pub changed: Option<(UnixMillis, String)>,
}

/// The settings of a joined row; none are the usual ones.
pub(super) fn duties(text: Option<&String>) -> StoreResult<Duties> {
    text.map_or_else(|| Ok(Duties::default()), |text| document("duties", text))
}

async fn one(
    connection: &impl ConnectionTrait,
    body: LocalGovernmentCode,
) -> StoreResult<DutyRecord> {
    let row = body_duty::Entity::find_by_id(body.as_str())
        .one(connection)
        .await?;
    row.map_or_else(
        || Ok(DutyRecord::default()),
        |row| {
            Ok(DutyRecord {
                version: row.version,
                duties: document("duties", &row.duties)?,
                changed: Some((UnixMillis(row.changed_at), row.changed_by_name)),
            })
        },
    )
}

impl Store {
    /// How a body divides its work.
    pub async fn body_duties(&self, body: LocalGovernmentCode) -> StoreResult<DutyRecord> {
        one(&self.read, body).await
    }
}

impl Transaction {
    /// The bodies that handed rows to departments.
    pub async fn divided_bodies(&self) -> StoreResult<Vec<(LocalGovernmentCode, Duties)>> {
        let rows = body_duty::Entity::find().all(&self.inner).await?;
        let mut divided = Vec::new();
        for row in rows {
            let duties: Duties = document("duties", &row.duties)?;
            if duties.is_divided() {
                divided.push((code(&row.code)?, duties));
            }
        }
        Ok(divided)
    }

    /// How a body divides its work.
    pub async fn body_duties(&self, body: LocalGovernmentCode) -> StoreResult<DutyRecord> {
        one(&self.inner, body).await
    }

    /// Changes it; [`StoreError::Stale`] if it is no longer as it was at `version`.
    pub async fn set_body_duties(
        &self,
        body: LocalGovernmentCode,
        version: i32,
        duties: &Duties,
        at: UnixMillis,
        by: &str,
    ) -> StoreResult<()> {
        let row = body_duty::ActiveModel {
            code: Set(body.to_string()),
            version: Set(version + 1),
            duties: Set(to_document("duties", duties)?),
            changed_at: Set(at.0),
            changed_by_name: Set(by.to_owned()),
        };
        if version == 0 {
            let inserted = body_duty::Entity::insert(row)
                .exec_without_returning(&self.inner)
                .await
                .map_err(StoreError::from);
            return match inserted {
                Err(error) if error.is_duplicate() => Err(StoreError::Stale),
                other => other.map(|_| ()),
            };
        }
        let done = body_duty::Entity::update_many()
            .set(row)
            .filter(body_duty::Column::Code.eq(body.as_str()))
            .filter(body_duty::Column::Version.eq(version))
            .exec(&self.inner)
            .await?;
        if done.rows_affected == 1 {
            Ok(())
        } else {
            Err(StoreError::Stale)
        }
    }

    /// Puts an account into a department; `None` is the liaison desk.
    pub async fn set_department(&self, account: i64, department: Option<&str>) -> StoreResult<()> {
        let row = account::ActiveModel {
            id: Set(account),
            department: Set(department.map(ToOwned::to_owned)),
            ..Default::default()
        };
        account::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }
}
