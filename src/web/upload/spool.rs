//! Where uploaded bytes wait: in memory while they are few, then in one file without a name.
//!
//! ```text
//! bytes ─ append ─> memory (≤ 1 MB) ─> unnamed temporary file ─ close ─> Kept ─ range ─> Content (Read + Seek)
//! ```
//! The file has no name, so nothing is left behind whatever happens to the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Bytes held in memory before they go to the file.
const IN_MEMORY: usize = 1024 * 1024;

/// Bytes that still arrive.
#[derive(Default)]
pub struct Spool {
    memory: Vec<u8>,
    file: Option<Arc<File>>,
    written: u64,
}

/// Bytes that have all arrived.
#[derive(Clone, Debug)]
enum Kept {
    Memory(Arc<Vec<u8>>),
    File(Arc<File>),
}

/// A part of what arrived, to read at any place.
#[derive(Clone, Debug)]
pub struct Content {
    kept: Kept,
    start: u64,
    length: u64,
    at: u64,
}

impl Spool {
    /// Bytes so far.
    pub fn length(&self) -> u64 {
        self.written + self.memory.len() as u64
    }

    /// Adds bytes in memory; call [`Spool::settle`] now and then.
    pub fn append(&mut self, bytes: &[u8]) {
        self.memory.extend_from_slice(bytes);
    }

    /// Moves what has piled up to the file, away from the threads that answer requests.
    pub async fn settle(&mut self) -> io::Result<()> {
        if self.memory.len() < IN_MEMORY {
            return Ok(());
        }
        self.write_out().await
    }

    async fn write_out(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.memory);
        let (file, at) = (self.file.clone(), self.written);
        let written = tokio::task::spawn_blocking(move || {
            let file = match file {
                Some(file) => file,
                None => Arc::new(tempfile::tempfile()?),
            };
            file.write_all_at(&bytes, at)?;
            let length = bytes.len() as u64;
            bytes.clear();
            io::Result::Ok((file, bytes, length))
        });
        let (file, bytes, length) = written.await.map_err(io::Error::other)??;
        self.file = Some(file);
        self.memory = bytes;
        self.written += length;
        Ok(())
    }

    /// Everything has arrived; the ranges (start, length) of it can be read from now on.
    pub async fn close(mut self, ranges: &[(u64, u64)]) -> io::Result<Vec<Content>> {
        if self.file.is_some() {
            self.write_out().await?;
        }
        let kept = match self.file {
            Some(file) => Kept::File(file),
            None => Kept::Memory(Arc::new(self.memory)),
        };
        let content = |(start, length): &(u64, u64)| Content {
            kept: kept.clone(),
            start: *start,
            length: *length,
            at: 0,
        };
        Ok(ranges.iter().map(content).collect())
    }
}

impl Content {
    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.at);
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let place = self.start + self.at;
        let read = match &self.kept {
            Kept::File(file) => file.read_at(&mut buffer[..most], place)?,
            Kept::Memory(bytes) => {
                let from = usize::try_from(place).map_err(io::Error::other)?;
                let bytes = bytes.get(from..from + most).unwrap_or_default();
                buffer[..bytes.len()].copy_from_slice(bytes);
                bytes.len()
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Content {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn kept(pieces: &[Vec<u8>]) -> Vec<Content> {
        let mut spool = Spool::default();
        let mut ranges = Vec::new();
        for piece in pieces {
            let start = spool.length();
            spool.append(piece);
            spool.settle().await.expect("is written");
            ranges.push((start, piece.len() as u64));
        }
        spool.close(&ranges).await.expect("is kept")
    }

    #[tokio::test]
    async fn every_part_reads_as_it_was_sent_small_or_large() {
        for size in [10, IN_MEMORY / 2 + 7, IN_MEMORY * 2 + 1] {
            let pieces: Vec<Vec<u8>> = (0..4_u8)
                .map(|at| vec![at; size + usize::from(at)])
                .collect();
            let contents = kept(&pieces).await;
            for (mut content, piece) in contents.into_iter().zip(&pieces) {
                assert_eq!(content.length(), piece.len() as u64);
                let mut read = Vec::new();
                content.read_to_end(&mut read).expect("reads");
                assert!(&read == piece, "{size}");
                content.seek(SeekFrom::End(-3)).expect("goes back");
                read.clear();
                content.read_to_end(&mut read).expect("reads");
                assert_eq!(read, piece[piece.len() - 3..]);
                assert!(content.seek(SeekFrom::Current(-1 << 40)).is_err());
                // Behind the end there is nothing, and nothing of the next part.
                content.seek(SeekFrom::End(5)).expect("goes on");
                assert_eq!(content.read(&mut [0; 9]).expect("reads"), 0);
            }
        }
    }
}
