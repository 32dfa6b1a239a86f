//! 事業費予定額 as typed by a clerk: whole yen, read as generously as a count of persons.
//!
//! Full width, commas, ¥, 約, 万・千・百万 and 円 are read over; what was understood is shown beside the typed text.
//! 「4,800千円」 says its unit and is read as 4,800,000; a bare 4800 is taken as it stands and asked about.

use thiserror::Error;

use crate::domain::recipient_count::{
    Amount, CountProblem, Limits, Reading, RecipientCount, parse_amount,
};
use crate::domain::text::{first_note_mark, fold_width};

/// Less than this, in yen, is asked about: whoever thinks in thousands writes 4800.
pub const SMALL_YEN: u64 = 10_000;
/// More than this for one scheme, in yen, is asked about.
pub const LARGE_YEN: u64 = 100_000_000;

const YEN: Limits<'static> = Limits {
    max: RecipientCount::MAX_YEN,
    units: &["円", "yen", "税込", "税込み"],
};

/// Why a typed amount was not read; the message says what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", message(.0))]
pub struct CostProblem(pub CountProblem);

fn message(problem: &CountProblem) -> &'static str {
    match problem {
        CountProblem::Negative => {
            "事業費予定額にマイナスの数は入力できません。0以上の整数で、円単位で入力してください（例：4800000）。"
        }
        CountProblem::Fraction => {
            "事業費予定額に1円未満の数は入力できません。円単位の整数で入力してください（例：4800000）。"
        }
        CountProblem::Range => {
            "事業費予定額に範囲は入力できません。見込みで構いませんので、1つの金額を入力してください（例：4800000）。"
        }
        CountProblem::TooLarge => {
            "事業費予定額が大きすぎます。1つの医療費助成につき999,999,999円までです。桁をお確かめのうえ入力してください。"
        }
        CountProblem::SeveralNumbers => {
            "事業費予定額に数が2つ以上あるか、カンマの位置がずれているようです。合計の金額を1つだけ入力してください（例：4800000）。"
        }
        CountProblem::NoteMark => {
            "事業費予定額の横に、①や※1のような印が付いているようです。印を除き、金額だけを入力してください（例：4800000）。"
        }
        CountProblem::WordsBeside => {
            "事業費予定額の横に、説明の言葉が書かれているようです。言葉を除き、金額だけを入力してください（例：4800000）。"
        }
        CountProblem::NotANumber => {
            "事業費予定額を読み取れませんでした。円単位の数字で入力してください（例：4800000）。まだ分からないときは空欄にできます。"
        }
    }
}

/// Reads what was typed as a planned cost, in yen.
pub fn parse_planned_cost(typed: &str) -> Result<Reading, CostProblem> {
    if first_note_mark(typed).is_some() {
        return Err(CostProblem(CountProblem::NoteMark));
    }
    let folded = fold_width(typed);
    let bare = folded.trim().trim_start_matches(['¥', '\\']);
    let text = hundreds_of_ten_thousands(bare);
    let yen = match parse_amount(&text, YEN).map_err(CostProblem)? {
        Amount::Unknown => return Ok(Reading::Unknown),
        Amount::Known(yen) => yen,
    };
    let count = RecipientCount::of_yen(yen).map_err(CostProblem)?;
    Ok(Reading::Known {
        count,
        normalised: typed.trim() != yen.to_string(),
    })
}

/// 5百万円 and 1千万円 name one unit with two signs: written out as zeros before 万. With a decimal point they stay
/// as they are, and are asked about.
fn hundreds_of_ten_thousands(text: &str) -> String {
    if text.contains('.') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some(at) = rest.find(['百', '千']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let sign = if found.starts_with('百') {
            "百"
        } else {
            "千"
        };
        let after = &found[sign.len()..];
        let is_joined = after.starts_with('万') && before.ends_with(|c: char| c.is_ascii_digit());
        out.push_str(match (is_joined, sign) {
            (true, "百") => "00",
            (true, _) => "000",
            (false, sign) => sign,
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> Option<u32> {
        let reading = parse_planned_cost(typed).expect(typed);
        reading.count().map(RecipientCount::get)
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (typed, yen) in [
            ("4800000", 4_800_000),
            ("4,800,000円", 4_800_000),
            ("４，８００，０００", 4_800_000),
            ("¥4,800,000", 4_800_000),
            ("￥4,800,000", 4_800_000),
            ("約480万円", 4_800_000),
            ("4,800千円", 4_800_000),
            ("5百万円", 5_000_000),
            ("1千万円", 10_000_000),
            ("1億2千万円", 120_000_000),
            ("4,800,000円（税込）", 4_800_000),
            ("123456789", 123_456_789),
            ("0", 0),
            ("なし", 0),
        ] {
            assert_eq!(read(typed), Some(yen), "{typed}");
        }
        for typed in ["", "未定", "不明", "見積り中"] {
            match parse_planned_cost(typed) {
                Ok(reading) => assert_eq!(reading, Reading::Unknown, "{typed}"),
                Err(problem) => assert_eq!(problem.0, CountProblem::NotANumber, "{typed}"),
            }
        }
        assert_eq!(read("未定"), None);
    }

    #[test]
    fn what_was_written_otherwise_is_shown_again() {
        let normalised = |typed: &str| {
            matches!(
                parse_planned_cost(typed),
                Ok(Reading::Known {
                    normalised: true,
                    ..
                })
            )
        };
        assert!(normalised("4,800千円"));
        assert!(normalised("4,800,000"));
        assert!(!normalised("4800000"));
    }

    #[test]
    fn what_is_no_amount_says_what_to_write() {
        for (typed, problem) in [
            ("-5", CountProblem::Negative),
            ("4800000.55", CountProblem::Fraction),
            ("400万～500万", CountProblem::Range),
            ("1000000000", CountProblem::TooLarge),
            ("1,000 2,000", CountProblem::SeveralNumbers),
            ("2.5百万円", CountProblem::NotANumber),
            ("1200人", CountProblem::NotANumber),
            ("4,800,000①", CountProblem::NoteMark),
            ("4800000²", CountProblem::NoteMark),
            ("千円", CountProblem::NotANumber),
            ("百万円", CountProblem::NotANumber),
        ] {
            let found = parse_planned_cost(typed).expect_err(typed);
            assert_eq!(found.0, problem, "{typed}");
            let message = found.to_string();
            assert!(message.contains("事業費予定額"), "{message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(typed in any::<String>(), near in "[0-9０-９,，.円¥万千百億 　約未定]{0,14}") {
            let _ = parse_planned_cost(&typed);
            let _ = parse_planned_cost(&near);
        }

        #[test]
        fn a_printed_amount_reads_back(yen in 0_u64..=999_999_999) {
            let count = RecipientCount::of_yen(yen).expect("fits");
            for typed in [yen.to_string(), count.to_string(), format!("{count}円"), format!("¥{count}")] {
                let reading = parse_planned_cost(&typed).map(Reading::count);
                prop_assert_eq!(reading, Ok(Some(count)));
            }
        }
    }
}
