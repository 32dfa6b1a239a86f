//! Editions and the prefectures' own deadlines.
//!
//! A definition is some kilobytes of wording that every page of the form needs. It is read once and
//! kept by id and version: an open edition's definition is frozen, and a changed one has a new
//! version, so any number of nodes may keep copies without telling each other.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType},
};

use super::entities::{response, survey_edition};
use super::visits::Cursor;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::CountryScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::{
    EditionDates, EditionDefinition, EditionKey, EditionState, SurveyEdition,
};

pub mod discarding;
pub mod making;

/// Definitions by edition id, each with the version it was read at.
#[derive(Default)]
pub struct DefinitionCache(RwLock<HashMap<i64, (i32, Arc<EditionDefinition>)>>);

impl DefinitionCache {
    pub(super) async fn get(
        &self,
        connection: &impl ConnectionTrait,
        id: i64,
        version: i32,
    ) -> StoreResult<Arc<EditionDefinition>> {
        if let Ok(kept) = self.0.read()
            && let Some((kept_version, definition)) = kept.get(&id)
            && *kept_version == version
        {
            return Ok(Arc::clone(definition));
        }
        let row = survey_edition::Entity::find_by_id(id)
            .one(connection)
            .await?
            .ok_or_else(|| StoreError::corrupt("edition")("missing".to_owned()))?;
        let definition: EditionDefinition = serde_json::from_str(&row.definition)
            .map_err(|e| StoreError::corrupt("edition definition")(e.to_string()))?;
        let definition = Arc::new(definition);
        if let Ok(mut kept) = self.0.write() {
            kept.insert(id, (row.definition_version, Arc::clone(&definition)));
        }
        Ok(definition)
    }
}

/// An edition's row without its definition.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct EditionRow {
    pub edition_id: i64,
    pub edition_key: String,
    pub edition_state: String,
    pub edition_deadline_on: String,
    pub last_new_answer_on: String,
    pub last_change_on: String,
    pub definition_version: i32,
    pub trial_of: Option<String>,
}

impl EditionRow {
    /// Adds the columns of an [`EditionRow`] to a query that selects from or joins the edition.
    pub(super) fn select<Q: QuerySelect>(query: Q) -> Q {
        use survey_edition::Column as E;
        query
            .column_as(E::Id, "edition_id")
            .column_as(E::Key, "edition_key")
            .column_as(E::State, "edition_state")
            .column_as(E::DeadlineOn, "edition_deadline_on")
            .column_as(E::LastNewAnswerOn, "last_new_answer_on")
            .column_as(E::LastChangeOn, "last_change_on")
            .column_as(E::DefinitionVersion, "definition_version")
            .column_as(E::TrialOf, "trial_of")
    }

    /// The columns, in the order in which [`EditionRow::read`] takes them.
    pub(super) const COLUMNS: [survey_edition::Column; 8] = {
        use survey_edition::Column as E;
        [
            E::Id,
            E::Key,
            E::State,
            E::DeadlineOn,
            E::LastNewAnswerOn,
            E::LastChangeOn,
            E::DefinitionVersion,
            E::TrialOf,
        ]
    };

    /// Reads the columns by position.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> StoreResult<Self> {
        Ok(Self {
            edition_id: cursor.next()?,
            edition_key: cursor.next()?,
            edition_state: cursor.next()?,
            edition_deadline_on: cursor.next()?,
            last_new_answer_on: cursor.next()?,
            last_change_on: cursor.next()?,
            definition_version: cursor.next()?,
            trial_of: cursor.next()?,
        })
    }

    pub(super) async fn load(
        self,
        cache: &DefinitionCache,
        connection: &impl ConnectionTrait,
    ) -> StoreResult<SurveyEdition> {
        let definition = cache
            .get(connection, self.edition_id, self.definition_version)
            .await?;
        Ok(SurveyEdition {
            id: self.edition_id,
            key: key(&self.edition_key)?,
            state: EditionState::from_stored(&self.edition_state)
                .ok_or_else(|| StoreError::corrupt("edition state")(self.edition_state.clone()))?,
            dates: EditionDates {
                deadline_on: date(&self.edition_deadline_on)?,
                last_new_answer_on: date(&self.last_new_answer_on)?,
                last_change_on: date(&self.last_change_on)?,
            },
            definition,
            definition_version: self.definition_version,
            trial_of: self.trial_of.as_deref().map(key).transpose()?,
        })
    }
}

pub(super) fn key(text: &str) -> StoreResult<EditionKey> {
    text.parse()
        .map_err(|_| StoreError::corrupt("edition key")(text.to_owned()))
}

/// Reads a stored date.
pub(super) fn date(text: &str) -> StoreResult<Date> {
    text.parse()
        .map_err(|_| StoreError::corrupt("date")(text.to_owned()))
}

/// What the column says of a definition: for SQL that lists surveys of intents only.
fn follow_up_of(definition: &EditionDefinition) -> Option<String> {
    let rule = definition.required_amounts.as_ref();
    rule.map(|rule| rule.source.to_string())
}

async fn editions(
    connection: &impl ConnectionTrait,
    cache: &DefinitionCache,
    key: Option<&EditionKey>,
) -> StoreResult<Vec<SurveyEdition>> {
    let mut query = EditionRow::select(survey_edition::Entity::find().select_only())
        .order_by_desc(survey_edition::Column::FiscalYear)
        .order_by_desc(survey_edition::Column::Id);
    if let Some(key) = key {
        query = query.filter(survey_edition::Column::Key.eq(key.as_str()));
    }
    let rows = query.into_model::<EditionRow>().all(connection).await?;
    let mut editions = Vec::with_capacity(rows.len());
    for row in rows {
        editions.push(row.load(cache, connection).await?);
    }
    Ok(editions)
}

impl Store {
    /// Every edition, newest first.
    pub async fn editions(&self) -> StoreResult<Vec<SurveyEdition>> {
        editions(&self.read, &self.definitions, None).await
    }

    /// One edition by key.
    pub async fn edition(&self, key: &EditionKey) -> StoreResult<Option<SurveyEdition>> {
        Ok(editions(&self.read, &self.definitions, Some(key))
            .await?
            .pop())
    }

    /// Whether an edition was ever open: one that was filled from files afterwards was not.
    pub async fn was_opened(&self, id: i64) -> StoreResult<bool> {
        let row = survey_edition::Entity::find_by_id(id)
            .one(&self.read)
            .await?;
        Ok(row.is_some_and(|row| row.opened_at.is_some()))
    }

    /// Every edition's bodies by status: (edition id, status, bodies).
    pub async fn edition_counts(
        &self,
        _scope: CountryScope,
    ) -> StoreResult<Vec<(i64, ResponseStatus, u64)>> {
        #[derive(FromQueryResult)]
        struct Line {
            edition_id: i64,
            status: String,
            count: i64,
        }
        use response::Column as R;
        let lines = response::Entity::find()
            .select_only()
            .columns([R::EditionId, R::Status])
            .column_as(Expr::col(R::Id).count(), "count")
            .group_by(R::EditionId)
            .group_by(R::Status)
            .into_model::<Line>()
            .all(&self.read)
            .await?;
        lines
            .into_iter()
            .map(|line| {
                Ok((
                    line.edition_id,
                    super::columns::status(&line.status)?,
                    u64::try_from(line.count).unwrap_or(0),
                ))
            })
            .collect()
    }
}

impl Transaction {
    /// One edition by key.
    pub async fn edition(&self, key: &EditionKey) -> StoreResult<Option<SurveyEdition>> {
        Ok(editions(&self.inner, &self.definitions, Some(key))
            .await?
            .pop())
    }

    /// One edition by key, held until the end of the transaction: its state and dates stay as they are
    /// read here. SQLite holds everything anyway.
    pub async fn lock_edition(&self, key: &EditionKey) -> StoreResult<Option<SurveyEdition>> {
        let _: Option<i64> = survey_edition::Entity::find()
            .select_only()
            .column(survey_edition::Column::Id)
            .filter(survey_edition::Column::Key.eq(key.as_str()))
            .lock(LockType::NoKeyUpdate)
            .into_tuple()
            .one(&self.inner)
            .await?;
        self.edition(key).await
    }

    /// Whether an edition is open; it is not closed before the end of the transaction. SQLite has one
    /// writer, and every change of an answer asks for the state itself: nothing is read there.
    pub async fn hold_open(&self, id: i64) -> StoreResult<bool> {
        if !self.is_postgres() {
            return Ok(true);
        }
        let state: Option<String> = survey_edition::Entity::find_by_id(id)
            .select_only()
            .column(survey_edition::Column::State)
            .lock(LockType::Share)
            .into_tuple()
            .one(&self.inner)
            .await?;
        Ok(state.as_deref() == Some(EditionState::Open.as_str()))
    }

    /// Every edition, newest first.
    pub async fn editions(&self) -> StoreResult<Vec<SurveyEdition>> {
        editions(&self.inner, &self.definitions, None).await
    }

    /// Adds an edition in preparation and returns its id.
    pub async fn insert_edition(
        &self,
        key: &EditionKey,
        dates: EditionDates,
        definition: &EditionDefinition,
    ) -> StoreResult<i64> {
        let text = serde_json::to_string(definition)
            .map_err(|e| StoreError::corrupt("edition definition")(e.to_string()))?;
        let row = survey_edition::ActiveModel {
            key: Set(key.to_string()),
            fiscal_year: Set(i32::from(definition.fiscal_year.western())),
            state: Set(EditionState::Preparing.as_str().to_owned()),
            deadline_on: Set(dates.deadline_on.to_string()),
            last_new_answer_on: Set(dates.last_new_answer_on.to_string()),
            last_change_on: Set(dates.last_change_on.to_string()),
            definition: Set(text),
            definition_version: Set(1),
            follow_up_of: Set(follow_up_of(definition)),
            ..Default::default()
        };
        Ok(survey_edition::Entity::insert(row)
            .exec(&self.inner)
            .await?
            .last_insert_id)
    }

    /// Sets the dates of an edition.
    pub async fn set_edition_dates(&self, id: i64, dates: EditionDates) -> StoreResult<()> {
        let row = survey_edition::ActiveModel {
            id: Set(id),
            deadline_on: Set(dates.deadline_on.to_string()),
            last_new_answer_on: Set(dates.last_new_answer_on.to_string()),
            last_change_on: Set(dates.last_change_on.to_string()),
            ..Default::default()
        };
        survey_edition::Entity::update(row)
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Opens or closes an edition.
    pub async fn set_edition_state(
        &self,
        id: i64,
        state: EditionState,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let mut row = survey_edition::ActiveModel {
            id: Set(id),
            state: Set(state.as_str().to_owned()),
            ..Default::default()
        };
        match state {
            EditionState::Open => row.opened_at = Set(Some(at.0)),
            EditionState::Closed => row.closed_at = Set(Some(at.0)),
            EditionState::Preparing => {}
        }
        survey_edition::Entity::update(row)
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
