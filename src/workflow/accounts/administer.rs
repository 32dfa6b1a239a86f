//! What an administrator does with an account: change, stop, restart.

use super::{AccountError, AccountResult, Refusal, read_display_name, subject, target};
use crate::domain::account::Actor;
use crate::store::Transaction;
use crate::store::accounts::{AccountRecord, Links};
use crate::workflow::{Desk, WorkflowError};

/// An account this person administers; any other one does not exist for them.
pub async fn account_for(
    transaction: &Transaction,
    actor: &Actor,
    account_id: i64,
) -> AccountResult<AccountRecord> {
    let account = transaction.account(account_id).await?;
    Ok(account
        .filter(|account| actor.may_invite(target(&account.home)))
        .ok_or(WorkflowError::NotFound)?)
}

/// Without this account the ministry would have no administrator left. The administrators are locked
/// until the end of the transaction: two who stop each other at once wait for one another here.
pub(super) async fn is_last_of_ministry(
    transaction: &Transaction,
    account: &AccountRecord,
) -> AccountResult<bool> {
    let counts = account.home.is_none() && account.is_admin && account.is_active;
    Ok(counts && transaction.lock_ministry_administrators().await? <= 1)
}

/// Changes the name of the function and the right to administer. A change of rights ends the
/// account's sessions.
pub async fn change_account(
    desk: &Desk,
    actor: &Actor,
    account_id: i64,
    display_name: &str,
    is_admin: bool,
) -> AccountResult<()> {
    let transaction = desk.store.begin().await?;
    let account = account_for(&transaction, actor, account_id).await?;
    let name =
        read_display_name(display_name).map_err(|problem| AccountError::Invalid(vec![problem]))?;
    if account.is_admin && !is_admin {
        if account.id == actor.account_id {
            return Err(Refusal::DemoteSelf.into());
        }
        if is_last_of_ministry(&transaction, &account).await? {
            return Err(Refusal::LastMinistryAdmin.into());
        }
    }
    let now = desk.now();
    transaction
        .set_account_profile(account.id, &name, is_admin)
        .await?;
    let detail = match (account.is_admin, is_admin) {
        (false, true) => "administrator",
        (true, false) => "no longer administrator",
        _ => "",
    };
    if account.is_admin != is_admin {
        transaction.delete_sessions_of(account.id, None).await?;
    }
    if account.is_admin && !is_admin {
        transaction
            .revoke_links(Links::HandedOutBy(account.id), now)
            .await?;
    }
    transaction
        .audit(actor, now, "change_account", &subject(&account), detail)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Stops an account: its sessions end at once, and so do links for it and from it.
pub async fn stop_account(desk: &Desk, actor: &Actor, account_id: i64) -> AccountResult<()> {
    let transaction = desk.store.begin().await?;
    let account = account_for(&transaction, actor, account_id).await?;
    if account.id == actor.account_id {
        return Err(Refusal::StopSelf.into());
    }
    if is_last_of_ministry(&transaction, &account).await? {
        return Err(Refusal::LastMinistryAdmin.into());
    }
    let now = desk.now();
    transaction.set_account_active(account.id, false).await?;
    transaction.delete_sessions_of(account.id, None).await?;
    for links in [Links::ResetsOf(account.id), Links::HandedOutBy(account.id)] {
        transaction.revoke_links(links, now).await?;
    }
    transaction
        .audit(actor, now, "stop_account", &subject(&account), "")
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Lets a stopped account in again, with its password.
pub async fn restart_account(desk: &Desk, actor: &Actor, account_id: i64) -> AccountResult<()> {
    let transaction = desk.store.begin().await?;
    let account = account_for(&transaction, actor, account_id).await?;
    transaction.set_account_active(account.id, true).await?;
    transaction.forget_arrivals(account.id).await?;
    transaction
        .audit(actor, desk.now(), "restart_account", &subject(&account), "")
        .await?;
    transaction.commit().await?;
    Ok(())
}
