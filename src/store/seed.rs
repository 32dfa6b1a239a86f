//! Loads the reference data that ships with the program, once: bodies, schemes, editions in
//! preparation. What is there already is left alone, so that later changes by the ministry stay.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait, QueryOrder};
use serde::Deserialize;

use super::bodies::{BodySource, NewBodyChange};
use super::calendar::HolidayYear;
use super::entities::{holiday_year, organization, scheme};

use super::schemes::Recording;
use super::{StoreError, StoreResult, Transaction};
use crate::domain::body_history::{BEGINNING, BodyChange, BodyHistory, Said};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::scheme::ImplementerKind;
use crate::domain::scheme_catalogue::usual_subsidy;
use crate::domain::survey_edition::{EditionDates, EditionDefinition, EditionKey};
use crate::domain::working_days::Holidays;

#[derive(Deserialize)]
struct OrganizationLine {
    code: LocalGovernmentCode,
    name: String,
    kana: String,
    kind: String,
    health_center_city: u8,
}

#[derive(Deserialize)]
struct ChildGuidanceLine {
    code: LocalGovernmentCode,
    since: String,
}

#[derive(Deserialize)]
struct SchemeLine {
    id: String,
    law: String,
    name_catalogue: String,
    name_form1: String,
    name_status_table: String,
    implementers: String,
    implementer_kinds: String,
    subsidy_r7: u8,
    subsidy_r8: u8,
    first_year: String,
    group: String,
    form1_r6_order: Option<i32>,
    note: String,
}

fn lines<T: for<'de> Deserialize<'de>>(what: &'static str, text: &str) -> StoreResult<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| StoreError::corrupt(what)(e.to_string()))
}

/// Loads what is missing.
pub async fn reference_data(transaction: &Transaction) -> StoreResult<()> {
    if organization::Entity::find()
        .count(&transaction.inner)
        .await?
        == 0
    {
        organizations(transaction).await?;
    }
    if scheme::Entity::find().count(&transaction.inner).await? == 0 {
        schemes(transaction).await?;
    }
    holidays(transaction).await?;
    editions(transaction).await
}

#[derive(Deserialize)]
struct HolidayLine {
    date: Date,
    name: String,
}

/// The holidays of every year after the last one that is known: a year the ministry took out stays out.
async fn holidays(transaction: &Transaction) -> StoreResult<()> {
    let last = holiday_year::Entity::find()
        .order_by_desc(holiday_year::Column::Year)
        .one(&transaction.inner)
        .await?;
    let mut years: BTreeMap<i16, Holidays> = BTreeMap::new();
    for line in lines::<HolidayLine>("holidays", migrations::data::HOLIDAYS)? {
        let of_year = years.entry(line.date.year()).or_default();
        of_year.insert(line.date, line.name);
    }
    for (year, holidays) in years {
        if last
            .as_ref()
            .is_some_and(|last| i32::from(year) <= last.year)
        {
            continue;
        }
        let shipped = HolidayYear {
            year,
            source: "内閣府「国民の祝日について」".to_owned(),
            recorded_at: UnixMillis(0),
            by: String::new(),
        };
        transaction.put_holiday_year(&shipped, &holidays).await?;
    }
    Ok(())
}

/// The bodies as one change that shipped with the program: each from the beginning, and the child-guidance
/// centres from the month in which they opened.
async fn organizations(transaction: &Transaction) -> StoreResult<()> {
    let bodies = lines::<OrganizationLine>("organizations", migrations::data::ORGANIZATIONS)?;
    let mut changes = Vec::with_capacity(bodies.len());
    for line in bodies {
        let kind: OrganizationKind = line
            .kind
            .parse()
            .map_err(|_| StoreError::corrupt("kind of body")(line.kind.clone()))?;
        let body = Organization {
            code: line.code,
            name: line.name,
            kana: line.kana,
            kind,
            health_center_city: line.health_center_city == 1,
            child_guidance_city: false,
        };
        changes.push(BodyChange {
            code: body.code,
            effective_on: BEGINNING,
            said: Said::whole(&body),
        });
    }
    for line in lines::<ChildGuidanceLine>(
        "child guidance cities",
        migrations::data::CHILD_GUIDANCE_CITIES,
    )? {
        let effective_on = format!("{}-01", line.since)
            .parse()
            .map_err(|_| StoreError::corrupt("month")(line.since))?;
        changes.push(BodyChange {
            code: line.code,
            effective_on,
            said: Said {
                child_guidance_city: Some(true),
                ..Said::default()
            },
        });
    }
    let history = BodyHistory::new(changes.clone());
    // Whoever starts the program brings it up to today.
    transaction
        .refresh_organizations(history.states(Date::MAX))
        .await?;
    let shipped = NewBodyChange {
        source: BodySource::Shipped,
        recorded_at: UnixMillis(0),
        actor: None,
        file: None,
        note: "",
    };
    transaction.insert_body_change(shipped, &changes).await?;
    Ok(())
}

async fn schemes(transaction: &Transaction) -> StoreResult<()> {
    let mut rows = Vec::new();
    for (position, line) in (1..).zip(lines::<SchemeLine>("schemes", migrations::data::SCHEMES)?) {
        for kind in line.implementer_kinds.split_whitespace() {
            kind.parse::<ImplementerKind>()
                .map_err(|_| StoreError::corrupt("implementing kind")(kind.to_owned()))?;
        }
        let first_year = line.first_year.parse::<FiscalYear>();
        rows.push(scheme::ActiveModel {
            id: Set(line.id),
            position: Set(position),
            law: Set(line.law),
            name_catalogue: Set(line.name_catalogue),
            name_form1: Set(line.name_form1),
            name_status_table: Set(line.name_status_table),
            implementers: Set(line.implementers),
            implementer_kinds: Set(line.implementer_kinds),
            subsidy_r7: Set(line.subsidy_r7 == 1),
            subsidy_r8: Set(line.subsidy_r8 == 1),
            first_year: Set(line.first_year),
            scheme_group: Set(line.group),
            form1_r6_order: Set(line.form1_r6_order),
            note: Set(line.note),
            subsidy_years: Set(
                usual_subsidy(line.subsidy_r7 == 1, line.subsidy_r8 == 1).to_string()
            ),
            // A scheme holds from the year of its mark 【R7～】 on.
            valid_from: Set(first_year.ok().map(|year| i32::from(year.western()))),
            valid_until: Set(None),
            version: Set(1),
        });
    }
    scheme::Entity::insert_many(rows)
        .exec_without_returning(&transaction.inner)
        .await?;
    let catalogue = transaction.catalogue().await?;
    let shipped = Recording {
        effective_on: BEGINNING,
        recorded_at: UnixMillis(0),
        actor: None,
    };
    let numbered = (1..).zip(catalogue.schemes());
    transaction.record_schemes(numbered, shipped).await
}

/// Dates of a shipped edition until the ministry sets them: the last day of February, as in the
/// notice of January 2025, and four more weeks for late answers and changes.
fn usual_dates(fiscal_year: u16) -> EditionDates {
    let year = i16::try_from(fiscal_year).unwrap_or(i16::MAX);
    let deadline_on = date(year, 2, 1).last_of_month();
    let later = date(year, 3, 31);
    EditionDates {
        deadline_on,
        last_new_answer_on: later,
        last_change_on: later,
    }
}

async fn editions(transaction: &Transaction) -> StoreResult<()> {
    for (key, text) in migrations::data::EDITIONS {
        let key: EditionKey = key
            .parse()
            .map_err(|_| StoreError::corrupt("edition key")(key.to_owned()))?;
        if transaction.edition(&key).await?.is_some() || transaction.was_discarded(&key).await? {
            continue;
        }
        let definition: EditionDefinition =
            toml::from_str(text).map_err(|e| StoreError::corrupt("edition")(e.to_string()))?;
        let dates = usual_dates(definition.fiscal_year.western());
        transaction.insert_edition(&key, dates, &definition).await?;
    }
    Ok(())
}
