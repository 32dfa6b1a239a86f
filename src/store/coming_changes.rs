//! What bodies will be on days to come, as far as it is recorded.

use jiff::civil::Date;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entities::organization_version;
use super::{Store, StoreResult};
use crate::domain::access::PrefectureScope;
use crate::domain::body_history::BodyHistory;
use crate::domain::body_history::coming::ComingChange;
use crate::domain::local_government_code::LocalGovernmentCode;

use organization_version::Column as V;

impl Store {
    /// The changes of class and the end that are to come for one body.
    pub async fn coming_changes_of(
        &self,
        body: LocalGovernmentCode,
        today: Date,
    ) -> StoreResult<Vec<ComingChange>> {
        self.coming_changes(V::Code.eq(body.as_str()), today).await
    }

    /// The same for the bodies of a prefecture.
    pub async fn coming_changes_in(
        &self,
        scope: PrefectureScope,
        today: Date,
    ) -> StoreResult<Vec<ComingChange>> {
        // A code begins with its prefecture's two digits.
        let prefecture = scope.prefecture().to_string();
        self.coming_changes(V::Code.starts_with(prefecture), today)
            .await
    }

    async fn coming_changes(
        &self,
        bodies: SimpleExpr,
        today: Date,
    ) -> StoreResult<Vec<ComingChange>> {
        let codes: Vec<String> = organization_version::Entity::find()
            .select_only()
            .column(V::Code)
            .distinct()
            .filter(bodies)
            .filter(V::EffectiveOn.gt(today.to_string()))
            .into_tuple()
            .all(&self.read)
            .await?;
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = organization_version::Entity::find()
            .filter(V::Code.is_in(codes))
            .order_by_asc(V::Id)
            .all(&self.read)
            .await?;
        let changes: StoreResult<Vec<_>> = rows.into_iter().map(|row| row.load()).collect();
        Ok(BodyHistory::new(changes?).coming_changes(today))
    }
}
