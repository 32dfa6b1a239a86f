//! Batches: who sent how many files when, and how far they are.

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::super::entities::{intake_batch, intake_file};
use super::super::{Store, StoreResult, Transaction};
use super::{known, load_batch};
use crate::domain::account::Actor;
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{Batch, BatchState, Counts, Door, FileState};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// A batch about to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewBatch<'a> {
    pub edition_id: i64,
    pub door: Door,
    pub actor: &'a Actor,
    pub replace: bool,
    pub received_on: Option<Date>,
    pub state: BatchState,
    pub at: UnixMillis,
}

/// Whose batches to list.
#[derive(Clone, Debug)]
pub enum BatchOwner {
    /// A body, by its code.
    Body(String),
    /// The ministry and the operator.
    Country,
}

impl BatchOwner {
    /// The batches an actor's office sent.
    pub fn of(actor: &Actor) -> Self {
        match actor.code() {
            Some(code) => Self::Body(code.to_string()),
            None => Self::Country,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Body(code) => code,
            Self::Country => "",
        }
    }
}

/// What was sent lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub files: u64,
    pub bytes: u64,
}

#[derive(FromQueryResult)]
struct CountLine {
    batch_id: i64,
    state: String,
    outcome: Option<String>,
    unchanged: bool,
    count: i64,
}

impl Store {
    /// One batch.
    pub async fn intake_batch(&self, id: i64) -> StoreResult<Option<Batch>> {
        let row = intake_batch::Entity::find_by_id(id).one(&self.read).await?;
        row.map(load_batch).transpose()
    }

    /// The newest batches of an office in an edition that came by these doors, newest first.
    pub async fn intake_batches(
        &self,
        edition_id: i64,
        owner: &BatchOwner,
        doors: &[Door],
        limit: u64,
    ) -> StoreResult<Vec<Batch>> {
        use intake_batch::Column as B;
        let rows = intake_batch::Entity::find()
            .filter(B::EditionId.eq(edition_id))
            .filter(B::ActorCode.eq(owner.code()))
            .filter(B::Door.is_in(doors.iter().map(|door| door.as_str())))
            .order_by_desc(B::Id)
            .limit(limit)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load_batch).collect()
    }

    /// The batches on which work is left, oldest first.
    pub async fn batches_in_work(&self) -> StoreResult<Vec<Batch>> {
        use intake_batch::Column as B;
        let rows = intake_batch::Entity::find()
            .filter(B::State.is_in([BatchState::Receiving.as_str(), BatchState::Running.as_str()]))
            .order_by_asc(B::Id)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load_batch).collect()
    }

    /// How many files of each batch stand where, in the order of the ids.
    pub async fn intake_counts(&self, batches: &[i64]) -> StoreResult<Vec<Counts>> {
        use intake_file::Column as F;
        let lines = intake_file::Entity::find()
            .select_only()
            .columns([F::BatchId, F::State, F::Outcome, F::Unchanged])
            .column_as(Expr::col(F::Id).count(), "count")
            .filter(F::BatchId.is_in(batches.iter().copied()))
            .group_by(F::BatchId)
            .group_by(F::State)
            .group_by(F::Outcome)
            .group_by(F::Unchanged)
            .into_model::<CountLine>()
            .all(&self.read)
            .await?;
        let mut counts = vec![Counts::default(); batches.len()];
        for line in lines {
            let Some(at) = batches.iter().position(|id| *id == line.batch_id) else {
                continue;
            };
            let state = known("file state", &line.state, FileState::from_stored)?;
            let outcome = line.outcome.as_deref().and_then(Outcome::from_stored);
            let count = u64::try_from(line.count).unwrap_or(0);
            counts[at].add(state, outcome, line.unchanged, count);
        }
        Ok(counts)
    }

    /// What a body has sent for itself since a moment, whoever sent it.
    pub async fn own_usage(
        &self,
        code: LocalGovernmentCode,
        since: UnixMillis,
    ) -> StoreResult<Usage> {
        use intake_batch::Column as B;
        let batches = Condition::all()
            .add(B::ActorCode.eq(code.as_str()))
            .add(B::Door.eq(Door::Own.as_str()))
            .add(B::CreatedAt.gte(since.0));
        self.usage(batches).await
    }

    /// How many batches an account has sent in bulk by the pages since a moment.
    pub async fn bulk_batches(&self, account_id: i64, since: UnixMillis) -> StoreResult<u64> {
        use intake_batch::Column as B;
        use sea_orm::PaginatorTrait;
        Ok(intake_batch::Entity::find()
            .filter(B::AccountId.eq(account_id))
            .filter(B::CreatedAt.gte(since.0))
            .filter(B::Door.eq(Door::Bulk.as_str()))
            .count(&self.read)
            .await?)
    }

    /// The files of batches and their bytes, summed by the database: a list of the batches would grow with them,
    /// and the statement with it.
    async fn usage(&self, batches: Condition) -> StoreResult<Usage> {
        use intake_file::Column as F;
        #[derive(FromQueryResult)]
        struct Line {
            files: i64,
            bytes: Option<i64>,
        }
        let of = |column| Expr::col((intake_file::Entity, column));
        let line = intake_file::Entity::find()
            .select_only()
            .column_as(of(F::Id).count(), "files")
            // PostgreSQL sums to a decimal.
            .column_as(of(F::Size).sum().cast_as("bigint"), "bytes")
            .join(
                JoinType::InnerJoin,
                intake_file::Entity::belongs_to(intake_batch::Entity)
                    .from(F::BatchId)
                    .to(intake_batch::Column::Id)
                    .into(),
            )
            .filter(batches)
            .into_model::<Line>()
            .one(&self.read)
            .await?;
        Ok(line.map_or(Usage::default(), |line| Usage {
            files: u64::try_from(line.files).unwrap_or(0),
            bytes: u64::try_from(line.bytes.unwrap_or(0)).unwrap_or(0),
        }))
    }

    /// What an account has sent by the pages since a moment.
    pub async fn intake_usage(&self, account_id: i64, since: UnixMillis) -> StoreResult<Usage> {
        use intake_batch::Column as B;
        let batches = Condition::all()
            .add(B::AccountId.eq(account_id))
            .add(B::CreatedAt.gte(since.0));
        self.usage(batches).await
    }
}

impl Transaction {
    /// Begins a batch and returns its id.
    pub async fn insert_intake_batch(&self, new: &NewBatch<'_>) -> StoreResult<i64> {
        let row = intake_batch::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            edition_id: Set(new.edition_id),
            door: Set(new.door.as_str().to_owned()),
            account_id: Set(new.actor.account_id),
            actor_name: Set(new.actor.display_name.clone()),
            actor_body: Set(new.actor.body_name().to_owned()),
            actor_code: Set(BatchOwner::of(new.actor).code().to_owned()),
            replace_answers: Set(new.replace),
            received_on: Set(new.received_on.map(|on| on.to_string())),
            state: Set(new.state.as_str().to_owned()),
            skipped: Set(0),
            created_at: Set(new.at.0),
            touched_at: Set(new.at.0),
            finished_at: Set(None),
        };
        Ok(intake_batch::Entity::insert(row)
            .exec(&self.inner)
            .await?
            .last_insert_id)
    }

    /// Somebody works on the batch; `skipped` more files were left out.
    pub async fn touch_intake_batch(
        &self,
        id: i64,
        skipped: u64,
        at: UnixMillis,
    ) -> StoreResult<()> {
        use intake_batch::Column as B;
        let skipped = i32::try_from(skipped).unwrap_or(i32::MAX);
        intake_batch::Entity::update_many()
            .col_expr(B::Skipped, Expr::col(B::Skipped).add(skipped))
            .col_expr(B::TouchedAt, Expr::value(at.0))
            .filter(B::Id.eq(id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Moves a batch on if it still stands where it stood; tells whether it did.
    pub async fn move_intake_batch(
        &self,
        id: i64,
        from: BatchState,
        to: BatchState,
        at: UnixMillis,
    ) -> StoreResult<bool> {
        use intake_batch::Column as B;
        let ended = matches!(to, BatchState::Done | BatchState::Stopped);
        let row = intake_batch::ActiveModel {
            state: Set(to.as_str().to_owned()),
            touched_at: Set(at.0),
            finished_at: Set(ended.then_some(at.0)),
            ..Default::default()
        };
        let moved = intake_batch::Entity::update_many()
            .set(row)
            .filter(B::Id.eq(id))
            .filter(B::State.eq(from.as_str()))
            .exec(&self.inner)
            .await?;
        Ok(moved.rows_affected == 1)
    }

    /// Gives up batches nobody has worked on: those of commands that were killed (untouched since
    /// `commands_before`), and those whose files never all arrived (since `uploads_before`). Returns their
    /// ids.
    pub async fn stop_forgotten_batches(
        &self,
        commands_before: UnixMillis,
        uploads_before: UnixMillis,
        at: UnixMillis,
    ) -> StoreResult<Vec<i64>> {
        use intake_batch::Column as B;
        let ids: Vec<i64> = intake_batch::Entity::find()
            .select_only()
            .column(B::Id)
            .filter(
                Condition::any()
                    .add(
                        Condition::all()
                            .add(B::State.eq(BatchState::Receiving.as_str()))
                            .add(B::TouchedAt.lt(uploads_before.0)),
                    )
                    .add(
                        Condition::all()
                            .add(B::State.eq(BatchState::Running.as_str()))
                            .add(B::Door.eq(Door::Command.as_str()))
                            .add(B::TouchedAt.lt(commands_before.0)),
                    ),
            )
            .into_tuple()
            .all(&self.inner)
            .await?;
        if ids.is_empty() {
            return Ok(ids);
        }
        let row = intake_batch::ActiveModel {
            state: Set(BatchState::Stopped.as_str().to_owned()),
            finished_at: Set(Some(at.0)),
            ..Default::default()
        };
        intake_batch::Entity::update_many()
            .set(row)
            .filter(B::Id.is_in(ids.iter().copied()))
            .exec(&self.inner)
            .await?;
        let file = intake_file::ActiveModel {
            state: Set(FileState::Left.as_str().to_owned()),
            ..Default::default()
        };
        intake_file::Entity::update_many()
            .set(file)
            .filter(intake_file::Column::BatchId.is_in(ids.iter().copied()))
            .filter(
                intake_file::Column::State
                    .is_in([FileState::Waiting.as_str(), FileState::Read.as_str()]),
            )
            .exec(&self.inner)
            .await?;
        Ok(ids)
    }
}
