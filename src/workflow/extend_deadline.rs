//! 期限の延長: whoever gathers an answer gives its body more time, with a reason.

use jiff::civil::Date;

use super::mail::{Announcement, announce_within};
use super::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};
use crate::domain::access::keeps_deadline;
use crate::domain::account::Actor;
use crate::domain::deadline_extension::{Bounds, ExtensionProblem, check, is_extendable};
use crate::domain::japan_time::deadline_label;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::domain::text::clean_text;
use crate::store::extensions::NewExtension;
use crate::store::responses::ResponseRecord;
use crate::store::{StoreError, Transaction};

/// Why a deadline was not extended. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    #[error("the extension has problems")]
    Problems(Vec<ExtensionProblem>),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for ExtensionError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// An extension as it was typed.
#[derive(Clone, Copy, Debug)]
pub struct TypedExtension<'a> {
    /// None if no day was read.
    pub until: Option<Date>,
    pub reason: &'a str,
    /// The newest extension the page knew; 0 if there was none.
    pub seen: i64,
}

/// Gives one body until the end of a day in Japan, also when its deadline is over. The body must owe its first answer still.
pub async fn extend_deadline(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    typed: TypedExtension<'_>,
) -> Result<(), ExtensionError> {
    let now = desk.now();
    let reason = clean_text(typed.reason);
    let transaction = desk.store.begin().await?;
    // Dates of the edition do not move meanwhile.
    transaction.lock_edition(key).await?;
    let record = transaction
        .response(key, code)
        .await?
        .filter(|record| keeps_deadline(relation_to(actor, record)))
        .ok_or(WorkflowError::NotFound)?;
    if record.edition.state != EditionState::Open || !is_extendable(record.status) {
        return Err(WorkflowError::Closed.into());
    }
    let newest = transaction.extensions_of(record.id).await?.pop();
    if newest.map_or(0, |newest| newest.id) != typed.seen {
        return Err(WorkflowError::Stale.into());
    }
    let bounds = Bounds {
        today: now.japan_date(),
        general: general_deadline(&transaction, &record).await?,
        last_new_answer_on: record.edition.dates.last_new_answer_on,
    };
    let problems = check(typed.until, &reason, &bounds);
    let (Some(until), true) = (typed.until, problems.is_empty()) else {
        return Err(ExtensionError::Problems(problems));
    };
    let new = NewExtension {
        deadline_on: until,
        reason: &reason,
        at: now,
    };
    transaction.extend(&record, actor, &new).await?;
    let subject = response_subject(key, code);
    let detail = format!("{} to {until}", record.deadline_on);
    transaction
        .audit(actor, now, "extend_deadline", &subject, &detail)
        .await?;
    let told = announcement(&record, actor, &new, typed.seen);
    announce_within(&transaction, now, &told).await?;
    Ok(transaction.commit().await?)
}

/// The mail to the body; the extension after the one that was seen is this one.
fn announcement<'a>(
    record: &'a ResponseRecord,
    actor: &Actor,
    new: &NewExtension<'_>,
    seen: i64,
) -> Announcement<'a> {
    let (key, code) = (&record.edition.key, record.code());
    let facts = MailFacts::default()
        .with(Placeholder::Deadline, deadline_label(new.deadline_on))
        .with(
            Placeholder::By,
            format!("{} {}", actor.body_name(), actor.display_name),
        )
        .with(Placeholder::Words, format!("理由：{}", new.reason))
        .with(Placeholder::Link, format!("/editions/{key}/form1"));
    Announcement::of_answer(
        MailKind::Extended,
        Party::Body(code),
        record,
        format!("{key}-{code}-{seen}-{}", new.deadline_on),
        facts,
    )
}

/// The deadline of everybody on the body's way: its prefecture's, if it set one, else the edition's.
async fn general_deadline(
    transaction: &Transaction,
    record: &ResponseRecord,
) -> WorkflowResult<Date> {
    let national = record.edition.dates.deadline_on;
    if record.route != Route::ThroughPrefecture {
        return Ok(national);
    }
    let own = transaction.prefecture_deadlines(record.edition.id).await?;
    let prefecture = record.code().prefecture();
    let own = own.into_iter().find(|(code, _)| *code == prefecture);
    Ok(own.map_or(national, |(_, day)| day))
}
