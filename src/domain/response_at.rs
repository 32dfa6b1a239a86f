//! How an answer stood at a moment: which revision was in force, decided by revisions and events alone.
//!
//! The row of an answer knows today only. Every table of an earlier day, above all the deadline's, is told from what
//! is never changed: so it stays what it was whatever is returned, replaced or changed afterwards.

use super::japan_time::UnixMillis;
use super::response_status::{ResponseEvent, ResponseStatus};

/// An event of one answer with the revision it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedEvent {
    pub event: ResponseEvent,
    pub status_after: ResponseStatus,
    pub at: UnixMillis,
    pub revision: Option<i32>,
    /// When that revision counts as received.
    pub received_at: Option<UnixMillis>,
}

impl TimedEvent {
    /// From when it counts. An answer that somebody entered later counts from the day on which it was received.
    fn counts_from(&self) -> UnixMillis {
        match (self.event, self.received_at) {
            (ResponseEvent::Submit | ResponseEvent::EnterByProxy, Some(received)) => received,
            _ => self.at,
        }
    }
}

/// Where an answer stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    pub status: ResponseStatus,
    /// The revision in force; `None` where nothing was submitted, or it had been withdrawn.
    pub revision: Option<i32>,
    /// The last event before; `None` if there was none.
    pub changed_at: Option<UnixMillis>,
}

/// Where an answer stood at a moment, from all its events in their order. Drafts leave no event: a body that only typed
/// is 未着手.
pub fn stood_at(events: impl IntoIterator<Item = TimedEvent>, moment: UnixMillis) -> Stood {
    let mut stood = Stood {
        status: ResponseStatus::NotStarted,
        revision: None,
        changed_at: None,
    };
    for event in events {
        if event.counts_from() > moment {
            continue;
        }
        stood.status = event.status_after;
        stood.revision = event.revision.or(stood.revision);
        stood.changed_at = Some(event.counts_from());
    }
    // A withdrawn answer is not an answer.
    if matches!(
        stood.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    ) {
        stood.revision = None;
    }
    stood
}

#[cfg(test)]
mod tests {
    use super::*;
    use ResponseEvent as E;
    use ResponseStatus as S;

    fn event(event: E, status_after: S, at: i64, revision: i32) -> TimedEvent {
        TimedEvent {
            event,
            status_after,
            at: UnixMillis(at),
            revision: Some(revision),
            received_at: Some(UnixMillis(at)),
        }
    }

    fn at(events: &[TimedEvent], moment: i64) -> (S, Option<i32>) {
        let stood = stood_at(events.iter().copied(), UnixMillis(moment));
        (stood.status, stood.revision)
    }

    #[test]
    fn every_moment_has_its_revision() {
        let events = [
            event(E::Submit, S::Submitted, 10, 1),
            event(E::Withdraw, S::Draft, 20, 1),
            event(E::Submit, S::Submitted, 30, 2),
            event(E::Accept, S::Accepted, 40, 2),
            event(E::ChangeIntent, S::Accepted, 50, 3),
            event(E::Return, S::Returned, 60, 3),
        ];
        for (moment, expected) in [
            (9, (S::NotStarted, None)),
            (10, (S::Submitted, Some(1))),
            (20, (S::Draft, None)),
            (39, (S::Submitted, Some(2))),
            (49, (S::Accepted, Some(2))),
            (50, (S::Accepted, Some(3))),
            (99, (S::Returned, Some(3))),
        ] {
            assert_eq!(at(&events, moment), expected, "at {moment}");
        }
        let last = stood_at(events, UnixMillis(55));
        assert_eq!(last.changed_at, Some(UnixMillis(50)));
    }

    #[test]
    fn an_entry_made_later_counts_from_the_day_of_receipt() {
        let mut entry = event(E::EnterByProxy, S::Submitted, 500, 1);
        entry.received_at = Some(UnixMillis(10));
        assert_eq!(at(&[entry], 9), (S::NotStarted, None));
        assert_eq!(at(&[entry], 10), (S::Submitted, Some(1)));
        // What is accepted later is later, whatever it is about.
        let accepted = event(E::Accept, S::Accepted, 600, 1);
        assert_eq!(at(&[entry, accepted], 599), (S::Submitted, Some(1)));
    }
}
