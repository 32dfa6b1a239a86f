//! The bounds of reading: what a form could reach, many times over, and no more.
//!
//! A file that could be a form stays far below all of them; a file made to hurt meets one of them early.

/// Bytes of one workbook.
pub const FILE_BYTES: usize = 5 * 1024 * 1024;
/// Entries of one package.
pub(super) const ENTRIES: usize = 200;
/// A size that an entry may claim to have when inflated; what it really has is counted.
pub(super) const CLAIMED_BYTES: u64 = 200 * 1024 * 1024;
/// Inflated bytes of one part, and of all parts of a file together.
pub(super) const PART_BYTES: u64 = 16 * 1024 * 1024;
pub(super) const INFLATED_BYTES: u64 = 24 * 1024 * 1024;
/// Inflated bytes for one byte in the file, looked at once a part is longer than `RATIO_FROM`.
pub(super) const RATIO: u64 = 100;
pub(super) const RATIO_FROM: u64 = 256 * 1024;
/// Inflated bytes and pieces of XML read to learn how numbers are shown. A book copied for years has many
/// times as many; its numbers are then taken without their format, and those that could be days are asked about.
pub(super) const STYLE_BYTES: u64 = 768 * 1024;
pub(super) const STYLE_TOKENS: u32 = 3_000;
/// Pieces of XML read to learn which of its fonts are struck through.
pub(super) const FONT_TOKENS: u32 = 1_500;
/// The same of what stands before a sheet's rows, and between its rows and its merged areas.
pub(super) const BESIDE_BYTES: u64 = 256 * 1024;
pub(super) const BESIDE_TOKENS: u32 = 4_000;
/// Bytes of one piece of XML: a tag with its attributes, or text between two tags.
pub(super) const TOKEN_BYTES: u64 = 256 * 1024;
/// Bytes before the first element of a part.
pub(super) const PROLOG_BYTES: usize = 64 * 1024;
/// Pieces of XML of one part: several times what the bounds on cells below need.
pub(super) const TOKENS: u32 = 300_000;
/// Elements inside each other.
pub(super) const DEPTH: usize = 64;

/// Sheets of a workbook.
pub const SHEETS: usize = 50;
/// Rows and columns of a sheet.
pub const ROWS: u32 = 2_000;
pub const COLUMNS: u32 = 256;
/// Cells with something in them, of a sheet and of all sheets.
pub const SHEET_CELLS: usize = 10_000;
pub const CELLS: usize = 30_000;
/// Characters of a cell, as in Excel.
pub const CELL_CHARS: usize = 32_767;
/// Bytes of all cells' texts.
pub const TEXT_BYTES: usize = 1024 * 1024;
/// Rows, and cells, without anything in them in a row: nobody leaves so much room inside a form.
pub(super) const EMPTY_ROWS: u32 = 300;
pub(super) const EMPTY_CELLS: u32 = 4_000;
/// Cell and row elements looked at in all sheets.
pub(super) const VISITS: u32 = 100_000;
/// Merged areas more than one row high, stretches of hidden rows, and hidden rows with something in them.
pub(super) const MERGED: usize = 1_000;
pub(super) const HIDDEN: usize = 1_000;
/// Shapes of a sheet, and the pieces and bytes of XML read to find them.
pub(super) const SHAPES: usize = 100;
pub(super) const SHAPE_TOKENS: u32 = 4_000;
pub(super) const SHAPE_BYTES: u64 = 256 * 1024;
/// Names for cells, and characters of a name (a sheet's, too).
pub const NAMES: usize = 2_000;
pub const NAME_CHARS: usize = 255;
/// Shared texts of a workbook, and their bytes.
pub(super) const STRINGS: usize = 50_000;
pub(super) const STRING_BYTES: usize = 2 * 1024 * 1024;
/// Cell formats of a workbook (Excel's own limit) and formats for numbers.
pub(super) const FORMATS: usize = 65_536;
