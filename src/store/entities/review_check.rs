//! Table `review_check`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_check")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub edition_id: i64,
    pub number: i32,
    pub revision_number: i32,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    #[sea_orm(column_type = "Text")]
    pub looked_at: String,
    #[sea_orm(column_type = "Text")]
    pub machine: String,
    #[sea_orm(column_type = "Text")]
    pub note: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
