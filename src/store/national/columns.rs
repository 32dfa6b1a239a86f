//! An edition's marks in memory, brought up to date from the events since the last read.
//!
//! ```text
//! events above `read_to`, their answers' rows, the moment of the read ─ apply ─> bodies, counts, a higher `read_to`
//! ```
//! What is read are rows as they stand, not differences: reading one twice changes nothing, and the row's version
//! tells an older read that arrives late. Counts are therefore right as long as `read_to` never passes an event
//! that may still be committed. On PostgreSQL numbers of events are drawn before the commit; `docs/adr/025` says how
//! a [`Moment`] settles them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::domain::target_counts::{Marks, TargetCounts};

/// What a read of the database saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Number of the newest event of the edition that it saw; 0 if none.
    pub newest_event: i64,
    /// Every transaction with a lower number was over.
    pub oldest_open: i64,
    /// No transaction with this or a higher number had begun to write.
    pub next: i64,
}

impl Moment {
    /// Whatever was being written at `earlier` is over and seen.
    pub(super) fn settles(&self, earlier: &Self) -> bool {
        self.oldest_open >= earlier.next
    }
}

/// An answer's row as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub id: i64,
    /// Grows with every change of the row.
    pub version: i32,
    pub marks: Marks,
}

/// The marks of every body of an edition and what they add up to.
pub(super) struct Columns {
    /// Every event up to this number is over and was read.
    read_to: i64,
    /// An earlier read that `read_to` may follow to once it is settled.
    unsettled: Option<Moment>,
    bodies: HashMap<i64, (i32, Marks)>,
    counts: TargetCounts,
}

impl Columns {
    /// Nothing read yet, for an edition of so many rows. Whatever is put in from now on is read after every event up to
    /// `read_to` was over.
    pub(super) fn new(rows: usize, read_to: i64) -> Self {
        Self {
            read_to,
            unsettled: None,
            bodies: HashMap::new(),
            counts: TargetCounts::new(rows),
        }
    }

    /// Events above this number are read next.
    pub(super) fn read_to(&self) -> i64 {
        self.read_to
    }

    pub(super) fn counts(&self) -> &TargetCounts {
        &self.counts
    }

    /// Puts a row in; a row that was read later stays.
    pub(super) fn put(&mut self, line: Line) {
        match self.bodies.entry(line.id) {
            Entry::Vacant(place) => {
                self.counts.add(&line.marks);
                place.insert((line.version, line.marks));
            }
            Entry::Occupied(mut place) => {
                let (version, marks) = *place.get();
                if version > line.version {
                    return;
                }
                if marks != line.marks {
                    self.counts.remove(&marks);
                    self.counts.add(&line.marks);
                }
                place.insert((line.version, line.marks));
            }
        }
    }

    /// Takes in one read of all events above a number that was `read_to` before.
    pub(super) fn apply(&mut self, moment: Moment, lines: impl IntoIterator<Item = Line>) {
        for line in lines {
            self.put(line);
        }
        let earlier = self.unsettled.filter(|earlier| moment.settles(earlier));
        if moment.settles(&moment) {
            self.read_to = self.read_to.max(moment.newest_event);
        } else if let Some(earlier) = earlier {
            self.read_to = self.read_to.max(earlier.newest_event);
        }
        let follows = |waiting: &Moment| waiting.newest_event > self.read_to;
        self.unsettled = self
            .unsettled
            .filter(|_| earlier.is_none())
            .filter(follows)
            .or_else(|| Some(moment).filter(follows));
    }
}
