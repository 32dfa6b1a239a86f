//! The rows of the table: which sheet row answers for which row of the edition.
//!
//! ```text
//! row label ─> Line │ no label, but a name ─> Line │ neither, but an answer ─> a problem
//! ```

use super::columns::{Columns, Heads};
use super::reader::Reader;
use super::value::mark_of;
use super::view::View;
use super::vocabulary::{Label, NameOf};
use crate::domain::cell_ref::CellRef;
use crate::domain::intake::Severity;
use crate::domain::mark::Mark;
use crate::domain::place::Place;
use crate::domain::recipient_count::parse_recipient_count;
use crate::spreadsheet::intake::grid::CellValue;

/// One row of the table as it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Of the edition.
    pub row: usize,
    pub label: Option<usize>,
    /// The sheet's row in which the answers stand.
    pub at: u32,
    pub columns: Columns,
    pub target: Option<usize>,
    pub persons: Option<usize>,
}

/// The lines of all rows that were found, each row of the edition once.
pub(super) fn lines(reader: &mut Reader<'_, '_>, heads: &Heads) -> Vec<Line> {
    let view = reader.view;
    let labels = labels(view, heads);
    let lines_at = |down: u32| -> Vec<Line> {
        let lines = labels.iter();
        lines
            .map(|(label, row)| line(view, heads, *label, *row, down))
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
    // Of two names in one row the one beside the answers is the row's; the other heads a group.
    lines.sort_by_key(|line| (line.at, line.columns, std::cmp::Reverse(line.label)));
    lines.dedup_by_key(|line| (line.at, line.columns));
    strange_rows(reader, heads, &mut lines);
    check_names(reader, &lines);
    one_each(reader, lines)
}

/// A row that bears another row's name while that row is nowhere: its words were typed over. (In a sorted table
/// the names stay behind, but no row is missing.)
fn check_names(reader: &mut Reader<'_, '_>, lines: &[Line]) {
    let view = reader.view;
    for line in lines {
        let cell = CellRef {
            row: line.at,
            column: line.columns.target,
        };
        let named = view.names.iter().find_map(|(name, at)| match name {
            NameOf::Target(row) if *at == cell && *row != line.row => Some(*row),
            _ => None,
        });
        let Some(named) = named.filter(|named| !lines.iter().any(|line| line.row == *named)) else {
            continue;
        };
        if let Some(position) = line.target.or(line.persons) {
            let rows = &reader.vocabulary.edition.rows;
            let message = format!(
                "「{}」の行の名前が「{}」に書き換えられているようです。{}の行の名前に戻して記入してください。",
                rows[named].name,
                rows[line.row].name,
                reader.vocabulary.edition.words().form
            );
            let place = Place::Scheme(rows[line.row].scheme.clone());
            reader.say(Severity::Error, position, Some(place), message);
        }
    }
}

/// The labels that are in the table: below its heads and above the note that follows it.
fn labels(view: &View<'_>, heads: &Heads) -> Vec<(usize, usize)> {
    let row_of = |position: usize| view.cells[position].at.row;
    let top = heads.top();
    let below_heads = |position: usize| row_of(position) >= top;
    let first = view
        .spots
        .rows
        .iter()
        .map(|(position, _)| *position)
        .filter(|position| below_heads(*position))
        .min();
    let note = view
        .spots
        .other_note
        .last()
        .filter(|note| first.is_some_and(|first| **note > first));
    let mut labels = view.spots.rows.clone();
    labels
        .retain(|(position, _)| below_heads(*position) && note.is_none_or(|note| position < note));
    labels.sort_unstable();
    // Right of the answers of a row that has its name: a remark about another one.
    let beyond = |(position, _): &(usize, usize)| {
        let at = view.cells[*position].at;
        let columns = heads.columns(at);
        let named = labels
            .iter()
            .any(|(other, _)| other < position && row_of(*other) == at.row);
        named && at.column > columns.target.max(columns.persons)
    };
    labels
        .iter()
        .copied()
        .filter(|label| !beyond(label))
        .collect()
}

fn is_row(label: Option<Label>) -> bool {
    matches!(label, Some(Label::Row(_) | Label::Stranger(_)))
}

/// A label's line, its answers `down` rows below it.
fn line(view: &View<'_>, heads: &Heads, label: usize, row: usize, down: u32) -> Line {
    let place = view.cells[label].at;
    let columns = heads.columns(place);
    let at = place.row.saturating_add(down);
    let printed = down > 0 && view.row(at).any(|position| view.label(position).is_some());
    let [target, persons] = if printed {
        [None, None]
    } else {
        columns.cells(view, at)
    };
    Line {
        row,
        label: Some(label),
        at,
        columns,
        target: target.filter(|position| !is_row(view.label(*position))),
        persons: persons.filter(|position| !is_row(view.label(*position))),
    }
}

/// Rows complained about one by one; a table with more of them is another table.
const STRANGE_MAX: usize = 20;

/// Rows of the table without a label of this edition: read by their names, or complained about if filled in.
fn strange_rows(reader: &mut Reader<'_, '_>, heads: &Heads, lines: &mut Vec<Line>) {
    let view = reader.view;
    let (Some(first), Some(last)) = (
        lines.iter().map(|line| line.at).min(),
        lines.iter().map(|line| line.at).max(),
    ) else {
        return;
    };
    // 合計 over the name of the last row does not end the table.
    let near = last.saturating_add(6);
    let end_of_table = view
        .spots
        .total
        .iter()
        .chain(&view.spots.other_note)
        .map(|position| view.cells[*position].at.row)
        .filter(|row| (last.saturating_add(1)..near).contains(row))
        .max()
        .unwrap_or(last.saturating_add(3));
    let mut known: Vec<u32> = lines
        .iter()
        .flat_map(|line| {
            let label = line.label.map(|label| view.cells[label].at.row);
            [Some(line.at), label].into_iter().flatten()
        })
        .collect();
    known.sort_unstable();
    // Under printed heads the table begins; without them, a few rows above the first that was recognised.
    let begin = match heads.top() {
        0 => first.saturating_sub(3),
        top => top.saturating_add(1).min(first),
    };
    let table = begin..end_of_table;
    let mut rows: Vec<u32> = view.cells.iter().map(|cell| cell.at.row).collect();
    rows.dedup();
    rows.retain(|row| table.contains(row) && known.binary_search(row).is_err());
    let pairs = heads.all();
    let before = reader.sheet.findings.len();
    for row in rows {
        if reader.sheet.findings.len() - before >= STRANGE_MAX {
            break;
        }
        for columns in &pairs {
            if let Some(line) = strange_row(reader, row, *columns, heads.top() > 0, lines) {
                lines.push(line);
            }
        }
    }
}

/// A filled-in row without a label: a line if its name tells which, else a problem.
fn strange_row(
    reader: &mut Reader<'_, '_>,
    row: u32,
    columns: Columns,
    below_heads: bool,
    lines: &[Line],
) -> Option<Line> {
    let view = reader.view;
    let [target, persons] = columns.cells(view, row);
    let says = |position: &usize| mark_of(view.cells[*position]) != Mark::No;
    let filled = target.filter(says).or(persons)?;
    if is_head(view, target, persons) || is_sum(view, row, target) {
        return None;
    }
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
    let is_lost = |edition_row: &usize| {
        words.is_empty() && !lines.iter().any(|line| line.row == *edition_row)
    };
    if let Some(edition_row) = by_name.filter(is_lost) {
        return Some(Line {
            row: edition_row,
            label: None,
            at: row,
            columns,
            target,
            persons,
        });
    }
    // A choice or a field right above the table is no row of it.
    let is_inside = below_heads || lines.iter().any(|line| line.at < row);
    let is_row = is_inside
        || !view.row(row).any(|position| {
            use Label::{AnswerColumn, Code, Department, Email, Intent, Name, Phone, Prefecture};
            matches!(
                view.label(position),
                Some(
                    AnswerColumn
                        | Code
                        | Department
                        | Email
                        | Intent(_)
                        | Name
                        | Phone
                        | Prefecture
                )
            )
        });
    if is_row {
        let title = &reader.vocabulary.edition.short_title;
        let form = reader.vocabulary.edition.words().form;
        let message = if words.is_empty() {
            format!(
                "どの医療費助成の行か分からない記入があります。{form}にある行に記入してください。"
            )
        } else {
            format!(
                "「{}」は{title}の{form}にない行です。{form}にある行、または「その他の地方単独医療費助成」に記入してください。",
                words.join(" ").trim()
            )
        };
        reader.say(Severity::Error, filled, None, message);
    }
    None
}

/// The heads once more, on a second page.
fn is_head(view: &View<'_>, target: Option<usize>, persons: Option<usize>) -> bool {
    let label = |cell: Option<usize>| cell.and_then(|position| view.label(position));
    // 対象 alone is a mark.
    let is_mark = target.is_some_and(|position| mark_of(view.cells[position]) == Mark::Yes);
    label(persons) == Some(Label::RecipientsColumn)
        || (label(target) == Some(Label::TargetColumn) && !is_mark)
}

/// 小計 or 合計 within the table: it counts the marks and makes none.
pub(super) fn is_sum(view: &View<'_>, row: u32, target: Option<usize>) -> bool {
    let mut labels = view.row(row).map(|position| view.label(position));
    let counted = target.is_none_or(|position| match &view.cells[position].value {
        CellValue::Number(_) | CellValue::Unclear(_) => true,
        CellValue::Text(text) => parse_recipient_count(text).is_ok(),
        _ => false,
    });
    counted && labels.any(|label| matches!(label, Some(Label::Total | Label::Subtotal)))
}

/// One line for each row of the edition. A row printed twice must not be answered twice; and where another row is
/// missing, one of the two may be that row under a wrong name.
fn one_each(reader: &mut Reader<'_, '_>, mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| (line.row, line.target.is_none() && line.persons.is_none()));
    let mut rows: Vec<usize> = lines.iter().map(|line| line.row).collect();
    rows.dedup();
    let is_complete = rows.len() == reader.vocabulary.edition.rows.len();
    let mut kept: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(before) = kept.last().filter(|before| before.row == line.row) else {
            kept.push(line);
            continue;
        };
        let texts = |line: &Line| {
            [line.target, line.persons].map(|cell| cell.map(|position| reader.text(position)))
        };
        let second = line.target.or(line.persons);
        let doubtful = if is_complete {
            second
        } else {
            second.or(before.target).or(before.persons)
        };
        if let Some(position) = doubtful
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
