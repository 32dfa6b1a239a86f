//! 訂正: whether an answer's newest revision is one that its reviewer made.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::entities::revision;
use super::revisions::corrected_by;
use super::{Store, StoreResult};
use crate::domain::revision::Correction;

impl Store {
    /// The correction that a revision is; `None` if the body, or somebody in its place, submitted it.
    pub async fn correction_of(
        &self,
        response_id: i64,
        number: i32,
    ) -> StoreResult<Option<Correction>> {
        use revision::Column as V;
        let found: Option<(Option<String>, Option<String>)> = revision::Entity::find()
            .select_only()
            .columns([V::CorrectedBy, V::CorrectionReason])
            .filter(V::ResponseId.eq(response_id))
            .filter(V::Number.eq(number))
            .into_tuple()
            .one(&self.read)
            .await?;
        let (by, reason) = found.unwrap_or_default();
        Ok(corrected_by(by.as_deref())?.map(|by| Correction {
            by,
            reason: reason.unwrap_or_default(),
        }))
    }
}
