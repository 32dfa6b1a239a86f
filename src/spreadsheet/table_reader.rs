//! Reads a list that an operator or the ministry keeps, CSV or workbook, into rows of texts.
//!
//! ```text
//! bytes ─ PK? ─ yes ─> inflated once and counted ─> worksheets, cell by cell, bounded ─> the first with a list's head ─┐
//!             └ no ──> UTF-8, UTF-16 or Shift_JIS ─> CSV or tab-separated ───────────────────────────────────────────┴─> FileRow …
//! ```
//! Formulas count with the value Excel kept. Not for files strangers send: those are read by
//! [`super::intake`] in a process of its own.

use std::io::{self, Cursor, Read};

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, Reader, Xlsx};
use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};
use thiserror::Error;
use zip::ZipArchive;

use super::intake::{CellValue, RefusalKind, read_workbook as read_grid};
use crate::domain::participation::sheet::{self, FileRow};

/// Larger files are refused unread.
const SIZE_MAX: usize = 64 << 20;
/// A workbook's parts together; the longest list has a hundred million. Counted, whatever the file claims.
const INFLATED_MAX: u64 = 200 << 20;
/// Parts of a workbook.
const PARTS_MAX: usize = 500;
/// More rows than 2,000 bodies with 30 schemes in six years have.
const ROWS_MAX: u32 = 400_000;
/// Cells further right are left out.
const COLUMNS_MAX: u32 = 64;
/// Longer texts are cut; nothing in a list is as long.
const TEXT_MAX: usize = 4_000;

/// Why a file is no list. For the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableProblem {
    #[error("ファイルに何も書かれていません。")]
    Empty,
    #[error("ファイルが大きすぎます。{ROWS_MAX}行までの、64MBより小さいファイルにしてください。")]
    TooLarge,
    #[error(
        "パスワードの付いたファイルか、古い形式（.xls）のファイルです。パスワードを外し、.xlsxかCSVで保存し直してください。"
    )]
    Locked,
    #[error("Excelのファイルとして読み取れません。Excelで開いて保存し直してください。")]
    Workbook,
    #[error("文字が読み取れません。CSVはUTF-8かShift_JISで保存してください。")]
    Text,
    #[error("{0}行目の引用符（\"）が閉じていないか、形が崩れています。")]
    Csv(u64),
}

/// The rows of a file; of a workbook those of the first sheet with a list, or of the first sheet.
pub fn read_table(bytes: &[u8]) -> Result<Vec<FileRow>, TableProblem> {
    if bytes.len() > SIZE_MAX {
        return Err(TableProblem::TooLarge);
    }
    let rows = match bytes {
        [] => Vec::new(),
        [b'P', b'K', ..] => read_workbook(bytes)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(TableProblem::Locked),
        _ => read_text(&decode(bytes)?)?,
    };
    if rows.is_empty() {
        return Err(TableProblem::Empty);
    }
    Ok(rows)
}

/// Every sheet of a file with its name and rows; a text is one sheet without a name. Also `.xls`, in which tables of
/// the Ministry of Internal Affairs come.
pub fn read_tables(bytes: &[u8]) -> Result<Vec<(String, Vec<FileRow>)>, TableProblem> {
    if bytes.len() > SIZE_MAX {
        return Err(TableProblem::TooLarge);
    }
    let sheets = match bytes {
        [] => Vec::new(),
        [b'P', b'K', ..] => {
            must_be_bounded(bytes, INFLATED_MAX)?;
            let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableProblem::Workbook)?;
            let mut sheets = Vec::new();
            for name in book.sheet_names() {
                let rows = read_sheet(&mut book, &name)?;
                sheets.push((name, rows));
            }
            sheets
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => read_old_workbook(bytes)?,
        _ => vec![(String::new(), read_text(&decode(bytes)?)?)],
    };
    if sheets.iter().all(|(_, rows)| rows.is_empty()) {
        return Err(TableProblem::Empty);
    }
    Ok(sheets)
}

/// `.xls`, by the bounded reader for what strangers send; a sheet beyond its bounds is refused, never cut.
fn read_old_workbook(bytes: &[u8]) -> Result<Vec<(String, Vec<FileRow>)>, TableProblem> {
    let grid = read_grid(bytes).map_err(|refusal| match refusal.kind {
        RefusalKind::Encrypted => TableProblem::Locked,
        RefusalKind::TooLarge => TableProblem::TooLarge,
        _ => TableProblem::Workbook,
    })?;
    if grid.sheets.iter().any(|sheet| sheet.cut) {
        return Err(TableProblem::TooLarge);
    }
    let sheets = grid.sheets.into_iter().map(|sheet| {
        let mut rows = Rows::default();
        for cell in &sheet.cells {
            let text = match &cell.value {
                CellValue::Text(text) => text.trim().chars().take(TEXT_MAX).collect(),
                CellValue::Number(number) | CellValue::Unclear(number) => number.to_string(),
                CellValue::Date(serial) => day_of_serial(*serial),
                CellValue::Bool(_) | CellValue::Error(_) => String::new(),
            };
            if !text.is_empty() {
                rows.put(cell.at.row, cell.at.column, text);
            }
        }
        (sheet.name, rows.0)
    });
    Ok(sheets.collect())
}

/// 2027-04-01 for Excel's number of that day.
fn day_of_serial(serial: f64) -> String {
    let (year, month, day, ..) =
        ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false).to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Rows that grow cell by cell, from left to right and from top to bottom.
#[derive(Default)]
struct Rows(Vec<FileRow>);

impl Rows {
    fn put(&mut self, row: u32, column: u32, text: String) {
        let line = row + 1;
        if self.0.last().is_none_or(|last| last.line != line) {
            let cells = Vec::new();
            self.0.push(FileRow { line, cells });
        }
        if let Some(last) = self.0.last_mut() {
            let column = column as usize;
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            last.cells[column] = text;
        }
    }
}

/// The library takes a workbook's shared texts into memory whole: none is opened that unfolds without end.
fn must_be_bounded(bytes: &[u8], most: u64) -> Result<(), TableProblem> {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|_| TableProblem::Workbook)?;
    if archive.len() > PARTS_MAX {
        return Err(TableProblem::TooLarge);
    }
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| TableProblem::Workbook)?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink());
        let read = read.map_err(|_| TableProblem::Workbook)?;
        left = left.checked_sub(read).ok_or(TableProblem::TooLarge)?;
    }
    Ok(())
}

fn read_workbook(bytes: &[u8]) -> Result<Vec<FileRow>, TableProblem> {
    must_be_bounded(bytes, INFLATED_MAX)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableProblem::Workbook)?;
    let mut first = None;
    for name in book.sheet_names() {
        let rows = read_sheet(&mut book, &name)?;
        if sheet::find(&rows).is_some() {
            return Ok(rows);
        }
        first.get_or_insert(rows);
    }
    Ok(first.unwrap_or_default())
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<FileRow>, TableProblem> {
    let mut rows = Rows::default();
    // Chart sheets have no cells.
    let Ok(mut cells) = book.worksheet_cells_reader(name) else {
        return Ok(rows.0);
    };
    while let Some(cell) = cells.next_cell().map_err(|_| TableProblem::Workbook)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        if text.is_empty() || column >= COLUMNS_MAX {
            continue;
        }
        if rows.0.len() as u32 >= ROWS_MAX {
            return Err(TableProblem::TooLarge);
        }
        rows.put(row, column, text);
    }
    Ok(rows.0)
}

fn text_of(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Bool(_) | DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => {
            String::new()
        }
    };
    text.trim().chars().take(TEXT_MAX).collect()
}

/// UTF-8 with or without a mark, UTF-16 with one, otherwise Shift_JIS as Windows knows it.
fn decode(bytes: &[u8]) -> Result<String, TableProblem> {
    let (text, broken) = match bytes {
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest),
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => (text.into(), false),
                Err(_) => SHIFT_JIS.decode_without_bom_handling(bytes),
            }
        }
    };
    if broken || text.contains('\0') {
        return Err(TableProblem::Text);
    }
    Ok(text.into_owned())
}

fn read_text(text: &str) -> Result<Vec<FileRow>, TableProblem> {
    let head = text.lines().next().unwrap_or_default();
    let tabs = head.contains('\t') && !head.contains(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(rows),
            Ok(true) => {}
            Err(_) => return Err(TableProblem::Csv(line)),
        }
        if rows.len() as u32 >= ROWS_MAX {
            return Err(TableProblem::TooLarge);
        }
        let start = record
            .position()
            .map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
        // A record's place is where the empty lines before it begin.
        let skipped = text.as_bytes()[start.min(text.len())..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .filter(|byte| **byte == b'\n');
        let line = line + skipped.count() as u64;
        let cells = record.iter().take(COLUMNS_MAX as usize);
        rows.push(FileRow {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            cells: cells
                .map(|cell| cell.trim().chars().take(TEXT_MAX).collect())
                .collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let rows = read_table(bytes).expect("a list");
        rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn text_comes_in_every_usual_encoding() {
        let text = "コード,制度,年度\r\n012025,こども,R7\r\n";
        let expected = [["コード", "制度", "年度"], ["012025", "こども", "R7"]];
        let (shift_jis, _, lossy) = SHIFT_JIS.encode(text);
        assert!(!lossy);
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let marked = format!("\u{FEFF}{text}");
        for bytes in [text.as_bytes(), marked.as_bytes(), &shift_jis, &utf16] {
            assert_eq!(cells(bytes), expected);
        }
        assert_eq!(cells(text.replace(',', "\t").as_bytes()), expected);
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let rows = read_table("a,b\n\n\"x\ny\",c\nz\n".as_bytes()).expect("a list");
        let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }

    #[test]
    fn a_workbook_that_unfolds_without_end_is_not_opened() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for name in ["xl/sharedStrings.xml", "xl/workbook.xml"] {
            archive.start_file(name, options).expect("begins");
            io::copy(&mut io::repeat(b' ').take(60_000), &mut archive).expect("writes");
        }
        let bytes = archive.finish().expect("ends").into_inner();
        assert!(bytes.len() < 2_000, "it is small itself");
        assert_eq!(must_be_bounded(&bytes, 120_000), Ok(()));
        let refused = must_be_bounded(&bytes, 119_999);
        assert_eq!(refused, Err(TableProblem::TooLarge));
    }

    #[test]
    fn what_is_no_list_is_refused_with_a_reason() {
        assert_eq!(read_table(b""), Err(TableProblem::Empty));
        assert_eq!(
            read_table(b"PK\x03\x04nonsense"),
            Err(TableProblem::Workbook)
        );
        assert_eq!(
            read_table(b"\xD0\xCF\x11\xE0\xA1"),
            Err(TableProblem::Locked)
        );
        assert_eq!(read_table(b"\x81\x00\xFF\xFF,a"), Err(TableProblem::Text));
        assert_eq!(
            read_table(&vec![b'a'; SIZE_MAX + 1]),
            Err(TableProblem::TooLarge)
        );
    }
}
