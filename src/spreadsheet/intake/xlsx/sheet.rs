//! One sheet in one pass: value, formula and date of each cell, up to the end of its data or to a bound.

use super::runs::Run;
use super::strings::Strings;
use super::styles::Styles;
use crate::spreadsheet::intake::bounds::{
    BESIDE_BYTES, BESIDE_TOKENS, PART_BYTES, TOKEN_BYTES, TOKENS,
};
use crate::spreadsheet::intake::collect::{Collector, Go};
use crate::spreadsheet::intake::grid::{CellRef, CellValue, Look};
use crate::spreadsheet::intake::package::Package;
use crate::spreadsheet::intake::text::{
    asks_a_program, cell_ref, number, row_number, serial_of_date, unescape,
};
use crate::spreadsheet::intake::why::Why;
use crate::spreadsheet::intake::xml::{Tag, Token, Xml};

/// Days between the two calendars of Excel.
const DAYS_1904: f64 = 1_462.0;
/// Areas of array formulas that are remembered.
const ARRAYS: usize = 100;

/// Elements that may stand between the cells and the merged areas (ECMA-376, CT_Worksheet).
const BEFORE_MERGED: [&str; 9] = [
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "phoneticPr",
];

/// What a sheet's cells point at.
pub(super) struct Context<'c> {
    pub(super) strings: Strings<'c>,
    pub(super) styles: &'c Styles,
    pub(super) epoch_1904: bool,
}

/// How a cell writes its value.
#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
    IsoDate,
}

/// The cell being read.
#[derive(Default)]
struct Open {
    at: CellRef,
    kind: Kind,
    style: usize,
    formula: bool,
    has_value: bool,
    has_inline: bool,
}

/// What text belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Nothing,
    Value,
    Formula,
}

struct Reading<'r, 'c, 'b> {
    context: &'r mut Context<'c>,
    cells: Collector<'b>,
    /// The next row and column, for cells that do not say where they stand.
    next: CellRef,
    open: Option<Open>,
    within: Within,
    value: String,
    formula: String,
    /// How the text of the open cell looks, where it stands in the cell.
    run: Run,
    /// First and last cell of each array formula.
    arrays: Vec<(CellRef, CellRef)>,
    /// All cells came by; of what follows only the merged areas are of interest.
    past_data: bool,
}

/// Reads the cells of a sheet into `cells`.
pub(super) fn read<'b>(
    package: &mut Package<'_>,
    part: &str,
    cells: Collector<'b>,
    context: &mut Context<'_>,
) -> Result<Collector<'b>, Why> {
    let mut reading = Reading {
        context,
        cells,
        next: CellRef::default(),
        open: None,
        within: Within::Nothing,
        value: String::new(),
        formula: String::new(),
        run: Run::default(),
        arrays: Vec::new(),
        past_data: false,
    };
    let mut xml = package.xml(part)?;
    xml.allow(BESIDE_TOKENS, BESIDE_BYTES);
    loop {
        if xml.is_spent() {
            reading.cells.cut();
            return Ok(reading.cells);
        }
        let go = match step(&mut xml, &mut reading) {
            // Nothing of the form stands so far behind the cells.
            Err(Why::TooMuch) if reading.past_data => reading.cells.cut(),
            other => other?,
        };
        if go == Go::Stop {
            if !reading.cells.is_cut() {
                xml.finish()?;
            }
            return Ok(reading.cells);
        }
    }
}

/// Takes in the next piece.
fn step(xml: &mut Xml<'_>, reading: &mut Reading<'_, '_, '_>) -> Result<Go, Why> {
    Ok(match xml.next()? {
        Token::Open(tag) => match tag.local() {
            "sheetData" if !reading.past_data => {
                xml.allow(TOKENS, PART_BYTES);
                Go::On
            }
            "rPh" | "extLst" => {
                xml.skip()?;
                Go::On
            }
            "mergeCells" if reading.past_data => Go::On,
            name if reading.past_data && BEFORE_MERGED.contains(&name) => {
                xml.skip()?;
                Go::On
            }
            _ => reading.opened(&tag, false)?,
        },
        Token::Empty(tag) => reading.opened(&tag, true)?,
        Token::Text(text) => {
            reading.text(&text)?;
            Go::On
        }
        Token::Close(tag) => match tag.local() {
            "v" | "t" | "f" => {
                reading.within = Within::Nothing;
                Go::On
            }
            "c" => reading.closed()?,
            "sheetData" => {
                reading.past_data = true;
                xml.allow(BESIDE_TOKENS, BESIDE_BYTES);
                Go::On
            }
            // What follows (validations, drawings) is not read.
            "mergeCells" | "worksheet" => Go::Stop,
            _ => Go::On,
        },
        Token::Done => Go::Stop,
        Token::Other => Go::On,
    })
}

impl Reading<'_, '_, '_> {
    fn opened(&mut self, tag: &Tag<'_>, empty: bool) -> Result<Go, Why> {
        if self.past_data {
            return self.follows(tag);
        }
        match tag.local() {
            "c" if empty => {
                // All that matters is where the next one stands if it does not say so; what follows is not read.
                let at = attribute(tag, "r")?.map(|at| cell_ref(at).ok_or(Why::Damaged));
                let column = at.transpose()?.map_or(self.next.column, |at| at.column);
                self.next.column = column.saturating_add(1);
                return Ok(self.cells.empty());
            }
            "c" => {
                let open = self.cell(tag)?;
                self.next.column = open.at.column.saturating_add(1);
                self.value.clear();
                self.formula.clear();
                self.run = Run::default();
                self.open = Some(open);
            }
            "row" => {
                let (mut row, mut hidden) = (self.next.row, false);
                for found in tag.raw_attributes() {
                    match found? {
                        ("r", text) => row = row_number(text).ok_or(Why::Damaged)?,
                        ("hidden", word) => hidden = matches!(word, "1" | "true"),
                        _ => {}
                    }
                }
                self.next = CellRef { row, column: 0 };
                if hidden {
                    self.cells.hide(row, row);
                }
                let go = self.cells.row(row);
                self.next.row = row.saturating_add(1);
                return Ok(go);
            }
            "col" => self.column(tag)?,
            "v" => self.value_begins(empty),
            "t" => self.text_begins(empty),
            "f" => {
                self.formula_begins(tag)?;
                if !empty {
                    self.within = Within::Formula;
                }
            }
            "r" | "strike" | "vertAlign" => self.run.tag(tag)?,
            _ => {}
        }
        Ok(Go::On)
    }

    /// Columns that may be hidden.
    fn column(&mut self, tag: &Tag<'_>) -> Result<(), Why> {
        let (mut first, mut last, mut hidden) = (None, None, false);
        for found in tag.raw_attributes() {
            match found? {
                ("min", text) => first = text.parse::<u32>().ok(),
                ("max", text) => last = text.parse::<u32>().ok(),
                ("hidden", word) => hidden = matches!(word, "1" | "true"),
                _ => {}
            }
        }
        if let (true, Some(first), Some(last)) = (hidden, first, last)
            && first > 0
        {
            self.cells.hide_columns(first - 1, last.saturating_sub(1));
        }
        Ok(())
    }

    /// What comes behind the cells, up to the merged areas.
    fn follows(&mut self, tag: &Tag<'_>) -> Result<Go, Why> {
        let name = tag.local();
        if name != "mergeCell" {
            let goes_on = name == "mergeCells" || BEFORE_MERGED.contains(&name);
            return Ok(if goes_on { Go::On } else { Go::Stop });
        }
        if let Some(area) = attribute(tag, "ref")?
            && let Some((first, last)) = area.split_once(':')
            && let (Some(first), Some(last)) = (cell_ref(first), cell_ref(last))
        {
            self.cells.merge(first, last);
        }
        Ok(Go::On)
    }

    /// Where a cell stands and how its value is written.
    fn cell(&self, tag: &Tag<'_>) -> Result<Open, Why> {
        let mut open = Open {
            at: CellRef {
                row: self.next.row.saturating_sub(1),
                column: self.next.column,
            },
            ..Open::default()
        };
        for found in tag.raw_attributes() {
            match found? {
                ("r", at) => open.at = cell_ref(at).ok_or(Why::Damaged)?,
                ("s", style) => open.style = style.parse().unwrap_or(0),
                ("t", kind) => {
                    open.kind = match kind {
                        "s" => Kind::Shared,
                        "str" => Kind::Text,
                        "inlineStr" => Kind::Inline,
                        "b" => Kind::Bool,
                        "e" => Kind::Error,
                        "d" => Kind::IsoDate,
                        _ => Kind::Number,
                    };
                }
                _ => {}
            }
        }
        Ok(open)
    }

    fn value_begins(&mut self, empty: bool) {
        if let Some(open) = &mut self.open
            && open.kind != Kind::Inline
        {
            open.has_value = true;
            if !empty {
                self.within = Within::Value;
            }
        }
    }

    fn text_begins(&mut self, empty: bool) {
        if let Some(open) = &mut self.open
            && open.kind == Kind::Inline
        {
            open.has_inline = true;
            if !empty {
                self.within = Within::Value;
            }
        }
    }

    fn formula_begins(&mut self, tag: &Tag<'_>) -> Result<(), Why> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.formula = true;
        let kind = attribute(tag, "t")?;
        if matches!(kind, Some("array" | "dataTable"))
            && self.arrays.len() < ARRAYS
            && let Some(area) = attribute(tag, "ref")?
        {
            let (first, last) = area.split_once(':').unwrap_or((area, area));
            if let (Some(first), Some(last)) = (cell_ref(first), cell_ref(last)) {
                self.arrays.push((first, last));
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Why> {
        let into = match self.within {
            Within::Nothing => return Ok(()),
            Within::Value => {
                self.run.text(text);
                &mut self.value
            }
            Within::Formula => &mut self.formula,
        };
        into.push_str(text);
        if into.len() as u64 > TOKEN_BYTES {
            return Err(Why::TooMuch);
        }
        Ok(())
    }

    /// A cell ended: its value as what it is.
    fn closed(&mut self) -> Result<Go, Why> {
        let Some(mut open) = self.open.take() else {
            return Ok(Go::On);
        };
        if self.formula.contains(['|', '(']) && asks_a_program(&self.formula) {
            return Err(Why::Links);
        }
        let at = open.at;
        open.formula |= self.arrays.iter().any(|(first, last)| {
            (first.row..=last.row).contains(&at.row)
                && (first.column..=last.column).contains(&at.column)
        });
        let has_value = if open.kind == Kind::Inline {
            open.has_inline
        } else {
            open.has_value && !(self.value.is_empty() && open.kind != Kind::Text)
        };
        let (value, text_look) = if has_value {
            self.found(&open)?
        } else {
            (CellValue::Text(String::new()), Look::default())
        };
        let look = self.context.styles.look(open.style).and(text_look);
        if !open.formula && matches!(&value, CellValue::Text(text) if text.is_empty()) {
            return Ok(self.cells.empty());
        }
        Ok(self.cells.push(at, value, open.formula, look))
    }

    /// The value of a cell that has one, and how its text looks.
    fn found(&mut self, open: &Open) -> Result<(CellValue, Look), Why> {
        let text = self.value.as_str();
        let plain = text.trim();
        let as_text = |text: &str| CellValue::Text(unescape(text));
        let value = match open.kind {
            Kind::Shared => {
                let index = plain.parse::<usize>().map_err(|_| Why::Damaged)?;
                let (text, look) = self.context.strings.get(index)?;
                return Ok((as_text(text), look));
            }
            Kind::Text | Kind::Inline => as_text(text),
            Kind::Error => CellValue::Error(plain.to_owned()),
            Kind::Bool => match plain {
                "1" | "true" => CellValue::Bool(true),
                "0" | "false" => CellValue::Bool(false),
                _ => as_text(text),
            },
            Kind::IsoDate => serial_of_date(plain).map_or_else(|| as_text(text), CellValue::Date),
            Kind::Number => match number(plain) {
                Some(n) => match self.context.styles.is_date(open.style) {
                    Some(false) => CellValue::Number(n),
                    None => CellValue::Unclear(n),
                    Some(true) => {
                        let shift = if self.context.epoch_1904 {
                            DAYS_1904
                        } else {
                            0.0
                        };
                        CellValue::Date(n + shift)
                    }
                },
                // As it stands, so that somebody can say what is wrong with it.
                None => as_text(text),
            },
        };
        Ok((value, self.run.look()))
    }
}

/// An attribute as written; these never need references.
fn attribute<'t>(tag: &'t Tag<'_>, name: &str) -> Result<Option<&'t str>, Why> {
    for found in tag.raw_attributes() {
        let (key, value) = found?;
        if key == name {
            return Ok(Some(value));
        }
    }
    Ok(None)
}
