//! 異議: the body says that a correction of its answer is wrong. It becomes a request to whoever corrected it. Or it says
//! that it has looked at the correction, which changes nothing of the answer.

use super::{
    Desk, WorkflowError, WorkflowResult, must_be_liaison, must_be_version, response_subject,
    review_mail,
};
use crate::domain::account::Actor;
use crate::domain::mail::MailKind;
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::review_request::{Addressee, Asker, ReviewRequest, words_problems};
use crate::domain::revision::Revision;
use crate::domain::survey_edition::EditionKey;
use crate::domain::text::clean_text;
use crate::store::requests::NewRequest;
use crate::store::response_changes::StatusChange;

/// The corrections that stand on what the body sent last, oldest first, and that; `None` if the newest revision is
/// the body's.
pub fn standing_corrections(revisions: &[Revision]) -> Option<(&Revision, &[Revision])> {
    let sent = revisions
        .iter()
        .rposition(|revision| revision.correction.is_none())?;
    let corrections = &revisions[sent + 1..];
    (!corrections.is_empty()).then(|| (&revisions[sent], corrections))
}

/// The objection to a corrected revision, if there was one: a body objects once.
pub fn objection_to(requests: &[ReviewRequest], revision: i32) -> Option<&ReviewRequest> {
    requests
        .iter()
        .find(|request| request.asker == Asker::Body && request.revision == revision)
}

/// Objects to the newest correction of the actor's own answer, with words. The answer stays as it is until its
/// reviewer acts. The same page sent twice objects once.
pub async fn object(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    words: &str,
) -> WorkflowResult<()> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    must_be_liaison(actor)?;
    let now = desk.now();
    let words = read(words)?;
    let transaction = desk.store.begin().await?;
    let record = transaction
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let number = record.revision_number;
    let newest = transaction.revision(record.id, number).await?;
    let is_corrected = newest.is_some_and(|revision| revision.correction.is_some());
    if !is_corrected || !record.status.is_received() {
        return Err(WorkflowError::Stale);
    }
    let requests = transaction.requests(record.id).await?;
    if let Some(made) = objection_to(&requests, number) {
        return if made.words == words {
            Ok(())
        } else {
            Err(WorkflowError::Stale)
        };
    }
    if !record.is_decidable() {
        return Err(WorkflowError::Closed);
    }
    must_be_version(&record, version)?;
    transaction
        .set_status(&record, record.status, &StatusChange::Plain, now)
        .await?;
    let objection = NewRequest {
        asker: Asker::Body,
        addressee: Addressee::Reviewer,
        place: None,
        words: &words,
        due_on: None,
    };
    transaction
        .insert_requests(actor, &record, now, &[objection])
        .await?;
    let subject = response_subject(key, code);
    let detail = format!("revision {number}");
    transaction
        .audit(actor, now, "object", &subject, &detail)
        .await?;
    let to = review_mail::reviewer(&record);
    let facts = review_mail::facts(actor, &record, to);
    review_mail::tell(&transaction, now, MailKind::Objected, to, &record, facts).await?;
    Ok(transaction.commit().await?)
}

/// What the audit log calls it, for the body's own history.
pub const CONFIRMED: &str = "confirm_correction";

/// Keeps that the actor's body has looked at the correction that is its newest revision, `revision`. Said twice it is
/// kept once.
pub async fn confirm_correction(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    revision: i32,
) -> WorkflowResult<()> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    must_be_liaison(actor)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let record = transaction
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    if record.revision_number != revision || !record.status.is_received() {
        return Err(WorkflowError::Stale);
    }
    let newest = transaction.revision(record.id, revision).await?;
    if newest.is_none_or(|newest| newest.correction.is_none()) {
        return Err(WorkflowError::Stale);
    }
    let is_new = transaction.keep_correction_seen(record.id, revision);
    if is_new.await? {
        let subject = response_subject(key, code);
        let detail = format!("revision {revision}");
        transaction
            .audit(actor, now, CONFIRMED, &subject, &detail)
            .await?;
    }
    Ok(transaction.commit().await?)
}

/// The words, which must say something.
fn read(typed: &str) -> WorkflowResult<String> {
    let place = Place::Section(Section::Contact);
    let mut messages = words_problems(typed);
    let words = clean_text(typed);
    if words.is_empty() {
        messages.push("訂正のどこが違うかを入力してください。".to_owned());
    }
    if messages.is_empty() {
        return Ok(words);
    }
    let problems = messages
        .into_iter()
        .map(|message| Problem::new(place.clone(), message));
    Err(WorkflowError::Invalid(problems.collect()))
}
