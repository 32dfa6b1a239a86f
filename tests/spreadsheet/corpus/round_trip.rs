//! What our own writer wrote reads back as it was, without a change and without a problem.

use std::sync::{Arc, LazyLock};

use torimatome::domain::identify::{BodyIndex, Envelope, Scope};
use torimatome::domain::intake::{FileReading, Outcome, assess};
use torimatome::spreadsheet::intake::{Form1Vocabulary, Grid, read_form1};
use torimatome::spreadsheet::{FormBody, form1_file_name, write_form1};

use super::book::Book;
use crate::support::{code, edition, form, organizations};

pub static BODIES: LazyLock<BodyIndex> = LazyLock::new(|| BodyIndex::new(organizations()));

pub fn vocabulary(key: &str) -> Form1Vocabulary {
    let others: Vec<_> = ["fy2025", "fy2026", "fy2027"]
        .into_iter()
        .filter(|other| *other != key)
        .map(|other| Arc::new(edition(other)))
        .collect();
    Form1Vocabulary::new(Arc::new(edition(key)), &others)
}

pub fn read(key: &str, grid: &Grid, file_name: &str) -> FileReading {
    let vocabulary = vocabulary(key);
    let envelope = Envelope {
        file_name,
        ..Envelope::default()
    };
    let sheet = read_form1(grid, &vocabulary);
    assess(&edition(key), &BODIES, Scope::Country, &envelope, sheet)
}

#[test]
fn our_own_form_reads_back() {
    for key in ["fy2025", "fy2026", "fy2027"] {
        let body = FormBody {
            code: code("012025"),
            name: "函館市",
        };
        let form = form();
        let bytes = write_form1(&edition(key), &body, Some(&form), None).expect("a workbook");
        let mut book = Book::open(bytes);
        for names in [true, false] {
            if !names {
                book.names.clear();
            }
            let reading = read(key, &book.grid(), &form1_file_name(body.code, body.name));
            assert_eq!(reading.changes, [], "{key}");
            assert_eq!(
                reading.form.as_ref(),
                Some(&form),
                "{key} {:?}",
                reading.problems
            );
            assert_eq!(reading.outcome(), Outcome::Accepted);
            assert_eq!(reading.code, Some(body.code));
        }
    }
}
