//! 再受付: one body is asked again by itself, and its answer's row says until when.

use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryTrait};

use super::columns::to_document;
use super::editions::date;
use super::entities::response;
use super::response_changes::versioned;
use super::responses::ResponseRecord;
use super::writes::GuardedUpdate;
use super::{StoreResult, Transaction};
use crate::domain::japan_time::UnixMillis;
use crate::domain::response::Draft;
use crate::domain::response_status::ResponseStatus;

/// 再受付: one body was asked again by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopening {
    /// Inclusive, to the end of that day in Japan.
    pub until: Date,
    pub reason: String,
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

impl Transaction {
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
}
