//! Many forms of an edition in one ZIP, written book by book so that it can be sent while it grows.

use jiff::civil::DateTime;

use super::SpreadsheetError;
use super::form1_books::{Form1Books, FormBody, ReceiptLine};
use super::zip_writer::{Entry, ZipWriter};
use crate::domain::response::{Form1, Form1Input};
use crate::domain::survey_edition::EditionDefinition;

/// What stands in a form.
#[derive(Clone, Copy, Debug)]
pub enum FormContent<'a> {
    Blank,
    /// What the body answered last.
    Prefilled(&'a Form1Input),
    Submitted(&'a Form1, ReceiptLine<'a>),
}

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
        let book = match content {
            FormContent::Blank => self.books.form(body, None, None),
            FormContent::Prefilled(input) => self.books.prefilled(body, input),
            FormContent::Submitted(form, receipt) => {
                self.books.form(body, Some(form), Some(&receipt))
            }
        }?;
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
