//! What is stored for many bodies at once, and many submissions at once.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::super::boards::BoardContact;
use super::super::columns::{class, code, optional, route, status, to_document};
use super::super::editions::date;
use super::super::entities::{intake_file, response, revision};
use super::super::rows::Rows;
use super::super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::application_intent;
use crate::domain::intake_batch::FileState;
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{RespondentClass, Route};
use crate::domain::response::{Draft, Form1, Warning};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::review_request::BodyReply;

/// What is stored for a body.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    pub id: i64,
    pub class: RespondentClass,
    pub name: String,
    pub route: Route,
    pub deadline_on: Date,
    pub status: ResponseStatus,
    pub version: i32,
    pub draft: Option<Draft>,
    pub revision_number: i32,
    pub first_submitted_at: Option<UnixMillis>,
    pub lateness: Lateness,
    /// 再受付: the last day the body was given by itself.
    pub reopened_until: Option<Date>,
    /// The newest revision, also if it was withdrawn.
    pub newest: Option<NewestForm>,
}

/// The newest revision of an answer.
#[derive(Clone, Debug)]
pub struct NewestForm {
    pub form: Form1,
    pub by_proxy: bool,
}

#[derive(FromQueryResult)]
struct AnswerLine {
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
    revision_number: i32,
    first_submitted_at: Option<i64>,
    is_late: bool,
    judged_on: Option<String>,
    reopened_until: Option<String>,
    form: Option<String>,
    entered_by_proxy: Option<bool>,
}

fn load(line: AnswerLine) -> StoreResult<AnswerRow> {
    let form: Option<Form1> = optional("form", line.form.as_ref())?;
    Ok(AnswerRow {
        id: line.id,
        class: class(
            (&line.code, &line.kind),
            (line.health_center_city, line.child_guidance_city),
        )?,
        name: line.name,
        route: route(&line.route)?,
        deadline_on: date(&line.deadline_on)?,
        status: status(&line.status)?,
        version: line.version,
        draft: optional("draft", line.draft.as_ref())?,
        revision_number: line.revision_number,
        first_submitted_at: line.first_submitted_at.map(UnixMillis),
        lateness: Lateness {
            is_late: line.is_late,
            judged_on: line.judged_on.as_deref().map(date).transpose()?,
        },
        reopened_until: line.reopened_until.as_deref().map(date).transpose()?,
        newest: form.map(|form| NewestForm {
            form,
            by_proxy: line.entered_by_proxy.unwrap_or(false),
        }),
    })
}

fn query(edition_id: i64, codes: &[LocalGovernmentCode]) -> Select<response::Entity> {
    use response::Column as R;
    response::Entity::find()
        .select_only()
        .columns([
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
            R::RevisionNumber,
            R::FirstSubmittedAt,
            R::IsLate,
            R::JudgedOn,
            R::ReopenedUntil,
        ])
        .columns([revision::Column::Form, revision::Column::EnteredByProxy])
        .join(
            JoinType::LeftJoin,
            response::Entity::belongs_to(revision::Entity)
                .from((R::Id, R::RevisionNumber))
                .to((revision::Column::ResponseId, revision::Column::Number))
                .into(),
        )
        .filter(R::EditionId.eq(edition_id))
        .filter(R::Code.is_in(codes.iter().map(|code| code.to_string())))
        // Always the same order: two who hold many rows wait for each other instead of blocking.
        .order_by_asc(R::Id)
}

async fn answers(
    query: Select<response::Entity>,
    connection: &impl ConnectionTrait,
) -> StoreResult<HashMap<LocalGovernmentCode, AnswerRow>> {
    let lines = query.into_model::<AnswerLine>().all(connection).await?;
    lines
        .into_iter()
        .map(|line| load(line).map(|row| (row.class.code, row)))
        .collect()
}

/// A submission to write, its documents worked out.
#[derive(Clone, Debug)]
pub struct NewSubmission<'a> {
    pub answer: &'a AnswerRow,
    pub file_id: i64,
    pub event: ResponseEvent,
    pub status: ResponseStatus,
    pub receipt: String,
    pub form: &'a Form1,
    pub targets_mask: i64,
    pub draft: &'a Draft,
    pub warnings: &'a [Warning],
    pub lateness: Lateness,
    pub first_submitted_at: UnixMillis,
    pub submitted_at: UnixMillis,
    /// What the body says to what it was asked.
    pub replies: &'a [BodyReply],
}

impl NewSubmission<'_> {
    fn number(&self) -> i32 {
        self.answer.revision_number + 1
    }

    /// Always a text, so that rows of values have one type a column.
    fn judged_on(&self) -> Option<String> {
        self.lateness.judged_on.map(|day| day.to_string())
    }
}

impl Store {
    /// What is stored for these bodies, without holding anything.
    pub async fn answers(
        &self,
        edition_id: i64,
        codes: &[LocalGovernmentCode],
    ) -> StoreResult<HashMap<LocalGovernmentCode, AnswerRow>> {
        answers(query(edition_id, codes), &self.read).await
    }

    /// Whether an edition has taken in any body.
    pub async fn has_respondents(&self, edition_id: i64) -> StoreResult<bool> {
        let id: Option<i64> = response::Entity::find()
            .select_only()
            .column(response::Column::Id)
            .filter(response::Column::EditionId.eq(edition_id))
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(id.is_some())
    }
}

impl Transaction {
    /// What is stored for these bodies; their rows are held until the end.
    pub async fn hold_answers(
        &self,
        edition_id: i64,
        codes: &[LocalGovernmentCode],
    ) -> StoreResult<HashMap<LocalGovernmentCode, AnswerRow>> {
        let mut query = query(edition_id, codes);
        if self.is_postgres() {
            QuerySelect::query(&mut query).lock_with_tables(LockType::Update, [response::Entity]);
        }
        answers(query, &self.inner).await
    }

    /// Which originals were taken for these bodies before, with the revision each became.
    pub async fn taken_before(
        &self,
        edition_id: i64,
        codes: &[LocalGovernmentCode],
    ) -> StoreResult<HashMap<(LocalGovernmentCode, String), i32>> {
        use intake_file::Column as F;
        let lines: Vec<(String, Option<String>, Option<i32>)> = intake_file::Entity::find()
            .select_only()
            .columns([F::Code, F::Sha256, F::RevisionNumber])
            .filter(F::EditionId.eq(edition_id))
            .filter(F::Code.is_in(codes.iter().map(|code| code.to_string())))
            .filter(F::State.eq(FileState::Taken.as_str()))
            // A draft is no answer yet.
            .filter(F::RevisionNumber.is_not_null())
            .order_by_asc(F::Id)
            .into_tuple()
            .all(&self.inner)
            .await?;
        let mut found = HashMap::with_capacity(lines.len());
        for (text, sha256, number) in lines {
            if let (Some(sha256), Some(number)) = (sha256, number) {
                found.insert((code(&text)?, sha256), number);
            }
        }
        Ok(found)
    }

    /// Writes submissions with their revisions, events and audit rows. Nothing may have changed since the
    /// answers were held; [`StoreError::Stale`] if something did.
    pub async fn submit_many(
        &self,
        edition_id: i64,
        actor: &Actor,
        at: UnixMillis,
        subject: impl Fn(LocalGovernmentCode) -> String,
        new: &[NewSubmission<'_>],
    ) -> StoreResult<()> {
        if new.is_empty() {
            return Ok(());
        }
        let changed = self.update_answers(at, new).await?;
        if changed != new.len() as u64 {
            return Err(StoreError::Stale);
        }
        self.insert_new_revisions(actor, new).await?;
        let answered: Vec<_> = new
            .iter()
            .map(|one| (one.answer.id, one.number(), one.replies))
            .collect();
        self.reply_by_files(actor, at, &answered).await?;
        let mut events = Rows::with_columns(12, new.len());
        let mut audit = Rows::with_columns(8, new.len());
        for one in new {
            let code = one.answer.class.code;
            events.push([
                one.answer.id.into(),
                edition_id.into(),
                code.prefecture().to_string().into(),
                one.event.as_str().into(),
                one.status.as_str().into(),
                one.number().into(),
                at.0.into(),
                actor.account_id.into(),
                actor.display_name.clone().into(),
                actor.body_name().into(),
                "[]".into(),
                one.file_id.into(),
            ]);
            audit.push([
                at.0.into(),
                (actor.account_id != 0).then_some(actor.account_id).into(),
                actor.display_name.clone().into(),
                actor.body_name().into(),
                one.event.as_str().into(),
                subject(code).into(),
                format!("revision {} file {}", one.number(), one.file_id).into(),
                actor.request_id.clone().into(),
            ]);
        }
        self.write_rows(
            events,
            "INSERT INTO response_event (response_id, edition_id, prefecture_code, event, \
             status_after, revision_number, at, account_id, actor_name, actor_body, detail, \
             intake_file_id) VALUES ",
            "",
        )
        .await?;
        self.write_rows(
            audit,
            "INSERT INTO audit_log (at, account_id, actor_name, actor_body, action, subject, \
             detail, request_id) VALUES ",
            "",
        )
        .await?;
        Ok(())
    }

    async fn update_answers(&self, at: UnixMillis, new: &[NewSubmission<'_>]) -> StoreResult<u64> {
        let mut rows = Rows::with_columns(15, new.len());
        for one in new {
            let form = one.form;
            let contact = BoardContact {
                department: form.contact.department.clone(),
                phone: form.contact.phone.to_string(),
                email: form.contact.email.to_string(),
            };
            rows.push([
                one.answer.id.into(),
                one.answer.version.into(),
                one.status.as_str().into(),
                to_document("draft", one.draft)?.into(),
                to_document("contact", &contact)?.into(),
                one.number().into(),
                application_intent::mask(&form.intents).into(),
                one.targets_mask.into(),
                i64::try_from(form.totals().recipients)
                    .unwrap_or(i64::MAX)
                    .into(),
                i32::try_from(one.warnings.len()).unwrap_or(i32::MAX).into(),
                one.lateness.is_late.into(),
                one.first_submitted_at.0.into(),
                one.submitted_at.0.into(),
                at.0.into(),
                one.judged_on().into(),
            ]);
        }
        self.write_rows(
            rows,
            "UPDATE response SET version = response.version + 1, status = v.column3, \
             draft = v.column4, prefill = NULL, contact = v.column5, revision_number = v.column6, \
             intents_mask = v.column7, targets_mask = v.column8, recipients = v.column9, \
             warnings = v.column10, is_late = v.column11, first_submitted_at = v.column12, \
             submitted_at = v.column13, changed_at = v.column14, judged_on = v.column15 FROM (VALUES ",
            ") AS v WHERE response.id = v.column1 AND response.version = v.column2",
        )
        .await
    }

    async fn insert_new_revisions(
        &self,
        actor: &Actor,
        new: &[NewSubmission<'_>],
    ) -> StoreResult<()> {
        let mut rows = Rows::with_columns(13, new.len());
        for one in new {
            rows.push([
                one.answer.id.into(),
                one.number().into(),
                one.receipt.clone().into(),
                super::super::responses::submission_key(one.answer.id, one.answer.version).into(),
                to_document("form", one.form)?.into(),
                to_document("warnings", &one.warnings)?.into(),
                one.lateness.is_late.into(),
                one.submitted_at.0.into(),
                actor.account_id.into(),
                actor.display_name.clone().into(),
                (one.event == ResponseEvent::EnterByProxy).into(),
                one.file_id.into(),
                one.judged_on().into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO revision (response_id, number, receipt, submission_key, form, \
             confirmed_warnings, is_late, submitted_at, submitted_by, submitted_by_name, \
             entered_by_proxy, intake_file_id, judged_on) VALUES ",
            "",
        )
        .await?;
        Ok(())
    }
}
