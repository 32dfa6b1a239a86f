//! A draft as the check page shows it: every part with what was understood, what is to be mended, what to confirm.

use super::frame::named;
use super::questions_page;
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Draft, Reading};
use crate::store::responses::ResponseRecord;
use crate::web::answer_view::TotalsView;
use crate::web::view::Problem;

/// A form before it is submitted: what it says, and what is to be mended or confirmed.
pub(in crate::web) struct Checked {
    pub problems: Vec<Problem>,
    pub warnings: Vec<String>,
    pub sections: Vec<CheckSection>,
    pub totals: TotalsView,
    /// Every part is saved and nothing needs mending.
    pub ready: bool,
}

/// A part of the form.
pub(in crate::web) struct CheckSection {
    /// The id of the link to the part is `part-{key}`.
    pub key: &'static str,
    pub label: &'static str,
    pub href: String,
    pub rows: Vec<CheckRow>,
}

/// What one field will be submitted as.
pub(in crate::web) struct CheckRow {
    pub label: String,
    pub value: String,
    /// What was typed, where it was understood as something else in form.
    pub typed: String,
    pub empty: bool,
    pub href: String,
}

/// A draft of this body as its check page shows it; `base` is the address under which its parts stand.
pub(in crate::web) fn checked(record: &ResponseRecord, draft: &Draft, base: &str) -> Checked {
    let definition = &record.edition.definition;
    let reading = response::read(definition, &record.class, &draft.input);
    let sections = definition.sections(&record.class);
    let mut problems: Vec<_> = sections
        .iter()
        .copied()
        .filter(|section| draft.version(*section) == 0)
        .map(|section| {
            let text = if draft.is_prefilled(section) {
                format!(
                    "に{}が入っています。開いて確かめ、保存してください。",
                    definition.words().earlier
                )
            } else {
                "がまだ入力されていません。開いて入力してください。".to_owned()
            };
            (section, format!("「{}」{text}", section.label()))
        })
        .collect();
    for problem in &reading.problems {
        let section = problem.place.section();
        if draft.version(section) > 0 {
            let message = named(definition, problem);
            let message = match &problem.place {
                Place::Recipients(_) | Place::Question(_) => message,
                _ => format!("{}：{message}", section.label()),
            };
            problems.push((section, message));
        }
    }
    let problems: Vec<_> = problems
        .into_iter()
        .map(|(section, message)| Problem {
            field_id: format!("part-{}", section.key()),
            message,
        })
        .collect();
    Checked {
        ready: problems.is_empty() && reading.form.is_some(),
        problems,
        warnings: reading
            .warnings
            .iter()
            .chain(&record.duties.doubts(definition, &draft.departments))
            .map(|warning| warning.message.clone())
            .collect(),
        sections: sections
            .iter()
            .copied()
            .map(|section| check_section(record, draft, &reading, (section, base)))
            .collect(),
        totals: TotalsView::new(definition, reading.totals, reading.amounts),
    }
}

fn check_section(
    record: &ResponseRecord,
    draft: &Draft,
    reading: &Reading,
    (section, base): (Section, &str),
) -> CheckSection {
    let definition = &record.edition.definition;
    let href = format!("{base}/{}?back=check", section.key());
    let row = |place: Place, value: String, typed: String| CheckRow {
        label: definition.place_label(&place),
        empty: value.is_empty(),
        typed: if typed == value { String::new() } else { typed },
        value,
        href: format!("{href}#{}", place.html_id()),
    };
    let input = &draft.input;
    let contact = crate::domain::coordination_contact::read(&input.contact).ok();
    let rows = match section {
        Section::Contact => {
            let typed = &input.contact;
            let read =
                |value: Option<String>, typed: &str| value.unwrap_or_else(|| typed.to_owned());
            let department = contact.as_ref().map(|c| c.department.clone());
            let email = contact.as_ref().map(|c| c.email.to_string());
            let phone = contact.as_ref().map(|c| c.phone.to_string());
            vec![
                row(
                    Place::Department,
                    read(department, &typed.department),
                    typed.department.clone(),
                ),
                row(Place::Email, read(email, &typed.email), typed.email.clone()),
                row(Place::Phone, read(phone, &typed.phone), typed.phone.clone()),
            ]
        }
        Section::Intent => {
            let labels: Vec<_> = input
                .intent
                .intents
                .iter()
                .map(|intent| definition.intent_label(*intent))
                .collect();
            let mut rows = vec![row(
                Place::Section(section),
                labels.join("、"),
                labels.join("、"),
            )];
            if !input.intent.text.trim().is_empty() {
                let text = input.intent.text.trim().to_owned();
                rows.push(row(Place::IntentText, text.clone(), text));
            }
            rows
        }
        Section::Schemes => scheme_rows(record, draft, reading, row),
        Section::Questions => questions_page::check_rows(record, draft)
            .map(|(place, value, typed)| CheckRow {
                typed,
                ..row(place, value, String::new())
            })
            .collect(),
    };
    CheckSection {
        key: section.key(),
        label: section.label(),
        href,
        rows,
    }
}

fn scheme_rows(
    record: &ResponseRecord,
    draft: &Draft,
    reading: &Reading,
    row: impl Fn(Place, String, String) -> CheckRow,
) -> Vec<CheckRow> {
    use crate::domain::recipient_count::Reading as CountReading;
    let definition = &record.edition.definition;
    let words = definition.words();
    let input = &draft.input.schemes;
    let mut rows = Vec::new();
    for scheme in definition.rows.iter().map(|row| &row.scheme) {
        let Some(typed) = input.rows.get(scheme) else {
            continue;
        };
        let mark = if typed.target { "○" } else { "―" };
        let plain = typed.recipients.trim();
        let (count, shown) = match definition.parse_number(&typed.recipients) {
            Ok(CountReading::Known { count, normalised }) => (
                format!("{count}{}", words.unit),
                if normalised { plain } else { "" },
            ),
            Ok(CountReading::Unknown) if typed.target || !plain.is_empty() => {
                (format!("{}は不明", words.number), plain)
            }
            Ok(CountReading::Unknown) => continue,
            Err(_) => (plain.to_owned(), ""),
        };
        let value = format!("{mark} {count}");
        let mut line = row(Place::Scheme(scheme.clone()), value, String::new());
        line.typed = shown.to_owned();
        rows.push(line);
    }
    if !input.other_text.trim().is_empty() {
        let text = input.other_text.trim().to_owned();
        rows.push(row(Place::OtherText, text.clone(), text));
    }
    if rows.is_empty() && reading.totals.targets == 0 {
        let none = "○はありません".to_owned();
        rows.push(row(Place::Section(Section::Schemes), none.clone(), none));
    }
    rows
}
