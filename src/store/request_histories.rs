//! What happened to requests, as their pages and the histories of answers tell it.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::entities::{review_request, review_request_event};
use super::requests::kind;
use super::{Store, StoreError, StoreResult};
use crate::domain::japan_time::UnixMillis;
use crate::domain::review_request::{ReplyKind, RequestEvent};

/// Something that happened to a request.
#[derive(Clone, Debug)]
pub struct RequestHistory {
    pub event: RequestEvent,
    pub at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    pub words: String,
    pub kind: Option<ReplyKind>,
    pub revision: Option<i32>,
}

fn happened(row: review_request_event::Model) -> StoreResult<RequestHistory> {
    let event = RequestEvent::from_stored(&row.event);
    Ok(RequestHistory {
        event: event.ok_or_else(|| StoreError::corrupt("event of a request")(row.event))?,
        at: UnixMillis(row.at),
        actor_name: row.actor_name,
        actor_body: row.actor_body,
        words: row.words,
        kind: kind(row.reply_kind.as_deref())?,
        revision: row.revision_number,
    })
}

impl Store {
    /// What happened to a request, oldest first.
    pub async fn request_history(&self, id: i64) -> StoreResult<Vec<RequestHistory>> {
        use review_request_event::Column as E;
        let rows = review_request_event::Entity::find()
            .filter(E::RequestId.eq(id))
            .order_by_asc(E::Id)
            .all(&self.read)
            .await?;
        rows.into_iter().map(happened).collect()
    }

    /// What happened to each request about an answer, oldest first.
    pub async fn request_histories(
        &self,
        response_id: i64,
    ) -> StoreResult<HashMap<i64, Vec<RequestHistory>>> {
        use review_request_event::Column as E;
        let of_answer = review_request::Entity::find()
            .select_only()
            .column(review_request::Column::Id)
            .filter(review_request::Column::ResponseId.eq(response_id))
            .into_query();
        let rows = review_request_event::Entity::find()
            .filter(E::RequestId.in_subquery(of_answer))
            .order_by_asc(E::Id)
            .all(&self.read)
            .await?;
        let mut histories: HashMap<i64, Vec<RequestHistory>> = HashMap::new();
        for row in rows {
            let id = row.request_id;
            histories.entry(id).or_default().push(happened(row)?);
        }
        Ok(histories)
    }
}
