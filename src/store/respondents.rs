//! The bodies of an edition as it takes them in: rows that nobody has touched yet, and those of the demo,
//! which come with a past.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::boards::BoardContact;
use super::columns::{code, to_document};
use super::entities::response;
use super::{StoreResult, Transaction};
use crate::domain::application_intent::{self, Intents};
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::RespondentClass;
use crate::domain::response::Draft;
use crate::domain::response_status::ResponseStatus;
use crate::domain::return_request::ReturnRequest;

/// A body as an edition takes it in.
#[derive(Clone, Debug)]
pub struct NewRespondent {
    pub class: RespondentClass,
    pub name: String,
    pub kana: String,
    pub deadline_on: Date,
    pub prefill: Option<Draft>,
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
    pub lateness: Lateness,
    pub first_submitted_at: Option<UnixMillis>,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
}

impl Transaction {
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
        is_late: Set(past.lateness.is_late),
        judged_on: Set(past.lateness.judged_on.map(|day| day.to_string())),
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
        judged_on: Set(None),
        correction_seen: Set(None),
    })
}
