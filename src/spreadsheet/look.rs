//! How all workbooks look: one Japanese font, thin borders, A4; and how much room a text takes.

use rust_xlsxwriter::{
    Color, DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// On every Windows machine of the last thirty years, with lines of a predictable height. Only the name
/// is written; no font is embedded.
const FONT: &str = "ＭＳ Ｐゴシック";
/// Height of one line of 10 pt text in points, with room for a substitute font that is taller.
const LINE: f64 = 15.0;
/// Excel refuses rows higher than 409 pt.
const TALLEST: f64 = 400.0;
/// Most characters Excel keeps in a cell.
const CELL_MAX: usize = 32_767;

/// Paper sizes as Excel numbers them.
pub(super) const A4: u8 = 9;
pub(super) const A3: u8 = 8;

/// ○ as the forms print it (U+25CB).
pub(super) const CIRCLE: &str = "○";

/// An empty workbook with our default font and a title, and no author.
pub(super) fn new_workbook(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    // 18 and 72 pixels: row height and column width Excel gives this font at 11 pt.
    workbook.set_default_format(
        &plain()
            .set_font_size(11)
            .set_align(FormatAlign::VerticalCenter),
        18,
        72,
    )?;
    workbook.set_properties(&DocProperties::new().set_title(title));
    Ok(workbook)
}

/// 10 pt text in the middle of its row.
pub(super) fn plain() -> Format {
    Format::new()
        .set_font_name(FONT)
        .set_font_charset(128)
        .set_font_size(10)
        .set_align(FormatAlign::VerticalCenter)
}

/// Text that may need several lines.
pub(super) fn wrapped() -> Format {
    plain().set_text_wrap()
}

/// A heading.
pub(super) fn bold() -> Format {
    plain().set_bold()
}

/// A cell of a table.
pub(super) fn boxed() -> Format {
    wrapped().set_border(FormatBorder::Thin)
}

/// A cell of a table with words, a little away from its border.
pub(super) fn boxed_words() -> Format {
    boxed().set_align(FormatAlign::Left).set_indent(1)
}

/// The head of a table.
pub(super) fn head() -> Format {
    centred(boxed()).set_background_color(Color::RGB(0xE6E6E6))
}

/// The same format, centred.
pub(super) fn centred(format: Format) -> Format {
    format.set_align(FormatAlign::Center)
}

/// A whole number with commas.
pub(super) fn number(format: Format) -> Format {
    format
        .set_num_format("#,##0")
        .set_align(FormatAlign::Right)
        .set_indent(1)
        .unset_text_wrap()
}

/// Text that stays what was typed: Excel reads no date, number or formula out of it.
pub(super) fn text(format: Format) -> Format {
    format.set_num_format("@")
}

/// Cuts a text to what a cell holds; whole characters, counted as Excel counts them (UTF-16).
pub(super) fn fitting(text: &str) -> &str {
    if text.len() <= CELL_MAX {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > CELL_MAX
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// Row height in points for 10 pt text wrapped into columns of this total width (in Excel's units), at
/// least so many lines.
pub(super) fn height(text: &str, width: f64, at_least: usize) -> f64 {
    // A unit is 8 pixels and half a 10 pt letter 6.7; the edges, an indent and lines that must not begin
    // with a bracket take some.
    let room = (width * 1.2 - 3.5).max(2.0) as usize;
    let lines: usize = text
        .split('\n')
        .map(|line| units(line).div_ceil(room).max(1))
        .sum();
    (lines.max(at_least) as f64 * LINE + 4.0).min(TALLEST)
}

/// Half-width units: Latin letters and half-width kana take one, everything else two.
fn units(line: &str) -> usize {
    line.chars()
        .map(|c| match c {
            '\0'..='\u{FF}' | '\u{FF61}'..='\u{FF9F}' => 1,
            _ => 2,
        })
        .sum()
}

/// A title in two lines of about the same length: broken after the の nearest to its middle, as the notice
/// breaks its own.
pub(super) fn in_two_lines(title: &str) -> String {
    let middle = title.len() / 2;
    let ends = title.match_indices('の').map(|(at, no)| at + no.len());
    match ends.min_by_key(|end| end.abs_diff(middle)) {
        Some(end) if end < title.len() => format!("{}\n{}", &title[..end], &title[end..]),
        _ => title.to_owned(),
    }
}

/// Writes a text into one cell or, if the range is wider, into the merged range.
pub(super) fn put(
    sheet: &mut Worksheet,
    (row, first): (u32, u16),
    (last_row, last): (u32, u16),
    words: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let words = fitting(words);
    if (row, first) == (last_row, last) {
        sheet.write_string_with_format(row, first, words, format)?;
    } else {
        sheet.merge_range(row, first, last_row, last, words, format)?;
    }
    Ok(())
}

/// The runs of neighbours that belong together: (first index, last index).
pub(super) fn runs<T>(items: &[T], together: impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let mut first = 0;
    items
        .chunk_by(together)
        .map(|run| {
            let from = first;
            first += run.len();
            (from, first - 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_grow_with_their_text_up_to_what_excel_allows() {
        assert_eq!(height("", 20.0, 1), 19.0);
        assert_eq!(height("あいうえおかきくけこ", 20.0, 1), 19.0);
        assert_eq!(height("あいうえおかきくけこさ", 20.0, 1), 34.0);
        assert_eq!(height("一\n二\n三", 20.0, 2), 49.0);
        assert_eq!(height(&"\n".repeat(999), 20.0, 1), TALLEST);
    }

    #[test]
    fn titles_are_broken_near_their_middle() {
        assert_eq!(
            in_two_lines("補助金の先行実施のための改修事業"),
            "補助金の先行実施の\nための改修事業"
        );
        assert_eq!(in_two_lines("意向等調査"), "意向等調査");
        assert_eq!(in_two_lines("もの"), "もの");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(fitting("短い"), "短い");
        let long = "𠮷".repeat(20_000);
        assert_eq!(fitting(&long).chars().count(), CELL_MAX / 2);
    }

    #[test]
    fn runs_cover_everything_once() {
        assert_eq!(
            runs(&["a", "a", "b", "a"], |a, b| a == b),
            [(0, 1), (2, 2), (3, 3)]
        );
        assert!(runs(&[] as &[u8], |a, b| a == b).is_empty());
    }
}
