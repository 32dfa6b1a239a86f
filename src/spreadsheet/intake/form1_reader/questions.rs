//! Section 4: the questions of the edition, each answered beside its words or in the cell with its name.

use super::fields::locate;
use super::reader::Reader;
use super::value::Kind;
use super::vocabulary::NameOf;
use crate::domain::cell_ref::CellRef;
use crate::domain::extra_question::QuestionKind;
use crate::domain::intake::Severity;
use crate::domain::place::Place;

/// Reads the answers; a question whose words and name are gone has none, and no place.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let edition = reader.vocabulary.edition.clone();
    for (position, question) in edition.questions.iter().enumerate() {
        let place = Place::Question(question.id.clone());
        let Some((at, cells)) = find(reader, position) else {
            continue;
        };
        let (kind, unit) = match &question.kind {
            QuestionKind::Choice { .. } | QuestionKind::Text => (Kind::Words, ""),
            QuestionKind::Number { unit } => (Kind::Number, unit.as_str()),
            QuestionKind::Date => (Kind::Day, ""),
        };
        let Some(first) = cells.first().copied() else {
            reader.stands_empty(place, at);
            continue;
        };
        // Words go on in the cells beside; of anything else there is one.
        let used = match question.kind {
            QuestionKind::Text => cells.len(),
            _ => 1,
        };
        let texts: Vec<String> = cells.iter().map(|cell| reader.text(*cell)).collect();
        let at = reader.view.cells[first].at;
        reader.stands(place.clone(), at, texts[..used].join(" / "));
        let objections = cells[..used].iter();
        if objections
            .filter(|cell| reader.objects(**cell, kind, &place))
            .count()
            > 0
        {
            continue;
        }
        for (cell, text) in cells.iter().zip(&texts).skip(used) {
            if text.trim() != unit {
                let message = "この欄は読み取っていません。必要な内容であれば、左の欄にまとめて入力してください。";
                reader.say(Severity::Warning, *cell, None, message);
            }
        }
        let typed = texts[..used].join(" ");
        reader.sheet.input.extra.insert(question.id.clone(), typed);
    }
}

/// Where the answer to a question belongs and the cells it fills; `None` if the form has no such question.
fn find(reader: &Reader<'_, '_>, question: usize) -> Option<(CellRef, Vec<usize>)> {
    let view = reader.view;
    let labels: Vec<usize> = view
        .spots
        .questions
        .iter()
        .filter(|(_, of)| *of == question)
        .map(|(position, _)| *position)
        .collect();
    let named = view.named(NameOf::Question(question));
    // The cell with the name, in the row of the words, is the answer whatever it says.
    let beside = |named: &CellRef| {
        labels.iter().any(|label| {
            let label = view.cells[*label].at;
            label.row == named.row && label.column < named.column
        })
    };
    if let Some(at) = named.filter(beside) {
        return Some((at, view.at(at).into_iter().collect()));
    }
    let located = locate(view, &labels, named);
    Some((located.at?, located.cells))
}
