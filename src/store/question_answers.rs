//! The answers received in an edition with the class of their bodies: what counts of questions are made of.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::columns::{class, document};
use super::entities::response;
use super::received::received_forms;
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::RespondentClass;
use crate::domain::question_counts::QuestionBody;

#[derive(FromQueryResult)]
struct ClassLine {
    code: String,
    kind: String,
    health_center_city: bool,
    child_guidance_city: bool,
}

#[derive(FromQueryResult)]
struct Line {
    #[sea_orm(nested)]
    class: ClassLine,
    name: String,
    form: String,
}

impl ClassLine {
    fn load(&self) -> StoreResult<RespondentClass> {
        let marks = (self.health_center_city, self.child_guidance_city);
        class((&self.code, &self.kind), marks)
    }
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
                    class: line.class.load()?,
                    name: line.name,
                    form: document("form", &line.form)?,
                })
            })
            .collect()
    }

    /// The classes of all bodies of an edition, as frozen in it.
    pub async fn respondent_classes(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<HashMap<LocalGovernmentCode, RespondentClass>> {
        use response::Column as R;
        let lines = response::Entity::find()
            .select_only()
            .columns([R::Code, R::Kind, R::HealthCenterCity, R::ChildGuidanceCity])
            .filter(R::EditionId.eq(edition_id))
            .into_model::<ClassLine>()
            .all(&self.read)
            .await?;
        let classes = lines.iter().map(|line| {
            let class = line.load()?;
            Ok((class.code, class))
        });
        classes.collect()
    }
}
