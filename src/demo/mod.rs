//! The invented country of the demo.
//!
//! ```text
//! people (accounts) ─> closed_edition (令和7年度分, everybody answered) ─> open_edition (令和9年度分, 60 % in)
//!   │                          └> notices (意向の変更, by the real verbs)
//!   ├> follow_up (the 所要額調査 of 令和7年度分, asked of those with ①)
//!   ├> bodies (what becomes of bodies next year)
//!   └> participation (先行実施への参加, 令和5年度 to 令和7年度, with the figures the ministry published)
//! then, by the real verbs one by one: threads (questions, comments), inside (決裁 and departments), hops (the ministry asks)
//!        answers: what a body types  ·  course: what then happens  ·  life: the verbs in memory
//! ```
//! Everything follows from the bodies' codes and the moment of the first start. Nothing of it is
//! true: populations, figures, words and telephone numbers (local exchange 000 is never assigned).

mod answers;
mod bodies;
mod closed_edition;
mod course;
mod follow_up;
mod hops;
mod inside;
mod life;
mod notices;
mod office_hours;
mod open_edition;
pub mod participation;
mod people;
mod prng;
#[cfg(test)]
mod tests;
mod threads;

use std::sync::Arc;

use crate::domain::japan_time::{ManualClock, UnixMillis};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::revision::receipt_number;
use crate::domain::survey_edition::SurveyEdition;
use crate::store::Transaction;
use crate::store::events::{NewEvent, PastEvent};
use crate::store::revisions::NewRevision;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};
use life::Life;
use office_hours::OfficeHours;
use people::People;

pub use people::{COLLEAGUES, Colleague};

/// Sign-in name of the ministry's administrator.
pub const MINISTRY_EMAIL: &str = "ministry@demo.example";
/// Sign-in name of the ministry's reviewer.
pub const REVIEWER_EMAIL: &str = "review@demo.example";

/// Sign-in name of a body's first account: `m012025@demo.example`.
pub fn account_email(code: LocalGovernmentCode) -> String {
    format!("m{code}@demo.example")
}

/// What the verbs are given to work with.
struct Office<'a> {
    desk: &'a Desk,
    people: &'a People,
    hours: OfficeHours,
}

impl Office<'_> {
    /// The desk when so many hundredths of the open edition's office hours had passed.
    fn at(&self, percent: i64) -> Desk {
        self.on(self.hours.at(self.hours.length() * percent / 100))
    }

    fn on(&self, at: UnixMillis) -> Desk {
        Desk {
            clock: Arc::new(ManualClock::new(at)),
            ..self.desk.clone()
        }
    }
}

/// The last thing that filling writes down.
const FILLED: &str = "demo_filled";

/// What a start finds or makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    Whole,
    /// Somebody is filling it, or was stopped while doing so. Nobody has worked with it.
    Half,
}

/// Fills a migrated database that has no account yet: its past in one transaction, then what few people did by the
/// verbs. Changes nothing otherwise.
pub async fn fill(desk: &Desk) -> WorkflowResult<Filling> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    if transaction.account_count().await? > 0 {
        transaction.rollback().await?;
        let told = desk.store.audit_of("demo").await?;
        let is_whole = told.iter().any(|row| row.action == FILLED);
        return Ok(if is_whole {
            Filling::Whole
        } else {
            Filling::Half
        });
    }
    let history = transaction.body_history().await?;
    let bodies = history.on(now.japan_date());
    let people = people::settle(&transaction, &bodies).await?;
    bodies::fill(&transaction, &people, &history, now).await?;
    closed_edition::fill(desk, &transaction, &people).await?;
    follow_up::fill(&transaction, &people).await?;
    open_edition::fill(&transaction, &people, now).await?;
    participation::fill(&transaction, &people, &bodies).await?;
    transaction.commit().await?;

    let office = Office {
        desk,
        people: &people,
        hours: OfficeHours::between(open_edition::opened_at(now), now, &[]),
    };
    inside::fill(&office).await?;
    threads::fill(&office).await?;
    hops::fill(&office, now).await?;

    // Last, so that nothing that is past is told by mail.
    let transaction = desk.store.begin().await?;
    people::keep_addresses(&transaction, &bodies, now).await?;
    transaction.audit_system(now, FILLED, "demo", "").await?;
    transaction.commit().await?;
    Ok(Filling::Whole)
}

/// Writes the answers of an edition with their revisions and events, oldest first over the whole edition.
async fn write(
    transaction: &Transaction,
    edition: &SurveyEdition,
    lives: &[Life<'_>],
) -> WorkflowResult<()> {
    let rows: Vec<_> = lives.iter().map(|life| &life.row).collect();
    transaction.insert_past_responses(edition.id, &rows).await?;
    let ids = transaction.response_ids(edition.id).await?;
    let id = |life: &Life<'_>| ids.get(&life.code()).ok_or(WorkflowError::NotFound);

    let mut revisions = Vec::new();
    for life in lives {
        let id = id(life)?;
        for revision in &life.revisions {
            let receipt = receipt_number(edition, life.code(), revision.number);
            let key = format!("{id}-{}", revision.version);
            revisions.push((*id, receipt, key, revision));
        }
    }
    revisions.sort_by_key(|(_, _, _, revision)| revision.at);
    let revisions: Vec<_> = revisions
        .iter()
        .map(|(id, receipt, key, revision)| NewRevision {
            response_id: *id,
            number: revision.number,
            receipt,
            submission_key: key,
            form: &revision.form,
            confirmed_warnings: &revision.warnings,
            lateness: revision.lateness,
            submitted_at: revision.at,
            submitted_by: revision.actor.account_id,
            submitted_by_name: &revision.actor.display_name,
            by_proxy: false,
            intake_file: None,
        })
        .collect();
    transaction.insert_revisions(&revisions).await?;

    let mut steps = Vec::new();
    for life in lives {
        let id = id(life)?;
        for step in &life.steps {
            let new = NewEvent {
                event: step.event,
                status_after: step.status_after,
                revision_number: Some(step.revision_number),
                at: step.at,
                reasons: &step.reasons,
                intake_file: None,
            };
            steps.push((*id, life.code(), step.actor, new));
        }
    }
    // Stable: the steps of one answer keep their order.
    steps.sort_by_key(|(_, _, _, new)| new.at);
    let events: Vec<_> = steps
        .iter()
        .map(|(response_id, code, actor, new)| PastEvent {
            response_id: *response_id,
            edition_id: edition.id,
            code: *code,
            actor,
            new,
        })
        .collect();
    transaction.insert_past_events(&events).await?;
    transaction.adopt_returns().await?;
    Ok(())
}
