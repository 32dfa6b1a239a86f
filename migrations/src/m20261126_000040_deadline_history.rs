//! The deadline by which an answer was judged, what became of a prefecture's own deadline, and who began a proxy entry.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Null: nothing was judged, or it was before this was kept.
        for table in ["response", "revision"] {
            manager
                .alter_table(
                    Table::alter()
                        .table(table)
                        .add_column(string_null("judged_on"))
                        .to_owned(),
                )
                .await?;
        }
        // Null: it was begun before this was kept.
        for column in [string_null("begun_by"), big_integer_null("begun_at")] {
            let add = Table::alter()
                .table("proxy_entry")
                .add_column(column)
                .to_owned();
            manager.alter_table(add).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("prefecture_deadline_change")
                    .col(big_pk_auto("id"))
                    .col(big_integer("edition_id"))
                    .col(string("prefecture_code"))
                    .col(string("deadline_before"))
                    .col(string("deadline_on"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("prefecture_deadline_change", "edition_id")
                            .to("survey_edition", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("prefecture_deadline_change_of_edition")
                    .table("prefecture_deadline_change")
                    .col("edition_id")
                    .col("prefecture_code")
                    .col("id")
                    .to_owned(),
            )
            .await
    }
}
