//! Table `intake_batch`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intake_batch")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: i64,
    pub door: String,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    pub actor_code: String,
    pub replace_answers: bool,
    pub received_on: Option<String>,
    pub state: String,
    pub skipped: i32,
    pub created_at: i64,
    pub touched_at: i64,
    pub finished_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
