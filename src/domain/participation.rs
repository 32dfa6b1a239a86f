//! Participation (先行実施への参加): which body takes part with which scheme in which fiscal year.
//!
//! ```text
//! file ─ sheet::find ─> rows ─ import::read ─> entries (or problems by row) ─> store: rows + packed
//! store: packed batches ─ packed::read ─> status_report::Standing ─> the tables of any year and date
//! ```
//! Intent is not participation: the ministry confirms it. The ledger is only ever added to. An entry says what
//! holds from a day on; of two for the same body, scheme, year and day the one recorded later counts
//! (`docs/adr/011-participation-ledger.md`).

pub mod bodies;
pub mod confirm;
pub mod import;
pub mod packed;
pub mod sheet;
pub mod take_back;
pub mod timeline;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::fiscal_year::FiscalYear;
use super::local_government_code::LocalGovernmentCode;
use super::scheme::SchemeId;

/// Whether a body takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticipationState {
    /// 参加予定
    Planned,
    /// 参加
    Running,
    /// 取下げ
    Withdrawn,
    /// 取消: what was said here was taken back, and nothing was said before.
    Annulled,
}

impl ParticipationState {
    /// All states.
    pub const ALL: [Self; 4] = [
        Self::Planned,
        Self::Running,
        Self::Withdrawn,
        Self::Annulled,
    ];
    /// Those that a person or a list can say.
    pub const CHOICES: [Self; 3] = [Self::Planned, Self::Running, Self::Withdrawn];

    /// Stable id for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Withdrawn => "withdrawn",
            Self::Annulled => "annulled",
        }
    }

    /// 参加予定 / 参加 / 取下げ / 取消.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "参加予定",
            Self::Running => "参加",
            Self::Withdrawn => "取下げ",
            Self::Annulled => "取消",
        }
    }

    /// Counted by the tables, which do not tell 参加 from 参加予定.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Planned | Self::Running)
    }

    /// The state of a stable id.
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// How an entry came into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParticipationSource {
    /// Confirmed by the ministry from the revision of an answer.
    Confirmed,
    /// From a file.
    Imported,
    /// Typed by the ministry.
    Entered,
    /// Takes a confirmed batch back.
    TakenBack,
}

impl ParticipationSource {
    /// Stable id for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Imported => "imported",
            Self::Entered => "entered",
            Self::TakenBack => "taken_back",
        }
    }

    /// 回答から確定 / ファイルから取り込み / 画面で入力 / 確定の取消し.
    pub fn label(self) -> &'static str {
        match self {
            Self::Confirmed => "回答から確定",
            Self::Imported => "ファイルから取り込み",
            Self::Entered => "画面で入力",
            Self::TakenBack => "確定の取消し",
        }
    }

    /// The source of a stable id.
    pub fn from_stored(text: &str) -> Option<Self> {
        let sources = [
            Self::Confirmed,
            Self::Imported,
            Self::Entered,
            Self::TakenBack,
        ];
        sources.into_iter().find(|source| source.as_str() == text)
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipationEntry {
    pub code: LocalGovernmentCode,
    pub scheme: SchemeId,
    pub fiscal_year: FiscalYear,
    pub state: ParticipationState,
    /// The day in Japan from which it holds; [`day_number`] knows it.
    pub effective_on: Date,
    /// The revision it was confirmed from.
    pub revision_id: Option<i64>,
    pub note: String,
}

/// Of entries about one body, scheme and year, in the order in which they were recorded, the one that holds on a
/// day: the latest day counts, of one day the one recorded later.
pub fn in_force<'a>(
    entries: impl Iterator<Item = &'a ParticipationEntry>,
    day: Date,
) -> Option<&'a ParticipationEntry> {
    entries
        .filter(|entry| entry.effective_on <= day)
        .max_by_key(|entry| entry.effective_on)
}

/// 令和5年度, in which the pilot began.
pub fn first_year() -> FiscalYear {
    FiscalYear::of(date(2023, 4, 1))
}

/// The last fiscal year that means something on a day: plans reach five years ahead.
pub fn last_year(today: Date) -> FiscalYear {
    (0..5).fold(FiscalYear::of(today), |year, _| year.next())
}

/// From when an entry holds for which nobody named a day: taking part from the beginning of the fiscal year, or
/// from today if that is earlier; a withdrawal from today.
///
/// So history can be imported without days and still be asked for any date, and tables printed before a
/// withdrawal stay what they were.
pub fn usual_day(state: ParticipationState, year: FiscalYear, today: Date) -> Date {
    if state.is_live() {
        year.first_day().min(today)
    } else {
        today
    }
}

/// Days are counted from here.
const DAY_ZERO: Date = date(2000, 1, 1);

/// A day as the ledger packs it: days since 2000-01-01; none before 2000 or after 2179.
pub fn day_number(day: Date) -> Option<u16> {
    u16::try_from(DAY_ZERO.duration_until(day).as_hours() / 24)
        .ok()
        .filter(|_| day >= DAY_ZERO)
}

/// The day of a number.
pub fn day_of_number(number: u16) -> Date {
    DAY_ZERO.saturating_add(jiff::Span::new().days(i64::from(number)))
}

#[cfg(test)]
mod tests;
