//! Mail: what waits to be sent and what became of it, the addresses duty belongs to, and the texts the ministry edited.

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
                    .table("outbox")
                    .col(big_pk_auto("id"))
                    // What it reports and to whom: the same event never makes two mails to one address.
                    .col(string_uniq("key"))
                    .col(string("kind"))
                    .col(big_integer_null("edition_id"))
                    // The body it is about.
                    .col(string_null("code"))
                    .col(string("recipient"))
                    // What the text is filled with.
                    .col(text("facts"))
                    // Written at the first attempt and never changed, so that a retry is the same mail.
                    .col(string_null("message_id"))
                    .col(text_null("subject"))
                    .col(text_null("body"))
                    .col(string("state"))
                    .col(integer("attempts"))
                    .col(big_integer("due_at"))
                    // Whoever sends it has it until then.
                    .col(big_integer("lease_until"))
                    .col(string_null("lease_by"))
                    // What the mail server said last.
                    .col(text_null("last_reply"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("settled_at"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("outbox_due", &["state", "due_at", "id"][..]),
            ("outbox_of_body", &["code", "id"]),
        ] {
            let mut index = Index::create().name(name).table("outbox").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("duty_address")
                    .col(big_pk_auto("id"))
                    // Null is the ministry.
                    .col(string_null("code"))
                    .col(string("email"))
                    // The department, as the body calls it.
                    .col(string("label"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("ended_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("duty_address_by_code")
                    .table("duty_address")
                    .col("code")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("mail_text")
                    .col(big_pk_auto("id"))
                    .col(string("kind"))
                    // 1, 2, …; the newest holds, and none means the text that ships with the program.
                    .col(integer("number"))
                    .col(text("subject"))
                    .col(text("body"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("mail_text_number")
                    .table("mail_text")
                    .col("kind")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await
    }
}
