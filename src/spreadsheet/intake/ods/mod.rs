//! `.ods`: everything that matters is one text, `content.xml`.
//!
//! ```text
//! mimetype, manifest ─ guard ─> content.xml ─ one pass ─> styles of hidden sheets, sheets, names
//! ```
//! Repeated rows and cells are counted, not made, unless there is something in them.

mod cell;
mod guard;
mod styles;

use std::collections::BTreeSet;

use super::bounds::{CELLS, COLUMNS, NAME_CHARS, NAMES, ROWS, SHEETS};
use super::collect::{Budget, Collector, Go};
use super::grid::{CellRef, DefinedName, Grid, Look, Sheet};
use super::package::Package;
use super::text::target;
use super::why::Why;
use super::xml::{Tag, Token, Xml};

use cell::{Content, OpenCell};
pub(super) use guard::{guard, is_open_document};
use styles::Styles;

/// Elements whose content is no content of cells: drawings, notes, what was deleted with changes recorded.
const PASSED_OVER: [&str; 7] = [
    "annotation",
    "shapes",
    "forms",
    "tracked-changes",
    "content-validations",
    "font-face-decls",
    "detective",
];
/// Elements that fetch from elsewhere.
const LINKS: [&str; 4] = [
    "table-source",
    "cell-range-source",
    "dde-link",
    "dde-connection-decl",
];

/// Pieces that are passed over after a sheet was cut, to find the sheets and names behind it.
const AFTER_A_CUT: u32 = 20_000;

/// Reads a workbook from a package that was guarded.
pub(super) fn read(package: &mut Package<'_>) -> Result<Grid, Why> {
    let mut grid = Grid::default();
    let mut budget = Budget::new();
    let mut hidden_styles = BTreeSet::new();
    let mut styles = Styles::default();
    let mut style = String::new();
    let mut xml = package.xml("content.xml")?;
    loop {
        match xml.next()? {
            Token::Open(tag) | Token::Empty(tag) => match tag.local() {
                name if LINKS.contains(&name) => return Err(Why::Links),
                "style" => {
                    style = tag
                        .attribute("style:name")?
                        .unwrap_or_default()
                        .into_owned();
                }
                "table-properties" => {
                    let shown = tag.attribute("table:display")?;
                    if shown.as_deref() == Some("false") && hidden_styles.len() < SHEETS * 4 {
                        hidden_styles.insert(std::mem::take(&mut style));
                    }
                }
                "table" if grid.sheets.len() >= SHEETS => return Err(Why::TooMuch),
                "table" => {
                    let name = tag.attribute("table:name")?.unwrap_or_default();
                    let styled = tag.attribute("table:style-name")?.unwrap_or_default();
                    let hidden = hidden_styles.contains(styled.as_ref());
                    let cells = Collector::new(&name, hidden, &mut budget);
                    let (sheet, ended) = sheet(&mut xml, cells, &styles)?;
                    grid.sheets.push(sheet);
                    if !ended {
                        break;
                    }
                }
                "named-range" if grid.names.len() < NAMES => {
                    let name = tag.attribute("table:name")?.unwrap_or_default();
                    let area = tag.attribute("table:cell-range-address")?;
                    let found = area.and_then(|area| target(&area, '.'));
                    if let Some((sheet, at)) = found
                        && name.chars().count() <= NAME_CHARS
                    {
                        let name = name.into_owned();
                        grid.names.push(DefinedName { name, sheet, at });
                    }
                }
                "text-properties" => styles.text_properties(&style, &tag)?,
                _ => {}
            },
            Token::Done => break,
            _ => {}
        }
    }
    if grid.sheets.is_empty() {
        return Err(Why::Damaged);
    }
    Ok(grid)
}

/// Where reading stands in a sheet.
struct Place {
    row: u32,
    row_times: u32,
    column: u32,
    /// Columns described so far.
    columns: u32,
    /// The first column behind those that look so, where they do not look plain.
    looks: Vec<(u32, u32, Look)>,
    /// What the row holds, for the case that it is repeated.
    row_cells: Vec<(u32, Content)>,
}

/// Reads one sheet up to the end of its element; beyond a bound the rest of it is passed over. Tells whether
/// the end was reached.
fn sheet(
    xml: &mut Xml<'_>,
    mut cells: Collector<'_>,
    styles: &Styles,
) -> Result<(Sheet, bool), Why> {
    let mut place = Place {
        row: 0,
        row_times: 1,
        column: 0,
        columns: 0,
        looks: Vec::new(),
        row_cells: Vec::new(),
    };
    let depth = xml.depth();
    let mut go = Go::On;
    let mut passed = 0;
    loop {
        if go == Go::Stop {
            passed += 1;
        }
        if passed > AFTER_A_CUT || xml.is_spent() {
            cells.cut();
            return Ok((cells.finish()?, false));
        }
        match xml.next()? {
            Token::Open(tag) => match tag.local() {
                name if LINKS.contains(&name) => return Err(Why::Links),
                name if PASSED_OVER.contains(&name) => xml.skip()?,
                _ if go == Go::Stop => {}
                "table-row" => place.row_begins(&mut cells, &tag)?,
                "table-column" => place.column_begins(&mut cells, &tag, styles)?,
                "table-cell" | "covered-table-cell" => {
                    place.spans(&mut cells, &tag)?;
                    let open = OpenCell::new(&tag, place.look(), styles)?;
                    let (times, content) = open.read(xml, styles)?;
                    go = place.cell(&mut cells, times, content);
                }
                _ => {}
            },
            Token::Empty(tag) if go == Go::On => match tag.local() {
                name if LINKS.contains(&name) => return Err(Why::Links),
                "table-column" => place.column_begins(&mut cells, &tag, styles)?,
                "table-row" => {
                    place.row_begins(&mut cells, &tag)?;
                    place.row = place.row.saturating_add(place.row_times);
                }
                "table-cell" | "covered-table-cell" => {
                    place.spans(&mut cells, &tag)?;
                    let (times, content) = OpenCell::new(&tag, place.look(), styles)?.finish();
                    go = place.cell(&mut cells, times, content);
                }
                _ => {}
            },
            Token::Empty(tag) if LINKS.contains(&tag.local()) => return Err(Why::Links),
            Token::Close(tag) if tag.local() == "table-row" && go == Go::On => {
                go = place.row_ends(&mut cells);
            }
            Token::Done => return Err(Why::Damaged),
            _ => {}
        }
        if xml.depth() < depth {
            return Ok((cells.finish()?, true));
        }
    }
}

impl Place {
    fn row_begins(&mut self, cells: &mut Collector<'_>, tag: &Tag<'_>) -> Result<(), Why> {
        self.row_times = times(tag, "table:number-rows-repeated")?;
        self.column = 0;
        self.row_cells.clear();
        let shown = tag.attribute("table:visibility")?;
        if matches!(shown.as_deref(), Some("collapse" | "filter")) {
            let last = self.row.saturating_add(self.row_times - 1);
            cells.hide(self.row, last);
        }
        Ok(())
    }

    /// A column, or several alike; they stand before the rows.
    fn column_begins(
        &mut self,
        cells: &mut Collector<'_>,
        tag: &Tag<'_>,
        styles: &Styles,
    ) -> Result<(), Why> {
        let next = self
            .columns
            .saturating_add(times(tag, "table:number-columns-repeated")?);
        let shown = tag.attribute("table:visibility")?;
        if matches!(shown.as_deref(), Some("collapse" | "filter")) {
            cells.hide_columns(self.columns, next - 1);
        }
        let style = tag.attribute("table:default-cell-style-name")?;
        let look = style.map_or_else(Look::default, |style| styles.look(&style));
        if look != Look::default() && self.looks.len() < COLUMNS as usize {
            self.looks.push((self.columns, next, look));
        }
        self.columns = next;
        Ok(())
    }

    /// How cells of the next column look that do not say it themselves.
    fn look(&self) -> Look {
        let is_here = |(first, end, _): &&(u32, u32, Look)| (*first..*end).contains(&self.column);
        let found = self.looks.iter().find(is_here);
        found.map_or_else(Look::default, |(_, _, look)| *look)
    }

    /// A cell that covers others.
    fn spans(&self, cells: &mut Collector<'_>, tag: &Tag<'_>) -> Result<(), Why> {
        let rows = times(tag, "table:number-rows-spanned")?;
        if rows > 1 {
            let columns = times(tag, "table:number-columns-spanned")?;
            let first = CellRef {
                row: self.row,
                column: self.column,
            };
            let last = CellRef {
                row: first.row.saturating_add(rows - 1),
                column: first.column.saturating_add(columns - 1),
            };
            cells.merge(first, last);
        }
        Ok(())
    }

    /// A cell, as often as it is repeated.
    fn cell(&mut self, cells: &mut Collector<'_>, times: u32, content: Option<Content>) -> Go {
        let from = self.column;
        self.column = self.column.saturating_add(times);
        let Some(content) = content else {
            return cells.empty();
        };
        if self.row >= ROWS {
            return cells.cut();
        }
        for column in from..self.column.min(COLUMNS + 1) {
            let at = CellRef {
                row: self.row,
                column,
            };
            if self.row_times > 1 && self.row_cells.len() < CELLS {
                self.row_cells.push((column, content.clone()));
            }
            if content.push(cells, at) == Go::Stop {
                return Go::Stop;
            }
        }
        Go::On
    }

    /// A row, as often as it is repeated.
    fn row_ends(&mut self, cells: &mut Collector<'_>) -> Go {
        let next = self.row.saturating_add(self.row_times);
        if !self.row_cells.is_empty() {
            for row in self.row + 1..next {
                if row >= ROWS {
                    return cells.cut();
                }
                for (column, content) in &self.row_cells {
                    let at = CellRef {
                        row,
                        column: *column,
                    };
                    if content.push(cells, at) == Go::Stop {
                        return Go::Stop;
                    }
                }
            }
        }
        self.row = next;
        Go::On
    }
}

/// How often something is repeated: once, unless it says more.
fn times(tag: &Tag<'_>, name: &str) -> Result<u32, Why> {
    let times = tag.attribute(name)?;
    let times = times.map(|times| times.parse::<u32>().map_err(|_| Why::Damaged));
    Ok(times.transpose()?.unwrap_or(1).max(1))
}
