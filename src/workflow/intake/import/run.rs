//! One import on its way: read everything, settle everything, report in order.

use std::collections::HashMap;

use super::super::reading::{ReadFile, ReadingRoom, scope_of};
use super::super::settle::{Contradictions, Ready, Received, Rules, decide};
use super::super::spool::Spool;
use super::super::{batch_subject, stop_forgotten};
use super::{
    ImportError, ImportPlan, ImportSummary, Progress, ReportSink, Way, close_past, take_in_bodies,
};
use crate::domain::account::Actor;
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{BatchState, Door, FileState, Note};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionState;
use crate::spreadsheet::intake::unpack::{Bounds, Flow, Listing, open_path};
use crate::store::intake::{NewBatch, NewFile};
use crate::workflow::Desk;

mod settling;

/// Readings kept in memory until they are settled; later ones are read back from the database.
const IN_MEMORY: usize = 3_000;
/// A form that came in a dry run.
struct Seen {
    position: i32,
    digest: String,
    path: String,
    outcome: Outcome,
}

/// An import on its way.
pub(super) struct Import<'a> {
    desk: &'a Desk,
    actor: &'a Actor,
    plan: ImportPlan,
    /// `None` in a dry run.
    batch: Option<i64>,
    summary: ImportSummary,
    spool: Option<Spool>,
    position: i32,
    /// Read, with a whole form, not settled yet; the first of them.
    ready: Vec<(i32, Ready)>,
    /// More are in the database.
    more: bool,
    /// Which bodies' forms came, to find contradictions in a dry run.
    seen: HashMap<LocalGovernmentCode, Vec<Seen>>,
    /// What is said about files beside their reading, by position.
    notes: HashMap<i32, Note>,
    progress: Progress,
}

impl<'a> Import<'a> {
    pub(super) async fn begin(
        desk: &'a Desk,
        actor: &'a Actor,
        plan: ImportPlan,
    ) -> Result<Self, ImportError> {
        let now = desk.now();
        let batch = if plan.way == Way::Dry {
            None
        } else {
            let transaction = desk.store.begin().await?;
            stop_forgotten(&transaction, now).await?;
            if plan.way == Way::Past {
                take_in_bodies(&transaction, &plan.edition).await?;
            }
            let new = NewBatch {
                edition_id: plan.edition.id,
                door: Door::Command,
                actor,
                replace: plan.options.replace,
                received_on: plan.options.received,
                state: BatchState::Running,
                at: now,
            };
            let id = transaction.insert_intake_batch(&new).await?;
            let detail = plan.edition.key.to_string();
            transaction
                .audit(actor, now, "import_files", &batch_subject(id), &detail)
                .await?;
            transaction.commit().await?;
            Some(id)
        };
        let spool = plan.options.report.then(Spool::new).transpose()?;
        Ok(Self {
            desk,
            actor,
            plan,
            batch,
            summary: ImportSummary::default(),
            spool,
            position: 0,
            ready: Vec::new(),
            more: false,
            seen: HashMap::new(),
            notes: HashMap::new(),
            progress: Progress::default(),
        })
    }

    fn rules(&self) -> Rules<'_> {
        let now = self.desk.now();
        let received = match (self.plan.options.received, self.plan.way) {
            (Some(day), _) if day < now.japan_date() => {
                // Nobody says at what hour; noon is on that day everywhere.
                Received::On(UnixMillis::from_japan(day.at(12, 0, 0, 0)))
            }
            (None, Way::Past) => Received::LongAgo,
            _ => Received::Now,
        };
        Rules {
            edition: &self.plan.edition,
            actor: self.actor,
            replace: self.plan.options.replace,
            received,
            now,
            replies: &[],
            shown: None,
        }
    }

    /// Reads everything and decides what becomes of it. While files are read, nobody counts on what is written: a
    /// power cut may take it back. The answers made of them wait for the disk, and for all before them.
    pub(super) async fn write_all(
        &mut self,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), ImportError> {
        if self.batch.is_none() {
            self.read_all(progress).await?;
        } else {
            let store = &self.desk.store;
            store.in_bulk(self.read_all(progress)).await?;
        }
        self.settle_all(progress).await
    }

    /// Reads everything, keeping originals and readings chunk by chunk while the next ones are read.
    async fn read_all(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), ImportError> {
        let scope = scope_of(self.actor);
        let room = ReadingRoom::open(self.desk, &self.plan.edition, scope).await?;
        let room = room.with_reports(self.spool.is_some());
        let room = room.keeping(self.batch.is_some());
        let Listing {
            paths,
            skipped: left_out,
        } = std::mem::take(&mut self.plan.listing);
        let mut stream = room.read_all(move |sink| {
            let mut skipped = left_out;
            let mut stopped = false;
            for listed in &paths {
                skipped += open_path(listed, Bounds::default(), &mut |incoming| {
                    let flow = sink(incoming);
                    stopped |= flow == Flow::Stop;
                    flow
                });
                if stopped {
                    break;
                }
            }
            skipped
        });
        loop {
            let chunk = stream.next_chunk().await;
            if chunk.is_empty() {
                break;
            }
            self.progress.read += chunk.len() as u64;
            self.take_chunk(chunk).await?;
            progress(self.progress);
        }
        self.summary.skipped = stream.skipped();
        Ok(())
    }

    async fn take_chunk(&mut self, chunk: Vec<ReadFile>) -> Result<(), ImportError> {
        let mut files = Vec::with_capacity(chunk.len());
        let mut originals = Vec::with_capacity(chunk.len());
        let mut documents = Vec::with_capacity(chunk.len());
        let mut read = Vec::with_capacity(chunk.len());
        for mut file in chunk {
            self.position += 1;
            let outcome = file.reading.outcome();
            if let (Some(spool), Some(report)) = (&mut self.spool, &file.report) {
                spool.push(report)?;
            }
            if outcome == Outcome::Rejected {
                let why = file.reading.problems.first();
                let why = why.map(|problem| problem.message.clone());
                self.refuse(file.path(), why.unwrap_or_default());
            }
            let new = NewFile {
                position: self.position,
                name: file.name.clone(),
                folder: file.folder.clone(),
                subject: std::mem::take(&mut file.subject),
                sha256: file.sha256.clone(),
                size: file.size,
                state: match outcome {
                    Outcome::Rejected => FileState::Rejected,
                    _ => FileState::Read,
                },
                outcome: Some(outcome),
                code: file.reading.code,
                digest: file.digest.clone(),
            };
            if self.batch.is_some() {
                originals.extend(file.original.take());
                documents.push(std::mem::take(&mut file.document));
            }
            files.push(new);
            read.push((self.position, outcome, file));
        }
        let mut ids = vec![0; files.len()];
        if let Some(batch) = self.batch {
            let now = self.desk.now();
            let transaction = self.desk.store.begin().await?;
            transaction.keep_originals(originals, now).await?;
            ids = transaction
                .insert_intake_files(batch, self.plan.edition.id, &files)
                .await?;
            let readings = ids.iter().copied().zip(documents).collect();
            transaction.insert_readings(readings).await?;
            transaction.touch_intake_batch(batch, 0, now).await?;
            transaction.commit().await?;
        }
        let mut judged = Vec::new();
        for ((position, outcome, file), id) in read.into_iter().zip(ids) {
            if outcome == Outcome::Rejected {
                continue;
            }
            let path = file.path();
            if let (None, Some(code), Some(digest)) = (self.batch, file.reading.code, file.digest) {
                let seen = self.seen.entry(code).or_default();
                seen.push(Seen {
                    position,
                    digest,
                    path: path.clone(),
                    outcome,
                });
            }
            let mut reading = file.reading;
            reading.changes = Vec::new();
            let ready = Ready {
                id,
                path,
                sha256: file.sha256,
                outcome,
                reading,
            };
            match self.batch {
                None => judged.push((position, ready)),
                Some(_) if self.ready.len() < IN_MEMORY && !self.more => {
                    self.ready.push((position, ready));
                }
                Some(_) => self.more = true,
            }
        }
        if self.batch.is_none() {
            self.look_up(judged).await?;
        }
        Ok(())
    }

    /// A dry run: what would become of the files, as far as it can be told now.
    async fn look_up(&mut self, files: Vec<(i32, Ready)>) -> Result<(), ImportError> {
        let (positions, files): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let is_open = self.plan.edition.state == EditionState::Open;
        let codes: Vec<_> = files.iter().filter_map(|file| file.reading.code).collect();
        let rows = if is_open {
            self.desk
                .store
                .answers(self.plan.edition.id, &codes)
                .await?
        } else {
            HashMap::new()
        };
        if rows.is_empty() {
            for file in &files {
                self.count_taken(file.outcome, false);
            }
            return Ok(());
        }
        let none = Contradictions::new();
        let (settled, _) = decide(
            &self.rules(),
            &rows,
            &HashMap::new(),
            &none,
            (&files, false),
        );
        for ((position, file), settled) in positions.into_iter().zip(&files).zip(&settled) {
            self.note(position, file.path.clone(), file.outcome, settled);
        }
        Ok(())
    }

    pub(super) async fn finish(
        mut self,
        report: Option<ReportSink<'_>>,
    ) -> Result<ImportSummary, ImportError> {
        if let Some(batch) = self.batch {
            let now = self.desk.now();
            let taken = self.summary.accepted + self.summary.normalised;
            let transaction = self.desk.store.begin().await?;
            let skipped = self.summary.skipped;
            transaction.touch_intake_batch(batch, skipped, now).await?;
            transaction
                .move_intake_batch(batch, BatchState::Running, BatchState::Done, now)
                .await?;
            if self.plan.way == Way::Past && taken > 0 {
                close_past(&transaction, &self.plan.edition, self.actor, now).await?;
            }
            transaction.commit().await?;
        }
        if let (Some(spool), Some(sink)) = (self.spool.take(), report) {
            spool.replay(&self.notes, sink)?;
        }
        Ok(self.summary)
    }
}
