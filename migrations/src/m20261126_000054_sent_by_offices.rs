//! What an office sent in a day is found without looking at what all others sent.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name("intake_batch_of_office")
                    .table("intake_batch")
                    .col("actor_code")
                    .col("door")
                    .col("created_at")
                    .to_owned(),
            )
            .await
    }
}
