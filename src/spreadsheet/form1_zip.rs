//! Many forms of an edition in one ZIP, written book by book so that it can be sent while it grows.

use jiff::civil::DateTime;

use super::SpreadsheetError;
use super::form1_books::{Form1Books, FormBody, FormContent};
use super::zip_writer::{Entry, ZipWriter};
use crate::domain::survey_edition::EditionDefinition;

/// A ZIP of forms being written.
pub struct Form1Zip {
    books: Form1Books,
    zip: ZipWriter,
}

impl Form1Zip {
    /// An empty one; `moment` is what its entries are dated, in Japanese time.
    pub fn new(edition: &EditionDefinition, moment: DateTime) -> Result<Self, SpreadsheetError> {
        Ok(Self {
            books: Form1Books::new(edition)?,
            zip: ZipWriter::new(moment),
        })
    }

    /// Adds a body's form under a file name of its own. A body is added once.
    pub fn add(
        &mut self,
        name: &str,
        body: &FormBody<'_>,
        content: FormContent<'_>,
    ) -> Result<(), SpreadsheetError> {
        let book = self.books.with(body, content)?;
        self.zip.add(name, &Entry::stored(book)?)
    }

    /// Bytes written and not taken yet.
    pub fn waiting(&self) -> usize {
        self.zip.waiting()
    }

    /// Takes what was written so far.
    pub fn take(&mut self) -> Vec<u8> {
        self.zip.take()
    }

    /// Ends the ZIP; gives what was not taken yet.
    pub fn finish(self) -> Result<Vec<u8>, SpreadsheetError> {
        self.zip.finish()
    }
}
