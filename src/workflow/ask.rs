//! 国からの依頼: the ministry asks about an accepted answer, of its prefecture or through it of the municipality.
//!
//! Only this answer goes back; whatever else the prefecture gathered stays accepted, and a Form 2 that was sent says
//! what changed.

use jiff::civil::Date;

use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_version, next_status, review_mail,
    write_down,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::coordination_contact::check_text;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::MailKind;
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::{REASON_MAX, ReturnItem};
use crate::domain::review_request::{Addressee, Asker};
use crate::domain::survey_edition::EditionKey;
use crate::domain::text;
use crate::store::events::NewEvent;
use crate::store::requests::NewRequest;
use crate::store::response_changes::StatusChange;

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `None`: the answer as a whole, which only a prefecture can be asked about.
    pub place: Option<Place>,
    pub words: String,
}

/// What the ministry asks about one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Of the answer on the page.
    pub version: i32,
    pub addressee: Addressee,
    pub asked: Vec<Asked>,
    /// The day by which the prefecture's part is wished.
    pub due_on: Option<Date>,
}

/// Asks; at least one thing, each at its place.
pub async fn ask(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    asking: Asking,
) -> WorkflowResult<()> {
    let asked = read(&asking)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let (action, event) = (Action::SendBack, ResponseEvent::SendBack);
    let record = load_for(&transaction, actor, key, code, action, event).await?;
    if !record.is_decidable() {
        return Err(WorkflowError::Closed);
    }
    must_be_version(&record, asking.version)?;
    let status = next_status(&record, event)?;
    transaction
        .set_status(&record, status, &StatusChange::Plain, now)
        .await?;
    let requests: Vec<_> = asked
        .iter()
        .map(|asked| NewRequest {
            asker: Asker::Ministry,
            addressee: asking.addressee,
            place: asked.place.as_ref(),
            words: &asked.words,
            due_on: asking.due_on,
        })
        .collect();
    transaction
        .insert_requests(actor, &record, now, &requests)
        .await?;
    let to = review_mail::reviewer(&record);
    let facts = review_mail::facts(actor, &record, to);
    let places = asked.iter().map(|asked| asked.place.as_ref());
    let facts = review_mail::asked(facts, &record, places, asking.due_on);
    review_mail::tell(&transaction, now, MailKind::SentBack, to, &record, facts).await?;
    let items: Vec<_> = asked
        .into_iter()
        .map(|asked| ReturnItem {
            place: asked.place.unwrap_or(WHOLE),
            reason: asked.words,
        })
        .collect();
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: Some(record.revision_number),
        at: now,
        reasons: &items,
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, &record, &new)?;
    transaction.apply(writes).await?;
    Ok(transaction.commit().await?)
}

/// Where words about a whole answer stand in its event, which knows places only.
const WHOLE: Place = Place::Section(Section::Schemes);

/// The words that were typed, cleaned; all problems at once.
fn read(asking: &Asking) -> WorkflowResult<Vec<Asked>> {
    let asked: Vec<_> = asking
        .asked
        .iter()
        .map(|asked| Asked {
            place: asked.place.clone(),
            words: text::clean_text(&asked.words),
        })
        .filter(|asked| !asked.words.is_empty())
        .collect();
    let mut problems = Vec::new();
    if asked.is_empty() {
        problems.push(Problem::new(
            Place::Section(Section::Contact),
            "確かめてほしいことを、1つ以上入力してください。",
        ));
    }
    // A body answers at places.
    if asking.addressee == Addressee::Body && asked.iter().any(|asked| asked.place.is_none()) {
        return Err(WorkflowError::Forbidden);
    }
    for asked in &asked {
        let place = asked.place.clone().unwrap_or(WHOLE);
        check_text(&asked.words, REASON_MAX, place, &mut problems);
    }
    if problems.is_empty() {
        Ok(asked)
    } else {
        Err(WorkflowError::Invalid(problems))
    }
}
