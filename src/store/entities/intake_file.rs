//! Table `intake_file`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intake_file")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub batch_id: i64,
    pub edition_id: i64,
    pub position: i32,
    pub name: String,
    pub folder: String,
    pub subject: String,
    pub sha256: Option<String>,
    pub size: i64,
    pub state: String,
    pub outcome: Option<String>,
    pub code: Option<String>,
    pub digest: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub verdict: Option<String>,
    pub response_id: Option<i64>,
    pub revision_number: Option<i32>,
    pub unchanged: bool,
    pub lease_until: Option<i64>,
    pub lease_by: Option<String>,
    pub decided_at: Option<i64>,
    pub decided_by: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
