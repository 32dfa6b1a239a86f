//! Telling bodies that the day they answer by has moved: by their prefecture (県内締切) or for the whole edition.

use std::collections::HashMap;

use jiff::civil::Date;

use super::mail::{Announcement, by};
use crate::domain::account::Actor;
use crate::domain::japan_time::{UnixMillis, deadline_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, NewMail, Party, Placeholder};
use crate::domain::survey_edition::SurveyEdition;
use crate::store::address_book::AddressBook;
use crate::store::boards::BoardRow;

/// To each body that owes and whose own deadline differs between two looks at its board; who was given more time keeps
/// it and is not told.
pub fn moved(
    edition: &SurveyEdition,
    actor: &Actor,
    before: &[BoardRow],
    after: &[BoardRow],
    addresses: &AddressBook,
    now: UnixMillis,
) -> Vec<NewMail> {
    let days: HashMap<LocalGovernmentCode, Date> = before
        .iter()
        .map(|row| (row.code, row.deadline_on))
        .collect();
    let told = after.iter().filter_map(|row| {
        let was = days.get(&row.code).filter(|was| **was != row.deadline_on)?;
        row.status.is_owing().then_some((row, *was))
    });
    told.flat_map(|(row, was)| {
        let facts = MailFacts::default()
            .with(Placeholder::Deadline, deadline_label(row.deadline_on))
            .with(Placeholder::Day, deadline_label(was))
            .with(Placeholder::By, by(actor))
            .with(
                Placeholder::Link,
                format!("/editions/{}/form1", edition.key),
            );
        let to = Party::Body(row.code);
        let told = Announcement {
            kind: MailKind::DeadlineMoved,
            to,
            about: (row.code, &row.name),
            edition: Some(edition),
            event: format!("{}-{}-{}", edition.key, row.code, now.0),
            facts,
        };
        told.mails(addresses.of(to))
    })
    .collect()
}
