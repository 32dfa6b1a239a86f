//! What a body waits for, as its home page names it: its notices of a change of intent, and what was answered to its
//! objections.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use super::entities::{intent_change, response, review_request};
use super::intent_changes::state;
use super::{Store, StoreResult};
use crate::domain::intent_change::ChangeState;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::review_request::{Asker, RequestState};

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

impl Store {
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
