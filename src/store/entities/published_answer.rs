//! Table `published_answer`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_answer")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub inquiry_id: Option<i64>,
    pub prefecture_code: String,
    pub edition_id: Option<i64>,
    pub place: String,
    pub version: i32,
    #[sea_orm(column_type = "Text")]
    pub question: String,
    #[sea_orm(column_type = "Text")]
    pub answer: String,
    #[sea_orm(column_type = "Text")]
    pub search_key: String,
    pub sent_key: String,
    pub published_at: i64,
    pub published_by: i64,
    pub changed_at: i64,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_by: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
