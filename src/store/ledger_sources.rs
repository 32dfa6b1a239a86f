//! Where the entries of the ledger came from: batches in the order of a snapshot, and answers.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::code;
use super::entities::{participation_batch, participation_entry, revision};
use super::participation::{BatchHead, HeadLine, load_head, select_head};
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// Receipt numbers by batch and body.
pub type Receipts = HashMap<(i64, LocalGovernmentCode), Vec<String>>;

#[derive(FromQueryResult)]
struct ReceiptLine {
    batch_id: i64,
    code: String,
    receipt: String,
}

impl Store {
    /// The batches recorded up to a moment (`None`: now), oldest first: as they stand in a
    /// [`Snapshot`](crate::domain::status_report::Snapshot) of that moment.
    pub async fn batches_known(
        &self,
        known_at: Option<UnixMillis>,
        _scope: CountryScope,
    ) -> StoreResult<Vec<BatchHead>> {
        use participation_batch::Column as B;
        let mut query = participation_batch::Entity::find()
            .select_only()
            .order_by_asc(B::Id);
        if let Some(known_at) = known_at {
            query = query.filter(B::RecordedAt.lte(known_at.0));
        }
        let lines = select_head(query).into_model::<HeadLine>();
        let lines = lines.all(&self.read).await?;
        lines.into_iter().map(load_head).collect()
    }

    /// The receipt numbers of the revisions that entries of these batches were confirmed from, each once.
    pub async fn receipts_of_batches(
        &self,
        batches: &[i64],
        _scope: CountryScope,
    ) -> StoreResult<Receipts> {
        use participation_entry::Column as E;
        let mut receipts = Receipts::new();
        if batches.is_empty() {
            return Ok(receipts);
        }
        let lines = participation_entry::Entity::find()
            .select_only()
            .distinct()
            .columns([E::BatchId, E::Code])
            .column(revision::Column::Receipt)
            .join(
                JoinType::InnerJoin,
                participation_entry::Entity::belongs_to(revision::Entity)
                    .from(E::RevisionId)
                    .to(revision::Column::Id)
                    .into(),
            )
            .filter(E::BatchId.is_in(batches.iter().copied()))
            .order_by_asc(revision::Column::Receipt)
            .into_model::<ReceiptLine>()
            .all(&self.read)
            .await?;
        for line in lines {
            let of_body = receipts.entry((line.batch_id, code(&line.code)?));
            of_body.or_default().push(line.receipt);
        }
        Ok(receipts)
    }
}
