//! The successor of a hand-over: a colleague or a guest, with a link where there is no password yet.

use super::duty::party;
use super::handover::ReadSuccessor;
use super::invite::{Guest, invite_in, reset_in};
use super::{
    AccountError, AccountResult, Field, FieldProblem, INVITATION_HOURS, Link, code, subject,
};
use crate::domain::account::Actor;
use crate::domain::japan_time::{UnixMillis, datetime_label};
use crate::domain::mail::{MailFacts, MailKind, Placeholder};
use crate::store::Transaction;
use crate::store::accounts::AccountRecord;
use crate::workflow::mail::{Announcement, by};

/// The successor.
pub(super) enum Found {
    Account(Box<AccountRecord>),
    /// Somebody without an account, by mail address.
    Guest(String),
}

impl Found {
    pub(super) fn id(&self) -> Option<i64> {
        match self {
            Self::Account(account) => Some(account.id),
            Self::Guest(_) => None,
        }
    }

    pub(super) fn email(&self) -> &str {
        match self {
            Self::Account(account) => &account.email,
            Self::Guest(email) => email,
        }
    }

    /// A colleague becomes an administrator by this hand-over.
    pub(super) fn gains_rights_of(&self, account: &AccountRecord) -> bool {
        match self {
            Self::Account(successor) => account.is_admin && !successor.is_admin,
            Self::Guest(_) => false,
        }
    }

    pub(super) fn can_sign_in(&self) -> bool {
        match self {
            Self::Account(account) => account.password_hash.is_some(),
            Self::Guest(_) => false,
        }
    }
}

/// The successor of an account; a colleague must be able to work for the body.
pub(super) async fn find(
    transaction: &Transaction,
    account: &AccountRecord,
    read: &ReadSuccessor,
    now: UnixMillis,
) -> AccountResult<Found> {
    let id = match read {
        ReadSuccessor::Invited(email) => return Ok(Found::Guest(email.clone())),
        ReadSuccessor::Existing(id) => *id,
    };
    let successor = transaction.account(id).await?;
    let successor = successor.filter(|successor| {
        successor.id != account.id
            && code(&successor.home) == code(&account.home)
            && !successor.is_over(now)
    });
    successor
        .map(|successor| Found::Account(Box::new(successor)))
        .ok_or_else(|| {
            AccountError::Invalid(vec![FieldProblem::new(
                Field::Successor,
                "選んだ後任の方は、いま利用できません。画面を開き直して、もう一度選んでください。",
            )])
        })
}

/// Gives the successor the rights the old account had, and a link if there is no password yet.
pub(super) async fn appoint(
    transaction: &Transaction,
    actor: &Actor,
    account: &AccountRecord,
    successor: &Found,
    now: UnixMillis,
) -> AccountResult<Option<Link>> {
    let gains_rights = successor.gains_rights_of(account);
    let successor = match successor {
        Found::Guest(email) => {
            let guest = Guest {
                email: email.clone(),
                body: code(&account.home),
                is_admin: account.is_admin,
            };
            return Ok(Some(invite_in(transaction, actor, guest, now).await?));
        }
        Found::Account(successor) => successor,
    };
    if gains_rights {
        // As with every change of rights, the sessions with the old ones end. The pages and the mail say so.
        transaction
            .set_account_profile(successor.id, &successor.display_name, true)
            .await?;
        transaction.delete_sessions_of(successor.id, None).await?;
        let subject = subject(successor);
        transaction
            .audit(actor, now, "change_account", &subject, "administrator")
            .await?;
    }
    if successor.password_hash.is_some() {
        return Ok(None);
    }
    let link = reset_in(transaction, actor, successor, INVITATION_HOURS, now).await?;
    Ok(Some(link))
}

/// Writes the link to the successor, and to nobody else. False where nobody can be written to: mails are about a body,
/// and the ministry is none.
pub(super) async fn mail_link(
    transaction: &Transaction,
    actor: &Actor,
    account: &AccountRecord,
    successor: &Found,
    (link, now): (&Link, UnixMillis),
) -> AccountResult<bool> {
    let (Some((about, name, _)), Ok(to)) = (&account.home, successor.email().parse()) else {
        return Ok(false);
    };
    let told = Announcement {
        kind: MailKind::AccountLink,
        to: party(Some(*about)),
        about: (*about, name),
        edition: None,
        event: format!("{}/{}", account.id, now.0),
        facts: MailFacts::default()
            .with(Placeholder::By, by(actor))
            .with(Placeholder::Day, datetime_label(link.expires_at))
            .with(Placeholder::Link, format!("/invitation/{}", link.token)),
    };
    transaction.mail_all(&told.mails(&[to]), now).await?;
    Ok(true)
}
