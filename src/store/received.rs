//! The answers received in an edition with their documents: what is counted beyond the masks of an answer's row.

use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select};

use super::entities::{response, revision};
use crate::domain::response_status::ResponseStatus;

/// Every body whose answer is received (提出済・受付済), in code order, with the form of its newest submission as
/// `form`; the columns of the answer are still to be named.
pub(super) fn received_forms(edition_id: i64) -> Select<response::Entity> {
    use response::Column as R;
    let received = ResponseStatus::ALL
        .into_iter()
        .filter(|status| status.is_received())
        .map(ResponseStatus::as_str);
    response::Entity::find()
        .select_only()
        .column_as(revision::Column::Form, "form")
        .join(
            JoinType::InnerJoin,
            response::Entity::belongs_to(revision::Entity)
                .from((R::Id, R::RevisionNumber))
                .to((revision::Column::ResponseId, revision::Column::Number))
                .into(),
        )
        .filter(R::EditionId.eq(edition_id))
        .filter(R::Status.is_in(received))
        .order_by_asc(R::Code)
}
