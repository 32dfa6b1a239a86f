//! The answers received in a survey of required amounts: what its sums are made of.

use sea_orm::{FromQueryResult, QuerySelect};

use super::columns::{class, document};
use super::entities::response;
use super::exports::within;
use super::received::received_forms;
use super::{Store, StoreResult};
use crate::domain::access::ReadScope;
use crate::domain::required_amounts::figures::AmountBody;

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
        let query = received_forms(edition_id).columns([
            R::Code,
            R::Name,
            R::Kind,
            R::HealthCenterCity,
            R::ChildGuidanceCity,
        ]);
        let lines = within(query, scope).into_model::<Line>();
        let lines = lines.all(&self.read).await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(AmountBody {
                    class: class(
                        (&line.code, &line.kind),
                        (line.health_center_city, line.child_guidance_city),
                    )?,
                    name: line.name,
                    form: document("form", &line.form)?,
                })
            })
            .collect()
    }
}
