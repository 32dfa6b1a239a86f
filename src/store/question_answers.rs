//! The answers received in an edition with the class of their bodies: what counts of questions are made of.

use sea_orm::{FromQueryResult, QuerySelect};

use super::columns::{code, document, kind};
use super::entities::response;
use super::received::received_forms;
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::organization::RespondentClass;
use crate::domain::question_counts::QuestionBody;

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
    /// Every body whose answer is received (提出済・受付済), in code order, with its newest revision.
    pub async fn question_bodies(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<QuestionBody>> {
        use response::Column as R;
        let lines = received_forms(edition_id)
            .columns([
                R::Code,
                R::Name,
                R::Kind,
                R::HealthCenterCity,
                R::ChildGuidanceCity,
            ])
            .into_model::<Line>()
            .all(&self.read)
            .await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(QuestionBody {
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
