//! One sheet with a column of notes right of what stands in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::super::super::sheet_xml::{attribute, push_text};
use super::super::grid::CellRef;
use super::scan::{Scan, scan};
use super::{AnnotateError, HEADING, Notes, parse_cell};

/// A column further right is not written: nobody would look there.
const LAST_COLUMN: u32 = 255;
/// Width of the column, in Excel's units.
const WIDTH: u32 = 60;

/// Pieces of the text to replace; where a piece is empty, to insert.
#[derive(Default)]
struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn replace(&mut self, at: Range<usize>, by: String) {
        self.0.push((at, by));
    }

    fn insert(&mut self, at: usize, text: String) {
        self.0.push((at..at, text));
    }

    fn apply(mut self, xml: &str) -> Result<String, AnnotateError> {
        // Stable: what is inserted at one place stays in the order in which it came, and before what is
        // replaced there.
        self.0.sort_by_key(|(at, _)| (at.start, at.end));
        let mut out = String::with_capacity(xml.len() + 4096);
        let mut done = 0;
        for (at, text) in self.0 {
            if at.start < done {
                return Err(AnnotateError::Odd("cells within cells"));
            }
            out.push_str(&xml[done..at.start]);
            out.push_str(&text);
            done = at.end;
        }
        out.push_str(&xml[done..]);
        Ok(out)
    }
}

/// Writes the notes. `heading`: the shared texts that are the head of our column; `style`: the format
/// of the notes.
pub(super) fn annotated(
    xml: &str,
    heading: &BTreeSet<u32>,
    notes: &Notes,
    style: Option<u32>,
) -> Result<String, AnnotateError> {
    // A byte order mark is no part of what the places below are counted in.
    let xml = xml.strip_prefix('\u{FEFF}').unwrap_or(xml);
    let found = scan(xml, heading)?;
    let cells = found.rows.iter().flat_map(|row| &row.cells);
    let earlier: BTreeSet<u32> = cells
        .clone()
        .filter(|cell| cell.heading)
        .map(|cell| cell.column)
        .collect();
    let filled = cells
        .filter(|cell| cell.filled && !earlier.contains(&cell.column))
        .map(|cell| cell.column);
    // Some merge whole rows; a note in there would not be seen, but that is no reason to go further.
    let merged = found.merged_to.iter().copied().filter(|to| *to < 100);
    let column = filled.chain(merged).max().map_or(0, |last| last + 1);
    if column > LAST_COLUMN {
        return Err(AnnotateError::Odd("a sheet too wide"));
    }
    let writer = Writer {
        column,
        prefix: &found.prefix,
        style: style.map_or_else(String::new, |style| format!(" s=\"{style}\"")),
    };
    let mut edits = Edits::default();
    let last_row = writer.rows(xml, &found, &earlier, lines(notes, &found), &mut edits)?;
    writer.columns(xml, &found, &mut edits)?;
    if let Some(at) = &found.dimension
        && let Some(tag) = grown(&xml[at.clone()], column, last_row)
    {
        edits.replace(at.clone(), tag);
    }
    edits.apply(xml)
}

/// One text a row: the head, the notes of rows, and those of the whole sheet in the free rows below the
/// head. What belongs to a hidden row is said at the top as well.
fn lines(notes: &Notes, found: &Scan) -> BTreeMap<u32, String> {
    let mut lines: BTreeMap<u32, String> = BTreeMap::new();
    let mut top = notes.top.clone();
    for (row, words) in &notes.rows {
        let words = words.join(" ／ ");
        let is_hidden = |known: &super::scan::Row| known.number == *row && known.hidden;
        // The head has the first row for itself.
        if *row == 1 || found.rows.iter().any(is_hidden) {
            top.push(words.clone());
        }
        if *row > 1 {
            lines.insert(*row, words);
        }
    }
    lines.insert(1, HEADING.to_owned());
    let mut row = 2;
    for words in top {
        while lines.contains_key(&row) {
            row += 1;
        }
        lines.insert(row, words);
    }
    lines
}

struct Writer<'a> {
    /// Of the notes, from 0.
    column: u32,
    prefix: &'a str,
    style: String,
}

impl Writer<'_> {
    fn cell(&self, row: u32, words: &str) -> String {
        let at = CellRef {
            row: row - 1,
            column: self.column,
        };
        let mut text = Vec::new();
        push_text(&mut text, words);
        let text = String::from_utf8_lossy(&text);
        let (p, style) = (self.prefix, &self.style);
        format!("<{p}c r=\"{at}\"{style} t=\"inlineStr\"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>")
    }

    /// Puts the lines into their rows and takes the column of an earlier round out. Gives the last row.
    fn rows(
        &self,
        xml: &str,
        found: &Scan,
        earlier: &BTreeSet<u32>,
        mut lines: BTreeMap<u32, String>,
        edits: &mut Edits,
    ) -> Result<u32, AnnotateError> {
        let last_line = lines.keys().next_back().copied().unwrap_or(1);
        let p = self.prefix;
        let new_row = |row: u32, words: &str| {
            format!("<{p}row r=\"{row}\">{}</{p}row>", self.cell(row, words))
        };
        if found.data_end.is_none() {
            let rows: String = lines
                .iter()
                .map(|(row, words)| new_row(*row, words))
                .collect();
            let tag = xml[found.data.clone()].trim_end_matches("/>").trim_end();
            edits.replace(found.data.clone(), format!("{tag}>{rows}</{p}sheetData>"));
            return Ok(last_line);
        }
        for row in &found.rows {
            // Rows nobody wrote anything into are not there.
            while let Some(line) = lines.first_entry().filter(|line| *line.key() < row.number) {
                let (number, words) = line.remove_entry();
                edits.insert(row.tag.start, new_row(number, &words));
            }
            for cell in &row.cells {
                if earlier.contains(&cell.column) || cell.column == self.column {
                    edits.replace(cell.span.clone(), String::new());
                }
            }
            let Some(words) = lines.remove(&row.number) else {
                continue;
            };
            let cell = self.cell(row.number, &words);
            let tag = &xml[row.tag.clone()];
            let tag = with_span(tag, self.column + 1);
            match row.end {
                Some(end) => {
                    let behind = row.cells.iter().find(|cell| cell.column > self.column);
                    edits.replace(row.tag.clone(), tag);
                    edits.insert(behind.map_or(end, |cell| cell.span.start), cell);
                }
                None => {
                    let tag = tag.trim_end_matches("/>").trim_end();
                    edits.replace(row.tag.clone(), format!("{tag}>{cell}</{p}row>"));
                }
            }
        }
        let end = found.data_end.ok_or(AnnotateError::Odd("no cells"))?;
        for (row, words) in &lines {
            edits.insert(end, new_row(*row, words));
        }
        let last = found.rows.last().map_or(1, |row| row.number);
        Ok(last.max(last_line))
    }

    /// Makes the column wide, and shows it where the columns right of the form are hidden.
    fn columns(&self, xml: &str, found: &Scan, edits: &mut Edits) -> Result<(), AnnotateError> {
        let number = self.column + 1;
        let p = self.prefix;
        let own = format!(
            "<{p}col min=\"{number}\" max=\"{number}\" width=\"{WIDTH}\" customWidth=\"1\"/>"
        );
        if !found.has_columns {
            edits.insert(found.data.start, format!("<{p}cols>{own}</{p}cols>"));
            return Ok(());
        }
        let covering = found
            .columns
            .iter()
            .find(|known| (known.min..=known.max).contains(&number));
        if let Some(known) = covering {
            let tag = &xml[known.tag.clone()];
            if !tag.ends_with("/>") {
                return Err(AnnotateError::Odd("a column with content"));
            }
            let part = |min: u32, max: u32| {
                let set = |tag: &str, name: &str, value: u32| with_attribute(tag, name, value);
                set(tag, "min", min).and_then(|tag| with_attribute(&tag, "max", max))
            };
            let odd = AnnotateError::Odd("a column without a number");
            let mut parts = String::new();
            if known.min < number {
                parts.push_str(&part(known.min, number - 1).ok_or(odd)?);
            }
            parts.push_str(&own);
            if number < known.max {
                let odd = AnnotateError::Odd("a column without a number");
                parts.push_str(&part(number + 1, known.max).ok_or(odd)?);
            }
            edits.replace(known.tag.clone(), parts);
            return Ok(());
        }
        let before = found.columns.iter().rfind(|known| known.max < number);
        let after = found.columns.iter().find(|known| known.min > number);
        let at = match (before, after) {
            (Some(before), _) => before.tag.end,
            (None, Some(after)) => after.tag.start,
            (None, None) => return Err(AnnotateError::Odd("columns without a column")),
        };
        edits.insert(at, own);
        Ok(())
    }
}

/// The tag with another value of an attribute; `None` if it has none in double quotes.
fn with_attribute(tag: &str, name: &str, value: u32) -> Option<String> {
    let old = attribute(tag, name)?;
    let was = format!(" {name}=\"{old}\"");
    Some(tag.replacen(&was, &format!(" {name}=\"{value}\""), 1))
}

/// `spans` says which columns a row has at most; wrong ones are taken for damage by some programs.
fn with_span(tag: &str, column: u32) -> String {
    let Some(spans) = attribute(tag, "spans") else {
        return tag.to_owned();
    };
    let last = spans
        .split_once(':')
        .and_then(|(_, last)| last.parse::<u32>().ok());
    if last.is_some_and(|last| last >= column) {
        return tag.to_owned();
    }
    let first = spans.split(':').next().unwrap_or("1");
    let was = format!(" spans=\"{spans}\"");
    tag.replacen(&was, &format!(" spans=\"{first}:{column}\""), 1)
}

/// The `dimension` tag for a sheet that also has this column (from 0) and row (from 1).
fn grown(tag: &str, column: u32, row: u32) -> Option<String> {
    let old = attribute(tag, "ref")?;
    let (first, last) = old.split_once(':').unwrap_or((old, old));
    let (first, last) = (parse_cell(first)?, parse_cell(last)?);
    let first = CellRef {
        row: 0,
        column: first.column.min(column),
    };
    let last = CellRef {
        row: last.row.max(row - 1),
        column: last.column.max(column),
    };
    Some(tag.replacen(&format!("\"{old}\""), &format!("\"{first}:{last}\""), 1))
}
