//! Table `account`; see the migrations for what its columns mean.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub email: String,
    pub display_name: String,
    pub code: Option<String>,
    pub is_admin: bool,
    pub password_hash: Option<String>,
    pub is_active: bool,
    pub created_at: i64,
    pub signed_in_at: Option<i64>,
    pub failures: i32,
    pub locked_until: i64,
    pub ends_at: Option<i64>,
    pub department: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::organization::Entity",
        from = "Column::Code",
        to = "super::organization::Column::Code"
    )]
    Organization,
}

impl Related<super::organization::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Organization.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
