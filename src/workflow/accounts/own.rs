//! One's own account: name of the function, password.

use super::{
    AccountError, AccountResult, Field, FieldProblem, check_new_password, known_of,
    read_display_name,
};
use crate::domain::account::Actor;
use crate::domain::japan_time;
use crate::store::accounts::Links;
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
    let of_current = |message: String| FieldProblem::new(Field::CurrentPassword, message);
    let mut known = known_of(desk, actor.code()).await?;
    known.extend([account.email.clone(), account.display_name.clone()]);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut problems = check_new_password(typed.new, typed.again, &known);
    if typed.current.is_empty() {
        problems.insert(
            0,
            of_current("いまのパスワードを入力してください。".to_owned()),
        );
    } else if account.locked_until > now {
        problems.insert(0, of_current(wait_text(account.locked_until)));
    } else if !desk
        .passwords
        .verify(typed.current, account.password_hash.as_deref())
        .await?
    {
        let transaction = desk.store.begin().await?;
        transaction.lock_account(account.id).await?;
        let current = transaction.account(account.id).await?;
        let current = current.ok_or(WorkflowError::NotFound)?;
        let until = note_failure(&transaction, &current, now, &actor.request_id).await?;
        transaction.commit().await?;
        let message = if until > now {
            wait_text(until)
        } else {
            "いまのパスワードが違います。ログインに使っているパスワードを入力してください。"
                .to_owned()
        };
        problems.insert(0, of_current(message));
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
