//! Table `summary_sheet`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "summary_sheet")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: i64,
    pub prefecture_code: String,
    pub number: i32,
    #[sea_orm(column_type = "Text")]
    pub sheet: String,
    pub submitted: i32,
    pub total: i32,
    #[sea_orm(column_type = "Text")]
    pub remark: String,
    pub sent_at: i64,
    pub sent_by: i64,
    pub sent_by_name: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
