//! Sending from the outbox: leases on mails, and what became of each.
//!
//! ```text
//! waiting and due ─ claim (lease) ─> text fixed ─ send ─> sent | waiting, due later | failed
//! ```
//! A result is written only while the lease is one's own; a lease that ran out leaves the mail to the next.

use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::entities::{mail_text, outbox};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, MailState};
use crate::domain::mail_text::MailText;
use crate::store::intake::Lease;

/// A mail of the outbox.
#[derive(Clone, Debug)]
pub struct MailRecord {
    pub id: i64,
    pub key: String,
    pub kind: MailKind,
    pub about: Option<LocalGovernmentCode>,
    pub to: EmailAddress,
    pub facts: MailFacts,
    /// Message-ID, subject and body, once the first attempt fixed them.
    pub text: Option<FixedText>,
    pub state: MailState,
    /// Attempts a mail server answered, or broke off.
    pub attempts: i32,
    pub due_at: UnixMillis,
    pub last_reply: Option<String>,
    pub created_at: UnixMillis,
    pub settled_at: Option<UnixMillis>,
}

/// The text of a mail, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedText {
    /// Without angle brackets.
    pub message_id: String,
    pub subject: String,
    pub body: String,
}

/// What an attempt gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    Sent,
    /// Tried again at this moment.
    Later(UnixMillis),
    Failed,
}

/// How many mails stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    pub waiting: u64,
    pub failed: u64,
    pub sent: u64,
    pub stopped: u64,
    /// The oldest mail that waits although it is due.
    pub waiting_since: Option<UnixMillis>,
}

/// Which mails a page shows, newest first.
#[derive(Clone, Debug, Default)]
pub struct OutboxFilter {
    pub state: Option<MailState>,
    pub kind: Option<MailKind>,
    /// The body it is about.
    pub about: Option<LocalGovernmentCode>,
    /// Part of an address.
    pub address: String,
}

pub(super) fn load(row: outbox::Model) -> StoreResult<MailRecord> {
    let corrupt = |what: &'static str| StoreError::corrupt(what)(row.id.to_string());
    let text = match (row.message_id, row.subject, row.body) {
        (Some(message_id), Some(subject), Some(body)) => Some(FixedText {
            message_id,
            subject,
            body,
        }),
        _ => None,
    };
    Ok(MailRecord {
        id: row.id,
        kind: MailKind::from_stored(&row.kind).ok_or_else(|| corrupt("kind of mail"))?,
        about: row.code.as_deref().map(super::columns::code).transpose()?,
        to: row.recipient.parse().map_err(|_| corrupt("mail address"))?,
        facts: serde_json::from_str(&row.facts)
            .map_err(|error| StoreError::corrupt("facts")(error.to_string()))?,
        text,
        state: MailState::from_stored(&row.state).ok_or_else(|| corrupt("state of mail"))?,
        key: row.key,
        attempts: row.attempts,
        due_at: UnixMillis(row.due_at),
        last_reply: row.last_reply,
        created_at: UnixMillis(row.created_at),
        settled_at: row.settled_at.map(UnixMillis),
    })
}

impl Store {
    /// Whether a mail is due that nobody has.
    pub async fn has_due_mail(&self, now: UnixMillis) -> StoreResult<bool> {
        let one: Option<i64> = due(now)
            .select_only()
            .column(outbox::Column::Id)
            .limit(1)
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(one.is_some())
    }

    /// The newest text of a kind that somebody wrote, with its number; none means the shipped one.
    pub async fn mail_text(&self, kind: MailKind) -> StoreResult<Option<(i32, MailText)>> {
        let row = mail_text::Entity::find()
            .filter(mail_text::Column::Kind.eq(kind.as_str()))
            .order_by_desc(mail_text::Column::Number)
            .limit(1)
            .one(&self.read)
            .await?;
        Ok(row.map(|row| {
            let text = MailText {
                subject: row.subject,
                body: row.body,
            };
            (row.number, text)
        }))
    }

    /// Every text somebody wrote of a kind, newest first: who, when, which.
    pub async fn mail_text_history(
        &self,
        kind: MailKind,
    ) -> StoreResult<Vec<(i32, UnixMillis, String, MailText)>> {
        let rows = mail_text::Entity::find()
            .filter(mail_text::Column::Kind.eq(kind.as_str()))
            .order_by_desc(mail_text::Column::Number)
            .limit(50)
            .all(&self.read)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let text = MailText {
                    subject: row.subject,
                    body: row.body,
                };
                (row.number, UnixMillis(row.at), row.actor_name, text)
            })
            .collect())
    }

    /// The outbox in numbers.
    pub async fn outbox_counts(&self, now: UnixMillis) -> StoreResult<OutboxCounts> {
        let rows: Vec<(String, i64)> = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::State)
            .column_as(outbox::Column::Id.count(), "mails")
            .group_by(outbox::Column::State)
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut counts = OutboxCounts::default();
        for (state, number) in rows {
            let number = u64::try_from(number).unwrap_or(0);
            match MailState::from_stored(&state) {
                Some(MailState::Waiting) => counts.waiting = number,
                Some(MailState::Failed) => counts.failed = number,
                Some(MailState::Sent) => counts.sent = number,
                Some(MailState::Stopped) => counts.stopped = number,
                None => return Err(StoreError::corrupt("state of mail")(state)),
            }
        }
        let oldest: Option<i64> = due(now)
            .select_only()
            .column(outbox::Column::CreatedAt)
            .limit(1)
            .into_tuple()
            .one(&self.read)
            .await?;
        counts.waiting_since = oldest.map(UnixMillis);
        Ok(counts)
    }

    /// A page of the outbox, newest first, and how many mails there are.
    pub async fn outbox(
        &self,
        filter: &OutboxFilter,
        page: u64,
        size: u64,
    ) -> StoreResult<(Vec<MailRecord>, u64)> {
        let mut query = outbox::Entity::find();
        if let Some(state) = filter.state {
            query = query.filter(outbox::Column::State.eq(state.as_str()));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(outbox::Column::Kind.eq(kind.as_str()));
        }
        if let Some(code) = filter.about {
            query = query.filter(outbox::Column::Code.eq(code.to_string()));
        }
        if !filter.address.is_empty() {
            query = query.filter(outbox::Column::Recipient.contains(&filter.address));
        }
        let all = query.clone().count(&self.read).await?;
        let rows = query
            .order_by_desc(outbox::Column::Id)
            .offset(page.saturating_mul(size))
            .limit(size)
            .all(&self.read)
            .await?;
        let rows = rows.into_iter().map(load).collect::<StoreResult<_>>()?;
        Ok((rows, all))
    }

    /// One mail.
    pub async fn mail(&self, id: i64) -> StoreResult<Option<MailRecord>> {
        let row = outbox::Entity::find_by_id(id).one(&self.read).await?;
        row.map(load).transpose()
    }
}

/// Mails that wait, are due and that nobody has, the longest due first.
fn due(now: UnixMillis) -> sea_orm::Select<outbox::Entity> {
    use outbox::Column as O;
    outbox::Entity::find()
        .filter(O::State.eq(MailState::Waiting.as_str()))
        .filter(O::DueAt.lte(now.0))
        .filter(O::LeaseUntil.lte(now.0))
        .order_by_asc(O::DueAt)
        .order_by_asc(O::Id)
}

impl Transaction {
    /// Takes the next due mails for as long as the lease lasts, in their order.
    pub async fn claim_mails(&self, lease: Lease<'_>, limit: u64) -> StoreResult<Vec<MailRecord>> {
        use outbox::Column as O;
        let rows = due(lease.now)
            .limit(limit)
            // Written on PostgreSQL only.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(&self.inner)
            .await?;
        if !rows.is_empty() {
            outbox::Entity::update_many()
                .col_expr(O::LeaseUntil, Expr::value(lease.until.0))
                .col_expr(O::LeaseBy, Expr::value(lease.by))
                .filter(O::Id.is_in(rows.iter().map(|row| row.id)))
                .exec(&self.inner)
                .await?;
        }
        rows.into_iter().map(load).collect()
    }

    /// One mail, as it stands in this transaction.
    pub async fn mail(&self, id: i64) -> StoreResult<Option<MailRecord>> {
        let row = outbox::Entity::find_by_id(id).one(&self.inner).await?;
        row.map(load).transpose()
    }

    /// Fixes the text of a mail that has none.
    pub async fn fix_mail_text(&self, id: i64, text: &FixedText) -> StoreResult<()> {
        use outbox::Column as O;
        outbox::Entity::update_many()
            .col_expr(O::MessageId, Expr::value(text.message_id.as_str()))
            .col_expr(O::Subject, Expr::value(text.subject.as_str()))
            .col_expr(O::Body, Expr::value(text.body.as_str()))
            .filter(O::Id.eq(id))
            .filter(O::MessageId.is_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes down what an attempt gave and ends the lease; false if the mail is no longer this lease's.
    pub async fn note_attempt(
        &self,
        id: i64,
        by: &str,
        attempt: &Attempt,
        reply: &str,
        at: UnixMillis,
    ) -> StoreResult<bool> {
        use outbox::Column as O;
        let (state, due_at, settled) = match attempt {
            Attempt::Sent => (MailState::Sent, None, Some(at.0)),
            Attempt::Later(due) => (MailState::Waiting, Some(due.0), None),
            Attempt::Failed => (MailState::Failed, None, Some(at.0)),
        };
        let mut update = outbox::Entity::update_many()
            .col_expr(O::State, Expr::value(state.as_str()))
            .col_expr(O::Attempts, Expr::col(O::Attempts).add(1))
            .col_expr(O::LastReply, Expr::value(reply))
            .col_expr(O::SettledAt, Expr::value(settled))
            .col_expr(O::LeaseUntil, Expr::value(0_i64))
            .col_expr(O::LeaseBy, Expr::value(None::<String>));
        if let Some(due_at) = due_at {
            update = update.col_expr(O::DueAt, Expr::value(due_at));
        }
        let done = update
            .filter(O::Id.eq(id))
            .filter(O::LeaseBy.eq(by))
            .filter(O::State.eq(MailState::Waiting.as_str()))
            .exec(&self.inner)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Keeps a mail that was sent, or never will be, without what nobody but its recipient may know.
    /// `body`: its text without it, if it has one already.
    pub async fn forget_link(&self, id: i64, body: Option<&str>) -> StoreResult<()> {
        use outbox::Column as O;
        outbox::Entity::update_many()
            .col_expr(O::Body, Expr::value(body))
            .col_expr(O::Facts, Expr::value("{}"))
            .filter(O::Id.eq(id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Gives back what was claimed and not tried.
    pub async fn release_mails(&self, by: &str) -> StoreResult<()> {
        use outbox::Column as O;
        outbox::Entity::update_many()
            .col_expr(O::LeaseUntil, Expr::value(0_i64))
            .col_expr(O::LeaseBy, Expr::value(None::<String>))
            .filter(O::State.eq(MailState::Waiting.as_str()))
            .filter(O::LeaseBy.eq(by))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Puts mails that failed or were stopped back to those that wait. Gives how many there were.
    pub async fn resend_mails(&self, ids: &[i64], at: UnixMillis) -> StoreResult<u64> {
        use outbox::Column as O;
        let done = outbox::Entity::update_many()
            .col_expr(O::State, Expr::value(MailState::Waiting.as_str()))
            .col_expr(O::DueAt, Expr::value(at.0))
            .col_expr(O::CreatedAt, Expr::value(at.0))
            .col_expr(O::SettledAt, Expr::value(None::<i64>))
            .filter(O::Id.is_in(ids.iter().copied()))
            .filter(O::State.is_in([MailState::Failed.as_str(), MailState::Stopped.as_str()]))
            // Its link is forgotten; a new one is made where the account is.
            .filter(O::Kind.ne(MailKind::AccountLink.as_str()))
            .exec(&self.inner)
            .await?;
        Ok(done.rows_affected)
    }

    /// Stops mails that wait and that nobody has at this moment, or that failed. Gives how many there were.
    pub async fn stop_mails(&self, ids: &[i64], at: UnixMillis) -> StoreResult<u64> {
        use outbox::Column as O;
        let done = outbox::Entity::update_many()
            .col_expr(O::State, Expr::value(MailState::Stopped.as_str()))
            .col_expr(O::SettledAt, Expr::value(Some(at.0)))
            .filter(O::Id.is_in(ids.iter().copied()))
            .filter(O::State.is_in([MailState::Waiting.as_str(), MailState::Failed.as_str()]))
            .filter(O::LeaseUntil.lte(at.0))
            .exec(&self.inner)
            .await?;
        Ok(done.rows_affected)
    }

    /// The ids of mails that failed, oldest first.
    pub async fn failed_mails(&self, limit: u64) -> StoreResult<Vec<i64>> {
        use outbox::Column as O;
        Ok(outbox::Entity::find()
            .select_only()
            .column(O::Id)
            .filter(O::State.eq(MailState::Failed.as_str()))
            .filter(O::Kind.ne(MailKind::AccountLink.as_str()))
            .order_by_asc(O::Id)
            .limit(limit)
            .into_tuple()
            .all(&self.inner)
            .await?)
    }

    /// Keeps a new text of a kind; [`StoreError::Stale`] if `number` is taken.
    pub async fn put_mail_text(
        &self,
        kind: MailKind,
        number: i32,
        text: &MailText,
        by: (i64, &str),
        at: UnixMillis,
    ) -> StoreResult<()> {
        let row = mail_text::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            kind: Set(kind.as_str().to_owned()),
            number: Set(number),
            subject: Set(text.subject.clone()),
            body: Set(text.body.clone()),
            at: Set(at.0),
            account_id: Set(by.0),
            actor_name: Set(by.1.to_owned()),
        };
        let put = mail_text::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await
            .map_err(StoreError::from);
        match put {
            Err(error) if error.is_duplicate() => Err(StoreError::Stale),
            other => other.map(|_| ()),
        }
    }
}
