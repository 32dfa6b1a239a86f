//! The counts of an edition's questions, and the answers behind them, as CSV (see `national_csv`) and as rows of
//! workbooks.

use super::SpreadsheetError;
use super::list_sheet::{ListLook, list_book};
use super::national_csv::Rows;
use super::national_rows::Cells;
use crate::domain::extra_answer;
use crate::domain::extra_question::ExtraQuestion;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::national_counts::Breakdown;
use crate::domain::organization::OrganizationKind;
use crate::domain::question_counts::{QuestionBody, QuestionCounts};
use crate::domain::survey_edition::EditionDefinition;

/// The keys of the columns of counts.
pub(super) const COUNT_COLUMNS: [&str; 7] = [
    "question",
    "question_label",
    "item",
    "item_label",
    "by",
    "group",
    "value",
];

/// The keys of the columns of answers.
pub(super) const ANSWER_COLUMNS: [&str; 9] = [
    "code",
    "prefecture",
    "name",
    "kind",
    "question",
    "question_label",
    "answer",
    "answer_label",
    "typed",
];

/// Writes the counts, one figure a row: the question (`question`, `question_label`), what is counted
/// (`item`, `item_label`), over which bodies (`by` = `kind` or `prefecture`, `group`), and how many.
///
/// `item` is `option.<value>`, `given`, `none`, `asked` (bodies that were asked), each in bodies, or `sum`
/// (in the question's unit, of the known numbers). Sums over `kind` and over `prefecture` agree.
pub fn write_question_counts_csv(
    edition: &EditionDefinition,
    counts: &[QuestionCounts],
) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in COUNT_COLUMNS {
        csv.field(key);
    }
    csv.end();
    for (texts, value) in count_rows(edition, counts) {
        for text in &texts {
            csv.words(text);
        }
        csv.figure(Some(value));
        csv.end();
    }
    csv.finish()
}

/// The rows of the counts: texts, then the figure.
pub(super) fn count_rows(
    edition: &EditionDefinition,
    counts: &[QuestionCounts],
) -> Vec<([String; 6], u64)> {
    let mut rows = Vec::new();
    for (question, counts) in edition.questions.iter().zip(counts) {
        for (item, bodies) in &counts.items {
            let label = item.label(question);
            block(&mut rows, question, &item.to_string(), &label, bodies);
        }
        block(&mut rows, question, "asked", "質問した団体", &counts.asked);
        if let Some(sum) = &counts.sum {
            block(&mut rows, question, "sum", "回答のあった数の合計", sum);
        }
    }
    rows
}

fn block(
    rows: &mut Vec<([String; 6], u64)>,
    question: &ExtraQuestion,
    item: &str,
    label: &str,
    of: &Breakdown,
) {
    let kinds = OrganizationKind::ALL
        .into_iter()
        .map(|kind| ("kind", kind.as_str().to_owned(), of.kind(kind)));
    let prefectures = PrefectureCode::all().map(|prefecture| {
        let figure = of.prefecture(prefecture);
        ("prefecture", prefecture.to_string(), figure)
    });
    rows.extend(kinds.chain(prefectures).map(|(by, group, value)| {
        let texts = [
            question.id.as_str(),
            &question.label,
            item,
            label,
            by,
            &group,
        ];
        (texts.map(str::to_owned), value)
    }));
}

/// Writes the answers as a workbook of one list; `notes` say of which edition and moment they are.
///
/// Errors only where Excel's own limits are passed.
pub fn write_question_answers_book<'a>(
    notes: &[String],
    answers: impl IntoIterator<Item = (&'a ExtraQuestion, &'a QuestionBody)>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let look = ListLook {
        sheet: "追加の質問の回答",
        title: "追加の質問の回答",
        columns: [
            "コード",
            "都道府県",
            "名称",
            "区分",
            "質問",
            "回答",
            "入力した内容",
        ],
        widths: [9.0, 10.0, 18.0, 12.0, 34.0, 40.0, 30.0],
        centred: &[0, 3],
    };
    let rows: Vec<[String; 7]> = answers
        .into_iter()
        .map(|(question, body)| {
            let answer = body.form.extra.get(&question.id);
            let label = answer.map_or_else(
                || "回答なし".to_owned(),
                |answer| extra_answer::describe(question, answer),
            );
            let typed = body.form.extra_typed.get(&question.id);
            [
                body.code().to_string(),
                body.code().prefecture().name().to_owned(),
                body.name.clone(),
                body.class.kind.label().to_owned(),
                question.label.clone(),
                label,
                typed.cloned().unwrap_or_default(),
            ]
        })
        .collect();
    let rows = rows.iter().map(|row| row.each_ref().map(String::as_str));
    Ok(list_book(&look, notes, rows)?)
}

/// Writes answers, one a row: body, question, the answer as programs read it (`answer`: the value of an
/// option, a number, 2027-02-28), as people do (`answer_label`), and what was typed where it differs.
pub fn write_question_answers_csv<'a>(
    answers: impl IntoIterator<Item = (&'a ExtraQuestion, &'a QuestionBody)>,
) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in ANSWER_COLUMNS {
        csv.field(key);
    }
    csv.end();
    for (question, body) in answers {
        let answer = body.form.extra.get(&question.id);
        let plain = answer.map_or_else(String::new, extra_answer::typed_form);
        let label = answer.map_or_else(String::new, |answer| {
            extra_answer::describe(question, answer)
        });
        let typed = body.form.extra_typed.get(&question.id);
        for text in [
            body.code().as_str(),
            body.code().prefecture().name(),
            &body.name,
            body.class.kind.as_str(),
            question.id.as_str(),
            &question.label,
            &plain,
            &label,
            typed.map_or("", String::as_str),
        ] {
            csv.words(text);
        }
        csv.end();
    }
    csv.finish()
}
