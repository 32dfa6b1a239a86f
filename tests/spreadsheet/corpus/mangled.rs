//! Whatever a workbook holds: nothing panics, and a damaged form is never read as another answer.

use proptest::prelude::*;
use torimatome::domain::intake::{FileReport, Outcome};
use torimatome::spreadsheet::intake::{
    Cell, CellRef, CellValue, DefinedName, Form1Vocabulary, Grid, Sheet,
};

use super::book::{Book, text};
use super::case::{Base, base, plain};
use super::round_trip::read;
use crate::support::edition;

/// Printed words of the form, marks, numbers and anything else.
fn any_text() -> impl Strategy<Value = String> {
    let printed: Vec<String> = [Base::Ours, Base::Notice]
        .into_iter()
        .flat_map(|from| base(from, "fy2026").pages.remove(0).cells)
        .filter_map(|(_, (value, _))| match value {
            CellValue::Text(words) => Some(words),
            _ => None,
        })
        .collect();
    let short = [
        "○",
        "レ",
        "×",
        "①",
        "②",
        "対象",
        "その他",
        "名称",
        "難病",
        "合計",
        "計",
        "不明",
        "1,200",
        "012025",
        "様式2",
    ];
    prop_oneof![
        6 => proptest::sample::select(printed.clone()),
        2 => proptest::sample::select(short.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (proptest::sample::select(printed), any::<String>()).prop_map(|(words, more)| format!("{words}{more}")),
    ]
}

fn any_value() -> impl Strategy<Value = CellValue> {
    prop_oneof![
        8 => any_text().prop_map(CellValue::Text),
        2 => any::<f64>().prop_map(CellValue::Number),
        1 => any::<bool>().prop_map(CellValue::Bool),
        1 => any::<f64>().prop_map(CellValue::Date),
        1 => any_text().prop_map(CellValue::Error),
    ]
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let near = (0_u32..50, 0_u32..9);
    let at = prop_oneof![
        30 => near,
        1 => (any::<u32>(), any::<u32>()),
        1 => Just((u32::MAX, u32::MAX)),
    ];
    (at, any_value(), any::<bool>()).prop_map(|((row, column), value, formula)| Cell {
        at: CellRef { row, column },
        value,
        formula,
        look: Default::default(),
    })
}

fn any_sheet() -> impl Strategy<Value = Sheet> {
    (
        "[様式12記入例a]{0,4}",
        any::<bool>(),
        any::<bool>(),
        proptest::collection::vec(any_cell(), 0..150),
        any::<bool>(),
        proptest::collection::vec(0_u32..50, 0..5),
        proptest::collection::vec((0_u32..50, 0_u32..9, 0_u32..9, 0_u32..4), 0..5),
    )
        .prop_map(
            |(name, hidden, sorted, mut cells, cut, hidden_rows, areas)| {
                if sorted {
                    cells.sort_by_key(|cell| cell.at);
                    cells.dedup_by_key(|cell| cell.at);
                }
                Sheet {
                    name,
                    hidden,
                    cells,
                    hidden_columns: hidden_rows.iter().map(|row| row % 9).collect(),
                    hidden_rows,
                    merged: areas
                        .into_iter()
                        .map(|(row, column, down, right)| {
                            let first = CellRef { row, column };
                            let last = CellRef {
                                row: row + down,
                                column: column + right,
                            };
                            (first, last)
                        })
                        .collect(),
                    shapes: Vec::new(),
                    cut,
                }
            },
        )
}

fn any_grid() -> impl Strategy<Value = Grid> {
    let names: Vec<String> = base(Base::Ours, "fy2026").fields.into_keys().collect();
    let name = (
        proptest::sample::select(names),
        0_usize..3,
        0_u32..50,
        0_u32..9,
    );
    (
        proptest::collection::vec(any_sheet(), 0..4),
        proptest::collection::vec(name, 0..40),
    )
        .prop_map(|(sheets, names)| {
            let name = |(name, sheet, row, column): (String, usize, u32, u32)| DefinedName {
                name,
                sheet: sheets
                    .get(sheet)
                    .map_or_else(String::new, |sheet| sheet.name.clone()),
                at: CellRef { row, column },
            };
            let names = names.into_iter().map(name).collect();
            Grid { sheets, names }
        })
}

/// The cells of a form that are printed, not answered.
fn printed(book: &Book) -> Vec<(u32, u32)> {
    let answers: Vec<_> = book.fields.values().collect();
    let cells = book.pages[0].cells.keys();
    cells.filter(|at| !answers.contains(at)).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_workbook_panics(grid in any_grid(), file_name in any::<String>(), position in 0_usize..3) {
        let reading = read(position, &grid, &file_name);
        let report = FileReport::new(file_name, &reading, &edition("fy2026"));
        prop_assert!(serde_json::to_string(&report).is_ok());
        prop_assert_eq!(reading.form.is_some() && reading.code.is_some(), reading.outcome() != Outcome::Rejected);
    }

    #[test]
    fn a_form_without_some_of_its_words_says_the_same_or_is_not_taken(
        from in proptest::sample::select(vec![Base::Ours, Base::Bare, Base::Notice]),
        gone in proptest::collection::vec(any::<proptest::sample::Index>(), 1..8),
        other in proptest::option::of((any::<proptest::sample::Index>(), any_text())),
    ) {
        let mut book = base(from, "fy2025");
        let cells = printed(&book);
        // Words typed over a name are enough damage without the heads gone too.
        let few = if other.is_some() { 1 } else { gone.len() };
        for index in gone.into_iter().take(few) {
            book.pages[0].cells.remove(index.get(&cells));
        }
        // One printed cell overwritten with words of another.
        let overwritten = other.is_some();
        if let Some((index, words)) = other {
            // Without names nothing tells that a row once bore another name.
            let is_row = edition("fy2025").rows.iter().any(|row| words.contains(&row.name));
            prop_assume!(from == Base::Ours || !is_row);
            book.put(*index.get(&cells), text(words));
        }
        let reading = read(0, &book.grid(), "【012025函館市】様式1.xlsx");
        if reading.outcome() != Outcome::Rejected {
            let mut expected = plain();
            let read = reading.form.clone().expect("a form");
            // Words typed over a heading below a free text become part of it, as they look on paper.
            if overwritten {
                expected.other_text.clone_from(&read.other_text);
                expected.intent_text.clone_from(&read.intent_text);
                expected.contact = read.contact.clone();
            }
            prop_assert_eq!(read, expected, "{:#?}", reading.problems);
        }
    }
}

/// The vocabulary is shared between threads that read.
#[test]
fn the_vocabulary_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Form1Vocabulary>();
}
