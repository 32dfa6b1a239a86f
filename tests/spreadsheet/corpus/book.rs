//! A workbook as plain cells, to be bent in every way people bend them, and then written for real.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatScript, Formula, Workbook, utility};
use torimatome::spreadsheet::intake::{Cell, CellRef, CellValue, DefinedName, Grid, Look, Sheet};

/// One sheet: cells by row and column.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub name: String,
    pub hidden: bool,
    pub cells: BTreeMap<(u32, u32), (CellValue, bool)>,
    /// Cells that do not look plain.
    pub looks: BTreeMap<(u32, u32), Look>,
    pub hidden_rows: Vec<u32>,
    pub hidden_columns: Vec<u32>,
    /// First and last cell of each merged area; only the first has something in it.
    pub merged: Vec<((u32, u32), (u32, u32))>,
}

/// A workbook.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub pages: Vec<Page>,
    /// Name, page, row, column.
    pub names: Vec<(String, String, u32, u32)>,
    /// Where the fields of the first page are, whether the file has names for them or not.
    pub fields: BTreeMap<String, (u32, u32)>,
}

pub fn text(words: impl Into<String>) -> CellValue {
    CellValue::Text(words.into())
}

pub fn number(number: f64) -> CellValue {
    CellValue::Number(number)
}

impl Book {
    /// A workbook that was read.
    pub fn of(grid: Grid) -> Self {
        let page = |sheet: Sheet| Page {
            name: sheet.name,
            hidden: sheet.hidden,
            cells: sheet
                .cells
                .into_iter()
                .map(|cell| ((cell.at.row, cell.at.column), (cell.value, cell.formula)))
                .collect(),
            // The form's own areas would be in the way of what is bent.
            ..Page::default()
        };
        let names: Vec<_> = grid
            .names
            .into_iter()
            .map(|name| (name.name, name.sheet, name.at.row, name.at.column))
            .collect();
        Self {
            pages: grid.sheets.into_iter().map(page).collect(),
            fields: names
                .iter()
                .map(|(name, _, row, column)| (name.clone(), (*row, *column)))
                .collect(),
            names,
        }
    }

    /// The place of a field: `target_rehabilitation`, `form1_email` …
    pub fn field(&self, name: &str) -> (u32, u32) {
        *self.fields.get(name).unwrap_or_else(|| panic!("{name}"))
    }

    /// Writes into a field of the first page.
    pub fn set(&mut self, name: &str, value: CellValue) -> &mut Self {
        let at = self.field(name);
        self.put(at, value)
    }

    /// Empties a field of the first page.
    pub fn clear(&mut self, name: &str) -> &mut Self {
        let at = self.field(name);
        self.pages[0].cells.remove(&at);
        self
    }

    /// A field of the first page looks so.
    pub fn dress(&mut self, name: &str, look: Look) -> &mut Self {
        let at = self.field(name);
        self.pages[0].looks.insert(at, look);
        self
    }

    /// Writes into a cell of the first page.
    pub fn put(&mut self, at: (u32, u32), value: CellValue) -> &mut Self {
        self.pages[0].cells.insert(at, (value, false));
        self
    }

    /// The place of the first cell of the first page with these words in it.
    pub fn find(&self, words: &str) -> (u32, u32) {
        let hit = |(_, (value, _)): &(&(u32, u32), &(CellValue, bool))| matches!(value, CellValue::Text(text) if text.contains(words));
        let found = self.pages[0].cells.iter().find(hit);
        *found.unwrap_or_else(|| panic!("{words}")).0
    }

    /// Replaces printed words on the first page.
    pub fn reword(&mut self, from: &str, to: &str) -> &mut Self {
        let at = self.find(from);
        if let (CellValue::Text(words), _) = &self.pages[0].cells[&at] {
            let words = words.replace(from, to);
            self.put(at, text(words));
        }
        self
    }

    /// Moves every cell, name and field of the first page; `None` removes it.
    pub fn shift(&mut self, to: impl Fn((u32, u32)) -> Option<(u32, u32)>) -> &mut Self {
        let page = &mut self.pages[0];
        let cells = std::mem::take(&mut page.cells);
        let moved = cells
            .into_iter()
            .filter_map(|(at, cell)| Some((to(at)?, cell)));
        page.cells = moved.collect();
        let fields = std::mem::take(&mut self.fields);
        let moved = fields
            .into_iter()
            .filter_map(|(name, at)| Some((name, to(at)?)));
        self.fields = moved.collect();
        let names = std::mem::take(&mut self.names);
        self.names = names
            .into_iter()
            .filter_map(|(name, page, row, column)| {
                let (row, column) = to((row, column))?;
                Some((name, page, row, column))
            })
            .collect();
        self
    }

    pub fn insert_rows(&mut self, before: u32, count: u32) -> &mut Self {
        self.shift(|(row, column)| Some((if row < before { row } else { row + count }, column)))
    }

    pub fn insert_columns(&mut self, before: u32, count: u32) -> &mut Self {
        self.shift(|(row, column)| {
            Some((
                row,
                if column < before {
                    column
                } else {
                    column + count
                },
            ))
        })
    }

    pub fn delete_row(&mut self, gone: u32) -> &mut Self {
        self.shift(|(row, column)| {
            let row = match row {
                row if row == gone => return None,
                row if row > gone => row - 1,
                row => row,
            };
            Some((row, column))
        })
    }

    /// Moves a row to another place, the rows between closing up.
    pub fn move_row(&mut self, from: u32, to: u32) -> &mut Self {
        self.shift(|(row, column)| {
            let row = match row {
                row if row == from => to,
                row if row > from && row <= to => row - 1,
                row if row < from && row >= to => row + 1,
                row => row,
            };
            Some((row, column))
        })
    }

    pub fn rename(&mut self, name: &str) -> &mut Self {
        let before = std::mem::replace(&mut self.pages[0].name, name.to_owned());
        for (_, page, ..) in &mut self.names {
            if *page == before {
                name.clone_into(page);
            }
        }
        self
    }

    /// Another page behind the others.
    pub fn add(&mut self, page: Page) -> &mut Self {
        self.pages.push(page);
        self
    }

    /// The cells as a reader process hands them over.
    pub fn grid(&self) -> Grid {
        let sheets = self.pages.iter().map(|page| Sheet {
            name: page.name.clone(),
            hidden: page.hidden,
            cells: page
                .cells
                .iter()
                .map(|((row, column), (value, formula))| Cell {
                    at: cell_ref((*row, *column)),
                    value: value.clone(),
                    formula: *formula,
                    look: page
                        .looks
                        .get(&(*row, *column))
                        .copied()
                        .unwrap_or_default(),
                })
                .collect(),
            hidden_rows: page
                .hidden_rows
                .iter()
                .copied()
                .filter(|hidden| page.cells.keys().any(|(row, _)| row == hidden))
                .collect(),
            hidden_columns: page
                .hidden_columns
                .iter()
                .copied()
                .filter(|hidden| page.cells.keys().any(|(_, column)| column == hidden))
                .collect(),
            merged: page
                .merged
                .iter()
                .filter(|(first, last)| last.0 > first.0)
                .map(|(first, last)| (cell_ref(*first), cell_ref(*last)))
                .collect(),
            shapes: Vec::new(),
            cut: false,
        });
        let names = self
            .names
            .iter()
            .map(|(name, sheet, row, column)| DefinedName {
                name: name.clone(),
                sheet: sheet.clone(),
                at: cell_ref((*row, *column)),
            });
        Grid {
            sheets: sheets.collect(),
            names: names.collect(),
        }
    }

    /// The cells as a real `.xlsx`.
    pub fn save(&self) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let as_date = Format::new().set_num_format("yyyy/m/d");
        let shown = self.pages.iter().position(|page| !page.hidden);
        for (index, page) in self.pages.iter().enumerate() {
            let sheet = workbook.add_worksheet();
            sheet.set_active(Some(index) == shown);
            sheet.set_name(&page.name).expect("a name");
            sheet.set_hidden(page.hidden);
            for row in &page.hidden_rows {
                sheet.set_row_hidden(*row).expect("a row");
            }
            for column in &page.hidden_columns {
                sheet.set_column_hidden(*column as u16).expect("a column");
            }
            for (first, last) in &page.merged {
                let plain = Format::new();
                sheet
                    .merge_range(first.0, first.1 as u16, last.0, last.1 as u16, "", &plain)
                    .expect("an area");
            }
            for ((row, column), (value, formula)) in &page.cells {
                let look = page.looks.get(&(*row, *column)).copied();
                let (row, column) = (*row, *column as u16);
                let done = match (value, formula) {
                    (CellValue::Text(words), false) if look.is_some() => {
                        let format = dressed(look.unwrap_or_default());
                        sheet
                            .write_string_with_format(row, column, words, &format)
                            .map(|_| ())
                    }
                    (CellValue::Number(n), false) if look.is_some() => {
                        let format = dressed(look.unwrap_or_default());
                        sheet
                            .write_number_with_format(row, column, *n, &format)
                            .map(|_| ())
                    }
                    (CellValue::Text(words), false) => {
                        sheet.write_string(row, column, words).map(|_| ())
                    }
                    (CellValue::Number(n) | CellValue::Unclear(n), false) => {
                        sheet.write_number(row, column, *n).map(|_| ())
                    }
                    (CellValue::Bool(is), false) => {
                        sheet.write_boolean(row, column, *is).map(|_| ())
                    }
                    (CellValue::Date(serial), _) => sheet
                        .write_number_with_format(row, column, *serial, &as_date)
                        .map(|_| ()),
                    (CellValue::Error(code), _) => {
                        let formula = Formula::new("=NA()").set_result(code);
                        sheet.write_formula(row, column, formula).map(|_| ())
                    }
                    (value, true) => {
                        let shown = match value {
                            CellValue::Text(words) => words.clone(),
                            CellValue::Number(n) => n.to_string(),
                            other => format!("{other:?}"),
                        };
                        let formula = Formula::new("=1*1").set_result(shown);
                        sheet.write_formula(row, column, formula).map(|_| ())
                    }
                };
                done.expect("a cell");
            }
        }
        for (name, sheet, row, column) in &self.names {
            let cell = utility::row_col_to_cell_absolute(*row, *column as u16);
            workbook
                .define_name(name, &format!("='{sheet}'!{cell}"))
                .expect("a name");
        }
        workbook.save_to_buffer().expect("a workbook")
    }
}

/// A format for cells that look so.
fn dressed(look: Look) -> Format {
    let mut format = Format::new();
    if look.struck {
        format = format.set_font_strikethrough();
    }
    if look.raised {
        format = format.set_font_script(FormatScript::Superscript);
    }
    if look.scaled {
        format = format.set_num_format("0\"千人\"");
    }
    format
}

fn cell_ref((row, column): (u32, u32)) -> CellRef {
    CellRef { row, column }
}

/// Row and column of `D12`.
pub fn place(cell: &str) -> Option<(u32, u32)> {
    let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
    let column = letters
        .bytes()
        .fold(0, |n, b| n * 26 + u32::from(b.wrapping_sub(b'A')) + 1);
    let row: u32 = cell[letters.len()..].parse().ok()?;
    (column > 0 && row > 0).then(|| (row - 1, column - 1))
}
