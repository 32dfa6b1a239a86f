//! What is planned: the days of an edition's reminders, and who paused them.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::super::columns::code;
use super::super::editions::date;
use super::super::entities::{reminder_pause, reminder_plan};
use super::super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::reminder::{Keeper, ReminderPlan};

/// The plan of an edition as its page changes it.
#[derive(Clone, Debug, Default)]
pub struct StoredPlan {
    pub plan: ReminderPlan,
    /// Grows with every change; 0 is the plan nobody has changed yet.
    pub version: i32,
    pub set_at: UnixMillis,
    pub set_by: String,
}

/// Until when nobody, or one body, is reminded.
#[derive(Clone, Debug)]
pub struct Pause {
    /// The last day without reminders.
    pub until: Date,
    pub set_at: UnixMillis,
    pub set_by: String,
}

/// Every pause there ever was, the newest of each keeper and body.
#[derive(Clone, Debug, Default)]
pub struct Pauses(HashMap<(i64, String, Option<LocalGovernmentCode>), Pause>);

impl Pauses {
    /// The pause of a keeper on a day: of everybody (`None`) or of one body by itself.
    pub fn of(
        &self,
        edition_id: i64,
        keeper: Keeper,
        body: Option<LocalGovernmentCode>,
        day: Date,
    ) -> Option<&Pause> {
        let pause = self.0.get(&(edition_id, keeper.to_string(), body))?;
        (day <= pause.until).then_some(pause)
    }

    /// Whether a body is not reminded on a day.
    pub fn holds(
        &self,
        edition_id: i64,
        keeper: Keeper,
        body: LocalGovernmentCode,
        day: Date,
    ) -> bool {
        self.of(edition_id, keeper, None, day).is_some()
            || self.of(edition_id, keeper, Some(body), day).is_some()
    }
}

fn load(row: reminder_plan::Model) -> StoreResult<(i64, StoredPlan)> {
    let plan = ReminderPlan::read(&row.before_days, &row.after_days)
        .map_err(|_| StoreError::corrupt("plan of reminders")(row.before_days))?;
    Ok((
        row.edition_id,
        StoredPlan {
            plan,
            version: row.version,
            set_at: UnixMillis(row.set_at),
            set_by: row.set_by_name,
        },
    ))
}

async fn plans(connection: &impl ConnectionTrait) -> StoreResult<HashMap<i64, StoredPlan>> {
    let rows = reminder_plan::Entity::find().all(connection).await?;
    rows.into_iter().map(load).collect()
}

async fn pauses(connection: &impl ConnectionTrait, from: Date) -> StoreResult<Pauses> {
    // Dates of this form are in the order of their texts.
    let rows = reminder_pause::Entity::find()
        .filter(reminder_pause::Column::Until.gte(from.to_string()))
        .all(connection)
        .await?;
    let read = rows.into_iter().map(|row| {
        let body = match row.code.as_str() {
            "" => None,
            text => Some(code(text)?),
        };
        let pause = Pause {
            until: date(&row.until)?,
            set_at: UnixMillis(row.set_at),
            set_by: row.set_by_name,
        };
        Ok(((row.edition_id, row.keeper, body), pause))
    });
    Ok(Pauses(read.collect::<StoreResult<_>>()?))
}

impl Store {
    /// The plans that were changed, by edition; every other edition has the usual one.
    pub async fn reminder_plans(&self) -> StoreResult<HashMap<i64, StoredPlan>> {
        plans(&self.read).await
    }

    /// The plan of one edition.
    pub async fn reminder_plan(&self, edition_id: i64) -> StoreResult<StoredPlan> {
        Ok(plans(&self.read)
            .await?
            .remove(&edition_id)
            .unwrap_or_default())
    }

    /// The pauses that hold on a day or later.
    pub async fn reminder_pauses(&self, from: Date) -> StoreResult<Pauses> {
        pauses(&self.read, from).await
    }
}

impl Transaction {
    /// As [`Store::reminder_plans`], as this transaction sees it.
    pub async fn reminder_plans(&self) -> StoreResult<HashMap<i64, StoredPlan>> {
        plans(&self.inner).await
    }

    /// As [`Store::reminder_pauses`], as this transaction sees it.
    pub async fn reminder_pauses(&self, from: Date) -> StoreResult<Pauses> {
        pauses(&self.inner, from).await
    }

    /// Changes the plan of an edition that still has the version it was read with; [`StoreError::Stale`] otherwise.
    pub async fn set_reminder_plan(
        &self,
        edition_id: i64,
        version: i32,
        plan: &ReminderPlan,
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<()> {
        use reminder_plan::Column as P;
        let row = reminder_plan::ActiveModel {
            edition_id: Set(edition_id),
            before_days: Set(plan.before_text()),
            after_days: Set(plan.after_text()),
            version: Set(version + 1),
            set_at: Set(at.0),
            set_by: Set(actor.account_id),
            set_by_name: Set(actor.display_name.clone()),
        };
        let written = if version == 0 {
            reminder_plan::Entity::insert(row)
                .on_conflict(OnConflict::column(P::EditionId).do_nothing().to_owned())
                .exec_without_returning(&self.inner)
                .await?
        } else {
            let updated = reminder_plan::Entity::update_many()
                .col_expr(P::BeforeDays, Expr::value(plan.before_text()))
                .col_expr(P::AfterDays, Expr::value(plan.after_text()))
                .col_expr(P::Version, Expr::value(version + 1))
                .col_expr(P::SetAt, Expr::value(at.0))
                .col_expr(P::SetBy, Expr::value(actor.account_id))
                .col_expr(P::SetByName, Expr::value(actor.display_name.clone()))
                .filter(P::EditionId.eq(edition_id))
                .filter(P::Version.eq(version))
                .exec(&self.inner)
                .await?;
            updated.rows_affected
        };
        match written {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Pauses the reminders of a keeper's bodies, or of one of them, up to a day; a day that is over ends the pause.
    pub async fn pause_reminders(
        &self,
        edition_id: i64,
        keeper: Keeper,
        body: Option<LocalGovernmentCode>,
        until: Date,
        (actor, at): (&Actor, UnixMillis),
    ) -> StoreResult<()> {
        use reminder_pause::Column as P;
        let row = reminder_pause::ActiveModel {
            edition_id: Set(edition_id),
            keeper: Set(keeper.to_string()),
            code: Set(body.map(|code| code.to_string()).unwrap_or_default()),
            until: Set(until.to_string()),
            set_at: Set(at.0),
            set_by: Set(actor.account_id),
            set_by_name: Set(actor.display_name.clone()),
        };
        reminder_pause::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([P::EditionId, P::Keeper, P::Code])
                    .update_columns([P::Until, P::SetAt, P::SetBy, P::SetByName])
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
