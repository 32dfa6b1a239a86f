//! The answers received in a survey of required amounts: what its sums are made of.

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::{code, document, kind};
use super::entities::response;
use super::entities::revision;
use super::exports::{newest_revision, within};
use super::{Store, StoreResult};
use crate::domain::access::ReadScope;
use crate::domain::organization::RespondentClass;
use crate::domain::required_amounts::figures::AmountBody;
use crate::domain::response_status::ResponseStatus;

#[derive(FromQueryResult)]
struct Line {
    code: String,
    name: String,
    kind: String,
    health_center_city: bool,
    child_guidance_city: bool,
    form: String,
}

impl Store {
    /// Every body of the scope whose answer is received (提出済・受付済), in code order, with its newest revision.
    pub async fn amount_bodies(
        &self,
        edition_id: i64,
        scope: ReadScope,
    ) -> StoreResult<Vec<AmountBody>> {
        use response::Column as R;
        let received = ResponseStatus::ALL
            .into_iter()
            .filter(|status| status.is_received())
            .map(ResponseStatus::as_str);
        let query = response::Entity::find()
            .select_only()
            .columns([
                R::Code,
                R::Name,
                R::Kind,
                R::HealthCenterCity,
                R::ChildGuidanceCity,
            ])
            .column_as(revision::Column::Form, "form")
            .join(JoinType::InnerJoin, newest_revision())
            .filter(R::EditionId.eq(edition_id))
            .filter(R::Status.is_in(received))
            .order_by_asc(R::Code);
        let lines = within(query, scope).into_model::<Line>();
        let lines = lines.all(&self.read).await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(AmountBody {
                    class: RespondentClass {
                        code: code(&line.code)?,
                        kind: kind(&line.kind)?,
                        health_center_city: line.health_center_city,
                        child_guidance_city: line.child_guidance_city,
                    },
                    name: line.name,
                    form: document("form", &line.form)?,
                })
            })
            .collect()
    }
}
