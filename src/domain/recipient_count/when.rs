//! When something was counted: 令和8年3月末, R6.3.31時点, 10/31, 年度末. It stands beside a number and does not change it.
//!
//! A time is told by its shape: the digits of a year become `y`, an era `e`, any other number `n`.

use crate::domain::text::is_hyphen_like;

/// Days, months and years as people write them.
const SHAPES: [&str; 28] = [
    "en年度",
    "en年",
    "en年n月",
    "en年n月n日",
    "en",
    "en.n",
    "en.n.n",
    "en/n",
    "en/n/n",
    "en-n-n",
    "y年度",
    "y年",
    "y年n月",
    "y年n月n日",
    "y/n",
    "y/n/n",
    "y.n.n",
    "y-n-n",
    "n年度",
    "n月",
    "n月n日",
    "n/n",
    "年度",
    "前年度",
    "昨年度",
    "現",
    "直近",
    "最新",
];
/// What follows a time.
const TAILS: [&str; 11] = [
    "末",
    "末日",
    "現在",
    "時点",
    "実績",
    "実績値",
    "決算",
    "調べ",
    "分",
    "値",
    "の",
];
/// Longest time that is looked for before a number, in characters.
const LONGEST: usize = 24;

/// Whether a tidied text is a time and nothing else.
pub(super) fn is_time(text: &str) -> bool {
    let bare = without_tails(text);
    // 1/2 is a half as well.
    let is_half = bare == text && text.starts_with("1/");
    !is_half && shape(bare).is_some_and(|shape| SHAPES.contains(&shape.as_str()))
}

/// The number behind a time; none unless it is plain where the time ends.
pub(super) fn after_time(text: &str) -> Option<&str> {
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .skip(1)
        .take(LONGEST)
        .collect();
    ends.into_iter().rev().find_map(|end| {
        let (time, rest) = text.split_at(end);
        (is_closed(time) && is_time(time)).then_some(rest)
    })
}

/// 令和5年度, 3月末: no digit behind it can belong to the time. 令和5年 may go on with a month.
fn is_closed(time: &str) -> bool {
    let has_year = shape(time).is_some_and(|shape| shape.starts_with(['e', 'y']));
    let has_tail = without_tails(time) != time;
    has_tail || (has_year && time.ends_with(['度', '日']))
}

fn without_tails(text: &str) -> &str {
    let mut rest = text;
    while let Some(shorter) = TAILS.iter().find_map(|tail| rest.strip_suffix(tail)) {
        rest = shorter;
    }
    rest
}

/// None where a number is no day, month or year.
fn shape(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let taken = if digits > 0 {
            out.push(number_sign(&rest[..digits])?);
            digits
        } else if let Some(era) = era(rest).filter(|_| out.is_empty()) {
            out.push('e');
            era
        } else if first == '元' && out == "e" {
            out.push('n');
            first.len_utf8()
        } else {
            out.push(if is_hyphen_like(first) { '-' } else { first });
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    Some(out)
}

fn number_sign(digits: &str) -> Option<char> {
    match (digits.len(), digits.parse::<u16>().ok()?) {
        (4, 1989..=2099) => Some('y'),
        (1 | 2, 1..=31) => Some('n'),
        _ => None,
    }
}

/// The length of the era a text begins with.
fn era(text: &str) -> Option<usize> {
    let full = ["令和", "平成"]
        .iter()
        .find(|era| text.starts_with(**era))
        .map(|era| era.len());
    let letter =
        text.starts_with(['r', 'h']) && text[1..].starts_with(|c: char| c.is_ascii_digit());
    full.or_else(|| letter.then_some(1))
}
