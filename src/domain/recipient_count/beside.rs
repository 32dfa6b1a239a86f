//! What stands beside a number and is no part of it: notes in brackets, marks, and who was asked.

use super::{CountProblem, Limits, RANGE, read_number, strip_words, words};

/// Said of an answer that somebody else is to give.
const ASKING: &str = "\
    確認中 照会中 調査中 集計中 精査中 問合せ中 問合わせ中 問い合わせ中 問合中";
/// Behind these digits no persons are counted.
const OF_NO_PERSONS: &str = "歳才級種年月日度期割%号条項類";

/// `1,200人` and `推計` of 1,200人（推計）.
pub(super) fn note_behind(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix(')')?.rsplit_once('(')
}

/// `約` and `1,200人` of （約）1,200人.
pub(super) fn note_before(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('(')?.split_once(')')
}

/// 県に確認中
pub(super) fn asks_somebody(text: &str) -> bool {
    words(ASKING).any(|word| {
        let whom = text
            .strip_suffix(word)
            .and_then(|rest| rest.strip_suffix(['に', 'へ', 'で', 'と']));
        whom.is_some_and(|whom| !whom.is_empty() && !has_number(whom))
    })
}

/// Digits, or kanji that count: 二百, 百人. The 三 of 三重県 counts nothing.
pub(super) fn has_number(text: &str) -> bool {
    let counts = |c: char| "〇一二三四五六七八九十百千万億".contains(c);
    let mut before = false;
    text.chars().any(|c| {
        let is_counted = before && (counts(c) || matches!(c, '人' | '名' | '件' | '円'));
        before = counts(c);
        is_counted || c.is_ascii_digit()
    })
}

/// A more fitting word for what a text is that was not read.
pub(super) fn explain(bare: &str, limits: Limits<'_>, problem: CountProblem) -> CountProblem {
    use CountProblem::{NotANumber, NoteMark, Range, SeveralNumbers, WordsBeside};
    if !matches!(problem, NotANumber | SeveralNumbers | Range) {
        return problem;
    }
    let has_digit = bare.contains(|c: char| c.is_ascii_digit());
    if has_digit && bare.contains(['※', '*', '注']) {
        return NoteMark;
    }
    let is_number = |text: &str| read_number(strip_words(text, limits.units), limits.max).is_ok();
    let has_remark = note_behind(bare)
        .is_some_and(|(number, note)| is_number(number) && is_remark(note))
        || note_before(bare).is_some_and(|(note, number)| is_number(number) && is_remark(note));
    if has_remark || has_age(bare) {
        WordsBeside
    } else {
        problem
    }
}

/// Words that count no persons: 18歳未満, but neither 以上 nor うち20人.
fn is_remark(note: &str) -> bool {
    let mut digits_before = false;
    let mut counts_none = note.chars().chain([' ']).map(|c| {
        let is_digit = c.is_ascii_digit();
        let is_fine = is_digit || !digits_before || OF_NO_PERSONS.contains(c);
        digits_before = is_digit;
        is_fine
    });
    counts_none.all(|is_fine| is_fine)
        && note.contains(char::is_alphabetic)
        && !words(RANGE).any(|mark| mark == note)
}

/// 18歳未満120人
fn has_age(text: &str) -> bool {
    ["歳", "才"].iter().any(|word| {
        text.match_indices(word)
            .any(|(at, _)| text[..at].ends_with(|c: char| c.is_ascii_digit()))
    })
}
