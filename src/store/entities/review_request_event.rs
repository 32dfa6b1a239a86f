//! Table `review_request_event`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_request_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub request_id: i64,
    pub event: String,
    pub state_after: String,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    pub reply_kind: Option<String>,
    pub revision_number: Option<i32>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
