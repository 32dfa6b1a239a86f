//! What becomes of the files of an import, once all are read.

use std::collections::HashMap;

use super::super::super::CHUNK;
use super::super::super::settle::{Contradictions, Ready, refuse_closed, settle};
use super::super::{ImportError, Progress, Way};
use super::{Import, Seen};
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{Contradiction, FileState, Note};
use crate::domain::survey_edition::EditionState;
use crate::store::Transaction;
use crate::store::intake::{Lease, Settled};
use crate::workflow::WorkflowResult;
use crate::workflow::sessions::new_token;

/// Refused files that the summary names.
const NAMED: usize = 200;
/// A claim in milliseconds; only this process works on its batch.
const LEASE: i64 = 60_000;

impl Import<'_> {
    /// Decides what becomes of the files, now that all are read.
    pub(super) async fn settle_all(
        &mut self,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), ImportError> {
        let Some(batch) = self.batch else {
            self.contradict();
            return Ok(());
        };
        let transaction = self.desk.store.begin().await?;
        let contradictions: Contradictions = transaction
            .contradictions(batch)
            .await?
            .into_iter()
            .collect();
        transaction.rollback().await?;
        let ready = std::mem::take(&mut self.ready);
        let mut ready = ready.into_iter();
        loop {
            let chunk: Vec<_> = ready.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            self.settle_chunk(batch, &contradictions, chunk).await?;
            progress(self.progress);
        }
        let me = new_token()?;
        while self.more {
            let now = self.desk.now();
            let lease = Lease {
                by: &me,
                now,
                until: now.plus_millis(LEASE),
            };
            let transaction = self.desk.store.begin().await?;
            let claimed = transaction
                .claim_files(batch, FileState::Read, lease, CHUNK as u64)
                .await?;
            let ids: Vec<i64> = claimed.iter().map(|file| file.id).collect();
            let mut readings: HashMap<i64, _> =
                transaction.readings_of(&ids).await?.into_iter().collect();
            transaction.commit().await?;
            let chunk: Vec<_> = claimed
                .into_iter()
                .filter_map(|file| {
                    let ready = Ready {
                        id: file.id,
                        path: file.path(),
                        sha256: file.sha256,
                        outcome: file.outcome.unwrap_or(Outcome::Rejected),
                        reading: readings.remove(&file.id)?,
                    };
                    Some((file.position, ready))
                })
                .collect();
            if chunk.is_empty() {
                break;
            }
            self.settle_chunk(batch, &contradictions, chunk).await?;
            progress(self.progress);
        }
        Ok(())
    }

    async fn settle_chunk(
        &mut self,
        batch: i64,
        contradictions: &Contradictions,
        chunk: Vec<(i32, Ready)>,
    ) -> Result<(), ImportError> {
        let (positions, files): (Vec<_>, Vec<_>) = chunk.into_iter().unzip();
        let rules = self.rules();
        let transaction = self.desk.store.begin().await?;
        let from = FileState::Read;
        let settled = if self.still_takes(&transaction).await? {
            settle(&transaction, &rules, contradictions, from, &files).await?
        } else {
            refuse_closed(&transaction, &rules, from, &files).await?
        };
        transaction.touch_intake_batch(batch, 0, rules.now).await?;
        transaction.commit().await?;
        for ((position, file), settled) in positions.into_iter().zip(&files).zip(&settled) {
            self.note(position, file.path.clone(), file.outcome, settled);
        }
        self.progress.settled += files.len() as u64;
        Ok(())
    }

    /// The edition is as it was planned, and stays so until the end of the transaction.
    async fn still_takes(&self, transaction: &Transaction) -> WorkflowResult<bool> {
        let edition = &self.plan.edition;
        if self.plan.way == Way::Open {
            if !transaction.hold_open(edition.id).await? {
                return Ok(false);
            }
            let now = transaction.edition(&edition.key).await?;
            return Ok(now.is_some_and(|now| now.state == EditionState::Open));
        }
        let now = transaction.lock_edition(&edition.key).await?;
        Ok(now.is_some_and(|now| now.state == edition.state))
    }

    pub(super) fn note(
        &mut self,
        position: i32,
        path: String,
        outcome: Outcome,
        settled: &Settled,
    ) {
        if settled.state == FileState::Taken {
            self.count_taken(outcome, settled.unchanged);
            return;
        }
        self.summary.asking += u64::from(settled.state == FileState::Asking);
        let note = settled.note.clone();
        let message = note.as_ref().map(Note::message).unwrap_or_default();
        self.refuse(path, message);
        if let Some(note) = note {
            self.notes.insert(position, note);
        }
    }

    pub(super) fn count_taken(&mut self, outcome: Outcome, unchanged: bool) {
        match outcome {
            Outcome::Normalised => self.summary.normalised += 1,
            _ => self.summary.accepted += 1,
        }
        self.summary.unchanged += u64::from(unchanged);
    }

    pub(super) fn refuse(&mut self, path: String, why: String) {
        self.summary.rejected += 1;
        if self.summary.refused.len() < NAMED {
            self.summary.refused.push((path, why));
        }
    }

    /// In a dry run: files that say different things for one body. They were counted as taken.
    fn contradict(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        let mut torn: Vec<(Seen, Note)> = Vec::new();
        for files in seen.into_values() {
            if files.iter().all(|file| file.digest == files[0].digest) {
                continue;
            }
            let mut all = Contradiction::default();
            for file in &files {
                all.add(&file.path);
            }
            torn.extend(files.into_iter().map(|file| {
                let note = all.note(&file.path);
                (file, note)
            }));
        }
        torn.sort_by_key(|(file, _)| file.position);
        for (file, note) in torn {
            if self.notes.contains_key(&file.position) {
                continue;
            }
            match file.outcome {
                Outcome::Normalised => self.summary.normalised -= 1,
                _ => self.summary.accepted -= 1,
            }
            self.refuse(file.path, note.message());
            self.notes.insert(file.position, note);
        }
    }
}
