//! The head, the contact and the free texts: an answer beside, below or behind its label.
//!
//! ```text
//! label │ answer │ more        label: answer        label
//!                                                   answer
//! ```

use super::label_key::label_key;
use super::reader::Reader;
use super::value::{Kind, shown};
use super::view::View;
use super::vocabulary::{Label, NameOf};
use crate::domain::cell_ref::CellRef;
use crate::domain::email_address::EmailAddress;
use crate::domain::form1_sheet::{FoundText, SheetHead};
use crate::domain::intake::Severity;
use crate::domain::phone_number::PhoneNumber;
use crate::domain::place::Place;
use crate::spreadsheet::intake::grid::CellValue;

/// Where a field's answer was found.
#[derive(Debug, Default)]
pub(super) struct Located {
    /// Where it stands or would stand; `None` if the form has no such field.
    pub at: Option<CellRef>,
    /// Its cells, left to right.
    pub cells: Vec<usize>,
    /// The answer begins inside the first cell at this byte.
    pub tail: usize,
}

/// A label whose answer is one cell, so that nothing right of it belongs to the field before.
fn is_field(label: Label) -> bool {
    use Label::{Code, Department, Email, Intent, Name, Phone, Prefecture, SomeName};
    matches!(
        label,
        Code | Name | Prefecture | SomeName | Department | Email | Phone | Intent(_)
    )
}

/// （例）福祉課, ※…, （　　）: printed beside or instead of an answer.
fn is_hint(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('※')
        || [
            "（例",
            "(例",
            "例）",
            "例)",
            "例：",
            "例:",
            "記入例",
            "記載例",
        ]
        .iter()
        .any(|hint| text.starts_with(hint))
        || text
            .chars()
            .all(|c| c.is_whitespace() || "（）()[]「」_＿".contains(c))
}

/// Finds the answer of the first of `labels` that has one; the cell with the name stands in for a lost label.
pub(super) fn locate(view: &View<'_>, labels: &[usize], name: Option<CellRef>) -> Located {
    let named = name
        .and_then(|at| view.at(at))
        .filter(|position| !view.is_printed(*position));
    for label in labels {
        let tail = view.tags[*label].map_or(0, |tag| tag.tail);
        let cells = if tail > 0 {
            vec![*label]
        } else {
            let beside = beside(view, *label);
            if beside.is_empty() {
                below(view, *label).into_iter().collect()
            } else {
                beside
            }
        };
        if let Some(first) = cells.first() {
            // Our own name may single out the cell among several.
            let from = cells.iter().position(|cell| Some(*cell) == named);
            return Located {
                at: Some(view.cells[*first].at),
                cells: cells[from.unwrap_or(0)..].to_vec(),
                tail,
            };
        }
    }
    let beside_label = labels.first().map(|label| {
        let at = view.cells[*label].at;
        CellRef {
            row: at.row,
            column: at.column.saturating_add(1),
        }
    });
    Located {
        at: name.or(beside_label),
        cells: named.into_iter().collect(),
        tail: 0,
    }
}

/// What stands right of a label, up to the next label.
fn beside(view: &View<'_>, label: usize) -> Vec<usize> {
    let own = view.label(label);
    view.row(view.cells[label].at.row)
        .filter(|position| *position > label)
        .take_while(|position| match view.tags[*position] {
            Some(tag) if is_field(tag.label) => Some(tag.label) == own && tag.tail > 0,
            _ => true,
        })
        .filter(|position| !is_hint(&shown(view.cells[*position])))
        .collect()
}

/// What stands right below a label, in a row without labels.
fn below(view: &View<'_>, label: usize) -> Option<usize> {
    let CellRef { row, column } = view.cells[label].at;
    (1..3).find_map(|down| {
        let row = row.checked_add(down)?;
        let position = view.at(CellRef { row, column })?;
        let plain = view.row(row).all(|position| view.label(position).is_none());
        (plain && !is_hint(&shown(view.cells[position]))).then_some(position)
    })
}

/// Code, name and prefecture as they stand at the top.
pub(super) fn head_of(view: &View<'_>) -> SheetHead {
    let spots = &view.spots;
    let read = |labels: &[usize], name: Option<NameOf>, join: fn(&[String]) -> String| {
        let name = name.and_then(|name| view.named(name));
        let located = locate(view, labels, name);
        let texts: Vec<String> = located
            .cells
            .iter()
            .filter(|position| !matches!(view.cells[**position].value, CellValue::Error(_)))
            .map(|position| shown(view.cells[*position]).into_owned())
            .collect();
        let mut text = join(&texts);
        if located.tail > 0 {
            text = text.split_off(located.tail.min(text.len()));
        }
        (!text.trim().is_empty())
            .then_some(located.at)
            .flatten()
            .map(|at| FoundText { at, text })
    };
    SheetHead {
        sheet: view.sheet.name.clone(),
        code: read(&spots.code, Some(NameOf::Code), join_code),
        name: read(&spots.name, Some(NameOf::Name), |texts| texts.concat()),
        prefecture: read(&spots.prefecture, None, |texts| {
            texts.first().cloned().unwrap_or_default()
        }),
    }
}

/// 0|1|2|0|2|5 in six boxes is one code; beside a whole code anything else is something else.
fn join_code(texts: &[String]) -> String {
    let boxes = texts.iter().all(|text| text.trim().chars().count() == 1);
    if boxes && texts.len() > 1 {
        texts.iter().map(|text| text.trim()).collect()
    } else {
        texts.first().cloned().unwrap_or_default()
    }
}

/// Formulas and errors in the head: the name and code are compared with each other anyway.
pub(super) fn check_head(reader: &mut Reader<'_, '_>) {
    let view = reader.view;
    for (labels, name, what) in [
        (&view.spots.code, NameOf::Code, "自治体コード"),
        (&view.spots.name, NameOf::Name, "自治体の名称"),
    ] {
        let located = locate(view, labels, view.named(name));
        let Some(position) = located.cells.first() else {
            continue;
        };
        let cell = view.cells[*position];
        if cell.look.struck {
            let message = format!(
                "{what}に、取り消し線の引かれた文字があります。取り消した文字を消してください。"
            );
            reader.say(Severity::Error, *position, None, message);
        } else if matches!(cell.value, CellValue::Error(_)) {
            let message = format!("{what}がエラーになっています。直接入力してください。");
            reader.say(Severity::Error, *position, None, message);
        } else if cell.formula {
            let message = format!("{what}が数式になっています。表示されている値で読み取りました。");
            reader.say(Severity::Warning, *position, None, message);
        }
    }
}

/// Contact and free texts.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let view = reader.view;
    let department = contact(
        reader,
        Place::Department,
        &view.spots.department,
        NameOf::Department,
    );
    let email = contact(reader, Place::Email, &view.spots.email, NameOf::Email);
    let phone = contact(reader, Place::Phone, &view.spots.phone, NameOf::Phone);
    let contact = &mut reader.sheet.input.contact;
    contact.department = department;
    contact.email = email;
    contact.phone = phone;
    let notes = &view.spots.intent_note;
    reader.sheet.input.intent.text =
        free_text(reader, Place::IntentText, notes, NameOf::IntentText);
    let notes = &view.spots.other_note;
    reader.sheet.input.schemes.other_text =
        free_text(reader, Place::OtherText, notes, NameOf::OtherText);
}

fn contact(reader: &mut Reader<'_, '_>, place: Place, labels: &[usize], name: NameOf) -> String {
    let view = reader.view;
    let named = view.named(name);
    let located = locate(view, labels, named);
    let Some(at) = located.at else {
        let what = match place {
            Place::Department => "連絡調整担当部署の名称",
            Place::Email => "メールアドレス",
            _ => "電話番号",
        };
        reader.say_of_sheet(
            Severity::Error,
            Some(place),
            format!(
                "「{what}」の欄が見つかりません。{}をダウンロードし直し、そちらに記入してください。",
                reader.vocabulary.edition.words().form
            ),
        );
        return String::new();
    };
    for position in &located.cells {
        if reader.objects(*position, Kind::Words, &place) {
            let text = reader.text(*position);
            reader.stands(place, view.cells[*position].at, text);
            return String::new();
        }
    }
    let texts: Vec<String> = located
        .cells
        .iter()
        .map(|position| reader.text(*position))
        .collect();
    let Some(first) = texts.first() else {
        reader.stands_empty(place, at);
        return String::new();
    };
    let at = view.cells[located.cells[0]].at;
    if located.tail > 0 {
        let value = first[located.tail.min(first.len())..].to_owned();
        reader.stands(place, at, first.clone());
        return value;
    }
    let (value, used) = match place {
        Place::Email => join_email(&texts),
        Place::Phone => join_phone(&texts, &view.cells[located.cells[0]].value),
        _ => (texts.join(" "), texts.len()),
    };
    reader.stands(place.clone(), at, texts[..used].join(" / "));
    for position in &located.cells[used..] {
        let message =
            "この欄は読み取っていません。必要な内容であれば、左の欄にまとめて入力してください。";
        reader.say(Severity::Warning, *position, Some(place.clone()), message);
    }
    value
}

/// One cell, or local part, @ and host in cells of their own. Gives the value and how many cells it took.
fn join_email(texts: &[String]) -> (String, usize) {
    let joined = texts.concat();
    if texts.len() > 1
        && EmailAddress::parse(&texts[0]).is_err()
        && EmailAddress::parse(&joined).is_ok()
    {
        (joined, texts.len())
    } else {
        (texts[0].clone(), 1)
    }
}

/// One cell, groups in cells of their own, or an extension beside; a number cell has lost its zero.
fn join_phone(texts: &[String], first: &CellValue) -> (String, usize) {
    if let (CellValue::Number(_) | CellValue::Unclear(_), [only]) = (first, texts)
        && (9..=10).contains(&only.len())
        && !only.starts_with('0')
        && only.bytes().all(|b| b.is_ascii_digit())
    {
        return (format!("0{only}"), 1);
    }
    if texts.len() > 1 {
        for joined in [texts.join(" "), texts.join("-"), texts.concat()] {
            if PhoneNumber::parse(&joined).is_ok() {
                return (joined, texts.len());
            }
        }
    }
    (texts[0].clone(), 1)
}

/// The words below (or beside, or behind) a note, over as many rows as are filled in.
fn free_text(reader: &mut Reader<'_, '_>, place: Place, notes: &[usize], name: NameOf) -> String {
    let view = reader.view;
    let named = view.named(name);
    // Both stand at the end of what they belong to.
    let note = notes.last().copied();
    if let Some(note) = note
        && let Some(tail) = view.tags[note].map(|tag| tag.tail).filter(|tail| *tail > 0)
    {
        let text = reader.text(note);
        let value = text[tail.min(text.len())..].to_owned();
        reader.stands(place, view.cells[note].at, text);
        return value;
    }
    let (mut rows, footnote) = note.map_or_else(Default::default, |note| text_rows(view, note));
    // A footnote that asks for something is the sender's own print.
    if let Some(position) = footnote.filter(|at| !reader.text(*at).contains("ください")) {
        let message = "「※」で始まるこの行からは、回答に含めていません。必要な内容であれば、上の欄にまとめて入力してください。";
        reader.say(Severity::Warning, position, Some(place.clone()), message);
    }
    if rows.is_empty()
        && let Some(position) = named.and_then(|at| view.at(at))
        && view.label(position).is_none()
    {
        rows.push(vec![position]);
    }
    let cells: Vec<usize> = rows.iter().flatten().copied().collect();
    for position in &cells {
        if reader.objects(*position, Kind::Words, &place) {
            let text = reader.text(*position);
            reader.stands(place, view.cells[*position].at, text);
            return String::new();
        }
    }
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let texts: Vec<String> = row.iter().map(|position| reader.text(*position)).collect();
            texts.join(" ")
        })
        .collect();
    let below = note.map(|note| {
        let CellRef { row, column } = view.cells[note].at;
        CellRef {
            row: row.saturating_add(1),
            column,
        }
    });
    let Some(first) = cells.first() else {
        if let Some(at) = named.or(below) {
            reader.stands_empty(place, at);
        }
        return String::new();
    };
    let at = view.cells[*first].at;
    {
        let found = if cells.len() > 1 {
            lines.join(" / ")
        } else {
            lines.concat()
        };
        reader.stands(place, at, found);
    }
    lines.join("\n")
}

/// Rows of plain cells that belong to a note: beside it, else from the next filled row on without a gap, up to
/// the form's next words. Below the table a scheme's name is what somebody wrote, not a row. Also the first cell of a
/// note under them that is no part of them.
fn text_rows(view: &View<'_>, note: usize) -> (Vec<Vec<usize>>, Option<usize>) {
    let start = view.cells[note].at.row;
    let is_last = view.label(note) == Some(Label::OtherNote);
    let is_words = |position: &usize| {
        let text = shown(view.cells[*position]);
        !label_key(&text).is_empty()
    };
    let is_free = |position: &usize| {
        let named = matches!(view.label(*position), Some(Label::Row(_) | Label::Others));
        !view.is_printed(*position) || (is_last && named)
    };
    let plain = |row: u32| -> Option<Vec<usize>> {
        let free = view.row(row).all(|position| is_free(&position));
        let cells: Vec<usize> = view.row(row).filter(is_words).collect();
        (free && !cells.is_empty()).then_some(cells)
    };
    let beside: Vec<usize> = view
        .row(start)
        .filter(|position| *position > note && is_free(position) && is_words(position))
        .collect();
    if !beside.is_empty() {
        return (vec![beside], None);
    }
    let is_footnote = |cells: &[usize]| {
        let first = cells.first();
        first.is_some_and(|first| shown(view.cells[*first]).trim_start().starts_with('※'))
    };
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let mut footnote = None;
    for row in (start..start.saturating_add(20)).skip(1) {
        match plain(row) {
            // A note under the box; one that begins the answer is the answer.
            Some(cells) if !rows.is_empty() && is_footnote(&cells) => {
                footnote = cells.first().copied();
                break;
            }
            Some(cells) => rows.push(cells),
            None if rows.is_empty()
                && row < start.saturating_add(4)
                && view.row(row).is_empty() => {}
            None => break,
        }
    }
    (rows, footnote)
}

/// What stands in brackets behind the printed words of a label: その他の地方単独医療費助成（高齢者医療）.
pub(super) fn added_words<'t>(text: &'t str, printed: &str) -> Option<&'t str> {
    let open = text.find(['（', '('])?;
    let inside = text[open..].trim_start_matches(['（', '(']).trim();
    let inside = inside.trim_end_matches(['）', ')']).trim();
    let is_added = !label_key(inside).is_empty() && label_key(&text[..open]) == label_key(printed);
    is_added.then_some(inside)
}
