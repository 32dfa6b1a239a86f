//! SQLite connections of our own for the reads behind almost every page.
//!
//! ```text
//! visits ─ one() ─> a free connection ─> row ─> the connection is free again
//! ```
//! A pool asks each connection that comes back whether it still lives. For SQLite that is one more trip
//! to the connection's thread, as dear as the read itself; a file next door does not go away.

use std::sync::{Mutex, PoisonError};

use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use sea_orm::{DbErr, QueryResult, RuntimeErr, Value};
use tokio::sync::{Semaphore, SemaphorePermit};

/// More than this wait for each other on two cores anyway.
const COUNT: usize = 4;

/// A few connections that only read.
pub(super) struct Readers {
    free: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection in use; it is free again once this is dropped, also when its request was given up:
/// the next statement on it waits for what is still running.
struct Borrowed<'a> {
    of: &'a Readers,
    connection: Option<SqliteConnection>,
}

impl Borrowed<'_> {
    fn connection(&mut self) -> Result<&mut SqliteConnection, DbErr> {
        self.connection
            .as_mut()
            .ok_or_else(|| DbErr::Conn(RuntimeErr::Internal("no connection is free".to_owned())))
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        self.of.give_back(self.connection.take());
    }
}

impl Readers {
    /// Opens the connections.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, DbErr> {
        let mut idle = Vec::with_capacity(COUNT);
        for _ in 0..COUNT {
            idle.push(options.connect().await.map_err(failed)?);
        }
        Ok(Self {
            free: Semaphore::new(COUNT),
            idle: Mutex::new(idle),
        })
    }

    /// The one row of a statement, if there is one. `text` leaves as many values open as `values` has.
    pub(super) async fn one(
        &self,
        text: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>, DbErr> {
        let query = bound(text, values)?;
        let _free = self.free().await?;
        let mut borrowed = self.borrow();
        let row = query.fetch_optional(borrowed.connection()?).await;
        Ok(row.map_err(failed)?.map(QueryResult::from))
    }

    /// All rows of a statement.
    pub(super) async fn all(
        &self,
        text: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let query = bound(text, values)?;
        let _free = self.free().await?;
        let mut borrowed = self.borrow();
        let rows = query.fetch_all(borrowed.connection()?).await;
        let rows = rows.map_err(failed)?.into_iter();
        Ok(rows.map(QueryResult::from).collect())
    }

    async fn free(&self) -> Result<SemaphorePermit<'_>, DbErr> {
        let closed = |_| DbErr::Conn(RuntimeErr::Internal("the database is closed".to_owned()));
        self.free.acquire().await.map_err(closed)
    }

    fn borrow(&self) -> Borrowed<'_> {
        let connection = self.idle().pop();
        Borrowed {
            of: self,
            connection,
        }
    }

    /// Closes the connections as they come back.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        for _ in 0..COUNT {
            let Ok(free) = self.free.acquire().await else {
                return Ok(());
            };
            free.forget();
            let connection = self.idle().pop();
            if let Some(connection) = connection {
                connection.close().await.map_err(failed)?;
            }
        }
        self.free.close();
        Ok(())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, connection: Option<SqliteConnection>) {
        self.idle().extend(connection);
    }
}

/// The statement with its values in their places.
fn bound(
    text: &'static str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Query<'static, Sqlite, SqliteArguments>, DbErr> {
    let mut query = sqlx::query(text);
    for value in values {
        query = match value {
            Value::String(value) => query.bind(value),
            Value::Bool(value) => query.bind(value),
            Value::BigInt(value) => query.bind(value),
            other => return Err(DbErr::Type(format!("{other:?} is not bound here"))),
        };
    }
    Ok(query)
}

pub(super) fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
