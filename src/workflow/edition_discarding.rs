//! 準備中の調査回の破棄: an edition that never opened is thrown away with its trials, after a look at what goes with it.

use super::edition_making::edition_subject;
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::store::editions::discarding::{DISCARDED, TrialSums};
use crate::store::{Store, Transaction};

/// An edition in preparation, and what goes with it.
#[derive(Clone, Debug)]
pub struct Discarding {
    pub edition: SurveyEdition,
    pub trials: Vec<(SurveyEdition, TrialSums)>,
    /// What has to be mended first; nothing is thrown away while there is something.
    pub held_by: Vec<String>,
    /// Of all of this.
    pub mark: String,
}

/// Where it is read: before it is decided, and once more when it is done.
enum Source<'a> {
    Store(&'a Store),
    Transaction(&'a Transaction),
}

impl Source<'_> {
    async fn editions(&self) -> WorkflowResult<Vec<SurveyEdition>> {
        Ok(match self {
            Self::Store(store) => store.editions().await?,
            Self::Transaction(transaction) => transaction.editions().await?,
        })
    }

    async fn sums(&self, id: i64) -> WorkflowResult<TrialSums> {
        Ok(match self {
            Self::Store(store) => store.trial_sums(id).await?,
            Self::Transaction(transaction) => transaction.trial_sums(id).await?,
        })
    }

    async fn published(&self, id: i64) -> WorkflowResult<u64> {
        Ok(match self {
            Self::Store(store) => store.published_for(id).await?,
            Self::Transaction(transaction) => transaction.published_for(id).await?,
        })
    }

    async fn look(&self, key: &EditionKey) -> WorkflowResult<Discarding> {
        let all = self.editions().await?;
        let edition = all.iter().find(|edition| edition.key == *key).cloned();
        let edition = edition.ok_or(WorkflowError::NotFound)?;
        if edition.state != EditionState::Preparing || edition.is_trial() {
            return Err(WorkflowError::Closed);
        }
        let mut mark = edition.definition_version.to_string();
        let mut held_by = Vec::new();
        let mut trials = Vec::new();
        let mut published = self.published(edition.id).await?;
        for trial in all.iter().filter(|it| it.trial_of.as_ref() == Some(key)) {
            let sums = self.sums(trial.id).await?;
            published += self.published(trial.id).await?;
            mark = format!("{mark}.{}-{}-{}", trial.id, sums.bodies, sums.submitted);
            trials.push((trial.clone(), sums));
        }
        if published > 0 {
            held_by.push(format!(
                "公開した回答{published}件が、この調査回についてのものです。先に、その回答の調査回を変えてください。"
            ));
        }
        let follows = |other: &&SurveyEdition| {
            let source = other.definition.required_amounts.as_ref();
            source.is_some_and(|rule| rule.source == *key)
        };
        for other in all.iter().filter(follows) {
            held_by.push(format!(
                "所要額調査「{}」が、この調査回から作られています。",
                other.definition.short_title
            ));
        }
        Ok(Discarding {
            edition,
            trials,
            held_by,
            mark,
        })
    }
}

/// What throwing an edition away takes with it; [`WorkflowError::Closed`] for one that opened.
pub async fn look(desk: &Desk, actor: &Actor, key: &EditionKey) -> WorkflowResult<Discarding> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    Source::Store(&desk.store).look(key).await
}

/// Throws it away as it was seen; [`WorkflowError::Stale`] if something of it changed since, or holds it.
pub async fn discard(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    seen: &str,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    transaction.lock_edition(key).await?;
    let found = Source::Transaction(&transaction).look(key).await?;
    if found.mark != seen || !found.held_by.is_empty() {
        transaction.rollback().await?;
        return Err(WorkflowError::Stale);
    }
    transaction.discard_edition(found.edition.id, key).await?;
    let mut detail = found.edition.definition.title.clone();
    for (trial, sums) in &found.trials {
        let TrialSums { bodies, submitted } = sums;
        detail = format!(
            "{detail}\ntrial {}: {bodies} bodies, {submitted} revisions",
            trial.key
        );
    }
    let subject = edition_subject(key);
    transaction
        .audit(actor, desk.now(), DISCARDED, &subject, &detail)
        .await?;
    Ok(transaction.commit().await?)
}
