//! The records of a stream: a kind, a length, and that many bytes.

use crate::spreadsheet::intake::bytes::u16_at;

pub(super) const BOF: u16 = 0x0809;
pub(super) const EOF: u16 = 0x000A;
pub(super) const CONTINUE: u16 = 0x003C;

#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
}

/// Records from a place on, as long as they are whole.
pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    /// The records that continue the last one.
    pub(super) fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut found = Vec::new();
        while u16_at(self.stream, self.at) == Some(CONTINUE) {
            match self.next() {
                Some(record) => found.push(record.data),
                None => break,
            }
        }
        found
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        let start = self.at + 4;
        let data = self.stream.get(start..start + length)?;
        self.at = start + length;
        Some(Record { kind, data })
    }
}
