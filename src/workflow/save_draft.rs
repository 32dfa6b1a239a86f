//! 一時保存: keeps one section of a draft as it was typed, valid or not.

use super::sign_off::tell_void;
use super::{
    Conflict, Desk, WorkflowError, WorkflowResult, load_for, must_be_liaison, must_be_open,
    next_status,
};
use crate::domain::access::Action;
use crate::domain::account::Actor;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::coordination_contact::ContactInput;
use crate::domain::extra_answer::ExtraInput;
use crate::domain::place::Section;
use crate::domain::response::{Draft, Form1Input, IntentInput, SchemesInput, SectionSave};
use crate::domain::response_status::ResponseEvent;
use crate::domain::sign_off::{SignOffState, state_of};
use crate::domain::survey_edition::EditionKey;
use crate::store::responses::ResponseRecord;

/// One section as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectionInput {
    Contact(ContactInput),
    Intent(IntentInput),
    Schemes(SchemesInput),
    Questions(ExtraInput),
}

impl SectionInput {
    /// Which section it is.
    pub fn section(&self) -> Section {
        match self {
            Self::Contact(_) => Section::Contact,
            Self::Intent(_) => Section::Intent,
            Self::Schemes(_) => Section::Schemes,
            Self::Questions(_) => Section::Questions,
        }
    }

    /// The section of a whole form.
    pub fn of(form: &Form1Input, section: Section) -> Self {
        match section {
            Section::Contact => Self::Contact(form.contact.clone()),
            Section::Intent => Self::Intent(form.intent.clone()),
            Section::Schemes => Self::Schemes(form.schemes.clone()),
            Section::Questions => Self::Questions(form.extra.clone()),
        }
    }

    /// Puts the section into a form.
    pub fn put_into(self, form: &mut Form1Input) {
        match self {
            Self::Contact(input) => form.contact = input,
            Self::Intent(input) => form.intent = input,
            Self::Schemes(input) => form.schemes = input,
            Self::Questions(input) => form.extra = input,
        }
    }
}

/// Saves a section of the actor's own draft. `base_version` is the section's version that the page
/// was made from (0 = never saved); if somebody saved it since, [`WorkflowError::Conflict`] brings
/// the stored draft and nothing is changed.
pub async fn save_draft(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    base_version: u32,
    input: SectionInput,
) -> WorkflowResult<Draft> {
    // Departments save their rows: see `save_rows`.
    must_be_liaison(actor)?;
    let section = input.section();
    change_draft(desk, actor, key, "save_draft", |_, draft| {
        let stored = SectionInput::of(&draft.input, section);
        if draft.version(section) != base_version && stored != input {
            return Err(WorkflowError::Conflict(Box::new(Conflict {
                stored: draft.clone(),
                section,
            })));
        }
        input.clone().put_into(&mut draft.input);
        Ok(vec![section])
    })
    .await
}

/// 予定なし for the whole form: ③, and no scheme marked. The contact stays as it is; if it came
/// from the last edition and is complete, the body still looks at it before submitting.
pub async fn declare_no_plan(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
) -> WorkflowResult<Draft> {
    must_be_liaison(actor)?;
    change_draft(desk, actor, key, "declare_no_plan", |_, draft| {
        draft.input.intent = IntentInput {
            intents: [ApplicationIntent::NoPlan].into(),
            text: String::new(),
        };
        draft.input.schemes = SchemesInput::default();
        Ok(vec![Section::Intent, Section::Schemes])
    })
    .await
}

/// Changes the actor's own draft: `change` says which parts it saved.
pub(super) async fn change_draft(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    action: &str,
    change: impl Fn(&ResponseRecord, &mut Draft) -> WorkflowResult<Vec<Section>>,
) -> WorkflowResult<Draft> {
    let code = actor.code().ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let event = ResponseEvent::SaveDraft;
    let record = load_for(&transaction, actor, key, code, Action::EditDraft, event).await?;
    must_be_open(&record, now)?;
    let status = next_status(&record, event)?;
    let mut draft = record.draft_or_prefill();
    let before = draft.input.clone();
    let stood = state_of(&draft, record.revision_number);
    let sections = change(&record, &mut draft)?;
    // The fourth part is nobody's who is asked nothing.
    let own = record.edition.definition.sections(&record.class);
    if sections.iter().any(|section| !own.contains(section)) {
        return Err(WorkflowError::NotFound);
    }
    if draft.input != before {
        draft.from_file = None;
    }
    for section in sections {
        let version = draft.version(section) + 1;
        let save = SectionSave {
            version,
            at: now,
            by: actor.display_name.clone(),
        };
        draft.saves.insert(section, save);
    }
    draft.last_writer = Some(actor.account_id);
    transaction.save_draft(&record, &draft, status, now).await?;
    let subject = super::response_subject(key, code);
    transaction.audit(actor, now, action, &subject, "").await?;
    if stood == SignOffState::Asked {
        tell_void(&transaction, actor, &record, now).await?;
    }
    transaction.commit().await?;
    Ok(draft)
}
