//! One 様式1 sheet being read: what the parts of the reader share.

use super::value::{Kind, objection, shown};
use super::view::View;
use super::vocabulary::Form1Vocabulary;
use super::{choices, fields, questions, table};
use crate::domain::cell_ref::CellRef;
use crate::domain::form1_sheet::{Finding, Form1Sheet, FoundText, Rereading};
use crate::domain::intake::Severity;
use crate::domain::place::Place;

/// How a mark that is no mark is shown beside what was written.
pub(super) const NO_MARK: &str = "○なし";
/// The one mark that is stored as it stands.
pub(super) const CIRCLE: &str = "○";

/// A sheet and what was read of it so far.
pub(super) struct Reader<'v, 'a> {
    pub view: &'v View<'a>,
    pub vocabulary: &'v Form1Vocabulary,
    pub sheet: Form1Sheet,
}

impl<'v, 'a> Reader<'v, 'a> {
    pub fn new(view: &'v View<'a>, vocabulary: &'v Form1Vocabulary) -> Self {
        let sheet = Form1Sheet {
            sheet: view.sheet.name.clone(),
            head: fields::head_of(view),
            ..Form1Sheet::default()
        };
        Self {
            view,
            vocabulary,
            sheet,
        }
    }

    /// Reads the whole sheet.
    pub fn read(mut self) -> Form1Sheet {
        self.compare_years();
        fields::check_head(&mut self);
        fields::read(&mut self);
        if self.vocabulary.edition.asks_intent() {
            choices::read(&mut self);
        }
        table::read(&mut self);
        questions::read(&mut self);
        self.sheet
    }

    pub fn text(&self, position: usize) -> String {
        shown(self.view.cells[position]).into_owned()
    }

    pub fn found(&self, position: usize) -> FoundText {
        FoundText {
            at: self.view.cells[position].at,
            text: self.text(position),
        }
    }

    /// Something to say about a cell.
    pub fn say(
        &mut self,
        severity: Severity,
        position: usize,
        place: Option<Place>,
        message: impl Into<String>,
    ) {
        let FoundText { at, text } = self.found(position);
        self.sheet.findings.push(Finding {
            severity,
            at: Some(at),
            found: text,
            message: message.into(),
            place,
        });
    }

    /// Something to say about the sheet or a field that is not there.
    pub fn say_of_sheet(
        &mut self,
        severity: Severity,
        place: Option<Place>,
        message: impl Into<String>,
    ) {
        self.sheet.findings.push(Finding {
            severity,
            at: None,
            found: String::new(),
            message: message.into(),
            place,
        });
    }

    /// Complains about a formula, a date or an error in an answer; true if there is one. A formula that shows
    /// nothing is one too: whoever saved the file last may not have worked it out.
    pub fn objects(&mut self, position: usize, kind: Kind, place: &Place) -> bool {
        let cell = self.view.cells[position];
        let Some(message) = objection(cell, kind) else {
            return false;
        };
        self.say(Severity::Error, position, Some(place.clone()), message);
        true
    }

    /// A value that is not stored as it stands.
    pub fn reread(&mut self, position: usize, read_as: &str, place: Option<Place>) {
        let FoundText { at, text } = self.found(position);
        self.sheet.rereadings.push(Rereading {
            at,
            found: text,
            read_as: read_as.to_owned(),
            place,
        });
    }

    /// Notes where an answer stands; an empty text if nothing does.
    pub fn stands(&mut self, place: Place, at: CellRef, text: String) {
        self.sheet.cells.push((place, FoundText { at, text }));
    }

    /// Notes where an answer belongs; what stands there, if anything, is no answer.
    pub fn stands_empty(&mut self, place: Place, at: CellRef) {
        let position = self
            .view
            .at(at)
            .filter(|position| self.view.label(*position).is_none());
        let text = position.map_or_else(String::new, |position| self.text(position));
        self.stands(place, at, text);
    }

    /// The words of the form must be of one year.
    fn compare_years(&mut self) {
        let own = self.vocabulary.edition.fiscal_year;
        let other = self.view.spots.years.iter().find(|(_, year)| *year != own);
        if let Some((position, year)) = other {
            let message = format!(
                "{}分の様式に、{year}分の文言があります。どの年度の様式か分からないため、{}の{}をダウンロードし直して記入してください。",
                own,
                self.vocabulary.edition.short_title,
                self.vocabulary.edition.words().form
            );
            self.say(Severity::Error, *position, None, message);
        }
    }
}
