//! Shapes and text boxes over a sheet: not read, but known to be there, for people draw circles and write in boxes.

use crate::spreadsheet::intake::bounds::{SHAPE_BYTES, SHAPE_TOKENS};
use crate::spreadsheet::intake::collect::Collector;
use crate::spreadsheet::intake::grid::{CellRef, Shape};
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Token;

/// Outlines that stand for ○.
const ROUND: [&str; 4] = ["ellipse", "donut", "flowChartConnector", "arc"];

/// Where a shape is anchored, in cells from the top left to the bottom right.
#[derive(Default)]
struct Anchor {
    first: CellRef,
    last: CellRef,
    is_shape: bool,
    round: bool,
}

/// What a number stands for.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Nothing,
    Row,
    Column,
}

/// Finds the shapes of a drawing, as far as it is read.
pub(super) fn read(
    package: &mut Package<'_>,
    part: &str,
    cells: &mut Collector<'_>,
) -> Result<(), Why> {
    match find(package, part, cells) {
        // What was found is said; a drawing that long, or none, holds no answer.
        Err(Why::TooMuch | Why::Damaged) => Ok(()),
        other => other,
    }
}

fn find(package: &mut Package<'_>, part: &str, cells: &mut Collector<'_>) -> Result<(), Why> {
    let mut xml = package.xml(part)?;
    xml.allow(SHAPE_TOKENS, SHAPE_BYTES);
    let mut anchor = Anchor::default();
    let mut to = false;
    let mut within = Within::Nothing;
    loop {
        match xml.next()? {
            Token::Open(tag) | Token::Empty(tag) => match tag.local() {
                "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" => {
                    anchor = Anchor::default();
                    to = false;
                }
                "to" => to = true,
                "row" => within = Within::Row,
                "col" => within = Within::Column,
                // Drawn with the pen, too.
                "sp" | "cxnSp" | "contentPart" => anchor.is_shape = true,
                "prstGeom" => {
                    let outline = tag.attribute("prst")?;
                    anchor.round |= outline.is_some_and(|outline| ROUND.contains(&&*outline));
                }
                _ => {}
            },
            Token::Text(text) if within != Within::Nothing => {
                let number = text.trim().parse().unwrap_or(0);
                let at = if to {
                    &mut anchor.last
                } else {
                    &mut anchor.first
                };
                match within {
                    Within::Row => at.row = number,
                    _ => at.column = number,
                }
            }
            Token::Close(tag) => match tag.local() {
                "row" | "col" => within = Within::Nothing,
                "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" if anchor.is_shape => {
                    cells.draw(anchor.shape());
                }
                _ => {}
            },
            Token::Done => return Ok(()),
            _ => {}
        }
    }
}

impl Anchor {
    fn shape(&self) -> Shape {
        let middle = |first: u32, last: u32| first.midpoint(last.max(first));
        Shape {
            at: CellRef {
                row: middle(self.first.row, self.last.row),
                column: middle(self.first.column, self.last.column),
            },
            round: self.round,
        }
    }
}
