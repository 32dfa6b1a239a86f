//! Sending what the outbox holds (docs/adr/017).
//!
//! ```text
//! look ─ is the server there? ─ claim some, fix their texts (one transaction) ─ one letter after the other ─> note each
//! ```
//! Several nodes share the work by leases. A note is written at once after each letter: the only moment in which a mail
//! could go out twice is a crash between the server's reply and that note.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};

use super::sessions::new_token;
use super::{Desk, WorkflowResult};
use crate::domain::japan_time::UnixMillis;
use crate::domain::mail::MailKind;
use crate::domain::mail_text::{MailText, without_secret_link};
use crate::mail::{Handed, Letter, Postman};
use crate::store::deliveries::{Attempt, FixedText, MailRecord};
use crate::store::intake::Lease;

/// Mails taken at once.
const CLAIM: u64 = 50;
/// A claim holds so long, in milliseconds.
const LEASE: i64 = 10 * 60_000;
/// No letter is begun when less than this is left of the lease: more than one letter can take.
const ENOUGH: Duration = Duration::from_secs(120);
/// Tried again after a minute, two, four, …, at most this long, in milliseconds.
const FIRST_WAIT: i64 = 60_000;
const LONGEST_WAIT: i64 = 60 * 60_000;
/// Given up after three days, in milliseconds.
const GIVE_UP_AFTER: i64 = 3 * 24 * 60 * 60_000;
/// A link that lets somebody in is over by then.
const LINK_OVER_AFTER: i64 = 24 * 60 * 60_000;
/// So many letters in a row without a reply: the server has gone, not the letters.
const BROKEN_IN_A_ROW: usize = 2;
/// How often a worker looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// And while no server answers: twice as long each time, at most this.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(300);

/// What a round of deliveries gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    pub sent: usize,
    /// Refused for now, or without a reply.
    pub later: usize,
    pub failed: usize,
    /// Why the server could not be reached; mails that were not tried are as they were.
    pub unreachable: Option<String>,
}

/// Sends for ever; what goes wrong is logged and tried again.
pub async fn work(desk: Desk, postman: Postman, base: String) {
    let mut wait = LOOK_EVERY;
    loop {
        tokio::time::sleep(wait).await;
        wait = match deliver_due(&desk, &postman, &base).await {
            Ok(Delivery {
                unreachable: Some(why),
                ..
            }) => {
                tracing::warn!(cause = %why, "the mail server cannot be reached; mails wait");
                (wait * 2).min(LOOK_AT_LEAST_EVERY)
            }
            Ok(done) => {
                if done.failed > 0 {
                    tracing::warn!(
                        mails = done.failed,
                        "mails failed; see the page of the outbox"
                    );
                }
                LOOK_EVERY
            }
            Err(error) => {
                tracing::warn!(cause = %error, "sending mail failed; will try again");
                (wait * 2).min(LOOK_AT_LEAST_EVERY)
            }
        };
    }
}

/// Sends everything that is due, in its order.
///
/// # Errors
/// Those of the database; mails that were claimed are free again when the lease is over.
pub async fn deliver_due(desk: &Desk, postman: &Postman, base: &str) -> WorkflowResult<Delivery> {
    let mut done = Delivery::default();
    if !desk.store.has_due_mail(desk.now()).await? {
        return Ok(done);
    }
    if let Err(why) = postman.is_there().await {
        done.unreachable = Some(why);
        return Ok(done);
    }
    let me = new_token()?;
    let delivered = deliver_all(desk, postman, base, &me, &mut done).await;
    postman.leave().await;
    delivered?;
    Ok(done)
}

async fn deliver_all(
    desk: &Desk,
    postman: &Postman,
    base: &str,
    me: &str,
    done: &mut Delivery,
) -> WorkflowResult<()> {
    while deliver_some(desk, postman, base, me, done).await? {}
    Ok(())
}

/// One claim; false if there is nothing more to do now.
async fn deliver_some(
    desk: &Desk,
    postman: &Postman,
    base: &str,
    me: &str,
    done: &mut Delivery,
) -> WorkflowResult<bool> {
    let begun = Instant::now();
    let mails = claim(desk, postman, base, me).await?;
    let whole = usize::try_from(CLAIM).is_ok_and(|claim| mails.len() == claim);
    let mut broken = 0;
    for (mail, text) in mails {
        let left = Duration::from_millis(LEASE.unsigned_abs()).saturating_sub(begun.elapsed());
        if left < ENOUGH {
            break;
        }
        let letter = Letter {
            message_id: text.message_id,
            to: mail.to,
            subject: text.subject,
            body: text.body,
            at: mail.created_at,
        };
        let handed = postman.send(&letter).await;
        broken = if matches!(handed, Handed::Broken(_)) {
            broken + 1
        } else {
            0
        };
        let now = desk.now();
        let give_up_after = if mail.kind.has_secret_link() {
            LINK_OVER_AFTER
        } else {
            GIVE_UP_AFTER
        };
        let is_over = now.0 - mail.created_at.0 >= give_up_after;
        let (attempt, reply) = judge(handed, mail.attempts, is_over, now, jitter());
        let transaction = desk.store.begin().await?;
        let noted = transaction
            .note_attempt(mail.id, me, &attempt, &reply, now)
            .await?;
        let is_settled = matches!(attempt, Attempt::Sent | Attempt::Failed);
        if noted && is_settled && mail.kind.has_secret_link() {
            let kept = without_secret_link(&letter.body);
            transaction.forget_link(mail.id, Some(&kept)).await?;
        }
        transaction.commit().await?;
        if !noted {
            tracing::warn!(mail = mail.id, "somebody else took the mail meanwhile");
        }
        match attempt {
            Attempt::Sent => done.sent += 1,
            Attempt::Later(_) => done.later += 1,
            Attempt::Failed => done.failed += 1,
        }
        if broken == BROKEN_IN_A_ROW {
            done.unreachable = Some(reply);
            break;
        }
    }
    // What was not tried is free again at once.
    let transaction = desk.store.begin().await?;
    transaction.release_mails(me).await?;
    transaction.commit().await?;
    Ok(whole && done.unreachable.is_none())
}

/// Claims some mails and fixes the texts of those that have none.
async fn claim(
    desk: &Desk,
    postman: &Postman,
    base: &str,
    me: &str,
) -> WorkflowResult<Vec<(MailRecord, FixedText)>> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let lease = Lease {
        by: me,
        now,
        until: now.plus_millis(LEASE),
    };
    let mut texts: HashMap<MailKind, MailText> = HashMap::new();
    let mut claimed = Vec::new();
    for mail in transaction.claim_mails(lease, CLAIM).await? {
        let text = match &mail.text {
            Some(text) => text.clone(),
            None => {
                let text = match texts.entry(mail.kind) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(room) => {
                        let newest = desk.store.mail_text(mail.kind).await?;
                        let text = newest.map(|(_, text)| text);
                        room.insert(text.unwrap_or_else(|| MailText::shipped(mail.kind)))
                    }
                };
                let (subject, body) = text.fill(&mail.facts, base);
                let text = FixedText {
                    message_id: format!("{}.{}@{}", mail.id, new_token()?, postman.domain()),
                    subject,
                    body,
                };
                transaction.fix_mail_text(mail.id, &text).await?;
                text
            }
        };
        claimed.push((mail, text));
    }
    transaction.commit().await?;
    Ok(claimed)
}

/// What follows from a reply; nothing is tried again once it `is_over`. `chance` is between 0 and 1.
fn judge(
    handed: Handed,
    attempts: i32,
    is_over: bool,
    now: UnixMillis,
    chance: f64,
) -> (Attempt, String) {
    match handed {
        Handed::Over(reply) => (Attempt::Sent, reply),
        Handed::Never(reply) => (Attempt::Failed, reply),
        Handed::Later(reply) | Handed::Broken(reply) => {
            let due = now.plus_millis(wait_after(attempts, chance));
            if is_over {
                (Attempt::Failed, reply)
            } else {
                (Attempt::Later(due), reply)
            }
        }
    }
}

/// How long to wait after so many attempts before this one, in milliseconds: doubled each time, a tenth more or less.
fn wait_after(attempts: i32, chance: f64) -> i64 {
    let doubled = FIRST_WAIT << attempts.clamp(0, 10);
    let wait = doubled.min(LONGEST_WAIT);
    let tenth = wait / 10;
    // The cast cannot leave the range: a tenth of an hour.
    wait - tenth + (2.0 * chance * tenth as f64) as i64
}

/// Between 0 and 1, so that nodes and mails do not come back all at once.
fn jitter() -> f64 {
    let mut bytes = [0_u8; 2];
    // Without a source of chance everybody waits the same.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_within_an_hour() {
        let minute = 60_000;
        assert_eq!(wait_after(0, 0.5), minute);
        assert_eq!(wait_after(1, 0.5), 2 * minute);
        assert_eq!(wait_after(5, 0.5), 32 * minute);
        for attempts in 0..200 {
            for chance in [0.0, 0.3, 1.0] {
                let wait = wait_after(attempts, chance);
                assert!(wait >= minute * 9 / 10, "{attempts} {wait}");
                assert!(wait <= 66 * minute, "{attempts} {wait}");
            }
        }
    }

    #[test]
    fn replies_decide() {
        let now = UnixMillis(5);
        let said = || "451 later".to_owned();
        let later = |is_over| judge(Handed::Later(said()), 0, is_over, now, 0.5).0;
        assert_eq!(later(false), Attempt::Later(now.plus_millis(60_000)));
        assert_eq!(later(true), Attempt::Failed);
        let over = judge(Handed::Over(said()), 3, true, now, 0.0);
        assert_eq!(over.0, Attempt::Sent);
        let never = judge(Handed::Never(said()), 0, false, now, 0.0);
        assert_eq!(never, (Attempt::Failed, said()));
    }
}
