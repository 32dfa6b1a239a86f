//! Shared strings: the texts that cells point at by number. How a word is read aloud (`rPh`) is not part of it.
//!
//! They stand in the order of their first use, so they are read as far as cells ask for them, beside the sheet.

use super::runs::Run;
use crate::spreadsheet::intake::bounds::{STRING_BYTES, STRINGS};
use crate::spreadsheet::intake::grid::Look;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::{Token, Xml};

/// The texts read so far, one after another, and the part they come from.
pub(super) struct Strings<'p> {
    xml: Option<Xml<'p>>,
    text: String,
    ends: Vec<u32>,
    looks: Vec<Look>,
}

impl<'p> Strings<'p> {
    /// Begins with a part, if there is one.
    ///
    /// # Errors
    /// Why its beginning cannot be read.
    pub(super) fn new(xml: Option<Xml<'p>>) -> Result<Self, Why> {
        let mut found = Self {
            xml,
            text: String::new(),
            ends: Vec::new(),
            looks: Vec::new(),
        };
        // What stands before the first text is looked at even if no cell asks.
        found.read_one()?;
        Ok(found)
    }

    /// A text by its number, escapes not resolved, and how it looks.
    ///
    /// # Errors
    /// `Damaged` where there is none, `TooMuch` where it would be too far, why the part cannot be read.
    pub(super) fn get(&mut self, index: usize) -> Result<(&str, Look), Why> {
        if index >= STRINGS {
            return Err(Why::TooMuch);
        }
        while self.ends.len() <= index {
            if self.text.len() > STRING_BYTES {
                return Err(Why::TooMuch);
            }
            if !self.read_one()? {
                return Err(Why::Damaged);
            }
        }
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let text = &self.text[start as usize..self.ends[index] as usize];
        Ok((text, self.looks[index]))
    }

    /// Reads the next text; false at the end of the part.
    fn read_one(&mut self) -> Result<bool, Why> {
        let Some(xml) = &mut self.xml else {
            return Ok(false);
        };
        let mut inside = false;
        let mut run = Run::default();
        loop {
            match xml.next()? {
                Token::Open(tag) => match tag.local() {
                    "t" => inside = true,
                    "rPh" => xml.skip()?,
                    _ => run.tag(&tag)?,
                },
                Token::Text(text) if inside => {
                    run.text(&text);
                    self.text.push_str(&text);
                }
                Token::Close(tag) if tag.local() == "t" => inside = false,
                Token::Close(tag) if tag.local() == "si" => break,
                Token::Empty(tag) if tag.local() == "si" => break,
                Token::Empty(tag) => run.tag(&tag)?,
                Token::Done => {
                    self.xml = None;
                    return Ok(false);
                }
                _ => {}
            }
        }
        let end = u32::try_from(self.text.len()).map_err(|_| Why::TooMuch)?;
        self.ends.push(end);
        self.looks.push(run.look());
        Ok(true)
    }
}
