//! Who fills in which rows, told to the departments: when rows are handed to them, when somebody joins one that has
//! rows, and when an edition opens.

use jiff::civil::Date;

use super::WorkflowResult;
use super::mail::{Announcement, by};
use crate::domain::account::Actor;
use crate::domain::duties::Duties;
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::{UnixMillis, deadline_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, NewMail, Party, Placeholder};
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::Transaction;
use crate::store::own_editions::OwnEdition;

/// A body whose departments are written to.
pub(super) struct Divided<'a> {
    pub code: LocalGovernmentCode,
    pub name: &'a str,
    /// The rows that are asked for now.
    pub rows: &'a Duties,
    /// Departments and where their mail goes.
    pub addresses: &'a [(String, EmailAddress)],
}

/// The mails about the rows of one edition. `event` tells this handing over from the one before.
pub(super) fn mails(
    actor: &Actor,
    edition: &SurveyEdition,
    deadline_on: Date,
    body: &Divided<'_>,
    event: &str,
) -> Vec<NewMail> {
    let nobody_said = Default::default();
    let parts = body.rows.parts(&edition.definition, &nobody_said);
    let mut mails = Vec::new();
    for part in parts {
        let of_part = body
            .addresses
            .iter()
            .filter(|(label, _)| *label == part.label);
        let to: Vec<_> = of_part.map(|(_, address)| address.clone()).collect();
        let rows: Vec<_> = part.rows.iter().map(|row| format!("・{row}")).collect();
        let asked = Announcement {
            kind: MailKind::PartAsked,
            to: Party::Body(body.code),
            about: (body.code, body.name),
            edition: Some(edition),
            event: format!("{}/{}/{}/{event}", edition.key, body.code, part.label),
            facts: MailFacts::default()
                .with(Placeholder::Places, rows.join("\n"))
                .with(Placeholder::By, by(actor))
                .with(Placeholder::Deadline, deadline_label(deadline_on))
                .with(
                    Placeholder::Link,
                    format!("/editions/{}/form1/schemes", edition.key),
                ),
        };
        mails.extend(asked.mails(&to));
    }
    mails
}

/// Writes them for every edition in which the body still fills in its form.
pub(super) async fn tell(
    transaction: &Transaction,
    actor: &Actor,
    body: &Divided<'_>,
    editions: &[OwnEdition],
    event: &str,
    now: UnixMillis,
) -> WorkflowResult<()> {
    let today = now.japan_date();
    for own in editions.iter().filter(|own| is_filled_in(own, today)) {
        let asked_until = own.reopened.as_ref().map(|reopening| reopening.until);
        let until = asked_until.unwrap_or(own.deadline_on);
        let mails = mails(actor, &own.edition, until, body, event);
        transaction.mail_all(&mails, now).await?;
    }
    Ok(())
}

fn is_filled_in(own: &OwnEdition, today: Date) -> bool {
    let until = own.reopened.as_ref().map(|reopening| reopening.until);
    let runs = own.edition.state == EditionState::Open || until.is_some_and(|until| today <= until);
    runs && own.status.is_editable()
}
