//! Which columns of the table hold the marks and which the persons.
//!
//! ```text
//! heads (words) │ names of cells │ what stands in the columns ─> Heads ─ columns(label) ─> Columns
//! ```

use std::collections::BTreeSet;

use super::value::{mark_of, shown};
use super::view::View;
use super::vocabulary::NameOf;
use crate::domain::cell_ref::CellRef;
use crate::domain::mark::Mark;
use crate::domain::recipient_count::parse_recipient_count;

/// The columns of ○ and of persons that belong to a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Columns {
    pub target: u32,
    pub persons: u32,
}

/// Heads of a kind that are looked at: two halves on a few pages.
const HEADS_MAX: usize = 12;

/// A head that is not printed, over a column.
fn somewhere_above(column: u32) -> CellRef {
    CellRef { row: 0, column }
}

impl Columns {
    /// The two answer cells of a sheet row.
    pub fn cells(self, view: &View<'_>, row: u32) -> [Option<usize>; 2] {
        [self.target, self.persons].map(|column| view.at(CellRef { row, column }))
    }
}

/// The heads of the answer columns.
pub(super) struct Heads {
    targets: Vec<CellRef>,
    persons: Vec<CellRef>,
}

impl Heads {
    /// Heads by their words, else by the names of cells, else by what stands in the columns; `None` if it
    /// stays open where the marks or the persons are.
    pub fn find(view: &View<'_>) -> Option<Self> {
        let label_rows: BTreeSet<u32> = view
            .spots
            .rows
            .iter()
            .map(|(position, _)| view.cells[*position].at.row)
            .collect();
        let label_columns: Vec<u32> = view
            .spots
            .rows
            .iter()
            .map(|(position, _)| view.cells[*position].at.column)
            .collect();
        let over_names = |column: u32| label_columns.iter().filter(|at| **at == column).count() > 1;
        // 対象 beside a label is a mark, not a head, and no head stands over the names.
        let places = |positions: &[usize]| -> Vec<CellRef> {
            let at = positions.iter().map(|position| view.cells[*position].at);
            at.filter(|at| !label_rows.contains(&at.row) && !over_names(at.column))
                .collect()
        };
        let mut heads = Self {
            targets: places(&view.spots.target_column),
            persons: places(&view.spots.recipients_column),
        };
        let paired = heads.keep_pairs();
        let named = |wanted: fn(&NameOf) -> bool| view.names.iter().any(|(name, _)| wanted(name));
        // A lone word like 対象 may stand anywhere; the names of our own cells know better.
        if !paired && named(|name| matches!(name, NameOf::Target(_))) {
            heads.targets.clear();
            heads.persons.clear();
        }
        for (name, at) in &view.names {
            match name {
                NameOf::Target(_) if heads.targets.is_empty() => {
                    heads.targets.push(somewhere_above(at.column));
                }
                NameOf::Recipients(_) if heads.persons.is_empty() => {
                    heads.persons.push(somewhere_above(at.column));
                }
                _ => {}
            }
        }
        heads.targets.truncate(HEADS_MAX);
        heads.persons.truncate(HEADS_MAX);
        heads.guess_by_content(view);
        heads.follow_merged(view, &label_rows);
        (!heads.targets.is_empty() && !heads.persons.is_empty()).then_some(heads)
    }

    /// Both heads in one row are the heads; the same words elsewhere are an explanation. False if no row has both.
    fn keep_pairs(&mut self) -> bool {
        let rows = |heads: &[CellRef]| heads.iter().map(|at| at.row).collect::<BTreeSet<u32>>();
        let both: BTreeSet<u32> = rows(&self.targets)
            .intersection(&rows(&self.persons))
            .copied()
            .collect();
        if !both.is_empty() {
            self.targets.retain(|at| both.contains(&at.row));
            self.persons.retain(|at| both.contains(&at.row));
        }
        !both.is_empty()
    }

    /// The row above which there is no table; 0 where nothing tells.
    pub fn top(&self) -> u32 {
        let rows = self.targets.iter().chain(&self.persons).map(|at| at.row);
        rows.min().unwrap_or(0)
    }

    /// Without heads: the columns right of the labels in which only marks and only numbers stand.
    fn guess_by_content(&mut self, view: &View<'_>) {
        if !self.targets.is_empty() && !self.persons.is_empty() {
            return;
        }
        let mut columns: Vec<(u32, bool, bool)> = Vec::new();
        for (label, _) in &view.spots.rows {
            let row = view.row(view.cells[*label].at.row);
            for position in row.filter(|cell| cell > label) {
                let cell = view.cells[position];
                let is_mark = mark_of(cell) != Mark::Unclear;
                let is_count = parse_recipient_count(&shown(cell)).is_ok();
                let column = cell.at.column;
                match columns.iter_mut().find(|(known, ..)| *known == column) {
                    Some((_, marks, counts)) => {
                        *marks &= is_mark;
                        *counts &= is_count;
                    }
                    None => columns.push((column, is_mark, is_count)),
                }
            }
        }
        columns.sort_unstable();
        let known = |column: u32, heads: &[CellRef]| heads.iter().any(|at| at.column == column);
        let free: Vec<_> = columns
            .into_iter()
            .filter(|(column, ..)| !known(*column, &self.targets) && !known(*column, &self.persons))
            .collect();
        let head = somewhere_above;
        match (&free[..], self.targets.is_empty(), self.persons.is_empty()) {
            ([(one, true, _), (two, _, true)], true, true) => {
                self.targets.push(head(*one));
                self.persons.push(head(*two));
            }
            ([(one, true, false)], true, true) => {
                self.targets.push(head(*one));
                self.persons.push(head(one.saturating_add(1)));
            }
            ([(one, true, _)], true, false) => self.targets.push(head(*one)),
            ([(one, _, true)], false, true) => self.persons.push(head(*one)),
            // Nothing was written there at all.
            ([], true, false) => {
                let left = self.persons.first().map(|at| at.column.saturating_sub(1));
                self.targets.extend(left.map(head));
            }
            ([], false, true) => {
                let right = self.targets.first().map(|at| at.column.saturating_add(1));
                self.persons.extend(right.map(head));
            }
            _ => {}
        }
    }

    /// A head merged over two columns, with all its answers in the second one.
    fn follow_merged(&mut self, view: &View<'_>, label_rows: &BTreeSet<u32>) {
        let holds = |column: u32| {
            let mut rows = label_rows.iter();
            rows.any(|row| view.at(CellRef { row: *row, column }).is_some())
        };
        let taken: Vec<u32> = self
            .targets
            .iter()
            .chain(&self.persons)
            .map(|at| at.column)
            .collect();
        for head in self.targets.iter_mut().chain(&mut self.persons) {
            let next = head.column.saturating_add(1);
            let beside = CellRef {
                row: head.row,
                column: next,
            };
            let is_free = !taken.contains(&next) && view.at(beside).is_none();
            if is_free && !holds(head.column) && holds(next) {
                head.column = next;
            }
        }
    }

    /// The columns of a label: the nearest right of it, else the nearest left.
    pub fn columns(&self, label: CellRef) -> Columns {
        let nearest = |heads: &[CellRef]| {
            let columns = || heads.iter().map(|at| at.column);
            let right = columns().filter(|column| *column > label.column).min();
            right.or_else(|| columns().max()).unwrap_or(label.column)
        };
        Columns {
            target: nearest(&self.targets),
            persons: nearest(&self.persons),
        }
    }

    /// A head of persons stands there.
    pub fn is_over_persons(&self, at: CellRef) -> bool {
        self.persons.contains(&at)
    }

    /// Columns of persons that belong to no row, where there are more of them than columns of marks.
    pub fn spare_persons(&self, used: impl Iterator<Item = Columns>) -> BTreeSet<u32> {
        let columns = |heads: &[CellRef]| heads.iter().map(|at| at.column).collect();
        let (targets, mut persons): (BTreeSet<u32>, BTreeSet<u32>) =
            (columns(&self.targets), columns(&self.persons));
        if persons.len() <= targets.len() {
            return BTreeSet::new();
        }
        for columns in used {
            persons.remove(&columns.persons);
        }
        persons
    }

    /// Every pair of columns there is.
    pub fn all(&self) -> BTreeSet<Columns> {
        let heads = self.targets.iter().chain(&self.persons);
        let left_of = |at: &CellRef| CellRef {
            row: 0,
            column: at.column.saturating_sub(1),
        };
        let mut all: BTreeSet<Columns> = heads
            .map(|at| self.columns(left_of(at)))
            .filter(|columns| columns.target <= columns.persons)
            .collect();
        all.insert(self.columns(CellRef { row: 0, column: 0 }));
        all
    }
}
