//! Accounts, their sessions and invitations. Of every secret only a hash is kept.

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
                    .table("account")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("email"))
                    .col(string("display_name"))
                    // Null is the ministry.
                    .col(string_null("code"))
                    .col(boolean("is_admin"))
                    .col(string_null("password_hash"))
                    .col(boolean("is_active"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("signed_in_at"))
                    .col(integer("failures").default(0))
                    .col(big_integer("locked_until").default(0))
                    .foreign_key(
                        ForeignKey::create()
                            .from("account", "code")
                            .to("organization", "code"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("account_by_code")
                    .table("account")
                    .col("code")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(string("token_hash").primary_key())
                    .col(big_integer("account_id"))
                    .col(big_integer("created_at"))
                    .col(big_integer("seen_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("session", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("session_by_account")
                    .table("session")
                    .col("account_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("invitation")
                    .col(string("token_hash").primary_key())
                    // Null: the guest enters it (set-up of the first administrator).
                    .col(string_null("email"))
                    .col(string_null("code"))
                    .col(boolean("is_admin"))
                    .col(big_integer_null("invited_by"))
                    .col(big_integer("created_at"))
                    .col(big_integer("expires_at"))
                    .col(big_integer_null("used_at"))
                    // Set: the link lets this account choose a new password instead of making one.
                    .col(big_integer_null("resets_account_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("kept_input")
                    .col(string("id").primary_key())
                    .col(big_integer("account_id"))
                    .col(string("path"))
                    .col(text("body"))
                    .col(big_integer("created_at"))
                    .to_owned(),
            )
            .await
    }
}
