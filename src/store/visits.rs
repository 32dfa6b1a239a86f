//! Who is behind a request, and with it a body's own answer: the two reads behind almost every page.
//!
//! Each is one statement. Its text is built once an engine and its values are read by position: a
//! page of the form is asked for far more often than any other, and building a statement anew and
//! looking columns up by name cost more than the database itself.

use std::sync::OnceLock;

use sea_orm::sea_query::{
    Expr, ExprTrait, PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TryGetable, Value};

use super::columns::{code, kind};
use super::editions::EditionRow;
use super::entities::{account, body_duty, organization, response, session, survey_edition};
use super::responses::{ResponseRecord, ResponseRow, load};
use super::{Store, StoreError, StoreResult};
use crate::domain::account::{Actor, ActorBody, Role};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionKey;

/// A session with the person behind it.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    pub created_at: UnixMillis,
    pub seen_at: UnixMillis,
    /// Handed over: from this moment on the account lets nobody in.
    pub ends_at: Option<UnixMillis>,
    /// Without a request id; the door fills it in.
    pub actor: Actor,
}

/// The text of a statement for each engine.
pub(super) struct Prepared {
    sqlite: String,
    postgres: String,
}

impl Prepared {
    pub(super) fn new(select: &SelectStatement) -> Self {
        Self::by_engine(select, select)
    }

    /// Of a statement that is not the same on both.
    pub(super) fn by_engine(sqlite: &SelectStatement, postgres: &SelectStatement) -> Self {
        Self {
            sqlite: sqlite.build(SqliteQueryBuilder).0,
            postgres: postgres.build(PostgresQueryBuilder).0,
        }
    }

    /// The row for these values, which stand in the order in which the text leaves them open.
    pub(super) async fn one<const N: usize>(
        &'static self,
        store: &Store,
        values: [Value; N],
    ) -> StoreResult<Option<QueryResult>> {
        Ok(match &store.readers {
            Some(readers) => readers.one(&self.sqlite, values).await?,
            None => store.read.query_one_raw(self.for_postgres(values)).await?,
        })
    }

    /// All rows for these values.
    pub(super) async fn all<const N: usize>(
        &'static self,
        store: &Store,
        values: [Value; N],
    ) -> StoreResult<Vec<QueryResult>> {
        Ok(match &store.readers {
            Some(readers) => readers.all(&self.sqlite, values).await?,
            None => store.read.query_all_raw(self.for_postgres(values)).await?,
        })
    }

    fn for_postgres<const N: usize>(&self, values: [Value; N]) -> Statement {
        Statement::from_sql_and_values(DbBackend::Postgres, &self.postgres, values)
    }
}

/// Reads the values of a row one after the other.
pub(super) struct Cursor<'a> {
    row: &'a QueryResult,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(row: &'a QueryResult) -> Self {
        Self { row, at: 0 }
    }
}

impl Cursor<'_> {
    pub(super) fn next<T: TryGetable>(&mut self) -> StoreResult<T> {
        let value = self.row.try_get_by_index(self.at)?;
        self.at += 1;
        Ok(value)
    }
}

/// Stands where a value will be put in.
const OPEN_TEXT: &str = "";

/// Session, account and body, in the order in which [`read_session`] takes them. Leaves open: the
/// token's hash, and that the account is active.
fn select_session() -> SelectStatement {
    use account::Column as A;
    use session::Column as S;
    let mut select = Query::select();
    for column in [S::CreatedAt, S::SeenAt, S::AccountId] {
        select.column((session::Entity, column));
    }
    for column in [
        A::EndsAt,
        A::Department,
        A::Email,
        A::DisplayName,
        A::IsAdmin,
        A::Code,
    ] {
        select.column((account::Entity, column));
    }
    for column in [organization::Column::Name, organization::Column::Kind] {
        select.column((organization::Entity, column));
    }
    select
        .from(session::Entity)
        .inner_join(
            account::Entity,
            Expr::col((session::Entity, S::AccountId)).equals((account::Entity, A::Id)),
        )
        .left_join(
            organization::Entity,
            Expr::col((account::Entity, A::Code))
                .equals((organization::Entity, organization::Column::Code)),
        )
        .and_where(Expr::col((session::Entity, S::TokenHash)).eq(OPEN_TEXT))
        .and_where(Expr::col((account::Entity, A::IsActive)).eq(true))
        .to_owned()
}

/// The same with the answer of the account's body in an edition. Leaves open first: the edition's key.
fn select_session_with_response() -> SelectStatement {
    use response::Column as R;
    use survey_edition::Column as E;
    let mut select = select_session();
    for column in ResponseRow::COLUMNS {
        select.column((response::Entity, column));
    }
    select.column((body_duty::Entity, body_duty::Column::Duties));
    for column in EditionRow::COLUMNS {
        select.column((survey_edition::Entity, column));
    }
    select
        .left_join(
            survey_edition::Entity,
            Expr::col((survey_edition::Entity, E::Key)).eq(OPEN_TEXT),
        )
        .left_join(
            response::Entity,
            Expr::col((response::Entity, R::Code))
                .equals((account::Entity, account::Column::Code))
                .and(
                    Expr::col((response::Entity, R::EditionId))
                        .equals((survey_edition::Entity, E::Id)),
                ),
        )
        .left_join(
            body_duty::Entity,
            Expr::col((body_duty::Entity, body_duty::Column::Code))
                .equals((response::Entity, R::Code)),
        );
    select
}

fn read_session(cursor: &mut Cursor<'_>) -> StoreResult<SessionRecord> {
    let (created_at, seen_at, account_id) = (cursor.next()?, cursor.next()?, cursor.next()?);
    let ends_at: Option<i64> = cursor.next()?;
    let department: Option<String> = cursor.next()?;
    let (email, display_name, is_admin) = (cursor.next()?, cursor.next()?, cursor.next()?);
    let body = (cursor.next()?, cursor.next()?, cursor.next()?);
    let body: Option<ActorBody> = match body {
        (None::<String>, _, _) => None,
        (Some(of), Some::<String>(name), Some::<String>(of_kind)) => Some(ActorBody {
            code: code(&of)?,
            name,
            kind: kind(&of_kind)?,
        }),
        // Never read as the ministry's account.
        (Some(of), _, _) => return Err(StoreError::corrupt("body of an account")(of)),
    };
    let role = Role::of(body.as_ref().map(|body| (body.code, body.kind)));
    Ok(SessionRecord {
        created_at: UnixMillis(created_at),
        seen_at: UnixMillis(seen_at),
        ends_at: ends_at.map(UnixMillis),
        actor: Actor {
            account_id,
            display_name,
            email,
            is_admin,
            role,
            body,
            department: department.unwrap_or_default(),
            request_id: String::new(),
        },
    })
}

/// An answer and its edition. Leaves open: the body's code, the edition's key.
fn select_response() -> SelectStatement {
    use response::Column as R;
    use survey_edition::Column as E;
    let mut select = Query::select();
    for column in ResponseRow::COLUMNS {
        select.column((response::Entity, column));
    }
    select.column((body_duty::Entity, body_duty::Column::Duties));
    for column in EditionRow::COLUMNS {
        select.column((survey_edition::Entity, column));
    }
    select
        .from(response::Entity)
        .inner_join(
            survey_edition::Entity,
            Expr::col((response::Entity, R::EditionId)).equals((survey_edition::Entity, E::Id)),
        )
        .left_join(
            body_duty::Entity,
            Expr::col((body_duty::Entity, body_duty::Column::Code))
                .equals((response::Entity, R::Code)),
        )
        .and_where(Expr::col((response::Entity, R::Code)).eq(OPEN_TEXT))
        .and_where(Expr::col((survey_edition::Entity, E::Key)).eq(OPEN_TEXT))
        .to_owned()
}

impl Store {
    /// One body's answer; `None` if it takes no part in the edition. The caller asks
    /// [`crate::domain::access`] before it shows anything.
    pub async fn response(
        &self,
        key: &EditionKey,
        body: LocalGovernmentCode,
    ) -> StoreResult<Option<ResponseRecord>> {
        static PREPARED: OnceLock<Prepared> = OnceLock::new();
        let prepared = PREPARED.get_or_init(|| Prepared::new(&select_response()));
        let values = [body.as_str().into(), key.as_str().into()];
        let Some(row) = prepared.one(self, values).await? else {
            return Ok(None);
        };
        match ResponseRow::read(&mut Cursor::new(&row))? {
            Some(row) => Ok(Some(load(row, &self.definitions, &self.read).await?)),
            None => Ok(None),
        }
    }

    /// The session with this token hash and its account. Stopped accounts have none.
    pub async fn session(&self, token_hash: &str) -> StoreResult<Option<SessionRecord>> {
        static PREPARED: OnceLock<Prepared> = OnceLock::new();
        let prepared = PREPARED.get_or_init(|| Prepared::new(&select_session()));
        let values = [token_hash.into(), true.into()];
        let Some(row) = prepared.one(self, values).await? else {
            return Ok(None);
        };
        read_session(&mut Cursor::new(&row)).map(Some)
    }

    /// The session with this token hash, and the answer of its body in an edition if the body takes
    /// part: all that a page of the form needs.
    pub async fn session_with_response(
        &self,
        token_hash: &str,
        key: &EditionKey,
    ) -> StoreResult<Option<(SessionRecord, Option<ResponseRecord>)>> {
        static PREPARED: OnceLock<Prepared> = OnceLock::new();
        let prepared = PREPARED.get_or_init(|| Prepared::new(&select_session_with_response()));
        let values = [key.as_str().into(), token_hash.into(), true.into()];
        let Some(row) = prepared.one(self, values).await? else {
            return Ok(None);
        };
        let mut cursor = Cursor::new(&row);
        let session = read_session(&mut cursor)?;
        let response = match ResponseRow::read(&mut cursor)? {
            Some(row) => Some(load(row, &self.definitions, &self.read).await?),
            None => None,
        };
        Ok(Some((session, response)))
    }
}
