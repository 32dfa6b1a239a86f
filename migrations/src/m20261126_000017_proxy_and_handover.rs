//! 代理入力 on a page and what bodies say to proxy entries; 担当の引継ぎ and accounts that end on a day.

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
                    .table("proxy_entry")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    // While it is being typed: answer and office, so that colleagues share one.
                    .col(string_null("open_key"))
                    .col(integer("version"))
                    .col(string("source"))
                    // The day in Japan on which the answer reached the office.
                    .col(string("received_on"))
                    .col(text("note"))
                    .col(text("draft"))
                    .col(big_integer("changed_at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    // The revision it became, and the draft of the body that gave way to it.
                    .col(integer_null("revision_number"))
                    .col(text_null("replaced_draft"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("proxy_entry", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("proxy_reply")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    .col(integer("revision_number"))
                    // 1, 2, … of the revision: the same page sent twice says it once.
                    .col(integer("position"))
                    .col(string("event"))
                    .col(text("words"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("proxy_reply", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("handover")
                    .col(big_pk_auto("id"))
                    // The body; null is the ministry.
                    .col(string_null("code"))
                    .col(big_integer("from_account_id"))
                    .col(string("from_name"))
                    // Null while the successor has not used the invitation.
                    .col(big_integer_null("to_account_id"))
                    .col(string("to_email"))
                    .col(text("remark"))
                    // When the old account ends.
                    .col(big_integer("ends_at"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("account")
                    .add_column(big_integer_null("ends_at"))
                    .to_owned(),
            )
            .await?;
        for (name, table, columns, unique) in [
            ("proxy_entry_open", "proxy_entry", &["open_key"][..], true),
            (
                "proxy_entry_of_answer",
                "proxy_entry",
                &["response_id", "revision_number"],
                false,
            ),
            (
                "proxy_reply_of_revision",
                "proxy_reply",
                &["response_id", "revision_number", "position"],
                true,
            ),
            ("handover_of_body", "handover", &["code", "id"], false),
        ] {
            let mut index = Index::create().name(name).table(table).to_owned();
            if unique {
                index.unique();
            }
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
