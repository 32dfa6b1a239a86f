//! A month of a year: when the rounds of a subsidy are applied for.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::fiscal_year::{FiscalYear, Wareki};
use super::japan_time::parse_date;
use super::text::fold_width;

/// A month. Stored as `2027-04`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearMonth(Date);

/// A text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("月は、2027-04、令和9年4月、R9.4 のように入力してください。")]
pub struct BadMonth;

impl YearMonth {
    /// The month a day lies in.
    pub fn of(day: Date) -> Self {
        Self(date(day.year(), day.month(), 1))
    }

    /// The fiscal year it lies in.
    pub fn fiscal_year(self) -> FiscalYear {
        FiscalYear::of(self.0)
    }

    /// The same month some years later.
    pub fn plus_years(self, years: i16) -> Self {
        let year = self.0.year().saturating_add(years).clamp(1, 9999);
        Self(date(year, self.0.month(), 1))
    }

    /// 令和9年4月.
    pub fn label(self) -> String {
        let year = Wareki::of(self.0).map_or_else(|| self.0.year().to_string(), |y| y.to_string());
        format!("{year}年{}", self.month_label())
    }

    /// 4月, where the year is plain.
    pub fn month_label(self) -> String {
        format!("{}月", self.0.month())
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.0.year()
    }
}

impl FromStr for YearMonth {
    type Err = BadMonth;

    fn from_str(typed: &str) -> Result<Self, BadMonth> {
        let folded = fold_width(typed.trim());
        // A month is a day without its number.
        let day = match folded.strip_suffix('月') {
            Some(_) => format!("{folded}1"),
            None => format!("{folded}-1"),
        };
        parse_date(&day).map(Self::of).ok_or(BadMonth)
    }
}

impl TryFrom<String> for YearMonth {
    type Error = BadMonth;

    fn try_from(text: String) -> Result<Self, BadMonth> {
        text.parse()
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> String {
        month.to_string()
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_as_people_write_them() {
        for typed in ["2027-04", "2027/4", "令和９年４月", "R9.4", " 令和9年4月 "] {
            let month: YearMonth = typed.parse().expect(typed);
            assert_eq!(month.to_string(), "2027-04", "{typed}");
            assert_eq!(month.label(), "令和9年4月");
            assert_eq!(month.fiscal_year().short(), "R9");
            assert_eq!(month.plus_years(1).to_string(), "2028-04");
        }
        for bad in ["", "4月", "2027", "2027-13", "2027-04-01", "令和9年度"] {
            assert_eq!(bad.parse::<YearMonth>(), Err(BadMonth), "{bad}");
        }
    }
}
