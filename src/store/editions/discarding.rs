//! Throwing an edition in preparation away: what hangs on it, and taking all of it out of the database.
//!
//! ```text
//! discard_edition ─> its trials with their answers and all that hangs on those ─> plans, reminders, dates ─> its row
//! ```
//! The one place in which revisions and events are deleted: those of a trial, which never counted.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::super::entities::{audit_log, published_answer, response, revision, survey_edition};
use super::super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::survey_edition::{EditionKey, EditionState};

/// What the audit log calls it.
pub const DISCARDED: &str = "discard_edition";

/// How much of a trial there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrialSums {
    /// Bodies that were chosen.
    pub bodies: u64,
    /// Revisions: what was submitted, each time.
    pub submitted: u64,
}

/// Tables whose rows hang on an answer, those that others hang on last; `{answers}` are the ids of the answers.
const OF_ANSWERS: [(&str, &str); 12] = [
    (
        "review_request_event",
        "request_id IN (SELECT id FROM review_request WHERE response_id IN ({answers}))",
    ),
    ("review_request", "response_id IN ({answers})"),
    ("review_check", "response_id IN ({answers})"),
    (
        "intent_change_event",
        "change_id IN (SELECT id FROM intent_change WHERE response_id IN ({answers}))",
    ),
    ("intent_change", "response_id IN ({answers})"),
    ("proxy_entry", "response_id IN ({answers})"),
    ("proxy_reply", "response_id IN ({answers})"),
    ("reminder", "response_id IN ({answers})"),
    ("extension", "response_id IN ({answers})"),
    ("response_event", "response_id IN ({answers})"),
    ("revision", "response_id IN ({answers})"),
    ("response", "edition_id IN ({editions})"),
];
/// Tables whose rows hang on an edition; `{editions}` are the ids.
const OF_EDITIONS: [(&str, &str); 11] = [
    (
        "intake_reading",
        "file_id IN (SELECT id FROM intake_file WHERE edition_id IN ({editions}))",
    ),
    ("intake_file", "edition_id IN ({editions})"),
    ("intake_batch", "edition_id IN ({editions})"),
    (
        "inquiry_entry",
        "inquiry_id IN (SELECT id FROM inquiry WHERE edition_id IN ({editions}))",
    ),
    ("inquiry", "edition_id IN ({editions})"),
    ("summary_sheet", "edition_id IN ({editions})"),
    ("prefecture_deadline", "edition_id IN ({editions})"),
    ("reminder", "edition_id IN ({editions})"),
    ("reminder_pause", "edition_id IN ({editions})"),
    ("reminder_plan", "edition_id IN ({editions})"),
    ("plan_change", "edition_id IN ({editions})"),
];

async fn sums(connection: &impl ConnectionTrait, id: i64) -> StoreResult<TrialSums> {
    let bodies = response::Entity::find()
        .filter(response::Column::EditionId.eq(id))
        .count(connection)
        .await?;
    let answers = response::Entity::find()
        .select_only()
        .column(response::Column::Id)
        .filter(response::Column::EditionId.eq(id));
    let submitted = revision::Entity::find()
        .filter(revision::Column::ResponseId.in_subquery(sea_orm::QueryTrait::into_query(answers)))
        .count(connection)
        .await?;
    Ok(TrialSums { bodies, submitted })
}

impl Store {
    /// How much of an edition's answers there is.
    pub async fn trial_sums(&self, id: i64) -> StoreResult<TrialSums> {
        sums(&self.read, id).await
    }

    /// Published answers that belong to an edition.
    pub async fn published_for(&self, id: i64) -> StoreResult<u64> {
        let of = published_answer::Entity::find();
        let of = of.filter(published_answer::Column::EditionId.eq(id));
        Ok(of.count(&self.read).await?)
    }
}

impl Transaction {
    /// The same within a transaction.
    pub async fn trial_sums(&self, id: i64) -> StoreResult<TrialSums> {
        sums(&self.inner, id).await
    }

    /// The same within a transaction.
    pub async fn published_for(&self, id: i64) -> StoreResult<u64> {
        let of = published_answer::Entity::find();
        let of = of.filter(published_answer::Column::EditionId.eq(id));
        Ok(of.count(&self.inner).await?)
    }

    /// Whether an edition of this key was thrown away: what ships with the program does not come back then.
    pub async fn was_discarded(&self, key: &EditionKey) -> StoreResult<bool> {
        let told = audit_log::Entity::find()
            .filter(audit_log::Column::Action.eq(DISCARDED))
            .filter(audit_log::Column::Subject.eq(format!("edition/{key}")));
        Ok(told.count(&self.inner).await? > 0)
    }

    /// Deletes an edition in preparation and its trials with all that hangs on them. [`StoreError::Stale`] if it is
    /// not in preparation, is a trial itself, or has answers of its own: then nothing may be kept of the transaction.
    pub async fn discard_edition(&self, id: i64, key: &EditionKey) -> StoreResult<()> {
        use survey_edition::Column as E;
        let trials: Vec<i64> = survey_edition::Entity::find()
            .select_only()
            .column(E::Id)
            .filter(E::TrialOf.eq(key.as_str()))
            .into_tuple()
            .all(&self.inner)
            .await?;
        if self.has_answers(id).await? {
            return Err(StoreError::Stale);
        }
        let list = |ids: &[i64]| {
            let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
            ids.join(", ")
        };
        if !trials.is_empty() {
            let trials = list(&trials);
            let answers = format!("SELECT id FROM response WHERE edition_id IN ({trials})");
            for (table, which) in OF_ANSWERS {
                let which = which.replace("{answers}", &answers);
                self.delete(table, &which.replace("{editions}", &trials))
                    .await?;
            }
        }
        let mut all = trials;
        all.push(id);
        let all = list(&all);
        for (table, which) in OF_EDITIONS {
            self.delete(table, &which.replace("{editions}", &all))
                .await?;
        }
        // What was mailed was mailed; nothing of it leads here any more.
        let detach = format!("UPDATE outbox SET edition_id = NULL WHERE edition_id IN ({all})");
        self.inner.execute_unprepared(&detach).await?;
        survey_edition::Entity::delete_many()
            .filter(E::TrialOf.eq(key.as_str()))
            .exec(&self.inner)
            .await?;
        let done = survey_edition::Entity::delete_many()
            .filter(E::Id.eq(id))
            .filter(E::State.eq(EditionState::Preparing.as_str()))
            .filter(E::TrialOf.is_null())
            .exec(&self.inner)
            .await?;
        match done.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Both are our own texts with numbers in them.
    async fn delete(&self, table: &str, which: &str) -> StoreResult<()> {
        let statement = format!("DELETE FROM {table} WHERE {which}");
        self.inner.execute_unprepared(&statement).await?;
        Ok(())
    }
}
