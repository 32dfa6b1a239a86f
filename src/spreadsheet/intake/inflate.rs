//! One part of a package as a stream that counts what comes out of it.
//!
//! ```text
//! compressed bytes ─ inflate 32 KiB at a time ─> fill_buf | an error that says which bound was met
//! ```
//! Sizes in headers are never believed; a checksum that does not fit means a damaged file.

use std::io::{self, BufRead, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::bounds::{INFLATED_BYTES, PART_BYTES, RATIO, RATIO_FROM, TOKEN_BYTES};
use super::why::Why;

const CHUNK: usize = 32 * 1024;

/// What inflating needs, made once a file, and what came out so far.
pub(super) struct Inflater {
    stream: Decompress,
    buffer: Vec<u8>,
    total: u64,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            stream: Decompress::new(false),
            buffer: vec![0; CHUNK],
            total: 0,
        }
    }
}

/// How a part lies in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored<'a> {
    pub(super) data: &'a [u8],
    pub(super) deflated: bool,
    pub(super) crc: u32,
}

/// A part being read.
pub(super) struct PartReader<'p> {
    inflater: &'p mut Inflater,
    part: Stored<'p>,
    /// Bytes of the part taken in, bytes that came out.
    taken: usize,
    given: u64,
    /// What of the buffer is filled and not consumed.
    from: usize,
    to: usize,
    /// How much to inflate at once.
    chunk: usize,
    /// Bytes consumed since the last token began.
    token: u64,
    crc: Crc,
    ended: bool,
    failed: Option<Why>,
}

impl<'p> PartReader<'p> {
    pub(super) fn new(inflater: &'p mut Inflater, part: Stored<'p>) -> Self {
        inflater.stream.reset(false);
        Self {
            inflater,
            part,
            taken: 0,
            given: 0,
            from: 0,
            to: 0,
            chunk: CHUNK,
            token: 0,
            crc: Crc::new(),
            ended: false,
            failed: None,
        }
    }

    /// Inflates in small steps, for who needs only the beginning.
    pub(super) fn in_steps_of(mut self, bytes: usize) -> Self {
        self.chunk = bytes.clamp(1, CHUNK);
        self
    }

    /// A new token begins.
    pub(super) fn mark(&mut self) {
        self.token = 0;
    }

    /// Why reading failed, if it was not the text itself.
    pub(super) fn failure(&self) -> Option<Why> {
        self.failed
    }

    fn fail<T>(&mut self, why: Why) -> io::Result<T> {
        self.failed = Some(why);
        Err(io::Error::other("the part cannot be read"))
    }

    /// Fills the buffer again; leaves it empty at the end of the part.
    fn refill(&mut self) -> io::Result<()> {
        (self.from, self.to) = (0, 0);
        while self.to == 0 && !self.ended {
            let rest = &self.part.data[self.taken..];
            if self.part.deflated {
                let stream = &mut self.inflater.stream;
                let (before_in, before_out) = (stream.total_in(), stream.total_out());
                let buffer = &mut self.inflater.buffer[..self.chunk];
                let status = stream.decompress(rest, buffer, FlushDecompress::None);
                let taken = usize::try_from(stream.total_in() - before_in).unwrap_or(rest.len());
                let given = usize::try_from(stream.total_out() - before_out).unwrap_or(0);
                self.taken += taken;
                self.to = given;
                match status {
                    Ok(Status::StreamEnd) => self.ended = true,
                    Ok(_) if given > 0 || taken > 0 => {}
                    _ => return self.fail(Why::Damaged),
                }
            } else {
                let take = rest.len().min(self.chunk);
                self.inflater.buffer[..take].copy_from_slice(&rest[..take]);
                self.taken += take;
                self.to = take;
                self.ended = take == rest.len();
            }
        }
        self.crc.update(&self.inflater.buffer[..self.to]);
        let out = self.to as u64;
        self.given += out;
        self.inflater.total += out;
        if self.ended && self.crc.sum() != self.part.crc {
            return self.fail(Why::Damaged);
        }
        let swollen = self.given > RATIO_FROM && self.given / RATIO > self.taken as u64;
        if swollen || self.given > PART_BYTES || self.inflater.total > INFLATED_BYTES {
            return self.fail(Why::Bomb);
        }
        Ok(())
    }
}

impl BufRead for PartReader<'_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            if self.failed.is_some() {
                return Err(io::Error::other("the part cannot be read"));
            }
            if self.token > TOKEN_BYTES {
                return self.fail(Why::TooMuch);
            }
            self.refill()?;
        }
        Ok(&self.inflater.buffer[self.from..self.to])
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.from = (self.from + amount).min(self.to);
        self.token += amount as u64;
    }
}

impl Read for PartReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(out.len());
        out[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
