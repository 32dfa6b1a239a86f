//! 質問・連絡: what bodies ask and what is said about their answers, and the answers that were published for all.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(inquiry()).await?;
        manager.create_table(inquiry_entry()).await?;
        manager.create_table(published_answer()).await?;
        manager.create_table(published_answer_version()).await?;
        let unique = [
            ("inquiry_sent_once", "inquiry", vec!["sent_key"]),
            (
                "published_answer_sent_once",
                "published_answer",
                vec!["sent_key"],
            ),
            (
                "published_answer_version_number",
                "published_answer_version",
                vec!["answer_id", "number"],
            ),
        ];
        let plain = [
            ("inquiry_of_answer", "inquiry", vec!["code", "edition_id"]),
            (
                "inquiry_of_prefecture",
                "inquiry",
                vec!["prefecture_code", "state"],
            ),
            ("inquiry_of_state", "inquiry", vec!["state", "id"]),
            (
                "inquiry_entry_of_inquiry",
                "inquiry_entry",
                vec!["inquiry_id", "id"],
            ),
            ("inquiry_entry_of_time", "inquiry_entry", vec!["at"]),
            (
                "published_answer_of_scope",
                "published_answer",
                vec!["prefecture_code", "place"],
            ),
        ];
        let unique = unique.into_iter().map(|index| (index, true));
        for ((name, table, columns), is_unique) in
            unique.chain(plain.into_iter().map(|index| (index, false)))
        {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(column);
            }
            if is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn inquiry() -> TableCreateStatement {
    Table::create()
        .table("inquiry")
        .col(big_pk_auto("id"))
        .col(big_integer_null("edition_id"))
        // The body it is from or about, as the edition froze it; without an edition as it was that day.
        .col(string("code"))
        .col(string("prefecture_code"))
        .col(string("name"))
        .col(string("kind"))
        .col(string("route"))
        // A place of Form 1; empty for the whole.
        .col(string("place"))
        // What the body may read of it in lists; empty while nothing of it is for the body.
        .col(string("title"))
        .col(string("state"))
        .col(integer("version"))
        // Who answers the next question; null if the body never asked.
        .col(string_null("addressee"))
        // The widest circle an entry of it was written for, and the office that began it (empty: the ministry).
        .col(string("audience"))
        .col(string("office"))
        // The page it was sent from: sent twice, it is one.
        .col(string("sent_key"))
        .col(big_integer("asked_at"))
        .col(big_integer("asked_by"))
        .col(big_integer("changed_at"))
        .to_owned()
}

fn inquiry_entry() -> TableCreateStatement {
    Table::create()
        .table("inquiry_entry")
        .col(big_pk_auto("id"))
        .col(big_integer("inquiry_id"))
        .col(string("kind"))
        .col(string("visibility"))
        .col(string("state_after"))
        .col(text("words"))
        // Of a telephone call: with whom (a function), on which day, at what time (may be empty).
        .col(string_null("call_with"))
        .col(string_null("called_on"))
        .col(string_null("called_time"))
        .col(big_integer("at"))
        .col(big_integer("account_id"))
        .col(string("actor_name"))
        .col(string("actor_body"))
        // Code of the author's body; empty for the ministry.
        .col(string("office"))
        .foreign_key(
            ForeignKey::create()
                .from("inquiry_entry", "inquiry_id")
                .to("inquiry", "id"),
        )
        .to_owned()
}

fn published_answer() -> TableCreateStatement {
    Table::create()
        .table("published_answer")
        .col(big_pk_auto("id"))
        // Where it came from; only who published it may know.
        .col(big_integer_null("inquiry_id"))
        // Two digits of the prefecture it is for; empty for the country.
        .col(string("prefecture_code"))
        .col(big_integer_null("edition_id"))
        .col(string("place"))
        // The newest version, and its words as they are searched for.
        .col(integer("version"))
        .col(text("question"))
        .col(text("answer"))
        .col(text("search_key"))
        .col(string("sent_key"))
        .col(big_integer("published_at"))
        .col(big_integer("published_by"))
        .col(big_integer("changed_at"))
        .col(big_integer_null("withdrawn_at"))
        .col(big_integer_null("withdrawn_by"))
        .to_owned()
}

fn published_answer_version() -> TableCreateStatement {
    Table::create()
        .table("published_answer_version")
        .col(big_pk_auto("id"))
        .col(big_integer("answer_id"))
        .col(integer("number"))
        .col(text("question"))
        .col(text("answer"))
        .col(big_integer("at"))
        .col(big_integer("account_id"))
        .col(string("actor_name"))
        .foreign_key(
            ForeignKey::create()
                .from("published_answer_version", "answer_id")
                .to("published_answer", "id"),
        )
        .to_owned()
}
