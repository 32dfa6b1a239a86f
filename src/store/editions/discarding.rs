//! Throwing an edition in preparation away: what hangs on it, and taking all of it out of the database.
//!
//! ```text
//! discard_edition ─> its trials with their answers and all that hangs on those ─> plans, reminders, dates ─> its row
//! ```
//! The one place in which revisions and events are deleted: those of a trial, which never counted.

use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::super::entities::{
    audit_log, extension, inquiry, inquiry_entry, intake_batch, intake_file, intake_reading,
    intent_change, intent_change_event, outbox, plan_change, prefecture_deadline,
    prefecture_deadline_change, proxy_entry, proxy_reply, published_answer, reminder,
    reminder_pause, reminder_plan, response, response_event, review_check, review_request,
    review_request_event, revision, summary_sheet, survey_edition,
};
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
        .filter(revision::Column::ResponseId.in_subquery(answers.into_query()))
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
        if !trials.is_empty() {
            self.forget_answers(&trials).await?;
        }
        let mut all = trials;
        all.push(id);
        self.forget_plans(&all).await?;
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

    /// The answers of these editions and all that hangs on them, what hangs on others first.
    async fn forget_answers(&self, editions: &[i64]) -> StoreResult<()> {
        use intent_change::Column as Change;
        use response::Column as Answer;
        use review_request::Column as Request;
        let of = editions_of(editions);
        let answers = || ids::<response::Entity>(Answer::Id, Answer::EditionId, of.clone());
        let requests = ids::<review_request::Entity>(Request::Id, Request::ResponseId, answers());
        let changes = ids::<intent_change::Entity>(Change::Id, Change::ResponseId, answers());
        self.forget::<review_request_event::Entity>(
            review_request_event::Column::RequestId,
            requests,
        )
        .await?;
        self.forget::<review_request::Entity>(Request::ResponseId, answers())
            .await?;
        self.forget::<review_check::Entity>(review_check::Column::ResponseId, answers())
            .await?;
        self.forget::<intent_change_event::Entity>(intent_change_event::Column::ChangeId, changes)
            .await?;
        self.forget::<intent_change::Entity>(Change::ResponseId, answers())
            .await?;
        self.forget::<proxy_entry::Entity>(proxy_entry::Column::ResponseId, answers())
            .await?;
        self.forget::<proxy_reply::Entity>(proxy_reply::Column::ResponseId, answers())
            .await?;
        self.forget::<reminder::Entity>(reminder::Column::ResponseId, answers())
            .await?;
        self.forget::<extension::Entity>(extension::Column::ResponseId, answers())
            .await?;
        self.forget::<response_event::Entity>(response_event::Column::ResponseId, answers())
            .await?;
        self.forget::<revision::Entity>(revision::Column::ResponseId, answers())
            .await?;
        self.forget::<response::Entity>(Answer::EditionId, of).await
    }

    /// What was planned and taken in for these editions.
    async fn forget_plans(&self, editions: &[i64]) -> StoreResult<()> {
        use inquiry::Column as Question;
        use intake_file::Column as File;
        let of = || editions_of(editions);
        let files = ids::<intake_file::Entity>(File::Id, File::EditionId, of());
        let questions = ids::<inquiry::Entity>(Question::Id, Question::EditionId, of());
        self.forget::<intake_reading::Entity>(intake_reading::Column::FileId, files)
            .await?;
        self.forget::<intake_file::Entity>(File::EditionId, of())
            .await?;
        self.forget::<intake_batch::Entity>(intake_batch::Column::EditionId, of())
            .await?;
        self.forget::<inquiry_entry::Entity>(inquiry_entry::Column::InquiryId, questions)
            .await?;
        self.forget::<inquiry::Entity>(Question::EditionId, of())
            .await?;
        self.forget::<summary_sheet::Entity>(summary_sheet::Column::EditionId, of())
            .await?;
        self.forget::<prefecture_deadline::Entity>(prefecture_deadline::Column::EditionId, of())
            .await?;
        self.forget::<prefecture_deadline_change::Entity>(
            prefecture_deadline_change::Column::EditionId,
            of(),
        )
        .await?;
        self.forget::<reminder::Entity>(reminder::Column::EditionId, of())
            .await?;
        self.forget::<reminder_pause::Entity>(reminder_pause::Column::EditionId, of())
            .await?;
        self.forget::<reminder_plan::Entity>(reminder_plan::Column::EditionId, of())
            .await?;
        self.forget::<plan_change::Entity>(plan_change::Column::EditionId, of())
            .await?;
        // What was mailed was mailed; nothing of it leads here any more.
        let nowhere = outbox::ActiveModel {
            edition_id: Set(None),
            ..Default::default()
        };
        outbox::Entity::update_many()
            .set(nowhere)
            .filter(outbox::Column::EditionId.is_in(editions.iter().copied()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    async fn forget<E: EntityTrait>(
        &self,
        column: E::Column,
        of: SelectStatement,
    ) -> StoreResult<()> {
        let rows = E::delete_many().filter(column.in_subquery(of));
        rows.exec(&self.inner).await?;
        Ok(())
    }
}

/// The ids of editions, as others ask for them.
fn editions_of(ids: &[i64]) -> SelectStatement {
    use survey_edition::Column as E;
    survey_edition::Entity::find()
        .select_only()
        .column(E::Id)
        .filter(E::Id.is_in(ids.iter().copied()))
        .into_query()
}

/// The ids of rows that hang on some.
fn ids<E: EntityTrait>(id: E::Column, by: E::Column, of: SelectStatement) -> SelectStatement {
    E::find()
        .select_only()
        .column(id)
        .filter(by.in_subquery(of))
        .into_query()
}
