//! Follow-ups: editions that ask the bodies of another one for required amounts.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Key of the edition whose bodies it asks, as its definition says; null is a survey of intents.
        let add = Table::alter()
            .table("survey_edition")
            .add_column(string_null("follow_up_of"))
            .to_owned();
        manager.alter_table(add).await
    }
}
