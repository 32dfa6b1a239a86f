//! Sessions: the cookie holds a random token, the database its SHA-256.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entities::{kept_input, session};
use super::{Store, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;

/// Typed text kept for somebody whose session ended before it could be saved.
#[derive(Clone, Debug)]
pub struct KeptInput {
    pub path: String,
    /// The form as the browser sent it, urlencoded.
    pub body: String,
}

impl Store {
    /// The running sessions of an account, newest first: start and last sight.
    pub async fn sessions_of(
        &self,
        account_id: i64,
    ) -> StoreResult<Vec<(String, UnixMillis, UnixMillis)>> {
        let rows = session::Entity::find()
            .filter(session::Column::AccountId.eq(account_id))
            .order_by_desc(session::Column::SeenAt)
            .all(&self.read)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                (
                    row.token_hash,
                    UnixMillis(row.created_at),
                    UnixMillis(row.seen_at),
                )
            })
            .collect())
    }

    /// Typed text kept for an account.
    pub async fn kept_input(&self, id: &str, account_id: i64) -> StoreResult<Option<KeptInput>> {
        let row = kept_input::Entity::find_by_id(id)
            .filter(kept_input::Column::AccountId.eq(account_id))
            .one(&self.read)
            .await?;
        Ok(row.map(|row| KeptInput {
            path: row.path,
            body: row.body,
        }))
    }
}

impl Transaction {
    /// Starts a session.
    pub async fn insert_session(
        &self,
        token_hash: &str,
        account_id: i64,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let row = session::ActiveModel {
            token_hash: Set(token_hash.to_owned()),
            account_id: Set(account_id),
            created_at: Set(at.0),
            seen_at: Set(at.0),
        };
        session::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Notes that a session was used.
    pub async fn touch_session(&self, token_hash: &str, at: UnixMillis) -> StoreResult<()> {
        let row = session::ActiveModel {
            seen_at: Set(at.0),
            ..Default::default()
        };
        session::Entity::update_many()
            .set(row)
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Ends one session.
    pub async fn delete_session(&self, token_hash: &str) -> StoreResult<()> {
        session::Entity::delete_by_id(token_hash)
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Ends every session of an account, or every other one than `keep`.
    pub async fn delete_sessions_of(&self, account_id: i64, keep: Option<&str>) -> StoreResult<()> {
        let mut query =
            session::Entity::delete_many().filter(session::Column::AccountId.eq(account_id));
        if let Some(keep) = keep {
            query = query.filter(session::Column::TokenHash.ne(keep));
        }
        query.exec(&self.inner).await?;
        Ok(())
    }

    /// Forgets sessions not seen since `before`, and text kept since before that.
    pub async fn sweep_sessions(&self, before: UnixMillis) -> StoreResult<()> {
        session::Entity::delete_many()
            .filter(session::Column::SeenAt.lt(before.0))
            .exec(&self.inner)
            .await?;
        kept_input::Entity::delete_many()
            .filter(kept_input::Column::CreatedAt.lt(before.0))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Keeps typed text for an account.
    pub async fn keep_input(
        &self,
        id: &str,
        account_id: i64,
        kept: &KeptInput,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let row = kept_input::ActiveModel {
            id: Set(id.to_owned()),
            account_id: Set(account_id),
            path: Set(kept.path.clone()),
            body: Set(kept.body.clone()),
            created_at: Set(at.0),
        };
        kept_input::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
