//! The files as they were sent, each kept once under the SHA-256 of its bytes.
//!
//! ```text
//! the file or one LZ4 block ─> row ─ Store::original: unpacked, held against its size and hash ─> the file
//! ```

use sea_orm::EntityTrait;
use sha2::{Digest, Sha256};

use super::super::entities::original_file;
use super::super::rows::Rows;
use super::super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;

/// The value of `packing` for one LZ4 block.
const LZ4: &str = "lz4";

/// A file to keep.
#[derive(Debug)]
pub struct NewOriginal {
    /// Of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// Bytes of the file.
    pub size: usize,
    /// The file, or one LZ4 block that unpacks to it.
    pub bytes: Vec<u8>,
    pub is_block: bool,
}

/// Bytes in lower-case hexadecimal, as hashes are kept.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// A kept file.
#[derive(Debug)]
pub struct Original {
    pub sha256: String,
    pub bytes: Vec<u8>,
}

impl Store {
    /// A kept file by its SHA-256. The caller asks who may have it. [`StoreError::Corrupt`] if the bytes are no
    /// longer those that were sent.
    pub async fn original(&self, sha256: &str) -> StoreResult<Option<Original>> {
        let row = original_file::Entity::find_by_id(sha256)
            .one(&self.read)
            .await?;
        row.map(as_sent).transpose()
    }
}

fn as_sent(row: original_file::Model) -> StoreResult<Original> {
    let corrupt = StoreError::corrupt("original file");
    let size = usize::try_from(row.size).unwrap_or_default();
    let bytes = match row.packing.as_str() {
        "" => row.bytes,
        // A block cannot give more; a size that is damaged must not be asked of the memory.
        LZ4 if size > row.bytes.len().saturating_mul(255) => {
            return Err(corrupt(format!("{size} bytes of {}", row.bytes.len())));
        }
        LZ4 => match lz4_flex::block::decompress(&row.bytes, size) {
            Ok(bytes) => bytes,
            Err(error) => return Err(corrupt(error.to_string())),
        },
        other => return Err(corrupt(format!("packing {other}"))),
    };
    if bytes.len() != size {
        return Err(corrupt(format!("{} bytes, not {size}", bytes.len())));
    }
    let sha256 = hex(&Sha256::digest(&bytes));
    if sha256 != row.sha256 {
        return Err(corrupt(format!("{} holds {sha256}", row.sha256)));
    }
    Ok(Original { sha256, bytes })
}

impl Transaction {
    /// Keeps files; those that are kept already stay as they are.
    pub async fn keep_originals(&self, new: Vec<NewOriginal>, at: UnixMillis) -> StoreResult<()> {
        let mut rows = Rows::with_columns(5, new.len());
        for original in new {
            let size = i64::try_from(original.size).unwrap_or(i64::MAX);
            rows.push([
                original.sha256.into(),
                size.into(),
                original.bytes.into(),
                at.0.into(),
                if original.is_block { LZ4 } else { "" }.into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO original_file (sha256, size, bytes, kept_at, packing) VALUES ",
            " ON CONFLICT (sha256) DO NOTHING",
        )
        .await?;
        Ok(())
    }
}
