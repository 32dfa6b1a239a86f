#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::domain::recipient_count::RecipientCount;

fn usual() -> RequiredAmounts {
    RequiredAmounts::usual("fy2027".parse().unwrap())
}

fn row(target: bool, cost: Option<u64>) -> SchemeAnswer {
    SchemeAnswer {
        target,
        recipients: cost.map(|cost| RecipientCount::of_yen(cost).unwrap()),
        typed: None,
    }
}

#[test]
fn half_of_the_cost_down_to_a_thousand_and_no_more_than_the_ceiling() {
    for (cost, subsidy) in [
        (0, 0),
        (1_999, 0),
        (2_000, 1_000),
        (4_800_000, 2_400_000),
        (4_801_999, 2_400_000),
        (4_802_000, 2_401_000),
        (4_999_999, 2_499_000),
        (5_000_000, 2_500_000),
        (5_000_001, 2_500_000),
        (999_999_999, 2_500_000),
        (u64::MAX, 2_500_000),
    ] {
        assert_eq!(usual().subsidy(cost), subsidy, "{cost}");
    }
}

#[test]
fn every_part_of_the_rule_is_data() {
    let rule = RequiredAmounts {
        rate: "2/3".parse().unwrap(),
        ceiling_yen: 3_000_500,
        rounding_yen: 1,
        ..usual()
    };
    assert_eq!(rule.subsidy(100), 66);
    assert_eq!(rule.subsidy(9_000_000), 3_000_500);
    // The ceiling is rounded, too.
    let rounded = RequiredAmounts {
        rounding_yen: 1_000,
        ..rule.clone()
    };
    assert_eq!(rounded.subsidy(9_000_000), 3_000_000);
    // A unit of nothing rounds nothing.
    let none = RequiredAmounts {
        rounding_yen: 0,
        ..rule
    };
    assert_eq!(none.subsidy(100), 66);
}

#[test]
fn a_rate_is_a_share() {
    for good in ["1/2", " 2 / 3", "1/1", "10/10"] {
        let rate: Rate = good.parse().unwrap();
        assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
    }
    for bad in ["", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "1/1001"] {
        assert!(bad.parse::<Rate>().is_err(), "{bad}");
    }
}

#[test]
fn only_marked_rows_need_anything_and_unknown_is_not_zero() {
    let rows = [
        row(true, Some(4_800_000)),
        row(true, Some(0)),
        row(true, None),
        row(false, Some(9_000_000)),
        row(false, None),
    ];
    let sum = usual().of_rows(&rows);
    let expected = Amounts {
        schemes: 3,
        cost: 4_800_000,
        subsidy: 2_400_000,
        unknown: 1,
    };
    assert_eq!(sum, expected);
    assert_eq!(usual().subsidy_of(&rows[0]), Some(2_400_000));
    assert_eq!(usual().subsidy_of(&rows[1]), Some(0));
    assert_eq!(usual().subsidy_of(&rows[2]), None);
    assert_eq!(usual().subsidy_of(&rows[3]), None);
}

#[test]
fn the_part_is_kept_as_a_document() {
    let text = serde_json::to_string(&usual()).unwrap();
    assert!(text.contains("\"rate\":\"1/2\""), "{text}");
    assert_eq!(
        serde_json::from_str::<RequiredAmounts>(&text).unwrap(),
        usual()
    );
}

proptest! {
    #[test]
    fn the_subsidy_is_bounded_rounded_and_grows_with_the_cost(
        cost in 0_u64..=999_999_999,
        more in 0_u64..=10_000_000,
        numerator in 1_u32..=10,
        beyond in 0_u32..=10,
        ceiling in 0_u64..=10_000_000,
        unit in 1_u64..=10_000,
    ) {
        let rule = RequiredAmounts {
            rate: format!("{numerator}/{}", numerator + beyond).parse().unwrap(),
            ceiling_yen: ceiling,
            rounding_yen: unit,
            ..usual()
        };
        let subsidy = rule.subsidy(cost);
        prop_assert!(subsidy <= ceiling && subsidy <= cost);
        prop_assert_eq!(subsidy % unit, 0);
        prop_assert!(subsidy <= rule.subsidy(cost + more));
        // No more is lost than the rounding takes.
        let exact = (cost * u64::from(numerator) / u64::from(numerator + beyond)).min(ceiling);
        prop_assert!(exact - subsidy < unit);
    }

    #[test]
    fn the_total_is_the_sum_of_its_rows(
        rows in proptest::collection::vec((any::<bool>(), proptest::option::of(0_u64..=999_999_999)), 0..24),
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(target, cost)| row(target, cost)).collect();
        let sum = usual().of_rows(&rows);
        prop_assert_eq!(sum.subsidy, rows.iter().filter_map(|row| usual().subsidy_of(row)).sum::<u64>());
        prop_assert_eq!(sum.schemes, rows.iter().filter(|row| row.target).count() as u64);
        let unknown = rows.iter().filter(|row| row.target && row.recipients.is_none());
        prop_assert_eq!(sum.unknown, unknown.count() as u64);
    }
}
