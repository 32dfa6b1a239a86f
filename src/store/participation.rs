//! The ledger of participation: batches of entries, only ever added to.
//!
//! ```text
//! insert_batch: entries ─> rows (history of a body, foreign keys) + packed bytes (what reports read)
//! snapshot: one range of batches + bodies + schemes ─> domain::status_report
//! ```
//! Batches are written one after the other, so that the order of their ids is the order in which they became
//! visible, and their moments never go back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement,
    sea_query::{Expr, ExprTrait},
};

use super::entities::{participation_batch, participation_entry};
use super::rows::Rows;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::participation::{
    ParticipationEntry, ParticipationSource, ParticipationState, packed,
};
use crate::domain::status_report::{BodyList, Snapshot};

/// A batch to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewBatch<'a> {
    pub source: ParticipationSource,
    /// Moved on to the moment of the batch before, should the clock have gone back.
    pub recorded_at: UnixMillis,
    pub actor: &'a Actor,
    /// Name and SHA-256 of the file, if there is one.
    pub file: Option<(&'a str, &'a str)>,
    pub note: &'a str,
    /// The batch it takes back.
    pub takes_back: Option<i64>,
}

/// A batch without its entries.
#[derive(Clone, Debug)]
pub struct BatchHead {
    pub id: i64,
    pub source: ParticipationSource,
    pub recorded_at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    pub file_name: String,
    pub note: String,
    pub entries: i32,
    /// The batch it takes back.
    pub takes_back: Option<i64>,
}

/// An entry with who recorded it.
#[derive(Clone, Debug)]
pub struct LedgerRow {
    pub entry: ParticipationEntry,
    pub batch: BatchHead,
}

#[derive(FromQueryResult)]
pub(super) struct HeadLine {
    batch_id: i64,
    source: String,
    recorded_at: i64,
    actor_name: String,
    actor_body: String,
    file_name: String,
    batch_note: String,
    entries: i32,
    takes_back: Option<i64>,
}

#[derive(FromQueryResult)]
pub(super) struct EntryLine {
    code: String,
    scheme_id: String,
    fiscal_year: i32,
    state: String,
    effective_on: String,
    revision_id: Option<i64>,
    note: String,
    #[sea_orm(nested)]
    batch: HeadLine,
}

/// The columns of a [`HeadLine`].
pub(super) fn select_head<Q: QuerySelect>(query: Q) -> Q {
    use participation_batch::Column as B;
    query
        .column_as(B::Id, "batch_id")
        .column_as(B::Source, "source")
        .column_as(B::RecordedAt, "recorded_at")
        .column_as(B::ActorName, "actor_name")
        .column_as(B::ActorBody, "actor_body")
        .column_as(B::FileName, "file_name")
        .column_as(B::Note, "batch_note")
        .column_as(B::Entries, "entries")
        .column_as(B::TakesBack, "takes_back")
}

pub(super) fn load_head(line: HeadLine) -> StoreResult<BatchHead> {
    Ok(BatchHead {
        id: line.batch_id,
        source: ParticipationSource::from_stored(&line.source)
            .ok_or_else(|| StoreError::corrupt("source")(line.source))?,
        recorded_at: UnixMillis(line.recorded_at),
        actor_name: line.actor_name,
        actor_body: line.actor_body,
        file_name: line.file_name,
        note: line.batch_note,
        entries: line.entries,
        takes_back: line.takes_back,
    })
}

pub(super) fn load_entry(line: EntryLine) -> StoreResult<LedgerRow> {
    let corrupt = StoreError::corrupt("participation");
    let year = u16::try_from(line.fiscal_year).ok();
    let entry = (|| {
        Some(ParticipationEntry {
            code: line.code.parse().ok()?,
            scheme: line.scheme_id.parse().ok()?,
            fiscal_year: FiscalYear::try_from(year?).ok()?,
            state: ParticipationState::from_stored(&line.state)?,
            effective_on: line.effective_on.parse().ok()?,
            revision_id: line.revision_id,
            note: line.note,
        })
    })();
    Ok(LedgerRow {
        entry: entry.ok_or_else(|| corrupt(line.code))?,
        batch: load_head(line.batch)?,
    })
}

/// Entries, each with its batch: what an [`EntryLine`] is read from.
pub(super) fn entries_with_batch() -> Select<participation_entry::Entity> {
    use participation_entry::Column as E;
    let query = participation_entry::Entity::find()
        .select_only()
        .columns([
            E::Code,
            E::SchemeId,
            E::FiscalYear,
            E::State,
            E::EffectiveOn,
            E::RevisionId,
            E::Note,
        ])
        .join(
            JoinType::InnerJoin,
            participation_entry::Entity::belongs_to(participation_batch::Entity)
                .from(E::BatchId)
                .to(participation_batch::Column::Id)
                .into(),
        );
    select_head(query)
}

/// Bytes of batches that stay in memory; what is beyond is read anew each time.
const KEPT_BYTES: usize = 8 * 1024 * 1024;
/// Batches asked for with one statement.
const IDS_AT_ONCE: usize = 500;

/// Batches that were read: they never change, and reading two megabytes costs more than the rest of a report.
#[derive(Default)]
pub(super) struct KeptBatches(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    batches: HashMap<i64, Arc<[u8]>>,
    bytes: usize,
}

impl KeptBatches {
    fn find(&self, ids: &[i64]) -> HashMap<i64, Arc<[u8]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |id: &i64| Some((*id, Arc::clone(kept.batches.get(id)?)));
        ids.iter().filter_map(known).collect()
    }

    fn keep(&self, id: i64, batch: &Arc<[u8]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + batch.len() <= KEPT_BYTES && !kept.batches.contains_key(&id) {
            kept.bytes += batch.len();
            kept.batches.insert(id, Arc::clone(batch));
        }
    }
}

/// What was and will be of all bodies, as it was known at a moment, in one value: a row for each would cost more
/// than the rest of a report.
async fn body_list(
    connection: &impl ConnectionTrait,
    known_at: Option<UnixMillis>,
) -> StoreResult<BodyList> {
    let backend = connection.get_database_backend();
    let line = |tab: &str| {
        let cells = [
            "v.code",
            "v.effective_on",
            "CASE WHEN v.in_force IS NULL THEN '' WHEN v.in_force THEN '1' ELSE '0' END",
            "coalesce(v.kind, '')",
            "coalesce(v.name, '')",
        ];
        cells.join(&format!(" || {tab} || "))
    };
    let (list, place, bytewise) = match backend {
        DbBackend::Postgres => (
            format!(r"string_agg({}, E'\n'", line(r"E'\t'")),
            "$1",
            " COLLATE \"C\"",
        ),
        _ => (
            format!("group_concat({}, char(10)", line("char(9)")),
            "?",
            "",
        ),
    };
    let known = match known_at {
        Some(_) => format!(
            " WHERE v.change_id IN (SELECT id FROM organization_change WHERE recorded_at <= {place})"
        ),
        None => String::new(),
    };
    let sql = format!(
        "SELECT {list} ORDER BY v.code{bytewise}, v.effective_on{bytewise}, v.id) FROM organization_version v{known}"
    );
    let values = known_at.map(|at| at.0.into());
    let row = connection
        .query_one_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    let text: Option<String> = row
        .map(|row| row.try_get_by_index(0))
        .transpose()?
        .flatten();
    BodyList::read_history(text.unwrap_or_default())
        .map_err(|problem| StoreError::corrupt("body")(problem.to_string()))
}

impl Store {
    /// What reports are made of: the ledger as it was known at a moment (`None`: now), bodies and schemes.
    pub async fn participation_snapshot(
        &self,
        known_at: Option<UnixMillis>,
    ) -> StoreResult<Snapshot> {
        let (bodies, catalogue, batches) = tokio::try_join!(
            body_list(&self.read, known_at),
            self.catalogue(),
            self.packed_batches(known_at),
        )?;
        Ok(Snapshot {
            bodies,
            catalogue,
            batches,
        })
    }

    /// The packed batches recorded up to a moment, oldest first.
    async fn packed_batches(&self, known_at: Option<UnixMillis>) -> StoreResult<Vec<Arc<[u8]>>> {
        use participation_batch::Column as B;
        let mut query = participation_batch::Entity::find()
            .select_only()
            .column(B::Id)
            .order_by_asc(B::Id);
        if let Some(known_at) = known_at {
            query = query.filter(B::RecordedAt.lte(known_at.0));
        }
        let ids: Vec<i64> = query.into_tuple().all(&self.read).await?;
        let mut found = self.batches.find(&ids);
        let missing: Vec<i64> = ids
            .iter()
            .copied()
            .filter(|id| !found.contains_key(id))
            .collect();
        for some in missing.chunks(IDS_AT_ONCE) {
            let rows: Vec<(i64, Vec<u8>)> = participation_batch::Entity::find()
                .select_only()
                .columns([B::Id, B::Packed])
                .filter(B::Id.is_in(some.iter().copied()))
                .into_tuple()
                .all(&self.read)
                .await?;
            for (id, bytes) in rows {
                let batch = Arc::from(bytes);
                self.batches.keep(id, &batch);
                found.insert(id, batch);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The history of a body in the order in which it was recorded: every entry, with who and from which file
    /// or answer.
    pub async fn participation_of(&self, code: LocalGovernmentCode) -> StoreResult<Vec<LedgerRow>> {
        let query = entries_with_batch()
            .filter(participation_entry::Column::Code.eq(code.as_str()))
            .order_by_asc(participation_entry::Column::Id);
        let lines = query.into_model::<EntryLine>().all(&self.read).await?;
        lines.into_iter().map(load_entry).collect()
    }
}

impl Transaction {
    /// Waits until nobody else writes to the ledger. What is read from it afterwards stays true until the commit.
    pub async fn hold_ledger(&self) -> StoreResult<()> {
        self.hold_table("LOCK TABLE participation_batch IN SHARE ROW EXCLUSIVE MODE")
            .await
    }

    /// The packed batches, oldest first.
    pub async fn packed_batches(&self) -> StoreResult<Vec<Vec<u8>>> {
        use participation_batch::Column as B;
        Ok(participation_batch::Entity::find()
            .select_only()
            .column(B::Packed)
            .order_by_asc(B::Id)
            .into_tuple()
            .all(&self.inner)
            .await?)
    }

    /// The batch that came from a file with this SHA-256.
    pub async fn batch_of_file(&self, sha256: &str) -> StoreResult<Option<BatchHead>> {
        let query = participation_batch::Entity::find()
            .select_only()
            .filter(participation_batch::Column::FileSha256.eq(sha256));
        let line = select_head(query)
            .into_model::<HeadLine>()
            .one(&self.inner)
            .await?;
        line.map(load_head).transpose()
    }

    /// Adds a batch; the ledger must be held. Gives its id.
    pub async fn insert_batch(
        &self,
        batch: NewBatch<'_>,
        entries: &[ParticipationEntry],
    ) -> StoreResult<i64> {
        self.insert_entries(batch, entries, &[]).await
    }

    /// Adds a batch of entries that undo others, whose ids `undoes` has in the same order.
    pub async fn insert_entries(
        &self,
        batch: NewBatch<'_>,
        entries: &[ParticipationEntry],
        undoes: &[i64],
    ) -> StoreResult<i64> {
        use participation_batch::Column as B;
        let packed = packed::pack(entries)
            .map_err(|problem| StoreError::corrupt("entry")(problem.to_string()))?;
        let last: Option<Option<i64>> = participation_batch::Entity::find()
            .select_only()
            .expr(Expr::col(B::RecordedAt).max())
            .into_tuple()
            .one(&self.inner)
            .await?;
        let recorded_at = Ord::max(last.flatten().unwrap_or(i64::MIN), batch.recorded_at.0);
        let row = participation_batch::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            source: Set(batch.source.as_str().to_owned()),
            recorded_at: Set(recorded_at),
            account_id: Set(batch.actor.account_id),
            actor_name: Set(batch.actor.display_name.clone()),
            actor_body: Set(batch.actor.body_name().to_owned()),
            file_name: Set(batch.file.map_or("", |(name, _)| name).to_owned()),
            file_sha256: Set(batch.file.map(|(_, sha256)| sha256.to_owned())),
            note: Set(batch.note.to_owned()),
            entries: Set(i32::try_from(entries.len()).unwrap_or(i32::MAX)),
            packed: Set(packed),
            takes_back: Set(batch.takes_back),
        };
        let id = participation_batch::Entity::insert(row)
            .exec(&self.inner)
            .await?
            .last_insert_id;
        let mut rows = Rows::with_columns(9, entries.len());
        for (at, entry) in entries.iter().enumerate() {
            rows.push([
                id.into(),
                entry.code.as_str().into(),
                entry.scheme.as_str().into(),
                i32::from(entry.fiscal_year.western()).into(),
                entry.state.as_str().into(),
                entry.effective_on.to_string().into(),
                entry.revision_id.into(),
                entry.note.as_str().into(),
                undoes.get(at).copied().into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO participation_entry (batch_id, code, scheme_id, fiscal_year, state, effective_on, revision_id, note, undoes) VALUES ",
            "",
        )
        .await?;
        Ok(id)
    }
}
