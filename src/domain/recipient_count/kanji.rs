//! Numbers in kanji: 百二十, 千二百, 一、二〇〇. Only what has one meaning: 二三人 is two or three.

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The same number in digits; commas stay where they were.
pub(super) fn in_digits(text: &str) -> Option<String> {
    // 千, 百万: the unit of a field that was left empty.
    let has_value = text
        .chars()
        .any(|c| digit(c).is_some_and(|value| value > 0));
    let is_long = text.chars().nth(1).is_some();
    if !has_value || !is_long {
        return None;
    }
    if text.contains(['十', '百', '千', '万']) {
        by_units(text).map(|number| number.to_string())
    } else {
        by_places(text)
    }
}

fn digit(c: char) -> Option<u64> {
    let value = DIGITS.iter().position(|digit| *digit == c)?;
    u64::try_from(value).ok()
}

/// 一二〇, 一、二〇〇
fn by_places(text: &str) -> Option<String> {
    let is_plain = text.contains(['〇', '、', ',']) && !text.starts_with('〇');
    let place = |c: char| match c {
        '、' | ',' => Some(','),
        c => char::from_digit(u32::try_from(digit(c)?).ok()?, 10),
    };
    is_plain
        .then(|| text.chars().map(place).collect())
        .flatten()
}

/// 一万二千三百
fn by_units(text: &str) -> Option<u64> {
    let (high, low) = match text.split_once('万') {
        Some((high, low)) => (below_ten_thousand(high).filter(|high| *high > 0)?, low),
        None => (0, text),
    };
    Some(high * 10_000 + below_ten_thousand(low)?)
}

fn below_ten_thousand(text: &str) -> Option<u64> {
    let mut total = 0;
    let mut rest = text;
    for (sign, unit) in [('千', 1_000), ('百', 100), ('十', 10)] {
        if let Some((before, after)) = rest.split_once(sign) {
            total += unit * one_digit(before, 1)?;
            rest = after;
        }
    }
    Some(total + one_digit(rest, 0)?)
}

/// The value of one digit from 一 to 九; `none` where none stands.
fn one_digit(text: &str, none: u64) -> Option<u64> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => Some(none),
        (Some(c), None) => digit(c).filter(|value| *value > 0),
        _ => None,
    }
}
