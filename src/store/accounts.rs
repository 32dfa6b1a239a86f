//! Accounts: who signs in, and what administration sees of them.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};

use super::columns::{code, kind};
use super::entities::{account, organization};
pub use super::invitations::{InvitationRecord, Links, NewInvitation};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::AccountScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{OrganizationKind, Route};

/// The body of an account or invitation: code, name, kind. `None` is the ministry.
pub type Home = Option<(LocalGovernmentCode, String, OrganizationKind)>;

/// An account as administration sees it, and what sign-in needs.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    pub id: i64,
    /// Folded to lower case; the name one signs in with.
    pub email: String,
    pub display_name: String,
    pub home: Home,
    pub is_admin: bool,
    /// PHC string; `None` until a password is chosen.
    pub password_hash: Option<String>,
    pub is_active: bool,
    pub created_at: UnixMillis,
    pub signed_in_at: Option<UnixMillis>,
    /// Failed sign-ins since the last good one.
    pub failures: i32,
    /// No sign-in is tried before this moment.
    pub locked_until: UnixMillis,
    /// Handed over: from this moment on it lets nobody in.
    pub ends_at: Option<UnixMillis>,
    /// The department inside the body; empty is the liaison desk.
    pub department: String,
}

impl AccountRecord {
    /// Nobody signs in with it.
    pub fn is_over(&self, now: UnixMillis) -> bool {
        !self.is_active || self.ends_at.is_some_and(|end| end <= now)
    }
}

type AccountRow = (account::Model, Option<organization::Model>);

/// The body behind a stored code. A code without its body must not turn into the ministry.
pub(super) fn home(stored: Option<&str>, row: Option<organization::Model>) -> StoreResult<Home> {
    match (stored, row) {
        (None, _) => Ok(None),
        (Some(_), Some(row)) => Ok(Some((code(&row.code)?, row.name, kind(&row.kind)?))),
        (Some(stored), None) => Err(StoreError::corrupt("body")(stored.to_owned())),
    }
}

fn load((row, organization): AccountRow) -> StoreResult<AccountRecord> {
    Ok(AccountRecord {
        id: row.id,
        email: row.email,
        display_name: row.display_name,
        home: home(row.code.as_deref(), organization)?,
        is_admin: row.is_admin,
        password_hash: row.password_hash,
        is_active: row.is_active,
        created_at: UnixMillis(row.created_at),
        signed_in_at: row.signed_in_at.map(UnixMillis),
        failures: row.failures,
        locked_until: UnixMillis(row.locked_until),
        ends_at: row.ends_at.map(UnixMillis),
        department: row.department.unwrap_or_default(),
    })
}

/// The rows of a scope; `code` is the column of the account or invitation, the kind is the joined body's.
pub(super) fn within(scope: AccountScope, code: impl ColumnTrait) -> Condition {
    let kinds = |wanted: fn(OrganizationKind) -> bool| {
        let kinds = OrganizationKind::ALL
            .into_iter()
            .filter(|kind| wanted(*kind));
        organization::Column::Kind.is_in(kinds.map(OrganizationKind::as_str))
    };
    match scope {
        AccountScope::Body(own) => Condition::all().add(code.eq(own.as_str())),
        AccountScope::Prefecture(prefecture) => Condition::all()
            .add(code.starts_with(prefecture.to_string()))
            .add(kinds(|kind| {
                kind == OrganizationKind::Prefecture || kind.is_general_municipality()
            })),
        AccountScope::Direct => Condition::any()
            .add(code.is_null())
            .add(kinds(|kind| kind.route() == Route::ToMinistry)),
        AccountScope::Everyone => Condition::all(),
    }
}

async fn by_email(
    connection: &impl ConnectionTrait,
    email: &str,
) -> StoreResult<Option<AccountRecord>> {
    let row = joined()
        .filter(account::Column::Email.eq(email))
        .one(connection)
        .await?;
    row.map(load).transpose()
}

fn joined() -> sea_orm::SelectTwo<account::Entity, organization::Entity> {
    account::Entity::find().find_also_related(organization::Entity)
}

impl Store {
    /// The account with this sign-in name (lower case).
    pub async fn account_by_email(&self, email: &str) -> StoreResult<Option<AccountRecord>> {
        by_email(&self.read, email).await
    }

    /// One account.
    pub async fn account(&self, id: i64) -> StoreResult<Option<AccountRecord>> {
        let row = joined()
            .filter(account::Column::Id.eq(id))
            .one(&self.read)
            .await?;
        row.map(load).transpose()
    }

    /// The accounts of one body, or of the ministry.
    pub async fn accounts_of(
        &self,
        body: Option<LocalGovernmentCode>,
    ) -> StoreResult<Vec<AccountRecord>> {
        let of_body = match body {
            Some(code) => account::Column::Code.eq(code.as_str()),
            None => account::Column::Code.is_null(),
        };
        let rows = joined()
            .filter(of_body)
            .order_by_asc(account::Column::Id)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// The accounts somebody administers, the ministry's first, then in code order.
    pub async fn accounts_within(&self, scope: AccountScope) -> StoreResult<Vec<AccountRecord>> {
        let rows = joined()
            .filter(within(scope, account::Column::Code))
            .order_by_asc(account::Column::Code)
            .order_by_asc(account::Column::Id)
            .all(&self.read)
            .await?;
        let mut accounts: Vec<_> = rows.into_iter().map(load).collect::<StoreResult<_>>()?;
        // Engines differ in where they sort null.
        accounts.sort_by_key(|account| account.home.as_ref().map(|home| home.0));
        Ok(accounts)
    }

    /// How many accounts there are; 0 means nobody has set up the portal.
    pub async fn account_count(&self) -> StoreResult<u64> {
        Ok(account::Entity::find().count(&self.read).await?)
    }
}

/// An account about to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub email: String,
    pub display_name: String,
    pub body: Option<LocalGovernmentCode>,
    pub is_admin: bool,
    pub password_hash: Option<String>,
    pub created_at: UnixMillis,
}

impl Transaction {
    /// The account with this sign-in name (lower case).
    pub async fn account_by_email(&self, email: &str) -> StoreResult<Option<AccountRecord>> {
        by_email(&self.inner, email).await
    }

    /// One account.
    pub async fn account(&self, id: i64) -> StoreResult<Option<AccountRecord>> {
        let row = joined()
            .filter(account::Column::Id.eq(id))
            .one(&self.inner)
            .await?;
        row.map(load).transpose()
    }

    /// How many accounts there are.
    pub async fn account_count(&self) -> StoreResult<u64> {
        Ok(account::Entity::find().count(&self.inner).await?)
    }

    /// Makes an account and returns its id.
    pub async fn insert_account(&self, new: &NewAccount) -> StoreResult<i64> {
        Ok(account::Entity::insert(account_row(new))
            .exec(&self.inner)
            .await?
            .last_insert_id)
    }

    /// Makes many accounts.
    pub async fn insert_accounts(&self, new: &[NewAccount]) -> StoreResult<()> {
        for part in new.chunks(1000) {
            account::Entity::insert_many(part.iter().map(account_row))
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

    /// The id of every account by sign-in name.
    pub(crate) async fn account_ids(&self) -> StoreResult<HashMap<String, i64>> {
        let lines: Vec<(String, i64)> = account::Entity::find()
            .select_only()
            .columns([account::Column::Email, account::Column::Id])
            .into_tuple()
            .all(&self.inner)
            .await?;
        Ok(lines.into_iter().collect())
    }

    /// Sets the password and forgets failed sign-ins.
    pub async fn set_password(&self, id: i64, hash: &str) -> StoreResult<()> {
        let row = account::ActiveModel {
            id: Set(id),
            password_hash: Set(Some(hash.to_owned())),
            failures: Set(0),
            locked_until: Set(0),
            ..Default::default()
        };
        account::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }

    /// Notes the outcome of a sign-in: failures since the last good one, and until when to wait.
    pub async fn note_sign_in(
        &self,
        id: i64,
        failures: i32,
        locked_until: UnixMillis,
        signed_in_at: Option<UnixMillis>,
    ) -> StoreResult<()> {
        let mut row = account::ActiveModel {
            id: Set(id),
            failures: Set(failures),
            locked_until: Set(locked_until.0),
            ..Default::default()
        };
        if let Some(at) = signed_in_at {
            row.signed_in_at = Set(Some(at.0));
        }
        account::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }

    /// Stops or restarts an account. One that was to end on a day goes on if it is restarted.
    pub async fn set_account_active(&self, id: i64, is_active: bool) -> StoreResult<()> {
        let mut row = account::ActiveModel {
            id: Set(id),
            is_active: Set(is_active),
            ..Default::default()
        };
        if is_active {
            row.ends_at = Set(None);
        }
        account::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }

    /// Changes the name of the function and the right to administer.
    pub async fn set_account_profile(
        &self,
        id: i64,
        display_name: &str,
        is_admin: bool,
    ) -> StoreResult<()> {
        let row = account::ActiveModel {
            id: Set(id),
            display_name: Set(display_name.to_owned()),
            is_admin: Set(is_admin),
            ..Default::default()
        };
        account::Entity::update(row).exec(&self.inner).await?;
        Ok(())
    }

    /// Holds an account's row until the end of the transaction. SQLite holds everything anyway.
    pub async fn lock_account(&self, id: i64) -> StoreResult<()> {
        let _: Option<i64> = account::Entity::find_by_id(id)
            .select_only()
            .column(account::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple()
            .one(&self.inner)
            .await?;
        Ok(())
    }

    /// How many accounts of the ministry administer and are not stopped; nobody else changes them
    /// before the end of the transaction. In order of their ids, so that two never wait for each other.
    pub async fn lock_ministry_administrators(&self) -> StoreResult<usize> {
        let ids: Vec<i64> = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(account::Column::Code.is_null())
            .filter(account::Column::IsAdmin.eq(true))
            .filter(account::Column::IsActive.eq(true))
            .order_by_asc(account::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple()
            .all(&self.inner)
            .await?;
        Ok(ids.len())
    }
}

fn account_row(new: &NewAccount) -> account::ActiveModel {
    account::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        email: Set(new.email.clone()),
        display_name: Set(new.display_name.clone()),
        code: Set(new.body.map(|code| code.to_string())),
        is_admin: Set(new.is_admin),
        password_hash: Set(new.password_hash.clone()),
        is_active: Set(true),
        created_at: Set(new.created_at.0),
        signed_in_at: Set(None),
        failures: Set(0),
        locked_until: Set(0),
        ends_at: Set(None),
        department: Set(None),
    }
}
