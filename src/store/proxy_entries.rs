//! 代理入力 on a page: entries while they are typed and what they became, and what bodies say to proxy entries.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::columns::{code, document, optional, to_document};
use super::editions::date;
use super::entities::{proxy_entry, proxy_reply, response};
use super::responses::ResponseRecord;
use super::writes::Writes;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::proxy_entry::{ProxyEvent, ProxyOrigin, ProxySource, ProxyState};
use crate::domain::response::Draft;

/// An answer that an office enters for a body: typed, or submitted.
#[derive(Clone, Debug)]
pub struct ProxyEntry {
    pub id: i64,
    pub response_id: i64,
    /// Grows with every change.
    pub version: i32,
    pub origin: ProxyOrigin,
    pub draft: Draft,
    pub changed_at: UnixMillis,
    /// Function of the person.
    pub actor_name: String,
    /// Official name of the office.
    pub actor_body: String,
    /// The revision it became; `None` while it is typed.
    pub revision: Option<i32>,
    /// What the body had saved on its page and the entry took the place of.
    pub replaced: Option<Draft>,
}

/// What a body said to a proxy entry.
#[derive(Clone, Debug)]
pub struct ProxyReply {
    /// The revision it is about.
    pub revision: i32,
    pub event: ProxyEvent,
    /// What is wrong; empty for a confirmation.
    pub words: String,
    pub at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
}

/// The state of one revision's proxy entry after what was said.
pub fn state_of(replies: &[ProxyReply], revision: i32) -> ProxyState {
    let of_revision = replies.iter().filter(|reply| reply.revision == revision);
    ProxyState::after_all(of_revision.map(|reply| reply.event))
}

fn load(row: proxy_entry::Model) -> StoreResult<ProxyEntry> {
    let source = ProxySource::from_stored(&row.source)
        .ok_or_else(|| StoreError::corrupt("proxy source")(row.source.clone()))?;
    Ok(ProxyEntry {
        id: row.id,
        response_id: row.response_id,
        version: row.version,
        origin: ProxyOrigin {
            source,
            received_on: date(&row.received_on)?,
            note: row.note,
        },
        draft: document("draft", &row.draft)?,
        changed_at: UnixMillis(row.changed_at),
        actor_name: row.actor_name,
        actor_body: row.actor_body,
        revision: row.revision_number,
        replaced: optional("replaced draft", row.replaced_draft.as_ref())?,
    })
}

fn load_reply(row: proxy_reply::Model) -> StoreResult<ProxyReply> {
    let event = ProxyEvent::from_stored(&row.event)
        .ok_or_else(|| StoreError::corrupt("reply")(row.event.clone()))?;
    Ok(ProxyReply {
        revision: row.revision_number,
        event,
        words: row.words,
        at: UnixMillis(row.at),
        actor_name: row.actor_name,
        actor_body: row.actor_body,
    })
}

/// One office types one entry for an answer at a time.
fn open_key(response_id: i64, actor: &Actor) -> String {
    match actor.code() {
        Some(code) => format!("{response_id}/{code}"),
        None => format!("{response_id}/ministry"),
    }
}

async fn open_entry(
    connection: &impl ConnectionTrait,
    response_id: i64,
    actor: &Actor,
) -> StoreResult<Option<ProxyEntry>> {
    let row = proxy_entry::Entity::find()
        .filter(proxy_entry::Column::OpenKey.eq(open_key(response_id, actor)))
        .one(connection)
        .await?;
    row.map(load).transpose()
}

async fn replies(
    connection: &impl ConnectionTrait,
    response_id: i64,
) -> StoreResult<Vec<ProxyReply>> {
    let rows = proxy_reply::Entity::find()
        .filter(proxy_reply::Column::ResponseId.eq(response_id))
        .order_by_asc(proxy_reply::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(load_reply).collect()
}

/// An entry that an office is typing, for its colleagues.
#[derive(Clone, Debug)]
pub struct OpenEntry {
    pub code: LocalGovernmentCode,
    /// Function of whoever began it; of whoever changed it last where that was not kept.
    pub begun_by: String,
    pub begun_at: UnixMillis,
}

#[derive(FromQueryResult)]
struct OpenLine {
    code: String,
    response_id: i64,
    open_key: Option<String>,
    begun_by: Option<String>,
    begun_at: Option<i64>,
    actor_name: String,
    changed_at: i64,
}

fn open_lines() -> Select<proxy_entry::Entity> {
    use proxy_entry::Column as P;
    proxy_entry::Entity::find()
        .select_only()
        .columns([
            P::ResponseId,
            P::OpenKey,
            P::BegunBy,
            P::BegunAt,
            P::ActorName,
            P::ChangedAt,
        ])
        .column(response::Column::Code)
        .join(
            JoinType::InnerJoin,
            proxy_entry::Entity::belongs_to(response::Entity)
                .from(P::ResponseId)
                .to(response::Column::Id)
                .into(),
        )
}

fn load_line(line: OpenLine) -> StoreResult<OpenEntry> {
    Ok(OpenEntry {
        code: code(&line.code)?,
        begun_by: line.begun_by.unwrap_or(line.actor_name),
        begun_at: UnixMillis(line.begun_at.unwrap_or(line.changed_at)),
    })
}

impl Store {
    /// What the actor's office is typing for the bodies of an edition.
    pub async fn open_proxy_entries(
        &self,
        edition_id: i64,
        actor: &Actor,
    ) -> StoreResult<Vec<OpenEntry>> {
        let lines = open_lines()
            .filter(response::Column::EditionId.eq(edition_id))
            .filter(proxy_entry::Column::OpenKey.is_not_null())
            .order_by_asc(proxy_entry::Column::Id)
            .into_model::<OpenLine>()
            .all(&self.read)
            .await?;
        let own = lines
            .into_iter()
            .filter(|line| line.open_key.as_deref() == Some(&open_key(line.response_id, actor)));
        own.map(load_line).collect()
    }

    /// Who of the actor's office types an entry for an answer, without its text.
    pub async fn begun_proxy_entry(
        &self,
        response_id: i64,
        actor: &Actor,
    ) -> StoreResult<Option<OpenEntry>> {
        let line = open_lines()
            .filter(proxy_entry::Column::OpenKey.eq(open_key(response_id, actor)))
            .into_model::<OpenLine>()
            .one(&self.read)
            .await?;
        line.map(load_line).transpose()
    }

    /// The entry the actor's office is typing for an answer.
    pub async fn open_proxy_entry(
        &self,
        response_id: i64,
        actor: &Actor,
    ) -> StoreResult<Option<ProxyEntry>> {
        open_entry(&self.read, response_id, actor).await
    }

    /// The entries that became revisions of these answers, in their order.
    pub async fn proxy_entries_of(&self, response_ids: &[i64]) -> StoreResult<Vec<ProxyEntry>> {
        if response_ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = proxy_entry::Entity::find()
            .filter(proxy_entry::Column::ResponseId.is_in(response_ids.iter().copied()))
            .filter(proxy_entry::Column::RevisionNumber.is_not_null())
            .order_by_asc(proxy_entry::Column::Id)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// What was said to the proxy entries of an answer, in its order.
    pub async fn proxy_replies(&self, response_id: i64) -> StoreResult<Vec<ProxyReply>> {
        replies(&self.read, response_id).await
    }
}

/// What an entry looks like now.
#[derive(Clone, Copy, Debug)]
pub struct EntryText<'a> {
    pub origin: &'a ProxyOrigin,
    pub draft: &'a Draft,
    pub at: UnixMillis,
}

fn row(actor: &Actor, text: EntryText<'_>) -> StoreResult<proxy_entry::ActiveModel> {
    Ok(proxy_entry::ActiveModel {
        source: Set(text.origin.source.as_str().to_owned()),
        received_on: Set(text.origin.received_on.to_string()),
        note: Set(text.origin.note.clone()),
        draft: Set(to_document("draft", text.draft)?),
        changed_at: Set(text.at.0),
        account_id: Set(actor.account_id),
        actor_name: Set(actor.display_name.clone()),
        actor_body: Set(actor.body_name().to_owned()),
        ..Default::default()
    })
}

impl Transaction {
    /// The entry the actor's office is typing for an answer.
    pub async fn open_proxy_entry(
        &self,
        response_id: i64,
        actor: &Actor,
    ) -> StoreResult<Option<ProxyEntry>> {
        open_entry(&self.inner, response_id, actor).await
    }

    /// Begins an entry. Two who begin at once: the second gets an error that
    /// [`StoreError::is_duplicate`] tells apart.
    pub async fn insert_proxy_entry(
        &self,
        response_id: i64,
        actor: &Actor,
        text: EntryText<'_>,
    ) -> StoreResult<()> {
        let new = proxy_entry::ActiveModel {
            response_id: Set(response_id),
            open_key: Set(Some(open_key(response_id, actor))),
            version: Set(1),
            begun_by: Set(Some(actor.display_name.clone())),
            begun_at: Set(Some(text.at.0)),
            ..row(actor, text)?
        };
        proxy_entry::Entity::insert(new)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Changes an entry that still is as it was read; [`StoreError::Stale`] if not.
    pub async fn change_proxy_entry(
        &self,
        entry: &ProxyEntry,
        actor: &Actor,
        text: EntryText<'_>,
    ) -> StoreResult<()> {
        let changed = proxy_entry::ActiveModel {
            version: Set(entry.version + 1),
            ..row(actor, text)?
        };
        let done = proxy_entry::Entity::update_many()
            .set(changed)
            .filter(proxy_entry::Column::Id.eq(entry.id))
            .filter(proxy_entry::Column::Version.eq(entry.version))
            .filter(proxy_entry::Column::OpenKey.is_not_null())
            .exec(&self.inner)
            .await?;
        if done.rows_affected == 1 {
            Ok(())
        } else {
            Err(StoreError::Stale)
        }
    }

    /// Forgets an entry that was never submitted.
    pub async fn drop_proxy_entry(&self, entry: &ProxyEntry) -> StoreResult<()> {
        proxy_entry::Entity::delete_many()
            .filter(proxy_entry::Column::Id.eq(entry.id))
            .filter(proxy_entry::Column::OpenKey.is_not_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// What was said to the proxy entries of an answer, in its order.
    pub async fn proxy_replies(&self, response_id: i64) -> StoreResult<Vec<ProxyReply>> {
        replies(&self.inner, response_id).await
    }

    /// Keeps what a body says to a proxy entry. The second of two at the same position gets an error
    /// that [`StoreError::is_duplicate`] tells apart.
    pub async fn insert_proxy_reply(
        &self,
        response_id: i64,
        position: i32,
        actor: &Actor,
        reply: &ProxyReply,
    ) -> StoreResult<()> {
        let row = proxy_reply::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            response_id: Set(response_id),
            revision_number: Set(reply.revision),
            position: Set(position),
            event: Set(reply.event.as_str().to_owned()),
            words: Set(reply.words.clone()),
            at: Set(reply.at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(reply.actor_name.clone()),
            actor_body: Set(reply.actor_body.clone()),
        };
        proxy_reply::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}

impl Writes {
    /// The text of a proxy entry as the draft in which the body mends it. Goes with the guarded change of the same
    /// answer's row, which comes first.
    pub fn proxy_draft(&mut self, record: &ResponseRecord, draft: &Draft) -> StoreResult<()> {
        let row = response::ActiveModel {
            draft: Set(Some(to_document("draft", draft)?)),
            prefill: Set(None),
            ..Default::default()
        };
        let update = response::Entity::update_many()
            .set(row)
            .filter(response::Column::Id.eq(record.id));
        self.update(update);
        Ok(())
    }

    /// An entry that became a revision, with the draft of the body that gave way to it.
    pub fn proxy_taken(
        &mut self,
        entry: &ProxyEntry,
        revision: i32,
        replaced: Option<&Draft>,
    ) -> StoreResult<()> {
        use proxy_entry::Column as P;
        let replaced = replaced
            .map(|draft| to_document("draft", draft))
            .transpose()?;
        let update = proxy_entry::Entity::update_many()
            .col_expr(P::OpenKey, Expr::value(None::<String>))
            .col_expr(P::RevisionNumber, Expr::value(Some(revision)))
            .col_expr(P::ReplacedDraft, Expr::value(replaced))
            .filter(P::Id.eq(entry.id));
        self.update(update);
        Ok(())
    }
}
