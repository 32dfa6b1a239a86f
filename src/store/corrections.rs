//! 訂正: whether an answer's newest revision is one that its reviewer made, and whether its body has looked at it.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::entities::{response, revision};
use super::revisions::corrected_by;
use super::{Store, StoreResult, Transaction};
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

    /// The number of the newest correction that the body said it has looked at.
    pub async fn correction_seen(&self, response_id: i64) -> StoreResult<Option<i32>> {
        let found: Option<Option<i32>> = response::Entity::find_by_id(response_id)
            .select_only()
            .column(response::Column::CorrectionSeen)
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(found.flatten())
    }
}

impl Transaction {
    /// Keeps that the body has looked at the correction which its newest revision is; `false`: it is known already, or
    /// the revision is another by now. Pages made before stay good: nothing of the answer changes.
    pub async fn keep_correction_seen(&self, response_id: i64, number: i32) -> StoreResult<bool> {
        use response::Column as R;
        let updated = response::Entity::update_many()
            .col_expr(R::CorrectionSeen, Expr::value(Some(number)))
            .filter(R::Id.eq(response_id))
            .filter(R::RevisionNumber.eq(number))
            .filter(
                Condition::any()
                    .add(R::CorrectionSeen.is_null())
                    .add(R::CorrectionSeen.ne(number)),
            )
            .exec(&self.inner)
            .await?;
        Ok(updated.rows_affected == 1)
    }
}
