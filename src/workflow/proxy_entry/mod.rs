//! 代理入力 on a page: whoever gathers an answer types what reached them by telephone, fax, paper or mail.
//!
//! ```text
//! begin (source, day, note) ─> entry of the office ─ save_section … ─ submit ─> revision 代理入力 ─ reply of the body
//! ```
//! The body's own draft is not touched before the submission, and is kept beside it then.

use super::editions::prefill;
use super::save_draft::SectionInput;
use super::{
    Conflict, Desk, WorkflowError, WorkflowResult, must_be_open, must_be_permitted, relation_to,
    response_subject,
};
use crate::domain::access::{Action, permits};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::proxy_entry::ProxyOrigin;
use crate::domain::response::{Draft, SectionSave};
use crate::domain::response_status::ResponseEvent;
use crate::domain::survey_edition::EditionKey;
use crate::store::Store;
use crate::store::proxy_entries::{EntryText, ProxyEntry};
use crate::store::responses::ResponseRecord;

mod reply;
mod submit;

pub use reply::reply;
pub use submit::{ProxySubmission, SubmitOutcome, standing_reason, submit_entry};

/// The answer that may be entered, and the entry the actor's office is typing for it.
pub struct Desktop {
    pub record: ResponseRecord,
    pub entry: Option<ProxyEntry>,
}

/// Reads the answer of a body whose answers this person may enter.
pub async fn open(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
) -> WorkflowResult<Desktop> {
    let record = permitted(&desk.store, actor, key, code).await?;
    let entry = desk.store.open_proxy_entry(record.id, actor).await?;
    Ok(Desktop { record, entry })
}

async fn permitted(
    store: &Store,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
) -> WorkflowResult<ResponseRecord> {
    let record = store.response(key, code).await?;
    let record = record.ok_or(WorkflowError::NotFound)?;
    must_be_permitted(
        actor,
        &record,
        Action::EnterByProxy,
        ResponseEvent::EnterByProxy,
    )?;
    Ok(record)
}

/// Begins an entry, or changes how the one that is being typed reached the office.
pub async fn begin(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    origin: &ProxyOrigin,
) -> WorkflowResult<()> {
    let now = desk.now();
    let record = permitted(&desk.store, actor, key, code).await?;
    must_be_open(&record, now)?;
    let start = first_text(desk, actor, &record).await?;
    let transaction = desk.store.begin().await?;
    let entry = transaction.open_proxy_entry(record.id, actor).await?;
    let text = |draft| EntryText {
        origin,
        draft,
        at: now,
    };
    match &entry {
        Some(entry) if entry.origin == *origin => return Ok(()),
        Some(entry) => {
            let text = text(&entry.draft);
            transaction.change_proxy_entry(entry, actor, text).await?;
        }
        None => {
            let text = text(&start);
            match transaction.insert_proxy_entry(record.id, actor, text).await {
                Err(error) if error.is_duplicate() => return Err(WorkflowError::Stale),
                other => other?,
            }
        }
    }
    let subject = response_subject(key, code);
    let detail = origin.source.as_str();
    transaction
        .audit(actor, now, "begin_proxy_entry", &subject, detail)
        .await?;
    Ok(transaction.commit().await?)
}

/// What an entry begins with: the newest answer, where whoever enters may read it, else the last edition's. What the
/// body typed and has not sent is its own.
async fn first_text(desk: &Desk, actor: &Actor, record: &ResponseRecord) -> WorkflowResult<Draft> {
    let may_read = permits(
        relation_to(actor, record),
        record.status,
        Action::ViewAnswer,
    );
    if record.revision_number > 0 && may_read {
        let newest = desk.store.revision(record.id, record.revision_number);
        if let Some(newest) = newest.await? {
            let sections = record.edition.definition.sections(&record.class);
            let (at, by) = (newest.submitted_at, &newest.submitted_by);
            return Ok(Draft::default().rewritten(newest.form.to_input(), sections, at, by));
        }
    }
    // What was counted in a survey of intents is no amount: the form begins as the body's own does.
    if record.edition.is_follow_up() {
        return Ok(record.prefill.clone().unwrap_or_default());
    }
    let earlier = desk.store.earlier_answer(&record.edition, record.code());
    Ok(match earlier.await? {
        Some((old, form)) => prefill(&old, &record.edition, form.to_input()),
        None => Draft::default(),
    })
}

/// Saves a section of the office's entry. `base_version` is the section's version that the page was made from.
pub async fn save_section(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    base_version: u32,
    input: SectionInput,
) -> WorkflowResult<Draft> {
    let now = desk.now();
    let record = permitted(&desk.store, actor, key, code).await?;
    must_be_open(&record, now)?;
    let section = input.section();
    let asked = record.edition.definition.sections(&record.class);
    if !asked.contains(&section) {
        return Err(WorkflowError::NotFound);
    }
    let transaction = desk.store.begin().await?;
    let entry = transaction.open_proxy_entry(record.id, actor).await?;
    let entry = entry.ok_or(WorkflowError::Stale)?;
    let mut draft = entry.draft.clone();
    let stored = SectionInput::of(&draft.input, section);
    if draft.version(section) != base_version && stored != input {
        return Err(WorkflowError::Conflict(Box::new(Conflict {
            stored: draft,
            section,
        })));
    }
    input.put_into(&mut draft.input);
    let save = SectionSave {
        version: draft.version(section) + 1,
        at: now,
        by: actor.display_name.clone(),
    };
    draft.saves.insert(section, save);
    let text = EntryText {
        origin: &entry.origin,
        draft: &draft,
        at: now,
    };
    transaction.change_proxy_entry(&entry, actor, text).await?;
    let subject = response_subject(key, code);
    transaction
        .audit(actor, now, "save_proxy_entry", &subject, section.key())
        .await?;
    transaction.commit().await?;
    Ok(draft)
}

/// Gives up an entry that is being typed. The body's answer stays as it is.
pub async fn give_up(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
) -> WorkflowResult<()> {
    let record = permitted(&desk.store, actor, key, code).await?;
    let transaction = desk.store.begin().await?;
    if let Some(entry) = transaction.open_proxy_entry(record.id, actor).await? {
        transaction.drop_proxy_entry(&entry).await?;
        let subject = response_subject(key, code);
        transaction
            .audit(actor, desk.now(), "give_up_proxy_entry", &subject, "")
            .await?;
    }
    Ok(transaction.commit().await?)
}
