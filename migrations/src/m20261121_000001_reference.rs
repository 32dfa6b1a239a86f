//! Bodies and schemes: facts that every edition starts from.

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
                    .table("organization")
                    .col(string("code").primary_key())
                    .col(string("prefecture_code"))
                    .col(string("name"))
                    .col(string("kana"))
                    .col(string("kind"))
                    .col(boolean("health_center_city"))
                    .col(string_null("child_guidance_since"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("scheme")
                    .col(string("id").primary_key())
                    .col(integer("position"))
                    .col(string("law"))
                    .col(string("name_catalogue"))
                    .col(string("name_form1"))
                    .col(string("name_status_table"))
                    .col(string("implementers"))
                    .col(string("implementer_kinds"))
                    .col(boolean("subsidy_r7"))
                    .col(boolean("subsidy_r8"))
                    .col(string("first_year"))
                    .col(string("scheme_group"))
                    .col(integer_null("form1_r6_order"))
                    .col(text("note"))
                    .to_owned(),
            )
            .await
    }
}
