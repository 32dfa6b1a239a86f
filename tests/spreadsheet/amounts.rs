//! 所要額調査票: laid out, worked out, read back; and neither it nor 様式1 taken for the other.

use std::sync::Arc;

use torimatome::domain::form1_sheet::NotForm1Kind;
use torimatome::domain::identify::{Envelope, Scope};
use torimatome::domain::intake::{Outcome, assess};
use torimatome::domain::recipient_count::RecipientCount;
use torimatome::domain::required_amounts::RequiredAmounts;
use torimatome::domain::required_amounts::making::follow_up_of;
use torimatome::domain::response::{Form1, SchemeAnswer};
use torimatome::domain::survey_edition::EditionDefinition;
use torimatome::spreadsheet::form1_layout as layout;
use torimatome::spreadsheet::intake::{Form1Vocabulary, read_form1, read_workbook};
use torimatome::spreadsheet::{FormBody, form_file_name, write_form1};

use crate::corpus::round_trip::BODIES;
use crate::support::{Book, code, edition, form, words};

const SHEET: &str = "所要額調査票";

fn amounts() -> EditionDefinition {
    let rule = RequiredAmounts::usual("fy2027".parse().expect("a key"));
    follow_up_of(&edition("fy2027"), rule)
}

fn hakodate() -> FormBody<'static> {
    FormBody {
        code: code("012025"),
        name: "函館市",
    }
}

/// Three ○, one of them without an amount.
fn answered() -> Form1 {
    let row = |yen: Option<u64>| SchemeAnswer {
        target: true,
        recipients: yen.map(|yen| RecipientCount::of_yen(yen).expect("fits")),
        typed: None,
    };
    let schemes = [
        ("rehabilitation", row(Some(4_801_000))),
        ("developmental", row(None)),
        ("local_child", row(Some(123_456_789))),
    ];
    Form1 {
        intents: Default::default(),
        intent_text: String::new(),
        other_text: String::new(),
        schemes: schemes
            .map(|(id, row)| (id.parse().expect("an id"), row))
            .into(),
        ..form()
    }
}

#[test]
fn the_form_has_amounts_and_works_the_subsidy_out() {
    let edition = amounts();
    let bytes = write_form1(&edition, &hakodate(), Some(&answered()), None).expect("a workbook");
    let book = Book::read(bytes);
    book.assert_clean();
    assert!(!book.has_name("intent_1") && !book.has_name("recipients_rehabilitation"));
    let figure = |name: &str| match book.named(SHEET, name) {
        calamine::Data::Float(figure) => figure,
        calamine::Data::Int(figure) => figure as f64,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(figure("cost_rehabilitation"), 4_801_000.0);
    assert_eq!(figure("subsidy_rehabilitation"), 2_400_000.0);
    assert_eq!(figure("subsidy_developmental"), 0.0);
    assert_eq!(figure("subsidy_local_child"), 2_500_000.0);
    assert_eq!(figure(layout::SUBSIDY_TOTAL), 4_900_000.0);
    assert_eq!(figure(layout::TARGETS_TOTAL), 3.0);
    assert_eq!(figure(layout::RECIPIENTS_TOTAL), 128_257_789.0);
    let (row, column) = book.place("subsidy_rehabilitation");
    let formulas = book.formulas(SHEET);
    let formula = formulas
        .iter()
        .find(|(at, of, _)| (*at, *of) == (row, column));
    let (_, _, formula) = formula.expect("is worked out");
    assert!(formula.contains("*1/2,2500000)/1000"), "{formula}");
    assert_eq!(book.value(SHEET, 0, 0), words("（所要額調査票）"));
}

#[test]
fn what_was_written_is_read_back() {
    let edition = amounts();
    let vocabulary = Form1Vocabulary::new(Arc::new(edition.clone()), &[]);
    let bytes = write_form1(&edition, &hakodate(), Some(&answered()), None).expect("a workbook");
    let grid = read_workbook(&bytes).expect("reads");
    let file_name = form_file_name(&edition, code("012025"), "函館市");
    assert_eq!(file_name, "【012025函館市】所要額調査票.xlsx");
    let envelope = Envelope {
        file_name: &file_name,
        ..Envelope::default()
    };
    let sheet = read_form1(&grid, &vocabulary);
    let reading = assess(&edition, &BODIES, Scope::Country, &envelope, sheet);
    assert_eq!(
        reading.form.as_ref(),
        Some(&answered()),
        "{:#?}",
        reading.problems
    );
    assert_eq!(reading.changes, []);
    // A ○ without an amount and one of more than 100,000,000 yen are asked about, and nothing else.
    assert_eq!(reading.problems.len(), 2, "{:#?}", reading.problems);
    assert_eq!(reading.outcome(), Outcome::Accepted);
}

#[test]
fn neither_form_is_taken_for_the_other() {
    let (intents, amounts) = (edition("fy2027"), amounts());
    let written = |edition: &EditionDefinition, form: &Form1| {
        let bytes = write_form1(edition, &hakodate(), Some(form), None).expect("a workbook");
        read_workbook(&bytes).expect("reads")
    };
    for (reader, grid, says) in [
        (
            &intents,
            written(&amounts, &answered()),
            "これは所要額調査の所要額調査票です。",
        ),
        (
            &amounts,
            written(&intents, &form()),
            "これは意向等調査の様式1です。",
        ),
    ] {
        let vocabulary = Form1Vocabulary::new(Arc::new(reader.clone()), &[]);
        let other = read_form1(&grid, &vocabulary).expect_err("is the other form");
        assert_eq!(other.kind, NotForm1Kind::OtherEdition);
        assert!(other.message.starts_with(says), "{}", other.message);
        assert!(other.at.is_some());
    }
}
