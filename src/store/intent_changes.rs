//! 意向の変更: notices as they were filed. What happened to them: [`super::intent_change_steps`].

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::columns::{class, document, route, status};
use super::editions::{DefinitionCache, EditionRow, date};
use super::entities::{intent_change, response, revision, survey_edition};
pub use super::intent_change_steps::ChangeStep;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::{NoticeScope, ReadScope};
use crate::domain::intent_change::{ChangeState, Notice};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::{RespondentClass, Route};
use crate::domain::response::Form1;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::SurveyEdition;

/// A notice with the answer it is about.
#[derive(Clone, Debug)]
pub struct ChangeRecord {
    pub id: i64,
    /// 1, 2, … of the answer.
    pub number: i32,
    pub edition: SurveyEdition,
    pub class: RespondentClass,
    pub name: String,
    pub route: Route,
    /// Of the answer, today.
    pub status: ResponseStatus,
    /// The answer's newest revision, today.
    pub revision_number: i32,
    pub state: ChangeState,
    pub version: i32,
    pub notice: Notice,
    /// The form it was written against.
    pub base: Form1,
    pub settled_at: Option<UnixMillis>,
    /// The revision it became.
    pub result_revision: Option<i32>,
}

/// Which notices are asked for; everything that is not set is not asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangeFilter {
    pub states: Option<&'static [ChangeState]>,
    pub edition_id: Option<i64>,
    pub prefecture: Option<PrefectureCode>,
    /// Settled in this time, both ends included.
    pub settled: Option<(UnixMillis, UnixMillis)>,
    /// Filed or settled in this time, both ends included.
    pub touched: Option<(UnixMillis, UnixMillis)>,
}

/// A notice of one answer, for links.
#[derive(Clone, Copy, Debug)]
pub struct ChangeHead {
    pub id: i64,
    pub number: i32,
    pub state: ChangeState,
    pub filed_at: UnixMillis,
}

#[derive(FromQueryResult)]
struct ChangeRow {
    id: i64,
    number: i32,
    state: String,
    change_version: i32,
    base_revision: i32,
    form: String,
    confirmed_warnings: String,
    reason: String,
    changed_on: String,
    filed_at: i64,
    filed_by: i64,
    filed_by_name: String,
    settled_at: Option<i64>,
    result_revision: Option<i32>,
    code: String,
    name: String,
    kind: String,
    route: String,
    health_center_city: bool,
    child_guidance_city: bool,
    status: String,
    revision_number: i32,
    base_form: String,
    #[sea_orm(nested)]
    edition: EditionRow,
}

pub(super) fn state(text: &str) -> StoreResult<ChangeState> {
    ChangeState::from_stored(text)
        .ok_or_else(|| StoreError::corrupt("state of a notice")(text.to_owned()))
}

/// Notices with answer, edition and the revision they were written against.
fn select() -> Select<intent_change::Entity> {
    use intent_change::Column as C;
    use response::Column as R;
    let query = intent_change::Entity::find()
        .select_only()
        .columns([
            C::Id,
            C::Number,
            C::State,
            C::BaseRevision,
            C::Form,
            C::ConfirmedWarnings,
            C::Reason,
            C::ChangedOn,
            C::FiledAt,
            C::FiledBy,
            C::FiledByName,
            C::SettledAt,
            C::ResultRevision,
        ])
        .column_as(C::Version, "change_version")
        .columns([
            R::Code,
            R::Name,
            R::Kind,
            R::Route,
            R::HealthCenterCity,
            R::ChildGuidanceCity,
            R::Status,
            R::RevisionNumber,
        ])
        .column_as(revision::Column::Form, "base_form")
        .join(
            JoinType::InnerJoin,
            intent_change::Entity::belongs_to(response::Entity)
                .from(C::ResponseId)
                .to(R::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            response::Entity::belongs_to(survey_edition::Entity)
                .from(R::EditionId)
                .to(survey_edition::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            intent_change::Entity::belongs_to(revision::Entity)
                .from((C::ResponseId, C::BaseRevision))
                .to((revision::Column::ResponseId, revision::Column::Number))
                .into(),
        );
    EditionRow::select(query)
}

async fn load(
    row: ChangeRow,
    cache: &DefinitionCache,
    connection: &impl ConnectionTrait,
) -> StoreResult<ChangeRecord> {
    Ok(ChangeRecord {
        id: row.id,
        number: row.number,
        class: class(
            (&row.code, &row.kind),
            (row.health_center_city, row.child_guidance_city),
        )?,
        name: row.name,
        route: route(&row.route)?,
        status: status(&row.status)?,
        revision_number: row.revision_number,
        state: state(&row.state)?,
        version: row.change_version,
        notice: Notice {
            base_revision: row.base_revision,
            form: document("form", &row.form)?,
            confirmed_warnings: document("warnings", &row.confirmed_warnings)?,
            reason: row.reason,
            changed_on: date(&row.changed_on)?,
            filed_at: UnixMillis(row.filed_at),
            filed_by: row.filed_by,
            filed_by_name: row.filed_by_name,
        },
        base: document("form", &row.base_form)?,
        settled_at: row.settled_at.map(UnixMillis),
        result_revision: row.result_revision,
        edition: row.edition.load(cache, connection).await?,
    })
}

/// What the filter asks, of what the scope may read.
fn condition(filter: &ChangeFilter, scope: NoticeScope) -> Condition {
    use intent_change::Column as C;
    let within = |column: C, (from, to): (UnixMillis, UnixMillis)| column.between(from.0, to.0);
    let of_scope = match scope {
        NoticeScope::Own(own) => Some(C::Code.eq(own.code().as_str())),
        NoticeScope::Read(ReadScope::Prefecture(scope)) => {
            Some(C::PrefectureCode.eq(scope.prefecture().to_string()))
        }
        NoticeScope::Read(ReadScope::Country(_)) => None,
    };
    let states = filter.states.map(|states| {
        let texts: Vec<_> = states.iter().map(|state| state.as_str()).collect();
        C::State.is_in(texts)
    });
    // Notices of trials, from before they took none, stand in no list.
    let real = survey_edition::Entity::find()
        .select_only()
        .column(survey_edition::Column::Id)
        .filter(survey_edition::Column::TrialOf.is_null())
        .into_query();
    let touched = filter.touched.map(|time| {
        Condition::any()
            .add(within(C::FiledAt, time))
            .add(within(C::SettledAt, time))
    });
    Condition::all()
        .add(C::EditionId.in_subquery(real))
        .add_option(of_scope)
        .add_option(states)
        .add_option(filter.edition_id.map(|id| C::EditionId.eq(id)))
        .add_option(
            filter
                .prefecture
                .map(|it| C::PrefectureCode.eq(it.to_string())),
        )
        .add_option(filter.settled.map(|time| within(C::SettledAt, time)))
        .add_option(touched)
}

async fn one(
    connection: &impl ConnectionTrait,
    cache: &DefinitionCache,
    id: i64,
) -> StoreResult<Option<ChangeRecord>> {
    let row = select()
        .filter(intent_change::Column::Id.eq(id))
        .into_model::<ChangeRow>()
        .one(connection)
        .await?;
    match row {
        Some(row) => Ok(Some(load(row, cache, connection).await?)),
        None => Ok(None),
    }
}

async fn heads(
    connection: &impl ConnectionTrait,
    response_id: i64,
) -> StoreResult<Vec<ChangeHead>> {
    use intent_change::Column as C;
    let lines: Vec<(i64, i32, String, i64)> = intent_change::Entity::find()
        .select_only()
        .columns([C::Id, C::Number, C::State, C::FiledAt])
        .filter(C::ResponseId.eq(response_id))
        .order_by_asc(C::Number)
        .into_tuple()
        .all(connection)
        .await?;
    lines
        .into_iter()
        .map(|(id, number, text, filed_at)| {
            Ok(ChangeHead {
                id,
                number,
                state: state(&text)?,
                filed_at: UnixMillis(filed_at),
            })
        })
        .collect()
}

impl Store {
    /// One notice. The caller asks [`crate::domain::access`] before it shows anything.
    pub async fn intent_change(&self, id: i64) -> StoreResult<Option<ChangeRecord>> {
        one(&self.read, &self.definitions, id).await
    }

    /// So many notices from the newest but `skip` on, newest first.
    pub async fn intent_changes(
        &self,
        filter: &ChangeFilter,
        scope: NoticeScope,
        (skip, most): (u64, u64),
    ) -> StoreResult<Vec<ChangeRecord>> {
        let rows = select()
            .filter(condition(filter, scope))
            .order_by_desc(intent_change::Column::Id)
            .offset(skip)
            .limit(most)
            .into_model::<ChangeRow>()
            .all(&self.read)
            .await?;
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            records.push(load(row, &self.definitions, &self.read).await?);
        }
        Ok(records)
    }

    /// How many there are.
    pub async fn count_intent_changes(
        &self,
        filter: &ChangeFilter,
        scope: NoticeScope,
    ) -> StoreResult<u64> {
        Ok(intent_change::Entity::find()
            .filter(condition(filter, scope))
            .count(&self.read)
            .await?)
    }

    /// The notices of one answer, oldest first.
    pub async fn changes_of_answer(&self, response_id: i64) -> StoreResult<Vec<ChangeHead>> {
        heads(&self.read, response_id).await
    }
}

impl Transaction {
    /// One notice as seen by this transaction.
    pub async fn intent_change(&self, id: i64) -> StoreResult<Option<ChangeRecord>> {
        one(&self.inner, &self.definitions, id).await
    }

    /// The notices of one answer, oldest first.
    pub async fn changes_of_answer(&self, response_id: i64) -> StoreResult<Vec<ChangeHead>> {
        heads(&self.inner, response_id).await
    }
}
