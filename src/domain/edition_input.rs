//! The parts of an edition as the ministry types them: read into typed values, all problems at once.

use super::application_intent::ApplicationIntent;
use super::edition_change::Titles;
use super::edition_making::months_of;
use super::implementers::{self, BodyNames};
use super::scheme::{ImplementerKind, SchemeId};
use super::survey_edition::{EditionDefinition, IntentWording, RoundMonths, SchemeRow};
use super::text::{char_len, clean_line, clean_text, first_private_use};

mod basis;
mod question;

pub use basis::BasisForm;
pub use question::QuestionForm;

/// Longest title, wording, name and help text, in characters.
pub const SHORT_TITLE_MAX: usize = 40;
pub const TITLE_MAX: usize = 300;
pub const LABEL_MAX: usize = 200;
pub const HELP_MAX: usize = 500;

/// A problem at a field of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Name of the field; empty if none is meant.
    pub field: String,
    pub message: String,
}

impl FieldProblem {
    /// A problem at a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Collects problems while fields are read.
#[derive(Default)]
struct Reader(Vec<FieldProblem>);

impl Reader {
    fn problem(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldProblem::new(field, message));
    }

    fn checked(&mut self, field: &str, label: &str, text: String, max: usize) -> String {
        let length = char_len(&text);
        if length > max {
            let message =
                format!("{label}は{max}文字以内で入力してください。いまは{length}文字です。");
            self.problem(field, message);
        }
        if let Some((at, _)) = first_private_use(&text) {
            let message = format!(
                "{label}の{at}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
            );
            self.problem(field, message);
        }
        text
    }

    fn line(&mut self, field: &str, label: &str, typed: &str, max: usize) -> String {
        self.checked(field, label, clean_line(typed), max)
    }

    /// Several lines.
    fn text(&mut self, field: &str, label: &str, typed: &str, max: usize) -> String {
        self.checked(field, label, clean_text(typed), max)
    }

    fn required(&mut self, field: &str, label: &str, text: &str) {
        if text.is_empty() {
            self.problem(field, format!("{label}を入力してください。"));
        }
    }

    fn done<T>(self, value: T) -> Result<T, Vec<FieldProblem>> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self.0)
        }
    }
}

/// The head as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TitlesForm {
    pub short_title: String,
    pub title: String,
    pub form1_title: String,
    pub form2_title: String,
    pub fiscal_year: String,
    pub office: String,
}

impl TitlesForm {
    /// As stored.
    pub fn of(definition: &EditionDefinition) -> Self {
        let titles = definition.titles();
        Self {
            short_title: titles.short_title,
            title: titles.title,
            form1_title: titles.form1_title,
            form2_title: titles.form2_title,
            fiscal_year: titles.fiscal_year.label(),
            office: titles.office,
        }
    }

    /// Reads it.
    pub fn read(&self) -> Result<Titles, Vec<FieldProblem>> {
        let mut reader = Reader::default();
        let short_title = reader.line(
            "short_title",
            "短い名称",
            &self.short_title,
            SHORT_TITLE_MAX,
        );
        reader.required("short_title", "短い名称", &short_title);
        let title = reader.line("title", "調査の名称", &self.title, TITLE_MAX);
        reader.required("title", "調査の名称", &title);
        let form1_title = reader.line("form1_title", "様式1の題名", &self.form1_title, TITLE_MAX);
        reader.required("form1_title", "様式1の題名", &form1_title);
        // The second form prints its title on two lines.
        let form2_title = reader.text("form2_title", "様式2の題名", &self.form2_title, TITLE_MAX);
        reader.required("form2_title", "様式2の題名", &form2_title);
        let fiscal_year = self.fiscal_year.parse();
        if fiscal_year.is_err() {
            reader.problem(
                "fiscal_year",
                "年度は「令和9年度」「R9」のように入力してください。",
            );
        }
        let office = reader.line("office", "問い合わせ先", &self.office, LABEL_MAX);
        reader.required("office", "問い合わせ先", &office);
        match fiscal_year {
            Ok(fiscal_year) => reader.done(Titles {
                short_title,
                title,
                form1_title,
                form2_title,
                fiscal_year,
                office,
            }),
            Err(_) => Err(reader.0),
        }
    }
}

/// One intent as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntentForm {
    pub label: String,
    /// Months of the round; both empty for ③ and ④.
    pub from: String,
    pub until: String,
}

/// The four intents as stored.
pub fn intent_forms(definition: &EditionDefinition) -> [IntentForm; 4] {
    ApplicationIntent::ALL.map(|intent| {
        let wording = definition.intents.iter().find(|w| w.intent == intent);
        let months = wording.and_then(months_of);
        IntentForm {
            label: wording.map(|w| w.label.clone()).unwrap_or_default(),
            from: months.map(|m| m.from.label()).unwrap_or_default(),
            until: months.map(|m| m.until.label()).unwrap_or_default(),
        }
    })
}

/// Reads the four intents. ① and ② have months, ③ and ④ none.
pub fn read_intents(forms: &[IntentForm; 4]) -> Result<Vec<IntentWording>, Vec<FieldProblem>> {
    let mut reader = Reader::default();
    let mut intents = Vec::with_capacity(4);
    for (intent, form) in ApplicationIntent::ALL.into_iter().zip(forms) {
        let number = intent.number();
        let (field, name) = (
            format!("label-{number}"),
            format!("{}の文言", intent.sign()),
        );
        let label = reader.line(&field, &name, &form.label, LABEL_MAX);
        reader.required(&field, &name, &label);
        let mut month = |field: String, name: &str, typed: &str| {
            if typed.trim().is_empty() || number > 2 {
                return None;
            }
            let month = typed.parse();
            if let Err(problem) = &month {
                let problem: &super::year_month::BadMonth = problem;
                reader.problem(&field, format!("{}の{name}の{problem}", intent.sign()));
            }
            month.ok()
        };
        let from = month(format!("from-{number}"), "最初", &form.from);
        let until = month(format!("until-{number}"), "最後", &form.until);
        if from.is_some() != until.is_some()
            && form.from.trim().is_empty() != form.until.trim().is_empty()
        {
            let message = format!(
                "{}の月は、最初と最後の両方を入力してください。",
                intent.sign()
            );
            reader.problem(&format!("from-{number}"), message);
        }
        let round = from.zip(until).map(|(from, until)| RoundMonths {
            number,
            from,
            until,
        });
        if round.is_some_and(|round| round.until < round.from) {
            let message = format!(
                "{}の最後の月は、最初の月と同じか、あとの月にしてください。",
                intent.sign()
            );
            reader.problem(&format!("until-{number}"), message);
        }
        intents.push(IntentWording {
            intent,
            label,
            round,
        });
    }
    reader.done(intents)
}

/// A row as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowForm {
    pub category: String,
    pub law: String,
    pub name: String,
    pub second_round_only: bool,
    pub needs_text: bool,
    /// Words of [`ImplementerKind`] that were ticked.
    pub kinds: Vec<String>,
    /// Single bodies as [`implementers::read`] reads them.
    pub codes: String,
}

impl RowForm {
    /// As stored.
    pub fn of(row: &SchemeRow) -> Self {
        let (single, kinds): (Vec<_>, Vec<_>) = row
            .implementers
            .iter()
            .partition(|kind| matches!(kind, ImplementerKind::Code(_) | ImplementerKind::Body(_)));
        let nobody = BodyNames::new();
        let word = |kind: &&ImplementerKind| implementers::editable(kind, &nobody);
        Self {
            category: row.category.clone(),
            law: row.law.clone(),
            name: row.name.clone(),
            second_round_only: row.second_round_only,
            needs_text: row.needs_text,
            kinds: kinds.iter().map(|kind| kind.to_string()).collect(),
            codes: single.iter().map(word).collect::<Vec<_>>().join("、"),
        }
    }

    /// The same with the names of single bodies; what does not read stays as typed.
    pub fn named(self, names: &BodyNames) -> Self {
        let codes = implementers::read(&self.codes, names).into_iter();
        let shown = codes.map(|read| match read {
            Ok(kind) => implementers::editable(&kind, names),
            Err(typed) => typed,
        });
        Self {
            codes: shown.collect::<Vec<_>>().join("、"),
            ..self
        }
    }

    /// Reads the row of a scheme; its help is edited elsewhere and stays.
    pub fn read(&self, scheme: &SchemeId, help: &str) -> Result<SchemeRow, Vec<FieldProblem>> {
        let mut reader = Reader::default();
        let category = reader.line("category", "区分", &self.category, LABEL_MAX);
        reader.required("category", "区分", &category);
        let law = reader.line("law", "法律名", &self.law, LABEL_MAX);
        let name = reader.line("name", "行の名称", &self.name, LABEL_MAX);
        reader.required("name", "行の名称", &name);
        let implementers = read_kinds(&mut reader, &self.kinds, &self.codes);
        reader.done(SchemeRow {
            scheme: scheme.clone(),
            category,
            law,
            name,
            second_round_only: self.second_round_only,
            needs_text: self.needs_text,
            implementers,
            help: help.to_owned(),
        })
    }
}

/// Ticked kinds, then single bodies by code.
fn read_kinds(reader: &mut Reader, kinds: &[String], codes: &str) -> Vec<ImplementerKind> {
    let mut found: Vec<ImplementerKind> =
        kinds.iter().filter_map(|word| word.parse().ok()).collect();
    for read in implementers::read(codes, &BodyNames::new()) {
        match read {
            Ok(kind) => found.push(kind),
            Err(word) => reader.problem(
                "codes",
                format!("「{word}」は、全国地方公共団体コード（6桁）として読み取れません。"),
            ),
        }
    }
    let mut seen = Vec::new();
    found.retain(|kind| {
        let new = !seen.contains(kind);
        seen.push(kind.clone());
        new
    });
    found
}

/// A help text.
pub fn read_help(field: &str, label: &str, typed: &str) -> Result<String, Vec<FieldProblem>> {
    let mut reader = Reader::default();
    let text = reader.text(field, label, typed, HELP_MAX);
    reader.done(text)
}

#[cfg(test)]
mod tests;
