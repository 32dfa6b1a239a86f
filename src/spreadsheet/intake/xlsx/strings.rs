//! Shared strings: the texts that cells point at by number. How a word is read aloud (`rPh`) is not part of it.

use crate::spreadsheet::intake::bounds::{STRING_BYTES, STRINGS};
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Token;

/// All texts one after another.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
    /// A bound was reached: there are more.
    cut: bool,
}

impl Strings {
    /// A text by its number, escapes not resolved.
    ///
    /// # Errors
    /// `Damaged` where there is none, `TooMuch` where it was left out.
    pub(super) fn get(&self, index: usize) -> Result<&str, Why> {
        let missing = if self.cut { Why::TooMuch } else { Why::Damaged };
        let end = *self.ends.get(index).ok_or(missing)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Ok(&self.text[start as usize..end as usize])
    }

    fn end_one(&mut self) {
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}

pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Strings, Why> {
    let mut found = Strings::default();
    let mut xml = package.xml(part)?;
    let mut inside = false;
    loop {
        if found.ends.len() >= STRINGS || found.text.len() > STRING_BYTES {
            found.cut = true;
            return Ok(found);
        }
        match xml.next()? {
            Token::Open(tag) => match tag.local() {
                "t" => inside = true,
                "rPh" => xml.skip()?,
                _ => {}
            },
            Token::Empty(tag) if tag.local() == "si" => found.end_one(),
            Token::Text(text) if inside => found.text.push_str(&text),
            Token::Close(tag) => match tag.local() {
                "t" => inside = false,
                "si" => found.end_one(),
                _ => {}
            },
            Token::Done => return Ok(found),
            _ => {}
        }
    }
}
