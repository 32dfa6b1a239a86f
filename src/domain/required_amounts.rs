//! 所要額調査: what the bodies of the first round (①) will need, and the subsidy that follows from it.
//!
//! ```text
//! planned cost of a scheme (yen) ─ × rate ─ at most the ceiling ─ down to the rounding unit ─> subsidy (yen)
//! rows with ○ of a form ─ Amounts ─ added up ─> figures::tally: prefectures, schemes, the country
//! ```
//! Rate, ceiling, unit and budget are data of the edition (ADR 024).

use std::fmt;
use std::ops::AddAssign;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::response::{Form1, SchemeAnswer};
use super::survey_edition::EditionKey;
use super::text::with_commas;

pub mod figures;
pub mod input;
pub mod making;
pub mod planned_cost;

/// The part of an edition's definition that makes it a survey of required amounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredAmounts {
    /// The survey of intents whose bodies with ① are asked.
    pub source: EditionKey,
    pub rate: Rate,
    /// Most subsidy of a scheme, in yen.
    pub ceiling_yen: u64,
    /// The subsidy of a scheme is rounded down to whole units of so many yen; 1 rounds nothing.
    pub rounding_yen: u64,
    /// What the sum is held against, in yen.
    pub budget_yen: u64,
}

/// A share of the cost, greater than 0 and at most 1. As text: `1/2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    numerator: u32,
    denominator: u32,
}

/// A text that is no rate.
#[derive(Debug, thiserror::Error)]
#[error("a rate looks like 1/2")]
pub struct BadRate;

impl Rate {
    /// 補助率 of the programme (briefing of R7).
    pub const HALF: Self = Self {
        numerator: 1,
        denominator: 2,
    };

    /// The numerator and the denominator, for a formula.
    pub fn parts(self) -> (u32, u32) {
        (self.numerator, self.denominator)
    }
}

impl FromStr for Rate {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Self, BadRate> {
        let (numerator, denominator) = text.split_once('/').ok_or(BadRate)?;
        let part = |text: &str| text.trim().parse::<u32>().map_err(|_| BadRate);
        let (numerator, denominator) = (part(numerator)?, part(denominator)?);
        let fits = 0 < numerator && numerator <= denominator && denominator <= 1000;
        fits.then_some(Self {
            numerator,
            denominator,
        })
        .ok_or(BadRate)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl TryFrom<String> for Rate {
    type Error = BadRate;

    fn try_from(text: String) -> Result<Self, BadRate> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

/// What rows with ○ need: schemes, known planned cost and subsidy in yen, and ○ without an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub schemes: u64,
    pub cost: u64,
    pub subsidy: u64,
    /// ○ whose planned cost is not known: neither in `cost` nor in `subsidy`.
    pub unknown: u64,
}

impl AddAssign for Amounts {
    fn add_assign(&mut self, more: Self) {
        self.schemes += more.schemes;
        self.cost += more.cost;
        self.subsidy += more.subsidy;
        self.unknown += more.unknown;
    }
}

impl RequiredAmounts {
    /// With the figures of the programme (briefing of R7: rate 1/2, at most 2,500,000 yen a scheme; the supplementary
    /// budget of fiscal 2025, which also covers clinics and pharmacies).
    pub fn usual(source: EditionKey) -> Self {
        Self {
            source,
            rate: Rate::HALF,
            ceiling_yen: 2_500_000,
            rounding_yen: 1_000,
            budget_yen: 4_600_000_000,
        }
    }

    /// The subsidy of a scheme with this planned cost, both in yen.
    pub fn subsidy(&self, cost: u64) -> u64 {
        let (numerator, denominator) = self.rate.parts();
        let share = u128::from(cost) * u128::from(numerator) / u128::from(denominator);
        let share = share.min(u128::from(self.ceiling_yen));
        // At most the ceiling, which is one of these.
        let share = u64::try_from(share).unwrap_or(self.ceiling_yen);
        share - share % self.rounding_yen.max(1)
    }

    /// The subsidy of a row; `None` without ○ and without an amount.
    pub fn subsidy_of(&self, answer: &SchemeAnswer) -> Option<u64> {
        let cost = answer.recipients.filter(|_| answer.target)?;
        Some(self.subsidy(u64::from(cost.get())))
    }

    /// What a row needs; nothing without ○.
    pub fn of_row(&self, answer: &SchemeAnswer) -> Amounts {
        if !answer.target {
            return Amounts::default();
        }
        let cost = answer.recipients.map(|cost| u64::from(cost.get()));
        Amounts {
            schemes: 1,
            cost: cost.unwrap_or(0),
            subsidy: cost.map_or(0, |cost| self.subsidy(cost)),
            unknown: u64::from(cost.is_none()),
        }
    }

    /// What a form needs.
    pub fn of_form(&self, form: &Form1) -> Amounts {
        self.of_rows(form.schemes.values())
    }

    /// The rule in words: 事業費予定額の1/2、1つの医療費助成につき2,500,000円まで、1,000円未満切捨て.
    pub fn note(&self) -> String {
        let rounding = match self.rounding_yen {
            0 | 1 => String::new(),
            unit => format!("、{}円未満切捨て", with_commas(unit)),
        };
        format!(
            "事業費予定額の{}、1つの医療費助成につき{}円まで{rounding}",
            self.rate,
            with_commas(self.ceiling_yen)
        )
    }

    /// What rows need together.
    pub fn of_rows<'a>(&self, rows: impl IntoIterator<Item = &'a SchemeAnswer>) -> Amounts {
        let mut sum = Amounts::default();
        for row in rows {
            sum += self.of_row(row);
        }
        sum
    }
}

#[cfg(test)]
mod tests;
