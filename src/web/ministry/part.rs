//! A page that edits one part of something two people may work on: fields, all problems at once, and what
//! somebody else saved meanwhile beside what was typed.
//!
//! ```text
//! groups(typed) ─ show ─> 200 · problems ─> 422 · somebody was first ─> 409 with both texts
//! ```

use actix_web::http::StatusCode;
use askama::Template;

use crate::domain::edition_input::FieldProblem;
use crate::web::error::WebResult;
use crate::web::page::html_with;
use crate::web::view::{Page, Problem, TextField};

/// Fields under one heading; without one if it is empty.
pub struct Group {
    pub heading: String,
    pub controls: Vec<Control>,
}

impl Group {
    /// Fields without a heading.
    pub fn plain(controls: Vec<Control>) -> Vec<Self> {
        vec![Self {
            heading: String::new(),
            controls,
        }]
    }
}

/// A field.
pub enum Control {
    Line(TextField),
    Text(TextField),
    Choice(ChoiceField),
    /// Shown, not edited: label and value.
    Fixed(String, String),
    /// Told beside the fields; nothing is refused for it.
    Hints(Vec<String>),
}

/// Radio buttons or checkboxes.
pub struct ChoiceField {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub required: bool,
    pub errors: Vec<String>,
    /// Checkboxes: any number.
    pub is_many: bool,
    pub options: Vec<ChoiceOption>,
}

/// One of them; its id is the field's name and its place.
pub struct ChoiceOption {
    pub value: String,
    pub label: String,
    pub checked: bool,
}

impl ChoiceField {
    /// `checkbox` or `radio`.
    pub fn input_type(&self) -> &'static str {
        if self.is_many { "checkbox" } else { "radio" }
    }

    /// The ids that describe the group, errors first.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        for (present, suffix) in [
            (!self.errors.is_empty(), "error"),
            (!self.hint.is_empty(), "hint"),
        ] {
            if present {
                ids.push(format!("{}-{suffix}", self.name));
            }
        }
        ids.join(" ")
    }
}

/// A difference between what was typed and what somebody else saved.
pub struct Difference {
    pub label: String,
    pub mine: String,
    pub theirs: String,
}

/// The problems of a form, looked up by field.
#[derive(Clone, Copy, Default)]
pub struct Errors<'a>(pub &'a [FieldProblem]);

impl Errors<'_> {
    /// The texts at a field.
    pub fn at(&self, field: &str) -> Vec<String> {
        let at = self.0.iter().filter(|problem| problem.field == field);
        at.map(|problem| problem.message.clone()).collect()
    }

    /// A field of one line.
    pub fn line(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        value: &str,
        required: bool,
    ) -> Control {
        Control::Line(self.field(name, label, hint, value, required))
    }

    /// A field of several lines.
    pub fn text(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        value: &str,
        required: bool,
    ) -> Control {
        Control::Text(self.field(name, label, hint, value, required))
    }

    /// A short field of one line.
    pub fn short(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        value: &str,
        required: bool,
    ) -> Control {
        Control::Line(TextField {
            width: "m",
            ..self.field(name, label, hint, value, required)
        })
    }

    /// The field itself.
    pub fn field(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        value: &str,
        required: bool,
    ) -> TextField {
        TextField {
            id: name.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            value: value.to_owned(),
            required,
            errors: self.at(name),
            ..TextField::default()
        }
    }

    /// Radio buttons, or checkboxes if `is_many`; options are value and label.
    pub fn choice<'v>(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        is_many: bool,
        options: impl IntoIterator<Item = (String, String)>,
        chosen: impl Fn(&str) -> bool + 'v,
    ) -> Control {
        Control::Choice(ChoiceField {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            required: false,
            errors: self.at(name),
            is_many,
            options: options
                .into_iter()
                .map(|(value, label)| ChoiceOption {
                    checked: chosen(&value),
                    value,
                    label,
                })
                .collect(),
        })
    }

    /// One checkbox with the value `yes`.
    pub fn tick(&self, name: &str, label: &str, hint: &str, text: &str, ticked: bool) -> Control {
        let option = ("yes".to_owned(), text.to_owned());
        self.choice(name, label, hint, true, [option], |_| ticked)
    }
}

/// What the page shows.
pub struct PartView {
    pub page: Page,
    pub lead: String,
    pub groups: Vec<Group>,
    /// Version or mark of what the page was made from.
    pub base: String,
    pub button: &'static str,
    /// Where the page goes back to without saving: label and address.
    pub back: (String, String),
    /// Why nothing can be changed here now; empty if it can.
    pub locked: &'static str,
    /// What was changed before, newest first; empty where no history is kept.
    pub history: Vec<HistoryLine>,
}

/// A change that was made before.
pub struct HistoryLine {
    /// 令和8年11月26日（木）10時00分.
    pub when: String,
    pub who: String,
    pub changes: Vec<String>,
}

/// How the form fared.
#[derive(Default)]
pub struct Fate<'a> {
    pub problems: &'a [FieldProblem],
    /// Somebody else was first: what is stored now.
    pub stored: Option<Vec<Group>>,
}

#[derive(Template)]
#[template(path = "ministry/part.html")]
struct PartPage {
    page: Page,
    view: PartView,
    problems: Vec<Problem>,
    differences: Vec<Difference>,
    overtaken: bool,
}

/// The page with the status that fits.
pub fn show(mut view: PartView, fate: Fate<'_>) -> WebResult {
    let problems: Vec<_> = fate
        .problems
        .iter()
        .map(|problem| Problem {
            field_id: anchor(&view.groups, &problem.field),
            message: problem.message.clone(),
        })
        .collect();
    let overtaken = fate.stored.is_some();
    let differences = fate
        .stored
        .map(|stored| differences(&view.groups, &stored))
        .unwrap_or_default();
    let status = match (overtaken, problems.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, true) => StatusCode::OK,
    };
    let mut page = std::mem::take(&mut view.page);
    page.has_errors = status != StatusCode::OK;
    html_with(
        status,
        &PartPage {
            page,
            view,
            problems,
            differences,
            overtaken,
        },
    )
}

/// The id of a field's control: the first option of a choice.
fn anchor(groups: &[Group], field: &str) -> String {
    let mut controls = groups.iter().flat_map(|group| &group.controls);
    let is_choice =
        controls.any(|control| matches!(control, Control::Choice(choice) if choice.name == field));
    if is_choice {
        format!("{field}-1")
    } else {
        field.to_owned()
    }
}

/// Label and value of every field.
fn values(groups: &[Group]) -> Vec<(String, String)> {
    let named = |group: &Group, label: &str| {
        if group.heading.is_empty() {
            label.to_owned()
        } else {
            format!("{}：{label}", group.heading)
        }
    };
    let of = |group: &Group| -> Vec<(String, String)> {
        let controls = group.controls.iter().filter_map(|control| match control {
            Control::Line(field) | Control::Text(field) => {
                Some((named(group, &field.label), field.value.clone()))
            }
            Control::Choice(choice) => {
                let chosen = choice.options.iter().filter(|option| option.checked);
                let labels: Vec<_> = chosen.map(|option| option.label.as_str()).collect();
                Some((named(group, &choice.label), labels.join("、")))
            }
            Control::Fixed(..) | Control::Hints(_) => None,
        });
        controls.collect()
    };
    groups.iter().flat_map(of).collect()
}

fn differences(mine: &[Group], theirs: &[Group]) -> Vec<Difference> {
    let theirs = values(theirs);
    values(mine)
        .into_iter()
        .filter_map(|(label, mine)| {
            let stored = theirs.iter().find(|(other, _)| *other == label);
            let theirs = stored.map(|(_, value)| value.clone()).unwrap_or_default();
            // A browser sends line breaks of its own.
            (theirs.replace('\r', "") != mine.replace('\r', "")).then_some(Difference {
                label,
                mine,
                theirs,
            })
        })
        .collect()
}
