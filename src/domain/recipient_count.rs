//! How many residents receive a subsidy (受給者数), as typed by a clerk.
//!
//! ```text
//! typed ─ parse_recipient_count ─> Unknown | Known { count, normalised } | CountProblem (says what to write)
//! ```
//! The typed text is stored beside the reading. What people plainly mean is read; where two readings are
//! possible the clerk is asked instead of guessed for.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{first_note_mark, fold_width, is_hyphen_like, is_invisible, with_commas};

mod beside;
mod kanji;
mod when;

/// A number of persons, 0 to 99,999,999. Displays with commas: `1,200`.
///
/// Where an edition asks for required amounts the same column holds whole yen, up to [`Self::MAX_YEN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "u32")]
pub struct RecipientCount(u32);

/// As it stands in a document: persons or yen, the edition knows which.
#[derive(Deserialize)]
#[serde(transparent)]
struct Stored(u32);

impl TryFrom<Stored> for RecipientCount {
    type Error = CountProblem;
    fn try_from(stored: Stored) -> Result<Self, CountProblem> {
        Self::of_yen(u64::from(stored.0))
    }
}

impl RecipientCount {
    /// Nobody.
    pub const ZERO: Self = Self(0);
    /// More than any scheme of any body has; a larger number is a slip of the keyboard.
    pub const MAX: Self = Self(99_999_999);
    /// Most yen of one scheme.
    pub const MAX_YEN: u64 = 999_999_999;

    /// An amount in the column of an edition that asks for yen.
    pub fn of_yen(yen: u64) -> Result<Self, CountProblem> {
        u32::try_from(yen)
            .ok()
            .filter(|_| yen <= Self::MAX_YEN)
            .map(Self)
            .ok_or(CountProblem::TooLarge)
    }

    /// Persons; yen where the edition asks for amounts.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for RecipientCount {
    type Error = CountProblem;
    fn try_from(persons: u32) -> Result<Self, CountProblem> {
        if persons <= Self::MAX.0 {
            Ok(Self(persons))
        } else {
            Err(CountProblem::TooLarge)
        }
    }
}

impl From<RecipientCount> for u32 {
    fn from(count: RecipientCount) -> u32 {
        count.0
    }
}

impl fmt::Display for RecipientCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&with_commas(u64::from(self.0)))
    }
}

/// What a typed count was understood as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Blank, 不明, 集計中, － …: not known. Never the same as zero.
    Unknown,
    /// A number. `normalised`: it was typed in another form than plain ASCII digits, so show what was read.
    Known {
        count: RecipientCount,
        normalised: bool,
    },
}

impl Reading {
    /// The number, if known.
    pub fn count(self) -> Option<RecipientCount> {
        match self {
            Reading::Unknown => None,
            Reading::Known { count, .. } => Some(count),
        }
    }
}

/// Why a typed count was not read; the message says what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CountProblem {
    #[error(
        "受給者数にマイナスの数は入力できません。0以上の整数で入力してください（例：1200）。分からないときは空欄で構いません。"
    )]
    Negative,
    #[error(
        "受給者数に小数は入力できません。1人単位の整数で入力してください（例：1200）。概数でも構いません。"
    )]
    Fraction,
    #[error(
        "受給者数に範囲は入力できません。見込みで構いませんので、1つの数で入力してください（例：150）。"
    )]
    Range,
    #[error("受給者数が大きすぎます。99,999,999人までの数で、桁をお確かめのうえ入力してください。")]
    TooLarge,
    #[error(
        "受給者数に数が2つ以上あるか、カンマの位置がずれているようです。合計の人数を1つだけ入力してください（例：1200）。"
    )]
    SeveralNumbers,
    /// ① is neither a digit of the number nor another number.
    #[error(
        "受給者数の横に、①や※1のような印が付いているようです。印を除き、人数だけを数字で入力してください（例：1200）。"
    )]
    NoteMark,
    /// 120人（18歳未満）
    #[error(
        "受給者数の横に、説明の言葉が書かれているようです。言葉を除き、人数だけを数字で入力してください（例：1200）。"
    )]
    WordsBeside,
    #[error(
        "受給者数を読み取れませんでした。人数を数字で入力してください（例：1200）。分からないときは空欄で構いません。"
    )]
    NotANumber,
}

/// Said by those who do not know. A lone hyphen (see below) joins them: in some offices it means none, in
/// others not counted, and taking it for zero would put a figure into the national total nobody gave.
const UNKNOWN: &str = "\
    不明 不詳 未定 未把握 未集計 未確認 未算出 未調査 未入力 確認中 集計中 調査中 算出中 精査中 \
    照会中 検討中 把握していない 把握しておらず 把握できず 把握できない 把握困難 把握不可 わからない \
    分からない わかりません 分かりません 把握していません 把握しておりません 把握できません 未記入 n/a na n.a. n.a unknown";

/// Zero. 「なし」 answers "how many recipients": who writes it has looked and found none, while who has not
/// looked writes 不明 or nothing. The reading is shown beside the typed text, so a slip is seen.
const ZERO: &str = "\
    なし 無し 無 該当なし 該当無し 該当者なし 該当者無し 対象者なし 対象者無し 受給者なし \
    受給者無し 実績なし 実績無し いない ゼロ 零";

/// Words around a number that do not change it, longest first where one begins or ends with another.
const BEFORE: &str = "\
    受給者数 受給者 対象者数 人数 合計 およそ おおよそ おおむね 概ね 概数 大体 だいたい 推計値 \
    推計 推定 見込み 見込 概算 約 計 circa ca. ca : + ≒ ≈";
const AFTER: &str = "\
    程度 ほど 程 前後 余り あまり 余 弱 強 くらい ぐらい 位 見込み 見込 推計値 推計 推定 概数 \
    概算 予定 です 。 ※";
/// What persons are counted in.
const PERSONS: Limits<'static> = Limits {
    max: RecipientCount::MAX.0 as u64,
    units: &["人", "名", "件"],
};
const RANGE: &str = "~ 〜 ∼ から ないし 乃至 以上 以下 未満 以内 超";

/// Bytes of the longest text that is looked at; nobody writes a number with so many words.
const LONGEST: usize = 600;

/// How large a number may be, and the units that may stand behind it.
#[derive(Clone, Copy)]
pub(super) struct Limits<'u> {
    pub max: u64,
    /// In narrow signs and lower case.
    pub units: &'u [&'u str],
}

/// A number as it was read from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Unknown,
    Known(u64),
}

/// Reads what was typed in a count field.
///
/// Full-width digits, thousands separators (`,` `、`), 約・推計・ca. before, 人・名・件・程度・前後 after, 万・千・百
/// as units (1.2万人, 1万2千), when it was counted (R6.3.31時点), and spaces outside the number are read over.
pub fn parse_recipient_count(typed: &str) -> Result<Reading, CountProblem> {
    // Most cells are empty or plain digits; a page of the form reads two dozen of them.
    if typed.is_empty() {
        return Ok(Reading::Unknown);
    }
    if (!typed.starts_with('0') || typed == "0")
        && typed.len() <= 8
        && typed.bytes().all(|b| b.is_ascii_digit())
        && let Ok(count) = typed.parse::<u32>().map(RecipientCount)
    {
        return Ok(Reading::Known {
            count,
            normalised: false,
        });
    }
    let Amount::Known(persons) = parse_amount(typed, PERSONS)? else {
        return Ok(Reading::Unknown);
    };
    let count = u32::try_from(persons)
        .map_err(|_| CountProblem::TooLarge)
        .and_then(RecipientCount::try_from)?;
    Ok(Reading::Known {
        count,
        normalised: typed.trim() != persons.to_string(),
    })
}

/// Reads a whole number of anything, as generously as a count of persons.
pub(super) fn parse_amount(typed: &str, limits: Limits<'_>) -> Result<Amount, CountProblem> {
    if typed.trim().len() > LONGEST {
        return Err(CountProblem::NotANumber);
    }
    let text = tidy(typed);
    if is_unknown(&text) {
        return Ok(Amount::Unknown);
    }
    if says_zero(&text, limits) {
        return Ok(Amount::Known(0));
    }
    if first_note_mark(typed).is_some() {
        return Err(CountProblem::NoteMark);
    }
    let bare = strip_words(&text, limits.units);
    let mut rest = bare.chars();
    let sign = rest
        .next()
        .is_some_and(|c| is_hyphen_like(c) || matches!(c, '△' | '▲'));
    if sign && read_number(strip_words(rest.as_str(), limits.units), limits.max).is_ok() {
        return Err(CountProblem::Negative);
    }
    let in_digits = kanji::in_digits(bare);
    read_number(in_digits.as_deref().unwrap_or(bare), limits.max)
        .map(Amount::Known)
        .map_err(|problem| beside::explain(bare, limits, problem))
}

/// なし; also 0（該当者なし）, which says it twice.
fn says_zero(text: &str, limits: Limits<'_>) -> bool {
    let is_word = |text: &str| words(ZERO).any(|word| word == text);
    let is_nought = |text: &str| read_number(strip_words(text, limits.units), limits.max) == Ok(0);
    is_word(text)
        || beside::note_behind(text).is_some_and(|(said, note)| {
            (is_word(said) && (is_word(note) || is_nought(note)))
                || (is_nought(said) && is_word(note))
        })
}

/// 不明, 集計中, 検討中, － …: somebody looked at the field and could not say.
pub(super) fn says_unknown(typed: &str) -> bool {
    is_unknown(&tidy(typed))
}

/// Folded and in lower case, without invisible characters and without spaces, except where a space may
/// separate two numbers: two cells pasted at once must not become one number.
fn tidy(typed: &str) -> String {
    let folded = fold_width(typed).to_lowercase();
    let part_of_number = |c: &char| c.is_ascii_digit() || matches!(c, ',' | '、');
    let mut out = String::with_capacity(folded.len());
    let mut gap = false;
    for c in folded.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if !c.is_control() && !is_invisible(c) {
            if gap
                && part_of_number(&c)
                && out
                    .chars()
                    .next_back()
                    .is_some_and(|last| part_of_number(&last))
            {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split_ascii_whitespace()
}

fn is_unknown(text: &str) -> bool {
    let one = |word: &str| {
        words(UNKNOWN).any(|known| known == word)
            || word.chars().all(is_hyphen_like)
            || word.chars().all(|c| matches!(c, '?' | '.'))
    };
    // 不明（道で把握）
    let is_explained = || {
        beside::note_behind(text).is_some_and(|(said, note)| {
            !said.is_empty()
                && one(said)
                && !words(ZERO).any(|word| note.contains(word))
                && !beside::has_number(note)
        })
    };
    // 不明（集計中） says it twice.
    one(text)
        || text.split(['(', ')', '・', '、', ',', '/', '。']).all(one)
        || is_explained()
        || beside::asks_somebody(text)
}

fn strip_words<'t>(text: &'t str, units: &[&str]) -> &'t str {
    let is_word = |note: &str| {
        let mut known = words(BEFORE)
            .chain(words(AFTER))
            .chain(units.iter().copied());
        known.any(|word| word == note) || when::is_time(note)
    };
    let is_note = |note: &str| note.split(['、', '・']).all(is_word);
    let mut rest = text;
    loop {
        let before = rest;
        rest = words(BEFORE)
            .find_map(|word| rest.strip_prefix(word))
            .unwrap_or(rest);
        rest = words(AFTER)
            .chain(units.iter().copied())
            .find_map(|word| rest.strip_suffix(word))
            .unwrap_or(rest);
        // 1,200人（推計）, （約）1,200人, 令和5年度 1,200人
        if let Some((number, note)) = beside::note_behind(rest)
            && is_note(note)
        {
            rest = number;
        }
        if let Some((note, number)) = beside::note_before(rest)
            && is_note(note)
        {
            rest = number;
        }
        rest = when::after_time(rest).unwrap_or(rest);
        if rest == before {
            return rest;
        }
    }
}

/// `1200`, `1,200`, `1.2万`, `1万2千`, `1万2,000`: parts in falling units, each smaller than the unit before.
fn read_number(bare: &str, max: u64) -> Result<u64, CountProblem> {
    let mut total = 0_u64;
    let mut unit_before: Option<u64> = None;
    let mut rest = bare;
    while unit_before.is_none() || !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '、' | '.')))
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let mut chars = after.chars();
        let unit = match chars.next() {
            Some('億') => 100_000_000,
            Some('万') => 10_000,
            Some('千') => 1_000,
            Some('百') => 100,
            None => 1,
            Some(_) => return Err(classify(bare)),
        };
        if token.is_empty() {
            return Err(classify(bare));
        }
        let (whole, fraction) = read_decimal(token, max)?;
        let value = match fraction {
            None => whole.saturating_mul(unit),
            // 1.2万5百 and 1万2.5千 are too odd to guess at.
            Some(_) if unit_before.is_some() || !chars.as_str().is_empty() => {
                return Err(CountProblem::NotANumber);
            }
            Some(fraction) => whole
                .saturating_mul(unit)
                .saturating_add(fraction_of(fraction, unit)?),
        };
        match unit_before {
            Some(limit) if value >= limit => return Err(CountProblem::NotANumber),
            // 「1万2」 is 12,000 to one and 10,002 to another.
            Some(_) if unit == 1 && token.len() < 2 => return Err(CountProblem::NotANumber),
            _ => {}
        }
        total = total.saturating_add(value);
        unit_before = Some(unit);
        rest = chars.as_str();
    }
    if total > max {
        Err(CountProblem::TooLarge)
    } else {
        Ok(total)
    }
}

/// The whole part and the digits after the point of `1,234.5`.
fn read_decimal(token: &str, max: u64) -> Result<(u64, Option<&str>), CountProblem> {
    let (whole, fraction) = match token.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (token, None),
    };
    if fraction
        .is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(CountProblem::SeveralNumbers);
    }
    let mut groups = whole.split([',', '、']);
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if !(1..=3).contains(&first.len()) || group.len() != 3 {
            return Err(CountProblem::SeveralNumbers);
        }
        digits.push_str(group);
    }
    let digits = digits.trim_start_matches('0');
    if whole.is_empty() {
        Err(CountProblem::NotANumber)
    } else if digits.len() > max.to_string().len() {
        Err(CountProblem::TooLarge)
    } else {
        Ok((digits.parse().unwrap_or(0), fraction))
    }
}

/// 0.`digits` × unit in whole persons. `1200.0` comes out of spreadsheets; `1.000` may mean a thousand.
fn fraction_of(digits: &str, unit: u64) -> Result<u64, CountProblem> {
    let significant = digits.trim_end_matches('0');
    if unit == 1 {
        return if significant.is_empty() && digits.len() < 3 {
            Ok(0)
        } else {
            Err(CountProblem::Fraction)
        };
    }
    let mut value = 0;
    let mut step = unit;
    for digit in significant.bytes() {
        if !step.is_multiple_of(10) {
            return Err(CountProblem::Fraction);
        }
        step /= 10;
        value += u64::from(digit - b'0') * step;
    }
    Ok(value)
}

/// What to say about a text that is no number.
fn classify(bare: &str) -> CountProblem {
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, ',' | '、' | '.');
    let numbers = bare
        .split(|c: char| !is_digit(c))
        .filter(|run| run.bytes().any(|b| b.is_ascii_digit()))
        .count();
    let range = words(RANGE).any(|mark| bare.contains(mark))
        || (numbers == 2 && bare.contains(is_hyphen_like));
    match numbers {
        1 | 2 if range => CountProblem::Range,
        0 | 1 => CountProblem::NotANumber,
        _ => CountProblem::SeveralNumbers,
    }
}

#[cfg(test)]
mod tests;
