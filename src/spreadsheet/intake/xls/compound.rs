//! A compound file: a small file system of streams in chains of sectors.
//!
//! Every chain is at most as long as the file has sectors, so that one that runs in circles ends.

use std::borrow::Cow;

use crate::spreadsheet::intake::bytes::{u16_at, u32_at};

/// The first bytes of every compound file.
pub(in crate::spreadsheet::intake) const SIGNATURE: [u8; 8] =
    [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The last sector of a chain; everything from `RESERVED` on is no sector.
const RESERVED: u32 = 0xFFFF_FFFA;
/// Streams shorter than this lie in small sectors.
const SMALL_STREAM: usize = 4_096;
const SMALL_SECTOR: usize = 64;
/// Entries of a directory: an `.xls` has a few.
const DIRECTORY: usize = 2_000;

pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    small_fat: Vec<u32>,
    small: Cow<'a, [u8]>,
    directory: Vec<Entry>,
}

struct Entry {
    name: String,
    is_stream: bool,
    outer: bool,
    start: u32,
    length: usize,
}

impl<'a> Compound<'a> {
    /// Reads header, tables and directory; `None` where they lead nowhere.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4_096,
            _ => return None,
        };
        let mut open = Self {
            bytes,
            sector,
            fat: Vec::new(),
            small_fat: Vec::new(),
            small: Cow::Borrowed(&[]),
            directory: Vec::new(),
        };
        open.fat = open.read_fat()?;
        let directory = open.chain(u32_at(bytes, 48)?, usize::MAX)?;
        open.directory = read_directory(&directory)?;
        let root = open.directory.first()?;
        let (start, length) = (root.start, root.length);
        if u32_at(bytes, 64)? > 0 && start < RESERVED {
            let table = open.chain(u32_at(bytes, 60)?, usize::MAX)?;
            open.small_fat = numbers(&table);
            open.small = open.chain(start, length)?;
        }
        Some(open)
    }

    /// Whether there is something of this name anywhere.
    pub(super) fn has(&self, name: &str) -> bool {
        self.any(|found| found.eq_ignore_ascii_case(name))
    }

    /// Whether there is something of this name that is not inside something else.
    pub(super) fn has_outer(&self, name: &str) -> bool {
        let mut outer = self.directory.iter().filter(|entry| entry.outer);
        outer.any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn any(&self, is: impl Fn(&str) -> bool) -> bool {
        self.directory.iter().any(|entry| is(&entry.name))
    }

    /// The bytes of a stream that is not inside something else.
    pub(super) fn stream(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        let entry = self.directory.iter().find(|entry| {
            entry.is_stream && entry.outer && entry.name.eq_ignore_ascii_case(name)
        })?;
        if entry.length >= SMALL_STREAM {
            let found = self.chain(entry.start, entry.length)?;
            return (found.len() == entry.length).then_some(found);
        }
        let mut found = Vec::with_capacity(entry.length);
        let mut at = entry.start;
        while found.len() < entry.length {
            let start = (at as usize).checked_mul(SMALL_SECTOR)?;
            let rest = (entry.length - found.len()).min(SMALL_SECTOR);
            found.extend_from_slice(self.small.get(start..start.checked_add(rest)?)?);
            at = *self.small_fat.get(at as usize)?;
        }
        Some(Cow::Owned(found))
    }

    /// A sector; the last one of a file may be short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize + 1).checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The table of chains: its sectors are listed in the header and, beyond 109, in a chain of lists.
    fn read_fat(&self) -> Option<Vec<u32>> {
        let sectors = self.bytes.len() / self.sector + 1;
        let mut lists = numbers(self.bytes.get(76..512)?);
        let mut next = u32_at(self.bytes, 68)?;
        let mut steps = 0;
        while next < RESERVED {
            let list = self.sector(next)?;
            let (last, list) = list.split_last_chunk::<4>().map(|(l, n)| (n, l))?;
            lists.extend(numbers(list));
            next = u32::from_le_bytes(*last);
            steps += 1;
            if steps > sectors {
                return None;
            }
        }
        lists.retain(|number| *number < RESERVED);
        if lists.len() > sectors {
            return None;
        }
        let mut fat = Vec::new();
        for number in lists {
            fat.extend(numbers(self.sector(number)?));
            // Entries beyond the end of the file lead nowhere.
            if fat.len() >= sectors {
                fat.truncate(sectors);
                break;
            }
        }
        Some(fat)
    }

    /// The bytes of a chain, at most `length` of them; without a copy where its sectors follow each other.
    fn chain(&self, start: u32, length: usize) -> Option<Cow<'a, [u8]>> {
        let mut sectors = Vec::new();
        let mut at = start;
        while at < RESERVED && sectors.len() * self.sector < length {
            sectors.push(at);
            if sectors.len() > self.fat.len() {
                return None;
            }
            at = *self.fat.get(at as usize)?;
        }
        let follow = sectors.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if let (true, Some(first)) = (follow, sectors.first()) {
            let start = (*first as usize + 1).checked_mul(self.sector)?;
            let whole = sectors.len() * self.sector;
            let end = start.checked_add(whole.min(length))?.min(self.bytes.len());
            return Some(Cow::Borrowed(self.bytes.get(start..end)?));
        }
        let mut found = Vec::with_capacity(sectors.len() * self.sector);
        for number in sectors {
            found.extend_from_slice(self.sector(number)?);
        }
        found.truncate(length);
        Some(Cow::Owned(found))
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    let (chunks, _) = bytes.as_chunks::<4>();
    chunks
        .iter()
        .map(|chunk| u32::from_le_bytes(*chunk))
        .collect()
}

/// The directory: 128 bytes an entry. What lies inside something else is told by walking the root's tree.
fn read_directory(bytes: &[u8]) -> Option<Vec<Entry>> {
    let (entries, _) = bytes.as_chunks::<128>();
    if entries.len() > DIRECTORY {
        return None;
    }
    let mut found = Vec::with_capacity(entries.len());
    let mut links = Vec::with_capacity(entries.len());
    for entry in entries {
        let length = usize::from(u16_at(entry, 64)?).min(64);
        let (units, _) = entry[..length].as_chunks::<2>();
        let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
        let name = char::decode_utf16(units.take_while(|unit| *unit != 0))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        found.push(Entry {
            name,
            is_stream: entry[66] == 2,
            outer: false,
            start: u32_at(entry, 116)?,
            length: u32_at(entry, 120)? as usize,
        });
        links.push((u32_at(entry, 68)?, u32_at(entry, 72)?, u32_at(entry, 76)?));
    }
    // Left and right neighbours from the root's child; each entry once, so that circles end.
    let mut open = vec![links.first()?.2];
    while let Some(at) = open.pop() {
        let at = at as usize;
        if let (Some(entry), Some((left, right, _))) = (found.get_mut(at), links.get(at))
            && !entry.outer
        {
            entry.outer = true;
            open.extend([*left, *right]);
        }
    }
    Some(found)
}
