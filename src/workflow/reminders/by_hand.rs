//! A reminder by hand: whoever gathers the answers chooses bodies and writes a sentence; it is shown before it is sent.

use sha2::{Digest, Sha256};

use super::{facts, remindable};
use crate::domain::account::{Actor, Role};
use crate::domain::coordination_contact::check_text;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, NewMail, Party, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::reminder::{Keeper, Outcome, Step};
use crate::domain::response::Problem;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::domain::text::clean_text;
use crate::store::address_book::AddressBook;
use crate::store::reminders::{NewReminder, OwingBody};
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// The longest sentence, in characters.
pub const WORDS_MAX: usize = 500;

/// A mail that would be sent, for the preview.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub code: LocalGovernmentCode,
    pub name: String,
    /// How many addresses it goes to; 0 if none is known.
    pub recipients: usize,
    /// What the text is filled with.
    pub facts: MailFacts,
}

/// What is sent, and to whom it cannot be.
#[derive(Clone, Debug)]
pub struct Preparation {
    /// Bodies that owe, in code order.
    pub prepared: Vec<Prepared>,
    /// Chosen bodies that owe nothing any more.
    pub left_out: usize,
}

/// What sending came to, in bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub sent: usize,
    pub without_address: usize,
    /// Bodies that owe nothing any more.
    pub left_out: usize,
}

/// Whose bodies an actor keeps.
pub fn keeper(actor: &Actor) -> WorkflowResult<Keeper> {
    match actor.role {
        Role::Ministry => Ok(Keeper::Ministry),
        Role::Prefecture(code) => Ok(Keeper::Prefecture(code)),
        Role::Municipality => Err(WorkflowError::NotFound),
    }
}

/// The edition, if its bodies can be reminded: it is open and no trial.
pub async fn edition_to_remind(desk: &Desk, key: &EditionKey) -> WorkflowResult<SurveyEdition> {
    let edition = desk.store.edition(key).await?;
    let edition = edition.ok_or(WorkflowError::NotFound)?;
    let mut left = remindable(vec![edition]);
    left.pop().ok_or(WorkflowError::NotFound)
}

/// The bodies of an edition that owe, that the actor keeps and that can still answer.
pub async fn owing(
    desk: &Desk,
    actor: &Actor,
    edition: &SurveyEdition,
) -> WorkflowResult<Vec<OwingBody>> {
    let keeper = keeper(actor)?;
    let now = desk.now();
    let editions = std::slice::from_ref(edition);
    let mut bodies = desk.store.owing(editions, now.japan_date()).await?;
    bodies.retain(|body| {
        body.keeper() == keeper
            && edition.takes_answers(body.answered_before, body.owing.reopened_until, now)
    });
    Ok(bodies)
}

/// Looks at what would be sent.
///
/// # Errors
/// [`WorkflowError::Invalid`] if the sentence has to be mended.
pub async fn prepare(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    codes: &[LocalGovernmentCode],
    words: &str,
) -> WorkflowResult<Preparation> {
    let words = checked(words)?;
    let edition = edition_to_remind(desk, key).await?;
    let bodies = chosen(owing(desk, actor, &edition).await?, codes);
    let addresses = desk.store.address_book().await?;
    let today = desk.now().japan_date();
    let prepared: Vec<Prepared> = bodies
        .iter()
        .filter_map(|body| {
            let due = body.owing.due(today)?;
            let facts = facts(&edition, body, &due, today)
                .with(Placeholder::Words, words.clone())
                .with(Placeholder::By, signature(actor));
            Some(Prepared {
                code: body.code,
                name: body.name.clone(),
                recipients: addresses.of(Party::Body(body.code)).len(),
                facts,
            })
        })
        .collect();
    Ok(Preparation {
        left_out: codes.len().saturating_sub(prepared.len()),
        prepared,
    })
}

/// Sends a sentence to chosen bodies. The same sentence to the same body on the same day is one mail.
pub async fn send(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    codes: &[LocalGovernmentCode],
    words: &str,
) -> WorkflowResult<Sent> {
    let words = checked(words)?;
    let edition = edition_to_remind(desk, key).await?;
    let now = desk.now();
    let today = now.japan_date();
    let addresses = desk.store.address_book().await?;
    let bodies = chosen(owing(desk, actor, &edition).await?, codes);
    let step = Step::ByHand(mark(&words));
    let mut outcome = Sent {
        left_out: codes.len().saturating_sub(bodies.len()),
        ..Sent::default()
    };
    let (mut reminders, mut mails) = (Vec::new(), Vec::new());
    for body in &bodies {
        let Some(due) = body.owing.due(today) else {
            continue;
        };
        let facts = facts(&edition, body, &due, today)
            .with(Placeholder::Words, words.clone())
            .with(Placeholder::By, signature(actor));
        let event = format!("{key}-{}-{step}-{today}", body.code);
        let to = mails_to(body, &edition, &addresses, &event, &facts);
        let recipients = to.len();
        mails.extend(to);
        let sent = recipients > 0;
        outcome.sent += usize::from(sent);
        outcome.without_address += usize::from(!sent);
        reminders.push(NewReminder {
            body,
            step,
            due_on: due.on,
            day: today,
            outcome: if sent {
                Outcome::Sent
            } else {
                Outcome::NoAddress
            },
            recipients,
            by_hand: Some((actor, &words)),
        });
    }
    let transaction = desk.store.begin().await?;
    transaction.write_reminders(&reminders, now).await?;
    transaction.mail_all(&mails, now).await?;
    let subject = format!("edition/{key}/reminders");
    let detail = format!("{} bodies", outcome.sent);
    transaction
        .audit(actor, now, "remind_by_hand", &subject, &detail)
        .await?;
    transaction.commit().await?;
    Ok(outcome)
}

fn mails_to(
    body: &OwingBody,
    edition: &SurveyEdition,
    addresses: &AddressBook,
    event: &str,
    facts: &MailFacts,
) -> Vec<NewMail> {
    let kind = MailKind::ReminderByHand;
    let to = addresses.of(Party::Body(body.code)).iter();
    to.map(|to| NewMail {
        key: format!("{}/{event}/{to}", kind.as_str()),
        kind,
        edition_id: Some(edition.id),
        about: Some(body.code),
        to: to.clone(),
        facts: facts.clone(),
    })
    .collect()
}

fn chosen(mut bodies: Vec<OwingBody>, codes: &[LocalGovernmentCode]) -> Vec<OwingBody> {
    bodies.retain(|body| codes.contains(&body.code));
    bodies
}

fn signature(actor: &Actor) -> String {
    format!("{} {}", actor.body_name(), actor.display_name)
}

/// Tells one sentence from another.
fn mark(words: &str) -> u64 {
    let digest = Sha256::digest(words.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |mark, byte| (mark << 8) | u64::from(*byte))
}

/// The sentence as it is sent.
fn checked(words: &str) -> WorkflowResult<String> {
    let place = Place::Section(Section::Contact);
    let words = clean_text(words);
    let mut problems = Vec::new();
    if words.is_empty() {
        let message = "お知らせする文を入力してください。";
        problems.push(Problem::new(place.clone(), message));
    }
    check_text(&words, WORDS_MAX, place, &mut problems);
    if problems.is_empty() {
        Ok(words)
    } else {
        Err(WorkflowError::Invalid(problems))
    }
}
