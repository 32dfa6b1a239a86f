//! Answers for all: the ministry publishes for the country, a prefecture for the bodies in it. Whoever published
//! edits and withdraws; every version of the words is kept.

use super::{Desk, WorkflowError, WorkflowResult, must_be_version_of};
use crate::domain::account::Actor;
use crate::domain::inquiry::item_of;
use crate::domain::place::Place;
use crate::domain::published_answer::{Audience, PublishedField, PublishedWords};
use crate::domain::survey_edition::EditionKey;
use crate::store::published_answers::{NewPublished, PublishedRecord};
use crate::store::{StoreError, Transaction};
use crate::workflow::inquiries::view_inquiry;

/// Why nothing was published or changed. In every case the stored data is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something typed must be mended first.
    #[error("the words have problems")]
    Invalid(Vec<(PublishedField, String)>),
    /// The thread was published before, in other words: the answer to look at.
    #[error("the thread is published already")]
    Already(i64),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for PublishError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Question and answer as typed for publication.
#[derive(Clone, Copy, Debug)]
pub struct PublishInput<'a> {
    pub question: &'a str,
    pub answer: &'a str,
}

impl PublishInput<'_> {
    fn read(&self) -> Result<PublishedWords, PublishError> {
        PublishedWords::read(self.question, self.answer).map_err(PublishError::Invalid)
    }
}

/// What an answer is about, and the page it was sent from.
#[derive(Clone, Copy, Debug)]
pub struct PublishedAbout<'a> {
    /// The thread it came from.
    pub inquiry: Option<i64>,
    /// `None`: it holds for every edition.
    pub edition: Option<&'a EditionKey>,
    pub place: Option<&'a Place>,
    pub once: &'a str,
}

/// Publishes an answer and gives its id. The same page sent twice gives the same answer, and so do the same words of
/// one thread from two pages. A thread is published once until it is withdrawn.
pub async fn publish_answer(
    desk: &Desk,
    actor: &Actor,
    about: PublishedAbout<'_>,
    input: PublishInput<'_>,
) -> Result<i64, PublishError> {
    let audience = Audience::of_publisher(actor).ok_or(WorkflowError::NotFound)?;
    if let Some(id) = about.inquiry {
        view_inquiry(desk, actor, id).await?;
    }
    let edition_id = match about.edition {
        Some(key) => {
            let edition = desk.store.edition(key).await?;
            Some(edition.ok_or(WorkflowError::NotFound)?.id)
        }
        None => None,
    };
    let sent_key = format!("{}-{}", actor.account_id, about.once);
    if let Some(id) = desk.store.published_sent(&sent_key).await? {
        return Ok(id);
    }
    let words = input.read()?;
    let place = about.place.map(item_of);
    let new = NewPublished {
        inquiry_id: about.inquiry,
        audience,
        edition_id,
        place: place.as_ref(),
        words: &words,
        sent_key: &sent_key,
    };
    let transaction = desk.store.begin().await?;
    if let Some(inquiry) = about.inquiry {
        // Held, so that two who publish one thread at once come one after the other.
        transaction.inquiry(inquiry).await?;
        let before = transaction.published_of_inquiry(inquiry).await?;
        let stands = |it: &&PublishedRecord| it.audience == audience && it.withdrawn_at.is_none();
        if let Some(standing) = before.iter().find(stands) {
            return match standing.words == words {
                true => Ok(standing.id),
                false => Err(PublishError::Already(standing.id)),
            };
        }
    }
    let id = match transaction.insert_published(&new, actor, desk.now()).await {
        Ok(id) => id,
        // The other of two that were sent at once came first.
        Err(error) if error.is_duplicate() => {
            drop(transaction);
            let found = desk.store.published_sent(&sent_key).await?;
            return Ok(found.ok_or(WorkflowError::Stale)?);
        }
        Err(error) => return Err(error.into()),
    };
    note(desk, &transaction, actor, "publish_answer", id).await?;
    transaction.commit().await?;
    Ok(id)
}

/// An answer for whoever published it.
pub async fn own_published(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<PublishedRecord> {
    let record = desk.store.published_answer(id).await?;
    must_be_publisher(actor, record)
}

fn must_be_publisher(
    actor: &Actor,
    record: Option<PublishedRecord>,
) -> WorkflowResult<PublishedRecord> {
    let audience = Audience::of_publisher(actor);
    record
        .filter(|record| Some(record.audience) == audience)
        .ok_or(WorkflowError::NotFound)
}

/// Gives an answer new words; the old ones are kept.
pub async fn edit_published(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    version: i32,
    input: PublishInput<'_>,
) -> Result<(), PublishError> {
    let transaction = desk.store.begin().await?;
    let record = must_be_publisher(actor, transaction.published_answer(id).await?)?;
    let read = input.read();
    let is_second = record.version == version.saturating_add(1);
    if is_second && read.as_ref().is_ok_and(|words| *words == record.words) {
        return Ok(());
    }
    must_be_version_of(record.version, version)?;
    if record.withdrawn_at.is_some() {
        return Err(WorkflowError::Stale.into());
    }
    let words = read?;
    if words == record.words {
        return Ok(());
    }
    transaction
        .change_published(&record, &words, actor, desk.now())
        .await?;
    note(desk, &transaction, actor, "edit_published", id).await?;
    transaction.commit().await?;
    Ok(())
}

/// Takes an answer out of every page; it stays as a record.
pub async fn withdraw_published(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    version: i32,
) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    let record = must_be_publisher(actor, transaction.published_answer(id).await?)?;
    if record.withdrawn_at.is_some() {
        return Ok(());
    }
    must_be_version_of(record.version, version)?;
    transaction
        .withdraw_published(id, actor, desk.now())
        .await?;
    note(desk, &transaction, actor, "withdraw_published", id).await?;
    Ok(transaction.commit().await?)
}

async fn note(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    action: &str,
    id: i64,
) -> Result<(), StoreError> {
    let subject = format!("published_answer/{id}");
    transaction
        .audit(actor, desk.now(), action, &subject, "")
        .await
}
