//! What a board says of each body's deadline beside the answers.

use std::collections::{HashMap, HashSet};

use super::board_rows::Line;
use crate::domain::japan_time::{UnixMillis, short_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::store::boards::BoardRow;
use crate::store::{Store, StoreResult};

/// Who was given more time, who was reminded when.
pub struct DeadlineMarks {
    extended: HashSet<LocalGovernmentCode>,
    reminded: HashMap<LocalGovernmentCode, UnixMillis>,
}

impl DeadlineMarks {
    /// Those of a board's bodies in an edition.
    pub async fn of(store: &Store, edition_id: i64, rows: &[BoardRow]) -> StoreResult<Self> {
        let codes = rows.iter().map(|row| row.code);
        Ok(Self {
            extended: store.extended_bodies(edition_id).await?,
            reminded: store.last_reminders(edition_id, codes).await?,
        })
    }

    /// The line with the marks of its body.
    #[must_use]
    pub fn mark(&self, row: &BoardRow, line: Line) -> Line {
        let reminded = self.reminded.get(&row.code).copied();
        Line {
            extended: self.extended.contains(&row.code),
            reminded: reminded.map(short_label).unwrap_or_default(),
            ..line
        }
    }
}
