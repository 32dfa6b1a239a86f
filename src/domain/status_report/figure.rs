//! A figure's name in addresses, and in words.
//!
//! ```text
//! Figure ─ key ─> new.R7.municipality, scheme.local_child.total, absent.municipality.01 ─ read ─> Figure
//! ```
//! A key holds ids that stay what they are, so that a link to a figure can be kept.

use super::{Cell, ClassPart, Part, StatusReport};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::OrganizationKind;
use crate::domain::scheme_catalogue::Catalogue;

/// A figure of the country, or of a prefecture and the bodies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Figure {
    pub cell: Cell,
    pub within: Option<PrefectureCode>,
}

impl From<Cell> for Figure {
    fn from(cell: Cell) -> Self {
        Self { cell, within: None }
    }
}

/// The word of all kinds of bodies in a key.
const EVERY_KIND: &str = "all";

impl Figure {
    /// The figure of a prefecture.
    pub fn within(cell: Cell, prefecture: PrefectureCode) -> Self {
        let within = Some(prefecture);
        Self { cell, within }
    }

    /// Whether a body can be among those counted.
    pub fn is_within(self, code: LocalGovernmentCode) -> bool {
        self.within.is_none_or(|within| code.prefecture() == within)
    }

    /// The figure's name in addresses: ASCII letters, digits, `_` and `.`.
    pub fn key(self, catalogue: &Catalogue) -> String {
        let of_year = |word: &str, year: FiscalYear, part: Part| {
            format!("{word}.{}.{}", year.short(), part.as_str())
        };
        let mut key = match self.cell {
            Cell::Cumulative(year, part) => of_year("cumulative", year, part),
            Cell::ByYear(year, part) => of_year("by_year", year, part),
            Cell::New(year, part) => of_year("new", year, part),
            Cell::Continuing(year, part) => of_year("continuing", year, part),
            Cell::Earlier(year, part) => of_year("earlier", year, part),
            Cell::Scheme(scheme, part) => {
                let id = catalogue
                    .get(scheme)
                    .map_or("", |scheme| scheme.id.as_str());
                format!("scheme.{id}.{}", part.as_str())
            }
            Cell::Class(class, kind) => {
                let kind = kind.map_or(EVERY_KIND, OrganizationKind::as_str);
                format!("{}.{kind}", class_word(class))
            }
            Cell::Absent(part) => format!("absent.{}", part.as_str()),
        };
        if let Some(prefecture) = self.within {
            key.push_str(&format!(".{prefecture}"));
        }
        key
    }

    /// Reads a name; none if it names nothing.
    pub fn read(key: &str, catalogue: &Catalogue) -> Option<Self> {
        let (cell, within) = match key.rsplit_once('.') {
            Some((cell, last)) if last.len() == 2 && last.bytes().all(|b| b.is_ascii_digit()) => {
                (cell, Some(last.parse().ok()?))
            }
            _ => (key, None),
        };
        let mut words = cell.split('.');
        let mut next = || words.next();
        let word = next()?;
        let part = |text: &str| Part::ALL.into_iter().find(|part| part.as_str() == text);
        let mut year_and_part = || -> Option<(FiscalYear, Part)> {
            let year = next()?;
            let known = year.parse::<FiscalYear>().ok();
            let year = known.filter(|known| known.short() == year)?;
            Some((year, part(next()?)?))
        };
        let of_year: Option<fn(FiscalYear, Part) -> Cell> = match word {
            "cumulative" => Some(Cell::Cumulative),
            "by_year" => Some(Cell::ByYear),
            "new" => Some(Cell::New),
            "continuing" => Some(Cell::Continuing),
            "earlier" => Some(Cell::Earlier),
            _ => None,
        };
        let cell = match (of_year, word) {
            (Some(of_year), _) => {
                let (year, part) = year_and_part()?;
                of_year(year, part)
            }
            (None, "scheme") => {
                let scheme = catalogue.position(next()?)?;
                Cell::Scheme(scheme, part(next()?)?)
            }
            (None, "absent") => Cell::Absent(part(next()?)?),
            (None, word) => {
                let class = ClassPart::ALL
                    .into_iter()
                    .find(|class| class_word(*class) == word)?;
                let kind = match next()? {
                    EVERY_KIND => None,
                    id => Some(
                        OrganizationKind::ALL
                            .into_iter()
                            .find(|kind| kind.as_str() == id)?,
                    ),
                };
                Cell::Class(class, kind)
            }
        };
        next().is_none().then_some(Self { cell, within })
    }
}

fn class_word(class: ClassPart) -> &'static str {
    match class {
        ClassPart::Bodies => "class_bodies",
        ClassPart::Participants => "class",
        ClassPart::Absent => "class_absent",
    }
}

impl ClassPart {
    /// All, in the order of the table.
    pub const ALL: [Self; 3] = [Self::Bodies, Self::Participants, Self::Absent];
}

impl StatusReport<'_> {
    /// What a figure counts, as the heading of the list of its bodies.
    pub fn heading(&self, figure: Figure) -> String {
        let words = match figure.cell {
            Cell::Cumulative(year, part) => {
                format!("{year}までに参加・参加予定の{}（累計）", part.label())
            }
            Cell::ByYear(year, part) => {
                format!("{year}にシステム改修等を実施・実施予定の{}", part.label())
            }
            Cell::New(year, part) => format!("{year}から新規参加の{}", part.label()),
            Cell::Continuing(year, part) => format!(
                "{}までに参加していて、{year}もシステム改修等を実施・実施予定の{}",
                year.previous(),
                part.label()
            ),
            Cell::Earlier(year, part) => format!(
                "{}までに参加し、{year}はシステム改修等の予定がない{}",
                year.previous(),
                part.label()
            ),
            Cell::Scheme(scheme, part) => format!(
                "「{}」で参加・参加予定の{}（累計）",
                self.column_name(scheme),
                part.label()
            ),
            Cell::Class(class, kind) => {
                let kind = kind.map_or(Part::All.label(), OrganizationKind::label);
                match class {
                    ClassPart::Bodies => format!("{kind}（全団体）"),
                    ClassPart::Participants => format!("参加・参加予定の{kind}"),
                    ClassPart::Absent => format!("まだ参加していない{kind}"),
                }
            }
            Cell::Absent(part) => format!("まだ参加していない{}", part.label()),
        };
        match figure.within {
            Some(prefecture) => format!("{}：{words}", prefecture.name()),
            None => words,
        }
    }
}
