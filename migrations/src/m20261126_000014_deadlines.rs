//! Deadlines and reminders: holidays by year, extensions, plans, pauses and what was sent, daily runs and the digest.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        calendar(manager).await?;
        extensions(manager).await?;
        reminders(manager).await?;
        daily(manager).await
    }
}

async fn calendar(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("holiday_year")
                // A year whose holidays are all known; without its row nothing is known of the year.
                .col(integer("year").primary_key())
                // Where they come from.
                .col(string("source"))
                .col(big_integer("recorded_at"))
                .col(string("actor_name"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("holiday")
                .col(string("day").primary_key())
                .col(string("name"))
                .to_owned(),
        )
        .await
}

async fn extensions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("extension")
                .col(big_pk_auto("id"))
                .col(big_integer("edition_id"))
                .col(big_integer("response_id"))
                .col(string("code"))
                // The body's deadline until then, and the one it was given.
                .col(string("deadline_before"))
                .col(string("deadline_on"))
                .col(text("reason"))
                .col(big_integer("at"))
                .col(big_integer("account_id"))
                .col(string("actor_name"))
                .col(string("actor_body"))
                .to_owned(),
        )
        .await?;
    for (name, columns) in [
        ("extension_of_edition", &["edition_id", "code", "id"][..]),
        ("extension_of_response", &["response_id", "id"]),
    ] {
        let mut index = Index::create().name(name).table("extension").to_owned();
        for column in columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

async fn reminders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("reminder_plan")
                .col(big_integer("edition_id").primary_key())
                // Working days before and after the deadline: 「10 3 1」.
                .col(string("before_days"))
                .col(string("after_days"))
                // Grows with every change on the page.
                .col(integer("version"))
                .col(big_integer("set_at"))
                .col(big_integer("set_by"))
                .col(string("set_by_name"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("reminder_pause")
                .col(big_integer("edition_id"))
                // Whoever gathers the answers: a prefecture's two digits, or `ministry`.
                .col(string("keeper"))
                // One body, or empty for all of them.
                .col(string("code"))
                // The last day without reminders; a day that is over ends a pause.
                .col(string("until"))
                .col(big_integer("set_at"))
                .col(big_integer("set_by"))
                .col(string("set_by_name"))
                .primary_key(Index::create().col("edition_id").col("keeper").col("code"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("reminder")
                .col(big_pk_auto("id"))
                .col(big_integer("edition_id"))
                .col(big_integer("response_id"))
                .col(string("code"))
                // `before-10`, `after-1`, `return-3`; by hand `hand-` and a mark of its words.
                .col(string("step"))
                // The day it counts from, and the day it was for.
                .col(string("due_on"))
                .col(string("day"))
                // Where the answer stood then.
                .col(string("status"))
                // `sent`, `paused`, `no_address`, `missed`.
                .col(string("outcome"))
                .col(integer("recipients"))
                // The sentence of whoever sent it by hand.
                .col(text_null("words"))
                .col(big_integer("at"))
                .col(big_integer_null("account_id"))
                .col(string_null("actor_name"))
                .col(string_null("actor_body"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("reminder_once")
                .table("reminder")
                .col("edition_id")
                .col("code")
                .col("step")
                .col("due_on")
                .col("day")
                .unique()
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("reminder_of_response")
                .table("reminder")
                .col("response_id")
                .col("id")
                .to_owned(),
        )
        .await
}

async fn daily(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("daily_run")
                // What is done once a day by whichever node comes first, and the day in Japan.
                .col(string("name"))
                .col(string("day"))
                .col(big_integer("at"))
                .primary_key(Index::create().col("name").col("day"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("digest_choice")
                // An account's address or one of the duty's; without a row the default holds.
                .col(string("address").primary_key())
                .col(boolean("wants"))
                .col(big_integer("set_at"))
                .col(big_integer("set_by"))
                .to_owned(),
        )
        .await
}
