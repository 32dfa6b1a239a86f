//! 担当の引継ぎ: the duty of one account goes to a successor and the account ends. Answers, drafts and history belong to
//! the body and stay.
//!
//! ```text
//! successor signs in already ─────────────────> the old account ends as was chosen
//! invited, or without a password ─ link by mail ─ chooses one ─ arrived ─> the old account that waited ends
//! ```

use jiff::ToSpan;
use jiff::civil::Date;

use super::administer::is_last_of_ministry;
use super::duty::{add_in, end_in, read_address, tell};
use super::own::wrong_password;
use super::successor::{appoint, find, mail_link};
use super::{
    AccountError, AccountResult, Field, FieldProblem, Link, Refusal, code, read_email, subject,
    target,
};
use crate::domain::account::Actor;
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::{UnixMillis, end_of_day};
use crate::domain::text;
use crate::store::accounts::{AccountRecord, Links};
use crate::store::handovers::HandoverRecord;
use crate::workflow::{Desk, WorkflowError};

/// Longest words to a successor, in characters.
const REMARK_MAX: usize = 500;
/// Nobody plans the end of an account for longer than this.
const LATEST_DAYS: i64 = 92;
/// An account waits for its successor no longer than this.
pub const WAITING_DAYS: i32 = 31;

/// Who takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Successor<'a> {
    /// Another account of the same body.
    Existing(i64),
    /// Somebody who is invited, by mail address as typed.
    Invited(&'a str),
    /// Nothing was chosen.
    Nobody,
}

/// When the old account ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Once the successor can sign in: now, if they can already.
    OnArrival,
    Now,
    /// At the end of this day in Japan.
    On(Date),
    /// A day that does not read.
    Unreadable,
}

/// What was typed.
#[derive(Clone, Debug)]
pub struct HandOver<'a> {
    /// The account that ends.
    pub account: i64,
    pub successor: Successor<'a>,
    pub ends: Ends,
    /// Addresses that duty no longer belongs to.
    pub addresses_end: Vec<i64>,
    /// One that it belongs to from now on, with its department, as typed; empty for none.
    pub new_address: (&'a str, &'a str),
    /// Words to the successor.
    pub remark: &'a str,
    /// Of the person who does it.
    pub password: &'a str,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct HandedOver {
    pub from_name: String,
    pub to_email: String,
    pub ends_at: UnixMillis,
    /// It ends before that, once the successor can sign in.
    pub ends_on_arrival: bool,
    /// The successor's rights grew, so that they are signed out.
    pub successor_signed_out: bool,
    /// A link goes to the successor by mail.
    pub is_mailed: bool,
    /// The same link, for whoever may hand it over.
    pub link: Option<Link>,
    /// The person who did it is signed out.
    pub is_signed_out: bool,
}

/// The account whose duty this person may hand over: their own, or one they administer.
pub async fn account_to_hand_over(
    desk: &Desk,
    actor: &Actor,
    account: i64,
) -> AccountResult<AccountRecord> {
    let account = desk.store.account(account).await?;
    Ok(account
        .filter(|account| may_hand_over(actor, account))
        .ok_or(WorkflowError::NotFound)?)
}

fn may_hand_over(actor: &Actor, account: &AccountRecord) -> bool {
    account.id == actor.account_id || actor.may_invite(target(&account.home))
}

/// Hands an account's duty over and lets the account end, all in one transaction.
pub async fn hand_over(
    desk: &Desk,
    actor: &Actor,
    typed: &HandOver<'_>,
) -> AccountResult<HandedOver> {
    let now = desk.now();
    account_to_hand_over(desk, actor, typed.account).await?;
    let read = read(typed, now);
    let own = desk.store.account(actor.account_id).await?;
    let own = own.ok_or(WorkflowError::NotFound)?;
    let mut problems = Vec::new();
    let read = read.map_err(|found| problems = found).ok();
    // Nobody signs in without a password but in the demo; there is none to ask for.
    if own.password_hash.is_some()
        && let Some(problem) = wrong_password(desk, actor, &own, typed.password).await?
    {
        problems.push(problem);
    }
    let Some(read) = read.filter(|_| problems.is_empty()) else {
        return Err(AccountError::Invalid(problems));
    };

    let transaction = desk.store.begin().await?;
    transaction.lock_account(typed.account).await?;
    let account = transaction.account(typed.account).await?;
    let account = account
        .filter(|account| may_hand_over(actor, account))
        .ok_or(WorkflowError::NotFound)?;
    if account.is_over(now) {
        return Err(WorkflowError::Stale.into());
    }
    let body = code(&account.home);
    let successor = find(&transaction, &account, &read.successor, now).await?;
    let waits = !successor.can_sign_in() && read.ends == ReadEnds::OnArrival;
    let ends_at = match read.ends {
        ReadEnds::At(at) => at,
        ReadEnds::OnArrival if waits => {
            end_of_day(now.japan_date().saturating_add(WAITING_DAYS.days()))
        }
        ReadEnds::OnArrival => now,
    };
    let ends_now = ends_at <= now;
    if ends_now {
        // Before the successor gets a link: that one is to work.
        for links in [Links::ResetsOf(account.id), Links::HandedOutBy(account.id)] {
            transaction.revoke_links(links, now).await?;
        }
    }
    // A link that went to a mistyped address does not outlive the hand-over that replaces it.
    for email in transaction.guests_of(account.id).await? {
        let earlier = Links::Invited {
            email: &email,
            body,
        };
        transaction.revoke_links(earlier, now).await?;
    }
    let link = appoint(&transaction, actor, &account, &successor, now).await?;
    if successor.id().is_none() && is_last_of_ministry(&transaction, &account).await? {
        return Err(Refusal::LastMinistryAdmin.into());
    }
    for id in &typed.addresses_end {
        end_in(&transaction, actor, body, *id, now).await?;
    }
    if let Some((email, label)) = &read.new_address {
        add_in(&transaction, actor, body, (email, label), now).await?;
    }
    let record = HandoverRecord {
        from_account: account.id,
        from_name: account.display_name.clone(),
        to_account: successor.id(),
        to_email: successor.email().to_owned(),
        remark: read.remark.clone(),
        ends_at,
        ends_on_arrival: waits,
        at: now,
        actor_name: actor.display_name.clone(),
        actor_body: actor.body_name().to_owned(),
    };
    transaction.insert_handover(body, actor, &record).await?;
    transaction.end_account_at(account.id, ends_at).await?;
    if ends_now {
        transaction.end_account(account.id).await?;
    }
    let detail = match successor.id() {
        Some(id) => format!("to account/{id}"),
        None => "to an invited account".to_owned(),
    };
    transaction
        .audit(actor, now, "hand_over", &subject(&account), &detail)
        .await?;
    let successor_signed_out = successor.gains_rights_of(&account) && successor.can_sign_in();
    let mut what = format!("「{}」の担当が引き継がれました", account.display_name);
    if successor_signed_out {
        what.push_str("。後任の方は管理者になり、いったんログアウトされました。同じパスワードで、もう一度ログインしてください");
    }
    let both: Vec<EmailAddress> = [account.email.as_str(), successor.email()]
        .into_iter()
        .filter_map(|email| email.parse().ok())
        .collect();
    tell(&transaction, actor, &account.home, (&what, &both), now).await?;
    let is_mailed = match &link {
        Some(link) => mail_link(&transaction, actor, &account, &successor, (link, now)).await?,
        None => false,
    };
    // A colleague's password is chosen by nobody else, unless it is somebody who could make them a link anyway.
    let may_see = successor.id().is_none() || actor.may_invite(target(&account.home));
    if link.is_some() && !is_mailed && !may_see {
        return Err(AccountError::Invalid(vec![FieldProblem::new(
            Field::Successor,
            "選んだ後任の方には、まだパスワードがありません。先に、管理者が「利用者の管理」からパスワードのリンクを作ってください。まだ何も引き継いでいません。",
        )]));
    }
    transaction.commit().await?;
    Ok(HandedOver {
        to_email: successor.email().to_owned(),
        from_name: account.display_name,
        ends_at,
        ends_on_arrival: waits,
        successor_signed_out,
        is_mailed,
        link: link.filter(|_| may_see),
        is_signed_out: ends_now && account.id == actor.account_id,
    })
}

/// What was typed, understood.
struct Read {
    successor: ReadSuccessor,
    ends: ReadEnds,
    new_address: Option<(String, String)>,
    remark: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadEnds {
    OnArrival,
    At(UnixMillis),
}

/// Who takes over, as it was read.
pub(super) enum ReadSuccessor {
    Existing(i64),
    Invited(String),
}

fn read(typed: &HandOver<'_>, now: UnixMillis) -> Result<Read, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let successor = match typed.successor {
        Successor::Existing(id) => Some(ReadSuccessor::Existing(id)),
        Successor::Invited(email) => read_email(email)
            .map(ReadSuccessor::Invited)
            .map_err(|problem| problems.push(problem))
            .ok(),
        Successor::Nobody => {
            let message = "後任の方を選んでください。";
            problems.push(FieldProblem::new(Field::Successor, message));
            None
        }
    };
    let today = now.japan_date();
    let ends = match typed.ends {
        Ends::OnArrival => Some(ReadEnds::OnArrival),
        Ends::Now => Some(ReadEnds::At(now)),
        Ends::On(day) => {
            let days = crate::domain::japan_time::days_left(today, day);
            if (0..=LATEST_DAYS).contains(&days) {
                Some(ReadEnds::At(end_of_day(day)))
            } else {
                let message = "いまの利用者を終える日は、今日から3か月以内の日付にしてください。";
                problems.push(FieldProblem::new(Field::EndsOn, message));
                None
            }
        }
        Ends::Unreadable => {
            let message =
                "いまの利用者を終える日は、2027-03-31、令和9年3月31日 のように入力してください。";
            problems.push(FieldProblem::new(Field::EndsOn, message));
            None
        }
    };
    let (email, label) = typed.new_address;
    let new_address = if email.trim().is_empty() && label.trim().is_empty() {
        None
    } else {
        read_address(email, label)
            .map_err(|found| problems.extend(found))
            .ok()
    };
    let remark = text::clean_text(typed.remark);
    let length = text::char_len(&remark);
    if length > REMARK_MAX {
        let message =
            format!("申し送りは{REMARK_MAX}文字以内で入力してください。いまは{length}文字です。");
        problems.push(FieldProblem::new(Field::Remark, message));
    }
    match (successor, ends) {
        (Some(successor), Some(ends)) if problems.is_empty() => Ok(Read {
            successor,
            ends,
            new_address,
            remark,
        }),
        _ => Err(problems),
    }
}
