//! The catalogue of schemes.

use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::entities::scheme;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::scheme::{ImplementerKind, Scheme, SchemeId};
use crate::domain::scheme_catalogue::Catalogue;

pub(super) async fn catalogue(connection: &impl ConnectionTrait) -> StoreResult<Catalogue> {
    let rows = scheme::Entity::find()
        .order_by_asc(scheme::Column::Position)
        .order_by_asc(scheme::Column::Id)
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
    let year = |western: Option<i32>| {
        western
            .map(|western| {
                let year = u16::try_from(western).ok();
                let year = year.and_then(|year| FiscalYear::try_from(year).ok());
                year.ok_or_else(|| corrupt(&western.to_string()))
            })
            .transpose()
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
        subsidy: row
            .subsidy_years
            .parse()
            .map_err(|_| corrupt(&row.subsidy_years))?,
        valid_from: year(row.valid_from)?,
        valid_until: year(row.valid_until)?,
        first_year,
        group: row
            .scheme_group
            .parse()
            .map_err(|_| corrupt(&row.scheme_group))?,
        form1_r6_order: order.map_err(|_| corrupt(&row.id))?,
        note: row.note,
        version: row.version,
    })
}

/// Everything but id, position and version.
fn columns(scheme: &Scheme) -> scheme::ActiveModel {
    let kinds: Vec<_> = scheme
        .implementer_kinds
        .iter()
        .map(|k| k.to_string())
        .collect();
    let year = |year: Option<FiscalYear>| year.map(|year| i32::from(year.western()));
    let covered = |western: u16| {
        FiscalYear::try_from(western).is_ok_and(|year| scheme.subsidy.contains(year))
    };
    scheme::ActiveModel {
        law: Set(scheme.law.clone().unwrap_or_default()),
        name_catalogue: Set(scheme.name_catalogue.clone()),
        name_form1: Set(scheme.name_form1.clone().unwrap_or_default()),
        name_status_table: Set(scheme.name_status_table.clone().unwrap_or_default()),
        implementers: Set(scheme.implementers.clone()),
        implementer_kinds: Set(kinds.join(" ")),
        // Read by nobody any more; kept true for a program of the version before.
        subsidy_r7: Set(covered(2025)),
        subsidy_r8: Set(covered(2026)),
        subsidy_years: Set(scheme.subsidy.to_string()),
        valid_from: Set(year(scheme.valid_from)),
        valid_until: Set(year(scheme.valid_until)),
        first_year: Set(scheme
            .first_year
            .map(|year| year.short())
            .unwrap_or_default()),
        scheme_group: Set(scheme.group.as_str().to_owned()),
        form1_r6_order: Set(scheme.form1_r6_order.map(i32::from)),
        note: Set(scheme.note.clone()),
        ..Default::default()
    }
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

    /// The same, held until the end: nobody else changes the catalogue meanwhile.
    pub async fn hold_catalogue(&self) -> StoreResult<Catalogue> {
        if self.is_postgres() {
            let _: Vec<String> = scheme::Entity::find()
                .select_only()
                .column(scheme::Column::Id)
                .order_by_asc(scheme::Column::Id)
                .lock(LockType::Update)
                .into_tuple()
                .all(&self.inner)
                .await?;
        }
        self.catalogue().await
    }

    /// Changes a scheme that still has the version it was read with; [`StoreError::Stale`] otherwise.
    pub async fn update_scheme(&self, scheme: &Scheme) -> StoreResult<()> {
        let row = scheme::ActiveModel {
            version: Set(scheme.version + 1),
            ..columns(scheme)
        };
        let done = scheme::Entity::update_many()
            .set(row)
            .filter(scheme::Column::Id.eq(scheme.id.as_str()))
            .filter(scheme::Column::Version.eq(scheme.version))
            .exec(&self.inner)
            .await?;
        match done.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Adds a scheme at the end of the catalogue.
    pub async fn insert_scheme(&self, scheme: &Scheme) -> StoreResult<()> {
        let last: Option<Option<i32>> = scheme::Entity::find()
            .select_only()
            .expr(Expr::col(scheme::Column::Position).max())
            .into_tuple()
            .one(&self.inner)
            .await?;
        let row = scheme::ActiveModel {
            id: Set(scheme.id.to_string()),
            position: Set(last.flatten().unwrap_or(0) + 1),
            version: Set(1),
            ..columns(scheme)
        };
        scheme::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Numbers the schemes anew, in this order.
    pub async fn order_schemes(&self, ids: &[SchemeId]) -> StoreResult<()> {
        for (position, id) in (1..).zip(ids) {
            scheme::Entity::update_many()
                .col_expr(scheme::Column::Position, Expr::value(position))
                .filter(scheme::Column::Id.eq(id.as_str()))
                .filter(scheme::Column::Position.ne(position))
                .exec(&self.inner)
                .await?;
        }
        Ok(())
    }
}
