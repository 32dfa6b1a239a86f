//! Writes the ministry's list of all answers: 「回答一覧」 for reading and 「data」 for machines.
//!
//! ```text
//! both sheets with one sample row ─ the workbook crate ─> cut at the sample row
//! NationalRow … ─ cells as XML, deflated as they come ─> between the two halves
//! ```
//! Rows are never kept: memory grows only with what the deflated sheets take.

use rust_xlsxwriter::{FormatBorder, IgnoreError, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A3, boxed, centred, head, number, plain, put, text};
use super::national_rows::{
    Cells, ListColumn, Look, NationalRow, data_figures, data_row, list_columns, list_row,
    national_columns,
};
use super::package::Package;
use super::sheet_xml::{CellWriter, RowPattern, Style, column_letters};
use super::zip_writer::{Deflater, Entry};
use crate::domain::survey_edition::EditionDefinition;

/// Writes the list. `as_of` says to which moment the rows belong (令和8年11月21日（土）13時05分現在).
///
/// In 「data」 kind, route and status are the stable ids, yes is 1 and no is 0, and a body without an
/// answer has blank cells from `late` on.
pub fn write_national_list<'a>(
    edition: &EditionDefinition,
    as_of: &str,
    rows: impl ExactSizeIterator<Item = NationalRow<'a>>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!(
        "{}　回答一覧（{}）",
        edition.words().survey,
        edition.short_title
    );
    let count = u32::try_from(rows.len()).map_err(|_| SpreadsheetError::TooLarge)?;
    let columns = list_columns(edition);
    let keys = national_columns(edition);
    let mut workbook = look::new_workbook(&title)?;
    let words = edition.words();
    let note = format!(
        "{as_of}　　{}の空欄は「不明」です（0{}ではありません）。",
        words.number, words.unit
    );
    list_sheet(workbook.add_worksheet(), &columns, &title, &note, count)?;
    let figures = data_figures(edition);
    data_sheet(workbook.add_worksheet(), &keys, &figures, count)?;
    let mut package = Package::read(&workbook.save_to_buffer()?)?;

    let mut list = Sheet::cut(
        &package,
        LIST_PART,
        LIST_FIRST,
        columns.len(),
        count,
        ROW_HEIGHT,
    )?;
    let mut data = Sheet::cut(&package, DATA_PART, DATA_FIRST, keys.len(), count, "")?;
    // A blank cell needs a border in the one and nothing in the other.
    data.keeps_blanks = false;
    for row in rows {
        list.row(|cells| list_row(cells, edition, &row));
        data.row(|cells| data_row(cells, edition, &row));
    }
    package.replace(LIST_PART, list.finish()?)?;
    package.replace(DATA_PART, data.finish()?)?;
    package.write()
}

const LIST_PART: &str = "xl/worksheets/sheet1.xml";
const DATA_PART: &str = "xl/worksheets/sheet2.xml";
/// One line a body: long words are read in the cell, not spread over the list.
const ROW_HEIGHT: &str = " ht=\"18\" customHeight=\"1\"";

/// The rows of the head, from 0: group, scheme, label. The last has the filter buttons.
const GROUPS: u32 = 2;
const SCHEMES: u32 = 3;
const LABELS: u32 = 4;
/// The first row of a body, from 1.
const LIST_FIRST: u32 = LABELS + 2;
const DATA_FIRST: u32 = 2;
/// Code, prefecture and name stay in sight.
const FROZEN: u16 = 3;

/// A sheet whose rows are written one by one.
struct Sheet {
    tail: String,
    letters: Vec<String>,
    styles: Vec<Style>,
    /// Attributes of every row.
    attributes: &'static str,
    keeps_blanks: bool,
    /// The next row, from 1.
    row: u32,
    out: Vec<u8>,
    deflater: Deflater,
}

/// XML is deflated in pieces of about this length.
const PIECE: usize = 64 * 1024;

impl Sheet {
    fn cut(
        package: &Package,
        part: &str,
        first: u32,
        cells: usize,
        count: u32,
        attributes: &'static str,
    ) -> Result<Self, SpreadsheetError> {
        let letters = column_letters(cells);
        let last = letters.last().map_or("A", String::as_str);
        let last = format!("{last}{}", (first + count).saturating_sub(1));
        let xml = package.text(part)?;
        let pattern = RowPattern::cut(&xml, first, &letters, &last)?;
        Ok(Self {
            tail: pattern.tail,
            letters,
            styles: pattern.styles,
            attributes,
            keeps_blanks: true,
            row: first,
            out: pattern.head.into_bytes(),
            deflater: Deflater::thorough(),
        })
    }

    fn row(&mut self, write: impl FnOnce(&mut RowCells<'_>)) {
        let row = self.row.to_string();
        for part in ["<row r=\"", &row, "\"", self.attributes, ">"] {
            self.out.extend_from_slice(part.as_bytes());
        }
        write(&mut RowCells {
            cells: CellWriter { out: &mut self.out },
            row: self.row,
            columns: self.letters.iter().zip(&self.styles),
            keeps_blanks: self.keeps_blanks,
        });
        self.out.extend_from_slice(b"</row>");
        self.row += 1;
        if self.out.len() > PIECE {
            self.deflater.push(&self.out);
            self.out.clear();
        }
    }

    fn finish(mut self) -> Result<Entry, SpreadsheetError> {
        self.out.extend_from_slice(self.tail.as_bytes());
        self.deflater.push(&self.out);
        self.deflater.finish()
    }
}

/// The cells of one row, each under its column.
struct RowCells<'a> {
    cells: CellWriter<'a>,
    row: u32,
    columns: std::iter::Zip<std::slice::Iter<'a, String>, std::slice::Iter<'a, Style>>,
    keeps_blanks: bool,
}

impl Cells for RowCells<'_> {
    fn words(&mut self, words: &str) {
        if let Some((column, style)) = self.columns.next()
            && (self.keeps_blanks || !words.is_empty())
        {
            self.cells.words(column, self.row, *style, words);
        }
    }

    fn figure(&mut self, figure: Option<u64>) {
        if let Some((column, style)) = self.columns.next()
            && (self.keeps_blanks || figure.is_some())
        {
            self.cells.figure(column, self.row, *style, figure);
        }
    }
}

/// The sheet for people: its head, and one sample row.
fn list_sheet(
    sheet: &mut Worksheet,
    columns: &[ListColumn],
    title: &str,
    note: &str,
    count: u32,
) -> Result<(), XlsxError> {
    sheet.set_name("回答一覧")?;
    for (at, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(at, column.width)?;
    }
    sheet.set_row_height(0, 24)?;
    let big = plain().set_bold().set_font_size(14);
    sheet.write_string_with_format(0, 0, title, &big)?;
    sheet.write_string_with_format(1, 0, note, &plain())?;
    list_head(sheet, columns)?;
    let sample = LABELS + 1;
    for (at, column) in (0_u16..).zip(columns) {
        let line = || plain().set_border(FormatBorder::Thin);
        let format = match column.look {
            Look::Words => line(),
            Look::Code => text(line()),
            Look::Mark => centred(boxed()),
            Look::Figure => number(boxed()),
        };
        sheet.write_blank(sample, at, &format)?;
    }
    let last_row = LABELS + count;
    let last_column = columns.len() as u16 - 1;
    let not_a_number = IgnoreError::NumberStoredAsText;
    sheet
        .autofilter(LABELS, 0, last_row, last_column)?
        .ignore_error_range(LABELS, 0, last_row, last_column, not_a_number)?
        .set_freeze_panes(LABELS + 1, FROZEN)?
        .set_paper_size(A3)
        .set_landscape()
        .set_repeat_rows(GROUPS, LABELS)?
        .set_repeat_columns(0, FROZEN - 1)?
        .set_footer("&C&P / &N");
    Ok(())
}

/// The three rows of the head.
fn list_head(sheet: &mut Worksheet, columns: &[ListColumn]) -> Result<(), XlsxError> {
    let cell = |at: usize| at as u16;
    for (from, to) in look::runs(columns, |a, b| a.group == b.group) {
        let words = &columns[from].group;
        let (first, last) = ((GROUPS, cell(from)), (GROUPS, cell(to)));
        put(sheet, first, last, words, &head())?;
    }
    sheet.set_row_height(SCHEMES, 63)?;
    for (from, to) in look::runs(columns, |a, b| a.scheme == b.scheme) {
        let words = &columns[from].scheme;
        if words.is_empty() {
            // Looks like one cell with the label below, which has the filter button.
            let open = head().set_border_bottom(FormatBorder::None);
            for at in from..=to {
                sheet.write_blank(SCHEMES, cell(at), &open)?;
            }
        } else {
            let (first, last) = ((SCHEMES, cell(from)), (SCHEMES, cell(to)));
            put(sheet, first, last, words, &head())?;
        }
    }
    sheet.set_row_height(LABELS, 33)?;
    for (at, column) in (0_u16..).zip(columns) {
        let format = if column.scheme.is_empty() {
            head().set_border_top(FormatBorder::None)
        } else {
            head()
        };
        sheet.write_string_with_format(LABELS, at, column.label.as_ref(), &format)?;
    }
    Ok(())
}

/// The sheet for machines: its keys, and one sample row.
fn data_sheet(
    sheet: &mut Worksheet,
    keys: &[String],
    figures: &[bool],
    count: u32,
) -> Result<(), XlsxError> {
    sheet.set_name("data")?;
    let bold = plain().set_bold();
    for ((at, key), is_figure) in (0_u16..).zip(keys).zip(figures) {
        sheet.set_column_width(at, key.len().clamp(9, 30) as f64)?;
        sheet.write_string_with_format(0, at, key, &bold)?;
        let format = if *is_figure {
            plain().set_num_format("0")
        } else {
            text(plain())
        };
        sheet.write_blank(1, at, &format)?;
    }
    let last_column = keys.len() as u16 - 1;
    sheet
        .ignore_error_range(0, 0, count, last_column, IgnoreError::NumberStoredAsText)?
        .set_freeze_panes(1, 0)?;
    Ok(())
}
