//! The ledger of participation: who takes part with which scheme in which fiscal year. Only ever added to.

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
                    .table("participation_batch")
                    // Batches are written one after the other: in the order of their ids they were committed.
                    .col(big_pk_auto("id"))
                    // confirmed, imported, entered
                    .col(string("source"))
                    // Never before that of an earlier batch.
                    .col(big_integer("recorded_at"))
                    // 0 is the operator at the command line.
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .col(string("file_name"))
                    // SHA-256 of the file in lower-case hexadecimal: the same file counts once.
                    .col(string_null("file_sha256"))
                    .col(text("note"))
                    .col(integer("entries"))
                    // The entries once more in a compact form, in which reports read them.
                    .col(blob("packed"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("participation_batch_file")
                    .table("participation_batch")
                    .col("file_sha256")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("participation_entry")
                    .col(big_pk_auto("id"))
                    .col(big_integer("batch_id"))
                    .col(string("code"))
                    .col(string("scheme_id"))
                    .col(integer("fiscal_year"))
                    // planned, running, withdrawn
                    .col(string("state"))
                    // The day in Japan from which it holds.
                    .col(string("effective_on"))
                    // The answer it was confirmed from.
                    .col(big_integer_null("revision_id"))
                    .col(text("note"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("participation_entry", "batch_id")
                            .to("participation_batch", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("participation_entry", "code")
                            .to("organization", "code"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("participation_entry", "scheme_id")
                            .to("scheme", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("participation_entry", "revision_id")
                            .to("revision", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        // The history of a body, and the entries of a batch, are one range each.
        for (name, columns) in [
            ("participation_entry_of_body", ["code", "id"]),
            ("participation_entry_of_batch", ["batch_id", "id"]),
        ] {
            let mut index = Index::create()
                .name(name)
                .table("participation_entry")
                .to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
