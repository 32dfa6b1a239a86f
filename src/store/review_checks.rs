//! 確認票: check lists as they were kept, only ever added to.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::{code, document, to_document};
use super::entities::{response, review_check};
use super::responses::ResponseRecord;
use super::{Store, StoreResult, Transaction};
use crate::domain::access::PrefectureScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::review_checklist::CheckList;

/// How far a body's answer was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckMark {
    /// Items that were looked at.
    pub looked_at: usize,
    /// It was the revision that stands.
    pub is_current: bool,
}

fn load(row: review_check::Model) -> StoreResult<CheckList> {
    Ok(CheckList {
        number: row.number,
        revision: row.revision_number,
        at: UnixMillis(row.at),
        by: row.actor_name,
        body: row.actor_body,
        account_id: row.account_id,
        looked_at: document("check list", &row.looked_at)?,
        machine: document("machine checks", &row.machine)?,
        note: row.note,
    })
}

async fn newest(
    connection: &impl ConnectionTrait,
    response_id: i64,
) -> StoreResult<Option<CheckList>> {
    let row = review_check::Entity::find()
        .filter(review_check::Column::ResponseId.eq(response_id))
        .order_by_desc(review_check::Column::Number)
        .one(connection)
        .await?;
    row.map(load).transpose()
}

impl Store {
    /// The newest check list of an answer. The caller asks [`crate::domain::access`] before it shows it.
    pub async fn newest_checks(&self, response_id: i64) -> StoreResult<Option<CheckList>> {
        newest(&self.read, response_id).await
    }

    /// How far the answers of a prefecture's bodies were looked at.
    pub async fn check_marks(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
    ) -> StoreResult<HashMap<LocalGovernmentCode, CheckMark>> {
        #[derive(FromQueryResult)]
        struct Line {
            code: String,
            revision_number: i32,
            looked_revision: i32,
            looked_at: String,
        }
        use review_check::Column as C;
        let lines = review_check::Entity::find()
            .select_only()
            .columns([response::Column::Code, response::Column::RevisionNumber])
            .column_as(C::RevisionNumber, "looked_revision")
            .column(C::LookedAt)
            .join(
                JoinType::InnerJoin,
                review_check::Entity::belongs_to(response::Entity)
                    .from(C::ResponseId)
                    .to(response::Column::Id)
                    .into(),
            )
            .filter(C::EditionId.eq(edition_id))
            .filter(response::Column::PrefectureCode.eq(scope.prefecture().to_string()))
            .order_by_asc(C::Number)
            .into_model::<Line>()
            .all(&self.read)
            .await?;
        let mut marks = HashMap::new();
        for line in lines {
            let looked_at: Vec<String> = document("check list", &line.looked_at)?;
            let mark = CheckMark {
                looked_at: looked_at.len(),
                is_current: line.looked_revision == line.revision_number,
            };
            // The last one of each body stands.
            marks.insert(code(&line.code)?, mark);
        }
        Ok(marks)
    }
}

impl Transaction {
    /// The newest check list of an answer.
    pub async fn newest_checks(&self, response_id: i64) -> StoreResult<Option<CheckList>> {
        newest(&self.inner, response_id).await
    }

    /// Adds a check list.
    pub async fn insert_checks(
        &self,
        record: &ResponseRecord,
        checks: &CheckList,
    ) -> StoreResult<()> {
        let row = review_check::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            response_id: Set(record.id),
            edition_id: Set(record.edition.id),
            number: Set(checks.number),
            revision_number: Set(checks.revision),
            at: Set(checks.at.0),
            account_id: Set(checks.account_id),
            actor_name: Set(checks.by.clone()),
            actor_body: Set(checks.body.clone()),
            looked_at: Set(to_document("check list", &checks.looked_at)?),
            machine: Set(to_document("machine checks", &checks.machine)?),
            note: Set(checks.note.clone()),
        };
        review_check::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
