//! Editions in preparation: their definition, when they open by themselves, and trials.

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::columns::{document, to_document};
use super::super::entities::{response, survey_edition};
use super::super::{Store, StoreError, StoreResult, Transaction};
use super::{date, key};
use crate::domain::account::Actor;
use crate::domain::survey_edition::{
    EditionDates, EditionDefinition, EditionKey, EditionState, SurveyEdition,
};

/// What is planned for an edition in preparation.
#[derive(Clone, Debug, Default)]
pub struct EditionPlan {
    /// The day whose classes and routes are taken; `None` is the day it opens.
    pub respondents_as_of: Option<Date>,
    pub opening: Option<PlannedOpening>,
    /// Why the last opening on a date did not take place.
    pub refused: Vec<String>,
}

/// An opening on a date, and whoever said so.
#[derive(Clone, Debug)]
pub struct PlannedOpening {
    /// It opens with the beginning of this day in Japan.
    pub on: Date,
    pub set_by: i64,
    pub set_by_name: String,
    /// Ids of the warnings that were ticked.
    pub ticked: Vec<String>,
}

fn plan(row: survey_edition::Model) -> StoreResult<EditionPlan> {
    let opening = match (row.opens_on, row.opens_set_by) {
        (Some(on), Some(set_by)) => Some(PlannedOpening {
            on: date(&on)?,
            set_by,
            set_by_name: row.opens_set_by_name.unwrap_or_default(),
            ticked: texts(row.opens_confirmed)?,
        }),
        _ => None,
    };
    Ok(EditionPlan {
        respondents_as_of: row.respondents_as_of.as_deref().map(date).transpose()?,
        opening,
        refused: texts(row.opening_refused)?,
    })
}

fn texts(stored: Option<String>) -> StoreResult<Vec<String>> {
    stored.map_or(Ok(Vec::new()), |text| document("list of texts", &text))
}

impl Store {
    /// What is planned for an edition.
    pub async fn edition_plan(&self, id: i64) -> StoreResult<EditionPlan> {
        let row = survey_edition::Entity::find_by_id(id)
            .one(&self.read)
            .await?;
        row.map_or_else(|| Ok(EditionPlan::default()), plan)
    }

    /// The editions in preparation that were to open on this day or an earlier one.
    pub async fn editions_due(&self, today: Date) -> StoreResult<Vec<EditionKey>> {
        use survey_edition::Column as E;
        let keys: Vec<String> = survey_edition::Entity::find()
            .select_only()
            .column(E::Key)
            .filter(E::State.eq(EditionState::Preparing.as_str()))
            // Dates of this form are in the order of their texts.
            .filter(E::OpensOn.lte(today.to_string()))
            .order_by_asc(E::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        keys.iter().map(|text| key(text)).collect()
    }

    /// Whether a prefecture, or any other body, takes part in an edition.
    pub async fn takes_part(&self, edition_id: i64, code: &str) -> StoreResult<bool> {
        let id: Option<i64> = response::Entity::find()
            .select_only()
            .column(response::Column::Id)
            .filter(response::Column::EditionId.eq(edition_id))
            .filter(response::Column::Code.eq(code))
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(id.is_some())
    }
}

impl Transaction {
    /// What is planned for an edition.
    pub async fn edition_plan(&self, id: i64) -> StoreResult<EditionPlan> {
        let row = survey_edition::Entity::find_by_id(id)
            .one(&self.inner)
            .await?;
        row.map_or_else(|| Ok(EditionPlan::default()), plan)
    }

    /// Changes the definition of an edition that still has the version it was read with;
    /// [`StoreError::Stale`] otherwise.
    pub async fn set_definition(
        &self,
        edition: &SurveyEdition,
        definition: &EditionDefinition,
    ) -> StoreResult<()> {
        use survey_edition::Column as E;
        let row = survey_edition::ActiveModel {
            fiscal_year: Set(i32::from(definition.fiscal_year.western())),
            definition: Set(to_document("edition definition", definition)?),
            definition_version: Set(edition.definition_version + 1),
            ..Default::default()
        };
        let done = survey_edition::Entity::update_many()
            .set(row)
            .filter(E::Id.eq(edition.id))
            .filter(E::DefinitionVersion.eq(edition.definition_version))
            .exec(&self.inner)
            .await?;
        match done.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Sets the day whose classes and routes an edition takes; `None` is the day it opens.
    pub async fn set_respondents_as_of(&self, id: i64, day: Option<Date>) -> StoreResult<()> {
        let row = survey_edition::ActiveModel {
            id: Set(id),
            respondents_as_of: Set(day.map(|day| day.to_string())),
            ..Default::default()
        };
        survey_edition::Entity::update(row)
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Plans that an edition opens by itself, or plans it no longer; why an earlier plan failed is forgotten.
    pub async fn plan_opening(
        &self,
        id: i64,
        opening: Option<(&Actor, Date, &[String])>,
    ) -> StoreResult<()> {
        let (on, by, name, ticked) = match opening {
            None => (None, None, None, None),
            Some((actor, on, ticked)) => (
                Some(on.to_string()),
                Some(actor.account_id),
                Some(actor.display_name.clone()),
                Some(to_document("list of texts", &ticked)?),
            ),
        };
        let row = survey_edition::ActiveModel {
            id: Set(id),
            opens_on: Set(on),
            opens_set_by: Set(by),
            opens_set_by_name: Set(name),
            opens_confirmed: Set(ticked),
            opening_refused: Set(None),
            ..Default::default()
        };
        survey_edition::Entity::update(row)
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// A planned opening did not take place: the plan goes, the reasons stay.
    pub async fn refuse_opening(&self, id: i64, reasons: &[String]) -> StoreResult<()> {
        self.plan_opening(id, None).await?;
        let reasons = to_document("list of texts", &reasons)?;
        survey_edition::Entity::update_many()
            .col_expr(survey_edition::Column::OpeningRefused, Expr::value(reasons))
            .filter(survey_edition::Column::Id.eq(id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Adds the trial of an edition, in preparation until its bodies are in.
    pub async fn insert_trial(
        &self,
        key: &EditionKey,
        of: &EditionKey,
        dates: EditionDates,
        definition: &EditionDefinition,
    ) -> StoreResult<i64> {
        let id = self.insert_edition(key, dates, definition).await?;
        let row = survey_edition::ActiveModel {
            id: Set(id),
            trial_of: Set(Some(of.to_string())),
            ..Default::default()
        };
        survey_edition::Entity::update(row)
            .exec(&self.inner)
            .await?;
        Ok(id)
    }

    /// Whether anybody has begun to answer in an edition, or it has taken bodies in.
    pub async fn has_answers(&self, id: i64) -> StoreResult<bool> {
        let found: Option<i64> = response::Entity::find()
            .select_only()
            .column(response::Column::Id)
            .filter(response::Column::EditionId.eq(id))
            .into_tuple()
            .one(&self.inner)
            .await?;
        Ok(found.is_some())
    }
}
