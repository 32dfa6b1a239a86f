//! Every file of the corpus is read as expected, as cells and as a real workbook, and the list of them is current.

use std::collections::HashMap;
use std::fmt::Write;

use torimatome::domain::identify::Envelope;
use torimatome::domain::intake::{FileReading, Outcome, Severity, assess};
use torimatome::spreadsheet::intake::{
    CellValue, Form1Vocabulary, Grid, read_form1, read_workbook,
};

use super::book::{Book, place};
use super::case::Case;
use super::round_trip::{BODIES, KEYS, vocabulary};
use super::{damage, identities, layouts, strangers, values, words, written_over};
use crate::support::edition;

fn cases() -> Vec<Case> {
    [
        layouts::cases(),
        damage::cases(),
        values::cases(),
        words::cases(),
        identities::cases(),
        strangers::cases(),
        written_over::cases(),
    ]
    .concat()
}

/// The vocabularies of all editions, made once as the portal does.
struct Readers(HashMap<&'static str, Form1Vocabulary>);

impl Readers {
    fn new() -> Self {
        let keys = KEYS;
        Self(keys.into_iter().map(|key| (key, vocabulary(key))).collect())
    }

    fn read(&self, case: &Case, grid: &Grid) -> FileReading {
        let envelope = Envelope {
            file_name: &case.file_name,
            subject: case.subject.as_deref(),
            folder: case.folder.as_deref(),
        };
        let sheet = read_form1(grid, &self.0[case.edition]);
        assess(
            &edition(case.edition),
            &BODIES,
            case.scope,
            &envelope,
            sheet,
        )
    }
}

/// What is wrong with a reading; empty if nothing is.
fn complaints(case: &Case, reading: &FileReading) -> Vec<String> {
    let mut complaints = Vec::new();
    let expected = &case.expected;
    let mut same = |what: &str, is: String, should: String| {
        if is != should {
            complaints.push(format!("{what}: {is}\n      expected {should}"));
        }
    };
    let of = |severity: Severity| -> Vec<String> {
        let problems = reading.problems.iter();
        let mut found: Vec<String> = problems
            .filter(|problem| problem.severity == severity)
            .map(|problem| problem.found.clone())
            .collect();
        found.sort();
        found
    };
    let sorted = |mut found: Vec<String>| {
        found.sort();
        found
    };
    let mut changes: Vec<(String, String)> = reading
        .changes
        .iter()
        .map(|change| (change.found.clone(), change.read_as.clone()))
        .collect();
    changes.sort();
    let mut expected_changes = expected.changes.clone();
    expected_changes.sort();
    let code = reading.code.map(|code| code.to_string());
    same(
        "outcome",
        format!("{:?}", reading.outcome()),
        format!("{:?}", expected.outcome),
    );
    same(
        "code",
        format!("{code:?}"),
        format!("{:?}", expected.code.map(str::to_owned)),
    );
    if expected.outcome != Outcome::Rejected {
        same(
            "changes",
            format!("{changes:?}"),
            format!("{expected_changes:?}"),
        );
    }
    same(
        "errors",
        format!("{:?}", of(Severity::Error)),
        format!("{:?}", sorted(expected.errors.clone())),
    );
    same(
        "warnings",
        format!("{:?}", of(Severity::Warning)),
        format!("{:?}", sorted(expected.warnings.clone())),
    );
    same(
        "form",
        format!("{:?}", reading.form),
        format!("{:?}", expected.form),
    );
    let first = reading
        .problems
        .first()
        .map_or("", |problem| problem.message.as_str());
    let unsaid: Vec<&&str> = expected
        .says
        .iter()
        .filter(|words| !first.contains(**words))
        .collect();
    if !unsaid.is_empty() {
        same("says", first.to_owned(), format!("{unsaid:?}"));
    }
    complaints
}

/// Every cell named in a reading holds what the reading says stood there.
fn misplaced(book: &Book, reading: &FileReading) -> Vec<String> {
    let named = reading
        .problems
        .iter()
        .map(|problem| (&problem.sheet, &problem.cell, &problem.found))
        .chain(
            reading
                .changes
                .iter()
                .map(|change| (&change.sheet, &change.cell, &change.found)),
        );
    named
        .filter(|(_, cell, _)| !cell.is_empty())
        .filter(|(sheet, cell, found)| {
            let page = book.pages.iter().find(|page| page.name == **sheet);
            let at = place(cell).expect("a cell");
            let value = page
                .and_then(|page| page.cells.get(&at))
                .map(|(value, _)| value);
            !match value {
                None => found.trim().is_empty(),
                // Several cells make one answer; the first is named.
                Some(CellValue::Text(text)) => found.starts_with(text.as_str()),
                Some(CellValue::Number(number)) => found.starts_with(&number.to_string()),
                Some(_) => !found.is_empty(),
            }
        })
        .map(|named| format!("{named:?}"))
        .collect()
}

#[test]
fn every_file_is_read_as_expected() {
    let readers = Readers::new();
    let mut failures = String::new();
    let cases = cases();
    for case in &cases {
        let reading = readers.read(case, &case.book.grid());
        let mut wrong = complaints(case, &reading);
        wrong.extend(misplaced(&case.book, &reading));
        if !wrong.is_empty() {
            let _ = writeln!(failures, "{} / {}", case.group, case.name);
            for wrong in wrong {
                let _ = writeln!(failures, "    {wrong}");
            }
            for problem in &reading.problems {
                let _ = writeln!(
                    failures,
                    "    - {:?} {} {}",
                    problem.severity, problem.cell, problem.message
                );
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(cases.len() >= 100);
}

#[test]
fn a_real_workbook_is_read_as_its_cells_are() {
    let readers = Readers::new();
    for case in cases() {
        let from_cells = readers.read(&case, &case.book.grid());
        let grid = read_workbook(&case.book.save()).expect("a workbook");
        let from_file = readers.read(&case, &grid);
        assert_eq!(
            serde_json::to_string(&from_file).expect("JSON"),
            serde_json::to_string(&from_cells).expect("JSON"),
            "{} / {}",
            case.group,
            case.name
        );
    }
}

/// The table of outcomes as the documentation has it.
fn table() -> String {
    let readers = Readers::new();
    let cases = cases();
    let mut out = String::from(
        "# The intake corpus\n\n\
        Files as they come from the field, made by `tests/spreadsheet/corpus`, and what is read from each. A test holds this\n\
        list to what the reader does; `UPDATE_CORPUS=1 cargo test --test spreadsheet corpus` writes it anew.\n\n",
    );
    let count = |outcome: Outcome| {
        cases
            .iter()
            .filter(|case| case.expected.outcome == outcome)
            .count()
    };
    let _ = writeln!(
        out,
        "{} files: {} taken as they stand, {} taken with something read in another form, {} not taken.\n",
        cases.len(),
        count(Outcome::Accepted),
        count(Outcome::Normalised),
        count(Outcome::Rejected)
    );
    let mut group = "";
    for case in &cases {
        if case.group != group {
            group = case.group;
            let _ = write!(
                out,
                "## {group}\n\n| file | outcome | body | read as | problems |\n| --- | --- | --- | --- | --- |\n"
            );
        }
        let reading = readers.read(case, &case.book.grid());
        let outcome = match reading.outcome() {
            Outcome::Accepted => "taken",
            Outcome::Normalised => "read in another form",
            Outcome::Rejected => "not taken",
        };
        let code = reading
            .code
            .map_or_else(String::new, |code| code.to_string());
        let mut changes: Vec<String> = reading
            .changes
            .iter()
            .map(|change| format!("{} {} → {}", change.cell, change.found, change.read_as))
            .collect();
        if changes.len() > 3 {
            changes.truncate(3);
            changes.push("…".to_owned());
        }
        let problems: Vec<String> = reading
            .problems
            .iter()
            .map(|problem| {
                let kind = if problem.severity == Severity::Error {
                    ""
                } else {
                    "注意 "
                };
                format!("{kind}{} {}", problem.cell, problem.message)
            })
            .collect();
        let line = format!(
            "| {} | {outcome} | {code} | {} | {} |",
            case.name,
            changes.join("<br>"),
            problems.join("<br>")
        );
        let _ = writeln!(out, "{}", line.replace(['\n', '\r'], "⏎"));
    }
    out
}

#[test]
fn the_table_of_outcomes_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/intake-corpus.md");
    let table = table();
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        std::fs::write(path, &table).expect("the table is written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == table,
        "docs/intake-corpus.md is not current; run with UPDATE_CORPUS=1"
    );
}
