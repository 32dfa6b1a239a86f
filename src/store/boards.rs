//! Boards: one range of one index, and no document but that of an open return.

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde::Serialize;

use super::columns::{code, document, kind, route, status};
use super::editions::date;
use super::entities::response;
use super::reminders::returned_on;
use super::{Store, StoreResult, Transaction};
use crate::domain::access::{CountryScope, PrefectureScope};
use crate::domain::application_intent::{self, Intents};
use crate::domain::coordination_contact;
use crate::domain::japan_time::UnixMillis;
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::reminder::Owing;
use crate::domain::response::Draft;
use crate::domain::response_status::ResponseStatus;
use crate::domain::target_counts::Marks;

/// One line of a board.
#[derive(Clone, Debug)]
pub struct BoardRow {
    pub id: i64,
    pub code: LocalGovernmentCode,
    pub name: String,
    pub kana: String,
    pub kind: OrganizationKind,
    pub route: Route,
    pub deadline_on: Date,
    pub status: ResponseStatus,
    /// 担当 of the newest answer or draft; `None` if unknown.
    pub contact: Option<BoardContact>,
    pub revision_number: i32,
    pub intents: Intents,
    /// Bit i = row i of the edition has ○.
    pub targets_mask: i64,
    /// Sum of the known recipients of the newest revision.
    pub recipients: u64,
    /// Warnings of the newest revision.
    pub warnings: u32,
    pub is_late: bool,
    /// The deadline by which that was judged.
    pub judged_on: Option<Date>,
    pub submitted_at: Option<UnixMillis>,
    pub changed_at: Option<UnixMillis>,
    /// 再受付.
    pub reopened_until: Option<Date>,
    /// The day of the return it answers.
    pub returned_on: Option<Date>,
}

impl BoardRow {
    /// How late the answer came, and by which deadline.
    pub fn lateness(&self) -> Lateness {
        Lateness {
            is_late: self.is_late,
            judged_on: self.judged_on,
        }
    }

    /// What is known of what it owes, in an edition with this last day for answers to a return.
    pub fn owing(&self, last_change_on: Date) -> Owing {
        Owing {
            status: self.status,
            deadline_on: self.deadline_on,
            last_change_on,
            reopened_until: self.reopened_until,
            returned_on: self.returned_on,
        }
    }

    /// What of it is counted.
    pub fn marks(&self) -> Marks {
        Marks {
            kind: self.kind,
            prefecture: self.code.prefecture(),
            is_received: self.status.is_received(),
            // Four bits.
            intents: u8::try_from(application_intent::mask(&self.intents)).unwrap_or(0),
            targets: self.targets_mask,
        }
    }
}

/// The contact as a board shows it: texts, since a draft's need not be valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct BoardContact {
    pub department: String,
    pub phone: String,
    pub email: String,
}

impl BoardContact {
    /// The contact of a draft: as it reads, or as typed where it does not.
    pub(super) fn of_draft(draft: &Draft) -> Self {
        let typed = &draft.input.contact;
        match coordination_contact::read(typed) {
            Ok(contact) => Self {
                department: contact.department,
                phone: contact.phone.to_string(),
                email: contact.email.to_string(),
            },
            Err(_) => Self {
                department: typed.department.clone(),
                phone: typed.phone.clone(),
                email: typed.email.clone(),
            },
        }
    }
}

#[derive(FromQueryResult)]
pub(super) struct BoardLine {
    id: i64,
    code: String,
    name: String,
    kana: String,
    kind: String,
    route: String,
    deadline_on: String,
    status: String,
    contact: String,
    revision_number: i32,
    intents_mask: i32,
    targets_mask: i64,
    recipients: i64,
    warnings: i32,
    is_late: bool,
    judged_on: Option<String>,
    submitted_at: Option<i64>,
    changed_at: Option<i64>,
    reopened_until: Option<String>,
    open_return: Option<String>,
}

pub(super) fn board_query(edition_id: i64) -> Select<response::Entity> {
    use response::Column as R;
    response::Entity::find()
        .select_only()
        .columns([
            R::Id,
            R::Code,
            R::Name,
            R::Kana,
            R::Kind,
            R::Route,
            R::DeadlineOn,
            R::Status,
            R::Contact,
            R::RevisionNumber,
            R::IntentsMask,
            R::TargetsMask,
            R::Recipients,
            R::Warnings,
            R::IsLate,
            R::JudgedOn,
            R::SubmittedAt,
            R::ChangedAt,
            R::ReopenedUntil,
            R::OpenReturn,
        ])
        .filter(R::EditionId.eq(edition_id))
        .order_by_asc(R::Code)
}

pub(super) fn board_row(line: BoardLine) -> StoreResult<BoardRow> {
    Ok(BoardRow {
        id: line.id,
        code: code(&line.code)?,
        name: line.name,
        kana: line.kana,
        kind: kind(&line.kind)?,
        route: route(&line.route)?,
        deadline_on: date(&line.deadline_on)?,
        status: status(&line.status)?,
        contact: if line.contact.is_empty() {
            None
        } else {
            Some(document("contact", &line.contact)?)
        },
        revision_number: line.revision_number,
        intents: application_intent::from_mask(line.intents_mask),
        targets_mask: line.targets_mask,
        recipients: u64::try_from(line.recipients).unwrap_or(0),
        warnings: u32::try_from(line.warnings).unwrap_or(0),
        is_late: line.is_late,
        judged_on: line.judged_on.as_deref().map(date).transpose()?,
        submitted_at: line.submitted_at.map(UnixMillis),
        changed_at: line.changed_at.map(UnixMillis),
        reopened_until: line.reopened_until.as_deref().map(date).transpose()?,
        returned_on: returned_on(line.open_return.as_deref())?,
    })
}

fn of_prefecture(edition_id: i64, scope: PrefectureScope) -> Select<response::Entity> {
    let prefecture = scope.prefecture().to_string();
    board_query(edition_id).filter(response::Column::PrefectureCode.eq(prefecture))
}

fn of_direct_bodies(edition_id: i64) -> Select<response::Entity> {
    board_query(edition_id).filter(response::Column::Route.eq(Route::ToMinistry.as_str()))
}

async fn board(
    query: Select<response::Entity>,
    connection: &impl ConnectionTrait,
) -> StoreResult<Vec<BoardRow>> {
    let lines = query.into_model::<BoardLine>().all(connection).await?;
    lines.into_iter().map(board_row).collect()
}

impl Store {
    /// Every body of a prefecture in an edition, in code order, also the prefecture itself and its
    /// direct cities; the caller picks by route.
    pub async fn board(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
    ) -> StoreResult<Vec<BoardRow>> {
        board(of_prefecture(edition_id, scope), &self.read).await
    }

    /// Every body that answers directly to the ministry, in code order.
    pub async fn direct_board(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<BoardRow>> {
        board(of_direct_bodies(edition_id), &self.read).await
    }

    /// Every body of the country, in code order.
    pub async fn country_board(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<BoardRow>> {
        board(board_query(edition_id), &self.read).await
    }
}

impl Transaction {
    /// Every body of a prefecture in an edition, as seen by this transaction.
    pub async fn board(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
    ) -> StoreResult<Vec<BoardRow>> {
        board(of_prefecture(edition_id, scope), &self.inner).await
    }

    /// Every body that answers directly to the ministry, as seen by this transaction.
    pub async fn direct_board(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<BoardRow>> {
        board(of_direct_bodies(edition_id), &self.inner).await
    }

    /// Every body of the country, as seen by this transaction.
    pub async fn country_board(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<BoardRow>> {
        board(board_query(edition_id), &self.inner).await
    }
}

#[cfg(test)]
impl BoardRow {
    /// A body with nothing in its answer, for tests of what lists make of rows.
    pub(crate) fn sample(code: &str, kind: OrganizationKind, status: ResponseStatus) -> Self {
        Self {
            id: 1,
            code: code.parse().expect("a real code"),
            name: code.to_owned(),
            kana: String::new(),
            kind,
            route: kind.route(),
            deadline_on: jiff::civil::date(2027, 2, 19),
            status,
            contact: None,
            revision_number: 1,
            intents: Intents::default(),
            targets_mask: 0,
            recipients: 0,
            warnings: 0,
            is_late: false,
            judged_on: None,
            submitted_at: None,
            changed_at: None,
            reopened_until: None,
            returned_on: None,
        }
    }
}
