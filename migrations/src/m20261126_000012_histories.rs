//! What the catalogue of schemes said, and what an edition's plans were reckoned with: every version, only ever
//! added to. `scheme` and `survey_edition.definition` stay as the state of today.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        scheme_versions(manager).await?;
        plan_changes(manager).await?;
        // What is in the catalogue becomes the first versions: it is taken to have been so from the beginning.
        // A new database has nothing here yet: its rows and versions are loaded together.
        let seed = "INSERT INTO scheme_version (scheme_id, version, effective_on, recorded_at, account_id, actor_name, \
             actor_body, position, law, name_catalogue, name_form1, name_status_table, implementers, implementer_kinds, \
             subsidy_years, valid_from, valid_until, first_year, scheme_group, form1_r6_order, note) \
             SELECT id, version, '2000-01-01', 0, 0, '', '', position, law, name_catalogue, name_form1, \
             name_status_table, implementers, implementer_kinds, subsidy_years, valid_from, valid_until, first_year, \
             scheme_group, form1_r6_order, note FROM scheme ORDER BY position, id";
        manager.get_connection().execute_unprepared(seed).await?;
        Ok(())
    }
}

async fn scheme_versions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("scheme_version")
                // Written one after the other: in the order of their ids they were committed.
                .col(big_pk_auto("id"))
                .col(string("scheme_id"))
                // Of the scheme; a change of the order alone has that of the row before.
                .col(integer("version"))
                // The day in Japan from which tables print it.
                .col(string("effective_on"))
                // 0 for what shipped with the program, or was there before this table.
                .col(big_integer("recorded_at"))
                // 0 is nobody.
                .col(big_integer("account_id"))
                .col(string("actor_name"))
                .col(string("actor_body"))
                .col(integer("position"))
                .col(string("law"))
                .col(string("name_catalogue"))
                .col(string("name_form1"))
                .col(string("name_status_table"))
                .col(string("implementers"))
                .col(string("implementer_kinds"))
                .col(string("subsidy_years"))
                .col(integer_null("valid_from"))
                .col(integer_null("valid_until"))
                .col(string("first_year"))
                .col(string("scheme_group"))
                .col(integer_null("form1_r6_order"))
                .col(text("note"))
                .foreign_key(
                    ForeignKey::create()
                        .from("scheme_version", "scheme_id")
                        .to("scheme", "id"),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("scheme_version_of_scheme")
                .table("scheme_version")
                .col("scheme_id")
                .col("id")
                .to_owned(),
        )
        .await
}

async fn plan_changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("plan_change")
                .col(big_pk_auto("id"))
                .col(big_integer("edition_id"))
                .col(big_integer("recorded_at"))
                .col(big_integer("account_id"))
                .col(string("actor_name"))
                .col(string("actor_body"))
                // Documents: what plans were reckoned with before the change, and from it on.
                .col(text("old_basis"))
                .col(text("new_basis"))
                .foreign_key(
                    ForeignKey::create()
                        .from("plan_change", "edition_id")
                        .to("survey_edition", "id"),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("plan_change_of_edition")
                .table("plan_change")
                .col("edition_id")
                .col("id")
                .to_owned(),
        )
        .await
}
