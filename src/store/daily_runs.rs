//! What is done once a day, whichever node comes first.

use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::editions::date;
use super::entities::daily_run;
use super::{Store, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;

/// What is done once a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Daily {
    Reminders,
    Digest,
}

impl Daily {
    fn as_str(self) -> &'static str {
        ["reminders", "digest"][self as usize]
    }
}

/// The last time it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyRun {
    pub day: Date,
    pub at: UnixMillis,
}

/// A clock that stepped back by less is believed to have done so; a day further ahead was an error of the clock.
const AHEAD_AT_MOST: i64 = 10;

impl Store {
    /// Whether it was done on a day.
    pub async fn has_run(&self, daily: Daily, day: Date) -> StoreResult<bool> {
        let id = (daily.as_str().to_owned(), day.to_string());
        let row = daily_run::Entity::find_by_id(id).one(&self.read).await?;
        Ok(row.is_some())
    }
}

impl Transaction {
    /// Takes it upon this transaction to do it today. `Ok(None)` if somebody did, or if a day after this one was done
    /// already because the clock stepped back; else the last time before today, if there was one.
    pub async fn begin_daily(
        &self,
        daily: Daily,
        today: Date,
        now: UnixMillis,
    ) -> StoreResult<Option<Option<DailyRun>>> {
        use daily_run::Column as D;
        let limit = today.saturating_add(jiff::Span::new().days(AHEAD_AT_MOST));
        // Dates of this form are in the order of their texts.
        let newest = daily_run::Entity::find()
            .filter(D::Name.eq(daily.as_str()))
            .filter(D::Day.lte(limit.to_string()))
            .order_by_desc(D::Day)
            .one(&self.inner)
            .await?;
        let newest = newest
            .map(|row| {
                let at = UnixMillis(row.at);
                Ok::<_, super::StoreError>(DailyRun {
                    day: date(&row.day)?,
                    at,
                })
            })
            .transpose()?;
        if newest.is_some_and(|run| run.day >= today) {
            return Ok(None);
        }
        let row = daily_run::ActiveModel {
            name: Set(daily.as_str().to_owned()),
            day: Set(today.to_string()),
            at: Set(now.0),
        };
        // Another node that came first holds the row until it commits.
        let written = daily_run::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([D::Name, D::Day])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok((written == 1).then_some(newest))
    }
}
