//! 1日のまとめ: written once a working day for whoever gathers answers, about what happened since the last one.

use std::collections::BTreeMap;

use super::reminders::remindable;
use super::{Desk, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::digest::{DIGEST_FROM_HOUR, DigestCounts};
use crate::domain::email_address::EmailAddress;
use crate::domain::inquiry::Addressee;
use crate::domain::japan_time::date_label;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::mail::{MailFacts, MailKind, NewMail, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::reminder::Keeper;
use crate::domain::response_status::ResponseEvent;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::daily_runs::{Daily, DailyRun};
use crate::store::inquiries::AskedQuestion;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// What each keeper of each edition is told.
type Counts = BTreeMap<(i64, Keeper), DigestCounts>;

/// Writes today's digests, if it is a working day, the hour has come and nobody has written them yet. Returns how many
/// mails went into the outbox.
pub async fn digest_due(desk: &Desk) -> WorkflowResult<Option<usize>> {
    let now = desk.now();
    let (today, hour) = (now.japan_date(), now.to_japan().hour());
    let store = &desk.store;
    if hour < DIGEST_FROM_HOUR || store.has_run(Daily::Digest, today).await? {
        return Ok(None);
    }
    if !store.working_calendar().await?.is_working(today) {
        return Ok(None);
    }
    let (addresses, choices) = (store.address_book().await?, store.digest_choices().await?);
    let transaction = store.begin().await?;
    let Some(last) = transaction.begin_daily(Daily::Digest, today, now).await? else {
        return Ok(None);
    };
    // The first one ever covers a day.
    let last = last.unwrap_or(DailyRun {
        day: today.yesterday().unwrap_or(today),
        at: now.plus_millis(-DAY_MILLIS),
    });
    let mut editions = remindable(transaction.editions().await?);
    editions.retain(|edition| edition.state == EditionState::Open);
    let ids: Vec<i64> = editions.iter().map(|edition| edition.id).collect();
    let mut counts = Counts::new();
    for event in transaction.digest_events(&ids, last.at, now).await? {
        let keeper = keeper(event.prefecture, event.route);
        let of = counts.entry((event.edition_id, keeper)).or_default();
        match (event.event, event.revision_number) {
            (ResponseEvent::SendBack, _) => of.sent_back += 1,
            (_, ..=1) => of.arrived += 1,
            _ => of.mended += 1,
        }
    }
    for body in transaction.owing(&editions, today).await? {
        let of = counts.entry((body.edition_id, body.keeper())).or_default();
        of.add_owing(&body.owing, last.day, today);
    }
    // A question about no edition is told with the newest one.
    let of_edition = |id: Option<i64>| id.or(ids.first().copied());
    for question in transaction.questions_asked(last.at, now).await? {
        if let Some(id) = of_edition(question.edition_id) {
            counts.entry((id, asked(question))).or_default().questions += 1;
        }
    }
    for question in transaction.questions_waiting().await? {
        if let Some(id) = of_edition(question.edition_id) {
            let of = counts.entry((id, asked(question))).or_default();
            of.questions_waiting += 1;
        }
    }
    let mails: Vec<NewMail> = counts
        .iter()
        .filter(|(_, counts)| counts.has_news())
        .filter_map(|((edition_id, keeper), counts)| {
            let edition = editions.iter().find(|edition| edition.id == *edition_id)?;
            let to = addresses.of_digest(party(*keeper), &choices);
            Some(mails(
                edition,
                *keeper,
                counts,
                &to,
                &date_label(today),
                &today.to_string(),
            ))
        })
        .flatten()
        .collect();
    transaction.mail_all(&mails, now).await?;
    transaction.commit().await?;
    Ok(Some(mails.len()))
}

/// Whoever gathers an answer; what the ministry gives back goes to the prefecture too.
fn keeper(prefecture: PrefectureCode, route: Route) -> Keeper {
    match route {
        Route::ThroughPrefecture => Keeper::Prefecture(prefecture),
        Route::ToMinistry => Keeper::Ministry,
    }
}

/// Who answers a question.
fn asked(question: AskedQuestion) -> Keeper {
    match question.addressee {
        Addressee::Prefecture => Keeper::Prefecture(question.prefecture),
        Addressee::Ministry => Keeper::Ministry,
    }
}

/// To whom a keeper's mail goes.
pub fn party(keeper: Keeper) -> Party {
    match keeper {
        Keeper::Prefecture(code) => Party::Body(code.organization_code()),
        Keeper::Ministry => Party::Ministry,
    }
}

fn mails(
    edition: &SurveyEdition,
    keeper: Keeper,
    counts: &DigestCounts,
    to: &[EmailAddress],
    day_label: &str,
    day: &str,
) -> Vec<NewMail> {
    let (about, code, name, page) = match keeper {
        Keeper::Prefecture(code) => {
            let body = code.organization_code();
            (Some(body), body.to_string(), code.name(), "board")
        }
        Keeper::Ministry => (None, String::new(), "厚生労働省", "direct"),
    };
    let facts = MailFacts::default()
        .with(Placeholder::Code, code)
        .with(Placeholder::Body, name)
        .of_survey(&edition.definition)
        .with(Placeholder::Day, day_label)
        .with(Placeholder::List, counts.lines())
        .with(
            Placeholder::Link,
            format!("/editions/{}/{page}", edition.key),
        );
    let kind = MailKind::Digest;
    to.iter()
        .map(|to| NewMail {
            key: format!("{}/{}-{keeper}-{day}/{to}", kind.as_str(), edition.key),
            kind,
            edition_id: Some(edition.id),
            about,
            to: to.clone(),
            facts: facts.clone(),
        })
        .collect()
}

/// The addresses somebody decides about: their own and those of their duty, each with whether it gets the digest.
pub async fn own_choices(desk: &Desk, actor: &Actor) -> WorkflowResult<Vec<(String, bool)>> {
    let keeper = super::reminders::by_hand::keeper(actor)?;
    let (book, choices) = (
        desk.store.address_book().await?,
        desk.store.digest_choices().await?,
    );
    let duty = book.of_duty(party(keeper));
    let own = (!duty.iter().any(|address| address.as_str() == actor.email)).then(|| {
        (
            actor.email.clone(),
            choices.wants(&actor.email, duty.is_empty()),
        )
    });
    let of_duty = duty.iter().map(|address| {
        let text = address.as_str();
        (text.to_owned(), choices.wants(text, true))
    });
    Ok(own.into_iter().chain(of_duty).collect())
}

/// Notes which of these addresses get the digest: those that are ticked, of the ones the actor decides about.
pub async fn choose(desk: &Desk, actor: &Actor, ticked: &[&str]) -> WorkflowResult<()> {
    let own = own_choices(desk, actor).await?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    for (address, wanted) in &own {
        let wants = ticked.contains(&address.as_str());
        if wants == *wanted {
            continue;
        }
        transaction
            .choose_digest(address, wants, actor, now)
            .await?;
        let subject = format!("account/{}", actor.account_id);
        let detail = if wants { "on" } else { "off" };
        transaction
            .audit(actor, now, "choose_digest", &subject, detail)
            .await?;
    }
    Ok(transaction.commit().await?)
}
