//! Leases on files: of several nodes only one works on a file, and whoever dies leaves it to the next.

use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};

use super::super::columns::document;
use super::super::entities::{intake_file, intake_reading};
use super::super::rows::Rows;
use super::super::{Store, StoreResult, Transaction};
use super::load_file;
use crate::domain::intake::{FileReading, Outcome};
use crate::domain::intake_batch::{FileRecord, FileState};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// What reading a file gave, for its row.
#[derive(Clone, Debug)]
pub struct ReadFacts {
    pub id: i64,
    pub state: FileState,
    pub outcome: Outcome,
    pub code: Option<LocalGovernmentCode>,
    pub digest: Option<String>,
}

/// Whose lease, and until when.
#[derive(Clone, Copy, Debug)]
pub struct Lease<'a> {
    pub by: &'a str,
    pub now: UnixMillis,
    pub until: UnixMillis,
}

impl Transaction {
    /// Takes the next files of a batch in a state for as long as the lease lasts, in their order. Files
    /// whose lease ran out are taken over.
    pub async fn claim_files(
        &self,
        batch_id: i64,
        state: FileState,
        lease: Lease<'_>,
        limit: u64,
    ) -> StoreResult<Vec<FileRecord>> {
        use intake_file::Column as F;
        let next = intake_file::Entity::find()
            .select_only()
            .column(F::Id)
            .filter(F::BatchId.eq(batch_id))
            .filter(F::State.eq(state.as_str()))
            .filter(
                Condition::any()
                    .add(F::LeaseUntil.is_null())
                    .add(F::LeaseUntil.lt(lease.now.0)),
            )
            .order_by_asc(F::Position)
            .limit(limit)
            // Written on PostgreSQL only.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .into_query();
        // Named twice: the engine may not run a limited, locking list more than once.
        let ids: Vec<i64> = {
            let statement = self.inner.get_database_backend().build(&next);
            let rows = self.inner.query_all_raw(statement).await?;
            rows.iter()
                .map(|row| Ok(row.try_get_by_index(0)?))
                .collect::<StoreResult<_>>()?
        };
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let row = intake_file::ActiveModel {
            lease_until: Set(Some(lease.until.0)),
            lease_by: Set(Some(lease.by.to_owned())),
            ..Default::default()
        };
        intake_file::Entity::update_many()
            .set(row)
            .filter(F::Id.is_in(ids.iter().copied()))
            .exec(&self.inner)
            .await?;
        let rows = intake_file::Entity::find()
            .filter(F::Id.is_in(ids))
            .order_by_asc(F::Position)
            .all(&self.inner)
            .await?;
        rows.into_iter().map(load_file).collect()
    }

    /// Of these files, those still in the state and under this lease, held until the end.
    pub async fn still_claimed(
        &self,
        ids: &[i64],
        state: FileState,
        by: &str,
    ) -> StoreResult<Vec<i64>> {
        use intake_file::Column as F;
        let mut query = intake_file::Entity::find()
            .select_only()
            .column(F::Id)
            .filter(F::Id.is_in(ids.iter().copied()))
            .filter(F::State.eq(state.as_str()))
            .filter(F::LeaseBy.eq(by))
            .order_by_asc(F::Id);
        if self.is_postgres() {
            QuerySelect::query(&mut query).lock(LockType::Update);
        }
        Ok(query.into_tuple().all(&self.inner).await?)
    }

    /// Writes down what reading gave and ends the lease; files that somebody else took over stay.
    pub async fn put_read(
        &self,
        by: &str,
        from: FileState,
        facts: &[ReadFacts],
    ) -> StoreResult<u64> {
        let mut rows = Rows::with_columns(7, facts.len());
        for read in facts {
            rows.push([
                read.id.into(),
                from.as_str().into(),
                by.into(),
                read.state.as_str().into(),
                read.outcome.as_str().into(),
                read.code.map(|code| code.to_string()).into(),
                read.digest.clone().into(),
            ]);
        }
        self.write_rows(
            rows,
            "UPDATE intake_file SET state = v.column4, outcome = v.column5, code = v.column6, \
             digest = v.column7, lease_until = NULL, lease_by = NULL FROM (VALUES ",
            ") AS v WHERE intake_file.id = v.column1 AND intake_file.state = v.column2 \
             AND intake_file.lease_by = v.column3",
        )
        .await
    }

    /// How many files of a batch are in one of these states.
    pub async fn count_files(&self, batch_id: i64, states: &[FileState]) -> StoreResult<u64> {
        use sea_orm::PaginatorTrait;
        Ok(intake_file::Entity::find()
            .filter(intake_file::Column::BatchId.eq(batch_id))
            .filter(intake_file::Column::State.is_in(states.iter().map(|state| state.as_str())))
            .count(&self.inner)
            .await?)
    }

    /// The readings of files, in the order of the ids given; files without one are left out.
    pub async fn readings_of(&self, ids: &[i64]) -> StoreResult<Vec<(i64, FileReading)>> {
        let rows = intake_reading::Entity::find()
            .filter(intake_reading::Column::FileId.is_in(ids.iter().copied()))
            .order_by_asc(intake_reading::Column::FileId)
            .all(&self.inner)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.file_id, document("reading", &row.reading)?)))
            .collect()
    }
}

impl Store {
    /// Whether a batch has files in a state, without waiting for writers.
    pub async fn has_files(&self, batch_id: i64, states: &[FileState]) -> StoreResult<bool> {
        let id: Option<i64> = intake_file::Entity::find()
            .select_only()
            .column(intake_file::Column::Id)
            .filter(intake_file::Column::BatchId.eq(batch_id))
            .filter(intake_file::Column::State.is_in(states.iter().map(|state| state.as_str())))
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(id.is_some())
    }
}
