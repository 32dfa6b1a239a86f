//! Table `inquiry_entry`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiry_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub inquiry_id: i64,
    pub kind: String,
    pub visibility: String,
    pub state_after: String,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    pub call_with: Option<String>,
    pub called_on: Option<String>,
    pub called_time: Option<String>,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    pub office: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
