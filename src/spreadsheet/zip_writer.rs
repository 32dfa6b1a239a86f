//! Writes a ZIP from entries whose size and checksum are known before they are written.
//!
//! ```text
//! Entry (deflated or stored, checksum, size) ─ add ─> local header + bytes ─ take ─> to whoever reads
//!                                            └─ finish ─> the directory
//! ```
//! So no entry needs a data descriptor, which some programs do not read, and a ZIP of any length can be
//! sent while it is written. Format: APPNOTE.TXT 6.3, without ZIP64: up to 65,535 entries and 4 GiB.

use std::io::Read;

use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use jiff::civil::DateTime;

use super::SpreadsheetError;

/// One entry, ready to be written as it is.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    is_deflated: bool,
    crc: u32,
    /// Bytes before deflating.
    size: u32,
    data: Vec<u8>,
}

impl Entry {
    /// An entry from what a ZIP holds of it.
    pub(super) fn as_it_lies(is_deflated: bool, data: Vec<u8>, crc: u32, size: u32) -> Self {
        Self {
            is_deflated,
            crc,
            size,
            data,
        }
    }

    /// The entry as text; not more than `limit` bytes are inflated, whatever the ZIP says.
    pub(super) fn text(&self, limit: u64) -> Result<String, SpreadsheetError> {
        let mut bytes = Vec::new();
        let read = if self.is_deflated {
            let inflated = DeflateDecoder::new(self.data.as_slice());
            inflated.take(limit + 1).read_to_end(&mut bytes)
        } else {
            self.data.as_slice().take(limit + 1).read_to_end(&mut bytes)
        };
        read.map_err(|_| SpreadsheetError::Pattern("a part that inflates"))?;
        if bytes.len() as u64 > limit {
            return Err(SpreadsheetError::TooLarge);
        }
        if crc32fast::hash(&bytes) != self.crc {
            return Err(SpreadsheetError::Pattern("a part as it was packed"));
        }
        String::from_utf8(bytes).map_err(|_| SpreadsheetError::Pattern("text"))
    }

    /// Bytes that are packed already.
    pub(super) fn stored(data: Vec<u8>) -> Result<Self, SpreadsheetError> {
        Ok(Self {
            is_deflated: false,
            crc: crc32fast::hash(&data),
            size: u32::try_from(data.len()).map_err(|_| SpreadsheetError::TooLarge)?,
            data,
        })
    }
}

/// Deflates one entry after the other, or one entry piece by piece, without asking for memory again.
pub(super) struct Deflater {
    compress: Compress,
    crc: crc32fast::Hasher,
    size: u64,
    data: Vec<u8>,
}

impl Deflater {
    /// For many small parts: a higher level would gain a twentieth of a form.
    pub(super) fn quick() -> Self {
        Self::at_level(1)
    }

    /// For large sheets.
    pub(super) fn thorough() -> Self {
        Self::at_level(2)
    }

    fn at_level(level: u32) -> Self {
        Self {
            compress: Compress::new(Compression::new(level), false),
            crc: crc32fast::Hasher::new(),
            size: 0,
            data: Vec::new(),
        }
    }

    /// Adds to the entry.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
        self.run(bytes, FlushCompress::None);
    }

    /// Ends the entry; the next one begins.
    pub(super) fn finish(&mut self) -> Result<Entry, SpreadsheetError> {
        self.run(&[], FlushCompress::Finish);
        self.compress.reset();
        let crc = std::mem::take(&mut self.crc).finalize();
        let size = u32::try_from(std::mem::take(&mut self.size));
        let data = std::mem::take(&mut self.data);
        let size = size.map_err(|_| SpreadsheetError::TooLarge)?;
        Ok(Entry::as_it_lies(true, data, crc, size))
    }

    fn run(&mut self, mut bytes: &[u8], flush: FlushCompress) {
        loop {
            if self.data.capacity() - self.data.len() < 1024 {
                self.data.reserve(16 * 1024);
            }
            let before = self.compress.total_in();
            let status = self
                .compress
                .compress_vec(bytes, &mut self.data, flush)
                .expect("deflating fails only where it is used against its rules");
            let taken = usize::try_from(self.compress.total_in() - before);
            bytes = &bytes[taken.unwrap_or(bytes.len()).min(bytes.len())..];
            let is_done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                _ => bytes.is_empty(),
            };
            if is_done {
                return;
            }
        }
    }
}

/// A ZIP being written.
pub(super) struct ZipWriter {
    /// Written and not taken yet.
    out: Vec<u8>,
    /// Bytes taken so far.
    taken: u64,
    directory: Vec<u8>,
    count: u16,
    /// Time and date as MS-DOS kept them.
    moment: [u8; 4],
}

/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
const DEFLATED: u16 = 8;

impl ZipWriter {
    /// `moment`: when the entries were made, in local time; what cannot be said (before 1980) becomes
    /// the first day of 1980.
    pub(super) fn new(moment: DateTime) -> Self {
        let year = u16::try_from(moment.year())
            .ok()
            .and_then(|year| year.checked_sub(1980))
            .filter(|year| *year < 128);
        let small = |number: i8| u16::try_from(number).unwrap_or(0);
        let (date, time) = match year {
            Some(year) => (
                (year << 9) | (small(moment.month()) << 5) | small(moment.day()),
                (small(moment.hour()) << 11)
                    | (small(moment.minute()) << 5)
                    | (small(moment.second()) / 2),
            ),
            None => ((1 << 5) | 1, 0),
        };
        let ([t0, t1], [d0, d1]) = (time.to_le_bytes(), date.to_le_bytes());
        Self {
            out: Vec::new(),
            taken: 0,
            directory: Vec::new(),
            count: 0,
            moment: [t0, t1, d0, d1],
        }
    }

    /// Adds an entry. Names must differ; who calls sees to that.
    pub(super) fn add(&mut self, name: &str, entry: &Entry) -> Result<(), SpreadsheetError> {
        let too_large = |_| SpreadsheetError::TooLarge;
        let offset = u32::try_from(self.taken + self.out.len() as u64).map_err(too_large)?;
        let packed = u32::try_from(entry.data.len()).map_err(too_large)?;
        let name_length = u16::try_from(name.len()).map_err(too_large)?;
        self.count = self
            .count
            .checked_add(1)
            .ok_or(SpreadsheetError::TooLarge)?;

        // What both headers say alike: version 2.0, flags, method, moment, checksum, sizes, length of
        // the name, no extra field.
        let mut common = Vec::with_capacity(26);
        common.extend(20_u16.to_le_bytes());
        common.extend(UTF8.to_le_bytes());
        common.extend(if entry.is_deflated { DEFLATED } else { 0 }.to_le_bytes());
        common.extend(self.moment);
        common.extend(entry.crc.to_le_bytes());
        common.extend(packed.to_le_bytes());
        common.extend(entry.size.to_le_bytes());
        common.extend(name_length.to_le_bytes());
        common.extend([0, 0]);

        self.out.extend(b"PK\x03\x04");
        self.out.extend(&common);
        self.out.extend(name.as_bytes());
        self.out.extend(&entry.data);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(20_u16.to_le_bytes());
        self.directory.extend(&common);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        Ok(())
    }

    /// Bytes written and not taken yet.
    pub(super) fn waiting(&self) -> usize {
        self.out.len()
    }

    /// Takes what was written so far.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.taken += self.out.len() as u64;
        std::mem::take(&mut self.out)
    }

    /// Writes the directory; gives what was not taken yet.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, SpreadsheetError> {
        let too_large = |_| SpreadsheetError::TooLarge;
        let offset = u32::try_from(self.taken + self.out.len() as u64).map_err(too_large)?;
        let length = u32::try_from(self.directory.len()).map_err(too_large)?;
        self.out.append(&mut self.directory);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(length.to_le_bytes());
        self.out.extend(offset.to_le_bytes());
        self.out.extend([0, 0]);
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_written_is_read_by_another_program() {
        let long = "令和9年度分<&>".repeat(20_000);
        let mut deflater = Deflater::quick();
        let mut zip = ZipWriter::new(date(2026, 11, 21).at(13, 5, 7, 0));
        let mut bytes = Vec::new();
        for (name, text) in [("【012025函館市】様式1.xlsx", ""), ("b/長い.xml", &long)] {
            // Piece by piece gives the same as at once.
            for piece in text.as_bytes().chunks(777) {
                deflater.push(piece);
            }
            zip.add(name, &deflater.finish().expect("small"))
                .expect("fits");
            bytes.extend(zip.take());
        }
        let stored = Entry::stored(b"PK".to_vec()).expect("small");
        zip.add("c.bin", &stored).expect("fits");
        bytes.extend(zip.finish().expect("fits"));

        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
        assert_eq!(archive.len(), 3);
        let mut texts = Vec::new();
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).expect("an entry");
            let mut text = String::new();
            entry
                .read_to_string(&mut text)
                .expect("reads and its checksum fits");
            assert_eq!(entry.size(), text.len() as u64);
            let moment = entry.last_modified().expect("a moment");
            assert_eq!((moment.year(), moment.day(), moment.hour()), (2026, 21, 13));
            texts.push((entry.name().expect("a name").to_string(), text));
        }
        assert_eq!(
            texts[0],
            ("【012025函館市】様式1.xlsx".to_owned(), String::new())
        );
        assert_eq!(texts[1], ("b/長い.xml".to_owned(), long));
        assert_eq!(texts[2].1, "PK");
    }

    #[test]
    fn a_zip_without_entries_is_one() {
        let zip = ZipWriter::new(date(1970, 1, 1).at(0, 0, 0, 0));
        let bytes = zip.finish().expect("fits");
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
        assert!(archive.is_empty());
    }
}
