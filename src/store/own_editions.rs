//! What a body sees of every edition it takes part in, for its home page: one statement.

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::body_duties::duties;
use super::columns::status;
use super::editions::{EditionRow, date};
use super::entities::{body_duty, response, revision, survey_edition};
use super::reminders::returned_on;
use super::reopening::{Reopening, reopening};
use super::responses::with_edition;
use super::revisions::corrected_by;
use super::{Store, StoreResult};
use crate::domain::duties::Duties;
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::Asker;
use crate::domain::survey_edition::{EditionState, SurveyEdition};

/// What a body sees of an edition on its home page.
#[derive(Clone, Debug)]
pub struct OwnEdition {
    pub edition: SurveyEdition,
    pub deadline_on: Date,
    pub status: ResponseStatus,
    pub revision_number: i32,
    pub lateness: Lateness,
    /// The day of the return it answers.
    pub returned_on: Option<Date>,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
    pub reopened: Option<Reopening>,
    pub response_id: i64,
    /// How the body divides its work, today.
    pub duties: Duties,
    /// The newest revision is a proxy entry,
    pub by_proxy: bool,
    /// from this file; `None` if it was entered by hand.
    pub proxy_file: Option<i64>,
    /// The newest revision is a reviewer's correction: whose.
    pub corrected_by: Option<Asker>,
    /// The newest correction that the body said it has looked at.
    pub correction_seen: Option<i32>,
}

#[derive(FromQueryResult)]
struct OwnLine {
    id: i64,
    deadline_on: String,
    status: String,
    revision_number: i32,
    is_late: bool,
    judged_on: Option<String>,
    open_return: Option<String>,
    submitted_at: Option<i64>,
    changed_at: Option<i64>,
    reopened_until: Option<String>,
    reopened_reason: Option<String>,
    entered_by_proxy: Option<bool>,
    intake_file_id: Option<i64>,
    corrected_by: Option<String>,
    correction_seen: Option<i32>,
    duties: Option<String>,
    #[sea_orm(nested)]
    edition: EditionRow,
}

impl Store {
    /// The editions a body takes part in, newest first and trials last, without those in preparation and
    /// trials that are over.
    pub async fn own_editions(&self, body: LocalGovernmentCode) -> StoreResult<Vec<OwnEdition>> {
        use response::Column as R;
        let lines = with_edition()
            .columns([
                R::Id,
                R::DeadlineOn,
                R::Status,
                R::RevisionNumber,
                R::IsLate,
                R::JudgedOn,
                R::OpenReturn,
                R::SubmittedAt,
                R::ChangedAt,
                R::ReopenedUntil,
                R::ReopenedReason,
                R::CorrectionSeen,
            ])
            .columns([
                revision::Column::EnteredByProxy,
                revision::Column::IntakeFileId,
                revision::Column::CorrectedBy,
            ])
            .join(
                JoinType::LeftJoin,
                response::Entity::belongs_to(revision::Entity)
                    .from((R::Id, R::RevisionNumber))
                    .to((revision::Column::ResponseId, revision::Column::Number))
                    .into(),
            )
            .column(body_duty::Column::Duties)
            .join(
                JoinType::LeftJoin,
                response::Entity::belongs_to(body_duty::Entity)
                    .from(R::Code)
                    .to(body_duty::Column::Code)
                    .into(),
            )
            .filter(R::Code.eq(body.as_str()))
            .filter(survey_edition::Column::State.ne("preparing"))
            .filter(
                Condition::any()
                    .add(survey_edition::Column::TrialOf.is_null())
                    .add(survey_edition::Column::State.eq(EditionState::Open.as_str())),
            )
            .order_by_desc(survey_edition::Column::FiscalYear)
            .order_by_desc(survey_edition::Column::Id)
            .into_model::<OwnLine>()
            .all(&self.read)
            .await?;
        let mut editions = Vec::with_capacity(lines.len());
        for line in lines {
            editions.push(OwnEdition {
                edition: line.edition.load(&self.definitions, &self.read).await?,
                deadline_on: date(&line.deadline_on)?,
                status: status(&line.status)?,
                revision_number: line.revision_number,
                lateness: Lateness {
                    is_late: line.is_late,
                    judged_on: line.judged_on.as_deref().map(date).transpose()?,
                },
                returned_on: returned_on(line.open_return.as_deref())?,
                submitted_at: line.submitted_at.map(UnixMillis),
                changed_at: line.changed_at.map(UnixMillis),
                reopened: reopening(line.reopened_until.as_deref(), line.reopened_reason)?,
                response_id: line.id,
                duties: duties(line.duties.as_ref())?,
                by_proxy: line.entered_by_proxy == Some(true),
                proxy_file: line
                    .intake_file_id
                    .filter(|_| line.entered_by_proxy == Some(true)),
                corrected_by: corrected_by(line.corrected_by.as_deref())?,
                correction_seen: line.correction_seen,
            });
        }
        editions.sort_by_key(|own| own.edition.is_trial());
        Ok(editions)
    }
}
