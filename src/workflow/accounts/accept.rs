//! Using a link: making one's account, or choosing a new password.

use super::{
    AccountError, AccountResult, Field, FieldProblem, arrived, check_new_password, code, known_of,
    read_display_name, read_email,
};
use crate::domain::japan_time::UnixMillis;
use crate::store::StoreError;
use crate::store::accounts::{AccountRecord, Home, InvitationRecord, NewAccount};
use crate::workflow::Desk;
use crate::workflow::sessions::{new_token, token_hash};

/// A link that works.
#[derive(Clone, Debug)]
pub struct OpenLink {
    /// The sign-in name; `None` where the guest enters it (set-up).
    pub email: Option<String>,
    pub home: Home,
    pub is_admin: bool,
    pub expires_at: UnixMillis,
    /// True where an account exists and only gets a new password.
    pub is_reset: bool,
}

/// What the guest typed.
#[derive(Clone, Copy, Default)]
pub struct Typed<'a> {
    /// Read only where the link has no address.
    pub email: &'a str,
    /// Read only where an account is made.
    pub display_name: &'a str,
    pub password: &'a str,
    pub password_again: &'a str,
}

/// An account with a session.
pub struct Accepted {
    /// For the cookie.
    pub token: String,
    pub account: AccountRecord,
    pub was_reset: bool,
}

fn is_open(link: &InvitationRecord, now: UnixMillis) -> bool {
    link.used_at.is_none() && link.expires_at > now
}

/// What a link is for. Looking does not use it up: mail scanners open links too.
pub async fn open_link(desk: &Desk, token: &str) -> AccountResult<OpenLink> {
    let link = desk.store.invitation(&token_hash(token)).await?;
    let link = link
        .filter(|link| is_open(link, desk.now()))
        .ok_or(AccountError::Gone)?;
    if let Some(id) = link.resets_account_id
        && !desk.store.account(id).await?.is_some_and(|a| a.is_active)
    {
        return Err(AccountError::Gone);
    }
    if link.email.is_none() && desk.store.account_count().await? > 0 {
        return Err(AccountError::Gone);
    }
    Ok(OpenLink {
        email: link.email,
        home: link.home,
        is_admin: link.is_admin,
        expires_at: link.expires_at,
        is_reset: link.resets_account_id.is_some(),
    })
}

/// Uses a link: makes the account or sets the new password, and starts a session.
pub async fn accept_invitation(
    desk: &Desk,
    token: &str,
    typed: Typed<'_>,
    request_id: &str,
) -> AccountResult<Accepted> {
    let link = open_link(desk, token).await?;
    let mut problems = Vec::new();
    let mut keep =
        |read: Result<String, FieldProblem>| read.map_err(|problem| problems.push(problem)).ok();
    let email = match &link.email {
        Some(email) => Some(email.clone()),
        None => keep(read_email(typed.email)),
    };
    let display_name = if link.is_reset {
        Some(String::new())
    } else {
        keep(read_display_name(typed.display_name))
    };
    let mut known = known_of(desk, code(&link.home)).await?;
    known.extend(email.clone());
    known.extend(display_name.clone().filter(|name| !name.is_empty()));
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    problems.extend(check_new_password(
        typed.password,
        typed.password_again,
        &known,
    ));
    let (Some(email), Some(display_name), true) = (email, display_name, problems.is_empty()) else {
        return Err(AccountError::Invalid(problems));
    };
    let hash = desk.passwords.hash(typed.password).await?;

    let now = desk.now();
    let link_hash = token_hash(token);
    let transaction = desk.store.begin().await?;
    let link = transaction.invitation(&link_hash).await?;
    let link = link.ok_or(AccountError::Gone)?;
    if !transaction.use_invitation(&link_hash, now).await? {
        return Err(AccountError::Gone);
    }
    let account_id = match link.resets_account_id {
        Some(id) => {
            let account = transaction.account(id).await?;
            if !account.is_some_and(|account| account.is_active) {
                return Err(AccountError::Gone);
            }
            transaction.set_password(id, &hash).await?;
            transaction.delete_sessions_of(id, None).await?;
            id
        }
        None => {
            if link.email.is_none() && transaction.account_count().await? > 0 {
                return Err(AccountError::Gone);
            }
            if transaction.account_by_email(&email).await?.is_some() {
                return Err(email_taken());
            }
            let new = NewAccount {
                email,
                display_name,
                body: code(&link.home),
                is_admin: link.is_admin,
                password_hash: Some(hash),
                created_at: now,
            };
            transaction
                .insert_account(&new)
                .await
                .map_err(duplicate_or)?
        }
    };
    if link.resets_account_id.is_none() {
        let guest = link.email.as_deref().unwrap_or_default();
        transaction
            .note_successor(guest, code(&link.home), account_id)
            .await?;
    }
    arrived(&transaction, account_id, now, request_id).await?;
    let session = new_token()?;
    transaction
        .insert_session(&token_hash(&session), account_id, now)
        .await?;
    transaction
        .note_sign_in(account_id, 0, UnixMillis(0), Some(now))
        .await?;
    let was_reset = link.resets_account_id.is_some();
    let action = if was_reset {
        "reset_password"
    } else {
        "accept_invitation"
    };
    transaction
        .audit_system(now, action, &format!("account/{account_id}"), request_id)
        .await?;
    let account = transaction.account(account_id).await?;
    let account = account.ok_or(AccountError::Gone)?;
    transaction.commit().await?;
    Ok(Accepted {
        token: session,
        account,
        was_reset,
    })
}

/// Two invitations of one address, accepted in the same moment.
fn duplicate_or(error: StoreError) -> AccountError {
    if error.is_duplicate() {
        email_taken()
    } else {
        error.into()
    }
}

fn email_taken() -> AccountError {
    AccountError::Invalid(vec![FieldProblem::new(
        Field::Email,
        "このメールアドレスは、すでに登録されています。ログイン画面からログインしてください。",
    )])
}
