//! The catalogue of schemes.

use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::entities::scheme;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::scheme::{ImplementerKind, Scheme};
use crate::domain::scheme_catalogue::Catalogue;

pub(super) async fn catalogue(connection: &impl ConnectionTrait) -> StoreResult<Catalogue> {
    let rows = scheme::Entity::find()
        .order_by_asc(scheme::Column::Position)
        .all(connection)
        .await?;
    let schemes: StoreResult<Vec<_>> = rows.into_iter().map(load).collect();
    Ok(Catalogue::new(schemes?))
}

fn load(row: scheme::Model) -> StoreResult<Scheme> {
    let corrupt = |detail: &str| StoreError::corrupt("scheme")(detail.to_owned());
    let text = |text: String| (!text.is_empty()).then_some(text);
    let first_year = match row.first_year.as_str() {
        "" => None,
        year => Some(year.parse().map_err(|_| corrupt(year))?),
    };
    let order = row.form1_r6_order.map(u8::try_from).transpose();
    Ok(Scheme {
        id: row.id.parse().map_err(|_| corrupt(&row.id))?,
        law: text(row.law),
        name_catalogue: row.name_catalogue,
        name_form1: text(row.name_form1),
        name_status_table: text(row.name_status_table),
        implementers: row.implementers,
        implementer_kinds: ImplementerKind::parse_list(&row.implementer_kinds)
            .map_err(|problem| corrupt(&problem.0))?,
        subsidy_r7: row.subsidy_r7,
        subsidy_r8: row.subsidy_r8,
        first_year,
        group: row
            .scheme_group
            .parse()
            .map_err(|_| corrupt(&row.scheme_group))?,
        form1_r6_order: order.map_err(|_| corrupt(&row.id))?,
        note: row.note,
    })
}

impl Store {
    /// All schemes, in the catalogue's order.
    pub async fn catalogue(&self) -> StoreResult<Catalogue> {
        catalogue(&self.read).await
    }
}

impl Transaction {
    /// All schemes, in the catalogue's order.
    pub async fn catalogue(&self) -> StoreResult<Catalogue> {
        catalogue(&self.inner).await
    }
}
