//! How the runs of a text look: `<r><rPr><strike/></rPr><t>115</t></r><r><t>130</t></r>`.

use crate::spreadsheet::intake::grid::Look;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Tag;

/// The run that is being read, and what was seen of all before.
#[derive(Default)]
pub(super) struct Run {
    current: Look,
    seen: Look,
}

impl Run {
    /// A tag within a text.
    ///
    /// # Errors
    /// Where its attributes do not read.
    pub(super) fn tag(&mut self, tag: &Tag<'_>) -> Result<(), Why> {
        match tag.local() {
            "r" => self.current = Look::default(),
            _ => self.current = self.current.and(look_of(tag)?),
        }
        Ok(())
    }

    /// Text of the current run.
    pub(super) fn text(&mut self, text: &str) {
        if self.current != Look::default() && !text.trim().is_empty() {
            self.seen = self.seen.and(self.current);
        }
    }

    /// How the whole looks.
    pub(super) fn look(&self) -> Look {
        self.seen
    }
}

/// What one property of a font says.
///
/// # Errors
/// Where its attributes do not read.
pub(super) fn look_of(tag: &Tag<'_>) -> Result<Look, Why> {
    let mut look = Look::default();
    match tag.local() {
        "strike" => {
            let value = tag.attribute("val")?;
            look.struck = !value.is_some_and(|value| matches!(&*value, "0" | "false" | "off"));
        }
        "vertAlign" => {
            let value = tag.attribute("val")?;
            look.raised = value.is_some_and(|value| value != "baseline");
        }
        _ => {}
    }
    Ok(look)
}
