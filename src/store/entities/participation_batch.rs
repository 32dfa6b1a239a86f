//! Table `participation_batch`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participation_batch")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub source: String,
    pub recorded_at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    pub file_name: String,
    pub file_sha256: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    pub entries: i32,
    #[sea_orm(column_type = "Blob")]
    pub packed: Vec<u8>,
    pub takes_back: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
