//! Editions, answers, revisions, events and the summary sheets that were sent.

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
                    .table("survey_edition")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("key"))
                    .col(integer("fiscal_year"))
                    .col(string("state"))
                    .col(string("deadline_on"))
                    .col(string("last_new_answer_on"))
                    .col(string("last_change_on"))
                    .col(text("definition"))
                    // Grows with each change of the definition, so that a copy in memory is known to be old.
                    .col(integer("definition_version"))
                    .col(big_integer_null("opened_at"))
                    .col(big_integer_null("closed_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("prefecture_deadline")
                    .col(big_integer("edition_id"))
                    .col(string("prefecture_code"))
                    .col(string("deadline_on"))
                    .col(big_integer("set_at"))
                    .col(big_integer("set_by"))
                    .primary_key(Index::create().col("edition_id").col("prefecture_code"))
                    .to_owned(),
            )
            .await?;
        self.create_response(manager).await?;
        manager
            .create_table(
                Table::create()
                    .table("revision")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    .col(integer("number"))
                    .col(string_uniq("receipt"))
                    // Response and draft version: the same draft cannot be submitted twice.
                    .col(string_uniq("submission_key"))
                    .col(text("form"))
                    .col(text("confirmed_warnings"))
                    .col(boolean("is_late"))
                    .col(big_integer("submitted_at"))
                    .col(big_integer("submitted_by"))
                    .col(string("submitted_by_name"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("revision", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("revision_number")
                    .table("revision")
                    .col("response_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("response_event")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    .col(big_integer("edition_id"))
                    .col(string("prefecture_code"))
                    .col(string("event"))
                    .col(string("status_after"))
                    .col(integer_null("revision_number"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .col(text("detail"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("response_event", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("response_event_by_response", ["response_id", "id"]),
            ("response_event_by_edition", ["edition_id", "id"]),
        ] {
            let mut index = Index::create()
                .name(name)
                .table("response_event")
                .to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("summary_sheet")
                    .col(big_pk_auto("id"))
                    .col(big_integer("edition_id"))
                    .col(string("prefecture_code"))
                    .col(integer("number"))
                    .col(text("sheet"))
                    .col(integer("submitted"))
                    .col(integer("total"))
                    .col(text("remark"))
                    .col(big_integer("sent_at"))
                    .col(big_integer("sent_by"))
                    .col(string("sent_by_name"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("summary_sheet_number")
                    .table("summary_sheet")
                    .col("edition_id")
                    .col("prefecture_code")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await
    }
}

impl Migration {
    /// One row a body and edition: its frozen class and route, its draft, and what follows from its
    /// revisions and events, kept here so that a board is one range of one index.
    async fn create_response(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("response")
                    .col(big_pk_auto("id"))
                    .col(big_integer("edition_id"))
                    .col(string("code"))
                    .col(string("prefecture_code"))
                    .col(string("name"))
                    .col(string("kana"))
                    .col(string("kind"))
                    .col(string("route"))
                    .col(boolean("health_center_city"))
                    .col(boolean("child_guidance_city"))
                    .col(string("deadline_on"))
                    .col(string("status"))
                    // Grows with every change of the row; a stale writer is refused.
                    .col(integer("version"))
                    .col(text_null("draft"))
                    .col(text_null("prefill"))
                    .col(text_null("open_return"))
                    .col(string("contact"))
                    .col(integer("revision_number"))
                    .col(integer("intents_mask"))
                    .col(big_integer("targets_mask"))
                    .col(big_integer("recipients"))
                    .col(integer("warnings"))
                    .col(boolean("is_late"))
                    .col(big_integer_null("first_submitted_at"))
                    .col(big_integer_null("submitted_at"))
                    .col(big_integer_null("changed_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("response", "edition_id")
                            .to("survey_edition", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("response_of_body")
                    .table("response")
                    .col("code")
                    .col("edition_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("response_of_prefecture")
                    .table("response")
                    .col("edition_id")
                    .col("prefecture_code")
                    .col("code")
                    .to_owned(),
            )
            .await?;
        // The national dashboard reads this index alone.
        manager
            .create_index(
                Index::create()
                    .name("response_progress")
                    .table("response")
                    .col("edition_id")
                    .col("prefecture_code")
                    .col("kind")
                    .col("route")
                    .col("status")
                    .col("is_late")
                    .col("deadline_on")
                    .to_owned(),
            )
            .await
    }
}
