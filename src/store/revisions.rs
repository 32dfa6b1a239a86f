//! Revisions: what was submitted, kept for ever as it was.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::{code, document, status, to_document};
use super::editions::{EditionRow, date};
use super::entities::{response, revision, survey_edition};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::{CountryScope, ReadScope};
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response::{Form1, Warning};
use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::Asker;
use crate::domain::revision::{Correction, Revision, has_receipt};
use crate::domain::survey_edition::{EditionKey, SurveyEdition};

fn load(row: revision::Model) -> StoreResult<Revision> {
    Ok(Revision {
        number: row.number,
        receipt: row.receipt,
        form: document("form", &row.form)?,
        confirmed_warnings: document("warnings", &row.confirmed_warnings)?,
        is_late: row.is_late,
        judged_on: row.judged_on.as_deref().map(date).transpose()?,
        submitted_at: UnixMillis(row.submitted_at),
        submitted_by: row.submitted_by_name,
        by_proxy: row.entered_by_proxy,
        intake_file: row.intake_file_id,
        intent_change: row.intent_change_id,
        correction: match corrected_by(row.corrected_by.as_deref())? {
            Some(by) => Some(Correction {
                by,
                reason: row.correction_reason.unwrap_or_default(),
            }),
            None => None,
        },
    })
}

/// Whose reviewer made a revision in the body's place.
pub(super) fn corrected_by(text: Option<&str>) -> StoreResult<Option<Asker>> {
    text.map(super::requests::asker).transpose()
}

async fn one(
    connection: &impl ConnectionTrait,
    response_id: i64,
    number: i32,
) -> StoreResult<Option<Revision>> {
    let row = revision::Entity::find()
        .filter(revision::Column::ResponseId.eq(response_id))
        .filter(revision::Column::Number.eq(number))
        .one(connection)
        .await?;
    row.map(load).transpose()
}

/// The newest forms of an edition with the status of their answers, in code order.
async fn forms_with_status(
    connection: &impl ConnectionTrait,
    edition_id: i64,
    scope: Option<ReadScope>,
) -> StoreResult<Vec<(LocalGovernmentCode, ResponseStatus, Form1)>> {
    let of_scope = match scope {
        Some(ReadScope::Prefecture(scope)) => {
            Some(response::Column::PrefectureCode.eq(scope.prefecture().to_string()))
        }
        Some(ReadScope::Country(_)) | None => None,
    };
    let lines = revision::Entity::find()
        .select_only()
        .columns([response::Column::Code, response::Column::Status])
        .column(revision::Column::Form)
        .join(
            JoinType::InnerJoin,
            revision::Entity::belongs_to(response::Entity)
                .from((revision::Column::ResponseId, revision::Column::Number))
                .to((response::Column::Id, response::Column::RevisionNumber))
                .into(),
        )
        .filter(
            Condition::all()
                .add(response::Column::EditionId.eq(edition_id))
                .add_option(of_scope),
        )
        .order_by_asc(response::Column::Code)
        .into_model::<StatusLine>()
        .all(connection)
        .await?;
    lines
        .into_iter()
        .map(|line| {
            Ok((
                code(&line.code)?,
                status(&line.status)?,
                document("form", &line.form)?,
            ))
        })
        .collect()
}

async fn newest_forms(
    connection: &impl ConnectionTrait,
    edition_id: i64,
) -> StoreResult<Vec<(LocalGovernmentCode, Form1)>> {
    let lines = revision::Entity::find()
        .select_only()
        .column(response::Column::Code)
        .column(revision::Column::Form)
        .join(
            JoinType::InnerJoin,
            revision::Entity::belongs_to(response::Entity)
                .from((revision::Column::ResponseId, revision::Column::Number))
                .to((response::Column::Id, response::Column::RevisionNumber))
                .into(),
        )
        .filter(response::Column::EditionId.eq(edition_id))
        // A withdrawn answer is not an answer.
        .filter(response::Column::Status.is_not_in(["not_started", "draft"]))
        .order_by_asc(response::Column::Code)
        .into_model::<FormLine>()
        .all(connection)
        .await?;
    lines
        .into_iter()
        .map(|line| Ok((code(&line.code)?, document("form", &line.form)?)))
        .collect()
}

#[derive(FromQueryResult)]
struct PlaceLine {
    code: String,
    key: String,
    number: i32,
}

#[derive(FromQueryResult)]
struct EarlierLine {
    form: String,
    #[sea_orm(nested)]
    edition: EditionRow,
}

#[derive(FromQueryResult)]
struct StatusLine {
    code: String,
    status: String,
    form: String,
}

#[derive(FromQueryResult)]
struct FormLine {
    code: String,
    form: String,
}

impl Store {
    /// The receipt number of the submission with this key, if there was one.
    pub async fn receipt_of_submission(&self, key: &str) -> StoreResult<Option<String>> {
        let row = revision::Entity::find()
            .filter(revision::Column::SubmissionKey.eq(key))
            .one(&self.read)
            .await?;
        Ok(row.map(|row| row.receipt))
    }

    /// One revision of an answer.
    pub async fn revision(&self, response_id: i64, number: i32) -> StoreResult<Option<Revision>> {
        one(&self.read, response_id, number).await
    }

    /// Every revision of an answer, oldest first.
    pub async fn revisions(&self, response_id: i64) -> StoreResult<Vec<Revision>> {
        let rows = revision::Entity::find()
            .filter(revision::Column::ResponseId.eq(response_id))
            .order_by_asc(revision::Column::Number)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// The edition, body and revision a receipt number stands for. The caller asks
    /// [`crate::domain::access`] before it shows anything.
    pub async fn find_receipt(
        &self,
        receipt: &str,
    ) -> StoreResult<Option<(EditionKey, LocalGovernmentCode, i32)>> {
        let line = revision::Entity::find()
            .select_only()
            .column(revision::Column::Number)
            .column(response::Column::Code)
            .column(survey_edition::Column::Key)
            .join(
                JoinType::InnerJoin,
                revision::Entity::belongs_to(response::Entity)
                    .from(revision::Column::ResponseId)
                    .to(response::Column::Id)
                    .into(),
            )
            .join(
                JoinType::InnerJoin,
                response::Entity::belongs_to(survey_edition::Entity)
                    .from(response::Column::EditionId)
                    .to(survey_edition::Column::Id)
                    .into(),
            )
            .filter(revision::Column::Receipt.eq(receipt))
            .into_model::<PlaceLine>()
            .one(&self.read)
            .await?;
        let Some(line) = line else {
            return self.told_by_receipt(receipt).await;
        };
        let key = line
            .key
            .parse()
            .map_err(|_| StoreError::corrupt("edition key")(line.key.clone()))?;
        Ok(Some((key, code(&line.code)?, line.number)))
    }

    /// The same by what the number says, for one that was written in another form than it is now.
    async fn told_by_receipt(
        &self,
        receipt: &str,
    ) -> StoreResult<Option<(EditionKey, LocalGovernmentCode, i32)>> {
        let mut parts = receipt.rsplitn(3, '-');
        let number = parts.next().and_then(|text| text.parse().ok());
        let body = parts.next().and_then(|text| text.parse().ok());
        let (Some(number), Some(body)) = (number, body) else {
            return Ok(None);
        };
        let editions = self.editions().await?;
        let named = |edition: &SurveyEdition| has_receipt(edition, body, number, receipt);
        let edition = editions.into_iter().find(named);
        Ok(edition.map(|edition| (edition.key, body, number)))
    }

    /// What a body answered last before this edition, with that edition; `None` if it never did.
    pub async fn earlier_answer(
        &self,
        edition: &SurveyEdition,
        body: LocalGovernmentCode,
    ) -> StoreResult<Option<(SurveyEdition, Form1)>> {
        let query = revision::Entity::find()
            .select_only()
            .column(revision::Column::Form)
            .join(
                JoinType::InnerJoin,
                revision::Entity::belongs_to(response::Entity)
                    .from((revision::Column::ResponseId, revision::Column::Number))
                    .to((response::Column::Id, response::Column::RevisionNumber))
                    .into(),
            )
            .join(
                JoinType::InnerJoin,
                response::Entity::belongs_to(survey_edition::Entity)
                    .from(response::Column::EditionId)
                    .to(survey_edition::Column::Id)
                    .into(),
            );
        let year = i32::from(edition.definition.fiscal_year.western());
        let line = EditionRow::select(query)
            .filter(response::Column::Code.eq(body.as_str()))
            .filter(response::Column::Status.is_not_in(["not_started", "draft"]))
            .filter(survey_edition::Column::FiscalYear.lt(year))
            .filter(survey_edition::Column::TrialOf.is_null())
            .filter(survey_edition::Column::FollowUpOf.is_null())
            .order_by_desc(survey_edition::Column::FiscalYear)
            .order_by_desc(survey_edition::Column::Id)
            .into_model::<EarlierLine>()
            .one(&self.read)
            .await?;
        match line {
            Some(line) => {
                let edition = line.edition.load(&self.definitions, &self.read).await?;
                Ok(Some((edition, document("form", &line.form)?)))
            }
            None => Ok(None),
        }
    }

    /// The newest form of each body of the scope that ever submitted one, with the status of its answer.
    pub async fn forms_with_status(
        &self,
        edition_id: i64,
        scope: ReadScope,
    ) -> StoreResult<Vec<(LocalGovernmentCode, ResponseStatus, Form1)>> {
        forms_with_status(&self.read, edition_id, Some(scope)).await
    }

    /// The newest revision of every body of an edition, in code order: the national list.
    pub async fn newest_forms(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<(LocalGovernmentCode, Form1)>> {
        newest_forms(&self.read, edition_id).await
    }
}

/// A revision about to be written.
pub struct NewRevision<'a> {
    pub response_id: i64,
    pub number: i32,
    pub receipt: &'a str,
    pub submission_key: &'a str,
    pub form: &'a Form1,
    pub confirmed_warnings: &'a [Warning],
    pub lateness: Lateness,
    pub submitted_at: UnixMillis,
    pub submitted_by: i64,
    pub submitted_by_name: &'a str,
    /// 代理入力
    pub by_proxy: bool,
    /// The file it was taken from.
    pub intake_file: Option<i64>,
}

impl Transaction {
    /// One revision of an answer.
    pub async fn revision(&self, response_id: i64, number: i32) -> StoreResult<Option<Revision>> {
        one(&self.inner, response_id, number).await
    }

    /// The newest submitted form of each body of an edition; bodies without one are absent.
    pub async fn newest_forms(
        &self,
        edition_id: i64,
    ) -> StoreResult<Vec<(LocalGovernmentCode, Form1)>> {
        newest_forms(&self.inner, edition_id).await
    }

    /// The newest form of each body of an edition that ever submitted one, with the status of its answer.
    pub async fn forms_with_status(
        &self,
        edition_id: i64,
    ) -> StoreResult<Vec<(LocalGovernmentCode, ResponseStatus, Form1)>> {
        forms_with_status(&self.inner, edition_id, None).await
    }

    /// Writes many revisions.
    pub async fn insert_revisions(&self, new: &[NewRevision<'_>]) -> StoreResult<()> {
        for part in new.chunks(400) {
            let rows = part.iter().map(row).collect::<StoreResult<Vec<_>>>()?;
            revision::Entity::insert_many(rows)
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }
}

pub(super) fn row(new: &NewRevision<'_>) -> StoreResult<revision::ActiveModel> {
    Ok(revision::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        response_id: Set(new.response_id),
        number: Set(new.number),
        receipt: Set(new.receipt.to_owned()),
        submission_key: Set(new.submission_key.to_owned()),
        form: Set(to_document("form", new.form)?),
        confirmed_warnings: Set(to_document("warnings", &new.confirmed_warnings)?),
        is_late: Set(new.lateness.is_late),
        judged_on: Set(new.lateness.judged_on.map(|day| day.to_string())),
        submitted_at: Set(new.submitted_at.0),
        submitted_by: Set(new.submitted_by),
        submitted_by_name: Set(new.submitted_by_name.to_owned()),
        entered_by_proxy: Set(new.by_proxy),
        intake_file_id: Set(new.intake_file),
        intent_change_id: Set(None),
        corrected_by: Set(None),
        correction_reason: Set(None),
    })
}
