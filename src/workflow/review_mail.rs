//! Who is told by mail of what is asked, accepted and corrected. A mail names places, never what was answered there.

use jiff::civil::Date;

use super::WorkflowResult;
use super::mail::{Announcement, announce_within};
use crate::domain::account::Actor;
use crate::domain::japan_time::{UnixMillis, date_label};
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::place::Place;
use crate::store::Transaction;
use crate::store::responses::ResponseRecord;

/// Whoever reviews the answer.
pub(super) fn reviewer(record: &ResponseRecord) -> Party {
    match record.route {
        Route::ThroughPrefecture => Party::Body(record.code().prefecture().organization_code()),
        Route::ToMinistry => Party::Ministry,
    }
}

/// The body itself.
pub(super) fn body(record: &ResponseRecord) -> Party {
    Party::Body(record.code())
}

/// Who did it, and the page the mail leads to: the body's form, or the answer before its reviewer.
pub(super) fn facts(actor: &Actor, record: &ResponseRecord, to: Party) -> MailFacts {
    let (key, code) = (&record.edition.key, record.code());
    let link = if to == body(record) {
        format!("/editions/{key}/form1")
    } else {
        format!("/editions/{key}/answers/{code}")
    };
    let by = format!("{}（{}）", actor.display_name, actor.body_name());
    MailFacts::default()
        .with(Placeholder::By, by)
        .with(Placeholder::Link, link)
}

/// What a request is about, a line a place, and by when an answer is wished.
pub(super) fn asked<'a>(
    facts: MailFacts,
    record: &ResponseRecord,
    places: impl Iterator<Item = Option<&'a Place>>,
    due_on: Option<Date>,
) -> MailFacts {
    let definition = &record.edition.definition;
    let mut lines: Vec<_> = places
        .map(|place| match place {
            Some(place) => format!("・{}", definition.place_label(place)),
            None => "・回答の全体".to_owned(),
        })
        .collect();
    lines.dedup();
    facts.with(Placeholder::Places, lines.join("\n")).with(
        Placeholder::Deadline,
        due_on.map_or_else(|| "指定なし".to_owned(), date_label),
    )
}

/// Writes the mails of one step; a step is told by the version of the answer's row it was made on.
pub(super) async fn tell(
    transaction: &Transaction,
    at: UnixMillis,
    kind: MailKind,
    to: Party,
    record: &ResponseRecord,
    facts: MailFacts,
) -> WorkflowResult<()> {
    let (key, code) = (&record.edition.key, record.code());
    let event = format!("{key}/{code}/{}", record.version);
    let step = Announcement::of_answer(kind, to, record, event, facts);
    announce_within(transaction, at, &step).await
}
