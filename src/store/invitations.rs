//! Invitations, and links to choose a new password. Of a token only its SHA-256 is kept.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::accounts::{Home, home, within};
use super::entities::{invitation, organization};
use super::{Store, StoreResult, Transaction};
use crate::domain::account::AccountScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// An invitation, or a link to choose a new password.
#[derive(Clone, Debug)]
pub struct InvitationRecord {
    pub token_hash: String,
    pub email: Option<String>,
    pub home: Home,
    pub is_admin: bool,
    pub created_at: UnixMillis,
    pub expires_at: UnixMillis,
    pub used_at: Option<UnixMillis>,
    pub resets_account_id: Option<i64>,
}

/// Which unused links lose their force.
#[derive(Clone, Debug)]
pub enum Links<'a> {
    /// The set-up links of the first administrator.
    SetUp,
    /// Invitations of this address to this body.
    Invited {
        email: &'a str,
        body: Option<LocalGovernmentCode>,
    },
    /// Links to choose a new password for this account.
    ResetsOf(i64),
    /// Everything this account handed out.
    HandedOutBy(i64),
}

/// An invitation about to be made.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    pub token_hash: String,
    pub email: Option<String>,
    pub body: Option<LocalGovernmentCode>,
    pub is_admin: bool,
    pub invited_by: Option<i64>,
    pub created_at: UnixMillis,
    pub expires_at: UnixMillis,
    pub resets_account_id: Option<i64>,
}

fn load_invitation(
    (row, organization): (invitation::Model, Option<organization::Model>),
) -> StoreResult<InvitationRecord> {
    Ok(InvitationRecord {
        token_hash: row.token_hash,
        email: row.email,
        home: home(row.code.as_deref(), organization)?,
        is_admin: row.is_admin,
        created_at: UnixMillis(row.created_at),
        expires_at: UnixMillis(row.expires_at),
        used_at: row.used_at.map(UnixMillis),
        resets_account_id: row.resets_account_id,
    })
}

async fn invitation(
    connection: &impl ConnectionTrait,
    token_hash: &str,
) -> StoreResult<Option<InvitationRecord>> {
    let row = invitation::Entity::find()
        .find_also_related(organization::Entity)
        .filter(invitation::Column::TokenHash.eq(token_hash))
        .one(connection)
        .await?;
    row.map(load_invitation).transpose()
}

impl Store {
    /// The invitation behind a token's hash, used or not.
    pub async fn invitation(&self, token_hash: &str) -> StoreResult<Option<InvitationRecord>> {
        invitation(&self.read, token_hash).await
    }

    /// Invitations nobody has used that still hold, oldest first; links for a new password are not among them.
    pub async fn open_invitations(
        &self,
        scope: AccountScope,
        now: UnixMillis,
    ) -> StoreResult<Vec<InvitationRecord>> {
        let rows = invitation::Entity::find()
            .find_also_related(organization::Entity)
            .filter(within(scope, invitation::Column::Code))
            .filter(invitation::Column::UsedAt.is_null())
            .filter(invitation::Column::Email.is_not_null())
            .filter(invitation::Column::ResetsAccountId.is_null())
            .filter(invitation::Column::ExpiresAt.gt(now.0))
            .order_by_asc(invitation::Column::CreatedAt)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load_invitation).collect()
    }
}

impl Transaction {
    /// The invitation behind a token's hash, used or not.
    pub async fn invitation(&self, token_hash: &str) -> StoreResult<Option<InvitationRecord>> {
        invitation(&self.inner, token_hash).await
    }

    /// Makes an invitation.
    pub async fn insert_invitation(&self, new: &NewInvitation) -> StoreResult<()> {
        let row = invitation::ActiveModel {
            token_hash: Set(new.token_hash.clone()),
            email: Set(new.email.clone()),
            code: Set(new.body.map(|code| code.to_string())),
            is_admin: Set(new.is_admin),
            invited_by: Set(new.invited_by),
            created_at: Set(new.created_at.0),
            expires_at: Set(new.expires_at.0),
            used_at: Set(None),
            resets_account_id: Set(new.resets_account_id),
        };
        invitation::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Ends unused links now; says how many there were.
    pub async fn revoke_links(&self, links: Links<'_>, now: UnixMillis) -> StoreResult<u64> {
        use invitation::Column as I;
        let chosen = match links {
            Links::SetUp => Condition::all().add(I::Email.is_null()),
            Links::Invited { email, body } => Condition::all()
                .add(I::Email.eq(email))
                .add(I::ResetsAccountId.is_null())
                .add(match body {
                    Some(code) => I::Code.eq(code.as_str()),
                    None => I::Code.is_null(),
                }),
            Links::ResetsOf(id) => Condition::all().add(I::ResetsAccountId.eq(id)),
            Links::HandedOutBy(id) => Condition::all().add(I::InvitedBy.eq(id)),
        };
        let row = invitation::ActiveModel {
            expires_at: Set(now.0),
            ..Default::default()
        };
        let result = invitation::Entity::update_many()
            .set(row)
            .filter(chosen)
            .filter(I::UsedAt.is_null())
            .filter(I::ExpiresAt.gt(now.0))
            .exec(&self.inner)
            .await?;
        Ok(result.rows_affected)
    }

    /// Forgets links that ended before a moment.
    pub async fn sweep_invitations(&self, before: UnixMillis) -> StoreResult<()> {
        invitation::Entity::delete_many()
            .filter(invitation::Column::ExpiresAt.lt(before.0))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Uses up an invitation; `false` if it is used or over already.
    pub async fn use_invitation(&self, token_hash: &str, at: UnixMillis) -> StoreResult<bool> {
        let row = invitation::ActiveModel {
            used_at: Set(Some(at.0)),
            ..Default::default()
        };
        let result = invitation::Entity::update_many()
            .set(row)
            .filter(invitation::Column::TokenHash.eq(token_hash))
            .filter(invitation::Column::UsedAt.is_null())
            .filter(invitation::Column::ExpiresAt.gt(at.0))
            .exec(&self.inner)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
