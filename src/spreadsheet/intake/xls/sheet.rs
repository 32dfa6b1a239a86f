//! The cells of one sheet of an `.xls`.

use super::globals::Globals;
use super::record::{BOF, EOF, Record, Records};
use super::strings::text;
use crate::spreadsheet::intake::bytes::{f64_at, u16_at, u32_at};
use crate::spreadsheet::intake::collect::{Collector, Go};
use crate::spreadsheet::intake::grid::{CellRef, CellValue, Look, Sheet};
use crate::spreadsheet::intake::why::Why;

const NUMBER: u16 = 0x0203;
const SHORT_NUMBER: u16 = 0x027E;
const SHORT_NUMBERS: u16 = 0x00BD;
const SHARED_TEXT: u16 = 0x00FD;
const TEXT: u16 = 0x0204;
const RICH_TEXT: u16 = 0x00D6;
const BOOL_OR_ERROR: u16 = 0x0205;
const FORMULA: u16 = 0x0006;
const FORMULA_TEXT: u16 = 0x0207;
const ROW: u16 = 0x0208;
const COLUMN_INFO: u16 = 0x007D;
const MERGED_CELLS: u16 = 0x00E5;
/// Of a row's options: its height is none.
const ROW_HIDDEN: u16 = 0x0020;

const DAYS_1904: f64 = 1_462.0;

struct Reading<'g, 'b> {
    globals: &'g Globals,
    cells: Collector<'b>,
    /// A formula whose result is the next text.
    waiting: Option<CellRef>,
}

pub(super) fn read(
    stream: &[u8],
    start: usize,
    globals: &Globals,
    cells: Collector<'_>,
) -> Result<Sheet, Why> {
    let mut reading = Reading {
        globals,
        cells,
        waiting: None,
    };
    let mut records = Records::new(stream, start);
    let first = records.next().ok_or(Why::Damaged)?;
    if first.kind != BOF {
        return Err(Why::Damaged);
    }
    // Diagrams inside a sheet have records of their own.
    let mut inside = 0u32;
    loop {
        let record = records.next().ok_or(Why::Damaged)?;
        match record.kind {
            BOF => inside += 1,
            EOF if inside == 0 => break,
            EOF => inside -= 1,
            _ if inside > 0 => {}
            FORMULA_TEXT => {
                let continued = records.continued();
                if reading.result(record.data, &continued)? == Go::Stop {
                    break;
                }
            }
            _ => {
                if reading.record(record)?.is_some_and(|go| go == Go::Stop) {
                    break;
                }
            }
        }
    }
    reading.cells.finish()
}

impl Reading<'_, '_> {
    /// A record that may hold cells.
    fn record(&mut self, record: Record<'_>) -> Result<Option<Go>, Why> {
        let data = record.data;
        let mut look = Look::default();
        let value = match record.kind {
            NUMBER => f64_at(data, 6).map(|n| self.number(data, n)),
            SHORT_NUMBER => u32_at(data, 6).map(|n| self.number(data, short(n))),
            SHORT_NUMBERS => return self.short_numbers(data).map(Some),
            SHARED_TEXT => {
                let index = u32_at(data, 6).ok_or(Why::Damaged)? as usize;
                let (text, of_text) = self.globals.strings.get(index)?;
                look = of_text;
                Some(CellValue::Text(text.to_owned()))
            }
            TEXT | RICH_TEXT => {
                let count = usize::from(u16_at(data, 6).ok_or(Why::Damaged)?);
                let found = data.get(8..).and_then(|data| text(data, count));
                found.map(|(text, _)| CellValue::Text(text))
            }
            BOOL_OR_ERROR => match data.get(6..8) {
                Some([value, 0]) => Some(CellValue::Bool(*value != 0)),
                Some([code, _]) => Some(error(*code)),
                _ => None,
            },
            FORMULA => return self.formula(data).map(Some),
            ROW => {
                if let (Some(row), Some(options)) = (u16_at(data, 0), u16_at(data, 12))
                    && options & ROW_HIDDEN != 0
                {
                    self.cells.hide(row.into(), row.into());
                }
                return Ok(None);
            }
            COLUMN_INFO => {
                if let (Some(first), Some(last), Some(options)) =
                    (u16_at(data, 0), u16_at(data, 2), u16_at(data, 8))
                    && options & 1 != 0
                {
                    self.cells.hide_columns(first.into(), last.into());
                }
                return Ok(None);
            }
            MERGED_CELLS => {
                self.merged(data);
                return Ok(None);
            }
            _ => return Ok(None),
        };
        let value = value.ok_or(Why::Damaged)?;
        let at = place(data)?;
        if matches!(&value, CellValue::Text(text) if text.is_empty()) {
            return Ok(Some(self.cells.empty()));
        }
        let look = look.and(self.look(data));
        Ok(Some(self.cells.push(at, value, false, look)))
    }

    /// First and last row, first and last column of each area.
    fn merged(&mut self, data: &[u8]) {
        for area in data.get(2..).unwrap_or_default().as_chunks::<8>().0 {
            let part = |at: usize| u32::from(u16::from_le_bytes([area[at], area[at + 1]]));
            let cell = |row, column| CellRef { row, column };
            self.cells
                .merge(cell(part(0), part(4)), cell(part(2), part(6)));
        }
    }

    /// Several numbers beside each other, each with a format of its own.
    fn short_numbers(&mut self, data: &[u8]) -> Result<Go, Why> {
        let first = place(data)?;
        let all = data
            .get(4..data.len().saturating_sub(2))
            .ok_or(Why::Damaged)?;
        for (index, entry) in (0u32..).zip(all.as_chunks::<6>().0) {
            let at = CellRef {
                column: first.column + index,
                ..first
            };
            let n = short(u32::from_le_bytes([entry[2], entry[3], entry[4], entry[5]]));
            let format = u16::from_le_bytes([entry[0], entry[1]]);
            let (value, look) = (self.dated(format, n), self.globals.look(format));
            if self.cells.push(at, value, false, look) == Go::Stop {
                return Ok(Go::Stop);
            }
        }
        Ok(Go::On)
    }

    /// A formula with its last result.
    fn formula(&mut self, data: &[u8]) -> Result<Go, Why> {
        let at = place(data)?;
        let result: [u8; 8] = data
            .get(6..14)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Why::Damaged)?;
        let value = match result {
            [0, .., 0xFF, 0xFF] => {
                self.waiting = Some(at);
                return Ok(Go::On);
            }
            [1, _, value, .., 0xFF, 0xFF] => CellValue::Bool(value != 0),
            [2, _, code, .., 0xFF, 0xFF] => error(code),
            [_, .., 0xFF, 0xFF] => CellValue::Text(String::new()),
            bytes => self.number(data, f64::from_le_bytes(bytes)),
        };
        Ok(self.cells.push(at, value, true, self.look(data)))
    }

    /// The text that a formula gave.
    fn result(&mut self, data: &[u8], continued: &[&[u8]]) -> Result<Go, Why> {
        let Some(at) = self.waiting.take() else {
            return Ok(Go::On);
        };
        let count = usize::from(u16_at(data, 0).ok_or(Why::Damaged)?);
        let rest = data.get(2..).unwrap_or_default();
        let whole = text(rest, count).map(|(text, _)| text);
        // A text longer than a record goes on in the next; its first piece is enough to say what stands there.
        let value = whole.or_else(|| {
            let wide = rest.first()? & 1 != 0;
            let fits = (rest.len() - 1) / if wide { 2 } else { 1 };
            (!continued.is_empty())
                .then(|| text(rest, fits))?
                .map(|(text, _)| text)
        });
        let value = CellValue::Text(value.unwrap_or_default());
        Ok(self.cells.push(at, value, true, Look::default()))
    }

    /// How the cell of a record looks.
    fn look(&self, data: &[u8]) -> Look {
        self.globals.look(u16_at(data, 4).unwrap_or(0))
    }

    fn number(&self, data: &[u8], n: f64) -> CellValue {
        self.dated(u16_at(data, 4).unwrap_or(0), n)
    }

    fn dated(&self, format: u16, n: f64) -> CellValue {
        if !n.is_finite() {
            CellValue::Error("#NUM!".to_owned())
        } else if self.globals.is_date(format) {
            let shift = if self.globals.epoch_1904 {
                DAYS_1904
            } else {
                0.0
            };
            CellValue::Date(n + shift)
        } else {
            CellValue::Number(n)
        }
    }
}

fn place(data: &[u8]) -> Result<CellRef, Why> {
    let place = || {
        Some(CellRef {
            row: u32::from(u16_at(data, 0)?),
            column: u32::from(u16_at(data, 2)?),
        })
    };
    place().ok_or(Why::Damaged)
}

/// A number in four bytes: the upper half of a float or a whole number, either maybe in hundredths.
fn short(bits: u32) -> f64 {
    let n = if bits & 2 != 0 {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 != 0 { n / 100.0 } else { n }
}

fn error(code: u8) -> CellValue {
    let name = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    };
    CellValue::Error(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_what_they_stand_for() {
        for (bits, n) in [
            ((1234u32 << 2) | 2, 1234.0),
            ((-5i32 << 2).cast_unsigned() | 2, -5.0),
            ((1250 << 2) | 3, 12.5),
            (0x3FF0_0000, 1.0),
            (0x4059_0001, 1.0),
        ] {
            assert_eq!(short(bits), n);
        }
    }
}
