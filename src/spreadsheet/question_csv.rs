//! The counts of an edition's questions, and the answers behind them, as CSV (see `national_csv`).

use super::national_csv::Rows;
use super::national_rows::Cells;
use crate::domain::extra_answer;
use crate::domain::extra_question::ExtraQuestion;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::national_counts::Breakdown;
use crate::domain::organization::OrganizationKind;
use crate::domain::question_counts::{QuestionBody, QuestionCounts};
use crate::domain::survey_edition::EditionDefinition;

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
    for key in [
        "question",
        "question_label",
        "item",
        "item_label",
        "by",
        "group",
        "value",
    ] {
        csv.field(key);
    }
    csv.end();
    for (question, counts) in edition.questions.iter().zip(counts) {
        for (item, bodies) in &counts.items {
            block(
                &mut csv,
                question,
                &item.to_string(),
                &item.label(question),
                bodies,
            );
        }
        block(&mut csv, question, "asked", "質問した団体", &counts.asked);
        if let Some(sum) = &counts.sum {
            block(&mut csv, question, "sum", "回答のあった数の合計", sum);
        }
    }
    csv.finish()
}

fn block(csv: &mut Rows, question: &ExtraQuestion, item: &str, label: &str, of: &Breakdown) {
    let kinds = OrganizationKind::ALL
        .into_iter()
        .map(|kind| ("kind", kind.as_str().to_owned(), of.kind(kind)));
    let prefectures = PrefectureCode::all().map(|prefecture| {
        (
            "prefecture",
            prefecture.to_string(),
            of.prefecture(prefecture),
        )
    });
    for (by, group, value) in kinds.chain(prefectures) {
        for text in [
            question.id.as_str(),
            &question.label,
            item,
            label,
            by,
            &group,
        ] {
            csv.words(text);
        }
        csv.figure(Some(value));
        csv.end();
    }
}

/// Writes answers, one a row: body, question, the answer as programs read it (`answer`: the value of an
/// option, a number, 2027-02-28), as people do (`answer_label`), and what was typed where it differs.
pub fn write_question_answers_csv<'a>(
    answers: impl IntoIterator<Item = (&'a ExtraQuestion, &'a QuestionBody)>,
) -> Vec<u8> {
    let mut csv = Rows::new();
    for key in [
        "code",
        "prefecture",
        "name",
        "kind",
        "question",
        "question_label",
        "answer",
        "answer_label",
        "typed",
    ] {
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
