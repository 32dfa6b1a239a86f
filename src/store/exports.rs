//! Many answers at once: the national list, and what all forms are written from. Each is read in one
//! statement and so from one moment.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::boards::{BoardLine, BoardRow, board_query, board_row};
use super::columns::{code, document, kind, optional, route, status};
use super::editions::date;
use super::entities::{response, revision, survey_edition};
use super::revisions::corrected_by;
use super::{Store, StoreResult};
use crate::domain::access::{CountryScope, ReadScope};
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::response::{Draft, Form1};
use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::Asker;
use crate::domain::survey_edition::SurveyEdition;

/// A body of an edition with its newest answer.
#[derive(Clone, Debug)]
pub struct CountryAnswer {
    pub row: BoardRow,
    /// `None` where nothing was submitted, or it was withdrawn.
    pub answer: Option<FiledAnswer>,
}

/// The newest revision of an answer.
#[derive(Clone, Debug)]
pub struct FiledAnswer {
    pub receipt: String,
    pub submitted_at: UnixMillis,
    /// 代理入力
    pub by_proxy: bool,
    /// 訂正: whose reviewer made it in the body's place.
    pub corrected_by: Option<Asker>,
    pub form: Form1,
}

#[derive(FromQueryResult)]
struct AnswerLine {
    #[sea_orm(nested)]
    row: BoardLine,
    form: Option<String>,
    receipt: Option<String>,
    filed_at: Option<i64>,
    entered_by_proxy: Option<bool>,
    corrected_by: Option<String>,
}

impl Store {
    /// Every body of an edition with its newest answer, in code order.
    pub async fn country_answers(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<CountryAnswer>> {
        let lines = board_query(edition_id)
            .column_as(revision::Column::Form, "form")
            .column_as(revision::Column::Receipt, "receipt")
            .column_as(revision::Column::SubmittedAt, "filed_at")
            .columns([
                revision::Column::EnteredByProxy,
                revision::Column::CorrectedBy,
            ])
            .join(JoinType::LeftJoin, newest_revision())
            .into_model::<AnswerLine>()
            .all(&self.read)
            .await?;
        lines.into_iter().map(load).collect()
    }
}

pub(super) fn newest_revision() -> sea_orm::RelationDef {
    response::Entity::belongs_to(revision::Entity)
        .from((response::Column::Id, response::Column::RevisionNumber))
        .to((revision::Column::ResponseId, revision::Column::Number))
        .into()
}

/// A withdrawn answer is not an answer.
const UNFILED: [&str; 2] = ["not_started", "draft"];

/// What one body's form is written from. The documents stay texts until they are asked for, so that
/// the whole country of them takes little room.
#[derive(Clone, Debug)]
pub struct FormSource {
    pub code: LocalGovernmentCode,
    pub name: String,
    /// As frozen in the edition.
    pub kind: OrganizationKind,
    pub route: Route,
    pub status: ResponseStatus,
    filed: Option<FiledText>,
    prefill: Option<String>,
}

#[derive(Clone, Debug)]
struct FiledText {
    form: String,
    receipt: String,
    submitted_at: UnixMillis,
    lateness: Lateness,
    by_proxy: bool,
    corrected_by: Option<Asker>,
}

/// A submitted form with what its receipt says.
#[derive(Clone, Debug)]
pub struct FiledForm {
    pub answer: FiledAnswer,
    pub lateness: Lateness,
}

impl FormSource {
    /// Something was submitted and not withdrawn.
    pub fn is_filed(&self) -> bool {
        self.filed.is_some()
    }

    /// Forgets the submission: somebody may know of the body and not of its answer.
    pub fn hide(&mut self) {
        self.filed = None;
    }

    /// The newest submission.
    pub fn filed(&self) -> StoreResult<Option<FiledForm>> {
        let Some(filed) = &self.filed else {
            return Ok(None);
        };
        Ok(Some(FiledForm {
            answer: FiledAnswer {
                receipt: filed.receipt.clone(),
                submitted_at: filed.submitted_at,
                by_proxy: filed.by_proxy,
                corrected_by: filed.corrected_by,
                form: document("form", &filed.form)?,
            },
            lateness: filed.lateness,
        }))
    }

    /// The last edition's answer as a start, while nobody has saved a draft.
    pub fn prefill(&self) -> StoreResult<Option<Draft>> {
        optional("prefill", self.prefill.as_ref())
    }
}

#[derive(FromQueryResult)]
struct SourceLine {
    code: String,
    name: String,
    kind: String,
    route: String,
    status: String,
    prefill: Option<String>,
    form: Option<String>,
    receipt: Option<String>,
    filed_at: Option<i64>,
    filed_late: Option<bool>,
    judged_on: Option<String>,
    entered_by_proxy: Option<bool>,
    corrected_by: Option<String>,
}

#[derive(FromQueryResult)]
struct EarlierLine {
    code: String,
    edition_id: i64,
    form: String,
}

pub(super) fn within(
    query: Select<response::Entity>,
    scope: ReadScope,
) -> Select<response::Entity> {
    match scope {
        ReadScope::Country(_) => query,
        ReadScope::Prefecture(scope) => {
            query.filter(response::Column::PrefectureCode.eq(scope.prefecture().to_string()))
        }
    }
}

impl Store {
    /// Every body of the scope with what its form is written from, in code order.
    pub async fn form_sources(
        &self,
        edition_id: i64,
        scope: ReadScope,
    ) -> StoreResult<Vec<FormSource>> {
        use response::Column as R;
        let query = response::Entity::find()
            .select_only()
            .columns([R::Code, R::Name, R::Kind, R::Route, R::Status, R::Prefill])
            .column_as(revision::Column::Form, "form")
            .column_as(revision::Column::Receipt, "receipt")
            .column_as(revision::Column::SubmittedAt, "filed_at")
            .column_as(revision::Column::IsLate, "filed_late")
            .column(revision::Column::JudgedOn)
            .columns([
                revision::Column::EnteredByProxy,
                revision::Column::CorrectedBy,
            ])
            .join(JoinType::LeftJoin, newest_revision())
            .filter(R::EditionId.eq(edition_id))
            .order_by_asc(R::Code);
        let lines = within(query, scope).into_model::<SourceLine>();
        let lines = lines.all(&self.read).await?;
        lines.into_iter().map(source).collect()
    }

    /// What the bodies of the scope with a draft answered last before this edition, with the id of that
    /// edition: the draft has replaced what the edition began with.
    pub async fn earlier_forms_of_drafts(
        &self,
        edition: &SurveyEdition,
        scope: ReadScope,
    ) -> StoreResult<HashMap<LocalGovernmentCode, (i64, Form1)>> {
        use response::Column as R;
        let drafts = response::Entity::find()
            .select_only()
            .column(R::Code)
            .filter(R::EditionId.eq(edition.id))
            .filter(R::Status.eq(ResponseStatus::Draft.as_str()))
            .into_query();
        let year = i32::from(edition.definition.fiscal_year.western());
        let query = response::Entity::find()
            .select_only()
            .columns([R::Code, R::EditionId])
            .column_as(revision::Column::Form, "form")
            .join(JoinType::InnerJoin, newest_revision())
            .join(
                JoinType::InnerJoin,
                response::Entity::belongs_to(survey_edition::Entity)
                    .from(R::EditionId)
                    .to(survey_edition::Column::Id)
                    .into(),
            )
            .filter(R::Code.in_subquery(drafts))
            .filter(R::Status.is_not_in(UNFILED))
            .filter(survey_edition::Column::FiscalYear.lt(year))
            .filter(survey_edition::Column::TrialOf.is_null())
            .filter(survey_edition::Column::FollowUpOf.is_null())
            .order_by_desc(survey_edition::Column::FiscalYear)
            .order_by_desc(survey_edition::Column::Id);
        let lines = within(query, scope).into_model::<EarlierLine>();
        let mut newest = HashMap::new();
        for line in lines.all(&self.read).await? {
            let code = code(&line.code)?;
            if let std::collections::hash_map::Entry::Vacant(place) = newest.entry(code) {
                place.insert((line.edition_id, document("form", &line.form)?));
            }
        }
        Ok(newest)
    }
}

fn source(line: SourceLine) -> StoreResult<FormSource> {
    let status = status(&line.status)?;
    let is_filed = !UNFILED.contains(&status.as_str());
    let filed = match (line.form, line.receipt, line.filed_at) {
        (Some(form), Some(receipt), Some(filed_at)) if is_filed => Some(FiledText {
            form,
            receipt,
            submitted_at: UnixMillis(filed_at),
            lateness: Lateness {
                is_late: line.filed_late.unwrap_or(false),
                judged_on: line.judged_on.as_deref().map(date).transpose()?,
            },
            by_proxy: line.entered_by_proxy.unwrap_or(false),
            corrected_by: corrected_by(line.corrected_by.as_deref())?,
        }),
        _ => None,
    };
    Ok(FormSource {
        code: code(&line.code)?,
        name: line.name,
        kind: kind(&line.kind)?,
        route: route(&line.route)?,
        status,
        filed,
        prefill: line.prefill,
    })
}

fn load(line: AnswerLine) -> StoreResult<CountryAnswer> {
    let row = board_row(line.row)?;
    // A withdrawn answer is not an answer.
    let is_filed = !matches!(
        row.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    let answer = match (line.form, line.receipt, line.filed_at) {
        (Some(form), Some(receipt), Some(filed_at)) if is_filed => Some(FiledAnswer {
            form: document("form", &form)?,
            receipt,
            submitted_at: UnixMillis(filed_at),
            by_proxy: line.entered_by_proxy.unwrap_or(false),
            corrected_by: corrected_by(line.corrected_by.as_deref())?,
        }),
        _ => None,
    };
    Ok(CountryAnswer { row, answer })
}
