//! Table `organization_version`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_version")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub change_id: i64,
    pub code: String,
    pub effective_on: String,
    pub name: Option<String>,
    pub kana: Option<String>,
    pub kind: Option<String>,
    pub health_center_city: Option<bool>,
    pub child_guidance_city: Option<bool>,
    pub in_force: Option<bool>,
    pub successor_code: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
