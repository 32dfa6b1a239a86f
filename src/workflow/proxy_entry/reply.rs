//! What the body says to a proxy entry: 「内容を確認しました」, or in words what is wrong.

use crate::domain::account::Actor;
use crate::domain::coordination_contact::check_text;
use crate::domain::mail::{MailFacts, MailKind, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::proxy_entry::{ProxyEvent, WORDS_MAX, takes_replies};
use crate::domain::response::Problem;
use crate::domain::survey_edition::EditionKey;
use crate::domain::text;
use crate::store::proxy_entries::{ProxyReply, state_of};
use crate::workflow::mail::{Announcement, by, reviewer_of};
use crate::workflow::{Desk, WorkflowError, WorkflowResult, must_be_liaison, response_subject};

/// Keeps what the actor's body says to the proxy entry that is its newest revision, `revision`. `seen`: how many
/// replies to it the page showed. The same page sent twice says it once.
pub async fn reply(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    (revision, seen): (i32, usize),
    event: ProxyEvent,
    words: &str,
) -> WorkflowResult<()> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    // The whole body answers: not one department of it.
    must_be_liaison(actor)?;
    let words = text::clean_text(words);
    let place = Place::Section(Section::Schemes);
    let mut problems = Vec::new();
    if event == ProxyEvent::Dispute && words.is_empty() {
        let message = "違っている項目と、正しい内容を入力してください。";
        problems.push(Problem::new(place.clone(), message));
    }
    check_text(&words, WORDS_MAX, place, &mut problems);
    if !problems.is_empty() {
        return Err(WorkflowError::Invalid(problems));
    }
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let record = transaction.response(key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    if record.revision_number != revision || !takes_replies(record.status) {
        return Err(WorkflowError::Stale);
    }
    let newest = transaction.revision(record.id, revision).await?;
    if newest.is_none_or(|newest| !newest.by_proxy) {
        return Err(WorkflowError::Stale);
    }
    let mut replies = transaction.proxy_replies(record.id).await?;
    replies.retain(|reply| reply.revision == revision);
    let new = ProxyReply {
        revision,
        event,
        words: match event {
            ProxyEvent::Confirm => String::new(),
            ProxyEvent::Dispute => words,
        },
        at: now,
        actor_name: actor.display_name.clone(),
        actor_body: actor.body_name().to_owned(),
    };
    if replies.len() != seen {
        // The page that was sent before; whatever else was said meanwhile is to be looked at first.
        let last = replies.last();
        let said = last.is_some_and(|last| (last.event, &last.words) == (event, &new.words));
        return if said && replies.len() == seen + 1 {
            Ok(())
        } else {
            Err(WorkflowError::Stale)
        };
    }
    if state_of(&replies, revision).after(event).is_none() {
        return Err(WorkflowError::Stale);
    }
    let position = i32::try_from(seen).unwrap_or(i32::MAX - 1) + 1;
    let kept = transaction.insert_proxy_reply(record.id, position, actor, &new);
    match kept.await {
        Err(error) if error.is_duplicate() => return Err(WorkflowError::Stale),
        other => other?,
    }
    let subject = response_subject(key, code);
    let detail = format!("revision {revision}");
    let action = match event {
        ProxyEvent::Confirm => "confirm_proxy_entry",
        ProxyEvent::Dispute => "dispute_proxy_entry",
    };
    transaction
        .audit(actor, now, action, &subject, &detail)
        .await?;
    if event == ProxyEvent::Dispute {
        let link = format!("/editions/{key}/answers/{code}");
        let facts = MailFacts::default()
            .with(Placeholder::By, by(actor))
            .with(Placeholder::Link, link);
        let what = format!("{}/{revision}/{position}", record.id);
        let to = reviewer_of(&record);
        let told = Announcement::of_answer(MailKind::Objected, to, &record, what, facts);
        let mails = told.mails(&transaction.addresses_of(to).await?);
        transaction.mail_all(&mails, now).await?;
    }
    Ok(transaction.commit().await?)
}
