//! The ministry's status tables (状況表) of any fiscal year as of any day, all from one snapshot of the ledger.
//!
//! ```text
//! Snapshot (bodies, catalogue, packed batches) ─ Standing::build(year, day) ─> who takes part, by year and scheme
//! Standing ─ StatusReport::build ─> figures, names, sentence ─ invariants::check ─> what holds and who breaks it
//! StatusReport ─> json · rows (CSV, machine's sheet) · spreadsheet · members(cell): the bodies behind a figure
//! Figure (cell, prefecture) ─ key ─> address; traces ─> those bodies with the entries they are counted from
//! ```
//! What each figure counts is said in `docs/adr/011-participation-ledger.md`.

mod bodies;
mod changes;
mod figure;
mod invariants;
mod json;
mod members;
mod rows;
mod sentence;
mod sets;
mod standing;
#[cfg(test)]
mod tests;
mod traces;

pub use bodies::{BodyList, BodyProblem, Former, ListedBody};
pub use changes::{BodyChange, Change, Changes};
pub use figure::Figure;
pub use invariants::Invariant;
pub use members::{Cell, ClassPart, Part};
pub use rows::{CSV_COLUMNS, ReportRow};
pub use standing::{Snapshot, Standing, StandingProblem};
pub use traces::Trace;

use jiff::civil::Date;

use super::fiscal_year::FiscalYear;
use super::local_government_code::PrefectureCode;
use super::organization::OrganizationKind;
use super::scheme_catalogue::Catalogue;

/// Bodies, each once: together, prefectures, municipalities (designated and core cities and wards included).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub total: u32,
    pub prefecture: u32,
    pub municipality: u32,
}

impl Figures {
    /// The figure of a part.
    pub fn of(self, part: Part) -> u32 {
        match part {
            Part::All => self.total,
            Part::Prefectures => self.prefecture,
            Part::Municipalities => self.municipality,
        }
    }

    fn count(&mut self, is_prefecture: bool) {
        self.total += 1;
        if is_prefecture {
            self.prefecture += 1;
        } else {
            self.municipality += 1;
        }
    }
}

/// One fiscal year of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearFigures {
    pub year: FiscalYear,
    /// 累計: took part in this year or before.
    pub cumulative: Figures,
    /// 年度別: change their systems in this year.
    pub by_year: Figures,
    /// Of these: never took part before.
    pub new: Figures,
    /// Of these: took part before.
    pub continuing: Figures,
}

/// How a body stands in the year of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParticipantStatus {
    New,
    Continuing,
    /// Took part before and changes nothing this year.
    Earlier,
}

impl ParticipantStatus {
    /// All, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::New, Self::Continuing, Self::Earlier];

    /// Stable id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Continuing => "continuing",
            Self::Earlier => "earlier",
        }
    }

    /// 新規 / 継続 / 前年度まで.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "新規",
            Self::Continuing => "継続",
            Self::Earlier => "前年度まで",
        }
    }

    /// A sign that needs no colour: ◎ ○ ・.
    pub fn sign(self) -> char {
        match self {
            Self::New => '◎',
            Self::Continuing => '○',
            Self::Earlier => '・',
        }
    }
}

/// A body that takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Participant<'a> {
    pub body: ListedBody<'a>,
    pub status: ParticipantStatus,
}

/// A scheme and the bodies that take part with it, up to the report's year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemeFigure {
    /// Position in the catalogue.
    pub scheme: usize,
    pub bodies: u32,
}

/// A class of bodies: how many there are and how many take part, up to the report's year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassFigure {
    pub kind: OrganizationKind,
    pub bodies: u32,
    pub participants: u32,
}

/// All tables of a fiscal year as of a day.
#[derive(Debug, Clone)]
pub struct StatusReport<'a> {
    pub fiscal_year: FiscalYear,
    pub as_of: Date,
    /// From the first year of the programme to the report's.
    pub years: Vec<YearFigures>,
    pub prefecture_by_scheme: Vec<SchemeFigure>,
    pub municipality_by_scheme: Vec<SchemeFigure>,
    /// In code order.
    pub prefectures: Vec<Participant<'a>>,
    /// In code order.
    pub municipalities: Vec<Participant<'a>>,
    /// Bodies that do not take part yet, prefectures first in each prefecture, in code order.
    pub absent: Vec<ListedBody<'a>>,
    /// By kind, in the order of tables.
    pub classes: Vec<ClassFigure>,
    pub sentence: String,
    pub invariants: Vec<Invariant>,
    catalogue: &'a Catalogue,
    standing: Standing<'a>,
}

impl<'a> StatusReport<'a> {
    /// Builds all tables from one snapshot.
    pub fn build(
        snapshot: &'a Snapshot,
        fiscal_year: FiscalYear,
        as_of: Date,
    ) -> Result<Self, StandingProblem> {
        let standing = Standing::build(snapshot, fiscal_year, as_of)?;
        let catalogue = &snapshot.catalogue;
        let mut years: Vec<YearFigures> = standing.years().map(empty_year).collect();
        let last = years.len() - 1;
        let mut by_scheme = [[0_u32; 64]; 2];
        let (mut prefectures, mut municipalities) = (Vec::new(), Vec::new());
        let mut absent = Vec::new();
        let mut classes = OrganizationKind::ALL.map(|kind| ClassFigure {
            kind,
            bodies: 0,
            participants: 0,
        });
        for (body, masks) in standing.bodies() {
            let is_prefecture = body.code.is_prefecture();
            let mut all = 0;
            for (year, mask) in years.iter_mut().zip(masks) {
                let is_there = all != 0;
                all |= mask;
                if *mask != 0 {
                    year.by_year.count(is_prefecture);
                    let of_year = if is_there {
                        &mut year.continuing
                    } else {
                        &mut year.new
                    };
                    of_year.count(is_prefecture);
                }
                if all != 0 {
                    year.cumulative.count(is_prefecture);
                }
            }
            let class = classes
                .iter_mut()
                .find(|class| body.in_force && Some(class.kind) == body.kind);
            if let Some(class) = class {
                class.bodies += 1;
                class.participants += u32::from(all != 0);
            }
            let Some(status) = members::status_of(masks) else {
                absent.push(body);
                continue;
            };
            let mut rest: u64 = all;
            while rest != 0 {
                by_scheme[usize::from(!is_prefecture)][rest.trailing_zeros() as usize] += 1;
                rest &= rest - 1;
            }
            let list = if is_prefecture {
                &mut prefectures
            } else {
                &mut municipalities
            };
            list.push(Participant { body, status });
        }
        let column = |counts: &[u32; 64], is_prefecture| -> Vec<SchemeFigure> {
            let columns = catalogue.columns(fiscal_year, is_prefecture, |at| counts[at] > 0);
            let figures = columns.into_iter().map(|scheme| SchemeFigure {
                scheme,
                bodies: counts[scheme],
            });
            figures.collect()
        };
        let mut report = Self {
            fiscal_year,
            as_of,
            sentence: sentence::write(fiscal_year, &years[last]),
            prefecture_by_scheme: column(&by_scheme[0], true),
            municipality_by_scheme: column(&by_scheme[1], false),
            years,
            prefectures,
            municipalities,
            absent,
            classes: classes.into(),
            invariants: Vec::new(),
            catalogue,
            standing,
        };
        report.invariants = invariants::check(&report);
        Ok(report)
    }

    /// The figures of the report's own year.
    pub fn year(&self) -> &YearFigures {
        self.years.last().expect("at least the report's own year")
    }

    /// The schemes, which figures name by position.
    pub fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }

    /// Who takes part with what: what the report was counted from.
    pub fn standing(&self) -> &Standing<'a> {
        &self.standing
    }

    /// Who took part and withdrew, and who takes part and is there no more: prefectures, municipalities, then those
    /// who take part no longer, each in code order.
    pub fn former(&self) -> impl Iterator<Item = (ListedBody<'a>, Former)> {
        let participants = self.prefectures.iter().chain(&self.municipalities);
        let bodies = participants.map(|one| one.body);
        let bodies = bodies.chain(self.absent.iter().copied());
        bodies.filter_map(|body| Some((body, body.former()?)))
    }

    /// Every invariant holds.
    pub fn is_sound(&self) -> bool {
        self.invariants.iter().all(|invariant| invariant.holds)
    }

    /// The heading of a scheme's column: its short name, and 【R7～】 where it came in later than the programme.
    pub fn column_name(&self, scheme: usize) -> String {
        let Some(scheme) = self.catalogue.get(scheme) else {
            return "制度一覧に無い制度".to_owned();
        };
        match scheme.first_year {
            Some(first) => format!("{}【{}～】", scheme.table_name(), first.short()),
            None => scheme.table_name().to_owned(),
        }
    }

    /// The municipalities that take part in a prefecture, in code order.
    pub fn municipalities_in(&self, prefecture: PrefectureCode) -> &[Participant<'a>] {
        let of = |participant: &Participant<'_>| participant.body.code.prefecture();
        let from = self
            .municipalities
            .partition_point(|participant| of(participant) < prefecture);
        let to = self
            .municipalities
            .partition_point(|participant| of(participant) <= prefecture);
        &self.municipalities[from..to]
    }
}

fn empty_year(year: FiscalYear) -> YearFigures {
    YearFigures {
        year,
        cumulative: Figures::default(),
        by_year: Figures::default(),
        new: Figures::default(),
        continuing: Figures::default(),
    }
}
