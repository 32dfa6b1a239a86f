//! What was read from a file, as pages show it: problems first, then what changes, then cell by cell.
//!
//! ```text
//! FileReading + the stored answer ─> ReadingView (problems · warnings · differences · rereadings · answer)
//! ```
//! Used by a body before its own file, and by whoever gathers before anybody's (`templates/intake/reading.html`).

use crate::domain::application_intent;
use crate::domain::coordination_contact::ContactInput;
use crate::domain::email_address::EmailAddress;
use crate::domain::extra_answer;
use crate::domain::intake::{FileProblem, FileReading, Severity};
use crate::domain::organization::RespondentClass;
use crate::domain::phone_number::PhoneNumber;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Form1Input, SchemeAnswer, SchemeInput};
use crate::domain::response_diff::describe;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::{clean_line, clean_text};
use crate::web::answer_view::AnswerView;
use crate::web::view::DiffRow;

/// Longest text of a cell that a page repeats, in characters.
const FOUND_MAX: usize = 200;

/// A reading, ready to print.
pub struct ReadingView {
    /// What has to be mended, in the order of the form.
    pub errors: Vec<ProblemLine>,
    /// What looks odd.
    pub warnings: Vec<ProblemLine>,
    /// What is stored in another form than it stood.
    pub rereadings: Vec<RereadingLine>,
    /// The whole form; `None` while something must be mended.
    pub answer: Option<AnswerView>,
    /// Every field that was read and need not be mended, if there is no whole form.
    pub fields: Vec<(String, String)>,
    /// A form 1 was found in the file.
    pub has_form: bool,
    /// What the form is called.
    pub form_word: &'static str,
}

/// One problem or warning.
pub struct ProblemLine {
    /// 「様式1 D12」; empty if it concerns the whole file.
    pub cell: String,
    /// What the form calls the field; empty if it is none.
    pub label: String,
    /// What stood there; empty if nothing did.
    pub found: String,
    pub message: String,
}

/// One value in another form.
pub struct RereadingLine {
    pub cell: String,
    pub label: String,
    pub found: String,
    pub read_as: String,
}

impl ReadingView {
    /// For a body of this class; `None` if nobody knows whose it is.
    pub fn new(
        definition: &EditionDefinition,
        class: Option<&RespondentClass>,
        reading: &FileReading,
    ) -> Self {
        let lines = |severity| {
            let found = reading.problems.iter();
            let found = found.filter(move |problem| problem.severity == severity);
            found
                .map(|problem| line(definition, reading, problem))
                .collect()
        };
        let rereadings = reading.changes.iter().map(|change| RereadingLine {
            cell: cell(&change.sheet, &change.cell),
            label: label(definition, change.place.as_ref()),
            found: shortened(&change.found),
            read_as: change.read_as.clone(),
        });
        let answer = match (&reading.form, class) {
            (Some(form), Some(class)) => Some(AnswerView::new(definition, class, form)),
            _ => None,
        };
        let fields = match (&reading.input, &answer) {
            (Some(input), None) => fields(definition, input),
            _ => Vec::new(),
        };
        let is_refused = |place: &Place| {
            let mut errors = reading.problems.iter();
            errors.any(|problem| {
                let named = problem.place.as_ref();
                problem.severity == Severity::Error && named.is_some_and(|at| is_within(at, place))
            })
        };
        Self {
            errors: lines(Severity::Error),
            warnings: lines(Severity::Warning),
            rereadings: rereadings.collect(),
            answer,
            fields: fields
                .into_iter()
                .filter(|field| !matches!(field.value.as_str(), "" | "―"))
                .filter(|field| !is_refused(&field.place))
                .map(|field| (field.label, field.value))
                .collect(),
            has_form: reading.input.is_some(),
            form_word: definition.words().form,
        }
    }
}

fn line(
    definition: &EditionDefinition,
    reading: &FileReading,
    problem: &FileProblem,
) -> ProblemLine {
    // In a form, an error in a cell that is no answer is one about whose form it is.
    let is_about_body = reading.input.is_some()
        && problem.place.is_none()
        && problem.severity == Severity::Error
        && !problem.cell.is_empty();
    ProblemLine {
        cell: cell(&problem.sheet, &problem.cell),
        label: if is_about_body {
            "自治体コード・名称".to_owned()
        } else {
            label(definition, problem.place.as_ref())
        },
        found: shortened(&problem.found),
        message: problem.message.clone(),
    }
}

fn label(definition: &EditionDefinition, place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| definition.place_label(place))
}

/// 「様式1 D12」, or as much of it as is known.
fn cell(sheet: &str, cell: &str) -> String {
    [sheet, cell]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn shortened(text: &str) -> String {
    let mut chars = text.chars();
    let short: String = chars.by_ref().take(FOUND_MAX).collect();
    if chars.next().is_some() {
        format!("{short}…")
    } else {
        short
    }
}

/// What differs between the stored answer and the file, in the order of the form.
pub fn differences(
    definition: &EditionDefinition,
    stored: &Form1Input,
    file: &Form1Input,
) -> Vec<DiffRow> {
    let pairs = fields(definition, stored).into_iter();
    pairs
        .zip(fields(definition, file))
        .filter(|(before, after)| before.value != after.value)
        .map(|(before, after)| DiffRow {
            label: before.label,
            before: before.value,
            after: after.value,
        })
        .collect()
}

/// One field of the form as it was filled in.
struct Field {
    place: Place,
    label: String,
    value: String,
}

/// Whether what is said about a place concerns a field. A row of the table is one field with its number.
fn is_within(said: &Place, field: &Place) -> bool {
    match (said, field) {
        (Place::Recipients(said), Place::Scheme(row)) => said == row,
        _ => said == field,
    }
}

/// Every field, always the same ones in the same order: with the value as it is understood,
/// or as it was typed where it is not.
fn fields(definition: &EditionDefinition, input: &Form1Input) -> Vec<Field> {
    let ContactInput {
        department,
        email,
        phone,
    } = &input.contact;
    let read = |value: Option<String>, typed: &str| value.unwrap_or_else(|| clean_line(typed));
    let at = |place: Place, value: String| Field {
        label: definition.place_label(&place),
        place,
        value,
    };
    let mut all = vec![
        at(Place::Department, clean_line(department)),
        at(
            Place::Email,
            read(
                EmailAddress::parse(email).ok().map(|e| e.to_string()),
                email,
            ),
        ),
        at(
            Place::Phone,
            read(PhoneNumber::parse(phone).ok().map(|p| p.to_string()), phone),
        ),
    ];
    if definition.asks_intent() {
        all.push(at(
            Place::Section(Section::Intent),
            application_intent::labels(&input.intent.intents),
        ));
        all.push(at(Place::IntentText, clean_text(&input.intent.text)));
    }
    let schemes = &input.schemes;
    all.extend(definition.rows.iter().map(|row| {
        let typed = schemes.rows.get(&row.scheme);
        at(
            Place::Scheme(row.scheme.clone()),
            typed.map_or_else(|| "―".to_owned(), |typed| row_text(definition, typed)),
        )
    }));
    all.push(at(Place::OtherText, clean_text(&schemes.other_text)));
    all.extend(definition.questions.iter().map(|question| {
        let typed = input.extra.get(&question.id).map_or("", String::as_str);
        at(
            Place::Question(question.id.clone()),
            extra_answer::shown(question, typed),
        )
    }));
    all
}

/// 「○ 1,200人」; a number that does not read stands as it was typed.
fn row_text(definition: &EditionDefinition, typed: &SchemeInput) -> String {
    match definition.parse_number(&typed.recipients) {
        Ok(reading) => describe(
            definition,
            &SchemeAnswer {
                target: typed.target,
                recipients: reading.count(),
                typed: None,
            },
        ),
        Err(_) => {
            let mark = if typed.target { "○" } else { "―" };
            format!("{mark} {}", clean_line(&typed.recipients))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intake::Change;
    use crate::domain::local_government_code::LocalGovernmentCode;
    use crate::domain::organization::OrganizationKind;
    use crate::domain::response::read;

    fn definition() -> EditionDefinition {
        let mut editions = migrations::data::EDITIONS.into_iter();
        let found = editions.find(|(key, _)| *key == "fy2027");
        toml::from_str(found.expect("ships with the program").1).expect("reads")
    }

    fn class() -> RespondentClass {
        let code: LocalGovernmentCode = "012033".parse().expect("a code");
        RespondentClass {
            code,
            kind: OrganizationKind::City,
            health_center_city: false,
            child_guidance_city: false,
        }
    }

    fn input(recipients: &str) -> Form1Input {
        let mut input = Form1Input::default();
        input.contact.department = "福祉課".to_owned();
        input.contact.email = "ｆｕｋｕｓｈｉ@city.example".to_owned();
        input.contact.phone = "0134-00-0000".to_owned();
        input.intent.intents = [application_intent::ApplicationIntent::FirstRound].into();
        let row = SchemeInput {
            target: true,
            recipients: recipients.to_owned(),
        };
        let id = "rehabilitation".parse().expect("an id");
        input.schemes.rows.insert(id, row);
        input
    }

    #[test]
    fn how_a_value_is_written_is_no_difference() {
        let definition = definition();
        assert!(differences(&definition, &input("1200"), &input("約１，２００人")).is_empty());
        let rows = differences(&definition, &input("1200"), &input("不明"));
        let rows: Vec<_> = rows
            .iter()
            .map(|row| (row.label.as_str(), row.before.as_str(), row.after.as_str()))
            .collect();
        assert_eq!(
            rows,
            [(
                "更生医療に係る自立支援医療費",
                "○ 1,200人",
                "○ 受給者数は不明"
            )]
        );
        let rows = differences(&definition, &Form1Input::default(), &input("-5"));
        let found = rows
            .iter()
            .find(|row| row.label == "更生医療に係る自立支援医療費");
        let found = found.map(|row| (row.before.as_str(), row.after.as_str()));
        assert_eq!(found, Some(("―", "○ -5")));
        assert_eq!(rows.len(), 5, "contact, intent and one row");
    }

    #[test]
    fn errors_stand_apart_from_warnings_and_keep_their_cells() {
        let definition = definition();
        let problem = |severity, cell: &str, found: &str| FileProblem {
            severity,
            sheet: "様式1".to_owned(),
            cell: cell.to_owned(),
            found: found.to_owned(),
            message: "直してください。".to_owned(),
            place: Some(Place::Phone),
        };
        let typed = input("1200");
        let form = read(&definition, &class(), &typed).form;
        let mut reading = FileReading {
            code: Some(class().code),
            input: Some(typed),
            form,
            changes: vec![Change {
                sheet: "様式1".to_owned(),
                cell: "E20".to_owned(),
                found: "約1,200人".to_owned(),
                read_as: "1,200人".to_owned(),
                place: None,
            }],
            problems: vec![
                problem(Severity::Error, "C8", &"あ".repeat(300)),
                problem(Severity::Warning, "", ""),
            ],
        };
        let view = ReadingView::new(&definition, Some(&class()), &reading);
        assert_eq!((view.errors.len(), view.warnings.len()), (1, 1));
        let error = &view.errors[0];
        assert_eq!(
            (error.cell.as_str(), error.label.as_str()),
            ("様式1 C8", "電話番号")
        );
        assert_eq!(error.found.chars().count(), FOUND_MAX + 1);
        assert_eq!(view.warnings[0].cell, "様式1");
        assert_eq!(view.rereadings[0].cell, "様式1 E20");
        assert!(view.answer.is_some() && view.fields.is_empty() && view.has_form);

        // While something must be mended, what could be read is shown all the same; the rest is not said
        // to have been read.
        let row = Place::Recipients("rehabilitation".parse().expect("an id"));
        for (place, shown) in [(Place::Phone, 4), (row, 3)] {
            reading.form = None;
            let mut wrong = problem(Severity::Error, "C9", "あ");
            wrong.place = Some(place);
            reading.problems.push(wrong);
            let view = ReadingView::new(&definition, Some(&class()), &reading);
            assert!(view.answer.is_none());
            assert_eq!(view.fields.len(), shown);
        }
        let mut whose = problem(Severity::Error, "B3", "012092");
        whose.place = None;
        reading.problems = vec![whose];
        let view = ReadingView::new(&definition, Some(&class()), &reading);
        let error = &view.errors[0];
        assert_eq!(
            (error.cell.as_str(), error.label.as_str()),
            ("様式1 B3", "自治体コード・名称")
        );
        reading.input = None;
        assert!(!ReadingView::new(&definition, None, &reading).has_form);
    }
}
