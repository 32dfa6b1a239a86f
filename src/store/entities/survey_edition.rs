//! Table `survey_edition`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_edition")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub key: String,
    pub fiscal_year: i32,
    pub state: String,
    pub deadline_on: String,
    pub last_new_answer_on: String,
    pub last_change_on: String,
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    pub definition_version: i32,
    pub opened_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub trial_of: Option<String>,
    pub opens_on: Option<String>,
    pub opens_set_by: Option<i64>,
    pub opens_set_by_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub opens_confirmed: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub opening_refused: Option<String>,
    pub respondents_as_of: Option<String>,
    pub follow_up_of: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
