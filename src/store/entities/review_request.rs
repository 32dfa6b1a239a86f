//! Table `review_request`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_request")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub response_id: i64,
    pub edition_id: i64,
    pub prefecture_code: String,
    pub number: i32,
    pub asker: String,
    pub addressee: String,
    pub place: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    pub revision: i32,
    pub state: String,
    pub asked_at: i64,
    pub asked_by: Option<i64>,
    pub asked_by_name: String,
    pub asked_by_body: String,
    pub due_on: Option<String>,
    pub passed_on_at: Option<i64>,
    pub passed_on_by: Option<String>,
    pub passed_on_by_body: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub addition: String,
    pub passed_due_on: Option<String>,
    pub answered_at: Option<i64>,
    pub answered_by: Option<String>,
    pub answered_by_body: Option<String>,
    pub answered_revision: Option<i32>,
    pub reply_kind: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub reply: String,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
