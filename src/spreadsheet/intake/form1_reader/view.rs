//! One sheet, its cells tagged with what they are: what every part of the reader looks at.

use super::value::is_blank;
use super::vocabulary::{Form1Vocabulary, Label, NameOf, Tag};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::cell_ref::CellRef;
use crate::domain::fiscal_year::FiscalYear;
use crate::spreadsheet::intake::grid::{Cell, CellValue, Grid, Sheet};

/// Cells looked at closely; no form has a tenth of that.
const CELLS_MAX: usize = 20_000;
/// More rows and columns than any spreadsheet program has.
const ROWS_MAX: u32 = 1 << 24;
const COLUMNS_MAX: u32 = 1 << 20;

/// A sheet with something in every cell it lists.
pub(super) struct View<'a> {
    pub sheet: &'a Sheet,
    /// By row, then column; blank ones left out unless a formula made them blank.
    pub cells: Vec<&'a Cell>,
    /// What each cell is, if it is printed.
    pub tags: Vec<Option<Tag>>,
    pub spots: Spots,
    /// Cells with a defined name of ours.
    pub names: Vec<(NameOf, CellRef)>,
    /// There are more cells than are looked at.
    pub cut: bool,
}

/// Where the labels stand, as positions in `cells`.
#[derive(Default)]
pub(super) struct Spots {
    pub code: Vec<usize>,
    pub name: Vec<usize>,
    pub prefecture: Vec<usize>,
    pub department: Vec<usize>,
    pub email: Vec<usize>,
    pub phone: Vec<usize>,
    pub intent_heading: Vec<usize>,
    pub answer_column: Vec<usize>,
    pub intents: [Vec<usize>; 4],
    pub intent_note: Vec<usize>,
    pub target_column: Vec<usize>,
    pub recipients_column: Vec<usize>,
    /// Cell and row of the edition.
    pub rows: Vec<(usize, usize)>,
    /// Cell and row of another edition.
    pub strangers: Vec<(usize, usize)>,
    pub total: Vec<usize>,
    pub other_note: Vec<usize>,
    pub form2: Vec<usize>,
    /// Cells whose words tell a year.
    pub years: Vec<(usize, FiscalYear)>,
}

impl<'a> View<'a> {
    pub fn new(grid: &Grid, sheet: &'a Sheet, vocabulary: &Form1Vocabulary) -> Self {
        let seen = |cell: &&Cell| {
            let exists = cell.at.row < ROWS_MAX && cell.at.column < COLUMNS_MAX;
            exists && (cell.formula || !is_blank(cell))
        };
        let mut cells: Vec<&Cell> = sheet.cells.iter().filter(seen).take(CELLS_MAX).collect();
        if !cells.is_sorted_by_key(|cell| cell.at) {
            cells.sort_by_key(|cell| cell.at);
        }
        let tags = cells
            .iter()
            .map(|cell| match &cell.value {
                CellValue::Text(text) => vocabulary.tag(text),
                _ => None,
            })
            .collect();
        let names = grid
            .names
            .iter()
            .filter(|name| name.sheet == sheet.name)
            .filter_map(|name| Some((vocabulary.name(&name.name)?, name.at)))
            .collect();
        let mut view = Self {
            sheet,
            cut: sheet.cut || sheet.cells.len() > CELLS_MAX,
            cells,
            tags,
            spots: Spots::default(),
            names,
        };
        view.find_spots(vocabulary);
        view
    }

    fn find_spots(&mut self, vocabulary: &Form1Vocabulary) {
        let mut spots = Spots::default();
        let last = vocabulary
            .edition
            .rows
            .iter()
            .position(|row| row.needs_text);
        let (mut others, mut some_names) = (Vec::new(), Vec::new());
        for (position, tag) in self.tags.iter().enumerate() {
            let Some(tag) = tag else {
                continue;
            };
            if let (Label::Intent(intent), Some(year)) = (tag.label, tag.year)
                && spots.intents[intent as usize].is_empty()
            {
                spots.years.push((position, year));
            }
            match tag.label {
                Label::Code => spots.code.push(position),
                Label::Name => spots.name.push(position),
                Label::Prefecture => spots.prefecture.push(position),
                Label::SomeName => some_names.push(position),
                Label::Department => spots.department.push(position),
                Label::Email => spots.email.push(position),
                Label::Phone => spots.phone.push(position),
                Label::IntentHeading => spots.intent_heading.push(position),
                Label::AnswerColumn => spots.answer_column.push(position),
                Label::Intent(intent) => spots.intents[intent as usize].push(position),
                Label::IntentNote => spots.intent_note.push(position),
                Label::TargetColumn => spots.target_column.push(position),
                Label::RecipientsColumn => spots.recipients_column.push(position),
                Label::Row(row) => spots.rows.push((position, row)),
                Label::Stranger(row) => spots.strangers.push((position, row)),
                Label::Others => others.push(position),
                Label::Total => spots.total.push(position),
                Label::OtherNote => spots.other_note.push(position),
                Label::Form2 => spots.form2.push(position),
                Label::Edition(year) => spots.years.push((position, year)),
                Label::ContactHeading
                | Label::SchemesHeading
                | Label::Subtotal
                | Label::Printed => {}
            }
        }
        // A year stands in a title; below the first field it is what somebody wrote.
        let fields = [&spots.department, &spots.email, &spots.phone];
        if let Some(first) = fields.iter().filter_map(|labels| labels.first()).min() {
            let tags = &self.tags;
            let is_title =
                |at: usize| tags[at].is_some_and(|tag| matches!(tag.label, Label::Edition(_)));
            spots.years.retain(|(at, _)| at < first || !is_title(*at));
        }
        // その他 alone is the choice below ③, and the last row of the table anywhere else.
        let third = spots.intents[ApplicationIntent::NoPlan as usize].first();
        let third = third.map(|position| self.cells[*position].at.row);
        for position in others {
            let row = self.cells[position].at.row;
            let fourth = ApplicationIntent::Other as usize;
            if third.is_some_and(|third| row >= third && row - third < 4) {
                if spots.intents[fourth].is_empty() {
                    spots.intents[fourth].push(position);
                }
            } else if let Some(last) = last
                && !spots.rows.is_empty()
            {
                spots.rows.push((position, last));
            }
        }
        for position in some_names {
            if spots
                .email
                .iter()
                .chain(&spots.phone)
                .any(|label| *label < position)
                || (!spots.code.is_empty()
                    && spots
                        .department
                        .first()
                        .is_some_and(|label| *label < position))
            {
                spots.department.push(position);
            } else if spots.name.is_empty() {
                spots.name.push(position);
            } else {
                spots.department.push(position);
            }
        }
        self.spots = spots;
    }

    /// The cell at a place, if there is something in it.
    pub fn at(&self, at: CellRef) -> Option<usize> {
        self.cells.binary_search_by_key(&at, |cell| cell.at).ok()
    }

    /// The positions of a row's cells.
    pub fn row(&self, row: u32) -> std::ops::Range<usize> {
        let from = self.cells.partition_point(|cell| cell.at.row < row);
        let to = self.cells.partition_point(|cell| cell.at.row <= row);
        from..to
    }

    /// Where the cell with a name of ours is.
    pub fn named(&self, name: NameOf) -> Option<CellRef> {
        self.names
            .iter()
            .find(|(of, _)| *of == name)
            .map(|(_, at)| *at)
    }

    /// The form's own words stand here.
    pub fn is_printed(&self, position: usize) -> bool {
        self.tags[position].is_some_and(|tag| !tag.near)
    }

    pub fn label(&self, position: usize) -> Option<Label> {
        self.tags[position].map(|tag| tag.label)
    }

    /// How many different rows of the edition are printed on this sheet.
    pub fn rows_found(&self) -> usize {
        let mut rows: Vec<usize> = self.spots.rows.iter().map(|(_, row)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows.len()
    }

    /// Every row of the table and the note below it are there.
    pub fn is_whole(&self, vocabulary: &Form1Vocabulary) -> bool {
        self.rows_found() == vocabulary.edition.rows.len() && !self.spots.other_note.is_empty()
    }

    /// Whether the sheet is a 様式1 of any edition: enough rows of the table with a head or choices, or the
    /// other way round.
    pub fn is_form1(&self) -> bool {
        let spots = &self.spots;
        let contact = [&spots.department, &spots.email, &spots.phone]
            .iter()
            .filter(|labels| !labels.is_empty())
            .count();
        let choices = spots.intents.iter().filter(|at| !at.is_empty()).count();
        let rows = self.rows_found();
        (rows >= 3 && contact + choices >= 2)
            || (contact >= 2 && choices >= 2)
            || self.names.len() >= 10
    }
}
