//! Table `inquiry`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub edition_id: Option<i64>,
    pub code: String,
    pub prefecture_code: String,
    pub name: String,
    pub kind: String,
    pub route: String,
    pub place: String,
    pub title: String,
    pub state: String,
    pub version: i32,
    pub addressee: Option<String>,
    pub audience: String,
    pub office: String,
    pub sent_key: String,
    pub asked_at: i64,
    pub asked_by: i64,
    pub changed_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
