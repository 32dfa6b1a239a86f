//! Styles: only which formats show a number as a date or a time.

use std::collections::BTreeSet;

use crate::spreadsheet::intake::bounds::{FORMATS, STYLE_BYTES, STYLE_TOKENS};
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::text::{is_date_format, is_date_number};
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Token;

/// What says nothing about numbers.
const PASSED_OVER: [&str; 4] = ["fonts", "fills", "borders", "cellStyleXfs"];

/// Whether the cell format of each number shows dates.
#[derive(Default)]
pub(super) struct Styles {
    dates: Vec<bool>,
    /// There are more of them, too far back to be read.
    more: bool,
}

impl Styles {
    /// None where the format was not read.
    pub(super) fn is_date(&self, style: usize) -> Option<bool> {
        let known = self.dates.get(style).copied();
        known.or_else(|| (!self.more).then_some(false))
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
    let mut own_dates = BTreeSet::new();
    let mut own_others = BTreeSet::new();
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
            Token::Open(tag) | Token::Empty(tag) => match tag.local() {
                "numFmt" if own_dates.len() + own_others.len() < FORMATS => {
                    let id = tag.attribute("numFmtId")?;
                    let code = tag.attribute("formatCode")?.unwrap_or_default();
                    if let Some(id) = id.and_then(|id| id.parse::<u32>().ok()) {
                        let kind = if is_date_format(&code) {
                            &mut own_dates
                        } else {
                            &mut own_others
                        };
                        kind.insert(id);
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells && found.dates.len() < FORMATS => {
                    let id = tag.attribute("numFmtId")?;
                    let id = id.and_then(|id| id.parse::<u32>().ok()).unwrap_or(0);
                    let own = own_dates.contains(&id);
                    let known = is_date_number(id) && !own_others.contains(&id);
                    found.dates.push(own || known);
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
