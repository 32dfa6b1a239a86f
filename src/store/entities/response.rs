//! Table `response`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "response")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: i64,
    pub code: String,
    pub prefecture_code: String,
    pub name: String,
    pub kana: String,
    pub kind: String,
    pub route: String,
    pub health_center_city: bool,
    pub child_guidance_city: bool,
    pub deadline_on: String,
    pub status: String,
    pub version: i32,
    #[sea_orm(column_type = "Text", nullable)]
    pub draft: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub prefill: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub open_return: Option<String>,
    pub contact: String,
    pub revision_number: i32,
    pub intents_mask: i32,
    pub targets_mask: i64,
    pub recipients: i64,
    pub warnings: i32,
    pub is_late: bool,
    pub first_submitted_at: Option<i64>,
    pub submitted_at: Option<i64>,
    pub changed_at: Option<i64>,
    pub reopened_until: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub reopened_reason: Option<String>,
    pub judged_on: Option<String>,
    pub correction_seen: Option<i32>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
