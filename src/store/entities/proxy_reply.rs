//! Table `proxy_reply`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proxy_reply")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub revision_number: i32,
    pub position: i32,
    pub event: String,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
