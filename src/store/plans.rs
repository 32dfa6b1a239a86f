//! What plans are made of: the answers that count, with the part of their documents that plans need.

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::columns::{code, document, kind};
use super::entities::{response, revision};
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::application_intent;
use crate::domain::plan::PlanAnswer;
use crate::domain::response_status::ResponseStatus;

#[derive(FromQueryResult)]
struct PlanLine {
    code: String,
    name: String,
    kind: String,
    intents_mask: i32,
    form: String,
}

impl Store {
    /// The newest submission of every body whose answer is received, in code order: one statement.
    pub async fn plan_answers(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<PlanAnswer>> {
        use response::Column as R;
        let received = ResponseStatus::ALL
            .into_iter()
            .filter(|status| status.is_received())
            .map(ResponseStatus::as_str);
        let lines = response::Entity::find()
            .select_only()
            .columns([R::Code, R::Name, R::Kind, R::IntentsMask])
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
            .into_model::<PlanLine>()
            .all(&self.read)
            .await?;
        let answer = |line: PlanLine| {
            Ok(PlanAnswer {
                code: code(&line.code)?,
                name: line.name,
                kind: kind(&line.kind)?,
                intents: application_intent::from_mask(line.intents_mask),
                form: document("form", &line.form)?,
            })
        };
        lines.into_iter().map(answer).collect()
    }
}
