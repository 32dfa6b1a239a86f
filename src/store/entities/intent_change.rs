//! Table `intent_change`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intent_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub edition_id: i64,
    pub code: String,
    pub prefecture_code: String,
    pub number: i32,
    pub state: String,
    pub version: i32,
    pub base_revision: i32,
    #[sea_orm(column_type = "Text")]
    pub form: String,
    #[sea_orm(column_type = "Text")]
    pub confirmed_warnings: String,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub changed_on: String,
    pub filed_at: i64,
    pub filed_by: i64,
    pub filed_by_name: String,
    pub settled_at: Option<i64>,
    pub result_revision: Option<i32>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
