//! Cells as a sheet's XML holds them, and sheets of ours taken apart so that rows can be put in.
//!
//! What people typed is written here and nowhere else. The workbook crate takes a text that begins
//! with `<r>` and ends with `</r>` for markup of its own and writes it as it is; here a text is a text.
//! Escapes: ECMA-376, 22.9.2.19 (ST_Xstring).

use super::{SpreadsheetError, look};

/// A cell's format, by its number in the workbook's styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style(pub(super) u32);

/// Appends a number in decimal.
pub(super) fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        // Below ten, so it is one digit.
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a text as the content of an element, cut to what a cell holds.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    let text = look::fitting(text);
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'&' => Escape::Word(b"&amp;"),
            b'<' => Escape::Word(b"&lt;"),
            b'>' => Escape::Word(b"&gt;"),
            b'_' if looks_escaped(&text.as_bytes()[at..]) => Escape::Word(b"_x005F_"),
            b'\t' | b'\n' => continue,
            0..0x20 => Escape::Code(u32::from(byte)),
            // U+FFFE and U+FFFF are no characters of XML.
            0xEF if text[at..].starts_with(['\u{FFFE}', '\u{FFFF}']) => {
                Escape::Code(text[at..].chars().next().map_or(0, u32::from))
            }
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[done..at]);
        match escape {
            Escape::Word(word) => {
                out.extend_from_slice(word);
                done = at + 1;
            }
            Escape::Code(code) => {
                out.extend_from_slice(format!("_x{code:04X}_").as_bytes());
                done = at + if code > 0x20 { 3 } else { 1 };
            }
        }
    }
    out.extend_from_slice(&text.as_bytes()[done..]);
}

enum Escape {
    Word(&'static [u8]),
    Code(u32),
}

/// `_x000D_` typed by somebody must not be read as a carriage return.
fn looks_escaped(text: &[u8]) -> bool {
    matches!(text, [b'_', b'x', a, b, c, d, b'_', ..]
        if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()))
}

/// Writes cells; a reference is the column's letters and the row's number.
pub(super) struct CellWriter<'a> {
    pub(super) out: &'a mut Vec<u8>,
}

impl CellWriter<'_> {
    fn open(&mut self, column: &str, row: u32, style: Style) {
        self.out.extend_from_slice(b"<c r=\"");
        self.out.extend_from_slice(column.as_bytes());
        push_number(self.out, u64::from(row));
        self.out.extend_from_slice(b"\" s=\"");
        push_number(self.out, u64::from(style.0));
        self.out.push(b'"');
    }

    /// An empty text leaves the cell blank.
    pub(super) fn words(&mut self, column: &str, row: u32, style: Style, words: &str) {
        self.open(column, row, style);
        self.end_words(words);
    }

    /// `None` leaves the cell blank.
    pub(super) fn figure(&mut self, column: &str, row: u32, style: Style, figure: Option<u64>) {
        self.open(column, row, style);
        self.end_figure(figure);
    }

    /// The rest of a cell that was opened up to its attributes.
    pub(super) fn end_words(&mut self, words: &str) {
        if words.is_empty() {
            self.out.extend_from_slice(b"/>");
            return;
        }
        let white = ['\t', '\n', ' '];
        let kept = words.starts_with(white) || words.ends_with(white);
        self.out.extend_from_slice(if kept {
            b" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
        } else {
            b" t=\"inlineStr\"><is><t>"
        });
        push_text(self.out, words);
        self.out.extend_from_slice(b"</t></is></c>");
    }

    /// The rest of a cell that was opened up to its attributes.
    pub(super) fn end_figure(&mut self, figure: Option<u64>) {
        match figure {
            Some(figure) => {
                self.out.extend_from_slice(b"><v>");
                push_number(self.out, figure);
                self.out.extend_from_slice(b"</v></c>");
            }
            None => self.out.extend_from_slice(b"/>"),
        }
    }
}

/// The letters of the columns from A on.
pub(super) fn column_letters(count: usize) -> Vec<String> {
    (0..count)
        .map(|column| {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            rust_xlsxwriter::utility::column_number_to_name(column)
        })
        .collect()
}

/// The place of the tag `opening …>` or `opening …/>` from `from` on: its beginning and its end.
pub(super) fn find_tag(
    xml: &str,
    opening: &str,
    from: usize,
) -> Result<(usize, usize), SpreadsheetError> {
    let missing = SpreadsheetError::Pattern("a tag");
    let start = xml[from..].find(opening).ok_or(missing)? + from;
    let end = xml[start..]
        .find('>')
        .ok_or(SpreadsheetError::Pattern("an end"))?
        + start
        + 1;
    Ok((start, end))
}

/// The place of a whole cell, and its style.
pub(super) fn find_cell(
    xml: &str,
    reference: &str,
) -> Result<(usize, usize, Style), SpreadsheetError> {
    let (start, tag_end) = find_tag(xml, &format!("<c r=\"{reference}\""), 0)?;
    let tag = &xml[start..tag_end];
    let end = if tag.ends_with("/>") {
        tag_end
    } else {
        let rest = xml[tag_end..].find("</c>");
        tag_end + rest.ok_or(SpreadsheetError::Pattern("a cell"))? + "</c>".len()
    };
    let style = attribute(tag, "s").and_then(|style| style.parse().ok());
    Ok((start, end, Style(style.unwrap_or(0))))
}

/// The value of an attribute of a tag of ours.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

/// A sheet that ends with one sample row: what stands before and behind it, and the styles of its cells.
pub(super) struct RowPattern {
    pub(super) head: String,
    pub(super) tail: String,
    pub(super) styles: Vec<Style>,
}

impl RowPattern {
    /// Takes a sheet apart at its sample row (counted from 1), which has a cell in each of the columns.
    /// `last` is the last cell the sheet will have (`BH1793`).
    pub(super) fn cut(
        xml: &str,
        row: u32,
        columns: &[String],
        last: &str,
    ) -> Result<Self, SpreadsheetError> {
        let styles = columns
            .iter()
            .map(|column| find_cell(xml, &format!("{column}{row}")).map(|(.., style)| style))
            .collect::<Result<_, _>>()?;
        let (start, _) = find_tag(xml, &format!("<row r=\"{row}\""), 0)?;
        let (end, _) = find_tag(xml, "</sheetData>", start)?;
        let (from, to) = find_tag(xml, "<dimension ", 0)?;
        let head = format!(
            "{}<dimension ref=\"A1:{last}\"/>{}",
            &xml[..from],
            &xml[to..start]
        );
        Ok(Self {
            head,
            tail: xml[end..].to_owned(),
            styles,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        push_text(&mut out, text);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_text_stays_a_text() {
        for (text, xml) in [
            ("", ""),
            ("福祉課", "福祉課"),
            ("=1+1 & <b>\"'", "=1+1 &amp; &lt;b&gt;\"'"),
            ("<r><t>x</t></r>", "&lt;r&gt;&lt;t&gt;x&lt;/t&gt;&lt;/r&gt;"),
            ("]]>", "]]&gt;"),
            ("a\r\nb\tc", "a_x000D_\nb\tc"),
            ("\0\u{1F}", "_x0000__x001F_"),
            ("_x000D_", "_x005F_x000D_"),
            ("_x000D__xD83D_", "_x005F_x000D__x005F_xD83D_"),
            ("_x00_ _xあ_ _x", "_x00_ _xあ_ _x"),
            ("\u{FFFE}ｱ\u{FFFF}", "_xFFFE_ｱ_xFFFF_"),
        ] {
            assert_eq!(written(text), xml, "{text:?}");
        }
        assert_eq!(written(&"あ".repeat(40_000)).chars().count(), 32_767);
    }

    #[test]
    fn numbers_are_written_in_full() {
        for number in [0, 7, 10, 99_999_999, u64::MAX] {
            let mut out = Vec::new();
            push_number(&mut out, number);
            assert_eq!(String::from_utf8(out).expect("digits"), number.to_string());
        }
    }

    #[test]
    fn cells_are_found_and_columns_named() {
        let xml = r#"<row r="1"><c r="A1" s="3"/><c r="B1" t="s"><v>0</v></c></row>"#;
        assert_eq!(find_cell(xml, "A1").expect("is there").2, Style(3));
        let (start, end, style) = find_cell(xml, "B1").expect("is there");
        assert_eq!(&xml[start..end], r#"<c r="B1" t="s"><v>0</v></c>"#);
        assert_eq!(style, Style(0));
        assert!(find_cell(xml, "C1").is_err());
        assert_eq!(column_letters(28)[25..], ["Z", "AA", "AB"]);
    }
}
