//! What a day's digest counts of events since the last one; how things stand is told from the bodies that owe.

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect};

use super::columns::{prefecture, route};
use super::entities::{response, response_event};
use super::{StoreError, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseEvent;

/// An event of the time between two digests.
#[derive(Clone, Copy, Debug)]
pub struct DigestEvent {
    pub edition_id: i64,
    pub prefecture: PrefectureCode,
    pub route: Route,
    pub event: ResponseEvent,
    /// Number of the revision it made or concerns; 0 if there is none.
    pub revision_number: i32,
}

#[derive(FromQueryResult)]
struct EventLine {
    edition_id: i64,
    prefecture_code: String,
    route: String,
    event: String,
    revision_number: Option<i32>,
}

impl Transaction {
    /// The submissions, proxy entries and what the ministry gave back after one moment and up to another.
    pub async fn digest_events(
        &self,
        editions: &[i64],
        after: UnixMillis,
        until: UnixMillis,
    ) -> StoreResult<Vec<DigestEvent>> {
        use response_event::Column as E;
        let told = [
            ResponseEvent::Submit,
            ResponseEvent::EnterByProxy,
            ResponseEvent::SendBack,
        ];
        let lines = response_event::Entity::find()
            .select_only()
            .columns([E::EditionId, E::Event, E::RevisionNumber])
            .columns([response::Column::PrefectureCode, response::Column::Route])
            .join(
                JoinType::InnerJoin,
                response_event::Entity::belongs_to(response::Entity)
                    .from(E::ResponseId)
                    .to(response::Column::Id)
                    .into(),
            )
            .filter(E::EditionId.is_in(editions.iter().copied()))
            .filter(E::At.gt(after.0))
            .filter(E::At.lte(until.0))
            .filter(E::Event.is_in(told.map(ResponseEvent::as_str)))
            .into_model::<EventLine>()
            .all(&self.inner)
            .await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(DigestEvent {
                    edition_id: line.edition_id,
                    prefecture: prefecture(&line.prefecture_code)?,
                    route: route(&line.route)?,
                    event: ResponseEvent::from_stored(&line.event)
                        .ok_or_else(|| StoreError::corrupt("event")(line.event))?,
                    revision_number: line.revision_number.unwrap_or(0),
                })
            })
            .collect()
    }
}
