//! What plans are made of: the answers that count, with the part of their documents that plans need.

use sea_orm::{FromQueryResult, QuerySelect};

use super::columns::{code, document, kind};
use super::entities::response;
use super::received::received_forms;
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::application_intent;
use crate::domain::plan::PlanAnswer;

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
        let lines = received_forms(edition_id)
            .columns([R::Code, R::Name, R::Kind, R::IntentsMask])
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
