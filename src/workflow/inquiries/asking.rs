//! A thread begins: a body's question, or a reviewer's comment or telephone call about a body's answer.

use super::{EntryInput, InquiryError, entry, note_kind};
use crate::domain::access::inquiries::{InquiryAction, permits_inquiry};
use crate::domain::access::{self, Relation};
use crate::domain::account::Actor;
use crate::domain::inquiry::{
    Addressee, EntryKind, InquiryEvent, InquiryState, Visibility, title_of,
};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::place::Place;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::store::inquiries::NewInquiry;
use crate::workflow::inquiries::steps::{Told, tell, tell_comment};
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// The body a thread is from or about, and how somebody stands to it.
#[derive(Clone, Debug)]
pub struct Target {
    pub code: LocalGovernmentCode,
    pub name: String,
    pub kind: OrganizationKind,
    pub route: Route,
    pub edition: Option<SurveyEdition>,
    pub relation: Relation,
}

impl Target {
    /// What the first entry is: a body asks, a reviewer notes.
    pub fn opening(&self) -> InquiryEvent {
        match self.relation {
            Relation::Own => InquiryEvent::Ask,
            _ => InquiryEvent::Note,
        }
    }

    /// The place in words; `None` if the edition has no such place.
    pub fn place_label(&self, place: Option<&Place>) -> Option<String> {
        let edition = self.edition.as_ref();
        label_of(edition, place).filter(|label| !label.is_empty())
    }
}

/// A place in the words of its edition; the whole is 「調査全体」.
pub(super) fn label_of(edition: Option<&SurveyEdition>, place: Option<&Place>) -> Option<String> {
    match (edition, place) {
        (_, None) => Some("調査全体".to_owned()),
        (Some(edition), Some(place)) => Some(edition.definition.place_label(place)),
        (None, Some(_)) => None,
    }
}

/// What is sent to begin a thread.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    pub edition: Option<&'a EditionKey>,
    /// The body it is about; `None`: the actor's own.
    pub about: Option<LocalGovernmentCode>,
    pub place: Option<&'a Place>,
    /// The page it was sent from: sent twice, it is one.
    pub once: &'a str,
}

/// The body of a thread that is to begin, if this person may begin one.
pub async fn target(
    desk: &Desk,
    actor: &Actor,
    edition: Option<&EditionKey>,
    about: Option<LocalGovernmentCode>,
) -> WorkflowResult<Target> {
    let code = about.or(actor.code()).ok_or(WorkflowError::NotFound)?;
    let mut target = match edition {
        Some(key) => {
            let record = desk.store.response(key, code).await?;
            let record = record.ok_or(WorkflowError::NotFound)?;
            Target {
                code,
                kind: record.class.kind,
                route: record.route,
                name: record.name,
                edition: Some(record.edition),
                relation: Relation::Stranger,
            }
        }
        None => {
            let body = desk.store.organization(code).await?;
            let body = body.ok_or(WorkflowError::NotFound)?;
            Target {
                code,
                kind: body.kind,
                route: body.kind.route(),
                name: body.name,
                edition: None,
                relation: Relation::Stranger,
            }
        }
    };
    target.relation = access::relation(actor, code, target.kind, target.route);
    let action = InquiryAction::of(target.opening(), InquiryState::Noted);
    if permits_inquiry(target.relation, target.route, None, action) {
        Ok(target)
    } else {
        Err(WorkflowError::NotFound)
    }
}

/// Begins a thread and gives its id. The same page sent twice gives the same thread.
pub async fn begin_inquiry(
    desk: &Desk,
    actor: &Actor,
    opening: Opening<'_>,
    input: &EntryInput,
) -> Result<i64, InquiryError> {
    let target = target(desk, actor, opening.edition, opening.about).await?;
    let label = target.place_label(opening.place);
    let label = label.ok_or(WorkflowError::NotFound)?;
    let sent_key = format!("{}-{}", actor.account_id, opening.once);
    if let Some(id) = desk.store.inquiry_sent(&sent_key).await? {
        return Ok(id);
    }
    let now = desk.now();
    let read = input.read(true, now)?;
    let first = Addressee::first(target.route);
    let event = target.opening();
    let (state, addressee, kind) = match event {
        InquiryEvent::Ask => (
            first.waiting(),
            Some(first),
            (EntryKind::Question, Visibility::Shared),
        ),
        _ => (InquiryState::Noted, None, note_kind(input)),
    };
    let entry = entry(actor, now, kind, state, read);
    let title = match entry.visibility {
        Visibility::Shared => title_of(&entry.words),
        Visibility::Reviewers | Visibility::Office => String::new(),
    };
    let new = NewInquiry {
        edition_id: target.edition.as_ref().map(|edition| edition.id),
        code: target.code,
        name: &target.name,
        kind: target.kind,
        route: target.route,
        place: opening.place,
        title: &title,
        state,
        addressee,
        sent_key: &sent_key,
    };
    let transaction = desk.store.begin().await?;
    let id = match transaction.insert_inquiry(&new, &entry).await {
        Ok(id) => id,
        // The other of two that were sent at once came first.
        Err(error) if error.is_duplicate() => {
            drop(transaction);
            let found = desk.store.inquiry_sent(&sent_key).await?;
            return Ok(found.ok_or(WorkflowError::Stale)?);
        }
        Err(error) => return Err(error.into()),
    };
    let subject = format!("inquiry/{id}");
    let detail = target.code.to_string();
    transaction
        .audit(actor, now, event.as_str(), &subject, &detail)
        .await?;
    let told = Told {
        id,
        version: 1,
        code: target.code,
        name: &target.name,
        route: target.route,
        edition: target.edition.as_ref(),
        label: &label,
    };
    if let Some(addressee) = addressee {
        tell(&transaction, actor, now, event, addressee, &told).await?;
    } else if entry.kind == EntryKind::CommentShared {
        tell_comment(&transaction, actor, now, &told).await?;
    }
    transaction.commit().await?;
    Ok(id)
}
