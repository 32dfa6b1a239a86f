//! The bodies as they are today.

use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::columns::{code, kind};
use super::entities::organization;
use super::{Store, StoreResult, Transaction};
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::Organization;

fn load(row: organization::Model, on: Option<Date>) -> StoreResult<Organization> {
    let month = on.map(|on| format!("{:04}-{:02}", on.year(), on.month()));
    let has_center = match (&row.child_guidance_since, month) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(since), Some(month)) => *since <= month,
    };
    Ok(Organization {
        code: code(&row.code)?,
        name: row.name,
        kana: row.kana,
        kind: kind(&row.kind)?,
        health_center_city: row.health_center_city,
        child_guidance_city: has_center,
    })
}

async fn all(
    connection: &impl ConnectionTrait,
    on: Option<Date>,
) -> StoreResult<Vec<Organization>> {
    let rows = organization::Entity::find()
        .order_by_asc(organization::Column::Code)
        .all(connection)
        .await?;
    rows.into_iter().map(|row| load(row, on)).collect()
}

impl Store {
    /// Every body, in code order.
    pub async fn organizations(&self) -> StoreResult<Vec<Organization>> {
        all(&self.read, None).await
    }

    /// Every body with its class as of a day, in code order.
    pub async fn organizations_on(&self, on: Date) -> StoreResult<Vec<Organization>> {
        all(&self.read, Some(on)).await
    }

    /// Every body of a prefecture, in code order; the prefecture itself comes first.
    pub async fn organizations_in(
        &self,
        prefecture: PrefectureCode,
    ) -> StoreResult<Vec<Organization>> {
        let rows = organization::Entity::find()
            .filter(organization::Column::PrefectureCode.eq(prefecture.to_string()))
            .order_by_asc(organization::Column::Code)
            .all(&self.read)
            .await?;
        rows.into_iter().map(|row| load(row, None)).collect()
    }

    /// The bodies of an edition as it took them in, in code order; none before it did.
    pub async fn respondent_bodies(&self, edition_id: i64) -> StoreResult<Vec<Organization>> {
        use super::entities::response::Column as R;
        #[derive(sea_orm::FromQueryResult)]
        struct Line {
            code: String,
            name: String,
            kana: String,
            kind: String,
            health_center_city: bool,
            child_guidance_city: bool,
        }
        let lines = super::entities::response::Entity::find()
            .select_only()
            .columns([
                R::Code,
                R::Name,
                R::Kana,
                R::Kind,
                R::HealthCenterCity,
                R::ChildGuidanceCity,
            ])
            .filter(R::EditionId.eq(edition_id))
            .order_by_asc(R::Code)
            .into_model::<Line>()
            .all(&self.read)
            .await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(Organization {
                    code: code(&line.code)?,
                    kind: kind(&line.kind)?,
                    name: line.name,
                    kana: line.kana,
                    health_center_city: line.health_center_city,
                    child_guidance_city: line.child_guidance_city,
                })
            })
            .collect()
    }

    /// One body.
    pub async fn organization(
        &self,
        code: LocalGovernmentCode,
    ) -> StoreResult<Option<Organization>> {
        let row = organization::Entity::find_by_id(code.as_str())
            .one(&self.read)
            .await?;
        row.map(|row| load(row, None)).transpose()
    }
}

impl Transaction {
    /// Every body with its class as of a day, in code order.
    pub async fn organizations_on(&self, on: Date) -> StoreResult<Vec<Organization>> {
        all(&self.inner, Some(on)).await
    }
}
