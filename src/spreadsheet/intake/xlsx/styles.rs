//! Styles: which formats show a number as a date or in another unit, and which fonts are struck through.

use std::collections::BTreeSet;

use super::runs::look_of;
use crate::spreadsheet::intake::bounds::{FONT_TOKENS, FORMATS, STYLE_BYTES, STYLE_TOKENS};
use crate::spreadsheet::intake::grid::Look;
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::text::{
    is_date_format, is_date_number, is_scaled_format, is_scaled_number,
};
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::{Tag, Token, Xml};

/// What says nothing about numbers.
const PASSED_OVER: [&str; 3] = ["fills", "borders", "cellStyleXfs"];

/// What the cell format of each number does.
#[derive(Default)]
pub(super) struct Styles {
    formats: Vec<Format>,
    /// There are more of them, too far back to be read.
    more: bool,
}

#[derive(Clone, Copy, Default)]
struct Format {
    is_date: bool,
    look: Look,
}

impl Styles {
    /// None where the format was not read.
    pub(super) fn is_date(&self, style: usize) -> Option<bool> {
        let known = self.formats.get(style).map(|format| format.is_date);
        known.or_else(|| (!self.more).then_some(false))
    }

    /// How cells of this format look, as far as is known.
    pub(super) fn look(&self, style: usize) -> Look {
        let format = self.formats.get(style);
        format.map_or_else(Look::default, |format| format.look)
    }
}

/// Formats for numbers that the workbook spells out.
#[derive(Default)]
struct Spelt {
    dates: BTreeSet<u32>,
    scaled: BTreeSet<u32>,
    others: BTreeSet<u32>,
}

impl Spelt {
    fn add(&mut self, tag: &Tag<'_>) -> Result<(), Why> {
        let id = tag.attribute("numFmtId")?;
        let code = tag.attribute("formatCode")?.unwrap_or_default();
        if let Some(id) = id.and_then(|id| id.parse::<u32>().ok())
            && self.dates.len() + self.scaled.len() + self.others.len() < FORMATS
        {
            let kind = if is_date_format(&code) {
                &mut self.dates
            } else if is_scaled_format(&code) {
                &mut self.scaled
            } else {
                &mut self.others
            };
            kind.insert(id);
        }
        Ok(())
    }

    /// What a format for numbers does, spelt out or known by its number.
    fn of(&self, id: u32) -> (bool, bool) {
        let spelt =
            self.others.contains(&id) || self.scaled.contains(&id) || self.dates.contains(&id);
        let is_date = self.dates.contains(&id) || (!spelt && is_date_number(id));
        let is_scaled = self.scaled.contains(&id) || (!spelt && is_scaled_number(id));
        (is_date, is_scaled)
    }
}

pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Styles, Why> {
    let mut found = Styles::default();
    match fill(&mut found, package, part) {
        Err(Why::TooMuch) => found.more = true,
        other => other?,
    }
    Ok(found)
}

fn fill(found: &mut Styles, package: &mut Package<'_>, part: &str) -> Result<(), Why> {
    let mut spelt = Spelt::default();
    let mut fonts = Vec::new();
    let mut xml = package.xml(part)?;
    xml.allow(STYLE_TOKENS, STYLE_BYTES);
    let mut in_cells = false;
    loop {
        match xml.next()? {
            // Books that were copied for years have tens of thousands of these.
            Token::Open(tag) if PASSED_OVER.contains(&tag.local()) => {
                let name = tag.name().to_owned();
                xml.skip_unseen(&name)?;
            }
            Token::Open(tag) if tag.local() == "fonts" => {
                let name = tag.name().to_owned();
                fonts = looks_of_fonts(&mut xml, &name)?;
                xml.allow(STYLE_TOKENS, STYLE_BYTES);
            }
            Token::Open(tag) | Token::Empty(tag) => match tag.local() {
                "numFmt" => spelt.add(&tag)?,
                "cellXfs" => in_cells = true,
                "xf" if in_cells && found.formats.len() < FORMATS => {
                    found.formats.push(format(&tag, &spelt, &fonts)?);
                }
                _ => {}
            },
            // What follows is for conditional formats and tables.
            Token::Close(tag) if tag.local() == "cellXfs" => {
                return xml.finish();
            }
            Token::Done => return Ok(()),
            _ => {}
        }
    }
}

fn format(tag: &Tag<'_>, spelt: &Spelt, fonts: &[Look]) -> Result<Format, Why> {
    let (mut number, mut font) = (0, 0);
    for found in tag.raw_attributes() {
        match found? {
            ("numFmtId", id) => number = id.parse().unwrap_or(0),
            ("fontId", id) => font = id.parse().unwrap_or(0),
            _ => {}
        }
    }
    let (is_date, scaled) = spelt.of(number);
    let look = fonts.get(font).copied().unwrap_or_default();
    Ok(Format {
        is_date,
        look: Look { scaled, ..look },
    })
}

/// How text in each font looks, as far as they are read; the rest is passed over.
fn looks_of_fonts(xml: &mut Xml<'_>, name: &str) -> Result<Vec<Look>, Why> {
    let mut fonts = Vec::new();
    let mut look = Look::default();
    let inside = xml.depth();
    let mut left = FONT_TOKENS;
    xml.allow(FONT_TOKENS + STYLE_TOKENS, STYLE_BYTES);
    loop {
        left = left.saturating_sub(1);
        match xml.next()? {
            Token::Open(tag) if tag.local() == "font" => look = Look::default(),
            Token::Empty(tag) if tag.local() == "font" => fonts.push(Look::default()),
            Token::Open(tag) | Token::Empty(tag) => look = look.and(look_of(&tag)?),
            Token::Close(tag) if tag.local() == "font" => fonts.push(look),
            Token::Done => return Ok(fonts),
            _ => {}
        }
        if xml.depth() < inside {
            return Ok(fonts);
        }
        if left == 0 && xml.depth() == inside {
            xml.skip_unseen(name)?;
            return Ok(fonts);
        }
    }
}
