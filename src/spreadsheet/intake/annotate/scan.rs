//! Where things stand in a sheet's XML: rows, cells, columns and what they say, by their places in the
//! text.

use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::book::attribute;
use super::{AnnotateError, HEADING, parse_cell};

/// More cells than a form could have.
const CELLS: usize = 200_000;

#[derive(Debug)]
pub(super) struct Cell {
    /// From 0.
    pub(super) column: u32,
    pub(super) span: Range<usize>,
    /// Something stands in it.
    pub(super) filled: bool,
    /// It is the head of our column.
    pub(super) heading: bool,
}

#[derive(Debug)]
pub(super) struct Row {
    /// From 1.
    pub(super) number: u32,
    pub(super) tag: Range<usize>,
    /// Where its closing tag begins; `None` for `<row/>`.
    pub(super) end: Option<usize>,
    pub(super) hidden: bool,
    pub(super) cells: Vec<Cell>,
}

/// A `<col>`: its columns from 1.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) tag: Range<usize>,
    pub(super) min: u32,
    pub(super) max: u32,
}

/// A sheet as far as it matters here.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// `x:` where elements have a prefix.
    pub(super) prefix: String,
    pub(super) dimension: Option<Range<usize>>,
    pub(super) columns: Vec<Column>,
    pub(super) has_columns: bool,
    /// The tag that opens the cells.
    pub(super) data: Range<usize>,
    /// Where the cells end; `None` for `<sheetData/>`.
    pub(super) data_end: Option<usize>,
    pub(super) rows: Vec<Row>,
    /// The last column, from 0, of each merged range.
    pub(super) merged_to: Vec<u32>,
}

/// Reads a sheet once. `heading`: the shared texts that are the head of our column.
pub(super) fn scan(xml: &str, heading: &BTreeSet<u32>) -> Result<Scan, AnnotateError> {
    let odd = AnnotateError::Odd;
    let mut scanner = Scanner {
        heading,
        scan: Scan::default(),
        cell: None,
        count: 0,
    };
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        let from = place(&reader);
        let event = reader.read_event().map_err(|_| odd("damaged XML"))?;
        let span = from..place(&reader);
        match &event {
            Event::Start(tag) => {
                scanner.open(tag, span, false, depth)?;
                depth += 1;
            }
            Event::Empty(tag) => scanner.open(tag, span, true, depth)?,
            Event::Text(text) => scanner.text(text),
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                scanner.close(tag.local_name().into_inner(), span, depth);
            }
            Event::DocType(_) => return Err(odd("a DTD")),
            Event::Eof if depth > 0 => return Err(odd("damaged XML")),
            Event::Eof => break,
            _ => {}
        }
    }
    if scanner.scan.data.is_empty() {
        return Err(odd("no cells"));
    }
    Ok(scanner.scan)
}

fn place(reader: &Reader<&[u8]>) -> usize {
    // The text is in memory.
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

struct Scanner<'a> {
    heading: &'a BTreeSet<u32>,
    scan: Scan,
    /// The cell being read: its kind and its text so far.
    cell: Option<(String, String)>,
    count: usize,
}

impl Scanner<'_> {
    /// `depth`: how many elements are open around this one.
    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        span: Range<usize>,
        is_empty: bool,
        depth: usize,
    ) -> Result<(), AnnotateError> {
        let number = |name| attribute(tag, name).and_then(|value| value.parse::<u32>().ok());
        match (depth, tag.local_name().into_inner()) {
            (1, "dimension") => self.scan.dimension = Some(span),
            (1, "cols") if is_empty => return Err(AnnotateError::Odd("columns without a column")),
            (1, "cols") => self.scan.has_columns = true,
            (2, "col") => {
                let (Some(min), Some(max)) = (number("min"), number("max")) else {
                    return Err(AnnotateError::Odd("a column without a number"));
                };
                self.scan.columns.push(Column {
                    tag: span,
                    min,
                    max,
                });
            }
            (1, "sheetData") if !self.scan.data.is_empty() => {
                return Err(AnnotateError::Odd("cells twice"));
            }
            (1, "sheetData") => {
                let name = tag.name();
                let prefix = name.into_inner().strip_suffix("sheetData");
                self.scan.prefix = prefix.unwrap_or_default().to_owned();
                self.scan.data_end = (!is_empty).then_some(span.end);
                self.scan.data = span;
            }
            (2, "row") if self.scan.data_end.is_some() => {
                let before = self.scan.rows.last().map_or(0, |row| row.number);
                let number = number("r").unwrap_or(before + 1);
                if number <= before {
                    return Err(AnnotateError::Odd("rows out of order"));
                }
                let hidden = attribute(tag, "hidden");
                self.scan.rows.push(Row {
                    number,
                    end: (!is_empty).then_some(span.end),
                    tag: span,
                    hidden: hidden.is_some_and(|hidden| hidden == "1" || hidden == "true"),
                    cells: Vec::new(),
                });
            }
            (3, "c") => self.open_cell(tag, span, is_empty)?,
            (4, "v" | "f" | "is") => {
                if let Some(cell) = self.last_cell() {
                    cell.filled = true;
                }
            }
            (2, "mergeCell") => {
                let range = attribute(tag, "ref").unwrap_or_default();
                let last = range.split(':').next_back().and_then(parse_cell);
                self.scan.merged_to.extend(last.map(|at| at.column));
            }
            _ => {}
        }
        Ok(())
    }

    fn open_cell(
        &mut self,
        tag: &BytesStart<'_>,
        span: Range<usize>,
        is_empty: bool,
    ) -> Result<(), AnnotateError> {
        let odd = AnnotateError::Odd;
        self.count += 1;
        if self.count > CELLS {
            return Err(AnnotateError::TooLarge);
        }
        let row = self
            .scan
            .rows
            .last_mut()
            .ok_or(odd("a cell without a row"))?;
        let next = row.cells.last().map_or(0, |cell| cell.column + 1);
        let column = match attribute(tag, "r") {
            Some(reference) => {
                let at = parse_cell(&reference).ok_or(odd("a cell without a place"))?;
                if at.row + 1 != row.number || at.column < next {
                    return Err(odd("cells out of order"));
                }
                at.column
            }
            None => next,
        };
        row.cells.push(Cell {
            column,
            span,
            filled: false,
            heading: false,
        });
        if !is_empty {
            self.cell = Some((attribute(tag, "t").unwrap_or_default(), String::new()));
        }
        Ok(())
    }

    fn last_cell(&mut self) -> Option<&mut Cell> {
        self.scan.rows.last_mut()?.cells.last_mut()
    }

    fn text(&mut self, text: &str) {
        if let Some((_, words)) = &mut self.cell
            && words.len() <= HEADING.len()
        {
            words.push_str(text);
        }
    }

    /// `depth`: how many elements are open around the one that closes.
    fn close(&mut self, name: &str, span: Range<usize>, depth: usize) {
        match (depth, name) {
            (1, "sheetData") => self.scan.data_end = Some(span.start),
            (2, "row") => {
                if let Some(row) = self.scan.rows.last_mut().filter(|row| row.end.is_some()) {
                    row.end = Some(span.start);
                }
            }
            (3, "c") => {
                let heading = match self.cell.take() {
                    Some((kind, words)) if kind == "s" => words
                        .trim()
                        .parse()
                        .is_ok_and(|number| self.heading.contains(&number)),
                    Some((_, words)) => words == HEADING,
                    None => false,
                };
                if let Some(cell) = self.last_cell() {
                    cell.span.end = span.end;
                    cell.heading = heading;
                }
            }
            _ => {}
        }
    }
}
