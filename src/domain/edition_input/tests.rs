use super::*;
use crate::domain::extra_question::QuestionKind;
use proptest::prelude::*;

fn definition() -> EditionDefinition {
    let text = include_str!("../../../migrations/data/editions/fy2027.toml");
    toml::from_str(text).expect("reads")
}

#[test]
fn what_is_stored_reads_back_as_it_was() {
    let definition = definition();
    assert_eq!(TitlesForm::of(&definition).read(), Ok(definition.titles()));
    let intents = read_intents(&intent_forms(&definition)).expect("reads");
    let labels = |intents: &[IntentWording]| -> Vec<String> {
        intents
            .iter()
            .map(|wording| wording.label.clone())
            .collect()
    };
    assert_eq!(labels(&intents), labels(&definition.intents));
    let round = intents[1].round.expect("the second round has months");
    assert_eq!(
        (round.number, round.label().as_str()),
        (2, "令和9年7月～8月")
    );
    for row in &definition.rows {
        let read = RowForm::of(row).read(&row.scheme, &row.help);
        assert_eq!(read.as_ref(), Ok(row));
    }
}

#[test]
fn every_problem_of_a_part_is_told_at_once() {
    let fields = |problems: Vec<FieldProblem>| -> Vec<String> {
        problems.into_iter().map(|problem| problem.field).collect()
    };
    let titles = TitlesForm {
        title: "あ".repeat(301),
        fiscal_year: "来年".to_owned(),
        ..TitlesForm::default()
    };
    assert_eq!(
        fields(titles.read().expect_err("is refused")),
        [
            "short_title",
            "title",
            "form1_title",
            "form2_title",
            "fiscal_year",
            "office"
        ]
    );
    let form = |label: &str, from: &str, until: &str| IntentForm {
        label: label.to_owned(),
        from: from.to_owned(),
        until: until.to_owned(),
    };
    let intents = [
        form("1次", "春", "R9.5"),
        form("", "R9.8", "R9.7"),
        form("無い", "", ""),
        form("その他", "", ""),
    ];
    assert_eq!(
        fields(read_intents(&intents).expect_err("is refused")),
        ["from-1", "label-2", "until-2"]
    );
    let question = QuestionForm {
        id: "Delivery".to_owned(),
        kind: "choice".to_owned(),
        options: "api：#1 API\napi：もう一度".to_owned(),
        ..QuestionForm::default()
    };
    assert_eq!(
        fields(question.read().expect_err("is refused")),
        ["id", "label", "options"]
    );
}

#[test]
fn choices_are_read_line_by_line() {
    let form = QuestionForm {
        id: "delivery".to_owned(),
        label: "データの連携方法".to_owned(),
        kind: "choice".to_owned(),
        options: "api：#1 API（自動）\n\n #2 API：一括\nmanual: #3 手動".to_owned(),
        asked_of: vec!["municipality".to_owned()],
        purpose: "delivery_method".to_owned(),
        ..QuestionForm::default()
    };
    let question = form.read().expect("reads");
    let QuestionKind::Choice { options } = &question.kind else {
        panic!("{question:?}");
    };
    let options: Vec<_> = options
        .iter()
        .map(|o| (o.value.as_str(), o.label.as_str()))
        .collect();
    assert_eq!(
        options,
        [
            ("api", "#1 API（自動）"),
            ("c2", "#2 API：一括"),
            ("manual", "#3 手動")
        ]
    );
    assert_eq!(QuestionForm::of(&question).read(), Ok(question));
}

#[test]
fn single_bodies_are_named_by_code() {
    let row = RowForm {
        category: "公費負担医療".to_owned(),
        name: "被爆者".to_owned(),
        kinds: vec!["prefecture".to_owned(), "prefecture".to_owned()],
        codes: "３４１００２、422011".to_owned(),
        ..RowForm::default()
    };
    let scheme = "atomic".parse().expect("an id");
    let read = row.read(&scheme, "").expect("reads");
    let kinds: Vec<_> = read
        .implementers
        .iter()
        .map(|kind| kind.to_string())
        .collect();
    assert_eq!(kinds, ["prefecture", "code:341002", "code:422011"]);
    let bad = RowForm {
        codes: "341003".to_owned(),
        ..row
    };
    assert_eq!(bad.read(&scheme, "").expect_err("is refused").len(), 1);
}

proptest! {
    #[test]
    fn no_typed_text_panics_and_questions_read_back(
        id in "[a-z_]{1,8}|.{0,6}", label in ".{0,20}", options in "([a-z]{1,3}[：:])?.{0,8}(\n([a-z]{1,3}：)?.{1,8}){0,4}",
        kind in "choice|number|text|date|x", unit in ".{0,12}",
    ) {
        let form = QuestionForm { id, label, options, kind, unit, ..QuestionForm::default() };
        if let Ok(question) = form.read() {
            let again = QuestionForm::of(&question).read();
            prop_assert_eq!(again, Ok(question));
        }
    }
}
