//! 質問・連絡: a body asks, its prefecture answers or passes on, the ministry answers; reviewers comment and note
//! telephone calls.
//!
//! ```text
//! begin ─> thread + first entry + audit row (+ mail)
//! step  ─> entry + the thread's row + audit row (+ mail)      held by the thread's row, guarded by its version
//! ```
//! A mail names the place and leads here; what was said never leaves the portal.

mod asking;
mod steps;

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::inquiries::{InquiryAction, permits_inquiry, sees};
use crate::domain::access::{self, Relation};
use crate::domain::account::Actor;
use crate::domain::inquiry::{
    Entry, EntryField, EntryKind, InquiryEvent, InquiryRefused, PhoneCall, Visibility, read_call,
    read_words,
};
use crate::domain::japan_time::UnixMillis;
use crate::domain::survey_edition::SurveyEdition;
use crate::store::StoreError;
use crate::store::inquiries::InquiryRecord;

pub use asking::{Opening, Target, begin_inquiry, target};
pub use steps::{Step, step_inquiry};

/// Why nothing was added. In every case the stored data is as it was.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// Something typed must be mended first.
    #[error("the entry has problems")]
    Invalid(Vec<(EntryField, String)>),
    #[error(transparent)]
    Refused(#[from] InquiryRefused),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for InquiryError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// An entry as typed.
#[derive(Clone, Debug, Default)]
pub struct EntryInput {
    pub words: String,
    /// For whom a comment or a call is noted; questions and answers are always shared.
    pub visibility: Option<Visibility>,
    /// A telephone call is recorded.
    pub call: Option<CallInput>,
}

/// A telephone call as typed.
#[derive(Clone, Debug, Default)]
pub struct CallInput {
    pub with: String,
    pub on: String,
    pub time: String,
}

/// An entry as understood, before it has a state.
struct ReadEntry {
    words: String,
    call: Option<PhoneCall>,
}

impl EntryInput {
    fn read(&self, is_needed: bool, now: UnixMillis) -> Result<ReadEntry, InquiryError> {
        let words = read_words(&self.words, is_needed);
        let call = self
            .call
            .as_ref()
            .map(|call| read_call(&call.with, &call.on, &call.time, now.japan_date()))
            .transpose();
        match (words, call) {
            (Ok(words), Ok(call)) => Ok(ReadEntry { words, call }),
            (words, call) => {
                let of_call = call.err().unwrap_or_default();
                let problems = words.err().into_iter().chain(of_call);
                Err(InquiryError::Invalid(problems.collect()))
            }
        }
    }
}

/// A thread as one person may see it.
#[derive(Clone, Debug)]
pub struct SeenInquiry {
    pub inquiry: InquiryRecord,
    /// `None` if it is about no edition.
    pub edition: Option<SurveyEdition>,
    pub relation: Relation,
    /// Those this person may read, oldest first.
    pub entries: Vec<Entry>,
}

impl SeenInquiry {
    /// Whether this person may cause an event now.
    pub fn may(&self, event: InquiryEvent) -> bool {
        let inquiry = &self.inquiry;
        let action = InquiryAction::of(event, inquiry.state);
        let addressee = inquiry.addressee;
        let next = addressee.unwrap_or_else(|| first_of(inquiry));
        permits_inquiry(self.relation, inquiry.route, addressee, action)
            && inquiry.state.after(event, next).is_ok()
    }
}

/// Whom the body of a thread asks first.
fn first_of(inquiry: &InquiryRecord) -> crate::domain::inquiry::Addressee {
    crate::domain::inquiry::Addressee::first(inquiry.route)
}

/// The code of somebody's body; empty for the ministry.
pub fn office_of(actor: &Actor) -> String {
    actor
        .code()
        .map(|code| code.to_string())
        .unwrap_or_default()
}

/// How somebody stands to a thread. Whoever may not know of it is told there is none.
fn must_see(actor: &Actor, inquiry: &InquiryRecord) -> WorkflowResult<Relation> {
    let relation = access::relation(actor, inquiry.code, inquiry.kind, inquiry.route);
    let same_office = inquiry.office == office_of(actor);
    let may_view = permits_inquiry(
        relation,
        inquiry.route,
        inquiry.addressee,
        InquiryAction::View,
    );
    if may_view && sees(relation, same_office, inquiry.audience) {
        Ok(relation)
    } else {
        Err(WorkflowError::NotFound)
    }
}

/// Opens a thread, with the entries that are for this person's eyes.
pub async fn view_inquiry(desk: &Desk, actor: &Actor, id: i64) -> WorkflowResult<SeenInquiry> {
    let inquiry = desk.store.inquiry(id).await?;
    let inquiry = inquiry.ok_or(WorkflowError::NotFound)?;
    let relation = must_see(actor, &inquiry)?;
    let office = office_of(actor);
    let mut entries = desk.store.inquiry_entries(id).await?;
    entries.retain(|entry| sees(relation, entry.office == office, entry.visibility));
    Ok(SeenInquiry {
        edition: edition_of(desk, inquiry.edition_id).await?,
        inquiry,
        relation,
        entries,
    })
}

/// The edition with this id.
async fn edition_of(desk: &Desk, id: Option<i64>) -> WorkflowResult<Option<SurveyEdition>> {
    let Some(id) = id else { return Ok(None) };
    let editions = desk.store.editions().await?;
    Ok(editions.into_iter().find(|edition| edition.id == id))
}

/// An entry by an actor.
fn entry(
    actor: &Actor,
    at: UnixMillis,
    (kind, visibility): (EntryKind, Visibility),
    state_after: crate::domain::inquiry::InquiryState,
    read: ReadEntry,
) -> Entry {
    Entry {
        kind,
        visibility,
        state_after,
        words: read.words,
        call: read.call,
        at,
        account_id: actor.account_id,
        by: actor.display_name.clone(),
        by_body: actor.body_name().to_owned(),
        office: office_of(actor),
    }
}

/// What a comment or a call is, and for whom. Without a choice it is for the author's office alone.
fn note_kind(input: &EntryInput) -> (EntryKind, Visibility) {
    let visibility = input.visibility.unwrap_or(Visibility::Office);
    let kind = match input.call {
        Some(_) => EntryKind::PhoneCall,
        None => EntryKind::comment(visibility),
    };
    (kind, visibility)
}
