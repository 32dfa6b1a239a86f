//! The ledger of participation as its pages read it: batches by the page, and what confirming from answers
//! compares: an edition's answers with the entries of its fiscal year.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::{class, code, status};
use super::entities::{participation_batch, participation_entry, response, revision};
use super::exports::newest_revision;
use super::participation::{
    BatchHead, EntryLine, HeadLine, LedgerRow, entries_with_batch, load_entry, load_head,
    select_head,
};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::CountryScope;
use crate::domain::application_intent::{self, Intents};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::RespondentClass;
use crate::domain::participation::ParticipationState;
use crate::domain::participation::confirm::YearEntry;
use crate::domain::participation::packed;
use crate::domain::response_status::ResponseStatus;

/// What a batch added, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchSums {
    /// Distinct bodies.
    pub bodies: usize,
    /// Entries of each of [`ParticipationState::ALL`].
    pub states: [usize; ParticipationState::ALL.len()],
}

/// A batch with what it added.
#[derive(Clone, Debug)]
pub struct BatchLine {
    pub head: BatchHead,
    pub sums: BatchSums,
    /// The newest batch that took it back, or part of it.
    pub taken_back_by: Option<i64>,
}

/// A body's answer in an edition, without its document.
#[derive(Clone, Debug)]
pub struct AnswerLine {
    pub class: RespondentClass,
    pub name: String,
    pub kana: String,
    pub status: ResponseStatus,
    pub intents: Intents,
    /// Bit i = row i of the edition has ○.
    pub targets_mask: i64,
    pub revision_number: i32,
    /// Id and moment of the newest revision; `None` if nothing was ever submitted.
    pub revision: Option<(i64, UnixMillis)>,
}

/// Which answer a revision is of, for a link to it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RevisionLink {
    pub id: i64,
    pub receipt: String,
    pub number: i32,
}

#[derive(FromQueryResult)]
struct PackedLine {
    packed: Vec<u8>,
    #[sea_orm(nested)]
    head: HeadLine,
}

#[derive(FromQueryResult)]
struct AnswerRow {
    code: String,
    name: String,
    kana: String,
    kind: String,
    health_center_city: bool,
    child_guidance_city: bool,
    status: String,
    intents_mask: i32,
    targets_mask: i64,
    revision_number: i32,
    revision_id: Option<i64>,
    filed_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct YearLine {
    id: i64,
    undoes: Option<i64>,
    code: String,
    scheme_id: String,
    state: String,
    effective_on: String,
    recorded_at: i64,
    revision_id: Option<i64>,
    edition_id: Option<i64>,
}

fn sums(bytes: &[u8]) -> StoreResult<BatchSums> {
    let broken =
        |problem: packed::PackedProblem| StoreError::corrupt("participation")(problem.to_string());
    let mut sums = BatchSums::default();
    let mut bodies = HashSet::new();
    for entry in packed::read(bytes).map_err(broken)?.entries() {
        let entry = entry.map_err(broken)?;
        bodies.insert(entry.body);
        sums.states[entry.state as usize] += 1;
    }
    sums.bodies = bodies.len();
    Ok(sums)
}

async fn answers(
    connection: &impl ConnectionTrait,
    edition_id: i64,
) -> StoreResult<Vec<AnswerLine>> {
    use response::Column as R;
    let rows = response::Entity::find()
        .select_only()
        .columns([
            R::Code,
            R::Name,
            R::Kana,
            R::Kind,
            R::HealthCenterCity,
            R::ChildGuidanceCity,
            R::Status,
            R::IntentsMask,
            R::TargetsMask,
            R::RevisionNumber,
        ])
        .column_as(revision::Column::Id, "revision_id")
        .column_as(revision::Column::SubmittedAt, "filed_at")
        .join(JoinType::LeftJoin, newest_revision())
        .filter(R::EditionId.eq(edition_id))
        .order_by_asc(R::Code)
        .into_model::<AnswerRow>()
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AnswerLine {
                class: class(
                    (&row.code, &row.kind),
                    (row.health_center_city, row.child_guidance_city),
                )?,
                name: row.name,
                kana: row.kana,
                status: status(&row.status)?,
                intents: application_intent::from_mask(row.intents_mask),
                targets_mask: row.targets_mask,
                revision_number: row.revision_number,
                revision: row.revision_id.zip(row.filed_at.map(UnixMillis)),
            })
        })
        .collect()
}

/// The entries of a fiscal year by body, each body's oldest first; without those that were taken back, and those that
/// did.
async fn entries_of_year(
    connection: &impl ConnectionTrait,
    year: FiscalYear,
) -> StoreResult<HashMap<LocalGovernmentCode, Vec<YearEntry>>> {
    use participation_entry::Column as E;
    let lines = participation_entry::Entity::find()
        .select_only()
        .columns([
            E::Id,
            E::Undoes,
            E::Code,
            E::SchemeId,
            E::State,
            E::EffectiveOn,
            E::RevisionId,
        ])
        .column(participation_batch::Column::RecordedAt)
        .column(response::Column::EditionId)
        .join(
            JoinType::InnerJoin,
            participation_entry::Entity::belongs_to(participation_batch::Entity)
                .from(E::BatchId)
                .to(participation_batch::Column::Id)
                .into(),
        )
        .join(
            JoinType::LeftJoin,
            participation_entry::Entity::belongs_to(revision::Entity)
                .from(E::RevisionId)
                .to(revision::Column::Id)
                .into(),
        )
        .join(
            JoinType::LeftJoin,
            revision::Entity::belongs_to(response::Entity)
                .from(revision::Column::ResponseId)
                .to(response::Column::Id)
                .into(),
        )
        .filter(E::FiscalYear.eq(i32::from(year.western())))
        .order_by_asc(E::Id)
        .into_model::<YearLine>()
        .all(connection)
        .await?;
    let undone: HashSet<i64> = lines.iter().filter_map(|line| line.undoes).collect();
    let mut bodies: HashMap<LocalGovernmentCode, Vec<YearEntry>> = HashMap::new();
    for line in lines {
        if line.undoes.is_some() || undone.contains(&line.id) {
            continue;
        }
        let body = code(&line.code)?;
        let entry = (|| {
            Some(YearEntry {
                scheme: line.scheme_id.parse().ok()?,
                state: ParticipationState::from_stored(&line.state)?,
                effective_on: line.effective_on.parse().ok()?,
                recorded_at: UnixMillis(line.recorded_at),
                confirmed: line.revision_id.zip(line.edition_id),
            })
        })();
        let entry = entry.ok_or_else(|| StoreError::corrupt("participation")(line.code))?;
        bodies.entry(body).or_default().push(entry);
    }
    Ok(bodies)
}

impl Store {
    /// The number of batches.
    pub async fn count_participation_batches(&self) -> StoreResult<u64> {
        Ok(participation_batch::Entity::find()
            .count(&self.read)
            .await?)
    }

    /// So many batches from the newest but `skip` on, newest first.
    pub async fn participation_batches(&self, skip: u64, most: u64) -> StoreResult<Vec<BatchLine>> {
        let query = participation_batch::Entity::find()
            .select_only()
            .column(participation_batch::Column::Packed)
            .order_by_desc(participation_batch::Column::Id)
            .offset(skip)
            .limit(most);
        let lines = select_head(query)
            .into_model::<PackedLine>()
            .all(&self.read)
            .await?;
        self.with_taken_back(lines).await
    }

    async fn with_taken_back(&self, lines: Vec<PackedLine>) -> StoreResult<Vec<BatchLine>> {
        let read = lines.into_iter().map(|line| {
            Ok(BatchLine {
                sums: sums(&line.packed)?,
                head: load_head(line.head)?,
                taken_back_by: None,
            })
        });
        let mut read = read.collect::<StoreResult<Vec<_>>>()?;
        let ids: Vec<i64> = read.iter().map(|line| line.head.id).collect();
        let taken_back = self.taken_back(&ids).await?;
        for line in &mut read {
            line.taken_back_by = taken_back.get(&line.head.id).copied();
        }
        Ok(read)
    }

    /// One batch.
    pub async fn participation_batch(&self, id: i64) -> StoreResult<Option<BatchLine>> {
        let query = participation_batch::Entity::find_by_id(id)
            .select_only()
            .column(participation_batch::Column::Packed);
        let line = select_head(query)
            .into_model::<PackedLine>()
            .one(&self.read)
            .await?;
        let mut lines = self.with_taken_back(line.into_iter().collect()).await?;
        Ok(lines.pop())
    }

    /// So many entries of a batch, in their order.
    pub async fn participation_of_batch(
        &self,
        id: i64,
        skip: u64,
        most: u64,
    ) -> StoreResult<Vec<LedgerRow>> {
        let lines = entries_with_batch()
            .filter(participation_entry::Column::BatchId.eq(id))
            .order_by_asc(participation_entry::Column::Id)
            .offset(skip)
            .limit(most)
            .into_model::<EntryLine>()
            .all(&self.read)
            .await?;
        lines.into_iter().map(load_entry).collect()
    }

    /// Receipts and numbers of revisions by id.
    pub async fn revision_links(
        &self,
        ids: impl IntoIterator<Item = i64>,
    ) -> StoreResult<HashMap<i64, RevisionLink>> {
        use revision::Column as V;
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let links = revision::Entity::find()
            .select_only()
            .columns([V::Id, V::Receipt, V::Number])
            .filter(V::Id.is_in(ids))
            .into_model::<RevisionLink>()
            .all(&self.read)
            .await?;
        Ok(links.into_iter().map(|link| (link.id, link)).collect())
    }

    /// The answers of an edition as confirming looks at them, in code order.
    pub async fn answers_to_confirm(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<AnswerLine>> {
        answers(&self.read, edition_id).await
    }

    /// The ledger's entries of a fiscal year by body, each body's oldest first.
    pub async fn participation_of_year(
        &self,
        year: FiscalYear,
    ) -> StoreResult<HashMap<LocalGovernmentCode, Vec<YearEntry>>> {
        entries_of_year(&self.read, year).await
    }
}

impl Transaction {
    /// The same within a transaction.
    pub async fn answers_to_confirm(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<AnswerLine>> {
        answers(&self.inner, edition_id).await
    }

    /// The same within a transaction that holds the ledger.
    pub async fn participation_of_year(
        &self,
        year: FiscalYear,
    ) -> StoreResult<HashMap<LocalGovernmentCode, Vec<YearEntry>>> {
        entries_of_year(&self.inner, year).await
    }
}
