//! The report of one file as JSON: the shape other programs read.
//!
//! ```text
//! {"file","code","outcome","response":{"contact":{…},"intents":[1],"intent_text","schemes":{id:{…}},"other_text"},
//!  "changes":[{"sheet","cell","found","read_as"}],"problems":[{"severity","sheet","cell","found","message"}]}
//! ```
//! `response` has every row of the edition. For a rejected file it holds what could be read: `null` where a
//! contact did not read, and `null` as a whole if there is no 様式1 in the file. Where the edition has
//! questions, `response` has `"extra":{id:{"kind":…,"value":…}|null}`, too.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{FileReading, Outcome, Severity};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::email_address::EmailAddress;
use crate::domain::extra_answer;
use crate::domain::extra_question::{ExtraAnswer, QuestionId};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::phone_number::PhoneNumber;
use crate::domain::recipient_count::RecipientCount;
use crate::domain::response::Form1Input;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::{clean_line, clean_text};

/// One entry of `files`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    pub file: String,
    pub code: Option<LocalGovernmentCode>,
    pub outcome: Outcome,
    pub response: Option<ResponseReport>,
    pub changes: Vec<ChangeReport>,
    pub problems: Vec<ProblemReport>,
}

/// The answer as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseReport {
    pub contact: ContactReport,
    pub intents: Vec<ApplicationIntent>,
    pub intent_text: String,
    pub schemes: BTreeMap<SchemeId, SchemeReport>,
    pub other_text: String,
    /// Every question of the edition, `null` where nothing was answered or it did not read; absent where
    /// the edition asks nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<QuestionId, Option<ExtraAnswer>>,
}

/// Each `null` if it is missing or did not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactReport {
    pub department: Option<String>,
    pub email: Option<EmailAddress>,
    pub phone: Option<PhoneNumber>,
}

/// One row of the table; `recipients` is `null` where unknown, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeReport {
    pub target: bool,
    pub recipients: Option<RecipientCount>,
}

/// A value stored in another form than it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeReport {
    pub sheet: String,
    pub cell: String,
    pub found: String,
    pub read_as: String,
}

/// Something to mend or to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemReport {
    pub severity: Severity,
    pub sheet: String,
    pub cell: String,
    pub found: String,
    pub message: String,
}

impl FileReport {
    /// The report of a reading. `file`: as the sender or the command named it.
    pub fn new(
        file: impl Into<String>,
        reading: &FileReading,
        edition: &EditionDefinition,
    ) -> Self {
        let changes = reading.changes.iter().map(|change| ChangeReport {
            sheet: change.sheet.clone(),
            cell: change.cell.clone(),
            found: change.found.clone(),
            read_as: change.read_as.clone(),
        });
        let problems = reading.problems.iter().map(|problem| ProblemReport {
            severity: problem.severity,
            sheet: problem.sheet.clone(),
            cell: problem.cell.clone(),
            found: problem.found.clone(),
            message: problem.message.clone(),
        });
        Self {
            file: file.into(),
            code: reading.code,
            outcome: reading.outcome(),
            response: reading.input.as_ref().map(|input| response(edition, input)),
            changes: changes.collect(),
            problems: problems.collect(),
        }
    }
}

/// Field by field, so that one bad field leaves the others readable. Gives what `response::read` gives where
/// that gives a form.
fn response(edition: &EditionDefinition, input: &Form1Input) -> ResponseReport {
    let department = clean_line(&input.contact.department);
    let schemes = edition.rows.iter().map(|row| {
        let typed = input.schemes.rows.get(&row.scheme);
        let report = typed.map_or_else(SchemeReport::default, |typed| SchemeReport {
            target: typed.target,
            recipients: edition
                .parse_number(&typed.recipients)
                .ok()
                .and_then(|reading| reading.count()),
        });
        (row.scheme.clone(), report)
    });
    let extra = edition.questions.iter().map(|question| {
        let typed = input.extra.get(&question.id).map_or("", String::as_str);
        let reading = extra_answer::read(question, typed).ok();
        (
            question.id.clone(),
            reading.and_then(|reading| reading.answer),
        )
    });
    ResponseReport {
        contact: ContactReport {
            department: (!department.is_empty()).then_some(department),
            email: EmailAddress::parse(&input.contact.email).ok(),
            phone: PhoneNumber::parse(&input.contact.phone).ok(),
        },
        intents: input.intent.intents.iter().copied().collect(),
        intent_text: clean_text(&input.intent.text),
        schemes: schemes.collect(),
        other_text: clean_text(&input.schemes.other_text),
        extra: extra.collect(),
    }
}
