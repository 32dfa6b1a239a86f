//! The answers of an edition as they stood at a moment: three reads of what is never changed.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::boards::{BoardContact, BoardLine, board_query, board_row};
use super::columns::{document, status};
use super::editions::date;
use super::entities::{response, response_event, revision};
use super::exports::{CountryAnswer, FiledAnswer};
use super::revisions::corrected_by;
use super::{Store, StoreError, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::response::{Form1, Warning};
use crate::domain::response_at::{TimedEvent, stood_at};
use crate::domain::response_status::ResponseEvent;
use crate::domain::survey_edition::{EditionDefinition, SurveyEdition};

#[derive(FromQueryResult)]
struct EventLine {
    response_id: i64,
    event: String,
    status_after: String,
    at: i64,
    revision_number: Option<i32>,
    received_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct RevisionLine {
    response_id: i64,
    number: i32,
    receipt: String,
    form: String,
    confirmed_warnings: String,
    is_late: bool,
    judged_on: Option<String>,
    submitted_at: i64,
    entered_by_proxy: bool,
    corrected_by: Option<String>,
}

fn timed(line: &EventLine) -> StoreResult<TimedEvent> {
    let event = ResponseEvent::from_stored(&line.event);
    Ok(TimedEvent {
        event: event.ok_or_else(|| StoreError::corrupt("event")(line.event.clone()))?,
        status_after: status(&line.status_after)?,
        at: UnixMillis(line.at),
        revision: line.revision_number,
        received_at: line.received_at.map(UnixMillis),
    })
}

impl Store {
    /// Every body of an edition with the answer that was in force at a moment, in code order. Bodies and deadlines are
    /// those of the edition.
    pub async fn country_answers_at(
        &self,
        edition: &SurveyEdition,
        _scope: CountryScope,
        moment: UnixMillis,
    ) -> StoreResult<Vec<CountryAnswer>> {
        let rows = board_query(edition.id)
            .into_model::<BoardLine>()
            .all(&self.read)
            .await?;
        let mut events = self.timed_events(edition.id).await?;
        let mut revisions = self.revisions_until(edition.id, moment).await?;
        rows.into_iter()
            .map(|line| {
                let mut answer = CountryAnswer {
                    row: board_row(line)?,
                    answer: None,
                };
                let id = answer.row.id;
                let events = events.remove(&id).unwrap_or_default();
                let stood = stood_at(events, moment);
                let filed = stood
                    .revision
                    .and_then(|number| revisions.remove(&(id, number)));
                let row = &mut answer.row;
                row.status = stood.status;
                row.changed_at = stood.changed_at;
                row.revision_number = stood.revision.unwrap_or(0);
                put(&mut answer, filed, &edition.definition)?;
                Ok(answer)
            })
            .collect()
    }

    /// The events of an edition by answer, each answer's in their order.
    async fn timed_events(&self, edition_id: i64) -> StoreResult<HashMap<i64, Vec<TimedEvent>>> {
        use response_event::Column as E;
        let lines = response_event::Entity::find()
            .select_only()
            .columns([
                E::ResponseId,
                E::Event,
                E::StatusAfter,
                E::At,
                E::RevisionNumber,
            ])
            .column_as(revision::Column::SubmittedAt, "received_at")
            .join(
                JoinType::LeftJoin,
                response_event::Entity::belongs_to(revision::Entity)
                    .from((E::ResponseId, E::RevisionNumber))
                    .to((revision::Column::ResponseId, revision::Column::Number))
                    .into(),
            )
            .filter(E::EditionId.eq(edition_id))
            .order_by_asc(E::Id)
            .into_model::<EventLine>()
            .all(&self.read)
            .await?;
        let mut events: HashMap<i64, Vec<TimedEvent>> = HashMap::new();
        for line in lines {
            events
                .entry(line.response_id)
                .or_default()
                .push(timed(&line)?);
        }
        Ok(events)
    }

    /// The revisions received up to a moment, by answer and number.
    async fn revisions_until(
        &self,
        edition_id: i64,
        moment: UnixMillis,
    ) -> StoreResult<HashMap<(i64, i32), RevisionLine>> {
        use revision::Column as V;
        let lines = revision::Entity::find()
            .select_only()
            .columns([
                V::ResponseId,
                V::Number,
                V::Receipt,
                V::Form,
                V::ConfirmedWarnings,
                V::IsLate,
                V::JudgedOn,
                V::SubmittedAt,
                V::EnteredByProxy,
                V::CorrectedBy,
            ])
            .join(
                JoinType::InnerJoin,
                revision::Entity::belongs_to(response::Entity)
                    .from(V::ResponseId)
                    .to(response::Column::Id)
                    .into(),
            )
            .filter(response::Column::EditionId.eq(edition_id))
            .filter(V::SubmittedAt.lte(moment.0))
            .into_model::<RevisionLine>()
            .all(&self.read)
            .await?;
        let keyed = lines
            .into_iter()
            .map(|line| ((line.response_id, line.number), line));
        Ok(keyed.collect())
    }
}

/// What follows from the revision in force, in place of what follows from today's.
fn put(
    answer: &mut CountryAnswer,
    filed: Option<RevisionLine>,
    definition: &EditionDefinition,
) -> StoreResult<()> {
    let row = &mut answer.row;
    let Some(filed) = filed else {
        row.contact = None;
        row.intents.clear();
        row.targets_mask = 0;
        row.recipients = 0;
        row.warnings = 0;
        row.is_late = false;
        row.judged_on = None;
        row.submitted_at = None;
        return Ok(());
    };
    let form: Form1 = document("form", &filed.form)?;
    let warnings: Vec<Warning> = document("warnings", &filed.confirmed_warnings)?;
    row.contact = Some(BoardContact {
        department: form.contact.department.clone(),
        phone: form.contact.phone.to_string(),
        email: form.contact.email.to_string(),
    });
    row.intents = form.intents.clone();
    row.targets_mask = form.target_mask(definition);
    row.recipients = form.totals().recipients;
    row.warnings = u32::try_from(warnings.len()).unwrap_or(u32::MAX);
    row.is_late = filed.is_late;
    row.judged_on = filed.judged_on.as_deref().map(date).transpose()?;
    row.submitted_at = Some(UnixMillis(filed.submitted_at));
    answer.answer = Some(FiledAnswer {
        receipt: filed.receipt,
        submitted_at: UnixMillis(filed.submitted_at),
        by_proxy: filed.entered_by_proxy,
        corrected_by: corrected_by(filed.corrected_by.as_deref())?,
        form,
    });
    Ok(())
}
