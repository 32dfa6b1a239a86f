//! How cells and texts of an `.ods` look, by the names of their styles; only what does not look plain is kept.

use std::collections::BTreeMap;

use crate::spreadsheet::intake::bounds::FORMATS;
use crate::spreadsheet::intake::grid::Look;
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::Tag;

/// The styles read so far.
#[derive(Default)]
pub(super) struct Styles(BTreeMap<String, Look>);

impl Styles {
    /// How cells or texts of a style look.
    pub(super) fn look(&self, style: &str) -> Look {
        self.0.get(style).copied().unwrap_or_default()
    }

    /// What a style says of its text.
    ///
    /// # Errors
    /// Where its attributes do not read.
    pub(super) fn text_properties(&mut self, style: &str, tag: &Tag<'_>) -> Result<(), Why> {
        let line = match tag.attribute("style:text-line-through-style")? {
            None => tag.attribute("style:text-line-through-type")?,
            line => line,
        };
        let place = tag.attribute("style:text-position")?;
        let raised = place.is_some_and(|place| {
            let step = place.split(' ').next().unwrap_or_default();
            !matches!(step, "" | "0%")
        });
        let look = Look {
            struck: line.is_some_and(|line| line != "none"),
            raised,
            scaled: false,
        };
        if look != Look::default() && self.0.len() < FORMATS {
            self.0.insert(style.to_owned(), look);
        }
        Ok(())
    }
}
