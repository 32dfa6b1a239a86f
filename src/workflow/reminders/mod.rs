//! 督促: decided once a working day by whichever node comes first, or sent by hand.
//!
//! ```text
//! tick ─ remind_due ─> one transaction: the day is taken, all that owe are read, rows and mails are written
//! ```
//! A few statements whatever the number of bodies. What was due on a day on which no node ran is written down as
//! missed and never sent later.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Desk, WorkflowResult};
use crate::domain::japan_time::{UnixMillis, deadline_label};
use crate::domain::mail::{MailFacts, MailKind, NewMail, Party, Placeholder};
use crate::domain::reminder::{Due, Outcome, REMINDERS_FROM_HOUR, ReminderPlan, Step, left_label};
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::domain::working_days::WorkingCalendar;
use crate::store::address_book::AddressBook;
use crate::store::daily_runs::Daily;
use crate::store::reminders::plans::{Pauses, StoredPlan};
use crate::store::reminders::{NewReminder, OwingBody};

pub mod by_hand;
pub mod planning;

/// How far back a day is written down as missed, in working days.
const MISSED_AT_MOST: usize = 40;

/// What a day's decision came to, in bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub sent: usize,
    pub paused: usize,
    pub without_address: usize,
    pub missed: usize,
    /// Mails that went into the outbox.
    pub mails: usize,
}

/// Everything a decision looks at beside the body.
struct Rules {
    editions: HashMap<i64, SurveyEdition>,
    plans: HashMap<i64, StoredPlan>,
    /// Of an edition whose plan nobody changed.
    usual: ReminderPlan,
    pauses: Pauses,
    addresses: AddressBook,
    calendar: WorkingCalendar,
}

/// A reminder that is due.
struct Decided<'a> {
    reminder: NewReminder<'a>,
    due: Due,
}

/// The editions in which somebody may be reminded: never a trial.
pub(super) fn remindable(editions: Vec<SurveyEdition>) -> Vec<SurveyEdition> {
    let real = editions.into_iter();
    real.filter(|edition| !edition.is_trial() && edition.state != EditionState::Preparing)
        .collect()
}

/// Decides the reminders of today, if it is a working day, its hour has come and nobody has decided yet.
pub async fn remind_due(desk: &Desk) -> WorkflowResult<Option<Tally>> {
    let now = desk.now();
    let (today, hour) = (now.japan_date(), now.to_japan().hour());
    let store = &desk.store;
    if hour < REMINDERS_FROM_HOUR || store.has_run(Daily::Reminders, today).await? {
        return Ok(None);
    }
    let calendar = store.working_calendar().await?;
    if !calendar.is_working(today) {
        return Ok(None);
    }
    let addresses = store.address_book().await?;
    let transaction = store.begin().await?;
    let Some(last) = transaction
        .begin_daily(Daily::Reminders, today, now)
        .await?
    else {
        return Ok(None);
    };
    let editions = remindable(transaction.editions().await?);
    let bodies = transaction.owing(&editions, today).await?;
    let first = last.map_or(today, |last| last.day);
    let rules = Rules {
        plans: transaction.reminder_plans().await?,
        usual: ReminderPlan::default(),
        pauses: transaction.reminder_pauses(first).await?,
        editions: editions
            .into_iter()
            .map(|edition| (edition.id, edition))
            .collect(),
        addresses,
        calendar,
    };
    let already = transaction.decided_on(today).await?;
    let mut decided: Vec<Decided<'_>> = bodies
        .iter()
        .filter_map(|body| rules.decide(body, today, now))
        .collect();
    decided.retain(|one| {
        let new = &one.reminder;
        !already.contains(&(new.body.edition_id, new.body.code, new.step, new.due_on))
    });
    let mails = rules.mails(&decided, today);
    let missed = last.map_or_else(Vec::new, |last| rules.missed(&bodies, last.day, today));
    let mut tally = Tally {
        missed: missed.len(),
        mails: mails.len(),
        ..Tally::default()
    };
    for one in &decided {
        match one.reminder.outcome {
            Outcome::Sent => tally.sent += 1,
            Outcome::Paused => tally.paused += 1,
            Outcome::NoAddress => tally.without_address += 1,
            Outcome::Missed => {}
        }
    }
    let reminders: Vec<NewReminder<'_>> = decided.into_iter().map(|one| one.reminder).collect();
    transaction.write_reminders(&missed, now).await?;
    transaction.write_reminders(&reminders, now).await?;
    transaction.mail_all(&mails, now).await?;
    transaction.commit().await?;
    Ok(Some(tally))
}

impl Rules {
    fn plan(&self, edition_id: i64) -> &ReminderPlan {
        let stored = self.plans.get(&edition_id);
        stored.map_or(&self.usual, |stored| &stored.plan)
    }

    /// The step of a day, if the body still can answer.
    fn step(&self, body: &OwingBody, day: Date, now: UnixMillis) -> Option<(Step, Due)> {
        let edition = self.editions.get(&body.edition_id)?;
        let until = body.owing.reopened_until;
        if !edition.takes_answers(body.answered_before, until, now) {
            return None;
        }
        let due = body.owing.due(day)?;
        let step = self
            .plan(body.edition_id)
            .step_on(day, &due, &self.calendar)?;
        Some((step, due))
    }

    fn decide<'a>(&self, body: &'a OwingBody, today: Date, now: UnixMillis) -> Option<Decided<'a>> {
        let (step, due) = self.step(body, today, now)?;
        let recipients = self.addresses.of(Party::Body(body.code)).len();
        let paused = self
            .pauses
            .holds(body.edition_id, body.keeper(), body.code, today);
        let outcome = match recipients {
            _ if paused => Outcome::Paused,
            0 => Outcome::NoAddress,
            _ => Outcome::Sent,
        };
        Some(Decided {
            reminder: NewReminder {
                body,
                step,
                due_on: due.on,
                day: today,
                recipients: if outcome == Outcome::Sent {
                    recipients
                } else {
                    0
                },
                outcome,
                by_hand: None,
            },
            due,
        })
    }

    /// What was due on the working days on which nobody decided, as far as it is still owed.
    fn missed<'a>(&self, bodies: &'a [OwingBody], last: Date, today: Date) -> Vec<NewReminder<'a>> {
        let mut missed = Vec::new();
        for day in self.calendar.between(last, today, MISSED_AT_MOST) {
            let then = crate::domain::japan_time::end_of_day(day);
            missed.extend(bodies.iter().filter_map(|body| {
                let (step, due) = self.step(body, day, then)?;
                Some(NewReminder {
                    body,
                    step,
                    due_on: due.on,
                    day,
                    outcome: Outcome::Missed,
                    recipients: 0,
                    by_hand: None,
                })
            }));
        }
        missed
    }

    fn mails(&self, decided: &[Decided<'_>], today: Date) -> Vec<NewMail> {
        let mut mails = Vec::with_capacity(decided.len());
        for one in decided {
            let new = &one.reminder;
            let Some(edition) = self.editions.get(&new.body.edition_id) else {
                continue;
            };
            if new.outcome != Outcome::Sent {
                continue;
            }
            let facts = facts(edition, new.body, &one.due, today)
                .with(Placeholder::Words, one.due.need.words());
            let event = format!(
                "{}-{}-{}-{}",
                edition.key, new.body.code, new.step, new.due_on
            );
            for to in self.addresses.of(Party::Body(new.body.code)) {
                mails.push(NewMail {
                    key: format!("{}/{event}/{to}", MailKind::Reminder.as_str()),
                    kind: MailKind::Reminder,
                    edition_id: Some(edition.id),
                    about: Some(new.body.code),
                    to: to.clone(),
                    facts: facts.clone(),
                });
            }
        }
        mails
    }
}

/// What every reminder says: body, edition, until when, how it stands, where.
fn facts(edition: &SurveyEdition, body: &OwingBody, due: &Due, today: Date) -> MailFacts {
    MailFacts::default()
        .with(Placeholder::Code, body.code.to_string())
        .with(Placeholder::Body, body.name.clone())
        .of_survey(&edition.definition)
        .with(Placeholder::Deadline, deadline_label(due.on))
        .with(Placeholder::Left, left_label(today, due))
        .with(Placeholder::State, due.need.label())
        .with(
            Placeholder::Link,
            format!("/editions/{}/form1", edition.key),
        )
}
