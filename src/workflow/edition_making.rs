//! Making an edition from an earlier one, and changing it part by part while it is in preparation.
//!
//! Whatever is answered is frozen: once an edition is open, or has taken bodies in, only help may change. What its
//! plans are reckoned with nobody answered: it may change at any time, and what it was before is kept.

use jiff::civil::Date;

use super::editions::check_dates;
use super::{Desk, WorkflowError, WorkflowResult, locked_edition};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::edition_change::{Change, mark};
use crate::domain::edition_input::{BasisForm, FieldProblem};
use crate::domain::edition_making::{a_year_later, carry_forward};
use crate::domain::survey_edition::{EditionDates, EditionKey, EditionState, SurveyEdition};
use crate::store::Transaction;

/// Why an edition was not changed. What is stored is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MakingError {
    /// Something at a field of the page.
    #[error("the change has problems")]
    Problem(FieldProblem),
    /// [`WorkflowError::Stale`]: somebody else changed the part since the page was made.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<crate::store::StoreError> for MakingError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// The subject of audit rows about an edition.
pub fn edition_subject(key: &EditionKey) -> String {
    format!("edition/{key}")
}

/// Makes an edition in preparation from an earlier one, a year on.
pub async fn make_edition(
    desk: &Desk,
    actor: &Actor,
    from: &EditionKey,
    key: &EditionKey,
) -> Result<(), MakingError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let old = transaction
        .edition(from)
        .await?
        .filter(SurveyEdition::is_intent_survey);
    let old = old.ok_or(WorkflowError::NotFound)?;
    let taken = || {
        let message = "この記号の調査回は、すでにあります。別の記号を入力してください。";
        MakingError::Problem(FieldProblem::new("key", message))
    };
    if transaction.edition(key).await?.is_some() {
        return Err(taken());
    }
    let definition = carry_forward(&old.definition);
    let inserted = transaction
        .insert_edition(key, a_year_later(old.dates), &definition)
        .await;
    match inserted {
        // Two who make the same one at the same moment.
        Err(error) if error.is_duplicate() => return Err(taken()),
        other => other?,
    };
    let subject = edition_subject(key);
    transaction
        .audit(
            actor,
            now,
            "make_edition",
            &subject,
            &format!("from {from}"),
        )
        .await?;
    Ok(transaction.commit().await?)
}

/// Changes one part. `base` is the mark of the part the page was made from; if the part reads otherwise by
/// now, [`WorkflowError::Stale`] and nothing is changed.
pub async fn change_edition(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    base: &str,
    change: Change,
) -> Result<(), MakingError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, key).await?;
    if !may_change(&transaction, &edition, &change).await? {
        return Err(WorkflowError::Closed.into());
    }
    let is_current = edition.definition.mark_of(&change.part()) == base;
    let what = change.describe();
    let new = change.apply(&edition.definition);
    // The same page sent twice: the first did it.
    if !is_current && new.as_ref().is_ok_and(|new| *new == *edition.definition) {
        return Ok(());
    }
    if !is_current {
        return Err(WorkflowError::Stale.into());
    }
    let new = new.map_err(MakingError::Problem)?;
    if new == *edition.definition {
        return Ok(());
    }
    transaction.set_definition(&edition, &new).await?;
    let version = edition.definition_version + 1;
    let mut detail = format!("{what}, version {version}");
    let (old_plan, new_plan) = (&edition.definition.plan, &new.plan);
    if new_plan != old_plan {
        transaction
            .insert_plan_change(edition.id, actor, now, old_plan, new_plan)
            .await?;
        for line in BasisForm::of(old_plan).differences(&BasisForm::of(new_plan)) {
            detail.push('\n');
            detail.push_str(&line);
        }
    }
    transaction
        .audit(actor, now, "change_edition", &edition_subject(key), &detail)
        .await?;
    Ok(transaction.commit().await?)
}

/// What an edition asks may change until it has taken bodies in; its help until it is closed; what plans are reckoned
/// with always.
async fn may_change(
    transaction: &Transaction,
    edition: &SurveyEdition,
    change: &Change,
) -> WorkflowResult<bool> {
    Ok(match edition.state {
        _ if change.is_plan() => true,
        EditionState::Closed => false,
        _ if change.is_help() => true,
        EditionState::Open => false,
        EditionState::Preparing => !transaction.has_answers(edition.id).await?,
    })
}

/// The mark of an edition's dates.
pub fn mark_of_dates(dates: &EditionDates, as_of: Option<Date>) -> String {
    let days = [
        dates.deadline_on,
        dates.last_new_answer_on,
        dates.last_change_on,
    ];
    mark(&(days, as_of))
}

/// Sets the dates of an edition in preparation, and the day whose classes and routes it takes.
pub async fn plan_dates(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    base: &str,
    dates: EditionDates,
    as_of: Option<Date>,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    check_dates(&dates)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, key).await?;
    if edition.state != EditionState::Preparing {
        return Err(WorkflowError::Closed);
    }
    let plan = transaction.edition_plan(edition.id).await?;
    let stored = mark_of_dates(&edition.dates, plan.respondents_as_of);
    if stored == mark_of_dates(&dates, as_of) {
        return Ok(());
    }
    if stored != base {
        return Err(WorkflowError::Stale);
    }
    transaction.set_edition_dates(edition.id, dates).await?;
    transaction.set_respondents_as_of(edition.id, as_of).await?;
    let as_of = as_of.map_or("opening".to_owned(), |day| day.to_string());
    let detail = format!(
        "{} {} {}, bodies as of {as_of}",
        dates.deadline_on, dates.last_new_answer_on, dates.last_change_on
    );
    transaction
        .audit(actor, now, "plan_dates", &edition_subject(key), &detail)
        .await?;
    Ok(transaction.commit().await?)
}
