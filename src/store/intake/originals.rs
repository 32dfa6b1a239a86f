//! The files as they were sent, each kept once under the SHA-256 of its bytes.

use sea_orm::EntityTrait;

use super::super::entities::original_file;
use super::super::rows::Rows;
use super::super::{Store, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;

/// A file to keep.
#[derive(Debug)]
pub struct NewOriginal {
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub bytes: Vec<u8>,
}

/// A kept file.
#[derive(Debug)]
pub struct Original {
    pub sha256: String,
    pub bytes: Vec<u8>,
}

impl Store {
    /// A kept file by its SHA-256. The caller asks who may have it.
    pub async fn original(&self, sha256: &str) -> StoreResult<Option<Original>> {
        let row = original_file::Entity::find_by_id(sha256)
            .one(&self.read)
            .await?;
        Ok(row.map(|row| Original {
            sha256: row.sha256,
            bytes: row.bytes,
        }))
    }
}

impl Transaction {
    /// Keeps files; those that are kept already stay as they are.
    pub async fn keep_originals(&self, new: Vec<NewOriginal>, at: UnixMillis) -> StoreResult<()> {
        let mut rows = Rows::with_columns(4, new.len());
        for original in new {
            let size = i64::try_from(original.bytes.len()).unwrap_or(i64::MAX);
            rows.push([
                original.sha256.into(),
                size.into(),
                original.bytes.into(),
                at.0.into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO original_file (sha256, size, bytes, kept_at) VALUES ",
            " ON CONFLICT (sha256) DO NOTHING",
        )
        .await?;
        Ok(())
    }
}
