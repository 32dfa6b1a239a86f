//! Joins what the sheet says with whose it is: the one place where a file's values are read and judged.

use super::{Change, FileProblem, FileReading, Severity};
use crate::domain::email_address::EmailAddress;
use crate::domain::extra_answer;
use crate::domain::extra_question::ExtraAnswer;
use crate::domain::form1_sheet::{Form1Sheet, FoundText, NotForm1};
use crate::domain::identify::{BodyIndex, Envelope, Scope, identify};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::{OrganizationKind, RespondentClass};
use crate::domain::phone_number::PhoneNumber;
use crate::domain::place::{Place, Section};
use crate::domain::recipient_count::Reading;
use crate::domain::response::{Form1, Form1Input, read};
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text;

/// Reads and judges what one file holds.
///
/// `bodies` carry the class each has in this edition. Nothing is stored; the reading says all there is to say.
pub fn assess(
    edition: &EditionDefinition,
    bodies: &BodyIndex,
    scope: Scope,
    envelope: &Envelope<'_>,
    sheet: Result<Form1Sheet, Box<NotForm1>>,
) -> FileReading {
    let mut sheet = match sheet {
        Ok(sheet) => sheet,
        Err(other) => return not_form1(bodies, scope, envelope, *other),
    };
    let identity = identify(bodies, scope, &sheet.head, envelope);
    let class = identity
        .code
        .and_then(|code| bodies.find(code))
        .map(|body| body.respondent_class());
    let reading = read(edition, &class.unwrap_or_else(nobody), &sheet.input);
    // What stands at a question that the body is not asked needs no mending.
    if let Some(class) = class.filter(|_| !edition.questions.is_empty()) {
        sheet.findings.retain(|finding| match &finding.place {
            Some(Place::Question(id)) => edition
                .question(id)
                .is_some_and(|question| question.is_asked_of(&class)),
            _ => true,
        });
    }

    let name = &sheet.sheet;
    let mut problems = Sorted::default();
    for problem in identity.problems {
        problems.push(0, problem);
    }
    let mended: Vec<Place> = sheet
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .filter_map(|finding| finding.place.clone())
        .collect();
    for finding in sheet.findings {
        let order = order(edition, finding.place.as_ref());
        let problem = FileProblem {
            severity: finding.severity,
            sheet: name.clone(),
            cell: finding.at.map_or_else(String::new, |at| at.to_string()),
            found: finding.found,
            message: finding.message,
            place: finding.place,
        };
        problems.push(order, problem);
    }
    let mut add = |severity, place: Place, message: String| {
        let (cell, found) = last_of(&sheet.cells, &place).map_or_else(Default::default, |cell| {
            (cell.at.to_string(), cell.text.clone())
        });
        let problem = FileProblem {
            severity,
            sheet: name.clone(),
            cell,
            found,
            message,
            place: Some(place),
        };
        problems.push(order(edition, problem.place.as_ref()), problem);
    };
    // A cell that could not be read was complained about already; an empty field would be said twice.
    for problem in reading.problems {
        if !mended.contains(&problem.place) {
            add(Severity::Error, problem.place, problem.message);
        }
    }
    // What is usual depends on the body; an unknown one has no usual.
    for warning in reading.warnings {
        if class.is_some() && !mended.contains(&warning.place) {
            add(Severity::Warning, warning.place, warning.message);
        }
    }
    if let Some(class) = class {
        for (place, message) in odd_questions(edition, &class, &sheet.cells) {
            if !mended.contains(&place) {
                add(Severity::Warning, place, message);
            }
        }
    }
    let problems = problems.into_vec();

    let mut changes = identity.changes;
    let mut found: Vec<(u32, u32, Change)> = sheet
        .rereadings
        .into_iter()
        .map(|again| {
            let change = Change {
                sheet: name.clone(),
                cell: again.at.to_string(),
                found: again.found,
                read_as: again.read_as,
                place: again.place,
            };
            (again.at.row, again.at.column, change)
        })
        .collect();
    let form = reading.form.as_ref();
    for (place, cell) in sheet.cells.iter().filter(|(_, cell)| !cell.text.is_empty()) {
        let said = found
            .iter()
            .any(|(_, _, change)| change.place.as_ref() == Some(place));
        if !said && let Some(read_as) = stored_otherwise(edition, form, &sheet.input, place, cell) {
            let change = Change {
                sheet: name.clone(),
                cell: cell.at.to_string(),
                found: cell.text.clone(),
                read_as,
                place: Some(place.clone()),
            };
            found.push((cell.at.row, cell.at.column, change));
        }
    }
    found.sort_by_key(|(row, column, _)| (*row, *column));
    changes.extend(found.into_iter().map(|(_, _, change)| change));

    let broken = problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    FileReading {
        code: identity.code,
        input: Some(sheet.input),
        form: reading.form.filter(|_| !broken),
        changes,
        problems,
    }
}

fn not_form1(
    bodies: &BodyIndex,
    scope: Scope,
    envelope: &Envelope<'_>,
    other: NotForm1,
) -> FileReading {
    let identity = identify(bodies, scope, &other.head, envelope);
    let problem = FileProblem {
        severity: Severity::Error,
        sheet: other.head.sheet,
        cell: other
            .at
            .as_ref()
            .map_or_else(String::new, |at| at.at.to_string()),
        found: other.at.map_or_else(String::new, |at| at.text),
        message: other.message,
        place: None,
    };
    FileReading {
        code: identity.code,
        input: None,
        form: None,
        changes: Vec::new(),
        // What the file is says enough; whose it would be matters no more.
        problems: vec![problem],
    }
}

/// A class nobody has, for a form whose body is not known.
fn nobody() -> RespondentClass {
    let hokkaido = PrefectureCode::all().next();
    RespondentClass {
        code: hokkaido
            .expect("there are 47 prefectures")
            .organization_code(),
        kind: OrganizationKind::City,
        health_center_city: false,
        child_guidance_city: false,
    }
}

/// What a file says to questions its body is not asked, and those of its body the file has no place for.
fn odd_questions(
    edition: &EditionDefinition,
    class: &RespondentClass,
    cells: &[(Place, FoundText)],
) -> Vec<(Place, String)> {
    let odd = edition.questions.iter().filter_map(|question| {
        let place = Place::Question(question.id.clone());
        let cell = last_of(cells, &place);
        let message = if question.is_asked_of(class) {
            // A required answer that is missing is an error already.
            (cell.is_none() && !question.required).then(|| {
                format!(
                    "「{}」の欄が見つかりませんでした。回答なしとして扱います。",
                    question.label
                )
            })
        } else {
            cell.is_some_and(|cell| !cell.text.trim().is_empty())
                .then(|| {
                    format!(
                        "「{}」は、この団体にはお聞きしていない質問です。回答には含めません。",
                        question.label
                    )
                })
        };
        message.map(|message| (place, message))
    });
    odd.collect()
}

fn last_of<'c>(cells: &'c [(Place, FoundText)], place: &Place) -> Option<&'c FoundText> {
    let mut latest_first = cells.iter().rev();
    latest_first
        .find(|(of, _)| of == place)
        .map(|(_, cell)| cell)
}

/// What is stored for a cell, if that is not what stands in it. `form` saves reading a field twice.
fn stored_otherwise(
    edition: &EditionDefinition,
    form: Option<&Form1>,
    input: &Form1Input,
    place: &Place,
    cell: &FoundText,
) -> Option<String> {
    let stored = match place {
        Place::Department => text::clean_line(&input.contact.department),
        Place::Email => match form {
            Some(form) if form.contact.email.as_str() == cell.text => return None,
            Some(form) => form.contact.email.to_string(),
            None => EmailAddress::parse(&input.contact.email).ok()?.to_string(),
        },
        Place::Phone => match form {
            Some(form) => form.contact.phone.to_string(),
            None => PhoneNumber::parse(&input.contact.phone).ok()?.to_string(),
        },
        Place::IntentText => text::clean_text(&input.intent.text),
        Place::OtherText => text::clean_text(&input.schemes.other_text),
        Place::Recipients(id) => {
            let typed = &input.schemes.rows.get(id)?.recipients;
            match edition.parse_number(typed).ok()? {
                Reading::Unknown if text::clean_line(typed).is_empty() => return None,
                Reading::Unknown if !edition.asks_intent() => UNKNOWN_AMOUNT.to_owned(),
                Reading::Unknown => UNKNOWN.to_owned(),
                Reading::Known { count, .. } => count.get().to_string(),
            }
        }
        Place::Question(id) => {
            // Nothing is stored for a question that the body is not asked.
            let asked = form.is_none_or(|form| {
                form.extra.contains_key(id) || form.extra_typed.contains_key(id)
            });
            let question = edition.question(id).filter(|_| asked)?;
            let typed = input.extra.get(id)?;
            let reading = extra_answer::read(question, typed).ok()?;
            match (&reading.answer, &reading.typed) {
                (Some(answer), Some(_)) => extra_answer::describe(question, answer),
                (Some(answer @ ExtraAnswer::Text(_)), None) => extra_answer::typed_form(answer),
                (None, Some(_)) => NO_ANSWER.to_owned(),
                _ => return None,
            }
        }
        // Marks are read where the cell is at hand.
        Place::Section(_) | Place::Scheme(_) => return None,
    };
    (stored != cell.text && !stored.is_empty()).then_some(stored)
}

/// How an unknown count is shown beside what was written instead of a number.
const UNKNOWN: &str = "不明（人数は空欄）";
const UNKNOWN_AMOUNT: &str = "未定（金額は空欄）";

/// How an answer that says 不明 or 未定 to a question is shown.
const NO_ANSWER: &str = "未定（回答なし）";

/// The place's position on the form; places that are none come first.
fn order(edition: &EditionDefinition, place: Option<&Place>) -> usize {
    let row = |id| {
        edition
            .row(id)
            .map_or(usize::MAX / 4, |(position, _)| position)
    };
    match place {
        None => 0,
        Some(Place::Section(Section::Contact)) => 1,
        Some(Place::Department) => 2,
        Some(Place::Email) => 3,
        Some(Place::Phone) => 4,
        Some(Place::Section(Section::Intent)) => 5,
        Some(Place::IntentText) => 6,
        Some(Place::Section(Section::Schemes)) => 7,
        Some(Place::Scheme(id)) => 8 + 2 * row(id),
        Some(Place::Recipients(id)) => 9 + 2 * row(id),
        Some(Place::OtherText) => usize::MAX / 2,
        Some(Place::Section(Section::Questions)) => usize::MAX / 2 + 1,
        Some(Place::Question(id)) => {
            let mut questions = edition.questions.iter();
            let position = questions.position(|question| &question.id == id);
            usize::MAX / 2 + 2 + position.unwrap_or(usize::MAX / 4)
        }
    }
}

/// Problems with their place in the list.
#[derive(Default)]
struct Sorted(Vec<(Severity, usize, FileProblem)>);

impl Sorted {
    fn push(&mut self, order: usize, problem: FileProblem) {
        self.0.push((problem.severity, order, problem));
    }

    /// Errors first, then in the order of the form.
    fn into_vec(mut self) -> Vec<FileProblem> {
        self.0
            .sort_by_key(|(severity, order, _)| (*severity, *order));
        self.0.into_iter().map(|(_, _, problem)| problem).collect()
    }
}
