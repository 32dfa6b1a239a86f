//! A workbook as its parts: read once from a workbook of ours, written many times with a part changed.

use std::io::{Cursor, Read};

use jiff::civil::{DateTime, date};

use super::SpreadsheetError;
use super::zip_writer::{Entry, ZipWriter};

/// The parts of a workbook in their order, each as it stands in its ZIP.
pub(super) struct Package {
    parts: Vec<(String, Entry)>,
}

/// All parts of a workbook bear this moment, as those of the workbook crate do.
fn moment() -> DateTime {
    date(1980, 1, 1).at(0, 0, 0, 0)
}

impl Package {
    /// Takes a workbook of ours apart.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, SpreadsheetError> {
        let unreadable = |_| SpreadsheetError::Pattern("a package");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
        let mut parts = Vec::with_capacity(archive.len());
        for at in 0..archive.len() {
            let mut part = archive.by_index_raw(at).map_err(unreadable)?;
            let mut data = Vec::new();
            part.read_to_end(&mut data)
                .map_err(|_| SpreadsheetError::Pattern("a part"))?;
            if part.compression() != zip::CompressionMethod::Deflated {
                return Err(SpreadsheetError::Pattern("a deflated part"));
            }
            let name = part
                .name()
                .map_err(|_| SpreadsheetError::Pattern("a name"))?
                .to_string();
            let size = u32::try_from(part.size()).map_err(|_| SpreadsheetError::TooLarge)?;
            parts.push((name, Entry::of_deflated(data, part.crc32(), size)));
        }
        Ok(Self { parts })
    }

    /// One part of a workbook of ours as text.
    pub(super) fn text(bytes: &[u8], name: &str) -> Result<String, SpreadsheetError> {
        let unreadable = |_| SpreadsheetError::Pattern("a package");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
        let mut part = archive.by_name(name).map_err(unreadable)?;
        let mut text = String::new();
        part.read_to_string(&mut text)
            .map_err(|_| SpreadsheetError::Pattern("a part"))?;
        Ok(text)
    }

    /// Replaces a part from now on.
    pub(super) fn replace(&mut self, name: &str, entry: Entry) -> Result<(), SpreadsheetError> {
        let part = self.parts.iter_mut().find(|(known, _)| known == name);
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
