//! Table `plan_change`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: i64,
    pub recorded_at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    #[sea_orm(column_type = "Text")]
    pub old_basis: String,
    #[sea_orm(column_type = "Text")]
    pub new_basis: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
