//! What happened to answers, in order; events are only ever added.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::{code, document, status, to_document};
use super::entities::{response, response_event};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::{CountryScope, PrefectureScope};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::return_request::ReturnItem;
use crate::domain::revision::HistoryEntry;

/// One of the newest events of the country or a prefecture.
#[derive(Clone, Debug)]
pub struct NewsItem {
    pub code: LocalGovernmentCode,
    pub name: String,
    pub event: ResponseEvent,
    /// Where the answer stands now, which may be later than the event.
    pub status: ResponseStatus,
    pub at: UnixMillis,
    pub actor_body: String,
}

#[derive(FromQueryResult)]
struct NewsLine {
    code: String,
    name: String,
    status: String,
    event: String,
    at: i64,
    actor_body: String,
}

fn event(text: &str) -> StoreResult<ResponseEvent> {
    ResponseEvent::from_stored(text).ok_or_else(|| StoreError::corrupt("event")(text.to_owned()))
}

async fn history(
    connection: &impl ConnectionTrait,
    response_id: i64,
) -> StoreResult<Vec<HistoryEntry>> {
    let rows = response_event::Entity::find()
        .filter(response_event::Column::ResponseId.eq(response_id))
        .order_by_asc(response_event::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(HistoryEntry {
                event: event(&row.event)?,
                status_after: status(&row.status_after)?,
                revision_number: row.revision_number,
                at: UnixMillis(row.at),
                actor_name: row.actor_name,
                actor_body: row.actor_body,
                reasons: document("reasons", &row.detail)?,
                intake_file: row.intake_file_id,
            })
        })
        .collect()
}

impl Store {
    /// Everything that happened to an answer, oldest first.
    pub async fn history(&self, response_id: i64) -> StoreResult<Vec<HistoryEntry>> {
        history(&self.read, response_id).await
    }

    /// The newest events of the country.
    pub async fn country_news(
        &self,
        edition_id: i64,
        _scope: CountryScope,
        limit: u64,
    ) -> StoreResult<Vec<NewsItem>> {
        self.news(edition_id, None, limit).await
    }

    /// The newest events of a prefecture.
    pub async fn prefecture_news(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
        limit: u64,
    ) -> StoreResult<Vec<NewsItem>> {
        self.news(edition_id, Some(scope.prefecture().to_string()), limit)
            .await
    }

    async fn news(
        &self,
        edition_id: i64,
        prefecture: Option<String>,
        limit: u64,
    ) -> StoreResult<Vec<NewsItem>> {
        use response_event::Column as E;
        let mut query = response_event::Entity::find()
            .select_only()
            .columns([E::Event, E::At, E::ActorBody])
            .columns([
                response::Column::Code,
                response::Column::Name,
                response::Column::Status,
            ])
            .join(
                JoinType::InnerJoin,
                response_event::Entity::belongs_to(response::Entity)
                    .from(E::ResponseId)
                    .to(response::Column::Id)
                    .into(),
            )
            .filter(E::EditionId.eq(edition_id))
            .order_by_desc(E::Id)
            .limit(limit);
        if let Some(prefecture) = prefecture {
            query = query.filter(E::PrefectureCode.eq(prefecture));
        }
        let lines = query.into_model::<NewsLine>().all(&self.read).await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(NewsItem {
                    code: code(&line.code)?,
                    name: line.name,
                    event: event(&line.event)?,
                    status: status(&line.status)?,
                    at: UnixMillis(line.at),
                    actor_body: line.actor_body,
                })
            })
            .collect()
    }
}

/// An event about to be written.
pub struct NewEvent<'a> {
    pub event: ResponseEvent,
    pub status_after: ResponseStatus,
    pub revision_number: Option<i32>,
    pub at: UnixMillis,
    pub reasons: &'a [ReturnItem],
    /// The file it came from; `None` if it was done on the page.
    pub intake_file: Option<i64>,
}

impl Transaction {
    /// Everything that happened to an answer, oldest first, as seen by this transaction.
    pub async fn history(&self, response_id: i64) -> StoreResult<Vec<HistoryEntry>> {
        history(&self.inner, response_id).await
    }

    /// Adds many events in their order; for the demo's invented country.
    pub(crate) async fn insert_past_events(&self, events: &[PastEvent<'_>]) -> StoreResult<()> {
        for part in events.chunks(1000) {
            let rows = part.iter().map(row).collect::<StoreResult<Vec<_>>>()?;
            response_event::Entity::insert_many(rows)
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }
}

/// An event with whose answer it is about and who caused it.
pub(crate) struct PastEvent<'a> {
    pub response_id: i64,
    pub edition_id: i64,
    pub code: LocalGovernmentCode,
    pub actor: &'a Actor,
    pub new: &'a NewEvent<'a>,
}

pub(super) fn row(past: &PastEvent<'_>) -> StoreResult<response_event::ActiveModel> {
    let PastEvent { actor, new, .. } = past;
    Ok(response_event::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        response_id: Set(past.response_id),
        edition_id: Set(past.edition_id),
        prefecture_code: Set(past.code.prefecture().to_string()),
        event: Set(new.event.as_str().to_owned()),
        status_after: Set(new.status_after.as_str().to_owned()),
        revision_number: Set(new.revision_number),
        at: Set(new.at.0),
        account_id: Set(actor.account_id),
        actor_name: Set(actor.display_name.clone()),
        actor_body: Set(actor.body_name().to_owned()),
        detail: Set(to_document("reasons", &new.reasons)?),
        intake_file_id: Set(new.intake_file),
    })
}
