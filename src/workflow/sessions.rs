//! Signing in and out, and the session behind a cookie.
//!
//! The cookie holds 256 random bits, the database their SHA-256. Failed sign-ins are counted per
//! account and slow it down by time; nobody is locked out for good, and never by address alone,
//! since a whole prefecture may share one.

use sha2::{Digest, Sha256};

use super::accounts::arrived;
use super::passwords::{PasswordError, is_outdated};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::account::{Actor, Role};
use crate::domain::japan_time::UnixMillis;
use crate::domain::survey_edition::EditionKey;
use crate::store::accounts::AccountRecord;
use crate::store::responses::ResponseRecord;
use crate::store::sessions::KeptInput;
use crate::store::visits::SessionRecord;
use crate::store::{StoreResult, Transaction};

/// A session ends after so many minutes without a request.
pub const IDLE_MINUTES: i64 = 60;
/// And after so many hours in any case.
pub const ABSOLUTE_HOURS: i64 = 12;
/// Failed sign-ins that cost nothing yet.
const FREE_FAILURES: i32 = 5;
/// Longest wait after failed sign-ins, in seconds.
const MAX_WAIT_SECONDS: i64 = 15 * 60;

/// A fresh secret: 256 random bits as URL-safe text.
pub fn new_token() -> WorkflowResult<String> {
    use base64::Engine;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| WorkflowError::Forbidden)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// What the database keeps of a secret.
pub fn token_hash(token: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// How a sign-in ended.
#[derive(Debug)]
pub enum SignIn {
    /// The token for the cookie.
    Welcome {
        token: String,
        account: Box<AccountRecord>,
    },
    /// Unknown name, wrong password, stopped account, or a wait after failures: nobody learns which.
    Refused,
    /// Too many people at once.
    Busy,
}

/// Signs in with a mail address and a password.
///
/// Whoever is refused costs the same work: one password hash, one read and one audit row. So neither
/// words nor time tell which addresses have an account.
pub async fn sign_in(
    desk: &Desk,
    email: &str,
    password: &str,
    request_id: &str,
) -> WorkflowResult<SignIn> {
    let email = crate::domain::text::fold_width(email.trim()).to_lowercase();
    let account = desk.store.account_by_email(&email).await?;
    let now = desk.now();
    let hash = account
        .as_ref()
        .filter(|a| !a.is_over(now))
        .and_then(|a| a.password_hash.as_deref());
    let fits = match desk.passwords.verify(password, hash).await {
        Ok(fits) => fits,
        Err(PasswordError::Busy) => return Ok(SignIn::Busy),
        Err(PasswordError::Failed) => false,
    };
    // Hashed with less effort than is usual now: only here is the password at hand to do it again.
    let stronger = match hash {
        Some(hash) if fits && is_outdated(hash) => desk.passwords.hash(password).await.ok(),
        _ => None,
    };
    let transaction = desk.store.begin().await?;
    // Read again under the lock: guesses that came in together must not pass the wait, and a password
    // that was changed or an account that was stopped meanwhile lets nobody in.
    let id = account.as_ref().map_or(0, |account| account.id);
    transaction.lock_account(id).await?;
    let current = transaction.account(id).await?;
    let waits = current.as_ref().is_some_and(|a| a.locked_until > now);
    let welcome = match (account, &current) {
        (Some(account), Some(current)) if fits && !waits && !current.is_over(now) => {
            (current.password_hash == account.password_hash).then_some(account)
        }
        _ => None,
    };
    let Some(account) = welcome else {
        match &current {
            // While the account waits, a try neither counts nor makes the wait longer.
            Some(current) if !waits => {
                note_failure(&transaction, current, now, request_id).await?;
            }
            _ => {
                let subject = match &current {
                    Some(current) => format!("account/{}", current.id),
                    None => "account/unknown".to_owned(),
                };
                transaction
                    .audit_system(now, "sign_in_failed", &subject, request_id)
                    .await?;
            }
        }
        transaction.commit().await?;
        return Ok(SignIn::Refused);
    };
    let token = new_token()?;
    if let Some(hash) = stronger {
        transaction.set_password(account.id, &hash).await?;
    }
    transaction
        .insert_session(&token_hash(&token), account.id, now)
        .await?;
    transaction
        .note_sign_in(account.id, 0, UnixMillis(0), Some(now))
        .await?;
    let subject = format!("account/{}", account.id);
    transaction
        .audit_system(now, "sign_in", &subject, request_id)
        .await?;
    transaction.commit().await?;
    Ok(SignIn::Welcome {
        token,
        account: Box::new(account),
    })
}

/// Counts a wrong password and says from when on the account can be tried again. The caller holds
/// the account's lock, so that no failure is counted over another.
pub(super) async fn note_failure(
    transaction: &Transaction,
    account: &AccountRecord,
    now: UnixMillis,
    request_id: &str,
) -> StoreResult<UnixMillis> {
    let failures = account.failures.saturating_add(1);
    let until = UnixMillis(now.0 + wait_seconds(failures) * 1000);
    transaction
        .note_sign_in(account.id, failures, until, None)
        .await?;
    let subject = format!("account/{}", account.id);
    transaction
        .audit_system(now, "sign_in_failed", &subject, request_id)
        .await?;
    Ok(until)
}

/// Starts a session without a password; only the demo does this.
pub async fn start_session(
    desk: &Desk,
    account_id: i64,
    request_id: &str,
) -> WorkflowResult<String> {
    let now = desk.now();
    let token = new_token()?;
    let transaction = desk.store.begin().await?;
    transaction
        .insert_session(&token_hash(&token), account_id, now)
        .await?;
    transaction
        .note_sign_in(account_id, 0, UnixMillis(0), Some(now))
        .await?;
    let subject = format!("account/{account_id}");
    transaction
        .audit_system(now, "sign_in", &subject, request_id)
        .await?;
    arrived(&transaction, account_id, now, request_id).await?;
    transaction.commit().await?;
    Ok(token)
}

/// Seconds to wait after so many failures: nothing at first, then doubling.
fn wait_seconds(failures: i32) -> i64 {
    let over = failures - FREE_FAILURES;
    if over < 0 {
        return 0;
    }
    (30_i64 << over.min(10)).min(MAX_WAIT_SECONDS)
}

/// The session behind a cookie's token, if it still runs. Its last use is noted once a minute.
pub async fn resume(desk: &Desk, token: &str) -> StoreResult<Option<SessionRecord>> {
    let hash = token_hash(token);
    match desk.store.session(&hash).await? {
        Some(session) if used(desk, &hash, &session).await? => Ok(Some(session)),
        _ => Ok(None),
    }
}

/// The same with the answer of the session's body in an edition, in one statement.
pub async fn resume_with_response(
    desk: &Desk,
    token: &str,
    key: &EditionKey,
) -> StoreResult<Option<(SessionRecord, Option<ResponseRecord>)>> {
    let hash = token_hash(token);
    match desk.store.session_with_response(&hash, key).await? {
        Some(found) if used(desk, &hash, &found.0).await? => Ok(Some(found)),
        _ => Ok(None),
    }
}

/// Whether the session still runs; if so, that it was used is noted.
async fn used(desk: &Desk, hash: &str, session: &SessionRecord) -> StoreResult<bool> {
    let now = desk.now();
    let is_over = session.ends_at.is_some_and(|end| end <= now);
    if is_over || !runs(session.created_at, session.seen_at, now) {
        return Ok(false);
    }
    if now.0 - session.seen_at.0 > 60_000 {
        let transaction = desk.store.begin().await?;
        transaction.touch_session(hash, now).await?;
        transaction.commit().await?;
    }
    Ok(true)
}

/// Ends a session.
pub async fn sign_out(desk: &Desk, actor: &Actor, token: &str) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    transaction.delete_session(&token_hash(token)).await?;
    let subject = format!("account/{}", actor.account_id);
    transaction
        .audit(actor, desk.now(), "sign_out", &subject, "")
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Keeps text that was typed into a form after its session had ended; gives the id to fetch it with.
pub async fn keep_input(desk: &Desk, account_id: i64, kept: &KeptInput) -> WorkflowResult<String> {
    let id = new_token()?;
    let transaction = desk.store.begin().await?;
    transaction
        .keep_input(&id, account_id, kept, desk.now())
        .await?;
    transaction.commit().await?;
    Ok(id)
}

/// One of one's own sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnSession {
    pub started_at: UnixMillis,
    pub seen_at: UnixMillis,
    /// The one that asks.
    pub is_current: bool,
}

/// One's own sessions that still run, the last used first.
pub async fn own_sessions(desk: &Desk, actor: &Actor, token: &str) -> StoreResult<Vec<OwnSession>> {
    let now = desk.now();
    let own = token_hash(token);
    let sessions = desk.store.sessions_of(actor.account_id).await?;
    Ok(sessions
        .into_iter()
        .filter(|(_, started_at, seen_at)| runs(*started_at, *seen_at, now))
        .map(|(hash, started_at, seen_at)| OwnSession {
            started_at,
            seen_at,
            is_current: hash == own,
        })
        .collect())
}

/// Ends one's own sessions but the one that asks.
pub async fn end_other_sessions(desk: &Desk, actor: &Actor, token: &str) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    transaction
        .delete_sessions_of(actor.account_id, Some(&token_hash(token)))
        .await?;
    let subject = format!("account/{}", actor.account_id);
    transaction
        .audit(actor, desk.now(), "end_other_sessions", &subject, "")
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Sessions and kept texts untouched for so many hours are deleted.
const SWEEP_HOURS: i64 = 24;
/// Links that ended so many days ago are deleted.
const SWEEP_LINK_DAYS: i64 = 30;

/// Deletes what has run out: sessions, kept texts, links; stops accounts whose last day has passed.
pub async fn sweep(desk: &Desk) -> WorkflowResult<()> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    transaction
        .sweep_sessions(now.plus_millis(-SWEEP_HOURS * 3_600_000))
        .await?;
    transaction
        .sweep_invitations(now.plus_millis(-SWEEP_LINK_DAYS * 24 * 3_600_000))
        .await?;
    for account in transaction.ended_accounts(now).await? {
        transaction.end_account(account).await?;
        let subject = format!("account/{account}");
        transaction
            .audit_system(now, "account_ended", &subject, "sweep")
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

fn runs(started_at: UnixMillis, seen_at: UnixMillis, now: UnixMillis) -> bool {
    now.0 - seen_at.0 <= IDLE_MINUTES * 60_000 && now.0 - started_at.0 <= ABSOLUTE_HOURS * 3_600_000
}

/// Where somebody starts after signing in.
pub fn home_path(role: Role) -> &'static str {
    match role {
        Role::Ministry => "/country",
        Role::Prefecture(_) | Role::Municipality => "/home",
    }
}
