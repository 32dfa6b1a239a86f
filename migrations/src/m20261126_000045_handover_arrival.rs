//! 担当の引継ぎ that ends the old account once its successor can sign in.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // While it is true the old account waits for its successor, at the latest until `ends_at`.
        let add = Table::alter()
            .table("handover")
            .add_column(boolean("ends_on_arrival").default(false))
            .to_owned();
        manager.alter_table(add).await
    }
}
