//! The catalogue of schemes as the ministry edits it. An id never changes and no scheme is ever removed: the
//! ledger and the forms refer to it. What it was stays: each change adds a version of every scheme it touches.

use jiff::civil::Date;

use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::edition_input::FieldProblem;
use crate::domain::scheme::{Scheme, SchemeId};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::scheme_correction::{Correction, Later};
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
    let names = desk.store.body_names().await?;
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
    let problem = |field: &str, message: String| {
        SchemeError::Problems(vec![FieldProblem::new(field, message)])
    };
    let today = desk.now().japan_date();
    let from = form
        .effective_on(today)
        .map_err(|problem| SchemeError::Problems(vec![problem]))?;
    let is_dated = !form.effective_on.trim().is_empty();
    let history = transaction.versions_of_scheme(id).await?;
    let is_moved = position != at;
    let correction = if new != *old || (is_dated && !is_moved) {
        Correction::of(&history, old, &new, from)
    } else {
        None
    };
    if is_moved && is_dated && from < today && new == *old {
        return Err(problem(
            "effective_on",
            "順番は、きょうからの状況表に使います。順番だけを変えるときは、日付を空欄にしてください。"
                .to_owned(),
        ));
    }
    let later = Later::from_id(&form.later);
    let asked = correction.as_ref().map_or_else(Vec::new, Correction::later);
    let statements = match (&correction, later) {
        (Some(_), None) if !asked.is_empty() => {
            let asked = asked.concat();
            let message = format!("{asked}その日からあとをどうするか、選んでください。");
            return Err(problem("later", message));
        }
        (Some(correction), later) => correction.statements(later.unwrap_or(Later::Replace)),
        (None, _) => Vec::new(),
    };
    if statements.is_empty() && !is_moved {
        // Nothing to change, or the same page sent twice.
        return Ok(());
    }
    if old.version != version {
        return Err(WorkflowError::Stale.into());
    }
    // One that only moved says nothing, and keeps its number.
    if let Some((now, _)) = statements.last() {
        transaction.update_scheme(now).await?;
    }
    place(&transaction, &catalogue, id, position).await?;
    record(desk, &transaction, actor, &catalogue, id, &statements).await?;
    let stored = SchemeForm::of(old, at + 1);
    let mut changes = stored.differences(&SchemeForm::of(&new, position + 1), &names);
    changes.push(format!("状況表で使い始める日：{from}"));
    if let Some(later) = later.filter(|_| !asked.is_empty()) {
        changes.push(format!("{}{}", asked.concat(), later.label()));
    }
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
    let names = desk.store.body_names().await?;
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
    let said = [(new.clone(), desk.now().japan_date())];
    record(desk, &transaction, actor, &catalogue, &new.id, &said).await?;
    let form = SchemeForm::of(&new, position + 1);
    let changes = SchemeForm::default().differences(&form, &names);
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

/// Adds the versions of the scheme, each from its day, and one of each other scheme that stands elsewhere than in
/// `old`. What was only moved says nothing of days before today.
async fn record(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    old: &Catalogue,
    id: &SchemeId,
    statements: &[(Scheme, Date)],
) -> WorkflowResult<()> {
    let new = transaction.catalogue().await?;
    let now = desk.now();
    let recording = |effective_on| Recording {
        effective_on,
        recorded_at: now,
        actor: Some(actor),
    };
    let mut moved = Vec::new();
    for (at, (position, scheme)) in (1..).zip(new.schemes()).enumerate() {
        let was_at = old.position(scheme.id.as_str());
        if scheme.id != *id || statements.is_empty() {
            if was_at != Some(at) {
                moved.push((position, scheme));
            }
            continue;
        }
        for (said, effective_on) in statements {
            let said = Scheme {
                version: scheme.version,
                ..said.clone()
            };
            let said = [(position, &said)];
            transaction
                .record_schemes(said, recording(*effective_on))
                .await?;
        }
    }
    let today = recording(now.japan_date());
    Ok(transaction.record_schemes(moved, today).await?)
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
