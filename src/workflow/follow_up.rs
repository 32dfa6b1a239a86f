//! 所要額調査をつくる: the follow-up of a survey of intents, made and made anew while it is in preparation.
//!
//! ```text
//! source (open or closed) ─ make_follow_up ─> <key>-amounts in preparation ─ check list, dates, opening as any edition
//! opening ─ first_drafts ─> bodies whose received answer has ①, with their ○
//! ```

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::edition_making::{MakingError, edition_subject};
use super::editions::origin;
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::{CountryScope, ReadScope};
use crate::domain::account::Actor;
use crate::domain::body_history::BodyHistory;
use crate::domain::edition_change::mark;
use crate::domain::edition_input::FieldProblem;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Organization;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::required_amounts::making::{
    first_dates, first_draft, follow_up_key, follow_up_of, is_asked,
};
use crate::domain::response::{Draft, Form1, Form1Input};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::store::Transaction;
use crate::store::responses::ResponseRecord;

/// What a follow-up is asked to be.
#[derive(Clone, Debug)]
pub struct FollowUpWish {
    pub rule: RequiredAmounts,
    /// Wording and rows are taken from the source once more; else only the settings change.
    pub anew: bool,
}

/// The follow-up of an edition, if it was made.
pub async fn follow_up_of_edition(
    desk: &Desk,
    source: &EditionKey,
) -> WorkflowResult<Option<SurveyEdition>> {
    let Some(key) = follow_up_key(source) else {
        return Ok(None);
    };
    let found = desk.store.edition(&key).await?;
    Ok(found.filter(SurveyEdition::is_follow_up))
}

/// The mark of what the page was made from; empty while there is no follow-up.
pub fn mark_of(follow_up: Option<&SurveyEdition>) -> String {
    follow_up.map_or_else(String::new, |edition| mark(&*edition.definition))
}

/// Makes the follow-up of a survey of intents that was opened, or changes the one in preparation. `base` is the
/// [`mark_of`] the page was made from; [`WorkflowError::Stale`] if somebody else changed it since. The same page
/// sent twice changes nothing twice. Gives its key.
pub async fn make_follow_up(
    desk: &Desk,
    actor: &Actor,
    source: &EditionKey,
    base: &str,
    wish: FollowUpWish,
) -> Result<EditionKey, MakingError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let old = transaction.edition(source).await?;
    let old = old
        .filter(|old| old.is_intent_survey() && old.state != EditionState::Preparing)
        .ok_or(WorkflowError::NotFound)?;
    let key = follow_up_key(source).ok_or_else(|| {
        let message = "もとの調査回の記号が長すぎるため、所要額調査の記号を作れません。";
        MakingError::Problem(FieldProblem::new("", message))
    })?;
    let fresh = follow_up_of(&old.definition, wish.rule.clone());
    let Some(existing) = transaction.lock_edition(&key).await? else {
        let dates = first_dates(now.japan_date());
        let inserted = transaction.insert_edition(&key, dates, &fresh).await;
        match inserted {
            // Two who make the same one at the same moment: the second sees the first's.
            Err(error) if error.is_duplicate() => return Err(WorkflowError::Stale.into()),
            other => other?,
        };
        let detail = format!("of {source}");
        transaction
            .audit(
                actor,
                now,
                "make_follow_up",
                &edition_subject(&key),
                &detail,
            )
            .await?;
        transaction.commit().await?;
        return Ok(key);
    };
    let is_in_preparation = existing.is_follow_up()
        && existing.state == EditionState::Preparing
        && !transaction.has_answers(existing.id).await?;
    if !is_in_preparation {
        return Err(WorkflowError::Closed.into());
    }
    let new = if wish.anew {
        fresh
    } else {
        let mut new = (*existing.definition).clone();
        new.required_amounts = Some(wish.rule);
        new
    };
    if new == *existing.definition {
        return Ok(key);
    }
    if mark_of(Some(&existing)) != base {
        return Err(WorkflowError::Stale.into());
    }
    transaction.set_definition(&existing, &new).await?;
    let what = if wish.anew { "made anew" } else { "settings" };
    let detail = format!("{what}, version {}", existing.definition_version + 1);
    transaction
        .audit(
            actor,
            now,
            "change_follow_up",
            &edition_subject(&key),
            &detail,
        )
        .await?;
    transaction.commit().await?;
    Ok(key)
}

/// Where the bodies that are asked begin; nothing if the source is gone.
pub(super) async fn first_drafts(
    transaction: &Transaction,
    edition: &SurveyEdition,
    rule: &RequiredAmounts,
) -> WorkflowResult<HashMap<LocalGovernmentCode, Draft>> {
    let Some(source) = transaction.edition(&rule.source).await? else {
        return Ok(HashMap::new());
    };
    let forms = transaction.forms_with_status(source.id).await?;
    Ok(drafts(&source, edition, forms))
}

/// The drafts of those that are asked, from the forms of the source.
pub(super) fn drafts(
    source: &SurveyEdition,
    edition: &SurveyEdition,
    forms: Vec<(LocalGovernmentCode, ResponseStatus, Form1)>,
) -> HashMap<LocalGovernmentCode, Draft> {
    forms
        .into_iter()
        .filter(|(_, status, form)| is_asked(*status, form))
        .map(|(code, _, form)| (code, first_draft(source, &edition.definition, &form)))
        .collect()
}

/// The bodies an edition in preparation would ask with the classes of a day, as its opening takes them in.
pub async fn bodies_asked(
    desk: &Desk,
    actor: &Actor,
    edition: &SurveyEdition,
    on: Date,
) -> WorkflowResult<Vec<Organization>> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let store = &desk.store;
    let history = store.body_history().await?;
    let mut bodies = history.on(on);
    if let Some(rule) = &edition.definition.required_amounts {
        let forms = match store.edition(&rule.source).await? {
            Some(source) => {
                let scope = ReadScope::Country(scope);
                store.forms_with_status(source.id, scope).await?
            }
            None => Vec::new(),
        };
        retain_asked(&mut bodies, &history, on, &forms);
    }
    Ok(bodies)
}

/// Of the bodies of a day those that would be asked.
pub(super) fn retain_asked(
    bodies: &mut Vec<Organization>,
    history: &BodyHistory,
    on: Date,
    forms: &[(LocalGovernmentCode, ResponseStatus, Form1)],
) {
    let asked = forms.iter();
    let asked = asked.filter(|(_, status, form)| is_asked(*status, form));
    let mut asked: HashSet<_> = asked.map(|(code, ..)| *code).collect();
    bodies.retain(|body| {
        let from = origin(history, body.code, on, |code| asked.contains(&code));
        from.is_some_and(|from| asked.remove(&from))
    });
}

/// What one body's follow-up began with, told from its source as it stands now: its draft has replaced it.
pub(super) async fn first_input(
    desk: &Desk,
    record: &ResponseRecord,
) -> WorkflowResult<Option<Form1Input>> {
    if let Some(draft) = &record.prefill {
        return Ok(Some(draft.input.clone()));
    }
    let Some(rule) = &record.edition.definition.required_amounts else {
        return Ok(None);
    };
    let store = &desk.store;
    let Some(source) = store.response(&rule.source, record.code()).await? else {
        return Ok(None);
    };
    let revision = store.revision(source.id, source.revision_number).await?;
    Ok(revision.map(|revision| {
        first_draft(&source.edition, &record.edition.definition, &revision.form).input
    }))
}

/// The same for the bodies of a scope.
pub(super) async fn first_inputs(
    desk: &Desk,
    edition: &SurveyEdition,
    rule: &RequiredAmounts,
    scope: ReadScope,
) -> WorkflowResult<HashMap<LocalGovernmentCode, Form1Input>> {
    let Some(source) = desk.store.edition(&rule.source).await? else {
        return Ok(HashMap::new());
    };
    let forms = desk.store.forms_with_status(source.id, scope).await?;
    let drafts = drafts(&source, edition, forms).into_iter();
    Ok(drafts.map(|(code, draft)| (code, draft.input)).collect())
}
