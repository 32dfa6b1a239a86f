//! The bodies behind a figure.
//!
//! ```text
//! Cell (what a figure counts) ─ StatusReport::members ─> the bodies it counts, in code order
//! Figure (a cell, of the country or of one prefecture) ─ StatusReport::behind ─> the same, within the prefecture
//! ```

use super::{Figure, ListedBody, ParticipantStatus, StatusReport};
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

/// Which bodies of a class a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassPart {
    /// All that the list has.
    Bodies,
    Participants,
    Absent,
}

/// A figure of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    Cumulative(FiscalYear, Part),
    ByYear(FiscalYear, Part),
    New(FiscalYear, Part),
    Continuing(FiscalYear, Part),
    /// 前年度まで: took part before the year and changes nothing in it.
    Earlier(FiscalYear, Part),
    /// Take part with a scheme, by its position in the catalogue.
    Scheme(usize, Part),
    /// Bodies of a kind that there are on the day; `None` is every kind.
    Class(ClassPart, Option<OrganizationKind>),
    /// Do not take part.
    Absent(Part),
}

impl<'a> StatusReport<'a> {
    /// The bodies a figure counts: the list in code order, then bodies it does not have.
    pub fn members(&self, cell: Cell) -> impl Iterator<Item = ListedBody<'a>> {
        self.counted(cell).map(|(body, _)| body)
    }

    /// The same for a figure of the country or of a prefecture.
    pub fn behind(&self, figure: Figure) -> impl Iterator<Item = ListedBody<'a>> {
        self.members(figure.cell)
            .filter(move |body| figure.is_within(body.code))
    }

    /// Who is counted, with the masks of schemes by year.
    pub(super) fn counted(&self, cell: Cell) -> impl Iterator<Item = (ListedBody<'a>, &[u64])> {
        let year_at = |year: FiscalYear| self.years.iter().position(|known| known.year == year);
        let last = Some(self.years.len() - 1);
        let (part, at) = match cell {
            Cell::Cumulative(year, part)
            | Cell::ByYear(year, part)
            | Cell::New(year, part)
            | Cell::Continuing(year, part)
            | Cell::Earlier(year, part) => (part, year_at(year)),
            Cell::Scheme(_, part) | Cell::Absent(part) => (part, last),
            Cell::Class(..) => (Part::All, last),
        };
        self.standing.bodies().filter(move |(body, masks)| {
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
                Cell::Earlier(..) => before && !now,
                Cell::Scheme(scheme, _) => masks
                    .iter()
                    .any(|mask| mask.checked_shr(scheme as u32).unwrap_or(0) & 1 == 1),
                Cell::Class(class, kind) => {
                    body.in_force
                        && body.kind.is_some()
                        && (kind.is_none() || body.kind == kind)
                        && match class {
                            ClassPart::Bodies => true,
                            ClassPart::Participants => before || now,
                            ClassPart::Absent => !before && !now,
                        }
                }
                Cell::Absent(_) => !before && !now,
            }
        })
    }
}

/// How a body stands in the last year of its masks; none if it does not take part.
pub(super) fn status_of(masks: &[u64]) -> Option<ParticipantStatus> {
    let (now, before) = masks.split_last()?;
    let before = before.iter().any(|mask| *mask != 0);
    match (*now != 0, before) {
        (true, false) => Some(ParticipantStatus::New),
        (true, true) => Some(ParticipantStatus::Continuing),
        (false, true) => Some(ParticipantStatus::Earlier),
        (false, false) => None,
    }
}
