//! Answers: one row a body and edition, with its frozen class, its draft and its derived state.
//!
//! A page of the form reads the answer and its edition in one statement; a board reads one range of
//! one index and never touches the documents.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    UpdateMany,
};

use super::boards::BoardContact;
use super::columns::{code, kind, optional, route, status, to_document};
use super::editions::{DefinitionCache, EditionRow, date};
use super::entities::{response, revision, survey_edition};
use super::visits::Cursor;
use super::writes::GuardedUpdate;
use super::{Store, StoreResult, Transaction};
use crate::domain::application_intent::{self, Intents};
use crate::domain::coordination_contact::CoordinationContact;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::{RespondentClass, Route};
use crate::domain::response::Draft;
use crate::domain::response_status::ResponseStatus;
use crate::domain::return_request::ReturnRequest;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};

/// One body's answer in one edition, with everything its pages need.
#[derive(Clone, Debug)]
pub struct ResponseRecord {
    pub id: i64,
    pub edition: SurveyEdition,
    pub class: RespondentClass,
    pub name: String,
    pub route: Route,
    /// The body's own deadline: its prefecture's if it set one, else the edition's.
    pub deadline_on: Date,
    pub status: ResponseStatus,
    /// Grows with every change; writers name the version they saw.
    pub version: i32,
    /// What was saved in this edition; `None` before the first save.
    pub draft: Option<Draft>,
    /// The last edition's answer as a draft nobody has saved; `None` if there was none.
    pub prefill: Option<Draft>,
    /// The return the body has not answered yet.
    pub open_return: Option<ReturnRequest>,
    /// Number of the newest revision; 0 = nothing was ever submitted.
    pub revision_number: i32,
    pub is_late: bool,
    pub first_submitted_at: Option<UnixMillis>,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
    /// 再受付: the body may answer until this day, whatever the edition's dates say; why.
    pub reopened: Option<Reopening>,
}

/// 再受付: one body was asked again by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopening {
    /// Inclusive, to the end of that day in Japan.
    pub until: Date,
    pub reason: String,
}

impl ResponseRecord {
    /// Whether the body may save or submit at this moment.
    pub fn takes_answers(&self, now: UnixMillis) -> bool {
        let until = self.reopened.as_ref().map(|reopening| reopening.until);
        let answered = self.revision_number > 0;
        self.edition.takes_answers(answered, until, now)
    }

    /// Whether a reviewer may decide: in an open edition, and on an answer that came in by a reopening
    /// until it is accepted.
    pub fn is_decidable(&self) -> bool {
        self.edition.state == EditionState::Open || self.reopened.is_some()
    }

    /// The body's code.
    pub fn code(&self) -> LocalGovernmentCode {
        self.class.code
    }

    /// The draft as the form shows it: the saved one, else the last edition's answer, else empty.
    pub fn draft_or_prefill(&self) -> Draft {
        self.draft
            .clone()
            .or_else(|| self.prefill.clone())
            .unwrap_or_default()
    }

    /// The same without a copy; the record keeps neither afterwards.
    pub fn take_draft(&mut self) -> Draft {
        let prefill = self.prefill.take();
        self.draft.take().or(prefill).unwrap_or_default()
    }

    /// Key that makes one submission of the draft at this version unique.
    pub fn submission_key_at(&self, version: i32) -> String {
        submission_key(self.id, version)
    }
}

/// Answer and version: one submission of an answer as it stood.
pub(super) fn submission_key(response_id: i64, version: i32) -> String {
    format!("{response_id}-{version}")
}

/// What a body sees of an edition on its home page.
#[derive(Clone, Debug)]
pub struct OwnEdition {
    pub edition: SurveyEdition,
    pub deadline_on: Date,
    pub status: ResponseStatus,
    pub revision_number: i32,
    pub is_late: bool,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
    pub reopened: Option<Reopening>,
    /// The file of the newest revision, if that is a proxy entry.
    pub proxy_file: Option<i64>,
}

#[derive(FromQueryResult)]
pub(super) struct ResponseRow {
    id: i64,
    code: String,
    name: String,
    kind: String,
    route: String,
    health_center_city: bool,
    child_guidance_city: bool,
    deadline_on: String,
    status: String,
    version: i32,
    draft: Option<String>,
    prefill: Option<String>,
    open_return: Option<String>,
    revision_number: i32,
    is_late: bool,
    first_submitted_at: Option<i64>,
    submitted_at: Option<i64>,
    changed_at: Option<i64>,
    reopened_until: Option<String>,
    reopened_reason: Option<String>,
    #[sea_orm(nested)]
    edition: EditionRow,
}

impl ResponseRow {
    /// The columns of the answer, in the order in which [`ResponseRow::read`] takes them.
    pub(super) const COLUMNS: [response::Column; 20] = {
        use response::Column as R;
        [
            R::Id,
            R::Code,
            R::Name,
            R::Kind,
            R::Route,
            R::HealthCenterCity,
            R::ChildGuidanceCity,
            R::DeadlineOn,
            R::Status,
            R::Version,
            R::Draft,
            R::Prefill,
            R::OpenReturn,
            R::RevisionNumber,
            R::IsLate,
            R::FirstSubmittedAt,
            R::SubmittedAt,
            R::ChangedAt,
            R::ReopenedUntil,
            R::ReopenedReason,
        ]
    };

    /// The answer and its edition; `None` where an outer join found none.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> StoreResult<Option<Self>> {
        let Some(id) = cursor.next()? else {
            return Ok(None);
        };
        Ok(Some(Self {
            id,
            code: cursor.next()?,
            name: cursor.next()?,
            kind: cursor.next()?,
            route: cursor.next()?,
            health_center_city: cursor.next()?,
            child_guidance_city: cursor.next()?,
            deadline_on: cursor.next()?,
            status: cursor.next()?,
            version: cursor.next()?,
            draft: cursor.next()?,
            prefill: cursor.next()?,
            open_return: cursor.next()?,
            revision_number: cursor.next()?,
            is_late: cursor.next()?,
            first_submitted_at: cursor.next()?,
            submitted_at: cursor.next()?,
            changed_at: cursor.next()?,
            reopened_until: cursor.next()?,
            reopened_reason: cursor.next()?,
            edition: EditionRow::read(cursor)?,
        }))
    }
}

#[derive(FromQueryResult)]
struct OwnLine {
    deadline_on: String,
    status: String,
    revision_number: i32,
    is_late: bool,
    submitted_at: Option<i64>,
    changed_at: Option<i64>,
    reopened_until: Option<String>,
    reopened_reason: Option<String>,
    entered_by_proxy: Option<bool>,
    intake_file_id: Option<i64>,
    #[sea_orm(nested)]
    edition: EditionRow,
}

fn with_edition() -> Select<response::Entity> {
    let query = response::Entity::find().select_only().join(
        JoinType::InnerJoin,
        response::Entity::belongs_to(survey_edition::Entity)
            .from(response::Column::EditionId)
            .to(survey_edition::Column::Id)
            .into(),
    );
    EditionRow::select(query)
}

fn full(key: &EditionKey, body: LocalGovernmentCode) -> Select<response::Entity> {
    use response::Column as R;
    with_edition()
        .columns(ResponseRow::COLUMNS)
        .filter(R::Code.eq(body.as_str()))
        .filter(survey_edition::Column::Key.eq(key.as_str()))
}

pub(super) async fn load(
    row: ResponseRow,
    cache: &DefinitionCache,
    connection: &impl ConnectionTrait,
) -> StoreResult<ResponseRecord> {
    Ok(ResponseRecord {
        id: row.id,
        class: RespondentClass {
            code: code(&row.code)?,
            kind: kind(&row.kind)?,
            health_center_city: row.health_center_city,
            child_guidance_city: row.child_guidance_city,
        },
        name: row.name,
        route: route(&row.route)?,
        deadline_on: date(&row.deadline_on)?,
        status: status(&row.status)?,
        version: row.version,
        draft: optional("draft", row.draft.as_ref())?,
        prefill: optional("prefill", row.prefill.as_ref())?,
        open_return: optional("return", row.open_return.as_ref())?,
        revision_number: row.revision_number,
        is_late: row.is_late,
        first_submitted_at: row.first_submitted_at.map(UnixMillis),
        submitted_at: row.submitted_at.map(UnixMillis),
        changed_at: row.changed_at.map(UnixMillis),
        reopened: reopening(row.reopened_until.as_deref(), row.reopened_reason)?,
        edition: row.edition.load(cache, connection).await?,
    })
}

/// The reopening of an answer's row.
pub(super) fn reopening(
    until: Option<&str>,
    reason: Option<String>,
) -> StoreResult<Option<Reopening>> {
    until
        .map(|until| {
            Ok(Reopening {
                until: date(until)?,
                reason: reason.unwrap_or_default(),
            })
        })
        .transpose()
}

impl Store {
    /// The editions a body takes part in, newest first and trials last, without those in preparation and
    /// trials that are over.
    pub async fn own_editions(&self, body: LocalGovernmentCode) -> StoreResult<Vec<OwnEdition>> {
        use response::Column as R;
        let lines = with_edition()
            .columns([
                R::DeadlineOn,
                R::Status,
                R::RevisionNumber,
                R::IsLate,
                R::SubmittedAt,
                R::ChangedAt,
                R::ReopenedUntil,
                R::ReopenedReason,
            ])
            .columns([
                revision::Column::EnteredByProxy,
                revision::Column::IntakeFileId,
            ])
            .join(
                JoinType::LeftJoin,
                response::Entity::belongs_to(revision::Entity)
                    .from((R::Id, R::RevisionNumber))
                    .to((revision::Column::ResponseId, revision::Column::Number))
                    .into(),
            )
            .filter(R::Code.eq(body.as_str()))
            .filter(survey_edition::Column::State.ne("preparing"))
            .filter(
                Condition::any()
                    .add(survey_edition::Column::TrialOf.is_null())
                    .add(survey_edition::Column::State.eq(EditionState::Open.as_str())),
            )
            .order_by_desc(survey_edition::Column::FiscalYear)
            .order_by_desc(survey_edition::Column::Id)
            .into_model::<OwnLine>()
            .all(&self.read)
            .await?;
        let mut editions = Vec::with_capacity(lines.len());
        for line in lines {
            editions.push(OwnEdition {
                edition: line.edition.load(&self.definitions, &self.read).await?,
                deadline_on: date(&line.deadline_on)?,
                status: status(&line.status)?,
                revision_number: line.revision_number,
                is_late: line.is_late,
                submitted_at: line.submitted_at.map(UnixMillis),
                changed_at: line.changed_at.map(UnixMillis),
                reopened: reopening(line.reopened_until.as_deref(), line.reopened_reason)?,
                proxy_file: line
                    .intake_file_id
                    .filter(|_| line.entered_by_proxy == Some(true)),
            });
        }
        editions.sort_by_key(|own| own.edition.is_trial());
        Ok(editions)
    }
}

/// A body as an edition takes it in.
#[derive(Clone, Debug)]
pub struct NewRespondent {
    pub class: RespondentClass,
    pub name: String,
    pub kana: String,
    pub deadline_on: Date,
    pub prefill: Option<Draft>,
}

/// What a submission leaves on the answer's row.
#[derive(Clone, Debug)]
pub struct SubmittedFacts<'a> {
    pub number: i32,
    pub intents: &'a Intents,
    pub targets_mask: i64,
    pub recipients: u64,
    pub warnings: usize,
    pub is_late: bool,
    pub contact: &'a CoordinationContact,
    pub first_submitted_at: UnixMillis,
    pub submitted_at: UnixMillis,
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
            is_late: Set(facts.is_late),
            first_submitted_at: Set(Some(facts.first_submitted_at.0)),
            submitted_at: Set(Some(facts.submitted_at.0)),
            ..Default::default()
        };
        let backend = self.write.get_database_backend();
        Ok(guarded(record, facts.submitted_at, row, backend))
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
    /// One body's answer, locked for this transaction where the engine locks rows.
    pub async fn response(
        &self,
        key: &EditionKey,
        body: LocalGovernmentCode,
    ) -> StoreResult<Option<ResponseRecord>> {
        let mut query = full(key, body);
        if self.is_postgres() {
            QuerySelect::query(&mut query)
                .lock_with_tables(sea_orm::sea_query::LockType::Update, [response::Entity]);
        }
        match query.into_model::<ResponseRow>().one(&self.inner).await? {
            Some(row) => Ok(Some(load(row, &self.definitions, &self.inner).await?)),
            None => Ok(None),
        }
    }

    /// Takes bodies into an edition, 未着手.
    pub async fn insert_respondents(
        &self,
        edition_id: i64,
        respondents: &[NewRespondent],
    ) -> StoreResult<()> {
        // SQLite binds at most 32,766 values a statement.
        for part in respondents.chunks(400) {
            let rows = part
                .iter()
                .map(|new| new_row(edition_id, new))
                .collect::<StoreResult<Vec<_>>>()?;
            response::Entity::insert_many(rows)
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

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

    /// 再受付: notes until when the body may answer, and why; with `draft`, its answer is to be mended in it. A
    /// closed edition takes it too, so the version alone guards it.
    pub async fn reopen(
        &self,
        record: &ResponseRecord,
        status: ResponseStatus,
        reopening: &Reopening,
        draft: Option<&Draft>,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let mut row = response::ActiveModel {
            status: Set(status.as_str().to_owned()),
            reopened_until: Set(Some(reopening.until.to_string())),
            reopened_reason: Set(Some(reopening.reason.clone())),
            ..Default::default()
        };
        if let Some(draft) = draft {
            row.draft = Set(Some(to_document("draft", draft)?));
        }
        let backend = self.inner.get_database_backend();
        let update = versioned(record, at, row).build(backend);
        self.apply_guarded(GuardedUpdate(update)).await
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

    /// Adds answers with a past; only the demo's invented country has one without verbs.
    pub(crate) async fn insert_past_responses(
        &self,
        edition_id: i64,
        answers: &[&PastResponse],
    ) -> StoreResult<()> {
        for part in answers.chunks(400) {
            let rows = part
                .iter()
                .map(|past| past_row(edition_id, past))
                .collect::<StoreResult<Vec<_>>>()?;
            response::Entity::insert_many(rows)
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

    /// The ids of an edition's answers by body.
    pub(crate) async fn response_ids(
        &self,
        edition_id: i64,
    ) -> StoreResult<HashMap<LocalGovernmentCode, i64>> {
        let lines: Vec<(i64, String)> = response::Entity::find()
            .select_only()
            .columns([response::Column::Id, response::Column::Code])
            .filter(response::Column::EditionId.eq(edition_id))
            .into_tuple()
            .all(&self.inner)
            .await?;
        lines
            .into_iter()
            .map(|(id, text)| Ok((code(&text)?, id)))
            .collect()
    }
}

/// An answer's whole row, as a past of verbs would have left it.
#[derive(Clone, Debug)]
pub(crate) struct PastResponse {
    pub respondent: NewRespondent,
    pub status: ResponseStatus,
    pub version: i32,
    pub draft: Option<Draft>,
    pub open_return: Option<ReturnRequest>,
    pub contact: Option<BoardContact>,
    pub revision_number: i32,
    pub intents: Intents,
    pub targets_mask: i64,
    pub recipients: u64,
    pub warnings: usize,
    pub is_late: bool,
    pub first_submitted_at: Option<UnixMillis>,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
}

fn past_row(edition_id: i64, past: &PastResponse) -> StoreResult<response::ActiveModel> {
    let draft = past.draft.as_ref().map(|draft| to_document("draft", draft));
    let request = past.open_return.as_ref();
    let open_return = request.map(|request| to_document("return", request));
    let untouched = new_row(edition_id, &past.respondent)?;
    let contact = match &past.contact {
        Some(contact) => Set(to_document("contact", contact)?),
        None => untouched.contact.clone(),
    };
    Ok(response::ActiveModel {
        status: Set(past.status.as_str().to_owned()),
        version: Set(past.version),
        draft: Set(draft.transpose()?),
        open_return: Set(open_return.transpose()?),
        contact,
        revision_number: Set(past.revision_number),
        intents_mask: Set(application_intent::mask(&past.intents)),
        targets_mask: Set(past.targets_mask),
        recipients: Set(i64::try_from(past.recipients).unwrap_or(i64::MAX)),
        warnings: Set(i32::try_from(past.warnings).unwrap_or(i32::MAX)),
        is_late: Set(past.is_late),
        first_submitted_at: Set(past.first_submitted_at.map(|at| at.0)),
        submitted_at: Set(past.submitted_at.map(|at| at.0)),
        changed_at: Set(past.changed_at.map(|at| at.0)),
        ..untouched
    })
}

/// A row that nobody has touched yet.
fn new_row(edition_id: i64, new: &NewRespondent) -> StoreResult<response::ActiveModel> {
    let prefill = new
        .prefill
        .as_ref()
        .map(|draft| to_document("prefill", draft))
        .transpose()?;
    // Whom to ask before the answer is begun: the contact of the last one.
    let contact = new.prefill.as_ref().map_or_else(
        || Ok(String::new()),
        |draft| to_document("contact", &BoardContact::of_draft(draft)),
    )?;
    Ok(response::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        edition_id: Set(edition_id),
        code: Set(new.class.code.to_string()),
        prefecture_code: Set(new.class.code.prefecture().to_string()),
        name: Set(new.name.clone()),
        kana: Set(new.kana.clone()),
        kind: Set(new.class.kind.as_str().to_owned()),
        route: Set(new.class.kind.route().as_str().to_owned()),
        health_center_city: Set(new.class.health_center_city),
        child_guidance_city: Set(new.class.child_guidance_city),
        deadline_on: Set(new.deadline_on.to_string()),
        status: Set(ResponseStatus::NotStarted.as_str().to_owned()),
        version: Set(0),
        draft: Set(None),
        prefill: Set(prefill),
        open_return: Set(None),
        contact: Set(contact),
        revision_number: Set(0),
        intents_mask: Set(0),
        targets_mask: Set(0),
        recipients: Set(0),
        warnings: Set(0),
        is_late: Set(false),
        first_submitted_at: Set(None),
        submitted_at: Set(None),
        changed_at: Set(None),
        reopened_until: Set(None),
        reopened_reason: Set(None),
    })
}
