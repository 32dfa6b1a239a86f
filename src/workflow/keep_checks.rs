//! 確認票: keeps what a reviewer looked at, with what the machine checked in that moment.

use super::{Desk, WorkflowError, WorkflowResult, relation_to, response_subject};
use crate::domain::access::{Action, permits};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Form1, Problem};
use crate::domain::review_checklist::{CheckList, MachineCheck, items, machine_checks};
use crate::domain::review_request::words_problems;
use crate::domain::revision::Revision;
use crate::domain::survey_edition::EditionKey;
use crate::domain::text::clean_text;
use crate::store::responses::ResponseRecord;

/// A check list as it comes from its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChecksInput {
    /// The revision on the page.
    pub revision: i32,
    /// Number of the newest check list on the page; 0 = there was none.
    pub last: i32,
    /// Keys of what was looked at.
    pub looked_at: Vec<String>,
    pub note: String,
}

/// What the machine says about a revision now.
pub async fn check_by_machine(
    desk: &Desk,
    record: &ResponseRecord,
    revision: &Revision,
) -> WorkflowResult<Vec<MachineCheck>> {
    let earlier = desk.store.earlier_answer(&record.edition, record.code());
    let earlier: Option<Form1> = earlier.await?.map(|(_, form)| form);
    Ok(machine_checks(
        &record.edition.definition,
        &record.class,
        &revision.form,
        &revision.confirmed_warnings,
        earlier.as_ref(),
    ))
}

/// Keeps a check list of the revision on the page; earlier ones stay. The same page sent twice keeps one.
pub async fn keep_checks(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    input: &ChecksInput,
) -> WorkflowResult<()> {
    let now = desk.now();
    let note = clean_text(&input.note);
    let problems: Vec<_> = words_problems(&note)
        .into_iter()
        .map(|message| Problem::new(Place::Section(Section::Contact), message))
        .collect();
    if !problems.is_empty() {
        return Err(WorkflowError::Invalid(problems));
    }
    let transaction = desk.store.begin().await?;
    let record = transaction
        .response(key, code)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let relation = relation_to(actor, &record);
    if !permits(relation, record.status, Action::ViewState) {
        return Err(WorkflowError::NotFound);
    }
    if !permits(relation, record.status, Action::KeepChecks) {
        return Err(WorkflowError::Forbidden);
    }
    if !record.is_decidable() {
        return Err(WorkflowError::Closed);
    }
    let known = items(&record.edition.definition, &record.class);
    let looked_at: Vec<_> = known
        .iter()
        .filter(|item| input.looked_at.iter().any(|key| key == item.key))
        .map(|item| item.key.to_owned())
        .collect();
    if record.revision_number != input.revision {
        return Err(WorkflowError::Stale);
    }
    let last = transaction.newest_checks(record.id).await?;
    if last.as_ref().map_or(0, |last| last.number) != input.last {
        let is_same = last.is_some_and(|last| {
            last.number == input.last + 1
                && last.account_id == actor.account_id
                && (last.looked_at, last.note) == (looked_at, note)
        });
        return if is_same {
            Ok(())
        } else {
            Err(WorkflowError::Stale)
        };
    }
    let revision = transaction
        .revision(record.id, input.revision)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let checks = CheckList {
        number: input.last + 1,
        revision: input.revision,
        at: now,
        by: actor.display_name.clone(),
        body: actor.body_name().to_owned(),
        account_id: actor.account_id,
        looked_at,
        machine: check_by_machine(desk, &record, &revision).await?,
        note,
    };
    transaction.insert_checks(&record, &checks).await?;
    let subject = response_subject(key, code);
    let detail = format!("revision {} check list {}", checks.revision, checks.number);
    transaction
        .audit(actor, now, "keep_checks", &subject, &detail)
        .await?;
    Ok(transaction.commit().await?)
}
