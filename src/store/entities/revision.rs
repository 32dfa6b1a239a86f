//! Table `revision`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub number: i32,
    pub receipt: String,
    pub submission_key: String,
    #[sea_orm(column_type = "Text")]
    pub form: String,
    #[sea_orm(column_type = "Text")]
    pub confirmed_warnings: String,
    pub is_late: bool,
    pub submitted_at: i64,
    pub submitted_by: i64,
    pub submitted_by_name: String,
    pub entered_by_proxy: bool,
    pub intake_file_id: Option<i64>,
    pub intent_change_id: Option<i64>,
    pub corrected_by: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub correction_reason: Option<String>,
    pub judged_on: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
