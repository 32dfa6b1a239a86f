//! The days of an edition's reminders, and pauses.

use jiff::civil::Date;

use super::by_hand::{edition_to_remind, keeper, owing};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::reminder::ReminderPlan;
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::workflow::{Desk, WorkflowError, WorkflowResult, locked_edition};

/// Changes the plan of an edition that is not over; it holds from the next working day's decision on.
pub async fn set_plan(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    plan: &ReminderPlan,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, key).await?;
    if edition.state == EditionState::Closed {
        return Err(WorkflowError::Closed);
    }
    transaction
        .set_reminder_plan(edition.id, version, plan, actor, now)
        .await?;
    let detail = format!("before {}; after {}", plan.before_text(), plan.after_text());
    let subject = format!("edition/{key}");
    transaction
        .audit(actor, now, "set_reminder_plan", &subject, &detail)
        .await?;
    Ok(transaction.commit().await?)
}

/// Whom a pause concerns.
#[derive(Clone, Copy, Debug)]
pub enum Paused<'a> {
    Everybody,
    Some(&'a [LocalGovernmentCode]),
}

/// Pauses the reminders of the actor's bodies up to a day, that day included; with a day that is over they go on.
pub async fn pause(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    whom: Paused<'_>,
    until: Date,
) -> WorkflowResult<()> {
    let keeper = keeper(actor)?;
    let now = desk.now();
    let edition = edition_to_remind(desk, key).await?;
    let bodies: Vec<Option<LocalGovernmentCode>> = match whom {
        Paused::Everybody => vec![None],
        Paused::Some(codes) => {
            let own = owing(desk, actor, &edition).await?;
            let own = own.into_iter().map(|body| body.code);
            own.filter(|code| codes.contains(code)).map(Some).collect()
        }
    };
    let transaction = desk.store.begin().await?;
    for body in bodies {
        transaction
            .pause_reminders(edition.id, keeper, body, until, (actor, now))
            .await?;
        let whom = body.map_or_else(|| "everybody".to_owned(), |code| code.to_string());
        let subject = format!("edition/{key}/reminders");
        let detail = format!("{whom} until {until}");
        transaction
            .audit(actor, now, "pause_reminders", &subject, &detail)
            .await?;
    }
    Ok(transaction.commit().await?)
}
