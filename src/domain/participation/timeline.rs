//! What the ledger says at any day about one body, scheme and year: what an import compares itself with.
//!
//! ```text
//! packed batches, oldest first ─> sorted by (body, year, scheme), day, order ─ at(key, day) ─> the entry that holds
//! ```

use super::ParticipationState;
use super::packed::{PackedProblem, read};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::scheme_catalogue::Catalogue;

/// Body, year and scheme of an entry, by which entries are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey(u64);

impl EntryKey {
    /// The key of a body, a year and a scheme's position in the catalogue.
    pub fn new(code: LocalGovernmentCode, year: FiscalYear, scheme: usize) -> Self {
        Self::of(code.number(), year.western(), scheme)
    }

    fn of(body: u16, year: u16, scheme: usize) -> Self {
        Self(u64::from(body) << 32 | u64::from(year) << 16 | scheme as u64)
    }
}

/// The whole ledger, ordered for questions about single entries.
#[derive(Debug, Default)]
pub struct Timeline(Vec<(EntryKey, u16, u32, ParticipationState)>);

impl Timeline {
    /// Reads the batches, oldest first. Entries of schemes that the catalogue does not have are left out.
    pub fn read<'a>(
        catalogue: &Catalogue,
        batches: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, PackedProblem> {
        let mut entries = Vec::new();
        for bytes in batches {
            let batch = read(bytes)?;
            let positions = batch.schemes().iter().map(|id| catalogue.position(id));
            let schemes: Vec<_> = positions.collect();
            for entry in batch.entries() {
                let entry = entry?;
                if let Some(scheme) = schemes[usize::from(entry.scheme)] {
                    let key = EntryKey::of(entry.body, entry.year, scheme);
                    entries.push((key, entry.day, entries.len() as u32, entry.state));
                }
            }
        }
        entries.sort_unstable_by_key(|(key, day, order, _)| (*key, *day, *order));
        Ok(Self(entries))
    }

    /// What holds on a day: since when, and the state. None if nothing was said for that day.
    pub fn at(&self, key: EntryKey, day: u16) -> Option<(u16, ParticipationState)> {
        let end = self.0.partition_point(|(k, d, ..)| (*k, *d) <= (key, day));
        let (found, since, _, state) = self.0.get(end.checked_sub(1)?)?;
        (*found == key).then_some((*since, *state))
    }
}
