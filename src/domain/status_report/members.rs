//! The bodies behind a figure.
//!
//! ```text
//! Cell (what a figure counts) ─ StatusReport::members ─> the bodies it counts, in code order
//! ```

use super::{ListedBody, StatusReport};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::organization::OrganizationKind;

/// Which bodies a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    All,
    Prefectures,
    /// Designated and core cities and wards included.
    Municipalities,
}

impl Part {
    /// All parts, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::All, Self::Prefectures, Self::Municipalities];

    /// The key of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "total",
            Self::Prefectures => "prefecture",
            Self::Municipalities => "municipality",
        }
    }

    /// The heading of the ministry's rows: 自治体, 都道府県, 市区町村.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "自治体",
            Self::Prefectures => "都道府県",
            Self::Municipalities => "市区町村",
        }
    }

    fn has(self, body: &ListedBody<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Prefectures => body.code.is_prefecture(),
            Self::Municipalities => !body.code.is_prefecture(),
        }
    }
}

/// A figure of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    Cumulative(FiscalYear, Part),
    ByYear(FiscalYear, Part),
    New(FiscalYear, Part),
    Continuing(FiscalYear, Part),
    /// Take part with a scheme, by its position in the catalogue.
    Scheme(usize, Part),
    /// Take part, of a kind; bodies that there are on the day.
    Class(OrganizationKind),
    /// Do not take part.
    Absent(Part),
}

impl<'a> StatusReport<'a> {
    /// The bodies a figure counts: the list in code order, then bodies it does not have.
    pub fn members(&self, cell: Cell) -> impl Iterator<Item = ListedBody<'a>> {
        let year_at = |year: FiscalYear| self.years.iter().position(|known| known.year == year);
        let (part, at) = match cell {
            Cell::Cumulative(year, part)
            | Cell::ByYear(year, part)
            | Cell::New(year, part)
            | Cell::Continuing(year, part) => (part, year_at(year)),
            Cell::Scheme(_, part) | Cell::Absent(part) => (part, Some(self.years.len() - 1)),
            Cell::Class(_) => (Part::All, Some(self.years.len() - 1)),
        };
        self.standing
            .bodies()
            .filter(move |(body, masks)| {
                let Some(at) = at.filter(|_| part.has(body)) else {
                    return false;
                };
                let before = masks[..at].iter().any(|mask| *mask != 0);
                let now = masks[at] != 0;
                match cell {
                    Cell::Cumulative(..) => before || now,
                    Cell::ByYear(..) => now,
                    Cell::New(..) => now && !before,
                    Cell::Continuing(..) => now && before,
                    Cell::Scheme(scheme, _) => masks
                        .iter()
                        .any(|mask| mask.checked_shr(scheme as u32).unwrap_or(0) & 1 == 1),
                    Cell::Class(kind) => {
                        body.in_force && body.kind == Some(kind) && (before || now)
                    }
                    Cell::Absent(_) => !before && !now,
                }
            })
            .map(|(body, _)| body)
    }
}
