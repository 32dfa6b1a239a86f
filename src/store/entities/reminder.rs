//! Table `reminder`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: i64,
    pub response_id: i64,
    pub code: String,
    pub step: String,
    pub due_on: String,
    pub day: String,
    pub status: String,
    pub outcome: String,
    pub recipients: i32,
    #[sea_orm(column_type = "Text", nullable)]
    pub words: Option<String>,
    pub at: i64,
    pub account_id: Option<i64>,
    pub actor_name: Option<String>,
    pub actor_body: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
