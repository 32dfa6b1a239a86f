//! The national counts of an edition, row × class × prefecture, true to the last commit.
//!
//! ```text
//! first:  newest event ─> every row, a prefecture at a time ─┐
//! then:   events since, with their answers' rows ────────────┴─> Columns ─> TargetCounts
//! ```
//! Every verb that changes what is counted writes an event in the same transaction, after the answer's row. A request
//! reads what came since the last one in one statement, so it sees every commit that was answered before it; nothing
//! is told to other nodes, and nothing has to be kept right by those who write (`docs/adr/025`).

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use sea_orm::QueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use self::columns::{Columns, Line, Moment};
use super::columns::{kind, prefecture, status};
use super::entities::{response, response_event};
use super::visits::{Cursor, Prepared};
use super::{Store, StoreError, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::domain::target_counts::{Marks, TargetCounts};

mod columns;
#[cfg(test)]
mod tests;

/// Editions kept at a time; the one that was asked for longest ago makes room.
const KEPT: usize = 4;

/// How often, and how far apart, a first read waits for transactions that were open when it began.
const WAITS: usize = 10;
const WAIT: Duration = Duration::from_millis(5);

/// The editions in memory, the one asked for last first.
#[derive(Default)]
pub(super) struct KeptCounts {
    editions: Mutex<Vec<Arc<Edition>>>,
    /// Two first requests read everything once.
    first_read: tokio::sync::Mutex<()>,
}

struct Edition {
    id: i64,
    columns: Mutex<Columns>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KeptCounts {
    fn get(&self, id: i64) -> Option<Arc<Edition>> {
        let mut editions = locked(&self.editions);
        let place = editions.iter().position(|edition| edition.id == id)?;
        editions[..=place].rotate_right(1);
        editions.first().cloned()
    }

    fn put(&self, edition: Arc<Edition>) {
        let mut editions = locked(&self.editions);
        editions.insert(0, edition);
        editions.truncate(KEPT);
    }
}

/// Number of the oldest transaction that still writes, and how far the next one's is from it. On SQLite
/// one writes at a time, so what a read sees is settled.
const SQLITE_MOMENT: [&str; 2] = ["0", "0"];
/// The snapshot's own `xmax` is no bound: a transaction that has begun after the last one that ended may be above it.
/// `age` counts from the next number to be given out.
const POSTGRES_MOMENT: [&str; 2] = [
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    "age(pg_snapshot_xmin(pg_current_snapshot())::xid)::bigint",
];

fn with_moment(select: &SelectStatement, moment: [&'static str; 2]) -> SelectStatement {
    let mut select = select.clone();
    for part in moment {
        select.expr(Expr::cust(part));
    }
    select
}

fn prepared(select: &SelectStatement) -> Prepared {
    Prepared::by_engine(
        &with_moment(select, SQLITE_MOMENT),
        &with_moment(select, POSTGRES_MOMENT),
    )
}

const MARKS: [response::Column; 7] = {
    use response::Column as R;
    [
        R::Id,
        R::Version,
        R::Kind,
        R::PrefectureCode,
        R::Status,
        R::IntentsMask,
        R::TargetsMask,
    ]
};

/// Leaves open: the edition.
fn select_newest_event() -> SelectStatement {
    use response_event::Column as E;
    Query::select()
        .expr(Expr::col(E::Id).max())
        .from(response_event::Entity)
        .and_where(Expr::col(E::EditionId).eq(0_i64))
        .to_owned()
}

/// Leaves open: the edition, the prefecture.
fn select_rows() -> SelectStatement {
    use response::Column as R;
    Query::select()
        .columns(MARKS)
        .from(response::Entity)
        .and_where(Expr::col(R::EditionId).eq(0_i64))
        .and_where(Expr::col(R::PrefectureCode).eq(""))
        .to_owned()
}

/// Leaves open: the edition, the number above which events are read.
fn select_changes() -> SelectStatement {
    use response_event::Column as E;
    Query::select()
        .column((response_event::Entity, E::Id))
        .columns(MARKS.map(|column| (response::Entity, column)))
        .from(response_event::Entity)
        .inner_join(
            response::Entity,
            Expr::col((response_event::Entity, E::ResponseId))
                .equals((response::Entity, response::Column::Id)),
        )
        .and_where(Expr::col((response_event::Entity, E::EditionId)).eq(0_i64))
        .and_where(Expr::col((response_event::Entity, E::Id)).gt(0_i64))
        .order_by((response_event::Entity, E::Id), Order::Asc)
        .to_owned()
}

fn line(cursor: &mut Cursor<'_>) -> StoreResult<Line> {
    let (id, version) = (cursor.next()?, cursor.next()?);
    let of_kind = kind(&cursor.next::<String>()?)?;
    let of_prefecture = prefecture(&cursor.next::<String>()?)?;
    let is_received = status(&cursor.next::<String>()?)?.is_received();
    let intents: i32 = cursor.next()?;
    Ok(Line {
        id,
        version,
        marks: Marks {
            kind: of_kind,
            prefecture: of_prefecture,
            is_received,
            intents: u8::try_from(intents)
                .map_err(|_| StoreError::corrupt("intents")(intents.to_string()))?,
            targets: cursor.next()?,
        },
    })
}

fn moment(cursor: &mut Cursor<'_>, newest_event: i64) -> StoreResult<Moment> {
    let oldest_open: i64 = cursor.next()?;
    let ahead: i64 = cursor.next()?;
    Ok(Moment {
        newest_event,
        oldest_open,
        next: oldest_open + ahead,
    })
}

fn change(row: &QueryResult) -> StoreResult<(Moment, Line)> {
    let mut cursor = Cursor::new(row);
    let event = cursor.next()?;
    let line = line(&mut cursor)?;
    Ok((moment(&mut cursor, event)?, line))
}

impl Store {
    /// The counts over all bodies of an edition, with every change that was committed before this was called.
    pub async fn national_counts(
        &self,
        edition: &SurveyEdition,
        _scope: CountryScope,
    ) -> StoreResult<TargetCounts> {
        let rows = edition.definition.rows.len();
        let kept = match self.counts.get(edition.id) {
            Some(kept) => kept,
            None => self.first_counts(edition, rows).await?,
        };
        self.read_changes(&kept).await?;
        let counts = locked(&kept.columns).counts().clone();
        Ok(counts)
    }

    /// Reads a whole edition. It is kept if no transaction that was open at the beginning outlasts some waiting, and
    /// once it has taken its bodies in.
    async fn first_counts(
        &self,
        edition: &SurveyEdition,
        rows: usize,
    ) -> StoreResult<Arc<Edition>> {
        let _one = self.counts.first_read.lock().await;
        if let Some(kept) = self.counts.get(edition.id) {
            return Ok(kept);
        }
        let beginning = self.moment(edition.id).await?;
        let mut is_settled = beginning.settles(&beginning);
        for _ in 0..WAITS {
            if is_settled {
                break;
            }
            tokio::time::sleep(WAIT).await;
            is_settled = self.moment(edition.id).await?.settles(&beginning);
        }
        let read_to = beginning.newest_event;
        let mut columns = Columns::new(rows, read_to);
        for prefecture in PrefectureCode::all() {
            self.read_rows(edition.id, prefecture, &mut columns).await?;
        }
        let read = Arc::new(Edition {
            id: edition.id,
            columns: Mutex::new(columns),
        });
        if is_settled && edition.state != EditionState::Preparing {
            self.counts.put(Arc::clone(&read));
        }
        Ok(read)
    }

    async fn moment(&self, edition_id: i64) -> StoreResult<Moment> {
        static PREPARED: OnceLock<Prepared> = OnceLock::new();
        let statement = PREPARED.get_or_init(|| prepared(&select_newest_event()));
        let row = statement.one(self, [edition_id.into()]).await?;
        let row = row.ok_or_else(|| StoreError::corrupt("newest event")("no row".to_owned()))?;
        let mut cursor = Cursor::new(&row);
        let newest: Option<i64> = cursor.next()?;
        moment(&mut cursor, newest.unwrap_or(0))
    }

    async fn read_rows(
        &self,
        edition_id: i64,
        prefecture: PrefectureCode,
        columns: &mut Columns,
    ) -> StoreResult<()> {
        static PREPARED: OnceLock<Prepared> = OnceLock::new();
        let statement = PREPARED.get_or_init(|| Prepared::new(&select_rows()));
        let values = [edition_id.into(), prefecture.to_string().into()];
        for row in statement.all(self, values).await? {
            columns.put(line(&mut Cursor::new(&row))?);
        }
        Ok(())
    }

    async fn read_changes(&self, edition: &Edition) -> StoreResult<()> {
        static PREPARED: OnceLock<Prepared> = OnceLock::new();
        let statement = PREPARED.get_or_init(|| prepared(&select_changes()));
        let read_to = locked(&edition.columns).read_to();
        let rows = statement
            .all(self, [edition.id.into(), read_to.into()])
            .await?;
        let changes: Vec<_> = rows.iter().map(change).collect::<StoreResult<_>>()?;
        // The same moment stands on every row; the last row's event is the newest.
        if let Some((moment, _)) = changes.last().copied() {
            locked(&edition.columns).apply(moment, changes.into_iter().map(|(_, line)| line));
        }
        Ok(())
    }
}
