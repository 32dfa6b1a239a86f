//! What goes over the pipes, and what is believed of it.
//!
//! There: three lengths of four bytes, the low one first: what follows of the file, what the file has (more, if
//! it comes packed), and the notes to write into it; then file and notes. Back: a length and that many bytes.
//! Without notes the grid or the reason; with notes the workbook with them, nothing where they could not be
//! written.

use super::super::annotate::Note;
use super::super::bounds::{
    CELL_CHARS, CELLS, COLUMNS, FILE_BYTES, HIDDEN, MERGED, NAME_CHARS, NAMES, ROWS, SHAPES,
    SHEET_CELLS, SHEETS, TEXT_BYTES,
};
use super::super::grid::{CellValue, Grid, Sheet};
use super::super::why::Why;

/// Bytes of an answer: all texts and some more for each cell.
pub(super) const ANSWER_BYTES: usize = TEXT_BYTES
    + 32 * CELLS
    + NAMES * NAME_CHARS * 4
    + SHEETS * (HIDDEN * 10 + MERGED * 20 + SHAPES * 11);

/// Bytes of all notes, and of a workbook with them.
pub(super) const NOTES_BYTES: usize = 1024 * 1024;
pub(super) const NOTED_BYTES: usize = 2 * FILE_BYTES;

/// Notes for a child; none if they are more than anybody would read.
pub(super) fn encode_notes(notes: &[Note]) -> Option<Vec<u8>> {
    let bytes = postcard::to_stdvec(notes).ok()?;
    (bytes.len() <= NOTES_BYTES).then_some(bytes)
}

/// The notes as the child gets them.
pub(super) fn decode_notes(bytes: &[u8]) -> Option<Vec<Note>> {
    postcard::from_bytes(bytes).ok()
}

/// A workbook with notes, or nothing, with its length before it.
pub(super) fn encode_noted(noted: Option<Vec<u8>>) -> Vec<u8> {
    let body = noted
        .filter(|noted| noted.len() <= NOTED_BYTES)
        .unwrap_or_default();
    let mut out = length(body.len()).to_vec();
    out.extend(body);
    out
}

/// A length as it stands before what it measures.
pub(super) fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

/// An answer with its length before it.
pub(super) fn encode(answer: &Result<Grid, Why>) -> Vec<u8> {
    let start = vec![0; 4];
    let encoded = postcard::to_extend(answer, start);
    let mut out = match encoded {
        Ok(out) if out.len() - 4 <= ANSWER_BYTES => out,
        _ => postcard::to_extend(&Err::<Grid, Why>(Why::TooMuch), vec![0; 4]).unwrap_or_default(),
    };
    let body = length(out.len().saturating_sub(4));
    if let Some(start) = out.get_mut(..4) {
        start.copy_from_slice(&body);
    }
    out
}

/// An answer, if it is one and keeps to the bounds.
pub(super) fn decode(bytes: &[u8]) -> Option<Result<Grid, Why>> {
    let (answer, rest) = postcard::take_from_bytes::<Result<Grid, Why>>(bytes).ok()?;
    let kept = match &answer {
        Ok(grid) => keeps_to_bounds(grid),
        Err(_) => true,
    };
    (rest.is_empty() && kept).then_some(answer)
}

fn keeps_to_bounds(grid: &Grid) -> bool {
    let is_name = |text: &str| text.chars().count() <= NAME_CHARS;
    let names = grid.names.len() <= NAMES
        && grid.names.iter().all(|name| {
            is_name(&name.name)
                && is_name(&name.sheet)
                && grid.sheets.iter().any(|sheet| sheet.name == name.sheet)
        });
    let cells: usize = grid.sheets.iter().map(|sheet| sheet.cells.len()).sum();
    names
        && cells <= CELLS
        && grid.sheets.len() <= SHEETS
        && grid
            .sheets
            .iter()
            .all(|sheet| is_name(&sheet.name) && sheet_keeps_to_bounds(sheet))
}

fn sheet_keeps_to_bounds(sheet: &Sheet) -> bool {
    let value = |value: &CellValue| match value {
        CellValue::Text(text) => text.len() <= CELL_CHARS || text.chars().count() <= CELL_CHARS,
        CellValue::Error(text) => text.chars().count() <= NAME_CHARS,
        CellValue::Number(n) | CellValue::Unclear(n) | CellValue::Date(n) => n.is_finite(),
        CellValue::Bool(_) => true,
    };
    sheet.cells.len() <= SHEET_CELLS
        && sheet.hidden_rows.len() <= HIDDEN
        && sheet.hidden_columns.len() <= HIDDEN
        && sheet.merged.len() <= MERGED
        && sheet.shapes.len() <= SHAPES
        && sheet.cells.windows(2).all(|pair| pair[0].at < pair[1].at)
        && sheet
            .cells
            .iter()
            .all(|cell| cell.at.row < ROWS && cell.at.column < COLUMNS && value(&cell.value))
}

#[cfg(test)]
mod tests {
    use super::super::super::grid::{Cell, CellRef, DefinedName, Look, Shape};
    use super::*;

    fn grid() -> Grid {
        let cell = |row, value| Cell {
            at: CellRef { row, column: 1 },
            value,
            formula: row == 2,
            look: Look {
                struck: row == 3,
                ..Look::default()
            },
        };
        Grid {
            sheets: vec![Sheet {
                name: "様式1".to_owned(),
                hidden: true,
                cells: vec![
                    cell(0, CellValue::Text("函館市".to_owned())),
                    cell(1, CellValue::Number(-1.5)),
                    cell(2, CellValue::Bool(true)),
                    cell(3, CellValue::Date(45_000.0)),
                    cell(4, CellValue::Error("#REF!".to_owned())),
                ],
                hidden_rows: vec![3],
                hidden_columns: vec![1],
                merged: vec![(CellRef { row: 1, column: 1 }, CellRef { row: 2, column: 1 })],
                shapes: vec![Shape {
                    at: CellRef { row: 1, column: 1 },
                    round: true,
                }],
                cut: true,
            }],
            names: vec![DefinedName {
                name: "code".to_owned(),
                sheet: "様式1".to_owned(),
                at: CellRef { row: 0, column: 1 },
            }],
        }
    }

    #[test]
    fn answers_come_back_as_they_went() {
        for answer in [Ok(grid()), Ok(Grid::default()), Err(Why::Macro)] {
            let bytes = encode(&answer);
            assert_eq!(length(bytes.len() - 4), bytes[..4]);
            assert_eq!(decode(&bytes[4..]), Some(answer));
        }
    }

    #[test]
    fn an_answer_beyond_the_bounds_is_none() {
        let spoilt: [fn(&mut Grid); 14] = [
            |grid| grid.sheets[0].shapes = vec![grid.sheets[0].shapes[0]; SHAPES + 1],
            |grid| grid.sheets[0].hidden_columns = vec![0; HIDDEN + 1],
            |grid| grid.sheets[0].hidden_rows = vec![0; HIDDEN + 1],
            |grid| grid.sheets[0].merged = vec![grid.sheets[0].merged[0]; MERGED + 1],
            |grid| grid.sheets[0].cells[0].at.row = ROWS,
            |grid| grid.sheets[0].cells[4].at.column = COLUMNS,
            |grid| grid.sheets[0].cells.swap(0, 1),
            |grid| grid.sheets[0].cells[1].at = grid.sheets[0].cells[0].at,
            |grid| grid.sheets[0].cells[1].value = CellValue::Number(f64::NAN),
            |grid| grid.sheets[0].cells[1].value = CellValue::Text("あ".repeat(CELL_CHARS + 1)),
            |grid| grid.sheets[0].name = "あ".repeat(NAME_CHARS + 1),
            |grid| grid.sheets = vec![Sheet::default(); SHEETS + 1],
            |grid| grid.names[0].sheet = "another".to_owned(),
            |grid| grid.names = vec![grid.names[0].clone(); NAMES + 1],
        ];
        for (index, spoil) in spoilt.iter().enumerate() {
            let mut grid = grid();
            spoil(&mut grid);
            let bytes = postcard::to_stdvec(&Ok::<_, Why>(grid)).expect("encodes");
            assert_eq!(decode(&bytes), None, "{index}");
        }
        for nonsense in [
            &b""[..],
            b"\0",
            b"\0\xFF\xFF\xFF\xFF\x0F",
            b"\x01\xFF",
            b"\x01\x02\x03",
        ] {
            assert_eq!(decode(nonsense), None, "{nonsense:?}");
        }
    }
}
