//! `.xls` (BIFF8, Excel 97 to 2003): records of a stream inside a compound file.
//!
//! ```text
//! compound file (its chains walked, never around in circles) ─> Workbook stream
//!   ─ records ─> globals (sheets, texts, formats, names) ─> each sheet's cells
//! ```
//! What stands in a record is looked at within the record; what a record announces is not believed.

mod compound;
mod globals;
mod record;
mod sheet;
mod strings;

use super::collect::{Budget, Collector};
use super::grid::Grid;
use super::why::Why;
use compound::Compound;

pub(super) use compound::SIGNATURE;

/// Reads a workbook, or says what the compound file holds instead.
pub(super) fn read(bytes: &[u8]) -> Result<Grid, Why> {
    let compound = Compound::open(bytes).ok_or(Why::Damaged)?;
    judge(&compound)?;
    let Some(stream) = compound.stream("Workbook") else {
        return Err(if compound.has("Book") {
            Why::OldExcel
        } else if compound.has("Workbook") {
            Why::Damaged
        } else {
            Why::Unknown
        });
    };
    let globals = globals::read(&stream)?;
    let mut grid = Grid::default();
    let mut budget = Budget::new();
    for found in &globals.sheets {
        if found.is_worksheet {
            let cells = Collector::new(&found.name, found.hidden, &mut budget);
            grid.sheets
                .push(sheet::read(&stream, found.start, &globals, cells)?);
        }
    }
    if grid.sheets.is_empty() {
        return Err(Why::Damaged);
    }
    grid.names = globals.names();
    Ok(grid)
}

/// What other programs, and Excel with a password, keep in compound files.
fn judge(compound: &Compound<'_>) -> Result<(), Why> {
    let kinds = [
        ("EncryptedPackage", Why::Encrypted),
        ("EncryptionInfo", Why::Encrypted),
        ("\u{6}DataSpaces", Why::Encrypted),
        ("_VBA_PROJECT_CUR", Why::Macro),
        ("_VBA_PROJECT", Why::Macro),
    ];
    for (name, why) in kinds {
        if compound.has(name) {
            return Err(why);
        }
    }
    // A word-processor document may hold a workbook, and the other way round: the outer one decides.
    if !compound.has_outer("Workbook") && !compound.has_outer("Book") {
        if compound.has_outer("WordDocument") {
            return Err(Why::Word);
        }
        if compound.has_outer("PowerPoint Document") {
            return Err(Why::Slides);
        }
    }
    // Where Excel keeps documents of other programs.
    if compound.any(|name| name.starts_with("MBD") && name.len() == 11) {
        return Err(Why::Embedded);
    }
    Ok(())
}
