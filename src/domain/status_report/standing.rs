//! Who takes part with which scheme in which fiscal year, as of a day.
//!
//! ```text
//! packed batches, oldest first ─> per body, year and scheme the entry with the latest day not after `as_of`
//!   (of one day the later recorded) ─> a mask of schemes per body and year
//! ```
//! A slot a body, year and scheme: 1,788 × 5 × 29 of them are a megabyte and are filled in a millisecond.

use std::sync::Arc;

use jiff::civil::Date;
use thiserror::Error;

use super::bodies::{BodyList, ListedBody};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::participation::packed::{PackedProblem, read};
use crate::domain::participation::{ParticipationState, day_number, first_year};
use crate::domain::scheme_catalogue::Catalogue;

/// Everything a report is made of, read at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub bodies: BodyList,
    pub catalogue: Catalogue,
    /// The packed batches of the ledger, oldest first.
    pub batches: Vec<Arc<[u8]>>,
}

/// Why there is no report; for logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StandingProblem {
    #[error(transparent)]
    Packed(#[from] PackedProblem),
    /// The programme began in fiscal 2023.
    #[error("no report before the programme: {0}")]
    TooEarly(FiscalYear),
    /// An entry names something that cannot be.
    #[error("the ledger names {0}")]
    Impossible(String),
    /// A mask has 64 places.
    #[error("more than 64 schemes")]
    TooManySchemes,
}

/// Masks of schemes by body and year.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// The bodies there are on the day, and of those that were or will be whoever takes part, in code order;
    /// then bodies of the ledger that the list does not have.
    bodies: Vec<ListedBody<'a>>,
    first: FiscalYear,
    years: usize,
    /// Ids of schemes the catalogue does not have; their places follow the catalogue's.
    unknown_schemes: Vec<&'a str>,
    /// By body, then year.
    masks: Vec<u64>,
}

const PLACES: usize = 64;
const NOBODY: u16 = u16::MAX;
/// First five digits of a code run to 47382.
const NUMBERS: usize = 48_000;

/// The last day whose entries count. A day before 2000 is before every entry, one after 2179 after.
pub(super) fn last_day_number(as_of: Date) -> u16 {
    day_number(as_of).unwrap_or(if as_of.year() < 2000 { 0 } else { u16::MAX })
}

impl<'a> Standing<'a> {
    /// Reads the ledger up to a fiscal year, as of a day.
    pub fn build(
        snapshot: &'a Snapshot,
        fiscal_year: FiscalYear,
        as_of: Date,
    ) -> Result<Self, StandingProblem> {
        let first = first_year();
        let years = usize::from(fiscal_year.western())
            .checked_sub(usize::from(first.western()))
            .ok_or(StandingProblem::TooEarly(fiscal_year))?
            + 1;
        let catalogue = &snapshot.catalogue;
        let until = last_day_number(as_of);
        let mut index = vec![NOBODY; NUMBERS];
        let mut bodies = snapshot.bodies.on(as_of);
        for (position, body) in bodies.iter().enumerate() {
            index[usize::from(body.code.number())] = position as u16;
        }
        let mut batches = Vec::with_capacity(snapshot.batches.len());
        let mut unknown_schemes: Vec<&str> = Vec::new();
        for bytes in &snapshot.batches {
            let batch = read(bytes)?;
            let places = batch.schemes().iter().map(|id| {
                catalogue.position(id).unwrap_or_else(|| {
                    let known = unknown_schemes.iter().position(|unknown| unknown == id);
                    let place = known.unwrap_or_else(|| {
                        unknown_schemes.push(id);
                        unknown_schemes.len() - 1
                    });
                    catalogue.schemes().len() + place
                })
            });
            let places: Vec<usize> = places.collect();
            batches.push((batch, places));
        }
        let places = (catalogue.schemes().len() + unknown_schemes.len()).max(1);
        if places > PLACES {
            return Err(StandingProblem::TooManySchemes);
        }
        let per_body = years * places;
        // Day and state of the entry that holds: day × 4 + state, 0 for none.
        let mut slots = vec![0_u32; bodies.len() * per_body];
        for (batch, place_of) in &batches {
            for entry in batch.entries() {
                let entry = entry?;
                if entry.day > until {
                    continue;
                }
                let impossible = |what: &str| StandingProblem::Impossible(what.to_owned());
                let year = entry
                    .year
                    .checked_sub(first.western())
                    .ok_or_else(|| impossible("a year before the programme"))?;
                if usize::from(year) >= years {
                    continue;
                }
                let position = index
                    .get_mut(usize::from(entry.body))
                    .ok_or_else(|| impossible("a body of no prefecture"))?;
                if *position == NOBODY {
                    let code = LocalGovernmentCode::from_number(entry.body);
                    bodies.push(ListedBody {
                        code: code.ok_or_else(|| impossible("a body of no prefecture"))?,
                        kind: None,
                        name: "一覧に無い団体",
                        in_force: false,
                        is_abolished: false,
                        has_withdrawn: false,
                    });
                    *position = (slots.len() / per_body) as u16;
                    slots.resize(slots.len() + per_body, 0);
                }
                let slot = &mut slots[usize::from(*position) * per_body
                    + usize::from(year) * places
                    + place_of[usize::from(entry.scheme)]];
                let state = match entry.state {
                    ParticipationState::Withdrawn => 1,
                    ParticipationState::Planned => 2,
                    ParticipationState::Running => 3,
                };
                if *slot >> 2 <= u32::from(entry.day) {
                    *slot = u32::from(entry.day) << 2 | state;
                }
            }
        }
        let live = |mask, (place, slot): (usize, &u32)| mask | u64::from(slot & 3 > 1) << place;
        let mask_of = |slots: &[u32]| slots.iter().enumerate().fold(0, live);
        let mut masks: Vec<u64> = slots.chunks_exact(places).map(mask_of).collect();
        for (body, slots) in bodies.iter_mut().zip(slots.chunks_exact(per_body)) {
            body.has_withdrawn =
                slots.iter().any(|slot| slot & 3 == 1) && slots.iter().all(|slot| slot & 3 <= 1);
        }
        leave_out_the_absent(&mut bodies, &mut masks, years);
        Ok(Self {
            bodies,
            first,
            years,
            unknown_schemes,
            masks,
        })
    }

    /// The fiscal years, from the first of the programme.
    pub fn years(&self) -> impl Iterator<Item = FiscalYear> {
        std::iter::successors(Some(self.first), |year| Some(year.next())).take(self.years)
    }

    /// Every body with its mask of schemes in each year: in code order, then those the list does not have.
    pub fn bodies(&self) -> impl Iterator<Item = (ListedBody<'a>, &[u64])> {
        let bodies = self.bodies.iter().copied();
        bodies.zip(self.masks.chunks_exact(self.years))
    }

    /// The bit of a scheme in the masks.
    pub(super) fn place(&self, catalogue: &Catalogue, id: &str) -> Option<usize> {
        catalogue.position(id).or_else(|| {
            let unknown = self.unknown_schemes.iter().position(|known| *known == id);
            unknown.map(|at| catalogue.schemes().len() + at)
        })
    }

    /// Ids of the ledger that the catalogue does not have; bits of masks from the catalogue's length on.
    pub fn unknown_schemes(&self) -> &[&'a str] {
        &self.unknown_schemes
    }
}

/// A body that is no more, or is not yet, counts as long as it takes part, and is nobody who stays away.
fn leave_out_the_absent(bodies: &mut Vec<ListedBody<'_>>, masks: &mut Vec<u64>, years: usize) {
    if bodies.iter().all(|body| body.in_force) {
        return;
    }
    let takes_part = |masks: &[u64]| masks.iter().any(|mask| *mask != 0);
    let stays: Vec<bool> = bodies
        .iter()
        .zip(masks.chunks_exact(years))
        .map(|(body, masks)| body.in_force || takes_part(masks))
        .collect();
    let mut staying = stays.iter();
    bodies.retain(|_| staying.next().is_none_or(|stays| *stays));
    let mut place = 0..;
    masks.retain(|_| place.next().is_none_or(|at: usize| stays[at / years]));
}
