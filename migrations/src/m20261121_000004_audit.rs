//! The audit log: who did what to which record, written in the transaction it reports.

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
                    .table("audit_log")
                    .col(big_pk_auto("id"))
                    .col(big_integer("at"))
                    .col(big_integer_null("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .col(string("action"))
                    .col(string("subject"))
                    .col(text("detail"))
                    .col(string("request_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("audit_log_by_subject")
                    .table("audit_log")
                    .col("subject")
                    .col("id")
                    .to_owned(),
            )
            .await
    }
}
