//! What looks odd in a survey of required amounts but may be right.

use super::SchemeAnswer;
use crate::domain::required_amounts::planned_cost::{LARGE_YEN, SMALL_YEN};
use crate::domain::text::with_commas;

/// Nothing is applied for.
pub(super) const NO_ROW: &str =
    "申請する医療費助成に○がありません。1次交付の申請を取りやめるときは、このままで結構です。";

/// What is odd about the amount of a row with ○; follows the row's name.
pub(super) fn odd(answer: &SchemeAnswer) -> Option<String> {
    if !answer.target {
        return None;
    }
    let Some(cost) = answer.recipients else {
        return Some(
            "に○がありますが、事業費予定額がありません。補助所要額の合計に入りません。".to_owned(),
        );
    };
    match u64::from(cost.get()) {
        0 => Some("の事業費予定額が0円です。".to_owned()),
        yen if yen < SMALL_YEN => Some(format!(
            "の事業費予定額が{}円です。千円単位の数になっていないか、お確かめください。",
            with_commas(yen)
        )),
        yen if yen > LARGE_YEN => Some(format!(
            "の事業費予定額が{}円です。桁をお確かめください。",
            with_commas(yen)
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::recipient_count::RecipientCount;

    #[test]
    fn amounts_in_thousands_and_missing_ones_are_asked_about() {
        let said = |target, yen: Option<u64>| {
            odd(&SchemeAnswer {
                target,
                recipients: yen.map(|yen| RecipientCount::of_yen(yen).expect("fits")),
                typed: None,
            })
        };
        assert_eq!(said(true, Some(4_800_000)), None);
        assert_eq!(said(true, Some(SMALL_YEN)), None);
        assert_eq!(said(true, Some(LARGE_YEN)), None);
        assert_eq!(said(false, Some(4_800)), None);
        assert_eq!(said(false, None), None);
        assert!(said(true, Some(4_800)).is_some_and(|said| said.contains("千円単位")));
        assert!(said(true, Some(LARGE_YEN + 1)).is_some_and(|said| said.contains("桁")));
        assert!(said(true, Some(0)).is_some());
        assert!(said(true, None).is_some());
    }
}
