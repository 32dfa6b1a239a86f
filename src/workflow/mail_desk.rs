//! What operators do with the outbox: send again, stop, and edit the texts. Each is one transaction with its audit row.

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::account::{Actor, Role};
use crate::domain::mail::MailKind;
use crate::domain::mail_text::{MailText, TextProblem, without_secret_link};

/// Failures sent again at once.
const RESEND_AT_MOST: u64 = 10_000;

/// The ministry's administrators run the outbox.
pub fn may_run_outbox(actor: &Actor) -> bool {
    actor.role == Role::Ministry && actor.is_admin
}

fn must_run_outbox(actor: &Actor) -> WorkflowResult<()> {
    if may_run_outbox(actor) {
        Ok(())
    } else {
        Err(WorkflowError::NotFound)
    }
}

/// Puts one mail that failed or was stopped back to those that wait; gives false if it stands elsewhere by now.
///
/// # Errors
/// [`WorkflowError::NotFound`] for whoever does not run the outbox.
pub async fn resend(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<bool> {
    must_run_outbox(actor)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let done = transaction.resend_mails(&[id], now).await? == 1;
    if done {
        transaction
            .audit(actor, now, "resend_mail", &format!("mail/{id}"), "")
            .await?;
    }
    transaction.commit().await?;
    Ok(done)
}

/// Puts everything that failed back to those that wait; gives how many there were.
///
/// # Errors
/// As [`resend`].
pub async fn resend_failed(desk: &Desk, actor: &Actor) -> WorkflowResult<u64> {
    must_run_outbox(actor)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let ids = transaction.failed_mails(RESEND_AT_MOST).await?;
    let mut done = 0;
    for some in ids.chunks(500) {
        done += transaction.resend_mails(some, now).await?;
    }
    if done > 0 {
        let detail = format!("{done} mails");
        transaction
            .audit(actor, now, "resend_mail", "mail", &detail)
            .await?;
    }
    transaction.commit().await?;
    Ok(done)
}

/// Stops a mail; gives false if it was sent meanwhile, or is just being sent.
///
/// # Errors
/// As [`resend`].
pub async fn stop(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<bool> {
    must_run_outbox(actor)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let done = transaction.stop_mails(&[id], now).await? == 1;
    if done {
        // It is over: nobody but its recipient was to know its link, and that one gets it no more from here.
        if let Some(mail) = transaction.mail(id).await?
            && mail.kind.has_secret_link()
        {
            let kept = mail.text.map(|text| without_secret_link(&text.body));
            transaction.forget_link(id, kept.as_deref()).await?;
        }
        transaction
            .audit(actor, now, "stop_mail", &format!("mail/{id}"), "")
            .await?;
    }
    transaction.commit().await?;
    Ok(done)
}

/// Why a text was not kept; the one before still holds.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    #[error("the text has problems")]
    Problems(Vec<TextProblem>),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<crate::store::StoreError> for TextError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Keeps a new text of a kind. `seen` is the number of the text the page showed, 0 for the shipped one. Mails that were
/// tried before keep the text they have.
///
/// # Errors
/// What has to be mended; [`WorkflowError::Stale`] if somebody else wrote one meanwhile.
pub async fn change_text(
    desk: &Desk,
    actor: &Actor,
    kind: MailKind,
    seen: i32,
    subject: &str,
    body: &str,
) -> Result<(), TextError> {
    must_run_outbox(actor)?;
    let text = MailText::parse(kind, subject, body).map_err(TextError::Problems)?;
    let newest = desk.store.mail_text(kind).await?;
    let (number, standing) = newest.map_or_else(
        || (0, MailText::shipped(kind)),
        |(number, text)| (number, text),
    );
    if number != seen {
        return Err(WorkflowError::Stale.into());
    }
    // The same page sent twice changes nothing twice.
    if standing == text {
        return Ok(());
    }
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let by = (actor.account_id, actor.display_name.as_str());
    transaction
        .put_mail_text(kind, number + 1, &text, by, now)
        .await?;
    let subject = format!("mail-text/{}", kind.as_str());
    let detail = format!("text {}", number + 1);
    transaction
        .audit(actor, now, "change_mail_text", &subject, &detail)
        .await?;
    transaction.commit().await?;
    Ok(())
}
