//! Answers that were published for all. The row holds the newest words, the versions all of them.

use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::columns::prefecture;
use super::entities::{published_answer, published_answer_version};
use super::inquiries::place;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::place::Place;
use crate::domain::published_answer::{Audience, PublishedWords, Readership};

/// A published answer.
#[derive(Clone, Debug)]
pub struct PublishedRecord {
    pub id: i64,
    /// The thread it came from; only who published it may know.
    pub inquiry_id: Option<i64>,
    pub audience: Audience,
    pub edition_id: Option<i64>,
    /// The item it is about; `None`: the whole.
    pub place: Option<Place>,
    pub version: i32,
    pub words: PublishedWords,
    pub changed_at: UnixMillis,
    pub withdrawn_at: Option<UnixMillis>,
}

/// An answer to be published.
#[derive(Clone, Copy, Debug)]
pub struct NewPublished<'a> {
    pub inquiry_id: Option<i64>,
    pub audience: Audience,
    pub edition_id: Option<i64>,
    pub place: Option<&'a Place>,
    pub words: &'a PublishedWords,
    /// The page it was sent from.
    pub sent_key: &'a str,
}

/// One version of the words.
#[derive(Clone, Debug)]
pub struct PublishedVersion {
    pub number: i32,
    pub words: PublishedWords,
    pub at: UnixMillis,
    pub by: String,
}

/// Which answers are asked for; everything that is not set is not asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct PublishedFilter<'a> {
    /// Keys, every one of which is found.
    pub words: &'a [String],
    pub edition_id: Option<i64>,
    pub place: Option<&'a Place>,
}

fn load(row: published_answer::Model) -> StoreResult<PublishedRecord> {
    Ok(PublishedRecord {
        id: row.id,
        inquiry_id: row.inquiry_id,
        audience: match row.prefecture_code.as_str() {
            "" => Audience::Country,
            text => Audience::Prefecture(prefecture(text)?),
        },
        edition_id: row.edition_id,
        place: place(&row.place)?,
        version: row.version,
        words: PublishedWords {
            question: row.question,
            answer: row.answer,
        },
        changed_at: UnixMillis(row.changed_at),
        withdrawn_at: row.withdrawn_at.map(UnixMillis),
    })
}

fn stored(audience: Audience) -> String {
    match audience {
        Audience::Country => String::new(),
        Audience::Prefecture(code) => code.to_string(),
    }
}

fn condition(filter: &PublishedFilter<'_>, readers: Readership) -> Condition {
    use published_answer::Column as P;
    let of_readers = readers
        .prefecture()
        .map(|code| P::PrefectureCode.is_in([String::new(), code.to_string()]));
    // An answer without an edition holds for every one.
    let of_edition = filter
        .edition_id
        .map(|id| P::EditionId.eq(id).or(P::EditionId.is_null()));
    let mut all = Condition::all()
        .add(P::WithdrawnAt.is_null())
        .add_option(of_readers)
        .add_option(of_edition)
        .add_option(filter.place.map(|place| P::Place.eq(place.to_string())));
    for word in filter.words {
        all = all.add(P::SearchKey.contains(word));
    }
    all
}

async fn of_inquiry(
    connection: &impl ConnectionTrait,
    inquiry: i64,
) -> StoreResult<Vec<PublishedRecord>> {
    let rows = published_answer::Entity::find()
        .filter(published_answer::Column::InquiryId.eq(inquiry))
        .order_by_desc(published_answer::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(load).collect()
}

impl Store {
    /// So many answers from the newest but `skip` on, newest first.
    pub async fn published_answers(
        &self,
        filter: &PublishedFilter<'_>,
        readers: Readership,
        (skip, most): (u64, u64),
    ) -> StoreResult<Vec<PublishedRecord>> {
        let rows = published_answer::Entity::find()
            .filter(condition(filter, readers))
            .order_by_desc(published_answer::Column::ChangedAt)
            .order_by_desc(published_answer::Column::Id)
            .offset(skip)
            .limit(most)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// How many there are.
    pub async fn count_published_answers(
        &self,
        filter: &PublishedFilter<'_>,
        readers: Readership,
    ) -> StoreResult<u64> {
        let query = published_answer::Entity::find().filter(condition(filter, readers));
        Ok(query.count(&self.read).await?)
    }

    /// One answer, also a withdrawn one.
    pub async fn published_answer(&self, id: i64) -> StoreResult<Option<PublishedRecord>> {
        let row = published_answer::Entity::find_by_id(id)
            .one(&self.read)
            .await?;
        row.map(load).transpose()
    }

    /// The answers published from a thread, newest first.
    pub async fn published_of_inquiry(&self, inquiry: i64) -> StoreResult<Vec<PublishedRecord>> {
        of_inquiry(&self.read, inquiry).await
    }

    /// Every version of an answer's words, newest first.
    pub async fn published_versions(&self, id: i64) -> StoreResult<Vec<PublishedVersion>> {
        use published_answer_version::Column as V;
        let rows = published_answer_version::Entity::find()
            .filter(V::AnswerId.eq(id))
            .order_by_desc(V::Number)
            .all(&self.read)
            .await?;
        let version = |row: published_answer_version::Model| PublishedVersion {
            number: row.number,
            words: PublishedWords {
                question: row.question,
                answer: row.answer,
            },
            at: UnixMillis(row.at),
            by: row.actor_name,
        };
        Ok(rows.into_iter().map(version).collect())
    }

    /// The answer that was sent from a page.
    pub async fn published_sent(&self, sent_key: &str) -> StoreResult<Option<i64>> {
        Ok(published_answer::Entity::find()
            .select_only()
            .column(published_answer::Column::Id)
            .filter(published_answer::Column::SentKey.eq(sent_key))
            .into_tuple()
            .one(&self.read)
            .await?)
    }
}

impl Transaction {
    /// The answers published from a thread, newest first.
    pub async fn published_of_inquiry(&self, inquiry: i64) -> StoreResult<Vec<PublishedRecord>> {
        of_inquiry(&self.inner, inquiry).await
    }

    /// One answer, held for this transaction.
    pub async fn published_answer(&self, id: i64) -> StoreResult<Option<PublishedRecord>> {
        let row = published_answer::Entity::find_by_id(id)
            .lock(LockType::Update)
            .one(&self.inner)
            .await?;
        row.map(load).transpose()
    }

    /// Publishes an answer; gives its id.
    pub async fn insert_published(
        &self,
        new: &NewPublished<'_>,
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<i64> {
        let row = published_answer::ActiveModel {
            id: NotSet,
            inquiry_id: Set(new.inquiry_id),
            prefecture_code: Set(stored(new.audience)),
            edition_id: Set(new.edition_id),
            place: Set(new.place.map(ToString::to_string).unwrap_or_default()),
            version: Set(1),
            question: Set(new.words.question.clone()),
            answer: Set(new.words.answer.clone()),
            search_key: Set(new.words.key()),
            sent_key: Set(new.sent_key.to_owned()),
            published_at: Set(at.0),
            published_by: Set(actor.account_id),
            changed_at: Set(at.0),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
        };
        let inserted = published_answer::Entity::insert(row)
            .exec(&self.inner)
            .await?;
        let id = inserted.last_insert_id;
        self.insert_published_version(id, 1, new.words, actor, at)
            .await?;
        Ok(id)
    }

    async fn insert_published_version(
        &self,
        id: i64,
        number: i32,
        words: &PublishedWords,
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<()> {
        let row = published_answer_version::ActiveModel {
            id: NotSet,
            answer_id: Set(id),
            number: Set(number),
            question: Set(words.question.clone()),
            answer: Set(words.answer.clone()),
            at: Set(at.0),
            account_id: Set(actor.account_id),
            actor_name: Set(actor.display_name.clone()),
        };
        published_answer_version::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Gives an answer new words, if it still has the version that was read; the old ones are kept.
    pub async fn change_published(
        &self,
        record: &PublishedRecord,
        words: &PublishedWords,
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<()> {
        use published_answer::Column as P;
        let number = record.version + 1;
        let updated = published_answer::Entity::update_many()
            .col_expr(P::Version, Expr::value(number))
            .col_expr(P::Question, Expr::value(words.question.as_str()))
            .col_expr(P::Answer, Expr::value(words.answer.as_str()))
            .col_expr(P::SearchKey, Expr::value(words.key()))
            .col_expr(P::ChangedAt, Expr::value(at.0))
            .filter(P::Id.eq(record.id))
            .filter(P::Version.eq(record.version))
            .exec(&self.inner)
            .await?;
        if updated.rows_affected != 1 {
            return Err(StoreError::Stale);
        }
        self.insert_published_version(record.id, number, words, actor, at)
            .await
    }

    /// Takes an answer out of every page.
    pub async fn withdraw_published(
        &self,
        id: i64,
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<()> {
        use published_answer::Column as P;
        published_answer::Entity::update_many()
            .col_expr(P::WithdrawnAt, Expr::value(at.0))
            .col_expr(P::WithdrawnBy, Expr::value(actor.account_id))
            .filter(P::Id.eq(id))
            .filter(P::WithdrawnAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
