//! Editions made on pages: trials, opening on a date, respondents as of a date; bodies asked again by themselves.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite knows no other way.
        let edition = [
            // Key of the edition this one tries out; null is a real one.
            string_null("trial_of"),
            // The day in Japan with whose beginning it opens by itself, who said so and which warnings they ticked.
            string_null("opens_on"),
            big_integer_null("opens_set_by"),
            string_null("opens_set_by_name"),
            text_null("opens_confirmed"),
            // Why the last opening on a date did not take place.
            text_null("opening_refused"),
            // The day whose classes and routes it takes; null is the day it opens.
            string_null("respondents_as_of"),
        ];
        let response = [
            // 再受付: the body may answer until here, whatever the edition's dates say, and why.
            string_null("reopened_until"),
            text_null("reopened_reason"),
        ];
        let columns = edition.into_iter().map(|column| ("survey_edition", column));
        for (table, column) in columns.chain(response.map(|column| ("response", column))) {
            let add = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }
}
