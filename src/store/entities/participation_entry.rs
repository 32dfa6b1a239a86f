//! Table `participation_entry`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participation_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub batch_id: i64,
    pub code: String,
    pub scheme_id: String,
    pub fiscal_year: i32,
    pub state: String,
    pub effective_on: String,
    pub revision_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    pub undoes: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
