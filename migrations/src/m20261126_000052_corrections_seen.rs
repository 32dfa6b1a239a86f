//! 訂正: which correction a body has said it has looked at.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The number of the corrected revision; who said so and when stands in the audit log.
        let add = Table::alter()
            .table("response")
            .add_column(integer_null("correction_seen"))
            .to_owned();
        manager.alter_table(add).await
    }
}
