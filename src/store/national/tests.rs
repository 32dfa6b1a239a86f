//! Any order of transactions, reads and arrivals: the counts are those of the newest read that arrived.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::columns::{Columns, Line, Moment};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::target_counts::{Marks, TargetCounts};

const BODIES: i64 = 5;
const ROWS: usize = 3;

/// Something of no answer yet, received with some ○, or returned.
fn marks(body: i64, version: i32) -> Marks {
    Marks {
        kind: OrganizationKind::ALL[usize::try_from(body % 2).expect("small")],
        prefecture: PrefectureCode::new(u8::try_from(body % 3 + 1).expect("small"))
            .expect("1 to 3"),
        is_received: version % 3 != 0,
        intents: u8::try_from(version % 4).expect("small"),
        targets: i64::from(version % 8),
    }
}

/// A transaction that has begun to write: what it will change, and under which numbers of events.
struct Open {
    number: i64,
    changes: Vec<(i64, i64)>,
}

/// A server as PostgreSQL is one: numbers of transactions and events are drawn when they are wanted and seen when
/// the transaction commits, in whatever order.
struct Server {
    next_transaction: i64,
    newest_over: i64,
    next_event: i64,
    open: Vec<Open>,
    versions: BTreeMap<i64, i32>,
    /// Event and body.
    events: BTreeSet<(i64, i64)>,
}

/// A read on its way.
#[derive(Clone)]
struct Read {
    moment: Moment,
    lines: Vec<Line>,
    /// What a count of all rows would have given.
    truth: TargetCounts,
    /// Reads that began later saw at least as much.
    order: usize,
}

impl Server {
    fn new() -> Self {
        Self {
            next_transaction: 1,
            newest_over: 0,
            next_event: 1,
            open: Vec::new(),
            versions: (0..BODIES).map(|body| (body, 0)).collect(),
            events: BTreeSet::new(),
        }
    }

    /// A change of a body's row, in a new or an open transaction; a row that another one holds is left alone.
    fn change(&mut self, transaction: usize, body: i64) {
        let holds = |open: &Open| open.changes.iter().any(|(_, held)| *held == body);
        if self.open.iter().any(holds) {
            return;
        }
        if transaction >= self.open.len() {
            self.open.push(Open {
                number: self.next_transaction,
                changes: Vec::new(),
            });
            self.next_transaction += 1;
        }
        if let Some(open) = self.open.get_mut(transaction) {
            open.changes.push((self.next_event, body));
            self.next_event += 1;
        }
    }

    fn end(&mut self, transaction: usize, commits: bool) {
        if transaction >= self.open.len() {
            return;
        }
        let open = self.open.swap_remove(transaction);
        self.newest_over = self.newest_over.max(open.number);
        if commits {
            for (event, body) in open.changes {
                *self.versions.entry(body).or_default() += 1;
                self.events.insert((event, body));
            }
        }
    }

    fn moment(&self) -> Moment {
        // Like PostgreSQL's: what began after the last one that ended is not among the open ones it names.
        let bound = self.newest_over + 1;
        let numbers = self.open.iter().map(|open| open.number);
        Moment {
            newest_event: self.events.last().map_or(0, |(event, _)| *event),
            oldest_open: numbers.min().unwrap_or(bound).min(bound),
            next: self.next_transaction,
        }
    }

    fn line(&self, body: i64) -> Line {
        let version = self.versions[&body];
        Line {
            id: body,
            version,
            marks: marks(body, version),
        }
    }

    fn read(&self, above: i64, order: usize) -> Read {
        let seen = self.events.iter().filter(|(event, _)| *event > above);
        let bodies = 0..BODIES;
        Read {
            moment: self.moment(),
            lines: seen.map(|(_, body)| self.line(*body)).collect(),
            truth: TargetCounts::tally(ROWS, bodies.map(|body| self.line(body).marks)),
            order,
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Change(usize, i64),
    Commit(usize),
    GiveUp(usize),
    /// A request reads.
    Read,
    /// One of the reads on their way is taken in.
    Arrive(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_usize..4, 0..BODIES).prop_map(|(of, body)| Step::Change(of, body)),
        3 => (0_usize..3).prop_map(Step::Commit),
        1 => (0_usize..3).prop_map(Step::GiveUp),
        3 => Just(Step::Read),
        3 => (0_usize..3).prop_map(Step::Arrive),
    ];
    proptest::collection::vec(step, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn counts_are_those_of_a_recount(before in steps(), steps in steps()) {
        let mut server = Server::new();
        let act = |server: &mut Server, step: &Step| match step {
            Step::Change(of, body) => server.change(*of, *body),
            Step::Commit(of) => server.end(*of, true),
            Step::GiveUp(of) => server.end(*of, false),
            Step::Read | Step::Arrive(_) => {}
        };
        for step in &before {
            act(&mut server, step);
        }
        // The first read waits until what was open is over; others may have begun meanwhile.
        let beginning = server.moment();
        server.change(usize::MAX, 0);
        while !server.moment().settles(&beginning) && !server.open.is_empty() {
            server.end(0, true);
        }
        prop_assert!(server.moment().settles(&beginning));
        let mut columns = Columns::new(ROWS, beginning.newest_event);
        (0..BODIES).for_each(|body| columns.put(server.line(body)));

        let mut under_way: Vec<Read> = Vec::new();
        let mut newest: Option<Read> = None;
        for (order, step) in steps.iter().enumerate() {
            act(&mut server, step);
            match step {
                Step::Read => under_way.push(server.read(columns.read_to(), order)),
                Step::Arrive(which) if *which < under_way.len() => {
                    let read = under_way.swap_remove(*which);
                    columns.apply(read.moment, read.lines.iter().copied());
                    if newest.as_ref().is_none_or(|newest| newest.order < read.order) {
                        newest = Some(read);
                    }
                    let truth = &newest.as_ref().expect("one arrived").truth;
                    prop_assert_eq!(columns.counts(), truth);
                }
                _ => {}
            }
        }
        // Once all is over, nothing is read again and again.
        while !server.open.is_empty() {
            server.end(0, true);
        }
        for _ in 0..2 {
            let last = server.read(columns.read_to(), 0);
            columns.apply(last.moment, last.lines.iter().copied());
            prop_assert_eq!(columns.counts(), &last.truth);
        }
        prop_assert!(server.read(columns.read_to(), 0).lines.is_empty());
    }
}
