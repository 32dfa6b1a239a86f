//! Where a body's questions were answered: each thread with the place it stands at.

use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use super::{InquiryFilter, condition, place};
use crate::domain::access::inquiries::InquiryScope;
use crate::domain::inquiry::{EntryKind, Visibility};
use crate::domain::place::Place;
use crate::store::entities::{inquiry, inquiry_entry};
use crate::store::{Store, StoreResult};

impl Store {
    /// The threads with an answer for the body's eyes, in the order of their answers; of a thread about no place there
    /// is none.
    pub async fn answered_inquiries(
        &self,
        filter: &InquiryFilter,
        scope: InquiryScope,
    ) -> StoreResult<Vec<(Place, i64)>> {
        use inquiry_entry::Column as E;
        let lines: Vec<(i64, String)> = inquiry::Entity::find()
            .select_only()
            .columns([inquiry::Column::Id, inquiry::Column::Place])
            .join(
                JoinType::InnerJoin,
                inquiry::Entity::belongs_to(inquiry_entry::Entity)
                    .from(inquiry::Column::Id)
                    .to(E::InquiryId)
                    .into(),
            )
            .filter(condition(filter, scope))
            .filter(E::Kind.eq(EntryKind::Answer.as_str()))
            .filter(E::Visibility.eq(Visibility::Shared.as_str()))
            .order_by_asc(E::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut answered = Vec::with_capacity(lines.len());
        for (id, text) in lines {
            if let Some(place) = place(&text)? {
                answered.push((place, id));
            }
        }
        Ok(answered)
    }
}
