//! Files that were sent: originals, batches, and what became of each file.
//!
//! ```text
//! receive: original + file (waiting) ─ claim ─> read ─ settle ─> taken | asking | rejected
//! ```
//! Many files go into one statement. A claim is a lease: whoever dies leaves it to run out.

mod answers;
mod batch_lines;
mod batches;
mod claims;
mod files;
mod originals;
mod sources;

pub use answers::{AnswerRow, NewSubmission, NewestForm};
pub use batch_lines::{FileLine, LineQuery};
pub use batches::{BatchOwner, NewBatch, Usage};
pub use claims::{Lease, ReadFacts};
pub use files::{FileFilter, NewFile, Settled};
pub use originals::{NewOriginal, Original, hex};
pub use sources::FileSource;

use super::columns::{code, document};
use super::editions::date;
use super::entities::{intake_batch, intake_file};
use super::{StoreError, StoreResult};
use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{Batch, BatchState, Door, FileRecord, FileState};
use crate::domain::japan_time::UnixMillis;

fn known<T>(what: &'static str, text: &str, read: impl Fn(&str) -> Option<T>) -> StoreResult<T> {
    read(text).ok_or_else(|| StoreError::corrupt(what)(text.to_owned()))
}

fn load_batch(row: intake_batch::Model) -> StoreResult<Batch> {
    Ok(Batch {
        id: row.id,
        edition_id: row.edition_id,
        door: known("door", &row.door, Door::from_stored)?,
        account_id: row.account_id,
        actor_name: row.actor_name,
        actor_body: row.actor_body,
        actor_code: match row.actor_code.as_str() {
            "" => None,
            text => Some(code(text)?),
        },
        replace: row.replace_answers,
        received_on: row.received_on.as_deref().map(date).transpose()?,
        state: known("batch state", &row.state, BatchState::from_stored)?,
        skipped: u32::try_from(row.skipped).unwrap_or(0),
        created_at: UnixMillis(row.created_at),
        touched_at: UnixMillis(row.touched_at),
        finished_at: row.finished_at.map(UnixMillis),
    })
}

fn load_file(row: intake_file::Model) -> StoreResult<FileRecord> {
    Ok(FileRecord {
        id: row.id,
        batch_id: row.batch_id,
        edition_id: row.edition_id,
        position: row.position,
        name: row.name,
        folder: row.folder,
        subject: row.subject,
        sha256: row.sha256,
        size: u64::try_from(row.size).unwrap_or(0),
        state: known("file state", &row.state, FileState::from_stored)?,
        outcome: row
            .outcome
            .as_deref()
            .map(|text| known("outcome", text, Outcome::from_stored))
            .transpose()?,
        code: row.code.as_deref().map(code).transpose()?,
        reading: None,
        note: row
            .verdict
            .as_deref()
            .map(|text| document("note", text))
            .transpose()?,
        response_id: row.response_id,
        revision_number: row.revision_number,
        unchanged: row.unchanged,
        decided_at: row.decided_at.map(UnixMillis),
        decided_by: row.decided_by,
    })
}
