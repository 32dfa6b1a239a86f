//! 意向の変更: notices of a change of intent and what became of them; a revision knows the notice it came from.
//! The ledger of participation gets an index for all entries of one fiscal year.

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
                    .table("intent_change")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    .col(big_integer("edition_id"))
                    .col(string("code"))
                    .col(string("prefecture_code"))
                    // 1, 2, … of the answer: the same notice sent twice is one.
                    .col(integer("number"))
                    // The notice itself never changes; state, version and decision follow from its events.
                    .col(string("state"))
                    .col(integer("version"))
                    // The revision it was written against.
                    .col(integer("base_revision"))
                    // The whole form as it would be, so that deciding reads nothing anew.
                    .col(text("form"))
                    .col(text("confirmed_warnings"))
                    .col(text("reason"))
                    // The day in Japan from which the body's intent is another one.
                    .col(string("changed_on"))
                    .col(big_integer("filed_at"))
                    .col(big_integer("filed_by"))
                    .col(string("filed_by_name"))
                    // When it was accepted, declined, sent back or taken back.
                    .col(big_integer_null("settled_at"))
                    // The revision it became.
                    .col(integer_null("result_revision"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("intent_change", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("intent_change_event")
                    .col(big_pk_auto("id"))
                    .col(big_integer("change_id"))
                    .col(string("event"))
                    .col(string("state_after"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .col(text("remark"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("intent_change_event", "change_id")
                            .to("intent_change", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("revision")
                    .add_column(big_integer_null("intent_change_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("intent_change_of_answer")
                    .table("intent_change")
                    .col("response_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            (
                "intent_change_of_prefecture",
                "intent_change",
                ["prefecture_code", "state"],
            ),
            (
                "intent_change_event_of_change",
                "intent_change_event",
                ["change_id", "id"],
            ),
            (
                "participation_entry_of_year",
                "participation_entry",
                ["fiscal_year", "id"],
            ),
        ] {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
