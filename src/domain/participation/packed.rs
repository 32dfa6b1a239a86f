//! A batch of entries as bytes: what a report has to read of a year's ledger is a megabyte, not a hundred
//! thousand rows.
//!
//! ```text
//! version 1, number of schemes, (length, id)…   then 8 bytes an entry, little-endian:
//! body u16 (first five digits of the code) · day u16 · scheme u8 (of the list above) · year u8 (from 2000) · state u8 · 0
//! ```

use thiserror::Error;

use super::{ParticipationEntry, ParticipationState, day_number};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::scheme::SchemeId;

const VERSION: u8 = 1;
const YEAR_ZERO: u16 = 2000;
const SIZE: usize = 8;

/// Why entries could not be packed or read; for logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackedProblem {
    /// A day or year outside 2000 to 2179, or more than 255 schemes in one batch.
    #[error("the entry of {0} does not fit the packed form")]
    DoesNotFit(String),
    /// The bytes are cut off or of another version.
    #[error("the packed entries do not read: {0}")]
    Broken(&'static str),
}

/// An entry as it lies in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedEntry {
    /// First five digits of the body's code.
    pub body: u16,
    /// Position in [`PackedBatch::schemes`].
    pub scheme: u8,
    /// The calendar year in which the fiscal year begins.
    pub year: u16,
    pub state: ParticipationState,
    /// Days since 2000-01-01.
    pub day: u16,
}

/// The bytes of a batch, opened.
#[derive(Debug, Clone)]
pub struct PackedBatch<'a> {
    schemes: Vec<&'a str>,
    entries: &'a [u8],
}

/// Packs entries, in their order.
pub fn pack(entries: &[ParticipationEntry]) -> Result<Vec<u8>, PackedProblem> {
    let mut schemes: Vec<&SchemeId> = Vec::new();
    let mut body = Vec::with_capacity(entries.len() * SIZE);
    for entry in entries {
        let problem = || PackedProblem::DoesNotFit(entry.code.to_string());
        let scheme = match schemes.iter().position(|id| **id == entry.scheme) {
            Some(at) => at,
            None => {
                schemes.push(&entry.scheme);
                schemes.len() - 1
            }
        };
        let day = day_number(entry.effective_on).ok_or_else(problem)?;
        let year = entry.fiscal_year.western().checked_sub(YEAR_ZERO);
        let year = year.and_then(|year| u8::try_from(year).ok());
        body.extend(entry.code.number().to_le_bytes());
        body.extend(day.to_le_bytes());
        body.push(u8::try_from(scheme).map_err(|_| problem())?);
        body.push(year.ok_or_else(problem)?);
        body.push(state_byte(entry.state));
        body.push(0);
    }
    let count = u8::try_from(schemes.len())
        .map_err(|_| PackedProblem::DoesNotFit("more than 255 schemes".to_owned()))?;
    let mut bytes = vec![VERSION, count];
    for id in schemes {
        // An id has at most 64 letters.
        bytes.push(id.as_str().len() as u8);
        bytes.extend(id.as_str().as_bytes());
    }
    bytes.append(&mut body);
    Ok(bytes)
}

/// Opens the bytes of a batch.
pub fn read(bytes: &[u8]) -> Result<PackedBatch<'_>, PackedProblem> {
    let broken = PackedProblem::Broken;
    let [VERSION, count, rest @ ..] = bytes else {
        return Err(broken("version"));
    };
    let mut rest = rest;
    let mut schemes = Vec::with_capacity(usize::from(*count));
    for _ in 0..*count {
        let (length, after) = rest.split_first().ok_or(broken("schemes"))?;
        let (id, after) = after
            .split_at_checked(usize::from(*length))
            .ok_or(broken("schemes"))?;
        schemes.push(std::str::from_utf8(id).map_err(|_| broken("scheme"))?);
        rest = after;
    }
    if !rest.len().is_multiple_of(SIZE) {
        return Err(broken("length"));
    }
    Ok(PackedBatch {
        schemes,
        entries: rest,
    })
}

impl<'a> PackedBatch<'a> {
    /// The schemes of the batch; entries name them by position.
    pub fn schemes(&self) -> &[&'a str] {
        &self.schemes
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len() / SIZE
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in the order in which they were recorded.
    pub fn entries(&self) -> impl Iterator<Item = Result<PackedEntry, PackedProblem>> {
        let schemes = self.schemes.len();
        self.entries.as_chunks::<SIZE>().0.iter().map(move |bytes| {
            let [b0, b1, d0, d1, scheme, year, state, _] = *bytes;
            if usize::from(scheme) >= schemes {
                return Err(PackedProblem::Broken("scheme of an entry"));
            }
            Ok(PackedEntry {
                body: u16::from_le_bytes([b0, b1]),
                scheme,
                year: YEAR_ZERO + u16::from(year),
                state: byte_state(state).ok_or(PackedProblem::Broken("state"))?,
                day: u16::from_le_bytes([d0, d1]),
            })
        })
    }
}

impl PackedEntry {
    /// The fiscal year.
    pub fn fiscal_year(&self) -> Result<FiscalYear, PackedProblem> {
        FiscalYear::try_from(self.year).map_err(|_| PackedProblem::Broken("year"))
    }
}

fn state_byte(state: ParticipationState) -> u8 {
    match state {
        ParticipationState::Planned => 1,
        ParticipationState::Running => 2,
        ParticipationState::Withdrawn => 3,
        ParticipationState::Annulled => 4,
    }
}

fn byte_state(byte: u8) -> Option<ParticipationState> {
    match byte {
        1 => Some(ParticipationState::Planned),
        2 => Some(ParticipationState::Running),
        3 => Some(ParticipationState::Withdrawn),
        4 => Some(ParticipationState::Annulled),
        _ => None,
    }
}
