//! One part of a package as a stream that counts what comes out of it.
//!
//! ```text
//! compressed bytes ─ inflate 64 KiB at a time ─> fill_buf | an error that says which bound was met
//! ```
//! Sizes in headers are never believed; a checksum that does not fit means a damaged file.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};

use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};
use memchr::memmem;

use super::bounds::{BESIDE_BYTES, INFLATED_BYTES, PART_BYTES, RATIO, RATIO_FROM, TOKEN_BYTES};
use super::why::Why;

const CHUNK: usize = 64 * 1024;

/// What inflating needs, made once a thread, and what came out of a file so far.
pub(super) struct Inflater {
    stream: Decompress,
    buffer: Vec<u8>,
    total: u64,
}

impl Inflater {
    fn new() -> Self {
        Self {
            stream: Decompress::new(false),
            buffer: vec![0; CHUNK],
            total: 0,
        }
    }

    /// A new file begins.
    fn begin(&mut self) {
        self.total = 0;
    }
}

thread_local! {
    static SPARE: RefCell<Vec<Inflater>> = const { RefCell::new(Vec::new()) };
}

/// An inflater for one file; it goes back to its thread afterwards.
pub(super) struct Lent(Option<Inflater>);

impl Lent {
    pub(super) fn new() -> Self {
        let spare = SPARE.with_borrow_mut(Vec::pop);
        let mut inflater = spare.unwrap_or_else(Inflater::new);
        inflater.begin();
        Self(Some(inflater))
    }

    pub(super) fn get(&mut self) -> &mut Inflater {
        self.0.get_or_insert_with(Inflater::new)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Never more than a file needs at once.
        SPARE.with_borrow_mut(|spare| spare.extend(self.0.take()));
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
    /// How many may come out.
    most: u64,
    /// Bytes consumed since the last token began.
    token: u64,
    crc: Hasher,
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
            most: PART_BYTES,
            token: 0,
            crc: Hasher::new(),
            ended: false,
            failed: None,
        }
    }

    /// Inflates in small steps, for who needs only the beginning.
    pub(super) fn in_steps_of(mut self, bytes: usize) -> Self {
        self.chunk = bytes.clamp(1, CHUNK);
        self
    }

    /// The part in one piece, if it ends within the first; otherwise the part, not a byte of it consumed.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn whole(mut self) -> Result<Result<&'p [u8], Self>, Why> {
        if self.refill().is_err() {
            return Err(self.failed.unwrap_or(Why::Damaged));
        }
        if self.ended {
            return Ok(Ok(&self.inflater.buffer[..self.to]));
        }
        Ok(Err(self))
    }

    /// Passes over everything up to and with a pattern that begins with `<` and has no other; false if it
    /// does not come.
    pub(super) fn skip_past(&mut self, pattern: &[u8]) -> io::Result<bool> {
        let mut begun = 0;
        loop {
            self.mark();
            let piece = self.fill_buf()?;
            let whole = piece.len();
            if piece.is_empty() {
                return Ok(false);
            }
            // A pattern may begin in one piece and go on in the next.
            let rest = &pattern[begun..];
            let length = rest.len().min(whole);
            if begun > 0 && piece[..length] == rest[..length] {
                begun += length;
                self.consume(length);
                if begun == pattern.len() {
                    return Ok(true);
                }
                continue;
            }
            if let Some(at) = memmem::find(piece, pattern) {
                self.consume(at + pattern.len());
                return Ok(true);
            }
            let last = memchr::memrchr(b'<', piece).map_or(&piece[whole..], |at| &piece[at..]);
            begun = if pattern.starts_with(last) {
                last.len()
            } else {
                0
            };
            self.consume(whole);
        }
    }

    /// Passes over the rest of a tag; false if it has no end.
    pub(super) fn skip_to_close(&mut self) -> io::Result<bool> {
        loop {
            let piece = self.fill_buf()?;
            if let Some(at) = memchr::memchr(b'>', piece) {
                self.consume(at + 1);
                return Ok(true);
            }
            let whole = piece.len();
            if whole == 0 {
                return Ok(false);
            }
            self.consume(whole);
        }
    }

    /// From here on, refuses to give more than so many bytes of the part.
    pub(super) fn allow(&mut self, bytes: u64) {
        self.most = self.given.saturating_add(bytes);
    }

    /// Reads on for the sake of the checksum: to the end, if it is not far.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        let far = self.given + BESIDE_BYTES;
        self.most = PART_BYTES;
        loop {
            self.mark();
            let length = self.fill_buf()?.len();
            if length == 0 || self.given > far {
                return Ok(());
            }
            self.consume(length);
        }
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
        if self.ended && self.crc.clone().finalize() != self.part.crc {
            return self.fail(Why::Damaged);
        }
        let swollen = self.given > RATIO_FROM && self.given / RATIO > self.taken as u64;
        if swollen || self.given > PART_BYTES || self.inflater.total > INFLATED_BYTES {
            return self.fail(Why::Bomb);
        }
        if self.given > self.most {
            return self.fail(Why::TooMuch);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_found_wherever_pieces_end() {
        let text = b"<a></ab></</abc></abcd>rest";
        for step in 1..text.len() + 1 {
            let mut lent = Lent::new();
            let mut crc = Hasher::new();
            crc.update(text);
            let part = Stored {
                data: text,
                deflated: false,
                crc: crc.finalize(),
            };
            let mut reader = PartReader::new(lent.get(), part).in_steps_of(step);
            assert!(reader.skip_past(b"</abcd").expect("reads"), "{step}");
            let mut rest = String::new();
            reader.read_to_string(&mut rest).expect("reads");
            assert_eq!(rest, ">rest", "{step}");
            let mut reader = PartReader::new(lent.get(), part).in_steps_of(step);
            assert!(!reader.skip_past(b"</abcde").expect("reads"), "{step}");
        }
    }
}
