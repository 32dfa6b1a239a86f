//! The holidays of the years that are known. A year is known whole or not at all.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::editions::date;
use super::entities::{holiday, holiday_year};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;
use crate::domain::working_days::{Holidays, WorkingCalendar};
use jiff::civil::Date;

/// Where the holidays of a year come from.
#[derive(Clone, Debug)]
pub struct HolidayYear {
    pub year: i16,
    pub source: String,
    pub recorded_at: UnixMillis,
    /// Empty for what ships with the program.
    pub by: String,
}

fn year(stored: i32) -> StoreResult<i16> {
    i16::try_from(stored).map_err(|_| StoreError::corrupt("year")(stored.to_string()))
}

async fn calendar(connection: &impl ConnectionTrait) -> StoreResult<WorkingCalendar> {
    let years = holiday_year::Entity::find().all(connection).await?;
    let years: Vec<i16> = years
        .into_iter()
        .map(|row| year(row.year))
        .collect::<StoreResult<_>>()?;
    let rows = holiday::Entity::find().all(connection).await?;
    let days: Vec<(Date, String)> = rows
        .into_iter()
        .map(|row| Ok((date(&row.day)?, row.name)))
        .collect::<StoreResult<_>>()?;
    Ok(WorkingCalendar::new(years, days))
}

impl Store {
    /// The working days as far as holidays are known.
    pub async fn working_calendar(&self) -> StoreResult<WorkingCalendar> {
        calendar(&self.read).await
    }

    /// The years whose holidays are known, in order.
    pub async fn holiday_years(&self) -> StoreResult<Vec<HolidayYear>> {
        let rows = holiday_year::Entity::find()
            .order_by_asc(holiday_year::Column::Year)
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(HolidayYear {
                    year: year(row.year)?,
                    source: row.source,
                    recorded_at: UnixMillis(row.recorded_at),
                    by: row.actor_name,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// The working days, as this transaction sees them.
    pub async fn working_calendar(&self) -> StoreResult<WorkingCalendar> {
        calendar(&self.inner).await
    }

    /// Puts the holidays of a whole year in place of those that stood there.
    pub async fn put_holiday_year(
        &self,
        new: &HolidayYear,
        holidays: &Holidays,
    ) -> StoreResult<()> {
        self.remove_holiday_year(new.year).await?;
        let row = holiday_year::ActiveModel {
            year: Set(i32::from(new.year)),
            source: Set(new.source.clone()),
            recorded_at: Set(new.recorded_at.0),
            actor_name: Set(new.by.clone()),
        };
        holiday_year::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        let rows: Vec<_> = holidays
            .iter()
            .map(|(day, name)| row_of(*day, name))
            .collect();
        holiday::Entity::insert_many(rows)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets a year: nothing is known of it any more.
    pub async fn remove_holiday_year(&self, year: i16) -> StoreResult<()> {
        holiday_year::Entity::delete_by_id(i32::from(year))
            .exec(&self.inner)
            .await?;
        // Dates of this form are in the order of their texts.
        holiday::Entity::delete_many()
            .filter(holiday::Column::Day.gte(format!("{year:04}-01-01")))
            .filter(holiday::Column::Day.lte(format!("{year:04}-12-31")))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// One holiday more in a year that is known, or another name for it.
    pub async fn put_holiday(&self, day: Date, name: &str) -> StoreResult<()> {
        holiday::Entity::insert(row_of(day, name))
            .on_conflict(
                OnConflict::column(holiday::Column::Day)
                    .update_column(holiday::Column::Name)
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// One holiday less.
    pub async fn remove_holiday(&self, day: Date) -> StoreResult<()> {
        holiday::Entity::delete_by_id(day.to_string())
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}

fn row_of(day: Date, name: &str) -> holiday::ActiveModel {
    holiday::ActiveModel {
        day: Set(day.to_string()),
        name: Set(name.to_owned()),
    }
}
