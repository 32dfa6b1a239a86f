//! How far an edition is: the figures of the national dashboard, by prefecture, by class, and in all.
//!
//! ```text
//! ProgressGroup … (one statement) ─ Progress::tally ─> Tally of the country | a prefecture | a class
//! ```
//! Every figure of a page comes from one tally, so that they add up however they are grouped.

use jiff::civil::Date;

use super::local_government_code::PrefectureCode;
use super::organization::{OrganizationKind, Route};
use super::response_status::ResponseStatus;

const STATUSES: usize = ResponseStatus::ALL.len();
const KINDS: usize = OrganizationKind::ALL.len();
const PREFECTURES: usize = 47;

/// How many answers are in a state: one group of the national dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressGroup {
    pub prefecture: PrefectureCode,
    pub kind: OrganizationKind,
    pub route: Route,
    pub status: ResponseStatus,
    pub is_late: bool,
    /// See [`super::reminder::Owing::last_day`]; `None` if nothing is owed.
    pub last_day: Option<Date>,
    pub count: u32,
}

/// Bodies counted by where their answer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    statuses: [u64; STATUSES],
    late: u64,
    overdue: u64,
}

impl Tally {
    fn add(&mut self, group: &ProgressGroup, today: Date) {
        let count = u64::from(group.count);
        self.statuses[group.status as usize] += count;
        if group.status.is_received() {
            self.late += if group.is_late { count } else { 0 };
        } else if group.last_day.is_some_and(|day| day < today) {
            self.overdue += count;
        }
    }

    /// Bodies that take part.
    pub fn bodies(&self) -> u64 {
        self.statuses.iter().sum()
    }

    /// Bodies whose answer has this status.
    pub fn status(&self, status: ResponseStatus) -> u64 {
        self.statuses[status as usize]
    }

    /// 提出あり: the answer lies with the reviewer or beyond.
    pub fn received(&self) -> u64 {
        self.sum(ResponseStatus::is_received)
    }

    /// 期限内: received and not late.
    pub fn on_time(&self) -> u64 {
        self.received() - self.late
    }

    /// 遅延: received, but first submitted after the body's deadline.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// 未提出: the body owes a first answer or the answer to a return.
    pub fn owing(&self) -> u64 {
        self.sum(ResponseStatus::is_owing)
    }

    /// 締切超過: owing, and its last day has passed.
    pub fn overdue(&self) -> u64 {
        self.overdue
    }

    /// Share received, 0 to 100. 0 only for none and 100 only for all: neither end is rounded into.
    pub fn percent(&self) -> u64 {
        let (part, whole) = (self.received(), self.bodies());
        match part {
            0 => 0,
            part if part >= whole => 100,
            part => (part * 100 / whole).max(1),
        }
    }

    fn sum(&self, picks: fn(ResponseStatus) -> bool) -> u64 {
        ResponseStatus::ALL
            .into_iter()
            .filter(|status| picks(*status))
            .map(|status| self.status(status))
            .sum()
    }
}

/// The tallies of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    all: Tally,
    kinds: [Tally; KINDS],
    prefectures: [Tally; PREFECTURES],
}

impl Progress {
    /// Adds up the groups; deadlines are judged on `today` in Japan.
    pub fn tally<'a>(groups: impl IntoIterator<Item = &'a ProgressGroup>, today: Date) -> Self {
        let mut progress = Self {
            all: Tally::default(),
            kinds: [Tally::default(); KINDS],
            prefectures: [Tally::default(); PREFECTURES],
        };
        for group in groups {
            let prefecture = usize::from(group.prefecture.number()) - 1;
            progress.all.add(group, today);
            progress.kinds[group.kind as usize].add(group, today);
            progress.prefectures[prefecture].add(group, today);
        }
        progress
    }

    /// The country.
    pub fn all(&self) -> &Tally {
        &self.all
    }

    /// A class of body.
    pub fn kind(&self, kind: OrganizationKind) -> &Tally {
        &self.kinds[kind as usize]
    }

    /// A prefecture: itself and every body in it.
    pub fn prefecture(&self, prefecture: PrefectureCode) -> &Tally {
        &self.prefectures[usize::from(prefecture.number()) - 1]
    }

    /// The prefectures with bodies, in code order: all of them, but in a trial only those that try.
    pub fn with_bodies(&self) -> impl Iterator<Item = PrefectureCode> {
        PrefectureCode::all().filter(move |prefecture| self.prefecture(*prefecture).bodies() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn group(
        prefecture: u8,
        kind: OrganizationKind,
        status: ResponseStatus,
        count: u32,
    ) -> ProgressGroup {
        ProgressGroup {
            prefecture: PrefectureCode::new(prefecture).expect("1 to 47"),
            kind,
            route: kind.route(),
            status,
            is_late: false,
            last_day: status.is_owing().then_some(date(2027, 2, 26)),
            count,
        }
    }

    #[test]
    fn the_figures_say_what_the_page_promises() {
        use OrganizationKind::{Prefecture, Town};
        use ResponseStatus as S;
        let groups = [
            group(1, Town, S::NotStarted, 3),
            group(1, Town, S::Draft, 2),
            group(1, Town, S::Submitted, 4),
            ProgressGroup {
                is_late: true,
                ..group(1, Town, S::Accepted, 1)
            },
            // A late answer that was returned is owing, not late.
            ProgressGroup {
                is_late: true,
                ..group(1, Prefecture, S::Returned, 1)
            },
            // An own earlier deadline.
            ProgressGroup {
                last_day: Some(date(2027, 2, 12)),
                ..group(2, Town, S::NotStarted, 5)
            },
        ];
        let on_the_day = Progress::tally(&groups, date(2027, 2, 26));
        let all = on_the_day.all();
        assert_eq!((all.bodies(), all.received(), all.owing()), (16, 5, 11));
        assert_eq!((all.on_time(), all.late(), all.overdue()), (4, 1, 5));
        let aomori = PrefectureCode::new(2).expect("2");
        assert_eq!(on_the_day.prefecture(aomori).overdue(), 5);
        assert_eq!(
            on_the_day.kind(OrganizationKind::Prefecture).owing(),
            1,
            "by class"
        );
        let with_bodies: Vec<_> = on_the_day.with_bodies().map(|it| it.number()).collect();
        assert_eq!(with_bodies, [1, 2]);
        let next_day = Progress::tally(&groups, date(2027, 2, 27));
        assert_eq!(next_day.all().overdue(), 11);
    }

    #[test]
    fn a_share_is_never_rounded_into_an_end() {
        use OrganizationKind::Town;
        use ResponseStatus::{Accepted, NotStarted};
        let percent = |received, owing| {
            let groups = [
                group(1, Town, Accepted, received),
                group(1, Town, NotStarted, owing),
            ];
            Progress::tally(&groups, date(2027, 1, 1)).all().percent()
        };
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(0, 176), 0);
        assert_eq!(percent(1, 175), 1);
        assert_eq!(percent(88, 88), 50);
        assert_eq!(percent(175, 1), 99);
        assert_eq!(percent(176, 0), 100);
    }

    proptest! {
        #[test]
        fn sums_agree_however_they_are_grouped(
            picks in prop::collection::vec((1u8..48, 0usize..7, 0usize..7, any::<bool>(), 1i8..28, 0u32..200), 0..60),
            day in 1i8..28,
        ) {
            let groups: Vec<_> = picks
                .into_iter()
                .map(|(prefecture, kind, status, is_late, deadline, count)| ProgressGroup {
                    is_late,
                    last_day: Some(date(2027, 2, deadline)),
                    ..group(prefecture, OrganizationKind::ALL[kind], ResponseStatus::ALL[status], count)
                })
                .collect();
            let progress = Progress::tally(&groups, date(2027, 2, day));
            let figures: [fn(&Tally) -> u64; 6] =
                [Tally::bodies, Tally::received, Tally::on_time, Tally::late, Tally::owing, Tally::overdue];
            for figure in figures {
                let all = figure(progress.all());
                prop_assert_eq!(OrganizationKind::ALL.map(|kind| figure(progress.kind(kind))).iter().sum::<u64>(), all);
                prop_assert_eq!(PrefectureCode::all().map(|p| figure(progress.prefecture(p))).sum::<u64>(), all);
            }
            let all = progress.all();
            prop_assert_eq!(all.bodies(), groups.iter().map(|group| u64::from(group.count)).sum::<u64>());
            prop_assert_eq!(all.received() + all.owing(), all.bodies());
            prop_assert_eq!(all.on_time() + all.late(), all.received());
            prop_assert!(all.overdue() <= all.owing());
            prop_assert!(all.percent() <= 100);
        }
    }
}
