//! A place in a sheet, as a spreadsheet names it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A cell's place, counted from 0. Shown as `D12`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct CellRef {
    pub row: u32,
    pub column: u32,
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut column = u64::from(self.column) + 1;
        while column > 0 {
            let digit = u8::try_from((column - 1) % 26).unwrap_or(0);
            letters.push(char::from(b'A' + digit));
            column = (column - 1) / 26;
        }
        let letters: String = letters.into_iter().rev().collect();
        write!(f, "{letters}{}", u64::from(self.row) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_as_a_spreadsheet_names_it() {
        for (row, column, name) in [
            (0, 0, "A1"),
            (11, 3, "D12"),
            (0, 25, "Z1"),
            (0, 26, "AA1"),
            (1_048_575, 16_383, "XFD1048576"),
            (u32::MAX, 0, "A4294967296"),
        ] {
            assert_eq!(CellRef { row, column }.to_string(), name);
        }
    }
}
