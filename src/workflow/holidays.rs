//! The holidays of a year: taken in whole, mended day by day, or taken out.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::working_days::Holidays;
use crate::store::calendar::HolidayYear;

/// Puts the holidays of whole years in place of what was known of them.
pub async fn put_years(
    desk: &Desk,
    actor: &Actor,
    years: &BTreeMap<i16, Holidays>,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let known = transaction.working_calendar().await?;
    for (year, holidays) in years {
        // The same table sent twice changes nothing twice.
        if known
            .years()
            .any(|(at, stored)| at == *year && stored == holidays)
        {
            continue;
        }
        let new = HolidayYear {
            year: *year,
            source: "画面から登録".to_owned(),
            recorded_at: now,
            by: actor.display_name.clone(),
        };
        transaction.put_holiday_year(&new, holidays).await?;
        let detail = format!("{} days", holidays.len());
        transaction
            .audit(actor, now, "put_holidays", &subject(*year), &detail)
            .await?;
    }
    Ok(transaction.commit().await?)
}

/// Takes a year out: nothing is known of it any more.
pub async fn remove_year(desk: &Desk, actor: &Actor, year: i16) -> WorkflowResult<()> {
    change(desk, actor, year, "remove_holidays", String::new(), None).await
}

/// One holiday more, or another name for it, in a year that is known.
pub async fn put_day(desk: &Desk, actor: &Actor, day: Date, name: &str) -> WorkflowResult<()> {
    let detail = day.to_string();
    change(
        desk,
        actor,
        day.year(),
        "put_holiday",
        detail,
        Some((day, Some(name))),
    )
    .await
}

/// One holiday less.
pub async fn remove_day(desk: &Desk, actor: &Actor, day: Date) -> WorkflowResult<()> {
    let detail = day.to_string();
    change(
        desk,
        actor,
        day.year(),
        "remove_holiday",
        detail,
        Some((day, None)),
    )
    .await
}

/// Changes one day (with a name: adds it) or, without one, takes the year out.
async fn change(
    desk: &Desk,
    actor: &Actor,
    year: i16,
    action: &str,
    detail: String,
    day: Option<(Date, Option<&str>)>,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    if !transaction.working_calendar().await?.knows(year) {
        return Err(WorkflowError::Stale);
    }
    match day {
        Some((day, Some(name))) => transaction.put_holiday(day, name).await?,
        Some((day, None)) => transaction.remove_holiday(day).await?,
        None => transaction.remove_holiday_year(year).await?,
    }
    transaction
        .audit(actor, desk.now(), action, &subject(year), &detail)
        .await?;
    Ok(transaction.commit().await?)
}

fn subject(year: i16) -> String {
    format!("holidays/{year}")
}
