//! What a verb reports by mail: rows of the outbox in the verb's own transaction.
//!
//! ```text
//! verb ─ Announcement ─ announce ─> one NewMail an address ─> Writes, applied with the rest ─> worker
//! ```

use super::{Desk, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, NewMail, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::survey_edition::SurveyEdition;
use crate::store::Transaction;
use crate::store::responses::ResponseRecord;
use crate::store::writes::Writes;

/// An event somebody is told of.
#[derive(Clone, Debug)]
pub struct Announcement<'a> {
    pub kind: MailKind,
    pub to: Party,
    /// The body it is about, with its name.
    pub about: (LocalGovernmentCode, &'a str),
    pub edition: Option<&'a SurveyEdition>,
    /// What makes the event this one and no other, such as a receipt number; with kind and address it is the key.
    pub event: String,
    pub facts: MailFacts,
}

impl<'a> Announcement<'a> {
    /// About an answer: body, edition and deadline are known from it.
    pub fn of_answer(
        kind: MailKind,
        to: Party,
        record: &'a ResponseRecord,
        event: String,
        facts: MailFacts,
    ) -> Self {
        Self {
            kind,
            to,
            about: (record.code(), &record.name),
            edition: Some(&record.edition),
            event,
            facts,
        }
    }

    /// One mail for each address. A trial edition writes to nobody.
    pub fn mails(&self, addresses: &[crate::domain::email_address::EmailAddress]) -> Vec<NewMail> {
        if self.edition.is_some_and(SurveyEdition::is_trial) {
            return Vec::new();
        }
        let (code, name) = self.about;
        let mut facts = self
            .facts
            .clone()
            .with(Placeholder::Code, code.to_string())
            .with(Placeholder::Body, name);
        if let Some(edition) = self.edition {
            facts = facts.of_survey(&edition.definition);
        }
        addresses
            .iter()
            .map(|to| NewMail {
                key: format!("{}/{}/{to}", self.kind.as_str(), self.event),
                kind: self.kind,
                edition_id: self.edition.map(|edition| edition.id),
                about: Some(code),
                to: to.clone(),
                facts: facts.clone(),
            })
            .collect()
    }
}

/// Adds the mails of an event to what the verb writes. Addresses are read before the write lock is taken.
///
/// # Errors
/// Those of the database.
pub async fn announce(
    desk: &Desk,
    writes: &mut Writes,
    at: UnixMillis,
    announcement: &Announcement<'_>,
) -> WorkflowResult<()> {
    let addresses = desk.store.addresses_of(announcement.to).await?;
    for mail in announcement.mails(&addresses) {
        writes.mail(&mail, at)?;
    }
    Ok(())
}

/// Who did it, as mails say it: 「医療助成担当（北海道）」.
pub fn by(actor: &Actor) -> String {
    format!("{}（{}）", actor.display_name, actor.body_name())
}

/// Whoever reviews an answer.
pub fn reviewer_of(record: &ResponseRecord) -> Party {
    match record.route {
        Route::ThroughPrefecture => Party::Body(record.code().prefecture().organization_code()),
        Route::ToMinistry => Party::Ministry,
    }
}

/// The same within open changes.
///
/// # Errors
/// Those of the database.
pub async fn announce_within(
    transaction: &Transaction,
    at: UnixMillis,
    announcement: &Announcement<'_>,
) -> WorkflowResult<()> {
    let addresses = transaction.addresses_of(announcement.to).await?;
    let mails = announcement.mails(&addresses);
    Ok(transaction.mail_all(&mails, at).await?)
}
