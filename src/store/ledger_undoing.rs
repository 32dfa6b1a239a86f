//! What of the ledger was taken back: entries with those they undo, batches with those that take them back.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::entities::{participation_batch, participation_entry};
use super::participation::{EntryLine, entries_with_batch, load_entry};
use super::{Store, StoreResult, Transaction};
use crate::domain::participation::take_back::Recorded;

#[derive(FromQueryResult)]
struct UndoingLine {
    entry_id: i64,
    undoes: Option<i64>,
    #[sea_orm(nested)]
    entry: EntryLine,
}

/// Every entry about the bodies and years of a batch, in the order of their ids.
async fn about_batch(connection: &impl ConnectionTrait, batch: i64) -> StoreResult<Vec<Recorded>> {
    use participation_entry::Column as E;
    let of_batch = |column| {
        let entries = participation_entry::Entity::find().select_only();
        let entries = entries.column(column).filter(E::BatchId.eq(batch));
        entries.into_query()
    };
    let lines = entries_with_batch()
        .column_as(E::Id, "entry_id")
        .column(E::Undoes)
        .filter(E::Code.in_subquery(of_batch(E::Code)))
        .filter(E::FiscalYear.in_subquery(of_batch(E::FiscalYear)))
        .order_by_asc(E::Id)
        .into_model::<UndoingLine>()
        .all(connection)
        .await?;
    lines
        .into_iter()
        .map(|line| {
            let row = load_entry(line.entry)?;
            Ok(Recorded {
                id: line.entry_id,
                batch: row.batch.id,
                undoes: line.undoes,
                entry: row.entry,
            })
        })
        .collect()
}

impl Store {
    /// Every entry about the bodies of a batch, in the order of their ids.
    pub async fn entries_about_batch(&self, batch: i64) -> StoreResult<Vec<Recorded>> {
        about_batch(&self.read, batch).await
    }

    /// Of these batches those that were taken back, with the newest batch that did.
    pub(super) async fn taken_back(&self, ids: &[i64]) -> StoreResult<HashMap<i64, i64>> {
        use participation_batch::Column as B;
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let pairs: Vec<(i64, i64)> = participation_batch::Entity::find()
            .select_only()
            .columns([B::TakesBack, B::Id])
            .filter(B::TakesBack.is_in(ids.iter().copied()))
            .order_by_asc(B::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(pairs.into_iter().collect())
    }
}

impl Transaction {
    /// The same within a transaction that holds the ledger.
    pub async fn entries_about_batch(&self, batch: i64) -> StoreResult<Vec<Recorded>> {
        about_batch(&self.inner, batch).await
    }
}
