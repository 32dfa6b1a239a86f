//! One's own account: name of the function, password.

use super::{
    AccountError, AccountResult, Field, FieldProblem, check_new_password, known_of,
    read_display_name,
};
use crate::domain::account::Actor;
use crate::domain::japan_time;
use crate::store::accounts::{AccountRecord, Links};
use crate::workflow::sessions::{note_failure, token_hash};
use crate::workflow::{Desk, WorkflowError};

/// What was typed to change one's password.
#[derive(Clone, Copy)]
pub struct PasswordChange<'a> {
    pub current: &'a str,
    pub new: &'a str,
    pub again: &'a str,
}

/// Changes one's own password; every other session ends. Wrong guesses of the current one count like
/// failed sign-ins.
pub async fn change_own_password(
    desk: &Desk,
    actor: &Actor,
    session_token: &str,
    typed: PasswordChange<'_>,
) -> AccountResult<()> {
    let account = desk.store.account(actor.account_id).await?;
    let account = account.ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let mut known = known_of(desk, actor.code()).await?;
    known.extend([account.email.clone(), account.display_name.clone()]);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut problems = check_new_password(typed.new, typed.again, &known);
    if let Some(problem) = wrong_password(desk, actor, &account, typed.current).await? {
        problems.insert(0, problem);
    }
    if !problems.is_empty() {
        return Err(AccountError::Invalid(problems));
    }
    let hash = desk.passwords.hash(typed.new).await?;
    let transaction = desk.store.begin().await?;
    transaction.lock_account(account.id).await?;
    let current = transaction.account(account.id).await?;
    if current.is_none_or(|current| current.password_hash != account.password_hash) {
        return Err(WorkflowError::Stale.into());
    }
    transaction.set_password(account.id, &hash).await?;
    transaction
        .delete_sessions_of(account.id, Some(&token_hash(session_token)))
        .await?;
    transaction
        .revoke_links(Links::ResetsOf(account.id), now)
        .await?;
    let subject = super::subject(&account);
    transaction
        .audit(actor, now, "change_password", &subject, "")
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// What is wrong with a password that is asked again before something important; `None` if it is the one of the
/// account. Wrong guesses count like failed sign-ins.
pub(super) async fn wrong_password(
    desk: &Desk,
    actor: &Actor,
    account: &AccountRecord,
    typed: &str,
) -> AccountResult<Option<FieldProblem>> {
    let now = desk.now();
    let problem = |message: String| Some(FieldProblem::new(Field::CurrentPassword, message));
    if typed.is_empty() {
        return Ok(problem("いまのパスワードを入力してください。".to_owned()));
    }
    if account.locked_until > now {
        return Ok(problem(wait_text(account.locked_until)));
    }
    let hash = account.password_hash.as_deref();
    if desk.passwords.verify(typed, hash).await? {
        return Ok(None);
    }
    let transaction = desk.store.begin().await?;
    transaction.lock_account(account.id).await?;
    let current = transaction.account(account.id).await?;
    let current = current.ok_or(WorkflowError::NotFound)?;
    let until = note_failure(&transaction, &current, now, &actor.request_id).await?;
    transaction.commit().await?;
    Ok(problem(if until > now {
        wait_text(until)
    } else {
        "いまのパスワードが違います。ログインに使っているパスワードを入力してください。".to_owned()
    }))
}

fn wait_text(until: japan_time::UnixMillis) -> String {
    format!(
        "パスワードの入力まちがいが続いたため、しばらく止めています。{}を過ぎてから、もう一度お試しください。",
        japan_time::datetime_label(until)
    )
}

/// Changes the name of one's own function.
pub async fn change_own_name(desk: &Desk, actor: &Actor, display_name: &str) -> AccountResult<()> {
    let name =
        read_display_name(display_name).map_err(|problem| AccountError::Invalid(vec![problem]))?;
    let transaction = desk.store.begin().await?;
    let account = transaction.account(actor.account_id).await?;
    let account = account.ok_or(WorkflowError::NotFound)?;
    transaction
        .set_account_profile(account.id, &name, account.is_admin)
        .await?;
    let subject = super::subject(&account);
    transaction
        .audit(actor, desk.now(), "change_own_name", &subject, "")
        .await?;
    transaction.commit().await?;
    Ok(())
}
