//! Section 2: which of ① to ④ are marked, beside, below, inside their label or by number in one cell.

use super::fields::locate;
use super::reader::{CIRCLE, NO_MARK, Reader};
use super::value::{Kind, mark_of, objection};
use super::view::View;
use super::vocabulary::{Label, NameOf};
use crate::domain::application_intent::{ApplicationIntent, Intents};
use crate::domain::cell_ref::CellRef;
use crate::domain::intake::Severity;
use crate::domain::mark::Mark;
use crate::domain::place::{Place, Section};
use crate::domain::text::fold_width;

/// Signs that tick a choice in its own label. Letters that could begin a word are not among them.
const TICKS: &str = "○〇◯⭕◎●✓✔☑✅■";
const BOXES: &str = "□☐";

fn place() -> Place {
    Place::Section(Section::Intent)
}

/// One choice on the sheet.
struct Choice {
    intent: ApplicationIntent,
    label: Option<usize>,
    /// What stands in its answer cell.
    cell: Option<usize>,
    /// Where its answer belongs.
    at: Option<CellRef>,
}

/// Reads the section.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let choices = ApplicationIntent::ALL.map(|intent| find(reader, intent));
    if choices.iter().all(|choice| choice.at.is_none()) {
        single_cell(reader);
        return;
    }
    let missing: Vec<&str> = choices
        .iter()
        .filter(|choice| choice.at.is_none())
        .map(|choice| choice.intent.sign())
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "申請の意向の選択肢{}が見つかりませんでした。選択していないものとして扱います。",
            missing.concat()
        );
        reader.say_of_sheet(Severity::Warning, Some(place()), message);
        stray_marks(reader, &choices);
    }
    let choices = shared_cells(reader, choices);
    ticked_in_labels(reader, &choices);
    marks(reader, &choices);
    where_it_stands(reader, &choices);
    fourth_in_its_label(reader, &choices);
}

/// A mark in a cell merged with those of other choices belongs to none of them.
fn shared_cells(reader: &mut Reader<'_, '_>, mut choices: [Choice; 4]) -> [Choice; 4] {
    let view = reader.view;
    let places = choices.each_ref().map(|choice| choice.at);
    for choice in &mut choices {
        let Some(position) = choice.cell else {
            continue;
        };
        let Some((first, last)) = view.merged_over(view.cells[position].at) else {
            continue;
        };
        let covered = places.iter().flatten().filter(|at| {
            (first.row..=last.row).contains(&at.row)
                && (first.column..=last.column).contains(&at.column)
        });
        if covered.count() > 1 && mark_of(view.cells[position]) != Mark::No {
            choice.cell = None;
            reader.say(
                Severity::Error,
                position,
                Some(place()),
                "ほかの選択肢の回答欄と結合されていて、どの選択肢の回答か分かりません。セルの結合を解除して、選択肢ごとに記入してください。",
            );
        }
    }
    choices
}

/// Where a choice is missing: a mark beside no choice, or a choice printed twice, may be the missing one.
fn stray_marks(reader: &mut Reader<'_, '_>, choices: &[Choice; 4]) {
    let view = reader.view;
    let label_rows: Vec<u32> = view
        .spots
        .intents
        .iter()
        .flatten()
        .map(|label| view.cells[*label].at.row)
        .collect();
    let columns: Vec<u32> = choices
        .iter()
        .filter_map(|choice| Some(choice.at?.column))
        .collect();
    let (Some(first), Some(last)) = (label_rows.iter().min(), label_rows.iter().max()) else {
        return;
    };
    let stray: Vec<usize> = (first.saturating_sub(3)..last.saturating_add(4))
        .filter(|row| !label_rows.contains(row))
        .flat_map(|row| view.row(row))
        .filter(|position| columns.contains(&view.cells[*position].at.column))
        .filter(|position| !view.is_printed(*position))
        .filter(|position| mark_of(view.cells[*position]) == Mark::Yes)
        .collect();
    let printed = |labels: &Vec<usize>| {
        labels
            .iter()
            .filter(|label| view.is_printed(**label))
            .count()
    };
    let twice = choices
        .iter()
        .filter(|choice| printed(&view.spots.intents[choice.intent as usize]) > 1);
    let doubtful: Vec<usize> = stray
        .into_iter()
        .chain(twice.filter_map(|choice| choice.cell))
        .collect();
    for position in doubtful {
        reader.say(
            Severity::Error,
            position,
            Some(place()),
            "どの選択肢の回答か分かりません。様式1をダウンロードし直し、①～④の回答欄に記入してください。",
        );
    }
}

/// The cell problems and warnings of the section point at: a ticked choice, else the first.
fn where_it_stands(reader: &mut Reader<'_, '_>, choices: &[Choice; 4]) {
    let ticked = |choice: &&Choice| reader.sheet.input.intent.intents.contains(&choice.intent);
    let choice = choices.iter().find(ticked).or(choices.first());
    let filled = choice.and_then(|choice| choice.cell);
    if let Some(position) = filled {
        let found = reader.found(position);
        reader.stands(place(), found.at, found.text);
    } else if let Some(at) = choice.and_then(|choice| choice.at) {
        reader.stands(place(), at, String::new());
    }
}

fn find(reader: &Reader<'_, '_>, intent: ApplicationIntent) -> Choice {
    let view = reader.view;
    let spots = &view.spots;
    let named = view.named(NameOf::Intent(intent));
    let Some(label) = label_of(view, intent) else {
        let cell = named.and_then(|at| view.at(at));
        return Choice {
            intent,
            label: None,
            cell: cell.filter(|position| view.label(*position).is_none()),
            at: named,
        };
    };
    let CellRef { row, column } = view.cells[label].at;
    let header = spots
        .answer_column
        .iter()
        .map(|position| view.cells[*position].at)
        .filter(|at| at.row < row && row - at.row < 12)
        .max_by_key(|at| at.row)
        .map(|at| at.column);
    let is_choice = |position: &usize| matches!(view.label(*position), Some(Label::Intent(_)));
    let beside: Vec<usize> = view
        .row(row)
        .filter(|position| *position > label)
        .take_while(|position| !is_choice(position))
        .collect();
    let in_line = view.row(row).filter(is_choice).count() > 1;
    let by_header = beside
        .iter()
        .find(|position| Some(view.cells[**position].at.column) == header);
    let by_name = beside
        .iter()
        .find(|position| Some(view.cells[**position].at) == named);
    let below = || {
        let at = CellRef {
            row: row.saturating_add(1),
            column,
        };
        let position = view.at(at)?;
        view.label(position).is_none().then_some(position)
    };
    let left = || {
        view.row(row).find(|position| {
            let text = reader.text(*position);
            *position < label && text.trim().chars().all(|c| TICKS.contains(c))
        })
    };
    let cell = by_header
        .or(by_name)
        .or(beside.first())
        .copied()
        .or_else(|| if in_line { below() } else { left() });
    let answer_column = header
        .filter(|header| *header != column)
        .unwrap_or(column.saturating_add(1));
    let at = cell
        .map(|position| view.cells[position].at)
        .or(named.filter(|named| named.row == row))
        .unwrap_or(CellRef {
            row,
            column: answer_column,
        });
    Choice {
        intent,
        label: Some(label),
        cell,
        at: Some(at),
    }
}

/// The label of a choice: the form's own words before others, and of two the one nearest to the other choices.
fn label_of(view: &View<'_>, intent: ApplicationIntent) -> Option<usize> {
    let row = |position: usize| view.cells[position].at.row;
    let labels = &view.spots.intents[intent as usize];
    let others: Vec<u32> = view
        .spots
        .intents
        .iter()
        .filter(|labels| labels.len() == 1)
        .filter_map(|labels| labels.first().map(|position| row(*position)))
        .collect();
    let distance = |position: usize| -> u64 {
        let to = |other: &u32| u64::from(row(position).abs_diff(*other));
        others.iter().map(to).sum()
    };
    labels
        .iter()
        .copied()
        .min_by_key(|position| (!view.is_printed(*position), distance(*position)))
}

/// ○① 1次交付…: a sign before or after the printed words, unless all four have it.
fn ticked_in_labels(reader: &mut Reader<'_, '_>, choices: &[Choice; 4]) {
    let signed = |choice: &Choice| {
        let text = reader.text(choice.label?);
        let text = text.trim();
        let ends = [text.chars().next()?, text.chars().next_back()?];
        let check = text.starts_with('レ') || text.starts_with('ﾚ');
        if check || ends.iter().any(|c| TICKS.contains(*c)) {
            Some(true)
        } else {
            ends.iter().any(|c| BOXES.contains(*c)).then_some(false)
        }
    };
    let signs = [0, 1, 2, 3].map(|choice| signed(&choices[choice]));
    if signs.iter().all(|sign| *sign == Some(true)) {
        return;
    }
    for (choice, sign) in choices.iter().zip(signs) {
        if let (Some(true), None, Some(label)) = (sign, choice.cell, choice.label) {
            reader.sheet.input.intent.intents.insert(choice.intent);
            reader.reread(label, CIRCLE, Some(place()));
        }
    }
}

fn marks(reader: &mut Reader<'_, '_>, choices: &[Choice; 4]) {
    let mut unclear: Vec<(ApplicationIntent, usize)> = Vec::new();
    let filled: Vec<(ApplicationIntent, usize)> = choices
        .iter()
        .filter_map(|choice| Some((choice.intent, choice.cell?)))
        .collect();
    for (intent, position) in &filled {
        if reader.objects(*position, Kind::Mark, &place()) {
            continue;
        }
        match mark_of(reader.view.cells[*position]) {
            // A mark to one, and ① to another.
            Mark::Yes if is_one(reader, *position) && *intent != ApplicationIntent::FirstRound => {
                unclear.push((*intent, *position));
            }
            Mark::Yes => tick(reader, *intent, *position),
            Mark::No => reader.reread(*position, NO_MARK, Some(place())),
            Mark::Blank => {}
            // The choice's own number in its own cell.
            Mark::Unclear if reader.text(*position).trim() == intent.sign() => {
                tick(reader, *intent, *position);
            }
            Mark::Unclear => unclear.push((*intent, *position)),
        }
    }
    let alone = unclear.len() == 1
        && filled.iter().all(|(intent, position)| {
            let own = unclear.iter().any(|(odd, _)| odd == intent);
            own || mark_of(reader.view.cells[*position]) == Mark::No
        })
        && reader.sheet.input.intent.intents.is_empty();
    for (intent, position) in unclear {
        let text = reader.text(position);
        // The first cell may stand for all; a number in another one's cell may be a slip of the row.
        let speaks = |intents: &Intents| {
            intent == ApplicationIntent::FirstRound || intents.contains(&intent)
        };
        if alone && let Some(intents) = numbers(reader, &text).filter(speaks) {
            reader.reread(position, &signs(&intents), Some(place()));
            reader.sheet.input.intent.intents = intents;
        } else if intent == ApplicationIntent::Other
            && reader.sheet.input.intent.text.trim().is_empty()
            && let Some(words) = words_of_fourth(&text, alone)
        {
            let read_as = format!("○（内容：{words}）");
            reader.reread(position, &read_as, Some(place()));
            reader.sheet.input.intent.intents.insert(intent);
            reader.sheet.input.intent.text = words.to_owned();
        } else {
            let message = format!(
                "選択肢{}の回答欄を、○か空欄か読み取れませんでした。選ぶときは「○」を記入し、選ばないときは空欄にしてください。",
                intent.sign()
            );
            reader.say(Severity::Error, position, Some(place()), message);
        }
    }
}

fn is_one(reader: &Reader<'_, '_>, position: usize) -> bool {
    fold_width(reader.text(position).trim()) == "1"
}

fn tick(reader: &mut Reader<'_, '_>, intent: ApplicationIntent, position: usize) {
    reader.sheet.input.intent.intents.insert(intent);
    if reader.text(position) != CIRCLE {
        reader.reread(position, CIRCLE, Some(place()));
    }
}

/// What is written in ④'s cell instead of a mark: ○ and words, or a sentence where nothing else is marked.
fn words_of_fourth(text: &str, alone: bool) -> Option<&str> {
    let text = text.trim();
    let after = text.trim_start_matches(|c: char| TICKS.contains(c));
    let words = after.trim_matches(|c: char| c.is_whitespace() || "（）()：:".contains(c));
    let marked = after.len() < text.len() && !words.is_empty();
    let sentence = alone && words.chars().filter(|c| c.is_alphabetic()).count() >= 5;
    (marked || sentence).then_some(words)
}

/// ②, ①・②, 2, or the wording of a choice, in one cell for all.
fn numbers(reader: &Reader<'_, '_>, text: &str) -> Option<Intents> {
    if let Some(tag) = reader.vocabulary.known(text)
        && let Label::Intent(intent) = tag.label
    {
        return Some([intent].into());
    }
    let mut intents = Intents::new();
    for c in fold_width(text).chars() {
        if let Some(digit) = c.to_digit(10) {
            let number = u8::try_from(digit).ok()?;
            intents.insert(ApplicationIntent::try_from(number).ok()?);
        } else if !c.is_whitespace() && !"、,・/.()番と".contains(c) {
            return None;
        }
    }
    (!intents.is_empty()).then_some(intents)
}

fn signs(intents: &Intents) -> String {
    intents.iter().map(|intent| intent.sign()).collect()
}

/// 「申請の意向 │ ①」: a form with one cell for the number.
fn single_cell(reader: &mut Reader<'_, '_>) {
    let view = reader.view;
    let located = locate(view, &view.spots.intent_heading, None);
    let Some(position) = located.cells.first().copied() else {
        reader.say_of_sheet(
            Severity::Error,
            Some(place()),
            "「申請の意向」の選択肢（①～④）が見つかりません。様式1をダウンロードし直し、そちらに記入してください。",
        );
        return;
    };
    let found = reader.found(position);
    reader.stands(place(), found.at, found.text.clone());
    if let Some(message) = objection(view.cells[position], Kind::Mark) {
        reader.say(Severity::Error, position, Some(place()), message);
    } else if let Some(intents) = numbers(reader, &found.text) {
        reader.reread(position, &signs(&intents), Some(place()));
        reader.sheet.input.intent.intents = intents;
    } else {
        reader.say(
            Severity::Error,
            position,
            Some(place()),
            "申請の意向を読み取れませんでした。①～④のいずれかを記入してください。",
        );
    }
}

/// ④ その他（検討中）: the words of ④ in its label.
fn fourth_in_its_label(reader: &mut Reader<'_, '_>, choices: &[Choice; 4]) {
    let Some(label) = choices[ApplicationIntent::Other as usize].label else {
        return;
    };
    let tail = reader.view.tags[label].map_or(0, |tag| tag.tail);
    if tail == 0 || !reader.sheet.input.intent.text.trim().is_empty() {
        return;
    }
    let text = reader.text(label);
    let words = text[tail.min(text.len())..]
        .trim_matches(|c: char| c.is_whitespace() || "（）()：:".contains(c) || TICKS.contains(c))
        .to_owned();
    if !words.is_empty() {
        reader.stands(Place::IntentText, reader.view.cells[label].at, text);
        reader.sheet.input.intent.text = words;
    }
}
