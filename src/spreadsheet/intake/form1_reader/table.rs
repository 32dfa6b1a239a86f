//! Section 3: the rows of the table by their names, their answers by the columns' heads.
//!
//! ```text
//! Heads + Lines ─ answer ─> input, cells, changes │ rows that are missing │ totals that differ
//! ```

use super::columns::{Columns, Heads};
use super::fields::added_words;
use super::lines::{Line, lines};
use super::reader::{CIRCLE, NO_MARK, Reader};
use super::value::{Kind, mark_of, shown};
use super::vocabulary::Label;
use crate::domain::cell_ref::CellRef;
use crate::domain::form_words::FormWords;
use crate::domain::intake::Severity;
use crate::domain::mark::Mark;
use crate::domain::place::{Place, Section};
use crate::domain::scheme::SchemeId;
use crate::spreadsheet::form1_layout as layout;
use crate::spreadsheet::intake::grid::CellValue;

mod leftovers;

/// Signs nobody writes but as a mark.
const CIRCLES: &str = "○〇◯⭕◎●✓✔☑";

/// Reads the table.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let Some(heads) = Heads::find(reader.view) else {
        let message = format!(
            "「{}」の表の、「{}」と「{}」の欄が見つかりません。{}をダウンロードし直し、そちらに記入してください。",
            heading(reader),
            words(reader).target_head,
            words(reader).number_head,
            words(reader).form
        );
        let place = Place::Section(Section::Schemes);
        reader.say_of_sheet(Severity::Error, Some(place), message);
        return;
    };
    let lines = lines(reader, &heads);
    other_units(reader, &heads, &lines);
    spare_columns(reader, &heads, &lines);
    // A sign before every name is a bullet.
    let signed = lines.iter().filter(|line| is_signed(reader, line)).count();
    let bullets = signed == lines.len();
    for line in &lines {
        answer(reader, &lines, line);
        if !bullets {
            said_in_label(reader, line);
        }
    }
    leftovers::missing(reader, &lines);
    leftovers::remarks(reader, &lines);
    if let Some(line) = lines.first() {
        leftovers::totals(reader, &lines, line.columns);
    }
}

/// What the form of the edition is called, and its table.
fn words(reader: &Reader<'_, '_>) -> &'static FormWords {
    reader.vocabulary.edition.words()
}

fn heading(reader: &Reader<'_, '_>) -> &'static str {
    if reader.vocabulary.edition.asks_intent() {
        "3. 対象とする医療費助成"
    } else {
        layout::AMOUNTS_HEADING
    }
}

/// ○更生医療…: a sign of those who tick the name itself.
fn is_signed(reader: &Reader<'_, '_>, line: &Line) -> bool {
    line.label.is_some_and(|label| {
        let text = reader.text(label);
        let text = text.trim();
        text.starts_with(|c| CIRCLES.contains(c)) || text.ends_with(|c| CIRCLES.contains(c))
    })
}

/// What somebody wrote into the name of a row because they saw no other place: a ○ is taken where the row has
/// no mark, a number is not, and that is said.
fn said_in_label(reader: &mut Reader<'_, '_>, line: &Line) {
    let Some(label) = line.label else {
        return;
    };
    let row = &reader.vocabulary.edition.rows[line.row];
    let (id, name) = (row.scheme.clone(), row.name.clone());
    if line.target.is_none() && is_signed(reader, line) {
        let input = reader.sheet.input.schemes.rows.entry(id.clone());
        input.or_default().target = true;
        reader.reread(label, CIRCLE, Some(Place::Scheme(id.clone())));
    }
    let text = reader.text(label);
    let edition = &reader.vocabulary.edition;
    let (units, what): (&[char], _) = if edition.asks_intent() {
        (&['人', '名'], "人数")
    } else {
        (&['円'], "金額")
    };
    let said = text.split(['（', '(']).skip(1).any(|inside| {
        let inside = inside.trim_end_matches(['）', ')', ' ', '\u{3000}']);
        inside.ends_with(units)
            && edition
                .parse_number(inside)
                .is_ok_and(|reading| reading.count().is_some())
    });
    if said && line.persons.is_none() {
        reader.say(
            Severity::Error,
            label,
            Some(Place::Recipients(id)),
            format!(
                "「{name}」の名前の欄に書かれた{what}は読み取っていません。「{}」の欄に記入してください。",
                words(reader).number_head
            ),
        );
    }
}

/// Units that numbers of persons, and of yen, are not meant in.
const OTHER_PERSONS: &[&str] = &["千人", "百人", "万人", "千名", "世帯"];
const OTHER_YEN: &[&str] = &["千円", "百万円", "万円"];

/// The units the edition does not ask for, and what to say about one.
fn units(reader: &Reader<'_, '_>) -> (&'static [&'static str], &'static str) {
    if reader.vocabulary.edition.asks_intent() {
        (
            OTHER_PERSONS,
            "受給者数の単位が「人」から変えられています。単位を「人」に戻し、人数をそのまま記入してください。",
        )
    } else {
        (
            OTHER_YEN,
            "事業費予定額の単位が「円」から変えられています。単位を「円」に戻し、円単位の金額を記入してください。",
        )
    }
}

/// 千人 alone.
fn is_other_unit(reader: &Reader<'_, '_>, text: &str) -> bool {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "（）()".contains(c));
    units(reader).0.contains(&bare)
}

/// 受給者数（千人） over the column, （単位：千人） above the table, 千人 beside a number: what was written is not in
/// persons.
fn other_units(reader: &mut Reader<'_, '_>, heads: &Heads, lines: &[Line]) {
    let view = reader.view;
    let (units, message) = units(reader);
    let has_unit = |text: &str| units.iter().any(|unit| text.contains(unit));
    // 世帯単位 says how, 単位：世帯 says what was counted.
    let tells_unit = |text: &str| {
        text.split("単位").skip(1).any(|after| {
            let after =
                after.trim_start_matches(|c: char| c.is_whitespace() || "：:は＝=（(".contains(c));
            units.iter().any(|unit| after.starts_with(unit))
        })
    };
    let last = lines.iter().map(|line| line.at).max().unwrap_or(0);
    let table = heads.top().saturating_sub(4)..=last;
    let beside: Vec<usize> = lines
        .iter()
        .filter_map(|line| line.persons)
        .filter_map(|persons| {
            view.row(view.cells[persons].at.row)
                .find(|cell| *cell > persons)
        })
        .collect();
    let odd: Vec<usize> = (0..view.cells.len())
        .filter(|position| matches!(view.cells[*position].value, CellValue::Text(_)))
        .filter(|position| {
            let text = shown(view.cells[*position]);
            let is_head = view.label(*position) == Some(Label::RecipientsColumn)
                && heads.is_over_persons(view.cells[*position].at);
            (is_head && has_unit(&text))
                || (table.contains(&view.cells[*position].at.row) && tells_unit(&text))
                || (is_other_unit(reader, &text) && beside.contains(position))
        })
        .collect();
    for position in odd {
        reader.say(
            Severity::Error,
            position,
            Some(Place::Section(Section::Schemes)),
            message,
        );
    }
}

/// Two columns of persons beside one of marks: nobody can tell which is meant.
fn spare_columns(reader: &mut Reader<'_, '_>, heads: &Heads, lines: &[Line]) {
    let view = reader.view;
    let filled = heads.spare_persons(lines.iter().map(|line| line.columns));
    let filled = filled.into_iter().find_map(|column| {
        let mut cells = lines.iter();
        cells.find_map(|line| {
            view.at(CellRef {
                row: line.at,
                column,
            })
        })
    });
    if let Some(position) = filled {
        let number = words(reader).number;
        let message = format!(
            "「{number}」の欄が2つ以上あり、どちらを読み取ればよいか分かりません。今回の{number}の欄だけを残してください。"
        );
        let place = Place::Section(Section::Schemes);
        reader.say(Severity::Error, position, Some(place), message);
    }
}

/// An answer cell merged with those of other rows: nobody can tell which of them is meant. True if so, and said
/// once, at the cell with the answer.
fn is_shared(
    reader: &mut Reader<'_, '_>,
    lines: &[Line],
    line: &Line,
    column: fn(Columns) -> u32,
    place: &Place,
) -> bool {
    let own = CellRef {
        row: line.at,
        column: column(line.columns),
    };
    let Some((first, last)) = reader.view.merged_over(own) else {
        return false;
    };
    let covers = |other: &&Line| {
        (first.row..=last.row).contains(&other.at)
            && (first.column..=last.column).contains(&column(other.columns))
    };
    if lines.iter().filter(covers).count() < 2 {
        return false;
    }
    let Some(position) = reader.view.at(first) else {
        return false;
    };
    if mark_of(reader.view.cells[position]) == Mark::No {
        return false;
    }
    reader.stands(place.clone(), first, reader.text(position));
    if first.row == line.at {
        reader.say(
            Severity::Error,
            position,
            Some(place.clone()),
            "ほかの行のセルと結合されていて、どの行の回答か分かりません。セルの結合を解除して、行ごとに記入してください。",
        );
    }
    true
}

fn answer(reader: &mut Reader<'_, '_>, lines: &[Line], line: &Line) {
    let row = &reader.vocabulary.edition.rows[line.row];
    let (id, name, needs_text) = (row.scheme.clone(), row.name.clone(), row.needs_text);
    let place = Place::Scheme(id.clone());
    let target = !is_shared(reader, lines, line, |columns| columns.target, &place)
        && read_target(reader, line, &id, &name);
    let place = Place::Recipients(id.clone());
    let recipients = if is_shared(reader, lines, line, |columns| columns.persons, &place) {
        String::new()
    } else {
        read_persons(reader, line, &id)
    };
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
                "「{name}」の「{}」を、○か空欄か読み取れませんでした。対象とするときは「○」を記入し、しないときは空欄にしてください。",
                words(reader).target_head
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
    let kind = if reader.vocabulary.edition.asks_intent() {
        Kind::Persons
    } else {
        Kind::Yen
    };
    if reader.objects(position, kind, &place) {
        return String::new();
    }
    found.text
}
