//! The questions of an edition on 様式1: laid out, filled in, read back, also after LibreOffice saved them.

use std::sync::{Arc, LazyLock};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use torimatome::domain::extra_question::{ExtraAnswer, ExtraQuestion, QuestionId, QuestionKind};
use torimatome::domain::identify::{Envelope, Scope};
use torimatome::domain::intake::{FileReading, Outcome, Severity, assess};
use torimatome::domain::place::Place;
use torimatome::domain::response::Form1;
use torimatome::domain::survey_edition::EditionDefinition;
use torimatome::spreadsheet::form1_layout as layout;
use torimatome::spreadsheet::intake::{
    CellValue, Form1Vocabulary, Grid, read_form1, read_workbook,
};
use torimatome::spreadsheet::{FormBody, form1_file_name, write_form1, write_form1_draft};

use crate::corpus::book::Book as Sheets;
use crate::corpus::round_trip::BODIES;
use crate::office::convert;
use crate::support::{Book, code, edition, form, words};

const SHEET: &str = "様式1";

const QUESTIONS: &str = r##"
    [[questions]]
    id = "delivery"
    label = "データの連携方法"
    kind = "choice"
    required = true
    options = [
        { value = "api", label = "#1 API（自動）" },
        { value = "manual", label = "#3 手動アップロード" },
        { value = "other", label = "その他" },
    ]
    [[questions]]
    id = "devices"
    label = "端末の台数"
    kind = "number"
    unit = "台"
    [[questions]]
    id = "start"
    label = "接続の希望日"
    help = "おおよその日で結構です。"
    kind = "date"
    [[questions]]
    id = "remarks"
    label = "ご意見"
    kind = "text"
    [[questions]]
    id = "kept"
    label = "保管の方法"
    kind = "choice"
    options = [{ value = "a", label = "A, 紙" }, { value = "b", label = "B, 電子" }]
    [[questions]]
    id = "region"
    label = "管内の意見"
    kind = "text"
    asked_of = ["prefecture"]
"##;

static ASKING: LazyLock<(EditionDefinition, Form1Vocabulary)> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Questions {
        questions: Vec<ExtraQuestion>,
    }
    let Questions { questions } = toml::from_str(QUESTIONS).expect("reads");
    let asking = EditionDefinition {
        questions,
        ..edition("fy2027")
    };
    let others = [Arc::new(edition("fy2025")), Arc::new(edition("fy2026"))];
    let vocabulary = Form1Vocabulary::new(Arc::new(asking.clone()), &others);
    (asking, vocabulary)
});

fn id(text: &str) -> QuestionId {
    text.parse().expect("an id")
}

fn hakodate() -> FormBody<'static> {
    FormBody {
        code: code("012025"),
        name: "函館市",
    }
}

/// An answer of 函館市 to everything it is asked.
fn answered() -> Form1 {
    Form1 {
        extra: [
            (id("delivery"), ExtraAnswer::Choice(id("other"))),
            (id("devices"), ExtraAnswer::Number(1_200)),
            (id("start"), ExtraAnswer::Date(date(2027, 2, 28))),
            (
                id("remarks"),
                ExtraAnswer::Text("電話番号は変わります。\n二行目".to_owned()),
            ),
            (id("kept"), ExtraAnswer::Choice(id("b"))),
        ]
        .into(),
        ..form()
    }
}

fn written(form: Option<&Form1>) -> Vec<u8> {
    write_form1(&ASKING.0, &hakodate(), form, None).expect("a workbook")
}

fn read(grid: &Grid) -> FileReading {
    let (edition, vocabulary) = &*ASKING;
    let file_name = form1_file_name(code("012025"), "函館市");
    let envelope = Envelope {
        file_name: &file_name,
        ..Envelope::default()
    };
    assess(
        edition,
        &BODIES,
        Scope::Country,
        &envelope,
        read_form1(grid, vocabulary),
    )
}

#[track_caller]
fn says(reading: &FileReading, form: &Form1) {
    assert_eq!(reading.form.as_ref(), Some(form), "{:#?}", reading.problems);
    assert_eq!(reading.changes, []);
    assert_eq!(reading.outcome(), Outcome::Accepted);
}

#[test]
fn the_block_stands_below_the_table_and_takes_what_each_kind_takes() {
    let book = Book::read(written(None));
    book.assert_clean();
    let (total, _) = book.place(layout::RECIPIENTS_TOTAL);
    let mut before = total;
    for question in &ASKING.0.questions {
        let (row, column) = book.place(&layout::question_name(&question.id));
        assert!(row > before && column == 2, "{}", question.label);
        before = row;
        let label = book.value(SHEET, row, 0);
        assert_eq!(label, words(&layout::question_label(question)));
        assert_eq!(book.value(SHEET, row, 2), calamine::Data::Empty);
    }
    let label = |name: &str| {
        let (row, _) = book.place(name);
        book.value(SHEET, row, 0).to_string()
    };
    assert_eq!(label("question_delivery"), "データの連携方法（必須）");
    assert_eq!(label("question_devices"), "端末の台数\n（単位：台）");
    assert_eq!(
        label("question_region"),
        "管内の意見\n※都道府県だけがお答えください。"
    );
    // A comma would part an option in two: these are printed instead.
    assert_eq!(label("question_kept"), "保管の方法\n・A, 紙\n・B, 電子");
    let xml = book.part("xl/worksheets/sheet1.xml");
    assert!(xml.contains("\"#1 API（自動）,#3 手動アップロード,その他\""));
    assert!(!xml.contains("A, 紙,B"));
    assert!(xml.contains("<formula2>999999999999</formula2>"));
    assert!(xml.contains("type=\"date\""));
    assert!(xml.contains("fitToHeight=\"1\"") || xml.contains("fitToPage=\"1\""));
    // Answers can be written into the protected sheet.
    let styles = book.part("xl/styles.xml");
    let formats: Vec<&str> = styles
        .split("<cellXfs")
        .nth(1)
        .expect("formats")
        .split("<xf ")
        .skip(1)
        .collect();
    for question in &ASKING.0.questions {
        let (row, _) = book.place(&layout::question_name(&question.id));
        let cell = format!("<c r=\"C{}\" s=\"", row + 1);
        let style = xml.split(&cell).nth(1).expect("a cell").split('"').next();
        let style: usize = style.expect("a style").parse().expect("a number");
        assert!(
            formats[style].contains("locked=\"0\""),
            "{}",
            question.label
        );
    }
}

#[test]
fn an_edition_without_questions_has_no_block() {
    let plain = edition("fy2027");
    let bytes = write_form1(&plain, &hakodate(), Some(&answered()), None).expect("a workbook");
    let without = write_form1(&plain, &hakodate(), Some(&form()), None).expect("a workbook");
    assert!(
        bytes == without,
        "answers to questions nobody asks are not written"
    );
    let book = Book::read(bytes);
    assert!(!book.has_name("question_delivery"));
}

#[test]
fn what_was_written_reads_back_with_and_without_names() {
    for with_names in [true, false] {
        let mut book = Sheets::of(read_workbook(&written(Some(&answered()))).expect("a workbook"));
        if !with_names {
            book.names.clear();
        }
        says(&read(&book.grid()), &answered());
    }
    // A draft keeps what cannot be read, and says so at its cell.
    let mut typed = answered().to_input();
    typed.extra.insert(id("delivery"), "郵送".to_owned());
    typed.extra.insert(id("devices"), "約５０台".to_owned());
    let bytes = write_form1_draft(&ASKING.0, &hakodate(), &typed).expect("a workbook");
    let place = Book::read(bytes.clone()).place("question_delivery");
    let reading = read(&Sheets::of(read_workbook(&bytes).expect("a workbook")).grid());
    let error = reading.problems.first().expect("a problem");
    assert_eq!(error.severity, Severity::Error);
    assert_eq!(error.place, Some(Place::Question(id("delivery"))));
    assert_eq!(error.found, "郵送");
    assert_eq!(error.cell, format!("C{}", place.0 + 1));
    let input = reading.input.expect("was read");
    assert_eq!(input.extra[&id("devices")], "50");
}

#[test]
fn answers_are_read_as_people_write_them() {
    let bytes = written(Some(&answered()));
    let own = Book::read(bytes.clone());
    let base = Sheets::of(read_workbook(&bytes).expect("a workbook"));
    let text = |text: &str| CellValue::Text(text.to_owned());
    let with = |name: &str, value: CellValue| {
        let mut book = base.clone();
        book.put(own.place(name), value);
        read(&book.grid())
    };
    for (name, value, found, read_as) in [
        ("question_delivery", text("③"), "③", "#3 手動アップロード"),
        (
            "question_delivery",
            CellValue::Number(1.0),
            "1",
            "#1 API（自動）",
        ),
        (
            "question_devices",
            text("約１,２００台"),
            "約１,２００台",
            "1,200台",
        ),
        ("question_devices", text("不明"), "不明", "未定（回答なし）"),
        (
            "question_start",
            text("Ｒ９．２．２８"),
            "Ｒ９．２．２８",
            "令和9年2月28日（日）",
        ),
        ("question_kept", text("Ａ，紙"), "Ａ，紙", "A, 紙"),
    ] {
        let reading = with(name, value);
        let changes: Vec<_> = reading
            .changes
            .iter()
            .map(|change| (change.found.as_str(), change.read_as.as_str()))
            .collect();
        assert_eq!(changes, [(found, read_as)]);
        assert_eq!(
            reading.outcome(),
            Outcome::Normalised,
            "{:?}",
            reading.problems
        );
    }
    for (name, value, message) in [
        ("question_delivery", text("手段は未検討"), "どの選択肢か"),
        ("question_delivery", text(" "), "1つ選んでください"),
        ("question_devices", text("10～20"), "範囲"),
        (
            "question_devices",
            CellValue::Date(45_717.0),
            "日付または時刻",
        ),
        (
            "question_start",
            CellValue::Number(46_081.0),
            "日付を読み取れません",
        ),
        (
            "question_remarks",
            CellValue::Error("#REF!".to_owned()),
            "エラー",
        ),
    ] {
        let reading = with(name, value);
        assert_eq!(reading.outcome(), Outcome::Rejected, "{name}");
        let said = &reading.problems[0].message;
        assert!(said.contains(message), "{said}");
    }
    // 函館市 is not asked this one; the prefecture is.
    let reading = with("question_region", text("よその質問"));
    assert_eq!(reading.form.as_ref(), Some(&answered()));
    let warning = reading
        .problems
        .iter()
        .find(|problem| problem.found == "よその質問");
    assert_eq!(warning.expect("a warning").severity, Severity::Warning);
    let reading = with("question_region", CellValue::Error("#REF!".to_owned()));
    assert_eq!(
        reading.form.as_ref(),
        Some(&answered()),
        "{:?}",
        reading.problems
    );
}

#[test]
fn a_question_that_is_gone_from_the_file_is_said() {
    let own = Book::read(written(Some(&answered())));
    let mut book = Sheets::of(read_workbook(&written(Some(&answered()))).expect("a workbook"));
    let (row, _) = own.place("question_devices");
    book.names.clear();
    for column in 0..3 {
        book.put((row, column), CellValue::Text(String::new()));
    }
    let reading = read(&book.grid());
    let message = "「端末の台数」の欄が見つかりませんでした";
    let said =
        |problem: &torimatome::domain::intake::FileProblem| problem.message.contains(message);
    assert!(reading.problems.iter().any(said), "{:?}", reading.problems);
    let form = reading.form.expect("the rest was read");
    assert_eq!(form.extra.len(), 4);
}

#[test]
fn libreoffice_keeps_block_and_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("form.xlsx"), written(Some(&answered())))
        .expect("is written");
    let pages = folder.path().join("pages");
    convert(folder.path(), "pdf", &pages);
    let pdf = std::fs::read(pages.join("form.pdf")).expect("was printed");
    let pdf = String::from_utf8_lossy(&pdf).into_owned();
    assert_eq!(pdf.matches("/Type/Page/").count(), 1, "one page");
    for ending in ["xlsx", "ods"] {
        let out = folder.path().join(format!("as-{ending}"));
        convert(folder.path(), ending, &out);
        let saved = std::fs::read(out.join(format!("form.{ending}"))).expect("was saved");
        let grid = read_workbook(&saved).expect("a workbook");
        says(&read(&grid), &answered());
    }
}

fn any_answer(question: &ExtraQuestion) -> BoxedStrategy<Option<ExtraAnswer>> {
    let required = question.required;
    let answer = match &question.kind {
        QuestionKind::Choice { options } => {
            let values: Vec<_> = options.iter().map(|option| option.value.clone()).collect();
            prop::sample::select(values)
                .prop_map(ExtraAnswer::Choice)
                .boxed()
        }
        QuestionKind::Number { .. } => (0..=999_999_999_999_u64)
            .prop_map(ExtraAnswer::Number)
            .boxed(),
        QuestionKind::Date => (1_i16..=12, 1_i8..=28, 2020_i16..2035)
            .prop_map(|(month, day, year)| {
                let day = Date::new(year, i8::try_from(month).expect("a month"), day);
                ExtraAnswer::Date(day.expect("a day"))
            })
            .boxed(),
        QuestionKind::Text => "[一-龠ぁ-ん][一-龠ぁ-ん0-9、。]{0,40}(\n[一-龠]{1,9})?"
            .prop_map(ExtraAnswer::Text)
            .boxed(),
    };
    answer
        .prop_flat_map(move |answer| {
            let given = Just(Some(answer));
            if required {
                given.boxed()
            } else {
                prop_oneof![3 => given, 1 => Just(None)].boxed()
            }
        })
        .boxed()
}

fn any_form() -> impl Strategy<Value = Form1> {
    let asked = ASKING
        .0
        .questions
        .iter()
        .filter(|question| question.asked_of.is_empty());
    let answers: Vec<_> = asked
        .map(|question| {
            let id = question.id.clone();
            any_answer(question).prop_map(move |answer| answer.map(|answer| (id.clone(), answer)))
        })
        .collect();
    answers.prop_map(|answers| Form1 {
        extra: answers.into_iter().flatten().collect(),
        ..form()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_answers_read_back(
        form in any_form(),
        rows in prop::collection::vec((0_u32..70, 1_u32..3), 0..3),
        columns in prop::collection::vec((0_u32..6, 1_u32..3), 0..2),
        with_names in any::<bool>(),
    ) {
        let mut book = Sheets::of(read_workbook(&written(Some(&form))).expect("a workbook"));
        for (before, count) in &rows {
            book.insert_rows(*before, *count);
        }
        for (before, count) in &columns {
            book.insert_columns(*before, *count);
        }
        if !with_names {
            book.names.clear();
        }
        says(&read(&book.grid()), &form);
    }
}
