//! Rows worked out before a transaction begins and written in it in one go.
//!
//! Building statements takes time, and on SQLite every statement crosses to the database's thread and
//! back while all other writers wait. What a submission writes is therefore built first; on SQLite
//! the inserts then travel as one text with all their values.

use sea_orm::sea_query::InsertStatement;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Statement, UpdateMany};

use super::entities::{audit_log, response_event, revision};
use super::events::{NewEvent, PastEvent};
use super::responses::ResponseRecord;
use super::revisions::NewRevision;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::revision::Correction;

/// Inserts in their order, not yet written.
#[derive(Clone)]
pub struct Writes {
    backend: DbBackend,
    statements: Vec<Statement>,
}

/// A change of one row that must still be as it was read, not yet written.
#[derive(Clone)]
pub struct GuardedUpdate(pub(super) Statement);

impl Store {
    /// An empty list of inserts for this engine.
    pub fn writes(&self) -> Writes {
        Writes {
            backend: self.write.get_database_backend(),
            statements: Vec::new(),
        }
    }
}

impl Writes {
    /// Any insert of this room.
    pub(super) fn push(&mut self, insert: &InsertStatement) {
        self.statements.push(self.backend.build(insert));
    }

    /// Any change of this room that needs no guard of its own.
    pub(super) fn update<E: EntityTrait>(&mut self, update: UpdateMany<E>) {
        self.statements.push(update.build(self.backend));
    }

    /// A revision.
    pub fn revision(&mut self, new: &NewRevision<'_>) -> StoreResult<()> {
        let insert = revision::Entity::insert(super::revisions::row(new)?);
        self.statements.push(insert.build(self.backend));
        Ok(())
    }

    /// A revision that an accepted notice of a change of intent makes.
    pub fn changed_revision(
        &mut self,
        new: &NewRevision<'_>,
        intent_change: i64,
    ) -> StoreResult<()> {
        let row = revision::ActiveModel {
            intent_change_id: sea_orm::ActiveValue::Set(Some(intent_change)),
            ..super::revisions::row(new)?
        };
        self.statements
            .push(revision::Entity::insert(row).build(self.backend));
        Ok(())
    }

    /// A revision that the reviewer makes in the body's place.
    pub fn corrected_revision(
        &mut self,
        new: &NewRevision<'_>,
        correction: &Correction,
    ) -> StoreResult<()> {
        let row = revision::ActiveModel {
            corrected_by: sea_orm::ActiveValue::Set(Some(correction.by.as_str().to_owned())),
            correction_reason: sea_orm::ActiveValue::Set(Some(correction.reason.clone())),
            ..super::revisions::row(new)?
        };
        self.statements
            .push(revision::Entity::insert(row).build(self.backend));
        Ok(())
    }

    /// An event of an answer's history.
    pub fn event(
        &mut self,
        record: &ResponseRecord,
        actor: &Actor,
        new: &NewEvent<'_>,
    ) -> StoreResult<()> {
        let row = super::events::row(&PastEvent {
            response_id: record.id,
            edition_id: record.edition.id,
            code: record.code(),
            actor,
            new,
        })?;
        let insert = response_event::Entity::insert(row);
        self.statements.push(insert.build(self.backend));
        Ok(())
    }

    /// A row of the audit log.
    pub fn audit(
        &mut self,
        actor: &Actor,
        at: UnixMillis,
        action: &str,
        subject: &str,
        detail: &str,
    ) {
        let row = super::audit_log::row(actor, at, action, subject, detail);
        let insert = audit_log::Entity::insert(row);
        self.statements.push(insert.build(self.backend));
    }
}

impl Transaction {
    /// Changes the row if it is still as it was read; [`StoreError::Stale`] if not.
    pub async fn apply_guarded(&self, update: GuardedUpdate) -> StoreResult<()> {
        match self.inner.execute_raw(update.0).await?.rows_affected() {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    /// Writes the rows.
    pub async fn apply(&self, writes: Writes) -> StoreResult<()> {
        if self.is_postgres() {
            for statement in writes.statements {
                self.inner.execute_raw(statement).await?;
            }
            return Ok(());
        }
        let mut text = String::new();
        let mut values = Vec::new();
        for statement in writes.statements {
            text.push_str(&statement.sql);
            text.push(';');
            values.extend(statement.values.into_iter().flat_map(|values| values.0));
        }
        let all = Statement::from_sql_and_values(writes.backend, text, values);
        self.inner.execute_raw(all).await?;
        Ok(())
    }
}
