//! What is to be said once the rows are read: rows that are missing, signs and words outside the answers, totals that
//! differ.

use std::collections::BTreeSet;

use super::super::columns::Columns;
use super::super::lines::{Line, is_sum};
use super::super::reader::Reader;
use super::{CIRCLES, heading, is_other_unit, words};
use crate::domain::cell_ref::CellRef;
use crate::domain::intake::Severity;
use crate::domain::place::{Place, Section};
use crate::domain::text::with_commas;

/// Rows of the edition that the table does not have.
pub(super) fn missing(reader: &mut Reader<'_, '_>, lines: &[Line]) {
    let edition = reader.vocabulary.edition.clone();
    let found: BTreeSet<usize> = lines.iter().map(|line| line.row).collect();
    if found.is_empty() {
        let message = format!(
            "「{}」の表が見つかりません。{}をダウンロードし直し、そちらに記入してください。",
            heading(reader),
            words(reader).form
        );
        let place = Place::Section(Section::Schemes);
        reader.say_of_sheet(Severity::Error, Some(place), message);
        return;
    }
    let lost = edition.rows.len() - found.len();
    if lost * 3 > edition.rows.len() {
        let message = format!(
            "「{}」の表の{}行のうち、{lost}行が見つかりません。{}をダウンロードし直し、そちらに記入してください。",
            heading(reader),
            edition.rows.len(),
            words(reader).form
        );
        let place = Place::Section(Section::Schemes);
        reader.say_of_sheet(Severity::Error, Some(place), message);
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

/// What stands in the rows of the table and was not read: a ○ outside its column is an answer nobody
/// understood, words right of the answers are no part of them.
pub(super) fn remarks(reader: &mut Reader<'_, '_>, lines: &[Line]) {
    let view = reader.view;
    let mut used: Vec<usize> = lines
        .iter()
        .flat_map(|line| [line.label, line.target, line.persons])
        .flatten()
        .collect();
    used.sort_unstable();
    let mut rows: Vec<u32> = lines.iter().map(|line| line.at).collect();
    rows.dedup();
    let unread: Vec<usize> = rows
        .into_iter()
        .flat_map(|row| view.row(row))
        .filter(|position| used.binary_search(position).is_err() && !view.is_printed(*position))
        .collect();
    let circles: Vec<usize> = unread
        .iter()
        .copied()
        .filter(|position| is_circle(&reader.text(*position)))
        .collect();
    for position in circles {
        let head = words(reader).target_head;
        let message = format!(
            "「{head}」の欄の外に「○」があり、何の○か分かりません。「{head}」の欄に記入してください。"
        );
        reader.say(Severity::Error, position, None, message);
    }
    // In a table of two halves the right half is no remark.
    let columns: BTreeSet<Columns> = lines.iter().map(|line| line.columns).collect();
    let last = columns
        .iter()
        .map(|columns| columns.target.max(columns.persons))
        .max();
    // What the form works out itself is no remark, also where a sanitizer left only the value.
    let computed: BTreeSet<u32> = view
        .spots
        .computed
        .iter()
        .map(|position| view.cells[*position].at.column)
        .collect();
    let beyond: Vec<usize> = unread
        .into_iter()
        .filter(|position| !computed.contains(&view.cells[*position].at.column))
        .filter(|position| last.is_some_and(|last| view.cells[*position].at.column > last))
        .filter(|position| {
            let text = reader.text(*position);
            !is_circle(&text)
                && !matches!(text.trim(), "人" | "名" | "円" | "(人)" | "（人）")
                && !is_other_unit(reader, &text)
        })
        .collect();
    if let Some(first) = beyond.first() {
        let message = format!(
            "表の右側に、読み取っていない記入が{}件あります（備考など）。回答には含まれません。",
            beyond.len()
        );
        reader.say(Severity::Warning, *first, None, message);
    }
}

fn is_circle(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() == 1 && text.starts_with(|c| CIRCLES.contains(c))
}

/// A total somebody typed over the formula, if it is another than the sum. Never stored.
pub(super) fn totals(reader: &mut Reader<'_, '_>, lines: &[Line], columns: Columns) {
    let view = reader.view;
    let last = lines.iter().map(|line| line.at).max().unwrap_or(0);
    let mut totals = view
        .spots
        .total
        .iter()
        .map(|position| view.cells[*position].at.row);
    let is_total = |row: &u32| *row > last && is_sum(view, *row, columns.cells(view, *row)[0]);
    let Some(row) = totals.find(is_total) else {
        return;
    };
    let rows = &reader.sheet.input.schemes.rows;
    let edition = &reader.vocabulary.edition;
    let targets = rows.values().filter(|row| row.target).count() as u64;
    let persons: Option<u64> = rows
        .values()
        .filter(|row| row.target || edition.asks_intent())
        .map(|row| {
            let reading = edition.parse_number(&row.recipients).ok()?;
            Some(reading.count().map_or(0, |count| u64::from(count.get())))
        })
        .sum();
    for (column, sum, unit) in [
        (columns.target, Some(targets), "件"),
        (columns.persons, persons, words(reader).unit),
    ] {
        let Some(position) = view.at(CellRef { row, column }) else {
            continue;
        };
        if view.cells[position].formula {
            continue;
        }
        let typed = reader.text(position);
        let read = reader
            .vocabulary
            .edition
            .parse_number(typed.trim_end_matches(unit));
        if let (Some(sum), Some(written)) = (sum, read.ok().and_then(|reading| reading.count()))
            && u64::from(written.get()) != sum
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
