//! Table `scheme_version`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scheme_version")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub scheme_id: String,
    pub version: i32,
    pub effective_on: String,
    pub recorded_at: i64,
    pub account_id: i64,
    pub actor_name: String,
    pub actor_body: String,
    pub position: i32,
    pub law: String,
    pub name_catalogue: String,
    pub name_form1: String,
    pub name_status_table: String,
    pub implementers: String,
    pub implementer_kinds: String,
    pub subsidy_years: String,
    pub valid_from: Option<i32>,
    pub valid_until: Option<i32>,
    pub first_year: String,
    pub scheme_group: String,
    pub form1_r6_order: Option<i32>,
    #[sea_orm(column_type = "Text")]
    pub note: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
