//! What is written on the outside of a file: its name, the subject of the mail, the folder it lay in.
//!
//! ```text
//! 【012025函館市】様式1.xlsx ─ read_outside ─> codes that exist, digits that do not, names
//! ```
//! The notice asks for the code and the name in 【】 at the beginning. People leave out the brackets, the code
//! or the name, write digits in full width, and add 「(1)」, 「コピー」 and dates.

use super::body_index::{BodyIndex, Named};
use crate::domain::local_government_code::{PrefectureCode, read_code_generously};
use crate::domain::text::fold_width;

/// A name, a subject or a folder as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outside {
    /// The bodies a code fits; empty if there is no code, or none that exists.
    pub codes: Vec<usize>,
    /// The digits of that code as written.
    pub digits: String,
    /// The one code is outside 【】 and could be a day as well (261009).
    pub maybe_date: bool,
    /// Digits that stand where the code belongs, and are none.
    pub no_code: Option<String>,
    pub named: Named,
}

/// The last part of a path, without the extension.
pub(super) fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    match name.rsplit_once('.') {
        Some((stem, extension)) if (1..=5).contains(&extension.len()) && !stem.is_empty() => stem,
        _ => name,
    }
}

/// Reads a file name (without its extension), a subject or the name of a folder.
pub(super) fn read_outside(index: &BodyIndex, text: &str) -> Outside {
    let folded = fold_width(text);
    let mut outside = Outside::default();
    if let Some((digits, name, official)) = by_convention(&folded) {
        outside.codes = existing(index, digits);
        outside.digits = digits.to_owned();
        outside.maybe_date = !official && is_date(digits);
        if outside.codes.is_empty() && official {
            outside.no_code = Some(digits.to_owned());
        }
        outside.named = index.named_wholly(name);
        if outside.named != Named::default() {
            return outside;
        }
    }
    if outside.codes.is_empty() {
        for digits in runs(&folded) {
            let codes = existing(index, digits);
            if !codes.is_empty() {
                outside.codes.extend(codes);
                outside.digits = digits.to_owned();
            }
        }
        outside.maybe_date = outside.codes.len() == 1 && is_date(&outside.digits);
    }
    outside.named = index.named_within(&folded);
    outside
}

/// What stands beside a prefecture: codes of bodies within it, and every body that is named.
pub(super) fn beside(
    index: &BodyIndex,
    prefecture: PrefectureCode,
    text: &str,
) -> (Vec<usize>, Vec<usize>) {
    let folded = fold_width(text);
    let within = |position: &usize| {
        index
            .get(*position)
            .is_some_and(|body| body.prefecture() == prefecture && !body.code.is_prefecture())
    };
    let codes = runs(&folded)
        .flat_map(|digits| existing(index, digits))
        .filter(within)
        .collect();
    (codes, index.named_within(&folded).bodies)
}

/// Digits that are a day, as in 261009.
fn is_date(digits: &str) -> bool {
    let part = |from: usize| {
        let two = digits.get(from..from + 2).filter(|_| digits.len() == 6);
        two.and_then(|two| two.parse::<u8>().ok()).unwrap_or(0)
    };
    (1..=12).contains(&part(2)) && (1..=31).contains(&part(4))
}

/// `012025` and `函館市` of 【012025函館市・意向等調査】, (12025 函館市) or 012025函館市_様式1, and whether they
/// stand in 【】 as the notice asks.
fn by_convention(folded: &str) -> Option<(&str, &str, bool)> {
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let brackets = [
        ('【', '】'),
        ('[', ']'),
        ('(', ')'),
        ('「', '」'),
        ('〔', '〕'),
    ];
    let inside = brackets.into_iter().find_map(|(open, close)| {
        let (_, after) = folded.split_once(open)?;
        let inside = after.split_once(close).map_or(after, |(inside, _)| inside);
        (digits_of(inside.trim_start()) >= 4).then_some((open, inside))
    });
    let official = inside.is_some_and(|(open, _)| open == '【');
    let text = inside.map_or(folded, |(_, inside)| inside).trim_start();
    let (digits, name) = text.split_at(digits_of(text));
    let shortest = if official { 4 } else { 5 };
    // 2025年度…: a date, no code.
    if !(shortest..=6).contains(&digits.len()) || name.starts_with(['年', '.', '/']) {
        return None;
    }
    let name = name.trim_start_matches(|c: char| c.is_whitespace() || "_-・:、,ー".contains(c));
    let end = name
        .find(|c: char| "・_()[]【】 \u{3000}".contains(c))
        .unwrap_or(name.len());
    Some((digits, &name[..end], official))
}

/// Runs of five or six digits that stand alone.
fn runs(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| (5..=6).contains(&run.len()))
}

/// The bodies digits can mean.
pub(super) fn existing(index: &BodyIndex, digits: &str) -> Vec<usize> {
    read_code_generously(digits)
        .into_iter()
        .filter_map(|code| index.position(code))
        .collect()
}
