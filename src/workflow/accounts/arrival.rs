//! A successor can sign in: the accounts that waited for that end (docs/adr/023).

use super::duty::party;
use super::{code, subject};
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;
use crate::domain::mail::{MailFacts, MailKind, Placeholder};
use crate::store::Transaction;
use crate::store::accounts::{AccountRecord, Links};
use crate::workflow::WorkflowResult;
use crate::workflow::mail::Announcement;

/// Ends the accounts that waited for this one. Asked whenever somebody gets in by a link, or in the demo.
pub(in crate::workflow) async fn arrived(
    transaction: &Transaction,
    successor: i64,
    now: UnixMillis,
    request_id: &str,
) -> WorkflowResult<()> {
    let waiting = transaction.accounts_waiting_for(successor).await?;
    for (handover, from) in waiting {
        transaction.lock_account(from).await?;
        let Some(account) = transaction.account(from).await? else {
            continue;
        };
        transaction.note_arrival(handover, now).await?;
        if account.is_over(now) {
            continue;
        }
        transaction.end_account_at(account.id, now).await?;
        transaction.end_account(account.id).await?;
        for links in [Links::ResetsOf(account.id), Links::HandedOutBy(account.id)] {
            transaction.revoke_links(links, now).await?;
        }
        transaction
            .audit_system(now, "end_account", &subject(&account), request_id)
            .await?;
        if let Some(successor) = transaction.account(successor).await? {
            tell(transaction, &account, &successor, now).await?;
        }
    }
    Ok(())
}

async fn tell(
    transaction: &Transaction,
    account: &AccountRecord,
    successor: &AccountRecord,
    now: UnixMillis,
) -> WorkflowResult<()> {
    let Some((about, name, _)) = &account.home else {
        return Ok(());
    };
    let what = format!(
        "後任の方が使い始めたので、「{}」の利用が終わりました",
        account.display_name
    );
    let to = party(code(&account.home));
    let told = Announcement {
        kind: MailKind::HandedOver,
        to,
        about: (*about, name),
        edition: None,
        event: format!("{about}/arrived/{}/{}", account.id, now.0),
        facts: MailFacts::default()
            .with(
                Placeholder::By,
                format!("{}（{name}）", successor.display_name),
            )
            .with(Placeholder::State, what)
            // Whoever has ended has no page of their own any more.
            .with(Placeholder::Link, "/"),
    };
    let mut addresses = transaction.addresses_of(to).await?;
    let old: Option<EmailAddress> = account.email.parse().ok();
    addresses.extend(old);
    addresses.sort_unstable();
    addresses.dedup();
    Ok(transaction.mail_all(&told.mails(&addresses), now).await?)
}
