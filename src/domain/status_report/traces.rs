//! Since when a body is counted, and from which entries.
//!
//! ```text
//! Figure ─ StatusReport::traces ─> per body: status, schemes, first year, day and batches of the entries that hold
//! ```
//! Of a body, scheme and year one entry holds (ADR 011). Those whose schemes and years a figure counts are what
//! it was counted from; where a body takes part with nothing, the withdrawals are.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::members::status_of;
use super::standing::last_day_number;
use super::{Cell, Figure, ListedBody, ParticipantStatus, Snapshot, StandingProblem, StatusReport};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::participation::packed::read;
use crate::domain::participation::{ParticipationState, day_of_number, first_year};

/// A body behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace<'a> {
    pub body: ListedBody<'a>,
    /// In the report's year; none if the body does not take part.
    pub status: Option<ParticipantStatus>,
    /// What it takes part with up to the report's year, as positions in the catalogue.
    pub schemes: u64,
    /// The first year in which it takes part (with the scheme, if the figure is about one).
    pub first_year: Option<FiscalYear>,
    /// The earliest day from which an entry holds that the figure counts; the last day of a withdrawal for a body
    /// that does not take part.
    pub since: Option<Date>,
    /// It took part and withdrew.
    pub has_withdrawn: bool,
    /// The batches of those entries, as positions in the snapshot.
    pub batches: Vec<usize>,
}

/// The entry that holds for a body, year and scheme.
struct Holding {
    day: u16,
    /// `None` where what was said was taken back.
    is_live: Option<bool>,
    batch: usize,
}

impl<'a> StatusReport<'a> {
    /// The bodies behind a figure with their entries. `snapshot` is the one the report was built from.
    pub fn traces(
        &self,
        snapshot: &Snapshot,
        figure: Figure,
    ) -> Result<Vec<Trace<'a>>, StandingProblem> {
        let members: Vec<_> = self
            .counted(figure.cell)
            .filter(|(body, _)| figure.is_within(body.code))
            .collect();
        let position: HashMap<u16, usize> = members
            .iter()
            .enumerate()
            .map(|(at, (body, _))| (body.code.number(), at))
            .collect();
        let holdings = self.holdings(snapshot, figure.cell, &position)?;
        let mut days: Vec<Option<u16>> = vec![None; members.len()];
        let mut batches = vec![BTreeSet::new(); members.len()];
        for ((member, year, _), holding) in &holdings {
            let takes_part = status_of(members[*member].1).is_some();
            let counts = holding.is_live == Some(takes_part) && counts_year(figure.cell, *year);
            if counts {
                batches[*member].insert(holding.batch);
                let known = days[*member].get_or_insert(holding.day);
                *known = if takes_part {
                    holding.day.min(*known)
                } else {
                    holding.day.max(*known)
                };
            }
        }
        let of_scheme = match figure.cell {
            Cell::Scheme(scheme, _) => 1_u64.checked_shl(scheme as u32).unwrap_or(0),
            _ => u64::MAX,
        };
        let lines = members.into_iter().zip(days).zip(batches);
        let traces = lines.map(|(((body, masks), day), batches)| {
            let status = status_of(masks);
            let first = masks.iter().position(|mask| mask & of_scheme != 0);
            Trace {
                body,
                status,
                schemes: masks.iter().fold(0, |all, mask| all | mask),
                first_year: first.map(|at| self.years[at].year),
                since: day.map(day_of_number),
                has_withdrawn: status.is_none() && !batches.is_empty(),
                batches: batches.into_iter().collect(),
            }
        });
        Ok(traces.collect())
    }

    /// By member, year and place of the scheme.
    fn holdings(
        &self,
        snapshot: &Snapshot,
        cell: Cell,
        position: &HashMap<u16, usize>,
    ) -> Result<HashMap<(usize, FiscalYear, usize), Holding>, StandingProblem> {
        let until = last_day_number(self.as_of);
        let mut holdings: HashMap<_, Holding> = HashMap::new();
        for (at, bytes) in snapshot.batches.iter().enumerate() {
            let batch = read(bytes)?;
            let places: Vec<Option<usize>> = batch
                .schemes()
                .iter()
                .map(|id| self.standing.place(self.catalogue, id))
                .collect();
            for entry in batch.entries() {
                let entry = entry?;
                let year = entry.fiscal_year()?;
                let (Some(member), Some(place)) =
                    (position.get(&entry.body), places[usize::from(entry.scheme)])
                else {
                    continue;
                };
                let is_other = matches!(cell, Cell::Scheme(scheme, _) if scheme != place);
                if is_other || entry.day > until || year > self.fiscal_year || year < first_year() {
                    continue;
                }
                let holding = Holding {
                    day: entry.day,
                    is_live: (entry.state != ParticipationState::Annulled)
                        .then(|| entry.state.is_live()),
                    batch: at,
                };
                let known = holdings.get(&(*member, year, place));
                if known.is_none_or(|known| known.day <= entry.day) {
                    holdings.insert((*member, year, place), holding);
                }
            }
        }
        Ok(holdings)
    }
}

/// Whether a figure counts what a body takes part with in a year.
fn counts_year(cell: Cell, year: FiscalYear) -> bool {
    match cell {
        Cell::ByYear(of, _) | Cell::New(of, _) => year == of,
        Cell::Cumulative(of, _) | Cell::Continuing(of, _) | Cell::Earlier(of, _) => year <= of,
        Cell::Scheme(..) | Cell::Class(..) | Cell::Absent(_) => true,
    }
}

impl Snapshot {
    /// The fiscal years in which an entry says that a body takes part, oldest first.
    pub fn years_with_entries(&self) -> Result<Vec<FiscalYear>, StandingProblem> {
        let mut years = BTreeSet::new();
        for bytes in &self.batches {
            let mut last = None;
            for entry in read(bytes)?.entries() {
                let entry = entry?;
                // Batches are mostly of one year.
                if entry.state.is_live() && last != Some(entry.year) {
                    years.insert(entry.fiscal_year()?);
                    last = Some(entry.year);
                }
            }
        }
        Ok(years.into_iter().collect())
    }
}
