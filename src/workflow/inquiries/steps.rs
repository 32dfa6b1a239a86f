//! What happens in a thread: asked again, answered, passed on, commented, closed, reopened.

use super::asking::label_of;
use super::{
    EntryInput, InquiryError, ReadEntry, edition_of, entry, first_of, must_see, note_kind,
};
use crate::domain::access::Relation;
use crate::domain::access::inquiries::{InquiryAction, permits_inquiry};
use crate::domain::account::{Actor, Role};
use crate::domain::form_words::INTENT;
use crate::domain::inquiry::{Addressee, Entry, EntryKind, InquiryEvent, Visibility, title_of};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::survey_edition::SurveyEdition;
use crate::store::Transaction;
use crate::store::inquiries::InquiryStep;
use crate::workflow::mail::{Announcement, announce_within, by};
use crate::workflow::{Desk, WorkflowError, WorkflowResult, must_be_version_of};

/// What somebody does in a thread.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub event: InquiryEvent,
    /// Version of the thread on the page.
    pub version: i32,
    /// How many entries the page showed.
    pub shown: u64,
    pub input: &'a EntryInput,
}

/// Adds to a thread. The same page sent twice adds once.
pub async fn step_inquiry(
    desk: &Desk,
    actor: &Actor,
    id: i64,
    step: Step<'_>,
) -> Result<(), InquiryError> {
    let now = desk.now();
    let event = step.event;
    let transaction = desk.store.begin().await?;
    let inquiry = transaction.inquiry(id).await?;
    let inquiry = inquiry.ok_or(WorkflowError::NotFound)?;
    let relation = must_see(actor, &inquiry)?;
    // What reviewers wrote for each other does not concern the body, and must not show by a refusal.
    let is_own = relation == Relation::Own;
    let is_second = match is_own {
        true => inquiry.version > step.version,
        false => inquiry.version == step.version.saturating_add(1),
    };
    if is_second && is_same(&transaction, actor, id, &step).await? {
        return Ok(());
    }
    let action = InquiryAction::of(event, inquiry.state);
    if !permits_inquiry(relation, inquiry.route, inquiry.addressee, action) {
        return Err(WorkflowError::Forbidden.into());
    }
    if !is_own || transaction.shared_entries(id).await? != step.shown {
        must_be_version_of(inquiry.version, step.version)?;
    }
    let asked = inquiry.addressee.unwrap_or_else(|| first_of(&inquiry));
    let state_after = inquiry.state.after(event, asked)?;
    // A body that takes a thread up again says why: that is its question.
    let asks_again = event == InquiryEvent::Reopen && is_own;
    let read = step.input.read(event.needs_words() || asks_again, now)?;
    let kind = kind_of(event, step.input);
    let make = |kind, read| entry(actor, now, kind, state_after, read);
    let entries = match event {
        // The body sees that its question went on; what the prefecture adds is for the ministry.
        InquiryEvent::PassOn => {
            let nothing = ReadEntry {
                words: String::new(),
                call: None,
            };
            let addition = (EntryKind::CommentInternal, Visibility::Reviewers);
            let added = (!read.words.is_empty()).then(|| make(addition, read));
            let mut both = vec![make(kind, nothing)];
            both.extend(added);
            both
        }
        _ => vec![make(kind, read)],
    };
    let widest = entries.iter().map(|entry| entry.visibility).max();
    let title = match entries.first() {
        Some(first) if inquiry.title.is_empty() && first.visibility == Visibility::Shared => {
            title_of(&first.words)
        }
        _ => inquiry.title.clone(),
    };
    let addressee = match event {
        InquiryEvent::Ask | InquiryEvent::Reopen => Some(asked.after(state_after)),
        _ => inquiry.addressee.map(|it| it.after(state_after)),
    };
    let row = InquiryStep {
        state_after,
        addressee,
        audience: widest.map_or(inquiry.audience, |widest| widest.max(inquiry.audience)),
        title: &title,
        at: now,
    };
    transaction.move_inquiry(id, inquiry.version, &row).await?;
    for entry in &entries {
        transaction.insert_inquiry_entry(id, entry).await?;
    }
    let subject = format!("inquiry/{id}");
    let detail = inquiry.code.to_string();
    transaction
        .audit(actor, now, event.as_str(), &subject, &detail)
        .await?;
    let mails = event != InquiryEvent::Reopen || asks_again;
    let is_comment = (event == InquiryEvent::Note)
        && entries
            .iter()
            .any(|entry| entry.kind == EntryKind::CommentShared);
    if is_comment || addressee.is_some() && mails {
        let edition = edition_of(desk, inquiry.edition_id).await?;
        let label = label_of(edition.as_ref(), inquiry.place.as_ref());
        let told = Told {
            id,
            version: inquiry.version + 1,
            code: inquiry.code,
            name: &inquiry.name,
            route: inquiry.route,
            edition: edition.as_ref(),
            label: &label.unwrap_or_default(),
        };
        if is_comment {
            tell_comment(&transaction, actor, now, &told).await?;
        } else if let Some(addressee) = addressee {
            tell(&transaction, actor, now, event, addressee, &told).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// The kind of the entry an event makes, and for whom it is.
fn kind_of(event: InquiryEvent, input: &EntryInput) -> (EntryKind, Visibility) {
    let kind = match event {
        InquiryEvent::Note => return note_kind(input),
        InquiryEvent::Ask => EntryKind::Question,
        InquiryEvent::Answer => EntryKind::Answer,
        InquiryEvent::PassOn => EntryKind::PassedOn,
        InquiryEvent::Close => EntryKind::Closed,
        InquiryEvent::Reopen => EntryKind::Reopened,
    };
    (kind, Visibility::Shared)
}

/// Whether the newest entry is what this page says: it was sent twice.
async fn is_same(
    transaction: &Transaction,
    actor: &Actor,
    id: i64,
    step: &Step<'_>,
) -> WorkflowResult<bool> {
    let Some(last) = transaction.last_inquiry_entry(id).await? else {
        return Ok(false);
    };
    let kind = kind_of(step.event, step.input);
    let words = crate::domain::text::clean_text(&step.input.words);
    let is_mine = last.account_id == actor.account_id && last.words == words;
    let is_addition = |last: &Entry| {
        step.event == InquiryEvent::PassOn && last.kind == EntryKind::CommentInternal
    };
    Ok(is_mine && ((last.kind, last.visibility) == kind || is_addition(&last)))
}

/// The thread a mail leads to.
pub(super) struct Told<'a> {
    pub id: i64,
    /// After the event.
    pub version: i32,
    pub code: LocalGovernmentCode,
    pub name: &'a str,
    pub route: Route,
    pub edition: Option<&'a SurveyEdition>,
    /// The place in words.
    pub label: &'a str,
}

impl Told<'_> {
    /// Where and by whom something was said, never what.
    fn facts(&self, actor: &Actor) -> MailFacts {
        MailFacts::default()
            .with(Placeholder::Edition, INTENT.survey)
            .with(Placeholder::Places, self.label)
            .with(Placeholder::By, by(actor))
            .with(Placeholder::Link, format!("/inquiries/{}", self.id))
    }
}

/// The mail of an event; calls and endings write none, comments [`tell_comment`]. Nothing that was said is in it.
pub(super) async fn tell(
    transaction: &Transaction,
    actor: &Actor,
    at: UnixMillis,
    event: InquiryEvent,
    addressee: Addressee,
    told: &Told<'_>,
) -> WorkflowResult<()> {
    let answering = match addressee {
        Addressee::Prefecture => Party::Body(told.code.prefecture().organization_code()),
        Addressee::Ministry => Party::Ministry,
    };
    let (kind, to) = match event {
        InquiryEvent::Ask | InquiryEvent::Reopen => (MailKind::QuestionAsked, answering),
        InquiryEvent::Answer => (MailKind::QuestionAnswered, Party::Body(told.code)),
        InquiryEvent::PassOn => (MailKind::QuestionPassedOn, Party::Ministry),
        InquiryEvent::Note | InquiryEvent::Close => return Ok(()),
    };
    let announcement = Announcement {
        kind,
        to,
        about: (told.code, told.name),
        edition: told.edition,
        event: format!("inquiry-{}-{}", told.id, told.version),
        facts: told.facts(actor),
    };
    announce_within(transaction, at, &announcement).await
}

/// How long a comment's mail waits for further comments of the thread.
const COMMENT_MINUTES: i64 = 15;

/// The mail of a comment that is for the body's eyes too: to the body, and to the prefecture between it and a ministry
/// that wrote it. Comments come in bursts, so a mail waits a while, and while one waits there is no second.
pub(super) async fn tell_comment(
    transaction: &Transaction,
    actor: &Actor,
    at: UnixMillis,
    told: &Told<'_>,
) -> WorkflowResult<()> {
    let prefecture = told.code.prefecture().organization_code();
    let mut to = vec![Party::Body(told.code)];
    if actor.role == Role::Ministry && told.route == Route::ThroughPrefecture {
        to.push(Party::Body(prefecture));
    }
    let thread = format!("inquiry-{}", told.id);
    let kind = MailKind::Commented;
    let keys = format!("{}/{thread}-", kind.as_str());
    let awaited = transaction.awaited_by(&keys).await?;
    for to in to {
        let announcement = Announcement {
            kind,
            to,
            about: (told.code, told.name),
            edition: told.edition,
            event: format!("{thread}-{}", told.version),
            facts: told.facts(actor),
        };
        let mut addresses = transaction.addresses_of(to).await?;
        addresses.retain(|address| !awaited.contains(address));
        let due = at.plus_millis(COMMENT_MINUTES * 60_000);
        let mails = announcement.mails(&addresses);
        transaction.mail_later(&mails, at, due).await?;
    }
    Ok(())
}
