//! Fiscal years as people list them: single years and ranges, the last of which may go on.
//!
//! ```text
//! typed 「R5～R7、R9～」 ─ FromStr ─> YearSet ─ Display ─> stored 「2023-2025 2027-」
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fiscal_year::FiscalYear;
use super::text::{fold_width, is_hyphen_like};

/// A set of fiscal years: ranges in order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearSet(Vec<(FiscalYear, Option<FiscalYear>)>);

/// A text that lists no fiscal years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "年度は「R7」「R5～R7」「R8～」のように入力し、いくつもあるときは「、」で区切ってください。"
)]
pub struct YearSetProblem;

impl YearSet {
    /// From ranges, each with its first and last year (`None`: it goes on).
    pub fn new(mut ranges: Vec<(FiscalYear, Option<FiscalYear>)>) -> Self {
        ranges.retain(|(from, to)| to.is_none_or(|to| *from <= to));
        ranges.sort();
        let mut merged: Vec<(FiscalYear, Option<FiscalYear>)> = Vec::new();
        for (from, to) in ranges {
            match merged.last_mut() {
                Some((_, None)) => break,
                Some((_, Some(last))) if from <= last.next() => match to {
                    Some(to) => *last = to.max(*last),
                    None => {
                        let (start, _) = merged.pop().unwrap_or((from, None));
                        merged.push((start, None));
                    }
                },
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    /// Whether a year is among them.
    pub fn contains(&self, year: FiscalYear) -> bool {
        let within = |(from, to): &(FiscalYear, Option<FiscalYear>)| {
            *from <= year && to.is_none_or(|to| year <= to)
        };
        self.0.iter().any(within)
    }

    /// No year at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// 「R5～R7、R9～」; empty for none.
    pub fn label(&self) -> String {
        let ranges = self.0.iter().map(|(from, to)| match to {
            None => format!("{}～", from.short()),
            Some(to) if from == to => from.short(),
            Some(to) => format!("{}～{}", from.short(), to.short()),
        });
        ranges.collect::<Vec<_>>().join("、")
    }
}

impl FromStr for YearSet {
    type Err = YearSetProblem;

    /// Reads what is stored and what people type; an empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, YearSetProblem> {
        let folded = fold_width(text);
        let parts = folded
            .split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '・'))
            .filter(|part| !part.is_empty());
        let ranges = parts
            .map(|part| {
                let year = |text: &str| text.parse::<FiscalYear>().map_err(|_| YearSetProblem);
                match part.split_once(|c| is_hyphen_like(c) || matches!(c, '~' | '〜')) {
                    None => year(part).map(|only| (only, Some(only))),
                    Some((from, "")) => Ok((year(from)?, None)),
                    Some((from, to)) => {
                        let (from, to) = (year(from)?, year(to)?);
                        (from <= to)
                            .then_some((from, Some(to)))
                            .ok_or(YearSetProblem)
                    }
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self::new(ranges))
    }
}

impl TryFrom<String> for YearSet {
    type Error = YearSetProblem;

    fn try_from(text: String) -> Result<Self, YearSetProblem> {
        text.parse()
    }
}

impl From<YearSet> for String {
    fn from(years: YearSet) -> String {
        years.to_string()
    }
}

impl fmt::Display for YearSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (from, to)) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{}", from.western())?;
            match to {
                None => f.write_str("-")?,
                Some(to) if to == from => {}
                Some(to) => write!(f, "-{}", to.western())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn year(western: u16) -> FiscalYear {
        FiscalYear::try_from(western).expect("a year")
    }

    #[test]
    fn years_are_read_as_people_list_them() {
        for (typed, stored, label) in [
            ("", "", ""),
            ("R7", "2025", "R7"),
            ("Ｒ５～Ｒ７、R9～", "2023-2025 2027-", "R5～R7、R9～"),
            ("2026-", "2026-", "R8～"),
            ("令和7年度, 令和8年度", "2025-2026", "R7～R8"),
            ("R8～ R5", "2023 2026-", "R5、R8～"),
            ("R5～R6 R6～", "2023-", "R5～"),
        ] {
            let years: YearSet = typed.parse().expect(typed);
            assert_eq!(years.to_string(), stored, "{typed}");
            assert_eq!(years.label(), label, "{typed}");
        }
        for bad in ["R7～R5", "来年", "～R7", "R7--"] {
            assert_eq!(bad.parse::<YearSet>(), Err(YearSetProblem), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn merging_changes_no_membership_and_texts_read_back(
            ranges in prop::collection::vec((2015u16..2045, prop::option::of(0u16..6)), 0..6),
            asked in 2010u16..2055,
        ) {
            let ranges: Vec<_> = ranges
                .into_iter()
                .map(|(from, length)| (year(from), length.map(|length| year(from + length))))
                .collect();
            let plain = ranges
                .iter()
                .any(|(from, to)| *from <= year(asked) && to.is_none_or(|to| year(asked) <= to));
            let set = YearSet::new(ranges);
            prop_assert_eq!(set.contains(year(asked)), plain);
            prop_assert_eq!(set.to_string().parse::<YearSet>(), Ok(set.clone()));
            prop_assert_eq!(set.label().parse::<YearSet>(), Ok(set));
        }
    }
}
