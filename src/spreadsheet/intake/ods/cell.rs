//! A cell of an `.ods`: its value stands in attributes, its text in paragraphs.

use super::styles::Styles;
use super::{PASSED_OVER, times};
use crate::spreadsheet::intake::bounds::{CELL_CHARS, TOKEN_BYTES};
use crate::spreadsheet::intake::collect::{Collector, Go};
use crate::spreadsheet::intake::grid::{CellRef, CellValue, Look};
use crate::spreadsheet::intake::text::{
    asks_a_program, number, serial_of_date, serial_of_duration,
};
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::{Tag, Token, Xml};

/// What is in a cell.
#[derive(Clone)]
pub(super) struct Content {
    value: CellValue,
    formula: bool,
    look: Look,
}

impl Content {
    /// Puts it into a cell.
    pub(super) fn push(&self, cells: &mut Collector<'_>, at: CellRef) -> Go {
        cells.push(at, self.value.clone(), self.formula, self.look)
    }
}

/// A cell whose tag was read.
pub(super) struct OpenCell {
    times: u32,
    /// What the attributes say; text comes later.
    value: Option<CellValue>,
    is_text: bool,
    is_error: bool,
    formula: bool,
    look: Look,
    text: String,
    paragraphs: usize,
    /// White space was seen and is not written yet; none at the beginning of a paragraph.
    space: bool,
    paragraph_start: usize,
}

impl OpenCell {
    /// Begins with the cell's tag; without a style of its own it looks as its column does.
    pub(super) fn new(tag: &Tag<'_>, column: Look, styles: &Styles) -> Result<Self, Why> {
        let style = tag.attribute("table:style-name")?;
        let mut open = Self {
            times: times(tag, "table:number-columns-repeated")?,
            value: None,
            is_text: false,
            is_error: tag.attribute("calcext:value-type")?.as_deref() == Some("error"),
            formula: false,
            look: style.map_or(column, |style| styles.look(&style)),
            text: String::new(),
            paragraphs: 0,
            space: false,
            paragraph_start: 0,
        };
        if let Some(formula) = tag.attribute("table:formula")? {
            if asks_a_program(&formula) {
                return Err(Why::Links);
            }
            open.formula = true;
        }
        let as_found = |text: &str| CellValue::Text(text.to_owned());
        let kind = tag.attribute("office:value-type")?;
        open.value = match kind.as_deref() {
            Some("float" | "percentage" | "currency") => {
                let value = tag.attribute("office:value")?;
                value.map(|text| number(&text).map_or_else(|| as_found(&text), CellValue::Number))
            }
            Some("date") => {
                let value = tag.attribute("office:date-value")?;
                value.map(|text| {
                    serial_of_date(&text).map_or_else(|| as_found(&text), CellValue::Date)
                })
            }
            Some("time") => {
                let value = tag.attribute("office:time-value")?;
                value.map(|text| {
                    serial_of_duration(&text).map_or_else(|| as_found(&text), CellValue::Date)
                })
            }
            Some("boolean") => {
                let value = tag.attribute("office:boolean-value")?;
                value.map(|text| CellValue::Bool(text == "true"))
            }
            Some("string") => {
                open.is_text = true;
                let value = tag.attribute("office:string-value")?;
                value.map(|text| as_found(&text))
            }
            _ => None,
        };
        Ok(open)
    }

    /// Reads up to the end of the cell: how often it stands there, and what is in it.
    pub(super) fn read(
        mut self,
        xml: &mut Xml<'_>,
        styles: &Styles,
    ) -> Result<(u32, Option<Content>), Why> {
        let depth = xml.depth();
        // The look of the text that is being read, and how deep it goes.
        let mut run = (Look::default(), 0);
        let mut in_paragraph = 0usize;
        loop {
            match xml.next()? {
                Token::Open(tag) => match tag.local() {
                    "p" | "h" if in_paragraph == 0 => {
                        self.paragraph();
                        in_paragraph = xml.depth();
                    }
                    // Notes, drawings, reading aids and sheets inside a cell are not its text.
                    "note" | "ruby-text" | "table" | "frame" | "g" | "custom-shape" | "list" => {
                        xml.skip()?;
                    }
                    name if PASSED_OVER.contains(&name) => xml.skip()?,
                    "s" => self.spaces(&tag)?,
                    "tab" => self.push_char('\t'),
                    "line-break" => self.push_char('\n'),
                    "span" if run.1 == 0 => {
                        let style = tag.attribute("text:style-name")?;
                        let look = style.map_or_else(Look::default, |style| styles.look(&style));
                        if look != Look::default() {
                            run = (look, xml.depth());
                        }
                    }
                    _ => {}
                },
                Token::Empty(tag) => match tag.local() {
                    "p" | "h" if in_paragraph == 0 => self.paragraph(),
                    "s" => self.spaces(&tag)?,
                    "tab" => self.push_char('\t'),
                    "line-break" => self.push_char('\n'),
                    _ => {}
                },
                Token::Text(text) if in_paragraph > 0 => {
                    if !text.trim().is_empty() {
                        self.look = self.look.and(run.0);
                    }
                    self.push(&text);
                }
                Token::Done => return Err(Why::Damaged),
                _ => {}
            }
            if self.text.len() as u64 > TOKEN_BYTES {
                return Err(Why::TooMuch);
            }
            if xml.depth() < run.1 {
                run = (Look::default(), 0);
            }
            if xml.depth() < in_paragraph {
                in_paragraph = 0;
            }
            if xml.depth() < depth {
                return Ok(self.finish());
            }
        }
    }

    /// How often the cell stands there, and what it holds.
    pub(super) fn finish(self) -> (u32, Option<Content>) {
        let look = Look {
            scaled: self.is_scaled(),
            ..self.look
        };
        let has_text = self.paragraphs > 0;
        let value = if self.is_error && has_text {
            Some(CellValue::Error(self.text))
        } else if has_text && (self.is_text || self.value.is_none()) && !self.has_string_value() {
            Some(CellValue::Text(self.text))
        } else {
            self.value
        };
        let blank = match &value {
            None => true,
            Some(CellValue::Text(text)) => text.is_empty(),
            Some(_) => false,
        };
        let value = match (blank, self.formula) {
            (true, false) => None,
            (true, true) => Some(CellValue::Text(String::new())),
            (false, _) => value,
        };
        let formula = self.formula;
        let content = value.map(|value| Content {
            value,
            formula,
            look,
        });
        (self.times, content)
    }

    /// A whole number that is shown as another, or in another unit.
    fn is_scaled(&self) -> bool {
        let Some(CellValue::Number(value)) = self.value else {
            return false;
        };
        let is_digit = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
        let start = self.text.find(|c: char| c.is_ascii_digit());
        let shown = start.map_or("", |start| &self.text[start..]);
        let end = shown.find(|c| !is_digit(c)).unwrap_or(shown.len());
        let (shown, unit) = shown.split_at(end);
        let shown = shown.replace(',', "");
        let is_other = value.fract() == 0.0
            && !self.text.contains(['E', 'e'])
            && shown.parse::<f64>().is_ok_and(|shown| shown != value.abs());
        is_other || unit.trim_start().starts_with(['千', '百', '万', '億', '%'])
    }

    fn has_string_value(&self) -> bool {
        self.is_text && self.value.is_some()
    }

    fn paragraph(&mut self) {
        if self.paragraphs > 0 {
            self.text.push('\n');
        }
        self.paragraphs += 1;
        self.space = false;
        self.paragraph_start = self.text.len();
    }

    /// Text of a paragraph: runs of white space are one space, none at its beginning.
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\r' | '\n') {
                self.space = true;
                continue;
            }
            self.push_char(c);
        }
    }

    fn push_char(&mut self, c: char) {
        if self.space && self.text.len() > self.paragraph_start {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push(c);
    }

    fn spaces(&mut self, tag: &Tag<'_>) -> Result<(), Why> {
        let count = times(tag, "text:c")? as usize;
        if self.space && self.text.len() > self.paragraph_start {
            self.text.push(' ');
        }
        self.space = false;
        self.text
            .extend(std::iter::repeat_n(' ', count.min(CELL_CHARS)));
        Ok(())
    }
}
