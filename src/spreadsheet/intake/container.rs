//! What the bytes are, whatever the file is called, and which reader they go to.
//!
//! ```text
//! bytes ─ first bytes ─> ZIP ─> .xlsx | .ods | …    OLE ─> .xls | with a password | …    others: a sentence
//! ```

use memchr::memmem;

use super::bounds::FILE_BYTES;
use super::grid::Grid;
use super::package::Package;
use super::why::Why;
use super::{ods, xls, xlsx};

/// Reads a workbook of any kind that is taken.
pub(super) fn read(bytes: &[u8]) -> Result<Grid, Why> {
    let mut grid = read_any(bytes)?;
    let sheets = &grid.sheets;
    grid.names.retain(|name| {
        let known = sheets.iter().any(|sheet| sheet.name == name.sheet);
        // What programs name for themselves: the printed area and the like.
        known && !name.name.starts_with("_xlnm.")
    });
    Ok(grid)
}

fn read_any(bytes: &[u8]) -> Result<Grid, Why> {
    if bytes.is_empty() {
        return Err(Why::Empty);
    }
    if bytes.len() > FILE_BYTES {
        return Err(Why::FileTooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        let mut package = Package::open(bytes)?;
        if ods::is_open_document(&mut package) {
            ods::guard(&mut package)?;
            let grid = ods::read(&mut package)?;
            package.refuse_dtd()?;
            return Ok(grid);
        }
        xlsx::guard(&mut package)?;
        let grid = xlsx::read(&mut package)?;
        package.refuse_dtd()?;
        return Ok(grid);
    }
    if bytes.starts_with(&xls::SIGNATURE) {
        return xls::read(bytes);
    }
    Err(other(bytes))
}

/// First bytes of what people send instead.
const BEGINNINGS: [(&[u8], Why); 17] = [
    (b"%PDF", Why::Pdf),
    (b"{\\rtf", Why::Word),
    (b"\x89PNG", Why::Picture),
    (b"\xFF\xD8\xFF", Why::Picture),
    (b"GIF8", Why::Picture),
    (b"BM", Why::Picture),
    (b"II*\0", Why::Picture),
    (b"MM\0*", Why::Picture),
    (b"Rar!", Why::Archive),
    (b"7z\xBC\xAF\x27\x1C", Why::Archive),
    (b"\x1F\x8B", Why::Archive),
    // A spreadsheet of before 1995 begins with its first record.
    (b"\x09\x00\x04\x00", Why::OldExcel),
    (b"\x09\x02\x06\x00", Why::OldExcel),
    (b"\x09\x04\x06\x00", Why::OldExcel),
    (b"\x09\x08\x08\x00", Why::OldExcel),
    (b"\x09\x08\x10\x00", Why::OldExcel),
    (b"RIFF", Why::Picture),
];

/// Names what is no workbook.
fn other(bytes: &[u8]) -> Why {
    let known = BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning));
    if let Some((_, why)) = known {
        return *why;
    }
    if bytes.get(2..5) == Some(b"-lh") {
        return Why::Archive;
    }
    let start = &bytes[..bytes.len().min(4_096)];
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let text = text.trim_ascii_start().to_ascii_lowercase();
    let has = |word: &[u8]| memmem::find(&text, word).is_some();
    if text.starts_with(b"<") {
        return if has(b"urn:schemas-microsoft-com:office:spreadsheet") {
            Why::XmlTable
        } else if has(b"<html") || has(b"<table") || has(b"<!doctype html") {
            Why::WebPage
        } else {
            Why::Unknown
        };
    }
    if has(b"\r\nmime-version:") || has(b"\nmime-version:") || text.starts_with(b"mime-version:") {
        // Excel's own web archives are mails in form.
        return if has(b"multipart/related") {
            Why::WebPage
        } else {
            Why::Unknown
        };
    }
    let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\r' | b'\n' | 0x1B);
    if start.starts_with(b"\xFF\xFE") || start.iter().find(control).is_none() {
        return Why::Text;
    }
    Why::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_workbook_is_named() {
        for (bytes, why) in [
            (&b""[..], Why::Empty),
            (b"%PDF-1.7", Why::Pdf),
            (b"\x89PNG\r\n\x1a\n", Why::Picture),
            (b"{\\rtf1", Why::Word),
            (b"code,name\r\n012025,x\r\n", Why::Text),
            (b"\x8A\xBF\x8E\x9A,\x82P", Why::Text),
            (b"\xFF\xFEa\0b\0", Why::Text),
            (b"<html xmlns:x='urn'><table>", Why::WebPage),
            (b"\r\n<!DOCTYPE html>", Why::WebPage),
            (
                b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
                Why::XmlTable,
            ),
            (b"\x09\x04\x06\x00\0\0", Why::OldExcel),
            (b"Rar!\x1a\x07", Why::Archive),
            (b"\x21\x15-lh5-", Why::Archive),
            (b"\0\x01\x02", Why::Unknown),
            (b"PK\x03\x04", Why::Damaged),
        ] {
            assert_eq!(read(bytes), Err(why), "{bytes:?}");
        }
        let large = vec![b'a'; FILE_BYTES + 1];
        assert_eq!(read(&large), Err(Why::FileTooLarge));
    }
}
