//! A workbook as its parts, each as it lies in its ZIP: read once, written with some parts changed.

use std::io::{Cursor, Read};

use jiff::civil::{DateTime, date};

use super::SpreadsheetError;
use super::zip_writer::{Entry, ZipWriter};

/// More parts than a workbook has.
const PARTS: usize = 2_000;

/// The parts of a workbook in their order.
pub(super) struct Package {
    parts: Vec<(String, Entry)>,
}

/// All parts of a workbook bear this moment, as those of the workbook crate do.
fn moment() -> DateTime {
    date(1980, 1, 1).at(0, 0, 0, 0)
}

impl Package {
    /// Takes a workbook apart; nothing is inflated.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, SpreadsheetError> {
        let unreadable = |_| SpreadsheetError::Pattern("a package");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
        if archive.len() > PARTS {
            return Err(SpreadsheetError::TooLarge);
        }
        let mut parts = Vec::with_capacity(archive.len());
        for at in 0..archive.len() {
            let mut part = archive.by_index_raw(at).map_err(unreadable)?;
            let is_deflated = match part.compression() {
                zip::CompressionMethod::Deflated => true,
                zip::CompressionMethod::Stored => false,
                _ => return Err(SpreadsheetError::Pattern("a part packed as usual")),
            };
            if part.encrypted() {
                return Err(SpreadsheetError::Pattern("a part that is not encrypted"));
            }
            let name = part
                .name()
                .map_err(|_| SpreadsheetError::Pattern("a name"))?;
            let name = name.into_owned();
            let size = u32::try_from(part.size()).map_err(|_| SpreadsheetError::TooLarge)?;
            let crc = part.crc32();
            let mut data = Vec::new();
            // Never more than the file has.
            part.read_to_end(&mut data)
                .map_err(|_| SpreadsheetError::Pattern("a part"))?;
            parts.push((name, Entry::as_it_lies(is_deflated, data, crc, size)));
        }
        Ok(Self { parts })
    }

    /// A part of a workbook of ours as text.
    pub(super) fn text(&self, name: &str) -> Result<String, SpreadsheetError> {
        self.bounded_text(name, u64::from(u32::MAX))
    }

    /// A part as text, at most so many bytes of it.
    pub(super) fn bounded_text(&self, name: &str, limit: u64) -> Result<String, SpreadsheetError> {
        // Part names are compared without regard to case (ECMA-376-2, 6.2.2).
        let part = self
            .parts
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, part) = part.ok_or(SpreadsheetError::Pattern("a part"))?;
        part.text(limit)
    }

    /// Replaces a part from now on.
    pub(super) fn replace(&mut self, name: &str, entry: Entry) -> Result<(), SpreadsheetError> {
        let mut parts = self.parts.iter_mut();
        let part = parts.find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, part) = part.ok_or(SpreadsheetError::Pattern("a part"))?;
        *part = entry;
        Ok(())
    }

    /// The workbook.
    pub(super) fn write(&self) -> Result<Vec<u8>, SpreadsheetError> {
        let mut zip = ZipWriter::new(moment());
        for (name, entry) in &self.parts {
            zip.add(name, entry)?;
        }
        zip.finish()
    }
}
