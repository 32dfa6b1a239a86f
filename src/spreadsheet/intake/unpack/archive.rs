//! ZIPs: entries one by one, names in UTF-8 or Shift_JIS, inflated bytes counted while inflating.

use std::io::{Cursor, Read, SeekFrom};

use zip::ZipArchive;
use zip::extra_fields::ExtraField;

use super::{Flow, Source, Unpacking, is_left_out, join, refusal, split_path, too_large};
use crate::spreadsheet::intake::grid::{Refusal, RefusalKind};

/// Up to here everything may inflate; beyond it only what is not squeezed suspiciously well.
const FREE: u64 = 512 << 10;
/// An old workbook shrinks to a tenth, hardly ever to a hundredth.
const RATIO: u64 = 100;
/// Longest list of entries in bytes, and most entries: the list is held in memory.
const LIST_BYTES: u64 = 32 << 20;

/// The first entry is one with which workbooks and other documents begin.
pub(super) fn looks_like_a_document(head: &[u8]) -> bool {
    let Some(length) = head.get(26..28) else {
        return false;
    };
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    let Some(name) = head.get(30..30 + length) else {
        return false;
    };
    name == b"[Content_Types].xml"
        || name == b"mimetype"
        || [&b"_rels/"[..], b"docProps/", b"xl/"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// Somewhere in the ZIP lies what only a document has.
pub(super) fn holds_a_document(source: &mut dyn Source) -> bool {
    let Ok(archive) = list(source) else {
        return false;
    };
    archive.index_for_name("[Content_Types].xml").is_some()
        || archive.index_for_name("META-INF/manifest.xml").is_some()
}

/// Gives every entry to the sink.
pub(super) fn open(
    unpacking: &mut Unpacking<'_>,
    source: &mut dyn Source,
    folder: &str,
    name: &str,
) -> Flow {
    let length = source.seek(SeekFrom::End(0)).unwrap_or(0);
    let mut archive = match list(source) {
        Ok(archive) => archive,
        Err(refusal) => return unpacking.refuse(folder, name, refusal),
    };
    if archive.len() > unpacking.bounds.files {
        return unpacking.refuse(folder, name, too_many());
    }
    if archive.is_empty() {
        return unpacking.refuse(folder, name, empty());
    }
    let inside = join(folder, name);
    if archive.has_duplicate_names() && unpacking.refuse(folder, name, duplicates()) == Flow::Stop {
        return Flow::Stop;
    }
    let mut budget = Budget {
        left: unpacking.bounds.inflated_bytes + length.saturating_mul(10),
        file: unpacking.bounds.file_bytes,
    };
    for index in 0..archive.len() {
        let raw = archive.name(index);
        let (sub, entry_name) = split_path(&raw);
        let is_folder = raw.ends_with(['/', '\\']) && archive.is_hollow(index);
        if is_folder || is_left_out(&entry_name) || sub.split('/').any(is_left_out) {
            unpacking.skipped += 1;
            continue;
        }
        let place = join(&inside, &sub);
        let flow = match archive.content(index, &mut budget) {
            Ok(bytes) => unpacking.open(&mut Cursor::new(bytes), &place, &entry_name),
            Err(refusal) => unpacking.refuse(&place, &entry_name, refusal),
        };
        if flow == Flow::Stop {
            return Flow::Stop;
        }
        if budget.left == 0 {
            return unpacking.refuse(folder, name, inflates());
        }
    }
    Flow::Continue
}

/// What may still be inflated.
struct Budget {
    /// Of the whole archive.
    left: u64,
    /// Of one file.
    file: u64,
}

/// A ZIP's entries.
struct Archive<'a>(ZipArchive<&'a mut dyn Source>);

/// Reads the list of entries, after a look at how long it says it is.
fn list(source: &mut dyn Source) -> Result<Archive<'_>, Refusal> {
    let bytes = list_length(source).map_err(|_| damaged())?;
    if bytes.is_none_or(|bytes| bytes > LIST_BYTES) {
        return Err(too_many());
    }
    source.seek(SeekFrom::Start(0)).map_err(|_| damaged())?;
    ZipArchive::new(source).map(Archive).map_err(|_| damaged())
}

/// Length of the central directory from the record at the end (its signature, six halves and words
/// before). `None` for the 64-bit form, which nothing below 65,535 entries and 4 GiB needs.
fn list_length(source: &mut dyn Source) -> std::io::Result<Option<u64>> {
    const END: usize = 22;
    let length = source.seek(SeekFrom::End(0))?;
    let tail = length.min(END as u64 + 65_535);
    source.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::with_capacity(usize::try_from(tail).unwrap_or(0));
    (&mut *source).take(tail).read_to_end(&mut bytes)?;
    let at = (0..bytes.len().saturating_sub(END - 1))
        .rev()
        .find(|at| bytes[*at..].starts_with(b"PK\x05\x06"));
    let Some(at) = at else {
        return Ok(Some(0));
    };
    let entries = u16::from_le_bytes([bytes[at + 10], bytes[at + 11]]);
    let size = [12, 13, 14, 15].map(|offset| bytes[at + offset]);
    let size = u32::from_le_bytes(size);
    Ok((entries != u16::MAX && size != u32::MAX).then_some(u64::from(size)))
}

impl Archive<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn has_duplicate_names(&self) -> bool {
        self.0.has_duplicate_names()
    }

    fn index_for_name(&self, name: &str) -> Option<usize> {
        self.0.index_for_name(name)
    }

    /// The name with its folders. Where the entry itself is broken, the list still has it.
    fn name(&mut self, index: usize) -> String {
        if let Ok(entry) = self.0.by_index_raw(index) {
            let marked_utf8 = entry.flags().as_u16() & 0x0800 != 0;
            return entry_name(entry.name_raw(), marked_utf8, entry.extra_data_fields());
        }
        match self.0.by_index_data(index) {
            Ok(facts) => {
                let marked_utf8 = facts.flags().as_u16() & 0x0800 != 0;
                entry_name(facts.name_raw(), marked_utf8, std::iter::empty())
            }
            Err(_) => format!("（{}番目のファイル）", index + 1),
        }
    }

    /// Without any content, as the entry of a folder is.
    fn is_hollow(&self, index: usize) -> bool {
        self.0
            .by_index_data(index)
            .is_ok_and(|facts| facts.size() == 0)
    }

    fn content(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
        let facts = self.0.by_index_data(index).map_err(|_| damaged_entry())?;
        if facts.encrypted() {
            return Err(encrypted());
        }
        if facts.is_symlink() {
            return Err(refusal(
                RefusalKind::Dangerous,
                "ファイルではなく、別の場所への参照が入っています。ファイルそのものを送ってください。",
            ));
        }
        // Only to spare work: what is really inflated is counted below.
        if facts.size() > budget.file {
            return Err(too_large());
        }
        let (packed, said) = (facts.compressed_size(), facts.size());
        let mut entry = self.0.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => refusal(
                RefusalKind::KindNotTaken,
                "このZIPのまとめ方には対応していません。Windowsの「圧縮（zip形式）フォルダー」などで作り直してください。",
            ),
            _ => damaged_entry(),
        })?;
        let mut bytes = Vec::with_capacity(usize::try_from(said.min(FREE)).unwrap_or(0));
        let mut buffer = [0; 16 << 10];
        loop {
            let read = entry.read(&mut buffer).map_err(|_| damaged_entry())?;
            if read == 0 {
                return Ok(bytes);
            }
            bytes.extend_from_slice(&buffer[..read]);
            let inflated = bytes.len() as u64;
            budget.left = budget.left.saturating_sub(read as u64);
            if inflated > budget.file || budget.left == 0 {
                return Err(too_large());
            }
            if inflated > FREE && inflated / RATIO > packed {
                return Err(inflates());
            }
        }
    }
}

/// UTF-8 where it is marked as such or reads as such, else the Unicode field beside it, else Shift_JIS:
/// the ZIPs that Windows makes in Japan do not mark it.
fn entry_name<'a>(
    raw: &[u8],
    marked_utf8: bool,
    fields: impl Iterator<Item = &'a ExtraField>,
) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    if marked_utf8 {
        return String::from_utf8_lossy(raw).into_owned();
    }
    for field in fields {
        if let ExtraField::UnicodePath(path) = field
            && let Ok(name) = path.clone().unwrap_valid(raw)
            && let Ok(name) = std::str::from_utf8(&name)
        {
            return name.to_owned();
        }
    }
    encoding_rs::SHIFT_JIS.decode(raw).0.into_owned()
}

fn damaged() -> Refusal {
    refusal(
        RefusalKind::Damaged,
        "ZIPを開けませんでした。途中で切れているか、壊れています。作り直して、送ってください。",
    )
}

fn damaged_entry() -> Refusal {
    refusal(
        RefusalKind::Damaged,
        "このファイルは、ZIPの中で壊れていて取り出せませんでした。もとのファイルをそのまま送るか、ZIPを作り直して送ってください。ほかのファイルには影響していません。",
    )
}

fn encrypted() -> Refusal {
    refusal(
        RefusalKind::Encrypted,
        "パスワード付きのZIPは開けません。パスワードを外して送るか、中のファイルを取り出して送ってください。",
    )
}

fn empty() -> Refusal {
    refusal(
        RefusalKind::NotAWorkbook,
        "ZIPの中にファイルがありません。様式1のファイルを入れて、送り直してください。",
    )
}

fn too_many() -> Refusal {
    refusal(
        RefusalKind::TooLarge,
        "ZIPの中のファイルが多すぎます。いくつかのZIPに分けて、送ってください。",
    )
}

fn duplicates() -> Refusal {
    refusal(
        RefusalKind::Dangerous,
        "ZIPの中に、同じ名前のファイルが2つ以上あります。1つだけを読み取りました。ほかのファイルは、名前を変えて送り直してください。",
    )
}

fn inflates() -> Refusal {
    refusal(
        RefusalKind::TooLarge,
        "ZIPの中のファイルが、開くと大きくなりすぎます。様式1のファイルだけを入れて、送り直してください。",
    )
}
