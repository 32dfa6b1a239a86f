//! What a body waits for, as its home page names it: its notices of a change of intent, and what was answered to its
//! objections; and the objections that wait for whoever reviews.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select};

use super::columns::code;
use super::editions::key;
use super::entities::{intent_change, response, review_request, survey_edition};
use super::intent_changes::state;
use super::{Store, StoreResult};
use crate::domain::access::{CountryScope, PrefectureScope};
use crate::domain::intent_change::ChangeState;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Route;
use crate::domain::review_request::{Asker, RequestState};
use crate::domain::survey_edition::{EditionKey, EditionState};

/// The newest notice of an answer.
#[derive(Clone, Copy, Debug)]
pub struct OwnNotice {
    pub id: i64,
    /// 1, 2, … of the answer.
    pub number: i32,
    pub edition_id: i64,
    pub state: ChangeState,
    /// When it was decided, sent back or taken back.
    pub settled_at: Option<UnixMillis>,
}

/// An objection to a correction that its reviewer has not answered.
#[derive(Clone, Debug)]
pub struct OpenObjection {
    pub edition: EditionKey,
    pub code: LocalGovernmentCode,
    pub name: String,
    /// Of the request.
    pub number: i32,
}

/// Objections that wait, of running editions, oldest first.
fn open_objections() -> Select<review_request::Entity> {
    use review_request::Column as C;
    review_request::Entity::find()
        .select_only()
        .column(survey_edition::Column::Key)
        .columns([response::Column::Code, response::Column::Name])
        .column(C::Number)
        .join(
            JoinType::InnerJoin,
            review_request::Entity::belongs_to(response::Entity)
                .from(C::ResponseId)
                .to(response::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            review_request::Entity::belongs_to(survey_edition::Entity)
                .from(C::EditionId)
                .to(survey_edition::Column::Id)
                .into(),
        )
        .filter(C::Asker.eq(Asker::Body.as_str()))
        .filter(C::State.eq(RequestState::WithReviewer.as_str()))
        .filter(survey_edition::Column::State.eq(EditionState::Open.as_str()))
        .order_by_asc(C::AskedAt)
        .order_by_asc(C::Id)
}

impl Store {
    /// The objections that a prefecture is to answer.
    pub async fn open_objections(&self, scope: PrefectureScope) -> StoreResult<Vec<OpenObjection>> {
        let query = open_objections()
            .filter(review_request::Column::PrefectureCode.eq(scope.prefecture().to_string()))
            .filter(response::Column::Route.eq(Route::ThroughPrefecture.as_str()));
        self.objections(query).await
    }

    /// The objections that the ministry is to answer.
    pub async fn open_direct_objections(
        &self,
        _scope: CountryScope,
    ) -> StoreResult<Vec<OpenObjection>> {
        let query =
            open_objections().filter(response::Column::Route.eq(Route::ToMinistry.as_str()));
        self.objections(query).await
    }

    async fn objections(
        &self,
        query: Select<review_request::Entity>,
    ) -> StoreResult<Vec<OpenObjection>> {
        let lines: Vec<(String, String, String, i32)> = query.into_tuple().all(&self.read).await?;
        let objections = lines.into_iter().map(|(edition, body, name, number)| {
            Ok(OpenObjection {
                edition: key(&edition)?,
                code: code(&body)?,
                name,
                number,
            })
        });
        objections.collect()
    }

    /// The newest notice of each answer of a body.
    pub async fn own_notices(&self, body: LocalGovernmentCode) -> StoreResult<Vec<OwnNotice>> {
        use intent_change::Column as C;
        let lines: Vec<(i64, i32, i64, String, Option<i64>)> = intent_change::Entity::find()
            .select_only()
            .columns([C::Id, C::Number, C::EditionId, C::State, C::SettledAt])
            .filter(C::Code.eq(body.as_str()))
            .order_by_asc(C::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut newest = BTreeMap::new();
        for (id, number, edition_id, stored, settled_at) in lines {
            let notice = OwnNotice {
                id,
                number,
                edition_id,
                state: state(&stored)?,
                settled_at: settled_at.map(UnixMillis),
            };
            newest.insert(edition_id, notice);
        }
        Ok(newest.into_values().collect())
    }

    /// The objections of a body that were answered and that it has not confirmed: edition and number of the request.
    pub async fn answered_objections(
        &self,
        body: LocalGovernmentCode,
    ) -> StoreResult<Vec<(i64, i32)>> {
        use review_request::Column as C;
        Ok(review_request::Entity::find()
            .select_only()
            .columns([C::EditionId, C::Number])
            .join(
                JoinType::InnerJoin,
                review_request::Entity::belongs_to(response::Entity)
                    .from(C::ResponseId)
                    .to(response::Column::Id)
                    .into(),
            )
            .filter(response::Column::Code.eq(body.as_str()))
            .filter(C::Asker.eq(Asker::Body.as_str()))
            .filter(C::State.eq(RequestState::Answered.as_str()))
            .order_by_asc(C::Id)
            .into_tuple()
            .all(&self.read)
            .await?)
    }
}
