//! The catalogue of schemes as the ministry edits it. An id never changes and no scheme is ever removed: the
//! ledger and the forms refer to it. What it was stays: each change adds a version of every scheme it touches.

use jiff::civil::Date;

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::edition_input::FieldProblem;
use crate::domain::scheme::{Scheme, SchemeId};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::scheme_input::SchemeForm;
use crate::store::Transaction;
use crate::store::schemes::Recording;

/// Why a scheme was not changed. What is stored is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SchemeError {
    #[error("the scheme has problems")]
    Problems(Vec<FieldProblem>),
    /// [`WorkflowError::Stale`]: somebody else changed it since the page was made.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<crate::store::StoreError> for SchemeError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Changes a scheme; `version` is the one the page was made from.
pub async fn change_scheme(
    desk: &Desk,
    actor: &Actor,
    id: &SchemeId,
    version: i32,
    form: &SchemeForm,
) -> Result<(), SchemeError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    let catalogue = transaction.hold_catalogue().await?;
    let at = catalogue
        .position(id.as_str())
        .ok_or(WorkflowError::NotFound)?;
    let old = &catalogue.schemes()[at];
    let form = SchemeForm {
        id: id.to_string(),
        ..form.clone()
    };
    let (new, position) = form
        .read(old.version, catalogue.schemes().len())
        .map_err(SchemeError::Problems)?;
    let effective_on = form
        .effective_on(desk.now().japan_date())
        .map_err(|problem| SchemeError::Problems(vec![problem]))?;
    let stored = SchemeForm::of(old, at + 1);
    if new == *old && position == at {
        // Nothing to change, or the same page sent twice; unless it holds from an earlier day than was said.
        let known = transaction.scheme_effective_on(id).await?;
        if form.effective_on.trim().is_empty() || known.is_none_or(|known| known <= effective_on) {
            return Ok(());
        }
    }
    if old.version != version {
        return Err(WorkflowError::Stale.into());
    }
    transaction.update_scheme(&new).await?;
    place(&transaction, &catalogue, id, position).await?;
    let mut changes = stored.differences(&SchemeForm::of(&new, position + 1));
    changes.push(format!("状況表で使い始める日：{effective_on}"));
    record(desk, &transaction, actor, &catalogue, effective_on).await?;
    let changes = changes.join("\n");
    write_down(desk, &transaction, actor, "change_scheme", id, &changes).await?;
    Ok(transaction.commit().await?)
}

/// Adds a scheme at its place in the catalogue.
pub async fn add_scheme(
    desk: &Desk,
    actor: &Actor,
    form: &SchemeForm,
) -> Result<SchemeId, SchemeError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    let catalogue = transaction.hold_catalogue().await?;
    let (new, position) = form
        .read(1, catalogue.schemes().len() + 1)
        .map_err(SchemeError::Problems)?;
    let taken = || {
        let message = "この記号の制度は、すでにあります。別の記号を入力してください。";
        SchemeError::Problems(vec![FieldProblem::new("id", message)])
    };
    if catalogue.position(new.id.as_str()).is_some() {
        return Err(taken());
    }
    match transaction.insert_scheme(&new).await {
        Err(error) if error.is_duplicate() => return Err(taken()),
        other => other?,
    }
    place(&transaction, &catalogue, &new.id, position).await?;
    let today = desk.now().japan_date();
    record(desk, &transaction, actor, &catalogue, today).await?;
    let changes = SchemeForm::default().differences(&SchemeForm::of(&new, position + 1));
    let changes = changes.join("\n");
    write_down(desk, &transaction, actor, "add_scheme", &new.id, &changes).await?;
    transaction.commit().await?;
    Ok(new.id)
}

/// Puts a scheme at a position and numbers the others around it.
async fn place(
    transaction: &Transaction,
    catalogue: &Catalogue,
    id: &SchemeId,
    position: usize,
) -> WorkflowResult<()> {
    let others = catalogue.schemes().iter().map(|scheme| &scheme.id);
    let mut order: Vec<SchemeId> = others.filter(|other| *other != id).cloned().collect();
    order.insert(position.min(order.len()), id.clone());
    Ok(transaction.order_schemes(&order).await?)
}

/// Adds a version of each scheme that is another than it was in `old`, or stands elsewhere. What was only moved says
/// nothing of days before today.
async fn record(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    old: &Catalogue,
    effective_on: Date,
) -> WorkflowResult<()> {
    let new = transaction.catalogue().await?;
    let before = |scheme: &Scheme| {
        let at = old.position(scheme.id.as_str())?;
        Some((at, old.get(at)?))
    };
    let (mut changed, mut moved) = (Vec::new(), Vec::new());
    for (at, (position, scheme)) in (1..).zip(new.schemes()).enumerate() {
        match before(scheme) {
            Some((was_at, was)) if was == scheme => {
                if was_at != at {
                    moved.push((position, scheme));
                }
            }
            _ => changed.push((position, scheme)),
        }
    }
    let now = desk.now();
    for (schemes, effective_on) in [(changed, effective_on), (moved, now.japan_date())] {
        let recording = Recording {
            effective_on,
            recorded_at: now,
            actor: Some(actor),
        };
        transaction.record_schemes(schemes, recording).await?;
    }
    Ok(())
}

async fn write_down(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    action: &str,
    id: &SchemeId,
    changes: &str,
) -> WorkflowResult<()> {
    let subject = format!("scheme/{id}");
    Ok(transaction
        .audit(actor, desk.now(), action, &subject, changes)
        .await?)
}
