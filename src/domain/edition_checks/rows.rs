//! The rows of the scheme table against the catalogue and the bodies, and the questions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, Preparation, Topic};
use crate::domain::edition_change::MAX_ROWS;
use crate::domain::extra_question::{ExtraQuestion, QuestionKind};

/// Each row is a scheme of the catalogue, valid and usual; and each scheme that is subsidised that year has one.
pub(super) fn rows(preparation: &Preparation<'_>, findings: &mut Findings) {
    let topic = Topic::Rows;
    let definition = preparation.definition;
    let year = definition.fiscal_year;
    if definition.rows.is_empty() {
        findings.error(topic, "rows-none", "医療費助成の行がありません。");
    }
    if definition.rows.len() > MAX_ROWS {
        let message = format!("医療費助成の行は{MAX_ROWS}までです。");
        findings.error(topic, "rows-many", message);
    }
    let mut seen = BTreeSet::new();
    for (number, row) in (1..).zip(&definition.rows) {
        let id = &row.scheme;
        let name = format!("{number}行目「{}」", row.name);
        if !seen.insert(id) {
            findings.error(
                topic,
                format!("row-twice-{id}"),
                format!("{name}の制度が2回あります。"),
            );
        }
        if row.name.trim().is_empty() || row.category.trim().is_empty() {
            let message = format!("{number}行目の名称か区分がありません。");
            findings.error(topic, format!("row-name-{id}"), message);
        }
        let scheme = preparation.catalogue.position(id.as_str());
        let Some(scheme) = scheme.and_then(|at| preparation.catalogue.get(at)) else {
            let message = format!("{name}の制度（{id}）が、制度一覧にありません。");
            findings.error(topic, format!("row-unknown-{id}"), message);
            continue;
        };
        if !scheme.is_valid_in(year) {
            let message = format!("{name}の制度は、制度一覧では{year}に有効ではありません。");
            findings.error(topic, format!("row-invalid-{id}"), message);
        } else if !scheme.subsidy.contains(year) {
            let message = format!("{name}の制度は、制度一覧では{year}の補助の対象ではありません。");
            findings.warning(topic, format!("row-subsidy-{id}"), message);
        }
        if row.implementers.is_empty() {
            let message = format!("{name}の「ふつうの実施主体」が決まっていません。");
            findings.warning(topic, format!("row-implementers-{id}"), message);
        } else if definition.asks_intent()
            && !preparation.respondents.is_empty()
            && !preparation
                .respondents
                .iter()
                .any(|body| row.usually_run_by(&body.respondent_class()))
        {
            let message = format!("{name}を「ふつう実施する」団体が、対象の団体の中にありません。");
            findings.warning(topic, format!("row-nobody-{id}"), message);
        }
    }
    let left_out = preparation.catalogue.schemes().iter().filter(|scheme| {
        scheme.is_valid_in(year) && scheme.subsidy.contains(year) && !seen.contains(&scheme.id)
    });
    for scheme in left_out {
        let message = format!(
            "制度一覧で{year}に有効な補助の対象の「{}」を、どの行でもたずねていません。",
            scheme.table_name()
        );
        findings.warning(topic, format!("row-missing-{}", scheme.id), message);
    }
    if definition.rows.iter().filter(|row| row.needs_text).count() > 1 {
        let message = "内容の記入が必要な行が2つ以上あります。1つにしてください。";
        findings.error(topic, "rows-texts", message);
    }
}

/// Each question is well-formed, and each figure has one.
pub(super) fn questions(questions: &[ExtraQuestion], findings: &mut Findings) {
    let topic = Topic::Questions;
    let mut seen = BTreeSet::new();
    let mut purposes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (number, question) in (1..).zip(questions) {
        let id = &question.id;
        let name = format!("{number}つ目の質問「{}」", question.label);
        if !seen.insert(id) {
            let message = format!("{name}の記号（{id}）が2回あります。");
            findings.error(topic, format!("question-twice-{id}"), message);
        }
        if question.label.trim().is_empty() {
            let message = format!("{number}つ目の質問の文がありません。");
            findings.error(topic, format!("question-label-{id}"), message);
        }
        if let QuestionKind::Choice { options } = &question.kind {
            let values: BTreeSet<_> = options.iter().map(|option| &option.value).collect();
            let blank = options.iter().any(|option| option.label.trim().is_empty());
            if options.len() < 2 || values.len() != options.len() || blank {
                let message = format!("{name}の選択肢は、記号の異なるものが2つ以上必要です。");
                findings.error(topic, format!("question-options-{id}"), message);
            }
        }
        if let Some(purpose) = question.purpose {
            *purposes.entry(purpose.label()).or_default() += 1;
        }
    }
    for (word, count) in purposes {
        if count > 1 {
            let message = format!("{word}を集計する質問が{count}つあります。1つにしてください。");
            findings.error(topic, format!("question-purpose-{word}"), message);
        }
    }
}
