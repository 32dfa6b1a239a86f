//! Where answers came from, as pages name it: the file, who sent it, and which answers are proxy entries.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::super::columns::code;
use super::super::entities::{intake_batch, intake_file, proxy_reply, response, revision};
use super::super::{Store, StoreError, StoreResult};
use crate::domain::access::{CountryScope, PrefectureScope};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Route;
use crate::domain::proxy_entry::{ProxyEvent, ProxyState};

/// The file something was taken from.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FileSource {
    pub id: i64,
    /// As it was sent, without folders.
    pub name: String,
    /// Official name of the office that sent it.
    pub sender_body: String,
    /// Function of the person.
    pub sender_name: String,
}

impl Store {
    /// The files with these ids; those that do not exist are left out.
    pub async fn file_sources(
        &self,
        ids: impl IntoIterator<Item = i64>,
    ) -> StoreResult<HashMap<i64, FileSource>> {
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = intake_file::Entity::find()
            .select_only()
            .columns([intake_file::Column::Id, intake_file::Column::Name])
            .column_as(intake_batch::Column::ActorBody, "sender_body")
            .column_as(intake_batch::Column::ActorName, "sender_name")
            .join(
                JoinType::InnerJoin,
                intake_file::Entity::belongs_to(intake_batch::Entity)
                    .from(intake_file::Column::BatchId)
                    .to(intake_batch::Column::Id)
                    .into(),
            )
            .filter(intake_file::Column::Id.is_in(ids))
            .into_model::<FileSource>()
            .all(&self.read)
            .await?;
        Ok(found.into_iter().map(|file| (file.id, file)).collect())
    }

    /// The file one thing was taken from; `None` if it was typed on the page.
    pub async fn file_source(&self, id: Option<i64>) -> StoreResult<Option<FileSource>> {
        Ok(self.file_sources(id).await?.into_values().next())
    }

    /// The file a revision was taken from, and whether it is a proxy entry.
    pub async fn revision_source(
        &self,
        response_id: i64,
        number: i32,
    ) -> StoreResult<(Option<i64>, bool)> {
        use revision::Column as V;
        let found: Option<(Option<i64>, bool)> = revision::Entity::find()
            .select_only()
            .columns([V::IntakeFileId, V::EnteredByProxy])
            .filter(V::ResponseId.eq(response_id))
            .filter(V::Number.eq(number))
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// Whether a revision of this answer was taken from the file.
    pub async fn became_revision(&self, file_id: i64, response_id: i64) -> StoreResult<bool> {
        use revision::Column as V;
        let found: Option<i32> = revision::Entity::find()
            .select_only()
            .column(V::Number)
            .filter(V::ResponseId.eq(response_id))
            .filter(V::IntakeFileId.eq(file_id))
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(found.is_some())
    }

    /// The bodies of a prefecture whose newest revision is a proxy entry, and what they said to it.
    pub async fn proxy_entries(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
    ) -> StoreResult<HashMap<LocalGovernmentCode, ProxyState>> {
        let prefecture = scope.prefecture().to_string();
        let query = by_proxy(edition_id);
        self.proxies(query.filter(response::Column::PrefectureCode.eq(prefecture)))
            .await
    }

    /// The bodies that answer to the ministry whose newest revision is a proxy entry, and what they said to it.
    pub async fn direct_proxy_entries(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<HashMap<LocalGovernmentCode, ProxyState>> {
        let query = by_proxy(edition_id);
        self.proxies(query.filter(response::Column::Route.eq(Route::ToMinistry.as_str())))
            .await
    }

    async fn proxies(
        &self,
        query: Select<response::Entity>,
    ) -> StoreResult<HashMap<LocalGovernmentCode, ProxyState>> {
        let lines: Vec<(String, Option<String>)> = query.into_tuple().all(&self.read).await?;
        let mut states: HashMap<LocalGovernmentCode, ProxyState> = HashMap::new();
        for (text, said) in lines {
            let state = states.entry(code(&text)?).or_default();
            if let Some(said) = said {
                let event = ProxyEvent::from_stored(&said)
                    .ok_or_else(|| StoreError::corrupt("reply")(said.clone()))?;
                *state = state.after(event).unwrap_or(*state);
            }
        }
        Ok(states)
    }
}

fn by_proxy(edition_id: i64) -> Select<response::Entity> {
    use response::Column as R;
    response::Entity::find()
        .select_only()
        .column(R::Code)
        .column(proxy_reply::Column::Event)
        .join(
            JoinType::InnerJoin,
            response::Entity::belongs_to(revision::Entity)
                .from((R::Id, R::RevisionNumber))
                .to((revision::Column::ResponseId, revision::Column::Number))
                .into(),
        )
        .join(
            JoinType::LeftJoin,
            response::Entity::belongs_to(proxy_reply::Entity)
                .from((R::Id, R::RevisionNumber))
                .to((
                    proxy_reply::Column::ResponseId,
                    proxy_reply::Column::RevisionNumber,
                ))
                .into(),
        )
        .order_by_asc(proxy_reply::Column::Id)
        .filter(R::EditionId.eq(edition_id))
        // A withdrawn answer is not an answer.
        .filter(R::Status.is_not_in(["not_started", "draft"]))
        .filter(revision::Column::EnteredByProxy.eq(true))
}
