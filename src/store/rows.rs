//! Many rows in one statement.
//!
//! Taking in a country of files writes some ten thousand rows. A statement that is put together from
//! values at once costs a tenth of one built column by column; its text has only places for values.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::{StoreResult, Transaction};

/// SQLite binds at most 32,766 values a statement.
const MOST_VALUES: usize = 30_000;

/// Rows of the same columns, not yet written.
pub(super) struct Rows {
    columns: usize,
    values: Vec<Value>,
}

impl Rows {
    pub(super) fn with_columns(columns: usize, rows: usize) -> Self {
        Self {
            columns,
            values: Vec::with_capacity(columns * rows),
        }
    }

    pub(super) fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns);
        self.values.extend(row);
    }

    /// The statements `before (…), (…) after`, as few as the engine allows.
    fn statements(self, backend: DbBackend, before: &str, after: &str) -> Vec<Statement> {
        let most = MOST_VALUES / self.columns * self.columns;
        let mut statements = Vec::with_capacity(1);
        let mut values = self.values;
        while !values.is_empty() {
            let rest = values.split_off(values.len().min(most));
            let mut text = String::with_capacity(before.len() + values.len() * 5 + after.len());
            text.push_str(before);
            places(&mut text, backend, values.len(), self.columns);
            text.push_str(after);
            statements.push(Statement::from_sql_and_values(backend, text, values));
            values = rest;
        }
        statements
    }
}

/// `(?,?),(?,?)` or `($1,$2),($3,$4)`.
fn places(text: &mut String, backend: DbBackend, values: usize, columns: usize) {
    use std::fmt::Write;
    for place in 0..values {
        match (place % columns, place) {
            (0, 0) => text.push('('),
            (0, _) => text.push_str("),("),
            _ => text.push(','),
        }
        if backend == DbBackend::Postgres {
            // Writing to a string does not fail.
            let _ = write!(text, "${}", place + 1);
        } else {
            text.push('?');
        }
    }
    text.push(')');
}

impl Transaction {
    /// Writes the rows; returns how many were changed.
    pub(super) async fn write_rows(
        &self,
        rows: Rows,
        before: &'static str,
        after: &'static str,
    ) -> StoreResult<u64> {
        let backend = self.inner.get_database_backend();
        let mut changed = 0;
        for statement in rows.statements(backend, before, after) {
            changed += self.inner.execute_raw(statement).await?.rows_affected();
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_for_each_engine() {
        let mut rows = Rows::with_columns(2, 2);
        rows.push([1.into(), 2.into()]);
        rows.push([3.into(), 4.into()]);
        let text = |backend| {
            let mut rows = Rows::with_columns(2, 2);
            rows.push([1.into(), 2.into()]);
            rows.push([3.into(), 4.into()]);
            let statements = rows.statements(backend, "a VALUES ", " b");
            statements.into_iter().map(|s| s.sql).collect::<Vec<_>>()
        };
        assert_eq!(text(DbBackend::Sqlite), ["a VALUES (?,?),(?,?) b"]);
        assert_eq!(text(DbBackend::Postgres), ["a VALUES ($1,$2),($3,$4) b"]);
        let mut many = Rows::with_columns(7, 5000);
        for number in 0..5000 {
            many.push([number; 7].map(Value::from));
        }
        let statements = many.statements(DbBackend::Sqlite, "", "");
        let counts: Vec<_> = statements
            .iter()
            .map(|s| s.values.as_ref().map_or(0, |v| v.0.len()))
            .collect();
        assert_eq!(counts, [29_995, 5005]);
    }
}
