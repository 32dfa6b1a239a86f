//! What the ministry's tables of an edition have in common as files: of which moment, in which format, under which
//! name, and who took one.
//!
//! ```text
//! edition ─ begun_edition ─> a table's verb writes the bytes ─ TableFile::hand_over ─> audit row, named file
//! ```

use jiff::civil::Date;

use super::take_out::Workbook;
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::japan_time::{UnixMillis, end_of_day};
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};

/// The moment of a table as of the end of a day in Japan; `None` for now, also where the day is not over.
pub fn past_moment(as_of: Option<Date>, now: UnixMillis) -> Option<UnixMillis> {
    as_of.map(end_of_day).filter(|moment| *moment < now)
}

/// As what the ministry takes a table out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    Workbook,
    /// See [`crate::spreadsheet::write_national_csv`] for what it alters.
    Csv,
}

impl TableFormat {
    /// The end of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Workbook => "xlsx",
            Self::Csv => "csv",
        }
    }
}

/// An edition that has begun: one in preparation has no tables.
pub(super) async fn begun_edition(desk: &Desk, key: &EditionKey) -> WorkflowResult<SurveyEdition> {
    let edition = desk.store.edition(key).await?;
    edition
        .filter(|edition| edition.state != EditionState::Preparing)
        .ok_or(WorkflowError::NotFound)
}

/// What a file is.
pub(super) struct TableFile<'a> {
    /// In its name.
    pub title: &'a str,
    /// In the audit log.
    pub what: &'a str,
    pub format: TableFormat,
    /// The end of a day that is over; none for now.
    pub past: Option<UnixMillis>,
}

impl TableFile<'_> {
    /// Writes down who took it, and names it.
    pub(super) async fn hand_over(
        &self,
        desk: &Desk,
        actor: &Actor,
        edition: &SurveyEdition,
        bytes: Vec<u8>,
    ) -> WorkflowResult<Workbook> {
        let now = desk.now();
        let ending = self.format.ending();
        let mut detail = format!("{} {ending}", self.what);
        if let Some(past) = self.past {
            detail = format!("{detail} {}", past.japan_date());
        }
        let subject = format!("edition/{}", edition.key);
        let transaction = desk.store.begin().await?;
        transaction
            .audit(actor, now, "export", &subject, &detail)
            .await?;
        transaction.commit().await?;
        let day = self.past.unwrap_or(now).japan_date().strftime("%Y%m%d");
        let mark = if self.past.is_some() { "時点" } else { "" };
        let definition = &edition.definition;
        let (survey, title) = (definition.words().survey, self.title);
        Ok(Workbook {
            name: format!(
                "{survey}_{}_{title}_{day}{mark}.{ending}",
                definition.short_title
            ),
            bytes,
        })
    }
}
