//! What the verbs change on an answer's row. Every change names the version it saw.

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait, UpdateMany,
};

use super::boards::BoardContact;
use super::columns::to_document;
use super::entities::{response, survey_edition};
use super::responses::ResponseRecord;
use super::writes::GuardedUpdate;
use super::{Store, StoreResult, Transaction};
use crate::domain::application_intent::{self, Intents};
use crate::domain::coordination_contact::CoordinationContact;
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::Route;
use crate::domain::response::{Draft, Form1};
use crate::domain::response_status::ResponseStatus;
use crate::domain::return_request::ReturnRequest;
use crate::domain::survey_edition::{EditionDefinition, EditionState};

/// What a submission leaves on the answer's row.
#[derive(Clone, Debug)]
pub struct SubmittedFacts<'a> {
    pub number: i32,
    pub intents: &'a Intents,
    pub targets_mask: i64,
    pub recipients: u64,
    pub warnings: usize,
    pub lateness: Lateness,
    pub contact: &'a CoordinationContact,
    pub first_submitted_at: UnixMillis,
    /// When the body submitted; a correction by somebody else leaves it.
    pub submitted_at: UnixMillis,
    /// The moment of this change.
    pub at: UnixMillis,
}

impl<'a> SubmittedFacts<'a> {
    /// Of a form that was read, with its recipients and how many warnings it has; the body submits it now for the first time, and in time. Whoever knows better says so.
    pub fn of(
        definition: &EditionDefinition,
        form: &'a Form1,
        (recipients, warnings): (u64, usize),
        number: i32,
        at: UnixMillis,
    ) -> Self {
        Self {
            number,
            intents: &form.intents,
            targets_mask: form.target_mask(definition),
            recipients,
            warnings,
            lateness: Lateness::default(),
            contact: &form.contact,
            first_submitted_at: at,
            submitted_at: at,
            at,
        }
    }
}

/// What an accepted change of intent leaves on the answer's row.
#[derive(Clone, Debug)]
pub struct ChangedFacts<'a> {
    pub number: i32,
    pub intents: &'a Intents,
    pub targets_mask: i64,
    pub recipients: u64,
    pub warnings: usize,
    /// What the body would mend next: the new form.
    pub draft: &'a Draft,
}

impl Store {
    /// What a submission changes on the answer's row.
    pub fn submitted(
        &self,
        record: &ResponseRecord,
        facts: &SubmittedFacts<'_>,
        status: ResponseStatus,
    ) -> StoreResult<GuardedUpdate> {
        let contact = BoardContact {
            department: facts.contact.department.clone(),
            phone: facts.contact.phone.to_string(),
            email: facts.contact.email.to_string(),
        };
        let row = response::ActiveModel {
            status: Set(status.as_str().to_owned()),
            contact: Set(to_document("contact", &contact)?),
            revision_number: Set(facts.number),
            intents_mask: Set(application_intent::mask(facts.intents)),
            targets_mask: Set(facts.targets_mask),
            recipients: Set(i64::try_from(facts.recipients).unwrap_or(i64::MAX)),
            warnings: Set(i32::try_from(facts.warnings).unwrap_or(i32::MAX)),
            is_late: Set(facts.lateness.is_late),
            judged_on: Set(facts.lateness.judged_on.map(|day| day.to_string())),
            first_submitted_at: Set(Some(facts.first_submitted_at.0)),
            submitted_at: Set(Some(facts.submitted_at.0)),
            ..Default::default()
        };
        let backend = self.write.get_database_backend();
        Ok(guarded(record, facts.at, row, backend))
    }
}

/// A change of the answer's row that holds only if it still has the version of `record`.
fn guarded(
    record: &ResponseRecord,
    at: UnixMillis,
    row: response::ActiveModel,
    backend: DbBackend,
) -> GuardedUpdate {
    let open_edition = survey_edition::Entity::find()
        .select_only()
        .column(survey_edition::Column::Id)
        .filter(survey_edition::Column::Id.eq(record.edition.id))
        .filter(survey_edition::Column::State.eq(EditionState::Open.as_str()))
        .into_query();
    // A closed edition changes no more, whatever was read before, but for a body that was asked again.
    let update = versioned(record, at, row).filter(
        Condition::any()
            .add(response::Column::EditionId.in_subquery(open_edition))
            .add(response::Column::ReopenedUntil.is_not_null()),
    );
    GuardedUpdate(update.build(backend))
}

/// A change of the answer's row that holds only if it still has the version of `record`, in a closed edition too.
pub(super) fn versioned(
    record: &ResponseRecord,
    at: UnixMillis,
    mut row: response::ActiveModel,
) -> UpdateMany<response::Entity> {
    row.id = sea_orm::ActiveValue::NotSet;
    row.version = Set(record.version + 1);
    row.changed_at = Set(Some(at.0));
    response::Entity::update_many().set(row).filter(
        Condition::all()
            .add(response::Column::Id.eq(record.id))
            .add(response::Column::Version.eq(record.version)),
    )
}

/// What a new status means beside itself.
#[derive(Clone, Copy, Debug)]
pub enum StatusChange<'a> {
    Plain,
    /// The return, if there was one, is settled.
    Accepted,
    /// `forget_first`: the next submission counts as the first.
    Withdrawn {
        forget_first: bool,
    },
    /// The reasons, and the draft in which to answer them.
    Returned {
        request: &'a ReturnRequest,
        draft: &'a Draft,
    },
}

impl Transaction {
    async fn update(
        &self,
        record: &ResponseRecord,
        at: UnixMillis,
        row: response::ActiveModel,
    ) -> StoreResult<()> {
        let backend = self.inner.get_database_backend();
        self.apply_guarded(guarded(record, at, row, backend)).await
    }

    /// Keeps a draft.
    pub async fn save_draft(
        &self,
        record: &ResponseRecord,
        draft: &Draft,
        status: ResponseStatus,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let contact = BoardContact::of_draft(draft);
        let row = response::ActiveModel {
            draft: Set(Some(to_document("draft", draft)?)),
            // The draft has taken it over.
            prefill: Set(None),
            status: Set(status.as_str().to_owned()),
            contact: Set(to_document("contact", &contact)?),
            ..Default::default()
        };
        self.update(record, at, row).await
    }

    /// Moves the answer to another status, with what else that means for its row.
    pub async fn set_status(
        &self,
        record: &ResponseRecord,
        status: ResponseStatus,
        change: &StatusChange<'_>,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let mut row = response::ActiveModel {
            status: Set(status.as_str().to_owned()),
            ..Default::default()
        };
        match change {
            StatusChange::Plain => {}
            StatusChange::Accepted => {
                row.open_return = Set(None);
                row.reopened_until = Set(None);
                row.reopened_reason = Set(None);
            }
            StatusChange::Withdrawn { forget_first: true } => row.first_submitted_at = Set(None),
            StatusChange::Withdrawn {
                forget_first: false,
            } => {}
            StatusChange::Returned { request, draft } => {
                row.open_return = Set(Some(to_document("return", request)?));
                row.draft = Set(Some(to_document("draft", draft)?));
            }
        }
        self.update(record, at, row).await
    }

    /// Puts the revision of an accepted change of intent in force; whatever else stands on the row stays. A closed
    /// edition takes it too.
    pub async fn change_intent(
        &self,
        record: &ResponseRecord,
        changed: &ChangedFacts<'_>,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let row = response::ActiveModel {
            revision_number: Set(changed.number),
            intents_mask: Set(application_intent::mask(changed.intents)),
            targets_mask: Set(changed.targets_mask),
            recipients: Set(i64::try_from(changed.recipients).unwrap_or(i64::MAX)),
            warnings: Set(i32::try_from(changed.warnings).unwrap_or(i32::MAX)),
            submitted_at: Set(Some(at.0)),
            draft: Set(Some(to_document("draft", changed.draft)?)),
            ..Default::default()
        };
        let backend = self.inner.get_database_backend();
        let update = versioned(record, at, row).build(backend);
        self.apply_guarded(GuardedUpdate(update)).await
    }

    /// Sets the deadline of a prefecture's general municipalities, or of everybody else with `None`.
    pub async fn set_deadlines(
        &self,
        edition_id: i64,
        prefecture: Option<PrefectureCode>,
        deadline_on: Date,
    ) -> StoreResult<()> {
        use response::Column as R;
        let mut update = response::Entity::update_many()
            .col_expr(R::DeadlineOn, Expr::value(deadline_on.to_string()))
            .filter(R::EditionId.eq(edition_id));
        if let Some(prefecture) = prefecture {
            update = update
                .filter(R::PrefectureCode.eq(prefecture.to_string()))
                .filter(R::Route.eq(Route::ThroughPrefecture.as_str()));
        }
        update.exec(&self.inner).await?;
        Ok(())
    }
}
