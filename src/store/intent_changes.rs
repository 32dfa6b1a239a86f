//! 意向の変更: notices as they were filed, and what happened to them.
//!
//! Whoever changes a notice holds the row of its answer first ([`Transaction::response`]), so of two who decide the
//! second finds the first one's decision. The version guards what a page showed.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::Expr,
};

use super::columns::{class, document, route, status, to_document};
use super::editions::{DefinitionCache, EditionRow, date};
use super::entities::{intent_change, intent_change_event, response, revision, survey_edition};
use super::responses::ResponseRecord;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::{NoticeScope, ReadScope};
use crate::domain::account::Actor;
use crate::domain::intent_change::{ChangeEvent, ChangeHistory, ChangeState, Notice};
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
        let row = select()
            .filter(intent_change::Column::Id.eq(id))
            .into_model::<ChangeRow>()
            .one(&self.read)
            .await?;
        match row {
            Some(row) => Ok(Some(load(row, &self.definitions, &self.read).await?)),
            None => Ok(None),
        }
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

    /// What happened to a notice, oldest first.
    pub async fn change_history(&self, id: i64) -> StoreResult<Vec<ChangeHistory>> {
        use intent_change_event::Column as E;
        let rows = intent_change_event::Entity::find()
            .filter(E::ChangeId.eq(id))
            .order_by_asc(E::Id)
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ChangeHistory {
                    event: ChangeEvent::from_stored(&row.event)
                        .ok_or_else(|| StoreError::corrupt("event of a notice")(row.event))?,
                    state_after: state(&row.state_after)?,
                    at: UnixMillis(row.at),
                    actor_name: row.actor_name,
                    actor_body: row.actor_body,
                    remark: row.remark,
                })
            })
            .collect()
    }
}

impl Store {
    /// The words with which notices were settled, by notice; those settled without words are left out.
    pub async fn settling_remarks(&self, ids: Vec<i64>) -> StoreResult<HashMap<i64, String>> {
        use intent_change_event::Column as E;
        let events = [
            ChangeEvent::Accept,
            ChangeEvent::Decline,
            ChangeEvent::SendBack,
        ];
        let mut remarks = HashMap::new();
        for part in ids.chunks(5_000) {
            let lines: Vec<(i64, String)> = intent_change_event::Entity::find()
                .select_only()
                .columns([E::ChangeId, E::Remark])
                .filter(E::ChangeId.is_in(part.iter().copied()))
                .filter(E::Event.is_in(events.map(ChangeEvent::as_str)))
                .filter(E::Remark.ne(""))
                .into_tuple()
                .all(&self.read)
                .await?;
            remarks.extend(lines);
        }
        Ok(remarks)
    }
}

/// What a step leaves on a notice's row.
#[derive(Clone, Copy, Debug)]
pub struct ChangeStep<'a> {
    pub event: ChangeEvent,
    pub state_after: ChangeState,
    pub at: UnixMillis,
    pub remark: &'a str,
    /// The revision it became.
    pub result_revision: Option<i32>,
}

impl Transaction {
    /// One notice as seen by this transaction.
    pub async fn intent_change(&self, id: i64) -> StoreResult<Option<ChangeRecord>> {
        let row = select()
            .filter(intent_change::Column::Id.eq(id))
            .into_model::<ChangeRow>()
            .one(&self.inner)
            .await?;
        match row {
            Some(row) => Ok(Some(load(row, &self.definitions, &self.inner).await?)),
            None => Ok(None),
        }
    }

    /// The notices of one answer, oldest first.
    pub async fn changes_of_answer(&self, response_id: i64) -> StoreResult<Vec<ChangeHead>> {
        heads(&self.inner, response_id).await
    }

    /// Keeps a notice; gives its id.
    pub async fn insert_intent_change(
        &self,
        record: &ResponseRecord,
        number: i32,
        state: ChangeState,
        notice: &Notice,
    ) -> StoreResult<i64> {
        let row = intent_change::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            response_id: Set(record.id),
            edition_id: Set(record.edition.id),
            code: Set(record.code().to_string()),
            prefecture_code: Set(record.code().prefecture().to_string()),
            number: Set(number),
            state: Set(state.as_str().to_owned()),
            version: Set(1),
            base_revision: Set(notice.base_revision),
            form: Set(to_document("form", &notice.form)?),
            confirmed_warnings: Set(to_document("warnings", &notice.confirmed_warnings)?),
            reason: Set(notice.reason.clone()),
            changed_on: Set(notice.changed_on.to_string()),
            filed_at: Set(notice.filed_at.0),
            filed_by: Set(notice.filed_by),
            filed_by_name: Set(notice.filed_by_name.clone()),
            settled_at: Set(None),
            result_revision: Set(None),
        };
        let inserted = intent_change::Entity::insert(row).exec(&self.inner).await?;
        Ok(inserted.last_insert_id)
    }

    /// Moves a notice on, if it still has the version that was read.
    pub async fn move_intent_change(
        &self,
        id: i64,
        version: i32,
        step: &ChangeStep<'_>,
    ) -> StoreResult<()> {
        use intent_change::Column as C;
        let settled = (!step.state_after.is_open()).then_some(step.at.0);
        let updated = intent_change::Entity::update_many()
            .col_expr(C::State, Expr::value(step.state_after.as_str()))
            .col_expr(C::Version, Expr::value(version + 1))
            .col_expr(C::SettledAt, Expr::value(settled))
            .col_expr(C::ResultRevision, Expr::value(step.result_revision))
            .filter(C::Id.eq(id))
            .filter(C::Version.eq(version))
            .exec(&self.inner)
            .await?;
        match updated.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Writes down what happened to a notice.
    pub async fn insert_change_event(
        &self,
        id: i64,
        actor: &Actor,
        step: &ChangeStep<'_>,
    ) -> StoreResult<()> {
        let row = intent_change_event::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            change_id: Set(id),
            event: Set(step.event.as_str().to_owned()),
            state_after: Set(step.state_after.as_str().to_owned()),
            at: Set(step.at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(actor.display_name.clone()),
            actor_body: Set(actor.body_name().to_owned()),
            remark: Set(step.remark.to_owned()),
        };
        intent_change_event::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
