//! One sheet, its cells tagged with what they are: what every part of the reader looks at.

use super::label_key::label_key;
use super::value::is_blank;
use super::vocabulary::{Form1Vocabulary, Label, NameOf, Tag};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::cell_ref::CellRef;
use crate::domain::fiscal_year::FiscalYear;
use crate::spreadsheet::intake::grid::{Cell, CellValue, Grid, Sheet};

/// Cells looked at; no form has a tenth of that.
const CELLS_MAX: usize = 20_000;
/// Cells without a known label that are looked at closely.
const NEAR_MAX: usize = 2_000;
/// More rows and columns than any spreadsheet program has.
const ROWS_MAX: u32 = 1 << 24;
const COLUMNS_MAX: u32 = 1 << 20;

/// Labels of one kind that are looked at; a form has one of each, and two dozen rows.
const SPOTS_MAX: usize = 200;

/// What each cell is. Words that are only near the form's are looked for where the form is.
fn tags(cells: &[&Cell], vocabulary: &Form1Vocabulary) -> Vec<Option<Tag>> {
    let mut tags: Vec<Option<Tag>> = cells
        .iter()
        .map(|cell| match &cell.value {
            CellValue::Text(text) => vocabulary.known(text),
            _ => None,
        })
        .collect();
    if tags.iter().flatten().count() >= 2 {
        let open = tags.iter_mut().zip(cells).filter(|(tag, _)| tag.is_none());
        let open = open.filter(|(_, cell)| matches!(cell.value, CellValue::Text(_)));
        for (tag, cell) in open.take(NEAR_MAX) {
            if let CellValue::Text(text) = &cell.value {
                *tag = vocabulary.near(text);
            }
        }
    }
    tags
}

/// Letters of a choice's own wording, at least; people's short forms have fewer.
const WORDING: usize = 10;

/// Words of the form that somebody wrote as an answer: right of a choice, beside a row's name under a head of the
/// answers, below the note on ④. They name nothing there, and must not be passed over.
fn answers_are_no_labels(cells: &[&Cell], tags: &mut [Option<Tag>]) {
    let answers: Vec<usize> = (0..cells.len())
        .filter(|position| tags[*position].is_some_and(|tag| may_be_written(tag.label)))
        .take(SPOTS_MAX)
        .filter(|position| is_answer(cells, tags, *position))
        .collect();
    for position in answers {
        tags[position] = None;
    }
}

/// Words that people write where an answer belongs.
fn may_be_written(label: Label) -> bool {
    use Label::{Intent, Others, Row, Stranger};
    matches!(label, Row(_) | Stranger(_) | Intent(_) | Others)
}

fn is_answer(cells: &[&Cell], tags: &[Option<Tag>], position: usize) -> bool {
    let Some(tag) = tags[position] else {
        return false;
    };
    let at = cells[position].at;
    let is_row = |tag: &Tag| matches!(tag.label, Label::Row(_) | Label::Stranger(_));
    let is_intent = |tag: &Tag| matches!(tag.label, Label::Intent(_));
    let before = || (0..position).filter_map(|at| Some((at, tags[at]?)));
    let beside = || {
        before()
            .rev()
            .take_while(|(other, _)| cells[*other].at.row == at.row)
    };
    let letters = |position: usize| match &cells[position].value {
        CellValue::Text(text) => label_key(text).chars().count(),
        _ => 0,
    };
    // 対象制度 stands over names.
    let is_of_names = |position: usize| matches!(&cells[position].value, CellValue::Text(text) if text.contains("制度"));
    let under = |heads: &[Label]| {
        before().any(|(other, tag)| {
            heads.contains(&tag.label)
                && !is_of_names(other)
                && cells[other].at.column == at.column
                && cells[other].at.row < at.row
        })
    };
    if beside().any(|(_, tag)| is_row(&tag)) {
        // Of a column with names of its own, most rows have no name before it.
        let names = || (0..cells.len()).filter(|other| cells[*other].at.column == at.column);
        let own = names()
            .filter(|other| tags[*other].is_some_and(|tag| is_row(&tag)))
            .filter(|other| {
                let row = cells[*other].at.row;
                let mut left = (0..*other)
                    .rev()
                    .take_while(|left| cells[*left].at.row == row);
                !left.any(|left| tags[left].is_some_and(|tag| is_row(&tag)))
            });
        return under(&[Label::TargetColumn, Label::RecipientsColumn]) && own.count() < 2;
    }
    let fourths = tags.iter().flatten().filter(|tag| is_fourth(tag.label));
    if is_fourth(tag.label) && fourths.count() < 2 {
        return false;
    }
    let choice = beside().find(|(_, tag)| is_intent(tag));
    if let Some((choice, of)) = choice {
        let is_wording = |position: usize, tag: Tag| !tag.near && letters(position) >= WORDING;
        let fourth = of.label == Label::Intent(ApplicationIntent::Other);
        let is_short = !is_wording(position, tag);
        return is_short && (fourth || is_wording(choice, of) || under(&[Label::AnswerColumn]));
    }
    // Below the note behind all choices.
    let last = |wanted: &dyn Fn(Label) -> bool| {
        before()
            .rev()
            .find(|(_, tag)| wanted(tag.label))
            .map(|(at, _)| at)
    };
    let is_note = |label| matches!(label, Label::IntentNote | Label::OtherNote);
    let choices = [
        last(&|label| label == Label::Intent(ApplicationIntent::FirstRound)),
        last(&|label| label == Label::Intent(ApplicationIntent::SecondRound)),
        last(&|label| label == Label::Intent(ApplicationIntent::NoPlan)),
        last(&is_fourth),
    ];
    is_intent(&tag)
        && choices
            .iter()
            .all(|choice| choice.is_some() && *choice < last(&is_note))
}

fn is_fourth(label: Label) -> bool {
    matches!(
        label,
        Label::Others | Label::Intent(ApplicationIntent::Other)
    )
}

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
    /// Cell and question of the edition.
    pub questions: Vec<(usize, usize)>,
    pub form2: Vec<usize>,
    /// Words of the form of another kind of survey.
    pub other_kind: Vec<usize>,
    /// Heads of columns that the form works out itself.
    pub computed: Vec<usize>,
    /// Cells whose words tell a year.
    pub years: Vec<(usize, FiscalYear)>,
}

/// Notes a spot, up to a bound no form comes near.
fn keep<T>(spots: &mut Vec<T>, spot: T) {
    if spots.len() < SPOTS_MAX {
        spots.push(spot);
    }
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
        let mut tags = tags(&cells, vocabulary);
        answers_are_no_labels(&cells, &mut tags);
        let names = grid
            .names
            .iter()
            .filter(|name| name.sheet == sheet.name)
            .filter_map(|name| Some((vocabulary.name(&name.name)?, name.at)))
            .take(SPOTS_MAX)
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
            let list = match tag.label {
                Label::Row(row) => {
                    keep(&mut spots.rows, (position, row));
                    continue;
                }
                Label::Stranger(row) => {
                    keep(&mut spots.strangers, (position, row));
                    continue;
                }
                Label::Question(question) => {
                    keep(&mut spots.questions, (position, question));
                    continue;
                }
                Label::Edition(year) => {
                    keep(&mut spots.years, (position, year));
                    continue;
                }
                Label::Code => &mut spots.code,
                Label::Name => &mut spots.name,
                Label::Prefecture => &mut spots.prefecture,
                Label::SomeName => &mut some_names,
                Label::Department => &mut spots.department,
                Label::Email => &mut spots.email,
                Label::Phone => &mut spots.phone,
                Label::IntentHeading => &mut spots.intent_heading,
                Label::AnswerColumn => &mut spots.answer_column,
                Label::Intent(intent) => &mut spots.intents[intent as usize],
                Label::IntentNote => &mut spots.intent_note,
                Label::TargetColumn => &mut spots.target_column,
                Label::RecipientsColumn => &mut spots.recipients_column,
                Label::Others => &mut others,
                Label::Total => &mut spots.total,
                Label::OtherNote => &mut spots.other_note,
                Label::Form2 => &mut spots.form2,
                Label::OtherKind => &mut spots.other_kind,
                Label::Computed => &mut spots.computed,
                Label::ContactHeading
                | Label::SchemesHeading
                | Label::Subtotal
                | Label::Printed => continue,
            };
            keep(list, position);
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

    /// The merged area over a cell, if it is more than one row high.
    pub fn merged_over(&self, at: CellRef) -> Option<(CellRef, CellRef)> {
        let covers = |(first, last): &&(CellRef, CellRef)| {
            (first.row..=last.row).contains(&at.row)
                && (first.column..=last.column).contains(&at.column)
        };
        self.sheet.merged.iter().find(covers).copied()
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

    /// The form of another kind of survey: it has its words and not our column. What stands in its column must not
    /// be taken for what stands in ours.
    pub fn is_other_kind(&self) -> bool {
        !self.spots.other_kind.is_empty() && self.spots.recipients_column.is_empty()
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
