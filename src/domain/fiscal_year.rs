//! Fiscal years (April to March) and the Japanese eras they are named by.
//!
//! ```text
//! date ─ FiscalYear::of ─> FiscalYear ─ label() 令和9年度, short() R9, key() fy2027
//! typed 「R9」「令和９年度」「2027」 ─ FromStr ─> FiscalYear
//! date ─ Wareki::of ─> 令和8年 …, for date labels
//! ```

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::fold_width;

/// A fiscal year by the calendar year it begins in: 2027 is April 2027 to March 2028. Serialized as that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct FiscalYear(u16);

/// A text or number that names no fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("年度は「令和9年度」「R9」「2027」のように入力してください。")]
pub struct FiscalYearProblem;

/// An era of the Japanese calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    Meiji,
    Taisho,
    Showa,
    Heisei,
    Reiwa,
}

/// A year of the Japanese calendar. Displays as 令和9 or 令和元, without 年.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wareki {
    era: Era,
    year: u16,
}

impl Era {
    const ALL: [Self; 5] = [
        Self::Meiji,
        Self::Taisho,
        Self::Showa,
        Self::Heisei,
        Self::Reiwa,
    ];

    /// 令和 …
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter forms and short labels use: R …
    pub fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// Its first day. The first day of a new era belongs to the new one.
    fn first_day(self) -> Date {
        match self {
            Self::Meiji => date(1868, 1, 25),
            Self::Taisho => date(1912, 7, 30),
            Self::Showa => date(1926, 12, 25),
            Self::Heisei => date(1989, 1, 8),
            Self::Reiwa => date(2019, 5, 1),
        }
    }

    fn first_year(self) -> u16 {
        self.first_day().year().unsigned_abs()
    }
}

impl Wareki {
    /// The year a day lies in; none before 明治.
    pub fn of(day: Date) -> Option<Self> {
        let era = Era::ALL
            .into_iter()
            .rev()
            .find(|era| day >= era.first_day())?;
        Some(Self {
            era,
            year: day.year().unsigned_abs() - era.first_year() + 1,
        })
    }

    /// The era.
    pub fn era(self) -> Era {
        self.era
    }

    /// From 1; the first is written 元.
    pub fn year(self) -> u16 {
        self.year
    }
}

impl fmt::Display for Wareki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            1 => write!(f, "{}元", self.era.name()),
            year => write!(f, "{}{year}", self.era.name()),
        }
    }
}

impl FiscalYear {
    const FIRST: u16 = 1868;
    const LAST: u16 = 2117;

    /// The fiscal year a day lies in; days outside 1868 to 2117 count to the nearest.
    pub fn of(day: Date) -> Self {
        let year = if day.month() >= 4 {
            day.year()
        } else {
            day.year().saturating_sub(1)
        };
        Self(
            u16::try_from(year)
                .unwrap_or(0)
                .clamp(Self::FIRST, Self::LAST),
        )
    }

    /// The calendar year of its April.
    pub fn western(self) -> u16 {
        self.0
    }

    /// 1 April.
    pub fn first_day(self) -> Date {
        date(self.0 as i16, 4, 1)
    }

    /// 31 March.
    pub fn last_day(self) -> Date {
        date(self.0 as i16 + 1, 3, 31)
    }

    /// The following year (the last one stays).
    pub fn next(self) -> Self {
        Self((self.0 + 1).min(Self::LAST))
    }

    /// The year before (the first one stays).
    pub fn previous(self) -> Self {
        Self((self.0 - 1).max(Self::FIRST))
    }

    /// 令和9年度; 令和元年度 for 2019, which the ministries call so although its April was still 平成31年.
    pub fn label(self) -> String {
        format!("{}年度", self.wareki())
    }

    /// R9, as in the status tables' 【R9～】.
    pub fn short(self) -> String {
        let Wareki { era, year } = self.wareki();
        format!("{}{year}", era.letter())
    }

    /// fy2027: ASCII, for identifiers, addresses and file names.
    pub fn key(self) -> String {
        format!("fy{}", self.0)
    }

    /// A fiscal year bears the name of the newest era that began in its calendar year.
    fn wareki(self) -> Wareki {
        let era = Era::ALL
            .into_iter()
            .rev()
            .find(|era| self.0 >= era.first_year())
            .unwrap_or(Era::Meiji);
        Wareki {
            era,
            year: self.0 - era.first_year() + 1,
        }
    }
}

impl FromStr for FiscalYear {
    type Err = FiscalYearProblem;

    /// `R9`, `令和9`, `令和９年度`, `令和元年度`, `2027`, `2027年度`, `fy2027`; also 平成31年度 (the same as 令和元年度).
    fn from_str(typed: &str) -> Result<Self, FiscalYearProblem> {
        let text: String = fold_width(typed)
            .to_lowercase()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let text = text
            .strip_suffix("年度")
            .or_else(|| text.strip_suffix('年'))
            .unwrap_or(&text);
        let number = |digits: &str| match digits {
            "元" => Ok(1),
            _ if (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse::<u16>().map_err(|_| FiscalYearProblem)
            }
            _ => Err(FiscalYearProblem),
        };
        for era in Era::ALL {
            let rest = text
                .strip_prefix(era.name())
                .or_else(|| text.strip_prefix(era.letter().to_ascii_lowercase()));
            if let Some(rest) = rest {
                let year = number(rest.strip_prefix('.').unwrap_or(rest))?;
                let last = Era::ALL
                    .into_iter()
                    .find(|next| *next > era)
                    .map_or(99, |next| next.first_year() - era.first_year() + 1);
                return if (1..=last).contains(&year) {
                    Self::try_from(era.first_year() + year - 1)
                } else {
                    Err(FiscalYearProblem)
                };
            }
        }
        Self::try_from(number(text.strip_prefix("fy").unwrap_or(text))?)
    }
}

impl TryFrom<u16> for FiscalYear {
    type Error = FiscalYearProblem;
    fn try_from(western: u16) -> Result<Self, FiscalYearProblem> {
        if (Self::FIRST..=Self::LAST).contains(&western) {
            Ok(Self(western))
        } else {
            Err(FiscalYearProblem)
        }
    }
}

impl From<FiscalYear> for u16 {
    fn from(year: FiscalYear) -> u16 {
        year.0
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_year_runs_from_april_to_march() {
        assert_eq!(FiscalYear::of(date(2027, 3, 31)).western(), 2026);
        assert_eq!(FiscalYear::of(date(2027, 4, 1)).western(), 2027);
        let year = FiscalYear(2027);
        assert_eq!(
            (year.first_day(), year.last_day()),
            (date(2027, 4, 1), date(2028, 3, 31))
        );
        assert_eq!(
            (year.previous(), year.next()),
            (FiscalYear(2026), FiscalYear(2028))
        );
        assert_eq!(
            (FiscalYear::of(Date::MIN), FiscalYear::of(Date::MAX)),
            (FiscalYear(1868), FiscalYear(2117))
        );
    }

    #[test]
    fn names_of_a_year() {
        let year = FiscalYear(2027);
        assert_eq!(
            (year.label(), year.short(), year.key()),
            ("令和9年度".into(), "R9".into(), "fy2027".into())
        );
        assert_eq!(
            (FiscalYear(2019).label(), FiscalYear(2019).short()),
            ("令和元年度".into(), "R1".into())
        );
        assert_eq!(FiscalYear(2018).label(), "平成30年度");
        for typed in [
            "R9",
            "r9",
            "令和9",
            "令和９年度",
            "2027",
            "２０２７年度",
            "fy2027",
            "㋿9年度",
            " R 9 ",
            "R.9",
            "R09",
        ] {
            assert_eq!(typed.parse(), Ok(year), "{typed}");
        }
        for typed in ["令和元年度", "R元", "R1", "平成31年度", "H31"] {
            assert_eq!(typed.parse(), Ok(FiscalYear(2019)), "{typed}");
        }
        for typed in [
            "",
            "R",
            "R0",
            "R100",
            "H32",
            "9",
            "27",
            "1867",
            "2118",
            "+2027",
            "年度",
            "令和九年度",
            "9999999999",
        ] {
            assert_eq!(
                typed.parse::<FiscalYear>(),
                Err(FiscalYearProblem),
                "{typed}"
            );
        }
    }

    #[test]
    fn eras_change_on_their_day() {
        for (day, shown) in [
            (date(2019, 4, 30), "平成31"),
            (date(2019, 5, 1), "令和元"),
            (date(1989, 1, 7), "昭和64"),
            (date(1989, 1, 8), "平成元"),
            (date(1926, 12, 24), "大正15"),
            (date(1926, 12, 25), "昭和元"),
            (date(1912, 7, 29), "明治45"),
            (date(1912, 7, 30), "大正元"),
            (date(2027, 2, 26), "令和9"),
        ] {
            assert_eq!(
                Wareki::of(day).map(|year| year.to_string()),
                Some(shown.to_owned())
            );
        }
        assert_eq!(Wareki::of(date(1868, 1, 24)), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(typed in any::<String>(), near in "[mtshrMRfy令和平成元年度0-9０-９. ]{0,10}") {
            let _ = typed.parse::<FiscalYear>();
            let _ = near.parse::<FiscalYear>();
        }

        #[test]
        fn every_name_reads_back(western in 1868u16..=2117) {
            let year = FiscalYear(western);
            for name in [year.label(), year.short(), year.key(), western.to_string()] {
                prop_assert_eq!(name.parse(), Ok(year));
            }
            prop_assert_eq!(FiscalYear::of(year.first_day()), year);
            prop_assert_eq!(FiscalYear::of(year.last_day()), year);
        }
    }
}
