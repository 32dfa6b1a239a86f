//! Table `intent_change_event`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intent_change_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub change_id: i64,
    pub event: String,
    pub state_after: String,
    pub at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    #[sea_orm(column_type = "Text")]
    pub remark: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
