//! Reminders: the bodies that owe, and what was sent to whom. What was decided is only ever added to.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::columns::{code, document, route, status};
use super::editions::date;
use super::entities::{reminder, response};
use super::rows::Rows;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Route;
use crate::domain::reminder::{Keeper, Outcome, Owing, Step};
use crate::domain::response_status::ResponseStatus;
use crate::domain::return_request::ReturnRequest;
use crate::domain::survey_edition::{EditionState, SurveyEdition};

pub mod plans;

/// One body that owes, with what a reminder needs to know of it.
#[derive(Clone, Debug)]
pub struct OwingBody {
    pub response_id: i64,
    pub edition_id: i64,
    pub code: LocalGovernmentCode,
    pub name: String,
    pub route: Route,
    /// Something was submitted before.
    pub answered_before: bool,
    pub owing: Owing,
}

impl OwingBody {
    /// Who gathers its answer.
    pub fn keeper(&self) -> Keeper {
        Keeper::of_body(self.code, self.route)
    }
}

#[derive(FromQueryResult)]
struct OwingLine {
    id: i64,
    edition_id: i64,
    code: String,
    name: String,
    route: String,
    status: String,
    deadline_on: String,
    revision_number: i32,
    reopened_until: Option<String>,
    open_return: Option<String>,
}

/// A reminder about to be written down.
#[derive(Clone, Debug)]
pub struct NewReminder<'a> {
    pub body: &'a OwingBody,
    pub step: Step,
    pub due_on: Date,
    /// The day it was for.
    pub day: Date,
    pub outcome: Outcome,
    /// Addresses it goes to.
    pub recipients: usize,
    /// The sentence of whoever sends it by hand, and who that is.
    pub by_hand: Option<(&'a Actor, &'a str)>,
}

/// What was sent to a body, or why nothing was.
#[derive(Clone, Debug)]
pub struct ReminderRecord {
    pub step: Step,
    pub day: Date,
    pub status: ResponseStatus,
    pub outcome: Outcome,
    pub recipients: i32,
    pub words: Option<String>,
    pub at: UnixMillis,
    /// Body and function of whoever sent it by hand.
    pub by: Option<String>,
}

/// What makes a reminder this one and no other.
pub type ReminderKey = (i64, LocalGovernmentCode, Step, Date);

/// The bodies that owe in these editions. Of one that is closed only those that were asked again.
async fn owing(
    connection: &impl ConnectionTrait,
    editions: &[SurveyEdition],
    today: Date,
) -> StoreResult<Vec<OwingBody>> {
    use response::Column as R;
    let ids = |state: EditionState| -> Vec<i64> {
        let of_state = editions.iter().filter(|edition| edition.state == state);
        of_state.map(|edition| edition.id).collect()
    };
    let reopened = Condition::all()
        .add(R::EditionId.is_in(ids(EditionState::Closed)))
        .add(R::ReopenedUntil.gte(today.to_string()));
    let owing: Vec<&str> = ResponseStatus::ALL
        .into_iter()
        .filter(|status| status.is_owing())
        .map(ResponseStatus::as_str)
        .collect();
    let lines = response::Entity::find()
        .select_only()
        .columns([
            R::Id,
            R::EditionId,
            R::Code,
            R::Name,
            R::Route,
            R::Status,
            R::DeadlineOn,
            R::RevisionNumber,
            R::ReopenedUntil,
            R::OpenReturn,
        ])
        .filter(
            Condition::any()
                .add(R::EditionId.is_in(ids(EditionState::Open)))
                .add(reopened),
        )
        .filter(R::Status.is_in(owing))
        .order_by_asc(R::EditionId)
        .order_by_asc(R::Code)
        .into_model::<OwingLine>()
        .all(connection)
        .await?;
    let last_days: HashMap<i64, Date> = editions
        .iter()
        .map(|edition| (edition.id, edition.dates.last_change_on))
        .collect();
    let mut bodies = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(last_change_on) = last_days.get(&line.edition_id) else {
            continue;
        };
        bodies.push(read(line, *last_change_on)?);
    }
    Ok(bodies)
}

/// The day of the return that an answer's row keeps.
pub(in crate::store) fn returned_on(open_return: Option<&str>) -> StoreResult<Option<Date>> {
    let Some(text) = open_return else {
        return Ok(None);
    };
    let request: ReturnRequest = document("return", text)?;
    Ok(Some(request.at.japan_date()))
}

fn read(line: OwingLine, last_change_on: Date) -> StoreResult<OwingBody> {
    let status = status(&line.status)?;
    let returned_on = returned_on(line.open_return.as_deref())?;
    Ok(OwingBody {
        response_id: line.id,
        edition_id: line.edition_id,
        code: code(&line.code)?,
        name: line.name,
        route: route(&line.route)?,
        answered_before: line.revision_number > 0,
        owing: Owing {
            status,
            deadline_on: date(&line.deadline_on)?,
            last_change_on,
            reopened_until: line.reopened_until.as_deref().map(date).transpose()?,
            returned_on,
        },
    })
}

fn step(text: &str) -> StoreResult<Step> {
    text.parse()
        .map_err(|_| StoreError::corrupt("step of a plan")(text.to_owned()))
}

fn load(row: reminder::Model) -> StoreResult<ReminderRecord> {
    let by = row
        .actor_body
        .map(|body| format!("{body} {}", row.actor_name.unwrap_or_default()));
    Ok(ReminderRecord {
        step: step(&row.step)?,
        day: date(&row.day)?,
        status: status(&row.status)?,
        outcome: Outcome::from_stored(&row.outcome)
            .ok_or_else(|| StoreError::corrupt("outcome")(row.outcome))?,
        recipients: row.recipients,
        words: row.words,
        at: UnixMillis(row.at),
        by,
    })
}

impl Store {
    /// The bodies that owe in these editions, in code order.
    pub async fn owing(
        &self,
        editions: &[SurveyEdition],
        today: Date,
    ) -> StoreResult<Vec<OwingBody>> {
        owing(&self.read, editions, today).await
    }

    /// Everything that was sent about an answer, or was not, oldest first.
    pub async fn reminders_of(&self, response_id: i64) -> StoreResult<Vec<ReminderRecord>> {
        let rows = reminder::Entity::find()
            .filter(reminder::Column::ResponseId.eq(response_id))
            .order_by_asc(reminder::Column::Id)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// When each of these bodies was last reminded in an edition.
    pub async fn last_reminders(
        &self,
        edition_id: i64,
        bodies: impl IntoIterator<Item = LocalGovernmentCode>,
    ) -> StoreResult<HashMap<LocalGovernmentCode, UnixMillis>> {
        use reminder::Column as M;
        let codes = bodies.into_iter().map(|code| code.to_string());
        let lines: Vec<(String, i64)> = reminder::Entity::find()
            .select_only()
            .column(M::Code)
            .column_as(Expr::col(M::At).max(), "at")
            .filter(M::EditionId.eq(edition_id))
            .filter(M::Code.is_in(codes))
            .filter(M::Outcome.eq(Outcome::Sent.as_str()))
            .group_by(M::Code)
            .into_tuple()
            .all(&self.read)
            .await?;
        lines
            .into_iter()
            .map(|(text, at)| Ok((code(&text)?, UnixMillis(at))))
            .collect()
    }
}

impl Transaction {
    /// The bodies that owe, as this transaction sees them.
    pub async fn owing(
        &self,
        editions: &[SurveyEdition],
        today: Date,
    ) -> StoreResult<Vec<OwingBody>> {
        owing(&self.inner, editions, today).await
    }

    /// What was decided for a day already: everything but what was missed, which a clock that was ahead may have
    /// written.
    pub async fn decided_on(&self, day: Date) -> StoreResult<HashSet<ReminderKey>> {
        use reminder::Column as M;
        let lines: Vec<(i64, String, String, String)> = reminder::Entity::find()
            .select_only()
            .columns([M::EditionId, M::Code, M::Step, M::DueOn])
            .filter(M::Day.eq(day.to_string()))
            .filter(M::Outcome.ne(Outcome::Missed.as_str()))
            .into_tuple()
            .all(&self.inner)
            .await?;
        lines
            .into_iter()
            .map(|(edition_id, body, text, due_on)| {
                Ok((edition_id, code(&body)?, step(&text)?, date(&due_on)?))
            })
            .collect()
    }

    /// Writes reminders down; one that was missed becomes what is said of it now.
    pub async fn write_reminders(
        &self,
        reminders: &[NewReminder<'_>],
        at: UnixMillis,
    ) -> StoreResult<()> {
        let mut rows = Rows::with_columns(14, reminders.len());
        for new in reminders {
            let recipients = i32::try_from(new.recipients).unwrap_or(i32::MAX);
            let words = new.by_hand.map(|(_, words)| words.to_owned());
            let account = new.by_hand.map(|(actor, _)| actor.account_id);
            let name = new.by_hand.map(|(actor, _)| actor.display_name.clone());
            let body = new.by_hand.map(|(actor, _)| actor.body_name().to_owned());
            rows.push([
                new.body.edition_id.into(),
                new.body.response_id.into(),
                new.body.code.to_string().into(),
                new.step.to_string().into(),
                new.due_on.to_string().into(),
                new.day.to_string().into(),
                new.body.owing.status.as_str().into(),
                new.outcome.as_str().into(),
                recipients.into(),
                words.into(),
                at.0.into(),
                account.into(),
                name.into(),
                body.into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO reminder (edition_id, response_id, code, step, due_on, day, status, outcome, recipients, \
             words, at, account_id, actor_name, actor_body) VALUES ",
            " ON CONFLICT (edition_id, code, step, due_on, day) DO UPDATE SET status = excluded.status, \
             outcome = excluded.outcome, recipients = excluded.recipients, at = excluded.at \
             WHERE reminder.outcome = 'missed'",
        )
        .await?;
        Ok(())
    }
}
