//! A ZIP archive as a package of parts, and what makes one unsafe to look into.
//!
//! ```text
//! bytes ─ directory (counted, names judged) ─> entries ─ prologs looked at ─> parts, one stream at a time
//! ```
//! Nothing is unpacked to anywhere; a part is inflated while it is read and only as far as it is read.

use std::io::{BufRead, Cursor};

use memchr::memmem;
use zip::{CompressionMethod, ZipArchive};

use super::bounds::{CLAIMED_BYTES, ENTRIES, PROLOG_BYTES};
use super::inflate::{Inflater, Lent, PartReader, Stored};
use super::memo::remembered;
use super::prolog::{Prolog, prolog};
use super::why::Why;
use super::xml::Xml;

/// Files that no program takes for XML, whatever is inside.
const NEVER_XML: [&str; 10] = [
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".bin",
];

/// A package: its parts by name.
pub(super) struct Package<'a> {
    entries: Vec<Entry<'a>>,
    inflater: Lent,
}

struct Entry<'a> {
    /// With `/` between folders, in small letters: part names are compared that way.
    name: String,
    part: Option<Stored<'a>>,
    /// Somebody read its beginning as XML, where a DTD is refused.
    read: bool,
}

impl<'a> Package<'a> {
    /// Reads the directory and judges every name.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Why> {
        // Counted before the directory is believed: it may announce, or hide, any number.
        let headers = memmem::find_iter(bytes, b"PK\x01\x02").take(2 * ENTRIES + 1);
        if headers.count() > 2 * ENTRIES {
            return Err(Why::TooManyParts);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Why::Damaged)?;
        if archive.has_duplicate_names() {
            return Err(Why::Names);
        }
        if archive.len() > ENTRIES {
            return Err(Why::TooManyParts);
        }
        let mut entries = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let found = archive.by_index_data(index).map_err(|_| Why::Damaged)?;
            let name = part_name(found.name_raw())?;
            if found.encrypted() {
                return Err(Why::Encrypted);
            }
            if found.is_symlink() {
                return Err(Why::Names);
            }
            if found.size() > CLAIMED_BYTES {
                return Err(Why::Bomb);
            }
            let data = data_of(
                bytes,
                found.header_start(),
                found.compressed_size(),
                found.name_raw(),
            );
            let data = data.ok_or(Why::Damaged)?;
            let part = match found.compression() {
                CompressionMethod::Stored => Some(false),
                CompressionMethod::Deflated => Some(true),
                _ => None,
            };
            let part = part.map(|deflated| Stored {
                data,
                deflated,
                crc: found.crc32(),
            });
            entries.push(Entry {
                name,
                part,
                read: false,
            });
        }
        let mut names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Why::Names);
        }
        Ok(Self {
            entries,
            inflater: Lent::new(),
        })
    }

    /// The names of all parts, in small letters.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|found| found == name)
    }

    /// Where a part lies; somebody will read it as XML.
    ///
    /// # Errors
    /// `Damaged` if there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Stored<'a>, Why> {
        let mut entries = self.entries.iter_mut();
        let entry = entries.find(|entry| entry.name == name);
        let entry = entry.ok_or(Why::Damaged)?;
        entry.read = true;
        entry.part.ok_or(Why::Damaged)
    }

    /// One part as XML.
    ///
    /// # Errors
    /// `Damaged` if there is no such part; why its beginning cannot be read.
    pub(super) fn xml(&mut self, name: &str) -> Result<Xml<'_>, Why> {
        let part = self.part(name)?;
        Xml::new(PartReader::new(self.inflater.get(), part))
    }

    /// The first bytes of a part, as far as one step gives them.
    pub(super) fn beginning(&mut self, name: &str) -> Result<Vec<u8>, Why> {
        let entry = self.entries.iter().find(|entry| entry.name == name);
        let part = entry.and_then(|entry| entry.part).ok_or(Why::Damaged)?;
        let mut reader = PartReader::new(self.inflater.get(), part).in_steps_of(512);
        Ok(reader.fill_buf().map_err(|_| Why::Damaged)?.to_vec())
    }

    /// Refuses a package with a DTD in any part that could be XML. To be called last: the parts that were
    /// read were looked at already.
    pub(super) fn refuse_dtd(&mut self) -> Result<(), Why> {
        for entry in &self.entries {
            let skipped = entry.read || entry.name.ends_with('/');
            if skipped || NEVER_XML.iter().any(|end| entry.name.ends_with(end)) {
                continue;
            }
            let part = entry.part.ok_or(Why::Damaged)?;
            let inflater = self.inflater.get();
            remembered(&entry.name, part, || has_no_dtd(inflater, part))?;
        }
        Ok(())
    }
}

/// A part that was looked at.
struct HasNoDtd;

/// Refuses a DTD at the beginning of a part.
fn has_no_dtd(inflater: &mut Inflater, part: Stored<'_>) -> Result<HasNoDtd, Why> {
    let mut reader = PartReader::new(inflater, part).in_steps_of(512);
    let mut seen = Vec::new();
    // What nobody reads may be damaged; what is read is looked at there.
    while let Ok(more) = reader.fill_buf() {
        let amount = more.len();
        let state = if seen.is_empty() {
            prolog(more)
        } else {
            seen.extend_from_slice(more);
            prolog(&seen)
        };
        match state {
            Prolog::Plain => break,
            Prolog::Dtd => return Err(Why::Dtd),
            Prolog::Unfinished if amount == 0 => break,
            Prolog::Unfinished if seen.len() > PROLOG_BYTES => return Err(Why::Dtd),
            Prolog::Unfinished => {
                if seen.is_empty() {
                    seen.extend_from_slice(more);
                }
            }
        }
        reader.consume(amount);
    }
    Ok(HasNoDtd)
}

/// A part's name, if it stays inside the package.
fn part_name(raw: &[u8]) -> Result<String, Why> {
    let mut name = String::from_utf8_lossy(raw).replace('\\', "/");
    name.make_ascii_lowercase();
    let inside = !name.is_empty()
        && !name.starts_with('/')
        && !name.contains(['\0', ':'])
        && name.split('/').all(|step| step != ".." && step != ".");
    if inside { Ok(name) } else { Err(Why::Names) }
}

/// An entry's bytes: after its own header, which must name it as the directory does.
fn data_of<'a>(bytes: &'a [u8], header: u64, length: u64, name: &[u8]) -> Option<&'a [u8]> {
    let header = bytes.get(usize::try_from(header).ok()?..)?;
    let fixed = header.get(..30)?;
    let two = |at: usize| usize::from(u16::from_le_bytes([fixed[at], fixed[at + 1]]));
    if !fixed.starts_with(b"PK\x03\x04") || header.get(30..30 + two(26))? != name {
        return None;
    }
    let start = 30 + two(26) + two(28);
    header.get(start..start.checked_add(usize::try_from(length).ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        for name in ["xl/workbook.xml", "[Content_Types].xml", "Configurations2/"] {
            assert!(part_name(name.as_bytes()).is_ok(), "{name}");
        }
        for name in [
            "",
            "/etc/passwd",
            "../a.xml",
            "xl/../../a",
            "xl\\..\\a",
            "C:\\a",
            "a\0b",
            "\\\\host\\a",
            "xl/./a",
        ] {
            assert_eq!(part_name(name.as_bytes()), Err(Why::Names), "{name}");
        }
    }
}
