//! Section 3: the rows of the table by their names, their answers by the columns' heads.
//!
//! ```text
//! heads ─> columns of ○ and persons, for labels at their left (or right)
//! row label ─> its two cells │ row without a label but with a name │ row that is none of the edition's
//! ```

use std::collections::BTreeSet;

use super::fields::added_words;
use super::reader::{CIRCLE, NO_MARK, Reader};
use super::value::{Kind, mark_of};
use super::view::View;
use super::vocabulary::{Label, NameOf};
use crate::domain::cell_ref::CellRef;
use crate::domain::intake::Severity;
use crate::domain::mark::Mark;
use crate::domain::place::{Place, Section};
use crate::domain::recipient_count::parse_recipient_count;
use crate::domain::scheme::SchemeId;
use crate::domain::text::with_commas;

/// The columns of ○ and of persons that belong to a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Columns {
    target: u32,
    persons: u32,
}

/// One row of the table as it was found.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Of the edition.
    row: usize,
    label: Option<usize>,
    /// The sheet's row in which the answers stand.
    at: u32,
    columns: Columns,
    target: Option<usize>,
    persons: Option<usize>,
}

/// Reads the table.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let view = reader.view;
    let labels = labels(view);
    let Some(heads) = Heads::find(view, &labels) else {
        reader.say_of_sheet(
            Severity::Error,
            Some(Place::Section(Section::Schemes)),
            "「3. 対象とする医療費助成」の表の、「システム改修等の対象」と「受給者数（人）」の欄が見つかりません。様式1をダウンロードし直し、そちらに記入してください。",
        );
        return;
    };
    let lines_at = |down: u32| -> Vec<Line> {
        let lines = labels.iter();
        lines
            .map(|(label, row)| line(view, &heads, *label, *row, down))
            .collect()
    };
    let answered = |lines: &[Line]| {
        lines
            .iter()
            .any(|line| line.target.or(line.persons).is_some())
    };
    let mut lines = lines_at(0);
    // Only where no row has an answer beside its name can the answers stand below the names.
    if !answered(&lines) {
        let below = lines_at(1);
        if answered(&below) {
            lines = below;
        }
    }
    let mut others = Vec::new();
    strange_rows(reader, &heads, &mut lines, &mut others);
    let lines = one_each(reader, lines);
    for line in &lines {
        answer(reader, line);
    }
    missing(reader, &lines);
    for (position, message) in others {
        reader.say(Severity::Error, position, None, message);
    }
    remarks(reader, &lines);
    if let Some(line) = lines.first() {
        totals(reader, &lines, line.columns);
    }
}

/// The labels that are in the table: those above the note below it.
fn labels(view: &View<'_>) -> Vec<(usize, usize)> {
    let first = view.spots.rows.iter().map(|(position, _)| *position).min();
    let note = view
        .spots
        .other_note
        .iter()
        .find(|note| first.is_some_and(|first| **note > first));
    let mut labels = view.spots.rows.clone();
    labels.retain(|(position, _)| note.is_none_or(|note| position < note));
    labels.sort_unstable();
    labels
}

/// The heads of the answer columns.
struct Heads {
    targets: Vec<CellRef>,
    persons: Vec<CellRef>,
}

impl Heads {
    fn find(view: &View<'_>, labels: &[(usize, usize)]) -> Option<Self> {
        let label_rows: BTreeSet<u32> = labels
            .iter()
            .map(|(position, _)| view.cells[*position].at.row)
            .collect();
        // 対象 beside a label is a mark, not a head.
        let places = |positions: &[usize]| -> Vec<CellRef> {
            let at = positions.iter().map(|position| view.cells[*position].at);
            at.filter(|at| !label_rows.contains(&at.row)).collect()
        };
        let mut heads = Self {
            targets: places(&view.spots.target_column),
            persons: places(&view.spots.recipients_column),
        };
        for (name, at) in &view.names {
            match name {
                NameOf::Target(_) if heads.targets.is_empty() => heads.targets.push(*at),
                NameOf::Recipients(_) if heads.persons.is_empty() => heads.persons.push(*at),
                _ => {}
            }
        }
        heads.guess_by_content(view, labels);
        (!heads.targets.is_empty() && !heads.persons.is_empty()).then_some(heads)
    }

    /// Without heads: the columns right of the labels in which only marks and only numbers stand.
    fn guess_by_content(&mut self, view: &View<'_>, labels: &[(usize, usize)]) {
        if !self.targets.is_empty() && !self.persons.is_empty() {
            return;
        }
        let mut columns: Vec<(u32, bool, bool)> = Vec::new();
        for (label, _) in labels {
            for position in view
                .row(view.cells[*label].at.row)
                .filter(|cell| cell > label)
            {
                let cell = view.cells[position];
                let is_mark = mark_of(cell) != Mark::Unclear;
                let is_count = parse_recipient_count(&super::value::shown(cell)).is_ok();
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
        let head = |column: u32| CellRef { row: 0, column };
        match (&free[..], self.targets.is_empty(), self.persons.is_empty()) {
            ([(one, true, _), (two, _, true)], true, true) => {
                self.targets.push(head(*one));
                self.persons.push(head(*two));
            }
            ([(one, true, false)], true, true) => {
                self.targets.push(head(*one));
                self.persons.push(head(one + 1));
            }
            ([(one, true, _)], true, false) => self.targets.push(head(*one)),
            ([(one, _, true)], false, true) => self.persons.push(head(*one)),
            // Nothing was written there at all.
            ([], true, false) => self.targets.extend(self.persons.first().copied().map(left)),
            ([], false, true) => self
                .persons
                .extend(self.targets.first().copied().map(right)),
            _ => {}
        }
    }

    /// The columns of a label: the nearest right of it, else the nearest left.
    fn columns(&self, label: CellRef) -> Columns {
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

    fn all(&self) -> BTreeSet<Columns> {
        let left = CellRef { row: 0, column: 0 };
        let labels = self.targets.iter().chain(&self.persons);
        let mut all: BTreeSet<Columns> = labels
            .map(|at| CellRef {
                row: 0,
                column: at.column.saturating_sub(1),
            })
            .map(|label| self.columns(label))
            .filter(|columns| columns.target <= columns.persons)
            .collect();
        all.insert(self.columns(left));
        all
    }
}

fn left(at: CellRef) -> CellRef {
    CellRef {
        row: at.row,
        column: at.column.saturating_sub(1),
    }
}

fn right(at: CellRef) -> CellRef {
    CellRef {
        row: at.row,
        column: at.column.saturating_add(1),
    }
}

/// The two answer cells of a sheet row. A head merged over two columns leaves its answers in either.
fn cells_of(view: &View<'_>, at: u32, columns: Columns, beyond: u32) -> [Option<usize>; 2] {
    let Columns { target, persons } = columns;
    let within = |from: u32, to: u32| {
        let exact = view.at(CellRef {
            row: at,
            column: from,
        });
        exact.or_else(|| {
            view.row(at).find(|position| {
                let column = view.cells[*position].at.column;
                (from..to).contains(&column) && view.label(*position).is_none()
            })
        })
    };
    if target < persons {
        let end = persons.saturating_add(2).min(beyond);
        [within(target, persons), within(persons, end)]
    } else {
        let end = target.saturating_add(2).min(beyond);
        [within(target, end), within(persons, target)]
    }
}

/// A label's line, its answers `down` rows below it.
fn line(view: &View<'_>, heads: &Heads, label: usize, row: usize, down: u32) -> Line {
    let place = view.cells[label].at;
    let columns = heads.columns(place);
    let is_row = |position: &usize| {
        matches!(
            view.label(*position),
            Some(Label::Row(_) | Label::Stranger(_))
        )
    };
    let next_label = view
        .row(place.row)
        .filter(|position| *position > label)
        .find(is_row)
        .map_or(u32::MAX, |position| view.cells[position].at.column);
    let at = place.row.saturating_add(down);
    let [target, persons] =
        if down > 0 && view.row(at).any(|position| view.label(position).is_some()) {
            [None, None]
        } else {
            cells_of(view, at, columns, next_label)
        };
    Line {
        row,
        label: Some(label),
        at,
        columns,
        target,
        persons,
    }
}

/// Rows of the table without a label of this edition: read by their names, or complained about if filled in.
fn strange_rows(
    reader: &Reader<'_, '_>,
    heads: &Heads,
    lines: &mut Vec<Line>,
    others: &mut Vec<(usize, String)>,
) {
    let view = reader.view;
    let (Some(first), Some(last)) = (
        lines.iter().map(|line| line.at).min(),
        lines.iter().map(|line| line.at).max(),
    ) else {
        return;
    };
    let end_of_table = view
        .spots
        .total
        .iter()
        .chain(&view.spots.other_note)
        .map(|position| view.cells[*position].at.row)
        .filter(|row| *row > last)
        .min()
        .unwrap_or(last.saturating_add(3));
    let known: BTreeSet<u32> = lines
        .iter()
        .flat_map(|line| {
            let label = line.label.map(|label| view.cells[label].at.row);
            [Some(line.at), label].into_iter().flatten()
        })
        .collect();
    let printed = |row: u32| {
        view.row(row).any(|position| {
            use Label::{RecipientsColumn, TargetColumn, Total};
            matches!(
                view.label(position),
                Some(RecipientsColumn | TargetColumn | Total)
            )
        })
    };
    let rows: BTreeSet<u32> = view
        .cells
        .iter()
        .map(|cell| cell.at.row)
        .filter(|row| (first.saturating_sub(3)..end_of_table).contains(row))
        .filter(|row| !known.contains(row) && !printed(*row))
        .collect();
    for row in rows {
        for columns in heads.all() {
            let [target, persons] = cells_of(view, row, columns, u32::MAX);
            let answers = |position: usize| mark_of(view.cells[position]) != Mark::No;
            let filled = target.filter(|position| answers(*position)).or(persons);
            let Some(filled) = filled else {
                continue;
            };
            let words: Vec<String> = view
                .row(row)
                .filter(|position| {
                    let printed = matches!(view.label(*position), Some(Label::Printed));
                    view.cells[*position].at.column < columns.target && !printed
                })
                .map(|position| reader.text(position))
                .collect();
            let by_name = view.names.iter().find_map(|(name, at)| match name {
                NameOf::Target(edition_row) if at.row == row => Some(*edition_row),
                _ => None,
            });
            let unlabelled = |edition_row: &usize| {
                words.is_empty() && !lines.iter().any(|line| line.row == *edition_row)
            };
            if let Some(edition_row) = by_name.filter(unlabelled) {
                lines.push(Line {
                    row: edition_row,
                    label: None,
                    at: row,
                    columns,
                    target,
                    persons,
                });
            } else if row >= first {
                let title = &reader.vocabulary.edition.short_title;
                let message = if words.is_empty() {
                    "どの医療費助成の行か分からない記入があります。様式1にある行に記入してください。".to_owned()
                } else {
                    format!(
                        "「{}」は{title}の様式1にない行です。様式1にある行、または「その他の地方単独医療費助成」に記入してください。",
                        words.join(" ").trim()
                    )
                };
                others.push((filled, message));
            }
            break;
        }
    }
}

/// One line for each row of the edition. A row printed twice must not be answered twice.
fn one_each(reader: &mut Reader<'_, '_>, mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| (line.row, line.target.is_none() && line.persons.is_none()));
    let mut kept: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(before) = kept.last().filter(|before| before.row == line.row) else {
            kept.push(line);
            continue;
        };
        let texts = |line: &Line| {
            [line.target, line.persons].map(|cell| cell.map(|position| reader.text(position)))
        };
        let position = line.target.or(line.persons);
        if let Some(position) = position
            && texts(before) != texts(&line)
        {
            let row = &reader.vocabulary.edition.rows[line.row];
            let place = Place::Scheme(row.scheme.clone());
            let message = format!(
                "「{}」の行が2つあり、内容が違います。1つにしてください。",
                row.name
            );
            reader.say(Severity::Error, position, Some(place), message);
        }
    }
    kept
}

fn answer(reader: &mut Reader<'_, '_>, line: &Line) {
    let row = &reader.vocabulary.edition.rows[line.row];
    let (id, name, needs_text) = (row.scheme.clone(), row.name.clone(), row.needs_text);
    let target = read_target(reader, line, &id, &name);
    let recipients = read_persons(reader, line, &id);
    if target || !recipients.is_empty() {
        let input = reader.sheet.input.schemes.rows.entry(id).or_default();
        input.target = target;
        input.recipients = recipients;
    }
    if line.label.is_none() {
        let at = line.target.or(line.persons);
        let message = format!("行の名前がありませんが、「{name}」の行として読み取りました。");
        if let Some(position) = at {
            reader.say(Severity::Warning, position, None, message);
        }
    }
    if needs_text
        && let Some(label) = line.label
        && reader.sheet.input.schemes.other_text.trim().is_empty()
    {
        let text = reader.text(label);
        if let Some(words) = added_words(&text, &name).map(str::to_owned) {
            let at = reader.view.cells[label].at;
            reader.sheet.input.schemes.other_text = words;
            reader.stands(Place::OtherText, at, text);
        }
    }
}

fn read_target(reader: &mut Reader<'_, '_>, line: &Line, id: &SchemeId, name: &str) -> bool {
    let place = Place::Scheme(id.clone());
    let Some(position) = line.target else {
        let at = CellRef {
            row: line.at,
            column: line.columns.target,
        };
        reader.stands(place, at, String::new());
        return false;
    };
    let found = reader.found(position);
    reader.stands(place.clone(), found.at, found.text.clone());
    if reader.objects(position, Kind::Mark, &place) {
        return false;
    }
    match mark_of(reader.view.cells[position]) {
        Mark::Yes => {
            if found.text != CIRCLE {
                reader.reread(position, CIRCLE, Some(place));
            }
            true
        }
        Mark::No => {
            reader.reread(position, NO_MARK, Some(place));
            false
        }
        Mark::Blank => false,
        Mark::Unclear => {
            let message = format!(
                "「{name}」の「システム改修等の対象」を、○か空欄か読み取れませんでした。対象とするときは「○」を記入し、しないときは空欄にしてください。"
            );
            reader.say(Severity::Error, position, Some(place), message);
            false
        }
    }
}

fn read_persons(reader: &mut Reader<'_, '_>, line: &Line, id: &SchemeId) -> String {
    let place = Place::Recipients(id.clone());
    let Some(position) = line.persons else {
        let at = CellRef {
            row: line.at,
            column: line.columns.persons,
        };
        reader.stands(place, at, String::new());
        return String::new();
    };
    let found = reader.found(position);
    reader.stands(place.clone(), found.at, found.text.clone());
    if reader.objects(position, Kind::Persons, &place) {
        return String::new();
    }
    found.text
}

fn missing(reader: &mut Reader<'_, '_>, lines: &[Line]) {
    let edition = reader.vocabulary.edition.clone();
    let found: BTreeSet<usize> = lines.iter().map(|line| line.row).collect();
    if found.is_empty() {
        reader.say_of_sheet(
            Severity::Error,
            Some(Place::Section(Section::Schemes)),
            "「3. 対象とする医療費助成」の表が見つかりません。様式1をダウンロードし直し、そちらに記入してください。",
        );
        return;
    }
    for (position, row) in edition.rows.iter().enumerate() {
        if !found.contains(&position) {
            let message = format!(
                "「{}」の行が見つかりませんでした。対象としないものとして扱います。",
                row.name
            );
            let place = Place::Scheme(row.scheme.clone());
            reader.say_of_sheet(Severity::Warning, Some(place), message);
        }
    }
}

/// Words right of the answers are no part of the answer; said once.
fn remarks(reader: &mut Reader<'_, '_>, lines: &[Line]) {
    let view = reader.view;
    let beyond: Vec<usize> = lines
        .iter()
        .flat_map(|line| {
            let last = line.columns.target.max(line.columns.persons);
            let used = [line.target, line.persons];
            view.row(line.at).filter(move |position| {
                let is_label = matches!(
                    view.label(*position),
                    Some(Label::Row(_) | Label::Stranger(_) | Label::Printed)
                );
                view.cells[*position].at.column > last
                    && !used.contains(&Some(*position))
                    && !is_label
            })
        })
        .filter(|position| {
            !matches!(
                reader.text(*position).trim(),
                "人" | "名" | "(人)" | "（人）"
            )
        })
        .collect();
    // In a table of two halves the right half is no remark.
    let columns: BTreeSet<Columns> = lines.iter().map(|line| line.columns).collect();
    if let (Some(first), 1) = (beyond.first(), columns.len()) {
        let message = format!(
            "表の右側に、読み取っていない記入が{}件あります（備考など）。回答には含まれません。",
            beyond.len()
        );
        reader.say(Severity::Warning, *first, None, message);
    }
}

/// A total somebody typed over the formula, if it is another than the sum. Never stored.
fn totals(reader: &mut Reader<'_, '_>, lines: &[Line], columns: Columns) {
    let view = reader.view;
    let last = lines.iter().map(|line| line.at).max().unwrap_or(0);
    let Some(total) = view
        .spots
        .total
        .iter()
        .find(|position| view.cells[**position].at.row > last)
    else {
        return;
    };
    let row = view.cells[*total].at.row;
    let rows = &reader.sheet.input.schemes.rows;
    let targets = rows.values().filter(|row| row.target).count() as u64;
    let persons: Option<u64> = rows
        .values()
        .map(|row| {
            let reading = parse_recipient_count(&row.recipients).ok()?;
            Some(reading.count().map_or(0, |count| u64::from(count.get())))
        })
        .sum();
    for (column, sum, unit) in [
        (columns.target, Some(targets), "件"),
        (columns.persons, persons, "人"),
    ] {
        let Some(position) = view.at(CellRef { row, column }) else {
            continue;
        };
        let typed = reader.text(position);
        let read = parse_recipient_count(typed.trim_end_matches(unit));
        if let (false, Some(sum), Some(written)) = (
            view.cells[position].formula,
            sum,
            read.ok().and_then(|reading| reading.count()),
        ) && u64::from(written.get()) != sum
        {
            let message = format!(
                "合計欄は{}{unit}ですが、各行の合計は{}{unit}です。合計欄の数は使わず、各行から計算します。",
                with_commas(u64::from(written.get())),
                with_commas(sum)
            );
            reader.say(Severity::Warning, position, None, message);
        }
    }
}
