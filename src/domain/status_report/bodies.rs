//! The bodies of the country in one text: a report names all 1,788 and must not make a text for each.
//!
//! ```text
//! "010006\t2000-01-01\t1\tprefecture\t北海道\n…" (one value from the database)
//!   ─ BodyList::read_history ─> changes by code and day ─ on(day) ─> code, kind, name as of the day
//! ```

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;
use thiserror::Error;

use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, OrganizationKind};

/// A line of the text that names no body; for logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a body does not read: {0}")]
pub struct BodyProblem(String);

/// Bodies in code order, each with what changed about it, by day.
#[derive(Debug, Clone, Default)]
pub struct BodyList {
    text: String,
    rows: Vec<Row>,
    /// Where the first row of each body stands.
    starts: Vec<u32>,
}

/// A change; what it does not say stays as it was. Ranges are places in the text.
#[derive(Debug, Clone)]
struct Row {
    code: LocalGovernmentCode,
    /// `YYYY-MM-DD`, whose order is that of the texts; empty is always.
    day: Range<u32>,
    in_force: Option<bool>,
    kind: Option<OrganizationKind>,
    /// Empty if the name stays.
    name: Range<u32>,
}

/// A body as a table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedBody<'a> {
    pub code: LocalGovernmentCode,
    /// None for a body of the ledger that the list does not have.
    pub kind: Option<OrganizationKind>,
    pub name: &'a str,
    /// There is such a body on the day; false for one that was abolished or is to come.
    pub in_force: bool,
    /// It was there before the day.
    pub is_abolished: bool,
    /// It took part and withdrew from everything.
    pub has_withdrawn: bool,
}

/// What a body was that is no longer, or no longer takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Former {
    /// 取下げ: took part before, and withdrew from everything.
    Withdrawn,
    /// 廃止: takes part, and is there no more.
    Abolished,
}

impl Former {
    /// Stable id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Abolished => "abolished",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Withdrawn => "取下げ",
            Self::Abolished => "廃止",
        }
    }
}

impl<'a> ListedBody<'a> {
    /// Whether it is a former participant, or takes part and is a former body.
    pub fn former(&self) -> Option<Former> {
        match (self.has_withdrawn, self.is_abolished) {
            (true, _) => Some(Former::Withdrawn),
            (false, true) => Some(Former::Abolished),
            (false, false) => None,
        }
    }

    /// The name as every list prints it: 夕張市（廃止）.
    pub fn label(&self) -> Cow<'a, str> {
        match self.former() {
            Some(former) => format!("{}（{}）", self.name, former.label()).into(),
            None => self.name.into(),
        }
    }
}

impl BodyList {
    /// Reads lines of code, stable id of the kind and name, separated by tabs, in code order: bodies that
    /// always were what they are.
    pub fn read(text: String) -> Result<Self, BodyProblem> {
        Self::read_lines(text, |line| {
            let mut cells = line.splitn(3, '\t');
            Some([cells.next()?, "", "1", cells.next()?, cells.next()?])
        })
    }

    /// Reads lines of code, day, whether there is such a body (1, 0, empty), stable id of the kind and name,
    /// separated by tabs, by code, day and order of recording. What is empty stays as it was.
    pub fn read_history(text: String) -> Result<Self, BodyProblem> {
        Self::read_lines(text, |line| {
            let mut cells = line.splitn(5, '\t');
            let mut next = || cells.next();
            Some([next()?, next()?, next()?, next()?, next()?])
        })
    }

    fn read_lines(
        text: String,
        cells: impl Fn(&str) -> Option<[&str; 5]>,
    ) -> Result<Self, BodyProblem> {
        let mut rows: Vec<Row> = Vec::with_capacity(text.len() / 40);
        let mut starts: Vec<u32> = Vec::with_capacity(text.len() / 40);
        let begin = text.as_ptr() as usize;
        // A list of bodies is far below 4 GB.
        let range = |part: &str| {
            let from = (part.as_ptr() as usize).wrapping_sub(begin) as u32;
            from..from + part.len() as u32
        };
        for line in text.split('\n').filter(|line| !line.is_empty()) {
            let problem = || BodyProblem(line.to_owned());
            let [code, day, in_force, kind, name] = cells(line).ok_or_else(problem)?;
            let row = Row {
                code: code.parse().map_err(|_| problem())?,
                day: if day.is_empty() { 0..0 } else { range(day) },
                in_force: (!in_force.is_empty()).then_some(in_force == "1"),
                kind: match kind {
                    "" => None,
                    kind => Some(kind.parse().map_err(|_| problem())?),
                },
                name: range(name),
            };
            let before = rows.last();
            if before.is_some_and(|before| before.code > row.code) {
                return Err(BodyProblem("not in code order".to_owned()));
            }
            if before.is_none_or(|before| before.code != row.code) {
                if row.kind.is_none() || name.is_empty() {
                    return Err(problem());
                }
                starts.push(rows.len() as u32);
            }
            rows.push(row);
        }
        Ok(Self { text, rows, starts })
    }

    /// The same from a list of bodies, in any order.
    pub fn of(bodies: &[Organization]) -> Result<Self, BodyProblem> {
        let mut lines: Vec<String> = bodies
            .iter()
            .map(|body| format!("{}\t{}\t{}", body.code, body.kind.as_str(), body.name))
            .collect();
        lines.sort_unstable();
        Self::read(lines.join("\n"))
    }

    /// How many bodies there are, those that were or will be included.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The body at a position, as it is after all that is known.
    pub fn get(&self, position: usize) -> Option<ListedBody<'_>> {
        self.body(position, "9999-12-31")
    }

    /// The bodies in code order, as they are after all that is known.
    pub fn iter(&self) -> impl Iterator<Item = ListedBody<'_>> {
        (0..self.len()).filter_map(|position| self.get(position))
    }

    /// Every body as it stands on a day, in code order: also what was abolished by then, and what is to come as
    /// it will be first.
    pub fn on(&self, day: Date) -> Vec<ListedBody<'_>> {
        let day = day.to_string();
        let bodies = (0..self.len()).filter_map(|position| self.body(position, &day));
        bodies.collect()
    }

    fn part(&self, range: &Range<u32>) -> &str {
        &self.text[range.start as usize..range.end as usize]
    }

    fn body(&self, position: usize, day: &str) -> Option<ListedBody<'_>> {
        let start = *self.starts.get(position)? as usize;
        let next = self.starts.get(position + 1).map(|next| *next as usize);
        let rows = &self.rows[start..next.unwrap_or(self.rows.len())];
        let (first, rest) = rows.split_first()?;
        let holds = |row: &Row| row.day.is_empty() || self.part(&row.day) <= day;
        let mut body = ListedBody {
            code: first.code,
            kind: first.kind,
            name: self.part(&first.name),
            in_force: first.in_force == Some(true) && holds(first),
            is_abolished: false,
            has_withdrawn: false,
        };
        for row in rest.iter().take_while(|row| holds(row)) {
            body.kind = row.kind.or(body.kind);
            body.in_force = row.in_force.unwrap_or(body.in_force);
            if !row.name.is_empty() {
                body.name = self.part(&row.name);
            }
            if let Some(in_force) = row.in_force {
                body.is_abolished = !in_force;
            }
        }
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::{Cell, ClassPart, Part, ParticipantStatus, Snapshot, StatusReport};
    use super::*;
    use crate::domain::fiscal_year::FiscalYear;
    use crate::domain::participation::{ParticipationEntry, ParticipationState, packed};
    use crate::domain::scheme_catalogue::tests::shipped;

    /// 夕張市 is merged into 小樽市, which has become a core city; 新市 is to come.
    const HISTORY: &str = "\
010006\t2000-01-01\t1\tprefecture\t北海道
012033\t2000-01-01\t1\tcity\t小樽市
012033\t2026-04-01\t\tcore_city\t
012033\t2026-10-01\t\t\t新小樽市
012092\t2000-01-01\t1\tcity\t夕張市
012092\t2026-10-01\t0\t\t
012173\t2000-01-01\t1\tcity\t江別市
012378\t2027-04-01\t1\tcity\t新市";

    fn entry(code: &str, year: u16) -> ParticipationEntry {
        ParticipationEntry {
            code: code.parse().expect("a code"),
            scheme: "local_child".parse().expect("an id"),
            fiscal_year: FiscalYear::try_from(year).expect("a year"),
            state: ParticipationState::Running,
            effective_on: date(2024, 4, 1),
            revision_id: None,
            note: String::new(),
        }
    }

    fn snapshot(entries: &[ParticipationEntry]) -> Snapshot {
        Snapshot {
            bodies: BodyList::read_history(HISTORY.to_owned()).expect("a list"),
            catalogue: shipped(),
            batches: vec![packed::pack(entries).expect("fits").into()],
        }
    }

    #[test]
    fn bodies_are_what_they_are_on_the_day() {
        let list = BodyList::read_history(HISTORY.to_owned()).expect("a list");
        assert_eq!(list.len(), 5);
        let on = |day, code: &str| {
            let found = list
                .on(day)
                .into_iter()
                .find(|one| one.code.as_str() == code);
            let found = found.expect("is listed");
            (
                found.name,
                found.kind.expect("has a kind").as_str(),
                found.in_force,
            )
        };
        for (day, code, expected) in [
            (date(2026, 3, 31), "012033", ("小樽市", "city", true)),
            (date(2026, 4, 1), "012033", ("小樽市", "core_city", true)),
            (date(2026, 10, 1), "012033", ("新小樽市", "core_city", true)),
            (date(2026, 9, 30), "012092", ("夕張市", "city", true)),
            (date(2026, 10, 1), "012092", ("夕張市", "city", false)),
            (date(2027, 3, 31), "012378", ("新市", "city", false)),
            (date(2027, 4, 1), "012378", ("新市", "city", true)),
        ] {
            assert_eq!(on(day, code), expected, "{day}");
        }
        // What is to come is not abolished.
        let over = list.on(date(2027, 3, 31)).into_iter();
        let over = over.filter(|body| body.is_abolished).map(|body| body.name);
        assert_eq!(over.collect::<Vec<_>>(), ["夕張市"]);
        let last: Vec<_> = list.iter().map(|body| (body.name, body.in_force)).collect();
        assert_eq!(last[1], ("新小樽市", true));
        assert_eq!(last[2], ("夕張市", false));
        for wrong in [
            "012033\t2000-01-01\t1\t\t小樽市",
            "012033\t2000-01-01\t1\tcity",
            "012033\t2000-01-01\t1\tcity\t小樽市\n010006\t2000-01-01\t1\tprefecture\t北海道",
        ] {
            assert!(BodyList::read_history(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_took_part_stays_a_figure_of_the_past_and_is_nobody_who_stays_away() {
        let snapshot = snapshot(&[
            entry("012092", 2024),
            entry("012033", 2026),
            entry("012173", 2025),
        ]);
        let year = FiscalYear::try_from(2026).expect("a year");
        let report = |day| StatusReport::build(&snapshot, year, day).expect("a report");
        let (before, after) = (report(date(2026, 9, 30)), report(date(2026, 10, 1)));
        for report in [&before, &after] {
            assert!(report.is_sound(), "{:?}", report.invariants);
        }
        // The merger changes no figure of any year.
        assert_eq!(before.years, after.years);
        assert_eq!(after.year().cumulative.total, 3);
        let names: Vec<_> = after
            .municipalities
            .iter()
            .map(|one| (one.body.name, one.status, one.body.in_force))
            .collect();
        use ParticipantStatus as S;
        assert_eq!(
            names,
            [
                ("新小樽市", S::New, true),
                ("夕張市", S::Earlier, false),
                ("江別市", S::Earlier, true),
            ]
        );
        let labels = after.municipalities.iter().map(|one| one.body.label());
        assert_eq!(
            labels.collect::<Vec<_>>(),
            ["新小樽市", "夕張市（廃止）", "江別市"]
        );
        let absent = |report: &StatusReport<'_>| -> Vec<String> {
            let members = report.members(Cell::Absent(Part::All));
            members.map(|body| body.name.to_owned()).collect()
        };
        assert_eq!(absent(&after), ["北海道"]);
        // Classes are those of the day, of bodies that there are.
        let class = |report: &StatusReport<'_>, kind| {
            let found = report.classes.iter().find(|class| class.kind == kind);
            let found = found.expect("every kind has a line");
            let members = report
                .members(Cell::Class(ClassPart::Participants, Some(kind)))
                .count();
            (found.bodies, found.participants, members)
        };
        let city = OrganizationKind::City;
        assert_eq!(class(&before, city), (2, 2, 2));
        assert_eq!(class(&after, city), (1, 1, 1));
        assert_eq!(class(&after, OrganizationKind::CoreCity), (1, 1, 1));
        // Merged and never took part: gone without a trace; to come: not yet anybody.
        let nobody = StatusReport::build(
            &snapshot,
            FiscalYear::try_from(2023).expect("a year"),
            date(2027, 1, 1),
        );
        assert_eq!(
            absent(&nobody.expect("a report")),
            ["北海道", "新小樽市", "江別市"]
        );
    }

    proptest! {
        /// Whoever is abolished whenever: no figure of any year changes, and every rule holds.
        #[test]
        fn no_merger_changes_a_figure(
            took_part in proptest::collection::vec((0_usize..4, 2023_u16..2027), 0..12),
            ends in proptest::collection::vec((1_usize..4, 1_i8..29), 0..4),
            day in 1_i8..29,
        ) {
            const CODES: [&str; 4] = ["010006", "012033", "012092", "012173"];
            let mut entries: Vec<_> = took_part
                .into_iter()
                .map(|(at, year)| entry(CODES[at], year))
                .collect();
            entries.dedup();
            let mut lines: Vec<String> = CODES
                .iter()
                .map(|code| {
                    let kind = if *code == "010006" { "prefecture" } else { "city" };
                    format!("{code}\t2000-01-01\t1\t{kind}\t名")
                })
                .collect();
            let list = |lines: &[String]| {
                let mut lines = lines.to_vec();
                lines.sort();
                BodyList::read_history(lines.join("\n")).expect("a list")
            };
            let with = |bodies| Snapshot { bodies, ..snapshot(&entries) };
            let whole = with(list(&lines));
            lines.extend(ends.iter().map(|(at, day)| {
                format!("{}\t2026-10-{day:02}\t0\t\t", CODES[*at])
            }));
            let merged = with(list(&lines));
            let year = FiscalYear::try_from(2026).expect("a year");
            let day = date(2026, 10, day);
            let report = |snapshot| StatusReport::build(snapshot, year, day).expect("a report");
            let (whole, merged) = (report(&whole), report(&merged));
            prop_assert!(merged.is_sound(), "{:?}", merged.invariants);
            prop_assert_eq!(&whole.years, &merged.years);
            prop_assert_eq!(whole.sentence.as_str(), merged.sentence.as_str());
            let there = merged.classes.iter().map(|class| class.bodies).sum::<u32>();
            let gone: std::collections::BTreeSet<_> = ends
                .iter()
                .filter(|(_, end)| *end <= day.day())
                .map(|(at, _)| at)
                .collect();
            prop_assert_eq!(there as usize, CODES.len() - gone.len());
        }
    }
}
