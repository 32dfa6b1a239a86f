//! 決裁 inside a body: asking for it, taking the request back, giving the draft back. Submitting is
//! [`super::submit_response`].

use super::mail::{Announcement, by};
use super::{
    Desk, WorkflowError, WorkflowResult, load_for, must_be_liaison, must_be_open, must_be_version,
    response_subject,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::coordination_contact::check_text;
use crate::domain::japan_time::{self, UnixMillis};
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Draft, Problem};
use crate::domain::response_status::ResponseEvent;
use crate::domain::sign_off::{
    GivenBack, SignOff, SignOffEvent, SignOffState, WORDS_MAX, may_sign, state_of,
};
use crate::domain::survey_edition::EditionKey;
use crate::domain::text;
use crate::store::Transaction;
use crate::store::responses::ResponseRecord;

/// What the audit log calls the steps, for the body's own history.
pub const ASKED: &str = "sign_off_asked";
pub const TAKEN_BACK: &str = "sign_off_taken_back";
pub const GIVEN_BACK: &str = "sign_off_given_back";
pub const VOID: &str = "sign_off_void";
pub const SIGNED: &str = "sign_off";

/// 決裁に回す: asks a colleague to look at the draft and to submit it. It must be ready to be submitted; warnings must
/// have been confirmed.
pub async fn ask(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    warnings_confirmed: bool,
) -> WorkflowResult<()> {
    must_be_liaison(actor)?;
    let now = desk.now();
    let (transaction, record) = opened(desk, actor, key, version, now).await?;
    let mut draft = record.draft_or_prefill();
    let definition = &record.edition.definition;
    let unfinished: Vec<_> = definition
        .sections(&record.class)
        .iter()
        .copied()
        .filter(|section| draft.version(*section) == 0)
        .collect();
    if !unfinished.is_empty() {
        return Err(WorkflowError::Unfinished(unfinished));
    }
    let reading = response::read(definition, &record.class, &draft.input);
    if reading.form.is_none() {
        return Err(WorkflowError::Invalid(reading.problems));
    }
    if !reading.warnings.is_empty() && !warnings_confirmed {
        return Err(WorkflowError::Unconfirmed(reading.warnings));
    }
    must_follow(&draft, &record, SignOffEvent::Ask)?;
    let account = actor.account_id;
    let by_name = &actor.display_name;
    let asked = SignOff::ask(&draft, record.revision_number, account, by_name, now);
    draft.sign_off = Some(asked);
    let day = japan_time::deadline_label(record.deadline_on);
    let facts = sign_off_facts(actor, "決裁待ち")
        .with(Placeholder::Deadline, day)
        .with(Placeholder::Link, format!("/editions/{key}/form1/check"));
    let told = (MailKind::SignOffAsked, facts);
    keep(&transaction, actor, &record, (&draft, ASKED), told, now).await?;
    Ok(transaction.commit().await?)
}

/// Takes the request back, so that the draft can be written on without making it void first.
pub async fn take_back(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
) -> WorkflowResult<()> {
    must_be_liaison(actor)?;
    let now = desk.now();
    let (transaction, record) = opened(desk, actor, key, version, now).await?;
    let mut draft = record.draft_or_prefill();
    must_follow(&draft, &record, SignOffEvent::TakeBack)?;
    draft.sign_off = None;
    let link = format!("/editions/{key}/form1");
    let facts = sign_off_facts(actor, "決裁の依頼が取り消されました").with(Placeholder::Link, link);
    let told = (MailKind::SignOffDone, facts);
    keep(
        &transaction,
        actor,
        &record,
        (&draft, TAKEN_BACK),
        told,
        now,
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// Gives the draft back to whoever wrote it, with words. Whoever asked cannot.
pub async fn give_back(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    words: &str,
) -> WorkflowResult<()> {
    must_be_liaison(actor)?;
    let words = text::clean_text(words);
    let place = Place::Section(Section::Contact);
    let mut problems = Vec::new();
    if words.is_empty() {
        let message = "戻す理由を入力してください。";
        problems.push(Problem::new(place.clone(), message));
    }
    check_text(&words, WORDS_MAX, place, &mut problems);
    if !problems.is_empty() {
        return Err(WorkflowError::Invalid(problems));
    }
    let now = desk.now();
    let (transaction, record) = opened(desk, actor, key, version, now).await?;
    let mut draft = record.draft_or_prefill();
    must_follow(&draft, &record, SignOffEvent::GiveBack)?;
    if !may_sign(&draft, actor.account_id) {
        return Err(WorkflowError::NeedsSignOff(SignOffState::Asked));
    }
    if let Some(asked) = &mut draft.sign_off {
        asked.given_back = Some(GivenBack {
            at: now,
            by: actor.display_name.clone(),
            words,
        });
    }
    let link = format!("/editions/{key}/form1");
    let facts = sign_off_facts(actor, "戻されました。理由は次のページで見られます")
        .with(Placeholder::Link, link);
    let told = (MailKind::SignOffDone, facts);
    keep(
        &transaction,
        actor,
        &record,
        (&draft, GIVEN_BACK),
        told,
        now,
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// What a save has made of a request that waited: whoever asked and whoever was to sign are told.
pub(super) async fn tell_void(
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    now: UnixMillis,
) -> WorkflowResult<()> {
    let (key, code) = (&record.edition.key, record.code());
    let subject = response_subject(key, code);
    transaction.audit(actor, now, VOID, &subject, "").await?;
    let state = "決裁に回したあとに内容が保存されたため、決裁の依頼は無効になりました。内容を確かめて、もう一度決裁に回してください";
    let link = format!("/editions/{key}/form1/check");
    let facts = sign_off_facts(actor, state).with(Placeholder::Link, link);
    let kind = MailKind::SignOffDone;
    let event = format!("{}/{}/void", record.id, record.version);
    let told = Announcement::of_answer(kind, Party::Body(code), record, event, facts);
    super::mail::announce_within(transaction, now, &told).await
}

/// Who did it and what came of it.
pub(super) fn sign_off_facts(actor: &Actor, state: &str) -> MailFacts {
    MailFacts::default()
        .with(Placeholder::By, by(actor))
        .with(Placeholder::State, state)
}

/// The actor's own answer as the page showed it, while it may be written and where its body signs off.
async fn opened(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    version: i32,
    now: UnixMillis,
) -> WorkflowResult<(Transaction, ResponseRecord)> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    let (action, event) = (Action::EditDraft, ResponseEvent::SaveDraft);
    let record = load_for(&transaction, actor, key, code, action, event).await?;
    must_be_open(&record, now)?;
    must_be_version(&record, version)?;
    if !record.duties.sign_off {
        return Err(WorkflowError::Stale);
    }
    Ok((transaction, record))
}

fn must_follow(draft: &Draft, record: &ResponseRecord, event: SignOffEvent) -> WorkflowResult<()> {
    let stands = state_of(draft, record.revision_number);
    match stands.after(event) {
        Some(_) => Ok(()),
        None => Err(WorkflowError::NeedsSignOff(stands)),
    }
}

/// Keeps the draft with its request and tells the body.
async fn keep(
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    (draft, action): (&Draft, &str),
    (kind, facts): (MailKind, MailFacts),
    now: UnixMillis,
) -> WorkflowResult<()> {
    transaction
        .save_draft(record, draft, record.status, now)
        .await?;
    let (key, code) = (&record.edition.key, record.code());
    let subject = response_subject(key, code);
    transaction.audit(actor, now, action, &subject, "").await?;
    let event = format!("{}/{}", record.id, record.version);
    let told = Announcement::of_answer(kind, Party::Body(code), record, event, facts);
    super::mail::announce_within(transaction, now, &told).await
}
