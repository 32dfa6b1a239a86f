//! The files of a batch: adding them, listing them, and writing down what became of them.

use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::super::columns::{code, document, to_document};
use super::super::entities::{intake_file, intake_reading};
use super::super::rows::Rows;
use super::super::{Store, StoreResult, Transaction};
use super::load_file;
use crate::domain::intake::{FileReading, Outcome};
use crate::domain::intake_batch::{Contradiction, FileRecord, FileState, Note, shown_path};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// A file that came in.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// From 1, unique in the batch.
    pub position: i32,
    pub name: String,
    pub folder: String,
    pub subject: String,
    pub sha256: Option<String>,
    pub size: u64,
    pub state: FileState,
    pub outcome: Option<Outcome>,
    pub code: Option<LocalGovernmentCode>,
    /// See [`intake_file`]: tells whether two files say the same.
    pub digest: Option<String>,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Settled {
    pub id: i64,
    pub state: FileState,
    pub note: Option<Note>,
    pub response_id: Option<i64>,
    pub revision_number: Option<i32>,
    pub unchanged: bool,
}

/// Which files of a batch to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileFilter {
    pub state: Option<FileState>,
    pub outcome: Option<Outcome>,
}

impl Store {
    /// One file with its reading.
    pub async fn intake_file(&self, id: i64) -> StoreResult<Option<FileRecord>> {
        let row = intake_file::Entity::find_by_id(id).one(&self.read).await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let mut file = load_file(row)?;
        let reading = intake_reading::Entity::find_by_id(id)
            .one(&self.read)
            .await?;
        file.reading = reading
            .map(|row| document("reading", &row.reading))
            .transpose()?;
        Ok(Some(file))
    }

    /// The next files of a batch after a position, in order, with their readings.
    pub async fn intake_files(
        &self,
        batch_id: i64,
        filter: FileFilter,
        after: i32,
        limit: u64,
    ) -> StoreResult<Vec<FileRecord>> {
        use intake_file::Column as F;
        let mut query = intake_file::Entity::find()
            .filter(F::BatchId.eq(batch_id))
            .filter(F::Position.gt(after))
            .order_by_asc(F::Position)
            .limit(limit);
        if let Some(state) = filter.state {
            query = query.filter(F::State.eq(state.as_str()));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(F::Outcome.eq(outcome.as_str()));
        }
        let rows = query.all(&self.read).await?;
        let mut files = rows
            .into_iter()
            .map(load_file)
            .collect::<StoreResult<Vec<_>>>()?;
        let mut readings = self.readings(files.iter().map(|file| file.id)).await?;
        for file in &mut files {
            file.reading = readings.remove(&file.id);
        }
        Ok(files)
    }

    async fn readings(
        &self,
        ids: impl Iterator<Item = i64>,
    ) -> StoreResult<std::collections::HashMap<i64, FileReading>> {
        let rows = intake_reading::Entity::find()
            .filter(intake_reading::Column::FileId.is_in(ids))
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.file_id, document("reading", &row.reading)?)))
            .collect()
    }

    /// The last file a body sent itself in an edition that still waits to be decided.
    pub async fn last_own_preview(
        &self,
        edition_id: i64,
        body: LocalGovernmentCode,
    ) -> StoreResult<Option<i64>> {
        use intake_file::Column as F;
        let id: Option<i64> = intake_file::Entity::find()
            .select_only()
            .column(F::Id)
            .filter(F::EditionId.eq(edition_id))
            .filter(F::Code.eq(body.as_str()))
            .filter(F::State.eq(FileState::Previewed.as_str()))
            .order_by_desc(F::Id)
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(id)
    }

    /// The files an answer was taken from, newest first.
    pub async fn files_of_answer(&self, response_id: i64) -> StoreResult<Vec<FileRecord>> {
        let rows = intake_file::Entity::find()
            .filter(intake_file::Column::ResponseId.eq(response_id))
            .filter(intake_file::Column::State.eq(FileState::Taken.as_str()))
            .order_by_desc(intake_file::Column::Id)
            .limit(100)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load_file).collect()
    }
}

#[derive(FromQueryResult)]
struct IdLine {
    id: i64,
    position: i32,
}

#[derive(FromQueryResult)]
struct TornLine {
    code: String,
    folder: String,
    name: String,
    files: i64,
}

impl Transaction {
    /// Adds files to a batch; returns their ids in the order given.
    pub async fn insert_intake_files(
        &self,
        batch_id: i64,
        edition_id: i64,
        files: &[NewFile],
    ) -> StoreResult<Vec<i64>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let mut rows = Rows::with_columns(13, files.len());
        for file in files {
            rows.push([
                batch_id.into(),
                edition_id.into(),
                file.position.into(),
                file.name.clone().into(),
                file.folder.clone().into(),
                file.subject.clone().into(),
                file.sha256.clone().into(),
                i64::try_from(file.size).unwrap_or(i64::MAX).into(),
                file.state.as_str().into(),
                file.outcome.map(|outcome| outcome.as_str()).into(),
                file.code.map(|code| code.to_string()).into(),
                file.digest.clone().into(),
                false.into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO intake_file (batch_id, edition_id, position, name, folder, subject, sha256, \
             size, state, outcome, code, digest, unchanged) VALUES ",
            "",
        )
        .await?;
        // Asked by the index: which row got which id is not promised by an insert.
        let first = files.iter().map(|file| file.position).min().unwrap_or(0);
        let lines = intake_file::Entity::find()
            .select_only()
            .columns([intake_file::Column::Id, intake_file::Column::Position])
            .filter(intake_file::Column::BatchId.eq(batch_id))
            .filter(intake_file::Column::Position.gte(first))
            .into_model::<IdLine>()
            .all(&self.inner)
            .await?;
        let ids: std::collections::HashMap<i32, i64> =
            lines.iter().map(|line| (line.position, line.id)).collect();
        Ok(files
            .iter()
            .map(|file| ids.get(&file.position).copied().unwrap_or(0))
            .collect())
    }

    /// The position of the last file of a batch; 0 if it has none.
    pub async fn last_position(&self, batch_id: i64) -> StoreResult<i32> {
        let position: Option<i32> = intake_file::Entity::find()
            .select_only()
            .column(intake_file::Column::Position)
            .filter(intake_file::Column::BatchId.eq(batch_id))
            .order_by_desc(intake_file::Column::Position)
            .into_tuple()
            .one(&self.inner)
            .await?;
        Ok(position.unwrap_or(0))
    }

    /// Keeps readings, each a document of [`FileReading`].
    pub async fn insert_readings(&self, readings: Vec<(i64, String)>) -> StoreResult<()> {
        let mut rows = Rows::with_columns(2, readings.len());
        for (id, reading) in readings {
            rows.push([id.into(), reading.into()]);
        }
        self.write_rows(
            rows,
            "INSERT INTO intake_reading (file_id, reading) VALUES ",
            // A reader whose lease ran out may have been here before.
            " ON CONFLICT (file_id) DO NOTHING",
        )
        .await?;
        Ok(())
    }

    /// Writes down what became of files, if they still stand where they stood; returns how many did.
    pub async fn settle_intake_files(
        &self,
        from: FileState,
        settled: &[Settled],
        by: &str,
        at: UnixMillis,
    ) -> StoreResult<u64> {
        let mut rows = Rows::with_columns(9, settled.len());
        for file in settled {
            let note = file.note.as_ref().map(|note| to_document("note", note));
            // Waiting to be asked is no decision yet.
            let decided = file.state != FileState::Asking;
            rows.push([
                file.id.into(),
                from.as_str().into(),
                file.state.as_str().into(),
                note.transpose()?.into(),
                file.response_id.into(),
                file.revision_number.into(),
                file.unchanged.into(),
                decided.then_some(at.0).into(),
                decided.then_some(by).into(),
            ]);
        }
        self.write_rows(
            rows,
            "UPDATE intake_file SET state = v.column3, verdict = v.column4, \
             response_id = v.column5, revision_number = v.column6, unchanged = v.column7, \
             decided_at = v.column8, decided_by = v.column9, lease_until = NULL, lease_by = NULL \
             FROM (VALUES ",
            ") AS v WHERE intake_file.id = v.column1 AND intake_file.state = v.column2",
        )
        .await
    }

    /// One file as this transaction sees it, held until its end; without its reading.
    pub async fn hold_intake_file(&self, id: i64) -> StoreResult<Option<FileRecord>> {
        let mut query = intake_file::Entity::find_by_id(id);
        if self.is_postgres() {
            QuerySelect::query(&mut query).lock(sea_orm::sea_query::LockType::Update);
        }
        let row = query.one(&self.inner).await?;
        row.map(load_file).transpose()
    }

    /// Files of the batch that say different things for one body, in the order of codes. However many there are,
    /// only the first of each body are listed.
    pub async fn contradictions(
        &self,
        batch_id: i64,
    ) -> StoreResult<Vec<(LocalGovernmentCode, Contradiction)>> {
        use intake_file::Column as F;
        let torn = intake_file::Entity::find()
            .select_only()
            .column(F::Code)
            .filter(F::BatchId.eq(batch_id))
            .filter(F::Digest.is_not_null())
            .filter(F::Code.is_not_null())
            .group_by(F::Code)
            .having(Expr::col(F::Digest).count_distinct().gt(1))
            .into_query();
        let counted = intake_file::Entity::find()
            .select_only()
            .columns([F::Code, F::Folder, F::Name])
            .expr_as(Expr::cust("COUNT(*) OVER (PARTITION BY code)"), "files")
            .expr_as(
                Expr::cust(r#"ROW_NUMBER() OVER (PARTITION BY code ORDER BY "position")"#),
                "place",
            )
            .filter(F::BatchId.eq(batch_id))
            .filter(F::Digest.is_not_null())
            .filter(F::Code.in_subquery(torn))
            .into_query();
        let first = Query::select()
            .columns(["code", "folder", "name", "files"])
            .from_subquery(counted, "counted")
            .and_where(Expr::col("place").lte(Contradiction::FIRST as i64))
            .order_by("code", Order::Asc)
            .order_by("place", Order::Asc)
            .to_owned();
        let mut found: Vec<(LocalGovernmentCode, Contradiction)> = Vec::new();
        for row in self.inner.query_all(&first).await? {
            let line = TornLine::from_query_result(&row, "")?;
            let (code, path) = (code(&line.code)?, shown_path(&line.folder, &line.name));
            match found.last_mut() {
                Some((last, all)) if *last == code => all.first.push(path),
                _ => {
                    let files = usize::try_from(line.files).unwrap_or(0);
                    let first = vec![path];
                    found.push((code, Contradiction { files, first }));
                }
            }
        }
        Ok(found)
    }
}
