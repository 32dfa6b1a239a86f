//! Files that were sent: the originals, the batches they came in, and what became of each; and where a
//! revision and an event came from, if not from the body's own hands on the page.

use sea_orm_migration::sea_orm::DbBackend;
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
                    .table("original_file")
                    // SHA-256 of the bytes in lower-case hexadecimal: the same file is kept once.
                    .col(string("sha256").primary_key())
                    .col(big_integer("size"))
                    .col(blob("bytes"))
                    .col(big_integer("kept_at"))
                    .to_owned(),
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // Workbooks are squeezed already; trying again only costs time.
            manager
                .get_connection()
                .execute_unprepared(
                    "ALTER TABLE original_file ALTER COLUMN bytes SET STORAGE EXTERNAL",
                )
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("intake_batch")
                    .col(big_pk_auto("id"))
                    .col(big_integer("edition_id"))
                    // own, bulk, command
                    .col(string("door"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    // The body or prefecture that sent it; empty for the ministry and the operator.
                    .col(string("actor_code"))
                    // Overwrite without asking.
                    .col(boolean("replace_answers"))
                    // The day the answers were received, if an operator named one.
                    .col(string_null("received_on"))
                    // receiving, running, done, stopped
                    .col(string("state"))
                    // Files that were left out because nobody means them.
                    .col(integer("skipped"))
                    .col(big_integer("created_at"))
                    // Grows while somebody works on it.
                    .col(big_integer("touched_at"))
                    .col(big_integer_null("finished_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("intake_batch", "edition_id")
                            .to("survey_edition", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("intake_batch_of_edition")
                    .table("intake_batch")
                    .col("edition_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("intake_batch_by_state")
                    .table("intake_batch")
                    .col("state")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("intake_batch_of_account")
                    .table("intake_batch")
                    .col("account_id")
                    .col("created_at")
                    .to_owned(),
            )
            .await?;
        self.create_file(manager).await?;
        // SQLite adds one column at a time.
        for (table, column) in [
            (
                "revision",
                boolean("entered_by_proxy").default(false).to_owned(),
            ),
            ("revision", big_integer_null("intake_file_id")),
            ("response_event", big_integer_null("intake_file_id")),
        ] {
            let add = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }
}

impl Migration {
    async fn create_file(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("intake_file")
                    .col(big_pk_auto("id"))
                    .col(big_integer("batch_id"))
                    .col(big_integer("edition_id"))
                    // Order in which the files came in, from 1.
                    .col(integer("position"))
                    .col(string("name"))
                    .col(string("folder"))
                    .col(string("subject"))
                    // The original; null where it was not taken out of its container.
                    .col(string_null("sha256"))
                    .col(big_integer("size"))
                    // waiting, read, previewed, asking, taken, rejected, left
                    .col(string("state"))
                    // accepted, normalised, rejected; null until it was read
                    .col(string_null("outcome"))
                    .col(string_null("code"))
                    // Tells whether two files say the same; null if no form was read.
                    .col(string_null("digest"))
                    // Why it was not taken although it reads well, or what else is to be said.
                    .col(text_null("verdict"))
                    // The answer and the revision or draft it became.
                    .col(big_integer_null("response_id"))
                    .col(integer_null("revision_number"))
                    // Nothing had to change: the answer was the same already.
                    .col(boolean("unchanged"))
                    // Until when somebody works on it, and who.
                    .col(big_integer_null("lease_until"))
                    .col(string_null("lease_by"))
                    .col(big_integer_null("decided_at"))
                    .col(string_null("decided_by"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("intake_file", "batch_id")
                            .to("intake_batch", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns, unique) in [
            ("intake_file_position", &["batch_id", "position"][..], true),
            ("intake_file_of_body", &["edition_id", "code"], false),
            ("intake_file_of_original", &["sha256"], false),
        ] {
            let mut index = Index::create().name(name).table("intake_file").to_owned();
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        // Apart: lists and workers go over the files without carrying these documents along.
        manager
            .create_table(
                Table::create()
                    .table("intake_reading")
                    .col(big_integer("file_id").primary_key())
                    .col(text("reading"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("intake_reading", "file_id")
                            .to("intake_file", "id"),
                    )
                    .to_owned(),
            )
            .await
    }
}
