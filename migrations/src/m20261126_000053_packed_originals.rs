//! Originals that shrink are kept packed.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // How the bytes are kept: empty (as they came), lz4 (one block). Size and SHA-256 are the original's.
        let add = Table::alter()
            .table("original_file")
            .add_column(string("packing").default(""))
            .to_owned();
        manager.alter_table(add).await
    }
}
