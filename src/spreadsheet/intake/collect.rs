//! Cells on their way into a sheet, held to the bounds; the same for every format.

use std::collections::BTreeSet;

use super::bounds::{
    CELL_CHARS, CELLS, COLUMNS, EMPTY_CELLS, EMPTY_ROWS, HIDDEN, MERGED, NAME_CHARS, ROWS, SHAPES,
    SHEET_CELLS, TEXT_BYTES, VISITS,
};
use super::grid::{Cell, CellRef, CellValue, Look, Shape, Sheet};
use super::why::Why;

/// What a workbook may still use.
pub(super) struct Budget {
    cells: usize,
    text: usize,
    visits: u32,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self {
            cells: CELLS,
            text: TEXT_BYTES,
            visits: VISITS,
        }
    }
}

/// Whether a sheet goes on being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    On,
    Stop,
}

/// A sheet being filled.
pub(super) struct Collector<'b> {
    sheet: Sheet,
    budget: &'b mut Budget,
    sorted: bool,
    /// Cells without anything in them since the last one with something, and rows.
    empty_cells: u32,
    last_row: u32,
    /// First and last of each stretch of hidden rows, in the order they came.
    hidden: Vec<(u32, u32)>,
    /// The same of columns.
    hidden_columns: Vec<(u32, u32)>,
}

impl<'b> Collector<'b> {
    pub(super) fn new(name: &str, hidden: bool, budget: &'b mut Budget) -> Self {
        Self {
            sheet: Sheet {
                name: name.chars().take(NAME_CHARS).collect(),
                hidden,
                ..Sheet::default()
            },
            budget,
            sorted: true,
            empty_cells: 0,
            last_row: 0,
            hidden: Vec::new(),
            hidden_columns: Vec::new(),
        }
    }

    /// These rows are not shown.
    pub(super) fn hide(&mut self, first: u32, last: u32) {
        note(&mut self.hidden, first, last);
    }

    /// These columns are not shown.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        note(&mut self.hidden_columns, first, last);
    }

    /// These cells are one. Of interest is only an area that could stand for several rows.
    pub(super) fn merge(&mut self, first: CellRef, last: CellRef) {
        if last.row > first.row && last.column >= first.column && self.sheet.merged.len() < MERGED {
            self.sheet.merged.push((first, last));
        }
    }

    /// Something is drawn over the cells.
    pub(super) fn draw(&mut self, shape: Shape) {
        if self.sheet.shapes.len() < SHAPES && shape.at.row < ROWS && shape.at.column < COLUMNS {
            self.sheet.shapes.push(shape);
        }
    }

    /// A row begins. Asks to stop beyond the last row, and after too much emptiness.
    pub(super) fn row(&mut self, row: u32) -> Go {
        let empty = row.saturating_sub(self.last_row) > EMPTY_ROWS;
        if row >= ROWS || empty || !self.visit() {
            return self.cut();
        }
        Go::On
    }

    /// A cell without anything in it.
    #[inline]
    pub(super) fn empty(&mut self) -> Go {
        self.empty_cells += 1;
        if self.empty_cells > EMPTY_CELLS || !self.visit() {
            return self.cut();
        }
        Go::On
    }

    /// A cell with something in it.
    pub(super) fn push(&mut self, at: CellRef, value: CellValue, formula: bool, look: Look) -> Go {
        self.empty_cells = 0;
        if at.row >= ROWS || at.column >= COLUMNS {
            self.sheet.cut = true;
            return if self.visit() { Go::On } else { Go::Stop };
        }
        self.last_row = self.last_row.max(at.row);
        let value = self.bounded(value);
        let bytes = match &value {
            CellValue::Text(text) | CellValue::Error(text) => text.len(),
            _ => 0,
        };
        if self.sheet.cells.len() >= SHEET_CELLS
            || self.budget.cells == 0
            || self.budget.text < bytes
            || !self.visit()
        {
            return self.cut();
        }
        self.budget.cells -= 1;
        self.budget.text -= bytes;
        self.sorted &= self.sheet.cells.last().is_none_or(|last| last.at < at);
        self.sheet.cells.push(Cell {
            at,
            value,
            formula,
            look,
        });
        Go::On
    }

    /// Something was left out.
    pub(super) fn cut(&mut self) -> Go {
        self.sheet.cut = true;
        Go::Stop
    }

    /// Whether something was left out.
    pub(super) fn is_cut(&self) -> bool {
        self.sheet.cut
    }

    /// The sheet, its cells by row and column.
    ///
    /// # Errors
    /// `Damaged` if a cell came twice.
    pub(super) fn finish(mut self) -> Result<Sheet, Why> {
        if !self.sorted {
            self.sheet.cells.sort_by_key(|cell| cell.at);
            let twice = |pair: &[Cell]| pair[0].at == pair[1].at;
            if self.sheet.cells.windows(2).any(twice) {
                return Err(Why::Damaged);
            }
        }
        let cells = &self.sheet.cells;
        if !self.hidden.is_empty() {
            let rows = cells.iter().map(|cell| cell.at.row);
            self.sheet.hidden_rows = within(rows, &self.hidden);
        }
        if !self.hidden_columns.is_empty() {
            let columns = self.sheet.cells.iter().map(|cell| cell.at.column);
            self.sheet.hidden_columns = within(columns, &self.hidden_columns);
        }
        Ok(self.sheet)
    }

    fn visit(&mut self) -> bool {
        let left = self.budget.visits.checked_sub(1);
        self.budget.visits = left.unwrap_or(0);
        left.is_some()
    }

    /// Text no longer than a cell can hold.
    fn bounded(&mut self, value: CellValue) -> CellValue {
        match value {
            CellValue::Text(text) if text.len() > CELL_CHARS => {
                match text.char_indices().nth(CELL_CHARS) {
                    Some((end, _)) => {
                        self.sheet.cut = true;
                        CellValue::Text(text[..end].to_owned())
                    }
                    None => CellValue::Text(text),
                }
            }
            CellValue::Error(text) => CellValue::Error(text.chars().take(NAME_CHARS).collect()),
            value => value,
        }
    }
}

/// Adds a stretch, up to a bound no form comes near.
fn note(stretches: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    if let Some((_, end)) = stretches.last_mut()
        && end.checked_add(1) == Some(first)
    {
        *end = last;
    } else if stretches.len() < HIDDEN {
        stretches.push((first, last));
    }
}

/// Those that lie in a stretch, each once, in their order.
fn within(numbers: impl Iterator<Item = u32>, stretches: &[(u32, u32)]) -> Vec<u32> {
    let is_hidden = |number: &u32| {
        let mut stretches = stretches.iter();
        stretches.any(|(first, last)| (*first..=*last).contains(number))
    };
    let found: BTreeSet<u32> = numbers.filter(is_hidden).collect();
    found.into_iter().take(HIDDEN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(row: u32, column: u32) -> CellRef {
        CellRef { row, column }
    }

    fn number(n: f64) -> CellValue {
        CellValue::Number(n)
    }

    #[test]
    fn cells_come_out_in_order_and_only_once() {
        let mut budget = Budget::new();
        let mut sheet = Collector::new("a", false, &mut budget);
        for place in [at(1, 1), at(0, 5), at(1, 0)] {
            assert_eq!(
                sheet.push(place, number(1.0), false, Look::default()),
                Go::On
            );
        }
        let cells = sheet.finish().expect("a sheet").cells;
        let places: Vec<_> = cells.iter().map(|cell| cell.at).collect();
        assert_eq!(places, [at(0, 5), at(1, 0), at(1, 1)]);
        let mut sheet = Collector::new("a", false, &mut budget);
        sheet.push(at(1, 1), number(1.0), false, Look::default());
        sheet.push(at(0, 0), number(1.0), false, Look::default());
        sheet.push(at(1, 1), number(1.0), false, Look::default());
        assert_eq!(sheet.finish(), Err(Why::Damaged));
    }

    #[test]
    fn hidden_rows_with_cells_and_tall_areas_are_kept() {
        let mut budget = Budget::new();
        let mut sheet = Collector::new("a", false, &mut budget);
        sheet.hide(2, 2);
        sheet.hide(3, 4);
        sheet.hide(8, u32::MAX);
        for place in [at(1, 0), at(3, 0), at(3, 1), at(5, 0), at(9, 0)] {
            sheet.push(place, number(1.0), false, Look::default());
        }
        sheet.hide_columns(1, 1);
        sheet.hide_columns(5, 9);
        sheet.merge(at(1, 1), at(1, 5));
        sheet.merge(at(1, 1), at(2, 1));
        let sheet = sheet.finish().expect("a sheet");
        assert_eq!(sheet.hidden_columns, [1]);
        assert_eq!(sheet.hidden_rows, [3, 9]);
        assert_eq!(sheet.merged, [(at(1, 1), at(2, 1))]);
    }

    #[test]
    fn every_bound_stops_the_sheet() {
        let mut budget = Budget::new();
        let mut sheet = Collector::new("a", false, &mut budget);
        assert_eq!(
            sheet.push(at(0, COLUMNS), number(1.0), false, Look::default()),
            Go::On
        );
        assert!(sheet.finish().expect("a sheet").cut);

        let mut sheet = Collector::new("a", false, &mut budget);
        assert_eq!(sheet.row(EMPTY_ROWS), Go::On);
        assert_eq!(sheet.row(EMPTY_ROWS + 1), Go::Stop);
        assert_eq!(sheet.row(ROWS), Go::Stop);

        let mut sheet = Collector::new("a", false, &mut budget);
        let empty = (0..EMPTY_CELLS).all(|_| sheet.empty() == Go::On);
        assert!(empty && sheet.empty() == Go::Stop);

        let mut sheet = Collector::new("a", false, &mut budget);
        let long = CellValue::Text("あ".repeat(CELL_CHARS + 1));
        assert_eq!(sheet.push(at(0, 0), long, false, Look::default()), Go::On);
        let sheet = sheet.finish().expect("a sheet");
        assert!(sheet.cut);
        assert_eq!(
            sheet.cells[0].value,
            CellValue::Text("あ".repeat(CELL_CHARS))
        );

        let mut stopped = 0;
        for _ in 0..3 {
            let mut sheet = Collector::new("a", false, &mut budget);
            let mut count = 0;
            while sheet.push(
                at(count / 100, count % 100),
                number(1.0),
                false,
                Look::default(),
            ) == Go::On
            {
                count += 1;
            }
            stopped += count as usize;
            assert!(sheet.finish().expect("a sheet").cut);
        }
        assert!(
            stopped <= CELLS && stopped > SHEET_CELLS,
            "{stopped} cells of three sheets"
        );
    }
}
