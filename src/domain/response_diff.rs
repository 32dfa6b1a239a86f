//! What changed between two revisions of Form 1, or between two editions' answers.

use super::application_intent;
use super::extra_answer;
use super::place::{Place, Section};
use super::response::{Form1, SchemeAnswer};
use super::survey_edition::EditionDefinition;

/// One difference, with display-ready values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub place: Place,
    /// What the form calls this place.
    pub label: String,
    pub before: String,
    pub after: String,
}

/// The differences in the order of `edition`, the form in which they are shown.
/// Rows the edition does not have are left out: they are another form's.
pub fn changes(edition: &EditionDefinition, before: &Form1, after: &Form1) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut compare = |place: Place, label: &str, before: String, after: String| {
        if before != after {
            changes.push(Change {
                place,
                label: label.to_owned(),
                before,
                after,
            });
        }
    };
    let (old, new) = (&before.contact, &after.contact);
    compare(
        Place::Department,
        "担当部署",
        old.department.clone(),
        new.department.clone(),
    );
    compare(
        Place::Email,
        "メールアドレス",
        old.email.to_string(),
        new.email.to_string(),
    );
    compare(
        Place::Phone,
        "電話番号",
        old.phone.to_string(),
        new.phone.to_string(),
    );
    compare(
        Place::Section(Section::Intent),
        "申請の意向",
        application_intent::labels(&before.intents),
        application_intent::labels(&after.intents),
    );
    compare(
        Place::IntentText,
        "④の内容",
        before.intent_text.clone(),
        after.intent_text.clone(),
    );
    for row in &edition.rows {
        compare(
            Place::Scheme(row.scheme.clone()),
            &row.name,
            describe(edition, &before.scheme(&row.scheme)),
            describe(edition, &after.scheme(&row.scheme)),
        );
    }
    compare(
        Place::OtherText,
        "その他の内容",
        before.other_text.clone(),
        after.other_text.clone(),
    );
    for question in &edition.questions {
        compare(
            Place::Question(question.id.clone()),
            &question.label,
            extra_answer::said(question, &before.extra),
            extra_answer::said(question, &after.extra),
        );
    }
    changes
}

/// 「○ 1,200人」, 「○ 受給者数は不明」, 「― 1,200人」 or 「―」; with 円 where the edition asks for amounts.
pub fn describe(edition: &EditionDefinition, answer: &SchemeAnswer) -> String {
    let words = edition.words();
    let mark = if answer.target { "○" } else { "―" };
    match answer.recipients {
        Some(count) => format!("{mark} {count}{}", words.unit),
        None if answer.target => format!("{mark} {}は不明", words.number),
        None => mark.to_owned(),
    }
}
