//! A question of an edition's own, as typed.

use super::{FieldProblem, HELP_MAX, LABEL_MAX, Reader, read_kinds};
use crate::domain::extra_question::{
    ExtraQuestion, QuestionId, QuestionKind, QuestionOption, QuestionPurpose,
};
use crate::domain::text::{char_len, clean_text};

/// A question as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionForm {
    pub id: String,
    pub label: String,
    pub help: String,
    /// `choice`, `number`, `text` or `date`.
    pub kind: String,
    /// One choice a line: 「記号：表示」.
    pub options: String,
    pub unit: String,
    pub required: bool,
    pub asked_of: Vec<String>,
    /// `connection_group`, `delivery_method` or empty.
    pub purpose: String,
}

impl QuestionForm {
    /// As stored.
    pub fn of(question: &ExtraQuestion) -> Self {
        let (kind, options, unit) = match &question.kind {
            QuestionKind::Choice { options } => {
                let line = |option: &QuestionOption| format!("{}：{}", option.value, option.label);
                let lines: Vec<_> = options.iter().map(line).collect();
                ("choice", lines.join("\n"), String::new())
            }
            QuestionKind::Number { unit } => ("number", String::new(), unit.clone()),
            QuestionKind::Text => ("text", String::new(), String::new()),
            QuestionKind::Date => ("date", String::new(), String::new()),
        };
        let purpose = match question.purpose {
            None => "",
            Some(QuestionPurpose::ConnectionGroup) => "connection_group",
            Some(QuestionPurpose::DeliveryMethod) => "delivery_method",
        };
        Self {
            id: question.id.to_string(),
            label: question.label.clone(),
            help: question.help.clone(),
            kind: kind.to_owned(),
            options,
            unit,
            required: question.required,
            asked_of: question
                .asked_of
                .iter()
                .map(|kind| kind.to_string())
                .collect(),
            purpose: purpose.to_owned(),
        }
    }

    /// Reads it.
    pub fn read(&self) -> Result<ExtraQuestion, Vec<FieldProblem>> {
        let mut reader = Reader::default();
        let id = self.id.trim().parse::<QuestionId>();
        if let Err(problem) = &id {
            reader.problem("id", problem.to_string());
        }
        let label = reader.line("label", "質問の文", &self.label, LABEL_MAX);
        reader.required("label", "質問の文", &label);
        let help = reader.text("help", "補足", &self.help, HELP_MAX);
        let kind = match self.kind.as_str() {
            "choice" => Some(QuestionKind::Choice {
                options: read_options(&mut reader, &self.options),
            }),
            "number" => Some(QuestionKind::Number {
                unit: reader.line("unit", "単位", &self.unit, 10),
            }),
            "text" => Some(QuestionKind::Text),
            "date" => Some(QuestionKind::Date),
            _ => {
                reader.problem("kind", "回答の形を選んでください。");
                None
            }
        };
        let purpose = match self.purpose.as_str() {
            "connection_group" => Some(QuestionPurpose::ConnectionGroup),
            "delivery_method" => Some(QuestionPurpose::DeliveryMethod),
            _ => None,
        };
        if purpose.is_some() && self.kind != "choice" && !self.kind.is_empty() {
            reader.problem(
                "purpose",
                "集計に使う質問は、回答の形を「選択」にしてください。",
            );
        }
        let asked_of = read_kinds(&mut reader, &self.asked_of, "");
        match (id, kind) {
            (Ok(id), Some(kind)) => reader.done(ExtraQuestion {
                id,
                label,
                help,
                kind,
                required: self.required,
                asked_of,
                purpose,
            }),
            _ => Err(reader.0),
        }
    }
}

/// One choice a line. A line without a sign gets its number.
fn read_options(reader: &mut Reader, typed: &str) -> Vec<QuestionOption> {
    let text = clean_text(typed);
    let mut options: Vec<QuestionOption> = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim).filter(|line| !line.is_empty())) {
        let signed = line.split_once(['：', ':']).and_then(|(sign, label)| {
            let value = sign.trim().parse::<QuestionId>().ok()?;
            Some((value, label.trim().to_owned()))
        });
        let (value, label) = match (signed, format!("c{number}").parse()) {
            (Some(signed), _) => signed,
            (None, Ok(value)) => (value, line.to_owned()),
            (None, Err(_)) => continue,
        };
        if label.is_empty() || char_len(&label) > LABEL_MAX {
            let message =
                format!("選択肢の{number}行目は、1文字から{LABEL_MAX}文字で入力してください。");
            reader.problem("options", message);
        }
        if options.iter().any(|option| option.value == value) {
            reader.problem("options", format!("選択肢の記号「{value}」が2回あります。"));
        }
        options.push(QuestionOption { value, label });
    }
    if options.len() < 2 {
        reader.problem("options", "選択肢を2つ以上、1行に1つずつ入力してください。");
    }
    options
}
