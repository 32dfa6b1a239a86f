//! Answers: one row a body and edition, with its frozen class, its draft and its derived state.
//!
//! A page of the form reads the answer and its edition in one statement; a board reads one range of
//! one index and never touches the documents.

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    Select,
};

use super::body_duties::duties;
use super::columns::{class, optional, route, status};
use super::editions::{DefinitionCache, EditionRow, date};
use super::entities::{body_duty, response, survey_edition};
use super::reopening::{Reopening, reopening};
use super::visits::Cursor;
use super::{StoreResult, Transaction};
use crate::domain::duties::Duties;
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{RespondentClass, Route};
use crate::domain::response::Draft;
use crate::domain::response_status::ResponseStatus;
use crate::domain::return_request::ReturnRequest;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};

/// One body's answer in one edition, with everything its pages need.
#[derive(Clone, Debug)]
pub struct ResponseRecord {
    pub id: i64,
    pub edition: SurveyEdition,
    pub class: RespondentClass,
    pub name: String,
    pub route: Route,
    /// The body's own deadline: its prefecture's if it set one, else the edition's.
    pub deadline_on: Date,
    pub status: ResponseStatus,
    /// Grows with every change; writers name the version they saw.
    pub version: i32,
    /// What was saved in this edition; `None` before the first save.
    pub draft: Option<Draft>,
    /// The last edition's answer as a draft nobody has saved; `None` if there was none.
    pub prefill: Option<Draft>,
    /// The return the body has not answered yet.
    pub open_return: Option<ReturnRequest>,
    /// Number of the newest revision; 0 = nothing was ever submitted.
    pub revision_number: i32,
    pub is_late: bool,
    /// The deadline by which that was judged.
    pub judged_on: Option<Date>,
    pub first_submitted_at: Option<UnixMillis>,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
    /// 再受付: the body may answer until this day, whatever the edition's dates say; why.
    pub reopened: Option<Reopening>,
    /// How the body divides its work, today.
    pub duties: Duties,
}

impl ResponseRecord {
    /// The last day on which the body can answer a return.
    pub fn last_day_for_changes(&self) -> Date {
        let until = self.reopened.as_ref().map(|reopening| reopening.until);
        until.unwrap_or(self.edition.dates.last_change_on)
    }

    /// How late the answer came, and by which deadline.
    pub fn lateness(&self) -> Lateness {
        Lateness {
            is_late: self.is_late,
            judged_on: self.judged_on,
        }
    }

    /// What a submission at a moment says of it, and when it was first submitted then.
    pub fn judged(&self, at: UnixMillis) -> (UnixMillis, Lateness) {
        let first = self.first_submitted_at;
        Lateness::of_submission(self.lateness(), first, at, self.deadline_on)
    }

    /// Whether the body may save or submit at this moment.
    pub fn takes_answers(&self, now: UnixMillis) -> bool {
        let until = self.reopened.as_ref().map(|reopening| reopening.until);
        let answered = self.revision_number > 0;
        self.edition.takes_answers(answered, until, now)
    }

    /// Whether a reviewer may decide: in an open edition, and on an answer that came in by a reopening
    /// until it is accepted.
    pub fn is_decidable(&self) -> bool {
        self.edition.state == EditionState::Open || self.reopened.is_some()
    }

    /// The body's code.
    pub fn code(&self) -> LocalGovernmentCode {
        self.class.code
    }

    /// The draft as the form shows it: the saved one, else the last edition's answer, else empty.
    pub fn draft_or_prefill(&self) -> Draft {
        self.draft
            .clone()
            .or_else(|| self.prefill.clone())
            .unwrap_or_default()
    }

    /// The same without a copy; the record keeps neither afterwards.
    pub fn take_draft(&mut self) -> Draft {
        let prefill = self.prefill.take();
        self.draft.take().or(prefill).unwrap_or_default()
    }

    /// Key that makes one submission of the draft at this version unique.
    pub fn submission_key_at(&self, version: i32) -> String {
        submission_key(self.id, version)
    }
}

/// Answer and version: one submission of an answer as it stood.
pub(super) fn submission_key(response_id: i64, version: i32) -> String {
    format!("{response_id}-{version}")
}

#[derive(FromQueryResult)]
pub(super) struct ResponseRow {
    id: i64,
    code: String,
    name: String,
    kind: String,
    route: String,
    health_center_city: bool,
    child_guidance_city: bool,
    deadline_on: String,
    status: String,
    version: i32,
    draft: Option<String>,
    prefill: Option<String>,
    open_return: Option<String>,
    revision_number: i32,
    is_late: bool,
    judged_on: Option<String>,
    first_submitted_at: Option<i64>,
    submitted_at: Option<i64>,
    changed_at: Option<i64>,
    reopened_until: Option<String>,
    reopened_reason: Option<String>,
    duties: Option<String>,
    #[sea_orm(nested)]
    edition: EditionRow,
}

impl ResponseRow {
    /// The columns of the answer, in the order in which [`ResponseRow::read`] takes them.
    pub(super) const COLUMNS: [response::Column; 21] = {
        use response::Column as R;
        [
            R::Id,
            R::Code,
            R::Name,
            R::Kind,
            R::Route,
            R::HealthCenterCity,
            R::ChildGuidanceCity,
            R::DeadlineOn,
            R::Status,
            R::Version,
            R::Draft,
            R::Prefill,
            R::OpenReturn,
            R::RevisionNumber,
            R::IsLate,
            R::JudgedOn,
            R::FirstSubmittedAt,
            R::SubmittedAt,
            R::ChangedAt,
            R::ReopenedUntil,
            R::ReopenedReason,
        ]
    };

    /// The answer and its edition; `None` where an outer join found none.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> StoreResult<Option<Self>> {
        let Some(id) = cursor.next()? else {
            return Ok(None);
        };
        Ok(Some(Self {
            id,
            code: cursor.next()?,
            name: cursor.next()?,
            kind: cursor.next()?,
            route: cursor.next()?,
            health_center_city: cursor.next()?,
            child_guidance_city: cursor.next()?,
            deadline_on: cursor.next()?,
            status: cursor.next()?,
            version: cursor.next()?,
            draft: cursor.next()?,
            prefill: cursor.next()?,
            open_return: cursor.next()?,
            revision_number: cursor.next()?,
            is_late: cursor.next()?,
            judged_on: cursor.next()?,
            first_submitted_at: cursor.next()?,
            submitted_at: cursor.next()?,
            changed_at: cursor.next()?,
            reopened_until: cursor.next()?,
            reopened_reason: cursor.next()?,
            duties: cursor.next()?,
            edition: EditionRow::read(cursor)?,
        }))
    }
}

/// An answer's row with its edition's; the columns of the answer are still to be named.
pub(super) fn with_edition() -> Select<response::Entity> {
    let query = response::Entity::find().select_only().join(
        JoinType::InnerJoin,
        response::Entity::belongs_to(survey_edition::Entity)
            .from(response::Column::EditionId)
            .to(survey_edition::Column::Id)
            .into(),
    );
    EditionRow::select(query)
}

fn full(key: &EditionKey, body: LocalGovernmentCode) -> Select<response::Entity> {
    use response::Column as R;
    with_edition()
        .columns(ResponseRow::COLUMNS)
        .column(body_duty::Column::Duties)
        .join(
            JoinType::LeftJoin,
            response::Entity::belongs_to(body_duty::Entity)
                .from(R::Code)
                .to(body_duty::Column::Code)
                .into(),
        )
        .filter(R::Code.eq(body.as_str()))
        .filter(survey_edition::Column::Key.eq(key.as_str()))
}

pub(super) async fn load(
    row: ResponseRow,
    cache: &DefinitionCache,
    connection: &impl ConnectionTrait,
) -> StoreResult<ResponseRecord> {
    Ok(ResponseRecord {
        id: row.id,
        class: class(
            (&row.code, &row.kind),
            (row.health_center_city, row.child_guidance_city),
        )?,
        name: row.name,
        route: route(&row.route)?,
        deadline_on: date(&row.deadline_on)?,
        status: status(&row.status)?,
        version: row.version,
        draft: optional("draft", row.draft.as_ref())?,
        prefill: optional("prefill", row.prefill.as_ref())?,
        open_return: optional("return", row.open_return.as_ref())?,
        revision_number: row.revision_number,
        is_late: row.is_late,
        judged_on: row.judged_on.as_deref().map(date).transpose()?,
        first_submitted_at: row.first_submitted_at.map(UnixMillis),
        submitted_at: row.submitted_at.map(UnixMillis),
        changed_at: row.changed_at.map(UnixMillis),
        reopened: reopening(row.reopened_until.as_deref(), row.reopened_reason)?,
        duties: duties(row.duties.as_ref())?,
        edition: row.edition.load(cache, connection).await?,
    })
}

impl Transaction {
    /// One body's answer, locked for this transaction where the engine locks rows.
    pub async fn response(
        &self,
        key: &EditionKey,
        body: LocalGovernmentCode,
    ) -> StoreResult<Option<ResponseRecord>> {
        let mut query = full(key, body);
        if self.is_postgres() {
            QuerySelect::query(&mut query)
                .lock_with_tables(sea_orm::sea_query::LockType::Update, [response::Entity]);
        }
        match query.into_model::<ResponseRow>().one(&self.inner).await? {
            Some(row) => Ok(Some(load(row, &self.definitions, &self.inner).await?)),
            None => Ok(None),
        }
    }
}
