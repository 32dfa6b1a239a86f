//! Table `proxy_entry`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proxy_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub open_key: Option<String>,
    pub version: i32,
    pub source: String,
    pub received_on: String,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    #[sea_orm(column_type = "Text")]
    pub draft: String,
    pub changed_at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    pub revision_number: Option<i32>,
    #[sea_orm(column_type = "Text", nullable)]
    pub replaced_draft: Option<String>,
    pub begun_by: Option<String>,
    pub begun_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
