//! What our own writer wrote reads back as it was, without a change and without a problem.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use torimatome::domain::application_intent::{ApplicationIntent, Intents};
use torimatome::domain::coordination_contact::CoordinationContact;
use torimatome::domain::identify::{BodyIndex, Envelope, Scope};
use torimatome::domain::intake::{FileReading, Outcome, Severity, assess};
use torimatome::domain::recipient_count::RecipientCount;
use torimatome::domain::response::{Form1, SchemeAnswer};
use torimatome::domain::survey_edition::EditionDefinition;
use torimatome::domain::text::{clean_line, clean_text};
use torimatome::spreadsheet::intake::{Form1Vocabulary, Grid, read_form1, read_workbook};
use torimatome::spreadsheet::{FormBody, form1_file_name, write_form1};

use super::book::Book;
use crate::support::{edition, form, organizations};

pub static BODIES: LazyLock<BodyIndex> = LazyLock::new(|| BodyIndex::new(organizations()));

/// The words of an edition beside the other two.
pub fn vocabulary(key: &str) -> Form1Vocabulary {
    let others: Vec<_> = KEYS
        .into_iter()
        .filter(|other| *other != key)
        .map(|other| Arc::new(edition(other)))
        .collect();
    Form1Vocabulary::new(Arc::new(edition(key)), &others)
}

pub const KEYS: [&str; 3] = ["fy2025", "fy2026", "fy2027"];

static EDITIONS: LazyLock<Vec<(EditionDefinition, Form1Vocabulary)>> =
    LazyLock::new(|| KEYS.map(|key| (edition(key), vocabulary(key))).into());

/// A file of the edition with this position, sent to the ministry.
pub fn read(position: usize, grid: &Grid, file_name: &str) -> FileReading {
    let (edition, vocabulary) = &EDITIONS[position];
    let envelope = Envelope {
        file_name,
        ..Envelope::default()
    };
    let sheet = read_form1(grid, vocabulary);
    assess(edition, &BODIES, Scope::Country, &envelope, sheet)
}

fn reads_back(position: usize, body: usize, form: &Form1, bend: impl FnOnce(&mut Book)) {
    let (edition, _) = &EDITIONS[position];
    let body = BODIES.get(body).expect("a body");
    let own = FormBody {
        code: body.code,
        name: &body.name,
    };
    let bytes = write_form1(edition, &own, Some(form), None).expect("a workbook");
    let mut book = Book::of(read_workbook(&bytes).expect("a workbook"));
    bend(&mut book);
    let reading = read(
        position,
        &book.grid(),
        &form1_file_name(body.code, &body.name),
    );
    assert_eq!(reading.changes, []);
    assert_eq!(reading.form.as_ref(), Some(form), "{:#?}", reading.problems);
    assert_eq!(reading.outcome(), Outcome::Accepted);
    assert_eq!(reading.code, Some(body.code));
    assert!(
        reading
            .problems
            .iter()
            .all(|problem| problem.severity == Severity::Warning)
    );
}

#[test]
fn our_own_form_reads_back() {
    for position in 0..KEYS.len() {
        reads_back(position, 2, &form(), |_| {});
        reads_back(position, 2, &form(), |book| book.names.clear());
    }
}

/// Words as people write them: they begin with a letter, and may break the line.
fn words(longest: usize) -> impl Strategy<Value = String> {
    let letters = "[一-龠ぁ-んァ-ヶＡ-Ｚa-zA-Z0-9・（）、。〇○※① \\n]";
    proptest::string::string_regex(&format!("[一-龠]{letters}{{0,{longest}}}")).expect("a pattern")
}

fn answers() -> impl Strategy<Value = Form1> {
    let row = (
        any::<bool>(),
        proptest::option::of(0_u32..=RecipientCount::MAX.get()),
    );
    (
        (words(30), "[a-z]{1,8}", 0_u32..100, 0_u32..10_000),
        proptest::collection::vec(any::<bool>(), 4),
        words(60),
        proptest::collection::vec(row, 24),
        words(60),
    )
        .prop_map(|(contact, ticks, intent_text, rows, other_text)| {
            let (department, local, office, line) = contact;
            let mut intents: Intents = ApplicationIntent::ALL
                .into_iter()
                .zip(ticks)
                .filter_map(|(intent, ticked)| ticked.then_some(intent))
                .collect();
            if intents.is_empty() {
                intents.insert(ApplicationIntent::Other);
            }
            let schemes = edition("fy2026")
                .rows
                .into_iter()
                .zip(rows)
                .map(|(row, (target, persons))| {
                    let recipients = persons.and_then(|persons| persons.try_into().ok());
                    let answer = SchemeAnswer {
                        target,
                        recipients,
                        typed: None,
                    };
                    (row.scheme, answer)
                })
                .filter(|(_, answer)| *answer != SchemeAnswer::default())
                .collect();
            Form1 {
                contact: CoordinationContact {
                    department: clean_line(&department),
                    email: format!("{local}@city.example").parse().expect("an address"),
                    phone: format!("0138-{office:02}-{line:04}")
                        .parse()
                        .expect("a number"),
                },
                intents,
                intent_text: clean_text(&intent_text),
                schemes,
                other_text: clean_text(&other_text),
                extra: Default::default(),
                extra_typed: Default::default(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_answer_of_any_body_reads_back(
        form in answers(),
        position in 1_usize..3,
        body in 0_usize..1788,
        rows in proptest::collection::vec((0_u32..60, 1_u32..3), 0..4),
        columns in proptest::collection::vec((0_u32..6, 1_u32..3), 0..3),
        names in any::<bool>(),
    ) {
        reads_back(position, body, &form, |book| {
            for (before, count) in &rows {
                book.insert_rows(*before, *count);
            }
            for (before, count) in &columns {
                book.insert_columns(*before, *count);
            }
            if !names {
                book.names.clear();
            }
        });
    }
}
