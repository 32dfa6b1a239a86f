//! What stands before the sheets of an `.xls`: their list, texts, formats and names.

use std::collections::BTreeMap;

use super::record::{BOF, EOF, Records};
use super::strings::{Strings, text};
use crate::spreadsheet::intake::bounds::{FORMATS, NAMES, SHEETS};
use crate::spreadsheet::intake::bytes::{u16_at, u32_at};
use crate::spreadsheet::intake::grid::{CellRef, DefinedName, Look};
use crate::spreadsheet::intake::text::{
    is_date_format, is_date_number, is_scaled_format, is_scaled_number,
};
use crate::spreadsheet::intake::why::Why;

const BIFF8: u16 = 0x0600;
const PASSWORD: u16 = 0x002F;
const CALENDAR: u16 = 0x0022;
const FONT: u16 = 0x0031;
const FORMAT: u16 = 0x041E;
const CELL_FORMAT: u16 = 0x00E0;
const SHEET: u16 = 0x0085;
const TEXTS: u16 = 0x00FC;
const OTHER_BOOK: u16 = 0x01AE;
const SHEET_REFERENCES: u16 = 0x0017;
const NAME: u16 = 0x0018;

/// A name and where it points: an index into the sheet references, and a cell.
type Pointer = (String, usize, CellRef);

#[derive(Default)]
pub(super) struct Globals {
    pub(super) sheets: Vec<Found>,
    pub(super) strings: Strings,
    pub(super) epoch_1904: bool,
    /// Whether the cell format of each number shows dates.
    dates: Vec<bool>,
    /// How cells of it look.
    looks: Vec<Look>,
    references: Vec<usize>,
    pointers: Vec<Pointer>,
}

/// A sheet in the list.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) is_worksheet: bool,
    /// Where its records begin.
    pub(super) start: usize,
}

impl Globals {
    pub(super) fn is_date(&self, format: u16) -> bool {
        self.dates
            .get(usize::from(format))
            .copied()
            .unwrap_or(false)
    }

    /// How cells of a format look.
    pub(super) fn look(&self, format: u16) -> Look {
        let look = self.looks.get(usize::from(format));
        look.copied().unwrap_or_default()
    }

    pub(super) fn names(&self) -> Vec<DefinedName> {
        let named = |(name, reference, at): &Pointer| {
            let sheet = self.sheets.get(*self.references.get(*reference)?)?;
            Some(DefinedName {
                name: name.clone(),
                sheet: sheet.name.clone(),
                at: *at,
            })
        };
        self.pointers.iter().filter_map(named).collect()
    }
}

pub(super) fn read(stream: &[u8]) -> Result<Globals, Why> {
    let mut found = Globals::default();
    let mut formats = BTreeMap::new();
    let mut fonts = Vec::new();
    let mut records = Records::new(stream, 0);
    let first = records.next().ok_or(Why::Damaged)?;
    if first.kind != BOF {
        return Err(Why::Damaged);
    }
    if u16_at(first.data, 0) != Some(BIFF8) {
        return Err(Why::OldExcel);
    }
    loop {
        let record = records.next().ok_or(Why::Damaged)?;
        let data = record.data;
        match record.kind {
            EOF => break,
            PASSWORD => return Err(Why::Encrypted),
            CALENDAR => found.epoch_1904 = u16_at(data, 0) == Some(1),
            OTHER_BOOK => other_book(data)?,
            SHEET if found.sheets.len() >= SHEETS => return Err(Why::TooMuch),
            SHEET => found.sheets.push(sheet(data)?),
            TEXTS => {
                let continued = records.continued();
                let strings = Strings::read(data, &continued, &fonts);
                found.strings = strings.ok_or(Why::Damaged)?;
            }
            FONT if fonts.len() < FORMATS => fonts.push(font(data)),
            FORMAT if formats.len() < FORMATS => {
                if let Some((id, does)) = format(data) {
                    formats.insert(id, does);
                }
            }
            CELL_FORMAT if found.dates.len() < FORMATS => {
                let id = u16_at(data, 2).ok_or(Why::Damaged)?;
                let known = || (is_date_number(id.into()), is_scaled_number(id.into()));
                let (is_date, scaled) = formats.get(&id).copied().unwrap_or_else(known);
                found.dates.push(is_date);
                let look = look_of(&fonts, u16_at(data, 0).unwrap_or(0));
                found.looks.push(Look { scaled, ..look });
            }
            SHEET_REFERENCES => {
                let count = usize::from(u16_at(data, 0).unwrap_or(0));
                let (all, _) = data.get(2..).unwrap_or_default().as_chunks::<6>();
                // A reference that is none keeps its place in the list.
                found.references = all
                    .iter()
                    .take(count)
                    .map(|entry| usize::from(u16::from_le_bytes([entry[2], entry[3]])))
                    .collect();
            }
            NAME if found.pointers.len() < NAMES => found.pointers.extend(name(data)),
            _ => {}
        }
    }
    Ok(found)
}

/// How text in a font looks.
fn font(data: &[u8]) -> Look {
    const STRUCK: u16 = 0x0008;
    Look {
        struck: u16_at(data, 2).is_some_and(|options| options & STRUCK != 0),
        raised: u16_at(data, 8).is_some_and(|step| step != 0),
        scaled: false,
    }
}

/// The look of a font by its number; there is no font of number 4.
pub(super) fn look_of(fonts: &[Look], number: u16) -> Look {
    let index = usize::from(number) - usize::from(number > 4);
    fonts.get(index).copied().unwrap_or_default()
}

/// A format's number, whether it shows dates, and whether it shows numbers in another unit.
fn format(data: &[u8]) -> Option<(u16, (bool, bool))> {
    let count = usize::from(u16_at(data, 2)?);
    let (code, _) = text(data.get(4..)?, count)?;
    let is_date = is_date_format(&code);
    Some((
        u16_at(data, 0)?,
        (is_date, !is_date && is_scaled_format(&code)),
    ))
}

fn sheet(data: &[u8]) -> Result<Found, Why> {
    let parts = || {
        let start = u32_at(data, 0)? as usize;
        let (name, _) = text(data.get(7..)?, usize::from(*data.get(6)?))?;
        Some((start, *data.get(4)?, *data.get(5)?, name))
    };
    let (start, state, kind, name) = parts().ok_or(Why::Damaged)?;
    // Macros of the time before there was a language for them, and modules of that language.
    if matches!(kind, 1 | 6) {
        return Err(Why::Macro);
    }
    Ok(Found {
        name,
        hidden: state & 3 != 0,
        is_worksheet: kind == 0,
        start,
    })
}

/// Another workbook, or another program, that formulas fetch from. The book itself is listed, too.
fn other_book(data: &[u8]) -> Result<(), Why> {
    match u16_at(data, 2) {
        Some(0x0401 | 0x3A01) => Ok(()),
        _ => Err(Why::Links),
    }
}

/// A name for a cell or an area of this book; others are passed over.
fn name(data: &[u8]) -> Option<Pointer> {
    const BUILT_IN: u16 = 0x0020;
    if u16_at(data, 0)? & BUILT_IN != 0 {
        return None;
    }
    let count = usize::from(*data.get(3)?);
    let (name, length) = text(data.get(14..)?, count)?;
    let formula = data.get(14 + length..)?;
    // A reference to a cell (x5A and its kin) or to an area (x5B) of a sheet.
    let (row, column) = match formula.first()? & 0x1F {
        0x1A => (3, 5),
        0x1B => (3, 7),
        _ => return None,
    };
    let at = CellRef {
        row: u32::from(u16_at(formula, row)?),
        column: u32::from(u16_at(formula, column)? & 0x00FF),
    };
    Some((name, usize::from(u16_at(formula, 1)?), at))
}
