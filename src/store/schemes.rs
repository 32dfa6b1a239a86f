//! The catalogue of schemes, and every version of it: `scheme` is what it is today, `scheme_version` what it was.

use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::editions::date;
use super::entities::{scheme, scheme_version};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::scheme::{ImplementerKind, Scheme, SchemeId};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::scheme_history::{SchemeHistory, SchemeVersion};

/// When versions are recorded, by whom, and from which day on tables print them.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    pub effective_on: Date,
    /// Moved on to the moment of the version before, should the clock have gone back.
    pub recorded_at: UnixMillis,
    /// `None` for what ships with the program.
    pub actor: Option<&'a Actor>,
}

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

    /// Every version of every scheme that had been recorded up to a moment (`None`: up to now).
    pub async fn scheme_history(&self, known_at: Option<UnixMillis>) -> StoreResult<SchemeHistory> {
        history(&self.read, known_at, None).await
    }

    /// Every version of one scheme.
    pub async fn versions_of_scheme(&self, id: &SchemeId) -> StoreResult<SchemeHistory> {
        history(&self.read, None, Some(id)).await
    }
}

async fn history(
    connection: &impl ConnectionTrait,
    known_at: Option<UnixMillis>,
    id: Option<&SchemeId>,
) -> StoreResult<SchemeHistory> {
    use scheme_version::Column as V;
    let mut query = scheme_version::Entity::find().order_by_asc(V::Id);
    if let Some(known_at) = known_at {
        query = query.filter(V::RecordedAt.lte(known_at.0));
    }
    if let Some(id) = id {
        query = query.filter(V::SchemeId.eq(id.as_str()));
    }
    let rows = query.all(connection).await?;
    let versions: StoreResult<Vec<_>> = rows.into_iter().map(load_version).collect();
    Ok(SchemeHistory::new(versions?))
}

fn load_version(row: scheme_version::Model) -> StoreResult<SchemeVersion> {
    let effective_on = date(&row.effective_on)?;
    let (position, recorded_at) = (row.position, UnixMillis(row.recorded_at));
    let (actor_name, actor_body) = (row.actor_name, row.actor_body);
    let scheme = load(scheme::Model {
        id: row.scheme_id,
        position,
        law: row.law,
        name_catalogue: row.name_catalogue,
        name_form1: row.name_form1,
        name_status_table: row.name_status_table,
        implementers: row.implementers,
        implementer_kinds: row.implementer_kinds,
        // Read by nobody.
        subsidy_r7: false,
        subsidy_r8: false,
        first_year: row.first_year,
        scheme_group: row.scheme_group,
        form1_r6_order: row.form1_r6_order,
        note: row.note,
        subsidy_years: row.subsidy_years,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        version: row.version,
    })?;
    Ok(SchemeVersion {
        scheme,
        position,
        effective_on,
        recorded_at,
        actor_name,
        actor_body,
    })
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

    /// Every version of every scheme.
    pub async fn scheme_history(&self) -> StoreResult<SchemeHistory> {
        history(&self.inner, None, None).await
    }

    /// Every version of one scheme.
    pub async fn versions_of_scheme(&self, id: &SchemeId) -> StoreResult<SchemeHistory> {
        history(&self.inner, None, Some(id)).await
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

    /// Adds versions, each with its place from 1; the catalogue must be held.
    pub async fn record_schemes(
        &self,
        schemes: impl IntoIterator<Item = (i32, &Scheme)>,
        recording: Recording<'_>,
    ) -> StoreResult<()> {
        use scheme_version::Column as V;
        let last: Option<Option<i64>> = scheme_version::Entity::find()
            .select_only()
            .expr(Expr::col(V::RecordedAt).max())
            .into_tuple()
            .one(&self.inner)
            .await?;
        let recorded_at = Ord::max(last.flatten().unwrap_or(0), recording.recorded_at.0);
        let actor = recording.actor;
        let rows: Vec<_> = schemes
            .into_iter()
            .map(|(position, scheme)| {
                let said = columns(scheme);
                scheme_version::ActiveModel {
                    id: NotSet,
                    scheme_id: Set(scheme.id.to_string()),
                    version: Set(scheme.version),
                    effective_on: Set(recording.effective_on.to_string()),
                    recorded_at: Set(recorded_at),
                    account_id: Set(actor.map_or(0, |actor| actor.account_id)),
                    actor_name: Set(actor.map_or(String::new(), |it| it.display_name.clone())),
                    actor_body: Set(actor.map_or(String::new(), |it| it.body_name().to_owned())),
                    position: Set(position),
                    law: said.law,
                    name_catalogue: said.name_catalogue,
                    name_form1: said.name_form1,
                    name_status_table: said.name_status_table,
                    implementers: said.implementers,
                    implementer_kinds: said.implementer_kinds,
                    subsidy_years: said.subsidy_years,
                    valid_from: said.valid_from,
                    valid_until: said.valid_until,
                    first_year: said.first_year,
                    scheme_group: said.scheme_group,
                    form1_r6_order: said.form1_r6_order,
                    note: said.note,
                }
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        scheme_version::Entity::insert_many(rows)
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
