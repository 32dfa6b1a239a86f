//! Table `prefecture_deadline_change`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prefecture_deadline_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: i64,
    pub prefecture_code: String,
    pub deadline_before: String,
    pub deadline_on: String,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
