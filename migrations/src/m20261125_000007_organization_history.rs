//! What bodies were and will be, by day: changes of bodies, only ever added to. `organization` stays as the
//! state of today; it keeps abolished bodies and has bodies to come, each with its standing.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager).await?;
        add_columns(manager).await?;
        convert(manager).await
    }
}

async fn create_tables(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("organization_change")
                // Written one after the other: in the order of their ids they were committed.
                .col(big_pk_auto("id"))
                // shipped, imported, entered
                .col(string("source"))
                // 0 for what shipped with the program.
                .col(big_integer("recorded_at"))
                // 0 is the operator at the command line.
                .col(big_integer("account_id"))
                .col(string("actor_name"))
                .col(string("actor_body"))
                .col(string("file_name"))
                // SHA-256 of the file in lower-case hexadecimal.
                .col(string_null("file_sha256"))
                .col(text("note"))
                .col(integer("entries"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("organization_version")
                .col(big_pk_auto("id"))
                .col(big_integer("change_id"))
                .col(string("code"))
                // The day in Japan from which it holds.
                .col(string("effective_on"))
                // Null says nothing about it: it stays as it was.
                .col(string_null("name"))
                .col(string_null("kana"))
                .col(string_null("kind"))
                .col(boolean_null("health_center_city"))
                .col(boolean_null("child_guidance_city"))
                // True: there is such a body from this day on; false: it is abolished.
                .col(boolean_null("in_force"))
                // Of an abolished body: the one that carries on.
                .col(string_null("successor_code"))
                .foreign_key(
                    ForeignKey::create()
                        .from("organization_version", "change_id")
                        .to("organization_change", "id"),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from("organization_version", "code")
                        .to("organization", "code"),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from("organization_version", "successor_code")
                        .to("organization", "code"),
                )
                .to_owned(),
        )
        .await?;
    // The history of a body, and of all bodies, is one range.
    manager
        .create_index(
            Index::create()
                .name("organization_version_of_body")
                .table("organization_version")
                .col("code")
                .col("effective_on")
                .col("id")
                .to_owned(),
        )
        .await
}

async fn add_columns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // in_force, abolished, coming
    let standing = string("standing").default("in_force").to_owned();
    // As of today; `child_guidance_since` is read no more.
    let child_guidance = boolean("child_guidance_city").default(false).to_owned();
    for column in [standing, child_guidance] {
        manager
            .alter_table(
                Table::alter()
                    .table("organization")
                    .add_column(column)
                    .to_owned(),
            )
            .await?;
    }
    Ok(())
}

/// What is in the table becomes the first versions. A new database has nothing here yet: its rows and versions
/// are loaded together.
async fn convert(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let rows = [
        "INSERT INTO organization_change (source, recorded_at, account_id, actor_name, actor_body, file_name, note, entries) \
         SELECT 'shipped', 0, 0, '', '', '', '', 0 FROM organization LIMIT 1",
        // The list says nothing of the time before; it is taken to have been so from the beginning.
        "INSERT INTO organization_version (change_id, code, effective_on, name, kana, kind, health_center_city, child_guidance_city, in_force) \
         SELECT (SELECT max(id) FROM organization_change), code, '2000-01-01', name, kana, kind, health_center_city, FALSE, TRUE \
         FROM organization ORDER BY code",
        "INSERT INTO organization_version (change_id, code, effective_on, child_guidance_city) \
         SELECT (SELECT max(id) FROM organization_change), code, child_guidance_since || '-01', TRUE \
         FROM organization WHERE child_guidance_since IS NOT NULL ORDER BY code",
        "UPDATE organization SET child_guidance_city = TRUE WHERE child_guidance_since IS NOT NULL",
        "UPDATE organization_change SET entries = (SELECT count(*) FROM organization_version)",
    ];
    for sql in rows {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
