//! Extensions of single bodies' deadlines: only ever added to. The deadline that holds stands on the answer's row.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::code;
use super::editions::date;
use super::entities::{extension, response};
use super::responses::ResponseRecord;
use super::{Store, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::deadline_extension::Extension;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// A new deadline of a body, about to be written.
pub struct NewExtension<'a> {
    pub deadline_on: Date,
    pub reason: &'a str,
    pub at: UnixMillis,
}

fn load(row: extension::Model) -> StoreResult<Extension> {
    Ok(Extension {
        id: row.id,
        deadline_before: date(&row.deadline_before)?,
        deadline_on: date(&row.deadline_on)?,
        reason: row.reason,
        at: UnixMillis(row.at),
        by: row.actor_name,
        body: row.actor_body,
    })
}

async fn of_response(
    connection: &impl ConnectionTrait,
    response_id: i64,
) -> StoreResult<Vec<Extension>> {
    let rows = extension::Entity::find()
        .filter(extension::Column::ResponseId.eq(response_id))
        .order_by_asc(extension::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(load).collect()
}

impl Store {
    /// The extensions of an answer's deadline, oldest first.
    pub async fn extensions_of(&self, response_id: i64) -> StoreResult<Vec<Extension>> {
        of_response(&self.read, response_id).await
    }

    /// The bodies of an edition that were given more time.
    pub async fn extended_bodies(
        &self,
        edition_id: i64,
    ) -> StoreResult<HashSet<LocalGovernmentCode>> {
        let codes: Vec<String> = extension::Entity::find()
            .select_only()
            .column(extension::Column::Code)
            .filter(extension::Column::EditionId.eq(edition_id))
            .into_tuple()
            .all(&self.read)
            .await?;
        codes.iter().map(|text| code(text)).collect()
    }

    /// The newest extension of each edition in which a body has one.
    pub async fn own_extensions(
        &self,
        body: LocalGovernmentCode,
    ) -> StoreResult<HashMap<i64, Extension>> {
        let rows = extension::Entity::find()
            .filter(extension::Column::Code.eq(body.as_str()))
            .order_by_asc(extension::Column::Id)
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.edition_id, load(row)?)))
            .collect()
    }
}

impl Transaction {
    /// As [`Store::extensions_of`], as this transaction sees it.
    pub async fn extensions_of(&self, response_id: i64) -> StoreResult<Vec<Extension>> {
        of_response(&self.inner, response_id).await
    }

    /// Gives one body another deadline. The answer's version stays: whoever is about to submit is not disturbed.
    pub async fn extend(
        &self,
        record: &ResponseRecord,
        actor: &Actor,
        new: &NewExtension<'_>,
    ) -> StoreResult<()> {
        let row = extension::ActiveModel {
            id: NotSet,
            edition_id: Set(record.edition.id),
            response_id: Set(record.id),
            code: Set(record.code().to_string()),
            deadline_before: Set(record.deadline_on.to_string()),
            deadline_on: Set(new.deadline_on.to_string()),
            reason: Set(new.reason.to_owned()),
            at: Set(new.at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(actor.display_name.clone()),
            actor_body: Set(actor.body_name().to_owned()),
        };
        extension::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        response::Entity::update_many()
            .col_expr(
                response::Column::DeadlineOn,
                Expr::value(new.deadline_on.to_string()),
            )
            .filter(response::Column::Id.eq(record.id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// After the deadlines of many were set: a body that was given more time keeps it, up to the last day for new
    /// answers.
    pub async fn keep_extensions(
        &self,
        edition_id: i64,
        last_new_answer_on: Date,
    ) -> StoreResult<()> {
        use extension::Column as X;
        let rows: Vec<(i64, String)> = extension::Entity::find()
            .select_only()
            .columns([X::ResponseId, X::DeadlineOn])
            .filter(X::EditionId.eq(edition_id))
            .order_by_asc(X::Id)
            .into_tuple()
            .all(&self.inner)
            .await?;
        // The newest of each body.
        let newest: HashMap<i64, String> = rows.into_iter().collect();
        for (response_id, deadline_on) in newest {
            let held = date(&deadline_on)?.min(last_new_answer_on).to_string();
            response::Entity::update_many()
                .col_expr(response::Column::DeadlineOn, Expr::value(held.clone()))
                .filter(response::Column::Id.eq(response_id))
                // Dates of this form are in the order of their texts.
                .filter(response::Column::DeadlineOn.lt(held))
                .exec(&self.inner)
                .await?;
        }
        Ok(())
    }
}
