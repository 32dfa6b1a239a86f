//! Table `response_event`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "response_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub edition_id: i64,
    pub prefecture_code: String,
    pub event: String,
    pub status_after: String,
    pub revision_number: Option<i32>,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    #[sea_orm(column_type = "Text")]
    pub detail: String,
    pub intake_file_id: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
