//! Taking a confirmed batch back: which batch takes back which, and which entry undoes which.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The id of a batch; null is none.
        let add = Table::alter()
            .table("participation_batch")
            .add_column(big_integer_null("takes_back"))
            .to_owned();
        manager.alter_table(add).await?;
        // The id of an entry; null is none.
        let add = Table::alter()
            .table("participation_entry")
            .add_column(big_integer_null("undoes"))
            .to_owned();
        manager.alter_table(add).await?;
        manager
            .create_index(
                Index::create()
                    .name("participation_batch_takes_back")
                    .table("participation_batch")
                    .col("takes_back")
                    .to_owned(),
            )
            .await?;
        // An entry is undone once.
        manager
            .create_index(
                Index::create()
                    .name("participation_entry_undoes")
                    .table("participation_entry")
                    .col("undoes")
                    .unique()
                    .to_owned(),
            )
            .await
    }
}
