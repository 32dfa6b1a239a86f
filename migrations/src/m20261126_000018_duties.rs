//! How a body divides its work: 決裁, rows handed to departments, and accounts that belong to one.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("body_duty")
                    // Absent: no sign-off, nothing handed to a department.
                    .col(string("code").primary_key())
                    .col(integer("version"))
                    .col(text("duties"))
                    .col(big_integer("changed_at"))
                    .col(string("changed_by_name"))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("account")
                    // Null: the liaison desk.
                    .add_column(string_null("department"))
                    .to_owned(),
            )
            .await
    }
}
