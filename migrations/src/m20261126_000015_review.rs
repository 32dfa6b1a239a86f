//! Requests of reviewers as rows with what happened to them, corrections marked on revisions, and the reviewers' check
//! lists.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.create_requests(manager).await?;
        self.create_checks(manager).await?;
        // 訂正: whose reviewer made the revision in the body's place (`prefecture` or `ministry`), and why.
        for column in [string_null("corrected_by"), text_null("correction_reason")] {
            let add = Table::alter()
                .table("revision")
                .add_column(column)
                .to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }
}

impl Migration {
    async fn create_requests(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("review_request")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    .col(big_integer("edition_id"))
                    .col(string("prefecture_code"))
                    // 1, 2, … of the answer.
                    .col(integer("number"))
                    // Who asked (`prefecture`, `ministry`, `body`) and who is to answer (`body`, `reviewer`).
                    .col(string("asker"))
                    .col(string("addressee"))
                    // Absent: the answer as a whole.
                    .col(string_null("place"))
                    // Never changed, whoever passes them on.
                    .col(text("words"))
                    // The revision it is about; of an objection the corrected one.
                    .col(integer("revision"))
                    // What follows follows from the events.
                    .col(string("state"))
                    .col(big_integer("asked_at"))
                    // Absent: taken over from before requests were rows.
                    .col(big_integer_null("asked_by"))
                    .col(string("asked_by_name"))
                    .col(string("asked_by_body"))
                    // The day in Japan by which an answer is wished, each hop its own.
                    .col(string_null("due_on"))
                    .col(big_integer_null("passed_on_at"))
                    .col(string_null("passed_on_by"))
                    .col(string_null("passed_on_by_body"))
                    .col(text("addition"))
                    .col(string_null("passed_due_on"))
                    .col(big_integer_null("answered_at"))
                    .col(string_null("answered_by"))
                    .col(string_null("answered_by_body"))
                    // Absent: answered in words only.
                    .col(integer_null("answered_revision"))
                    .col(string_null("reply_kind"))
                    .col(text("reply"))
                    .col(big_integer_null("closed_at"))
                    .col(string_null("closed_by"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("review_request", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("review_request_event")
                    .col(big_pk_auto("id"))
                    .col(big_integer("request_id"))
                    .col(string("event"))
                    .col(string("state_after"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    .col(text("words"))
                    .col(string_null("reply_kind"))
                    .col(integer_null("revision_number"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("review_request_event", "request_id")
                            .to("review_request", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("review_request_of_answer")
                    .table("review_request")
                    .col("response_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("review_request_of_edition")
                    .table("review_request")
                    .col("edition_id")
                    .col("state")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("review_request_event_of_request")
                    .table("review_request_event")
                    .col("request_id")
                    .col("id")
                    .to_owned(),
            )
            .await
    }

    async fn create_checks(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("review_check")
                    .col(big_pk_auto("id"))
                    .col(big_integer("response_id"))
                    .col(big_integer("edition_id"))
                    // 1, 2, … of the answer: the same page sent twice is one.
                    .col(integer("number"))
                    // The revision that was looked at.
                    .col(integer("revision_number"))
                    .col(big_integer("at"))
                    .col(big_integer("account_id"))
                    .col(string("actor_name"))
                    .col(string("actor_body"))
                    // What a person looked at, and what was checked by machine, as documents.
                    .col(text("looked_at"))
                    .col(text("machine"))
                    .col(text("note"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("review_check", "response_id")
                            .to("response", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("review_check_of_answer")
                    .table("review_check")
                    .col("response_id")
                    .col("number")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("review_check_of_edition")
                    .table("review_check")
                    .col("edition_id")
                    .to_owned(),
            )
            .await
    }
}
