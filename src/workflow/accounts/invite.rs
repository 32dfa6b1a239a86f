//! Links to hand over: invitations, new passwords, the set-up of an empty portal.

use super::{
    AccountResult, Field, FieldProblem, INVITATION_HOURS, Link, RESET_HOURS, Refusal, account_for,
    body_subject, code, home_for, read_email, subject,
};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::store::Transaction;
use crate::store::accounts::{AccountRecord, Links, NewInvitation};
use crate::workflow::sessions::{new_token, token_hash};
use crate::workflow::{Desk, WorkflowError};

/// Whom to invite.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// As typed.
    pub email: &'a str,
    /// `None` is the ministry.
    pub body: Option<LocalGovernmentCode>,
    pub is_admin: bool,
}

fn link(now: UnixMillis, hours: i64) -> AccountResult<Link> {
    Ok(Link {
        token: new_token()?,
        expires_at: now.plus_millis(hours * 3_600_000),
    })
}

/// Makes an invitation; an earlier one of the same address to the same body ends.
pub async fn invite(desk: &Desk, actor: &Actor, new: Invitation<'_>) -> AccountResult<Link> {
    let home = home_for(desk, actor, new.body).await?;
    let email =
        read_email(new.email).map_err(|problem| super::AccountError::Invalid(vec![problem]))?;
    let now = desk.now();
    if let Some(code) = new.body
        && desk.store.end_of(code, now.japan_date()).await?.is_some()
    {
        return Err(super::AccountError::Invalid(vec![FieldProblem::new(
            Field::Email,
            "この団体は廃止されているため、新しい利用者は招待できません。引き継いだ団体の利用者として招待してください。",
        )]));
    }
    let transaction = desk.store.begin().await?;
    let guest = Guest {
        email,
        body: code(&home),
        is_admin: new.is_admin,
    };
    let link = invite_in(&transaction, actor, guest, now).await?;
    transaction.commit().await?;
    Ok(link)
}

/// Who is invited; the right to invite there was asked before.
pub(super) struct Guest {
    /// Folded to lower case.
    pub email: String,
    pub body: Option<LocalGovernmentCode>,
    pub is_admin: bool,
}

/// Makes an invitation in a transaction of the caller.
pub(super) async fn invite_in(
    transaction: &Transaction,
    actor: &Actor,
    guest: Guest,
    now: UnixMillis,
) -> AccountResult<Link> {
    let link = link(now, INVITATION_HOURS)?;
    let Guest {
        email,
        body,
        is_admin,
    } = guest;
    if let Some(account) = transaction.account_by_email(&email).await? {
        let message = taken(&account, body);
        return Err(super::AccountError::Invalid(vec![FieldProblem::new(
            Field::Email,
            message,
        )]));
    }
    let earlier = Links::Invited {
        email: &email,
        body,
    };
    transaction.revoke_links(earlier, now).await?;
    transaction
        .insert_invitation(&NewInvitation {
            token_hash: token_hash(&link.token),
            email: Some(email),
            body,
            is_admin,
            invited_by: (actor.account_id != 0).then_some(actor.account_id),
            created_at: now,
            expires_at: link.expires_at,
            resets_account_id: None,
        })
        .await?;
    let detail = if is_admin { "administrator" } else { "" };
    transaction
        .audit(actor, now, "invite", &body_subject(body), detail)
        .await?;
    Ok(link)
}

/// What to tell somebody who invites an address that has an account.
fn taken(account: &AccountRecord, body: Option<LocalGovernmentCode>) -> &'static str {
    if code(&account.home) != body {
        "このメールアドレスは、ほかの団体の利用者として登録されています。別のメールアドレスを使うか、以前の団体の管理者か運用担当にご相談ください。"
    } else if account.is_active {
        "このメールアドレスの利用者は、すでに登録されています。パスワードを忘れたときは、利用者の一覧で名前を選び、再設定のリンクを作ってください。"
    } else {
        "このメールアドレスの利用者は、停止中です。利用者の一覧で名前を選び、「利用を再開する」を押してください。"
    }
}

/// Takes an invitation back that nobody has accepted.
pub async fn cancel_invitation(
    desk: &Desk,
    actor: &Actor,
    email: &str,
    body: Option<LocalGovernmentCode>,
) -> AccountResult<()> {
    home_for(desk, actor, body).await?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let ended = transaction
        .revoke_links(Links::Invited { email, body }, now)
        .await?;
    if ended == 0 {
        return Err(WorkflowError::Stale.into());
    }
    transaction
        .audit(actor, now, "cancel_invitation", &body_subject(body), "")
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Makes a link with which the owner of an account chooses a new password; an earlier one ends.
pub async fn reset_link(desk: &Desk, actor: &Actor, account_id: i64) -> AccountResult<Link> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let account = account_for(&transaction, actor, account_id).await?;
    if account.id == actor.account_id {
        return Err(Refusal::ResetSelf.into());
    }
    if !account.is_active {
        return Err(Refusal::Stopped.into());
    }
    let link = reset_in(&transaction, actor, &account, RESET_HOURS, now).await?;
    transaction.commit().await?;
    Ok(link)
}

/// The same in a transaction of the caller, who knows that the link goes to nobody else.
pub(super) async fn reset_in(
    transaction: &Transaction,
    actor: &Actor,
    account: &AccountRecord,
    hours: i64,
    now: UnixMillis,
) -> AccountResult<Link> {
    let link = link(now, hours)?;
    transaction
        .revoke_links(Links::ResetsOf(account.id), now)
        .await?;
    transaction
        .insert_invitation(&NewInvitation {
            token_hash: token_hash(&link.token),
            email: Some(account.email.clone()),
            body: code(&account.home),
            is_admin: account.is_admin,
            invited_by: (actor.account_id != 0).then_some(actor.account_id),
            created_at: now,
            expires_at: link.expires_at,
            resets_account_id: Some(account.id),
        })
        .await?;
    transaction
        .audit(actor, now, "reset_link", &subject(account), "")
        .await?;
    Ok(link)
}

/// The link for the first administrator of an empty portal; earlier ones end. None once somebody has
/// an account.
pub async fn set_up_link(desk: &Desk) -> AccountResult<Option<Link>> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    if transaction.account_count().await? > 0 {
        return Ok(None);
    }
    let link = link(now, INVITATION_HOURS)?;
    transaction.revoke_links(Links::SetUp, now).await?;
    transaction
        .insert_invitation(&NewInvitation {
            token_hash: token_hash(&link.token),
            email: None,
            body: None,
            is_admin: true,
            invited_by: None,
            created_at: now,
            expires_at: link.expires_at,
            resets_account_id: None,
        })
        .await?;
    transaction
        .audit_system(now, "set_up_link", &body_subject(None), "serve")
        .await?;
    transaction.commit().await?;
    Ok(Some(link))
}
