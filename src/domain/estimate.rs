//! What an answer would cost and bring: the ministry's own rules of thumb (DOMAIN, Money), kept with each edition.
//!
//! Every figure here is an estimate and is shown as one, with its formula.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::extra_question::QuestionId;
use super::fiscal_year::FiscalYear;
use super::text::{fold_width, with_commas};

/// The part of the standard amount that the state pays. As text: `1/2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubsidyRate {
    numerator: u32,
    denominator: u32,
}

/// A text that is no rate above 0 and up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("補助率は「1/2」「2分の1」「50%」のように、1までの割合で入力してください。")]
pub struct BadRate;

impl SubsidyRate {
    /// Half, as in the notice of January 2025.
    pub const HALF: Self = Self {
        numerator: 1,
        denominator: 2,
    };

    /// That part of an amount in yen, cut off.
    pub fn of(self, yen: u64) -> u64 {
        let part = u128::from(yen) * u128::from(self.numerator) / u128::from(self.denominator);
        u64::try_from(part).unwrap_or(u64::MAX)
    }

    /// 2分の1, as pages say it.
    pub fn label(self) -> String {
        format!("{}分の{}", self.denominator, self.numerator)
    }
}

impl FromStr for SubsidyRate {
    type Err = BadRate;

    /// `1/2`, `2分の1` or `50%`, in any width.
    fn from_str(text: &str) -> Result<Self, BadRate> {
        let text = fold_width(text.trim());
        let (numerator, denominator) = if let Some((of, part)) = text.split_once("分の") {
            (part, of)
        } else if let Some(percent) = text.strip_suffix('%') {
            (percent, "100")
        } else {
            text.split_once('/').ok_or(BadRate)?
        };
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| BadRate);
        let (numerator, denominator) = (number(numerator)?, number(denominator)?);
        if numerator == 0 || numerator > denominator || denominator > 1_000 {
            return Err(BadRate);
        }
        Ok(Self {
            numerator,
            denominator,
        })
    }
}

impl fmt::Display for SubsidyRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl TryFrom<String> for SubsidyRate {
    type Error = BadRate;
    fn try_from(text: String) -> Result<Self, BadRate> {
        text.parse()
    }
}

impl From<SubsidyRate> for String {
    fn from(rate: SubsidyRate) -> String {
        rate.to_string()
    }
}

/// The budget that the ceiling is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    pub name: String,
    pub yen: u64,
    /// What else it covers; empty if there is nothing to say.
    #[serde(default)]
    pub note: String,
}

/// A group of the connection work with the Digital Agency. Its id is the value of the option that chooses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionGroup {
    pub id: QuestionId,
    pub label: String,
}

/// What the plans of an edition are reckoned with: the ministry's own assumptions, never part of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanBasis {
    /// 1制度当たり基準額, in yen.
    pub standard_amount: u64,
    pub rate: SubsidyRate,
    /// Running cost per registered recipient and month, in hundredths of a yen.
    pub monthly_cost_sen: u64,
    /// The first fiscal year with running cost.
    pub running_from: FiscalYear,
    pub budget: Option<Budget>,
    pub groups: Vec<ConnectionGroup>,
}

impl Default for PlanBasis {
    /// As of autumn 2025: briefing of R7, supplementary budget of fiscal 2025. Definitions without a basis mean
    /// these, so they stay what they are.
    fn default() -> Self {
        let group = |number: u8| {
            Some(ConnectionGroup {
                id: format!("g{number}").parse().ok()?,
                label: format!("第{number}グループ"),
            })
        };
        Self {
            standard_amount: 5_000_000,
            rate: SubsidyRate::HALF,
            // Still being worked out.
            monthly_cost_sen: 200,
            running_from: FiscalYear::try_from(2027).expect("a year of Reiwa"),
            budget: Some(Budget {
                name: "令和7年度補正予算".to_owned(),
                yen: 4_600_000_000,
                note: "自治体のシステム改修のほか、医療機関・薬局のシステム改修の補助と、安定的な実施体制の整備を含む額です。ほかの年度分の調査では、規模を知るための参考にしてください。".to_owned(),
            }),
            groups: (1..=3).filter_map(group).collect(),
        }
    }
}

impl PlanBasis {
    /// Nothing was changed yet.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Ceiling of the subsidy per scheme, in yen.
    pub fn ceiling(&self) -> u64 {
        self.rate.of(self.standard_amount)
    }

    /// The unit cost in yen, as typed and shown: 2, 1.5.
    pub fn monthly_cost(&self) -> String {
        let (yen, sen) = (self.monthly_cost_sen / 100, self.monthly_cost_sen % 100);
        if sen == 0 {
            return with_commas(yen);
        }
        let sen = format!("{sen:02}");
        format!("{}.{}", with_commas(yen), sen.trim_end_matches('0'))
    }

    /// For so many schemes with ○ and so many known recipients of them.
    pub fn estimate(&self, targets: u64, recipients: u64) -> Estimate {
        let running = u128::from(recipients) * 12 * u128::from(self.monthly_cost_sen) / 100;
        Estimate {
            subsidy_ceiling: targets.saturating_mul(self.ceiling()),
            running_cost: u64::try_from(running).unwrap_or(u64::MAX),
        }
    }

    /// The formulas in words, one each for the subsidy and the running cost.
    pub fn formulas(&self) -> [String; 2] {
        [
            format!(
                "補助の上限額（概算）＝ 制度（○）の数 × 基準額{}円 × 補助率{}（1制度{}円）",
                with_commas(self.standard_amount),
                self.rate.label(),
                with_commas(self.ceiling())
            ),
            format!(
                "運用費（概算）＝ ○のある制度の受給者数 × 月{}円 × 12か月",
                self.monthly_cost()
            ),
        ]
    }

    /// The same for whoever answers: one sentence for the subsidy, one for the running cost.
    pub fn words(&self) -> String {
        format!(
            "補助金は1制度あたり基準額{}の{}（{}）が上限。運用費は{}以降、対象の受給者1人あたり月{}円程度（検討中）。",
            yen_words(self.standard_amount),
            self.rate.label(),
            yen_words(self.ceiling()),
            self.running_from,
            self.monthly_cost()
        )
    }

    /// The planned group that an option of a question stands for.
    pub fn group(&self, id: &QuestionId) -> Option<&ConnectionGroup> {
        self.groups.iter().find(|group| group.id == *id)
    }
}

/// 500万円, 46億円; 1,234,567円 where it is no round number.
pub fn yen_words(yen: u64) -> String {
    for (worth, unit) in [(100_000_000, "億円"), (10_000, "万円")] {
        if yen > 0 && yen.is_multiple_of(worth) {
            return format!("{}{unit}", with_commas(yen / worth));
        }
    }
    format!("{}円", with_commas(yen))
}

/// Subsidy ceiling and running cost of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Yen, at most.
    pub subsidy_ceiling: u64,
    /// Yen a year.
    pub running_cost: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn running_cost_is_the_one_of_the_ministrys_examples() {
        let basis = PlanBasis::default();
        assert_eq!(basis.estimate(1, 32_000).running_cost, 768_000);
        assert_eq!(basis.estimate(1, 17_000).running_cost, 408_000);
        assert_eq!(basis.estimate(3, 0).subsidy_ceiling, 7_500_000);
        assert_eq!(basis.monthly_cost(), "2");
        assert!(basis.words().contains("基準額500万円の2分の1（250万円）"));
        assert_eq!(yen_words(4_600_000_000), "46億円");
        assert_eq!(yen_words(1_234_567), "1,234,567円");
    }

    #[test]
    fn another_basis_gives_other_figures() {
        let basis = PlanBasis {
            standard_amount: 3_000_001,
            rate: "3分の2".parse().expect("a rate"),
            monthly_cost_sen: 150,
            ..PlanBasis::default()
        };
        assert_eq!(basis.ceiling(), 2_000_000);
        assert_eq!(basis.monthly_cost(), "1.5");
        assert_eq!(basis.estimate(2, 1_001).running_cost, 18_018);
        assert!(!basis.is_usual() && PlanBasis::default().is_usual());
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        for (text, rate) in [
            ("1/2", Some("1/2")),
            ("２分の１", Some("1/2")),
            (" 50％ ", Some("50/100")),
            ("3/3", Some("3/3")),
            ("3/2", None),
            ("0/2", None),
            ("半分", None),
            ("", None),
        ] {
            let read = text
                .parse::<SubsidyRate>()
                .ok()
                .map(|rate| rate.to_string());
            assert_eq!(read.as_deref(), rate, "{text}");
        }
    }

    #[test]
    fn a_definition_without_a_basis_means_the_usual_one() {
        let basis: PlanBasis = serde_json::from_str("{}").expect("reads");
        assert!(basis.is_usual());
        let text = serde_json::to_string(&basis).expect("writes");
        assert_eq!(serde_json::from_str::<PlanBasis>(&text).ok(), Some(basis));
    }

    proptest! {
        #[test]
        fn a_part_is_never_more_than_the_whole(yen in any::<u64>(), of in 1_u32..1_000, part in 1_u32..1_000) {
            let text = format!("{}/{of}", part.min(of));
            let rate: SubsidyRate = text.parse().expect("a rate");
            prop_assert!(rate.of(yen) <= yen);
            prop_assert_eq!(rate.to_string(), text);
        }
    }
}
