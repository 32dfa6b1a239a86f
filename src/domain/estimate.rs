//! What an answer would cost and bring: the ministry's own rules of thumb (DOMAIN, Money).
//!
//! Every figure here is an estimate and is shown as one, with its formula.

/// Standard amount of the subsidy per scheme, in yen (briefing of R7, 1制度当たり基準額).
pub const STANDARD_AMOUNT_YEN: u64 = 5_000_000;
/// Ceiling of the subsidy per scheme, in yen: half of the standard amount (補助率 1/2).
pub const SUBSIDY_CEILING_YEN: u64 = STANDARD_AMOUNT_YEN / 2;
/// Running cost per registered recipient and month, in yen, from fiscal 2027 (still being worked out).
pub const RUNNING_COST_YEN_PER_MONTH: u64 = 2;
/// The supplementary budget of fiscal 2025 (令和7年度補正予算) for the whole programme, in yen: it also covers clinics
/// and pharmacies, and the preparation of stable operation.
pub const SUPPLEMENTARY_BUDGET_YEN: u64 = 4_600_000_000;

/// Subsidy ceiling and running cost of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Yen, at most.
    pub subsidy_ceiling: u64,
    /// Yen a year.
    pub running_cost: u64,
}

impl Estimate {
    /// For so many schemes with ○ and so many known recipients of them.
    pub fn of(targets: u32, recipients: u64) -> Self {
        Self {
            subsidy_ceiling: u64::from(targets) * SUBSIDY_CEILING_YEN,
            running_cost: recipients * RUNNING_COST_YEN_PER_MONTH * 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_cost_is_the_one_of_the_ministrys_examples() {
        assert_eq!(Estimate::of(1, 32_000).running_cost, 768_000);
        assert_eq!(Estimate::of(1, 17_000).running_cost, 408_000);
        assert_eq!(Estimate::of(3, 0).subsidy_ceiling, 7_500_000);
    }
}
