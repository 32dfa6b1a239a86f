//! The parts of an edition as typed on their pages.

use std::collections::BTreeMap;

use crate::domain::application_intent::ApplicationIntent;
use crate::domain::edition_change::{Change, Part};
use crate::domain::edition_input::{
    BasisForm, FieldProblem, IntentForm, QuestionForm, RowForm, TitlesForm, intent_forms,
    read_help, read_intents,
};
use crate::domain::extra_question::QuestionId;
use crate::domain::implementers::BodyNames;
use crate::domain::place::Section;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::{EditionDefinition, HelpTexts};
use crate::web::form::FormData;

/// Which part a page edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartId {
    Titles,
    Intents,
    Help,
    Plan,
    Row(SchemeId),
    /// `None`: one that is added.
    Question(Option<QuestionId>),
}

impl PartId {
    /// The part whose mark the page carries.
    pub fn part(&self) -> Part {
        match self {
            Self::Titles => Part::Titles,
            Self::Intents => Part::Intents,
            Self::Help => Part::Help,
            Self::Plan => Part::Plan,
            Self::Row(scheme) => Part::Row(scheme.clone()),
            Self::Question(Some(id)) => Part::Question(id.clone()),
            Self::Question(None) => Part::QuestionOrder,
        }
    }
}

/// Help as typed: sections by their key, rows by scheme, in their order.
#[derive(Clone, Debug, Default)]
pub struct HelpForm {
    pub sections: Vec<(Section, String)>,
    pub rows: Vec<(SchemeId, String)>,
}

/// What stands in the fields of a page.
pub enum Typed {
    Titles(TitlesForm),
    Intents([IntentForm; 4]),
    Help(HelpForm),
    Plan(BasisForm),
    Row(RowForm),
    Question(QuestionForm),
}

impl Typed {
    /// As stored; `None` if there is no such row or question.
    pub fn stored(definition: &EditionDefinition, id: &PartId) -> Option<Self> {
        Some(match id {
            PartId::Titles => Self::Titles(TitlesForm::of(definition)),
            PartId::Intents => Self::Intents(intent_forms(definition)),
            PartId::Help => Self::Help(HelpForm {
                sections: Section::ALL
                    .into_iter()
                    .map(|section| (section, definition.help.of(section).to_owned()))
                    .collect(),
                rows: definition
                    .rows
                    .iter()
                    .map(|row| (row.scheme.clone(), row.help.clone()))
                    .collect(),
            }),
            PartId::Plan => Self::Plan(BasisForm::of(&definition.plan)),
            PartId::Row(scheme) => Self::Row(RowForm::of(definition.row(scheme)?.1)),
            PartId::Question(None) => Self::Question(QuestionForm::default()),
            PartId::Question(Some(id)) => {
                let found = definition
                    .questions
                    .iter()
                    .find(|question| question.id == *id)?;
                Self::Question(QuestionForm::of(found))
            }
        })
    }

    /// As the browser sent it.
    pub fn read(form: &FormData, definition: &EditionDefinition, id: &PartId) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let all = |name: &str| form.all(name).map(str::to_owned).collect::<Vec<_>>();
        match id {
            PartId::Titles => Self::Titles(TitlesForm {
                short_title: text("short_title"),
                title: text("title"),
                form1_title: text("form1_title"),
                // A follow-up has no Form 2; what its source calls it stays.
                form2_title: if definition.asks_intent() {
                    text("form2_title")
                } else {
                    definition.form2_title.clone()
                },
                fiscal_year: text("fiscal_year"),
                office: text("office"),
            }),
            PartId::Intents => Self::Intents(ApplicationIntent::ALL.map(|intent| {
                let number = intent.number();
                IntentForm {
                    label: text(&format!("label-{number}")),
                    from: text(&format!("from-{number}")),
                    until: text(&format!("until-{number}")),
                }
            })),
            PartId::Help => Self::Help(HelpForm {
                sections: Section::ALL
                    .into_iter()
                    .map(|section| (section, text(section.key())))
                    .collect(),
                rows: definition
                    .rows
                    .iter()
                    .map(|row| (row.scheme.clone(), text(&format!("row-{}", row.scheme))))
                    .collect(),
            }),
            PartId::Plan => Self::Plan(BasisForm {
                standard_amount: text("standard_amount"),
                rate: text("rate"),
                monthly_cost: text("monthly_cost"),
                running_from: text("running_from"),
                budget_name: text("budget_name"),
                budget_yen: text("budget_yen"),
                budget_note: text("budget_note"),
                groups: text("groups"),
            }),
            PartId::Row(_) => Self::Row(RowForm {
                category: text("category"),
                law: text("law"),
                name: text("name"),
                second_round_only: form.has("second_round_only"),
                needs_text: form.has("needs_text"),
                kinds: all("kinds"),
                codes: text("codes"),
            }),
            PartId::Question(_) => Self::Question(QuestionForm {
                id: text("id"),
                label: text("label"),
                help: text("help"),
                kind: text("kind"),
                options: text("options"),
                unit: text("unit"),
                required: form.has("required"),
                asked_of: all("asked_of"),
                purpose: text("purpose"),
            }),
        }
    }

    /// The same with the names of single bodies beside their codes.
    pub fn named(self, names: &BodyNames) -> Self {
        match self {
            Self::Row(form) => Self::Row(form.named(names)),
            other => other,
        }
    }

    /// The change it stands for.
    pub fn change(
        &self,
        definition: &EditionDefinition,
        id: &PartId,
    ) -> Result<Change, Vec<FieldProblem>> {
        match (self, id) {
            (Self::Titles(form), _) => form.read().map(Change::Titles),
            (Self::Intents(forms), _) => read_intents(forms).map(Change::Intents),
            (Self::Help(form), _) => form.read(definition),
            (Self::Plan(form), _) => form.read().map(Change::Plan),
            (Self::Row(form), PartId::Row(scheme)) => {
                let help = definition
                    .row(scheme)
                    .map_or("", |(_, row)| row.help.as_str());
                form.read(scheme, help).map(Change::Row)
            }
            (Self::Row(_), _) => Err(Vec::new()),
            (Self::Question(form), PartId::Question(Some(id))) => {
                let id = id.clone();
                form.read().map(|question| Change::Question(id, question))
            }
            (Self::Question(form), _) => form.read().map(Change::AddQuestion),
        }
    }
}

impl HelpForm {
    fn read(&self, definition: &EditionDefinition) -> Result<Change, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut keep = |field: &str, label: &str, typed: &str| match read_help(field, label, typed)
        {
            Ok(text) => text,
            Err(found) => {
                problems.extend(found);
                String::new()
            }
        };
        let mut help = HelpTexts::default();
        for (section, typed) in &self.sections {
            let text = keep(section.key(), section.label(), typed);
            match section {
                Section::Contact => help.contact = text,
                Section::Intent => help.intent = text,
                Section::Schemes => help.schemes = text,
                Section::Questions => help.questions = text,
            }
        }
        let mut rows = BTreeMap::new();
        for (scheme, typed) in &self.rows {
            let name = definition
                .row(scheme)
                .map_or("", |(_, row)| row.name.as_str());
            let text = keep(&format!("row-{scheme}"), name, typed);
            rows.insert(scheme.clone(), text);
        }
        if problems.is_empty() {
            Ok(Change::Help(help, rows))
        } else {
            Err(problems)
        }
    }
}
