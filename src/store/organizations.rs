//! The bodies as they are today; what they were and will be is in [`super::bodies`].

use jiff::civil::Date;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::columns::{code, kind, route, status};
use super::entities::{organization, response};
use super::{Store, StoreResult, Transaction};
use crate::domain::access::CountryScope;
use crate::domain::body_history::{BodyHistory, BodyStanding, BodyState};
use crate::domain::implementers::BodyNames;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::{Organization, OrganizationKind, Route};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::SurveyEdition;

fn load(row: organization::Model) -> StoreResult<Organization> {
    Ok(Organization {
        code: code(&row.code)?,
        name: row.name,
        kana: row.kana,
        kind: kind(&row.kind)?,
        health_center_city: row.health_center_city,
        child_guidance_city: row.child_guidance_city,
    })
}

/// The rows of bodies that there are today, in code order.
fn in_force() -> Select<organization::Entity> {
    organization::Entity::find()
        .filter(organization::Column::Standing.eq(BodyStanding::InForce.as_str()))
        .order_by_asc(organization::Column::Code)
}

impl Store {
    /// Every body there is today, in code order.
    pub async fn organizations(&self) -> StoreResult<Vec<Organization>> {
        let rows = in_force().all(&self.read).await?;
        rows.into_iter().map(load).collect()
    }

    /// The names of all bodies that ever were or will be, as they are, were last or will be first.
    pub async fn body_names(&self) -> StoreResult<BodyNames> {
        let bodies = self.all_organizations().await?;
        Ok(bodies
            .into_iter()
            .map(|(body, _)| (body.code, body.name))
            .collect())
    }

    /// Every body that ever was or will be, as it is, was last or will be first, in code order; and its name for
    /// lists, marked 「（廃止）」 if it was abolished.
    pub async fn all_organizations(&self) -> StoreResult<Vec<(Organization, String)>> {
        let rows = organization::Entity::find()
            .order_by_asc(organization::Column::Code)
            .all(&self.read)
            .await?;
        rows.into_iter()
            .map(|row| {
                let mark = match row.standing.as_str() {
                    "abolished" => "（廃止）",
                    _ => "",
                };
                let body = load(row)?;
                let name = format!("{}{mark}", body.full_name());
                Ok((body, name))
            })
            .collect()
    }

    /// Every body with its class as of a day, in code order.
    pub async fn organizations_on(&self, on: Date) -> StoreResult<Vec<Organization>> {
        Ok(self.body_history().await?.on(on))
    }

    /// Every body of a prefecture there is today, in code order; the prefecture itself comes first.
    pub async fn organizations_in(
        &self,
        prefecture: PrefectureCode,
    ) -> StoreResult<Vec<Organization>> {
        let rows = in_force()
            .filter(organization::Column::PrefectureCode.eq(prefecture.to_string()))
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// The bodies of an edition as it took them in, in code order; none before it did.
    pub async fn respondent_bodies(&self, edition_id: i64) -> StoreResult<Vec<Organization>> {
        use super::entities::response::Column as R;
        #[derive(sea_orm::FromQueryResult)]
        struct Line {
            code: String,
            name: String,
            kana: String,
            kind: String,
            health_center_city: bool,
            child_guidance_city: bool,
        }
        let lines = super::entities::response::Entity::find()
            .select_only()
            .columns([
                R::Code,
                R::Name,
                R::Kana,
                R::Kind,
                R::HealthCenterCity,
                R::ChildGuidanceCity,
            ])
            .filter(R::EditionId.eq(edition_id))
            .order_by_asc(R::Code)
            .into_model::<Line>()
            .all(&self.read)
            .await?;
        lines
            .into_iter()
            .map(|line| {
                Ok(Organization {
                    code: code(&line.code)?,
                    kind: kind(&line.kind)?,
                    name: line.name,
                    kana: line.kana,
                    health_center_city: line.health_center_city,
                    child_guidance_city: line.child_guidance_city,
                })
            })
            .collect()
    }

    /// One body; also one that was abolished or is to come.
    pub async fn organization(
        &self,
        code: LocalGovernmentCode,
    ) -> StoreResult<Option<Organization>> {
        let row = organization::Entity::find_by_id(code.as_str())
            .one(&self.read)
            .await?;
        row.map(load).transpose()
    }
}

/// A body as an edition took it in.
#[derive(Clone, Debug)]
pub struct BodyInEdition {
    pub edition: SurveyEdition,
    pub name: String,
    pub kind: OrganizationKind,
    pub route: Route,
    pub status: ResponseStatus,
}

impl Store {
    /// The editions that took a body in, newest first, and as what.
    pub async fn editions_of(
        &self,
        body: LocalGovernmentCode,
        _scope: CountryScope,
    ) -> StoreResult<Vec<BodyInEdition>> {
        use super::entities::response::Column as R;
        let lines: Vec<(i64, String, String, String, String)> = response::Entity::find()
            .select_only()
            .columns([R::EditionId, R::Name, R::Kind, R::Route, R::Status])
            .filter(R::Code.eq(body.as_str()))
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut found = Vec::with_capacity(lines.len());
        for edition in self.editions().await? {
            let of = lines.iter().find(|(id, ..)| *id == edition.id);
            if let Some((_, name, of_kind, of_route, of_status)) = of {
                found.push(BodyInEdition {
                    name: name.clone(),
                    kind: kind(of_kind)?,
                    route: route(of_route)?,
                    status: status(of_status)?,
                    edition,
                });
            }
        }
        Ok(found)
    }
}

impl Store {
    /// When and how a body ended, if there is no such body today.
    pub async fn end_of(
        &self,
        body: LocalGovernmentCode,
        today: Date,
    ) -> StoreResult<Option<BodyState>> {
        let standing: Option<String> = organization::Entity::find_by_id(body.as_str())
            .select_only()
            .column(organization::Column::Standing)
            .into_tuple()
            .one(&self.read)
            .await?;
        if standing.as_deref() != Some("abolished") {
            return Ok(None);
        }
        let changes = self.body_changes_of(body).await?.into_iter();
        let history = BodyHistory::new(changes.map(|recorded| recorded.change).collect());
        let state = history.state(body, today);
        Ok(state.filter(|state| !state.is_in_force()))
    }
}

impl Transaction {
    /// Every body with its class as of a day, in code order.
    pub async fn organizations_on(&self, on: Date) -> StoreResult<Vec<Organization>> {
        Ok(self.body_history().await?.on(on))
    }
}
