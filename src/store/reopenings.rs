//! 再受付 whose day has passed.

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::columns::code;
use super::editions::key;
use super::entities::{response, survey_edition};
use super::response_changes::versioned;
use super::responses::ResponseRecord;
use super::writes::GuardedUpdate;
use super::{Store, StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::EditionKey;

impl Store {
    /// Answers that are to be mended by a reopening whose last day is before `today`. Reads every answer's row: for
    /// once a day.
    pub async fn unmended_reopenings(
        &self,
        today: Date,
    ) -> StoreResult<Vec<(EditionKey, LocalGovernmentCode)>> {
        use response::Column as R;
        let lines: Vec<(String, String)> = response::Entity::find()
            .select_only()
            .column(survey_edition::Column::Key)
            .column(R::Code)
            .join(
                JoinType::InnerJoin,
                response::Entity::belongs_to(survey_edition::Entity)
                    .from(R::EditionId)
                    .to(survey_edition::Column::Id)
                    .into(),
            )
            .filter(R::Status.eq(ResponseStatus::Returned.as_str()))
            // Dates of this form are in the order of their texts.
            .filter(R::ReopenedUntil.lt(today.to_string()))
            .order_by_asc(R::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        lines
            .iter()
            .map(|(of, body)| Ok((key(of)?, code(body)?)))
            .collect()
    }
}

impl Transaction {
    /// Puts an answer back to a status; the reopening is over. The draft stays as it was typed. A closed edition takes
    /// it too, so the version alone guards it.
    pub async fn end_reopening(
        &self,
        record: &ResponseRecord,
        status: ResponseStatus,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let row = response::ActiveModel {
            status: Set(status.as_str().to_owned()),
            reopened_until: Set(None),
            reopened_reason: Set(None),
            ..Default::default()
        };
        let backend = self.inner.get_database_backend();
        let update = versioned(record, at, row).build(backend);
        self.apply_guarded(GuardedUpdate(update)).await
    }
}
